/*
 * bucket_layout.h - what a bucket map is in memory, field by field.
 *
 *   struct bucket_map     struct bucket_header        array of 2^B buckets, then spare ones
 *   (the variable)        48 bytes (Go: hmap)         +----+----+- ... -+----+---------+
 *   +-----------+         +--------------+     .----->|  0 |  1 |       |    | spare ..|
 *   | header    |-------->| count, B ... |     |      +----+----+- ... -+----+---------+
 *   | heap      |         | buckets      |-----'         |
 *   | ...       |         | old_buckets  |---> while     '---> an overflow bucket: a spare one,
 *   +-----------+         | extra        |--.  growing         or an object of its own ---> ...
 *                         +--------------+  |
 *                                           '-> struct bucket_extra, 24 bytes (Go: mapextra)
 *   a bucket
 *   +---------------+-------------------+---------------------+----------+
 *   | tophash, 8 B  | key 0 ... key 7   | elem 0 ... elem 7   | overflow |
 *   +---------------+-------------------+---------------------+----------+
 *
 * All of it lies in the accounting heap in the sizes of Go 1.23.
 *
 * Source: Go 1.23, runtime/map.go (hmap, mapextra, bmap).
 */
#ifndef BUCKET_LAYOUT_H
#define BUCKET_LAYOUT_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "hash/random.h"
#include "heap/heap.h"
#include "map/ctrl.h"
#include "map/map_type.h"

enum { BUCKET_CELLS = CTRL_SLOTS };

/* What a tophash byte says. Those below 5 are marks; a hash's own top byte is raised above them. */
enum {
    BUCKET_EMPTY_REST = 0,              /* empty, and so is all behind it in the chain */
    BUCKET_EMPTY_ONE = 1,               /* empty */
    BUCKET_EVACUATED_X = 2,             /* moved to the new array's bucket of the same number */
    BUCKET_EVACUATED_Y = 3,             /* moved to its second half, as far into it */
    BUCKET_EVACUATED_EMPTY = 4,         /* was empty when its bucket was evacuated */
    BUCKET_MIN_TOP = 5,
};

enum {                                  /* bits of flags */
    BUCKET_ITERATOR = 1,                /* a range may stand on the buckets */
    BUCKET_OLD_ITERATOR = 2,            /* ... on the old buckets */
    BUCKET_SAME_SIZE = 8,               /* the growth is to an array of the same size */
};

#define BUCKET_TAG_HEADER "map header"
#define BUCKET_TAG_EXTRA "map extra"
#define BUCKET_TAG_ARRAY "buckets"
#define BUCKET_TAG_OVERFLOW "overflow bucket"
#define BUCKET_TAG_LIST "overflow list"
#define BUCKET_TAG_KEY "indirect key"
#define BUCKET_TAG_ELEM "indirect elem"

/* A slice of pointers to overflow buckets: buckets without pointers are not scanned, so that
 * Go's collector would not see their links. */
struct bucket_list {
    unsigned char **buckets;
    uint64_t length, capacity;
};
_Static_assert(sizeof(struct bucket_list) == 24, "as a Go slice");

struct bucket_extra {
    struct bucket_list *overflow;       /* of the array */
    struct bucket_list *old_overflow;   /* of the old array */
    unsigned char *next_overflow;       /* the next spare bucket, or NULL */
};
_Static_assert(sizeof(struct bucket_extra) == 24, "as Go's mapextra");

struct bucket_header {
    uint64_t count;                     /* entries */
    uint8_t flags;
    uint8_t log_buckets;                /* Go: B */
    uint16_t overflows;                 /* overflow buckets, about (Go: noverflow) */
    uint32_t seed;                      /* of its hash (Go: hash0) */
    unsigned char *buckets;             /* NULL before the first put */
    unsigned char *old_buckets;         /* NULL: not growing */
    uint64_t evacuated;                 /* old buckets below this are (Go: nevacuate) */
    struct bucket_extra *extra;         /* or NULL */
};
_Static_assert(sizeof(struct bucket_header) == 48, "as Go's hmap");

/* How often each thing happened that allocates or moves entries. */
struct bucket_events {
    uint64_t first_buckets;             /* first put into an empty map: 1 object */
    uint64_t presized;                  /* an array made by a hint */
    uint64_t doublings;                 /* an array twice as large was begun */
    uint64_t same_size;                 /* one of the same size, for too many overflow buckets */
    uint64_t spare_taken;               /* overflow buckets that lay in the array */
    uint64_t overflow_made;             /* overflow buckets allocated: 1 object each */
    uint64_t evacuated;                 /* old buckets evacuated, with their chains */
    uint64_t moved;                     /* entries written again by it */
};

struct bucket_iter;

/* A map variable; Go keeps a pointer to the header. */
struct bucket_map {
    struct bucket_header *header;
    struct heap *heap;
    struct random random;               /* seeds and iteration starts are drawn from it */
    struct bucket_iter *iters;          /* running iterators, the newest first */
    uint64_t alone, old_alone;          /* overflow buckets that are objects of their own: of the
                                           array, of the old one. Where Go has a collector. */
    struct bucket_events events;
};

