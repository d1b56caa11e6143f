/*
 * drop_and_rebuild.c - chapter 8: the only way back. The pages.
 *
 * Read        drop_and_rebuild.h (what is tried), drop_and_rebuild_trace.c (the rebuild),
 *             drop_and_rebuild_rotation.c (when to), this file (how it is shown).
 */
#include "drop_and_rebuild.h"

#include <string.h>

#include "bench/bench.h"
#include "program/program.h"

/* --- Retain: ways ----------------------------------------------------------- */

static const struct { const char *slug, *label; } way_names[WAYS] = {
    [WAY_NOTHING] = {"nothing", "nothing"},
    [WAY_DELETE] = {"delete", "delete each key"},
    [WAY_CLEAR] = {"clear", "clear"},
    [WAY_OVERWRITE] = {"overwrite", "set each value to 0"},
    [WAY_DELETE_AND_CLEAR] = {"delete-and-clear", "delete each key, then clear"},
    [WAY_DROP] = {"drop", "drop the map"},
};

static void print_ways(struct page *page, const struct ways *w)
{
    page_text(page, "A full map of int to int, HeapAlloc before and after what was done to it, "
                    "collected both times:");
    page_table(page, "ways", HEADS("done to it", "before", "after", "freed"));
    for (enum way way = 0; way < WAYS; way++)
        page_row(page, way_names[way].slug, way_names[way].label,
                 CELLS(exact(w->filled[way], "B"), exact(w->after[way], "B"),
                       exact(w->filled[way] - w->after[way], "B")));
    page_table_end(page);
}

/* --- Retain: rebuilds ------------------------------------------------------- */

static const struct rebuild_row {
    const char *slug, *label;
    unsigned part;                      /* live is keys / part */
    enum rebuild_hint hint;
} rebuild_rows[] = {
    {"half", "1/2 live", 2, REBUILD_FOR_LIVE},
    {"sixteenth", "1/16 live", 16, REBUILD_FOR_LIVE},
    {"256th", "1/256 live", 256, REBUILD_FOR_LIVE},
    {"no-hint", "1/16, no hint", 16, REBUILD_WITHOUT},
    {"peak-hint", "1/16, hint of the peak", 16, REBUILD_FOR_PEAK},
};
enum { REBUILDS = sizeof rebuild_rows / sizeof rebuild_rows[0], REBUILD_PEAK = REBUILDS - 1,
       REBUILD_SIXTEENTH = 1 };

static bool rebuilds_run(const struct options *o, struct rebuilt rebuilds[REBUILDS])
{
    for (unsigned i = 0; i < REBUILDS; i++)
        if (!rebuild_run(o->keys, o->keys / rebuild_rows[i].part, rebuild_rows[i].hint, o->seed,
                         o->limit_bytes, &rebuilds[i]))
            return false;
    return true;
}

static void print_rebuilds(struct page *page, const struct rebuilt rebuilds[REBUILDS])
{
    page_text(page, "Drained and rebuilt: HeapAlloc before, at its highest while both maps are "
                    "there, after the collection; and of a map that never held more:");
    page_table(page, "rebuild", HEADS("rebuilt", "live", "drained", "peak", "after", "fresh"));
    for (unsigned i = 0; i < REBUILDS; i++) {
        const struct rebuilt *r = &rebuilds[i];
        page_row(page, rebuild_rows[i].slug, rebuild_rows[i].label,
                 CELLS(exact(r->live, ""), exact(r->drained, "B"), exact(r->peak, "B"),
                       exact(r->after, "B"), exact(r->fresh, "B")));
    }
    page_table_end(page);
}

/* --- Retain: proposals ------------------------------------------------------ */

/* Each proposal after a spike, and after one twice as high. */
struct judged {
    struct kept once[PROPOSALS], twice[PROPOSALS];
};

enum { SPIKE_PART = 16 };               /* the lower spike is keys / 16 */

static bool proposals_run(const struct options *o, struct judged *j)
{
    uint64_t keys = o->keys / SPIKE_PART;
    for (unsigned i = 0; i < PROPOSALS; i++)
        if (!proposal_run(&proposals[i], keys, o->seed, o->limit_bytes, &j->once[i])
            || !proposal_run(&proposals[i], 2 * keys, o->seed, o->limit_bytes, &j->twice[i]))
            return false;
    return true;
}

static double times(uint64_t a, uint64_t b)
{
    return b == 0 ? 0 : (double)a / (double)b;
}

