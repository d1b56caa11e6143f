/*
 * map_type.h - what a map must know of its keys and elements.
 *
 * Go's compiler writes such a description for every map type (abi.MapType). Here it is
 * an argument of every map function, so that a C compiler sees a constant and
 * folds it: the size becomes a shift, the hash and the comparison are inlined.
 * A description made at run time works too; it is only slower.
 *
 * Words       key, elem  as in Go; Rust says key and value
 *             slot       room for one key and its elem, laid out as a struct
 *             indirect   over 128 bytes: the slot holds a pointer to it
 */
#ifndef MAP_TYPE_H
#define MAP_TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A function that exists once in the source and once, folded, in each use. */
#define MONO static inline __attribute__((always_inline, unused))

enum { MAP_MAX_INLINE_BYTES = 128 };    /* larger keys and elems are indirect */

struct map_type {
    const char *name;                   /* "u64 -> u64" */
    size_t key_bytes;                   /* as the user sees them */
    size_t elem_bytes;
    size_t key_align, elem_align;       /* powers of two; Go's slot has them in it, Rust's
                                           layout asks for them */
    size_t slot_bytes;                  /* of one slot, padding included */
    size_t elem_at;                     /* offset of the elem in its slot */
    bool key_indirect, elem_indirect;
    bool key_pointers, elem_pointers;   /* does the key, the elem hold pointers */
    bool key_update;                    /* a put of an equal key rewrites it: +0 and -0, strings */
    bool key_direct_compare;            /* small maps compare keys without hashing (4 and 8 bytes) */
    uint64_t (*hash)(const void *key, uint64_t seed);
    bool (*equal)(const void *a, const void *b);    /* not reflexive for NaN */
};

/* What decides a description: sizes, alignments, pointers, hash, equality. */
struct map_shape {
    const char *name;
    size_t key_bytes, key_align;        /* alignments are powers of two up to 8 */
    size_t elem_bytes, elem_align;
    bool key_pointers, elem_pointers;
    bool key_update, key_direct_compare;
    uint64_t (*hash)(const void *key, uint64_t seed);
    bool (*equal)(const void *a, const void *b);
};

/* Lays a slot out as Go's compiler does: the elem after the key at its alignment,
 * a last elem of size 0 given one byte, the whole rounded to its alignment. */
struct map_type map_type_of(const struct map_shape *shape);

/* Do slots of this type hold pointers (to be scanned by a collector)? */
MONO bool map_type_pointers(const struct map_type *mt)
{
    return mt->key_pointers || mt->elem_pointers || mt->key_indirect || mt->elem_indirect;
}

#endif
