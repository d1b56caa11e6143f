/*
 * zeroing_dot.c - the pages of a half used buffer, drawn from what the kernel says of each.
 */
#include "zeroing.h"

#include <string.h>

#include "dot/dot.h"

enum { DRAWN_ELEMENTS = 2048, DRAWN_BYTES = DRAWN_ELEMENTS * ELEMENT_BYTES,
       DRAWN_PAGES = DRAWN_BYTES / SYSTEM_PAGE_BYTES, ROW_PAGES = 4 };

/* Whether anything but zeros is in the page. It must be resident: a look would make it so. */
static bool holds_elements(const char *page)
{
    for (size_t i = 0; i < SYSTEM_PAGE_BYTES; i++)
        if (page[i] != 0)
            return true;
    return false;
}

static void draw_page(struct dot *dot, const char *page, unsigned number)
{
    if (object_pages(page, SYSTEM_PAGE_BYTES) == 0)
        dot_cell(dot, DOT_EMPTY, 1, "%u", number);
    else
        dot_cell(dot, holds_elements(page) ? DOT_FULL : DOT_MARKED, 1, "%u", number);
}

static void draw_ring(struct dot *dot, const struct channel *c, const char *policy)
{
    char heading[80];
    snprintf(heading, sizeof heading, "%s: %u of %u pages", policy,
             (unsigned)object_pages(c->ring, DRAWN_BYTES), (unsigned)DRAWN_PAGES);
    dot_box(dot, heading);
    for (unsigned i = 0; i < DRAWN_PAGES; i++) {
        if (i % ROW_PAGES == 0)
            dot_row(dot);
        draw_page(dot, c->ring + i * SYSTEM_PAGE_BYTES, i);
    }
    dot_box_end(dot);
}

/* Makes the channel, sends to half of its room, draws it. */
static bool draw_policy(struct dot *dot, enum policy policy, const char *name)
{
    char element[ELEMENT_BYTES];
    memset(element, 1, sizeof element);
    struct heap *h = policy_heap(policy, 0);
    struct channel *c = h == NULL ? NULL
                                  : channel_make(h, &element_types[HEAP_SCAN], DRAWN_ELEMENTS);
    if (c != NULL) {
        for (unsigned n = 0; n < DRAWN_ELEMENTS / 2; n++)
            channel_send(c, element);
        draw_ring(dot, c, name);
    }
    heap_delete(h);
    return c != NULL;
}

bool picture_pages(FILE *out)
{
    struct dot dot;
    dot_begin(&dot, out, "A half full ring: bold pages hold elements, "
                         "an arrow only zeros; a dot is not resident", "TB");
    bool done = draw_policy(&dot, POLICY_BEFORE, "Go 1.23")
             && draw_policy(&dot, POLICY_REGRESSED, "Go 1.24.0")
             && draw_policy(&dot, POLICY_FIXED, "fixed");
    dot_end(&dot);
    return done;
}
