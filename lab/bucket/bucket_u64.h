/*
 * bucket_u64.h - the bucket map from 8-byte keys to 8-byte elems (Go: map[int]int).
 *
 * A bucket is 144 bytes.
 * Meaning and errors as in bucket.h.
 */
#ifndef BUCKET_U64_H
#define BUCKET_U64_H

#include "hash/hash.h"
#include "bucket/bucket.h"

extern const struct map_type bucket_u64_type;

bool bucket_u64_init(struct bucket_map *m, struct heap *h, uint64_t hint, uint64_t seed);
void bucket_u64_free(struct bucket_map *m);
uint64_t *bucket_u64_get(const struct bucket_map *m, uint64_t key);
uint64_t *bucket_u64_put(struct bucket_map *m, uint64_t key);
bool bucket_u64_del(struct bucket_map *m, uint64_t key);
void bucket_u64_clear(struct bucket_map *m);
void bucket_u64_iter_start(struct bucket_map *m, struct bucket_iter *it);
bool bucket_u64_iter_next(struct bucket_iter *it);
void bucket_u64_iter_end(struct bucket_iter *it);

#endif
