/*
 * swiss_wide.c - the Swiss map folded for map[[136]byte]int.
 */
#include "swiss/swiss_wide.h"

const struct map_type swiss_wide_type = {
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

bool swiss_wide_init(struct swiss *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return swiss_init(&swiss_wide_type, m, h, hint, seed);
}

void swiss_wide_free(struct swiss *m)
{
    swiss_free(&swiss_wide_type, m);
}

uint64_t *swiss_wide_get(const struct swiss *m, const struct wide_key *key)
{
    return swiss_get(&swiss_wide_type, m, key);
}

uint64_t *swiss_wide_put(struct swiss *m, const struct wide_key *key)
{
    return swiss_put(&swiss_wide_type, m, key);
}

bool swiss_wide_del(struct swiss *m, const struct wide_key *key)
{
    return swiss_del(&swiss_wide_type, m, key);
}

void swiss_wide_clear(struct swiss *m)
{
    swiss_clear(&swiss_wide_type, m);
}

void swiss_wide_iter_start(struct swiss *m, struct swiss_iter *it)
{
    swiss_iter_start(&swiss_wide_type, m, it);
}

bool swiss_wide_iter_next(struct swiss_iter *it)
{
    return swiss_iter_next(&swiss_wide_type, it);
}

void swiss_wide_iter_end(struct swiss_iter *it)
{
    swiss_iter_end(&swiss_wide_type, it);
}
