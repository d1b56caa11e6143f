/*
 * map_type.c - lays out the slot of a map type as Go's compiler does.
 */
#include "map/map_type.h"

#include <assert.h>

enum { POINTER_BYTES = 8 };

static size_t round_up(size_t bytes, size_t align)
{
    return (bytes + align - 1) & ~(align - 1);
}

struct map_type map_type_of(const struct map_shape *shape)
{
    bool key_indirect = shape->key_bytes > MAP_MAX_INLINE_BYTES;
    bool elem_indirect = shape->elem_bytes > MAP_MAX_INLINE_BYTES;
    size_t key = key_indirect ? POINTER_BYTES : shape->key_bytes;
    size_t elem = elem_indirect ? POINTER_BYTES : shape->elem_bytes;
    size_t key_align = key_indirect ? POINTER_BYTES : shape->key_align;
    size_t elem_align = elem_indirect ? POINTER_BYTES : shape->elem_align;
    size_t align = key_align > elem_align ? key_align : elem_align;
    assert(align > 0 && (align & (align - 1)) == 0);

    /* The compiler gives a last field of size 0 one byte, so that its address
     * is not the next slot's; a struct without any byte stays without. */
    size_t elem_at = round_up(key, elem_align);
    size_t end = elem_at + (elem == 0 && key > 0 ? 1 : elem);

    return (struct map_type){
        .name = shape->name,
        .key_bytes = shape->key_bytes,
        .elem_bytes = shape->elem_bytes,
        .key_align = shape->key_align,
        .elem_align = shape->elem_align,
        .slot_bytes = round_up(end, align),
        .elem_at = elem_at,
        .key_indirect = key_indirect,
        .elem_indirect = elem_indirect,
        .key_pointers = shape->key_pointers,
        .elem_pointers = shape->elem_pointers,
        .key_update = shape->key_update,
        .key_direct_compare = shape->key_direct_compare,
        .hash = shape->hash,
        .equal = shape->equal,
    };
}
