/*
 * value_layout.c - chapter 15: a value in its slot, or behind a pointer. The pages.
 *
 * Read        value_layout.h (what is tried), value_layout_trace.c (how), this file (how it is
 *             shown), value_layout_dot.c (the picture).
 */
#include "value_layout.h"

#include "design/design_swiss.h"
#include "program/program.h"

enum { VALUE = 128, MILLION = 1000000 };

/* Figures' names are parted by dots, so the designs' names will not do. */
static const char *const design_slugs[SIZE_DESIGNS] = {"go1-23", "go1-24", "rust"};

/* --- Sizes of values -------------------------------------------------------- */

/* The values that are filled in both ways; two of them stand on either side of the threshold. */
static const uint64_t sizes[] = {8,  16,  24,  32,  40,  48,  56,  64, 80,
                                 96, 112, 128, 129, 144, 160, 192, 224, 256};
enum { SIZES = sizeof sizes / sizeof sizes[0], AT_8 = 0, AT_128 = 11, AT_129 = 12 };

struct lives {
    struct life of[SIZES][PLACINGS];
};

static bool run_lives(const struct options *o, struct lives *l)
{
    for (unsigned i = 0; i < SIZES; i++)
        for (unsigned placing = 0; placing < PLACINGS; placing++)
            if (!life_run(&design_swiss, (enum placing)placing, sizes[i], o->keys, o->seed,
                          o->limit_bytes, &l->of[i][placing]))
                return false;
    return true;
}

static void life_row(struct page *page, const char *slug, const char *label, const struct life *l)
{
    page_row(page, slug, label,
             CELLS(exact(l->slot, "B"), exact(l->full, "B"), exact(l->full_objects, ""),
                   exact(l->deleted, "B"), exact(l->deleted_objects, ""),
                   exact_real(100 - 100 * (double)l->deleted / (double)l->full, 1, "%")));
}

static void print_lives(struct page *page, const struct lives *l)
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "Go 1.24, int to [n]byte and int to *[n]byte, %s entries; full, and after "
                    "the delete of each key:",
              page_number(number, l->of[0][0].keys));
    page_table(page, "life",
               HEADS("value", "slot", "full", "objects", "deleted", "left", "back"));
    life_row(page, "inline-128", "128 bytes", &l->of[AT_128][PLACED_INLINE]);
    life_row(page, "pointer-128", "pointer to 128", &l->of[AT_128][PLACED_BY_POINTER]);
    life_row(page, "inline-129", "129 bytes", &l->of[AT_129][PLACED_INLINE]);
    life_row(page, "pointer-129", "pointer to 129", &l->of[AT_129][PLACED_BY_POINTER]);
    life_row(page, "inline-8", "8 bytes", &l->of[AT_8][PLACED_INLINE]);
    life_row(page, "pointer-8", "pointer to 8", &l->of[AT_8][PLACED_BY_POINTER]);
    page_table_end(page);
}

static void print_sizes(struct page *page, const struct lives *l)
{
    page_text(page, "The same over sizes of values; `kept` is what stays after the deletes:");
    page_table(page, "sizes", HEADS("value bytes", "inline slot", "inline full", "inline kept",
                                    "pointer full", "pointer kept"));
    for (unsigned i = 0; i < SIZES; i++) {
        const struct life *in = &l->of[i][PLACED_INLINE], *by = &l->of[i][PLACED_BY_POINTER];
        char slug[PAGE_NUMBER_BYTES];
        snprintf(slug, sizeof slug, "%u", (unsigned)sizes[i]);
        page_row(page, slug, slug,
                 CELLS(exact(in->slot, "B"), exact(in->full, "B"), exact(in->deleted, "B"),
                       exact(by->full, "B"), exact(by->deleted, "B")));
    }
    page_table_end(page);
}

