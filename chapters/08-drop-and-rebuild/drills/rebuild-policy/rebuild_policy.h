/*
 * rebuild_policy.h - a map that makes itself small again.
 *
 * After every put and every delete the tests ask is_too_large, and if the answer is yes they call
 * rebuild. All bytes are counted by the lab's heap, and entries by the map: nothing here is taken
 * on trust.
 *
 * Words       live   entries of the map
 *             slots  places for entries in all of its tables, full or not
 */
#ifndef REBUILD_POLICY_H
#define REBUILD_POLICY_H

#include "swiss/swiss_u64.h"

enum { REBUILD_FLOOR = 1024 };          /* slots: a map of one full table or less is left alone */

/* When to rebuild: has a map with so many slots too many of them for its live entries? */
bool is_too_large(uint64_t slots, uint64_t live);

/*
 * How to rebuild: moves every entry of *m, a map of int to int, to a new map that is made for what
 * is live, and drops the old one. The new map lives in the same heap, m->heap, and is made with
 * this seed. False: memory is refused, and *m is as it was, to the byte.
 */
bool rebuild(struct swiss *m, uint64_t seed);

#endif
