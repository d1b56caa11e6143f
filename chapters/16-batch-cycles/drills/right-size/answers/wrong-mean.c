/*
 * wrong-mean.c - "on the average"
 *
 * One spike in five cycles more than doubles their mean, and for five cycles the map is as much
 * too large.
 */
#include "right_size.h"

enum { LATEST = 5 };

struct plan right_size(const uint64_t *records, unsigned cycles, uint64_t slots)
{
    unsigned n = cycles < LATEST ? cycles : LATEST;
    uint64_t sum = 0;
    for (unsigned i = cycles - n; i < cycles; i++)
        sum += records[i];
    uint64_t usual = n == 0 ? 0 : sum / n;
    return (struct plan){.keep = slots <= 4 * usual, .hint = usual};
}
