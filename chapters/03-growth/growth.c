/*
 * growth.c - chapter 03: doubling, then splitting.
 *
 * The experiments stand in growth_trace.c, growth_capacity.c, growth_designs.c and
 * growth_bench.c. Here are the pages that show what they found, and the verdicts.
 */
#include "growth.h"

#include <inttypes.h>
#include <string.h>

/* --- retain: the first growths, and all of them by cause --- */

static const char *const cause_names[GROWTH_CAUSES] = {
    "group", "group to table", "doubling", "split",
};

static void first_table(struct page *page, const struct growth_trace *t)
{
    page_text(page, "The first puts at which a map[int]int grows, and the map right after them.");
    page_table(page, "first", HEADS("what", "put", "moved", "slots", "tables", "directory",
                                    "map"));
    for (unsigned i = 0; i < t->first_count; i++) {
        const struct growth_step *s = &t->first[i];
        char slug[PAGE_NUMBER_BYTES];
        snprintf(slug, sizeof slug, "%u", i + 1);
        page_row(page, slug, cause_names[s->cause],
                 CELLS(exact(s->entries, ""), exact(s->moved, ""), exact(s->slots, ""),
                       exact(s->tables, ""), exact(s->directory, ""), exact(s->bytes, "B")));
    }
    page_table_end(page);
}

static void causes_table(struct page *page, const struct growth_trace *t)
{
    static const char *const slugs[GROWTH_CAUSES] = {"group", "conversion", "doubling", "split"};
    page_text(page, "All growths of the fill, by their cause.");
    page_table(page, "causes", HEADS("cause", "times", "moved", "most moved by one"));
    for (unsigned i = 0; i < GROWTH_CAUSES; i++) {
        const struct growth_sum *sum = &t->sums[i];
        page_row(page, slugs[i], cause_names[i],
                 CELLS(exact(sum->times, ""), exact(sum->moved, ""), exact(sum->most, "")));
    }
    page_table_end(page);
}

/* --- retain: the directory --- */

static void directory_row(struct page *page, const char *slug, const char *label,
                          const struct growth_step *s)
{
    page_row(page, slug, label,
             CELLS(exact(s->directory, ""), exact(s->entries, ""), exact(s->splits, ""),
                   exact(s->tables, "")));
}

static void directory_table(struct page *page, const struct growth_trace *t)
{
    page_text(page, "The puts that doubled the directory, and the map right after them.");
    page_table(page, "directory", HEADS("depth", "directory", "keys", "splits", "tables"));
    for (unsigned i = 0; i < t->longer_count; i++) {
        char depth[PAGE_NUMBER_BYTES];
        snprintf(depth, sizeof depth, "%u", i + 1);
        directory_row(page, depth, depth, &t->longer[i]);
    }
    directory_row(page, "end", "at the end", &t->last);
    page_table_end(page);
}

static void depths_table(struct page *page, const struct growth_depths *d)
{
    char keys[PAGE_NUMBER_BYTES];
    page_text(page, "The tables of a map with %s keys, by the top bits that their keys share.",
              page_number(keys, d->entries));
    page_table(page, "depths", HEADS("local depth", "tables", "pointers to each",
                                     "pointers", "keys"));
    for (unsigned depth = d->shallowest; depth <= d->global; depth++) {
        uint64_t pointers = (uint64_t)1 << (d->global - depth);
        char label[PAGE_NUMBER_BYTES], slug[PAGE_NUMBER_BYTES];
        snprintf(label, sizeof label, "%u", depth);
        snprintf(slug, sizeof slug, "below-%u", d->global - depth);
        page_row(page, depth == d->global ? "global" : slug, label,
                 CELLS(exact(d->tables_of[depth], ""), exact(pointers, ""),
                       exact(d->tables_of[depth] * pointers, ""),
                       exact(d->entries_of[depth], "")));
    }
    page_row(page, "all", "all", CELLS(exact(d->tables, ""), word(""), exact(d->directory, ""),
                                       exact(d->entries, "")));
    page_table_end(page);
}

/* --- retain: capacity --- */

