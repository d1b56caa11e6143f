/*
 * delete_retains.c - chapter 1: what a map keeps when its entries go. The page.
 *
 * Read        delete_retains.h (what is tried), delete_retains_trace.c (how), this file
 *             (how it is shown), delete_retains_cache.c (the drill).
 */
#include "delete_retains.h"

#include <assert.h>

#include "design/design_swiss.h"
#include "program/program.h"
#include "swiss/swiss_u64.h"

/* --- The page: one life of a map -------------------------------------------- */

static const struct step_name { const char *slug, *label; } step_names[RETAIN_STEPS] = {
    [RETAIN_START] = {"start", "before the map is made"},
    [RETAIN_FILLED] = {"filled", "filled"},
    [RETAIN_DELETED] = {"deleted", "every key deleted"},
    [RETAIN_CLEARED_EMPTY] = {"cleared-empty", "cleared, being empty"},
    [RETAIN_REFILLED] = {"refilled", "filled again"},
    [RETAIN_CLEARED] = {"cleared", "cleared, being full"},
    [RETAIN_DROPPED] = {"dropped", "dropped, not yet collected"},
    [RETAIN_COLLECTED] = {"collected", "dropped and collected"},
};

static void print_life(struct page *page, const struct design *design, const struct retain *r)
{
    page_text(page, "A map of int to int: %s. HeapAlloc after each step; all but one are read "
                    "after a collection.", design->says);
    page_table(page, "heap", HEADS("step", "entries", "HeapAlloc", "objects"));
    for (enum retain_step step = 0; step < RETAIN_STEPS; step++) {
        const struct reading *at = &r->at[step];
        page_row(page, step_names[step].slug, step_names[step].label,
                 CELLS(exact(at->entries, ""), exact(at->bytes, "B"), exact(at->objects, "")));
    }
    page_table_end(page);
}

/* --- The page: where the bytes are ------------------------------------------ */

static const struct step_name part_names[PARTS] = {
    [PART_SLOTS] = {"slots", "slots, a key and an elem each"},
    [PART_CONTROL] = {"control", "control bytes, one a slot"},
    [PART_GROUPS_ROUNDING] = {"groups-rounding", "groups: rounding to their size class"},
    [PART_TABLES] = {"tables", "table headers"},
    [PART_DIRECTORY] = {"directory", "directory entries"},
    [PART_DIRECTORY_ROUNDING] = {"directory-rounding", "directory: rounding to its size class"},
    [PART_HEADER] = {"header", "map header"},
};

static void print_parts(struct page *page, const struct parts *p, uint64_t measured)
{
    page_text(page, "Where the bytes of the filled map are (Go 1.24), worked out from its tables:");
    page_table(page, "parts", HEADS("part", "count", "each", "bytes"));
    for (enum part part = 0; part < PARTS; part++) {
        uint64_t count = p->count[part];
        struct page_cell each = count == 0 || p->bytes[part] % count != 0
                                    ? word("") : exact(p->bytes[part] / count, "B");
        page_row(page, part_names[part].slug, part_names[part].label,
                 CELLS(exact(count, ""), each, exact(p->bytes[part], "B")));
    }
    page_row(page, "sum", "sum", CELLS(word(""), word(""), exact(p->sum, "B")));
    page_row(page, "measured", "HeapAlloc", CELLS(word(""), word(""), exact(measured, "B")));
    page_table_end(page);
}

/* --- The page: other values ------------------------------------------------- */

static void print_values(struct page *page, const struct incident *in, const struct retain *out)
{
    page_text(page, "Larger values. Over 128 bytes a value is an object of its own, and its slot "
                    "holds a pointer:");
    page_table(page, "values", HEADS("map", "entries", "filled", "deleted", "dropped"));
    page_row(page, "inline", "int to [128]byte",
             CELLS(exact(in->collected.entries, ""), exact(in->collected.bytes, "B"),
                   exact(in->deleted.bytes, "B"), exact(in->dropped.bytes, "B")));
    page_row(page, "outside", "int to [129]byte",
             CELLS(exact(out->at[RETAIN_FILLED].entries, ""),
                   exact(out->at[RETAIN_FILLED].bytes, "B"),
                   exact(out->at[RETAIN_DELETED].bytes, "B"),
                   exact(out->at[RETAIN_COLLECTED].bytes, "B")));
    page_table_end(page);
}

/* --- The page: the incident ------------------------------------------------- */

static void print_incident_row(struct page *page, const char *slug, const char *label,
                               struct reading at)
{
    page_row(page, slug, label,
             CELLS(exact(at.entries, ""), exact(at.bytes, "B"),
                   exact_real((double)at.bytes / (1 << 20), 1, "MiB"), exact(at.garbage, "B")));
}

