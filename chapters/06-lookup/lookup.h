/*
 * lookup.h - the experiments of chapter 06: what a look-up touches, takes and allocates.
 *
 * lookup_trace.c counts: groups, comparisons, cache lines, allocations, all exact.
 * lookup_bench.c takes the times of look-ups, lookup_memory.c those of bare memory. All maps are
 * of int to int and hold the keys 0 to n - 1; a miss asks for n to 2n - 1. Of the options they
 * read seed, limit_bytes and rounds; sizes are arguments. They return false if memory is
 * refused, having given back all that they took.
 */
#ifndef LOOKUP_H
#define LOOKUP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/bench.h"
#include "program/program.h"
#include "swiss/swiss.h"

enum {
    LOOKUP_LINE_BYTES = 64,             /* of a cache line: x86-64 and most of Arm */
    LOOKUP_THOUSAND = 1000,             /* look-ups of the sources' benchmark */
};

/* --- What one look-up touches --- */

/* The stations of a look-up in a Swiss map. */
enum lookup_part {
    LOOKUP_HEADER, LOOKUP_DIRECTORY, LOOKUP_TABLE, LOOKUP_GROUP, LOOKUP_PARTS
};

enum { LOOKUP_MOST_LINES = 64 };

/* One look-up, step by step. */
struct lookup_walk {
    uint64_t key, hash;
    uint64_t entry;                     /* of the directory */
    uint64_t group;                     /* the last one visited */
    unsigned slot;                      /* of the key, if found */
    bool found;
    uint64_t groups;                    /* visited */
    uint64_t compares;                  /* keys compared, the right one too */
    unsigned lines;                     /* different cache lines read ... */
    unsigned part_lines[LOOKUP_PARTS];  /* ... and in which part they lie */
    uintptr_t line[LOOKUP_MOST_LINES];  /* their numbers: address / 64 */
};

/* Does what swiss_u64_get does in a map that has tables, and notes each step. The C variable that
 * points to the header is left out: in Go it is a register. */
void lookup_walk_key(const struct swiss *m, uint64_t key, struct lookup_walk *w);

/* Means over many look-ups. */
struct lookup_touch {
    double groups, compares, lines;
    double group_lines;                 /* of the lines: those in groups */
};

/* A map and what look-ups of random keys touch in it. */
struct lookup_map {
    uint64_t entries, tables, slots;
    uint64_t bytes;                     /* of all its objects, rounded as the heap does */
    uint64_t directory_bytes;           /* not rounded, as the next two */
    uint64_t table_bytes;               /* of the tables' headers */
    uint64_t group_bytes;
    struct lookup_touch hit, miss;
    uint64_t thousand_lines;            /* different lines that a thousand hits touch */
};

enum { LOOKUP_SAMPLE = 1 << 15 };       /* look-ups, so many hits and so many misses */

/* One map, grown from size to size (rising, 9 or more), and looked up at each. */
bool lookup_touched(const struct options *options, const uint64_t sizes[], unsigned count,
                    struct lookup_map maps[]);

/* --- What look-ups allocate --- */

struct lookup_allocs {
    uint64_t entries;
    uint64_t found, missed;             /* of a thousand hits and a thousand misses */
    uint64_t mallocs, bytes;            /* of the heap, meanwhile */
};

bool lookup_allocs(const struct options *options, uint64_t entries, struct lookup_allocs *result);

/* A key that is there, in a map of eight entries: read, then written. */
struct lookup_write {
    uint64_t entries;                   /* before and after: nothing is inserted */
    uint64_t get_mallocs, put_mallocs, put_bytes;
};

bool lookup_write(const struct options *options, struct lookup_write *result);

/* --- What a look-up takes --- */

/* The maps. The first two are the same in memory: lab/bucket asks all eight tophash bytes in one
 * operation, as later maps do; Go 1.23 itself compares the keys of a bucket one after the
 * other (for keys of eight bytes: runtime/map_fast64.go), and so does the first here. */
enum lookup_design {
    LOOKUP_GO123, LOOKUP_GO123_WORD, LOOKUP_GO124, LOOKUP_RUST, LOOKUP_DESIGNS
};

/* How keys are chosen. A draw takes a nanosecond or two, and is in all times. */
enum lookup_way {
    LOOKUP_HIT,                         /* drawn anew each time: many are under way at once */
    LOOKUP_MISS,
    LOOKUP_CHAINED,                     /* a hit; the draw waits for the elem of the one before */
    LOOKUP_SAME_HIT,                    /* the same thousand keys again and again */
    LOOKUP_SAME_MISS,
    LOOKUP_DRAW,                        /* no look-up: the draw alone */
    LOOKUP_WAYS
};

/* The names of designs and ways, as tables and Go's benchmark format show them. */
extern const char *const lookup_design_names[LOOKUP_DESIGNS];
extern const char *const lookup_way_names[LOOKUP_WAYS];

enum { LOOKUP_FRESH_WAYS = LOOKUP_CHAINED + 1 };

enum { LOOKUP_IN_CACHE = 1 << 10 };     /* entries of a map that a near cache holds */

/* Maps of one size: every design that was asked for, in the first three ways. */
struct lookup_times {
    uint64_t entries;
    uint64_t bytes[LOOKUP_DESIGNS];     /* of the map, as its own runtime counts */
    struct bench_result ways[LOOKUP_DESIGNS][LOOKUP_FRESH_WAYS];
};

/* Grows a map of each design from `first` to `last` through the sizes, which rise, and times
 * its look-ups at each, all designs interleaved. */
bool lookup_bench(const struct options *options, enum lookup_design first,
                  enum lookup_design last, const uint64_t sizes[], unsigned count,
                  struct lookup_times times[]);

/* The time of `design` over that of Go 1.24's map, median of the rounds. */
double lookup_ratio(const struct lookup_times *t, enum lookup_design design, enum lookup_way way);

/* The margin of the verdicts: the other map takes so many times as long. */
static const double LOOKUP_WINS_BY = 1.4;

/* The condition of swiss-beats-buckets-in-cache, against either search of the old map: on hits. */
bool lookup_beats_hits(const struct lookup_times *t, enum lookup_design old);

/* The condition of swiss-beats-buckets: on hits and on misses. */
bool lookup_beats(const struct lookup_times *t, enum lookup_design old);

/* Go 1.24's map in every way, in a heap of small pages (0) and in one of huge pages (1). */
struct lookup_thousand {
    uint64_t entries;
    struct bench_result ways[2][LOOKUP_WAYS];
};

bool lookup_thousand(const struct options *options, uint64_t entries,
                     struct lookup_thousand *result);

/* The time of a hit on a new key over that of one of the thousand, small pages. */
double lookup_fresh_over_same(const struct lookup_thousand *t);

/* The margin of the verdict, and the condition of thousand-keys-hide-memory. */
static const double LOOKUP_SAME_WINS_BY = 2;
bool lookup_same_hides(const struct lookup_thousand *t);

/* --- What memory takes --- */

/* A walk through `bytes` of memory, line by line in a random order, where each line says
 * which is next. Nothing but the wait for memory is timed. */
struct lookup_chase {
    uint64_t bytes;
    struct bench_result pages[2];       /* small pages, huge pages */
};

bool lookup_chase(const struct options *options, uint64_t bytes, struct lookup_chase *result);

/* The bytes of the data cache of a level from 1 to 3, as the system tells; 0: it does not. */
uint64_t lookup_cache_bytes(unsigned level);

/* --- Pictures --- */

/* Draws the way of a look-up that hits: header, directory, table, group, slot. */
bool lookup_draw_path(const struct options *options, FILE *out);

#endif
