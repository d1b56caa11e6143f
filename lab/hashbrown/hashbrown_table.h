/*
 * hashbrown_table.h - one table: find, place, erase. Nothing here allocates.
 *
 * How a key is found: the low bits of its hash name a slot, and the W control bytes from
 * there on, wherever that is, are the first group of its probe; each byte equal to the tag has
 * its key compared. If none is equal and the group has an empty byte, the key is not
 * in the table. Else the probe goes W bytes on, then 2 W, then 3 W.
 *
 * How a slot is erased: it may become empty again if no probe can have passed over it. A
 * probe passes a group only if all W bytes are not empty. So count the bytes that are not
 * empty around the slot, itself included: fewer than W, and no group that contains it was ever
 * passed. Otherwise it becomes deleted, a tombstone.
 *
 * Source: hashbrown 0.17, src/raw.rs (find_inner, find_or_find_insert_index_inner,
 * find_insert_index, fix_insert_index, erase, set_ctrl).
 */
#ifndef HASHBROWN_TABLE_H
#define HASHBROWN_TABLE_H

#include <assert.h>

#include "hashbrown/hashbrown_layout.h"

/* A slot, found or chosen. */
struct hashbrown_place {
    uint64_t slot;
    unsigned char *at;                  /* where the slot lies, if it is found: the place of its
                                           elem is not worked out again */
    bool found;                         /* it holds the key; else it is free to fill */
};

static const uint64_t HASHBROWN_NO_SLOT = UINT64_MAX;

/* --- Probing --- */

/* Steps of one, two, three, ... groups: for a power of two of slots the groups cover every
 * slot before the probe comes round. */
struct hashbrown_probe {
    uint64_t at;                        /* the group's first slot */
    uint64_t step;                      /* how far the last step went */
};

static inline struct hashbrown_probe hashbrown_probe_start(const struct hashbrown_table *t,
                                                           uint64_t hash)
{
    return (struct hashbrown_probe){.at = hash & t->bucket_mask};
}

static inline void hashbrown_probe_next(const struct hashbrown_table *t,
                                        struct hashbrown_probe *probe)
{
    probe->step += HASHBROWN_WIDTH;
    assert(probe->step <= t->bucket_mask + HASHBROWN_WIDTH);    /* a group with an empty byte */
    probe->at = (probe->at + probe->step) & t->bucket_mask;
}

/* --- Finding --- */

/* Looks for key among the slots of one group. */
MONO struct hashbrown_place hashbrown_group_find(const struct map_type *mt,
                                                 const struct hashbrown_table *t,
                                                 struct hashbrown_group group, uint64_t at,
                                                 const void *key, uint64_t hash)
{
    uint64_t match = hashbrown_match_tag(group, hashbrown_tag(hash));
    for (; match != 0; match = hashbrown_remove_first(match)) {
        uint64_t i = (at + hashbrown_first(match)) & t->bucket_mask;
        unsigned char *slot = hashbrown_slot(mt, t, i);
        if (mt->equal(key, slot))
            return (struct hashbrown_place){.slot = i, .at = slot, .found = true};
    }
    return (struct hashbrown_place){.found = false};
}

/* Asks the group at a slot for key. False: it has told neither where key is nor that it is
 * nowhere. */
MONO bool hashbrown_group_tells(const struct map_type *mt, const struct hashbrown_table *t,
                                uint64_t at, const void *key, uint64_t hash,
                                struct hashbrown_place *place)
{
    struct hashbrown_group group = hashbrown_group_load(t->ctrl + at);
    *place = hashbrown_group_find(mt, t, group, at, key, hash);
    return place->found || hashbrown_match_empty(group) != 0;
}

/* Returns the slot that holds key, or a place that is not found. Nearly every look-up ends in its
 * first group, which stands before the loop: that spares keeping what the others need. */
MONO struct hashbrown_place hashbrown_table_find(const struct map_type *mt,
                                                 const struct hashbrown_table *t,
                                                 const void *key, uint64_t hash)
{
    struct hashbrown_place place;
    struct hashbrown_probe probe = hashbrown_probe_start(t, hash);
    bool told = hashbrown_group_tells(mt, t, probe.at, key, hash, &place);
    while (__builtin_expect(!told, 0)) {
        hashbrown_probe_next(t, &probe);
        told = hashbrown_group_tells(mt, t, probe.at, key, hash, &place);
    }
    return place;
}

/*
 * In a table of fewer than W slots a group also sees bytes that are always empty, and
 * such a byte stands for a slot that may be full. The first group sees the whole table, so it
 * names a slot that is really free.
 */
static inline uint64_t hashbrown_fix_free(const struct hashbrown_table *t, uint64_t i)
{
    if (t->ctrl[i] >= 0x80)
        return i;
    assert(t->bucket_mask < HASHBROWN_WIDTH);
    return hashbrown_first(hashbrown_match_empty_or_deleted(hashbrown_group_load(t->ctrl)));
}

