#include "heap/page_alloc.h"

#include <assert.h>

#include "heap/poison.h"

enum { DENSE_PAGES = 496 };             /* 96.875 % of a chunk */

/* --- Ranges of bits ------------------------------------------------------ */

/* The bits of word `word` that belong to pages [from, to). */
static uint64_t word_mask(size_t word, size_t from, size_t to)
{
    uint64_t mask = ~UINT64_C(0);
    if (word == from / 64)
        mask &= ~UINT64_C(0) << (from % 64);
    if (word == (to - 1) / 64)
        mask &= ~UINT64_C(0) >> (63 - (to - 1) % 64);
    return mask;
}

static void set_bits(uint64_t *words, size_t from, size_t to)
{
    for (size_t w = from / 64; w <= (to - 1) / 64; w++)
        words[w] |= word_mask(w, from, to);
}

/* Clears [from, to) and returns how many of the bits were set. */
static size_t clear_bits(uint64_t *words, size_t from, size_t to)
{
    size_t cleared = 0;
    for (size_t w = from / 64; w <= (to - 1) / 64; w++) {
        uint64_t mask = word_mask(w, from, to);
        cleared += (size_t)__builtin_popcountll(words[w] & mask);
        words[w] &= ~mask;
    }
    return cleared;
}

/* --- Summaries ----------------------------------------------------------- */

/*
 * The longest run of set bits. Each round shortens every run by one at its
 * upper end, so the last to vanish tells its length:
 *     0111 0110  ->  0011 0010  ->  0001 0000  ->  0    three rounds, 3
 */
static unsigned longest_run(uint64_t bits)
{
    unsigned length = 0;
    for (; bits != 0; bits &= bits >> 1)
        length++;
    return length;
}

static unsigned max(unsigned a, unsigned b)
{
    return a > b ? a : b;
}

struct page_summary page_alloc_summarize(const struct page_alloc *a, size_t chunk)
{
    const uint64_t *used = a->used + chunk * PAGE_ALLOC_CHUNK_WORDS;
    unsigned start = PAGE_ALLOC_CHUNK_PAGES, longest = 0;
    unsigned run = 0;                           /* the free run that reaches this word */
    for (unsigned w = 0; w < PAGE_ALLOC_CHUNK_WORDS; w++) {
        if (used[w] == 0) {
            run += 64;
            continue;
        }
        unsigned low = (unsigned)__builtin_ctzll(used[w]);
        unsigned high = (unsigned)__builtin_clzll(used[w]);
        run += low;
        if (start == PAGE_ALLOC_CHUNK_PAGES)
            start = run;                        /* the first used page ends it */
        longest = max(longest, run);
        if (64 - low - high > longest)          /* else too little room between its ends */
            longest = max(longest, longest_run(~used[w]));
        run = high;
    }
    longest = max(longest, run);
    return (struct page_summary){(uint16_t)start, (uint16_t)longest, (uint16_t)run};
}

/* Brings the summaries of the chunks of pages [from, to) up to date. */
static void summarize_range(struct page_alloc *a, size_t from, size_t to)
{
    for (size_t c = from / PAGE_ALLOC_CHUNK_PAGES; c <= (to - 1) / PAGE_ALLOC_CHUNK_PAGES; c++)
        a->summaries[c] = page_alloc_summarize(a, c);
}

/* --- Density --------------------------------------------------------------- */

static uint32_t used_pages(const struct page_alloc *a, size_t chunk)
{
    const uint64_t *used = a->used + chunk * PAGE_ALLOC_CHUNK_WORDS;
    unsigned count = 0;
    for (unsigned w = 0; w < PAGE_ALLOC_CHUNK_WORDS; w++)
        count += (unsigned)__builtin_popcountll(used[w]);
    return count;
}

/* Before the first change of a cycle: remembers how full the chunks of [from, to) were. */
static void note_density(struct page_alloc *a, size_t from, size_t to)
{
    for (size_t c = from / PAGE_ALLOC_CHUNK_PAGES; c <= (to - 1) / PAGE_ALLOC_CHUNK_PAGES; c++)
        if (a->densities[c].cycle != a->cycle)
            a->densities[c] = (struct page_density){a->cycle, used_pages(a, c)};
}

