/*
 * presize.c - chapter 05: telling a map how many entries will come.
 *
 * The experiments stand in presize_trace.c, presize_tables.c and presize_bench.c. Here are
 * the pages that show what they found, and the verdicts.
 */
#include "presize.h"

#include <inttypes.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* Rows are named by the number that they are for. */
static const char *slug_of(char text[PAGE_NUMBER_BYTES], uint64_t number)
{
    snprintf(text, PAGE_NUMBER_BYTES, "%" PRIu64, number);
    return text;
}

/* --- retain: allocations by cause --- */

static const char *const cause_slugs[PRESIZE_CAUSES] = {
    [PRESIZE_HEADER] = "header",           [PRESIZE_FIRST_GROUP] = "first-group",
    [PRESIZE_FIRST_TABLE] = "first-table", [PRESIZE_DOUBLINGS] = "doublings",
    [PRESIZE_SPLITS] = "splits",           [PRESIZE_DIRECTORIES] = "directories",
    [PRESIZE_HINT] = "hint",
};

static const char *const cause_labels[PRESIZE_CAUSES] = {
    [PRESIZE_HEADER] = "map header",
    [PRESIZE_FIRST_GROUP] = "first group",
    [PRESIZE_FIRST_TABLE] = "first table",
    [PRESIZE_DOUBLINGS] = "table doubled",
    [PRESIZE_SPLITS] = "table split",
    [PRESIZE_DIRECTORIES] = "directory doubled",
    [PRESIZE_HINT] = "tables of the hint",
};

static void cause_row(struct page *page, const char *slug, const char *label,
                      const struct presize_share *grown, const struct presize_share *hinted)
{
    page_row(page, slug, label, (struct page_cell[]){
        exact(grown->times, ""), exact(grown->objects, ""), exact(grown->bytes, "B"),
        exact(hinted->times, ""), exact(hinted->objects, ""), exact(hinted->bytes, "B")});
}

static void causes_table(struct page *page, const struct presize_fill *grown,
                         const struct presize_fill *hinted)
{
    static const char *const heads[] = {"cause", "times", "objects", "bytes", "hint: times",
                                        "hint: objects", "hint: bytes", NULL};
    page_table(page, "causes", heads);
    for (unsigned i = 0; i < PRESIZE_CAUSES; i++)
        cause_row(page, cause_slugs[i], cause_labels[i], &grown->causes[i], &hinted->causes[i]);
    page_row(page, "sum", "sum", (struct page_cell[]){
        word(""), exact(grown->sum.objects, ""), exact(grown->sum.bytes, "B"),
        word(""), exact(hinted->sum.objects, ""), exact(hinted->sum.bytes, "B")});
    page_row(page, "heap", "Mallocs, TotalAlloc", (struct page_cell[]){
        word(""), exact(grown->mallocs, ""), exact(grown->total_alloc, "B"),
        word(""), exact(hinted->mallocs, ""), exact(hinted->total_alloc, "B")});
    page_table_end(page);
}

/* --- retain: other sizes --- */

static bool fills_row(const struct options *options, struct page *page, const char *slug,
                      uint64_t keys)
{
    struct presize_fill grown, hinted;
    char label[PAGE_NUMBER_BYTES];
    if (!presize_fill(options, keys, 0, &grown) || !presize_fill(options, keys, keys, &hinted))
        return false;
    page_row(page, slug, page_number(label, keys), (struct page_cell[]){
        exact(grown.tables, ""), exact(grown.moved, ""), exact(grown.mallocs, ""),
        exact(grown.total_alloc, "B"), exact(grown.kept, "B"), exact(hinted.mallocs, ""),
        exact(hinted.kept, "B")});
    return true;
}

static bool fills_table(const struct options *options, struct page *page)
{
    static const char *const heads[] = {"entries", "tables", "moved", "mallocs", "TotalAlloc",
                                        "kept", "hint: mallocs", "hint: kept", NULL};
    page_table(page, "fills", heads);
    bool done = fills_row(options, page, "1000", 1000)
        && fills_row(options, page, "100000", 100000)
        && fills_row(options, page, "1000000", 1000000)
        && fills_row(options, page, "keys", options->keys);
    if (done)
        page_table_end(page);
    return done;
}

/* --- retain: hints --- */

static const uint64_t hints[] = {8, 14, 28, 448, 896, 897, 898, 1792, 1793, 1796, 3585,
                                 10000, 100000, 1000000};

