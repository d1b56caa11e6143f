/*
 * hashbrown_group.h - W control bytes looked at together.
 *
 * W is 16 with SSE2, which every x86-64 has, and 8 where plain 64-bit arithmetic must do
 * (elsewhere, or with -DCTRL_PORTABLE). Sizes of allocations depend on W, as in Rust.
 *
 *              7 6 5 4 3 2 1 0
 *     empty    1 1 1 1 1 1 1 1      0xFF
 *     deleted  1 0 0 0 0 0 0 0      0x80
 *     full     0 h h h h h h h      the tag: the top 7 bits of the key's hash
 *
 * (Go's bytes are the other way round: empty 0x80, deleted 0xFE.)
 *
 * A match is an opaque set of slots, as in map/ctrl.h: take the first, remove the first,
 * until it is 0. The portable match_tag may also name a slot that does not match, so a caller
 * always compares keys; all other matches are exact.
 *
 * Source: hashbrown 0.17, src/control/{tag.rs,bitmask.rs,group/sse2.rs,group/generic.rs}.
 */
#ifndef HASHBROWN_GROUP_H
#define HASHBROWN_GROUP_H

#include <stdint.h>
#include <string.h>

enum { HASHBROWN_EMPTY = 0xFF, HASHBROWN_DELETED = 0x80 };

/* --- A hash in two parts --- */

/* The top 7 bits. The low bits choose the slot where the search starts, so that the two are
 * independent as long as a table has fewer than 2^57 slots. */
static inline uint8_t hashbrown_tag(uint64_t hash)
{
    return (uint8_t)(hash >> 57);
}

#if defined(__SSE2__) && !defined(CTRL_PORTABLE)

/* --- Sixteen at a time --- */

#include <emmintrin.h>

#define HASHBROWN_GROUP_IS_16 1
enum { HASHBROWN_WIDTH = 16 };

struct hashbrown_group {
    __m128i lanes;
};

static inline struct hashbrown_group hashbrown_group_load(const unsigned char *ctrl)
{
    return (struct hashbrown_group){_mm_loadu_si128((const __m128i *)(const void *)ctrl)};
}

static inline void hashbrown_group_store(unsigned char *ctrl, struct hashbrown_group group)
{
    _mm_storeu_si128((__m128i *)(void *)ctrl, group.lanes);
}

/* The sign bit of every lane, gathered: bit i stands for slot i. */
static inline uint64_t hashbrown_gather(__m128i lanes)
{
    return (uint64_t)(unsigned)_mm_movemask_epi8(lanes);
}

static inline uint64_t hashbrown_match_tag(struct hashbrown_group group, uint8_t tag)
{
    return hashbrown_gather(_mm_cmpeq_epi8(group.lanes, _mm_set1_epi8((char)tag)));
}

static inline uint64_t hashbrown_match_empty(struct hashbrown_group group)
{
    return hashbrown_match_tag(group, HASHBROWN_EMPTY);
}

static inline uint64_t hashbrown_match_empty_or_deleted(struct hashbrown_group group)
{
    return hashbrown_gather(group.lanes);
}

static inline uint64_t hashbrown_match_full(struct hashbrown_group group)
{
    return hashbrown_gather(group.lanes) ^ 0xFFFF;
}

/* The number of the lowest slot in a match that is not 0. */
static inline uint64_t hashbrown_first(uint64_t match)
{
    return (uint64_t)__builtin_ctz((unsigned)match);
}

/* How many slots at the low end are not in the match; 16: it is 0. */
static inline unsigned hashbrown_below(uint64_t match)
{
    return (unsigned)__builtin_ctz((unsigned)match | 0x10000);
}

/* How many slots at the high end are not in the match; 16: it is 0. */
static inline unsigned hashbrown_above(uint64_t match)
{
    return (unsigned)__builtin_clz((unsigned)match << 16 | 0x8000);
}

/* Full becomes deleted, everything else empty: a lane below zero gives all ones, any other
 * zero, and bit 7 is set in both. */
static inline struct hashbrown_group hashbrown_full_to_deleted(struct hashbrown_group group)
{
    __m128i special = _mm_cmpgt_epi8(_mm_setzero_si128(), group.lanes);
    return (struct hashbrown_group){_mm_or_si128(special, _mm_set1_epi8((char)0x80))};
}

#else

/* --- Eight at a time --- */

#define HASHBROWN_GROUP_IS_16 0
enum { HASHBROWN_WIDTH = 8 };

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "slot i must be byte i of the word");

/* The word is eight lanes of a byte; a match has 0x80 in each lane that matches. */
struct hashbrown_group {
    uint64_t lanes;
};

static const uint64_t HASHBROWN_LOW_BITS = 0x0101010101010101u;
static const uint64_t HASHBROWN_HIGH_BITS = 0x8080808080808080u;

static inline struct hashbrown_group hashbrown_group_load(const unsigned char *ctrl)
{
    struct hashbrown_group group;
    memcpy(&group.lanes, ctrl, sizeof group.lanes);
    return group;
}

static inline void hashbrown_group_store(unsigned char *ctrl, struct hashbrown_group group)
{
    memcpy(ctrl, &group.lanes, sizeof group.lanes);
}

/*
 * The XOR turns lanes that hold the tag into 0; subtracting 1 from each lane borrows into
 * bit 7 of those, and `& ~x` drops lanes that had it set before. The borrow may run on into
 * the lane above a match and name it too, if it differs from the tag in bit 0 only.
 */
static inline uint64_t hashbrown_match_tag(struct hashbrown_group group, uint8_t tag)
{
    uint64_t x = group.lanes ^ (HASHBROWN_LOW_BITS * tag);
    return (x - HASHBROWN_LOW_BITS) & ~x & HASHBROWN_HIGH_BITS;
}

/* Bits 7 and 6 set: the shift puts bit 6 where bit 7 is. */
static inline uint64_t hashbrown_match_empty(struct hashbrown_group group)
{
    return group.lanes & (group.lanes << 1) & HASHBROWN_HIGH_BITS;
}

static inline uint64_t hashbrown_match_empty_or_deleted(struct hashbrown_group group)
{
    return group.lanes & HASHBROWN_HIGH_BITS;
}

static inline uint64_t hashbrown_match_full(struct hashbrown_group group)
{
    return ~group.lanes & HASHBROWN_HIGH_BITS;
}

/* The number of the lowest slot in a match that is not 0. */
static inline uint64_t hashbrown_first(uint64_t match)
{
    return (uint64_t)__builtin_ctzll(match) / 8;
}

/* How many slots at the low end are not in the match; 8: it is 0. */
static inline unsigned hashbrown_below(uint64_t match)
{
    return match == 0 ? 8 : (unsigned)__builtin_ctzll(match) / 8;
}

/* How many slots at the high end are not in the match; 8: it is 0. */
static inline unsigned hashbrown_above(uint64_t match)
{
    return match == 0 ? 8 : (unsigned)__builtin_clzll(match) / 8;
}

/* Full becomes deleted, everything else empty: ~0x80 + 1 = 0x80 in a full lane,
 * ~0x00 + 0 = 0xFF in any other; no lane carries into the next. */
static inline struct hashbrown_group hashbrown_full_to_deleted(struct hashbrown_group group)
{
    uint64_t full = hashbrown_match_full(group);
    return (struct hashbrown_group){~full + (full >> 7)};
}

#endif

/* The match without its lowest slot. */
static inline uint64_t hashbrown_remove_first(uint64_t match)
{
    return match & (match - 1);
}

#endif
