/*
 * right_size.c - what is usual is the median of the last five cycles; a map is kept as long as it
 * is not much larger than that.
 *
 * One spike in five does not move a median, and neither do two. Three cycles of another load do:
 * so long the policy waits before it believes. A kept map costs what it holds too much in each
 * cycle, a new one costs itself. With up to twice the slots of a fresh map, keeping is the
 * cheaper one.
 */
#include "right_size.h"

enum {
    LATEST = 5,                         /* cycles that are looked at */
    MOST_SLOTS_PER_RECORD = 4,          /* a fresh map has up to 16/7, and twice that is kept */
};

static uint64_t median(const uint64_t *counts, unsigned n)
{
    uint64_t sorted[LATEST];
    for (unsigned i = 0; i < n; i++) {
        unsigned j = i;
        for (; j > 0 && sorted[j - 1] > counts[i]; j--)
            sorted[j] = sorted[j - 1];
        sorted[j] = counts[i];
    }
    return sorted[n / 2];
}

struct plan right_size(const uint64_t *records, unsigned cycles, uint64_t slots)
{
    unsigned n = cycles < LATEST ? cycles : LATEST;
    uint64_t usual = n == 0 ? 0 : median(records + cycles - n, n);
    return (struct plan){.keep = slots <= MOST_SLOTS_PER_RECORD * usual, .hint = usual};
}
