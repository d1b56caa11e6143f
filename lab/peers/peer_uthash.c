/*
 * peer_uthash.c - uthash: chains through the user's own structs, one malloc for each.
 *
 * Its hash has 32 bits, so it gets the lower half of the lab's. It cannot be pre-sized, and
 * its owner frees the structs.
 */
#include <stdlib.h>

#include "hash/hash.h"
#include "peers/peer.h"

#define HASH_FUNCTION(key, bytes, hash) ((hash) = (unsigned)hash_u64((key), PEER_SEED))
#define uthash_fatal(sentence) peer_no_memory()
#include <uthash.h>

struct entry {
    uint64_t key, value;
    UT_hash_handle hh;
};

struct map {
    struct entry *entries;
};

static void map_begin(void)
{
}

static void map_end(void)
{
}

static struct map *map_make(uint64_t hint)
{
    struct map *m = calloc(1, sizeof *m);
    (void)hint;
    if (m == NULL)
        peer_no_memory();
    return m;
}

/* The list of all entries outlives the hash table that is cleared first. */
static void map_clear(struct map *m)
{
    struct entry *e = m->entries;
    HASH_CLEAR(hh, m->entries);
    while (e != NULL) {
        struct entry *next = e->hh.next;
        free(e);
        e = next;
    }
}

static void map_drop(struct map *m)
{
    map_clear(m);
    free(m);
}

static void map_put(struct map *m, uint64_t key, uint64_t value)
{
    struct entry *e;
    HASH_FIND(hh, m->entries, &key, sizeof key, e);
    if (e == NULL) {
        e = malloc(sizeof *e);
        if (e == NULL)
            peer_no_memory();
        e->key = key;
        HASH_ADD(hh, m->entries, key, sizeof key, e);
    }
    e->value = value;
}

static inline uint64_t map_get(const struct map *m, uint64_t key)
{
    struct entry *e;
    HASH_FIND(hh, m->entries, &key, sizeof key, e);
    return e != NULL ? e->value : 0;
}

static bool map_del(struct map *m, uint64_t key)
{
    struct entry *e;
    HASH_FIND(hh, m->entries, &key, sizeof key, e);
    if (e == NULL)
        return false;
    HASH_DEL(m->entries, e);
    free(e);
    return true;
}

static uint64_t map_sum(struct map *m)
{
    uint64_t sum = 0;
    for (const struct entry *e = m->entries; e != NULL; e = e->hh.next)
        sum += e->value;
    return sum;
}

static uint64_t map_bytes(void)
{
    return peer_malloc_bytes();
}

#define PEER uthash
#define PEER_LABEL "uthash"
#define PEER_PRESIZES false
#include "peers/peer_loops.h"
