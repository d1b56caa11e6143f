/*
 * heap.h - the accounting heap: a small model of Go's allocator.
 *
 * Models      Go 1.22 to 1.24, src/runtime/{malloc,mheap,mcentral,sizeclasses}.go,
 *             on a real mapping, so that what it says can be held against
 *             what the kernel says; mgcpacer.go (heap_pace.c) and
 *             mgcscavenge.go (heap_scavenge.c) for the two clocks behind it.
 * Leaves out  the tiny allocator (pointer-free objects under 16 bytes take a
 *             class of their own), per-thread caches, and the collector's
 *             tracing: a death is told by heap_drop, not discovered.
 *
 * Words       page        8 KiB, the unit in which spans are cut
 *             span        a run of pages that holds objects of one size class,
 *                         or one large object
 *             size class  one of 67 sizes to which small requests are rounded
 *             scan        an object that holds pointers (noscan: one that does not)
 *             drop        the object is garbage; its memory comes back when the
 *                         next collection sweeps it (Go)
 *             free        the object's memory comes back now (C, Rust)
 *             goal        the HeapAlloc at which the next collection starts (NextGC)
 *             retained    HeapSys - HeapReleased: pages that may have memory behind them
 *             scavenge    give the memory behind idle pages back to the system
 *
 * Rules       H1  HeapAlloc is the sum of the rounded sizes of all objects that
 *                 were allocated and not yet swept or freed, garbage included.
 *             H2  HeapInuse is the sum of the pages of all spans that hold at
 *                 least one such object, whole pages.
 *             H3  HeapSys = HeapInuse + HeapIdle, and HeapReleased <= HeapIdle.
 *             H4  No two objects overlap, and no two spans share a page.
 *             H5  The memory of a new object reads as zero.
 *             H6  TotalAlloc, Mallocs, Frees never fall; Mallocs - Frees is the
 *                 number of objects.
 *             H7  The counts per tag add up to the heap's own.
 *             H8  A refused request changes nothing but the collection it
 *                 may have set off.
 *             H9  The bytes asked for by living objects are at most HeapAlloc
 *                 without its garbage.
 *             H10 A page above the high-water mark was never in a span: it is
 *                 idle and counts as released.
 *             H11 A released page reads as zero.
 *             H12 A paced heap's goal by GOGC follows from what lived after its
 *                 last collection; no other heap has one.
 *             H13 What was swept was freed, and what is released and was in a
 *                 span was scavenged: neither count is below what it counts.
 */
#ifndef HEAP_H
#define HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    HEAP_PAGE_BYTES = 8192,         /* Go's page, two of the system's */
    HEAP_LARGE_BYTES = 32760,       /* a request above this is a large object */
    HEAP_HEADER_BYTES = 8,          /* malloc header of a scan object ... */
    HEAP_HEADER_FROM = 512,         /* ... that is larger than this */
};

/* Whether an object holds pointers. It decides the span and the header. */
enum heap_scan { HEAP_NOSCAN, HEAP_SCAN };

/* When dropped memory comes back. */
enum heap_collector {
    HEAP_COLLECT_WHEN_TOLD,         /* at heap_collect, or when a limit is met */
    HEAP_COLLECT_AT_ONCE,           /* at the drop itself, as if freed */
    HEAP_COLLECT_PACED,             /* also when HeapAlloc reaches the goal, as in Go */
};

/*
 * Which new objects are cleared although their memory is fresh from the system
 * and reads as zero already. Clearing writes, and writing makes resident. A
 * heap of any policy gives zeroed objects and shows the same counters.
 */
enum heap_zeroing {
    HEAP_ZEROING_FIXED,             /* none: Go 1.25, and 1.24 since the backport */
    HEAP_ZEROING_GO_1_23,           /* none: the order of clearing and of showing the object to
                                       the collector differs, and this heap has no tracer */
    HEAP_ZEROING_GO_1_24_0,         /* large objects with pointers: the regression */
};

enum { HEAP_GOGC_OFF = -1, HEAP_GOGC_DEFAULT = 100 };

