/*
 * bench.c - rounds of interleaved cases, and their medians.
 *
 * Why not time one case a hundred times and then the other? A machine has
 * moods: a neighbour wakes up, the clock frequency drops. A mood that meets
 * only one of two cases looks like a difference between them. Here every
 * round runs all cases, a mood meets all of them, and the ratio is taken inside the
 * round. The median then forgets the few rounds in which a mood began or ended.
 */
#include "bench/bench.h"
#include "heap/heap.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* --- The clock -------------------------------------------------------------- */

/* The empty assembly may touch any memory, for all the compiler knows: it cannot move
 * the work of a case past a reading of the clock. */
static int64_t now_ns(void)
{
    struct timespec now;
    __asm__ volatile("" ::: "memory");
    clock_gettime(CLOCK_MONOTONIC, &now);
    __asm__ volatile("" ::: "memory");
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* --- Progress --------------------------------------------------------------- */

/* A line on the terminal that is written over, and gone at the end. */
struct progress {
    bool wanted;                    /* somebody looks at stderr */
    bool shown;
    int64_t start_ns;
};

static struct progress progress_start(void)
{
    return (struct progress){.wanted = isatty(STDERR_FILENO) == 1, .start_ns = now_ns()};
}

static void progress_show(struct progress *p, unsigned round, unsigned rounds, const char *name)
{
    static const int64_t PATIENCE_NS = 2000000000;
    if (!p->wanted || now_ns() - p->start_ns < PATIENCE_NS)
        return;
    fprintf(stderr, "\r\033[Kround %u of %u: %s", round, rounds, name);     /* ESC [K: erase */
    p->shown = true;
}

static void progress_end(const struct progress *p)
{
    if (p->shown)
        fputs("\r\033[K", stderr);
}

/* --- Running ---------------------------------------------------------------- */

static struct heap_counters counters(const struct bench_case *c)
{
    return c->heap != NULL ? heap_read(c->heap) : (struct heap_counters){0};
}

/* Runs a case once and puts what it took in place `round` of its result. */
static bool run_once(const struct bench_case *c, struct bench_result *result, unsigned round)
{
    if (c->prepare != NULL)
        c->prepare(c->context);
    struct heap_counters before = counters(c);
    int64_t start = now_ns();
    uint64_t operations = c->run(c->context);
    int64_t took = now_ns() - start;
    struct heap_counters after = counters(c);
    if (operations == 0)
        return false;
    if (took == 0)
        took = 1;                   /* less than the clock can tell; a ratio needs more than 0 */
    result->ns_per_op[round] = (double)took / (double)operations;
    result->operations = operations;
    result->counted = c->heap != NULL;
    result->bytes_per_round = after.total_alloc - before.total_alloc;
    result->allocs_per_round = after.mallocs - before.mallocs;
    return true;
}

/* One round: every case once. The first one moves on by one from round to round. */
static bool run_round(const struct bench_case cases[], struct bench_result results[],
                      unsigned count, unsigned round, unsigned rounds, struct progress *progress)
{
    for (unsigned i = 0; i < count; i++) {
        unsigned turn = (round + i) % count;
        progress_show(progress, round + 1, rounds, cases[turn].name);
        if (!run_once(&cases[turn], &results[turn], round))
            return false;
    }
    return true;
}

/* --- Medians ---------------------------------------------------------------- */

static int compare_doubles(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* The middle value, or the mean of the two in the middle. Sorts `values`. */
static double median(double values[], unsigned count)
{
    qsort(values, count, sizeof *values, compare_doubles);
    if (count % 2 == 1)
        return values[count / 2];
    return (values[count / 2 - 1] + values[count / 2]) / 2;
}

static void summarise(struct bench_result *result, unsigned rounds)
{
    double sorted[BENCH_MAX_ROUNDS];
    memcpy(sorted, result->ns_per_op, rounds * sizeof *sorted);
    result->rounds = rounds;
    result->median_ns = median(sorted, rounds);
    result->min_ns = sorted[0];
    result->max_ns = sorted[rounds - 1];
}

double bench_ratio(const struct bench_result *a, const struct bench_result *b)
{
    assert(a->rounds == b->rounds && a->rounds > 0);
    double ratios[BENCH_MAX_ROUNDS];
    for (unsigned i = 0; i < a->rounds; i++)
        ratios[i] = a->ns_per_op[i] / b->ns_per_op[i];
    return median(ratios, a->rounds);
}

/* --- The run ---------------------------------------------------------------- */

/* The uncounted round fetches code and memory; round 0 then writes over its figures. */
bool bench_run(const struct bench_case cases[], struct bench_result results[], unsigned count,
               unsigned rounds)
{
    assert(count > 0);
    assert(rounds > 0 && rounds <= BENCH_MAX_ROUNDS);
    memset(results, 0, count * sizeof *results);
    struct progress progress = progress_start();
    bool ran = run_round(cases, results, count, 0, rounds, &progress);
    for (unsigned round = 0; ran && round < rounds; round++)
        ran = run_round(cases, results, count, round, rounds, &progress);
    progress_end(&progress);
    for (unsigned i = 0; ran && i < count; i++)
        summarise(&results[i], rounds);
    return ran;
}
