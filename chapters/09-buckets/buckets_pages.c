/*
 * buckets_pages.c - the page of versions: three designs, and what people say about them.
 */
#include "buckets_pages.h"

#include <stdio.h>

#define DESIGN_HEADS(first) HEADS(first, "Go 23", "Go 24", "Rust")

/* --- Memory --- */

static const struct name version_names[VERSION_ROWS] = {
    {"presized", "pre-sized, empty"}, {"filled", "filled without a hint"},
    {"most", "the most during that fill"}, {"deleted", "every key deleted"},
    {"cleared", "pre-sized, filled, cleared"}, {"dropped", "dropped"},
    {"set", "int to struct{}, filled"}, {"text", "slots of 56 bytes, filled"},
};

static void print_bytes(struct page *page, const struct version v[KINDS])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "Maps of Go 1.23, Go 1.24 and Rust, the same done to each; bytes as their "
                    "runtimes count them, collected. The last row, string to 40 bytes, is of "
                    "%s entries:",
              page_number(number, v[GO123].text_entries));
    page_table(page, "bytes", DESIGN_HEADS("map"));
    for (enum version_row row = 0; row < VERSION_ROWS; row++)
        page_row(page, version_names[row].slug, version_names[row].label,
                 CELLS(exact(v[GO123].bytes[row], "B"), exact(v[GO124].bytes[row], "B"),
                       exact(v[RUST].bytes[row], "B")));
    page_table_end(page);
}

static void print_fill(struct page *page, const struct version v[KINDS])
{
    page_text(page, "The fill without a hint, sixteenth by sixteenth:");
    page_table(page, "fill", HEADS("part", "entries", "Go 23", "Go 24", "Rust"));
    for (unsigned i = 0; i < FILLS; i++) {
        char part[PAGE_NUMBER_BYTES];
        snprintf(part, sizeof part, "%u", i + 1);
        page_row(page, part, part,
                 CELLS(exact(v[GO123].entries_at[i], ""), exact(v[GO123].bytes_at[i], "B"),
                       exact(v[GO124].bytes_at[i], "B"),
                       exact(v[RUST].bytes_at[i], "B")));
    }
    page_table_end(page);
}

#define THREE(field) CELLS(exact(v[GO123].field, ""), exact(v[GO124].field, ""), \
                           exact(v[RUST].field, ""))

static void print_shapes(struct page *page, const struct version v[KINDS])
{
    page_text(page, "What the filled maps of int to int are made of:");
    page_table(page, "made", DESIGN_HEADS("what"));
    page_row(page, "slots", "slots", THREE(slots));
    page_row(page, "load", "entries to slots",
             CELLS(exact_real(v[GO123].load, 1, "%"), exact_real(v[GO124].load, 1, "%"),
                   exact_real(v[RUST].load, 1, "%")));
    page_row(page, "overflow", "overflow buckets", THREE(overflow));
    page_row(page, "outside", "entries in them", THREE(ints.outside));
    page_row(page, "tables", "tables", THREE(ints.tables));
    page_row(page, "arrays", "arrays of buckets or groups", THREE(ints.arrays));
    page_row(page, "others", "other objects, no directory", THREE(ints.others));
    page_row(page, "tombstones", "tombstones, all deleted", THREE(tombstones));
    page_row(page, "mallocs", "allocations by the fill", THREE(mallocs));
    page_row(page, "mallocs-hint", "the same, pre-sized", THREE(mallocs_hint));
    page_table_end(page);
}

/* --- Look-ups --- */

static const struct name probed_names[PROBEDS][2] = {
    {{"filled-hit", "filled, hit"}, {"filled-miss", "filled, miss"}},
    {{"fullest-hit", "fuller, hit"}, {"fullest-miss", "fuller, miss"}},
    {{"drained-hit", "drained, hit"}, {"drained-miss", "drained, miss"}},
    {{"one-hash-hit", "one hash, hit"}, {"one-hash-miss", "one hash, miss"}},
};

static const struct probing *probing_of(const struct version *v, enum probed probed, bool miss)
{
    return miss ? &v->miss[probed] : &v->hit[probed];
}

static void print_looked_at(struct page *page, const struct version v[KINDS])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "What a look-up takes, on average: buckets (Go 1.23) or groups looked at, and "
                    "keys compared. Fuller: %s entries. Drained: one entry of sixteen is left:",
              page_number(number, v[GO123].entries_at[FULLEST - 1]));
    page_table(page, "probes", HEADS("look-ups", "23 buckets", "23 keys", "24 groups", "24 keys",
                                     "Rust groups", "Rust keys"));
    for (unsigned i = 0; i < 2 * PROBEDS; i++) {
        struct page_cell cells[2 * KINDS];
        for (enum kind kind = 0; kind < KINDS; kind++) {
            const struct probing *p = probing_of(&v[kind], i / 2, i % 2);
            cells[2 * kind] = exact_real(p->places, 3, "");
            cells[2 * kind + 1] = exact_real(p->keys, 3, "");
        }
        page_row(page, probed_names[i / 2][i % 2].slug, probed_names[i / 2][i % 2].label, cells);
    }
    page_table_end(page);
}

