/*
 * heap_check_zero.c - whether memory that counts as zero reads as zero: H5, H11.
 *
 * To read a page that nobody touched would make it resident, and the checker must not
 * change what it checks. So the kernel is asked first (mincore): a page that is not
 * in memory reads as zero by nature, and only the others are read.
 */
#include <assert.h>
#include <string.h>
#include <sys/mman.h>

#include "heap/heap_check.h"

enum { SYSTEM_PAGE_BYTES = 4096, SPAN_MOST_PAGES = 10 };
enum { SYSTEM_PAGES = HEAP_PAGE_BYTES / SYSTEM_PAGE_BYTES };    /* in one of ours */

/* Reads slots that are poisoned on purpose, so AddressSanitizer must look away. */
__attribute__((no_sanitize("address"))) static bool reads_as_zero(const char *p, size_t bytes)
{
    const uint64_t *words = (const uint64_t *)(const void *)p;
    for (size_t i = 0; i < bytes / sizeof *words; i++)
        if (words[i] != 0)
            return false;
    return true;
}

/* Whether a free slot reads as zero. Pages that nobody touched do by nature; to
 * read them would make them resident. */
static bool slot_is_zero(const struct span *s, unsigned slot, const unsigned char *resident)
{
    size_t from = slot * s->slot_bytes, end = from + s->slot_bytes, to;
    for (; from < end; from = to) {
        to = (from / SYSTEM_PAGE_BYTES + 1) * SYSTEM_PAGE_BYTES;
        if (to > end)
            to = end;
        if ((resident[from / SYSTEM_PAGE_BYTES] & 1) && !reads_as_zero(s->start + from, to - from))
            return false;
    }
    return true;
}

const char *check_span_zero(const struct heap *h, const struct span *s)
{
    unsigned char resident[SPAN_MOST_PAGES * HEAP_PAGE_BYTES / SYSTEM_PAGE_BYTES];
    if (s->page + s->page_count > h->pages.fresh_from)
        return broken("H5: the span at page %u counts as fresh", s->page);
    if (s->needzero || !span_has_room(s))
        return NULL;
    assert(s->page_count <= SPAN_MOST_PAGES);
    if (mincore(s->start, s->page_count * HEAP_PAGE_BYTES, resident) != 0)
        memset(resident, 1, sizeof resident);
    for (unsigned slot = 0; slot < s->slot_count; slot++)
        if (span_is_free(s, slot) && !slot_is_zero(s, slot, resident))
            return broken("H5: free slot %u of the fresh span at page %u is not zero", slot,
                          s->page);
    return NULL;
}

/* --- Released pages ------------------------------------------------------- */

/* Whether the pages [from, to), at most a chunk of them, read as zero. */
static bool pages_are_zero(const char *arena, size_t from, size_t to)
{
    unsigned char resident[PAGE_ALLOC_CHUNK_PAGES * SYSTEM_PAGES];
    char *start = (char *)(uintptr_t)arena + from * HEAP_PAGE_BYTES;
    if (mincore(start, (to - from) * HEAP_PAGE_BYTES, resident) != 0)
        memset(resident, 1, sizeof resident);
    for (size_t i = 0; i < (to - from) * SYSTEM_PAGES; i++)
        if ((resident[i] & 1) && !reads_as_zero(start + i * SYSTEM_PAGE_BYTES, SYSTEM_PAGE_BYTES))
            return false;
    return true;
}

const char *check_released_zero(const struct heap *h)
{
    size_t end = h->pages.chunk_count * PAGE_ALLOC_CHUNK_PAGES;
    for (size_t from = 0, to; from < end; from = to) {
        to = from + 1;
        if (!page_alloc_is_released(&h->pages, from))
            continue;
        while (to % PAGE_ALLOC_CHUNK_PAGES != 0 && page_alloc_is_released(&h->pages, to))
            to++;
        if (!pages_are_zero(h->arena.start, from, to))
            return broken("H11: released pages %zu to %zu do not read as zero", from, to - 1);
    }
    return NULL;
}