static void judge_values(struct page *page, const struct lives *l)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    const struct life *by = &l->of[AT_128][PLACED_BY_POINTER];
    const struct life *in = &l->of[AT_128][PLACED_INLINE];
    const struct life *small = &l->of[AT_8][PLACED_BY_POINTER];
    page_claim(page, "pointer-values-come-back", values_come_back(by),
               "128 bytes behind a pointer: of %s B full, %s B stay, the table",
               page_number(a, by->full), page_number(b, by->deleted));
    page_beyond(page, "pointer-values-come-back", "inline", !values_come_back(in),
                "128 bytes in the slot: of %s B full, %s B stay", page_number(a, in->full),
                page_number(b, in->deleted));
    page_beyond(page, "pointer-values-come-back", "small-values", !values_come_back(small),
                "8 bytes behind a pointer: of %s B full, %s B stay", page_number(a, small->full),
                page_number(b, small->deleted));
}

/* --- The threshold ---------------------------------------------------------- */

static const struct {
    const char *slug, *label;
    enum size_design design;
    enum side side;
} edges[] = {
    {"go1-23-value", "go1.23, value", SIZE_GO_1_23, SIDE_VALUE},
    {"go1-23-key", "go1.23, key", SIZE_GO_1_23, SIDE_KEY},
    {"go1-24-value", "go1.24, value", SIZE_GO_1_24, SIDE_VALUE},
    {"go1-24-key", "go1.24, key", SIZE_GO_1_24, SIDE_KEY},
    {"go1-24-both", "go1.24, key and value", SIZE_GO_1_24, SIDE_BOTH},
    {"rust-value", "rust, value", SIZE_RUST, SIDE_VALUE},
    {"rust-key", "rust, key", SIZE_RUST, SIDE_KEY},
};
enum { EDGES = sizeof edges / sizeof edges[0], GO_EDGES = 4, EDGE_BOTH = 4, EDGE_RUST = 5 };

struct thresholds {
    struct threshold of[EDGES];
};

static bool run_thresholds(const struct options *o, struct thresholds *t)
{
    for (unsigned i = 0; i < EDGES; i++)
        if (!threshold_run(edges[i].design, edges[i].side, o->seed, o->limit_bytes, &t->of[i]))
            return false;
    return true;
}

static void print_thresholds(struct page *page, const struct thresholds *t)
{
    page_text(page, "Maps with keys or values of 1 to %d bytes: the largest that lies in the slot, "
                    "and from where on each is an object of its own:", THRESHOLD_MOST);
    page_table(page, "threshold", HEADS("map", "inline to", "outside from"));
    for (unsigned i = 0; i < EDGES; i++)
        page_row(page, edges[i].slug, edges[i].label,
                 CELLS(exact(t->of[i].inline_to, "B"),
                       t->of[i].outside_from == 0 ? word("never")
                                                  : exact(t->of[i].outside_from, "B")));
    page_table_end(page);
}

static void judge_threshold(struct page *page, const struct thresholds *t)
{
    bool holds = true;
    for (unsigned i = 0; i < GO_EDGES; i++)
        holds = holds && splits_at_128(&t->of[i]);
    const struct threshold *both = &t->of[EDGE_BOTH], *rust = &t->of[EDGE_RUST];
    page_claim(page, "threshold-at-128", holds,
               "keys and values of both Go maps: %u bytes inline, %u behind a pointer",
               (unsigned)t->of[0].inline_to, (unsigned)t->of[0].outside_from);
    page_beyond(page, "threshold-at-128", "rust", !splits_at_128(rust),
                "%u bytes inline, the largest that was tried", (unsigned)rust->inline_to);
    page_beyond(page, "threshold-at-128", "slot-of-256", !splits_at_128(both),
                "a key and a value of %u bytes together lie in the slot",
                (unsigned)both->inline_to);
}

/* --- Padding ---------------------------------------------------------------- */

