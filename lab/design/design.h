/*
 * design.h - any of the lab's maps behind one table of verbs.
 *
 * For programs that run the same steps over several maps and type descriptions
 * chosen at run time. Calls go through pointers: count bytes and allocations
 * with it; time with the typed functions (swiss_u64_get, ...).
 */
#ifndef DESIGN_H
#define DESIGN_H

#include "bucket/bucket.h"
#include "hashbrown/hashbrown.h"
#include "heap/heap.h"
#include "map/map_type.h"
#include "swiss/swiss.h"

struct any_map {
    const struct design *design;
    const struct map_type *type;
    union {
        struct swiss swiss;
        struct bucket_map bucket;
        struct hashbrown hashbrown;
    } as;
};

struct any_iter {
    const void *key;                    /* of the entry last produced */
    void *elem;
    struct any_map *map;
    union {
        struct swiss_iter swiss;
        struct bucket_iter bucket;
        struct hashbrown_iter hashbrown;
    } as;
};

/* The verbs of every design; see swiss.h for meaning and errors. */
struct design {
    const char *name;                   /* "go1.24" */
    const char *says;                   /* "Go 1.24: Swiss tables under a directory" */
    bool bytes_as_asked;                /* its runtime's figures are the bytes asked for (Rust),
                                           not those of Go's size classes: design_bytes */
    bool (*init)(struct any_map *m, struct heap *h, uint64_t hint, uint64_t seed);
    void (*free)(struct any_map *m);
    uint64_t (*len)(const struct any_map *m);
    void *(*get)(const struct any_map *m, const void *key);
    void *(*put)(struct any_map *m, const void *key);
    bool (*del)(struct any_map *m, const void *key);
    void (*clear)(struct any_map *m);
    void (*iter_start)(struct any_map *m, struct any_iter *it);
    bool (*iter_next)(struct any_iter *it);
    void (*iter_end)(struct any_iter *it);
    const char *(*check)(const struct any_map *m);  /* NULL, or the broken rule */
    uint64_t (*slots)(const struct any_map *m);     /* entries' places in tables and arrays, an
                                                       old array's too; not in overflow buckets */
    bool (*shrink)(struct any_map *m);  /* to the least that holds the entries; false: memory is
                                           refused, the map is as before. NULL: no such verb */
};

/* All designs, in the order in which tables show them. */
extern const struct design *const designs[];
extern const unsigned design_count;

/* The design called name ("go1.24", or a later release of it: "go1.27"), or NULL. */
const struct design *design_named(const char *name);

/* Makes a map of this design and type: design->init with the fields filled in. */
bool any_map_init(struct any_map *m, const struct design *design, const struct map_type *type,
                  struct heap *h, uint64_t hint, uint64_t seed);

/* What a map's runtime would report for this heap, in bytes: Go's HeapAlloc, garbage included, or
 * what a counting allocator sees under Rust. design_peak_bytes: the highest since the start
 * or heap_reset_peaks. design_total_bytes: all that was ever allocated. */
uint64_t design_bytes(const struct design *design, const struct heap *h);
uint64_t design_peak_bytes(const struct design *design, const struct heap *h);
uint64_t design_total_bytes(const struct design *design, const struct heap *h);

#endif
