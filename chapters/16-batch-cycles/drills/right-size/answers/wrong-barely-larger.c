/*
 * wrong-barely-larger.c - "more than a fresh map may have is too large"
 *
 * As the load grows the median lags behind it, and the map that was just right is dropped for one
 * that has to grow.
 */
#include "right_size.h"

enum { LATEST = 5 };                   /* cycles that are looked at */

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
    return (struct plan){.keep = 7 * slots <= 16 * usual, .hint = usual};
}
