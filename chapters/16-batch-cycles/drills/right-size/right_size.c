/*
 * right_size.c - yours: which map for the next cycle? right_size.h says what is asked.
 */
#include "right_size.h"

/* Plays safe: a new map for many records, every time. */
struct plan right_size(const uint64_t *records, unsigned cycles, uint64_t slots)
{
    (void)records;
    (void)cycles;
    (void)slots;
    return (struct plan){.keep = false, .hint = 50000};
}
