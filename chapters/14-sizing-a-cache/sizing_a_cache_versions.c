/*
 * sizing_a_cache_versions.c - the source's cache: what paper says, and what is counted.
 */
#include "sizing_a_cache_pages.h"

#include <inttypes.h>

/* --- The cases -------------------------------------------------------------- */

static const struct {
    const char *slug, *label, *type;
    uint64_t entries;
} caches[CACHES] = {
    [BUSY_FAT] = {"busy-56", "busy, 56-byte pairs", CACHE_FAT, CACHE_BUSY},
    [BUSY_LEAN] = {"busy-24", "busy, 24-byte pairs", CACHE_LEAN, CACHE_BUSY},
    [QUIET_FAT] = {"quiet-56", "quiet, 56-byte pairs", CACHE_FAT, CACHE_QUIET},
    [QUIET_LEAN] = {"quiet-24", "quiet, 24-byte pairs", CACHE_LEAN, CACHE_QUIET},
};

/* What is saved of `before`, in percent; less than nothing if it is more. */
static double saved(uint64_t before, uint64_t after)
{
    return 100 - 100 * (double)after / (double)before;
}

static void print_cases(struct page *page, const struct counted cases[CACHES])
{
    char busy[PAGE_NUMBER_BYTES], quiet[PAGE_NUMBER_BYTES];
    page_text(page, "The source's cache, %s entries when busy, %s when quiet; bytes of Go 1.23's "
                    "buckets, Go 1.24's Swiss tables and Rust's table as counted, and what Go 1.24 "
                    "saves:", page_number(busy, CACHE_BUSY),
              page_number(quiet, CACHE_QUIET));
    page_table(page, "cases",
               HEADS("cache", "slot", "buckets", "swiss", "rust", "tables", "saved"));
    for (unsigned i = 0; i < CACHES; i++) {
        const struct size_reading *of = cases[i].of;
        page_row(page, caches[i].slug, caches[i].label,
                 CELLS(exact(cases[i].slot, "B"), exact(of[SIZE_GO_1_23].bytes, "B"),
                       exact(of[SIZE_GO_1_24].bytes, "B"), exact(of[SIZE_RUST].bytes, "B"),
                       exact(of[SIZE_GO_1_24].tables, ""),
                       exact_real(saved(of[SIZE_GO_1_23].bytes, of[SIZE_GO_1_24].bytes), 1, "%")));
    }
    page_table_end(page);
}

/* --- Go 1.23 ---------------------------------------------------------------- */

static void moment_row(struct page *page, const char *slug, const char *label,
                       const struct size_reading *r)
{
    page_row(page, slug, label,
             CELLS(exact(r->entries, ""), exact(r->buckets, ""), exact(r->old_buckets, ""),
                   exact(r->bytes, "B"), exact_real((double)r->bytes / (1 << 20), 1, "")));
}

static void print_moments(struct page *page, const struct size_reading at[MOMENTS],
                          uint64_t hinted)
{
    static const char *const slugs[MOMENTS] = {"full", "begun", "source", "over"};
    static const char *const labels[MOMENTS] = {"full", "one more key", "the source's number",
                                                "the old array gone"};
    page_text(page, "Go 1.23, 56-byte pairs, while it grows; and made for as many entries:");
    page_table(page, "moments",
               HEADS("moment", "entries", "buckets", "old buckets", "bytes", "MiB"));
    for (unsigned i = 0; i < MOMENTS; i++)
        moment_row(page, slugs[i], labels[i], &at[i]);
    struct size_reading made = {.buckets = at[MOMENT_SOURCE].buckets, .bytes = hinted};
    moment_row(page, "hinted", "made with a hint", &made);
    page_table_end(page);
}

static void part(struct page *page, const char *slug, const char *label, uint64_t paper,
                 uint64_t count, uint64_t bytes)
{
    page_row(page, slug, label,
             CELLS(exact(paper, "B"), count == 0 ? word("") : exact(count, ""),
                   exact(bytes, "B"), exact_real((double)bytes / (1 << 20), 1, "")));
}

/* The parts of the sum at the source's number of entries. */
static void print_buckets(struct page *page, const struct size_reading *r)
{
    enum { BUCKET = 464, OBJECT = 480, HEADERS = 48 + 24 };
    struct paper p = paper_of_the_source();
    uint64_t spare = r->buckets / 16, old_spare = r->old_buckets / 16;
    uint64_t arrays = BUCKET * (r->buckets + spare + r->old_buckets + old_spare);
    uint64_t chains = r->bytes - arrays - HEADERS;
    page_text(page, "Go 1.23 on paper and counted:");
    page_table(page, "buckets", HEADS("part", "paper", "number", "bytes", "MiB"));
    part(page, "array", "buckets of the array", p.array, r->buckets, BUCKET * r->buckets);
    part(page, "spare", "spare ones behind them", p.spare, spare, BUCKET * spare);
    part(page, "old", "buckets of the old array", p.old_array, r->old_buckets,
         BUCKET * r->old_buckets);
    part(page, "old-spare", "spare ones behind them", 0, old_spare, BUCKET * old_spare);
    part(page, "chains", "old overflow buckets", 0, chains / OBJECT, chains);
    part(page, "headers", "headers", 0, 2, HEADERS);
    part(page, "sum", "sum", p.buckets_sum, 0, r->bytes);
    page_table_end(page);
}

