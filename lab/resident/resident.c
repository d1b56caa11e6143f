/*
 * resident.c - mincore(2), a piece of the range at a time.
 *
 * mincore fills one byte per page. A heap of 16 GiB has four million pages, so the
 * bytes are asked for in pieces that fit on the stack.
 */
#include "resident/resident.h"

#include <sys/mman.h>
#include <unistd.h>

enum { PAGES_AT_ONCE = 4096 };

/* Counts the resident pages of a piece of at most PAGES_AT_ONCE. */
static bool count_pages(char *start, size_t pages, size_t page_bytes, uint64_t *count)
{
    unsigned char in_memory[PAGES_AT_ONCE];
    if (mincore(start, pages * page_bytes, in_memory) != 0)
        return false;
    for (size_t i = 0; i < pages; i++)
        *count += in_memory[i] & 1;     /* the other bits have no meaning yet */
    return true;
}

bool resident_bytes(const void *start, size_t bytes, uint64_t *resident)
{
    size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE);
    size_t pages = bytes / page_bytes + (bytes % page_bytes != 0);
    uint64_t count = 0;
    for (size_t done = 0; done < pages;) {
        size_t piece = pages - done < PAGES_AT_ONCE ? pages - done : PAGES_AT_ONCE;
        char *at = (char *)(uintptr_t)start + done * page_bytes;  /* mincore's type has no const */
        if (!count_pages(at, piece, page_bytes, &count))
            return false;
        done += piece;
    }
    *resident = count * page_bytes;
    return true;
}
