/*
 * heap_and_resident.h - the experiments of chapter 11: the heap's count and the kernel's.
 *
 * Words       page       of the system, 4096 bytes; two make a page of the heap
 *             resident   pages with memory behind them. mincore(2) is asked about each page of the
 *                        arena; smaps tells the sum (Rss). Both speak of the arena alone: huge
 *                        pages are off in it and nothing else lies there, so the counts are exact
 *                        and the same on every run, unless the system swaps
 *             given back handed to the system with madvise(2): heap_release_idle
 *
 * Each experiment has a heap of its own and returns false if that refused memory; nothing is left
 * behind then. `limit` is the heap's limit in bytes, 0: none.
 */
#ifndef HEAP_AND_RESIDENT_H
#define HEAP_AND_RESIDENT_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "design/design.h"
#include "heap/heap.h"
#include "heap/timeline.h"
#include "page/page.h"
#include "program/program.h"
#include "resident/process.h"
#include "resident/smaps.h"

enum { SYSTEM_PAGE_BYTES = 4096 };

/* --- First touch (heap_and_resident_touch.c) --- */

enum { TOUCH_BYTES = 64 << 20, TOUCH_PAGES = TOUCH_BYTES / SYSTEM_PAGE_BYTES };

/* What the heap and the kernel say at one moment. */
struct look {
    uint64_t heap_sys, heap_alloc;
    uint64_t pages;                     /* resident by mincore */
    uint64_t rss_pages;                 /* Rss by smaps; meaningless if not told */
    bool rss_told;
};

enum touch {
    TOUCH_RESERVED,                     /* the heap is made */
    TOUCH_ALLOCATED,                    /* an object of 64 MiB */
    TOUCH_ONE,                          /* one byte written */
    TOUCH_HALF,                         /* a byte in every second page */
    TOUCH_AGAIN,                        /* another byte in each of those pages */
    TOUCH_ALL,                          /* a byte in every page */
    TOUCHES
};

/* Writes to the pages one by one. *strays counts the writes to untouched pages that did not make
 * just the page itself resident, by the kernel's word on it and its two neighbours. */
bool touch_run(uint64_t limit, struct look at[TOUCHES], uint64_t *strays);

/* The pass condition of touch-commits. */
bool touch_commits(const struct look at[TOUCHES], uint64_t strays);

enum glance { GLANCE_READ, GLANCE_WRITTEN, GLANCES };

/* Reads a byte of every page of a fresh object of 64 MiB, then writes one byte. */
bool glance_run(uint64_t limit, struct look at[GLANCES]);

/* Writes one byte into an arena that asks for huge pages; what is resident of it then depends
 * on the kernel. *huge_bytes: how much of that is in huge pages; 0 too if smaps cannot be read. */
bool huge_run(uint64_t limit, uint64_t *resident, uint64_t *huge_bytes);

/* Bytes that are not zero in an object's place. */
struct zeroes {
    uint64_t bytes;                     /* of the object */
    uint64_t fresh;                     /* a new object on fresh memory */
    uint64_t freed;                     /* every byte was written, and the object freed */
    uint64_t again;                     /* a new object in the same place */
    uint64_t again_pages;               /* resident of it, though nobody wrote to it yet */
    uint64_t given_back;                /* written again, freed and given back */
};

bool zeroes_run(uint64_t limit, struct zeroes *z);

/* --- Freed and returned (heap_and_resident_freed.c) --- */

struct reading {
    struct heap_counters counters;
    uint64_t resident;                  /* bytes, by mincore */
};

enum moment {
    MOMENT_FILLED,
    MOMENT_DELETED,                     /* every key */
    MOMENT_DROPPED,
    MOMENT_COLLECTED,
    MOMENT_GIVEN_BACK,
    MOMENTS
};

/* A map of int to int, made for its number of keys; nothing but the map is in the heap. */
bool freed_run(uint64_t keys, uint64_t seed, uint64_t limit, struct reading at[MOMENTS]);

/* The pass condition of freed-is-not-returned. */
bool freed_stays(const struct reading at[MOMENTS]);

enum { CRUMB_BYTES = 1024, CRUMBS_A_SPAN = HEAP_PAGE_BYTES / CRUMB_BYTES, CRUMB_SPANS = 2048 };

