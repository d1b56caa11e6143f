/*
 * size_private.h - what the files of predictions share.
 */
#ifndef SIZE_PRIVATE_H
#define SIZE_PRIVATE_H

#include <math.h>

#include "size/size.h"

struct size size_of_swiss(const struct map_type *mt, uint64_t entries);
struct size size_of_bucket(const struct map_type *mt, uint64_t entries);
struct size size_of_hashbrown(const struct map_type *mt, uint64_t entries);

/* Go 1.24: a map of so many tables of 1024 slots, the deepest of `depth`. */
uint64_t size_swiss_bytes(const struct map_type *mt, uint64_t tables, unsigned depth);

/* Go 1.23: header, extra and array of 2^log buckets; then the list of so many overflow buckets that
 * hold no pointers, its array rounded (0 for none). */
uint64_t size_bucket_bytes(const struct map_type *mt, uint8_t log_buckets);
uint64_t size_bucket_list_bytes(double overflow);

/* What lies outside the slots in Go: a key and an elem for each entry (Z10), rounded. */
uint64_t size_outside_bytes(const struct map_type *mt, uint64_t entries);

/* Bytes that are certain: floor, expected and ceiling are one. */
static inline struct size size_exact(uint64_t bytes)
{
    return (struct size){.floor = bytes, .expected = bytes, .ceiling = bytes};
}

static inline uint64_t size_whole(double bytes)
{
    return (uint64_t)llround(bytes);
}

#endif
