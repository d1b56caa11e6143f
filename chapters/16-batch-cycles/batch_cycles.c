/*
 * batch_cycles.c - chapter 16: the service that never came down. The pages.
 *
 * Read        batch_cycles.h (what is tried), batch_cycles_service.c (a cycle, a strategy, a
 *             refusal), batch_cycles_story.c (what is claimed), batch_cycles_trace.c (how many
 *             records come), this file, _bench.c and _versions.c (how it is shown).
 */
#include "batch_cycles_pages.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "resident/process.h"

/* --- Options ---------------------------------------------------------------- */

const struct program_option own_options[] = {
    {"trace", "FILE", "for retain: a count of records a line, in place of the incident's cycles"},
    {NULL, NULL, NULL},
};

_Static_assert((int)TRACE_WHY_BYTES == (int)PROGRAM_WHY_BYTES, "a sentence fits");

/* With fewer records a cycle fills no table, and a limit holds no span. */
enum { LEAST_STEADY = 1024 };

uint64_t steady_of(const struct options *o)
{
    return o->keys < LEAST_STEADY ? LEAST_STEADY : o->keys;
}

/* Reads the trace that was given, or makes the incident's. */
static bool trace_of(const struct options *o, struct trace *t, char *why)
{
    if (o->own[0] != NULL)
        return trace_read(o->own[0], t, why);
    incident_trace(steady_of(o), t);
    return true;
}

bool check_given(const struct target *target, const struct options *options,
                 char why[PROGRAM_WHY_BYTES])
{
    struct trace t;
    if (options->own[0] == NULL)
        return true;
    if (strcmp(target->name, "retain") == 0)
        return trace_read(options->own[0], &t, why);
    snprintf(why, PROGRAM_WHY_BYTES, "--trace is for retain, not for %s", target->name);
    return false;
}

uint64_t limit_for(const struct options *options, uint64_t usual)
{
    return options->limit_bytes != 0 ? options->limit_bytes : usual * LIMIT_PER_RECORD;
}

/* No service here ever has more at once; the limit may be higher, and is then never met. */
static uint64_t most_bytes(const struct trace *t, uint64_t limit)
{
    uint64_t needed = t->usual * LIMIT_PER_RECORD + t->most * 4 * RECORD_BYTES;
    return limit != 0 && limit < needed ? limit : needed;
}

bool memory_is_there(const struct trace *t, uint64_t limit)
{
    uint64_t bytes = most_bytes(t, limit);
    struct process_limits limits;
    process_limits("", &limits);
    return bytes < limits.cgroup && bytes < limits.machine && bytes < limits.addresses;
}

/* --- The stories ------------------------------------------------------------ */

struct stories {
    struct trace trace;
    uint64_t limit;
    struct story of[WAYS];
};

/* A limit in which not even the first cycle fits is wrong, and no story. */
static bool no_cycle_fits(const struct stories *s)
{
    for (unsigned way = 0; way < WAYS; way++)
        if (s->of[way].cycles > 0)
            return false;
    return true;
}

static bool run_stories(const struct options *o, struct stories *s)
{
    char why[TRACE_WHY_BYTES];
    if (!trace_of(o, &s->trace, why))
        return false;                   /* it was read before: somebody has changed it since */
    s->limit = limit_for(o, s->trace.usual);
    if (!memory_is_there(&s->trace, s->limit))
        return false;
    for (unsigned way = 0; way < WAYS; way++)
        if (!story_run(&strategies[way], &s->trace, s->limit, o->seed, &s->of[way]))
            return false;
    return o->limit_bytes == 0 || !no_cycle_fits(s);
}

/* --- Cycles as rows --------------------------------------------------------- */

/* A row is a cycle; or so many that no table has more rows than this: then it shows the highest. */
enum { MOST_ROWS = 16 };

static unsigned cycles_per_row(const struct trace *t)
{
    return (t->count + MOST_ROWS - 1) / MOST_ROWS;
}

struct rows_at {
    unsigned first, end;                /* cycles */
    char slug[PAGE_NUMBER_BYTES], label[PAGE_NUMBER_BYTES];
};

static struct rows_at row_at(const struct trace *t, unsigned first)
{
    struct rows_at row = {.first = first, .end = first + cycles_per_row(t)};
    if (row.end > t->count)
        row.end = t->count;
    snprintf(row.slug, sizeof row.slug, "%u", row.first + 1);
    if (row.end == first + 1)
        snprintf(row.label, sizeof row.label, "%u", row.first + 1);
    else
        snprintf(row.label, sizeof row.label, "%u-%u", row.first + 1, row.end);
    return row;
}