/* Objects of CRUMB_BYTES, all written; all but `kept` of each span are freed, and idle pages
 * given back. */
bool crumbs_run(unsigned kept, uint64_t limit, struct reading *full, struct reading *after);

/* A block that the C library's malloc maps for itself alone: the resident bytes of it
 * before free and after it. False if it was refused. */
bool malloc_run(uint64_t bytes, uint64_t *before, uint64_t *after);

/* --- Three clocks --- */

enum { CLOCK_STEPS = 24 };

/* What the program does in a step, the first is 0. A second passes after each. */
const char *clock_step_name(unsigned step);

/* The life of a map as a line: filled without a hint, emptied, dropped, collected; all the time a
 * background scavenger gives idle pages back at its rate. The last step waits. */
bool clocks_run(uint64_t keys, uint64_t seed, uint64_t limit,
                struct timeline_sample samples[CLOCK_STEPS]);

/* --- Side by side --- */

struct life {
    uint64_t heap[MOMENTS];             /* bytes as the design's runtime reports them */
    uint64_t resident[MOMENTS];
};

/* Filled without a hint on a heap paced at GOGC 100, or, for Rust, on one that frees at once. */
bool life_run(const struct design *design, uint64_t keys, uint64_t seed, uint64_t limit,
              struct life *l);

/* --- A live heap, twice (heap_and_resident_mapping.c) --- */

struct mapping_kind {
    const char *slug, *label;
    unsigned chunks;                    /* of 4 MiB, in full: as the source prints it */
    enum heap_zeroing zeroing;
    bool gone_round;                    /* each ring buffer was written from end to end */
};

enum { MAPPINGS = 4 };
extern const struct mapping_kind mapping_kinds[MAPPINGS];

/* Assumptions about the live heap; heap_and_resident_mapping.c says what follows from what. */
enum { RING_BYTES = 256 << 10, RINGS_PERCENT = 41, GIVEN_BACK_PERMILLE = 18 };

struct mapping {
    struct heap_counters counters;
    uint64_t resident;
};

/* Bytes of a mapping at 1/scale, whole chunks, one at least; scale is 1 or more. */
uint64_t mapping_bytes(const struct mapping_kind *kind, uint64_t scale);

/* Builds the live heap of that size. Returns false also if the machine has not the memory,
 * so that nobody is killed for it. */
bool mapping_run(const struct mapping_kind *kind, uint64_t scale, uint64_t limit,
                 struct mapping *m);

/* Whether so many bytes more can become resident, by what the kernel says under `root` ("" for
 * the real one): MemAvailable, and the control group's limit. */
bool memory_suffices(const char *root, uint64_t bytes);

/* --- The process (heap_and_resident_process.c) --- */

enum part {
    PART_ARENA,                         /* HeapSys */
    PART_RESERVED,                      /* the arena's addresses behind it */
    PART_PROGRAM, PART_LIBC, PART_STACK,
    PART_ALL,
    PARTS
};

/* Reads /proc/self/smaps, or the file at path if it is not NULL. Of the program and the C library
 * all mappings of the same file count. Returns false, and one sentence in `sentence`
 * (PROCESS_SENTENCE_BYTES long), if it cannot be read or lacks one of them. */
bool parts_read(const char *path, const struct heap *h, struct smaps_mapping of[PARTS],
                char *sentence);

/* Where the kernel is asked. NULL is the real place. */
struct asked {
    const char *smaps, *status;         /* files */
    const char *root;                   /* folder above proc and sys */
};

/* Prints the mappings of this process, its sums, and what the kernel stops it by, as tables; what
 * cannot be read is a sentence in place of its table. Returns false only if the heap
 * refused memory. */
bool print_process(struct page *page, struct asked asked, uint64_t limit);

enum { ADDRESS_LIMIT_GIB = 64 };

/* Reserves ADDRESS_LIMIT_GIB of addresses and touches none, first as it is, then under a limit
 * of as many on addresses (RLIMIT_AS): whether they were granted. */
struct granted {
    bool without_limit, under_limit;
};

struct granted address_limit_run(void);

/* --- Picture --- */

/* The arena after fill, free and release, page by page. */
bool picture_arena(FILE *out);

#endif
