/*
 * peer_keys.h - the keys of a run, the same in every language.
 *
 * Key i is the i-th number of the lab's stream of chance (hash/random.h) from state
 * PEER_SEED: no two are equal. Looked up and deleted are `count` of them in a shuffled order;
 * missed are the numbers that come after the last key.
 */
#ifndef PEER_KEYS_H
#define PEER_KEYS_H

#include <stdint.h>

struct peer_keys {
    uint64_t keys, picks;           /* how many there are, how many are picked */
    uint64_t *key;                  /* in order of insertion */
    uint64_t *picked;               /* of them, in a shuffled order */
    uint64_t *missing;              /* as many, of which the map has none */
    uint64_t sum_of_all, sum_of_picked;     /* of their values */
};

/* Makes the keys of a run, or returns those made last if they are the same ones. */
const struct peer_keys *peer_keys(uint64_t keys, uint64_t picks);

#endif
