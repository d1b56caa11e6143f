/*
 * heap.h - the accounting heap: a small model of Go's allocator.
 *
 * Models      Go 1.22 to 1.24, src/runtime/{malloc,mheap,mcentral,sizeclasses}.go,
 *             on a real mapping, so that what it says can be held against
 *             what the kernel says.
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
};

/* What a heap is made with. All zero is a good default. */
struct heap_config {
    uint64_t reserve_bytes;         /* address space; 0: 16 GiB */
    uint64_t limit_bytes;           /* HeapInuse never passes it; 0: no limit */
    enum heap_collector collector;
    bool junk;                      /* fill freed memory with 0xDB, for tests */
    bool huge_pages;                /* ask for pages of 2 MiB: large fills are faster, and a
                                       touched byte is 2 MiB resident; counters are the same */
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
    uint64_t garbage;               /* of heap_alloc: dropped, not yet swept */
    uint64_t peak_heap_alloc;       /* highest since the start or heap_reset_peaks */
    uint64_t peak_heap_inuse;
    uint64_t asked;                 /* not rounded: what the owners of all objects asked for,
                                       without garbage. Go has no such counter; a counting
                                       allocator under a Rust program shows it */
    uint64_t peak_asked;
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

/* The mapping, for lab/resident: its start, and how much of it HeapSys covers. */
const void *heap_start(const struct heap *h);

/*
 * Proves H1 to H7 and H9 from the spans themselves. Returns NULL, or the broken rule
 * in one sentence, in static storage.
 */
const char *heap_check(const struct heap *h);

#endif
