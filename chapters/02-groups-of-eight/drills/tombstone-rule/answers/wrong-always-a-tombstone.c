/* The belief: a tombstone is always safe, so it can do no harm. */
#include "tombstone_rule.h"

uint8_t left_behind(uint64_t word, unsigned slot, uint64_t groups)
{
    (void)word;
    (void)slot;
    (void)groups;
    return CTRL_DELETED;
}

bool search_stops(uint64_t word, uint64_t groups)
{
    return groups == 1 || ctrl_match_empty(word) != 0;
}
