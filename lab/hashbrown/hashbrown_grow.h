/*
 * hashbrown_grow.h - making room: a new allocation, or the old one swept.
 *
 * When no empty slot may be filled any more, one of two things is wrong. There are too many
 * entries: then they move to a table of twice the slots, all at once. Or there are too many
 * tombstones: then every entry is put where a fresh insert would put it, inside the
 * same allocation. The line between the two is half of what the table may hold.
 *
 * Source: hashbrown 0.17, src/raw.rs (reserve_rehash_inner, resize_inner,
 * prepare_rehash_in_place, rehash_in_place, shrink_to).
 */
#ifndef HASHBROWN_GROW_H
#define HASHBROWN_GROW_H

#include "hashbrown/hashbrown_table.h"

/* --- Tables, made and freed --- */

/* Makes an empty table of so many slots; false: no memory. Rust has no collector: no
 * pointers are looked for in it, whatever the slots hold. */
MONO bool hashbrown_table_new(const struct map_type *mt, struct heap *h,
                              struct hashbrown_table *t, uint64_t slots)
{
    if (slots == 0 || !hashbrown_fits(mt, slots))
        return false;
    unsigned char *memory = heap_alloc(h, hashbrown_table_bytes(mt, slots), HEAP_NOSCAN,
                                       HASHBROWN_TAG_TABLE);
    if (memory == NULL)
        return false;
    t->ctrl = memory + hashbrown_ctrl_at(mt, slots);
    t->bucket_mask = slots - 1;
    hashbrown_table_clear(t);
    return true;
}

/* Gives a table's memory back, now. */
MONO void hashbrown_table_free(const struct map_type *mt, struct heap *h,
                               const struct hashbrown_table *t)
{
    if (hashbrown_table_is_none(t))
        return;
    uint64_t slots = hashbrown_slots(t);
    heap_free(h, t->ctrl - hashbrown_ctrl_at(mt, slots), hashbrown_table_bytes(mt, slots),
              HEAP_NOSCAN, HASHBROWN_TAG_TABLE);
}

/* --- A new allocation --- */

/* Copies every entry of one table into another, which is empty and has room. */
MONO void hashbrown_move_all(const struct map_type *mt, const struct hashbrown_table *from,
                             struct hashbrown_table *to, uint64_t seed)
{
    assert(from->items <= to->growth_left);
    uint64_t left = from->items;
    for (uint64_t at = 0; left > 0; at += HASHBROWN_WIDTH) {
        uint64_t match = hashbrown_match_full(hashbrown_group_load(from->ctrl + at));
        for (; match != 0; match = hashbrown_remove_first(match), left--) {
            const unsigned char *slot = hashbrown_slot(mt, from, at + hashbrown_first(match));
            uint64_t hash = mt->hash(slot, seed);
            uint64_t i = hashbrown_table_find_free(to, hash);
            hashbrown_set_ctrl(to, i, hashbrown_tag(hash));
            memcpy(hashbrown_slot(mt, to, i), slot, hashbrown_slot_bytes(mt));
        }
    }
    to->items = from->items;
    to->growth_left -= from->items;
}

/* Moves the map to a table of so many slots. Both exist while it does. False: no
 * memory, no change. */
MONO bool hashbrown_resize(const struct map_type *mt, struct hashbrown *m, uint64_t slots)
{
    struct hashbrown_table to;
    if (!hashbrown_table_new(mt, m->heap, &to, slots))
        return false;
    hashbrown_move_all(mt, &m->table, &to, m->seed);
    m->events.moved += to.items;
    hashbrown_table_free(mt, m->heap, &m->table);
    m->table = to;
    return true;
}

/* --- The same allocation --- */

/* Marks all entries as still to be placed (deleted) and all other slots as empty; then the
 * mirror, in one copy. Only a table of more than a group has tombstones to sweep (R7). */
