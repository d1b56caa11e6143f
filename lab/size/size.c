/*
 * size.c - Rust's map, where nothing is left to chance; the types of a map; the heap's goal.
 */
#include "size/size_private.h"

#include "hash/hash.h"
#include "hashbrown/hashbrown_layout.h"

const char *const size_design_names[SIZE_DESIGNS] = {"go1.23", "go1.24", "rust"};

/* --- Rust ------------------------------------------------------------------- */

struct size size_of_hashbrown(const struct map_type *mt, uint64_t entries)
{
    if (entries == 0)
        return size_exact(0);
    return size_exact(hashbrown_table_bytes(mt, hashbrown_slots_for(mt, entries)));
}

/* --- Any -------------------------------------------------------------------- */

uint64_t size_outside_bytes(const struct map_type *mt, uint64_t entries)
{
    uint64_t bytes = 0;
    if (mt->key_indirect)
        bytes += heap_rounded(mt->key_bytes, (enum heap_scan)mt->key_pointers);
    if (mt->elem_indirect)
        bytes += heap_rounded(mt->elem_bytes, (enum heap_scan)mt->elem_pointers);
    return entries * bytes;
}

/* The same as paper says it: not rounded. */
static uint64_t outside_floor(const struct map_type *mt, uint64_t entries)
{
    return entries * ((mt->key_indirect ? mt->key_bytes : 0)
                      + (mt->elem_indirect ? mt->elem_bytes : 0));
}

struct size size_of(enum size_design design, const struct map_type *mt, uint64_t entries)
{
    if (design == SIZE_RUST)
        return size_of_hashbrown(mt, entries);
    struct size size = design == SIZE_GO_1_24 ? size_of_swiss(mt, entries)
                                              : size_of_bucket(mt, entries);
    size.floor += outside_floor(mt, entries);
    size.expected += size_outside_bytes(mt, entries);
    size.ceiling += size_outside_bytes(mt, entries);
    return size;
}

/* --- A map's types ---------------------------------------------------------- */

uint64_t size_most_keys(uint64_t key_bytes)
{
    return key_bytes >= 8 ? UINT64_MAX : (uint64_t)1 << (8 * key_bytes);
}

static uint64_t hash_u16(const void *key, uint64_t seed)
{
    uint16_t number;
    memcpy(&number, key, sizeof number);
    return hash_number(number, seed);
}

static uint64_t hash_u8(const void *key, uint64_t seed)
{
    return hash_number(*(const unsigned char *)key, seed);
}

static uint64_t hash_nothing(const void *key, uint64_t seed)
{
    (void)key;
    return hash_number(0, seed);
}

static bool equal_u16(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(uint16_t)) == 0;
}

static bool equal_u8(const void *a, const void *b)
{
    return memcmp(a, b, 1) == 0;
}

static bool equal_nothing(const void *a, const void *b)
{
    (void)a, (void)b;
    return true;
}

/* A hash and an equality for keys of so many bytes, or of more. */
static const struct hashed {
    size_t bytes;
    uint64_t (*hash)(const void *key, uint64_t seed);
    bool (*equal)(const void *a, const void *b);
} hashed[] = {
    {8, hash_u64, equal_u64}, {4, hash_u32, equal_u32},         {2, hash_u16, equal_u16},
    {1, hash_u8, equal_u8},   {0, hash_nothing, equal_nothing},
};

struct map_type size_map_type(const struct type *key, const struct type *elem)
{
    const struct hashed *by = hashed;
    while (by->bytes > key->bytes)
        by++;
    return map_type_of(&(struct map_shape){
        .name = "as described",
        .key_bytes = key->bytes,
        .key_align = key->align,
        .elem_bytes = elem->bytes,
        .elem_align = elem->align,
        .key_pointers = key->pointers,
        .elem_pointers = elem->pointers,
        .hash = by->hash,
        .equal = by->equal,
    });
}

/* --- The heap --------------------------------------------------------------- */

uint64_t size_goal(uint64_t live_bytes, unsigned gogc)
{
    uint64_t least = ((uint64_t)4 << 20) * gogc / 100;
    uint64_t goal = live_bytes + (uint64_t)((unsigned __int128)live_bytes * gogc / 100);
    return goal > least ? goal : least;
}
