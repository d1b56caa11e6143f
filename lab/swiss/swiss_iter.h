/*
 * swiss_iter.h - a range over a map that may change meanwhile.
 *
 * What is promised (Go's specification): an entry that stays is produced exactly
 * once; one deleted before it is reached is not produced; one added may be produced
 * or not; nothing is produced twice; the elem is the present one. One exception, in Go as
 * here: if the hash's seed is redrawn (by a clear, or by deleting the last entry)
 * while the range stands on a replaced table, a key that is put again afterwards may come
 * twice: once because the old table asks for it, once where the new seed has put it.
 *
 * How it is kept, though the map may grow at every step:
 *
 *   - Entries never move inside a table, so a position in a table stays good.
 *   - A table that is replaced during its walk is still walked to its end in its old
 *     form: it tells which keys are due. Each is looked up in the map of now, which
 *     tells whether it still exists and what its elem is.
 *   - The walk over the directory takes each table once. When the directory doubles,
 *     the position doubles with it, so what lies behind stays behind.
 *
 * Where it starts is drawn: an entry of the directory, and a slot. The same slot offset
 * serves every table, so the order is a rotation twice over, not a shuffle.
 *
 * Source: Go 1.24, internal/runtime/maps/table.go (Iter.Init, Iter.Next).
 */
#ifndef SWISS_ITER_H
#define SWISS_ITER_H

#include "swiss/swiss_grow.h"

/* --- Joining and leaving the map's list of running iterators --- */

static inline void swiss_iter_unlink(struct swiss_iter *it)
{
    struct swiss_iter **link = &it->m->iters;
    while (*link != it)
        link = &(*link)->next;
    *link = it->next;
}

/* Steps off the table; a replaced one that no other iterator walks is dropped. */
MONO void swiss_iter_leave_table(const struct map_type *mt, struct swiss_iter *it)
{
    struct swiss_table *t = it->table;
    it->table = NULL;
    it->entry_idx = 0;
    if (t != NULL && t->index == -1 && !swiss_table_is_walked(it->m, t))
        swiss_table_drop(mt, it->m->heap, t);
}

/* Steps off a small map's group; one that a table replaced is dropped likewise. */
MONO void swiss_iter_leave_group(const struct map_type *mt, struct swiss_iter *it)
{
    unsigned char *group = it->group;
    it->group = NULL;
    if (group != NULL && it->m->header->dir_len > 0 && !swiss_group_is_walked(it->m, group))
        swiss_groups_drop(mt, it->m->heap, group, 1);
}

/* Begins a range. It must be ended: by walking it to the end, or by swiss_iter_end. */
MONO void swiss_iter_start(const struct map_type *mt, struct swiss *m, struct swiss_iter *it)
{
    (void)mt;
    const struct swiss_header *header = m->header;
    *it = (struct swiss_iter){.m = NULL};
    if (header->used == 0)
        return;
    it->m = m;
    it->entry_offset = random_next(&m->random);
    it->dir_offset = random_next(&m->random);
    it->clear_seq = header->clear_seq;
    it->global_depth = header->global_depth;
    it->group = header->dir_len == 0 ? header->group : NULL;
    it->next = m->iters;
    m->iters = it;
}

/* Ends a range at once. Does nothing to one that has ended by itself. */
MONO void swiss_iter_end(const struct map_type *mt, struct swiss_iter *it)
{
    it->key = it->elem = NULL;
    if (it->m == NULL)
        return;
    swiss_iter_leave_table(mt, it);
    swiss_iter_leave_group(mt, it);
    swiss_iter_unlink(it);
    it->m = NULL;
}

/* --- Producing one entry --- */

/*
 * Produces the entry of a slot that lies in a replaced table or group: its key decides,
 * the present map answers. A key that is not equal to itself (NaN) cannot be looked
 * up: its old entry is produced, as nothing but a clear can have removed it.
 */
MONO bool swiss_iter_produce_old(const struct map_type *mt, struct swiss_iter *it,
                                 unsigned char *slot)
{
    const struct swiss_header *header = it->m->header;
    void *key = swiss_key(mt, slot);
    if (!mt->equal(key, key)) {
        it->key = key;
        it->elem = swiss_elem(mt, slot);
        return it->clear_seq == header->clear_seq;
    }
    uint64_t hash = mt->hash(key, header->seed);
    struct swiss_spot spot = swiss_table_find(mt, swiss_table_for(header, hash), key, hash);
    if (!spot.found)
        return false;
    slot = swiss_slot(mt, spot.group, spot.slot);
    it->key = swiss_key(mt, slot);
    it->elem = swiss_elem(mt, slot);
    return true;
}

/* Produces the entry of a full slot; false: it no longer exists. */
MONO bool swiss_iter_produce(const struct map_type *mt, struct swiss_iter *it, bool replaced,
                             unsigned char *slot)
{
    if (replaced)
        return swiss_iter_produce_old(mt, it, slot);
    it->key = swiss_key(mt, slot);
    it->elem = swiss_elem(mt, slot);
    return true;
}

