/*
 * swiss_any.h - the Swiss map with its description given at run time.
 *
 * The same functions as in swiss.h, compiled once and not folded: for programs that
 * choose key and elem sizes while they run, and for tests. Slower, not different.
 */
#ifndef SWISS_ANY_H
#define SWISS_ANY_H

#include "swiss/swiss.h"

bool swiss_any_init(const struct map_type *mt, struct swiss *m, struct heap *h, uint64_t hint,
                    uint64_t seed);
void swiss_any_free(const struct map_type *mt, struct swiss *m);
void *swiss_any_get(const struct map_type *mt, const struct swiss *m, const void *key);
void *swiss_any_put(const struct map_type *mt, struct swiss *m, const void *key);
bool swiss_any_del(const struct map_type *mt, struct swiss *m, const void *key);
void swiss_any_clear(const struct map_type *mt, struct swiss *m);
void swiss_any_iter_start(const struct map_type *mt, struct swiss *m, struct swiss_iter *it);
bool swiss_any_iter_next(const struct map_type *mt, struct swiss_iter *it);
void swiss_any_iter_end(const struct map_type *mt, struct swiss_iter *it);

#endif
