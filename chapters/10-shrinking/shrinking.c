/*
 * shrinking.c - chapter 10: a map that can be told to let go. The pages.
 *
 * Read        shrinking.h (what is tried), shrinking_trace.c (what comes back), shrinking_policy.c
 *             (when to ask for it), shrinking_kind.c (other designs), this file and
 *             shrinking_bench.c (how it is shown).
 */
#include "shrinking_pages.h"

#include <assert.h>

/* --- Retain: a life --------------------------------------------------------- */

static const struct { const char *slug, *label; } step_names[STEPS] = {
    [STEP_NEW] = {"new", "new"},
    [STEP_FILLED] = {"filled", "filled"},
    [STEP_DRAINED] = {"drained", "all but 1/64 deleted"},
    [STEP_CLEARED] = {"cleared", "clear"},
    [STEP_SHRUNK_TO] = {"shrunk-to", "shrink_to(1/16)"},
    [STEP_REFILLED] = {"refilled", "1/1024 put"},
    [STEP_FIT] = {"fit", "shrink_to_fit"},
    [STEP_DROPPED] = {"dropped", "dropped"},
};

static void reading_row(struct page *page, const char *slug, const char *label,
                        struct reading at)
{
    page_row(page, slug, label,
             CELLS(exact(at.len, ""), exact(at.capacity, ""), exact(at.bytes, "B")));
}

static void print_steps(struct page *page, uint64_t keys, const struct steps *s)
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "Rust's HashMap<u64, u64> with %s entries; capacity() as it says itself, "
                    "bytes as asked of the allocator:", page_number(number, keys));
    page_table(page, "steps", HEADS("step", "len", "capacity", "bytes"));
    for (enum step step = 0; step < STEPS; step++)
        reading_row(page, step_names[step].slug, step_names[step].label, s->at[step]);
    page_table_end(page);
}

static const struct { const char *slug, *label; } lonely_names[LONELIES] = {
    [LONELY_LEFT] = {"left", "all but 1 deleted"},
    [LONELY_SHRUNK_TO] = {"shrunk-to", "shrink_to(100)"},
    [LONELY_FIT] = {"fit", "shrink_to_fit"},
    [LONELY_DELETED] = {"deleted", "deleted"},
    [LONELY_EMPTY] = {"empty", "shrink_to_fit"},
};

static void print_lonely(struct page *page, const struct reading at[LONELIES])
{
    page_text(page, "The same, and one entry that is left:");
    page_table(page, "one", HEADS("step", "len", "capacity", "bytes"));
    for (enum lonely step = 0; step < LONELIES; step++)
        reading_row(page, lonely_names[step].slug, lonely_names[step].label, at[step]);
    page_table_end(page);
}

/* --- Retain: shrinks -------------------------------------------------------- */

/* live is keys / live_part, 0 for none; the floor likewise. */
static const struct shrink_row {
    const char *slug, *label;
    unsigned live_part, floor_part;
} shrink_rows[] = {
    {"fit-none", "to fit, none live", 0, 0},
    {"fit-1024th", "to fit, 1/1024 live", 1024, 0},
    {"fit-16th", "to fit, 1/16 live", 16, 0},
    {"fit-quarter", "to fit, 1/4 live", 4, 0},
    {"floor-none", "to 1/16, none live", 0, 16},
    {"floor-1024th", "to 1/16, 1/1024 live", 1024, 16},
    {"floor-quarter", "to 1/16, 1/4 live", 4, 16},
};
enum { SHRINKS = sizeof shrink_rows / sizeof shrink_rows[0], SHRINK_16TH = 2,
       SHRINK_FLOOR_1024TH = 5 };

/* All shrinks, and the three that are outside of the claims' scopes. */
struct shrinks {
    struct shrunk of[SHRINKS];
    struct shrunk half, over_half;      /* to fit: with the most that shrink, with one more */
    struct shrunk above;                /* a small map, a floor above it */
    struct shrunk tombstones;           /* a floor that the table is the smallest for */
};

enum { ABOVE_KEYS = 100, ABOVE_FLOOR = 1000 };

static uint64_t part_of(uint64_t keys, unsigned part)
{
    return part == 0 ? 0 : keys / part;
}

static bool shrinks_run(const struct options *o, struct shrinks *s)
{
    uint64_t keys = o->keys, seed = o->seed, limit = o->limit_bytes;
    for (unsigned i = 0; i < SHRINKS; i++)
        if (!shrink_run(keys, part_of(keys, shrink_rows[i].live_part),
                        part_of(keys, shrink_rows[i].floor_part), seed, limit, &s->of[i]))
            return false;
    uint64_t half = most_that_shrink(keys);
    return shrink_run(keys, half, 0, seed, limit, &s->half)
        && shrink_run(keys, half + 1, 0, seed, limit, &s->over_half)
        && shrink_run(ABOVE_KEYS, ABOVE_KEYS, ABOVE_FLOOR, seed, limit, &s->above)
        && shrink_run(keys, 0, 2 * half, seed, limit, &s->tombstones);
}

