/*
 * swiss.h - the map of Go 1.24: a directory of Swiss tables.
 *
 * Models      Go 1.24 as released, src/internal/runtime/maps/{map,table,group}.go.
 * Leaves out  the race flag, panics for unhashable keys, and the compiler's placing
 *             of small maps on the stack: they do not change the shape.
 *
 * Words       slot       room for one key and its elem
 *             group      8 slots and their control word           (Rust: group, of 16)
 *             control    one byte per slot: empty, deleted, or
 *                        the low 7 bits of the key's hash          (Rust: tag)
 *             tombstone  a deleted slot that probes walk past
 *             table      up to 128 groups, probed as one
 *             directory  pointers to tables, chosen by the hash's
 *                        top bits; several may point to one table
 *             elem       the value                                 (Rust: value)
 *
 * Rules       S1  A table's capacity is a power of two from 8 to 1024, in groups of 8.
 *             S2  The control byte of a full slot is the low 7 bits of its key's hash.
 *             S3  Every table keeps an empty slot, so every probe ends.
 *             S4  growth_left = capacity * 7/8 - used - tombstones.
 *             S5  A group never holds both an empty and a deleted slot.
 *             S6  A table of local depth d stands at 2^(global - d) neighbouring directory
 *                 entries, the first of them at its index.
 *             S7  All keys of a table share the top d bits of their hashes: those of
 *                 the directory entries that point to it.
 *             S8  The used slots of all tables add up to the map's.
 *             S9  On the way of a key's probe, every group before its own is without
 *                 an empty slot, so the key is found.
 *             S10 No key is held twice.
 *             S11 A small map has one group at most, no tombstone, up to 8 entries.
 *             S12 The elem of a slot that is not full is zero.
 *             S13 A replaced table exists only while an iterator walks it.
 *
 * Read        swiss_layout.h (the picture), swiss_table.h (find, place, delete), swiss_small.h,
 *             swiss_grow.h (convert, double, split), swiss_iter.h, then this file;
 *             swiss_prune.h for what releases after 1.24 do otherwise.
 *
 * Every function takes the map's description first; the typed wrappers (swiss_u64.h, ...)
 * give it as a constant that the compiler folds, swiss_any.h at run time.
 */
#ifndef SWISS_H
#define SWISS_H

#include "swiss/swiss_iter.h"

/* --- Making a map --- */

/* The shape that a hint asks for: tables (0: a small map) of capacity slots each. */
struct swiss_plan {
    uint64_t tables;
    uint64_t capacity;
};

static inline uint64_t swiss_power_of_two(uint64_t n)
{
    return n <= 1 ? 1 : (uint64_t)1 << (64 - __builtin_clzll(n - 1));
}

/*
 * What Go makes of a hint: room for hint entries at seven eighths, tables as many as
 * that fills at 1024 slots, rounded to a power of two, each with its share. Two
 * divisions round down on the way, so a hint is no promise: 897 and 1793 get
 * less than they ask for. An absurd hint is ignored.
 */
MONO struct swiss_plan swiss_plan(const struct map_type *mt, uint64_t hint)
{
    const uint64_t max_alloc = (uint64_t)1 << 48;       /* of an address space, as in Go */
    struct swiss_plan small = {0, 0};
    if (hint <= SWISS_GROUP_SLOTS || hint > UINT64_MAX / SWISS_GROUP_SLOTS)
        return small;
    uint64_t target = hint * SWISS_GROUP_SLOTS / 7;
    uint64_t tables = swiss_power_of_two((target + SWISS_MAX_TABLE_SLOTS - 1)
                                         / SWISS_MAX_TABLE_SLOTS);
    if (tables > max_alloc / SWISS_MAX_TABLE_SLOTS / swiss_group_bytes(mt))
        return small;
    uint64_t share = target / tables;
    if (share < SWISS_MIN_TABLE_SLOTS)
        share = SWISS_MIN_TABLE_SLOTS;
    return (struct swiss_plan){.tables = tables, .capacity = swiss_power_of_two(share)};
}

/* Gives back a directory of which the first `made` entries have tables. */
MONO void swiss_presize_undo(const struct map_type *mt, struct swiss *m, uint64_t made,
                             uint64_t tables)
{
    for (uint64_t i = 0; i < made; i++)
        swiss_table_free(mt, m->heap, m->header->directory[i]);
    heap_free(m->heap, m->header->directory, tables * sizeof(struct swiss_table *), HEAP_SCAN,
              SWISS_TAG_DIRECTORY);
    m->header->directory = NULL;
}

/* Gives a new map the tables that a plan asks for; false: no memory, none made. */
MONO bool swiss_presize(const struct map_type *mt, struct swiss *m, struct swiss_plan plan)
{
    struct swiss_header *header = m->header;
    unsigned depth = (unsigned)__builtin_ctzll(plan.tables);
    header->directory = swiss_directory_new(m->heap, plan.tables);
    if (header->directory == NULL)
        return false;
    for (uint64_t i = 0; i < plan.tables; i++) {
        struct swiss_table *t = swiss_table_new(mt, m->heap, plan.capacity, i, depth);
        if (t == NULL) {
            swiss_presize_undo(mt, m, i, plan.tables);
            return false;
        }
        header->directory[i] = t;
    }
    header->dir_len = plan.tables;
    header->global_depth = (uint8_t)depth;
    header->global_shift = (uint8_t)(64 - depth);
    m->events.presized_tables = plan.tables;
    return true;
}

