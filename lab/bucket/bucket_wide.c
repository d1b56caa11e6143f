/*
 * bucket_wide.c - the bucket map folded for map[[136]byte]int.
 */
#include "bucket/bucket_wide.h"

const struct map_type bucket_wide_type = {
    .name = "wide -> u64",
    .key_bytes = WIDE_KEY_BYTES,
    .elem_bytes = 8,
    .key_align = 1,
    .elem_align = 8,
    .slot_bytes = 16,
    .elem_at = 8,
    .key_indirect = true,
    .hash = hash_wide,
    .equal = equal_wide,
};

bool bucket_wide_init(struct bucket_map *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return bucket_init(&bucket_wide_type, m, h, hint, seed);
}

void bucket_wide_free(struct bucket_map *m)
{
    bucket_free(&bucket_wide_type, m);
}

uint64_t *bucket_wide_get(const struct bucket_map *m, const struct wide_key *key)
{
    return bucket_get(&bucket_wide_type, m, key);
}

uint64_t *bucket_wide_put(struct bucket_map *m, const struct wide_key *key)
{
    return bucket_put(&bucket_wide_type, m, key);
}

bool bucket_wide_del(struct bucket_map *m, const struct wide_key *key)
{
    return bucket_del(&bucket_wide_type, m, key);
}

void bucket_wide_clear(struct bucket_map *m)
{
    bucket_clear(&bucket_wide_type, m);
}

void bucket_wide_iter_start(struct bucket_map *m, struct bucket_iter *it)
{
    bucket_iter_start(&bucket_wide_type, m, it);
}

bool bucket_wide_iter_next(struct bucket_iter *it)
{
    return bucket_iter_next(&bucket_wide_type, it);
}

void bucket_wide_iter_end(struct bucket_iter *it)
{
    bucket_iter_end(&bucket_wide_type, it);
}
