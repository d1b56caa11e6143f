/*
 * sizing_a_cache.c - chapter 14: what a map takes, before anybody has built it. The calculator.
 *
 * Read        lab/size/size.h (the rules), sizing_a_cache.h (what is tried),
 *             sizing_a_cache_trace.c, this file (any map), sizing_a_cache_versions.c (the
 *             source's cache).
 */
#include "sizing_a_cache_pages.h"

#include <inttypes.h>
#include <stdlib.h>

const char *const design_slugs[SIZE_DESIGNS] = {"go1-23", "go1-24", "rust"};

/* --- The slot --------------------------------------------------------------- */

/* The type as text, to be freed; or NULL. */
static char *text_of(const struct type *t)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    if (out == NULL)
        return NULL;
    type_write(out, t);
    fclose(out);
    return text;
}

/* One row: what lies at an offset of the slot, and the padding behind it. */
static bool part_row(struct page *page, unsigned number, const struct type *t, bool is_key,
                     uint64_t offset, uint64_t bytes, uint64_t padding)
{
    enum { SHOWN = 34 };
    char slug[16], label[SHOWN + 16], *text = text_of(t);
    if (text == NULL)
        return false;
    snprintf(slug, sizeof slug, "%u", number);
    snprintf(label, sizeof label, "%s%.*s%s%.*s", is_key ? "key " : "",
             t->name.length < 10 ? t->name.length : 10, t->name.length > 0 ? t->name.at : "",
             t->name.length > 0 ? " " : "", SHOWN, text);
    page_row(page, slug, label,
             CELLS(exact(offset, ""), exact(bytes, "B"), exact(padding, "B")));
    free(text);
    return true;
}

/* The parts of a slot: the key, then the elem or, if it is a struct, its fields. */
static bool print_parts(struct page *page, const struct described *d)
{
    const struct map_type *mt = &d->type;
    uint64_t key = mt->key_indirect ? 8 : mt->key_bytes;
    uint64_t elem = mt->elem_indirect ? 8 : mt->elem_bytes;
    uint64_t tail = mt->slot_bytes - mt->elem_at - elem;
    unsigned number = 1;
    bool done = part_row(page, 0, d->key, true, 0, key, mt->elem_at - key);
    if (mt->elem_indirect || d->elem->kind != TYPE_STRUCT || d->elem->fields == NULL)
        return done && part_row(page, number, d->elem, false, mt->elem_at, elem, tail);
    for (const struct type *f = d->elem->fields; done && f != NULL; f = f->next)
        done = part_row(page, number++, f, false, mt->elem_at + f->offset, f->bytes,
                        f->padding + (f->next == NULL ? tail : 0));
    return done;
}

/* "WHAT key,elem:", the types as descriptions. */
static bool print_types(struct page *page, const char *what, const struct type *key,
                        const struct type *elem)
{
    char *key_text = text_of(key), *elem_text = text_of(elem);
    bool done = key_text != NULL && elem_text != NULL;
    if (done)
        page_text(page, "%s %s,%s:", what, key_text, elem_text);
    free(key_text);
    free(elem_text);
    return done;
}

static bool print_slot(struct page *page, const struct described *d)
{
    const struct map_type *mt = &d->type;
    if (!print_types(page, "A slot, byte by byte, of", d->key, d->elem))
        return false;
    page_table(page, "slot", HEADS("part", "offset", "bytes", "padding"));
    bool done = print_parts(page, d);
    uint64_t lost = mt->slot_bytes - (mt->key_indirect ? 8 : mt->key_bytes)
                  - (mt->elem_indirect ? 8 : mt->elem_bytes)
                  + (mt->elem_indirect ? 0 : type_padding(d->elem))
                  + (mt->key_indirect ? 0 : type_padding(d->key));
    page_row(page, "sum", "the slot",
             CELLS(word(""), exact(mt->slot_bytes, "B"), exact(lost, "B")));
    page_table_end(page);
    if (mt->key_indirect || mt->elem_indirect)
        page_text(page, "Above %d bytes Go keeps %s outside, behind a pointer.",
                  MAP_MAX_INLINE_BYTES, mt->elem_indirect ? "the elem" : "the key");
    return done;
}

/* --- A better order --------------------------------------------------------- */

static void order_row(struct page *page, const char *slug, const char *label,
                      const struct type *elem, const struct map_type *mt, uint64_t entries)
{
    page_row(page, slug, label,
             CELLS(exact(elem->bytes, "B"), exact(mt->slot_bytes, "B"),
                   exact(size_of(SIZE_GO_1_23, mt, entries).expected, "B"),
                   exact(size_of(SIZE_GO_1_24, mt, entries).expected, "B")));
}

static bool print_order(struct page *page, const struct described *d, uint64_t entries)
{
    if (!described_gains(d)) {
        page_text(page, "No order of the fields is smaller.");
        return true;
    }
    if (!print_types(page, "A better order,", d->better_key, d->better_elem))
        return false;
    page_table(page, "order", HEADS("order", "elem", "slot", "buckets", "swiss"));
    order_row(page, "written", "as written", d->elem, &d->type, entries);
    order_row(page, "better", "the better one", d->better_elem, &d->better_type, entries);
    page_table_end(page);
    return true;
}

/* --- Predicted and counted -------------------------------------------------- */