static void print_proposals(struct page *page, uint64_t keys, const struct judged *j)
{
    char once[PAGE_NUMBER_BYTES], twice[PAGE_NUMBER_BYTES];
    page_text(page, "What stays when 99 of 100 entries are deleted, after a spike of %s entries "
                    "and after one of %s:", page_number(once, keys / SPIKE_PART),
              page_number(twice, 2 * (keys / SPIKE_PART)));
    page_table(page, "proposals",
               HEADS("proposal", "filled", "kept", "filled twice", "kept twice", "to rebuilt"));
    for (unsigned i = 0; i < PROPOSALS; i++) {
        const struct kept *a = &j->once[i], *b = &j->twice[i];
        page_row(page, proposals[i].slug, proposals[i].label,
                 CELLS(exact(a->filled, "B"), exact(a->drained, "B"), exact(b->filled, "B"),
                       exact(b->drained, "B"),
                       exact_real(times(b->drained, j->twice[PROPOSALS - 1].drained), 1, "x")));
    }
    page_table_end(page);
}

/* --- Retain: verdicts ------------------------------------------------------- */

static uint64_t least_without_drop(const struct ways *w)
{
    uint64_t least = w->after[WAY_NOTHING];
    for (enum way way = WAY_NOTHING; way < WAY_DROP; way++)
        least = w->after[way] < least ? w->after[way] : least;
    return least;
}

static void judge_ways(struct page *page, const struct ways *w, const struct ways *outside)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    page_claim(page, "only-drop-frees", only_the_drop_frees(w),
               "of %s B the drop leaves %s B, the best of the other ways %s B",
               page_number(a, w->filled[WAY_DROP]), page_number(b, w->after[WAY_DROP]),
               page_number(c, least_without_drop(w)));
    page_beyond(page, "only-drop-frees", "values-out-of-line", !only_the_drop_frees(outside),
                "int to [129]byte: of %s B, deleting each key leaves %s B",
                page_number(a, outside->filled[WAY_DELETE]),
                page_number(b, outside->after[WAY_DELETE]));
}

static void judge_rebuilds(struct page *page, const struct rebuilt rebuilds[REBUILDS])
{
    unsigned fitting = 0;
    for (unsigned i = 0; i < REBUILD_PEAK; i++)
        fitting += rebuilt_fits(&rebuilds[i]);
    const struct rebuilt *r = &rebuilds[REBUILD_SIXTEENTH], *peak = &rebuilds[REBUILD_PEAK];
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    page_claim(page, "rebuild-fits", fitting == REBUILD_PEAK,
               "1/16 live: %s B rebuilt, %s B in a fresh map; %u of %u rebuilds fit to the byte",
               page_number(a, r->after), page_number(b, r->fresh), fitting, REBUILD_PEAK);
    page_beyond(page, "rebuild-fits", "not-collected", !fits_before_collection(r),
                "before the collection it is %s B against %s B", page_number(a, r->dropped),
                page_number(b, r->fresh));
    page_beyond(page, "rebuild-fits", "hint-of-the-peak", !rebuilt_fits(peak),
                "rebuilt for as many as there once were: %s B against %s B",
                page_number(a, peak->after), page_number(b, peak->fresh));
}

static bool run_retain(const struct options *options, struct page *page)
{
    struct ways ints, outside;
    struct rebuilt rebuilds[REBUILDS];
    struct judged judged;
    if (!ways_run(options->keys / 4, 8, options->seed, options->limit_bytes, &ints)
        || !ways_run(options->keys / 16, 129, options->seed, options->limit_bytes, &outside)
        || !rebuilds_run(options, rebuilds) || !proposals_run(options, &judged))
        return false;
    print_ways(page, &ints);
    print_rebuilds(page, rebuilds);
    print_proposals(page, options->keys, &judged);
    judge_ways(page, &ints, &outside);
    judge_rebuilds(page, rebuilds);
    return true;
}

/* --- Bench: the policies ---------------------------------------------------- */

static const struct policy_row {
    const char *slug, *label;
    struct policy policy;
} policy_rows[] = {
    {"never", "never", {0, ROTATION_FLOOR, false}},
    {"k-2.5", "2.5", {2.5, ROTATION_FLOOR, false}},
    {"k-3", "3", {3, ROTATION_FLOOR, false}},
    {"k-4", "4", {4, ROTATION_FLOOR, false}},
    {"k-6", "6", {6, ROTATION_FLOOR, false}},
    {"k-8", "8", {8, ROTATION_FLOOR, false}},
    {"k-16", "16", {16, ROTATION_FLOOR, false}},
};
enum { POLICIES = sizeof policy_rows / sizeof policy_rows[0], POLICY_NEVER = 0, POLICY_4 = 3 };

/* The k for whose bound a policy is watched: its own; without one, that of k = 4. */
static double bound_k_of(const struct policy *policy)
{
    return policy->k > 0 ? policy->k : policy_rows[POLICY_4].policy.k;
}