static void capacity_table(struct page *page, const struct growth_capacity phases[],
                           uint64_t operations)
{
    static const char *const slugs[GROWTH_PHASES] = {"fill", "drain", "refill", "empty",
                                                     "shrink"};
    static const char *const labels[GROWTH_PHASES] = {
        "mostly puts", "mostly deletes", "mostly puts", "each key deleted", "shrink_to_fit",
    };
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "%s puts and deletes of random keys, the same on the map of Go 1.24 and on "
              "Rust's. Columns with \"fell\" count the operations after which there was less than "
              "before.", page_number(number, operations));
    page_table(page, "capacity", HEADS("after", "keys", "Go slots", "fell", "Rust slots",
                                       "slots fell", "Rust capacity", "capacity fell"));
    for (unsigned i = 0; i < GROWTH_PHASES; i++) {
        const struct growth_capacity *c = &phases[i];
        page_row(page, slugs[i], labels[i],
                 CELLS(exact(c->entries, ""), exact(c->slots, ""), exact(c->slots_fell, ""),
                       exact(c->flat_slots, ""), exact(c->flat_slots_fell, ""),
                       exact(c->capacity, ""), exact(c->capacity_fell, "")));
    }
    page_table_end(page);
}

/* --- retain: verdicts --- */

static void directory_verdicts(struct page *page, const struct growth_trace *t,
                               const struct growth_step *presized)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    page_claim(page, "directory-doubles",
               t->splits > 0 && t->directory_exact == t->splits && t->tables_odd > 0
               && t->tables_fewer > 0,
               "after all %s splits the directory has a power of two of entries; after %s of "
               "them the tables are none, after %s they are fewer.", page_number(a, t->splits),
               page_number(b, t->tables_odd), page_number(c, t->tables_fewer));
    page_beyond(page, "directory-doubles", "presized",
                presized->tables == presized->directory
                && (presized->tables & (presized->tables - 1)) == 0,
                "made with a hint the map has %s tables under %s directory entries.",
                page_number(a, presized->tables), page_number(b, presized->directory));
}

static void capacity_verdicts(struct page *page, const struct growth_capacity phases[],
                              uint64_t operations)
{
    const struct growth_capacity *end = &phases[GROWTH_EMPTY], *shrunk = &phases[GROWTH_SHRINK];
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    page_claim(page, "capacity-never-falls", end->slots_fell == 0 && end->slots > 0,
               "after none of %s operations the map of Go 1.24 has fewer slots; emptied it has %s.",
               page_number(a, operations), page_number(b, end->slots));
    page_beyond(page, "capacity-never-falls", "rust-capacity", end->capacity_fell > 0,
                "Rust's map reports a smaller capacity() after %s of them: tombstones count.",
                page_number(a, end->capacity_fell));
    page_beyond(page, "capacity-never-falls", "rust-shrink",
                shrunk->flat_slots < end->flat_slots,
                "shrink_to_fit takes the emptied map of Rust from %s slots to %s.",
                page_number(a, end->flat_slots), page_number(b, shrunk->flat_slots));
}

static bool run_retain(const struct options *options, struct page *page)
{
    struct growth_trace trace;
    struct growth_step presized;
    struct growth_depths depths;
    struct growth_capacity phases[GROWTH_PHASES];
    uint64_t operations;
    if (!growth_trace(options, &trace) || !growth_presized(options, &presized)
        || !growth_depths(options, &depths) || !growth_capacity(options, phases, &operations))
        return false;
    first_table(page, &trace);
    causes_table(page, &trace);
    directory_table(page, &trace);
    depths_table(page, &depths);
    capacity_table(page, phases, operations);
    directory_verdicts(page, &trace, &presized);
    capacity_verdicts(page, phases, operations);
    return true;
}

/* --- versions: what single puts move --- */

/* Figures' names are parted by dots, so the designs' names will not do. */
static const char *const design_slugs[GROWTH_DESIGNS] = {"buckets", "swiss", "flat"};

