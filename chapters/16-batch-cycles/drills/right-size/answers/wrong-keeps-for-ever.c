/*
 * wrong-keeps-for-ever.c - "clear allocates nothing"
 *
 * So it does, and in a steady service nothing is better. But one catch-up is for ever.
 */
#include "right_size.h"

struct plan right_size(const uint64_t *records, unsigned cycles, uint64_t slots)
{
    (void)records;
    (void)cycles;
    (void)slots;
    return (struct plan){.keep = true};
}
