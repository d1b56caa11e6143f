/* The rule of tables that search slot by slot: empty if the next slot is. */
#include "tombstone_rule.h"

uint8_t left_behind(uint64_t word, unsigned slot, uint64_t groups)
{
    uint8_t next = (uint8_t)(word >> (8 * ((slot + 1) % CTRL_SLOTS)));
    return groups == 1 || next == CTRL_EMPTY ? CTRL_EMPTY : CTRL_DELETED;
}

bool search_stops(uint64_t word, uint64_t groups)
{
    return groups == 1 || ctrl_match_empty(word) != 0;
}
