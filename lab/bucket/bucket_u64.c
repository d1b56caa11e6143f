/*
 * bucket_u64.c - the bucket map folded for map[int]int.
 */
#include "bucket/bucket_u64.h"

const struct map_type bucket_u64_type = {
    .name = "u64 -> u64",
    .key_bytes = 8,
    .elem_bytes = 8,
    .key_align = 8,
    .elem_align = 8,
    .slot_bytes = 16,
    .elem_at = 8,
    .key_direct_compare = true,
    .hash = hash_u64,
    .equal = equal_u64,
};

bool bucket_u64_init(struct bucket_map *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return bucket_init(&bucket_u64_type, m, h, hint, seed);
}

void bucket_u64_free(struct bucket_map *m)
{
    bucket_free(&bucket_u64_type, m);
}

uint64_t *bucket_u64_get(const struct bucket_map *m, uint64_t key)
{
    return bucket_get(&bucket_u64_type, m, &key);
}

/* Kept apart, so that the quick path below stays small. */
static __attribute__((noinline)) void *put_with_growth(struct bucket_map *m, const uint64_t *key)
{
    return bucket_put(&bucket_u64_type, m, key);
}

uint64_t *bucket_u64_put(struct bucket_map *m, uint64_t key)
{
    void *elem = bucket_put_quick(&bucket_u64_type, m, &key);
    return elem != NULL ? elem : put_with_growth(m, &key);
}

bool bucket_u64_del(struct bucket_map *m, uint64_t key)
{
    return bucket_del(&bucket_u64_type, m, &key);
}

void bucket_u64_clear(struct bucket_map *m)
{
    bucket_clear(&bucket_u64_type, m);
}

void bucket_u64_iter_start(struct bucket_map *m, struct bucket_iter *it)
{
    bucket_iter_start(&bucket_u64_type, m, it);
}

bool bucket_u64_iter_next(struct bucket_iter *it)
{
    return bucket_iter_next(&bucket_u64_type, it);
}

void bucket_u64_iter_end(struct bucket_iter *it)
{
    bucket_iter_end(&bucket_u64_type, it);
}
