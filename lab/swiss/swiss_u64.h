/*
 * swiss_u64.h - the Swiss map from 8-byte keys to 8-byte elems (Go: map[int]int).
 *
 * A slot is 16 bytes, a group 136.
 * Meaning and errors as in swiss.h.
 */
#ifndef SWISS_U64_H
#define SWISS_U64_H

#include "hash/hash.h"
#include "swiss/swiss.h"

extern const struct map_type swiss_u64_type;

bool swiss_u64_init(struct swiss *m, struct heap *h, uint64_t hint, uint64_t seed);
void swiss_u64_free(struct swiss *m);
uint64_t *swiss_u64_get(const struct swiss *m, uint64_t key);
uint64_t *swiss_u64_put(struct swiss *m, uint64_t key);
bool swiss_u64_del(struct swiss *m, uint64_t key);
void swiss_u64_clear(struct swiss *m);
void swiss_u64_iter_start(struct swiss *m, struct swiss_iter *it);
bool swiss_u64_iter_next(struct swiss_iter *it);
void swiss_u64_iter_end(struct swiss_iter *it);

#endif
