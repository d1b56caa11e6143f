/*
 * hashbrown_str.c - Rust's map folded for HashMap<&str, u64>.
 */
#include "hashbrown/hashbrown_str.h"

const struct map_type hashbrown_str_type = {
    .name = "str -> u64",
    .key_bytes = 16,
    .elem_bytes = 8,
    .key_align = 8,
    .elem_align = 8,
    .hash = hash_str,
    .equal = equal_str,
};

bool hashbrown_str_init(struct hashbrown *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return hashbrown_init(&hashbrown_str_type, m, h, hint, seed);
}

void hashbrown_str_free(struct hashbrown *m)
{
    hashbrown_free(&hashbrown_str_type, m);
}

uint64_t *hashbrown_str_get(const struct hashbrown *m, struct str key)
{
    return hashbrown_get(&hashbrown_str_type, m, &key);
}

/* Kept apart, so that the quick path below stays small. */
static __attribute__((noinline)) void *put_with_growth(struct hashbrown *m, const struct str *key)
{
    return hashbrown_put(&hashbrown_str_type, m, key);
}

uint64_t *hashbrown_str_put(struct hashbrown *m, struct str key)
{
    void *elem = hashbrown_put_quick(&hashbrown_str_type, m, &key);
    return elem != NULL ? elem : put_with_growth(m, &key);
}

bool hashbrown_str_del(struct hashbrown *m, struct str key)
{
    return hashbrown_del(&hashbrown_str_type, m, &key);
}

void hashbrown_str_clear(struct hashbrown *m)
{
    hashbrown_clear(&hashbrown_str_type, m);
}

bool hashbrown_str_reserve(struct hashbrown *m, uint64_t additional)
{
    return hashbrown_reserve(&hashbrown_str_type, m, additional);
}

bool hashbrown_str_shrink_to(struct hashbrown *m, uint64_t least)
{
    return hashbrown_shrink_to(&hashbrown_str_type, m, least);
}

bool hashbrown_str_shrink_to_fit(struct hashbrown *m)
{
    return hashbrown_shrink_to_fit(&hashbrown_str_type, m);
}

void hashbrown_str_iter_start(struct hashbrown *m, struct hashbrown_iter *it)
{
    hashbrown_iter_start(&hashbrown_str_type, m, it);
}

bool hashbrown_str_iter_next(struct hashbrown_iter *it)
{
    return hashbrown_iter_next(&hashbrown_str_type, it);
}

void hashbrown_str_iter_end(struct hashbrown_iter *it)
{
    hashbrown_iter_end(&hashbrown_str_type, it);
}
