/*
 * swiss_str.h - the Swiss map from strings to 8-byte elems (Go: map[string]int).
 *
 * A slot is 24 bytes, a group 200. The map does not own the text: it must outlive the
 * entry, and every range that was running when the entry went.
 * Meaning and errors as in swiss.h.
 */
#ifndef SWISS_STR_H
#define SWISS_STR_H

#include "hash/hash.h"
#include "swiss/swiss.h"

extern const struct map_type swiss_str_type;

bool swiss_str_init(struct swiss *m, struct heap *h, uint64_t hint, uint64_t seed);
void swiss_str_free(struct swiss *m);
uint64_t *swiss_str_get(const struct swiss *m, struct str key);
uint64_t *swiss_str_put(struct swiss *m, struct str key);
bool swiss_str_del(struct swiss *m, struct str key);
void swiss_str_clear(struct swiss *m);
void swiss_str_iter_start(struct swiss *m, struct swiss_iter *it);
bool swiss_str_iter_next(struct swiss_iter *it);
void swiss_str_iter_end(struct swiss_iter *it);

#endif
