/*
 * clear.c - chapter 04: emptying a map to use it again.
 *
 * The experiments stand in clear_trace.c and clear_bench.c. Here are the pages that show
 * what they found, and the verdicts.
 */
#include "clear.h"

#include <inttypes.h>

/* --- retain: the moments --- */

static void moment_row(struct page *page, const char *slug, const char *label,
                       const struct clear_step *step)
{
    page_row(page, slug, label, (struct page_cell[]){
        exact(step->entries, ""), exact(step->heap_alloc, "B"), exact(step->mallocs, ""),
        exact(step->tombstones, "")});
}

static void moments_table(struct page *page, const struct clear_step steps[CLEAR_MOMENTS])
{
    static const char *const heads[] = {"moment", "entries", "HeapAlloc", "mallocs", "tombstones",
                                        NULL};
    page_table(page, "heap", heads);
    moment_row(page, "filled", "filled", &steps[CLEAR_FILLED]);
    moment_row(page, "cleared", "cleared", &steps[CLEAR_CLEARED]);
    moment_row(page, "refilled", "filled with the same keys", &steps[CLEAR_REFILLED]);
    moment_row(page, "deleted", "every key deleted", &steps[CLEAR_DELETED]);
    moment_row(page, "cleared-again", "cleared while empty", &steps[CLEAR_CLEARED_AGAIN]);
    moment_row(page, "dropped", "dropped", &steps[CLEAR_DROPPED]);
    page_table_end(page);
}

/* --- retain: bytes written --- */

enum { MAX_LIVES = 4 };

/* The numbers of live entries that the tables show: 10, 1000, 100,000 as far as the map is
 * larger, and a full map. Returns how many. */
static unsigned live_counts(uint64_t keys, uint64_t lives[MAX_LIVES])
{
    unsigned count = 0;
    for (uint64_t live = 10; live < keys && live <= 100000; live *= 100)
        lives[count++] = live;
    lives[count++] = keys;
    return count;
}

/* Rows are named by their place, so that a smaller map has fewer but no other ones. */
static const char *live_slug(unsigned i, unsigned count)
{
    static const char *const slugs[] = {"ten", "thousand", "hundred-thousand"};
    return i == count - 1 ? "full" : slugs[i];
}

static void written_row(struct page *page, const char *slug, const struct clear_written *w)
{
    char label[PAGE_NUMBER_BYTES];
    page_row(page, slug, page_number(label, w->live), (struct page_cell[]){
        exact(w->groups, ""), exact(w->group_bytes, "B"), exact(w->by_clear, "B"),
        exact(w->by_deletes, "B")});
}

/* Fills rows and *count; prints them. */
static bool written_table(const struct options *options, struct page *page,
                          struct clear_written rows[MAX_LIVES], unsigned *count)
{
    static const char *const heads[] = {"live entries", "groups", "group", "by clear",
                                        "by deletes", NULL};
    uint64_t lives[MAX_LIVES];
    *count = live_counts(options->keys, lives);
    for (unsigned i = 0; i < *count; i++) {
        if (!clear_written(options, lives[i], &rows[i]))
            return false;
    }
    page_table(page, "written", heads);
    for (unsigned i = 0; i < *count; i++)
        written_row(page, live_slug(i, *count), &rows[i]);
    page_table_end(page);
    return true;
}

/* --- retain: using it again --- */

static bool reuse_row(const struct options *options, struct page *page, const char *slug,
                      uint64_t keys)
{
    struct clear_reuse r;
    char label[PAGE_NUMBER_BYTES];
    if (!clear_reuse(options, keys, &r))
        return false;
    page_row(page, slug, page_number(label, keys), (struct page_cell[]){
        exact(r.tables, ""), exact(r.after_clear, ""), exact(r.tombstones, ""),
        exact(r.after_deletes, ""), exact(r.tables_after_deletes, "")});
    return true;
}

static bool reuse_table(const struct options *options, struct page *page)
{
    static const char *const heads[] = {"entries", "tables", "mallocs after clear", "tombstones",
                                        "mallocs after deletes", "tables then", NULL};
    page_table(page, "reuse", heads);
    bool done = reuse_row(options, page, "57000", 57000)
        && reuse_row(options, page, "100000", 100000)
        && reuse_row(options, page, "keys", options->keys);
    if (done)
        page_table_end(page);
    return done;
}

/* --- retain: verdicts --- */

