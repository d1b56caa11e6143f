/*
 * estimate.c - yours: what a map takes. estimate.h says what is asked.
 */
#include "estimate.h"

/* What many an estimate says: so many entries, so many bytes each. */
uint64_t map_bytes(uint64_t entries, size_t slot_bytes, bool pointers)
{
    (void)pointers;
    return entries * slot_bytes;
}