static bool hint_row(const struct options *options, struct page *page, uint64_t hint)
{
    struct presize_hint h;
    char slug[PAGE_NUMBER_BYTES], label[PAGE_NUMBER_BYTES];
    if (!presize_hint(options, hint, &h))
        return false;
    page_row(page, slug_of(slug, hint), page_number(label, hint), (struct page_cell[]){
        exact(h.tables, ""), exact(h.capacity, ""), exact(h.room, ""),
        exact(h.fill.bytes_before, "B"), exact(h.growths, ""), exact(h.fill.tables, ""),
        exact(h.fill.kept, "B")});
    return true;
}

static bool hints_table(const struct options *options, struct page *page)
{
    static const char *const heads[] = {"hint", "tables", "slots each", "room", "before",
                                        "growths", "tables then", "filled", NULL};
    page_table(page, "hints", heads);
    for (unsigned i = 0; i < LENGTH(hints); i++) {
        if (!hint_row(options, page, hints[i]))
            return false;
    }
    page_table_end(page);
    return true;
}

/* --- retain: how many tables --- */

static bool tables_table(const struct options *options, struct page *page)
{
    static const uint64_t sizes[] = {897, 1792, 10000, 100000, 500000, 1000000, 1 << 20};
    static const char *const heads[] = {"entries", "expected", "mean", "least", "most", NULL};
    page_table(page, "tables", heads);
    for (unsigned i = 0; i < LENGTH(sizes); i++) {
        struct presize_tables t;
        char slug[PAGE_NUMBER_BYTES], label[PAGE_NUMBER_BYTES];
        if (!presize_tables(options, sizes[i], &t))
            return false;
        page_row(page, slug_of(slug, t.keys), page_number(label, t.keys), (struct page_cell[]){
            exact_real(t.expected, 1, ""), exact_real(t.mean, 1, ""), exact(t.least, ""),
            exact(t.most, "")});
    }
    page_table_end(page);
    return true;
}

/* --- retain: verdicts --- */

static bool hint_verdict(const struct options *options, struct page *page, uint64_t hint)
{
    struct presize_hint h;
    char name[PAGE_NUMBER_BYTES + 8], room[PAGE_NUMBER_BYTES], label[PAGE_NUMBER_BYTES];
    if (!presize_hint(options, hint, &h))
        return false;
    uint64_t during = h.fill.mallocs - h.fill.mallocs_before;
    snprintf(name, sizeof name, "hint-%" PRIu64, hint);
    page_beyond(page, "presize-cuts-allocations", name, during > 0,
                "%s entries into the %" PRIu64 " tables of their hint, room for %s: %" PRIu64
                " allocations while filling.", page_number(label, hint), h.tables,
                page_number(room, h.room), during);
    return true;
}

/* A hint that no address space could hold, for a thousand entries. */
static bool absurd_verdict(const struct options *options, struct page *page)
{
    const uint64_t keys = 1000, absurd = (uint64_t)1 << 62;
    struct presize_fill grown, hinted;
    if (!presize_fill(options, keys, 0, &grown) || !presize_fill(options, keys, absurd, &hinted))
        return false;
    page_beyond(page, "presize-cuts-allocations", "absurd-hint",
                hinted.mallocs >= grown.mallocs,
                "a hint of 2^62 is ignored: 1,000 entries make %" PRIu64 " allocations with it, %"
                PRIu64 " without.", hinted.mallocs, grown.mallocs);
    return true;
}

static bool retain_verdicts(const struct options *options, struct page *page,
                            const struct presize_fill *grown, const struct presize_fill *hinted)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    uint64_t during = hinted->mallocs - hinted->mallocs_before;
    page_claim(page, "presize-cuts-allocations", hinted->mallocs < grown->mallocs && during == 0,
               "%s allocations with the hint, %" PRIu64 " of them while filling; %s without.",
               page_number(a, hinted->mallocs), during, page_number(b, grown->mallocs));
    return hint_verdict(options, page, 897) && hint_verdict(options, page, 1792)
        && hint_verdict(options, page, 1793) && hint_verdict(options, page, 3585)
        && absurd_verdict(options, page);
}

static bool run_retain(const struct options *options, struct page *page)
{
    struct presize_fill grown, hinted;
    char keys[PAGE_NUMBER_BYTES];
    if (!presize_fill(options, options->keys, 0, &grown)
        || !presize_fill(options, options->keys, options->keys, &hinted))
        return false;
    page_text(page, "Why a map[int]int allocates while it gets %s entries: without a hint, and "
              "with it.", page_number(keys, options->keys));
    causes_table(page, &grown, &hinted);
    page_text(page, "Other sizes; kept is HeapAlloc after a collection.");
    if (!fills_table(options, page))
        return false;
    page_text(page, "What a hint makes before the first insert, and after as many as it says.");
    if (!hints_table(options, page))
        return false;
    page_text(page, "Tables of a map that grew: expected, and counted with %d seeds.",
              PRESIZE_SEEDS);
    return tables_table(options, page) && retain_verdicts(options, page, &grown, &hinted);
}

