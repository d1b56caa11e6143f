/*
 * hashbrown.h - Rust's std HashMap: one flat table of slots, in one allocation.
 *
 * Models      hashbrown 0.17, src/{map,raw}.rs, and with it std::collections::HashMap of
 *             Rust 1.95; sizes were held against that.
 * Leaves out  the choice of the hash (std: SipHash-1-3; here what the description says),
 *             allocators that give more than was asked for, and unwinding.
 *
 * Words       slot       room for one key and its elem             (Rust: bucket)
 *             elem       the value                                 (Rust: value)
 *             control    one byte per slot: empty, deleted or a tag
 *             tag        the top 7 bits of a key's hash            (Go: h2, the low 7)
 *             group      W control bytes read at once, from any slot on; W is 16 or 8
 *                                                                  (Go: 8 slots of their own)
 *             mirror     the first W control bytes again, behind the last
 *             tombstone  a deleted slot that probes walk past
 *             limit      how many slots may be other than empty: seven eighths
 *             capacity   entries that fit without a move: items + growth_left
 *
 * Rules       R1  The slots are a power of two, at least 4; or there are none, and the map
 *                 points to the shared group of empty bytes.
 *             R2  The control byte of a full slot is the top 7 bits of its key's hash.
 *             R3  Every table keeps an empty slot, so every probe ends.
 *             R4  growth_left = limit - items - tombstones.
 *             R5  items is the number of full slots.
 *             R6  The mirror repeats the first bytes; between the slots and the mirror of
 *                 a table of fewer than W slots all bytes are empty.
 *             R7  A table of at most W slots has no tombstone.
 *             R8  A tombstone lies in a run of at least W slots that are not empty.
 *             R9  On the way of a key's probe, every group before its own is without an
 *                 empty slot, so the key is found.
 *             R10 No key is held twice.
 *             R11 ctrl is a multiple of W and of the slot's alignment.
 *             R12 A map without an allocation has no entries and room for none.
 *
 * Read        hashbrown_layout.h (the picture), hashbrown_group.h, hashbrown_table.h (find,
 *             place, erase), hashbrown_grow.h (double, sweep), hashbrown_iter.h, then this file.
 *
 * Every function takes the map's description first; the typed wrappers (hashbrown_u64.h, ...)
 * give it as a constant that the compiler folds, hashbrown_any.h at run time.
 */
#ifndef HASHBROWN_H
#define HASHBROWN_H

#include "hashbrown/hashbrown_iter.h"

/* --- Making a map --- */

/*
 * Makes an empty map in h with room for at least `hint` entries (Rust: with_capacity): so many
 * puts allocate nothing. With hint 0 nothing is allocated before the first put. `seed`
 * starts the map's hash. Returns false if memory is refused: then *m is not a map and
 * nothing is taken. (map.rs: with_capacity_and_hasher)
 */
MONO bool hashbrown_init(const struct map_type *mt, struct hashbrown *m, struct heap *h,
                         uint64_t hint, uint64_t seed)
{
    struct random random = {.state = seed};
    *m = (struct hashbrown){.table = hashbrown_table_none(), .heap = h};
    m->seed = random_next(&random);
    return hint == 0 || hashbrown_table_new(mt, h, &m->table, hashbrown_slots_for(mt, hint));
}

/* Ends the map; its memory goes back at once, as when its owner goes out of scope. */
MONO void hashbrown_free(const struct map_type *mt, struct hashbrown *m)
{
    hashbrown_table_free(mt, m->heap, &m->table);
    m->table = hashbrown_table_none();
}

/* The number of entries. */
static inline uint64_t hashbrown_len(const struct hashbrown *m)
{
    return m->table.items;
}

/* How many entries fit without a move. It falls with each tombstone: capacity here is
 * a promise about inserts, not a size. (raw.rs: capacity) */
static inline uint64_t hashbrown_capacity(const struct hashbrown *m)
{
    return m->table.items + m->table.growth_left;
}

/* --- Get --- */

/* Returns the place of key's elem, good until the map changes; NULL if there is none. The
 * table's fields are read at once, so that a loop around this reads them once. */
MONO void *hashbrown_get(const struct map_type *mt, const struct hashbrown *m, const void *key)
{
    const struct hashbrown_table t = m->table;
    const uint64_t seed = m->seed;
    if (t.items == 0)
        return NULL;
    struct hashbrown_place place = hashbrown_table_find(mt, &t, key, mt->hash(key, seed));
    return place.found ? hashbrown_elem(mt, place.at) : NULL;
}

