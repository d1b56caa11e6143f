/*
 * hash.h - seeded hashes for the lab's key kinds.
 *
 * Models      what a map asks of Go's own hash: 64 bits, seeded, good at both ends.
 *             Swiss tables take the table from the top bits, the group from the
 *             low ones, and the fingerprint from the lowest seven: a weak end shows.
 * Leaves out  Go's AES instructions. The mixing step is the one that Go falls back
 *             on without them (src/runtime/hash64.go) and that wyhash made known:
 *             multiply to 128 bits, then fold the halves.
 */
#ifndef HASH_H
#define HASH_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Odd constants with half of their bits set, so that no key is multiplied by little. */
static const uint64_t HASH_K0 = 0xA0761D6478BD642Fu;
static const uint64_t HASH_K1 = 0xE7037ED1A0B428DBu;
static const uint64_t HASH_K2 = 0x8EBC6AF09C88C6E3u;

/* A string as Go has it: 16 bytes, which do not own the text. */
struct str {
    const char *bytes;
    uint64_t length;
};

/* A key too large to lie in a slot: over 128 bytes, so maps store a pointer. */
enum { WIDE_KEY_BYTES = 136 };
struct wide_key {
    unsigned char bytes[WIDE_KEY_BYTES];
};

/* Multiplies to 128 bits and folds the halves together: every bit of a and b
 * moves bits at both ends of the result. */
static inline uint64_t hash_mix(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

/* Hashes a number. One mix would leave a run of small keys too evenly spread
 * over the top bits; the second makes them look drawn by chance. */
static inline uint64_t hash_number(uint64_t key, uint64_t seed)
{
    return hash_mix(hash_mix(key ^ HASH_K1, key ^ seed ^ HASH_K0), HASH_K2);
}

/* Hashes `length` bytes, sixteen at a time; the tail is padded with zeros, and
 * the length goes in, so that "a" and "a\0" differ. */
static inline uint64_t hash_bytes(const void *bytes, uint64_t length, uint64_t seed)
{
    const unsigned char *at = bytes;
    uint64_t state = seed ^ HASH_K0;
    for (uint64_t left = length; left > 0;) {
        uint64_t word[2] = {0, 0};
        uint64_t part = left < sizeof word ? left : sizeof word;
        memcpy(word, at, part);
        state = hash_mix(word[0] ^ HASH_K1, word[1] ^ state);
        at += part;
        left -= part;
    }
    return hash_mix(state ^ HASH_K1, length ^ HASH_K2);
}

/* --- The hash and the equality of each key kind, as a map description names them --- */

static inline uint64_t hash_u64(const void *key, uint64_t seed)
{
    uint64_t number;
    memcpy(&number, key, sizeof number);
    return hash_number(number, seed);
}

static inline bool equal_u64(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(uint64_t)) == 0;
}

static inline uint64_t hash_u32(const void *key, uint64_t seed)
{
    uint32_t number;
    memcpy(&number, key, sizeof number);
    return hash_number(number, seed);
}

static inline bool equal_u32(const void *a, const void *b)
{
    return memcmp(a, b, sizeof(uint32_t)) == 0;
}

static inline uint64_t hash_str(const void *key, uint64_t seed)
{
    const struct str *s = key;
    return hash_bytes(s->bytes, s->length, seed);
}

static inline bool equal_str(const void *a, const void *b)
{
    const struct str *s = a, *t = b;
    return s->length == t->length
        && (s->bytes == t->bytes || s->length == 0     /* NULL may be an empty string's text */
            || memcmp(s->bytes, t->bytes, s->length) == 0);
}

static inline uint64_t hash_wide(const void *key, uint64_t seed)
{
    return hash_bytes(key, WIDE_KEY_BYTES, seed);
}

static inline bool equal_wide(const void *a, const void *b)
{
    return memcmp(a, b, WIDE_KEY_BYTES) == 0;
}

/* Floats follow Go: +0 and -0 are equal and hash alike; a NaN equals nothing,
 * itself included, and hashes anew each time, so it is never found again. */
uint64_t hash_f64(const void *key, uint64_t seed);
bool equal_f64(const void *a, const void *b);

#endif
