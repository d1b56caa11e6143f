/*
 * garbage.c - chapter 13: memory between its death and its return. The pages.
 *
 * Read        garbage.h (what is tried), garbage_trace.c (how), this file (how it is shown).
 */
#include "garbage.h"

#include <assert.h>
#include <stdio.h>

/* --- Settings --------------------------------------------------------------- */

/* A soft limit is told in tenths of the live bytes; 0: none. */
static const struct setting {
    const char *slug, *label;
    int gogc;
    unsigned limit_tenths;
} settings[] = {
    {"25", "GOGC 25", 25, 0},
    {"50", "GOGC 50", 50, 0},
    {"100", "GOGC 100", 100, 0},
    {"200", "GOGC 200", 200, 0},
    {"400", "GOGC 400", 400, 0},
    {"off", "GOGC off", HEAP_GOGC_OFF, 0},
    {"limit", "GOGC 100, limit", 100, 15},
    {"off-limit", "GOGC off, limit", HEAP_GOGC_OFF, 15},
    {"tight", "GOGC 100, tight limit", 100, 12},
};
enum { SETTINGS = sizeof settings / sizeof settings[0], SETTING_100 = 2, SETTING_LIMIT = 6 };
enum { GARBAGE_PER_LIVE = 6, SMALL_MAP_KEYS = 10000, HOPELESS_REQUESTS = 256 };

static struct pacing pacing_of(const struct setting *s, uint64_t live)
{
    return (struct pacing){.gogc = s->gogc, .soft_limit = live / 10 * s->limit_tenths};
}

/* All of the settings, and the two that are outside of the claims' scopes. */
struct settings_run {
    uint64_t live;
    struct served of[SETTINGS];
    struct served small;                /* a map whose double is below the least goal */
    struct served hopeless;             /* a limit below what lives */
};

static bool run_settings(const struct options *o, struct settings_run *r)
{
    uint64_t keys = o->keys, seed = o->seed, limit = o->limit_bytes;
    r->live = live_bytes(keys, seed, limit);
    if (r->live == 0)
        return false;
    for (unsigned i = 0; i < SETTINGS; i++)
        if (!served_run(pacing_of(&settings[i], r->live), keys, GARBAGE_PER_LIVE * r->live, seed,
                        limit, &r->of[i]))
            return false;
    const struct pacing below = {.gogc = 100, .soft_limit = r->live / 2};
    return served_run((struct pacing){.gogc = 100}, SMALL_MAP_KEYS, GARBAGE_PER_LIVE * r->live,
                      seed, limit, &r->small)
        && served_run(below, keys, HOPELESS_REQUESTS * REQUEST_BYTES, seed, limit, &r->hopeless);
}

static struct page_cell times_live(const struct served *s)
{
    return exact_real((double)s->peak / (double)s->live, 2, "x");
}

static void setting_row(struct page *page, const char *slug, const char *label,
                        const struct served *s)
{
    page_row(page, slug, label,
             CELLS(exact(s->live, "B"), exact(s->peak, "B"), times_live(s),
                   exact(s->peak_memory, "B"), exact(s->collections, ""),
                   exact_real((double)s->marked / (double)s->live, 1, "x")));
}

static void print_settings(struct page *page, const struct settings_run *r)
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "A full map, and requests that leave %u times its bytes as garbage, %s B each; a "
                    "limit is 1.5 times the map, a tight one 1.2 times. What it takes, and how many "
                    "times the collections go through the map:",
              GARBAGE_PER_LIVE, page_number(number, REQUEST_BYTES));
    page_table(page, "settings",
               HEADS("setting", "live", "peak", "to live", "memory", "collections", "marked"));
    for (unsigned i = 0; i < SETTINGS; i++)
        setting_row(page, settings[i].slug, settings[i].label, &r->of[i]);
    setting_row(page, "small", "GOGC 100, small map", &r->small);
    page_table_end(page);
}

/* --- Teeth ------------------------------------------------------------------ */

static const unsigned tooth_settings[] = {1, 2, 3, 6};
enum { TOOTH_LINES = sizeof tooth_settings / sizeof tooth_settings[0] };

struct teeth {
    uint64_t of[TOOTH_LINES][TOOTH_STEPS];
};

