/*
 * batch_cycles_versions.c - the spike on three designs, and what it takes at full scale.
 *
 * The full scale is told by lab/size from the types and the number of records: the mean over all
 * seeds, without a map being built.
 */
#include "batch_cycles_pages.h"

#include <stdlib.h>

#include "size/size.h"

/* --- The spike -------------------------------------------------------------- */

static const struct strategy ways[] = {
    {"go1-24-delete", "go1.24, delete loop", "go1.24", EMPTY_DELETE, HINT_NONE, false},
    {"go1-24-clear", "go1.24, clear", "go1.24", EMPTY_CLEAR, HINT_NONE, false},
    {"go1-24-fresh", "go1.24, fresh map", "go1.24", EMPTY_FRESH, HINT_NONE, false},
    {"go1-23-delete", "go1.23, delete loop", "go1.23", EMPTY_DELETE, HINT_NONE, false},
    {"go1-23-clear", "go1.23, clear", "go1.23", EMPTY_CLEAR, HINT_NONE, false},
    {"go1-23-fresh", "go1.23, fresh map", "go1.23", EMPTY_FRESH, HINT_NONE, false},
    {"rust-clear", "rust, clear", "rust", EMPTY_CLEAR, HINT_NONE, false},
    {"rust-shrink", "rust, shrink_to", "rust", EMPTY_SHRINK, HINT_NONE, false},
    {"rust-fresh", "rust, fresh map", "rust", EMPTY_FRESH, HINT_NONE, false},
};
enum { WAYS_HERE = sizeof ways / sizeof ways[0] };

/* What is shown of a way's story. */
struct outcome {
    struct reading before, spike, after;
};

/* Up to the cycle after the spike, without the incident's limit. */
static bool run_ways(const struct options *o, struct outcome of[WAYS_HERE])
{
    struct trace t;
    incident_trace(steady_of(o), &t);
    t.count = INCIDENT_SPIKE + 2;
    struct story *s = malloc(sizeof *s);
    bool done = s != NULL && memory_is_there(&t, o->limit_bytes);
    for (unsigned i = 0; done && i < WAYS_HERE; i++) {
        done = story_run(&ways[i], &t, o->limit_bytes, o->seed, s) && !s->killed;
        of[i] = (struct outcome){s->at[INCIDENT_SPIKE - 1], s->at[INCIDENT_SPIKE],
                                 s->at[INCIDENT_SPIKE + 1]};
    }
    free(s);
    return done;
}

static void print_ways(struct page *page, const struct outcome of[WAYS_HERE])
{
    page_text(page, "What lives with the records in, before the spike, in it, after it; and the "
                    "highest of the spike's cycle:");
    page_table(page, "spike", HEADS("map, emptied by", "before", "spike", "peak", "after",
                                    "to before"));
    for (unsigned i = 0; i < WAYS_HERE; i++) {
        uint64_t before = of[i].before.live, after = of[i].after.live;
        page_row(page, ways[i].slug, ways[i].label,
                 CELLS(exact(before, "B"), exact(of[i].spike.live, "B"),
                       exact(of[i].spike.peak, "B"), exact(after, "B"),
                       exact_real((double)after / (double)before, 2, "x")));
    }
    page_table_end(page);
}

/* --- No spike at all -------------------------------------------------------- */

static const struct strategy creepers[] = {
    {"go1-24-delete", "go1.24, delete loop", "go1.24", EMPTY_DELETE, HINT_NONE, false},
    {"go1-25-delete", "go1.25, delete loop", "go1.25", EMPTY_DELETE, HINT_NONE, false},
    {"go1-24-clear", "go1.24, clear", "go1.24", EMPTY_CLEAR, HINT_NONE, false},
    {"go1-24-fresh", "go1.24, fresh map", "go1.24", EMPTY_FRESH, HINT_NONE, false},
    {"go1-23-delete", "go1.23, delete loop", "go1.23", EMPTY_DELETE, HINT_NONE, false},
    {"rust-clear", "rust, clear", "rust", EMPTY_CLEAR, HINT_NONE, false},
};
enum { CREEPERS = sizeof creepers / sizeof creepers[0] };

static bool run_creepers(const struct options *o, uint64_t live[CREEPERS][CREEP_READINGS])
{
    for (unsigned i = 0; i < CREEPERS; i++)
        if (!creep_run(&creepers[i], o->seed, o->limit_bytes, live[i]))
            return false;
    return true;
}

static void print_creepers(struct page *page, uint64_t live[CREEPERS][CREEP_READINGS])
{
    page_text(page, "No spike at all: %d cycles of %d records each. What lives in the first, and "
                    "later:", CREEP_CYCLES, CREEP_RECORDS);
    page_table(page, "even", HEADS("map, emptied by", "cycle 1", "cycle 10", "cycle 100",
                                   "cycle 600"));
    for (unsigned i = 0; i < CREEPERS; i++)
        page_row(page, creepers[i].slug, creepers[i].label,
                 CELLS(exact(live[i][0], "B"), exact(live[i][1], "B"), exact(live[i][2], "B"),
                       exact(live[i][3], "B")));
    page_table_end(page);
}

/* --- The full scale --------------------------------------------------------- */

static const uint64_t full_counts[] = {500000, 1000000, 3200000};

static void print_full(struct page *page)
{
    struct map_type type = record_map_type(false);
    page_text(page, "Full scale, values of %d B: what is expected of the map of a cycle, and of Go "
                    "1.24's in MB and MiB:", RECORD_BYTES);
    page_table(page, "full", HEADS("records", "go1_24", "go1_23", "rust", "MB", "MiB", "goal"));
    for (unsigned i = 0; i < sizeof full_counts / sizeof full_counts[0]; i++) {
        uint64_t expected[SIZE_DESIGNS];
        char slug[PAGE_NUMBER_BYTES], label[PAGE_NUMBER_BYTES];
        for (unsigned design = 0; design < SIZE_DESIGNS; design++)
            expected[design] = size_of((enum size_design)design, &type, full_counts[i]).expected;
        snprintf(slug, sizeof slug, "%llu", (unsigned long long)full_counts[i]);
        double swiss = (double)expected[SIZE_GO_1_24];
        page_row(page, slug, page_number(label, full_counts[i]),
                 CELLS(exact(expected[SIZE_GO_1_24], "B"), exact(expected[SIZE_GO_1_23], "B"),
                       exact(expected[SIZE_RUST], "B"), exact_real(swiss / 1e6, 1, "MB"),
                       exact_real(swiss / (1 << 20), 1, "MiB"),
                       exact(size_goal(expected[SIZE_GO_1_24], 100), "B")));
    }
    page_table_end(page);
}

bool run_versions(const struct options *options, struct page *page)
{
    struct outcome of[WAYS_HERE];
    uint64_t creeping[CREEPERS][CREEP_READINGS];
    if (!run_ways(options, of) || !run_creepers(options, creeping))
        return false;
    print_ways(page, of);
    print_creepers(page, creeping);
    print_full(page);
    return true;
}
