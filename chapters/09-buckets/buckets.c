/*
 * buckets.c - chapter 9: the map before 1.24. The program, and the page of retain.
 *
 * Read        buckets.h (what is tried), buckets_trace.c (how), buckets_probe.c (look-ups),
 *             buckets_versions.c (three designs), buckets_folklore.c (what people say),
 *             buckets_rig.c (a map of any design), then how it is shown: this file and
 *             buckets_pages.c.
 */
#include "buckets_pages.h"

/* --- A life --- */

static const struct name life_names[LIVES] = {
    {"filled", "filled"}, {"deleted", "every key deleted"},
    {"cleared-empty", "cleared, being empty"}, {"refilled", "filled again"},
    {"cleared", "cleared, being full"}, {"dropped", "dropped"},
};

static void print_life(struct page *page, const struct life_step go123[LIVES],
                       const struct life_step go124[LIVES])
{
    page_text(page, "A map of int to int in Go 1.23, and the same in Go 1.24; HeapAlloc, "
                    "collected:");
    page_table(page, "life", HEADS("step", "entries", "buckets", "overflow", "HeapAlloc", "Go 24"));
    for (enum life life = 0; life < LIVES; life++)
        page_row(page, life_names[life].slug, life_names[life].label,
                 CELLS(exact(go123[life].entries, ""), exact(go123[life].buckets, ""),
                       exact(go123[life].overflow, ""), exact(go123[life].bytes, "B"),
                       exact(go124[life].bytes, "B")));
    page_table_end(page);
}

/* At the edge of the claim: maps as full as they may be, one entry fuller, and of another type. */
enum edge { EDGE_FULL, EDGE_DOUBLED, EDGE_OUTSIDE, EDGES };

static const struct name edge_names[EDGES] = {
    {"full", "as full as it may be"}, {"just-doubled", "one entry more"},
    {"outside", "int to [129]byte"},
};

static void print_edges(struct page *page, struct life_step edges[EDGES][LIVES])
{
    page_text(page, "Smaller ones in Go 1.23: filled, every key deleted, filled again, cleared:");
    page_table(page, "edges", HEADS("map", "entries", "filled", "deleted", "again", "cleared"));
    for (enum edge edge = 0; edge < EDGES; edge++)
        page_row(page, edge_names[edge].slug, edge_names[edge].label,
                 CELLS(exact(edges[edge][LIFE_FILLED].entries, ""),
                       exact(edges[edge][LIFE_FILLED].bytes, "B"),
                       exact(edges[edge][LIFE_DELETED].bytes, "B"),
                       exact(edges[edge][LIFE_REFILLED].bytes, "B"),
                       exact(edges[edge][LIFE_CLEARED].bytes, "B")));
    page_table_end(page);
}

/* --- A doubling --- */

static const struct name moment_names[MOMENTS] = {
    {"before", "as full as it may be"}, {"doubled", "one more: it doubles"},
    {"quarter", "a quarter moved"}, {"half", "half moved"},
    {"three-quarters", "three quarters moved"}, {"gone", "all moved"},
};

static void print_growth(struct page *page, const struct growth_step s[MOMENTS])
{
    page_text(page, "A doubling, while new keys are put. Both arrays count until the old one "
                    "goes:");
    page_table(page, "growth", HEADS("moment", "entries", "writes", "buckets", "a bucket",
                                     "old left", "HeapAlloc"));
    for (enum moment i = 0; i < MOMENTS; i++)
        page_row(page, moment_names[i].slug, moment_names[i].label,
                 CELLS(exact(s[i].entries, ""), exact(s[i].writes, ""), exact(s[i].buckets, ""),
                       exact_real((double)s[i].entries / (double)s[i].buckets, 2, ""),
                       exact(s[i].old_left, ""), exact(s[i].bytes, "B")));
    page_table_end(page);
}

static const struct name access_names[ACCESSES] = {
    {"delete", "deletes"}, {"update-one", "puts of one key"}, {"look-up", "look-ups"},
};

static void print_finishes(struct page *page, const struct growth_step *gone,
                           const struct finish f[ACCESSES])
{
    page_text(page, "How many accesses end the evacuation, one kind at a time:");
    page_table(page, "finish", HEADS("access", "done", "old array", "HeapAlloc"));
    page_row(page, "insert", "puts of new keys",
             CELLS(exact(gone->writes - 1, ""), word("gone"), exact(gone->bytes, "B")));
    for (enum access i = 0; i < ACCESSES; i++)
        page_row(page, access_names[i].slug, access_names[i].label,
                 CELLS(exact(f[i].accesses, ""), word(f[i].gone ? "gone" : "still there"),
                       exact(f[i].bytes, "B")));
    page_table_end(page);
}

/* --- Again and again --- */

/* The fills shown: powers of two, the last one, those around a growth. */
static bool is_shown(const struct cycle cycles[CYCLES], unsigned i)
{
    bool grew = i > 0 && cycles[i].same_size != cycles[i - 1].same_size;
    bool will = i + 1 < CYCLES && cycles[i + 1].same_size != cycles[i].same_size;
    bool grown = i > 1 && cycles[i - 1].same_size != cycles[i - 2].same_size;
    return (i & (i + 1)) == 0 || i + 1 == CYCLES || grew || will || grown;
}

static void print_cycles(struct page *page, const struct cycle cycles[CYCLES])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "%s entries in 1,024 buckets, filled and deleted again and again; what it "
                    "has when it is full:", page_number(number, CYCLE_ENTRIES));
    page_table(page, "cycles", HEADS("fill", "overflow", "same size", "HeapAlloc"));
    for (unsigned i = 0; i < CYCLES; i++) {
        page_number(number, i + 1);
        if (is_shown(cycles, i))
            page_row(page, number, number,
                     CELLS(exact(cycles[i].overflow, ""), exact(cycles[i].same_size, ""),
                           exact(cycles[i].bytes, "B")));
    }
    page_table_end(page);
}