/* A story's cell: the highest of the row's cycles, or the word for what happened before. */
static struct page_cell cell_of(const struct story *s, const struct rows_at *row,
                                uint64_t (*value)(const struct reading *), bool is_exact)
{
    uint64_t highest = 0;
    if (s->killed && s->cycles < row->end)
        return word(s->cycles >= row->first ? "killed" : "");
    for (unsigned i = row->first; i < row->end; i++)
        if (value(&s->at[i]) > highest)
            highest = value(&s->at[i]);
    return is_exact ? exact(highest, "B") : measured((double)highest, "B");
}

static uint64_t live_of(const struct reading *at)
{
    return at->live;
}

static uint64_t resident_of(const struct reading *at)
{
    return at->resident;
}

static struct page_cell records_cell(const struct trace *t, const struct rows_at *row)
{
    uint64_t most = 0;
    for (unsigned i = row->first; i < row->end; i++)
        if (t->cycles[i].records > most)
            most = t->cycles[i].records;
    return exact(most, "");
}

/* --- The tables of cycles --------------------------------------------------- */

static void print_heap(struct page *page, const struct stories *s)
{
    page_table(page, "heap", HEADS("cycle", "records", "value", "delete", "clear", "fresh",
                                   "presized", "pointers", "rust"));
    for (unsigned first = 0; first < s->trace.count; first += cycles_per_row(&s->trace)) {
        struct rows_at row = row_at(&s->trace, first);
        struct page_cell cells[2 + WAYS] = {
            records_cell(&s->trace, &row),
            exact(RECORD_BYTES + s->trace.cycles[first].text_bytes, "B")};
        for (unsigned way = 0; way < WAYS; way++)
            cells[2 + way] = cell_of(&s->of[way], &row, live_of, true);
        page_row(page, row.slug, row.label, cells);
    }
    page_table_end(page);
}

static void print_resident(struct page *page, const struct stories *s)
{
    page_table(page, "resident", HEADS("cycle", "limit", "delete", "clear", "fresh", "presized",
                                       "pointers", "rust"));
    for (unsigned first = 0; first < s->trace.count; first += cycles_per_row(&s->trace)) {
        struct rows_at row = row_at(&s->trace, first);
        struct page_cell cells[1 + WAYS] = {exact(s->limit, "B")};
        for (unsigned way = 0; way < WAYS; way++)
            cells[1 + way] = cell_of(&s->of[way], &row, resident_of, false);
        page_row(page, row.slug, row.label, cells);
    }
    page_table_end(page);
}

static void print_cycles(struct page *page, const struct stories *s)
{
    char usual[PAGE_NUMBER_BYTES], limit[PAGE_NUMBER_BYTES];
    page_text(page, "%u cycles; %s records are usual; the limit is %s B. What lives when the "
                    "records of a cycle are all in, for each way to empty the map after it:",
              s->trace.count, page_number(usual, s->trace.usual), page_number(limit, s->limit));
    print_heap(page, s);
    page_text(page, "What the kernel counts at the same moments, garbage and idle pages included:");
    print_resident(page, s);
}

/* --- The end ---------------------------------------------------------------- */

static void print_end(struct page *page, const struct stories *s)
{
    page_text(page, "How it ends. Of the cycle in which memory is refused: records that were in, "
                    "and those that can still be read with all of their bytes:");
    page_table(page, "end", HEADS("strategy", "cycles done", "handed over", "killed in",
                                  "HeapInuse", "records in", "readable"));
    for (unsigned way = 0; way < WAYS; way++) {
        const struct story *o = &s->of[way];
        bool killed = o->killed;
        page_row(page, strategies[way].slug, strategies[way].label,
                 CELLS(exact(o->cycles, ""), exact(o->worked_on, ""),
                       killed ? exact(o->cycles + 1, "") : word("lives"),
                       killed ? exact(o->inuse, "B") : word(""),
                       killed ? exact(o->records_in, "") : word(""),
                       killed ? exact(o->readable, "") : word("")));
    }
    page_table_end(page);
}

