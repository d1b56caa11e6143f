/*
 * wrong-reads-before-the-first.c - "there is always a last cycle"
 *
 * Not before the first one. Without a sanitizer this reads whatever lies there, and may go well for
 * years.
 */
#include "right_size.h"

struct plan right_size(const uint64_t *records, unsigned cycles, uint64_t slots)
{
    uint64_t last = records[cycles - 1];
    return (struct plan){.keep = slots <= 4 * last, .hint = last};
}
