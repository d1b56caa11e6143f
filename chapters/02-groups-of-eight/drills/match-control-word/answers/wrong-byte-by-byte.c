/* Right, and no faster than one slot after the other. */
#include "match_control_word.h"

static const uint64_t HIGH_BITS = 0x8080808080808080;

uint64_t match_fingerprint(uint64_t word, uint8_t h2)
{
    uint64_t named = 0;
    for (unsigned slot = 0; slot < 8; slot++)
        if ((uint8_t)(word >> (8 * slot)) == h2)
            named |= (uint64_t)0x80 << (8 * slot);
    return named;
}

uint64_t match_empty(uint64_t word)
{
    return word & ~(word << 6) & HIGH_BITS;
}

uint64_t match_empty_or_deleted(uint64_t word)
{
    return word & HIGH_BITS;
}
