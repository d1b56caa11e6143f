/*
 * random.h - the lab's one source of chance, seeded and repeatable.
 *
 * Go's runtime draws from ChaCha8 for each thread. A chapter must print the
 * same thing on every run, so each user here owns a stream and its seed:
 * SplitMix64 (Steele, Lea, Flood 2014), one addition and three mixing steps.
 */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state;
};

/* The next 64 bits of the stream. Every value comes once in 2^64 draws. */
static inline uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

/* A number from 0 to bound - 1; bound > 0. Lemire's multiplication, whose
 * bias is below bound / 2^64: nothing a chapter could see. */
static inline uint64_t random_below(struct random *random, uint64_t bound)
{
    return (uint64_t)(((unsigned __int128)random_next(random) * bound) >> 64);
}

#endif