/* Before the records grow. */
static void print_idle(struct page *page, const struct stories *s)
{
    page_text(page, "After cycle %u, waiting for the next, with no record in any map:",
              INCIDENT_GROWS);
    page_table(page, "idle", HEADS("strategy", "slots", "HeapAlloc", "goal"));
    for (unsigned way = 0; way < WAYS; way++) {
        const struct reading *at = &s->of[way].at[INCIDENT_GROWS - 1];
        page_row(page, strategies[way].slug, strategies[way].label,
                 CELLS(exact(at->slots, ""), exact(at->idle, "B"),
                       at->goal != 0 ? exact(at->goal, "B") : word("")));
    }
    page_table_end(page);
}

static void print_several(struct page *page, const uint64_t live[MAPS + 1])
{
    page_text(page, "%d maps in one service. What lives in a usual cycle, after so many of them "
                    "had a spike at one time or another:", MAPS);
    page_table(page, "several", HEADS("maps", "live", "to needed"));
    for (unsigned i = 0; i <= MAPS; i++) {
        char slug[PAGE_NUMBER_BYTES];
        snprintf(slug, sizeof slug, "%u", i);
        page_row(page, slug, slug,
                 CELLS(exact(live[i], "B"),
                       exact_real((double)live[i] / (double)live[0], 2, "x")));
    }
    page_table_end(page);
}

/* --- Verdicts --------------------------------------------------------------- */

/* The stories just outside of the claims' scopes. */
struct beyond {
    struct trace uneventful, small_spike;
    struct story presized_most, rust_clear, no_spike, higher_limit, fitting;
};

/* A quarter more. */
static uint64_t higher(uint64_t limit)
{
    return limit + limit / 4;
}

static bool run_beyond(const struct options *o, const struct stories *s, struct beyond *b)
{
    uneventful_trace(steady_of(o), &b->uneventful);
    b->small_spike = b->uneventful;
    b->small_spike.cycles[INCIDENT_SPIKE].records = steady_of(o) * 5 / 4;
    const struct strategy *reuse = &strategies[WAY_DELETE];
    return story_run(&presized_to_the_most, &s->trace, s->limit, o->seed, &b->presized_most)
        && story_run(&rust_without_shrink, &s->trace, s->limit, o->seed, &b->rust_clear)
        && story_run(reuse, &b->uneventful, s->limit, o->seed, &b->no_spike)
        && story_run(reuse, &s->trace, higher(s->limit), o->seed, &b->higher_limit)
        && story_run(reuse, &b->small_spike, s->limit, o->seed, &b->fitting);
}

/* "37,500 B full before the spike, 96,000 B after it". */
static const char *around(char text[96], const struct story *s)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    snprintf(text, 96, "%s B before the spike, %s B after it",
             page_number(a, s->at[INCIDENT_SPIKE - 1].live),
             page_number(b, s->at[INCIDENT_SPIKE + 1].live));
    return text;
}

static bool stays(const struct story *s)
{
    return stays_at_its_height(s, INCIDENT_SPIKE, INCIDENT_GROWS);
}

static void judge_spike(struct page *page, const struct stories *s, const struct beyond *b)
{
    char text[96];
    page_claim(page, "one-spike-is-forever", stays(&s->of[WAY_DELETE]) && stays(&s->of[WAY_CLEAR]),
               "%s and in each cycle from then on, by delete loop or by clear",
               around(text, &s->of[WAY_DELETE]));
    page_beyond(page, "one-spike-is-forever", "pointer-values", !stays(&s->of[WAY_POINTERS]),
                "what stays is the slots, not the records: %s", around(text, &s->of[WAY_POINTERS]));
    page_beyond(page, "one-spike-is-forever", "shrink-to", !stays(&s->of[WAY_RUST]),
                "Rust's map, cleared and shrunk to what is usual: %s",
                around(text, &s->of[WAY_RUST]));
    page_beyond(page, "one-spike-is-forever", "spike-that-fits", !stays(&b->fitting),
                "a quarter more records than usual find room: %s", around(text, &b->fitting));
}

