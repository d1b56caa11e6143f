/*
 * growth_bench.c - the time of every single put of a fill.
 *
 * The clock is read once for each put; a put's time is what passed since the reading
 * before. A machine that does other things too stretches some put in every fill, and the
 * worst put is just what is asked for here. But the fills of one design are alike: the
 * same keys, the same seed, the same growths at the same puts. So each is repeated, and a
 * put's shortest time counts. A growth takes long every time; an interruption does not come
 * twice at the same put.
 */
#include "growth.h"

#include <stdlib.h>
#include <time.h>

static uint64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* --- Fills --- */

struct subject {
    const struct options *options;
    const struct growth_design *design;
    struct growing map;             /* its heap is NULL before the first round */
    bool refused;
    uint64_t *ns;                   /* the shortest time of each put so far */
};

static void new_map(void *context)
{
    struct subject *s = context;
    growing_end(&s->map);
    s->refused = !growing_make(&s->map, s->design, s->options);
}

static uint64_t fill(void *context)
{
    struct subject *s = context;
    if (s->refused)
        return 0;
    uint64_t before = now();
    for (uint64_t key = 0; key < s->options->keys; key++) {
        if (!s->design->put(&s->map, key))
            return 0;
        uint64_t after = now();
        if (after - before < s->ns[key])
            s->ns[key] = after - before;
        before = after;
    }
    return s->options->keys;
}

static bool subject_make(struct subject *s, const struct options *options,
                         const struct growth_design *design)
{
    *s = (struct subject){.options = options, .design = design,
                          .ns = malloc(options->keys * sizeof *s->ns)};
    for (uint64_t key = 0; s->ns != NULL && key < options->keys; key++)
        s->ns[key] = UINT64_MAX;
    return s->ns != NULL;
}

static void subject_end(struct subject *s)
{
    growing_end(&s->map);
    free(s->ns);
}

/* --- Summing up --- */

static int by_time(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static unsigned bin(uint64_t ns)
{
    unsigned row = 0;
    for (uint64_t end = GROWTH_FIRST_BIN_NS; row + 1 < GROWTH_BINS && ns >= end; end *= 4)
        row++;
    return row;
}

/* The time that a share of all puts does not pass: its rank is rounded up. */
static double quantile(const uint64_t sorted[], uint64_t count, uint64_t of_ten_thousand)
{
    uint64_t rank = (count * of_ten_thousand + 9999) / 10000;
    return (double)sorted[rank > 0 ? rank - 1 : 0];
}

static void sum_up(struct subject *s, struct growth_times *times)
{
    uint64_t puts = times->puts = s->options->keys;
    qsort(s->ns, puts, sizeof *s->ns, by_time);
    for (uint64_t i = 0; i < puts; i++)
        times->bins[bin(s->ns[i])]++;
    times->median = quantile(s->ns, puts, 5000);
    times->p99 = quantile(s->ns, puts, 9900);
    times->p999 = quantile(s->ns, puts, 9990);
    times->p9999 = quantile(s->ns, puts, 9999);
    times->worst = quantile(s->ns, puts, 10000);
}

/* --- The run --- */

bool growth_bench(const struct options *options, struct growth_times times[GROWTH_DESIGNS])
{
    struct subject subjects[GROWTH_DESIGNS];
    struct bench_case cases[GROWTH_DESIGNS];
    struct bench_result fills[GROWTH_DESIGNS];
    bool done = options->keys > 0;
    for (unsigned i = 0; i < GROWTH_DESIGNS; i++) {
        times[i] = (struct growth_times){.puts = 0};
        done = subject_make(&subjects[i], options, &growth_designs[i]) && done;
        cases[i] = (struct bench_case){.name = growth_designs[i].name, .prepare = new_map,
                                       .run = fill, .context = &subjects[i]};
    }
    done = done && bench_run(cases, fills, GROWTH_DESIGNS, (options->rounds + 2) / 3);
    for (unsigned i = 0; i < GROWTH_DESIGNS; i++) {
        if (done) {
            times[i].fill = fills[i];
            sum_up(&subjects[i], &times[i]);
        }
        subject_end(&subjects[i]);
    }
    return done;
}

double growth_clock_ns(void)
{
    enum { READINGS = 1000 };
    uint64_t start = now();
    for (unsigned i = 0; i < READINGS; i++)
        now();
    return (double)(now() - start) / (READINGS + 1);
}
