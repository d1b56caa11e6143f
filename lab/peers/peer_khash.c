/*
 * peer_khash.c - klib's khash: open addressing, two bits a slot beside the arrays.
 *
 * Its hash has 32 bits, so it gets the lower half of the lab's. A table is filled to
 * 0.77 at most; a reservation counts buckets, not entries.
 */
#include <htslib/khash.h>

#include "hash/hash.h"
#include "peers/peer.h"

static inline khint_t khash_hash(uint64_t key)
{
    return (khint_t)hash_number(key, PEER_SEED);
}

#define khash_equal(a, b) ((a) == (b))
/* What the macro writes is not ours to mend. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wconversion"
KHASH_INIT(u64, khint64_t, uint64_t, 1, khash_hash, khash_equal)
#pragma GCC diagnostic pop

struct map {
    khash_t(u64) table;
};

static void map_begin(void)
{
}

static void map_end(void)
{
}

static struct map *map_make(uint64_t hint)
{
    struct map *m = (struct map *)kh_init(u64);
    if (m == NULL || (hint > 0 && kh_resize(u64, &m->table, (khint_t)(hint * 4 / 3)) < 0))
        peer_no_memory();
    return m;
}

static void map_drop(struct map *m)
{
    kh_destroy(u64, &m->table);
}

static inline void map_put(struct map *m, uint64_t key, uint64_t value)
{
    int what;
    khint_t at = kh_put(u64, &m->table, key, &what);
    if (what < 0)
        peer_no_memory();
    kh_value(&m->table, at) = value;
}

static inline uint64_t map_get(const struct map *m, uint64_t key)
{
    khint_t at = kh_get(u64, &m->table, key);
    return at != kh_end(&m->table) ? kh_value(&m->table, at) : 0;
}

static inline bool map_del(struct map *m, uint64_t key)
{
    khint_t at = kh_get(u64, &m->table, key);
    if (at == kh_end(&m->table))
        return false;
    kh_del(u64, &m->table, at);
    return true;
}

static uint64_t map_sum(struct map *m)
{
    uint64_t sum = 0;
    for (khint_t at = kh_begin(&m->table); at != kh_end(&m->table); at++)
        if (kh_exist(&m->table, at))
            sum += kh_value(&m->table, at);
    return sum;
}

static void map_clear(struct map *m)
{
    kh_clear(u64, &m->table);
}

static uint64_t map_bytes(void)
{
    return peer_malloc_bytes();
}

#define PEER khash
#define PEER_LABEL "khash"
#define PEER_PRESIZES true
#include "peers/peer_loops.h"
