/*
 * peer_run.h - what a contestant is put through. Results are printed, one a line: a name, a
 * tab, a number (ns per operation, or bytes).
 */
#ifndef PEER_RUN_H
#define PEER_RUN_H

#include <stdint.h>

#include "peers/peer.h"
#include "peers/peer_keys.h"

/* Every operation on a map that grows from nothing, timed as a whole; each timing is made of
 * `repeats` passes. On huge pages also how many bytes of the process lie on such. */
void peer_grown(const struct peer *p, const struct peer_keys *k, uint64_t repeats);

/* A fill of known size, and clear. */
void peer_presized(const struct peer *p, const struct peer_keys *k, uint64_t repeats);

/* A growing fill, each insert timed by itself: the worst, and p99.99. */
void peer_latency(const struct peer *p, const struct peer_keys *k);

/* All keys removed again, each removal timed by itself: the worst, p99.99, and bytes before
 * and after. */
void peer_shrink(const struct peer *p, const struct peer_keys *k);

/*
 * No map: one load from a random line out of `bytes`, chosen by the hash of a key, with
 * nothing to decide afterwards. A miss that reads a line of so many bytes cannot take less.
 */
void peer_touch(const struct peer_keys *k, uint64_t bytes);

#endif
