/*
 * shrinking_bench.c - the page about the price: pauses, refills, policies.
 */
#include "shrinking_pages.h"

#include "bench/bench.h"
#include "hashbrown/hashbrown_u64.h"

static struct heap *new_heap(const struct options *o)
{
    return heap_new(&(struct heap_config){.limit_bytes = o->limit_bytes});
}

/* --- The pause of one shrink ------------------------------------------------ */

/* live is keys / part, 0 for none; the last two: half of what the table may hold, one more. */
static const struct pause_row {
    const char *slug, *label;
    unsigned part;
} pause_rows[] = {
    {"none", "none", 0},       {"1024th", "1/1024", 1024}, {"256th", "1/256", 256},
    {"64th", "1/64", 64},      {"16th", "1/16", 16},       {"quarter", "1/4", 4},
    {"half", "half its room", 0}, {"over-half", "one more", 0},
};
enum { PAUSES = sizeof pause_rows / sizeof pause_rows[0], PAUSE_64TH = 3, PAUSE_QUARTER = 5,
       PAUSE_HALF = PAUSES - 2, PAUSE_OVER_HALF = PAUSES - 1 };

struct paused {
    struct heap *heap;
    struct hashbrown map;
    bool made;
    uint64_t keys, live, seed;
    uint64_t before, peak, after, moved;
};

static uint64_t live_of(unsigned row, uint64_t keys)
{
    if (row >= PAUSE_HALF)
        return most_that_shrink(keys) + (row == PAUSE_OVER_HALF);
    return pause_rows[row].part == 0 ? 0 : keys / pause_rows[row].part;
}

/* A table for all keys with the live ones in it, once more. */
static void prepare_pause(void *context)
{
    struct paused *p = context;
    if (p->made)
        hashbrown_u64_free(&p->map);
    p->made = hashbrown_u64_init(&p->map, p->heap, p->keys, p->seed);
    for (uint64_t key = 0; p->made && key < p->live; key++)
        *hashbrown_u64_put(&p->map, key) = key;
    p->before = heap_read(p->heap).asked;
    heap_reset_peaks(p->heap);
}

static uint64_t run_pause(void *context)
{
    struct paused *p = context;
    if (!p->made || !hashbrown_u64_shrink_to_fit(&p->map))
        return 0;
    p->moved = p->map.events.moved;
    p->peak = heap_read(p->heap).peak_asked;
    p->after = heap_read(p->heap).asked;
    return 1;
}

static bool time_pauses(const struct options *o, struct paused of[PAUSES],
                        struct bench_result results[PAUSES])
{
    struct bench_case cases[PAUSES];
    bool done = true;
    for (unsigned i = 0; i < PAUSES; i++) {
        of[i] = (struct paused){.heap = new_heap(o), .keys = o->keys,
                                .live = live_of(i, o->keys), .seed = o->seed};
        done = done && of[i].heap != NULL;
        cases[i] = (struct bench_case){.name = pause_rows[i].slug, .prepare = prepare_pause,
                                       .run = run_pause, .context = &of[i]};
    }
    done = done && bench_run(cases, results, PAUSES, o->rounds);
    for (unsigned i = 0; i < PAUSES; i++)
        heap_delete(of[i].heap);
    return done;
}

static void print_pauses(struct page *page, const struct paused of[PAUSES],
                         const struct bench_result results[PAUSES])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "shrink_to_fit on a map made for %s entries: those that are live, those that "
                    "are moved, and how long its caller waits:", page_number(number, of[0].keys));
    page_table(page, "pause",
               HEADS("live", "entries", "moved", "before", "peak", "after", "pause"));
    for (unsigned i = 0; i < PAUSES; i++)
        page_row(page, pause_rows[i].slug, pause_rows[i].label,
                 CELLS(exact(of[i].live, ""), exact(of[i].moved, ""), exact(of[i].before, "B"),
                       exact(of[i].peak, "B"), exact(of[i].after, "B"),
                       measured(results[i].median_ns / 1000, "µs")));
    page_table_end(page);
}

/* --- Filling again ---------------------------------------------------------- */

static const struct { const char *slug, *label; } refill_names[REFILL_WAYS] = {
    [REFILL_KEPT] = {"kept", "clear"},
    [REFILL_FLOOR] = {"floor", "shrink_to(n)"},
    [REFILL_HALF_FLOOR] = {"half-floor", "shrink_to(n/2)"},
    [REFILL_FIT] = {"fit", "shrink_to_fit"},
};

