/*
 * hashbrown_u32.h - Rust's map from 4-byte keys to 4-byte elems (Rust: HashMap<u32, u32>).
 *
 * A slot is 8 bytes.
 * Meaning and errors as in hashbrown.h.
 */
#ifndef HASHBROWN_U32_H
#define HASHBROWN_U32_H

#include "hash/hash.h"
#include "hashbrown/hashbrown.h"

extern const struct map_type hashbrown_u32_type;

bool hashbrown_u32_init(struct hashbrown *m, struct heap *h, uint64_t hint, uint64_t seed);
void hashbrown_u32_free(struct hashbrown *m);
uint32_t *hashbrown_u32_get(const struct hashbrown *m, uint32_t key);
uint32_t *hashbrown_u32_put(struct hashbrown *m, uint32_t key);
bool hashbrown_u32_del(struct hashbrown *m, uint32_t key);
void hashbrown_u32_clear(struct hashbrown *m);
bool hashbrown_u32_reserve(struct hashbrown *m, uint64_t additional);
bool hashbrown_u32_shrink_to(struct hashbrown *m, uint64_t least);
bool hashbrown_u32_shrink_to_fit(struct hashbrown *m);
void hashbrown_u32_iter_start(struct hashbrown *m, struct hashbrown_iter *it);
bool hashbrown_u32_iter_next(struct hashbrown_iter *it);
void hashbrown_u32_iter_end(struct hashbrown_iter *it);

#endif
