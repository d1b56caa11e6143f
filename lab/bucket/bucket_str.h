/*
 * bucket_str.h - the bucket map from strings to 8-byte elems (Go: map[string]int).
 *
 * A bucket is 208 bytes. The map does not own the text: it must outlive the
 * entry, and every range that was running when the entry went.
 * Meaning and errors as in bucket.h.
 */
#ifndef BUCKET_STR_H
#define BUCKET_STR_H

#include "hash/hash.h"
#include "bucket/bucket.h"

extern const struct map_type bucket_str_type;

bool bucket_str_init(struct bucket_map *m, struct heap *h, uint64_t hint, uint64_t seed);
void bucket_str_free(struct bucket_map *m);
uint64_t *bucket_str_get(const struct bucket_map *m, struct str key);
uint64_t *bucket_str_put(struct bucket_map *m, struct str key);
bool bucket_str_del(struct bucket_map *m, struct str key);
void bucket_str_clear(struct bucket_map *m);
void bucket_str_iter_start(struct bucket_map *m, struct bucket_iter *it);
bool bucket_str_iter_next(struct bucket_iter *it);
void bucket_str_iter_end(struct bucket_iter *it);

#endif
