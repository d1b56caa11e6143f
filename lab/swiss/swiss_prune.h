/*
 * swiss_prune.h - what releases after Go 1.24 do otherwise: tombstones, clear, a full small map.
 *
 * The map of swiss.h is Go 1.24's unless swiss_set_release says another. What changed, as
 * read in the sources of 1.25.14, 1.26.11 and 1.27.4, and as the recordings of those
 * releases under golden/oracle confirm:
 *
 *   release   tombstones before growth   clear                           update of a full small map
 *   1.24      stay; the table grows      all groups, if there is entry   converts it to a table
 *   1.25      needless ones are pruned   groups with an entry, and the   the same
 *                                        tombstones of an emptied map
 *   1.26      the same                   the same; but all groups of     the same
 *                                        a table that is well filled
 *                                        and has slots up to 32 bytes
 *   1.27      the same                   the same                        leaves it small
 *
 * Which tombstones are needless? A tombstone keeps probes going: it stands in a group that was
 * full when some key was probed past it. If no key of the table has its group behind that
 * one on its own way, nobody needs it, and the whole group's tombstones can become empty.
 *
 *      group 3: full full DEL full full DEL full full
 *      group 4: full ...                       a key whose probe begins at 3 and ends at 4
 *                                              needs the tombstones of 3; if there is none,
 *                                              group 3 gets two empty slots back
 *
 * Finding out takes a look at every key, as growth would. So it must pay: unless a tenth
 * of the table's slots is won, the tombstones stay and the table grows.
 *
 * Rules   P1  No entry moves, so running iterators stay right.
 *         P2  A group loses all its tombstones or none (S5).
 *         P3  On the way of every key all groups before its own stay without an empty
 *             slot (S9).
 *         P4  Only a table at its growth limit is pruned, and only if at least a tenth of its
 *             slots is won; they are then growth_left (S4).
 *
 * Source: Go 1.25, internal/runtime/maps/table.go (pruneTombstones, Clear).
 */
#ifndef SWISS_PRUNE_H
#define SWISS_PRUNE_H

#include "swiss/swiss_table.h"

/* --- Which release --- */

enum swiss_release { SWISS_GO_1_24, SWISS_GO_1_25, SWISS_GO_1_26, SWISS_GO_1_27 };

/* Makes m behave as of that release from now on; meant for a map just made. */
static inline void swiss_set_release(struct swiss *m, enum swiss_release release)
{
    m->settings = 0;
    if (release >= SWISS_GO_1_25)
        m->settings |= SWISS_PRUNES_TOMBSTONES | SWISS_CLEARS_TOMBSTONES
            | SWISS_CLEARS_FULL_GROUPS;
    if (release >= SWISS_GO_1_26)
        m->settings |= SWISS_CLEARS_SPARSELY;
    if (release >= SWISS_GO_1_27)
        m->settings |= SWISS_FINDS_BEFORE_CONVERTING;
}

/* --- Pruning --- */

enum { SWISS_MAX_GROUPS = SWISS_MAX_TABLE_SLOTS / SWISS_GROUP_SLOTS };

/* Marks the groups with tombstones that the key of group `own` is probed past. */
MONO void swiss_mark_way(const struct map_type *mt, const struct swiss_table *t, uint64_t own,
                         uint64_t hash, bool needed[SWISS_MAX_GROUPS])
{
    struct probe probe = probe_start(hash_h1(hash), t->group_mask);
    for (; probe.offset != own; probe_next(&probe))
        if (ctrl_match_empty_or_deleted(ctrl_load(swiss_group(mt, t, probe.offset))) != 0)
            needed[probe.offset] = true;
}

/* Marks all groups that must stay as they are: those on a key's way, and those with an
 * empty slot, which have no tombstone (S5). A key that equals nothing is never
 * looked for, so its way may be cut. */
MONO void swiss_mark_needed(const struct map_type *mt, const struct swiss *m,
                            const struct swiss_table *t, bool needed[SWISS_MAX_GROUPS])
{
    for (uint64_t g = 0; g <= t->group_mask; g++) {
        unsigned char *group = swiss_group(mt, t, g);
        uint64_t match = ctrl_match_full(ctrl_load(group));
        for (; match != 0; match = ctrl_remove_first(match)) {
            const void *key = swiss_key(mt, swiss_slot(mt, group, ctrl_first(match)));
            if (mt->equal(key, key))
                swiss_mark_way(mt, t, g, mt->hash(key, m->header->seed), needed);
        }
        if (ctrl_match_empty(ctrl_load(group)) != 0)
            needed[g] = true;
    }
}

