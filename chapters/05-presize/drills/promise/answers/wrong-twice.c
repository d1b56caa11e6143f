/*
 * wrong-twice.c - "to be on the safe side"
 *
 * The promise holds, and nearly every map is twice as large as it must be, for as long as it lives.
 */
#include "promise.h"

uint64_t hint_for(uint64_t entries)
{
    return 2 * entries;
}
