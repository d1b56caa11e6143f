/*
 * presize.h - the experiments of chapter 05: what a hint gives, spares and costs.
 *
 * presize_trace.c counts allocations and bytes, presize_tables.c counts tables and computes
 * how many to expect, presize_bench.c takes times, presize_versions.c asks three maps. All
 * fill a map[int]int (the lab's swiss_u64, where nothing else is said) with the keys 0 to
 * n - 1. They return false if memory is refused, having given back all that they took.
 */
#ifndef PRESIZE_H
#define PRESIZE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/bench.h"
#include "design/design_versions.h"
#include "program/program.h"
#include "swiss/swiss_layout.h"

/* --- Allocations by cause --- */

/* Why a map allocates. */
enum presize_cause {
    PRESIZE_HEADER,                 /* the map itself */
    PRESIZE_FIRST_GROUP,            /* the first put into a small map */
    PRESIZE_FIRST_TABLE,            /* the ninth entry: table, groups, directory */
    PRESIZE_DOUBLINGS,              /* a table twice as large: table, groups */
    PRESIZE_SPLITS,                 /* two tables for one: twice table and groups */
    PRESIZE_DIRECTORIES,            /* a directory twice as long */
    PRESIZE_HINT,                   /* the hint's directory, and table and groups for each table */
    PRESIZE_CAUSES
};

struct presize_share {
    uint64_t times;
    uint64_t objects;
    uint64_t bytes;                 /* as the heap rounds them */
};

/* A map made with a hint (0: none) and filled. */
struct presize_fill {
    uint64_t keys, hint;
    struct presize_share causes[PRESIZE_CAUSES];    /* from the map's own count of events */
    struct presize_share sum;
    uint64_t mallocs, total_alloc;  /* the heap's count of the same */
    uint64_t mallocs_before;        /* of them, before the first insert */
    uint64_t bytes_before;          /* HeapAlloc before the first insert */
    uint64_t kept;                  /* HeapAlloc when filled, collected */
    uint64_t tables;                /* when filled */
    uint64_t moved;                 /* entries that were written again */
};

/*
 * Makes a map with this hint, fills it with `keys` entries, and attributes every allocation to its
 * cause. Objects and bytes follow from the map's events and the sizes of what each makes;
 * with a hint, for as many entries as the hint says, when a table doubles once at most.
 */
bool presize_fill(const struct options *options, uint64_t keys, uint64_t hint,
                  struct presize_fill *result);

/* --- Hints --- */

/* What Go makes of a hint, and what comes of it when that many entries are put in. */
struct presize_hint {
    uint64_t tables, capacity;      /* of each table, in slots; tables 0: a small map */
    uint64_t room;                  /* the sum of the tables' growth limits */
    struct presize_fill fill;       /* of exactly `hint` entries */
    uint64_t growths;               /* doublings and splits during that fill */
};

bool presize_hint(const struct options *options, uint64_t hint, struct presize_hint *result);

/* --- The figures that a source prints --- */

/* A size, with the allocations and bytes of a fill, or of making a map with a hint. */
struct presize_size {
    uint64_t entries;
    uint64_t allocs;
    uint64_t bytes;
};

/* The sizes at which the model comes to what the source prints for one fill. The map's
 * header is not among the allocations of a hint: Go may put it on the stack. */
struct presize_printed {
    struct presize_size allocs;         /* grown: the first size of 62 allocations or more */
    struct presize_size bytes;          /* grown: the first of 5.2 MB or more */
    struct presize_size hint_allocs;    /* the largest hint of at most 9 allocations */
    struct presize_size hint_below;     /* the largest hint of less than 4.1 MB ... */
    struct presize_size hint_above;     /* ... and the next one, which makes more */
    struct presize_size widest;         /* hint_allocs for keys and elems of 128 bytes */
};

/* What [maps] prints: a fill without the size, and with it. */
enum {
    PRESIZE_PRINTED_ALLOCS = 62, PRESIZE_PRINTED_BYTES = 5200000,
    PRESIZE_PRINTED_HINT_ALLOCS = 9, PRESIZE_PRINTED_HINT_BYTES = 4100000,
};

bool presize_printed(const struct options *options, struct presize_printed *result);

/* --- How many tables --- */

