/* match_control_word.c - the zero-byte test of Mycroft, as in Go's group.go. */
#include "match_control_word.h"

static const uint64_t LOW_BITS = 0x0101010101010101;
static const uint64_t HIGH_BITS = 0x8080808080808080;

/* The XOR turns a lane that holds h2 into 0. Taking 1 from each lane sets the highest bit of a zero
 * lane, by a borrow; `& ~x` drops the lanes that had it before. */
uint64_t match_fingerprint(uint64_t word, uint8_t h2)
{
    uint64_t x = word ^ (LOW_BITS * h2);
    return (x - LOW_BITS) & ~x & HIGH_BITS;
}

/* Empty and deleted differ in bit 1, among others. The shift puts it where bit 7 is. */
uint64_t match_empty(uint64_t word)
{
    return word & ~(word << 6) & HIGH_BITS;
}

uint64_t match_empty_or_deleted(uint64_t word)
{
    return word & HIGH_BITS;
}
