/*
 * heap_zero.h - which new objects are cleared.
 *
 * Models      Go 1.23 and 1.24, src/runtime/malloc.go (mallocgcLarge), issue 72991.
 *
 * Every new object reads as zero (H5), but not every one has to be cleared:
 * memory fresh from the system is zero already, and it stays without pages
 * behind it until somebody writes. A span knows whether its free slots can hold
 * old bytes (needzero); page_alloc_claim tells it from the high-water mark.
 *
 *     pages     below the mark      across it       above it
 *     needzero  yes                 yes             no, until a slot is freed
 *
 * The mark never falls. A page that was given back to the system would read as
 * zero too, but it lies below the mark and is cleared once more.
 *
 * Go 1.24.0 came to clear every large object with pointers, needed or not: each
 * page of it turned resident, and no counter of the heap could tell. A large
 * object without pointers and every small one kept the rule.
 */
#ifndef HEAP_ZERO_H
#define HEAP_ZERO_H

#include "heap/heap_private.h"

/* Whether a new object of the span is to be cleared before its user gets it. */
static inline bool zero_must_clear(const struct heap *h, const struct span *s)
{
    if (s->needzero)
        return true;
    return s->class == SIZE_CLASS_LARGE && s->scan == HEAP_SCAN &&
           h->zeroing == HEAP_ZEROING_GO_1_24_0;
}

#endif
