/*
 * wrong-fresh-each-time.c - "the chapter says: a new map for each cycle, for the usual number"
 *
 * The memory comes back after a spike, and every cycle pays for it, with a spike or without.
 */
#include "right_size.h"

struct plan right_size(const uint64_t *records, unsigned cycles, uint64_t slots)
{
    (void)slots;
    return (struct plan){.keep = false, .hint = cycles > 0 ? records[0] : 0};
}