static bool run_teeth(const struct options *o, uint64_t live, struct teeth *t)
{
    for (unsigned i = 0; i < TOOTH_LINES; i++)
        if (!teeth_run(pacing_of(&settings[tooth_settings[i]], live), o->keys, o->seed,
                       o->limit_bytes, t->of[i]))
            return false;
    return true;
}

static void print_teeth(struct page *page, const struct teeth *t)
{
    page_text(page, "HeapAlloc, step by step; each step leaves a sixth of the map's bytes as garbage:");
    page_table(page, "teeth", HEADS("step", "GOGC 50", "GOGC 100", "GOGC 200", "limit"));
    for (unsigned step = 0; step < TOOTH_STEPS; step++) {
        char slug[PAGE_NUMBER_BYTES];
        snprintf(slug, sizeof slug, "%u", step + 1);
        page_row(page, slug, slug,
                 CELLS(exact(t->of[0][step], "B"), exact(t->of[1][step], "B"),
                       exact(t->of[2][step], "B"), exact(t->of[3][step], "B")));
    }
    page_table_end(page);
}

/* --- A map that goes -------------------------------------------------------- */

static const struct { const char *slug, *label; } moment_names[MOMENTS] = {
    [MOMENT_FILLED] = {"filled", "filled"},
    [MOMENT_DELETED] = {"deleted", "each key deleted"},
    [MOMENT_DROPPED] = {"dropped", "dropped"},
    [MOMENT_HALF] = {"half", "half of the way"},
    [MOMENT_GOAL] = {"goal", "at the goal"},
    [MOMENT_COLLECTED] = {"collected", "one request more"},
};

static void print_moments(struct page *page, const struct reading at[MOMENTS])
{
    page_text(page, "A map that goes, at GOGC 100, and requests until the goal:");
    page_table(page, "drop", HEADS("moment", "HeapAlloc", "garbage", "goal", "collections"));
    for (unsigned i = 0; i < MOMENTS; i++)
        page_row(page, moment_names[i].slug, moment_names[i].label,
                 CELLS(exact(at[i].heap_alloc, "B"), exact(at[i].garbage, "B"),
                       exact(at[i].goal, "B"), exact(at[i].collections, "")));
    page_table_end(page);
}

/* --- What a saving saves ---------------------------------------------------- */

enum { BEFORE_MIB = 1000, AFTER_MIB = 500, BASELINE_MB = 290 };
static const uint64_t MIB = 1 << 20, MB = 1000000;
static const int saving_gogcs[] = {50, 100, 200};
enum { SAVINGS = sizeof saving_gogcs / sizeof saving_gogcs[0] };

struct savings {
    uint64_t before[SAVINGS], after[SAVINGS];
    uint64_t baseline;
};

static bool run_savings(uint64_t limit, struct savings *s)
{
    for (unsigned i = 0; i < SAVINGS; i++)
        if (!peak_run(BEFORE_MIB * MIB, saving_gogcs[i], limit, &s->before[i])
            || !peak_run(AFTER_MIB * MIB, saving_gogcs[i], limit, &s->after[i]))
            return false;
    return peak_run(BASELINE_MB * MB, 100, limit, &s->baseline);
}

static struct page_cell in_mib(uint64_t bytes)
{
    return exact_real((double)bytes / (double)MIB, 1, "MiB");
}

static void print_savings(struct page *page, const struct savings *s)
{
    page_text(page, "Live memory falls from %u MiB to %u MiB; the heap's peak before and after it:",
              BEFORE_MIB, AFTER_MIB);
    page_table(page, "saved", HEADS("GOGC", "before", "after", "saved"));
    for (unsigned i = 0; i < SAVINGS; i++) {
        char slug[PAGE_NUMBER_BYTES];
        snprintf(slug, sizeof slug, "%d", saving_gogcs[i]);
        page_row(page, slug, slug, CELLS(in_mib(s->before[i]), in_mib(s->after[i]),
                                         in_mib(s->before[i] - s->after[i])));
    }
    page_table_end(page);
    char label[64];
    snprintf(label, sizeof label, "peak with %u MB live, GOGC 100", BASELINE_MB);
    page_figure(page, "baseline", label, exact_real((double)s->baseline / (double)MB, 1, "MB"));
}

/* --- Verdicts --------------------------------------------------------------- */

