/*
 * ctrl.h - the control word of a group: one byte for each of its eight slots.
 *
 * A byte says empty, deleted, or full with the low 7 bits of the key's hash (h2,
 * the fingerprint). One operation on the word asks a question of all eight slots.
 * The answer, a match, is an opaque set of slots: take the first, remove the
 * first, until it is 0.
 *
 * Two implementations stand behind this interface: SSE2 where the compiler has
 * it, plain 64-bit arithmetic elsewhere or with -DCTRL_PORTABLE. They differ in
 * one thing: match_h2 of the portable one may also name a slot that does not match
 * (ctrl_swar.h says when), so a caller always compares keys.
 *
 * Slot i's byte is byte i in memory: the word is little-endian.
 */
#ifndef CTRL_H
#define CTRL_H

#include <stdint.h>
#include <string.h>

#include "map/ctrl_sse2.h"
#include "map/ctrl_swar.h"

_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "slot i must be byte i of the word");

#if defined(__SSE2__) && !defined(CTRL_PORTABLE)
#define CTRL_IMPLEMENTATION "sse2"
#define CTRL_CALL(name) sse2_##name
#else
#define CTRL_IMPLEMENTATION "swar"
#define CTRL_CALL(name) swar_##name
#endif

enum {
    CTRL_EMPTY = 0x80,
    CTRL_DELETED = 0xFE,
    CTRL_SLOTS = 8,                     /* slots of a group */
};

/* A word whose eight slots are empty. */
static const uint64_t CTRL_ALL_EMPTY = 0x8080808080808080u;

/* --- A hash in two parts --- */

/* The lower 7 bits: the fingerprint in the control byte. */
static inline uint8_t hash_h2(uint64_t hash)
{
    return hash & 0x7F;
}

/* The upper 57 bits: where the search starts. */
static inline uint64_t hash_h1(uint64_t hash)
{
    return hash >> 7;
}

/* --- The word and its bytes in memory --- */

static inline uint64_t ctrl_load(const unsigned char *group)
{
    uint64_t word;
    memcpy(&word, group, sizeof word);
    return word;
}

static inline void ctrl_store(unsigned char *group, uint64_t word)
{
    memcpy(group, &word, sizeof word);
}

/* --- Questions to all eight slots --- */

static inline uint64_t ctrl_match_h2(uint64_t word, uint8_t h2)
{
    return CTRL_CALL(match_h2)(word, h2);
}

static inline uint64_t ctrl_match_empty(uint64_t word)
{
    return CTRL_CALL(match_empty)(word);
}

static inline uint64_t ctrl_match_empty_or_deleted(uint64_t word)
{
    return CTRL_CALL(match_empty_or_deleted)(word);
}

static inline uint64_t ctrl_match_full(uint64_t word)
{
    return CTRL_CALL(match_full)(word);
}

/* --- Walking a match --- */

/* The lowest slot in a match that is not 0. */
static inline unsigned ctrl_first(uint64_t match)
{
    return CTRL_CALL(first)(match);
}

/* The match without its lowest slot: clearing the lowest set bit does it in both forms. */
static inline uint64_t ctrl_remove_first(uint64_t match)
{
    return match & (match - 1);
}

/* The match without the slots below `slot` (0 to 7). */
static inline uint64_t ctrl_remove_below(uint64_t match, unsigned slot)
{
    return CTRL_CALL(remove_below)(match, slot);
}

#endif
