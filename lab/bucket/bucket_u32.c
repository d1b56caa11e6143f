/*
 * bucket_u32.c - the bucket map folded for map[int32]int32.
 */
#include "bucket/bucket_u32.h"

const struct map_type bucket_u32_type = {
    .name = "u32 -> u32",
    .key_bytes = 4,
    .elem_bytes = 4,
    .key_align = 4,
    .elem_align = 4,
    .slot_bytes = 8,
    .elem_at = 4,
    .key_direct_compare = true,
    .hash = hash_u32,
    .equal = equal_u32,
};

bool bucket_u32_init(struct bucket_map *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return bucket_init(&bucket_u32_type, m, h, hint, seed);
}

void bucket_u32_free(struct bucket_map *m)
{
    bucket_free(&bucket_u32_type, m);
}

uint32_t *bucket_u32_get(const struct bucket_map *m, uint32_t key)
{
    return bucket_get(&bucket_u32_type, m, &key);
}

/* Kept apart, so that the quick path below stays small. */
static __attribute__((noinline)) void *put_with_growth(struct bucket_map *m, const uint32_t *key)
{
    return bucket_put(&bucket_u32_type, m, key);
}

uint32_t *bucket_u32_put(struct bucket_map *m, uint32_t key)
{
    void *elem = bucket_put_quick(&bucket_u32_type, m, &key);
    return elem != NULL ? elem : put_with_growth(m, &key);
}

bool bucket_u32_del(struct bucket_map *m, uint32_t key)
{
    return bucket_del(&bucket_u32_type, m, &key);
}

void bucket_u32_clear(struct bucket_map *m)
{
    bucket_clear(&bucket_u32_type, m);
}

void bucket_u32_iter_start(struct bucket_map *m, struct bucket_iter *it)
{
    bucket_iter_start(&bucket_u32_type, m, it);
}

bool bucket_u32_iter_next(struct bucket_iter *it)
{
    return bucket_iter_next(&bucket_u32_type, it);
}

void bucket_u32_iter_end(struct bucket_iter *it)
{
    bucket_iter_end(&bucket_u32_type, it);
}