/* Two sizes: n is keys / part. The smaller one's table lies in a core's own cache. */
static const struct { const char *slug; unsigned part; } refill_sizes[] = {
    {"small", 64}, {"large", 4},
};
enum { REFILL_SIZES = 2, REFILLS = REFILL_SIZES * REFILL_WAYS, NAME_BYTES = 48 };

struct refilled {
    enum refill_way way;
    struct heap *heap;
    struct hashbrown map;
    uint64_t keys;
    unsigned times;                     /* as many as make up the larger size */
    char slug[NAME_BYTES], label[NAME_BYTES];
};

/* Empties the full map and fills it again, and again. */
static uint64_t run_refill(void *context)
{
    struct refilled *r = context;
    for (unsigned i = 0; i < r->times; i++)
        if (!refill_prepare(r->way, &r->map, r->keys) || !refill_fill(&r->map, r->keys))
            return 0;
    return r->times * r->keys;
}

static bool new_refill(struct refilled *r, const struct options *o, unsigned i)
{
    char number[PAGE_NUMBER_BYTES];
    unsigned size = i / REFILL_WAYS;
    *r = (struct refilled){.way = i % REFILL_WAYS, .keys = o->keys / refill_sizes[size].part,
                           .times = refill_sizes[size].part / refill_sizes[REFILL_SIZES - 1].part,
                           .heap = new_heap(o)};
    snprintf(r->slug, sizeof r->slug, "%s-%s", refill_sizes[size].slug, refill_names[r->way].slug);
    snprintf(r->label, sizeof r->label, "%s, %s", page_number(number, r->keys),
             refill_names[r->way].label);
    return r->heap != NULL && hashbrown_u64_init(&r->map, r->heap, 0, o->seed)
        && refill_fill(&r->map, r->keys);
}

/* All ways at both sizes: counted first, then timed together. */
static bool refills_run(const struct options *o, struct refill of[REFILLS],
                        struct refilled timed[REFILLS], struct bench_result results[REFILLS])
{
    struct bench_case cases[REFILLS];
    bool done = true;
    for (unsigned i = 0; i < REFILLS; i++) {
        struct refilled *r = &timed[i];
        done = new_refill(r, o, i) && done
            && refill_run(r->way, r->keys, o->seed, o->limit_bytes, &of[i]);
        cases[i] = (struct bench_case){.name = r->slug, .run = run_refill, .context = r};
    }
    done = done && bench_run(cases, results, REFILLS, o->rounds);
    for (unsigned i = 0; i < REFILLS; i++)
        heap_delete(timed[i].heap);
    return done;
}

/* To the map of the same size that was only cleared. */
static double to_kept(const struct bench_result results[REFILLS], unsigned i)
{
    return bench_ratio(&results[i], &results[i - i % REFILL_WAYS + REFILL_KEPT]);
}

static void print_refills(struct page *page, const struct refill of[REFILLS],
                          const struct refilled timed[REFILLS],
                          const struct bench_result results[REFILLS])
{
    page_text(page, "Maps of n entries cleared and shrunk, then filled with as many again; time for "
                    "each put, all of that included, and to the map that was only cleared:");
    page_table(page, "refill", HEADS("n, after clear", "idle", "peak", "allocations", "moved",
                                     "time", "to kept"));
    for (unsigned i = 0; i < REFILLS; i++)
        page_row(page, timed[i].slug, timed[i].label,
                 CELLS(exact(of[i].idle, "B"), exact(of[i].peak, "B"),
                       exact(of[i].allocations, ""), exact(of[i].moved, ""),
                       measured(results[i].median_ns, "ns"), measured(to_kept(results, i), "x")));
    page_table_end(page);
}

/* --- Policies --------------------------------------------------------------- */

static const struct { const char *slug, *label; } trace_names[TRACES] = {
    [TRACE_STEADY] = {"steady", "steady"},
    [TRACE_GROWING] = {"growing", "growing"},
    [TRACE_SPIKY] = {"spiky", "spiky"},
};