static void shrink_row(struct page *page, const char *slug, const char *label,
                       const struct shrunk *s)
{
    page_row(page, slug, label,
             CELLS(exact(s->live, ""), exact(s->before.bytes, "B"), exact(s->peak, "B"),
                   exact(s->after.bytes, "B"), exact(s->fresh, "B"), exact(s->after.capacity, "")));
}

static void print_shrinks(struct page *page, const struct shrinks *s)
{
    page_text(page, "Drained and shrunk: bytes before it, while both tables are there, after it; and "
                    "of a new map made for as many:");
    page_table(page, "shrinks",
               HEADS("shrunk", "live", "before", "peak", "after", "fresh", "capacity"));
    for (unsigned i = 0; i < SHRINKS; i++)
        shrink_row(page, shrink_rows[i].slug, shrink_rows[i].label, &s->of[i]);
    shrink_row(page, "half", "to fit, half of its room", &s->half);
    shrink_row(page, "over-half", "to fit, one more", &s->over_half);
    page_table_end(page);
}

/* --- Retain: the ladder ----------------------------------------------------- */

static const uint64_t rungs[] = {0, 1, 4, 8, 15, 28, 29, 100, 896, 897, 1000000};
enum { RUNGS = sizeof rungs / sizeof rungs[0] };

static bool ladder_run(const struct options *o, struct rung ladder[RUNGS])
{
    for (unsigned i = 0; i < RUNGS; i++)
        if (!rung_run(rungs[i], o->seed, o->limit_bytes, &ladder[i]))
            return false;
    return true;
}

static void print_ladder(struct page *page, const struct rung ladder[RUNGS])
{
    page_text(page, "with_capacity(n): what is made for it, and allocations by n puts:");
    page_table(page, "ladder", HEADS("n", "slots", "capacity", "to n", "bytes", "allocations"));
    for (unsigned i = 0; i < RUNGS; i++) {
        const struct rung *r = &ladder[i];
        char slug[PAGE_NUMBER_BYTES], label[PAGE_NUMBER_BYTES];
        snprintf(slug, sizeof slug, "%llu", (unsigned long long)r->asked_for);
        page_row(page, slug, page_number(label, r->asked_for),
                 CELLS(exact(r->slots, ""), exact(r->capacity, ""),
                       r->asked_for == 0 ? word("-")
                           : exact_real((double)r->capacity / (double)r->asked_for, 3, "x"),
                       exact(r->bytes, "B"), exact(r->allocations, "")));
    }
    page_table_end(page);
}

/* --- Retain: verdicts ------------------------------------------------------- */

static void judge_fit(struct page *page, const struct shrinks *s)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    bool frees = shrink_frees(&s->half);
    for (unsigned i = 0; i < SHRINKS; i++)
        frees = frees && (shrink_rows[i].floor_part > 0 || shrink_frees(&s->of[i]));
    const struct shrunk *at = &s->of[SHRINK_16TH];
    page_claim(page, "shrink-to-fit-frees", frees,
               "1/16 live: of %s B %s B are left, %s B in a new map made for as many",
               page_number(a, at->before.bytes), page_number(b, at->after.bytes),
               page_number(c, at->fresh));
    page_beyond(page, "shrink-to-fit-frees", "over-half", !shrink_frees(&s->over_half),
                "with %s entries left, %s B before and %s B after it",
                page_number(a, s->over_half.live), page_number(b, s->over_half.before.bytes),
                page_number(c, s->over_half.after.bytes));
}

static void judge_clear(struct page *page, const struct cleared *full,
                        const struct cleared *emptied)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    page_claim(page, "clear-keeps-capacity", clear_keeps(full),
               "%s B before and %s B after it, with room for %s entries",
               page_number(a, full->before.bytes), page_number(b, full->after.bytes),
               page_number(c, full->after.capacity));
    page_beyond(page, "clear-keeps-capacity", "already-empty", !clear_keeps(emptied),
                "each key deleted, then cleared: capacity() is %s, a new table's %s",
                page_number(a, emptied->after.capacity), page_number(b, emptied->room));
}

static void judge_floor(struct page *page, const struct shrinks *s)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    bool keeps = true;
    for (unsigned i = 0; i < SHRINKS; i++)
        keeps = keeps && (shrink_rows[i].floor_part == 0 || shrink_keeps_floor(&s->of[i]));
    const struct shrunk *at = &s->of[SHRINK_FLOOR_1024TH];
    page_claim(page, "shrink-to-keeps-a-floor", keeps,
               "shrink_to(%s) with %s entries leaves room for %s", page_number(a, at->floor),
               page_number(b, at->live), page_number(c, at->after.capacity));
    page_beyond(page, "shrink-to-keeps-a-floor", "floor-above", !shrink_keeps_floor(&s->above),
                "shrink_to(%s) on a map with room for %s leaves room for %s",
                page_number(a, s->above.floor), page_number(b, s->above.before.capacity),
                page_number(c, s->above.after.capacity));
    page_beyond(page, "shrink-to-keeps-a-floor", "tombstones-stay",
                !shrink_keeps_floor(&s->tombstones),
                "all keys deleted one by one, shrink_to(%s) leaves room for %s",
                page_number(a, s->tombstones.floor), page_number(b, s->tombstones.after.capacity));
}