static void print_worst(struct page *page, const struct version v[KINDS])
{
    page_text(page, "The worst of these look-ups, in buckets or groups:");
    page_table(page, "worst", DESIGN_HEADS("look-ups"));
    for (unsigned i = 0; i < 2 * PROBEDS; i++)
        page_row(page, probed_names[i / 2][i % 2].slug, probed_names[i / 2][i % 2].label,
                 CELLS(exact(probing_of(&v[GO123], i / 2, i % 2)->most, ""),
                       exact(probing_of(&v[GO124], i / 2, i % 2)->most, ""),
                       exact(probing_of(&v[RUST], i / 2, i % 2)->most, "")));
    page_table_end(page);
}

/* --- What people say --- */

static struct page_cell truth(const struct answer *a)
{
    return word(a->holds ? "true" : "false");
}

static struct page_cell figure_of(const struct saying *s, const struct answer *a)
{
    return s->decimals == 0 ? exact((uint64_t)(a->figure + 0.5), s->unit)
                            : exact_real(a->figure, s->decimals, s->unit);
}

/* Two rows: the sentence with its verdicts, and below it what they follow from. */
static void print_saying(struct page *page, const struct saying *s, const struct answer a[KINDS])
{
    char slug[64], label[80];
    snprintf(slug, sizeof slug, "%s-shown", s->slug);
    snprintf(label, sizeof label, "    %s", s->measure);
    page_row(page, s->slug, s->sentence, CELLS(truth(&a[GO123]), truth(&a[GO124]),
                                               truth(&a[RUST])));
    page_row(page, slug, label, CELLS(figure_of(s, &a[GO123]), figure_of(s, &a[GO124]),
                                      figure_of(s, &a[RUST])));
}

static bool ask_all(const struct sayings *group, const struct options *o,
                    struct answer answers[MOST_SAYINGS][KINDS])
{
    for (unsigned i = 0; i < group->count; i++)
        for (enum kind kind = 0; kind < KINDS; kind++)
            if (!saying_ask(&group->list[i], kind, o, &answers[i][kind]))
                return false;
    return true;
}

/* Sentences so far: all, those true of every design, those true of none. */
struct tally {
    uint64_t asked, everywhere, nowhere;
};

static void print_group(struct page *page, const struct sayings *group,
                        struct answer answers[MOST_SAYINGS][KINDS], struct tally *tally)
{
    page_text(page, "%s", group->heading);
    page_table(page, group->slug, DESIGN_HEADS("people say"));
    for (unsigned i = 0; i < group->count; i++) {
        const struct answer *a = answers[i];
        print_saying(page, &group->list[i], a);
        tally->asked++;
        tally->everywhere += a[GO123].holds && a[GO124].holds && a[RUST].holds;
        tally->nowhere += !a[GO123].holds && !a[GO124].holds && !a[RUST].holds;
    }
    page_table_end(page);
}

static bool print_folklore(struct page *page, const struct options *o)
{
    struct tally tally = {0};
    for (unsigned g = 0; g < SAYING_GROUPS; g++) {
        struct answer answers[MOST_SAYINGS][KINDS];
        if (!ask_all(&folklore[g], o, answers))
            return false;
        print_group(page, &folklore[g], answers, &tally);
    }
    page_figure(page, "asked", "sentences", exact(tally.asked, ""));
    page_figure(page, "everywhere", "true of all three", exact(tally.everywhere, ""));
    page_figure(page, "nowhere", "true of none", exact(tally.nowhere, ""));
    return true;
}

/* --- The target --- */

static void judge_overflow(struct page *page, const struct version v[KINDS])
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    const struct version *go123 = &v[GO123], *go124 = &v[GO124];
    page_claim(page, "no-overflow-in-swiss",
               no_overflow(&go124->ints) && no_overflow(&go124->text)
                   && no_overflow(&go124->one_hash),
               "%s entries, %s tables, %s arrays of groups; no other object, and no entry "
               "elsewhere", page_number(a, go124->ints.entries),
               page_number(b, go124->ints.tables), page_number(c, go124->ints.arrays));
    page_beyond(page, "no-overflow-in-swiss", "go-1-23", !no_overflow(&go123->ints),
                "in Go 1.23, %s of %s entries lie in overflow buckets",
                page_number(a, go123->ints.outside), page_number(b, go123->ints.entries));
    page_beyond(page, "no-overflow-in-swiss", "go-1-23-one-hash", !no_overflow(&go123->one_hash),
                "in Go 1.23, with one hash for all, %s of %s",
                page_number(a, go123->one_hash.outside), page_number(b, go123->one_hash.entries));
}

bool run_versions(const struct options *o, struct page *page)
{
    struct version v[KINDS];
    for (enum kind kind = 0; kind < KINDS; kind++)
        if (!version_run(kind, o, &v[kind]))
            return false;
    print_bytes(page, v);
    print_fill(page, v);
    print_shapes(page, v);
    print_looked_at(page, v);
    print_worst(page, v);
    if (!print_folklore(page, o))
        return false;
    judge_overflow(page, v);
    return true;
}
