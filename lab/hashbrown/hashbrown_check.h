/*
 * hashbrown_check.h - proves the rules of hashbrown.h from the raw bytes of a map.
 *
 * For tests and the curious: slow, and written without the functions it checks
 * where it can be.
 */
#ifndef HASHBROWN_CHECK_H
#define HASHBROWN_CHECK_H

#include "hashbrown/hashbrown.h"

/* Returns NULL if R1 to R12 hold, or one sentence that names the first broken rule
 * ("R3: no slot is empty"). The sentence is good until the thread's next check. */
const char *hashbrown_check(const struct map_type *mt, const struct hashbrown *m);

/* The bytes that the map asked its heap for, derived from its slots: what a counting
 * allocator under the Rust program shows. */
uint64_t hashbrown_asked(const struct map_type *mt, const struct hashbrown *m);

/* The same as the heap rounds it: what HeapAlloc shows for the map. */
uint64_t hashbrown_bytes(const struct map_type *mt, const struct hashbrown *m);

/* The allocated slots; 0 for a map without an allocation. */
uint64_t hashbrown_bucket_count(const struct hashbrown *m);

/* The deleted slots, counted from the control bytes. */
uint64_t hashbrown_tombstone_count(const struct hashbrown *m);

#endif
