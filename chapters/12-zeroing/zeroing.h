/*
 * zeroing.h - chapter 12: the optimisation that went missing.
 *
 * Experiments on what an allocator writes before its user does. Each runs on a heap of its own,
 * whose arena the kernel is asked about page by page (resident.h). Huge pages are off in it and
 * nothing else lies there, so a page is resident if and only if somebody touched it, and the count
 * is the same on every run. Each returns false if the heap refused memory; nothing is
 * left behind then. `limit` is the heap's limit in bytes, 0 for none.
 *
 * Words       page       of the system, 4096 bytes; two make a page of the heap
 *             made       allocated, and not yet used by anybody
 *             share      the part of a buffer that is written, in units of 1/24
 *             plain      without pointers
 */
#ifndef ZEROING_H
#define ZEROING_H

#include <stdio.h>

#include "bench/bench.h"
#include "heap/heap.h"
#include "zeroing_channel.h"

enum { SYSTEM_PAGE_BYTES = 4096, SHARE_ALL = 24, SHARE_HALF = 12 };

/* The policies in the order in which they were released: Go 1.23, 1.24.0, since the fix. */
enum policy { POLICY_BEFORE, POLICY_REGRESSED, POLICY_FIXED, POLICIES };

/* A heap that clears as the policy says, and collects when told. */
struct heap *policy_heap(enum policy policy, uint64_t limit);

/* Resident pages of HeapSys. */
uint64_t arena_pages(const struct heap *h);

/* Resident pages of an object, which starts on a page. */
uint64_t object_pages(const void *object, size_t bytes);

/* --- The matrix: kind x size x pointers --- */

enum kind { KIND_CHANNEL, KIND_SLICE, KIND_SWISS, KIND_BUCKETS, KINDS };

/* One kind of object. The largest allocation of a small one is at most HEAP_LARGE_BYTES. */
struct cell {
    enum kind kind;
    bool large;
    enum heap_scan scan;
};

enum { CELLS = KINDS * 2 * 2 };

/* The cells in the order of the table: kind by kind, small first, plain first. */
struct cell cell_at(unsigned i);

/* Which of them is the large one with pointers. */
static inline unsigned cell_large_pointers(enum kind kind)
{
    return 4 * kind + 3;
}


struct held {
    uint64_t objects;               /* channels, slices or maps */
    uint64_t object_bytes;          /* of each one's buffer, array, table or bucket array, as the
                                       heap rounds it */
    struct heap_counters made_counters, used_counters;
    uint64_t made_pages;            /* resident, of all the arena */
    uint64_t used_pages;            /* the same when the share of each was used */
};

/* Makes many objects of a cell under a policy, then uses the share of each: of a channel's
 * buffer and a slice the first elements, of a map so many of the entries it was made for. */
bool held_run(struct cell c, unsigned share, enum policy policy, uint64_t seed, uint64_t limit,
              struct held *held);

/* Whether all counters of a heap are equal, not only those that a page shows. */
bool counters_equal(const struct heap_counters *a, const struct heap_counters *b);

/* Whether the three policies agree: in all counters; in resident pages. */
bool held_counters_equal(const struct held of[POLICIES]);
bool held_pages_equal(const struct held of[POLICIES]);

/* Whether 1.24.0 alone made nearly everything resident while it was made: ten times the
 * pages of the others, at least. */
bool held_commits(const struct held of[POLICIES]);

/* --- One buffer --- */

/* The memory that a buffer gets. */
enum memory {
    MEMORY_FRESH,
    MEMORY_USED,                    /* a buffer was written there, dropped and collected */
    MEMORY_GIVEN_BACK,              /* the same, and then given back to the system */
};

struct buffer {
    uint64_t asked_bytes;
    uint64_t rounded_bytes;         /* what HeapAlloc says of it */
    struct heap_counters counters;
    uint64_t made_pages, used_pages;    /* resident, of the buffer's own */
    uint64_t all_pages;             /* that it has */
};

