/*
 * peer_glib.c - GLib's GHashTable, with numbers in place of pointers.
 *
 * Its hash has 32 bits, so it gets the lower half of the lab's. It cannot be pre-sized, and
 * it becomes smaller by itself when keys are removed. Had every value been equal to its
 * key, it would be a set and keep one array less: here a value is key + 1.
 */
#include <glib.h>

#include "hash/hash.h"
#include "peers/peer.h"

struct map {
    GHashTable *table;
};

static guint glib_hash(gconstpointer key)
{
    return (guint)hash_number((uint64_t)(uintptr_t)key, PEER_SEED);
}

static void map_begin(void)
{
}

static void map_end(void)
{
}

static struct map *map_make(uint64_t hint)
{
    struct map *m = g_new(struct map, 1);
    (void)hint;
    m->table = g_hash_table_new(glib_hash, NULL);
    return m;
}

static void map_drop(struct map *m)
{
    g_hash_table_destroy(m->table);
    g_free(m);
}

static inline void map_put(struct map *m, uint64_t key, uint64_t value)
{
    g_hash_table_insert(m->table, (gpointer)(uintptr_t)key, (gpointer)(uintptr_t)value);
}

static inline uint64_t map_get(const struct map *m, uint64_t key)
{
    return (uintptr_t)g_hash_table_lookup(m->table, (gconstpointer)(uintptr_t)key);
}

static inline bool map_del(struct map *m, uint64_t key)
{
    return g_hash_table_remove(m->table, (gconstpointer)(uintptr_t)key) != FALSE;
}

static uint64_t map_sum(struct map *m)
{
    GHashTableIter it;
    gpointer value;
    uint64_t sum = 0;
    for (g_hash_table_iter_init(&it, m->table); g_hash_table_iter_next(&it, NULL, &value);)
        sum += (uintptr_t)value;
    return sum;
}

static void map_clear(struct map *m)
{
    g_hash_table_remove_all(m->table);
}

static uint64_t map_bytes(void)
{
    return peer_malloc_bytes();
}

#define PEER glib
#define PEER_LABEL "GLib GHashTable"
#define PEER_PRESIZES false
#include "peers/peer_loops.h"
