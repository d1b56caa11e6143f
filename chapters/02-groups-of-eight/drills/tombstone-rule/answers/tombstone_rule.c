/* tombstone_rule.c - Go's rule: a group that still has an empty slot has never let a search pass. */
#include "tombstone_rule.h"

/*
 * A search passes a group only while none of its slots is empty, and no slot becomes empty in such
 * a group. So one that has an empty slot has had one at all times: no key lies behind it. In a
 * group without one the slot that is deleted may be all that a search for a key further on goes
 * by. Where there is no other group, nothing lies further on.
 */
uint8_t left_behind(uint64_t word, unsigned slot, uint64_t groups)
{
    (void)slot;
    return groups == 1 || ctrl_match_empty(word) != 0 ? CTRL_EMPTY : CTRL_DELETED;
}

bool search_stops(uint64_t word, uint64_t groups)
{
    return groups == 1 || ctrl_match_empty(word) != 0;
}
