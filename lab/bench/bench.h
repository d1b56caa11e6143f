/*
 * bench.h - timing that can be trusted on a noisy machine.
 *
 * Cases are run in rounds: in each round every case once, in turn, so that a
 * slow moment of the machine meets all of them. What is compared is the median
 * over the rounds, and for two cases the median of the ratios round by round.
 * Bytes and allocations come from the accounting heap and are exact.
 * Knows no map.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct heap;

/* One thing to time. prepare (may be NULL) is run before it and not timed;
 * run does the work once and returns how many operations it did, or 0 if
 * it could not (out of memory). */
struct bench_case {
    const char *name;               /* "clear", "delete-loop" */
    void (*prepare)(void *context);
    uint64_t (*run)(void *context);
    void *context;
    struct heap *heap;              /* whose counters give B/op and allocs/op; may be NULL */
};

enum { BENCH_MAX_ROUNDS = 64 };

struct bench_result {
    unsigned rounds;
    double ns_per_op[BENCH_MAX_ROUNDS];     /* in the order of the rounds */
    double median_ns;                       /* per operation */
    double min_ns, max_ns;
    uint64_t operations;                    /* per round, of the last round */
    bool counted;                           /* the case has a heap; else the next two are 0 */
    uint64_t bytes_per_round;               /* TotalAlloc, exact, of the last round */
    uint64_t allocs_per_round;              /* Mallocs, exact, of the last round */
};

/*
 * Runs all cases interleaved, one round of them uncounted first, and fills
 * results[i] for cases[i]. Each round starts with another case, so that none always goes
 * first. rounds is 1 to BENCH_MAX_ROUNDS. Returns false if a case returned 0. Progress goes to
 * stderr when that is a terminal and the run takes over two seconds.
 */
bool bench_run(const struct bench_case cases[], struct bench_result results[],
               unsigned count, unsigned rounds);

/* The median over the rounds of a's time per operation over b's: 5 means that a takes
 * five times as long. Both come from the same bench_run and count alike. */
double bench_ratio(const struct bench_result *a, const struct bench_result *b);

/*
 * Go's benchmark format, which benchstat reads: a line per round,
 * "BenchmarkClear/keys=1048576 1 48600 ns/op 0 B/op 0 allocs/op", and before
 * the first the Unit lines that say which figures are exact. The name "delete-loop"
 * becomes "DeleteLoop", as Go's names begin with a capital; settings are "key=value"
 * joined by "/", or NULL. B/op and allocs/op are left out for a case without a heap.
 */
void bench_write_units(FILE *out);
void bench_write_lines(FILE *out, const char *name, const char *settings,
                       const struct bench_result *result);

#endif