/* --- Find and take ------------------------------------------------------- */

/* The first page from `page` on, before `end`, that is used or is not; end if none is. */
static size_t next_page(const uint64_t *used, size_t page, size_t end, bool want)
{
    while (page < end) {
        uint64_t word = want ? used[page / 64] : ~used[page / 64];
        word &= ~UINT64_C(0) << (page % 64);
        if (word != 0) {
            page = page / 64 * 64 + (size_t)__builtin_ctzll(word);
            return page < end ? page : end;
        }
        page = (page / 64 + 1) * 64;
    }
    return end;
}

/* The first run of count pages inside a chunk; its summary says there is one. */
static size_t find_in_chunk(const struct page_alloc *a, size_t chunk, size_t count)
{
    size_t page = chunk * PAGE_ALLOC_CHUNK_PAGES;
    size_t end = page + PAGE_ALLOC_CHUNK_PAGES;
    for (;;) {
        size_t from = next_page(a->used, page, end, false);
        page = next_page(a->used, from, end, true);
        assert(from < end);
        if (page - from >= count)
            return from;
    }
}

/*
 * The lowest run of count pages. `before` is the free run that ends where the
 * chunk starts; together with the chunk's first free run it may do, and it lies
 * lower than any run inside the chunk.
 */
static bool find(const struct page_alloc *a, size_t count, size_t *page)
{
    size_t before = 0;
    for (size_t c = a->first_chunk; c < a->chunk_count; c++) {
        struct page_summary summary = a->summaries[c];
        if (before + summary.start >= count) {
            *page = c * PAGE_ALLOC_CHUNK_PAGES - before;
            return true;
        }
        if (summary.longest >= count) {
            *page = find_in_chunk(a, c, count);
            return true;
        }
        bool all_free = summary.start == PAGE_ALLOC_CHUNK_PAGES;
        before = all_free ? before + PAGE_ALLOC_CHUNK_PAGES : summary.end;
    }
    return false;
}

/*
 * Maps chunks for count pages. Like Go it asks for all of them, though a free
 * run may lead up to the new ones. What is new is idle, and released: it has
 * never been given memory.
 */
static bool grow(struct page_alloc *a, size_t count)
{
    size_t left = (a->chunk_limit - a->chunk_count) * PAGE_ALLOC_CHUNK_PAGES;
    if (count > left)
        return false;
    size_t chunks = (count + PAGE_ALLOC_CHUNK_PAGES - 1) / PAGE_ALLOC_CHUNK_PAGES;
    size_t offset = a->chunk_count * PAGE_ALLOC_CHUNK_BYTES;
    size_t bytes = chunks * PAGE_ALLOC_CHUNK_BYTES;
    if (!reserve_map(a->arena, offset, bytes))
        return false;
    poison_add(a->arena->start + offset, bytes);
    size_t from = a->chunk_count * PAGE_ALLOC_CHUNK_PAGES;
    size_t to = from + chunks * PAGE_ALLOC_CHUNK_PAGES;
    a->chunk_count += chunks;
    set_bits(a->released, from, to);
    a->released_pages += to - from;
    summarize_range(a, from, to);
    return true;
}

bool page_alloc_take(struct page_alloc *a, size_t count, size_t *page)
{
    assert(count > 0);
    if (!find(a, count, page)) {
        if (!grow(a, count))
            return false;
        bool found = find(a, count, page);
        assert(found);
        (void)found;
    }
    note_density(a, *page, *page + count);
    set_bits(a->used, *page, *page + count);
    a->released_pages -= clear_bits(a->released, *page, *page + count);
    summarize_range(a, *page, *page + count);
    while (a->first_chunk < a->chunk_count && a->summaries[a->first_chunk].longest == 0)
        a->first_chunk++;
    return true;
}

void page_alloc_give(struct page_alloc *a, size_t page, size_t count)
{
    note_density(a, page, page + count);
    size_t given = clear_bits(a->used, page, page + count);
    assert(given == count);
    (void)given;
    summarize_range(a, page, page + count);
    if (page / PAGE_ALLOC_CHUNK_PAGES < a->first_chunk)
        a->first_chunk = page / PAGE_ALLOC_CHUNK_PAGES;
}