/* --- bench: with a hint and without --- */

/* The sizes timed: these, then as many keys as the options say. The claim is about 10,000: such
 * a map fits into a near cache, so that a busy neighbour hardly changes the ratio. */
static const uint64_t sizes[] = {1000, 10000, 100000};
enum { SIZES = LENGTH(sizes), CLAIMED = 1, MAX_SIZES = SIZES + 1 };

/* Go's lines for a fill in both ways. */
static void write_lines(const struct options *options, struct page *page,
                        const struct presize_times *t)
{
    char settings[64];
    if (!options->benchfmt || page->out == NULL)
        return;
    for (unsigned i = 0; i < PRESIZE_WAYS; i++) {
        snprintf(settings, sizeof settings, "keys=%" PRIu64 "/hint=%" PRIu64, t->keys,
                 i == PRESIZE_HINTED ? t->hint : 0);
        bench_write_lines(page->out, presize_way_names[i], settings, &t->ways[i]);
    }
}

static bool time_and_write(const struct options *options, struct page *page, uint64_t keys,
                           uint64_t hint, struct presize_times *times)
{
    if (!presize_bench(options, keys, hint, times))
        return false;
    write_lines(options, page, times);
    return true;
}

static void insert_row(struct page *page, const char *slug, const struct presize_times *t)
{
    const struct bench_result *grown = &t->ways[PRESIZE_GROWN];
    const struct bench_result *hinted = &t->ways[PRESIZE_HINTED];
    char label[PAGE_NUMBER_BYTES];
    page_row(page, slug, page_number(label, t->keys), (struct page_cell[]){
        measured(grown->median_ns / 1000, "µs"), exact(grown->allocs_per_round, ""),
        exact(grown->bytes_per_round, "B"), measured(hinted->median_ns / 1000, "µs"),
        exact(hinted->allocs_per_round, ""), exact(hinted->bytes_per_round, "B"),
        measured(t->grown_over_hinted, "")});
}

static void insert_table(struct page *page, const struct presize_times times[MAX_SIZES])
{
    static const char *const heads[] = {"entries", "grown", "allocs", "bytes", "hint",
                                        "hint: allocs", "hint: bytes", "ratio", NULL};
    char slug[PAGE_NUMBER_BYTES];
    page_text(page, "A map made and filled: grown without a hint, and with the right one.");
    page_table(page, "insert", heads);
    for (unsigned i = 0; i < MAX_SIZES; i++)
        insert_row(page, i < SIZES ? slug_of(slug, times[i].keys) : "keys", &times[i]);
    page_table_end(page);
}

/* --- bench: a hint that is too large --- */

static void write_use_lines(const struct options *options, struct page *page,
                            const struct presize_oversized *o)
{
    char settings[64];
    if (!options->benchfmt || page->out == NULL)
        return;
    for (unsigned use = 0; use < PRESIZE_USES; use++) {
        for (unsigned way = 0; way < PRESIZE_WAYS; way++) {
            snprintf(settings, sizeof settings, "sized/keys=%" PRIu64 "/hint=%" PRIu64, o->keys,
                     way == 0 ? o->keys : o->hint);
            bench_write_lines(page->out, presize_use_names[use], settings,
                              way == 0 ? &o->fitting[use] : &o->oversized[use]);
        }
    }
}

static void oversized_table(struct page *page, const struct presize_oversized *o)
{
    static const char *const heads[] = {"", "fitting hint", "oversized", "ratio", NULL};
    static const char *const labels[PRESIZE_USES] = {"make and fill", "range", "clear"};
    char keys[PAGE_NUMBER_BYTES], hint[PAGE_NUMBER_BYTES];
    page_text(page, "A map of %s entries: made with that hint, and with a hint of %s.",
              page_number(keys, o->keys), page_number(hint, o->hint));
    page_table(page, "oversized", heads);
    page_row(page, "kept", "HeapAlloc", (struct page_cell[]){
        exact(o->bytes[0], "B"), exact(o->bytes[1], "B"),
        exact_real((double)o->bytes[1] / (double)o->bytes[0], 1, "")});
    for (unsigned use = 0; use < PRESIZE_USES; use++) {
        page_row(page, presize_use_names[use], labels[use], (struct page_cell[]){
            measured(o->fitting[use].median_ns / 1000, "µs"),
            measured(o->oversized[use].median_ns / 1000, "µs"), measured(o->ratio[use], "")});
    }
    page_table_end(page);
}

