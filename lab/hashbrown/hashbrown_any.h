/*
 * hashbrown_any.h - Rust's map with its description given at run time.
 *
 * The same functions as in hashbrown.h, compiled once and not folded: for programs that
 * choose key and elem sizes while they run, and for tests. Slower, not different.
 */
#ifndef HASHBROWN_ANY_H
#define HASHBROWN_ANY_H

#include "hashbrown/hashbrown.h"

bool hashbrown_any_init(const struct map_type *mt, struct hashbrown *m, struct heap *h,
                        uint64_t hint, uint64_t seed);
void hashbrown_any_free(const struct map_type *mt, struct hashbrown *m);
void *hashbrown_any_get(const struct map_type *mt, const struct hashbrown *m, const void *key);
void *hashbrown_any_put(const struct map_type *mt, struct hashbrown *m, const void *key);
bool hashbrown_any_del(const struct map_type *mt, struct hashbrown *m, const void *key);
void hashbrown_any_clear(const struct map_type *mt, struct hashbrown *m);
bool hashbrown_any_reserve(const struct map_type *mt, struct hashbrown *m, uint64_t additional);
bool hashbrown_any_shrink_to(const struct map_type *mt, struct hashbrown *m, uint64_t least);
bool hashbrown_any_shrink_to_fit(const struct map_type *mt, struct hashbrown *m);
void hashbrown_any_iter_start(const struct map_type *mt, struct hashbrown *m,
                              struct hashbrown_iter *it);
bool hashbrown_any_iter_next(const struct map_type *mt, struct hashbrown_iter *it);
void hashbrown_any_iter_end(const struct map_type *mt, struct hashbrown_iter *it);

#endif