static void moved_table(struct page *page, const struct growth_moves moves[GROWTH_DESIGNS])
{
    page_text(page, "The most entries that one put moves, by the number of entries it finds: buckets are "
              "the map of Go 1.23, Swiss that of Go 1.24, flat Rust's.");
    page_table(page, "moved", HEADS("below", "buckets", "Swiss", "flat"));
    for (unsigned i = 0; i < moves[0].sizes; i++) {
        char slug[PAGE_NUMBER_BYTES], label[PAGE_NUMBER_BYTES];
        uint64_t end = (uint64_t)16 << (2 * i);
        snprintf(slug, sizeof slug, "%" PRIu64, end);
        page_row(page, slug, page_number(label, end),
                 CELLS(exact(moves[GROWTH_BUCKETS].most_below[i], ""),
                       exact(moves[GROWTH_SWISS].most_below[i], ""),
                       exact(moves[GROWTH_FLAT].most_below[i], "")));
    }
    page_table_end(page);
}

static void work_table(struct page *page, const struct options *options,
                       const struct growth_moves moves[GROWTH_DESIGNS])
{
    page_text(page, "The whole fill.");
    page_table(page, "work", HEADS("design", "puts that move", "moved", "moved per put",
                                   "most by one put", "at put"));
    for (unsigned i = 0; i < GROWTH_DESIGNS; i++) {
        const struct growth_moves *m = &moves[i];
        double per_put = options->keys > 0 ? (double)m->moved / (double)options->keys : 0;
        page_row(page, design_slugs[i], growth_designs[i].name,
                 CELLS(exact(m->puts_that_moved, ""), exact(m->moved, ""),
                       exact_real(per_put, 2, ""), exact(m->most, ""), exact(m->most_at, "")));
    }
    page_table_end(page);
}

static void bounded_verdicts(struct page *page, const struct growth_moves moves[],
                             const struct growth_weak *weak)
{
    const struct growth_moves *swiss = &moves[GROWTH_SWISS], *flat = &moves[GROWTH_FLAT];
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    page_claim(page, "growth-is-bounded", swiss->most > 0 && swiss->most <= GROWTH_BOUND,
               "no put into the map of Go 1.24 moves more than %s entries.",
               page_number(a, swiss->most));
    page_beyond(page, "growth-is-bounded", "flat-table",
                flat->most > GROWTH_BOUND && flat->most == flat->most_at - 1,
                "put %s into Rust's map moves all %s entries that it has.",
                page_number(a, flat->most_at), page_number(b, flat->most));
    page_beyond(page, "growth-is-bounded", "weak-top-bits", weak->most > GROWTH_BOUND,
                "with a hash whose top %u bits are zero one put splits %" PRIu64
                " times and moves %s.", weak->bits, weak->splits, page_number(a, weak->most));
}

static bool run_versions(const struct options *options, struct page *page)
{
    struct growth_moves moves[GROWTH_DESIGNS];
    struct growth_weak weak;
    for (unsigned i = 0; i < GROWTH_DESIGNS; i++) {
        if (!growth_moves(options, &growth_designs[i], &moves[i]))
            return false;
    }
    if (!growth_weak(options, &weak))
        return false;
    moved_table(page, moves);
    work_table(page, options, moves);
    bounded_verdicts(page, moves, &weak);
    return true;
}

/* --- bench: what single puts cost --- */

static void latency_table(struct page *page, const struct growth_times times[GROWTH_DESIGNS])
{
    uint64_t end = GROWTH_FIRST_BIN_NS;
    page_text(page, "How many puts take how long, in maps of Go 1.23, Go 1.24 and Rust. Each row "
              "reaches four times as far as the one before.");
    page_table(page, "latency", HEADS("below, ns", "buckets", "Swiss", "flat"));
    for (unsigned i = 0; i < GROWTH_BINS; i++, end *= 4) {
        char slug[PAGE_NUMBER_BYTES], label[PAGE_NUMBER_BYTES];
        snprintf(slug, sizeof slug, "%" PRIu64, end);
        page_row(page, slug, i < GROWTH_BINS - 1 ? page_number(label, end) : "more",
                 CELLS(measured((double)times[GROWTH_BUCKETS].bins[i], ""),
                       measured((double)times[GROWTH_SWISS].bins[i], ""),
                       measured((double)times[GROWTH_FLAT].bins[i], "")));
    }
    page_table_end(page);
}