/* --- bench: the figures that a source prints --- */

static void printed_row(struct page *page, const char *slug, const char *label,
                        const struct presize_size *size)
{
    page_row(page, slug, label, (struct page_cell[]){
        exact(size->entries, ""), exact(size->allocs, ""), exact(size->bytes, "B")});
}

static bool printed_table(const struct options *options, struct page *page)
{
    static const char *const heads[] = {"printed", "entries", "allocs", "bytes", NULL};
    struct presize_printed p;
    if (!presize_printed(options, &p))
        return false;
    page_text(page,
              "What [maps] prints for one size, and the sizes at which the model comes to it.");
    page_table(page, "printed", heads);
    printed_row(page, "allocs", "62 allocations, grown", &p.allocs);
    printed_row(page, "bytes", "5.2 MB, grown", &p.bytes);
    printed_row(page, "hint-allocs", "9 allocations, hint: up to", &p.hint_allocs);
    printed_row(page, "hint-below", "below 4.1 MB, hint: up to", &p.hint_below);
    printed_row(page, "hint-above", "above 4.1 MB, hint: from", &p.hint_above);
    printed_row(page, "widest", "9 allocations, widest slots", &p.widest);
    page_table_end(page);
    return true;
}

/* --- bench --- */

static void bench_verdicts(struct page *page, const struct presize_times *claimed,
                           const struct presize_times *oversized)
{
    char ratio[PAGE_NUMBER_BYTES], a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    page_cell_text(ratio, measured(claimed->grown_over_hinted, ""));
    page_claim(page, "presize-is-faster", claimed->grown_over_hinted >= PRESIZE_WINS_BY,
               "%s entries without the hint take %s times as long as with it.",
               page_number(a, claimed->keys), ratio);
    page_cell_text(ratio, measured(1 / oversized->grown_over_hinted, ""));
    page_beyond(page, "presize-is-faster", "oversized-hint",
                oversized->grown_over_hinted <= 1 / PRESIZE_OVERSIZED_LOSES_BY,
                "%s entries with a hint of %s take %s times as long as without.",
                page_number(a, oversized->keys), page_number(b, oversized->hint), ratio);
}

static bool run_bench(const struct options *options, struct page *page)
{
    struct presize_times times[MAX_SIZES], few;
    struct presize_oversized oversized;
    if (options->benchfmt && page->out != NULL)
        bench_write_units(page->out);
    for (unsigned i = 0; i < MAX_SIZES; i++) {
        uint64_t keys = i < SIZES ? sizes[i] : options->keys;
        if (!time_and_write(options, page, keys, keys, &times[i]))
            return false;
    }
    if (!time_and_write(options, page, sizes[0], options->keys, &few)
        || !presize_oversized(options, sizes[0], options->keys, &oversized))
        return false;
    write_use_lines(options, page, &oversized);
    if (options->benchfmt)
        return true;
    insert_table(page, times);
    oversized_table(page, &oversized);
    if (!printed_table(options, page))
        return false;
    bench_verdicts(page, &times[CLAIMED], &few);
    return true;
}

/* --- dot --- */

enum { PICTURE_KEYS = 1793 };

static bool run_dot(const struct options *options, struct page *page)
{
    bool hinted = options->picture == NULL || options->picture[0] == 'h';
    return presize_draw(options, PICTURE_KEYS, hinted, page->out);
}

static const char *const pictures[] = {"hinted", "grown", NULL};

/* Beyond that a fill with its garbage would take more than two gigabytes. */
enum { MAX_KEYS = 1 << 24 };

static const struct target targets[] = {
    {"retain", "what a hint gives, and where allocations come from", run_retain, 1 << 20,
     MAX_KEYS},
    {"bench", "filling a map with and without saying how many", run_bench, 1 << 20, MAX_KEYS},
    {"versions", "hints in the maps of Go 1.23, Go 1.24 and Rust", presize_versions_page, 1 << 20,
     MAX_KEYS},
    {"dot", "pictures of live memory, as Graphviz", run_dot, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

const struct program program = {
    .name = "05-presize",
    .title = "Saying how many",
    .targets = targets,
    .pictures = pictures,
    .designs = (const char *const[]){"go1.24", NULL},
};
