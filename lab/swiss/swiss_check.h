/*
 * swiss_check.h - proves the rules of swiss.h from the raw bytes of a map.
 *
 * For tests and the curious: slow, and written without the functions it checks
 * where it can be.
 */
#ifndef SWISS_CHECK_H
#define SWISS_CHECK_H

#include "swiss/swiss.h"

/* Returns NULL if S1 to S13 hold, or one sentence that names the first broken rule
 * ("S3: table 2 has no empty slot"). The sentence is good until the thread's next check. */
const char *swiss_check(const struct map_type *mt, const struct swiss *m);

/*
 * The bytes that the map takes of its heap, derived from its structure: header, directory,
 * tables, groups, indirect objects, and what running iterators hold on to, each
 * rounded as the heap rounds. With no garbage it is what HeapAlloc shows for the map.
 */
uint64_t swiss_bytes(const struct map_type *mt, const struct swiss *m);

/* The number of distinct tables; 0 for a small map. */
uint64_t swiss_table_count(const struct swiss *m);

/* The slots of all tables, or of a small map's group. */
uint64_t swiss_slot_count(const struct swiss *m);

/* The deleted slots of all tables, counted from the control bytes. */
uint64_t swiss_tombstone_count(const struct map_type *mt, const struct swiss *m);

#endif
