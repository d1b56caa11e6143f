/*
 * bucket_str.c - the bucket map folded for map[string]int.
 */
#include "bucket/bucket_str.h"

const struct map_type bucket_str_type = {
    .name = "str -> u64",
    .key_bytes = 16,
    .elem_bytes = 8,
    .key_align = 8,
    .elem_align = 8,
    .slot_bytes = 24,
    .elem_at = 16,
    .key_pointers = true,
    .key_update = true,
    .hash = hash_str,
    .equal = equal_str,
};

bool bucket_str_init(struct bucket_map *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return bucket_init(&bucket_str_type, m, h, hint, seed);
}

void bucket_str_free(struct bucket_map *m)
{
    bucket_free(&bucket_str_type, m);
}

uint64_t *bucket_str_get(const struct bucket_map *m, struct str key)
{
    return bucket_get(&bucket_str_type, m, &key);
}

/* Kept apart, so that the quick path below stays small. */
static __attribute__((noinline)) void *put_with_growth(struct bucket_map *m, const struct str *key)
{
    return bucket_put(&bucket_str_type, m, key);
}

uint64_t *bucket_str_put(struct bucket_map *m, struct str key)
{
    void *elem = bucket_put_quick(&bucket_str_type, m, &key);
    return elem != NULL ? elem : put_with_growth(m, &key);
}

bool bucket_str_del(struct bucket_map *m, struct str key)
{
    return bucket_del(&bucket_str_type, m, &key);
}

void bucket_str_clear(struct bucket_map *m)
{
    bucket_clear(&bucket_str_type, m);
}

void bucket_str_iter_start(struct bucket_map *m, struct bucket_iter *it)
{
    bucket_iter_start(&bucket_str_type, m, it);
}

bool bucket_str_iter_next(struct bucket_iter *it)
{
    return bucket_iter_next(&bucket_str_type, it);
}

void bucket_str_iter_end(struct bucket_iter *it)
{
    bucket_iter_end(&bucket_str_type, it);
}
