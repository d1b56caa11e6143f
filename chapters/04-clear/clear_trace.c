/*
 * clear_trace.c - what clear keeps and writes, counted.
 */
#include "clear.h"

#include <stdlib.h>
#include <string.h>

#include "hash/hash.h"
#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

/* --- Filling and emptying --- */

static struct heap *new_heap(const struct options *options)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes};
    return heap_new(&config);
}

/* Puts the keys 0 to keys - 1, each with the same elem. */
static bool fill(struct swiss *m, uint64_t keys, uint64_t elem)
{
    for (uint64_t key = 0; key < keys; key++) {
        uint64_t *place = swiss_u64_put(m, key);
        if (place == NULL)
            return false;
        *place = elem;
    }
    return true;
}

static void delete_keys(struct swiss *m, uint64_t keys)
{
    for (uint64_t key = 0; key < keys; key++)
        swiss_u64_del(m, key);
}

/* --- What clear keeps --- */

/* Collects, as the sources' programs do, and reads. */
static struct clear_step read_step(struct heap *h, const struct swiss *m)
{
    heap_collect(h);
    struct heap_counters c = heap_read(h);
    struct clear_step step = {.heap_alloc = c.heap_alloc, .mallocs = c.mallocs};
    if (m != NULL) {
        step.entries = swiss_len(m);
        step.tombstones = swiss_tombstone_count(&swiss_u64_type, m);
        step.seed = m->header->seed;
    }
    return step;
}

/* From the first fill to the last clear. */
static bool walk_moments(struct heap *h, struct swiss *m, uint64_t keys,
                         struct clear_step steps[CLEAR_MOMENTS])
{
    if (!fill(m, keys, 1))
        return false;
    steps[CLEAR_FILLED] = read_step(h, m);
    swiss_u64_clear(m);
    steps[CLEAR_CLEARED] = read_step(h, m);
    if (!fill(m, keys, 1))
        return false;
    steps[CLEAR_REFILLED] = read_step(h, m);
    delete_keys(m, keys);
    steps[CLEAR_DELETED] = read_step(h, m);
    swiss_u64_clear(m);
    steps[CLEAR_CLEARED_AGAIN] = read_step(h, m);
    return true;
}

bool clear_trace(const struct options *options, struct clear_step steps[CLEAR_MOMENTS])
{
    struct heap *h = new_heap(options);
    struct swiss m;
    bool done = false;
    if (h != NULL && swiss_u64_init(&m, h, 0, options->seed)) {
        done = walk_moments(h, &m, options->keys, steps);
        swiss_u64_free(&m);
        steps[CLEAR_DROPPED] = read_step(h, NULL);
    }
    heap_delete(h);
    return done;
}

/* --- Elems outside the slots --- */

static bool fill_any(const struct map_type *mt, struct swiss *m, uint64_t keys)
{
    for (uint64_t key = 0; key < keys; key++) {
        if (swiss_any_put(mt, m, &key) == NULL)
            return false;
    }
    return true;
}

bool clear_outside(const struct options *options, struct clear_outside *result)
{
    const struct map_shape shape = {
        .name = "u64 -> 129 bytes", .key_bytes = 8, .key_align = 8,
        .elem_bytes = CLEAR_OUTSIDE_BYTES, .elem_align = 1,
        .key_direct_compare = true, .hash = hash_u64, .equal = equal_u64,
    };
    const struct map_type mt = map_type_of(&shape);
    struct heap *h = new_heap(options);
    struct swiss m;
    *result = (struct clear_outside){.entries = options->keys / 4};
    result->elem_bytes = heap_rounded(CLEAR_OUTSIDE_BYTES, HEAP_NOSCAN);
    bool done = false;
    if (h != NULL && swiss_any_init(&mt, &m, h, 0, options->seed)) {
        done = fill_any(&mt, &m, result->entries);
        result->filled = read_step(h, NULL).heap_alloc;
        swiss_any_clear(&mt, &m);
        result->cleared = read_step(h, NULL).heap_alloc;
        swiss_any_free(&mt, &m);
    }
    heap_delete(h);
    return done;
}

/* --- What clear writes --- */

enum { JUNK = 0xDB };

/* The bytes of all groups of a table. */
static size_t table_bytes(const struct swiss_table *t)
{
    return swiss_groups_bytes(&swiss_u64_type, t->capacity);
}

/* Makes every byte of every group junk. The map is unusable until it is cleared. */
static void junk_groups(struct swiss *m)
{
    const struct swiss_header *header = m->header;
    for (uint64_t i = 0; i < header->dir_len;) {
        struct swiss_table *t = header->directory[i];
        memset(t->groups, JUNK, table_bytes(t));
        i = swiss_directory_next(header, t);
    }
}

