/*
 * swiss_u64.c - the Swiss map folded for map[int]int.
 */
#include "swiss/swiss_u64.h"

const struct map_type swiss_u64_type = {
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

bool swiss_u64_init(struct swiss *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return swiss_init(&swiss_u64_type, m, h, hint, seed);
}

void swiss_u64_free(struct swiss *m)
{
    swiss_free(&swiss_u64_type, m);
}

uint64_t *swiss_u64_get(const struct swiss *m, uint64_t key)
{
    return swiss_get(&swiss_u64_type, m, &key);
}

/* Kept apart, so that the quick path below stays small. */
static __attribute__((noinline)) void *put_with_growth(struct swiss *m, const uint64_t *key)
{
    return swiss_put(&swiss_u64_type, m, key);
}

uint64_t *swiss_u64_put(struct swiss *m, uint64_t key)
{
    void *elem = swiss_put_quick(&swiss_u64_type, m, &key);
    return elem != NULL ? elem : put_with_growth(m, &key);
}

bool swiss_u64_del(struct swiss *m, uint64_t key)
{
    return swiss_del(&swiss_u64_type, m, &key);
}

void swiss_u64_clear(struct swiss *m)
{
    swiss_clear(&swiss_u64_type, m);
}

void swiss_u64_iter_start(struct swiss *m, struct swiss_iter *it)
{
    swiss_iter_start(&swiss_u64_type, m, it);
}

bool swiss_u64_iter_next(struct swiss_iter *it)
{
    return swiss_iter_next(&swiss_u64_type, it);
}

void swiss_u64_iter_end(struct swiss_iter *it)
{
    swiss_iter_end(&swiss_u64_type, it);
}