/* Makes the tombstones of a group empty slots; returns how many there were. With `count_only` it
 * changes nothing. */
static inline unsigned swiss_group_prune(unsigned char *group, bool count_only)
{
    unsigned count = 0;
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
        if (group[i] != CTRL_DELETED)
            continue;
        count++;
        if (!count_only)
            group[i] = CTRL_EMPTY;
    }
    return count;
}

/* Prunes t, or (count_only) says how many slots that would win. */
MONO unsigned swiss_prune_groups(const struct map_type *mt, const struct swiss_table *t,
                                 const bool needed[SWISS_MAX_GROUPS], bool count_only)
{
    unsigned count = 0;
    for (uint64_t g = 0; g <= t->group_mask; g++)
        if (!needed[g])
            count += swiss_group_prune(swiss_group(mt, t, g), count_only);
    return count;
}

/*
 * Does an assignment to a map of this type prune? Only Go's quick assignments do, for keys of 4 and 8
 * bytes and strings, with elems that lie in the slot. The general one (runtime.go) repeats
 * the table's put without that step, in 1.25 to 1.27: such maps grow as in 1.24. (A string is
 * told by its size and by being rewritten; an interface, as large, would look the same.)
 */
MONO bool swiss_prunes(const struct map_type *mt, const struct swiss *m)
{
    bool quick = mt->key_direct_compare || (mt->key_bytes == 16 && mt->key_update);
    return (m->settings & SWISS_PRUNES_TOMBSTONES) != 0 && quick && !mt->elem_indirect;
}

/* Takes away t's needless tombstones, if they are worth it; false: nothing changed. */
MONO bool swiss_prune(const struct map_type *mt, struct swiss *m, struct swiss_table *t)
{
    bool needed[SWISS_MAX_GROUPS] = {false};
    if (swiss_tombstones(t) * 10 < t->capacity)
        return false;
    swiss_mark_needed(mt, m, t, needed);
    unsigned won = swiss_prune_groups(mt, t, needed, true);
    if (won * 10 < t->capacity)
        return false;
    swiss_prune_groups(mt, t, needed, false);
    t->growth_left = (uint16_t)(t->growth_left + won);
    m->events.prunings++;
    return true;
}

/* --- Clear --- */

/* Are groups worth a look before they are zeroed? From 1.26 on only where most of them are
 * likely to have no entry, or where a slot is large. */
MONO bool swiss_clear_looks(const struct map_type *mt, const struct swiss *m,
                            const struct swiss_table *t)
{
    if ((m->settings & SWISS_CLEARS_SPARSELY) != 0)
        return (uint64_t)t->used * 4 <= t->group_mask || mt->slot_bytes > 32;
    return (m->settings & SWISS_CLEARS_FULL_GROUPS) != 0;
}

/* Empties a table as the map's release does: one without entries and tombstones is passed
 * over from 1.25 on, and so may be the slots of groups without an entry, where the keys
 * of deleted entries then stay. */
MONO void swiss_table_clear_by(const struct map_type *mt, const struct swiss *m,
                               struct swiss_table *t)
{
    if (!swiss_clear_looks(mt, m, t)) {
        bool clean = t->used == 0 && t->growth_left == swiss_growth_limit(t->capacity);
        if (m->settings == 0 || !clean)
            swiss_table_clear(mt, t);
        return;
    }
    for (uint64_t g = 0; g <= t->group_mask; g++) {
        unsigned char *group = swiss_group(mt, t, g);
        if (ctrl_match_full(ctrl_load(group)) != 0)
            memset(group, 0, swiss_group_bytes(mt));
        ctrl_store(group, CTRL_ALL_EMPTY);
    }
    t->used = 0;
    t->growth_left = swiss_growth_limit(t->capacity);
}

/* Has clear anything to do in a map without entries? */
MONO bool swiss_clears_tombstones(const struct swiss *m)
{
    return (m->settings & SWISS_CLEARS_TOMBSTONES) != 0 && m->tombstone_possible;
}

#endif
