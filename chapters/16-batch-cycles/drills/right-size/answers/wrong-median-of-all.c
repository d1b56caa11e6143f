/*
 * wrong-median-of-all.c - "the more I know the better"
 *
 * What is usual may change. The median of all cycles follows when the new load is older than
 * the old one was.
 */
#include "right_size.h"

/* How many of the counts are smaller. */
static unsigned rank(const uint64_t *records, unsigned cycles, uint64_t count)
{
    unsigned smaller = 0;
    for (unsigned i = 0; i < cycles; i++)
        smaller += records[i] < count;
    return smaller;
}

struct plan right_size(const uint64_t *records, unsigned cycles, uint64_t slots)
{
    uint64_t usual = 0;
    for (unsigned i = 0; i < cycles; i++)
        if (rank(records, cycles, records[i]) <= cycles / 2 && records[i] > usual)
            usual = records[i];
    return (struct plan){.keep = slots <= 4 * usual, .hint = usual};
}