static void retains_verdicts(struct page *page, const struct clear_step steps[CLEAR_MOMENTS],
                             const struct clear_outside *outside)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    uint64_t filled = steps[CLEAR_FILLED].heap_alloc, cleared = steps[CLEAR_CLEARED].heap_alloc;
    page_claim(page, "clear-retains", filled == cleared,
               "%s B before clear, %s B after it and a collection.", page_number(a, filled),
               page_number(b, cleared));
    page_beyond(page, "clear-retains", "elems-out-of-line", outside->cleared < outside->filled / 2,
                "with elems of %d B, which lie outside the slots, %s B before and %s B after.",
                CLEAR_OUTSIDE_BYTES, page_number(a, outside->filled),
                page_number(b, outside->cleared));
}

static void writes_verdicts(struct page *page, const struct clear_written rows[], unsigned count,
                            const struct clear_written *none)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    bool whole = true;
    for (unsigned i = 0; i < count; i++)
        whole = whole && rows[i].by_clear == rows[i].groups * rows[i].group_bytes;
    const struct clear_written *first = &rows[0];
    page_claim(page, "clear-writes-whole-groups", whole,
               "with %s live entries clear writes %s B of the %s B of all groups.",
               page_number(a, first->live), page_number(b, first->by_clear),
               page_number(c, first->groups * first->group_bytes));
    page_beyond(page, "clear-writes-whole-groups", "no-entries", none->by_clear == 0,
                "in a map without entries clear writes %s B.", page_number(a, none->by_clear));
}

static bool run_retain(const struct options *options, struct page *page)
{
    struct clear_step steps[CLEAR_MOMENTS];
    struct clear_outside outside;
    struct clear_written rows[MAX_LIVES], none;
    unsigned count;
    if (!clear_trace(options, steps) || !clear_outside(options, &outside)
        || !clear_written(options, 0, &none))
        return false;
    page_text(page, "A map[int]int through its life, its garbage collected at each moment.");
    moments_table(page, steps);
    page_text(page, "Bytes of its groups that are written when it is emptied.");
    if (!written_table(options, page, rows, &count))
        return false;
    page_text(page, "Allocations that the same keys need when they are put in again.");
    if (!reuse_table(options, page))
        return false;
    page_figure(page, "outside-elem", "an elem outside the slots", exact(outside.elem_bytes, "B"));
    page_figure(page, "outside-entries", "entries with such elems", exact(outside.entries, ""));
    page_figure(page, "outside-filled", "HeapAlloc, filled", exact(outside.filled, "B"));
    page_figure(page, "outside-cleared", "HeapAlloc, cleared", exact(outside.cleared, "B"));
    retains_verdicts(page, steps, &outside);
    writes_verdicts(page, rows, count, &none);
    return true;
}

/* --- bench --- */

/* Go's lines, all ways of one map. */
static void write_lines(const struct options *options, struct page *page,
                        const struct clear_times *t)
{
    char settings[64];
    if (!options->benchfmt || page->out == NULL)
        return;
    snprintf(settings, sizeof settings, "made=%" PRIu64 "/keys=%" PRIu64, t->made_for, t->live);
    for (unsigned i = 0; i < CLEAR_WAYS; i++)
        bench_write_lines(page->out, clear_way_names[i], settings, &t->ways[i]);
}

static bool time_and_write(const struct options *options, struct page *page, uint64_t made_for,
                           uint64_t live, struct clear_times *times)
{
    if (!clear_bench(options, made_for, live, times))
        return false;
    write_lines(options, page, times);
    return true;
}

static double us(const struct clear_times *t, enum clear_way way)
{
    return t->ways[way].median_ns / 1000;
}

/* Nanoseconds for each live entry. */
static double each(const struct clear_times *t, enum clear_way way)
{
    return t->ways[way].median_ns / (double)(t->live > 0 ? t->live : 1);
}

/* The sizes of the first table: these, then as many keys as the options say. */
static const uint64_t sizes[] = {1 << 10, 1 << 13, 1 << 16, 100000, 1 << 18};
enum { SIZES = sizeof sizes / sizeof *sizes, MAX_SIZES = SIZES + 1 };

static void size_row(struct page *page, const char *slug, const struct clear_times *t)
{
    char label[PAGE_NUMBER_BYTES];
    page_row(page, slug, page_number(label, t->live), (struct page_cell[]){
        exact(t->tables, ""), exact(t->group_bytes, "B"), measured(us(t, CLEAR_BY_CLEAR), "µs"),
        measured(us(t, CLEAR_BY_KEYS), "µs"), measured(each(t, CLEAR_BY_CLEAR), "ns"),
        measured(each(t, CLEAR_BY_KEYS), "ns"), measured(t->keys_over_clear, "")});
}

