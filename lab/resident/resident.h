/*
 * resident.h - what of a mapping is really in memory.
 *
 * Asks the kernel with mincore(2), page by page. A page that was never
 * touched is not resident, however much of it was promised; a page that was
 * only read is, though all such pages share one frame of zeros.
 */
#ifndef RESIDENT_H
#define RESIDENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Puts the resident bytes of [start, start + bytes) into *resident; start lies
 * on a system page. Pages are counted whole: where bytes ends inside a page,
 * all of that page counts, so the sum is a multiple of the page size. Returns false, and
 * leaves *resident alone, if the kernel will not say: start is not on a page,
 * or part of the range is not mapped.
 */
bool resident_bytes(const void *start, size_t bytes, uint64_t *resident);

#endif
