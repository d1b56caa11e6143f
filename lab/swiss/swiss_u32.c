/*
 * swiss_u32.c - the Swiss map folded for map[int32]int32.
 */
#include "swiss/swiss_u32.h"

const struct map_type swiss_u32_type = {
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

bool swiss_u32_init(struct swiss *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return swiss_init(&swiss_u32_type, m, h, hint, seed);
}

void swiss_u32_free(struct swiss *m)
{
    swiss_free(&swiss_u32_type, m);
}

uint32_t *swiss_u32_get(const struct swiss *m, uint32_t key)
{
    return swiss_get(&swiss_u32_type, m, &key);
}

/* Kept apart, so that the quick path below stays small. */
static __attribute__((noinline)) void *put_with_growth(struct swiss *m, const uint32_t *key)
{
    return swiss_put(&swiss_u32_type, m, key);
}

uint32_t *swiss_u32_put(struct swiss *m, uint32_t key)
{
    void *elem = swiss_put_quick(&swiss_u32_type, m, &key);
    return elem != NULL ? elem : put_with_growth(m, &key);
}

bool swiss_u32_del(struct swiss *m, uint32_t key)
{
    return swiss_del(&swiss_u32_type, m, &key);
}

void swiss_u32_clear(struct swiss *m)
{
    swiss_clear(&swiss_u32_type, m);
}

void swiss_u32_iter_start(struct swiss *m, struct swiss_iter *it)
{
    swiss_iter_start(&swiss_u32_type, m, it);
}

bool swiss_u32_iter_next(struct swiss_iter *it)
{
    return swiss_iter_next(&swiss_u32_type, it);
}

void swiss_u32_iter_end(struct swiss_iter *it)
{
    swiss_iter_end(&swiss_u32_type, it);
}
