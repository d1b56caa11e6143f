/*
 * size_built.h - maps built and counted, to be held against what size.h predicts.
 */
#ifndef SIZE_BUILT_H
#define SIZE_BUILT_H

#include "design/design.h"
#include "size/size.h"

/* A map that is being filled, in a heap of its own that collects at once: no garbage counts.
 * Keys are the numbers from 0, in their first bytes. */
struct size_map {
    enum size_design design;
    struct heap *heap;
    struct map_type type;
    struct any_map map;
    unsigned char *key;                 /* room for one */
};

/* What there is to count in one. */
struct size_reading {
    uint64_t entries;
    uint64_t bytes;                     /* design_bytes */
    uint64_t peak;                      /* the highest since the map was made */
    uint64_t tables;                    /* Go 1.24 */
    uint64_t buckets, old_buckets;      /* Go 1.23, without spare ones */
    uint64_t overflow, overflow_made;   /* Go 1.23: in the chains of the array; objects made for
                                           any since the map was made */
};

/*
 * Makes an empty map of these types. `limit` is the heap's, in bytes, 0 for none; `hint` is what
 * make(map, hint) or with_capacity is given. False if memory is refused; nothing is left then.
 */
bool size_map_open(struct size_map *m, enum size_design design, const struct map_type *type,
                   uint64_t hint, uint64_t seed, uint64_t limit);
void size_map_close(struct size_map *m);

/* Puts entries until there are so many. False if memory is refused. */
bool size_map_fill(struct size_map *m, uint64_t entries);

/* Counts it. Go 1.23's chains are walked: as slow as reading the map once. */
struct size_reading size_map_read(const struct size_map *m);

/* All of it at once: opens, fills, reads, closes. False if memory is refused. */
bool size_build(enum size_design design, const struct map_type *type, uint64_t entries,
                uint64_t seed, uint64_t limit, struct size_reading *reading);

/*
 * The same reading without building the map: the bytes, tables, buckets and overflow buckets
 * that size_build would count, from the keys' hashes alone (size_count.c). A map of 800 MB
 * is counted in some megabytes and a tenth of the time. No peak is told. False if memory is
 * refused.
 */
bool size_count(enum size_design design, const struct map_type *type, uint64_t entries,
                uint64_t seed, struct size_reading *reading);

#endif
