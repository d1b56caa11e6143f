/*
 * swiss_memory.h - making and dropping what a map consists of.
 *
 * Whatever the map has used is dropped (garbage until a collection, as in Go);
 * what was made but never used, because a later request was refused, is freed.
 *
 * Go's collector keeps a replaced table alive while an iterator walks it. Here the
 * map knows its running iterators, and a replaced table or group is dropped when no
 * iterator stands on it: at once, or when the last of them moves on.
 */
#ifndef SWISS_MEMORY_H
#define SWISS_MEMORY_H

#include "swiss/swiss_table.h"

/* --- Groups, tables, directories --- */

/* Returns `count` empty groups, or NULL. */
MONO unsigned char *swiss_groups_new(const struct map_type *mt, struct heap *h, uint64_t count)
{
    unsigned char *groups = heap_alloc(h, count * swiss_group_bytes(mt), swiss_groups_scan(mt),
                                       SWISS_TAG_GROUPS);
    if (groups == NULL)
        return NULL;
    for (uint64_t g = 0; g < count; g++)
        ctrl_store(groups + g * swiss_group_bytes(mt), CTRL_ALL_EMPTY);
    return groups;
}

MONO void swiss_groups_drop(const struct map_type *mt, struct heap *h, unsigned char *groups,
                            uint64_t count)
{
    heap_drop(h, groups, count * swiss_group_bytes(mt), swiss_groups_scan(mt), SWISS_TAG_GROUPS);
}

/* Returns an empty table of `capacity` slots, or NULL. */
MONO struct swiss_table *swiss_table_new(const struct map_type *mt, struct heap *h,
                                         uint64_t capacity, uint64_t index, unsigned depth)
{
    struct swiss_table *t = heap_alloc(h, sizeof *t, HEAP_SCAN, SWISS_TAG_TABLE);
    if (t == NULL)
        return NULL;
    *t = (struct swiss_table){
        .capacity = (uint16_t)capacity,
        .growth_left = swiss_growth_limit(capacity),
        .local_depth = (uint8_t)depth,
        .index = (int64_t)index,
        .groups = swiss_groups_new(mt, h, capacity / SWISS_GROUP_SLOTS),
        .group_mask = capacity / SWISS_GROUP_SLOTS - 1,
    };
    if (t->groups != NULL)
        return t;
    heap_free(h, t, sizeof *t, HEAP_SCAN, SWISS_TAG_TABLE);
    return NULL;
}

/* Gives back a table that was never used; NULL is allowed. */
MONO void swiss_table_free(const struct map_type *mt, struct heap *h, struct swiss_table *t)
{
    if (t == NULL)
        return;
    heap_free(h, t->groups, swiss_groups_bytes(mt, t->capacity), swiss_groups_scan(mt),
              SWISS_TAG_GROUPS);
    heap_free(h, t, sizeof *t, HEAP_SCAN, SWISS_TAG_TABLE);
}

MONO void swiss_table_drop(const struct map_type *mt, struct heap *h, struct swiss_table *t)
{
    swiss_groups_drop(mt, h, t->groups, t->group_mask + 1);
    heap_drop(h, t, sizeof *t, HEAP_SCAN, SWISS_TAG_TABLE);
}

static inline struct swiss_table **swiss_directory_new(struct heap *h, uint64_t length)
{
    return heap_alloc(h, length * sizeof(struct swiss_table *), HEAP_SCAN, SWISS_TAG_DIRECTORY);
}

static inline void swiss_directory_drop(struct heap *h, struct swiss_table **directory,
                                        uint64_t length)
{
    heap_drop(h, directory, length * sizeof *directory, HEAP_SCAN, SWISS_TAG_DIRECTORY);
}

/* --- Keys and elems outside the slots --- */

/* Takes room for an indirect key and elem; returns false, with nothing taken, if
 * memory is refused. For types without indirection it is a constant true. */
MONO bool swiss_outside_new(const struct map_type *mt, struct heap *h, struct swiss_outside *out)
{
    *out = (struct swiss_outside){NULL, NULL};
    if (mt->key_indirect) {
        out->key = heap_alloc(h, mt->key_bytes, (enum heap_scan)mt->key_pointers, SWISS_TAG_KEY);
        if (out->key == NULL)
            return false;
    }
    if (mt->elem_indirect) {
        out->elem = heap_alloc(h, mt->elem_bytes, (enum heap_scan)mt->elem_pointers,
                               SWISS_TAG_ELEM);
        if (out->elem == NULL && mt->key_indirect)
            heap_free(h, out->key, mt->key_bytes, (enum heap_scan)mt->key_pointers, SWISS_TAG_KEY);
        return out->elem != NULL;
    }
    return true;
}

