/*
 * ctrl_sse2.h - matching a control word with SSE2, which every x86-64 has.
 *
 * The eight control bytes fill the lower half of a 16-byte register; one
 * instruction compares all bytes, one gathers the sign bits into an integer. A match
 * is packed: bit i stands for slot i. Unlike SWAR's, every match is exact.
 * Source: Go 1.24, the amd64 intrinsics for internal/runtime/maps/group.go.
 */
#ifndef CTRL_SSE2_H
#define CTRL_SSE2_H

#ifdef __SSE2__

#include <emmintrin.h>
#include <stdint.h>

/* The upper half of the register is zero: its lanes are cut off here. */
static inline uint64_t sse2_lanes(__m128i lanes)
{
    return (uint64_t)_mm_movemask_epi8(lanes) & 0xFF;
}

/* The byte is copied to all eight lanes by one multiplication: _mm_set1_epi8 would shuffle it to
 * sixteen, in more steps. */
static inline uint64_t sse2_equal(uint64_t word, uint8_t byte)
{
    __m128i lanes = _mm_cvtsi64_si128((long long)word);
    __m128i wanted = _mm_cvtsi64_si128((long long)(byte * 0x0101010101010101u));
    return sse2_lanes(_mm_cmpeq_epi8(lanes, wanted));
}

/* Lanes that hold h2. */
static inline uint64_t sse2_match_h2(uint64_t word, uint8_t h2)
{
    return sse2_equal(word, h2);
}

/* Empty lanes: those that hold 0x80. */
static inline uint64_t sse2_match_empty(uint64_t word)
{
    return sse2_equal(word, 0x80);
}

/* Lanes that are not full: those whose sign bit is set. */
static inline uint64_t sse2_match_empty_or_deleted(uint64_t word)
{
    return sse2_lanes(_mm_cvtsi64_si128((long long)word));
}

/* Full lanes: the others. */
static inline uint64_t sse2_match_full(uint64_t word)
{
    return sse2_match_empty_or_deleted(word) ^ 0xFF;
}

/* The number of the lowest lane in a match that is not 0. */
static inline unsigned sse2_first(uint64_t match)
{
    return (unsigned)__builtin_ctzll(match);
}

/* The match without the lanes below `lane`. */
static inline uint64_t sse2_remove_below(uint64_t match, unsigned lane)
{
    return match & ~(((uint64_t)1 << lane) - 1);
}

#endif
#endif
