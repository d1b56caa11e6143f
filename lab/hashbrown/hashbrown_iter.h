/*
 * hashbrown_iter.h - walking over a map: the control bytes from the first to the last.
 *
 * There is no random start, as in Go: two maps differ in their order because their
 * seeds differ, and one map without a change gives the same order each time.
 *
 * While a walk runs, the map must not change. In Rust the borrow checker refuses to compile a
 * program that tries; nothing at run time had to be built for it, which is why this file
 * is so much shorter than the one for Go. Elems may be written. C has no such
 * checker: a change is noticed here (by assert) when it changed the table's counts.
 *
 * Source: hashbrown 0.17, src/raw.rs (RawIterRange, RawIter).
 */
#ifndef HASHBROWN_ITER_H
#define HASHBROWN_ITER_H

#include "hashbrown/hashbrown_grow.h"

/* Is the table what it was when the walk began? */
static inline bool hashbrown_iter_unchanged(const struct hashbrown_iter *it)
{
    const struct hashbrown_table *now = &it->m->table;
    return now->ctrl == it->begun.ctrl && now->bucket_mask == it->begun.bucket_mask
        && now->growth_left == it->begun.growth_left && now->items == it->begun.items;
}

/* Begins a walk over all entries of m. It takes nothing and may simply be forgotten. */
static inline void hashbrown_iter_start(const struct map_type *mt, struct hashbrown *m,
                                        struct hashbrown_iter *it)
{
    (void)mt;
    *it = (struct hashbrown_iter){
        .m = m,
        .begun = m->table,
        .match = hashbrown_match_full(hashbrown_group_load(m->table.ctrl)),
        .left = m->table.items,
    };
}

/* Ends a walk, before its end or at it: from now on it produces nothing. */
static inline void hashbrown_iter_end(const struct map_type *mt, struct hashbrown_iter *it)
{
    (void)mt;
    *it = (struct hashbrown_iter){.m = NULL};
}

/* Produces the next entry in it->key and it->elem; false: there is none, the walk has ended. */
MONO bool hashbrown_iter_next(const struct map_type *mt, struct hashbrown_iter *it)
{
    assert(it->m == NULL || hashbrown_iter_unchanged(it));
    if (it->left == 0) {
        hashbrown_iter_end(mt, it);
        return false;
    }
    while (it->match == 0) {
        it->at += HASHBROWN_WIDTH;
        it->match = hashbrown_match_full(hashbrown_group_load(it->begun.ctrl + it->at));
    }
    unsigned char *slot = hashbrown_slot(mt, &it->begun, it->at + hashbrown_first(it->match));
    it->match = hashbrown_remove_first(it->match);
    it->left--;
    it->key = slot;
    it->elem = hashbrown_elem(mt, slot);
    return true;
}

#endif
