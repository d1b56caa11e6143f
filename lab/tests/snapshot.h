/*
 * snapshot.h - every byte that a Swiss map consists of, copied, so that two moments compare.
 *
 * "The map is exactly as before" is easy to say. A snapshot holds the map variable with
 * its events and its stream of chance, the header, the directory, the tables, their groups, what
 * lies outside the slots, the running iterators with the replaced tables on which they
 * stand, and the heap's account of what lives.
 */
#ifndef SNAPSHOT_H
#define SNAPSHOT_H

#include "swiss/swiss.h"

struct snapshot {
    char *bytes;
    size_t size;
};

/* Takes one of m, whose description is mt. snapshot_free gives it back. */
struct snapshot snapshot_take(const struct map_type *mt, const struct swiss *m);
void snapshot_free(struct snapshot *snapshot);

/* Is m, byte for byte, what it was when the snapshot was taken? */
bool snapshot_holds(const struct snapshot *snapshot, const struct map_type *mt,
                    const struct swiss *m);

#endif
