/*
 * heap_and_resident.c - chapter 11: what the heap counts and what the kernel counts. The pages.
 *
 * Read        heap_and_resident.h (what is tried), _touch.c, _freed.c, _mapping.c and _process.c
 *             (how), this file (how it is shown), _dot.c (the picture).
 */
#include "heap_and_resident.h"

#include <assert.h>
#include <stdio.h>

static struct page_cell bytes(uint64_t count)
{
    return exact(count, "B");
}

/* --- First touch ------------------------------------------------------------ */

static const struct { const char *slug, *label; } touch_names[TOUCHES] = {
    [TOUCH_RESERVED] = {"reserved", "reserved"},
    [TOUCH_ALLOCATED] = {"allocated", "allocated"},
    [TOUCH_ONE] = {"one", "a byte written"},
    [TOUCH_HALF] = {"half", "one in every 2nd page"},
    [TOUCH_AGAIN] = {"again", "another in the same"},
    [TOUCH_ALL] = {"all", "one in every page"},
};

struct touch_results {
    struct look at[TOUCHES];
    uint64_t strays;
    struct look glances[GLANCES];
    uint64_t huge_resident, huge_bytes;
    struct zeroes zeroes;
};

static bool run_touch(uint64_t limit, struct touch_results *r)
{
    return touch_run(limit, r->at, &r->strays) && glance_run(limit, r->glances)
        && huge_run(limit, &r->huge_resident, &r->huge_bytes) && zeroes_run(limit, &r->zeroes);
}

static void look_row(struct page *page, const char *slug, const char *label, const struct look *l)
{
    page_row(page, slug, label,
             CELLS(bytes(l->heap_sys), bytes(l->heap_alloc), exact(l->pages, "pages"),
                   l->rss_told ? exact(l->rss_pages, "pages") : word("not told")));
}

static void print_touch(struct page *page, const struct touch_results *r)
{
    page_text(page, "An object of 64 MiB, and what the kernel says of its pages, by mincore and by "
                    "smaps; last, another such object that is read and not written:");
    page_table(page, "touch", HEADS("done", "HeapSys", "HeapAlloc", "resident", "Rss"));
    for (unsigned i = 0; i < TOUCHES; i++)
        look_row(page, touch_names[i].slug, touch_names[i].label, &r->at[i]);
    look_row(page, "read", "each page only read", &r->glances[GLANCE_READ]);
    look_row(page, "written", "then a byte written", &r->glances[GLANCE_WRITTEN]);
    page_table_end(page);
    page_figure(page, "huge", "resident after one byte, where huge pages are asked for",
                measured((double)r->huge_resident, "B"));
}

static void print_zeroes(struct page *page, const struct zeroes *z)
{
    page_text(page, "Bytes that are not zero, in the place of an object of 16 MiB:");
    page_table(page, "zeroes", HEADS("memory", "not zero"));
    page_row(page, "fresh", "fresh", CELLS(bytes(z->fresh)));
    page_row(page, "freed", "written, then freed", CELLS(bytes(z->freed)));
    page_row(page, "again", "allocated again", CELLS(bytes(z->again)));
    page_row(page, "given-back", "written, freed, given back", CELLS(bytes(z->given_back)));
    page_table_end(page);
}

/* --- Freed and returned ----------------------------------------------------- */

static const struct { const char *slug, *label; } moment_names[MOMENTS] = {
    [MOMENT_FILLED] = {"filled", "filled"},
    [MOMENT_DELETED] = {"deleted", "each key deleted"},
    [MOMENT_DROPPED] = {"dropped", "dropped"},
    [MOMENT_COLLECTED] = {"collected", "collected"},
    [MOMENT_GIVEN_BACK] = {"given-back", "given back"},
};

enum { MALLOC_BYTES = 64 << 20 };

struct freed_results {
    struct reading at[MOMENTS];
    struct reading crumbs, crumbs_after;
    uint64_t malloc_before, malloc_after;
};

static bool run_freed(const struct options *o, struct freed_results *r)
{
    return freed_run(o->keys, o->seed, o->limit_bytes, r->at)
        && crumbs_run(1, o->limit_bytes, &r->crumbs, &r->crumbs_after)
        && malloc_run(MALLOC_BYTES, &r->malloc_before, &r->malloc_after);
}

static void reading_row(struct page *page, const char *slug, const char *label,
                        const struct reading *r)
{
    const struct heap_counters *c = &r->counters;
    page_row(page, slug, label,
             CELLS(bytes(c->heap_alloc), bytes(c->heap_inuse), bytes(c->heap_idle),
                   bytes(c->heap_released), bytes(c->heap_sys), bytes(r->resident)));
}

