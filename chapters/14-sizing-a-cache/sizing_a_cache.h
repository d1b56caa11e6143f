/*
 * sizing_a_cache.h - chapter 14: what a map takes, predicted and counted.
 *
 * lab/size predicts and counts; here it is asked about the source's cache, a string to a response
 * of 40 bytes, and about any map a reader describes. Experiments return false if memory was
 * refused; nothing is left behind then. `limit` is a heap's limit in bytes, 0 for none.
 */
#ifndef SIZING_A_CACHE_H
#define SIZING_A_CACHE_H

#include <stdio.h>

#include "size/size_built.h"

/* --- A map as described ----------------------------------------------------- */

/* A description read: its types as written and in their better order, and the map's slot for
 * each design. Rust's compiler puts fields into a better order by itself; Go's does not. */
struct described {
    struct type_pool written, ordered;
    struct type *key, *elem;
    struct type *better_key, *better_elem;
    struct map_type type, better_type;
};

/* Reads "KEY,ELEM". False, with *error set, if it is malformed. */
bool described_read(const char *text, struct described *d, struct type_error *error);

/* The map type that a design has for it. */
const struct map_type *described_type(const struct described *d, enum size_design design);

/* Is the better order smaller, in a slot or in a value? */
bool described_gains(const struct described *d);

/* --- The source's cache ----------------------------------------------------- */

#define CACHE_FAT "string,{int32,int,string,*T}"        /* 16 + 40: pairs of 56 bytes */
#define CACHE_LEAN "string,{int32,bool}"                /* 16 + 8: pairs of 24 bytes */
enum { CACHE_BUSY = 3500000, CACHE_QUIET = 550000 };

/* What all designs take for it: predicted, and counted from its keys' hashes. */
struct counted {
    uint64_t entries;
    uint64_t slot;                  /* bytes of a pair in Go */
    struct size size[SIZE_DESIGNS];
    struct size_reading of[SIZE_DESIGNS];
};

bool counted_run(const char *description, uint64_t entries, uint64_t seed, struct counted *c);

enum cache { BUSY_FAT, BUSY_LEAN, QUIET_FAT, QUIET_LEAN, CACHES };

/* --- Go 1.23's growth ------------------------------------------------------- */

enum moment {
    MOMENT_FULL,                    /* the last key before the growth */
    MOMENT_BEGUN,                   /* one more */
    MOMENT_SOURCE,                  /* 3,500,000 */
    MOMENT_OVER,                    /* the old array is gone: six deviations after it should be */
    MOMENTS
};

/* Counts the cache at each of them. */
bool moments_run(uint64_t seed, struct size_reading at[MOMENTS]);

/* The same map made for 3,500,000 entries: HeapAlloc before the first put. */
bool hinted_run(uint64_t limit, uint64_t *bytes);

/* --- What paper says -------------------------------------------------------- */

/* The source's sums, in bytes. Go 1.23: two arrays, 2^16 spare buckets. Go 1.24: 3,900 tables. */
struct paper {
    uint64_t array, old_array, spare;
    uint64_t buckets_sum;
    uint64_t tables, tables_sum;
    uint64_t quiet_buckets, quiet_tables;
};

struct paper paper_of_the_source(void);

/* --- A sweep ---------------------------------------------------------------- */

/* Maps of several types and sizes whose counted bytes are below the floor, in any design; *maps is
 * how many were counted. UINT64_MAX if memory was refused. */
uint64_t below_floor(uint64_t seed, uint64_t *maps);

/* --- The pass conditions ---------------------------------------------------- */

bool claim_floor(const struct counted cases[CACHES], uint64_t below);
bool claim_paper_is_floor(uint64_t paper, uint64_t counted);
bool claim_two_thirds(uint64_t before, uint64_t after);
bool claim_halves(uint64_t before, uint64_t after);
bool claim_too_little(uint64_t before, uint64_t after);

/* --- The picture ------------------------------------------------------------ */

/* Draws a slot of each of the two pairs, from the memory of two maps. */
bool picture_slots(uint64_t seed, FILE *out);

#endif
