/*
 * hashbrown_u64.h - Rust's map from 8-byte keys to 8-byte elems (Rust: HashMap<u64, u64>).
 *
 * A slot is 16 bytes; 2^21 of them, 35,651,600 bytes with the control bytes, hold 1 << 20 entries.
 * Meaning and errors as in hashbrown.h.
 */
#ifndef HASHBROWN_U64_H
#define HASHBROWN_U64_H

#include "hash/hash.h"
#include "hashbrown/hashbrown.h"

extern const struct map_type hashbrown_u64_type;

bool hashbrown_u64_init(struct hashbrown *m, struct heap *h, uint64_t hint, uint64_t seed);
void hashbrown_u64_free(struct hashbrown *m);
uint64_t *hashbrown_u64_get(const struct hashbrown *m, uint64_t key);
uint64_t *hashbrown_u64_put(struct hashbrown *m, uint64_t key);
bool hashbrown_u64_del(struct hashbrown *m, uint64_t key);
void hashbrown_u64_clear(struct hashbrown *m);
bool hashbrown_u64_reserve(struct hashbrown *m, uint64_t additional);
bool hashbrown_u64_shrink_to(struct hashbrown *m, uint64_t least);
bool hashbrown_u64_shrink_to_fit(struct hashbrown *m);
void hashbrown_u64_iter_start(struct hashbrown *m, struct hashbrown_iter *it);
bool hashbrown_u64_iter_next(struct hashbrown_iter *it);
void hashbrown_u64_iter_end(struct hashbrown_iter *it);

#endif
