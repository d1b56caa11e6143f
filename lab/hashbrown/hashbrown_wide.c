/*
 * hashbrown_wide.c - Rust's map folded for HashMap<[u8; 136], u64>.
 */
#include "hashbrown/hashbrown_wide.h"

const struct map_type hashbrown_wide_type = {
    .name = "wide -> u64",
    .key_bytes = WIDE_KEY_BYTES,
    .elem_bytes = 8,
    .key_align = 1,
    .elem_align = 8,
    .hash = hash_wide,
    .equal = equal_wide,
};

bool hashbrown_wide_init(struct hashbrown *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return hashbrown_init(&hashbrown_wide_type, m, h, hint, seed);
}

void hashbrown_wide_free(struct hashbrown *m)
{
    hashbrown_free(&hashbrown_wide_type, m);
}

uint64_t *hashbrown_wide_get(const struct hashbrown *m, const struct wide_key *key)
{
    return hashbrown_get(&hashbrown_wide_type, m, key);
}

/* Kept apart, so that the quick path below stays small. */
static __attribute__((noinline)) void *put_with_growth(struct hashbrown *m,
                                                       const struct wide_key *key)
{
    return hashbrown_put(&hashbrown_wide_type, m, key);
}

uint64_t *hashbrown_wide_put(struct hashbrown *m, const struct wide_key *key)
{
    void *elem = hashbrown_put_quick(&hashbrown_wide_type, m, key);
    return elem != NULL ? elem : put_with_growth(m, key);
}

bool hashbrown_wide_del(struct hashbrown *m, const struct wide_key *key)
{
    return hashbrown_del(&hashbrown_wide_type, m, key);
}

void hashbrown_wide_clear(struct hashbrown *m)
{
    hashbrown_clear(&hashbrown_wide_type, m);
}

bool hashbrown_wide_reserve(struct hashbrown *m, uint64_t additional)
{
    return hashbrown_reserve(&hashbrown_wide_type, m, additional);
}

bool hashbrown_wide_shrink_to(struct hashbrown *m, uint64_t least)
{
    return hashbrown_shrink_to(&hashbrown_wide_type, m, least);
}

bool hashbrown_wide_shrink_to_fit(struct hashbrown *m)
{
    return hashbrown_shrink_to_fit(&hashbrown_wide_type, m);
}

void hashbrown_wide_iter_start(struct hashbrown *m, struct hashbrown_iter *it)
{
    hashbrown_iter_start(&hashbrown_wide_type, m, it);
}

bool hashbrown_wide_iter_next(struct hashbrown_iter *it)
{
    return hashbrown_iter_next(&hashbrown_wide_type, it);
}

void hashbrown_wide_iter_end(struct hashbrown_iter *it)
{
    hashbrown_iter_end(&hashbrown_wide_type, it);
}