/* --- Fresh or not -------------------------------------------------------- */

bool page_alloc_claim(struct page_alloc *a, size_t page, size_t count)
{
    bool old_bytes = page < a->fresh_from;
    if (page + count > a->fresh_from)
        a->fresh_from = page + count;
    return old_bytes;
}

/* --- Give back to the system --------------------------------------------- */

/* The idle pages of word w that still have memory, as bits. */
static uint64_t retained_bits(const struct page_alloc *a, size_t w)
{
    return ~a->used[w] & ~a->released[w];
}

/* The end of the highest run of idle, retained pages of [from, end); from if there is none. */
static size_t retained_end(const struct page_alloc *a, size_t from, size_t end)
{
    while (end > from) {
        size_t w = (end - 1) / 64;
        uint64_t bits = retained_bits(a, w) & word_mask(w, w * 64, end);
        if (bits != 0)
            return w * 64 + 64 - (size_t)__builtin_clzll(bits);
        end = w * 64;
    }
    return from;
}

/* Where the run of idle, retained pages begins that ends at end; not before from. */
static size_t retained_start(const struct page_alloc *a, size_t from, size_t end)
{
    while (end > from) {
        size_t w = (end - 1) / 64;
        uint64_t others = ~retained_bits(a, w) & word_mask(w, w * 64, end);
        if (others != 0)
            return w * 64 + 64 - (size_t)__builtin_clzll(others);
        end = w * 64;
    }
    return from;
}

/* Releases one run of idle pages. Returns how many: none if the system does not want it. */
static size_t release_run(struct page_alloc *a, size_t from, size_t to)
{
    void *start = a->arena->start + from * HEAP_PAGE_BYTES;
    if (!reserve_give_back(start, (to - from) * HEAP_PAGE_BYTES))
        return 0;
    set_bits(a->released, from, to);
    a->released_pages += to - from;
    return to - from;
}

static size_t scavenge_chunk(struct page_alloc *a, size_t chunk, size_t most)
{
    size_t start = chunk * PAGE_ALLOC_CHUNK_PAGES, end = start + PAGE_ALLOC_CHUNK_PAGES;
    size_t done = 0;
    while (done < most) {
        size_t to = retained_end(a, start, end);
        end = retained_start(a, start, to);
        if (end == to)
            break;
        size_t from = to - end > most - done ? to - (most - done) : end;
        done += release_run(a, from, to);
    }
    return done;
}

/* Whether the background scavenger leaves the chunk alone. */
static bool is_dense(const struct page_alloc *a, size_t chunk)
{
    const struct page_density *d = &a->densities[chunk];
    return used_pages(a, chunk) >= DENSE_PAGES ||
           (d->cycle == a->cycle && d->used_before >= DENSE_PAGES);
}

size_t page_alloc_scavenge(struct page_alloc *a, size_t most_pages, enum page_alloc_choice choice)
{
    size_t done = 0;
    for (size_t c = a->chunk_count; c-- > 0 && done < most_pages;)
        if (choice == PAGE_ALLOC_ANY || !is_dense(a, c))
            done += scavenge_chunk(a, c, most_pages - done);
    return done;
}

void page_alloc_next_cycle(struct page_alloc *a)
{
    a->cycle++;
}

/* --- Init ---------------------------------------------------------------- */

void page_alloc_init(struct page_alloc *a, struct reserve *arena, struct reserve *meta)
{
    size_t chunks = arena->bytes / PAGE_ALLOC_CHUNK_BYTES;
    size_t pages = chunks * PAGE_ALLOC_CHUNK_PAGES;
    *a = (struct page_alloc){.arena = arena, .chunk_limit = chunks};
    a->used = reserve_carve(meta, pages / 8);
    a->released = reserve_carve(meta, pages / 8);
    a->summaries = reserve_carve(meta, chunks * sizeof *a->summaries);
    a->densities = reserve_carve(meta, chunks * sizeof *a->densities);
}
