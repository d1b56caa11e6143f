/*
 * wrong-one-more.c - "one too few, so one more"
 *
 * That cures the rounding. It also doubles a table for whose last entry there was room, and
 * knows no chance.
 */
#include "promise.h"

uint64_t hint_for(uint64_t entries)
{
    return entries > 8 ? entries + 1 : entries;
}