/* What a heap is made with. All zero is a good default. */
struct heap_config {
    uint64_t reserve_bytes;         /* address space; 0: 16 GiB */
    uint64_t limit_bytes;           /* HeapInuse never passes it; 0: no limit */
    enum heap_collector collector;
    bool junk;                      /* fill freed memory with 0xDB, for tests */
    bool huge_pages;                /* ask for pages of 2 MiB: large fills are faster, and a
                                       touched byte is 2 MiB resident; counters are the same */
    enum heap_zeroing zeroing;
    int gogc;                       /* HEAP_COLLECT_PACED: percent; 0: 100; or HEAP_GOGC_OFF */
    uint64_t memory_limit;          /* HEAP_COLLECT_PACED: as GOMEMLIMIT, soft; 0: none */
    uint64_t roots_bytes;           /* stacks and globals of the program: they count for the
                                       goal and for the memory limit, in no counter */
    uint64_t scavenge_rate;         /* bytes a second that heap_tick gives back; 0: none */
    const char *name;               /* of the mapping, where the kernel can; NULL: "high water" */
};

/* The counters, by the names of Go's runtime.MemStats. Bytes unless said. */
struct heap_counters {
    uint64_t heap_alloc;            /* rounded bytes of all objects, garbage too */
    uint64_t heap_inuse;            /* whole spans that hold an object */
    uint64_t heap_idle;             /* mapped, in no span */
    uint64_t heap_released;         /* of the idle: not backed by memory, because it was
                                       given back or (as in Go) was never touched yet */
    uint64_t heap_sys;              /* heap_inuse + heap_idle */
    uint64_t total_alloc;           /* cumulative heap_alloc */
    uint64_t mallocs;               /* cumulative count of objects allocated */
    uint64_t frees;                 /* cumulative count of objects freed or swept */
    uint64_t num_gc;                /* collections */
    uint64_t next_gc;               /* the goal; 0: no goal stands (UINT64_MAX in Go) */
    uint64_t live_after_gc;         /* heap_alloc as the last collection left it */
    uint64_t marked;                /* cumulative: what the collections had to mark, the
                                       living bytes each met and the roots; work, not memory */
    uint64_t swept;                 /* cumulative: the garbage that they swept */
    uint64_t scavenged;             /* cumulative: what was given back to the system */
    uint64_t scavenge_goal;         /* retained bytes at which heap_tick stops to give back;
                                       0: none before the first collection */
    uint64_t garbage;               /* of heap_alloc: dropped, not yet swept */
    uint64_t peak_heap_alloc;       /* highest since the start or heap_reset_peaks */
    uint64_t peak_heap_inuse;
    uint64_t asked;                 /* not rounded: what the owners of all objects asked for,
                                       without garbage. Go has no such counter; a counting
                                       allocator under a Rust program shows it */
    uint64_t peak_asked;
    uint64_t total_asked;           /* cumulative asked */
};

/* The account of one tag: a string that says what an object is for. */
struct heap_tag {
    const char *name;
    uint64_t live_bytes;            /* rounded, garbage included */
    uint64_t live_objects;
    uint64_t mallocs;               /* cumulative objects */
    uint64_t total_bytes;           /* cumulative rounded bytes */
};

enum { HEAP_MAX_TAGS = 64 };

struct heap;                        /* heap_private.h has its inside */

/*
 * Makes a heap; config may be NULL for all defaults. Returns NULL if the
 * system refuses the address space: exactly what reserve_bytes asks for, while
 * the default is halved down to 1 GiB before it gives up (the heap's own
 * tables take a sixth on top). Nothing of the arena is resident yet.
 */
struct heap *heap_new(const struct heap_config *config);

/* Gives back everything, whatever still lives in it. NULL is allowed. */
void heap_delete(struct heap *h);

/*
 * Returns an object of at least `bytes`, zeroed, aligned to min(class, 8192)'s
 * power of two; or NULL if a limit, a failure asked for, or the address space
 * stands against it: the heap is then as before (H8). bytes 0 is an object
 * of the smallest class, so that it has an address of its own.
 */
void *heap_alloc(struct heap *h, size_t bytes, enum heap_scan scan, const char *tag);

/*
 * Returns an object to the heap now. bytes, scan and tag are those of its
 * allocation; a difference is a bug of the caller and is asserted.
 */
void heap_free(struct heap *h, void *p, size_t bytes, enum heap_scan scan, const char *tag);

/*
 * Makes an object garbage. It still counts in HeapAlloc until the next
 * collection, as in Go (with HEAP_COLLECT_AT_ONCE it is freed here).
 */