static bool print_maps(struct page *page, const struct described *d, const struct options *o,
                       const struct given *given)
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "%s entries: floor, expected value and its standard deviation, ceiling; "
                    "counted from the keys' hashes; and the goal of a heap with GOGC=%u that "
                    "holds nothing else:", page_number(number, o->keys), given->gogc);
    page_table(page, "maps", HEADS("design", "floor", "expected", "spread", "ceiling", "counted",
                                   "goal"));
    bool done = true;
    for (unsigned i = 0; done && i < SIZE_DESIGNS; i++) {
        enum size_design design = (enum size_design)i;
        const struct map_type *mt = described_type(d, design);
        struct size size = size_of(design, mt, o->keys);
        struct size_reading counted = {0};
        done = size_count(design, mt, o->keys, o->seed, &counted);
        page_row(page, design_slugs[i], size_design_names[i],
                 CELLS(exact(size.floor, "B"), exact(size.expected, "B"),
                       exact((uint64_t)(size.spread + 0.5), "B"), exact(size.ceiling, "B"),
                       exact(counted.bytes, "B"),
                       design == SIZE_RUST ? word("-")
                                           : exact(size_goal(size.expected, given->gogc), "B")));
    }
    page_table_end(page);
    return done;
}

/* --- Built ------------------------------------------------------------------ */

/* The greatest of all designs' ceilings. */
static uint64_t ceiling_of(const struct described *d, uint64_t entries)
{
    uint64_t most = 0;
    for (unsigned i = 0; i < SIZE_DESIGNS; i++) {
        enum size_design design = (enum size_design)i;
        uint64_t ceiling = size_of(design, described_type(d, design), entries).ceiling;
        most = ceiling > most ? ceiling : most;
    }
    return most;
}

/* The most entries, a half, a quarter, ... of all, whose maps fit into the budget. */
static uint64_t buildable(const struct described *d, uint64_t entries, uint64_t budget)
{
    while (entries > 0 && ceiling_of(d, entries) > budget)
        entries /= 2;
    return entries;
}

static void say_what_is_built(struct page *page, const struct described *d, uint64_t entries,
                              uint64_t built, uint64_t budget)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    page_number(a, ceiling_of(d, entries));
    page_number(b, budget);
    page_number(c, built);
    if (built == entries)
        page_text(page, "Built, %s entries:", c);
    else if (built > 0)
        page_text(page, "One of them may take %s B, more than the budget of %s B: built with %s "
                        "entries.", a, b, c);
    else
        page_text(page, "One of them may take %s B, more than the budget of %s B: none is built.",
                  a, b);
}

static bool built_row(struct page *page, const struct described *d, enum size_design design,
                      uint64_t entries, const struct options *o)
{
    const struct map_type *mt = described_type(d, design);
    struct size size = size_of(design, mt, entries);
    struct size_reading built, counted;
    if (!size_build(design, mt, entries, o->seed, o->limit_bytes, &built)
        || !size_count(design, mt, entries, o->seed, &counted))
        return false;
    double off = (double)built.bytes - (double)size.expected;
    page_row(page, design_slugs[design], size_design_names[design],
             CELLS(exact(size.expected, "B"), exact(built.bytes, "B"), exact(counted.bytes, "B"),
                   size.spread < 0.5 ? word(off == 0 ? "exact" : "-")
                                     : exact_real(off / size.spread, 1, ""),
                   exact(built.peak, "B")));
    return true;
}

static bool print_built(struct page *page, const struct described *d, const struct options *o,
                        const struct given *given)
{
    uint64_t built = buildable(d, o->keys, given->budget);
    say_what_is_built(page, d, o->keys, built, given->budget);
    if (built == 0)
        return true;
    page_table(page, "built",
               HEADS("design", "expected", "built", "counted", "off by spreads", "peak"));
    bool done = true;
    for (unsigned i = 0; done && i < SIZE_DESIGNS; i++)
        done = built_row(page, d, (enum size_design)i, built, o);
    page_table_end(page);
    return done;
}

/* --- The program ------------------------------------------------------------ */

/* What both targets do: they differ in what they size by default. */
static bool run_sizes(const struct options *o, struct page *page)
{
    static struct described d;
    struct given given;
    struct type_error error;
    char why[PROGRAM_WHY_BYTES];
    return given_read(o, default_type(page->target), &given, why)
        && described_read(given.type, &d, &error) && print_slot(page, &d)
        && print_order(page, &d, o->keys) && print_maps(page, &d, o, &given)
        && print_built(page, &d, o, &given);
}

static bool run_dot(const struct options *options, struct page *page)
{
    return picture_slots(options->seed, page->out);
}

static const struct target targets[] = {
    {"retain", "sizes the source's cache, or another pair", run_sizes, CACHE_BUSY, 1 << 26},
    {"versions", "the cache in each design, before and after its diet", run_versions, CACHE_BUSY,
     1 << 26},
    {"size", "sizes any map: --type", run_sizes, 100000, 1 << 26},
    {"dot", "draws a slot of 56 bytes and one of 24", run_dot, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

static const char *const pictures[] = {"slots", NULL};

const struct program program = {
    .name = "14-sizing-a-cache",
    .title = "From 726.4 to 217 to 93 MiB",
    .targets = targets,
    .pictures = pictures,
    .designs = (const char *const[]){"go1.24", NULL},
    .own = own_options,
    .check = check_given,
};
