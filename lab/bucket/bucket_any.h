/*
 * bucket_any.h - the bucket map with its description given at run time.
 *
 * The same functions as in bucket.h, compiled once and not folded: for programs that
 * choose key and elem sizes while they run, and for tests. Slower, not different.
 */
#ifndef BUCKET_ANY_H
#define BUCKET_ANY_H

#include "bucket/bucket.h"

bool bucket_any_init(const struct map_type *mt, struct bucket_map *m, struct heap *h, uint64_t hint,
                    uint64_t seed);
void bucket_any_free(const struct map_type *mt, struct bucket_map *m);
void *bucket_any_get(const struct map_type *mt, const struct bucket_map *m, const void *key);
void *bucket_any_put(const struct map_type *mt, struct bucket_map *m, const void *key);
bool bucket_any_del(const struct map_type *mt, struct bucket_map *m, const void *key);
void bucket_any_clear(const struct map_type *mt, struct bucket_map *m);
void bucket_any_iter_start(const struct map_type *mt, struct bucket_map *m, struct bucket_iter *it);
bool bucket_any_iter_next(const struct map_type *mt, struct bucket_iter *it);
void bucket_any_iter_end(const struct map_type *mt, struct bucket_iter *it);

#endif
