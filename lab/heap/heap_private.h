/*
 * heap_private.h - the inside of a heap, for the files of this room and the
 * tests that break it on purpose.
 *
 *     heap_new.c        the arena and the tables; comes and goes
 *     heap.c            allocates, frees, drops, collects
 *     heap_zero.h       which new objects are cleared
 *     heap_pace.c       when to collect
 *     heap_scavenge.c   what goes back to the system, and when
 *     heap_read.c       counters, tags, runs of pages; the small settings
 *     heap_check.c      the rules
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

/* When to collect, see heap_pace.c. */
struct heap_pace {
    int gogc;                       /* percent, or HEAP_GOGC_OFF */
    uint64_t memory_limit;          /* 0: none */
    uint64_t roots_bytes;
    uint64_t gogc_goal;             /* by GOGC alone; UINT64_MAX: off, or not paced */
    uint64_t trigger;               /* the HeapAlloc that pace_check is asked at: gogc_goal, or
                                       0 when the memory limit is near */
    uint64_t live_bytes;            /* after the last collection */
    uint64_t collected_ms;          /* when that was */
    uint64_t marked_bytes;          /* cumulative */
    uint64_t swept_bytes;
};

/* What goes back to the system, see heap_scavenge.c. */
struct heap_scavenger {
    uint64_t rate;                  /* bytes a second */
    uint64_t goal;                  /* retained bytes; UINT64_MAX: none yet */
    uint64_t due;                   /* time passed in ms times rate that bought no page yet */
    uint64_t given_back;            /* bytes, cumulative */
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
    uint64_t total_asked_bytes;         /* never falls */

    uint64_t limit_bytes;           /* of inuse_bytes; 0: none */
    enum heap_collector collector;
    enum heap_zeroing zeroing;
    bool junk;
    uint64_t clock_ms;              /* simulated */
    struct heap_pace pace;
    struct heap_scavenger scavenger;
    char name[80];                  /* of the arena; the kernel takes no longer one */
    char region[96];                /* the same in /proc/self/maps */
    struct heap_fail_order order;
    struct tag_table tags;
};

static inline uint64_t heap_live_bytes(const struct heap *h)
{
    return h->total_alloc - h->total_freed;
}

static inline uint64_t heap_sys_bytes(const struct heap *h)
{
    return h->pages.chunk_count * (uint64_t)PAGE_ALLOC_CHUNK_BYTES;
}

/* Pages that may have memory behind them: Go's estimate of the heap's RSS. */
static inline uint64_t heap_retained_bytes(const struct heap *h)
{
    return heap_sys_bytes(h) - h->pages.released_pages * (uint64_t)HEAP_PAGE_BYTES;
}

/* --- heap_pace.c --- */

/* Sets up the pacer of a new heap. */
void pace_init(struct heap *h, const struct heap_config *config);

/* The goal as it stands; UINT64_MAX if none does. */
uint64_t pace_goal(const struct heap *h);

/* HeapAlloc reached the trigger: collects if it has reached the goal. */
void pace_check(struct heap *h);

/* The last collection is done: marks a new goal from what it left. */
void pace_after_collection(struct heap *h);

/* A span was opened: the memory limit may be near now. */
void pace_after_span(struct heap *h);

/* --- heap_scavenge.c --- */

/* Gives back what stands above the memory limit now that a span was opened. */
void scavenge_for_limit(struct heap *h);

/* Sets the goal of the background, after a collection that began with so much in use, and
 * that replaced last_goal. */
void scavenge_after_collection(struct heap *h, uint64_t inuse_bytes, uint64_t last_goal);

#endif
