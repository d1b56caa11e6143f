/*
 * heap_private.h - the inside of a heap, for heap.c, heap_check.c and the
 * tests that break it on purpose.
 */
#ifndef HEAP_PRIVATE_H
#define HEAP_PRIVATE_H

#include "heap/heap.h"
#include "heap/page_alloc.h"
#include "heap/reserve.h"
#include "heap/span.h"
#include "heap/tag.h"

/* Where objects of one kind come from. */
struct heap_kind {
    struct span *current;           /* NULL, or the span in use; it may be full */
    struct span *partial;           /* spans with room, the latest first */
};

/* The order to fail, see heap_fail_after. */
struct heap_fail_order {
    bool standing;                  /* an order stands, reached or not */
    bool reached;
    enum heap_failure failure;
    uint64_t successes;             /* that may still come before */
};

/*
 * Only what cannot be derived is counted: HeapAlloc is total_alloc minus
 * total_freed, as in Go; HeapIdle is HeapSys minus HeapInuse.
 */
struct heap {
    struct reserve arena;           /* the objects */
    struct reserve meta;            /* all else, this struct included */
    struct page_alloc pages;
    struct span **span_of;          /* by page: its span, NULL if idle */
    struct span *spans;             /* the records; the first span_count were used */
    size_t span_count;
    struct span *unused_spans;      /* records to use again */
    struct heap_kind kinds[SPAN_KINDS];
    struct span *garbage_spans;     /* those with dead slots */

    uint64_t total_alloc;           /* rounded bytes, cumulative */
    uint64_t total_freed;
    uint64_t mallocs;               /* objects, cumulative */
    uint64_t frees;
    uint64_t inuse_bytes;
    uint64_t garbage_bytes;
    uint64_t num_gc;
    uint64_t peak_alloc_bytes;
    uint64_t peak_inuse_bytes;
    uint64_t asked_bytes;           /* by the owners of objects neither freed nor dropped */
    uint64_t peak_asked_bytes;

    uint64_t limit_bytes;           /* of inuse_bytes; 0: none */
    enum heap_collector collector;
    bool junk;
    struct heap_fail_order order;
    struct tag_table tags;
};

#endif