static void judge_fresh(struct page *page, const struct stories *s, const struct beyond *b)
{
    char text[96];
    bool back = is_back(&s->of[WAY_FRESH], INCIDENT_SPIKE)
        && is_back(&s->of[WAY_PRESIZED], INCIDENT_SPIKE);
    page_claim(page, "fresh-map-recovers", back, "%s", around(text, &s->of[WAY_FRESH]));
    page_beyond(page, "fresh-map-recovers", "presized-to-the-spike",
                !is_back(&b->presized_most, INCIDENT_SPIKE),
                "made for the most that ever came, it is never small: %s",
                around(text, &b->presized_most));
    page_beyond(page, "fresh-map-recovers", "clear", !is_back(&s->of[WAY_CLEAR], INCIDENT_SPIKE),
                "cleared, not made anew: %s", around(text, &s->of[WAY_CLEAR]));
    page_beyond(page, "fresh-map-recovers", "rust-without-shrink",
                !is_back(&b->rust_clear, INCIDENT_SPIKE),
                "Rust's map is no better by itself: %s", around(text, &b->rust_clear));
}

/* "the delete loop is refused memory in cycle 13; of 13,620 records 13,620 can be read". */
static const char *ended(char text[96], const struct story *s)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    if (s->killed)
        snprintf(text, 96, "the delete loop is refused memory in cycle %u; of %s records %s can be "
                           "read", s->cycles + 1, page_number(a, s->records_in),
                 page_number(b, s->readable));
    else
        snprintf(text, 96, "the delete loop has done all %u cycles", s->cycles);
    return text;
}

static void judge_limit(struct page *page, const struct stories *s, const struct beyond *b)
{
    char text[96];
    const struct story *dead = &s->of[WAY_DELETE], *alive = &s->of[WAY_FRESH];
    page_claim(page, "limit-kills-the-reuser",
               dies_whole(dead, INCIDENT_SPIKE) && lives_on(alive, &s->trace),
               "%s; the fresh map has done %u cycles of %u", ended(text, dead), alive->cycles,
               s->trace.count);
    page_beyond(page, "limit-kills-the-reuser", "no-spike", lives_on(&b->no_spike, &b->uneventful),
                "without the spike the same delete loop does all %u cycles", b->no_spike.cycles);
    page_beyond(page, "limit-kills-the-reuser", "higher-limit",
                lives_on(&b->higher_limit, &s->trace),
                "with a quarter more the same delete loop does all %u cycles",
                b->higher_limit.cycles);
}

/* --- The target ------------------------------------------------------------- */

static bool print_incident(const struct options *o, struct page *page, const struct stories *s)
{
    uint64_t live[MAPS + 1];
    struct beyond *b = malloc(sizeof *b);
    bool done = b != NULL && memory_is_there(&s->trace, higher(s->limit)) && run_beyond(o, s, b)
        && several_run(steady_of(o), o->seed, 0, live);
    if (done) {
        print_cycles(page, s);
        print_end(page, s);
        print_idle(page, s);
        print_several(page, live);
        judge_spike(page, s, b);
        judge_fresh(page, s, b);
        judge_limit(page, s, b);
    }
    free(b);
    return done;
}

/* A reader's own trace has no verdicts: the claims are about the incident. */
static bool retain(const struct options *o, struct page *page)
{
    struct stories *s = malloc(sizeof *s);
    bool done = s != NULL && run_stories(o, s);
    if (done && o->own[0] == NULL) {
        done = print_incident(o, page, s);
    } else if (done) {
        print_cycles(page, s);
        print_end(page, s);
    }
    free(s);
    return done;
}

/* --- Pictures --------------------------------------------------------------- */

static const char *const pictures[] = {"reused", "fresh", NULL};

static bool run_dot(const struct options *o, struct page *page)
{
    return draw_usual_cycle(strcmp(o->picture, pictures[0]) == 0, o->seed, o->limit_bytes,
                            page->out);
}

enum { SCALE = 32, FULL = 500000, MOST_STEADY = 1 << 20 };

static const struct target targets[] = {
    {"retain", "the incident, cycle by cycle, for each way to empty the map", retain,
     FULL / SCALE, MOST_STEADY},
    {"bench", "what a cycle costs in time", run_bench, FULL / SCALE, MOST_STEADY},
    {"versions", "the spike on Go 1.23's, Go 1.24's and Rust's map; the full scale", run_versions,
     FULL / SCALE, MOST_STEADY},
    {"dot", "pictures of live memory, as Graphviz", run_dot, 0, 0},
    {0},
};

const struct program program = {
    .name = "16-batch-cycles",
    .title = "The service that never came down",
    .targets = targets,
    .pictures = pictures,
    .designs = (const char *const[]){"go1.24", NULL},
    .own = own_options,
    .check = check_given,
};