static bool run_retain(const struct options *o, struct page *page)
{
    struct steps steps;
    struct reading lonely[LONELIES];
    struct shrinks shrinks;
    struct rung ladder[RUNGS];
    struct cleared full, emptied;
    if (!steps_run(o->keys, o->seed, o->limit_bytes, &steps)
        || !lonely_run(o->keys, o->seed, o->limit_bytes, lonely) || !shrinks_run(o, &shrinks)
        || !ladder_run(o, ladder) || !clear_run(o->keys, false, o->seed, o->limit_bytes, &full)
        || !clear_run(o->keys, true, o->seed, o->limit_bytes, &emptied))
        return false;
    print_steps(page, o->keys, &steps);
    print_lonely(page, lonely);
    print_shrinks(page, &shrinks);
    print_ladder(page, ladder);
    judge_fit(page, &shrinks);
    judge_clear(page, &full, &emptied);
    judge_floor(page, &shrinks);
    return true;
}

/* --- Versions --------------------------------------------------------------- */

enum { MOST_DESIGNS = 16, SLUG_BYTES = 32 };

/* "go1.24" as part of a figure's name: "go1-24". */
static const char *design_slug(char slug[SLUG_BYTES], const struct design *design)
{
    snprintf(slug, SLUG_BYTES, "%s", design->name);
    for (char *at = slug; *at != 0; at++)
        *at = *at == '.' ? '-' : *at;
    return slug;
}

static void print_let_go(struct page *page, uint64_t keys, const struct let_go of[])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "%s entries, then one in sixteen of them, then none; each runtime's own count "
                    "of bytes, collected:", page_number(number, keys));
    page_table(page, "designs", HEADS("design", "filled", "drained", "shrunk", "cleared",
                                      "shrunk again", "dropped"));
    for (unsigned i = 0; i < design_count; i++) {
        const struct let_go *l = &of[i];
        char slug[SLUG_BYTES];
        page_row(page, design_slug(slug, designs[i]), designs[i]->name,
                 CELLS(exact(l->filled, "B"), exact(l->drained, "B"),
                       l->can_shrink ? exact(l->shrunk, "B") : word("no verb"),
                       exact(l->cleared, "B"),
                       l->can_shrink ? exact(l->shrunk_again, "B") : word("no verb"),
                       exact(l->dropped, "B")));
    }
    page_table_end(page);
}

static void kind_row(struct page *page, const char *slug, const char *label,
                     const struct kind *k)
{
    page_row(page, slug, label,
             CELLS(exact(k->entries, ""), exact(k->displaced, ""), exact(k->out_of_order, ""),
                   exact(k->shifted, ""), exact(k->tombstones, ""), exact(k->tagged, "")));
}

static void print_kinds(struct page *page, const struct kind *hood, const struct kind *map)
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "A Robin Hood table and Rust's map, %s slots each, read slot by slot: entries "
                    "displaced by later puts, out of Robin Hood's order, shifted by deletes; "
                    "tombstones; control bytes that are tags:", page_number(number, map->slots));
    page_table(page, "kind", HEADS("table", "entries", "displaced", "out of order", "shifted",
                                   "tombstones", "tags"));
    kind_row(page, "hood", "Robin Hood", hood);
    kind_row(page, "rust", "Rust's map", map);
    page_table_end(page);
}

enum { KIND_PART = 64 };

static bool run_versions(const struct options *o, struct page *page)
{
    struct let_go of[MOST_DESIGNS];
    struct kind hood, map;
    assert(design_count <= MOST_DESIGNS);
    for (unsigned i = 0; i < design_count; i++)
        if (!let_go_run(designs[i], o->keys, o->seed, o->limit_bytes, &of[i]))
            return false;
    if (!kind_run(o->keys / KIND_PART, o->seed, o->limit_bytes, &hood, &map))
        return false;
    print_let_go(page, o->keys, of);
    print_kinds(page, &hood, &map);
    return true;
}

/* --- The program ------------------------------------------------------------ */

static bool run_dot(const struct options *options, struct page *page)
{
    return picture_shrink(options->seed, page->out);
}

static const struct target targets[] = {
    {"retain", "clears, shrinks, and asks the allocator", run_retain, 1 << 20, 1 << 22},
    {"bench", "the price of a shrink: its pause, the growth after it", run_bench, 1 << 20, 1 << 22},
    {"versions", "which design can let go, and is Rust's Robin Hood?", run_versions, 1 << 20,
     1 << 22},
    {"dot", "draws a map before and after a shrink", run_dot, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

static const char *const pictures[] = {"shrink", NULL};

const struct program program = {
    .name = "10-shrinking",
    .title = "A map that can be told to let go",
    .targets = targets,
    .pictures = pictures,
    .designs = (const char *const[]){"rust", NULL},
};