static const struct { const char *slug, *label; } policy_names[POLICIES] = {
    [POLICY_KEEP] = {"keep", "keep"},
    [POLICY_FIT] = {"fit", "shrink to fit"},
    [POLICY_ESTIMATE] = {"estimate", "to an estimate"},
    [POLICY_LAST] = {"last", "to this cycle"},
    [POLICY_DROP] = {"drop", "drop, pre-size"},
};

enum { RUNS = TRACES * POLICIES };

struct timed {
    enum policy policy;
    enum trace trace;
    struct heap *heap;
    uint64_t base, seed, operations;
    char slug[NAME_BYTES], label[NAME_BYTES];
};

static uint64_t run_timed(void *context)
{
    struct timed *t = context;
    return cycles_play(t->policy, t->trace, t->base, t->heap, t->seed) ? t->operations : 0;
}

static void name_run(struct timed *t)
{
    snprintf(t->slug, sizeof t->slug, "%s-%s", trace_names[t->trace].slug,
             policy_names[t->policy].slug);
    snprintf(t->label, sizeof t->label, "%s, %s", trace_names[t->trace].label,
             policy_names[t->policy].label);
}

/* All policies over all traces: counted first, then timed together. */
static bool policies_run(const struct options *o, uint64_t base, struct cycles of[RUNS],
                         struct timed timed[RUNS], struct bench_result results[RUNS])
{
    struct bench_case cases[RUNS];
    bool done = true;
    for (unsigned i = 0; i < RUNS; i++) {
        struct timed *t = &timed[i];
        *t = (struct timed){.policy = i % POLICIES, .trace = i / POLICIES, .heap = new_heap(o),
                            .base = base, .seed = o->seed};
        name_run(t);
        done = done && t->heap != NULL
            && cycles_run(t->policy, t->trace, base, o->seed, o->limit_bytes, &of[i]);
        t->operations = of[i].operations;
        cases[i] = (struct bench_case){.name = t->slug, .run = run_timed, .context = t};
    }
    done = done && bench_run(cases, results, RUNS, o->rounds);
    for (unsigned i = 0; i < RUNS; i++)
        heap_delete(timed[i].heap);
    return done;
}

static void print_policies(struct page *page, uint64_t base, const struct cycles of[RUNS],
                           const struct timed timed[RUNS], const struct bench_result results[RUNS])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "%d cycles; each fills the map, then a policy empties it. The estimate is %s "
                    "entries. The highest byte count; the mean of the cycles when full; what is "
                    "left at the end; entries moved; time for each put, and to keeping:",
              CYCLES, page_number(number, base));
    page_table(page, "policies", HEADS("trace, policy", "peak", "mean", "final", "allocations",
                                       "moved", "time", "to keep"));
    for (unsigned i = 0; i < RUNS; i++)
        page_row(page, timed[i].slug, timed[i].label,
                 CELLS(exact(of[i].peak, "B"), exact((uint64_t)cycles_mean(&of[i]), "B"),
                       exact(of[i].idle[CYCLES - 1], "B"), exact(of[i].allocations, ""),
                       exact(of[i].moved, ""), measured(results[i].median_ns, "ns"),
                       measured(bench_ratio(&results[i], &results[i - i % POLICIES]), "x")));
    page_table_end(page);
}

static void print_spiky(struct page *page, const struct cycles spiky[POLICIES])
{
    page_text(page, "The spiky trace, cycle by cycle: bytes of the map when it is full:");
    page_table(page, "spiky", HEADS("cycle", "entries", "keep", "fit", "estimate", "last", "drop"));
    for (unsigned cycle = 0; cycle < CYCLES; cycle++) {
        char slug[PAGE_NUMBER_BYTES];
        snprintf(slug, sizeof slug, "%u", cycle + 1);
        page_row(page, slug, slug,
                 CELLS(exact(spiky[POLICY_KEEP].entries[cycle], ""),
                       exact(spiky[POLICY_KEEP].full[cycle], "B"),
                       exact(spiky[POLICY_FIT].full[cycle], "B"),
                       exact(spiky[POLICY_ESTIMATE].full[cycle], "B"),
                       exact(spiky[POLICY_LAST].full[cycle], "B"),
                       exact(spiky[POLICY_DROP].full[cycle], "B")));
    }
    page_table_end(page);
}

/* --- Verdicts --------------------------------------------------------------- */

