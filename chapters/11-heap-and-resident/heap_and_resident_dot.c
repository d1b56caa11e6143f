/*
 * heap_and_resident_dot.c - a small arena, drawn three times from its own memory.
 *
 * The upper row is what the heap knows (heap_run_at), the lower one what the kernel knows
 * (mincore), page by page of the heap.
 */
#include "heap_and_resident.h"

#include "dot/dot.h"
#include "resident/resident.h"

enum {
    SHOWN_PAGES = 15,                   /* of the 512 that the first chunk has */
    SMALL_BYTES = 1024, SMALL_A_SPAN = HEAP_PAGE_BYTES / SMALL_BYTES, SMALL_SPANS = 3,
    LARGE_BYTES = 5 * HEAP_PAGE_BYTES,
};

/* --- Cells ------------------------------------------------------------------ */

/* A span, or a run of idle, released or fresh pages, as wide as it is. */
static void run_cell(struct dot *dot, const struct heap_run *run, int columns)
{
    switch (run->state) {
    case HEAP_RUN_SPAN:
        if (run->large)
            dot_cell(dot, DOT_PLAIN, columns, "one large object");
        else
            dot_cell(dot, DOT_PLAIN, columns, "%zu/%zu", run->objects, run->slots);
        break;
    case HEAP_RUN_IDLE:
        dot_cell(dot, DOT_DELETED, columns, "idle");
        break;
    case HEAP_RUN_RELEASED:
        dot_cell(dot, DOT_FAINT, columns, columns > 2 ? "released" : "rel.");
        break;
    case HEAP_RUN_FRESH:
        dot_cell(dot, DOT_EMPTY, columns, "fresh");
        break;
    }
}

/* Of a page of the heap, how many of its two system pages are resident. */
static void page_cell(struct dot *dot, const struct heap *h, size_t page)
{
    static const enum dot_shade shades[] = {DOT_EMPTY, DOT_MARKED, DOT_FULL};
    uint64_t resident = 0;
    (void)resident_bytes((const char *)heap_start(h) + page * HEAP_PAGE_BYTES, HEAP_PAGE_BYTES,
                         &resident);
    unsigned pages = (unsigned)(resident / SYSTEM_PAGE_BYTES);
    dot_cell(dot, shades[pages], 1, "%u", pages);
}

static int draw_arena(struct dot *dot, const struct heap *h, const char *when)
{
    struct heap_counters c = heap_read(h);
    uint64_t resident = 0;
    char heading[160], inuse[PAGE_NUMBER_BYTES], pages[PAGE_NUMBER_BYTES];
    (void)resident_bytes(heap_start(h), c.heap_sys, &resident);
    snprintf(heading, sizeof heading, "%s: HeapInuse %s B, resident %s B", when,
             page_number(inuse, c.heap_inuse), page_number(pages, resident));
    int box = dot_box(dot, heading);
    struct heap_run run;
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "heap");
    for (size_t page = 0; page < SHOWN_PAGES && heap_run_at(h, page, &run);
         page += run.page_count) {
        size_t left = SHOWN_PAGES - page, shown = run.page_count < left ? run.page_count : left;
        run_cell(dot, &run, (int)shown);
    }
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "kernel");
    for (size_t page = 0; page < SHOWN_PAGES; page++)
        page_cell(dot, h, page);
    dot_box_end(dot);
    return box;
}

/* --- What is drawn ---------------------------------------------------------- */

struct small_arena {
    char *small[SMALL_SPANS * SMALL_A_SPAN];
    char *half_used, *used;
};

/* Small objects in three spans, a large one half written, a large one written. */
static bool fill_arena(struct heap *h, struct small_arena *a)
{
    for (unsigned i = 0; i < SMALL_SPANS * SMALL_A_SPAN; i++) {
        a->small[i] = heap_alloc(h, SMALL_BYTES, HEAP_NOSCAN, "small");
        if (a->small[i] == NULL)
            return false;
        a->small[i][0] = 1;
    }
    a->half_used = heap_alloc(h, LARGE_BYTES, HEAP_NOSCAN, "large");
    a->used = heap_alloc(h, LARGE_BYTES, HEAP_NOSCAN, "large");
    if (a->half_used == NULL || a->used == NULL)
        return false;
    for (unsigned i = 0; i < LARGE_BYTES / 2; i += SYSTEM_PAGE_BYTES)
        a->half_used[i] = 1;
    for (unsigned i = 0; i < LARGE_BYTES; i += SYSTEM_PAGE_BYTES)
        a->used[i] = 1;
    return true;
}

/* All of the first span goes, all but one object of the second, the large object that was used. */
static void free_some(struct heap *h, struct small_arena *a)
{
    for (unsigned i = 0; i < 2 * SMALL_A_SPAN - 1; i++)
        heap_free(h, a->small[i], SMALL_BYTES, HEAP_NOSCAN, "small");
    heap_free(h, a->used, LARGE_BYTES, HEAP_NOSCAN, "large");
}

bool picture_arena(FILE *out)
{
    struct small_arena a;
    struct heap *h = heap_new(NULL);
    bool done = h != NULL && fill_arena(h, &a);
    if (done) {
        struct dot dot;
        dot_begin(&dot, out, "One arena: what the heap knows, and what the kernel knows", "TB");
        int box = draw_arena(&dot, h, "filled");
        dot_arrow(&dot, box, -1, box + 1, "free");
        free_some(h, &a);
        box = draw_arena(&dot, h, "freed");
        dot_arrow(&dot, box, -1, box + 1, "give back");
        heap_release_idle(h);
        draw_arena(&dot, h, "given back");
        dot_end(&dot);
    }
    heap_delete(h);
    return done;
}
