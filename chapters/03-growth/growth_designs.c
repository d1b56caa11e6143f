/*
 * growth_designs.c - the three designs behind one table of verbs, and what their puts move.
 *
 * Each verb calls the typed map, so a put costs what it costs there and one call more.
 */
#include "growth.h"

/* --- Go 1.23: buckets, evacuated a few at a time --- */

static bool buckets_init(struct growing *g, uint64_t seed)
{
    return bucket_u64_init(&g->as.buckets, g->heap, 0, seed);
}

static bool buckets_put(struct growing *g, uint64_t key)
{
    uint64_t *elem = bucket_u64_put(&g->as.buckets, key);
    if (elem != NULL)
        *elem = key;
    return elem != NULL;
}

static void buckets_free(struct growing *g)
{
    bucket_u64_free(&g->as.buckets);
}

static uint64_t buckets_moved(const struct growing *g)
{
    return g->as.buckets.events.moved;
}

/* --- Go 1.24: tables, doubled and split one at a time --- */

static bool swiss_grow_init(struct growing *g, uint64_t seed)
{
    return swiss_u64_init(&g->as.swiss, g->heap, 0, seed);
}

static bool swiss_grow_put(struct growing *g, uint64_t key)
{
    uint64_t *elem = swiss_u64_put(&g->as.swiss, key);
    if (elem != NULL)
        *elem = key;
    return elem != NULL;
}

static void swiss_grow_free(struct growing *g)
{
    swiss_u64_free(&g->as.swiss);
}

static uint64_t swiss_grow_moved(const struct growing *g)
{
    return g->as.swiss.events.moved;
}

/* --- Rust: one flat table --- */

static bool flat_init(struct growing *g, uint64_t seed)
{
    return hashbrown_u64_init(&g->as.flat, g->heap, 0, seed);
}

static bool flat_put(struct growing *g, uint64_t key)
{
    uint64_t *elem = hashbrown_u64_put(&g->as.flat, key);
    if (elem != NULL)
        *elem = key;
    return elem != NULL;
}

static void flat_free(struct growing *g)
{
    hashbrown_u64_free(&g->as.flat);
}

static uint64_t flat_moved(const struct growing *g)
{
    return g->as.flat.events.moved;
}

/* --- All three --- */

const struct growth_design growth_designs[GROWTH_DESIGNS] = {
    [GROWTH_BUCKETS] = {"go1.23", buckets_init, buckets_put, buckets_free, buckets_moved},
    [GROWTH_SWISS] = {"go1.24", swiss_grow_init, swiss_grow_put, swiss_grow_free,
                      swiss_grow_moved},
    [GROWTH_FLAT] = {"rust", flat_init, flat_put, flat_free, flat_moved},
};

bool growing_make(struct growing *g, const struct growth_design *design,
                  const struct options *options)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes,
                                 .collector = HEAP_COLLECT_AT_ONCE};
    *g = (struct growing){.design = design, .heap = heap_new(&config)};
    if (g->heap != NULL && design->init(g, options->seed))
        return true;
    heap_delete(g->heap);
    g->heap = NULL;
    return false;
}

void growing_end(struct growing *g)
{
    if (g->heap == NULL)
        return;
    g->design->free(g);
    heap_delete(g->heap);
    g->heap = NULL;
}

/* --- Entries moved by single puts --- */

/* The row for a put into a map of so many entries: 0 below 16, then one for each factor 4. */
static unsigned size_row(uint64_t entries)
{
    unsigned row = 0;
    while (row + 1 < GROWTH_SIZES && entries >> (2 * row + 4) != 0)
        row++;
    return row;
}

static void count_moved(struct growth_moves *result, uint64_t entries_before, uint64_t moved)
{
    uint64_t *most = &result->most_below[size_row(entries_before)];
    result->moved += moved;
    result->puts_that_moved += moved > 0;
    if (moved > *most)
        *most = moved;
    if (moved > result->most) {
        result->most = moved;
        result->most_at = entries_before + 1;
    }
}

bool growth_moves(const struct options *options, const struct growth_design *design,
                  struct growth_moves *result)
{
    struct growing g;
    *result = (struct growth_moves){.sizes = size_row(options->keys - (options->keys > 0)) + 1};
    if (!growing_make(&g, design, options))
        return false;
    bool done = true;
    for (uint64_t key = 0; done && key < options->keys; key++) {
        uint64_t before = design->moved(&g);
        done = design->put(&g, key);
        count_moved(result, key, design->moved(&g) - before);
    }
    growing_end(&g);
    return done;
}