/*
 * Returns the slot that holds key, or else the slot where it goes: the first free one on
 * its way, empty or deleted. The walk goes on to an empty byte even when a tombstone
 * was met: the key may lie behind it.
 */
MONO struct hashbrown_place hashbrown_table_find_place(const struct map_type *mt,
                                                       const struct hashbrown_table *t,
                                                       const void *key, uint64_t hash)
{
    uint64_t free_slot = HASHBROWN_NO_SLOT;
    struct hashbrown_probe probe = hashbrown_probe_start(t, hash);
    for (;; hashbrown_probe_next(t, &probe)) {
        struct hashbrown_group group = hashbrown_group_load(t->ctrl + probe.at);
        struct hashbrown_place place = hashbrown_group_find(mt, t, group, probe.at, key, hash);
        if (place.found)
            return place;
        uint64_t match = hashbrown_match_empty_or_deleted(group);
        if (free_slot == HASHBROWN_NO_SLOT && match != 0)
            free_slot = (probe.at + hashbrown_first(match)) & t->bucket_mask;
        if (hashbrown_match_empty(group) != 0)
            return (struct hashbrown_place){.slot = hashbrown_fix_free(t, free_slot)};
    }
}

/* The slot where an entry with this hash goes, if its key is known to be in no slot. */
static inline uint64_t hashbrown_table_find_free(const struct hashbrown_table *t, uint64_t hash)
{
    struct hashbrown_probe probe = hashbrown_probe_start(t, hash);
    for (;; hashbrown_probe_next(t, &probe)) {
        struct hashbrown_group group = hashbrown_group_load(t->ctrl + probe.at);
        uint64_t match = hashbrown_match_empty_or_deleted(group);
        if (match != 0)
            return hashbrown_fix_free(t, (probe.at + hashbrown_first(match)) & t->bucket_mask);
    }
}

/* --- Control bytes --- */

/*
 * Writes slot i's control byte and its mirror. For i < W the second place is n + i (or W + i in
 * a table of n < W slots); for any other slot it is i itself, written twice rather
 * than asked about.
 */
static inline void hashbrown_set_ctrl(const struct hashbrown_table *t, uint64_t i, uint8_t byte)
{
    uint64_t mirror = ((i - HASHBROWN_WIDTH) & t->bucket_mask) + HASHBROWN_WIDTH;
    t->ctrl[i] = byte;
    t->ctrl[mirror] = byte;
}

/* --- Placing and erasing --- */

/*
 * Writes the key into a free slot, counts it, returns its elem's place. Rust's insert writes
 * the value too; here the caller does that next, and until then the elem is zero. The
 * slot itself may hold the bytes of an erased entry.
 */
MONO void *hashbrown_table_place(const struct map_type *mt, struct hashbrown_table *t, uint64_t i,
                                 const void *key, uint64_t hash)
{
    t->growth_left -= t->ctrl[i] & 1;   /* an empty byte is odd, a tombstone even */
    hashbrown_set_ctrl(t, i, hashbrown_tag(hash));
    t->items++;
    unsigned char *slot = hashbrown_slot(mt, t, i);
    memcpy(slot, key, mt->key_bytes);
    memset(hashbrown_elem(mt, slot), 0, mt->elem_bytes);
    return hashbrown_elem(mt, slot);
}

/*
 * The byte that an erased slot i gets. The group that ends before i and the one that
 * starts at it tell how many bytes on both sides are not empty:
 *
 *          . . E t t t t | i t t E . .        4 before, 3 from i on: 7 < W, empty
 */
static inline uint8_t hashbrown_erased_byte(const struct hashbrown_table *t, uint64_t i)
{
    uint64_t before = (i - HASHBROWN_WIDTH) & t->bucket_mask;
    uint64_t empty_before = hashbrown_match_empty(hashbrown_group_load(t->ctrl + before));
    uint64_t empty_from = hashbrown_match_empty(hashbrown_group_load(t->ctrl + i));
    unsigned run = hashbrown_above(empty_before) + hashbrown_below(empty_from);
    return run >= HASHBROWN_WIDTH ? HASHBROWN_DELETED : HASHBROWN_EMPTY;
}

/* Erases a full slot. One byte and its mirror change; key and elem stay as they are. */
static inline void hashbrown_table_erase(struct hashbrown_table *t, uint64_t i)
{
    uint8_t byte = hashbrown_erased_byte(t, i);
    t->growth_left += byte & 1;
    hashbrown_set_ctrl(t, i, byte);
    t->items--;
}

/* Empties the table: n + W bytes, whatever the slots hold. */
static inline void hashbrown_table_clear(struct hashbrown_table *t)
{
    assert(!hashbrown_table_is_none(t));
    memset(t->ctrl, HASHBROWN_EMPTY, t->bucket_mask + 1 + HASHBROWN_WIDTH);
    t->items = 0;
    t->growth_left = hashbrown_growth_limit(t->bucket_mask);
}

#endif
