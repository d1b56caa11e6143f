/*
 * hashbrown_str.h - Rust's map from strings to 8-byte elems (Rust: HashMap<&str, u64>).
 *
 * A slot is 24 bytes. The map does not own the text: it must outlive the entry.
 * Meaning and errors as in hashbrown.h.
 */
#ifndef HASHBROWN_STR_H
#define HASHBROWN_STR_H

#include "hash/hash.h"
#include "hashbrown/hashbrown.h"

extern const struct map_type hashbrown_str_type;

bool hashbrown_str_init(struct hashbrown *m, struct heap *h, uint64_t hint, uint64_t seed);
void hashbrown_str_free(struct hashbrown *m);
uint64_t *hashbrown_str_get(const struct hashbrown *m, struct str key);
uint64_t *hashbrown_str_put(struct hashbrown *m, struct str key);
bool hashbrown_str_del(struct hashbrown *m, struct str key);
void hashbrown_str_clear(struct hashbrown *m);
bool hashbrown_str_reserve(struct hashbrown *m, uint64_t additional);
bool hashbrown_str_shrink_to(struct hashbrown *m, uint64_t least);
bool hashbrown_str_shrink_to_fit(struct hashbrown *m);
void hashbrown_str_iter_start(struct hashbrown *m, struct hashbrown_iter *it);
bool hashbrown_str_iter_next(struct hashbrown_iter *it);
void hashbrown_str_iter_end(struct hashbrown_iter *it);

#endif