/* An array that a range needs, with its overflow buckets. */
struct bucket_kept {
    unsigned char *buckets;             /* NULL: none */
    struct bucket_list *list;
    uint64_t alone;                     /* overflow buckets that are objects of their own; known
                                           when the map has let go of the array */
    uint8_t log_buckets;
};

/* A range over a map. key and elem are those of the entry produced last; they are good until the
 * map changes. */
struct bucket_iter {
    const void *key;
    void *elem;
    struct bucket_map *m;               /* NULL: ended, or empty from the start */
    struct bucket_iter *next;           /* in m's list */
    struct bucket_kept base;            /* the array when the range began */
    struct bucket_kept walked;          /* the old array, while a bucket of it is walked */
    unsigned char *at;                  /* the bucket being walked, or NULL between two */
    uint64_t start, bucket;             /* drawn; the next bucket */
    uint64_t check;                     /* only keys for this bucket; or BUCKET_NO_CHECK */
    uint8_t offset, cell;               /* drawn; cells of this bucket already visited */
    bool wrapped;
};
#define BUCKET_NO_CHECK UINT64_MAX

/* --- Buckets and cells --- */

MONO size_t bucket_key_bytes(const struct map_type *mt)
{
    return mt->key_indirect ? sizeof(void *) : mt->key_bytes;
}

MONO size_t bucket_elem_bytes(const struct map_type *mt)
{
    return mt->elem_indirect ? sizeof(void *) : mt->elem_bytes;
}

/* Bytes of a bucket: tophash, keys, elems, overflow pointer. */
MONO size_t bucket_size(const struct map_type *mt)
{
    return 16 + BUCKET_CELLS * (bucket_key_bytes(mt) + bucket_elem_bytes(mt));
}

MONO enum heap_scan bucket_scan(const struct map_type *mt)
{
    return map_type_pointers(mt) ? HEAP_SCAN : HEAP_NOSCAN;
}

MONO unsigned char *bucket_at(const struct map_type *mt, unsigned char *array, uint64_t i)
{
    return array + i * bucket_size(mt);
}

MONO unsigned char *bucket_key_cell(const struct map_type *mt, unsigned char *b, unsigned i)
{
    return b + 8 + i * bucket_key_bytes(mt);
}

MONO unsigned char *bucket_elem_cell(const struct map_type *mt, unsigned char *b, unsigned i)
{
    return b + 8 + BUCKET_CELLS * bucket_key_bytes(mt) + i * bucket_elem_bytes(mt);
}

MONO void *bucket_pointer(const unsigned char *place)
{
    void *p;
    memcpy(&p, place, sizeof p);
    return p;
}

/* The key and the elem of a full cell, wherever they lie. */
MONO void *bucket_key(const struct map_type *mt, unsigned char *b, unsigned i)
{
    unsigned char *cell = bucket_key_cell(mt, b, i);
    return mt->key_indirect ? bucket_pointer(cell) : cell;
}

MONO void *bucket_elem(const struct map_type *mt, unsigned char *b, unsigned i)
{
    unsigned char *cell = bucket_elem_cell(mt, b, i);
    return mt->elem_indirect ? bucket_pointer(cell) : cell;
}

/* The next bucket of the chain, or NULL; and how it is set. */
MONO unsigned char *bucket_next(const struct map_type *mt, const unsigned char *b)
{
    return bucket_pointer(b + bucket_size(mt) - sizeof(void *));
}

MONO void bucket_link(const struct map_type *mt, unsigned char *b, const unsigned char *next)
{
    memcpy(b + bucket_size(mt) - sizeof(void *), &next, sizeof next);
}

/* --- Hashes --- */

/* The top byte of a hash, raised above the marks. */
static inline uint8_t bucket_top(uint64_t hash)
{
    uint8_t top = (uint8_t)(hash >> 56);
    return top < BUCKET_MIN_TOP ? (uint8_t)(top + BUCKET_MIN_TOP) : top;
}

static inline uint64_t bucket_count(uint8_t log_buckets)
{
    return (uint64_t)1 << log_buckets;
}

static inline bool bucket_growing(const struct bucket_header *header)
{
    return header->old_buckets != NULL;
}

static inline uint8_t bucket_old_log(const struct bucket_header *header)
{
    return (uint8_t)(header->log_buckets - ((header->flags & BUCKET_SAME_SIZE) == 0));
}

static inline bool bucket_is_evacuated(const unsigned char *b)
{
    return b[0] > BUCKET_EMPTY_ONE && b[0] < BUCKET_MIN_TOP;
}

/* May count entries not lie in 2^log buckets? Six and a half per bucket may. */
static inline bool bucket_over_load(uint64_t count, uint8_t log_buckets)
{
    return count > BUCKET_CELLS && count > 13 * (bucket_count(log_buckets) / 2);
}

/* As many overflow buckets as buckets: most must be nearly empty. */
static inline bool bucket_too_many(uint64_t overflows, uint8_t log_buckets)
{
    return overflows >= bucket_count(log_buckets < 15 ? log_buckets : 15);
}

#endif
