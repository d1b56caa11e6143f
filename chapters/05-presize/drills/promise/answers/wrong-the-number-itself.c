/*
 * wrong-the-number-itself.c - "the hint is how many there will be"
 *
 * It is a hint. For 897 entries two tables are made with room for 448 each.
 */
#include "promise.h"

uint64_t hint_for(uint64_t entries)
{
    return entries;
}
