/*
 * swiss_small.h - a map of up to eight entries: one group, no table, no directory.
 *
 * All eight slots may be full. There is nothing to probe beyond the group, so a
 * deleted slot is simply empty again: a small map has no tombstones.
 */
#ifndef SWISS_SMALL_H
#define SWISS_SMALL_H

#include "swiss/swiss_memory.h"

/* The slot of a small map that holds key; its group is NULL if there is none. */
MONO struct swiss_spot swiss_small_find(const struct map_type *mt,
                                        const struct swiss_header *header, const void *key,
                                        uint64_t hash)
{
    unsigned char *group = header->group;
    if (group == NULL)
        return (struct swiss_spot){.group = NULL};
    return swiss_group_find(mt, group, ctrl_load(group), hash_h2(hash), key);
}

/* A look-up that spares the hash: for keys of 4 and 8 bytes, eight comparisons cost
 * less. (Go: runtime_fast32_swiss.go, runtime_fast64_swiss.go.) */
MONO void *swiss_small_get_direct(const struct map_type *mt, const struct swiss_header *header,
                                  const void *key)
{
    unsigned char *group = header->group;
    uint64_t match = ctrl_match_full(ctrl_load(group));
    for (; match != 0; match = ctrl_remove_first(match)) {
        unsigned char *slot = swiss_slot(mt, group, ctrl_first(match));
        if (mt->equal(key, swiss_key(mt, slot)))
            return swiss_elem(mt, slot);
    }
    return NULL;
}

/* The elem of key in a small map that is not empty, or NULL. */
MONO void *swiss_small_get(const struct map_type *mt, const struct swiss_header *header,
                           const void *key)
{
    if (mt->key_direct_compare)
        return swiss_small_get_direct(mt, header, key);
    struct swiss_spot spot = swiss_small_find(mt, header, key, mt->hash(key, header->seed));
    return spot.found ? swiss_elem(mt, spot.at) : NULL;
}

/* Inserts a key that a small map with a free slot does not hold; NULL: no memory, no change. */
MONO void *swiss_small_insert(const struct map_type *mt, struct swiss *m, const void *key,
                              uint64_t hash)
{
    struct swiss_header *header = m->header;
    struct swiss_outside outside;
    if (!swiss_outside_new(mt, m->heap, &outside))
        return NULL;
    if (header->group == NULL) {
        unsigned char *group = swiss_groups_new(mt, m->heap, 1);
        if (group == NULL) {
            swiss_outside_free(mt, m->heap, outside);
            return NULL;
        }
        header->group = group;
        m->events.small_groups++;
    }
    uint64_t match = ctrl_match_empty_or_deleted(ctrl_load(header->group));
    struct swiss_spot spot = {.group = header->group, .slot = ctrl_first(match)};
    header->used++;
    return swiss_place(mt, spot, key, hash, outside);
}

/* Empties a full slot of a small map. */
MONO void swiss_small_vacate(const struct map_type *mt, struct swiss_spot spot)
{
    swiss_slot_wipe(mt, swiss_slot(mt, spot.group, spot.slot));
    spot.group[spot.slot] = CTRL_EMPTY;
}

#endif