/* Exact results of all policies, and of the two counterexamples. */
struct rotations {
    struct rotation of[POLICIES];
    struct rotation late;               /* k = 4, and no collection */
    struct rotation thrash, calm;       /* a smaller trace with k = 2, and with 4 */
};

static const struct policy policy_late = {4, ROTATION_FLOOR, true};
static const struct policy policy_thrash = {2, ROTATION_FLOOR, false};
enum { THRASH_PART = 16 };              /* the smaller trace is of keys / 16 */

static bool rotations_run(const struct options *o, struct rotations *r)
{
    for (unsigned i = 0; i < POLICIES; i++) {
        const struct policy *policy = &policy_rows[i].policy;
        if (!rotation_run(policy, bound_k_of(policy), o->keys, o->seed, o->limit_bytes, &r->of[i]))
            return false;
    }
    uint64_t few = o->keys / THRASH_PART;
    const struct policy *calm = &policy_rows[POLICY_4].policy;
    return rotation_run(&policy_late, 4, o->keys, o->seed, o->limit_bytes, &r->late)
        && rotation_run(&policy_thrash, 2, few, o->seed, o->limit_bytes, &r->thrash)
        && rotation_run(calm, 4, few, o->seed, o->limit_bytes, &r->calm);
}

/* A count for each operation of the trace. */
static double each(const struct rotation *r, uint64_t count)
{
    return r->operations == 0 ? 0 : (double)count / (double)r->operations;
}

static double copied_each(const struct rotation *r)
{
    return each(r, r->copied);
}

static void print_policies(struct page *page, uint64_t keys, const struct rotations *r)
{
    char number[PAGE_NUMBER_BYTES], operations[PAGE_NUMBER_BYTES];
    page_text(page, "A queue that spikes to %s entries, then to a quarter of that, then as high "
                    "again, and drains each time; %s operations. Rebuilt when there are more than "
                    "k slots for each live entry. For each operation: entries moved by rebuilds, "
                    "at most so many by arithmetic, and moved by growth:",
              page_number(number, keys), page_number(operations, r->of[0].operations));
    page_table(page, "policy",
               HEADS("k", "rebuilds", "longest", "moved", "at most", "grown", "drained", "peak",
                     "of bound"));
    for (unsigned i = 0; i < POLICIES; i++) {
        const struct rotation *at = &r->of[i];
        double k = policy_rows[i].policy.k;
        page_row(page, policy_rows[i].slug, policy_rows[i].label,
                 CELLS(exact(at->rotations, ""), exact(at->longest, ""),
                       exact_real(each(at, at->copied), 2, ""),
                       k > 0 ? exact_real(rotation_price(k), 2, "") : word("-"),
                       exact_real(each(at, at->grown), 2, ""), exact(at->drained_bytes, "B"),
                       exact(at->peak_bytes, "B"),
                       exact_real(100 * at->worst, 0, "%")));
    }
    page_table_end(page);
}

/* --- Bench: the plot -------------------------------------------------------- */

/* A bar of `length` signs: the end of a longer one. */
static const char *bar(double length)
{
    static const char signs[] = "##############################";
    enum { MOST = sizeof signs - 1 };
    double whole = length < 0 ? 0 : length > MOST ? MOST : length;
    return signs + MOST - (unsigned)(whole + 0.5);
}

enum { BAR_SIGNS = 24 };                /* of the longest */

static void print_plot(struct page *page, const struct rotations *r)
{
    double most_moved = 0;
    uint64_t most_bytes = 1;
    for (unsigned i = 0; i < POLICIES; i++) {
        double moved = copied_each(&r->of[i]);
        most_moved = moved > most_moved ? moved : most_moved;
        most_bytes = r->of[i].drained_bytes > most_bytes ? r->of[i].drained_bytes : most_bytes;
    }
    page_text(page, "The same against k, the work and what stays:");
    page_table(page, "plot", HEADS("k", "moved for each operation", "bytes after a drain"));
    for (unsigned i = 0; i < POLICIES; i++) {
        double moved = most_moved > 0 ? copied_each(&r->of[i]) / most_moved : 0;
        double bytes = (double)r->of[i].drained_bytes / (double)most_bytes;
        page_row(page, policy_rows[i].slug, policy_rows[i].label,
                 CELLS(word(bar(BAR_SIGNS * moved)), word(bar(BAR_SIGNS * bytes))));
    }
    page_table_end(page);
}

/* --- Bench: time ------------------------------------------------------------ */

/* One policy to be timed, on a heap that its rounds share. */
struct timed {
    const struct policy *policy;
    struct heap *heap;
    uint64_t keys, seed, operations;
};

static uint64_t run_timed(void *context)
{
    struct timed *t = context;
    return rotation_play(t->policy, t->heap, t->keys, t->seed) ? t->operations : 0;
}

