/*
 * bucket_wide.h - the bucket map from 136-byte keys, stored behind pointers, to 8-byte elems
 * (Go: map[[136]byte]int).
 *
 * A bucket is 144 bytes, pointers and elems; each key takes an object of class 144 more.
 * Meaning and errors as in bucket.h.
 */
#ifndef BUCKET_WIDE_H
#define BUCKET_WIDE_H

#include "hash/hash.h"
#include "bucket/bucket.h"

extern const struct map_type bucket_wide_type;

bool bucket_wide_init(struct bucket_map *m, struct heap *h, uint64_t hint, uint64_t seed);
void bucket_wide_free(struct bucket_map *m);
uint64_t *bucket_wide_get(const struct bucket_map *m, const struct wide_key *key);
uint64_t *bucket_wide_put(struct bucket_map *m, const struct wide_key *key);
bool bucket_wide_del(struct bucket_map *m, const struct wide_key *key);
void bucket_wide_clear(struct bucket_map *m);
void bucket_wide_iter_start(struct bucket_map *m, struct bucket_iter *it);
bool bucket_wide_iter_next(struct bucket_iter *it);
void bucket_wide_iter_end(struct bucket_iter *it);

#endif
