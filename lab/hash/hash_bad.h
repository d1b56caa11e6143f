/*
 * hash_bad.h - hashes that are wrong on purpose, each in one way.
 *
 * A map must stay correct under every one of them; only its speed may suffer.
 * All of them read 8-byte keys.
 */
#ifndef HASH_BAD_H
#define HASH_BAD_H

#include "hash/hash.h"

/* Every key the same: one table, one group, one fingerprint. */
static inline uint64_t hash_zero(const void *key, uint64_t seed)
{
    (void)key, (void)seed;
    return 0;
}

static inline uint64_t hash_ones(const void *key, uint64_t seed)
{
    (void)key, (void)seed;
    return ~(uint64_t)0;
}

/* Only the fingerprint varies: every key starts in the same group. */
static inline uint64_t hash_low7(const void *key, uint64_t seed)
{
    return hash_u64(key, seed) & 0x7F;
}

/* Only the top varies: tables differ; group and fingerprint do not. */
static inline uint64_t hash_high(const void *key, uint64_t seed)
{
    return hash_u64(key, seed) & ~(uint64_t)0 << 48;
}

/* The key itself: fine at the low end, empty at the top. */
static inline uint64_t hash_identity(const void *key, uint64_t seed)
{
    (void)seed;
    uint64_t number;
    memcpy(&number, key, sizeof number);
    return number;
}

#endif
