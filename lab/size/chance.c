/*
 * chance.c - binomial counts, summed term by term.
 *
 * With 3.5 million keys in 4,096 cells the first term of a binomial sum, nobody in this cell, is
 * e^-854: a double holds no such number. So a sum begins where it is needed, at a term that
 * lgamma gives by logarithms, and walks away from the likeliest one: each term is the one
 * before times a ratio of small numbers, until it adds nothing.
 */
#include "size/chance.h"

#include <math.h>

/* --- Binomial terms --------------------------------------------------------- */

/* P[exactly k of n], p being the probability of one; 0 < p < 1. */
static double term_at(double n, double p, double k)
{
    return exp(lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1) + k * log(p)
               + (n - k) * log1p(-p));
}

/* The term that follows the one at k. */
static double term_after(double term, double n, double p, double k)
{
    return term * (n - k) / (k + 1) * p / (1 - p);
}

/* The sum of the terms from k on, which must lie at the likeliest or behind it. */
static double sum_from(double n, double p, double k)
{
    double sum = 0;
    for (double term = term_at(n, p, k); k <= n && term > sum * 1e-17; k++) {
        sum += term;
        term = term_after(term, n, p, k);
    }
    return sum;
}

/* The sum of the terms below k, which must lie at the likeliest or before it. */
static double sum_below(double n, double p, double k)
{
    double sum = 0;
    if (k < 1)
        return 0;
    for (double term = term_at(n, p, k - 1); k >= 1 && term > sum * 1e-17; k--) {
        sum += term;
        term = term * (k - 1) / (n - k + 2) * (1 - p) / p;
    }
    return sum;
}

double chance_at_least(uint64_t keys, double cells, uint64_t least)
{
    double n = (double)keys, p = 1 / cells;
    if (least > keys)
        return 0;
    if (cells <= 1)
        return 1;
    if ((double)least > n * p)
        return sum_from(n, p, (double)least);
    return 1 - sum_below(n, p, (double)least);
}

/* --- Sums over cells -------------------------------------------------------- */

/* Mean and spread of the sum over all cells of something that a cell's count gives: its mean,
 * its mean square, and the mean of its product with the count. A cell's own variance, less what the
 * number of keys, which is given, explains of it. */
static struct chance over_cells(double keys, double cells, double mean, double square,
                                double product)
{
    double load = keys / cells, own = load * (1 - 1 / cells);
    double with_count = product - mean * load;
    double variance = square - mean * mean - (own > 0 ? with_count * with_count / own : 0);
    return (struct chance){.mean = cells * mean,
                           .spread = variance > 0 ? sqrt(cells * variance) : 0};
}

struct chance chance_cells_at_least(uint64_t keys, double cells, uint64_t least)
{
    double n = (double)keys, p = 1 / cells, mean = chance_at_least(keys, cells, least);
    if (cells <= 1 || least > keys)
        return (struct chance){.mean = mean};
    /* The keys in such cells: n p P[a cell of n - 1 throws has least - 1]. */
    double product = n * p * chance_at_least(keys - 1, cells, least > 0 ? least - 1 : 0);
    return over_cells(n, cells, mean, mean, product);
}

struct chance chance_links(uint64_t keys, double cells, unsigned room)
{
    double n = (double)keys, p = 1 / cells, mean = 0, square = 0, product = 0;
    if (cells <= 1) {
        double links = keys == 0 ? 0 : (double)((keys - 1) / room);
        return (struct chance){.mean = links};
    }
    double term = term_at(n, p, 0), load = n * p;
    for (uint64_t k = 0; k <= keys && (term > 1e-18 || (double)k < load); k++) {
        double links = k == 0 ? 0 : (double)((k - 1) / room);
        mean += term * links;
        square += term * links * links;
        product += term * links * (double)k;
        term = term_after(term, n, p, (double)k);
    }
    return over_cells(n, cells, mean, square, product);
}

/* --- The bell curve --------------------------------------------------------- */

double chance_below(double deviations)
{
    return 0.5 * erfc(-deviations / sqrt(2));
}

struct chance chance_above(struct chance count, double taken)
{
    double over = count.mean - taken;
    if (count.spread <= 0)
        return (struct chance){.mean = over > 0 ? over : 0};
    double z = over / count.spread, curve = exp(-z * z / 2) / sqrt(2 * acos(-1));
    double mean = over * chance_below(z) + count.spread * curve;
    double square = (over * over + count.spread * count.spread) * chance_below(z)
                  + over * count.spread * curve;
    return (struct chance){.mean = mean, .spread = sqrt(fmax(0, square - mean * mean))};
}
