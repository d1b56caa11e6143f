/* The belief: a group with any free slot has let no search pass. */
#include "tombstone_rule.h"

uint8_t left_behind(uint64_t word, unsigned slot, uint64_t groups)
{
    (void)slot;
    return groups == 1 || ctrl_match_empty_or_deleted(word) != 0 ? CTRL_EMPTY : CTRL_DELETED;
}

bool search_stops(uint64_t word, uint64_t groups)
{
    return groups == 1 || ctrl_match_empty(word) != 0;
}