/* Allocates a buffer of so many bytes in such memory, and writes the share of it. */
bool buffer_run(uint64_t bytes, enum heap_scan scan, unsigned share, enum memory memory,
                enum policy policy, uint64_t limit, struct buffer *b);

/* The pass condition of zeroing-commits, for one buffer under all policies: made, no page
 * is resident but under 1.24.0, where all are; used, the written pages are, and all. */
bool zeroing_commits(const struct buffer of[POLICIES], unsigned share);

/* Whether the three policies agree in resident pages. */
bool buffer_pages_equal(const struct buffer of[POLICIES]);

/* What a heap gives back: by the kernel's count and by its own. */
struct returned {
    uint64_t resident_bytes;        /* fewer than before */
    uint64_t released_bytes;        /* HeapReleased, more than before */
};

/* Drops and collects a buffer under a policy, then gives its pages back to the system. */
bool returned_run(uint64_t bytes, enum policy policy, uint64_t limit, struct returned *r);

/* Whether the counters told of all of it. */
bool returned_is_seen(const struct returned *r);

/* --- Many buffers --- */

struct buffers {
    struct heap_counters counters;
    uint64_t pages;                 /* resident, of the arena */
    uint64_t process_bytes;         /* resident, of this process: VmRSS; 0 if it is not told */
};

/* Makes channels whose buffers have 4 MiB, and sends nothing. */
bool buffers_run(uint64_t channels, enum policy policy, uint64_t limit, struct buffers *b);

/* --- A service's mix --- */

enum part { PART_CHANNELS, PART_MAPS, PART_SMALL, PARTS };

struct mix {
    uint64_t heap_alloc[PARTS];     /* of each part */
    uint64_t pages[PARTS];          /* resident pages that came with it */
    struct heap_counters counters;  /* of all */
};

/* Half of the heap are channel buffers of which two thirds are used, a fifth are Swiss maps,
 * the rest small objects. */
bool mix_run(enum policy policy, uint64_t seed, uint64_t limit, struct mix *m);

/* --- A life --- */

enum step {
    STEP_NEW,
    STEP_QUARTER_MADE, STEP_HALF_MADE, STEP_THREE_QUARTERS_MADE, STEP_MADE,
    STEP_QUARTER_SENT, STEP_HALF_SENT, STEP_THREE_QUARTERS_SENT, STEP_SENT,
    STEP_RECEIVED,
    STEP_DROPPED, STEP_COLLECTED,
    STEP_MADE_AGAIN,                /* in the same memory */
    STEP_COLLECTED_AGAIN,
    STEP_GIVEN_BACK,                /* to the system */
    STEP_MADE_AFTER,                /* once more, below the high-water mark */
    STEPS
};

struct life {
    struct heap_counters counters[STEPS];
    uint64_t pages[STEPS];
};

/* Plays the life of so many channels with buffers of 4 MiB. */
bool life_run(uint64_t channels, enum policy policy, uint64_t limit, struct life *life);

/* --- Time --- */

/* A buffer of 4 MiB with pointers: how much of it is written, in which memory. */
enum use { USE_FRESH, USE_FRESH_HALF, USE_FRESH_ALL, USE_RECYCLED, USES };

enum { TIMED = USES * POLICIES };

struct times {
    struct bench_result results[TIMED]; /* per buffer; by use, then policy */
    uint64_t pages[TIMED];          /* resident pages of each buffer */
};

/* Times so many buffers in each round, each use under each policy, all of them interleaved. */
bool times_run(uint64_t buffers, unsigned rounds, uint64_t limit, struct times *t);

/* The time of a use under a policy to the same use under Go 1.23's. */
double times_to_before(const struct times *t, enum use use, enum policy policy);

/* The pass condition of zeroing-takes-time, for one use. */
bool zeroing_takes_time(const struct times *t, enum use use);

/* --- The picture --- */

/* Draws the pages of a half used channel buffer under each policy. */
bool picture_pages(FILE *out);

#endif