/*
 * Makes an empty map in h with room for about `hint` entries; `seed` starts the map's
 * own stream of chance. Returns false if memory is refused: then *m is not a map and
 * nothing is taken. A map is a 48-byte header until its first put or for a hint up to 8.
 */
MONO bool swiss_init(const struct map_type *mt, struct swiss *m, struct heap *h, uint64_t hint,
                     uint64_t seed)
{
    *m = (struct swiss){.heap = h, .random = {.state = seed}};
    m->header = heap_alloc(h, sizeof *m->header, HEAP_SCAN, SWISS_TAG_HEADER);
    if (m->header == NULL)
        return false;
    m->header->seed = random_next(&m->random);
    struct swiss_plan plan = swiss_plan(mt, hint);
    if (plan.tables == 0 || swiss_presize(mt, m, plan))
        return true;
    heap_free(h, m->header, sizeof *m->header, HEAP_SCAN, SWISS_TAG_HEADER);
    return false;
}

/* --- Dropping it --- */

/* Drops the map with all that it holds: garbage until the next collection, as when Go's last
 * reference goes. No iterator may be running. */
MONO void swiss_free(const struct map_type *mt, struct swiss *m)
{
    struct swiss_header *header = m->header;
    assert(m->iters == NULL);
    if (header->dir_len == 0 && header->group != NULL) {
        swiss_outside_drop_all(mt, m->heap, header->group, 1);
        swiss_groups_drop(mt, m->heap, header->group, 1);
    }
    for (uint64_t i = 0; i < header->dir_len;) {
        struct swiss_table *t = header->directory[i];
        i = swiss_directory_next(header, t);
        swiss_outside_drop_all(mt, m->heap, t->groups, t->group_mask + 1);
        swiss_table_drop(mt, m->heap, t);
    }
    if (header->dir_len > 0)
        swiss_directory_drop(m->heap, header->directory, header->dir_len);
    heap_drop(m->heap, header, sizeof *header, HEAP_SCAN, SWISS_TAG_HEADER);
    m->header = NULL;
}

/* The number of entries. */
static inline uint64_t swiss_len(const struct swiss *m)
{
    return m->header->used;
}

/* --- Get --- */

/*
 * Returns the place of key's elem, good until the map changes; NULL if there is none. One
 * question parts the usual look-up from those in an empty and in a small map. The header is
 * read at once, so that a loop around this reads it once, not at every key; both together
 * spare a twelfth of the instructions.
 */
MONO void *swiss_get(const struct map_type *mt, const struct swiss *m, const void *key)
{
    const struct swiss_header header = *m->header;
    if (__builtin_expect(header.used <= SWISS_GROUP_SLOTS, 0)) {
        if (header.used == 0)
            return NULL;
        if (header.dir_len == 0)
            return swiss_small_get(mt, &header, key);
    }
    uint64_t hash = mt->hash(key, header.seed);
    struct swiss_spot spot = swiss_table_find(mt, swiss_table_for(&header, hash), key, hash);
    return spot.found ? swiss_elem(mt, spot.at) : NULL;
}

/* --- Put --- */

/* The elem of a slot that holds key already. The key itself is written again for types whose
 * equal keys may differ (+0 and -0, two strings). */
MONO void *swiss_update(const struct map_type *mt, struct swiss_spot spot, const void *key)
{
    if (mt->key_update)
        memcpy(swiss_key(mt, spot.at), key, mt->key_bytes);
    return swiss_elem(mt, spot.at);
}

/*
 * The part of a put that nearly every put is: the map has tables, the key is there or
 * its table has room, and nothing lies outside the slots. Returns NULL, having done
 * nothing, where more is to be done.
 */
MONO void *swiss_put_quick(const struct map_type *mt, struct swiss *m, const void *key)
{
    struct swiss_header *header = m->header;
    if (header->dir_len == 0 || mt->key_indirect || mt->elem_indirect)
        return NULL;
    uint64_t hash = mt->hash(key, header->seed);
    struct swiss_table *t = swiss_table_for(header, hash);
    struct swiss_spot spot = swiss_table_find_place(mt, t, key, hash);
    if (spot.found)
        return swiss_update(mt, spot, key);
    if (!spot.tombstone && t->growth_left == 0)
        return NULL;
    swiss_table_count_in(t, spot.tombstone);
    header->used++;
    return swiss_place(mt, spot, key, hash, (struct swiss_outside){NULL, NULL});
}

/*
 * Makes room for the spot's key, where there is none: a full small map becomes a table
 * map (in Go 1.24 even if it holds the key already), a full table grows. *spot is then
 * the key's place in its new table. False: no memory, no change. One growth is enough, but
 * for keys that are not equal to themselves: a NaN's hash is drawn anew at each move.
 */
