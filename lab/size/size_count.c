/*
 * size_count.c - counts a map that is not built, from the hashes of its keys.
 *
 * What a map takes depends on its keys only by where their hashes fall. So it is enough to
 * throw the hashes into cells and to look at the cells' counts.
 *
 * Go 1.24   The cells are prefixes. One with more than 896 keys has split (size.h, Z6), so each
 *           adds a table; prefixes one bit shorter have the sums of two.
 *
 * Go 1.23   The cells are the buckets of the array. At the end a bucket with c keys has
 *           ceil(c / 8) - 1 overflow buckets. While an old array is there it counts too, with
 *           what is left of its chains: overflow buckets that are objects go with their chain
 *           (where buckets hold pointers), spare ones lie in the array and stay. Which of the
 *           two a chain has is a matter of time: the first links take the spare ones. So the old
 *           array's life is gone through, put by put, with a counter for each bucket.
 *
 *               keys  0                                  n2                    n
 *                     |  the old array fills:             |  the new array,     |
 *                     |  spare buckets, then objects      |  each put evacuates |
 *                     |                                   |  two old buckets    |
 *
 *           What came before the old array is left out: its links are counted when their key
 *           comes, not when their bucket is evacuated. That is the same as long as no spare
 *           bucket is missing then, at half of the load; arrays of some dozen buckets could
 *           be an object wrong.
 *
 * Rust      The table is allocated with room for all, and left empty: its slots are never touched.
 */
#include "size/size_built.h"

#include "bucket/bucket_memory.h"
#include "hash/random.h"
#include "size/size_private.h"
#include "swiss/swiss_layout.h"

#include <stdlib.h>

/* The hash that the map's entry number n has. */
static uint64_t hash_of(const struct map_type *type, uint64_t n, uint64_t seed)
{
    return type->hash(&n, seed);        /* it looks at 8 bytes at most */
}

/* --- Go 1.24 ---------------------------------------------------------------- */

/* Throws all keys into 2^log prefixes. Returns their counts, to be freed, or NULL. */
static uint32_t *throw_prefixes(const struct map_type *type, uint64_t entries, uint64_t seed,
                                unsigned log)
{
    uint32_t *counts = calloc((size_t)1 << log, sizeof *counts);
    for (uint64_t n = 0; counts != NULL && n < entries; n++)
        counts[hash_of(type, n, seed) >> (64 - log)]++;
    return counts;
}

/* Folds counts of prefixes into those of prefixes one bit shorter. Returns how many of these
 * have split. */
static uint64_t fold(uint32_t *counts, unsigned log)
{
    uint64_t split = 0;
    for (uint64_t i = 0; i < (uint64_t)1 << (log - 1); i++) {
        counts[i] = counts[2 * i] + counts[2 * i + 1];
        split += counts[i] > swiss_growth_limit(SWISS_MAX_TABLE_SLOTS);
    }
    return split;
}

static bool count_swiss(const struct map_type *type, uint64_t entries, uint64_t seed,
                        struct size_reading *r)
{
    struct random random = {.state = seed};
    uint64_t most = size_swiss_most_tables(entries);
    r->tables = most > 0;
    r->bytes = size_of_swiss(type, entries).expected;
    if (most <= 1)
        return true;                    /* exact: no hash has a say (Z5) */
    unsigned log = (unsigned)__builtin_ctzll(most) + 2, depth = 0;
    uint32_t *counts = throw_prefixes(type, entries, random_next(&random), log);
    if (counts == NULL)
        return false;
    for (; log > 0; log--) {
        uint64_t split = fold(counts, log);
        r->tables += split;
        depth = split > 0 && depth == 0 ? log : depth;      /* of the deepest tables */
    }
    free(counts);
    r->bytes = size_swiss_bytes(type, r->tables, depth);
    return true;
}

/* --- Go 1.23 ---------------------------------------------------------------- */

struct chains {
    const struct map_type *type;
    uint64_t seed;
    uint64_t buckets;                   /* of the new array */
    uint16_t *counts;                   /* keys so far in each of its buckets, wherever they lie */
    uint64_t old_buckets;
    uint8_t *made;                      /* objects in each old chain */
    bool *evacuated;
    uint64_t mark;                      /* old buckets below it are evacuated */
    uint64_t spare_left;                /* of the old array */
    uint64_t old_links, old_made;       /* overflow buckets of the old array; objects of these */
};

/* Overflow buckets of a bucket with so many keys. */
static uint64_t links(uint64_t keys)
{
    return keys == 0 ? 0 : (keys - 1) / BUCKET_CELLS;
}

/* Keys so far in an old bucket: those of two new ones. */
static uint64_t old_count(const struct chains *c, uint64_t old)
{
    return c->counts[old] + (uint64_t)c->counts[old + c->old_buckets];
}

/* A link more in an old chain: a spare bucket, as long as there are any. */
static void link_old(struct chains *c, uint64_t old)
{
    c->old_links++;
    if (c->spare_left > 0) {
        c->spare_left--;
        return;
    }
    c->made[old]++;
    c->old_made++;
}

/* Puts a key while the old array is the map's own and whole. */
static void put_old(struct chains *c, uint64_t n)
{
    uint64_t hash = hash_of(c->type, n, c->seed), old = hash & (c->old_buckets - 1);
    uint64_t before = links(old_count(c, old));
    c->counts[hash & (c->buckets - 1)]++;
    if (links(old_count(c, old)) > before)
        link_old(c, old);
}

