/*
 * swiss_grow.h - how a map gets room: convert, double, split.
 *
 *   small map full     -> its eight entries move to a table of 16 slots, under
 *                         a directory of one entry
 *   table full         -> below 1024 slots: a table twice as large takes its place
 *                      -> at 1024 slots: two tables of 1024 take its place; one more
 *                         bit of the hash tells them apart
 *   directory too short-> a split table that stood at a single entry needs two: the
 *                         directory is doubled, every entry written twice
 *
 *      depth 1            table 0 split        depth 2
 *      +---+                                   +----+
 *      | 0 |-> A (local 1)                     | 00 |-> A0 (local 2)
 *      | 1 |-> B (local 1)                     | 01 |-> A1 (local 2)
 *      +---+                                   | 10 |-> B  (local 1)
 *                                              | 11 |-> B
 *                                              +----+
 *
 * One put moves one table's entries at most, at most 896 of them; that bounds its
 * pause. No step leads back: nothing here ever makes a table or directory smaller.
 *
 * Each step first takes all memory that it needs, then changes the map. So a refusal
 * leaves the map as it was.
 *
 * Source: Go 1.24, internal/runtime/maps/table.go (rehash, grow, split), map.go
 * (growToTable, installTableSplit).
 */
#ifndef SWISS_GROW_H
#define SWISS_GROW_H

#include "swiss/swiss_prune.h"
#include "swiss/swiss_small.h"

/* --- Moving entries --- */

/* Moves every entry of `from` into `to[0]`, or into `to[1]` if the hash has `bit` set. */
MONO void swiss_table_move_all(const struct map_type *mt, struct swiss *m,
                               const struct swiss_table *from, struct swiss_table *const to[2],
                               uint64_t bit)
{
    for (uint64_t g = 0; g <= from->group_mask; g++) {
        unsigned char *group = swiss_group(mt, from, g);
        uint64_t match = ctrl_match_full(ctrl_load(group));
        for (; match != 0; match = ctrl_remove_first(match)) {
            unsigned char *slot = swiss_slot(mt, group, ctrl_first(match));
            uint64_t hash = mt->hash(swiss_key(mt, slot), m->header->seed);
            swiss_table_move_in(mt, to[(hash & bit) != 0], slot, hash);
            m->events.moved++;
        }
    }
}

/* --- From small map to table --- */

/* Gives a full small map its first table; false: no memory, no change. */
MONO bool swiss_convert(const struct map_type *mt, struct swiss *m)
{
    struct swiss_header *header = m->header;
    struct swiss_table *t = swiss_table_new(mt, m->heap, 2 * SWISS_GROUP_SLOTS, 0, 0);
    if (t == NULL)
        return false;
    struct swiss_table **directory = swiss_directory_new(m->heap, 1);
    if (directory == NULL) {
        swiss_table_free(mt, m->heap, t);
        return false;
    }
    unsigned char *group = header->group;
    struct swiss_table small = {.groups = group, .group_mask = 0};
    swiss_table_move_all(mt, m, &small, (struct swiss_table *const[2]){t, t}, 0);
    directory[0] = t;
    header->directory = directory;
    header->dir_len = 1;
    header->global_depth = 0;
    header->global_shift = 64;
    if (!swiss_group_is_walked(m, group))
        swiss_groups_drop(mt, m->heap, group, 1);
    m->events.conversions++;
    return true;
}

/* --- Doubling a table --- */

/* Puts a table twice as large in t's place; false: no memory, no change. */
MONO bool swiss_double(const struct map_type *mt, struct swiss *m, struct swiss_table *t)
{
    struct swiss_header *header = m->header;
    struct swiss_table *larger = swiss_table_new(mt, m->heap, 2 * (uint64_t)t->capacity,
                                                 (uint64_t)t->index, t->local_depth);
    if (larger == NULL)
        return false;
    swiss_table_move_all(mt, m, t, (struct swiss_table *const[2]){larger, larger}, 0);
    uint64_t end = swiss_directory_next(header, t);
    for (uint64_t i = (uint64_t)t->index; i < end; i++)
        header->directory[i] = larger;
    swiss_table_retire(mt, m, t);
    m->events.doublings++;
    return true;
}

/* --- Splitting a table --- */

/* What one split needs: two tables, and a directory if the present one is too short. */
struct swiss_split {
    struct swiss_table *half[2];
    struct swiss_table **directory;     /* NULL: the present one will do */
};

/*
 * How many splits make room for a new key: nearly always one. Only if all of a full
 * table's keys agree with the new key in the next bit too must its half be split again, and so
 * on. 0: no bit that a directory could use tells them apart.
 */