static inline void hashbrown_mark_all(const struct hashbrown_table *t)
{
    uint64_t slots = hashbrown_slots(t);
    assert(slots > HASHBROWN_WIDTH);
    for (uint64_t at = 0; at < slots; at += HASHBROWN_WIDTH) {
        struct hashbrown_group group = hashbrown_group_load(t->ctrl + at);
        hashbrown_group_store(t->ctrl + at, hashbrown_full_to_deleted(group));
    }
    memcpy(t->ctrl + slots, t->ctrl, HASHBROWN_WIDTH);
}

/* Which group of the hash's probe sees slot i: counted in groups from the start, which is
 * not the order of the walk but tells them apart. */
static inline uint64_t hashbrown_probe_group(const struct hashbrown_table *t, uint64_t i,
                                             uint64_t hash)
{
    return ((i - hash) & t->bucket_mask) / HASHBROWN_WIDTH;
}

/* Exchanges the bytes of two slots, eight at a time. */
MONO void hashbrown_swap(const struct map_type *mt, unsigned char *a, unsigned char *b)
{
    unsigned char keep[8];
    for (size_t at = 0; at < hashbrown_slot_bytes(mt); at += sizeof keep) {
        size_t left = hashbrown_slot_bytes(mt) - at;
        size_t bytes = left < sizeof keep ? left : sizeof keep;
        memcpy(keep, a + at, bytes);
        memcpy(a + at, b + at, bytes);
        memcpy(b + at, keep, bytes);
    }
}

/*
 * Places the entry of slot i, which is marked, where an insert would. Three ways:
 * the place is in the group where the entry lies already, and it stays; it is empty, and the
 * entry moves; it is marked itself, and the two change places: then slot i holds
 * another entry to be placed, and true is returned.
 */
MONO bool hashbrown_place_marked(const struct map_type *mt, struct hashbrown *m, uint64_t i)
{
    struct hashbrown_table *t = &m->table;
    unsigned char *slot = hashbrown_slot(mt, t, i);
    uint64_t hash = mt->hash(slot, m->seed);
    uint64_t to = hashbrown_table_find_free(t, hash);
    if (hashbrown_probe_group(t, i, hash) == hashbrown_probe_group(t, to, hash)) {
        hashbrown_set_ctrl(t, i, hashbrown_tag(hash));
        return false;
    }
    bool marked = t->ctrl[to] == HASHBROWN_DELETED;
    hashbrown_set_ctrl(t, to, hashbrown_tag(hash));
    m->events.moved++;
    if (marked) {
        hashbrown_swap(mt, slot, hashbrown_slot(mt, t, to));
        return true;
    }
    hashbrown_set_ctrl(t, i, HASHBROWN_EMPTY);
    memcpy(hashbrown_slot(mt, t, to), slot, hashbrown_slot_bytes(mt));
    return false;
}

/* Sweeps the tombstones out of the table without any allocation: it cannot fail. */
MONO void hashbrown_rehash_in_place(const struct map_type *mt, struct hashbrown *m)
{
    struct hashbrown_table *t = &m->table;
    hashbrown_mark_all(t);
    for (uint64_t i = 0; i <= t->bucket_mask; i++)
        while (t->ctrl[i] == HASHBROWN_DELETED && hashbrown_place_marked(mt, m, i))
            ;
    t->growth_left = hashbrown_growth_limit(t->bucket_mask) - t->items;
}

/* --- Which of the two --- */

/*
 * Makes room for `additional` more entries, where growth_left is too small for them. Up to
 * half of what the table may hold, tombstones must be in the way, and they are swept. Else
 * the table grows: to what is asked for, and at least to the next size. False: no
 * memory, no change.
 */
MONO bool hashbrown_reserve_rehash(const struct map_type *mt, struct hashbrown *m,
                                   uint64_t additional)
{
    uint64_t entries, limit = hashbrown_growth_limit(m->table.bucket_mask);
    if (__builtin_add_overflow(m->table.items, additional, &entries))
        return false;
    if (entries <= limit / 2) {
        hashbrown_rehash_in_place(mt, m);
        m->events.rehashes++;
        return true;
    }
    if (!hashbrown_resize(mt, m, hashbrown_slots_for(mt, entries > limit ? entries : limit + 1)))
        return false;
    m->events.resizes++;
    return true;
}

#endif