static void worst_table(struct page *page, const struct growth_times times[GROWTH_DESIGNS],
                        const struct growth_moves moves[GROWTH_DESIGNS])
{
    page_text(page, "The same puts: half of them take no longer than the median, one in ten "
              "thousand longer than p99.99.");
    page_table(page, "worst", HEADS("design", "median", "p99", "p99.9", "p99.99", "worst",
                                    "most moved", "all puts"));
    for (unsigned i = 0; i < GROWTH_DESIGNS; i++) {
        const struct growth_times *t = &times[i];
        page_row(page, design_slugs[i], growth_designs[i].name,
                 CELLS(measured(t->median, "ns"), measured(t->p99, "ns"),
                       measured(t->p999, "ns"), measured(t->p9999, "ns"),
                       measured(t->worst, "ns"), exact(moves[i].most, ""),
                       measured(t->fill.median_ns * (double)t->puts / 1e6, "ms")));
    }
    page_table_end(page);
    page_figure(page, "clock", "of each time, reading the clock",
                measured(growth_clock_ns(), "ns"));
}

static void worst_verdicts(struct page *page, const struct growth_times times[GROWTH_DESIGNS])
{
    const struct growth_times *swiss = &times[GROWTH_SWISS], *flat = &times[GROWTH_FLAT];
    char ratio[PAGE_NUMBER_BYTES];
    page_cell_text(ratio, measured(flat->worst / swiss->worst, ""));
    page_claim(page, "worst-put-is-short", flat->worst >= GROWTH_WORST_RATIO * swiss->worst,
               "the worst put into Rust's map takes %s times as long as the worst into that "
               "of Go 1.24.", ratio);
    page_cell_text(ratio, measured(swiss->p999 / flat->p999, ""));
    page_beyond(page, "worst-put-is-short", "one-in-a-thousand", swiss->p999 >= GROWTH_RARE_RATIO * flat->p999,
                "of a thousand puts the longest takes %s times as long in the map of Go 1.24.",
                ratio);
}

static void write_lines(const struct options *options, struct page *page,
                        const struct growth_times times[GROWTH_DESIGNS])
{
    char settings[64];
    if (page->out == NULL)
        return;
    bench_write_units(page->out);
    for (unsigned i = 0; i < GROWTH_DESIGNS; i++) {
        snprintf(settings, sizeof settings, "design=%s/keys=%" PRIu64, growth_designs[i].name,
                 options->keys);
        bench_write_lines(page->out, "put", settings, &times[i].fill);
    }
}

static bool run_bench(const struct options *options, struct page *page)
{
    static struct growth_times times[GROWTH_DESIGNS];       /* large: many rounds */
    struct growth_moves moves[GROWTH_DESIGNS];
    if (!growth_bench(options, times))
        return false;
    if (options->benchfmt) {
        write_lines(options, page, times);
        return true;
    }
    for (unsigned i = 0; i < GROWTH_DESIGNS; i++) {
        if (!growth_moves(options, &growth_designs[i], &moves[i]))
            return false;
    }
    latency_table(page, times);
    worst_table(page, times, moves);
    worst_verdicts(page, times);
    return true;
}

/* --- dot --- */

static const char *const pictures[] = {"directory-before", "directory-after", NULL};

static bool run_dot(const struct options *options, struct page *page)
{
    return growth_draw_directory(options, strcmp(options->picture, pictures[1]) == 0, page->out);
}

/* Beyond that a benchmark keeps gigabytes of times and maps. */
enum { MAX_KEYS = 1 << 24, MAX_BENCH_KEYS = 1 << 23 };

static const struct target targets[] = {
    {"retain", "every growth of one map, its directory, and whether it ever falls", run_retain,
     1 << 20, MAX_KEYS},
    {"versions", "entries that single puts move, in three designs", run_versions, 1 << 20,
     MAX_KEYS},
    {"bench", "the time of every single put, in three designs", run_bench, 1 << 20,
     MAX_BENCH_KEYS},
    {"dot", "pictures of live memory, as Graphviz", run_dot, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

const struct program program = {
    .name = "03-growth",
    .title = "Doubling, then splitting",
    .targets = targets,
    .pictures = pictures,
    .designs = (const char *const[]){"go1.24", NULL},
};
