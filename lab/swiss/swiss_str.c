/*
 * swiss_str.c - the Swiss map folded for map[string]int.
 */
#include "swiss/swiss_str.h"

const struct map_type swiss_str_type = {
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

bool swiss_str_init(struct swiss *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return swiss_init(&swiss_str_type, m, h, hint, seed);
}

void swiss_str_free(struct swiss *m)
{
    swiss_free(&swiss_str_type, m);
}

uint64_t *swiss_str_get(const struct swiss *m, struct str key)
{
    return swiss_get(&swiss_str_type, m, &key);
}

/* Kept apart, so that the quick path below stays small. */
static __attribute__((noinline)) void *put_with_growth(struct swiss *m, const struct str *key)
{
    return swiss_put(&swiss_str_type, m, key);
}

uint64_t *swiss_str_put(struct swiss *m, struct str key)
{
    void *elem = swiss_put_quick(&swiss_str_type, m, &key);
    return elem != NULL ? elem : put_with_growth(m, &key);
}

bool swiss_str_del(struct swiss *m, struct str key)
{
    return swiss_del(&swiss_str_type, m, &key);
}

void swiss_str_clear(struct swiss *m)
{
    swiss_clear(&swiss_str_type, m);
}

void swiss_str_iter_start(struct swiss *m, struct swiss_iter *it)
{
    swiss_iter_start(&swiss_str_type, m, it);
}

bool swiss_str_iter_next(struct swiss_iter *it)
{
    return swiss_iter_next(&swiss_str_type, it);
}

void swiss_str_iter_end(struct swiss_iter *it)
{
    swiss_iter_end(&swiss_str_type, it);
}