/* --- Go 1.24 ---------------------------------------------------------------- */

static void print_tables(struct page *page, const struct size_reading *r)
{
    enum { TABLE = 58368, ROUNDED = 65536, HEADER = 32, MAP = 48 };
    struct paper p = paper_of_the_source();
    uint64_t tables = r->tables, more = tables - p.tables;
    struct chance expected = size_swiss_tables(CACHE_BUSY);
    page_figure(page, "expected-tables", "Go 1.24's tables, expected",
                exact_real(expected.mean, 1, ""));
    page_figure(page, "tables-spread", "more or fewer", exact_real(expected.spread, 1, ""));
    page_text(page, "Go 1.24 on paper and counted:");
    page_table(page, "tables", HEADS("part", "paper", "number", "bytes", "MiB"));
    part(page, "paper", "groups of full tables", p.tables_sum, p.tables, p.tables_sum);
    part(page, "more", "groups of more tables", 0, more, TABLE * more);
    part(page, "rounding", "to whole pages", 0, 0, (ROUNDED - TABLE) * tables);
    part(page, "headers", "table headers", 0, tables, HEADER * tables);
    part(page, "directory", "directory, header", 0, 2, r->bytes - (ROUNDED + HEADER) * tables);
    part(page, "sum", "sum", p.tables_sum, 0, r->bytes);
    page_table_end(page);
}

/* --- Steps ------------------------------------------------------------------ */

enum { FIRST_OCTAVE = 19, OCTAVES = 4 };

/* Sizes at which something happens: the last entries before each design's step, and one more. */
static uint64_t step_at(unsigned octave, unsigned i)
{
    static const struct { double part; unsigned more; } steps[] = {
        {1, 0}, {1.3, 0}, {1.625, 0}, {1.625, 1}, {1.75, 0}, {1.75, 1}, {1.8, 0}, {1.9, 0},
    };
    if (i == sizeof steps / sizeof steps[0])
        return 0;
    return (uint64_t)((double)((uint64_t)1 << octave) * steps[i].part) + steps[i].more;
}

static bool step_row(struct page *page, const struct described *d, uint64_t entries)
{
    char slug[PAGE_NUMBER_BYTES], label[PAGE_NUMBER_BYTES];
    uint64_t bytes[SIZE_DESIGNS];
    for (unsigned i = 0; i < SIZE_DESIGNS; i++) {
        enum size_design design = (enum size_design)i;
        bytes[i] = size_of(design, described_type(d, design), entries).expected;
    }
    snprintf(slug, sizeof slug, "%" PRIu64, entries);
    page_row(page, slug, page_number(label, entries),
             CELLS(exact(bytes[SIZE_GO_1_23], "B"), exact(bytes[SIZE_GO_1_24], "B"),
                   exact(bytes[SIZE_RUST], "B"),
                   exact_real(saved(bytes[SIZE_GO_1_23], bytes[SIZE_GO_1_24]), 1, "%")));
    return true;
}

static bool print_steps(struct page *page)
{
    static struct described d;
    struct type_error error;
    if (!described_read(CACHE_FAT, &d, &error))
        return false;
    page_text(page, "56-byte pairs, expected bytes at the sizes where the designs take steps:");
    page_table(page, "steps", HEADS("entries", "buckets", "swiss", "rust", "saved"));
    for (unsigned octave = FIRST_OCTAVE; octave < FIRST_OCTAVE + OCTAVES; octave++)
        for (unsigned i = 0; step_at(octave, i) != 0; i++)
            step_row(page, &d, step_at(octave, i));
    page_table_end(page);
    return true;
}

/* --- Verdicts --------------------------------------------------------------- */

/* Everything that the claims are about. */
struct evidence {
    struct counted cases[CACHES];
    struct size_reading at[MOMENTS];
    uint64_t hinted;
    uint64_t below, maps;
    struct counted words, flags;        /* u64 to u64, u64 to bool */
};

static bool gather(const struct options *o, struct evidence *e)
{
    for (unsigned i = 0; i < CACHES; i++)
        if (!counted_run(caches[i].type, caches[i].entries, o->seed, &e->cases[i]))
            return false;
    e->below = below_floor(o->seed, &e->maps);
    return moments_run(o->seed, e->at) && hinted_run(o->limit_bytes, &e->hinted)
        && e->below != UINT64_MAX && counted_run("u64,u64", 1 << 16, o->seed, &e->words)
        && counted_run("u64,bool", 1 << 16, o->seed, &e->flags);
}

