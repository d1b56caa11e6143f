/*
 * peer_hash.h - the lab's hash of a number, for C and C++ alike.
 *
 * hash/hash.h is C; this is its hash_number, word for word. peers.c compares the two on
 * start, so they cannot drift apart.
 */
#ifndef PEER_HASH_H
#define PEER_HASH_H

#include <stdint.h>

#include "peers/peer.h"

static inline uint64_t peer_mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t peer_hash(uint64_t key)
{
    return peer_mix(peer_mix(key ^ 0xE7037ED1A0B428DBu, key ^ PEER_SEED ^ 0xA0761D6478BD642Fu),
                    0x8EBC6AF09C88C6E3u);
}

#endif
