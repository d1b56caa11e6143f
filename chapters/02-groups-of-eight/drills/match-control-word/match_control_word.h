/*
 * match_control_word.h - three questions to the eight control bytes of a group.
 *
 * The bytes are one word. Slot 0's is the lowest byte, slot 7's the highest:
 *
 *     empty    1 0 0 0 0 0 0 0      0x80
 *     deleted  1 1 1 1 1 1 1 0      0xFE
 *     full     0 h h h h h h h      the fingerprint of the slot's key, h2
 *
 * An answer is a word too: 0x80 in the byte of each slot that it names, 0 in all others.
 */
#ifndef MATCH_CONTROL_WORD_H
#define MATCH_CONTROL_WORD_H

#include <stdint.h>

/*
 * The slots whose byte is h2 (0 to 0x7F). All of them must be named. A slot may be named in vain
 * if its byte is h2 with the lowest bit flipped, and the slot right below it is named as well:
 * the table compares keys anyway. No other slot may.
 */
uint64_t match_fingerprint(uint64_t word, uint8_t h2);

/* The empty slots, exactly. */
uint64_t match_empty(uint64_t word);

/* The slots that are not full, exactly. */
uint64_t match_empty_or_deleted(uint64_t word);

#endif
