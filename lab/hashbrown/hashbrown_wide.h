/*
 * hashbrown_wide.h - Rust's map from 136-byte keys to 8-byte elems (Rust: HashMap<[u8; 136], u64>).
 *
 * A slot is 144 bytes: the key lies in it, whatever its size. Empty slots are as large.
 * Meaning and errors as in hashbrown.h.
 */
#ifndef HASHBROWN_WIDE_H
#define HASHBROWN_WIDE_H

#include "hash/hash.h"
#include "hashbrown/hashbrown.h"

extern const struct map_type hashbrown_wide_type;

bool hashbrown_wide_init(struct hashbrown *m, struct heap *h, uint64_t hint, uint64_t seed);
void hashbrown_wide_free(struct hashbrown *m);
uint64_t *hashbrown_wide_get(const struct hashbrown *m, const struct wide_key *key);
uint64_t *hashbrown_wide_put(struct hashbrown *m, const struct wide_key *key);
bool hashbrown_wide_del(struct hashbrown *m, const struct wide_key *key);
void hashbrown_wide_clear(struct hashbrown *m);
bool hashbrown_wide_reserve(struct hashbrown *m, uint64_t additional);
bool hashbrown_wide_shrink_to(struct hashbrown *m, uint64_t least);
bool hashbrown_wide_shrink_to_fit(struct hashbrown *m);
void hashbrown_wide_iter_start(struct hashbrown *m, struct hashbrown_iter *it);
bool hashbrown_wide_iter_next(struct hashbrown_iter *it);
void hashbrown_wide_iter_end(struct hashbrown_iter *it);

#endif
