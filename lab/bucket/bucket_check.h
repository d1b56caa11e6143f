/*
 * bucket_check.h - proves the rules of bucket.h from the raw bytes of a map.
 *
 * For tests and the curious: slow.
 */
#ifndef BUCKET_CHECK_H
#define BUCKET_CHECK_H

#include "bucket/bucket.h"

/* Returns NULL if B1 to B12 hold, or one sentence that names the first broken rule ("B4: ..."). The
 * sentence is good until the thread's next check. */
const char *bucket_check(const struct map_type *mt, const struct bucket_map *m);

/* The bytes that the map takes of its heap, derived from its structure and rounded as the heap
 * rounds; what running ranges keep is included. */
uint64_t bucket_bytes(const struct map_type *mt, const struct bucket_map *m);

/* Buckets of the array, spare ones not counted; 0 before the first put. */
uint64_t bucket_bucket_count(const struct bucket_map *m);

/* Buckets of the old array; 0 if the map is not growing. */
uint64_t bucket_old_bucket_count(const struct bucket_map *m);

/* Overflow buckets in the chains of the array (not of the old one). */
uint64_t bucket_overflow_count(const struct map_type *mt, const struct bucket_map *m);

#endif
