/*
 * delete_retains.h - chapter 1: what a map keeps when its entries go.
 *
 * Three experiments, each on a heap of its own. All bytes are HeapAlloc (heap.h), read after a
 * collection unless a field says otherwise. Each returns false if the heap refused
 * memory; nothing is left behind then. `limit` is the heap's limit in bytes, 0 for none.
 */
#ifndef DELETE_RETAINS_H
#define DELETE_RETAINS_H

#include <stdio.h>

#include "design/design.h"

/* The heap at one step. */
struct reading {
    uint64_t entries;               /* of the map */
    uint64_t bytes;                 /* HeapAlloc; for Rust's map the bytes asked for */
    uint64_t objects;               /* that it counts */
    uint64_t garbage;               /* of bytes: dropped, not yet collected */
};

/* --- Where the bytes of map[int]int are --- */

enum part {
    PART_SLOTS,                     /* a key and an elem each */
    PART_CONTROL,                   /* a byte for each slot */
    PART_GROUPS_ROUNDING,           /* groups to their size class */
    PART_TABLES,                    /* table headers */
    PART_DIRECTORY,                 /* a pointer for each entry */
    PART_DIRECTORY_ROUNDING,        /* its malloc header, and to its size class */
    PART_HEADER,                    /* the map's */
    PARTS
};

struct parts {
    uint64_t count[PARTS];
    uint64_t bytes[PARTS];          /* of all `count`, worked out from the structure */
    uint64_t sum;                   /* of bytes */
};

/* --- A life of a map: filled, emptied twice, dropped --- */

enum retain_step {
    RETAIN_START,                   /* no map yet */
    RETAIN_FILLED,
    RETAIN_DELETED,                 /* each key deleted, one by one */
    RETAIN_CLEARED_EMPTY,           /* clear of the map that holds nothing */
    RETAIN_REFILLED,                /* the same keys again */
    RETAIN_CLEARED,                 /* clear of the full map */
    RETAIN_DROPPED,                 /* no reference is left; no collection yet */
    RETAIN_COLLECTED,
    RETAIN_STEPS
};

struct retain {
    struct reading at[RETAIN_STEPS];
    struct parts parts;             /* of the filled map, if it is Go 1.24's of int to int */
};

/* Leads a map of this design and type, made without a hint, through all steps with keys
 * 0 to keys - 1. */
bool retain_run(const struct design *design, const struct map_type *mt, uint64_t keys,
                uint64_t seed, uint64_t limit, struct retain *r);

/* The claims' pass conditions. Half, and one in a hundred, are of the bytes when filled. */
bool deleting_keeps_half(const struct retain *r);
bool clearing_keeps_all(const struct retain *r);    /* at both clears: as just before */
bool only_the_drop_frees(const struct retain *r);   /* 99 % before it, 1 % after it */
bool the_drop_alone_frees(const struct retain *r);  /* 1 % before a collection */

/* The type map[int][bytes]byte: over 128 bytes, Go keeps the elem behind a pointer. */
struct map_type int_to_bytes(const char *name, size_t bytes);

/* --- The incident's program --- */

struct incident {
    uint64_t tables;
    struct reading filled;          /* as it stands: with growth's garbage since the last GC */
    struct reading collected;       /* filled, and collected */
    struct reading deleted;         /* each key deleted, and collected */
    struct reading dropped;         /* dropped, and collected */
    uint64_t total_bytes;           /* all that filling allocated: HeapAlloc, had no GC run */
};

/* Entries of int to [128]byte put in one by one, in Go 1.24's map; the incident gave no
 * hint, and so made garbage while it grew. */
enum { INCIDENT_KEYS = 1000000 };
bool incident_run(uint64_t keys, uint64_t hint, uint64_t seed, uint64_t limit,
                  struct incident *r);

/* --- The drill's cache: strings to byte slices --- */

struct cache {
    uint64_t entries;
    uint64_t filled;
    uint64_t drained;               /* 99 of 100 entries deleted */
    uint64_t map;                   /* of drained: what the map itself takes */
    uint64_t rebuilt;               /* survivors moved to a new map, the old one dropped */
};

/* A Go 1.24 map of string to []byte. The slots hold the string's and the slice's headers;
 * the key's text and value_bytes of value are objects of their own. */
bool cache_run(uint64_t entries, size_t value_bytes, uint64_t seed, uint64_t limit,
               struct cache *r);

/* --- The picture --- */

/*
 * Draws a table of two groups, one of which was full, after every second of its 14 keys is
 * deleted: control bytes, and the keys and elems as they lie in the slots. Numbers are
 * drawn from the memory of a live map.
 */
bool picture_after_deletes(uint64_t seed, FILE *out);

#endif