static void print_incident(struct page *page, const struct incident *r)
{
    page_text(page, "The incident's program: int to [128]byte, always a million entries (Go "
                    "1.24):");
    page_table(page, "incident", HEADS("step", "entries", "HeapAlloc", "MiB", "garbage"));
    print_incident_row(page, "filled", "filled, as it stands", r->filled);
    print_incident_row(page, "collected", "filled and collected", r->collected);
    print_incident_row(page, "deleted", "deleted and collected", r->deleted);
    print_incident_row(page, "dropped", "dropped and collected", r->dropped);
    page_table_end(page);
    page_figure(page, "incident-tables", "tables of the million", exact(r->tables, ""));
    page_figure(page, "incident-total", "allocated in all while filling",
                exact(r->total_bytes, "B"));
}

/* --- The page: the cache ---------------------------------------------------- */

/* Bytes of a value; 5,000 make a million entries the drill's cache of 5 GB. */
static const size_t cache_values[] = {16, 256, 1024, 5000};
enum { CACHES = sizeof cache_values / sizeof cache_values[0] };

static bool caches_run(const struct options *options, struct cache caches[CACHES])
{
    for (unsigned i = 0; i < CACHES; i++)
        if (!cache_run(options->keys / 64, cache_values[i], options->seed, options->limit_bytes,
                       &caches[i]))
            return false;
    return true;
}

static double percent(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : 100.0 * (double)part / (double)whole;
}

static void print_caches(struct page *page, const struct cache caches[CACHES])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "A cache of strings to byte slices (Go 1.24), %s entries, before and after 99 "
                    "of 100 are deleted:", page_number(number, caches[0].entries));
    page_table(page, "cache", HEADS("value", "filled", "deleted", "kept", "map", "rebuilt"));
    for (unsigned i = 0; i < CACHES; i++) {
        const struct cache *c = &caches[i];
        char slug[32], label[32];
        snprintf(slug, sizeof slug, "bytes-%zu", cache_values[i]);
        snprintf(label, sizeof label, "%s B", page_number(number, cache_values[i]));
        page_row(page, slug, label,
                 CELLS(exact(c->filled, "B"), exact(c->drained, "B"),
                       exact_real(percent(c->drained, c->filled), 1, "%"), exact(c->map, "B"),
                       exact(c->rebuilt, "B")));
    }
    page_table_end(page);
}

/* --- The page: verdicts ----------------------------------------------------- */

/* "37,832,752 B of 37,832,752 B" */
static const char *of(char text[96], const struct retain *r, enum retain_step step,
                      enum retain_step whole)
{
    char part[PAGE_NUMBER_BYTES], all[PAGE_NUMBER_BYTES];
    snprintf(text, 96, "%s B of %s B", page_number(part, r->at[step].bytes),
             page_number(all, r->at[whole].bytes));
    return text;
}

/* The step before the drop at which the heap held least. */
static enum retain_step lowest(const struct retain *r)
{
    enum retain_step low = RETAIN_FILLED;
    for (enum retain_step step = RETAIN_FILLED; step < RETAIN_DROPPED; step++)
        low = r->at[step].bytes < r->at[low].bytes ? step : low;
    return low;
}

static void judge(struct page *page, const struct retain *r)
{
    char text[96], least[96];
    page_claim(page, "delete-retains", deleting_keeps_half(r),
               "every key deleted, %s stay", of(text, r, RETAIN_DELETED, RETAIN_FILLED));
    page_claim(page, "clear-retains", clearing_keeps_all(r),
               "the full map cleared, %s stay", of(text, r, RETAIN_CLEARED, RETAIN_REFILLED));
    page_claim(page, "only-drop-frees", only_the_drop_frees(r),
               "dropped and collected, %s stay; before that never less than %s",
               of(text, r, RETAIN_COLLECTED, RETAIN_FILLED),
               of(least, r, lowest(r), RETAIN_FILLED));
}

static void judge_beyond(struct page *page, const struct retain *r, const struct retain *outside)
{
    char text[96];
    page_beyond(page, "delete-retains", "values-out-of-line", !deleting_keeps_half(outside),
                "int to [129]byte: deleted, %s stay",
                of(text, outside, RETAIN_DELETED, RETAIN_FILLED));
    page_beyond(page, "clear-retains", "values-out-of-line", !clearing_keeps_all(outside),
                "int to [129]byte: cleared, %s stay",
                of(text, outside, RETAIN_CLEARED, RETAIN_REFILLED));
    page_beyond(page, "only-drop-frees", "values-out-of-line", !only_the_drop_frees(outside),
                "int to [129]byte: deleting alone freed all but %s",
                of(text, outside, RETAIN_DELETED, RETAIN_FILLED));
    page_beyond(page, "only-drop-frees", "not-collected", !the_drop_alone_frees(r),
                "dropped and not collected, %s stay", of(text, r, RETAIN_DROPPED, RETAIN_FILLED));
}

