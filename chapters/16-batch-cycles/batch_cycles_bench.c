/*
 * batch_cycles_bench.c - what a cycle costs in time, for each way to empty the map.
 */
#include "batch_cycles_pages.h"

#include "bench/bench.h"

/* A strategy, in a service that has had a spike or has not. */
static const struct row {
    const char *slug, *label;
    const struct strategy *strategy;
    bool after_spike;
} rows[] = {
    {"clear", "clear", &strategies[WAY_CLEAR], false},
    {"delete", "delete loop", &strategies[WAY_DELETE], false},
    {"fresh", "fresh map", &strategies[WAY_FRESH], false},
    {"presized", "fresh, presized", &strategies[WAY_PRESIZED], false},
    {"pointers", "pointer values", &strategies[WAY_POINTERS], false},
    {"rust", "Rust, shrink_to", &strategies[WAY_RUST], false},
    {"clear-after", "clear, after a spike", &strategies[WAY_CLEAR], true},
    {"delete-after", "delete loop, after a spike", &strategies[WAY_DELETE], true},
    {"fresh-after", "fresh map, after a spike", &strategies[WAY_FRESH], true},
    {"presized-after", "presized, after a spike", &strategies[WAY_PRESIZED], true},
};
enum { ROW_CLEAR, ROW_DELETE, ROW_FRESH, ROW_PRESIZED, ROW_DELETE_AFTER = 7, ROW_FRESH_AFTER,
       ROWS = 10 };
_Static_assert(sizeof rows / sizeof rows[0] == ROWS, "every row has its number");

enum { FULL_RECORDS = 500000 };

struct timed {
    struct service *service;
    uint64_t records;
};

static uint64_t run_cycle(void *context)
{
    struct timed *t = context;
    return service_cycle(t->service) ? t->records : 0;
}

/* A service with the first cycles of the incident behind it: two after the spike, or none. */
static struct service *prepared(const struct options *o, const struct row *row)
{
    struct trace t;
    incident_trace(steady_of(o), &t);
    t.count = row->after_spike ? INCIDENT_SPIKE + 3 : INCIDENT_SPIKE;
    if (!memory_is_there(&t, o->limit_bytes))
        return NULL;
    return service_new(row->strategy, &t, o->limit_bytes, o->seed);
}

static bool time_rows(const struct options *o, struct bench_result results[ROWS])
{
    struct timed timed[ROWS];
    struct bench_case cases[ROWS];
    bool done = true;
    for (unsigned i = 0; i < ROWS; i++) {
        timed[i] = (struct timed){prepared(o, &rows[i]), steady_of(o)};
        cases[i] = (struct bench_case){.name = rows[i].slug, .run = run_cycle,
                                       .context = &timed[i]};
        done = done && timed[i].service != NULL;
        if (timed[i].service != NULL)
            cases[i].heap = service_heap(timed[i].service);
    }
    done = done && bench_run(cases, results, ROWS, o->rounds);
    for (unsigned i = 0; i < ROWS; i++)
        service_delete(timed[i].service);
    return done;
}

/* --- The page --------------------------------------------------------------- */

/* Of a cycle of 500,000 records, in percent. */
static double share_of_a_cycle(double ns_per_record)
{
    return ns_per_record * FULL_RECORDS / (CYCLE_MS * 1e6) * 100;
}

static void print_rows(struct page *page, uint64_t records,
                       const struct bench_result results[ROWS])
{
    char number[PAGE_NUMBER_BYTES], full[PAGE_NUMBER_BYTES];
    page_text(page, "A usual cycle of %s records: taking in, one look-up for each, emptying, a "
                    "collection. Time for each record, and to clear; allocations of the cycle; the "
                    "share that %s such records have of eight minutes:",
              page_number(number, records), page_number(full, FULL_RECORDS));
    page_table(page, "cycle", HEADS("strategy", "time", "to clear", "allocations", "allocated",
                                    "share"));
    for (unsigned i = 0; i < ROWS; i++)
        page_row(page, rows[i].slug, rows[i].label,
                 CELLS(measured(results[i].median_ns, "ns"),
                       measured(bench_ratio(&results[i], &results[ROW_CLEAR]), "x"),
                       exact(results[i].allocs_per_round, ""),
                       exact(results[i].bytes_per_round, "B"),
                       measured(share_of_a_cycle(results[i].median_ns), "%")));
    page_table_end(page);
}

/* --- Verdicts --------------------------------------------------------------- */

static struct costs costs_of(const struct bench_result results[ROWS])
{
    double clear = results[ROW_CLEAR].median_ns, fresh = results[ROW_FRESH].median_ns;
    return (struct costs){
        .clear_ns = clear, .fresh_ns = fresh,
        .clear_bytes = results[ROW_CLEAR].bytes_per_round,
        .fresh_bytes = results[ROW_FRESH].bytes_per_round, .share = share_of_a_cycle(fresh - clear),
        .fresh_to_clear = bench_ratio(&results[ROW_FRESH], &results[ROW_CLEAR]),
        .presized_to_delete = bench_ratio(&results[ROW_PRESIZED], &results[ROW_DELETE]),
        .fresh_to_delete_after = bench_ratio(&results[ROW_FRESH_AFTER],
                                             &results[ROW_DELETE_AFTER])};
}

bool costs_run(const struct options *options, struct costs *c)
{
    struct bench_result results[ROWS];
    bool done = time_rows(options, results);
    if (done)
        *c = costs_of(results);
    return done;
}

/* A hundredth of the cycle; and with a hint less than three times the delete loop. */
bool cost_is_small(const struct costs *c)
{
    return c->share < 1 && c->presized_to_delete < 3;
}

bool cost_is_small_in_memory(const struct costs *c)
{
    return c->fresh_bytes <= 2 * c->clear_bytes;
}

static void judge(struct page *page, const struct costs *c)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    page_claim(page, "reassign-cost-is-small", cost_is_small(c),
               "a fresh map adds ~%.2g %% of a cycle to clear; with a hint it takes ~%.2g times "
               "the time of the delete loop", c->share, c->presized_to_delete);
    page_beyond(page, "reassign-cost-is-small", "in-memory", !cost_is_small_in_memory(c),
                "a cycle with a fresh map allocates %s B, one with clear %s B",
                page_number(a, c->fresh_bytes), page_number(b, c->clear_bytes));
}

static void write_benchmarks(FILE *out, uint64_t records, const struct bench_result results[ROWS])
{
    char settings[64];
    snprintf(settings, sizeof settings, "keys=%llu", (unsigned long long)records);
    bench_write_units(out);
    for (unsigned i = 0; i < ROWS; i++)
        bench_write_lines(out, rows[i].slug, settings, &results[i]);
}

bool run_bench(const struct options *options, struct page *page)
{
    struct bench_result results[ROWS];
    if (!time_rows(options, results))
        return false;
    if (options->benchfmt) {
        write_benchmarks(page->out, steady_of(options), results);
        return true;
    }
    struct costs c = costs_of(results);
    print_rows(page, steady_of(options), results);
    page_figure(page, "after", "after a spike, fresh map to delete loop",
                measured(c.fresh_to_delete_after, "x"));
    judge(page, &c);
    return true;
}