MONO bool swiss_make_room(const struct map_type *mt, struct swiss *m, struct swiss_spot *spot,
                          const void *key, uint64_t hash)
{
    if (m->header->dir_len == 0) {
        if (!swiss_convert(mt, m))
            return false;
        *spot = swiss_table_find_place(mt, swiss_table_for(m->header, hash), key, hash);
    }
    while (!spot->found && !spot->tombstone
           && swiss_table_for(m->header, hash)->growth_left == 0) {
        if (!swiss_grow(mt, m, swiss_table_for(m->header, hash), hash))
            return false;
        *spot = swiss_table_find_place(mt, swiss_table_for(m->header, hash), key, hash);
    }
    return true;
}

/* A put into a map that has tables, or into a small one that is full. */
MONO void *swiss_put_table(const struct map_type *mt, struct swiss *m, struct swiss_spot spot,
                           const void *key, uint64_t hash)
{
    struct swiss_outside outside = {NULL, NULL};
    bool known = spot.found;
    if (!known && !swiss_outside_new(mt, m->heap, &outside))
        return NULL;
    if (!swiss_make_room(mt, m, &spot, key, hash)) {
        if (!known)
            swiss_outside_free(mt, m->heap, outside);
        return NULL;
    }
    if (known)
        return swiss_update(mt, spot, key);
    swiss_table_count_in(swiss_table_for(m->header, hash), spot.tombstone);
    m->header->used++;
    return swiss_place(mt, spot, key, hash, outside);
}

/*
 * Finds or inserts key and returns the place of its elem, good until the map changes; a
 * new elem is zero. Returns NULL if memory is refused; the map's entries, and all that
 * it takes, are then as before. key must not point into the map itself.
 */
MONO void *swiss_put(const struct map_type *mt, struct swiss *m, const void *key)
{
    struct swiss_header *header = m->header;
    uint64_t hash = mt->hash(key, header->seed);
    if (header->dir_len > 0) {
        struct swiss_table *t = swiss_table_for(header, hash);
        return swiss_put_table(mt, m, swiss_table_find_place(mt, t, key, hash), key, hash);
    }
    struct swiss_spot spot = swiss_small_find(mt, header, key, hash);
    if (header->used == SWISS_GROUP_SLOTS
        && !(spot.found && (m->settings & SWISS_FINDS_BEFORE_CONVERTING) != 0))
        return swiss_put_table(mt, m, spot, key, hash);
    return spot.found ? swiss_update(mt, spot, key) : swiss_small_insert(mt, m, key, hash);
}

/* --- Delete --- */

/*
 * Takes key out of the map; false if it was not there. Its slot is emptied, its elem
 * zeroed; indirect objects are dropped. No table ever becomes smaller. A map that this
 * empties draws a new seed, so that nobody learns which keys collide.
 */
MONO bool swiss_del(const struct map_type *mt, struct swiss *m, const void *key)
{
    struct swiss_header *header = m->header;
    if (header->used == 0)
        return false;
    uint64_t hash = mt->hash(key, header->seed);
    struct swiss_table *t = header->dir_len == 0 ? NULL : swiss_table_for(header, hash);
    struct swiss_spot spot = t == NULL ? swiss_small_find(mt, header, key, hash)
                                       : swiss_table_find(mt, t, key, hash);
    if (!spot.found)
        return false;
    if (mt->key_indirect)
        swiss_iters_forget(mt, m, swiss_pointer(spot.at));
    swiss_outside_drop(mt, m->heap, spot.at);
    if (t == NULL)
        swiss_small_vacate(mt, spot);
    else if (swiss_table_vacate(mt, t, spot))
        m->tombstone_possible = true;
    if (--header->used == 0)
        header->seed = random_next(&m->random);
    return true;
}

/* --- Clear --- */

/*
 * Takes every entry out. Writes every byte of every group, however few entries there
 * are; keeps all tables and the directory; draws a new seed. Does nothing to a map
 * without entries: in Go 1.24 its tombstones stay. Later releases spare work and
 * tombstones (swiss_prune.h).
 */
MONO void swiss_clear(const struct map_type *mt, struct swiss *m)
{
    struct swiss_header *header = m->header;
    if (header->used == 0 && !swiss_clears_tombstones(m))
        return;
    swiss_iters_forget_all(mt, m);
    if (header->dir_len == 0) {
        swiss_outside_drop_all(mt, m->heap, header->group, 1);
        swiss_groups_clear(mt, header->group, 1);
    }
    for (uint64_t i = 0; i < header->dir_len;) {
        struct swiss_table *t = header->directory[i];
        i = swiss_directory_next(header, t);
        swiss_outside_drop_all(mt, m->heap, t->groups, t->group_mask + 1);
        swiss_table_clear_by(mt, m, t);
    }
    header->used = 0;
    m->tombstone_possible = false;
    header->clear_seq++;
    header->seed = random_next(&m->random);
}

#endif
