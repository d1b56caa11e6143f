/*
 * hashbrown_u32.c - Rust's map folded for HashMap<u32, u32>.
 */
#include "hashbrown/hashbrown_u32.h"

const struct map_type hashbrown_u32_type = {
    .name = "u32 -> u32",
    .key_bytes = 4,
    .elem_bytes = 4,
    .key_align = 4,
    .elem_align = 4,
    .hash = hash_u32,
    .equal = equal_u32,
};

bool hashbrown_u32_init(struct hashbrown *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return hashbrown_init(&hashbrown_u32_type, m, h, hint, seed);
}

void hashbrown_u32_free(struct hashbrown *m)
{
    hashbrown_free(&hashbrown_u32_type, m);
}

uint32_t *hashbrown_u32_get(const struct hashbrown *m, uint32_t key)
{
    return hashbrown_get(&hashbrown_u32_type, m, &key);
}

/* Kept apart, so that the quick path below stays small. */
static __attribute__((noinline)) void *put_with_growth(struct hashbrown *m, const uint32_t *key)
{
    return hashbrown_put(&hashbrown_u32_type, m, key);
}

uint32_t *hashbrown_u32_put(struct hashbrown *m, uint32_t key)
{
    void *elem = hashbrown_put_quick(&hashbrown_u32_type, m, &key);
    return elem != NULL ? elem : put_with_growth(m, &key);
}

bool hashbrown_u32_del(struct hashbrown *m, uint32_t key)
{
    return hashbrown_del(&hashbrown_u32_type, m, &key);
}

void hashbrown_u32_clear(struct hashbrown *m)
{
    hashbrown_clear(&hashbrown_u32_type, m);
}

bool hashbrown_u32_reserve(struct hashbrown *m, uint64_t additional)
{
    return hashbrown_reserve(&hashbrown_u32_type, m, additional);
}

bool hashbrown_u32_shrink_to(struct hashbrown *m, uint64_t least)
{
    return hashbrown_shrink_to(&hashbrown_u32_type, m, least);
}

bool hashbrown_u32_shrink_to_fit(struct hashbrown *m)
{
    return hashbrown_shrink_to_fit(&hashbrown_u32_type, m);
}

void hashbrown_u32_iter_start(struct hashbrown *m, struct hashbrown_iter *it)
{
    hashbrown_iter_start(&hashbrown_u32_type, m, it);
}

bool hashbrown_u32_iter_next(struct hashbrown_iter *it)
{
    return hashbrown_iter_next(&hashbrown_u32_type, it);
}

void hashbrown_u32_iter_end(struct hashbrown_iter *it)
{
    hashbrown_iter_end(&hashbrown_u32_type, it);
}