enum { POLICY_PART = 128 };             /* the policies' base is keys / so many */

/* The claim is about the smaller size, whose rows come first. */
static void judge_refills(struct page *page, const struct refill of[REFILLS],
                          const struct bench_result results[REFILLS])
{
    char a[PAGE_NUMBER_BYTES];
    double fit = to_kept(results, REFILL_FIT);
    bool pays = of[REFILL_KEPT].moved == 0 && of[REFILL_FIT].moved > 0 && fit >= 1.3;
    page_claim(page, "refill-pays-again", pays,
               "after shrink_to_fit the refill moves %s entries and takes ~%.2g times as long",
               page_number(a, of[REFILL_FIT].moved), fit);
    page_beyond(page, "refill-pays-again", "floor-of-the-refill", of[REFILL_FLOOR].moved == 0,
                "after shrink_to(n) it moves %s", page_number(a, of[REFILL_FLOOR].moved));
}

/* Judged by what is moved: the time is shown, and varies with the machine. */
static void judge_pauses(struct page *page, const struct paused of[PAUSES],
                         const struct bench_result results[PAUSES])
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    double longer = bench_ratio(&results[PAUSE_QUARTER], &results[PAUSE_64TH]);
    bool copies = of[PAUSE_QUARTER].moved == 16 * of[PAUSE_64TH].moved;
    for (unsigned i = 0; i < PAUSE_OVER_HALF; i++)
        copies = copies && of[i].moved == of[i].live;
    page_claim(page, "shrink-copies-every-entry", copies,
               "%s live, %s moved; the pause is ~%.2g times that with a sixteenth of them",
               page_number(a, of[PAUSE_QUARTER].live), page_number(b, of[PAUSE_QUARTER].moved),
               longer);
    page_beyond(page, "shrink-copies-every-entry", "already-fits",
                of[PAUSE_OVER_HALF].moved != of[PAUSE_OVER_HALF].live,
                "with %s live no table is smaller: %s moved",
                page_number(a, of[PAUSE_OVER_HALF].live),
                page_number(b, of[PAUSE_OVER_HALF].moved));
}

/* --- The page --------------------------------------------------------------- */

/* All that the page shows. */
struct prices {
    struct paused paused[PAUSES];
    struct bench_result pauses[PAUSES];
    struct refill refill[REFILLS];
    struct refilled refilled[REFILLS];
    struct bench_result refills[REFILLS];
    struct cycles cycles[RUNS];
    struct timed timed[RUNS];
    struct bench_result policies[RUNS];
};

static bool prices_run(const struct options *o, struct prices *p)
{
    return time_pauses(o, p->paused, p->pauses)
        && refills_run(o, p->refill, p->refilled, p->refills)
        && policies_run(o, o->keys / POLICY_PART, p->cycles, p->timed, p->policies);
}

static void write_benchmarks(FILE *out, uint64_t keys, const struct prices *p)
{
    char settings[NAME_BYTES];
    snprintf(settings, sizeof settings, "keys=%llu", (unsigned long long)keys);
    bench_write_units(out);
    for (unsigned i = 0; i < PAUSES; i++)
        bench_write_lines(out, pause_rows[i].slug, settings, &p->pauses[i]);
    for (unsigned i = 0; i < REFILLS; i++)
        bench_write_lines(out, p->refilled[i].slug, settings, &p->refills[i]);
    for (unsigned i = 0; i < RUNS; i++)
        bench_write_lines(out, p->timed[i].slug, settings, &p->policies[i]);
}

bool run_bench(const struct options *options, struct page *page)
{
    struct options o = *options;
    struct prices p;
    if (o.keys < POLICY_PART)           /* so that every case has something to do */
        o.keys = POLICY_PART;
    if (!prices_run(&o, &p))
        return false;
    if (o.benchfmt) {
        write_benchmarks(page->out, o.keys, &p);
        return true;
    }
    print_pauses(page, p.paused, p.pauses);
    print_refills(page, p.refill, p.refilled, p.refills);
    print_policies(page, o.keys / POLICY_PART, p.cycles, p.timed, p.policies);
    print_spiky(page, &p.cycles[TRACE_SPIKY * POLICIES]);
    judge_pauses(page, p.paused, p.pauses);
    judge_refills(page, p.refill, p.refills);
    return true;
}
