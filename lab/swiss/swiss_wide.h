/*
 * swiss_wide.h - the Swiss map from 136-byte keys, stored behind pointers, to 8-byte elems (Go: map[[136]byte]int).
 *
 * A slot is 16 bytes, a pointer and the elem; each key takes an object of class 144 more.
 * Meaning and errors as in swiss.h.
 */
#ifndef SWISS_WIDE_H
#define SWISS_WIDE_H

#include "hash/hash.h"
#include "swiss/swiss.h"

extern const struct map_type swiss_wide_type;

bool swiss_wide_init(struct swiss *m, struct heap *h, uint64_t hint, uint64_t seed);
void swiss_wide_free(struct swiss *m);
uint64_t *swiss_wide_get(const struct swiss *m, const struct wide_key *key);
uint64_t *swiss_wide_put(struct swiss *m, const struct wide_key *key);
bool swiss_wide_del(struct swiss *m, const struct wide_key *key);
void swiss_wide_clear(struct swiss *m);
void swiss_wide_iter_start(struct swiss *m, struct swiss_iter *it);
bool swiss_wide_iter_next(struct swiss_iter *it);
void swiss_wide_iter_end(struct swiss_iter *it);

#endif
