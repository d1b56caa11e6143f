/*
 * estimate.h - what a map of Go 1.24 takes, on paper.
 *
 * Words       slot   room for one key and its value, padding included
 *             group  eight slots behind a control word of 8 bytes
 *             table  groups, a power of two of them and 128 at most, under a header of 32 bytes
 */
#ifndef ESTIMATE_H
#define ESTIMATE_H

#include "heap/heap.h"

/*
 * HeapAlloc of a map that is made for so many entries, as by make(map[K]V, entries), and has its
 * first entry (none, if it is made for none). pointers: do its slots hold pointers?
 */
uint64_t map_bytes(uint64_t entries, size_t slot_bytes, bool pointers);

#endif
