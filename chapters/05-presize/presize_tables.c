/*
 * presize_tables.c - how many tables a map has: expected, and counted.
 */
#include "presize.h"

#include <math.h>

#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

/* --- Expected --- */

/* A table of 1024 slots splits when it is to hold one entry more than seven eighths. */
enum { SPLITS_AT = SWISS_MAX_TABLE_SLOTS / 8 * 7 + 1 };

/*
 * The probability that of n keys, each falling to a prefix with probability p, at least
 * SPLITS_AT do. Sums the probabilities of 0, 1, ... SPLITS_AT - 1, each from the one before; in
 * logarithms, for the first of them is far below what a double can hold.
 */
static double reaches_limit(uint64_t n, double p)
{
    if (n < SPLITS_AT || p >= 1)
        return n >= SPLITS_AT;
    double log_odds = log(p) - log1p(-p);
    double log_term = (double)n * log1p(-p);
    double below = 0;
    for (uint64_t k = 0; k < SPLITS_AT; k++) {
        below += exp(log_term);
        log_term += log((double)(n - k) / (double)(k + 1)) + log_odds;
    }
    return below < 1 ? 1 - below : 0;
}

/* Prefixes of a quarter of the limit on average never reach it; longer ones even less so. */
double presize_expected_tables(uint64_t n)
{
    double expected = 1;
    for (unsigned depth = 0; depth < SWISS_MAX_DEPTH; depth++) {
        double prefixes = ldexp(1, (int)depth);
        if ((double)n / prefixes < SPLITS_AT / 4.0)
            break;
        expected += prefixes * reaches_limit(n, 1 / prefixes);
    }
    return expected;
}

/* --- Counted --- */

static bool count_tables(const struct options *options, uint64_t keys, uint64_t seed,
                         uint64_t *tables)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes};
    struct heap *h = heap_new(&config);
    struct swiss m;
    bool done = false;
    if (h != NULL && swiss_u64_init(&m, h, 0, seed)) {
        done = true;
        for (uint64_t key = 0; done && key < keys; key++)
            done = swiss_u64_put(&m, key) != NULL;
        *tables = swiss_table_count(&m);
        swiss_u64_free(&m);
    }
    heap_delete(h);
    return done;
}

bool presize_tables(const struct options *options, uint64_t keys, struct presize_tables *result)
{
    *result = (struct presize_tables){.keys = keys, .seeds = PRESIZE_SEEDS, .least = UINT64_MAX,
                                      .expected = presize_expected_tables(keys)};
    uint64_t sum = 0;
    for (unsigned i = 0; i < PRESIZE_SEEDS; i++) {
        uint64_t tables;
        if (!count_tables(options, keys, options->seed + i, &tables))
            return false;
        sum += tables;
        result->least = tables < result->least ? tables : result->least;
        result->most = tables > result->most ? tables : result->most;
    }
    result->mean = (double)sum / PRESIZE_SEEDS;
    return true;
}
