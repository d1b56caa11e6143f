/* The belief: what is not full is empty. */
#include "match_control_word.h"

static const uint64_t LOW_BITS = 0x0101010101010101;
static const uint64_t HIGH_BITS = 0x8080808080808080;

uint64_t match_fingerprint(uint64_t word, uint8_t h2)
{
    uint64_t x = word ^ (LOW_BITS * h2);
    return (x - LOW_BITS) & ~x & HIGH_BITS;
}

uint64_t match_empty(uint64_t word)
{
    return word & HIGH_BITS;
}

uint64_t match_empty_or_deleted(uint64_t word)
{
    return word & HIGH_BITS;
}
