/*
 * chance.h - how n keys fall into cells, when a hash throws them.
 *
 * Each key falls into one of `cells` cells, each as likely as the others. What one cell gets is
 * a binomial count: n throws, each a hit with probability 1 / cells.
 */
#ifndef CHANCE_H
#define CHANCE_H

#include <stdint.h>

/* A mean, and the standard deviation about it. */
struct chance {
    double mean, spread;
};

/* The probability that one cell of `cells` gets `least` keys of `keys` or more. */
double chance_at_least(uint64_t keys, double cells, uint64_t least);

/*
 * How many cells get `least` keys or more. The spread is that of cells which share one
 * number of keys: where one has more, others have fewer, and the sum varies less than
 * if each were thrown by itself.
 */
struct chance chance_cells_at_least(uint64_t keys, double cells, uint64_t least);

/*
 * The chains behind all cells, when a cell and each link of its chain hold `room` keys: the sum
 * of ceil(count / room) - 1 over the cells that are not empty. Keys by cell should be few (up to
 * some hundreds): the counts are gone through one by one.
 */
struct chance chance_links(uint64_t keys, double cells, unsigned room);

/* What is left of a count when the first `taken` of it are free: of what is above, mean and
 * spread, for a count that spreads like the bell curve. */
struct chance chance_above(struct chance count, double taken);

/* The bell curve: the probability of being below `deviations` above the mean. */
double chance_below(double deviations);

#endif
