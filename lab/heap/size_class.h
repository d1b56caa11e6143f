/*
 * size_class.h - the 67 sizes to which small requests are rounded.
 *
 * Models      Go 1.23 and 1.24, src/runtime/sizeclasses.go: its sizes and its
 *             pages per span. Class 0 stands for large objects, as there.
 *
 * A small object is cut from a span of its class. The sizes are chosen so that
 * rounding a request up never wastes more than an eighth of it (beyond the
 * smallest ones), and the pages so that the tail of a span is small too.
 */
#ifndef SIZE_CLASS_H
#define SIZE_CLASS_H

#include <stddef.h>
#include <stdint.h>

#include "heap/heap.h"

enum {
    SIZE_CLASS_LARGE = 0,           /* whole pages, a span of its own */
    SIZE_CLASS_COUNT = 68,          /* the large one and 67 small ones */
    SIZE_CLASS_MAX_BYTES = 32768,
    SIZE_CLASS_MAX_SLOTS = HEAP_PAGE_BYTES / 8,
};

struct size_class {
    uint16_t bytes;                 /* of one object */
    uint8_t pages;                  /* of one span */
};

extern const struct size_class size_classes[SIZE_CLASS_COUNT];

/* The class of a size in 8-byte words, rounded up: filled before main starts. */
extern uint8_t size_class_by_words[SIZE_CLASS_MAX_BYTES / 8 + 1];

/* What a request takes up before rounding: the malloc header comes on top. */
static inline size_t size_class_with_header(size_t bytes, enum heap_scan scan)
{
    return scan == HEAP_SCAN && bytes > HEAP_HEADER_FROM ? bytes + HEAP_HEADER_BYTES : bytes;
}

/* The class of a request of `bytes`; SIZE_CLASS_LARGE if none is big enough. */
static inline unsigned size_class_of(size_t bytes, enum heap_scan scan)
{
    if (bytes > HEAP_LARGE_BYTES)
        return SIZE_CLASS_LARGE;
    return size_class_by_words[(size_class_with_header(bytes, scan) + 7) / 8];
}

/* The 8 KiB pages that hold `bytes`. */
static inline size_t size_class_pages(size_t bytes)
{
    return bytes / HEAP_PAGE_BYTES + (bytes % HEAP_PAGE_BYTES != 0);
}

/*
 * How many objects a span of a small class holds. A span of small objects with
 * pointers keeps one bit for each of its words, says which of them are
 * pointers, in its own last 1/64; larger objects have a header instead.
 */
unsigned size_class_slots(unsigned class, enum heap_scan scan);

/*
 * The number by which size_class_divide divides: 2^32 / bytes, rounded up.
 * A multiplication takes 3 cycles where a division takes 20 or more.
 */
static inline uint32_t size_class_divisor(unsigned class)
{
    return class == SIZE_CLASS_LARGE ? 0 : UINT32_MAX / size_classes[class].bytes + 1;
}

/*
 * offset / bytes of the divisor's class; 0 for a large object. The divisor is
 * too big by less than 1, so the product is too big by less than
 * offset / 2^32: too little to reach the next whole number as long as
 * offset lies in the span (test_heap tries every one).
 */
static inline unsigned size_class_divide(size_t offset, uint32_t divisor)
{
    return (unsigned)(((uint64_t)offset * divisor) >> 32);
}

#endif
