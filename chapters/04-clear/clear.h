/*
 * clear.h - the experiments of chapter 04: what clear writes, keeps and costs.
 *
 * clear_trace.c counts: bytes, allocations, tombstones, all exact. clear_bench.c takes times.
 * clear_versions.c does both for the maps of Go 1.23, Go 1.24 and Rust.
 * All of them work on the lab's map[int]int (swiss_u64) unless they say otherwise, and
 * fill it with the keys 0 to n - 1. Of the options they read seed, limit_bytes and
 * where they say so keys and rounds. They return false if memory is refused, having given
 * back all that they took.
 */
#ifndef CLEAR_H
#define CLEAR_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/bench.h"
#include "design/design_versions.h"
#include "program/program.h"

/* --- What clear keeps --- */

/* The map at one moment, all garbage collected. */
struct clear_step {
    uint64_t entries;
    uint64_t heap_alloc;            /* bytes */
    uint64_t mallocs;               /* since the start */
    uint64_t tombstones;            /* deleted slots */
    uint64_t seed;                  /* of the map's hash; 0 without a map */
};

enum clear_moment {
    CLEAR_FILLED,
    CLEAR_CLEARED,
    CLEAR_REFILLED,                 /* with the same keys */
    CLEAR_DELETED,                  /* all of them, one by one */
    CLEAR_CLEARED_AGAIN,            /* a map without entries */
    CLEAR_DROPPED,
    CLEAR_MOMENTS
};

/* Fills options->keys entries, then goes through the moments in their order. */
bool clear_trace(const struct options *options, struct clear_step steps[CLEAR_MOMENTS]);

/* A map whose elems lie outside the slots: what clear gives back of it. */
struct clear_outside {
    uint64_t entries;
    uint64_t elem_bytes;            /* as the heap rounds them */
    uint64_t filled, cleared;       /* HeapAlloc, collected */
};

enum { CLEAR_OUTSIDE_BYTES = 129 };

/* The same with elems of 129 bytes, options->keys / 4 of them. */
bool clear_outside(const struct options *options, struct clear_outside *result);

/* --- What clear writes --- */

/* The bytes of groups that emptying a map writes. */
struct clear_written {
    uint64_t live;                  /* entries when it was emptied */
    uint64_t groups, group_bytes;
    uint64_t by_clear;
    uint64_t by_deletes;            /* deleting the live keys one by one */
};

/*
 * Empties a map made for options->keys entries (9 at least, so that it has tables), with `live` of
 * them in it, in both ways. Before clear every byte of every group is made 0xDB, control
 * bytes too; what is no longer 0xDB after it has been written. For the deletes the bytes that
 * differ are counted, and the elems are all ones, so that each byte written differs.
 */
bool clear_written(const struct options *options, uint64_t live, struct clear_written *result);

/* --- Using a cleared map again --- */

/* What it takes to put the same keys into a map that was emptied in one way or the other. */
struct clear_reuse {
    uint64_t keys;
    uint64_t tables;                /* when filled for the first time */
    uint64_t after_clear;           /* allocations of the second fill after a clear */
    uint64_t tombstones;            /* after deleting all keys and a clear, which does nothing */
    uint64_t after_deletes;         /* allocations of the second fill after that */
    uint64_t tables_after_deletes;
};

bool clear_reuse(const struct options *options, uint64_t keys, struct clear_reuse *result);

/* --- What emptying costs --- */

enum clear_way { CLEAR_BY_CLEAR, CLEAR_BY_KEYS, CLEAR_BY_RANGE, CLEAR_WAYS };

/* The names of the ways, as Go's benchmark format shows them. */
extern const char *const clear_way_names[CLEAR_WAYS];

/* Emptying a map, an operation being the whole of it. */
struct clear_times {
    uint64_t made_for;              /* entries that the map's tables were made for */
    uint64_t live;                  /* entries in it when it is emptied */
    uint64_t tables, group_bytes;   /* group_bytes: of all groups */
    struct bench_result ways[CLEAR_WAYS];
    double keys_over_clear;         /* time of deleting the known keys over that of clear */
    double range_over_clear;        /* time of a range that deletes each key, the same */
};

/* Margins of the verdicts: on a full map clear is so many times as fast as the deletes, with ten
 * live keys the deletes are so many times as fast. Both are wide of what is measured. */
static const double CLEAR_WINS_BY = 5, DELETES_WIN_BY = 10;

/*
 * Fills a map with made_for entries, then times emptying it of `live` entries, put in again
 * before each round and not timed: by clear, by deleting the keys one by one, by
 * deleting in a range. options->rounds rounds, interleaved; half as many from 1<<19 live
 * entries on.
 */
bool clear_bench(const struct options *options, uint64_t made_for, uint64_t live,
                 struct clear_times *times);

/* --- The three maps, side by side --- */

/* Emptying one of the three maps. Bytes are those that its runtime reports, all garbage
 * collected. `tables` are the bytes that hold slots and control bytes. */
struct clear_version {
    uint64_t filled, cleared;       /* before and after a clear of options->keys entries */
    uint64_t tables;
    uint64_t by_clear;              /* of them written by that clear ... */
    uint64_t by_clear_of_ten;       /* ... and by a clear of ten entries, in the same tables */
};

/* Fills a map of this version, made for options->keys entries (CLEAR_FEW at least), and clears
 * it. */
bool clear_version(const struct options *options, const struct design_version *version,
                   struct clear_version *result);

enum { CLEAR_FEW = 10, CLEAR_VERSION_KEYS = 1 << 16 };

enum clear_version_way {
    CLEAR_VERSION_FULL, CLEAR_VERSION_FULL_DELETES, CLEAR_VERSION_TEN, CLEAR_VERSION_TEN_DELETES,
    CLEAR_VERSION_WAYS
};

/* Emptying it by clear and by deleting its known keys: full, and with ten keys left. */
struct clear_version_times {
    struct bench_result ways[CLEAR_VERSION_WAYS];
};

/* With ten live keys clear takes so many times as long as the deletes, in every map. Rust's,
 * which writes least, comes nearest. */
static const double CLEAR_TEN_LOSES_BY = 2;

/* Times a map of each version with CLEAR_VERSION_KEYS entries, the ways interleaved. */
bool clear_versions_bench(const struct options *options,
                          struct clear_version_times times[DESIGN_VERSIONS]);

/* The pass conditions. 99 % stay; the control bytes alone are written; the margins above. */
bool clear_version_retains(const struct clear_version *v);
bool clear_version_spares_slots(const struct clear_version *v);
bool clear_version_beats_deletes(const struct clear_version_times *t);
bool clear_version_loses_to_ten(const struct clear_version_times *t);

/* The target. */
bool clear_versions_page(const struct options *options, struct page *page);

/* --- Pictures --- */

/* Draws one group filled, after deletes, and after clear. */
bool clear_draw_group(const struct options *options, FILE *out);

#endif
