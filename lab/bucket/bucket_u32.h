/*
 * bucket_u32.h - the bucket map from 4-byte keys to 4-byte elems (Go: map[int32]int32).
 *
 * A bucket is 80 bytes.
 * Meaning and errors as in bucket.h.
 */
#ifndef BUCKET_U32_H
#define BUCKET_U32_H

#include "hash/hash.h"
#include "bucket/bucket.h"

extern const struct map_type bucket_u32_type;

bool bucket_u32_init(struct bucket_map *m, struct heap *h, uint64_t hint, uint64_t seed);
void bucket_u32_free(struct bucket_map *m);
uint32_t *bucket_u32_get(const struct bucket_map *m, uint32_t key);
uint32_t *bucket_u32_put(struct bucket_map *m, uint32_t key);
bool bucket_u32_del(struct bucket_map *m, uint32_t key);
void bucket_u32_clear(struct bucket_map *m);
void bucket_u32_iter_start(struct bucket_map *m, struct bucket_iter *it);
bool bucket_u32_iter_next(struct bucket_iter *it);
void bucket_u32_iter_end(struct bucket_iter *it);

#endif