/*
 * The number of tables to expect of a map that grew to n entries. A table of local depth d holds
 * the keys that share their first d hash bits; every such prefix that ever held 897 keys has
 * split once, and each split adds one table to the first:
 *
 *     1 + sum over d of 2^d * P[Binomial(n, 2^-d) >= 897]
 */
double presize_expected_tables(uint64_t n);

/* The tables counted, over several seeds. */
struct presize_tables {
    uint64_t keys;
    double expected;
    unsigned seeds;
    double mean;
    uint64_t least, most;
};

enum { PRESIZE_SEEDS = 5 };

/* Fills a map for each of the PRESIZE_SEEDS seeds from options->seed on. */
bool presize_tables(const struct options *options, uint64_t keys, struct presize_tables *result);

/* --- Times --- */

enum presize_way { PRESIZE_GROWN, PRESIZE_HINTED, PRESIZE_WAYS };

extern const char *const presize_way_names[PRESIZE_WAYS];

/* Making a map and filling it, an operation being all of that. */
struct presize_times {
    uint64_t keys, hint;
    struct bench_result ways[PRESIZE_WAYS];
    double grown_over_hinted;       /* time of the fill without a hint over that with it */
};

/* Margins of the verdicts: a right hint makes a fill so many times as fast, a hint that is far
 * too large so many times as slow. Both are wide of what is measured. */
static const double PRESIZE_WINS_BY = 1.2, PRESIZE_OVERSIZED_LOSES_BY = 10;

/* Times a fill of `keys` entries without a hint and with this one. */
bool presize_bench(const struct options *options, uint64_t keys, uint64_t hint,
                   struct presize_times *times);

/* What can be done to a map that holds few entries in tables for many. */
enum presize_use { PRESIZE_INSERT, PRESIZE_RANGE, PRESIZE_CLEAR, PRESIZE_USES };

extern const char *const presize_use_names[PRESIZE_USES];

struct presize_oversized {
    uint64_t keys, hint;
    uint64_t bytes[PRESIZE_WAYS];   /* HeapAlloc: with the fitting hint, with the other */
    struct bench_result fitting[PRESIZE_USES], oversized[PRESIZE_USES];
    double ratio[PRESIZE_USES];     /* oversized over fitting */
};

/* Times the uses of a map of `keys` entries, made with that hint and with a larger one. */
bool presize_oversized(const struct options *options, uint64_t keys, uint64_t hint,
                       struct presize_oversized *result);

/* --- The three maps, side by side --- */

/* A fill of one of the maps. Bytes are as its runtime reports them. */
struct presize_version_fill {
    uint64_t mallocs, mallocs_before;   /* in all; before the first insert */
    uint64_t total;                     /* bytes of all of them */
    uint64_t peak;                      /* the most that were in use at once, no garbage counted */
    uint64_t kept;                      /* when filled */
};

struct presize_version {
    struct presize_version_fill ways[PRESIZE_WAYS];
};

/* Fills a map of this version with options->keys entries, grown and with their number as hint. */
bool presize_version(const struct options *options, const struct design_version *version,
                     struct presize_version *result);

/* Of all hints from 1 to `most`: those whose map allocates, or moves to another size, while
 * as many entries as the hint says are put in. */
struct presize_promise {
    uint64_t most, broken, first;       /* first: the least broken one, or 0 */
};

enum { PRESIZE_MOST_HINT = 2048 };

bool presize_promise(const struct options *options, const struct design_version *version,
                     uint64_t most, struct presize_promise *result);

enum { PRESIZE_VERSION_KEYS = 1 << 16 };

struct presize_version_times {
    struct bench_result ways[PRESIZE_WAYS];
    double grown_over_hinted;
};

/* Times fills of PRESIZE_VERSION_KEYS entries, making the map included, the ways interleaved. */
bool presize_version_bench(const struct options *options, const struct design_version *version,
                           struct presize_version_times *times);

/* The pass conditions: fewer allocations and fewer bytes with the hint; not a tenth more in use
 * while a map grows than when it is filled; no hint broken. */
bool presize_version_saves(const struct presize_version *v);
bool presize_version_grows_in_place(const struct presize_version *v);
bool presize_version_promises(const struct presize_promise *p);

/* The target. */
bool presize_versions_page(const struct options *options, struct page *page);

/* --- Pictures --- */

/* Draws two maps of that many entries: one made with the hint, one grown. */
bool presize_draw(const struct options *options, uint64_t keys, bool hinted, FILE *out);

#endif
