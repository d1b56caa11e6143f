/*
 * heap_and_resident_touch.c - promised, read, written: when a page gets memory.
 */
#include "heap_and_resident.h"

#include "resident/resident.h"

enum { BYTE = 0xA5 };

/* --- Looks ------------------------------------------------------------------ */

/* The mapping that begins the arena. False if smaps cannot be read. */
static bool arena_mapping(const struct heap *h, struct smaps_mapping *m)
{
    struct smaps s;
    bool found = smaps_open(&s, NULL) && smaps_find_address(&s, (uintptr_t)heap_start(h), m);
    smaps_close(&s);
    return found;
}

/* What is to be said of the first TOUCH_BYTES of the arena. */
static bool look(const struct heap *h, struct look *l)
{
    struct heap_counters c = heap_read(h);
    struct smaps_mapping m = {0};
    uint64_t resident;
    if (!resident_bytes(heap_start(h), TOUCH_BYTES, &resident))
        return false;
    bool told = arena_mapping(h, &m);
    *l = (struct look){c.heap_sys, c.heap_alloc, resident / SYSTEM_PAGE_BYTES,
                       m.rss / SYSTEM_PAGE_BYTES, told};
    return true;
}

static void *new_block(struct heap *h)
{
    return heap_alloc(h, TOUCH_BYTES, HEAP_NOSCAN, "block");
}

/* --- First touch ------------------------------------------------------------ */

/* How many of the block's pages [first, end) are resident. */
static uint64_t resident_pages(const char *block, uint64_t first, uint64_t end)
{
    uint64_t resident = 0;
    (void)resident_bytes(block + first * SYSTEM_PAGE_BYTES, (end - first) * SYSTEM_PAGE_BYTES,
                         &resident);
    return resident / SYSTEM_PAGE_BYTES;
}

/* Writes a byte into a page. Tells whether the page became resident by it, and neither of
 * its neighbours. */
static bool commits_a_page(char *block, uint64_t page)
{
    uint64_t first = page > 0 ? page - 1 : 0, end = page + 1 < TOUCH_PAGES ? page + 2 : TOUCH_PAGES;
    uint64_t was_there = resident_pages(block, page, page + 1);
    uint64_t around = resident_pages(block, first, end);
    block[page * SYSTEM_PAGE_BYTES] = (char)BYTE;
    return was_there == 0 && resident_pages(block, page, page + 1) == 1
        && resident_pages(block, first, end) == around + 1;
}

/* Touches pages from, from + 2, ...; returns how many did something else. */
static uint64_t touch_every_second(char *block, uint64_t from)
{
    uint64_t strays = 0;
    for (uint64_t page = from; page < TOUCH_PAGES; page += 2)
        strays += !commits_a_page(block, page);
    return strays;
}

static bool touch_steps(struct heap *h, struct look at[TOUCHES], uint64_t *strays)
{
    if (!look(h, &at[TOUCH_RESERVED]))
        return false;
    char *block = new_block(h);
    if (block == NULL || !look(h, &at[TOUCH_ALLOCATED]))
        return false;
    *strays = !commits_a_page(block, 0);
    if (!look(h, &at[TOUCH_ONE]))
        return false;
    *strays += touch_every_second(block, 2);
    if (!look(h, &at[TOUCH_HALF]))
        return false;
    for (uint64_t page = 0; page < TOUCH_PAGES; page += 2)
        block[page * SYSTEM_PAGE_BYTES + 1] = (char)BYTE;
    if (!look(h, &at[TOUCH_AGAIN]))
        return false;
    *strays += touch_every_second(block, 1);
    return look(h, &at[TOUCH_ALL]);
}

bool touch_run(uint64_t limit, struct look at[TOUCHES], uint64_t *strays)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit});
    bool done = h != NULL && touch_steps(h, at, strays);
    heap_delete(h);
    return done;
}

bool touch_commits(const struct look at[TOUCHES], uint64_t strays)
{
    static const uint64_t due[TOUCHES] = {[TOUCH_ONE] = 1,
                                          [TOUCH_HALF] = TOUCH_PAGES / 2,
                                          [TOUCH_AGAIN] = TOUCH_PAGES / 2,
                                          [TOUCH_ALL] = TOUCH_PAGES};
    for (unsigned i = 0; i < TOUCHES; i++)
        if (at[i].pages != due[i] || (at[i].rss_told && at[i].rss_pages != due[i]))
            return false;
    return strays == 0 && at[TOUCH_ALLOCATED].heap_alloc == TOUCH_BYTES;
}

/* --- Looking is not touching ------------------------------------------------ */

bool glance_run(uint64_t limit, struct look at[GLANCES])
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit});
    volatile char *block = h != NULL ? new_block(h) : NULL;
    bool done = block != NULL;
    if (done) {
        for (uint64_t page = 0; page < TOUCH_PAGES; page++)
            (void)block[page * SYSTEM_PAGE_BYTES];
        done = look(h, &at[GLANCE_READ]);
        block[0] = (char)BYTE;
        done = done && look(h, &at[GLANCE_WRITTEN]);
    }
    heap_delete(h);
    return done;
}

bool huge_run(uint64_t limit, uint64_t *resident, uint64_t *huge_bytes)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit, .huge_pages = true});
    char *block = h != NULL ? new_block(h) : NULL;
    bool done = block != NULL;
    if (done) {
        struct smaps_mapping m = {0};
        block[0] = (char)BYTE;
        done = resident_bytes(block, TOUCH_BYTES, resident);
        *huge_bytes = arena_mapping(h, &m) ? m.anon_huge_pages : 0;
    }
    heap_delete(h);
    return done;
}

/* --- Zeroes ----------------------------------------------------------------- */

enum { ZEROES_BYTES = 16 << 20 };

/* Counts the bytes that are not zero. Looks into freed memory too, which is the point; the address
 * sanitizer, for whom that is a bug, is told so. */
__attribute__((no_sanitize_address))
static uint64_t not_zero(const char *p, uint64_t bytes)
{
    const volatile char *v = p;
    uint64_t count = 0;
    for (uint64_t i = 0; i < bytes; i++)
        count += v[i] != 0;
    return count;
}

static char *new_object(struct heap *h)
{
    return heap_alloc(h, ZEROES_BYTES, HEAP_NOSCAN, "zeroes");
}

static void write_and_free(struct heap *h, char *p)
{
    for (uint64_t i = 0; i < ZEROES_BYTES; i++)
        p[i] = (char)BYTE;
    heap_free(h, p, ZEROES_BYTES, HEAP_NOSCAN, "zeroes");
}

/* Nothing else is in the heap, so every new object gets the same place. */
static bool zeroes_steps(struct heap *h, struct zeroes *z)
{
    uint64_t resident;
    char *p = new_object(h);
    if (p == NULL)
        return false;
    *z = (struct zeroes){.bytes = ZEROES_BYTES, .fresh = not_zero(p, ZEROES_BYTES)};
    write_and_free(h, p);
    z->freed = not_zero(heap_start(h), ZEROES_BYTES);
    p = new_object(h);
    if (p == NULL || !resident_bytes(p, ZEROES_BYTES, &resident))
        return false;
    z->again_pages = resident / SYSTEM_PAGE_BYTES;
    z->again = not_zero(p, ZEROES_BYTES);
    write_and_free(h, p);
    heap_release_idle(h);
    z->given_back = not_zero(heap_start(h), ZEROES_BYTES);
    return true;
}

bool zeroes_run(uint64_t limit, struct zeroes *z)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit});
    bool done = h != NULL && zeroes_steps(h, z);
    heap_delete(h);
    return done;
}
