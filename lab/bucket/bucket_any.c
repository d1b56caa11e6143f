/*
 * bucket_any.c - the bucket map for descriptions made at run time.
 */
#include "bucket/bucket_any.h"

bool bucket_any_init(const struct map_type *mt, struct bucket_map *m, struct heap *h, uint64_t hint,
                    uint64_t seed)
{
    return bucket_init(mt, m, h, hint, seed);
}

void bucket_any_free(const struct map_type *mt, struct bucket_map *m)
{
    bucket_free(mt, m);
}

void *bucket_any_get(const struct map_type *mt, const struct bucket_map *m, const void *key)
{
    return bucket_get(mt, m, key);
}

void *bucket_any_put(const struct map_type *mt, struct bucket_map *m, const void *key)
{
    return bucket_put(mt, m, key);
}

bool bucket_any_del(const struct map_type *mt, struct bucket_map *m, const void *key)
{
    return bucket_del(mt, m, key);
}

void bucket_any_clear(const struct map_type *mt, struct bucket_map *m)
{
    bucket_clear(mt, m);
}

void bucket_any_iter_start(const struct map_type *mt, struct bucket_map *m, struct bucket_iter *it)
{
    bucket_iter_start(mt, m, it);
}

bool bucket_any_iter_next(const struct map_type *mt, struct bucket_iter *it)
{
    return bucket_iter_next(mt, it);
}

void bucket_any_iter_end(const struct map_type *mt, struct bucket_iter *it)
{
    bucket_iter_end(mt, it);
}
