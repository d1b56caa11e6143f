/*
 * buckets.c - chapter 9: the map before 1.24. The pages.
 *
 * Read        buckets.h (what is tried), buckets_trace.c (how), buckets_folklore.c (what
 *             people say), buckets_rig.c (a map of any design), this file (how it is shown).
 */
#include "buckets.h"

#include <stdio.h>

/* --- Retain ----------------------------------------------------------------- */

struct name { const char *slug, *label; };

static const struct name life_names[LIVES] = {
    {"filled", "filled"}, {"deleted", "every key deleted"},
    {"cleared-empty", "cleared, being empty"}, {"refilled", "filled again"},
    {"cleared", "cleared, being full"}, {"dropped", "dropped and collected"},
};

static void print_life(struct page *page, const struct life_step steps[LIVES])
{
    page_text(page, "A map of int to int, Go 1.23: HeapAlloc after each step, collected:");
    page_table(page, "life", HEADS("step", "entries", "buckets", "overflow", "HeapAlloc"));
    for (enum life life = 0; life < LIVES; life++)
        page_row(page, life_names[life].slug, life_names[life].label,
                 CELLS(exact(steps[life].entries, ""), exact(steps[life].buckets, ""),
                       exact(steps[life].overflow, ""), exact(steps[life].bytes, "B")));
    page_table_end(page);
}

static const struct name moment_names[MOMENTS] = {
    {"before", "as full as it may be"}, {"doubled", "one more: it doubles"},
    {"quarter", "a quarter moved"}, {"half", "half moved"},
    {"three-quarters", "three quarters moved"}, {"gone", "all moved"},
};

static void print_growth(struct page *page, const struct growth_step s[MOMENTS])
{
    page_text(page, "A doubling, while new keys are put. Both arrays count until the old one "
                    "goes:");
    page_table(page, "growth",
               HEADS("moment", "entries", "writes", "buckets", "old left", "HeapAlloc"));
    for (enum moment i = 0; i < MOMENTS; i++)
        page_row(page, moment_names[i].slug, moment_names[i].label,
                 CELLS(exact(s[i].entries, ""), exact(s[i].writes, ""), exact(s[i].buckets, ""),
                       exact(s[i].old_left, ""), exact(s[i].bytes, "B")));
    page_table_end(page);
}

static const struct name access_names[ACCESSES] = {
    {"insert", "puts of new keys"}, {"delete", "deletes"},
    {"update-one", "puts of one key again and again"}, {"look-up", "look-ups"},
};

static void print_finishes(struct page *page, const struct finish f[ACCESSES])
{
    page_text(page, "How many of each end the evacuation:");
    page_table(page, "finish", HEADS("access", "done", "old array", "HeapAlloc"));
    for (enum access i = 0; i < ACCESSES; i++)
        page_row(page, access_names[i].slug, access_names[i].label,
                 CELLS(exact(f[i].accesses, ""), word(f[i].gone ? "gone" : "still there"),
                       exact(f[i].bytes, "B")));
    page_table_end(page);
}

static void judge_life(struct page *page, const struct life_step in[LIVES],
                       const struct life_step swiss[LIVES], const struct life_step out[LIVES])
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES], d[PAGE_NUMBER_BYTES];
    page_claim(page, "buckets-retain-too", life_retains(in) && life_retains(swiss),
               "deleted, %s B of %s B stay in Go 1.23, %s B of %s B in Go 1.24",
               page_number(a, in[LIFE_DELETED].bytes), page_number(b, in[LIFE_FILLED].bytes),
               page_number(c, swiss[LIFE_DELETED].bytes),
               page_number(d, swiss[LIFE_FILLED].bytes));
    page_beyond(page, "buckets-retain-too", "values-out-of-line", !life_retains(out),
                "int to [129]byte: %s B of %s B stay", page_number(a, out[LIFE_DELETED].bytes),
                page_number(b, out[LIFE_FILLED].bytes));
}

static void judge_growth(struct page *page, const struct growth_step s[MOMENTS])
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
}

static bool run_retain(const struct options *o, struct page *page)
{
    struct life_step in[LIVES], swiss[LIVES], out[LIVES];
    struct growth_step growth[MOMENTS];
    struct finish finishes[ACCESSES];
    struct options few = *o;
    struct map_type outside = outside_type();
    uint64_t buckets;
    few.keys = o->keys / 16;
    if (!life_run(GO123, ints_type, o, in) || !life_run(GO124, ints_type, o, swiss)
        || !life_run(GO123, &outside, &few, out) || !growth_run(o, growth)
        || !buckets_for(o, 100, &buckets))
        return false;
    for (enum access i = 0; i < ACCESSES; i++)
        if (!finish_run(o, i, &finishes[i]))
            return false;
    print_life(page, in);
    print_growth(page, growth);
    print_finishes(page, finishes);
    page_figure(page, "hundred", "buckets of a hundred entries", exact(buckets, ""));
    judge_life(page, in, swiss, out);
    judge_growth(page, growth);
    return true;
}

/* --- Versions --------------------------------------------------------------- */

static const struct name version_names[VERSION_ROWS] = {
    {"presized", "presized, empty"}, {"filled", "filled without a hint"},
    {"deleted", "every key deleted"}, {"cleared", "presized, filled, cleared"},
    {"dropped", "dropped"}, {"set", "int to struct{}, filled"},
    {"text", "slots of 56 B, filled"},
};