/* --- Verdicts --- */

static void judge_life(struct page *page, const struct life_step go123[LIVES],
                       const struct life_step go124[LIVES])
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES], d[PAGE_NUMBER_BYTES];
    page_claim(page, "buckets-retain-too", life_retains(go123) && life_retains(go124),
               "deleted, %s B of %s B stay in Go 1.23, %s B of %s B in Go 1.24",
               page_number(a, go123[LIFE_DELETED].bytes), page_number(b, go123[LIFE_FILLED].bytes),
               page_number(c, go124[LIFE_DELETED].bytes),
               page_number(d, go124[LIFE_FILLED].bytes));
}

/* Which step of a map outside the claim gives memory back, and how much stays. */
static void judge_edge(struct page *page, const char *name, const struct life_step s[LIVES],
                       enum life before, enum life after)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    page_beyond(page, "buckets-retain-too", name, !life_retains(s), "%s entries: %s, %s B of %s B "
                "stay", page_number(c, s[before].entries), life_names[after].label,
                page_number(a, s[after].bytes), page_number(b, s[before].bytes));
}

static void judge_growth(struct page *page, const struct growth_step s[MOMENTS],
                         uint64_t swiss_grown, uint64_t swiss_after)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    const struct growth_step *gone = &s[MOMENT_GONE];
    page_claim(page, "old-buckets-linger",
               old_buckets_linger(&s[MOMENT_DOUBLED], gone)
                   && old_buckets_linger(&s[MOMENT_HALF], gone),
               "%s B after the doubling, %s B half-way, %s B in the end",
               page_number(a, s[MOMENT_DOUBLED].bytes), page_number(b, s[MOMENT_HALF].bytes),
               page_number(c, gone->bytes));
    page_beyond(page, "old-buckets-linger", "enough-writes", !old_buckets_linger(gone, gone),
                "after %s writes the old array is gone", page_number(a, gone->writes));
    page_beyond(page, "old-buckets-linger", "go-1-24", swiss_after == swiss_grown,
                "%s B right after a growth, %s B after as many updates as entries",
                page_number(a, swiss_grown), page_number(b, swiss_after));
}

/* --- The target --- */

/* All that the page shows. */
struct retained {
    struct life_step go123[LIVES], go124[LIVES], edges[EDGES][LIVES];
    struct growth_step growth[MOMENTS];
    struct finish finishes[ACCESSES];
    struct cycle cycles[CYCLES];
    uint64_t swiss_grown, swiss_after, hundred;
};

static bool gather_lives(const struct options *o, struct retained *r)
{
    struct options full = *o, doubled = *o, few = *o;
    full.keys = growth_limit_below(o->keys / 8);
    doubled.keys = full.keys + 1;
    few.keys = o->keys / 16;
    return life_run(GO123, INTS, o, r->go123) && life_run(GO124, INTS, o, r->go124)
        && life_run(GO123, INTS, &full, r->edges[EDGE_FULL])
        && life_run(GO123, INTS, &doubled, r->edges[EDGE_DOUBLED])
        && life_run(GO123, INTS_TO_129, &few, r->edges[EDGE_OUTSIDE]);
}

static bool gather_growth(const struct options *o, struct retained *r)
{
    struct options few = *o;
    few.keys = o->keys / 16;
    for (enum access i = 0; i < ACCESSES; i++)
        if (!finish_run(o, i, &r->finishes[i]))
            return false;
    return growth_run(o, r->growth) && growth_of_swiss(&few, &r->swiss_grown, &r->swiss_after)
        && cycles_run(o, r->cycles) && buckets_for(o, 100, &r->hundred);
}

static bool run_retain(const struct options *o, struct page *page)
{
    struct retained r;
    if (!gather_lives(o, &r) || !gather_growth(o, &r))
        return false;
    print_life(page, r.go123, r.go124);
    print_edges(page, r.edges);
    print_growth(page, r.growth);
    print_finishes(page, &r.growth[MOMENT_GONE], r.finishes);
    print_cycles(page, r.cycles);
    page_figure(page, "hundred", "buckets of a map of a hundred entries", exact(r.hundred, ""));
    judge_life(page, r.go123, r.go124);
    judge_edge(page, "values-out-of-line", r.edges[EDGE_OUTSIDE], LIFE_FILLED, LIFE_DELETED);
    judge_edge(page, "just-doubled", r.edges[EDGE_DOUBLED], LIFE_FILLED, LIFE_DELETED);
    judge_edge(page, "crowded", r.edges[EDGE_FULL], LIFE_REFILLED, LIFE_CLEARED);
    judge_growth(page, r.growth, r.swiss_grown, r.swiss_after);
    return true;
}

static bool run_dot(const struct options *options, struct page *page)
{
    return draw_picture(options, page->out);
}

static const struct target targets[] = {
    {"retain", "fills, empties and grows Go 1.23's map, and reads the heap", run_retain, 1 << 20,
     1 << 22},
    {"versions", "does the same to three designs, and asks them what people say", run_versions,
     1 << 20, 1 << 22},
    {"dot", "draws one of the chapter's pictures", run_dot, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

static const char *const pictures[] = {"chain", "evacuation", NULL};
static const char *const own_design[] = {"go1.23", NULL};

const struct program program = {
    .name = "09-buckets",
    .title = "The map before Go 1.24",
    .targets = targets,
    .pictures = pictures,
    .designs = own_design,
};
