/*
 * swiss_table.h - one table: find, place, delete, clear. Nothing here allocates a table.
 *
 * How a key is found: the low bits of h1 name a group; its control word is asked
 * for h2; each slot named has its key compared; if none is equal and
 * the group has an empty slot, the key is not in the table (an insert would
 * have used that slot). Else the probe goes on to the next group.
 *
 * How a slot is emptied: while its group still has an empty slot, no probe has ever
 * passed through the group, and the slot can become empty again. In a group without an
 * empty slot, probes may have passed: the slot becomes a tombstone (deleted),
 * which a search walks past and an insert may fill.
 */
#ifndef SWISS_TABLE_H
#define SWISS_TABLE_H

#include <assert.h>

#include "map/probe.h"
#include "swiss/swiss_layout.h"

/* A slot of a group, found or chosen. */
struct swiss_spot {
    unsigned char *group;               /* NULL: there is none */
    unsigned slot;
    unsigned char *at;                  /* where the slot lies, if it holds the key: the place of
                                           its elem is not worked out again */
    bool found;                         /* it holds the key */
    bool tombstone;                     /* it is a deleted slot, free to fill */
};

/* --- Finding --- */

/* Looks for key in one group; the group of the result is NULL if it is not there. */
MONO struct swiss_spot swiss_group_find(const struct map_type *mt, unsigned char *group,
                                        uint64_t word, uint8_t h2, const void *key)
{
    uint64_t match = ctrl_match_h2(word, h2);
    for (; match != 0; match = ctrl_remove_first(match)) {
        unsigned i = ctrl_first(match);
        unsigned char *slot = swiss_slot(mt, group, i);
        if (mt->equal(key, swiss_key(mt, slot)))
            return (struct swiss_spot){.group = group, .slot = i, .at = slot, .found = true};
    }
    return (struct swiss_spot){.group = NULL};
}

/*
 * Asks for the cache lines of a group behind its first, before the control word has come: a
 * match may name a slot there, and both waits then pass together. Groups of 136 bytes lie
 * on three lines. It reads nothing, so an address behind the table does no harm.
 */
MONO void swiss_group_prefetch(const struct map_type *mt, const unsigned char *group)
{
    enum { LINE_BYTES = 64, MOST_LINES = 3 };
    for (size_t at = LINE_BYTES; at < swiss_group_bytes(mt) && at < MOST_LINES * LINE_BYTES;
         at += LINE_BYTES)
        __builtin_prefetch(group + at);
}

/* Asks one group for key. False: it has told neither where key is nor that it is nowhere. */
MONO bool swiss_group_tells(const struct map_type *mt, unsigned char *group, const void *key,
                            uint64_t hash, struct swiss_spot *spot)
{
    swiss_group_prefetch(mt, group);
    uint64_t word = ctrl_load(group);
    *spot = swiss_group_find(mt, group, word, hash_h2(hash), key);
    return spot->group != NULL || ctrl_match_empty(word) != 0;
}

/*
 * Returns the slot that holds key, or one whose group is NULL. Nineteen look-ups in twenty end
 * in their first group, so it stands before the loop. That spares four instructions, and a
 * processor looks only so many instructions ahead: the shorter a look-up, the more of them wait
 * for memory at the same time.
 */
MONO struct swiss_spot swiss_table_find(const struct map_type *mt, const struct swiss_table *t,
                                        const void *key, uint64_t hash)
{
    struct swiss_spot spot;
    struct probe probe = probe_start(hash_h1(hash), t->group_mask);
    bool told = swiss_group_tells(mt, swiss_group(mt, t, probe.offset), key, hash, &spot);
    while (__builtin_expect(!told, 0)) {
        probe_next(&probe);
        told = swiss_group_tells(mt, swiss_group(mt, t, probe.offset), key, hash, &spot);
    }
    return spot;
}

/*
 * Returns the slot that holds key, or else the slot where it would go: the first
 * tombstone on its way, or the empty slot that ends its probe. The walk goes to that
 * empty slot even past a tombstone: the key may lie further on. (No group has both, S5.)
 */