static bool time_policies(const struct options *o, const struct rotations *r,
                          struct bench_result results[POLICIES])
{
    struct timed timed[POLICIES];
    struct bench_case cases[POLICIES];
    bool done = true;
    for (unsigned i = 0; i < POLICIES; i++) {
        struct heap *h = heap_new(&(struct heap_config){.limit_bytes = o->limit_bytes,
                                                        .collector = HEAP_COLLECT_AT_ONCE});
        done = done && h != NULL;
        timed[i] = (struct timed){&policy_rows[i].policy, h, o->keys, o->seed,
                                  r->of[i].operations};
        cases[i] = (struct bench_case){.name = policy_rows[i].slug, .run = run_timed,
                                       .context = &timed[i], .heap = h};
    }
    done = done && (o->keys == 0 || bench_run(cases, results, POLICIES, o->rounds));
    for (unsigned i = 0; i < POLICIES; i++)
        heap_delete(timed[i].heap);
    return done;
}

static void print_times(struct page *page, const struct bench_result results[POLICIES])
{
    page_text(page, "The time of an operation, rebuilds included, and to no policy at all:");
    page_table(page, "time", HEADS("k", "time", "to never"));
    for (unsigned i = 0; i < POLICIES; i++)
        page_row(page, policy_rows[i].slug, policy_rows[i].label,
                 CELLS(measured(results[i].median_ns, "ns"),
                       measured(bench_ratio(&results[i], &results[POLICY_NEVER]), "x")));
    page_table_end(page);
}

static void write_benchmarks(FILE *out, uint64_t keys, const struct bench_result results[POLICIES])
{
    char settings[48];
    snprintf(settings, sizeof settings, "keys=%llu", (unsigned long long)keys);
    bench_write_units(out);
    for (unsigned i = 0; i < POLICIES; i++)
        bench_write_lines(out, policy_rows[i].slug, settings, &results[i]);
}

/* --- Bench: verdicts -------------------------------------------------------- */

static bool is_bounded(const struct rotation *r, double k)
{
    return r->worst <= 1 && copied_each(r) <= rotation_price(k);
}

static void judge_rotations(struct page *page, const struct rotations *r)
{
    bool bounded = r->of[POLICY_NEVER].worst > 1;
    for (unsigned i = POLICY_NEVER + 1; i < POLICIES; i++)
        bounded = bounded && is_bounded(&r->of[i], policy_rows[i].policy.k);
    page_claim(page, "rotation-bounds-memory", bounded,
               "k = 4: at worst %.0f %% of the bound, %.2f entries moved for each operation; "
               "without the policy %.0f %%",
               100 * r->of[POLICY_4].worst, copied_each(&r->of[POLICY_4]),
               100 * r->of[POLICY_NEVER].worst);
    page_beyond(page, "rotation-bounds-memory", "not-collected", !is_bounded(&r->late, 4),
                "k = 4, no collection during the trace: %.0f %% of the bound", 100 * r->late.worst);
    page_beyond(page, "rotation-bounds-memory", "k-too-small",
                copied_each(&r->thrash) > rotation_price(2.5),
                "k = 2 on a smaller trace: %.0f entries moved for each operation, with k = 4 %.2f",
                copied_each(&r->thrash), copied_each(&r->calm));
}

static bool run_bench(const struct options *options, struct page *page)
{
    struct rotations r;
    struct bench_result results[POLICIES] = {{.rounds = 0}};
    if (!rotations_run(options, &r) || !time_policies(options, &r, results))
        return false;
    if (options->benchfmt && options->keys > 0) {
        write_benchmarks(page->out, options->keys, results);
        return true;
    }
    print_policies(page, options->keys, &r);
    print_plot(page, &r);
    if (options->keys > 0)
        print_times(page, results);
    judge_rotations(page, &r);
    return true;
}

/* --- The program ------------------------------------------------------------ */

static bool run_dot(const struct options *options, struct page *page)
{
    return picture_map(strcmp(options->picture, "rebuilt") == 0, options->seed, page->out);
}

static const struct target targets[] = {
    {"retain", "drops, rebuilds, and reads the heap", run_retain, 1 << 20, 1 << 23},
    {"bench", "rebuilds when there are more than k slots an entry", run_bench, 1 << 16, 1 << 22},
    {"versions", "drop and rebuild in the maps of Go 1.23, Go 1.24 and Rust", versions_page,
     1 << 20, 1 << 23},
    {"dot", "draws a map before and after its rebuild", run_dot, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

static const char *const pictures[] = {"drained", "rebuilt", NULL};

const struct program program = {
    .name = "08-drop-and-rebuild",
    .title = "The only way back",
    .targets = targets,
    .pictures = pictures,
    .designs = (const char *const[]){"go1.24", NULL},
};