MONO unsigned swiss_splits_needed(const struct map_type *mt, const struct swiss *m,
                                  const struct swiss_table *t, uint64_t hash)
{
    if (t->used < swiss_growth_limit(SWISS_MAX_TABLE_SLOTS))
        return 1;
    uint64_t differ = 0;
    for (uint64_t g = 0; g <= t->group_mask; g++) {
        unsigned char *group = swiss_group(mt, t, g);
        uint64_t match = ctrl_match_full(ctrl_load(group));
        for (; match != 0; match = ctrl_remove_first(match)) {
            unsigned char *slot = swiss_slot(mt, group, ctrl_first(match));
            differ |= hash ^ mt->hash(swiss_key(mt, slot), m->header->seed);
        }
    }
    differ <<= t->local_depth;
    return differ == 0 ? 0 : (unsigned)__builtin_clzll(differ) + 1;
}

/* Gives back what was taken for `count` splits. */
MONO void swiss_splits_free(const struct map_type *mt, struct heap *h,
                            const struct swiss_split splits[], unsigned count, unsigned depth)
{
    for (unsigned i = 0; i < count; i++) {
        swiss_table_free(mt, h, splits[i].half[0]);
        swiss_table_free(mt, h, splits[i].half[1]);
        if (splits[i].directory != NULL)
            heap_free(h, splits[i].directory, sizeof(struct swiss_table *) << (depth + i + 1),
                      HEAP_SCAN, SWISS_TAG_DIRECTORY);
    }
}

/* Takes what `count` splits of a table of local depth `depth` need; false: nothing taken. */
MONO bool swiss_splits_new(const struct map_type *mt, struct swiss *m, struct swiss_split splits[],
                           unsigned count, unsigned depth)
{
    for (unsigned i = 0; i < count; i++) {
        struct swiss_split *split = &splits[i];
        bool longer = depth + i + 1 > m->header->global_depth;
        *split = (struct swiss_split){
            .half = {swiss_table_new(mt, m->heap, SWISS_MAX_TABLE_SLOTS, 0, depth + i + 1),
                     swiss_table_new(mt, m->heap, SWISS_MAX_TABLE_SLOTS, 0, depth + i + 1)},
            .directory = longer ? swiss_directory_new(m->heap, (uint64_t)1 << (depth + i + 1))
                                : NULL,
        };
        if (split->half[0] == NULL || split->half[1] == NULL
            || (longer && split->directory == NULL)) {
            swiss_splits_free(mt, m->heap, splits, i + 1, depth);
            return false;
        }
    }
    return true;
}

/* Writes every entry of the directory twice into one of twice the length. */
MONO void swiss_directory_double(struct swiss *m, struct swiss_table **longer)
{
    struct swiss_header *header = m->header;
    for (uint64_t i = 0; i < header->dir_len;) {
        struct swiss_table *t = header->directory[i];
        uint64_t end = swiss_directory_next(header, t);
        t->index = (int64_t)(2 * i);
        for (; i < end; i++)
            longer[2 * i] = longer[2 * i + 1] = t;
    }
    swiss_directory_drop(m->heap, header->directory, header->dir_len);
    header->directory = longer;
    header->dir_len *= 2;
    header->global_depth++;
    header->global_shift--;
    m->events.directories++;
}

/* Does one split of t with what was taken for it. */
MONO void swiss_split_table(const struct map_type *mt, struct swiss *m, struct swiss_table *t,
                            const struct swiss_split *split)
{
    struct swiss_header *header = m->header;
    unsigned depth = split->half[0]->local_depth;
    swiss_table_move_all(mt, m, t, split->half, (uint64_t)1 << (64 - depth));
    if (split->directory != NULL)
        swiss_directory_double(m, split->directory);
    uint64_t entries = (uint64_t)1 << (header->global_depth - depth);
    for (unsigned side = 0; side < 2; side++) {
        uint64_t first = (uint64_t)t->index + side * entries;
        split->half[side]->index = (int64_t)first;
        for (uint64_t i = first; i < first + entries; i++)
            header->directory[i] = split->half[side];
    }
    swiss_table_retire(mt, m, t);
    m->events.splits++;
}

/* Splits t until the half that a key of this hash belongs to has room; false: no memory,
 * no change. */
MONO bool swiss_split(const struct map_type *mt, struct swiss *m, struct swiss_table *t,
                      uint64_t hash)
{
    struct swiss_split splits[SWISS_MAX_DEPTH];
    unsigned depth = t->local_depth;
    unsigned count = swiss_splits_needed(mt, m, t, hash);
    if (count == 0 || depth + count > SWISS_MAX_DEPTH
        || !swiss_splits_new(mt, m, splits, count, depth))
        return false;
    for (unsigned i = 0; i < count; i++)
        swiss_split_table(mt, m, swiss_table_for(m->header, hash), &splits[i]);
    return true;
}

/* Makes room in t for one more key of this hash; false: no memory, no change. Go 1.24 grows
 * also when t is mostly tombstones, which a doubling or split leaves behind; later
 * releases look first whether they can go (swiss_prune.h). */
MONO bool swiss_grow(const struct map_type *mt, struct swiss *m, struct swiss_table *t,
                     uint64_t hash)
{
    if (swiss_prunes(mt, m) && swiss_prune(mt, m, t))
        return true;
    if (t->capacity < SWISS_MAX_TABLE_SLOTS)
        return swiss_double(mt, m, t);
    return swiss_split(mt, m, t, hash);
}

#endif
