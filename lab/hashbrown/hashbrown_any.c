/*
 * hashbrown_any.c - Rust's map for descriptions made at run time.
 */
#include "hashbrown/hashbrown_any.h"

bool hashbrown_any_init(const struct map_type *mt, struct hashbrown *m, struct heap *h,
                        uint64_t hint, uint64_t seed)
{
    return hashbrown_init(mt, m, h, hint, seed);
}

void hashbrown_any_free(const struct map_type *mt, struct hashbrown *m)
{
    hashbrown_free(mt, m);
}

void *hashbrown_any_get(const struct map_type *mt, const struct hashbrown *m, const void *key)
{
    return hashbrown_get(mt, m, key);
}

void *hashbrown_any_put(const struct map_type *mt, struct hashbrown *m, const void *key)
{
    return hashbrown_put(mt, m, key);
}

bool hashbrown_any_del(const struct map_type *mt, struct hashbrown *m, const void *key)
{
    return hashbrown_del(mt, m, key);
}

void hashbrown_any_clear(const struct map_type *mt, struct hashbrown *m)
{
    hashbrown_clear(mt, m);
}

bool hashbrown_any_reserve(const struct map_type *mt, struct hashbrown *m, uint64_t additional)
{
    return hashbrown_reserve(mt, m, additional);
}

bool hashbrown_any_shrink_to(const struct map_type *mt, struct hashbrown *m, uint64_t least)
{
    return hashbrown_shrink_to(mt, m, least);
}

bool hashbrown_any_shrink_to_fit(const struct map_type *mt, struct hashbrown *m)
{
    return hashbrown_shrink_to_fit(mt, m);
}

void hashbrown_any_iter_start(const struct map_type *mt, struct hashbrown *m,
                              struct hashbrown_iter *it)
{
    hashbrown_iter_start(mt, m, it);
}

bool hashbrown_any_iter_next(const struct map_type *mt, struct hashbrown_iter *it)
{
    return hashbrown_iter_next(mt, it);
}

void hashbrown_any_iter_end(const struct map_type *mt, struct hashbrown_iter *it)
{
    hashbrown_iter_end(mt, it);
}
