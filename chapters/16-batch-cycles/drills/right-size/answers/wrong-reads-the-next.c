/*
 * wrong-reads-the-next.c - "the last of them is at `cycles`"
 *
 * That would be the cycle to come. Without a sanitizer this reads whatever lies behind the
 * counts, and may go well for years.
 */
#include "right_size.h"

struct plan right_size(const uint64_t *records, unsigned cycles, uint64_t slots)
{
    uint64_t last = records[cycles];
    return (struct plan){.keep = slots <= 4 * last, .hint = last};
}