static void judge_goal(struct page *page, const struct settings_run *r)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    const struct served *s = &r->of[SETTING_100];
    page_claim(page, "gogc-doubles", goal_doubles(s), "%s B live, %s B at the peak",
               page_number(a, s->live), page_number(b, s->peak));
    page_beyond(page, "gogc-doubles", "small-map", !goal_doubles(&r->small),
                "%s B live, %s B at the peak: no goal is below 4 MiB",
                page_number(a, r->small.live), page_number(b, r->small.peak));
}

static void judge_limit(struct page *page, const struct settings_run *r)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES], d[PAGE_NUMBER_BYTES];
    const struct served *with = &r->of[SETTING_LIMIT], *without = &r->of[SETTING_100];
    uint64_t soft_limit = pacing_of(&settings[SETTING_LIMIT], r->live).soft_limit;
    page_claim(page, "limit-trades-work-for-memory", limit_trades(with, without, soft_limit),
               "%s B of memory for %s B, %s collections for %s", page_number(a, with->peak_memory),
               page_number(b, without->peak_memory), page_number(c, with->collections),
               page_number(d, without->collections));
    uint64_t below = r->live / 2;
    page_beyond(page, "limit-trades-work-for-memory", "limit-below-live",
                !limit_trades(&r->hopeless, without, below),
                "limit %s B: memory is %s B all the same, and %s requests are %s collections",
                page_number(a, below), page_number(b, r->hopeless.peak_memory),
                page_number(c, r->hopeless.requests), page_number(d, r->hopeless.collections));
}

static void judge_drop(struct page *page, const struct reading paced[MOMENTS],
                       const struct reading at_once[MOMENTS])
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    page_claim(page, "drop-waits-for-collection", drop_waits(paced),
               "HeapAlloc is %s B before the drop and %s B after it",
               page_number(a, paced[MOMENT_DELETED].heap_alloc),
               page_number(b, paced[MOMENT_DROPPED].heap_alloc));
    page_beyond(page, "drop-waits-for-collection", "freed-at-once", !drop_waits(at_once),
                "where a drop is a free: %s B before it and %s B after it",
                page_number(a, at_once[MOMENT_DELETED].heap_alloc),
                page_number(b, at_once[MOMENT_DROPPED].heap_alloc));
}

static bool retain(const struct options *o, struct page *page)
{
    struct settings_run r;
    struct teeth teeth;
    struct reading paced[MOMENTS], at_once[MOMENTS];
    struct savings savings;
    if (!run_settings(o, &r) || !run_teeth(o, r.live, &teeth)
        || !drop_run(o->keys, false, o->seed, o->limit_bytes, paced)
        || !drop_run(o->keys, true, o->seed, o->limit_bytes, at_once)
        || !run_savings(o->limit_bytes, &savings))
        return false;
    print_settings(page, &r);
    print_teeth(page, &teeth);
    print_moments(page, paced);
    print_savings(page, &savings);
    judge_goal(page, &r);
    judge_limit(page, &r);
    judge_drop(page, paced, at_once);
    return true;
}

/* --- Versions --------------------------------------------------------------- */

enum { MOST_DESIGNS = 8 };

static bool versions(const struct options *o, struct page *page)
{
    struct life lives[MOST_DESIGNS];
    assert(design_count <= MOST_DESIGNS);
    for (unsigned i = 0; i < design_count; i++)
        if (!life_run(designs[i], o->keys, o->seed, o->limit_bytes, &lives[i]))
            return false;
    page_text(page, "Filled without a hint on a heap paced at GOGC 100, then dropped, then collected:");
    page_table(page, "life",
               HEADS("design", "full", "peak", "collections", "dropped", "collected"));
    for (unsigned i = 0; i < design_count; i++)
        page_row(page, designs[i]->name, designs[i]->name,
                 CELLS(exact(lives[i].grown, "B"), exact(lives[i].peak, "B"),
                       exact(lives[i].collections, ""), exact(lives[i].dropped, "B"),
                       exact(lives[i].collected, "B")));
    page_table_end(page);
    return true;
}

static const struct target targets[] = {
    {"retain", "what waits to be collected, for how long, and what it costs", retain, 1 << 18, 1 << 22},
    {"versions", "the same on Go 1.23's, Go 1.24's and Rust's map", versions, 1 << 18, 1 << 22},
    {0},
};

const struct program program = {
    .name = "13-garbage",
    .title = "Why 500 MiB saved is 1 GiB",
    .targets = targets,
    .designs = (const char *const[]){"go1.24", NULL},
};