/* --- Put --- */

/*
 * A put into a map with room for one more. Returns NULL, having done nothing, if there is
 * none: it does not look first whether the key is there. A key that is there already
 * stays, with the bytes that it has; only its elem is the caller's to write.
 */
MONO void *hashbrown_put_quick(const struct map_type *mt, struct hashbrown *m, const void *key)
{
    struct hashbrown_table *t = &m->table;
    if (t->growth_left == 0)
        return NULL;
    uint64_t hash = mt->hash(key, m->seed);
    struct hashbrown_place place = hashbrown_table_find_place(mt, t, key, hash);
    if (place.found)
        return hashbrown_elem(mt, place.at);
    return hashbrown_table_place(mt, t, place.slot, key, hash);
}

/*
 * Finds or inserts key and returns the place of its elem, good until the map changes; a
 * new elem is zero, in place of the value that Rust's insert would write. Returns NULL
 * if memory is refused; the map is then exactly as before (Rust's insert would end
 * the program, its try_reserve return an error). Room is made before the search: a put
 * that finds its key in a full table grows it all the same. (map.rs: insert; raw.rs:
 * find_or_find_insert_index)
 */
MONO void *hashbrown_put(const struct map_type *mt, struct hashbrown *m, const void *key)
{
    if (m->table.growth_left == 0 && !hashbrown_reserve_rehash(mt, m, 1))
        return NULL;
    return hashbrown_put_quick(mt, m, key);
}

/* --- Delete --- */

/*
 * Takes key out of the map; false if it was not there. No table becomes smaller, and nothing
 * but one control byte and its mirror is written: key and elem were moved out or
 * dropped in Rust, and their bytes stay. (raw.rs: erase)
 */
MONO bool hashbrown_del(const struct map_type *mt, struct hashbrown *m, const void *key)
{
    struct hashbrown_place place = hashbrown_table_find(mt, &m->table, key,
                                                        mt->hash(key, m->seed));
    if (!place.found)
        return false;
    hashbrown_table_erase(&m->table, place.slot);
    return true;
}

/* --- Clear --- */

/* Takes every entry out: writes the control bytes, not the slots; keeps the allocation and
 * the seed. Does nothing to a map without entries, whose tombstones stay. (raw.rs: clear) */
MONO void hashbrown_clear(const struct map_type *mt, struct hashbrown *m)
{
    (void)mt;
    if (m->table.items > 0)
        hashbrown_table_clear(&m->table);
}

/* --- Room, more and less --- */

/* Makes room for `additional` more entries: so many puts allocate nothing. Returns false if
 * memory is refused; the map is then as before. (map.rs: try_reserve) */
MONO bool hashbrown_reserve(const struct map_type *mt, struct hashbrown *m, uint64_t additional)
{
    return additional <= m->table.growth_left || hashbrown_reserve_rehash(mt, m, additional);
}

/*
 * Exchanges the allocation for the smallest that holds the entries and at least `least` of
 * them; with neither, gives it back. Nothing happens if it would not become smaller: then
 * tombstones stay, too. The only verb that returns memory of a living map, and nobody
 * calls it unasked. Returns false if memory is refused; the map is then as before (Rust
 * would end the program). (raw.rs: shrink_to)
 */
MONO bool hashbrown_shrink_to(const struct map_type *mt, struct hashbrown *m, uint64_t least)
{
    uint64_t entries = m->table.items > least ? m->table.items : least;
    if (entries == 0) {
        m->events.shrinks += !hashbrown_table_is_none(&m->table);
        hashbrown_free(mt, m);
        return true;
    }
    uint64_t slots = hashbrown_slots_for(mt, entries);
    if (slots == 0 || slots >= hashbrown_slots(&m->table))
        return true;
    if (!hashbrown_resize(mt, m, slots))
        return false;
    m->events.shrinks++;
    return true;
}

/* The smallest allocation that holds the entries, or none. (map.rs: shrink_to_fit) */
MONO bool hashbrown_shrink_to_fit(const struct map_type *mt, struct hashbrown *m)
{
    return hashbrown_shrink_to(mt, m, 0);
}

#endif
