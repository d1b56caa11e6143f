/*
 * wrong-running-maximum.c - "so that it never grows"
 *
 * A hint costs what it promises: after the catch-up each map is made for the next one.
 */
#include "right_size.h"

struct plan right_size(const uint64_t *records, unsigned cycles, uint64_t slots)
{
    uint64_t most = 0;
    for (unsigned i = 0; i < cycles; i++)
        if (records[i] > most)
            most = records[i];
    return (struct plan){.keep = slots >= most, .hint = most};
}
