/*
 * swiss_any.c - the Swiss map for descriptions made at run time.
 */
#include "swiss/swiss_any.h"

bool swiss_any_init(const struct map_type *mt, struct swiss *m, struct heap *h, uint64_t hint,
                    uint64_t seed)
{
    return swiss_init(mt, m, h, hint, seed);
}

void swiss_any_free(const struct map_type *mt, struct swiss *m)
{
    swiss_free(mt, m);
}

void *swiss_any_get(const struct map_type *mt, const struct swiss *m, const void *key)
{
    return swiss_get(mt, m, key);
}

void *swiss_any_put(const struct map_type *mt, struct swiss *m, const void *key)
{
    return swiss_put(mt, m, key);
}

bool swiss_any_del(const struct map_type *mt, struct swiss *m, const void *key)
{
    return swiss_del(mt, m, key);
}

void swiss_any_clear(const struct map_type *mt, struct swiss *m)
{
    swiss_clear(mt, m);
}

void swiss_any_iter_start(const struct map_type *mt, struct swiss *m, struct swiss_iter *it)
{
    swiss_iter_start(mt, m, it);
}

bool swiss_any_iter_next(const struct map_type *mt, struct swiss_iter *it)
{
    return swiss_iter_next(mt, it);
}

void swiss_any_iter_end(const struct map_type *mt, struct swiss_iter *it)
{
    swiss_iter_end(mt, it);
}
