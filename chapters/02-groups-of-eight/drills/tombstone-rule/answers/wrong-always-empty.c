/* The belief: a slot without a key is empty. */
#include "tombstone_rule.h"

uint8_t left_behind(uint64_t word, unsigned slot, uint64_t groups)
{
    (void)word;
    (void)slot;
    (void)groups;
    return CTRL_EMPTY;
}

bool search_stops(uint64_t word, uint64_t groups)
{
    return groups == 1 || ctrl_match_empty(word) != 0;
}
