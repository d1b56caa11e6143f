/*
 * wrong-power-of-two.c - "tables have a power of two of slots"
 *
 * But they are filled to seven eighths, so a power of two of entries needs the next one.
 */
#include "promise.h"

uint64_t hint_for(uint64_t entries)
{
    uint64_t power = 1;
    while (power < entries)
        power *= 2;
    return power;
}