struct records {
    struct ordered of[ORDERS];          /* Go 1.24 */
    struct ordered before_1_24[2];      /* Go 1.23: as written, the better order */
    struct ordered rust[2];
};

static const enum order written_and_better[2] = {ORDER_WRITTEN, ORDER_BETTER};

static bool run_records(const struct options *o, struct records *r)
{
    for (unsigned i = 0; i < ORDERS; i++)
        if (!order_run((enum order)i, SIZE_GO_1_24, o->keys, o->seed, o->limit_bytes, &r->of[i]))
            return false;
    for (unsigned i = 0; i < 2; i++)
        if (!order_run(written_and_better[i], SIZE_GO_1_23, o->keys, o->seed, o->limit_bytes,
                       &r->before_1_24[i])
            || !order_run(written_and_better[i], SIZE_RUST, o->keys, o->seed, o->limit_bytes,
                          &r->rust[i]))
            return false;
    return true;
}

static void print_records(struct page *page, const struct records *r, uint64_t keys)
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "Go 1.24, %s entries; the value is a struct of flags, numbers and an enum of "
                    "three, state; below it two pairs of structs that gain nothing:",
              page_number(number, keys));
    page_table(page, "orders", HEADS("fields", "value", "padding", "slot", "map"));
    for (unsigned i = 0; i < ORDERS; i++)
        page_row(page, orders[i].slug, orders[i].label,
                 CELLS(exact(r->of[i].value, "B"), exact(r->of[i].padding, "B"),
                       exact(r->of[i].slot, "B"), exact(r->of[i].bytes, "B")));
    page_table_end(page);
}

static uint64_t less(uint64_t before, uint64_t after)
{
    return before > after ? before - after : 0;
}

static void judge_padding(struct page *page, const struct records *r, uint64_t keys)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    const struct ordered *of = r->of;
    const struct ordered *wide = &of[ORDER_PAGES], *better = &of[ORDER_PAGES_BETTER];
    uint64_t gone = less(of[ORDER_WRITTEN].padding, of[ORDER_BETTER].padding);
    bool holds = saves_per_entry(of[ORDER_WRITTEN].bytes, of[ORDER_BETTER].bytes, keys, gone)
        && saves_per_entry(r->before_1_24[0].bytes, r->before_1_24[1].bytes, keys, gone);
    page_claim(page, "padding-costs", holds, "%u bytes of padding less in a slot: %s B less in "
               "Go 1.24, %s B less in Go 1.23", (unsigned)gone,
               page_number(a, less(of[ORDER_WRITTEN].bytes, of[ORDER_BETTER].bytes)),
               page_number(b, less(r->before_1_24[0].bytes, r->before_1_24[1].bytes)));
    page_beyond(page, "padding-costs", "whole-pages",
                !saves_per_entry(wide->bytes, better->bytes, keys,
                                 less(wide->padding, better->padding)),
                "%u bytes of padding less in a slot: %s B before, %s B after",
                (unsigned)less(wide->padding, better->padding), page_number(a, wide->bytes),
                page_number(b, better->bytes));
    page_beyond(page, "padding-costs", "narrow-field",
                !saves_per_entry(of[ORDER_NARROW].bytes, of[ORDER_NARROWED].bytes, keys, 7),
                "an int becomes a byte: %s B before, %s B after",
                page_number(a, of[ORDER_NARROW].bytes), page_number(b, of[ORDER_NARROWED].bytes));
    page_beyond(page, "padding-costs", "rust",
                !saves_per_entry(r->rust[0].bytes, r->rust[1].bytes, keys, gone),
                "its compiler orders the fields: %s B as written, %s B in the better order",
                page_number(a, r->rust[0].bytes), page_number(b, r->rust[1].bytes));
}