static void print_versions(struct page *page, const struct version v[KINDS])
{
    page_text(page, "The same fills in three designs, bytes as their runtimes count them; slots of "
                    "56 bytes are for fewer entries:");
    page_table(page, "bytes", HEADS("map", "go1.23", "go1.24", "rust"));
    for (enum version_row row = 0; row < VERSION_ROWS; row++)
        page_row(page, version_names[row].slug, version_names[row].label,
                 CELLS(exact(v[GO123].bytes[row], "B"), exact(v[GO124].bytes[row], "B"),
                       exact(v[RUST].bytes[row], "B")));
    page_table_end(page);
}

#define THREE(field) CELLS(exact(v[GO123].field, ""), exact(v[GO124].field, ""), \
                           exact(v[RUST].field, ""))

static void print_shapes(struct page *page, const struct version v[KINDS])
{
    page_text(page, "What the filled maps are made of:");
    page_table(page, "shape", HEADS("of int to int", "go1.23", "go1.24", "rust"));
    page_row(page, "slots", "slots", THREE(slots));
    page_row(page, "load", "entries to slots",
             CELLS(exact_real(v[GO123].load, 1, "%"), exact_real(v[GO124].load, 1, "%"),
                   exact_real(v[RUST].load, 1, "%")));
    page_row(page, "overflow", "overflow buckets", THREE(overflow));
    page_row(page, "tombstones", "tombstones after the deletes", THREE(tombstones));
    page_row(page, "mallocs", "allocations in the fill", THREE(mallocs));
    page_row(page, "mallocs-hint", "the same with the right hint", THREE(mallocs_hint));
    page_table_end(page);
}

enum { MOST_SAYINGS = 32 };

static bool ask_all(const struct options *o, struct answer answers[MOST_SAYINGS][KINDS])
{
    for (unsigned i = 0; i < saying_count && i < MOST_SAYINGS; i++)
        for (enum kind kind = 0; kind < KINDS; kind++)
            if (!saying_ask(&sayings[i], kind, o, &answers[i][kind]))
                return false;
    return true;
}

static struct page_cell truth(const struct answer *a)
{
    return word(a->holds ? "true" : "false");
}

static void print_folklore(struct page *page, struct answer answers[MOST_SAYINGS][KINDS])
{
    page_text(page, "What people say about maps, and of which it is true:");
    page_table(page, "folklore", HEADS("people say", "go1.23", "go1.24", "rust"));
    for (unsigned i = 0; i < saying_count; i++)
        page_row(page, sayings[i].slug, sayings[i].sentence,
                 CELLS(truth(&answers[i][GO123]), truth(&answers[i][GO124]),
                       truth(&answers[i][RUST])));
    page_table_end(page);
}

static struct page_cell figure_of(const struct saying *s, const struct answer *a)
{
    return s->decimals == 0 ? exact((uint64_t)(a->figure + 0.5), s->unit)
                            : exact_real(a->figure, s->decimals, s->unit);
}

static void print_shown(struct page *page, struct answer answers[MOST_SAYINGS][KINDS])
{
    page_text(page, "What was measured for each, in the same order:");
    page_table(page, "shown", HEADS("measured", "go1.23", "go1.24", "rust"));
    for (unsigned i = 0; i < saying_count; i++)
        page_row(page, sayings[i].slug, sayings[i].measure,
                 CELLS(figure_of(&sayings[i], &answers[i][GO123]),
                       figure_of(&sayings[i], &answers[i][GO124]),
                       figure_of(&sayings[i], &answers[i][RUST])));
    page_table_end(page);
}

static bool run_versions(const struct options *o, struct page *page)
{
    struct version v[KINDS];
    struct answer answers[MOST_SAYINGS][KINDS];
    char a[PAGE_NUMBER_BYTES];
    for (enum kind kind = 0; kind < KINDS; kind++)
        if (!version_run(kind, o, &v[kind]))
            return false;
    if (!ask_all(o, answers))
        return false;
    print_versions(page, v);
    page_figure(page, "text-entries", "entries with slots of 56 bytes",
                exact(v[GO123].text_entries, ""));
    print_shapes(page, v);
    print_folklore(page, answers);
    print_shown(page, answers);
    page_claim(page, "no-overflow-in-swiss", v[GO124].overflow == 0 && v[GO124].slots > 0,
               "no overflow bucket in Go 1.24");
    page_beyond(page, "no-overflow-in-swiss", "go1.23", v[GO123].overflow > 0,
                "Go 1.23 has %s of them", page_number(a, v[GO123].overflow));
    return true;
}

/* --- The program ------------------------------------------------------------ */

static bool run_dot(const struct options *options, struct page *page)
{
    return draw_evacuation(options, page->out);
}

static const struct target targets[] = {
    {"retain", "fills, empties and grows Go 1.23's map, and reads the heap", run_retain, 1 << 20,
     1 << 22},
    {"versions", "does the same to three designs, and asks them what people say", run_versions,
     1 << 20, 1 << 22},
    {"dot", "draws the chapter's picture", run_dot, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

static const char *const pictures[] = {"evacuation", NULL};
static const char *const own_design[] = {"go1.23", NULL};

const struct program program = {
    .name = "09-buckets",
    .title = "The map before 1.24",
    .targets = targets,
    .pictures = pictures,
    .designs = own_design,
};