static void sizes_table(struct page *page, const struct clear_times times[MAX_SIZES])
{
    static const char *const heads[] = {"entries", "tables", "groups", "clear", "deletes",
                                        "clear each", "delete each", "ratio", NULL};
    page_text(page, "Full maps, emptied by clear and by deleting their keys one by one.");
    page_table(page, "sizes", heads);
    for (unsigned i = 0; i < MAX_SIZES; i++) {
        char slug[PAGE_NUMBER_BYTES];
        snprintf(slug, sizeof slug, "%" PRIu64, times[i].live);
        size_row(page, i < SIZES ? slug : "keys", &times[i]);
    }
    page_table_end(page);
}

static void live_row(struct page *page, const char *slug, const struct clear_times *t)
{
    char label[PAGE_NUMBER_BYTES];
    page_row(page, slug, page_number(label, t->live), (struct page_cell[]){
        measured(us(t, CLEAR_BY_CLEAR), "µs"), measured(us(t, CLEAR_BY_KEYS), "µs"),
        measured(us(t, CLEAR_BY_RANGE), "µs"), measured(t->keys_over_clear, ""),
        measured(t->range_over_clear, "")});
}

static void live_table(struct page *page, const struct clear_times times[MAX_LIVES],
                       unsigned count)
{
    static const char *const heads[] = {"live entries", "clear", "deletes", "range and delete",
                                        "deletes/clear", "range/clear", NULL};
    char made_for[PAGE_NUMBER_BYTES];
    page_text(page, "A map made for %s entries, with some or all of them in it.",
              page_number(made_for, times[count - 1].made_for));
    page_table(page, "live", heads);
    for (unsigned i = 0; i < count; i++)
        live_row(page, live_slug(i, count), &times[i]);
    page_table_end(page);
}

static void bench_verdicts(struct page *page, const struct clear_times *full,
                           const struct clear_times *few)
{
    char ratio[PAGE_NUMBER_BYTES], live[PAGE_NUMBER_BYTES];
    page_cell_text(ratio, measured(full->keys_over_clear, ""));
    page_claim(page, "clear-beats-delete-loop", full->keys_over_clear >= CLEAR_WINS_BY,
               "on a full map of %s entries the deletes take %s times as long.",
               page_number(live, full->live), ratio);
    page_cell_text(ratio, measured(1 / few->keys_over_clear, ""));
    page_beyond(page, "clear-beats-delete-loop", "ten-live-keys",
                few->keys_over_clear <= 1 / DELETES_WIN_BY,
                "with %s live entries, their keys known, clear takes %s times as long.",
                page_number(live, few->live), ratio);
}

/* Times the full maps of the first table, then the emptier ones of the second. */
static bool bench_all(const struct options *options, struct page *page,
                      struct clear_times full[MAX_SIZES], struct clear_times live[MAX_LIVES],
                      unsigned *count)
{
    uint64_t lives[MAX_LIVES];
    *count = live_counts(options->keys, lives);
    for (unsigned i = 0; i < MAX_SIZES; i++) {
        uint64_t keys = i < SIZES ? sizes[i] : options->keys;
        if (!time_and_write(options, page, keys, keys, &full[i]))
            return false;
    }
    for (unsigned i = 0; i < *count - 1; i++) {
        if (!time_and_write(options, page, options->keys, lives[i], &live[i]))
            return false;
    }
    live[*count - 1] = full[MAX_SIZES - 1];
    return true;
}

static bool run_bench(const struct options *options, struct page *page)
{
    static struct clear_times full[MAX_SIZES], live[MAX_LIVES];     /* large: many rounds */
    unsigned count;
    if (options->benchfmt && page->out != NULL)
        bench_write_units(page->out);
    if (!bench_all(options, page, full, live, &count))
        return false;
    if (options->benchfmt)
        return true;
    sizes_table(page, full);
    live_table(page, live, count);
    bench_verdicts(page, &full[MAX_SIZES - 1], &live[0]);
    return true;
}

/* --- dot --- */

static bool run_dot(const struct options *options, struct page *page)
{
    return clear_draw_group(options, page->out);
}

static const char *const pictures[] = {"group", NULL};

/* Beyond that a benchmark would take minutes, and its three maps more than a gigabyte. */
enum { MAX_KEYS = 1 << 24 };

static const struct target targets[] = {
    {"retain", "what clear keeps and writes, and what a second fill needs", run_retain, 1 << 20,
     MAX_KEYS},
    {"bench", "clear against deleting the keys one by one", run_bench, 1 << 20, MAX_KEYS},
    {"versions", "clear in the maps of Go 1.23, Go 1.24 and Rust", clear_versions_page, 1 << 20,
     MAX_KEYS},
    {"dot", "a picture of live memory, as Graphviz", run_dot, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

const struct program program = {
    .name = "04-clear",
    .title = "Emptying a map to use it again",
    .targets = targets,
    .pictures = pictures,
    .designs = (const char *const[]){"go1.24", NULL},
};
