/*
 * ctrl_swar.h - matching a control word with plain 64-bit arithmetic.
 *
 * SWAR: SIMD within a register. The word is eight lanes of a byte; a match is
 * a word with 0x80 in each lane that matches and 0 in the others.
 *
 * Source: Go 1.24, internal/runtime/maps/group.go; the zero-byte test is older
 * (Mycroft 1987). The three lanes' states and their bits:
 *
 *              7 6 5 4 3 2 1 0
 *     empty    1 0 0 0 0 0 0 0      0x80
 *     deleted  1 1 1 1 1 1 1 0      0xFE
 *     full     0 h h h h h h h      the key's fingerprint
 */
#ifndef CTRL_SWAR_H
#define CTRL_SWAR_H

#include <stdint.h>

static const uint64_t SWAR_LOW_BITS = 0x0101010101010101u;
static const uint64_t SWAR_HIGH_BITS = 0x8080808080808080u;

/*
 * Lanes that hold h2. The XOR turns those lanes into 0; subtracting 1 from each
 * lane borrows into bit 7 of the zero lanes, and `& ~x` drops lanes that had it
 * set before. A borrow can run on: a lane just above a true match that differs
 * from h2 in bit 0 only is named too. Such a false positive costs one key
 * comparison; it never hides a match, and never names an empty or deleted lane.
 */
static inline uint64_t swar_match_h2(uint64_t word, uint8_t h2)
{
    uint64_t x = word ^ (SWAR_LOW_BITS * h2);
    return ((x - SWAR_LOW_BITS) & ~x) & SWAR_HIGH_BITS;
}

/* Empty lanes: bit 7 set and bit 1 clear. The shift by 6 puts bit 1 where bit 7 is. */
static inline uint64_t swar_match_empty(uint64_t word)
{
    return (word & ~(word << 6)) & SWAR_HIGH_BITS;
}

/* Lanes that are not full: bit 7 is set. */
static inline uint64_t swar_match_empty_or_deleted(uint64_t word)
{
    return word & SWAR_HIGH_BITS;
}

/* Full lanes: bit 7 is clear. */
static inline uint64_t swar_match_full(uint64_t word)
{
    return ~word & SWAR_HIGH_BITS;
}

/* The number of the lowest lane in a match that is not 0. */
static inline unsigned swar_first(uint64_t match)
{
    return (unsigned)__builtin_ctzll(match) >> 3;
}

/* The match without the lanes below `lane`. */
static inline uint64_t swar_remove_below(uint64_t match, unsigned lane)
{
    return match & ~(((uint64_t)1 << (8 * lane)) - 1);
}

#endif
