/*
 * swiss_u32.h - the Swiss map from 4-byte keys to 4-byte elems (Go: map[int32]int32).
 *
 * A slot is 8 bytes, a group 72.
 * Meaning and errors as in swiss.h.
 */
#ifndef SWISS_U32_H
#define SWISS_U32_H

#include "hash/hash.h"
#include "swiss/swiss.h"

extern const struct map_type swiss_u32_type;

bool swiss_u32_init(struct swiss *m, struct heap *h, uint64_t hint, uint64_t seed);
void swiss_u32_free(struct swiss *m);
uint32_t *swiss_u32_get(const struct swiss *m, uint32_t key);
uint32_t *swiss_u32_put(struct swiss *m, uint32_t key);
bool swiss_u32_del(struct swiss *m, uint32_t key);
void swiss_u32_clear(struct swiss *m);
void swiss_u32_iter_start(struct swiss *m, struct swiss_iter *it);
bool swiss_u32_iter_next(struct swiss_iter *it);
void swiss_u32_iter_end(struct swiss_iter *it);

#endif
