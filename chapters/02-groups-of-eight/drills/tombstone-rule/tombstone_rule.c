/* tombstone_rule.c - yours to write; tombstone_rule.h says what is asked. */
#include "tombstone_rule.h"

uint8_t left_behind(uint64_t word, unsigned slot, uint64_t groups)
{
    (void)groups;
    return (uint8_t)(word >> (8 * slot));
}

bool search_stops(uint64_t word, uint64_t groups)
{
    (void)word;
    (void)groups;
    return false;
}