static void print_freed(struct page *page, const struct freed_results *r)
{
    char n[PAGE_NUMBER_BYTES];
    page_text(page, "The life of a map; and of %s objects of 1 KiB, of which one in each span is "
                    "kept, after idle pages were given back:",
              page_number(n, CRUMB_SPANS * CRUMBS_A_SPAN));
    page_table(page, "freed", HEADS("moment", "HeapAlloc", "HeapInuse", "HeapIdle", "HeapReleased",
                                    "HeapSys", "resident"));
    for (unsigned i = 0; i < MOMENTS; i++)
        reading_row(page, moment_names[i].slug, moment_names[i].label, &r->at[i]);
    reading_row(page, "objects", "objects", &r->crumbs);
    reading_row(page, "kept", "one in 8 kept", &r->crumbs_after);
    page_table_end(page);
}

static void print_clocks(struct page *page, const struct timeline_sample samples[CLOCK_STEPS])
{
    page_text(page, "Another map, filled without a hint, second by second; a scavenger gives idle "
                    "pages back in the background:");
    page_table(page, "clocks", HEADS("second", "what", "HeapAlloc", "HeapInuse", "HeapReleased",
                                     "resident"));
    for (unsigned i = 0; i < CLOCK_STEPS; i++) {
        const struct heap_counters *c = &samples[i].counters;
        char slug[PAGE_NUMBER_BYTES];
        page_number(slug, i + 1);
        page_row(page, slug, slug,
                 CELLS(word(clock_step_name(i)), bytes(c->heap_alloc), bytes(c->heap_inuse),
                       bytes(c->heap_released), bytes(samples[i].resident_bytes)));
    }
    page_table_end(page);
}

/* --- Verdicts --------------------------------------------------------------- */

static void judge_touch(struct page *page, const struct touch_results *r)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    const struct look *read = &r->glances[GLANCE_READ];
    page_claim(page, "touch-commits", touch_commits(r->at, r->strays),
               "%s B allocated: %s pages resident; each of %s pages became so by its own first "
               "write",
               page_number(a, r->at[TOUCH_ALLOCATED].heap_alloc),
               page_number(b, r->at[TOUCH_ALLOCATED].pages),
               page_number(c, r->at[TOUCH_ALL].pages));
    if (read->rss_told)
        page_beyond(page, "touch-commits", "only-read", read->rss_pages != read->pages,
                    "%s pages were read and mincore shows them all; in Rss they are %s",
                    page_number(a, read->pages), page_number(b, read->rss_pages));
    else
        page_text(page, "Whether reading commits cannot be told here: smaps cannot be read.");
}

static void judge_zeroes(struct page *page, const struct zeroes *z)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    page_claim(page, "fresh-pages-are-zero", z->fresh == 0 && z->given_back == 0,
               "of %s B %s are not zero; given back and read again, it is the same",
               page_number(a, z->bytes), page_number(b, z->fresh));
    page_beyond(page, "fresh-pages-are-zero", "reused", z->freed != 0,
                "freed and not given back: %s of %s B are old bytes, and the heap has to clear "
                "them", page_number(a, z->freed), page_number(b, z->bytes));
}

static void judge_freed(struct page *page, const struct freed_results *r)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    const struct reading *at = r->at;
    page_claim(page, "freed-is-not-returned", freed_stays(at),
               "HeapAlloc falls to %s B and %s B stay resident, until they are given back: %s B",
               page_number(a, at[MOMENT_COLLECTED].counters.heap_alloc),
               page_number(b, at[MOMENT_COLLECTED].resident),
               page_number(c, at[MOMENT_GIVEN_BACK].resident));
    page_beyond(page, "freed-is-not-returned", "one-object-a-span",
                r->crumbs_after.resident == r->crumbs.resident,
                "%s B of objects are left, and giving back leaves all of %s B resident",
                page_number(a, r->crumbs_after.counters.heap_alloc),
                page_number(b, r->crumbs_after.resident));
    page_beyond(page, "freed-is-not-returned", "a-mapping-of-its-own",
                r->malloc_before >= MALLOC_BYTES && r->malloc_after == 0,
                "a block of %s B by the C library's malloc: %s B are resident after free",
                page_number(a, MALLOC_BYTES), page_number(b, r->malloc_after));
}

/* --- Targets ---------------------------------------------------------------- */

static void print_address_limit(struct page *page)
{
    struct granted g = address_limit_run();
    page_text(page, "Under a limit of %u GiB on addresses (RLIMIT_AS) the kernel %s a reservation "
                    "of %u GiB, of which no page would be touched.",
              ADDRESS_LIMIT_GIB, g.under_limit ? "grants" : "refuses", ADDRESS_LIMIT_GIB);
}

