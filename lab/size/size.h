/*
 * size.h - what a map will take, told from its types and its number of entries.
 *
 * For a map that was filled key by key from empty and has lost none, in a heap without garbage.
 * Go's bytes are those of HeapAlloc, rounded as the heap rounds; Rust's are those asked for.
 *
 * Words       floor     what paper says: every place used as far as the design allows, nothing
 *                       rounded. No map takes less.
 *             expected  the mean over all seeds, and the standard deviation about it
 *             ceiling   everything that may have happened has: what a careful plan counts with
 *             slot, group, table, bucket, spare  as in the designs' own files
 *
 * Some of it is exact, whatever the hash does, and some is chance. n is the number of entries.
 *
 * Rules       Z1  Rust: one table, of the least power of two of slots whose seven eighths hold n.
 *                 Exact: floor, expected and ceiling are one.
 *             Z2  Go 1.23: an array of the least 2^B buckets with n <= 6.5 * 2^B, a sixteenth more
 *                 to spare from 2^4 on. Exact.
 *             Z3  Overflow buckets: a bucket with c keys has ceil(c / 8) - 1 of them. The
 *                 first 2^B / 16 lie in the array, each other one is an object. c is
 *                 binomial (n keys, 2^B cells).
 *             Z4  Growth begins with key 6.5 M + 1, M being the old array's buckets. w puts
 *                 later 2 e^(-w/M) - 1 of them are not yet evacuated, so the old array goes
 *                 after M ln 2 puts, give or take sqrt(M) / 4.
 *             Z5  Go 1.24: up to 8 entries one group, up to 896 one table. Exact.
 *             Z6  Above: T = 1 + sum over d of the prefixes of d bits that have 897 keys or more:
 *                 each of them has split once, and a split adds one table of 1024 slots.
 *                 Their counts are binomial (n keys, 2^d cells).
 *             Z7  T spreads as the sum of Z6 does; the wave of splits that is under way decides.
 *             Z8  The directory has 2^d pointers, d being the depth of the deepest table.
 *             Z9  Each object is rounded by itself: header, directory, table, groups, array.
 *             Z10 A key or an elem above 128 bytes is an object of its own in Go, and a pointer
 *                 in its place; in Rust nothing is.
 *             Z11 floor <= what is built <= ceiling.
 *
 * Why Z4: put number w meets an old bucket by chance and evacuates it, and then the first that is
 * left. Behind the first M x ones none is left; of the others, chance has spared e^(-w/M). The
 * mark moves on by one bucket that is left, over those that are not: dx/dw = e^(w/M) / M, so
 * x = e^(w/M) - 1. What is left is (1 - x) e^(-w/M) = 2 e^(-w/M) - 1, and nothing at w = M ln 2.
 *
 * Why Z6: a table stands for all keys whose hashes begin with the same d bits. It splits when
 * it holds 896 and another one comes, so exactly the prefixes that ever get 897 keys have
 * split. Keys never leave here, so what is counted at the end was enough on the way.
 *
 * Read        type.h (a type's size), chance.h (how keys fall), size_swiss.c, size_bucket.c,
 *             size.c; size_built.h counts what was predicted.
 */
#ifndef SIZE_H
#define SIZE_H

#include <stdbool.h>
#include <stdint.h>

#include "map/map_type.h"
#include "size/chance.h"
#include "size/type.h"

/* What a map is predicted to take, in bytes. */
struct size {
    uint64_t floor;
    uint64_t expected;
    double spread;                      /* standard deviation of `expected`; 0: it is exact */
    uint64_t ceiling;
};

enum size_design { SIZE_GO_1_23, SIZE_GO_1_24, SIZE_RUST, SIZE_DESIGNS };

/* The name that design_named takes, by enum size_design: "go1.23", "go1.24", "rust". */
extern const char *const size_design_names[SIZE_DESIGNS];

/* The prediction for a map of these types with so many entries (up to 2^40). */
struct size size_of(enum size_design design, const struct map_type *mt, uint64_t entries);

/* --- Its parts -------------------------------------------------------------- */

/* Go 1.24: the tables (Z5 to Z7), 0 for a small map; and their ceiling: the least power of two
 * whose tables all have room, six standard deviations included. */
struct chance size_swiss_tables(uint64_t entries);
uint64_t size_swiss_most_tables(uint64_t entries);

/* Go 1.24: tables if every one were full to its limit, rounded up: what paper says. */
uint64_t size_swiss_least_tables(uint64_t entries);

/* Go 1.23, by Z2 to Z4. */
struct size_buckets {
    uint8_t log_buckets;                /* B */
    uint64_t buckets, spare;            /* of the array */
    uint64_t old_buckets, old_spare;    /* of the one before it; 0: there was none */
    uint64_t growth_at;                 /* the key, from 1, whose put began the growth to B;
                                           0: none did */
    struct chance growth_over;          /* the key whose put ends it */
    double lingers;                     /* the probability that the old array is there */
    double left;                        /* share of its buckets not yet evacuated, if it is */
    struct chance overflow;             /* overflow buckets, if it is not there */
};

struct size_buckets size_buckets_for(const struct map_type *mt, uint64_t entries);

/* --- A map's types ---------------------------------------------------------- */

/* The most distinct keys that a key of so many bytes tells apart; UINT64_MAX from 8 bytes on. */
uint64_t size_most_keys(uint64_t key_bytes);

/* The description of a map with this key and elem, laid out as Go's compiler lays a slot out. Its
 * hash and equality look at the first 8, 4, 2 or 1 bytes of the key: as many as it has. */
struct map_type size_map_type(const struct type *key, const struct type *elem);

/* --- The heap --------------------------------------------------------------- */

/* The goal up to which Go lets a heap grow whose live objects take so many bytes: live and
 * GOGC percent more, at least 4 MiB * GOGC / 100. (Go adds stacks and globals.) */
uint64_t size_goal(uint64_t live_bytes, unsigned gogc);

#endif
