/*
 * hashbrown_u64.c - Rust's map folded for HashMap<u64, u64>.
 */
#include "hashbrown/hashbrown_u64.h"

const struct map_type hashbrown_u64_type = {
    .name = "u64 -> u64",
    .key_bytes = 8,
    .elem_bytes = 8,
    .key_align = 8,
    .elem_align = 8,
    .hash = hash_u64,
    .equal = equal_u64,
};

bool hashbrown_u64_init(struct hashbrown *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return hashbrown_init(&hashbrown_u64_type, m, h, hint, seed);
}

void hashbrown_u64_free(struct hashbrown *m)
{
    hashbrown_free(&hashbrown_u64_type, m);
}

uint64_t *hashbrown_u64_get(const struct hashbrown *m, uint64_t key)
{
    return hashbrown_get(&hashbrown_u64_type, m, &key);
}

/* Kept apart, so that the quick path below stays small. */
static __attribute__((noinline)) void *put_with_growth(struct hashbrown *m, const uint64_t *key)
{
    return hashbrown_put(&hashbrown_u64_type, m, key);
}

uint64_t *hashbrown_u64_put(struct hashbrown *m, uint64_t key)
{
    void *elem = hashbrown_put_quick(&hashbrown_u64_type, m, &key);
    return elem != NULL ? elem : put_with_growth(m, &key);
}

bool hashbrown_u64_del(struct hashbrown *m, uint64_t key)
{
    return hashbrown_del(&hashbrown_u64_type, m, &key);
}

void hashbrown_u64_clear(struct hashbrown *m)
{
    hashbrown_clear(&hashbrown_u64_type, m);
}

bool hashbrown_u64_reserve(struct hashbrown *m, uint64_t additional)
{
    return hashbrown_reserve(&hashbrown_u64_type, m, additional);
}

bool hashbrown_u64_shrink_to(struct hashbrown *m, uint64_t least)
{
    return hashbrown_shrink_to(&hashbrown_u64_type, m, least);
}

bool hashbrown_u64_shrink_to_fit(struct hashbrown *m)
{
    return hashbrown_shrink_to_fit(&hashbrown_u64_type, m);
}

void hashbrown_u64_iter_start(struct hashbrown *m, struct hashbrown_iter *it)
{
    hashbrown_iter_start(&hashbrown_u64_type, m, it);
}

bool hashbrown_u64_iter_next(struct hashbrown_iter *it)
{
    return hashbrown_iter_next(&hashbrown_u64_type, it);
}

void hashbrown_u64_iter_end(struct hashbrown_iter *it)
{
    hashbrown_iter_end(&hashbrown_u64_type, it);
}