static void judge_floor(struct page *page, const struct evidence *e)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    const struct counted *busy = &e->cases[BUSY_FAT];
    page_claim(page, "estimate-is-a-floor", claim_floor(e->cases, e->below),
               "%s of %s maps are below it; Go 1.24's cache takes %s B, on paper %s B",
               page_number(a, e->below), page_number(b, e->maps + CACHES * SIZE_DESIGNS),
               page_number(c, busy->of[SIZE_GO_1_24].bytes),
               page_number((char[PAGE_NUMBER_BYTES]){0}, busy->size[SIZE_GO_1_24].floor));
    uint64_t paper = paper_of_the_source().buckets_sum, gone = e->at[MOMENT_OVER].bytes;
    page_beyond(page, "estimate-is-a-floor", "old-array-gone", !claim_paper_is_floor(paper, gone),
                "%s B on paper with the old array; with %s entries Go 1.23 takes %s B",
                page_number(a, paper), page_number(b, e->at[MOMENT_OVER].entries),
                page_number(c, gone));
}

static void judge_saving(struct page *page, const struct evidence *e)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    const struct size_reading *busy = e->cases[BUSY_FAT].of, *quiet = e->cases[QUIET_FAT].of;
    uint64_t after = busy[SIZE_GO_1_24].bytes;
    page_claim(page, "swiss-saves-two-thirds", claim_two_thirds(busy[SIZE_GO_1_23].bytes, after),
               "of %s B it leaves %s B: %.1f %% saved", page_number(a, busy[SIZE_GO_1_23].bytes),
               page_number(b, after), saved(busy[SIZE_GO_1_23].bytes, after));
    page_beyond(page, "swiss-saves-two-thirds", "made-with-a-hint",
                !claim_two_thirds(e->hinted, after), "of %s B it leaves %s B: %.1f %% saved",
                page_number(a, e->hinted), page_number(b, after), saved(e->hinted, after));
    page_beyond(page, "swiss-saves-two-thirds", "quiet",
                !claim_two_thirds(quiet[SIZE_GO_1_23].bytes, quiet[SIZE_GO_1_24].bytes),
                "%s B in Go 1.23, %s B in Go 1.24: more",
                page_number(a, quiet[SIZE_GO_1_23].bytes),
                page_number(b, quiet[SIZE_GO_1_24].bytes));
}

static void judge_diet(struct page *page, const struct evidence *e)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    uint64_t fat = e->cases[BUSY_FAT].of[SIZE_GO_1_24].bytes;
    uint64_t lean = e->cases[BUSY_LEAN].of[SIZE_GO_1_24].bytes;
    page_claim(page, "diet-halves-again", claim_halves(fat, lean),
               "of %s B it leaves %s B: %.1f %% saved", page_number(a, fat), page_number(b, lean),
               saved(fat, lean));
    uint64_t words = e->words.of[SIZE_GO_1_24].bytes, flags = e->flags.of[SIZE_GO_1_24].bytes;
    page_beyond(page, "diet-halves-again", "padding-eats-it", !claim_halves(words, flags),
                "u64 to u64 takes %s B, u64 to bool %s B", page_number(a, words),
                page_number(b, flags));
}

/* A difference in MiB, with its sign. */
static double mib_saved(const struct size_reading of[SIZE_DESIGNS])
{
    return ((double)of[SIZE_GO_1_23].bytes - (double)of[SIZE_GO_1_24].bytes) / (1 << 20);
}

static void judge_quiet(struct page *page, const struct evidence *e)
{
    const struct size_reading *quiet = e->cases[QUIET_FAT].of, *busy = e->cases[BUSY_FAT].of;
    page_claim(page, "quiet-saves-too-little",
               claim_too_little(quiet[SIZE_GO_1_23].bytes, quiet[SIZE_GO_1_24].bytes),
               "%.1f MiB saved, and 200 to 300 MiB are to be paid for", mib_saved(quiet));
    page_beyond(page, "quiet-saves-too-little", "busy",
                !claim_too_little(busy[SIZE_GO_1_23].bytes, busy[SIZE_GO_1_24].bytes),
                "%.1f MiB saved", mib_saved(busy));
}

bool run_versions(const struct options *o, struct page *page)
{
    static struct evidence e;
    if (!gather(o, &e))
        return false;
    print_cases(page, e.cases);
    print_moments(page, e.at, e.hinted);
    print_buckets(page, &e.at[MOMENT_SOURCE]);
    print_tables(page, &e.cases[BUSY_FAT].of[SIZE_GO_1_24]);
    if (!print_steps(page))
        return false;
    judge_floor(page, &e);
    judge_saving(page, &e);
    judge_diet(page, &e);
    judge_quiet(page, &e);
    return true;
}
