/*
 * right_size.h - the map of the next cycle: keep the one that is there, or make a new one, and
 * how large.
 *
 * A batch service takes the records of a cycle into a map of int to int. Before each cycle the
 * tests ask right_size and do what it says; then the records come, as many as the trace has.
 * Bytes are counted by the lab's heap.
 *
 * Words       held       HeapAlloc when the records of a cycle are all in
 *             allocated  what a cycle adds to TotalAlloc: a new map, and every growth on the way
 *             slots      places for records in all tables of the map, full or not
 */
#ifndef RIGHT_SIZE_H
#define RIGHT_SIZE_H

#include <stdbool.h>
#include <stdint.h>

struct plan {
    bool keep;                          /* clear the map that is there, and use it again ... */
    uint64_t hint;                      /* ... or drop it, and make one for so many records */
};

/*
 * The plan for the next cycle. records has the counts of all cycles so far, the oldest first, and
 * cycles says how many these are. slots is what the present map has; 0: there is none (then one is
 * made, whatever `keep` says).
 */
struct plan right_size(const uint64_t *records, unsigned cycles, uint64_t slots);

#endif