static void evacuate(struct chains *c, uint64_t old)
{
    if (!c->evacuated[old] && map_type_pointers(c->type))
        c->old_made -= c->made[old];    /* the chain is garbage at once */
    c->evacuated[old] = true;
    while (c->mark < c->old_buckets && c->evacuated[c->mark])
        c->mark++;
}

/* Puts a key while the map grows: its own old bucket is evacuated, and one more. */
static void put_growing(struct chains *c, uint64_t n)
{
    uint64_t hash = hash_of(c->type, n, c->seed);
    if (c->mark < c->old_buckets)
        evacuate(c, hash & (c->old_buckets - 1));
    if (c->mark < c->old_buckets)
        evacuate(c, c->mark);
    c->counts[hash & (c->buckets - 1)]++;
}

/* Overflow buckets of the new array: those of buckets whose content is there already. */
static uint64_t new_links(const struct chains *c)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < c->buckets; i++)
        if (c->old_buckets == 0 || c->evacuated[i & (c->old_buckets - 1)])
            sum += links(c->counts[i]);
    return sum;
}

/* Goes through the lives of both arrays. */
static void play(struct chains *c, const struct size_buckets *b, uint64_t entries)
{
    uint64_t n = 0, growth = b->old_buckets > 0 ? b->growth_at - 1 : 0;
    c->spare_left = b->old_spare;
    for (; n < growth; n++)
        put_old(c, n);
    for (; n < entries; n++)
        put_growing(c, n);
}

/* The bytes of `count` overflow buckets that are objects, and of the list of all `linked`. */
static uint64_t overflow_bytes(const struct map_type *type, uint64_t made, uint64_t linked)
{
    uint64_t bytes = made * heap_rounded(bucket_size(type), bucket_scan(type));
    if (bucket_scan(type) == HEAP_SCAN || linked == 0)
        return bytes;
    return bytes + heap_rounded(sizeof(struct bucket_list), HEAP_SCAN)
         + size_bucket_list_bytes((double)linked);
}

/* Did one of the map's arrays ever have an overflow bucket? Their list came to stay then, in
 * arrays too small to have spare ones. */
static bool ever_linked(const struct chains *c, uint8_t log_buckets, uint64_t overflow)
{
    bool linked = overflow > 0;
    for (uint8_t log = 1; log < log_buckets; log++) {
        uint64_t counts[8] = {0};
        for (uint64_t n = 0; n < 13 * (bucket_count(log) / 2); n++)
            linked |= ++counts[hash_of(c->type, n, c->seed) & (bucket_count(log) - 1)]
                      > BUCKET_CELLS;
    }
    return linked;
}

static void read_chains(const struct chains *c, const struct size_buckets *b,
                        struct size_reading *r)
{
    bool growing = c->mark < c->old_buckets;
    r->buckets = b->buckets;
    r->overflow = new_links(c);
    uint64_t made = r->overflow > b->spare ? r->overflow - b->spare : 0;
    r->bytes = size_bucket_bytes(c->type, b->log_buckets)
             + overflow_bytes(c->type, made, r->overflow);
    if (b->spare == 0 && bucket_scan(c->type) == HEAP_NOSCAN
        && ever_linked(c, b->log_buckets, r->overflow))
        r->bytes += heap_rounded(sizeof(struct bucket_extra), HEAP_SCAN);
    if (!growing)
        return;
    r->old_buckets = b->old_buckets;
    r->bytes += heap_rounded(bucket_array_bytes(c->type, (uint8_t)(b->log_buckets - 1)),
                             bucket_scan(c->type))
              + overflow_bytes(c->type, c->old_made, c->old_links);
}

static bool count_bucket(const struct map_type *type, uint64_t entries, uint64_t seed,
                         struct size_reading *r)
{
    struct random random = {.state = seed};
    struct size_buckets b = size_buckets_for(type, entries);
    struct chains c = {.type = type, .seed = (uint32_t)random_next(&random),
                       .buckets = b.buckets, .old_buckets = b.old_buckets};
    r->bytes = size_of_bucket(type, entries).expected;
    if (entries <= BUCKET_CELLS)
        return true;
    c.counts = calloc(b.buckets, sizeof *c.counts);
    c.made = calloc(b.buckets, sizeof *c.made);
    c.evacuated = calloc(b.buckets, sizeof *c.evacuated);
    bool done = c.counts != NULL && c.made != NULL && c.evacuated != NULL;
    if (done) {
        play(&c, &b, entries);
        read_chains(&c, &b, r);
    }
    free(c.counts);
    free(c.made);
    free(c.evacuated);
    return done;
}

/* --- Rust ------------------------------------------------------------------- */

static bool count_hashbrown(const struct map_type *type, uint64_t entries, uint64_t seed,
                            struct size_reading *r)
{
    struct size_map m;
    if (!size_map_open(&m, SIZE_RUST, type, entries, seed, 0))
        return false;
    r->bytes = size_map_read(&m).bytes;
    size_map_close(&m);
    return true;
}

/* --- Any -------------------------------------------------------------------- */

bool size_count(enum size_design design, const struct map_type *type, uint64_t entries,
                uint64_t seed, struct size_reading *reading)
{
    *reading = (struct size_reading){.entries = entries};
    bool done = design == SIZE_RUST ? count_hashbrown(type, entries, seed, reading)
              : design == SIZE_GO_1_24 ? count_swiss(type, entries, seed, reading)
                                       : count_bucket(type, entries, seed, reading);
    if (done && design != SIZE_RUST)
        reading->bytes += size_outside_bytes(type, entries);
    return done;
}