/* How many bytes of the groups are junk no longer. */
static uint64_t count_written(const struct swiss *m)
{
    const struct swiss_header *header = m->header;
    uint64_t written = 0;
    for (uint64_t i = 0; i < header->dir_len;) {
        const struct swiss_table *t = header->directory[i];
        for (size_t byte = 0; byte < table_bytes(t); byte++)
            written += t->groups[byte] != JUNK;
        i = swiss_directory_next(header, t);
    }
    return written;
}

/* Copies all groups, one table behind the other. */
static void copy_groups(const struct swiss *m, unsigned char *copy)
{
    const struct swiss_header *header = m->header;
    for (uint64_t i = 0; i < header->dir_len;) {
        const struct swiss_table *t = header->directory[i];
        memcpy(copy, t->groups, table_bytes(t));
        copy += table_bytes(t);
        i = swiss_directory_next(header, t);
    }
}

/* How many bytes of the groups differ from the copy. */
static uint64_t count_changed(const struct swiss *m, const unsigned char *copy)
{
    const struct swiss_header *header = m->header;
    uint64_t changed = 0;
    for (uint64_t i = 0; i < header->dir_len;) {
        const struct swiss_table *t = header->directory[i];
        for (size_t byte = 0; byte < table_bytes(t); byte++)
            changed += t->groups[byte] != *copy++;
        i = swiss_directory_next(header, t);
    }
    return changed;
}

/* Fills the map and deletes key by key. */
static bool write_by_deletes(struct swiss *m, struct clear_written *result)
{
    if (!fill(m, result->live, UINT64_MAX))
        return false;
    unsigned char *copy = malloc(swiss_groups_bytes(&swiss_u64_type, swiss_slot_count(m)));
    if (copy == NULL)
        return false;
    copy_groups(m, copy);
    delete_keys(m, result->live);
    result->by_deletes = count_changed(m, copy);
    free(copy);
    return true;
}

/* Fills the map again and clears it, all groups junk in between. It is not used after that. */
static bool write_by_clear(struct swiss *m, struct clear_written *result)
{
    if (!fill(m, result->live, UINT64_MAX))
        return false;
    result->groups = swiss_slot_count(m) / SWISS_GROUP_SLOTS;
    result->group_bytes = swiss_group_bytes(&swiss_u64_type);
    junk_groups(m);
    swiss_u64_clear(m);
    result->by_clear = count_written(m);
    return true;
}

bool clear_written(const struct options *options, uint64_t live, struct clear_written *result)
{
    const uint64_t table_map = SWISS_GROUP_SLOTS + 1;   /* the smallest hint that makes tables */
    uint64_t hint = options->keys > table_map ? options->keys : table_map;
    struct heap *h = new_heap(options);
    struct swiss m;
    bool done = false;
    *result = (struct clear_written){.live = live};
    if (h != NULL && swiss_u64_init(&m, h, hint, options->seed)) {
        done = write_by_deletes(&m, result) && write_by_clear(&m, result);
        swiss_u64_free(&m);
    }
    heap_delete(h);
    return done;
}

/* --- Using a cleared map again --- */

/* Fills a map, empties it in one way, and fills it again with the same keys. */
static bool fill_twice(const struct options *options, struct clear_reuse *result, bool by_clear)
{
    struct heap *h = new_heap(options);
    struct swiss m;
    bool done = false;
    if (h != NULL && swiss_u64_init(&m, h, 0, options->seed)) {
        done = fill(&m, result->keys, 1);
        result->tables = swiss_table_count(&m);
        if (!by_clear)
            delete_keys(&m, result->keys);
        swiss_u64_clear(&m);
        uint64_t tombstones = swiss_tombstone_count(&swiss_u64_type, &m);
        uint64_t before = heap_read(h).mallocs;
        done = done && fill(&m, result->keys, 1);
        uint64_t mallocs = heap_read(h).mallocs - before;
        if (by_clear) {
            result->after_clear = mallocs;
        } else {
            result->tombstones = tombstones;
            result->after_deletes = mallocs;
            result->tables_after_deletes = swiss_table_count(&m);
        }
        swiss_u64_free(&m);
    }
    heap_delete(h);
    return done;
}

bool clear_reuse(const struct options *options, uint64_t keys, struct clear_reuse *result)
{
    *result = (struct clear_reuse){.keys = keys};
    return fill_twice(options, result, true) && fill_twice(options, result, false);
}