/*
 * Steps on from a slot just produced, of which `match` and later are full in its group, to the next
 * full slot, or past the group. Go does so where it had to look for the slot: a key that
 * the loop's body puts into one of the empty slots passed over will not be produced.
 */
MONO void swiss_iter_step_ahead(struct swiss_iter *it, uint64_t match, unsigned slot)
{
    uint64_t rest = ctrl_remove_first(match);
    unsigned next = rest != 0 ? ctrl_first(rest) : SWISS_GROUP_SLOTS;
    it->entry_idx += next - slot - 1;
}

/*
 * Produces the slot at which the walk stands, if it is full and its table is the present one, as
 * nearly always. Only this one control byte is asked, and the position moves on by one:
 * the next step need not wait for what a match over the group names. A range takes a fifth
 * less time so.
 */
MONO bool swiss_iter_produce_here(const struct map_type *mt, struct swiss_iter *it,
                                  unsigned char *groups, uint64_t capacity)
{
    if (it->entry_idx >= capacity)
        return false;
    uint64_t at = (it->entry_idx + it->entry_offset) & (capacity - 1);
    unsigned slot = at % SWISS_GROUP_SLOTS;
    unsigned char *group = groups + at / SWISS_GROUP_SLOTS * swiss_group_bytes(mt);
    if (group[slot] >= CTRL_EMPTY)
        return false;
    it->entry_idx++;
    return swiss_iter_produce(mt, it, false, swiss_slot(mt, group, slot));
}

/*
 * Goes on with the walk of some groups, from slot entry_idx (counted from the drawn
 * offset) to the last; produces the next entry, or returns false at the end. The
 * control word is read anew at every step, for the map may have changed since.
 */
MONO bool swiss_iter_walk(const struct map_type *mt, struct swiss_iter *it, unsigned char *groups,
                          uint64_t capacity, bool replaced)
{
    if (!replaced && swiss_iter_produce_here(mt, it, groups, capacity))
        return true;
    bool searched = false;              /* the first slot looked at was not the one */
    while (it->entry_idx < capacity) {
        uint64_t at = (it->entry_idx + it->entry_offset) & (capacity - 1);
        unsigned first = at % SWISS_GROUP_SLOTS;
        unsigned char *group = groups + at / SWISS_GROUP_SLOTS * swiss_group_bytes(mt);
        uint64_t match = ctrl_remove_below(ctrl_match_full(ctrl_load(group)), first);
        unsigned slot = match != 0 ? ctrl_first(match) : SWISS_GROUP_SLOTS;
        it->entry_idx += slot - first;
        searched = searched || slot != first;
        if (match == 0 || it->entry_idx >= capacity)
            continue;
        it->entry_idx++;
        if (swiss_iter_produce(mt, it, replaced, swiss_slot(mt, group, slot))) {
            if (searched && it->group == NULL)      /* a small map is walked slot by slot */
                swiss_iter_step_ahead(it, match, slot);
            return true;
        }
        searched = true;
    }
    return false;
}

/* --- Walking the directory --- */

/* Brings the position up to the present length of the directory: where each entry has become
 * two, four, ..., twice, four times, ... as many lie behind. */
static inline void swiss_iter_follow_directory(struct swiss_iter *it)
{
    uint8_t depth = it->m->header->global_depth;
    if (depth == it->global_depth)
        return;
    it->dir_idx <<= depth - it->global_depth;
    it->dir_offset <<= depth - it->global_depth;
    it->global_depth = depth;
}

/* Steps on to the table at the present position. The first position is drawn and may
 * lie in the middle of a table's run of entries: then the offset moves to its start. */
static inline void swiss_iter_enter_table(struct swiss_iter *it)
{
    const struct swiss_header *header = it->m->header;
    uint64_t at = (it->dir_idx + it->dir_offset) & (header->dir_len - 1);
    it->table = header->directory[at];
    it->dir_offset -= at - (uint64_t)it->table->index;
}

/* Goes on to the next entry; returns false, and ends the range, when there is none. */
MONO bool swiss_iter_next(const struct map_type *mt, struct swiss_iter *it)
{
    if (it->m == NULL)
        return false;
    const struct swiss_header *header = it->m->header;
    if (it->group != NULL) {
        if (swiss_iter_walk(mt, it, it->group, SWISS_GROUP_SLOTS, header->dir_len > 0))
            return true;
        swiss_iter_end(mt, it);
        return false;
    }
    swiss_iter_follow_directory(it);
    while (it->dir_idx < header->dir_len) {
        if (it->table == NULL)
            swiss_iter_enter_table(it);
        struct swiss_table *t = it->table;
        if (swiss_iter_walk(mt, it, t->groups, t->capacity, t->index == -1))
            return true;
        it->dir_idx += (uint64_t)1 << (header->global_depth - t->local_depth);
        swiss_iter_leave_table(mt, it);
    }
    swiss_iter_end(mt, it);
    return false;
}

#endif