/* Gives back what was taken and not used. */
MONO void swiss_outside_free(const struct map_type *mt, struct heap *h, struct swiss_outside out)
{
    if (mt->key_indirect)
        heap_free(h, out.key, mt->key_bytes, (enum heap_scan)mt->key_pointers, SWISS_TAG_KEY);
    if (mt->elem_indirect)
        heap_free(h, out.elem, mt->elem_bytes, (enum heap_scan)mt->elem_pointers, SWISS_TAG_ELEM);
}

/* Drops the indirect key and elem of a full slot. */
MONO void swiss_outside_drop(const struct map_type *mt, struct heap *h, const unsigned char *slot)
{
    if (mt->key_indirect)
        heap_drop(h, swiss_pointer(slot), mt->key_bytes, (enum heap_scan)mt->key_pointers,
                  SWISS_TAG_KEY);
    if (mt->elem_indirect)
        heap_drop(h, swiss_pointer(slot + mt->elem_at), mt->elem_bytes,
                  (enum heap_scan)mt->elem_pointers, SWISS_TAG_ELEM);
}

/* Drops the indirect keys and elems of all full slots of some groups. */
MONO void swiss_outside_drop_all(const struct map_type *mt, struct heap *h, unsigned char *groups,
                                 uint64_t count)
{
    if (!mt->key_indirect && !mt->elem_indirect)
        return;
    for (uint64_t g = 0; g < count; g++) {
        unsigned char *group = groups + g * swiss_group_bytes(mt);
        uint64_t match = ctrl_match_full(ctrl_load(group));
        for (; match != 0; match = ctrl_remove_first(match))
            swiss_outside_drop(mt, h, swiss_slot(mt, group, ctrl_first(match)));
    }
}

/* --- What running iterators still need --- */

static inline bool swiss_table_is_walked(const struct swiss *m, const struct swiss_table *t)
{
    for (const struct swiss_iter *it = m->iters; it != NULL; it = it->next)
        if (it->table == t)
            return true;
    return false;
}

static inline bool swiss_group_is_walked(const struct swiss *m, const unsigned char *group)
{
    for (const struct swiss_iter *it = m->iters; it != NULL; it = it->next)
        if (it->group == group)
            return true;
    return false;
}

/* Marks a table as replaced and drops it, unless an iterator stands on it. */
MONO void swiss_table_retire(const struct map_type *mt, struct swiss *m, struct swiss_table *t)
{
    t->index = -1;
    if (!swiss_table_is_walked(m, t))
        swiss_table_drop(mt, m->heap, t);
}

/* Takes the slots that hold this indirect key out of some groups. */
MONO void swiss_groups_forget(const struct map_type *mt, unsigned char *groups, uint64_t count,
                              const void *key)
{
    for (uint64_t g = 0; g < count; g++) {
        unsigned char *group = groups + g * swiss_group_bytes(mt);
        uint64_t match = ctrl_match_full(ctrl_load(group));
        for (; match != 0; match = ctrl_remove_first(match))
            if (swiss_pointer(swiss_slot(mt, group, ctrl_first(match))) == key)
                group[ctrl_first(match)] = CTRL_DELETED;
    }
}

/*
 * A replaced table shares its indirect keys with its replacement. In Go it keeps
 * them alive; here a key that is about to be dropped is taken out of every replaced table
 * or group that an iterator still walks. (Go would look such a key up and skip it, or
 * produce it if it had been put again; the promises of a range allow both.)
 */
MONO void swiss_iters_forget(const struct map_type *mt, struct swiss *m, const void *key)
{
    if (!mt->key_indirect)
        return;
    for (struct swiss_iter *it = m->iters; it != NULL; it = it->next) {
        if (it->table != NULL && it->table->index == -1)
            swiss_groups_forget(mt, it->table->groups, it->table->group_mask + 1, key);
        if (it->group != NULL && m->header->dir_len > 0)
            swiss_groups_forget(mt, it->group, 1, key);
    }
}

/* The same for all keys at once: what is walked in an old form becomes empty. */
MONO void swiss_iters_forget_all(const struct map_type *mt, struct swiss *m)
{
    if (!mt->key_indirect)
        return;
    for (struct swiss_iter *it = m->iters; it != NULL; it = it->next) {
        if (it->table != NULL && it->table->index == -1)
            swiss_table_clear(mt, it->table);
        if (it->group != NULL && m->header->dir_len > 0)
            ctrl_store(it->group, CTRL_ALL_EMPTY);
    }
}

#endif