static bool retain(const struct options *o, struct page *page)
{
    struct lives lives;
    struct thresholds thresholds;
    struct records records;
    if (!run_lives(o, &lives) || !run_thresholds(o, &thresholds) || !run_records(o, &records))
        return false;
    print_lives(page, &lives);
    print_sizes(page, &lives);
    print_thresholds(page, &thresholds);
    print_records(page, &records, o->keys);
    judge_values(page, &lives);
    judge_threshold(page, &thresholds);
    judge_padding(page, &records, o->keys);
    return true;
}

/* --- Versions --------------------------------------------------------------- */

/* What the source has for a million entries: entries by bytes of the value, and of a pointer. */
static void paper_row(struct page *page, uint64_t keys)
{
    uint64_t values = keys * VALUE, pointers = keys * sizeof(void *);
    page_row(page, "paper", "on paper",
             CELLS(exact(values, "B"), word(""), word(""), exact(pointers, "B"),
                   exact_real((double)values / (double)pointers, 1, "x")));
}

static bool print_stays(struct page *page, const struct options *o)
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "Values of %d bytes, %s entries, counted from the keys' hashes; full, and "
                    "what stays after the delete of each key:",
              VALUE, page_number(number, o->keys));
    page_table(page, "stays", HEADS("design", "inline full", "inline kept", "pointer full",
                                    "pointer kept", "ratio"));
    bool done = true;
    for (unsigned i = 0; done && i < SIZE_DESIGNS; i++) {
        struct stay s;
        done = stay_run((enum size_design)i, VALUE, o->keys, o->seed, &s);
        if (!done)
            break;
        page_row(page, design_slugs[i], size_design_names[i],
                 CELLS(exact(s.full[PLACED_INLINE], "B"), exact(s.deleted[PLACED_INLINE], "B"),
                       exact(s.full[PLACED_BY_POINTER], "B"),
                       exact(s.deleted[PLACED_BY_POINTER], "B"),
                       exact_real((double)s.deleted[PLACED_INLINE]
                                      / (double)s.deleted[PLACED_BY_POINTER], 1, "x")));
    }
    paper_row(page, o->keys);
    page_table_end(page);
    return done;
}

static bool print_designs(struct page *page, const struct options *o)
{
    page_text(page, "The record of `retain` in four layouts; value and slot as in Go, and bytes of the map:");
    page_table(page, "orders", HEADS("fields", "value", "slot", "go1.23", "go1.24", "rust"));
    bool done = true;
    for (unsigned i = ORDER_WRITTEN; done && i <= ORDER_BOTH; i++) {
        struct ordered of[SIZE_DESIGNS];
        for (unsigned design = 0; done && design < SIZE_DESIGNS; design++)
            done = order_count((enum order)i, (enum size_design)design, o->keys, o->seed,
                               &of[design]);
        if (done)
            page_row(page, orders[i].slug, orders[i].label,
                     CELLS(exact(of[0].value, "B"), exact(of[0].slot, "B"),
                           exact(of[SIZE_GO_1_23].bytes, "B"), exact(of[SIZE_GO_1_24].bytes, "B"),
                           exact(of[SIZE_RUST].bytes, "B")));
    }
    page_table_end(page);
    return done;
}

static bool versions(const struct options *o, struct page *page)
{
    return print_stays(page, o) && print_designs(page, o);
}

static bool run_dot(const struct options *o, struct page *page)
{
    return picture_slots(o->seed, page->out);
}

static const struct target targets[] = {
    {"retain", "what comes back from values in slots and behind pointers; the threshold; padding",
     retain, 1 << 16, 1 << 20},
    {"versions", "Go 1.23's, Go 1.24's and Rust's map with a million entries", versions, MILLION,
     1 << 24},
    {"dot", "pictures of live memory, as Graphviz", run_dot, 0, 0},
    {0},
};

const struct program program = {
    .name = "15-value-layout",
    .title = "Inline, or behind a pointer",
    .targets = targets,
    .pictures = (const char *const[]){"slots", NULL},
    .designs = (const char *const[]){"go1.24", NULL},
};