MONO struct swiss_spot swiss_table_find_place(const struct map_type *mt,
                                              const struct swiss_table *t, const void *key,
                                              uint64_t hash)
{
    struct swiss_spot tombstone = {.group = NULL};
    struct probe probe = probe_start(hash_h1(hash), t->group_mask);
    for (;; probe_next(&probe)) {
        unsigned char *group = swiss_group(mt, t, probe.offset);
        swiss_group_prefetch(mt, group);
        uint64_t word = ctrl_load(group);
        struct swiss_spot spot = swiss_group_find(mt, group, word, hash_h2(hash), key);
        if (spot.group != NULL)
            return spot;
        uint64_t match = ctrl_match_empty(word);
        if (match != 0) {
            spot = (struct swiss_spot){.group = group, .slot = ctrl_first(match)};
            return tombstone.group != NULL ? tombstone : spot;
        }
        match = ctrl_match_empty_or_deleted(word);
        if (match != 0 && tombstone.group == NULL)
            tombstone = (struct swiss_spot){.group = group, .slot = ctrl_first(match),
                                            .tombstone = true};
    }
}

/* --- Placing --- */

/* Room outside the table for an indirect key and elem, taken before anything changes. */
struct swiss_outside {
    void *key, *elem;
};

/* Writes the key into a free slot, with its control byte; returns the elem's place. */
MONO void *swiss_place(const struct map_type *mt, struct swiss_spot spot, const void *key,
                       uint64_t hash, struct swiss_outside outside)
{
    unsigned char *slot = swiss_slot(mt, spot.group, spot.slot);
    if (mt->key_indirect)
        memcpy(slot, &outside.key, sizeof outside.key);
    if (mt->elem_indirect)
        memcpy(slot + mt->elem_at, &outside.elem, sizeof outside.elem);
    memcpy(swiss_key(mt, slot), key, mt->key_bytes);
    spot.group[spot.slot] = hash_h2(hash);
    return swiss_elem(mt, slot);
}

/* Counts a placed entry: an empty slot is used up, a tombstone was already counted. */
MONO void swiss_table_count_in(struct swiss_table *t, bool tombstone)
{
    t->used++;
    if (!tombstone)
        t->growth_left--;
}

/* Copies a slot of a table that is being replaced to its new table, which has no
 * tombstones, room enough, and no equal key. Indirect objects stay where they are. */
MONO void swiss_table_move_in(const struct map_type *mt, struct swiss_table *to,
                              const unsigned char *slot, uint64_t hash)
{
    assert(to->growth_left > 0);
    struct probe probe = probe_start(hash_h1(hash), to->group_mask);
    for (;; probe_next(&probe)) {
        unsigned char *group = swiss_group(mt, to, probe.offset);
        uint64_t match = ctrl_match_empty_or_deleted(ctrl_load(group));
        if (match == 0)
            continue;
        unsigned i = ctrl_first(match);
        memcpy(swiss_slot(mt, group, i), slot, mt->slot_bytes);
        group[i] = hash_h2(hash);
        swiss_table_count_in(to, false);
        return;
    }
}

/* --- Deleting --- */

/*
 * Clears what a deleted slot must not keep. The elem always: an insert hands out
 * the slot's elem as it is, and a new one must read as zero. The key only if it
 * holds pointers, which would keep other objects alive; its bytes stay otherwise.
 */
MONO void swiss_slot_wipe(const struct map_type *mt, unsigned char *slot)
{
    if (mt->key_indirect)
        memset(slot, 0, sizeof(void *));
    else if (mt->key_pointers)
        memset(slot, 0, mt->key_bytes);
    memset(slot + mt->elem_at, 0, mt->elem_indirect ? sizeof(void *) : mt->elem_bytes);
}

/* Empties a full slot of a table: empty again, or a tombstone (see the top), which it tells. */
MONO bool swiss_table_vacate(const struct map_type *mt, struct swiss_table *t,
                             struct swiss_spot spot)
{
    swiss_slot_wipe(mt, swiss_slot(mt, spot.group, spot.slot));
    t->used--;
    if (ctrl_match_empty(ctrl_load(spot.group)) != 0) {
        spot.group[spot.slot] = CTRL_EMPTY;
        t->growth_left++;
        return false;
    }
    spot.group[spot.slot] = CTRL_DELETED;
    return true;
}

/* --- Clearing --- */

/* Makes groups empty: every byte of them is written, keys and elems too. */
MONO void swiss_groups_clear(const struct map_type *mt, unsigned char *groups, uint64_t count)
{
    memset(groups, 0, count * swiss_group_bytes(mt));
    for (uint64_t g = 0; g < count; g++)
        ctrl_store(groups + g * swiss_group_bytes(mt), CTRL_ALL_EMPTY);
}

/* Empties a table, tombstones and all. */
MONO void swiss_table_clear(const struct map_type *mt, struct swiss_table *t)
{
    swiss_groups_clear(mt, t->groups, t->group_mask + 1);
    t->used = 0;
    t->growth_left = swiss_growth_limit(t->capacity);
}

#endif
