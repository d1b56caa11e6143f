/*
 * page_alloc.h - which pages are in a span, which are idle.
 *
 * Models      Go 1.24, src/runtime/mpagealloc.go, mheap.go (grow, allocNeedsZero)
 *             and mgcscavenge.go (scavChunkData): a bit for each page, a
 *             summary for each chunk.
 * Leaves out  the four levels of summaries above the chunks (a heap of 1 GiB
 *             has 256 chunks, which are quickly walked), the page cache of
 *             each processor.
 *
 * Words       page      8 KiB; its number counts from the arena's start
 *             chunk     512 pages, 4 MiB: the step in which HeapSys grows
 *             run       neighbouring free pages
 *             summary   of a chunk: the free run at its start, its longest,
 *                       the free run at its end, in pages
 *             fresh     a page that was never in a span: it reads as zero
 *             released  an idle page without memory behind it: given back to
 *                       the system, or never yet touched
 *             dense     a chunk with 496 of its 512 pages in use, at least
 *
 * A run may cross chunks. The summaries tell, without a look at the bits:
 *
 *        chunk 0              chunk 1              chunk 2
 *     |##..####.....|      |.............|      |...##.....###|
 *      start 0              start all            start 3
 *      longest 5            longest all          longest 5
 *      end 5                end all              end 0
 *               \__________ one run: 5 + all + 3 __/
 *
 * Pages are taken from the lowest address where they fit. Freed neighbours
 * need no merging: zero bits beside zero bits are one run already. And what is
 * fresh is always the top of the heap: the last free run reaches down to the
 * last used page, so nothing fresh is ever skipped. One mark tells where it
 * begins. (Go takes pages for many threads at once and keeps a mark for each
 * arena of 64 MiB, zeroedBase.)
 *
 * Rules       P1  The summary of a chunk says what its bits say.
 *             P2  No chunk before `first_chunk` has a free page.
 */
#ifndef PAGE_ALLOC_H
#define PAGE_ALLOC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap/heap.h"
#include "heap/reserve.h"

enum {
    PAGE_ALLOC_CHUNK_PAGES = 512,
    PAGE_ALLOC_CHUNK_BYTES = PAGE_ALLOC_CHUNK_PAGES * HEAP_PAGE_BYTES,
    PAGE_ALLOC_CHUNK_WORDS = PAGE_ALLOC_CHUNK_PAGES / 64,
};

struct page_summary {
    uint16_t start;
    uint16_t longest;
    uint16_t end;
};

/* How full a chunk was before this cycle, for the scavenger. */
struct page_density {
    uint32_t cycle;                 /* in which a page of it was last taken or given */
    uint32_t used_before;           /* pages that were in use when that cycle began */
};

struct page_alloc {
    struct reserve *arena;
    size_t chunk_count;             /* chunks mapped: HeapSys */
    size_t chunk_limit;             /* chunks reserved */
    size_t first_chunk;             /* where the search starts */
    size_t released_pages;          /* set bits in released */
    uint64_t *used;                 /* a bit for each page: it is in a span */
    uint64_t *released;             /* a bit for each page; none of a used page */
    struct page_summary *summaries; /* one for each chunk */
    struct page_density *densities; /* one for each chunk */
    uint32_t cycle;                 /* collections so far */
    size_t fresh_from;              /* the first fresh page; it never falls */
};

/* What page_alloc_init carves: bytes for each chunk, in so many pieces. */
enum {
    PAGE_ALLOC_META_BYTES = 2 * PAGE_ALLOC_CHUNK_PAGES / 8 + sizeof(struct page_summary) +
                            sizeof(struct page_density),
    PAGE_ALLOC_META_PIECES = 4,
};

/* Manages the chunks of `arena`; its tables are carved from `meta`, which is zeroed. */
void page_alloc_init(struct page_alloc *a, struct reserve *arena, struct reserve *meta);

/*
 * Takes `count` neighbouring pages, the first in *page; maps more chunks if
 * there is no such run. Returns false, with nothing changed, if they do not
 * fit into the reserve.
 */
bool page_alloc_take(struct page_alloc *a, size_t count, size_t *page);

/* Makes pages idle again. */
void page_alloc_give(struct page_alloc *a, size_t page, size_t count);

/*
 * Tells whether pages just taken may hold old bytes, and moves the mark behind
 * them. The mark never moves back, not even for pages that were released since
 * and that the system would hand out zeroed: so Go does.
 */
bool page_alloc_claim(struct page_alloc *a, size_t page, size_t count);

/* Which chunks page_alloc_scavenge takes pages from. */
enum page_alloc_choice {
    PAGE_ALLOC_ANY,
    PAGE_ALLOC_NOT_DENSE,           /* not from one dense now; nor, if pages of it came or went
                                       in this cycle, from one dense before it: such a
                                       chunk will probably fill again */
};

/*
 * Gives up to most_pages idle pages back to the system, the highest first; they
 * are released, and read as zero. Returns how many. A run that the system
 * refuses (locked memory) is passed over.
 */
size_t page_alloc_scavenge(struct page_alloc *a, size_t most_pages, enum page_alloc_choice choice);

/* A collection is about to sweep: a new cycle begins, by which density is judged. */
void page_alloc_next_cycle(struct page_alloc *a);

/* The summary of a chunk, from its bits. */
struct page_summary page_alloc_summarize(const struct page_alloc *a, size_t chunk);

static inline bool page_alloc_is_used(const struct page_alloc *a, size_t page)
{
    return a->used[page / 64] >> (page % 64) & 1;
}

static inline bool page_alloc_is_released(const struct page_alloc *a, size_t page)
{
    return a->released[page / 64] >> (page % 64) & 1;
}

#endif