void heap_drop(struct heap *h, void *p, size_t bytes, enum heap_scan scan, const char *tag);

/* Sweeps all garbage: what runtime.GC() does for a heap whose dead are known. */
void heap_collect(struct heap *h);

/* Gives every idle page back to the system: debug.FreeOSMemory without the GC. */
void heap_release_idle(struct heap *h);

/*
 * Gives up to max_bytes of idle pages back to the system, whole pages, the highest
 * addresses first. Returns the bytes given back: less if no more is idle
 * and retained, or if the system does not want it (locked memory).
 */
uint64_t heap_scavenge(struct heap *h, uint64_t max_bytes);

/*
 * Lets so much simulated time pass; the heap knows no other clock. The
 * background scavenger works at its rate (heap_config.scavenge_rate) towards
 * scavenge_goal, and a paced heap that was not collected for two minutes is.
 * Returns the bytes given back.
 */
uint64_t heap_tick(struct heap *h, uint64_t milliseconds);

/* Sets GOGC, from 1 on or HEAP_GOGC_OFF, and the soft limit in bytes (0: none) of a
 * paced heap; the goal follows at once, a collection not before the next allocation. */
void heap_set_gogc(struct heap *h, int gogc);
void heap_set_memory_limit(struct heap *h, uint64_t bytes);

/* The counters as they stand. */
struct heap_counters heap_read(const struct heap *h);

/* Starts both peaks anew from the present values. */
void heap_reset_peaks(struct heap *h);

/* The accounts of all tags seen so far, in order of first use; *count of them. */
const struct heap_tag *heap_tags(const struct heap *h, size_t *count);

/* Sets HeapInuse's limit in bytes; 0 takes it away. */
void heap_set_limit(struct heap *h, uint64_t limit_bytes);

enum heap_failure { HEAP_FAIL_ONCE, HEAP_FAIL_FOR_EVER };

/*
 * The next `successes` allocations may succeed, the one after fails: once, or
 * with all that follow. heap_failed tells whether the latest order's
 * failure was reached; heap_fail_never takes the order back, not that answer.
 */
void heap_fail_after(struct heap *h, uint64_t successes, enum heap_failure failure);
void heap_fail_never(struct heap *h);
bool heap_failed(const struct heap *h);

/* The bytes that a request of `bytes` takes: its class, or whole pages; SIZE_MAX
 * if no size_t could hold them. */
size_t heap_rounded(size_t bytes, enum heap_scan scan);

/*
 * The mapping, for lab/resident: it starts here, and HeapSys covers the beginning
 * of it. heap_region is its name in /proc/self/maps, "[anon:high water]", or NULL
 * where nothing is mapped yet or the kernel gives no names (before 5.17, or built
 * without): then it is found by its address.
 */
const void *heap_start(const struct heap *h);
const char *heap_region(const struct heap *h);

/* The arena's high-water mark, in bytes from heap_start: memory above it was never
 * in a span. It never falls, not even when pages below it are given back. */
uint64_t heap_high_water(const struct heap *h);

/* What a run of neighbouring pages is. */
enum heap_run_state {
    HEAP_RUN_SPAN,                  /* holds objects */
    HEAP_RUN_IDLE,                  /* held some; the memory is kept */
    HEAP_RUN_RELEASED,              /* held some; the memory is given back */
    HEAP_RUN_FRESH,                 /* never held any */
};

struct heap_run {
    enum heap_run_state state;
    size_t page;                    /* the first, counted from heap_start */
    size_t page_count;              /* of HEAP_PAGE_BYTES */
    size_t slot_bytes;              /* this and the rest: of a span, else 0 */
    size_t slots;
    size_t objects;                 /* garbage included */
    size_t garbage;
    enum heap_scan scan;
    bool large;                     /* one object in whole pages */
    bool needzero;                  /* its free slots may hold old bytes */
};

/*
 * Puts the span, or the longest run of one state, that begins at `page` into *run.
 * Returns false behind the end of HeapSys. To visit all of the heap:
 *     for (size_t page = 0; heap_run_at(h, page, &run); page += run.page_count)
 */
bool heap_run_at(const struct heap *h, size_t page, struct heap_run *run);

/*
 * Proves H1 to H7 and H9 to H13 from the spans and pages themselves. Returns NULL, or
 * the broken rule in one sentence, in static storage.
 */
const char *heap_check(const struct heap *h);

#endif