static bool retain(const struct options *o, struct page *page)
{
    struct touch_results touch;
    struct freed_results freed;
    struct timeline_sample samples[CLOCK_STEPS];
    if (!run_touch(o->limit_bytes, &touch) || !run_freed(o, &freed)
        || !clocks_run(o->keys, o->seed, o->limit_bytes, samples))
        return false;
    print_touch(page, &touch);
    print_zeroes(page, &touch.zeroes);
    print_freed(page, &freed);
    print_clocks(page, samples);
    if (!print_process(page, (struct asked){0}, o->limit_bytes))
        return false;
    print_address_limit(page);
    judge_touch(page, &touch);
    judge_zeroes(page, &touch.zeroes);
    judge_freed(page, &freed);
    return true;
}

/* --- Versions --------------------------------------------------------------- */

enum { MOST_DESIGNS = 8, LIFE_KEYS = 1 << 18, DEFAULT_SCALE = 16, MOST_SCALE = 64 };

static struct page_cell kilobytes(uint64_t count)
{
    return exact(count / 1024, "kB");
}

/* The scale is --keys; 1/0 makes no mapping, and is taken for the smallest. */
static uint64_t scale_of(const struct options *o)
{
    return o->keys > 0 ? o->keys : MOST_SCALE;
}

static bool run_mappings(const struct options *o, struct mapping of[MAPPINGS])
{
    for (unsigned i = 0; i < MAPPINGS; i++)
        if (!mapping_run(&mapping_kinds[i], scale_of(o), o->limit_bytes, &of[i]))
            return false;
    return true;
}

static void print_mappings(struct page *page, uint64_t scale, const struct mapping of[MAPPINGS])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "The sources' mappings at 1/%s, with %u %% of what lives in rings of 256 KiB "
                    "that are half written:", page_number(number, scale), RINGS_PERCENT);
    page_table(page, "mapping", HEADS("mapping", "Size", "HeapAlloc", "HeapInuse", "HeapReleased",
                                      "resident", "of it"));
    for (unsigned i = 0; i < MAPPINGS; i++) {
        const struct heap_counters *c = &of[i].counters;
        page_row(page, mapping_kinds[i].slug, mapping_kinds[i].label,
                 CELLS(kilobytes(c->heap_sys), kilobytes(c->heap_alloc), kilobytes(c->heap_inuse),
                       kilobytes(c->heap_released), kilobytes(of[i].resident),
                       exact_real(100.0 * (double)of[i].resident / (double)c->heap_sys, 1, "%")));
    }
    page_table_end(page);
}

static void life_row(struct page *page, const char *design, const char *count,
                     const uint64_t at[MOMENTS])
{
    char slug[64], label[64];
    snprintf(slug, sizeof slug, "%s-%s", design, count);
    for (char *c = slug; *c != '\0'; c++)
        *c = *c == '.' ? '-' : *c;
    snprintf(label, sizeof label, "%s, %s", design, count);
    page_row(page, slug, label, CELLS(bytes(at[MOMENT_FILLED]), bytes(at[MOMENT_DELETED]),
                                      bytes(at[MOMENT_DROPPED]), bytes(at[MOMENT_COLLECTED]),
                                      bytes(at[MOMENT_GIVEN_BACK])));
}

static void print_lives(struct page *page, const struct life lives[])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "A map of %s entries, filled without a hint: the runtime's count and the "
                    "kernel's:", page_number(number, LIFE_KEYS));
    page_table(page, "life",
               HEADS("count", "filled", "deleted", "dropped", "collected", "given back"));
    for (unsigned i = 0; i < design_count; i++) {
        life_row(page, designs[i]->name, "heap", lives[i].heap);
        life_row(page, designs[i]->name, "resident", lives[i].resident);
    }
    page_table_end(page);
}

static bool versions(const struct options *o, struct page *page)
{
    struct mapping mappings[MAPPINGS];
    struct life lives[MOST_DESIGNS];
    assert(design_count <= MOST_DESIGNS);
    if (!run_mappings(o, mappings))
        return false;
    for (unsigned i = 0; i < design_count; i++)
        if (!life_run(designs[i], LIFE_KEYS, o->seed, o->limit_bytes, &lives[i]))
            return false;
    print_mappings(page, scale_of(o), mappings);
    print_lives(page, lives);
    return true;
}

static bool run_dot(const struct options *o, struct page *page)
{
    (void)o;
    return page->out == NULL || picture_arena(page->out);
}

static const struct target targets[] = {
    {"retain", "what makes a page resident, and what ends it", retain, 1 << 20, 1 << 22},
    {"versions", "two mappings of two releases, at 1/N by --keys N; 1 is in full", versions,
     DEFAULT_SCALE, MOST_SCALE},
    {"dot", "draws an arena, page by page", run_dot, 0, 0},
    {0},
};

const struct program program = {
    .name = "11-heap-and-resident",
    .title = "Two numbers that disagree",
    .targets = targets,
    .pictures = (const char *const[]){"arena", NULL},
    .designs = (const char *const[]){"go1.24", NULL},
};