/* --- The program ------------------------------------------------------------ */

struct results {
    struct retain ints;
    struct incident in, incident;       /* int to [128]byte, 1<<20 entries and a million */
    struct retain out;                  /* int to [129]byte */
    struct cache caches[CACHES];
};

static bool run_all(const struct design *design, const struct options *o, struct results *r)
{
    struct map_type out = int_to_bytes("int to [129]byte", 129);
    return retain_run(design, &swiss_u64_type, o->keys, o->seed, o->limit_bytes, &r->ints)
        && incident_run(o->keys, o->keys, o->seed, o->limit_bytes, &r->in)
        && incident_run(INCIDENT_KEYS, 0, o->seed, o->limit_bytes, &r->incident)
        && retain_run(design, &out, o->keys / 4, o->seed, o->limit_bytes, &r->out)
        && caches_run(o, r->caches);
}

static bool run_retain(const struct options *options, struct page *page)
{
    const struct design *design = options->design == NULL ? &design_swiss
                                                          : design_named(options->design);
    struct results r;
    assert(design != NULL);
    if (!run_all(design, options, &r))
        return false;
    print_life(page, design, &r.ints);
    print_parts(page, &r.ints.parts, r.ints.at[RETAIN_FILLED].bytes);
    print_values(page, &r.in, &r.out);
    print_incident(page, &r.incident);
    print_caches(page, r.caches);
    judge(page, &r.ints);
    judge_beyond(page, &r.ints, &r.out);
    return true;
}

/* --- The page: the same life in three designs ------------------------------- */

enum { VERSIONS = 3 };
static const char *const versions[VERSIONS] = {"go1.23", "go1.24", "rust"};

static void print_versions(struct page *page, const struct retain lives[VERSIONS])
{
    page_text(page, "The same life in three designs: the buckets of Go 1.23, the Swiss tables of Go "
                    "1.24, Rust's hashbrown. Bytes as each runtime reports them.");
    page_table(page, "life", HEADS("step", "buckets", "Swiss", "hashbrown"));
    for (enum retain_step step = 0; step < RETAIN_STEPS; step++)
        page_row(page, step_names[step].slug, step_names[step].label,
                 CELLS(exact(lives[0].at[step].bytes, "B"), exact(lives[1].at[step].bytes, "B"),
                       exact(lives[2].at[step].bytes, "B")));
    page_table_end(page);
}

static const char *yes_or_no(bool holds)
{
    return holds ? "yes" : "no";
}

/* Whether each claim of the chapter holds for each design. */
static void print_verdicts(struct page *page, const struct retain lives[VERSIONS])
{
    static const struct { const char *slug, *label; bool (*holds)(const struct retain *); } rows[] = {
        {"deleting-keeps-half", "deleting keeps at least half", deleting_keeps_half},
        {"clearing-keeps-all", "clearing keeps every byte", clearing_keeps_all},
        {"only-the-drop-frees", "only drop and collection free", only_the_drop_frees},
        {"the-drop-alone-frees", "the drop frees without a collection", the_drop_alone_frees},
    };
    page_text(page, "And which of the chapter's sentences hold:");
    page_table(page, "verdicts", HEADS("sentence", "buckets", "Swiss", "hashbrown"));
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        page_row(page, rows[i].slug, rows[i].label,
                 CELLS(word(yes_or_no(rows[i].holds(&lives[0]))),
                       word(yes_or_no(rows[i].holds(&lives[1]))),
                       word(yes_or_no(rows[i].holds(&lives[2])))));
    page_table_end(page);
}

static bool run_versions(const struct options *options, struct page *page)
{
    struct retain lives[VERSIONS];
    for (unsigned i = 0; i < VERSIONS; i++)
        if (!retain_run(design_named(versions[i]), &swiss_u64_type, options->keys, options->seed,
                        options->limit_bytes, &lives[i]))
            return false;
    print_versions(page, lives);
    print_verdicts(page, lives);
    return true;
}

static bool run_dot(const struct options *options, struct page *page)
{
    return picture_after_deletes(options->seed, page->out);
}

static const struct target targets[] = {
    {"retain", "fills a map, empties it, drops it, and reads the heap", run_retain, 1 << 20,
     1 << 23},
    {"versions", "leads the same life in three designs", run_versions, 1 << 20, 1 << 23},
    {"dot", "draws the chapter's picture", run_dot, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

static const char *const pictures[] = {"after-deletes", NULL};

const struct program program = {
    .name = "01-delete-retains",
    .title = "A million entries deleted, nothing freed",
    .targets = targets,
    .pictures = pictures,
};
