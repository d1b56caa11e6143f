/* match_control_word.c - yours to write; match_control_word.h says what each function answers. */
#include "match_control_word.h"

uint64_t match_fingerprint(uint64_t word, uint8_t h2)
{
    return word ^ h2;
}

uint64_t match_empty(uint64_t word)
{
    return ~word;
}

uint64_t match_empty_or_deleted(uint64_t word)
{
    return ~word;
}
