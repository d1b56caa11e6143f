/*
 * test_right_size.c - what is asked of a plan for the next cycle's map.
 */
#include "right_size.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "hash/random.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

TestSuite(right_size, .timeout = 20);

/* --- Traces ----------------------------------------------------------------- */

enum { CYCLES = 24, USUAL = 1000, CATCH_UP = 8 };

/* About so many records: give or take two in a hundred. */
static uint64_t about(uint64_t records, struct random *random)
{
    return records - records / 50 + random_below(random, records / 25 + 1);
}

static uint64_t steady(unsigned cycle, struct random *random)
{
    (void)cycle;
    return about(USUAL, random);
}

static uint64_t growing(unsigned cycle, struct random *random)
{
    uint64_t records = 200;
    for (unsigned i = 0; i < cycle; i++)
        records += records / 7;
    return about(records, random);
}

/* Every sixth cycle has 6.4 times the records. */
static uint64_t spiky(unsigned cycle, struct random *random)
{
    return about(cycle % 6 == 5 ? 32 * USUAL / 5 : USUAL, random);
}

/* One has. */
static uint64_t catching_up(unsigned cycle, struct random *random)
{
    return about(cycle == CATCH_UP ? 32 * USUAL / 5 : USUAL, random);
}

/* A third of the way through, another service takes most of the load, or gives its own. */
static uint64_t falling(unsigned cycle, struct random *random)
{
    return about(cycle < CATCH_UP ? 8 * USUAL : USUAL / 2, random);
}

static uint64_t rising(unsigned cycle, struct random *random)
{
    return about(cycle < CATCH_UP ? USUAL / 2 : 8 * USUAL, random);
}

static uint64_t ending(unsigned cycle, struct random *random)
{
    return cycle < CATCH_UP ? about(USUAL, random) : 0;
}

struct trace {
    const char *name;
    uint64_t (*records)(unsigned cycle, struct random *random);
};

/* --- Playing one ------------------------------------------------------------ */

/* Who decides: the drill's function, or the same plan before every cycle. */
struct decider {
    bool fixed;
    struct plan plan;
};

/* What a trace came to, counted by the heap. */
struct ledger {
    uint64_t records[CYCLES];
    uint64_t held[CYCLES], allocated[CYCLES];
    uint64_t cost;                      /* all of both */
};

/* The function is given its own copy, as long as it is: what lies behind it is not to be read. */
static struct plan decide(const struct decider *d, const uint64_t *records, unsigned cycles,
                          uint64_t slots)
{
    if (d->fixed)
        return d->plan;
    uint64_t *copy = malloc(cycles * sizeof *copy);
    if (cycles > 0)
        memcpy(copy, records, cycles * sizeof *copy);
    struct plan plan = right_size(copy, cycles, slots);
    free(copy);
    cr_assert(plan.hint <= 1 << 20,
              "before cycle %u of a trace of some thousand records the plan's hint is %lu",
              cycles + 1, plan.hint);
    return plan;
}

/* One cycle: the plan, the records. */
static void play_cycle(struct ledger *l, unsigned cycle, const struct decider *d, struct swiss *m)
{
    uint64_t before = heap_read(m->heap).total_alloc;
    struct plan plan = decide(d, l->records, cycle, m->header == NULL ? 0 : swiss_slot_count(m));
    if (m->header != NULL && plan.keep) {
        swiss_u64_clear(m);
    } else {
        if (m->header != NULL)
            swiss_u64_free(m);
        swiss_u64_init(m, m->heap, plan.hint, cycle + 1);
    }
    for (uint64_t key = 0; key < l->records[cycle]; key++)
        *swiss_u64_put(m, key) = key;
    l->held[cycle] = heap_read(m->heap).heap_alloc;
    l->allocated[cycle] = heap_read(m->heap).total_alloc - before;
    l->cost += l->held[cycle] + l->allocated[cycle];
}

static struct ledger play(const struct trace *trace, struct decider d)
{
    struct ledger l = {.cost = 0};
    struct random random = {.state = 1};
    struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
    cr_assert_not_null(h, "the system has no memory for the test");
    struct swiss m = {.heap = h};
    for (unsigned cycle = 0; cycle < CYCLES; cycle++) {
        l.records[cycle] = trace->records(cycle, &random);
        play_cycle(&l, cycle, &d, &m);
    }
    heap_delete(h);
    return l;
}

static struct ledger play_yours(const struct trace *trace)
{
    return play(trace, (struct decider){.fixed = false});
}

/* What a map holds that is made for so many records and has them. */
static uint64_t made_for(uint64_t records)
{
    struct heap *h = heap_new(NULL);
    struct swiss m;
    cr_assert(h != NULL && swiss_u64_init(&m, h, records, 1));
    for (uint64_t key = 0; key < records; key++)
        *swiss_u64_put(&m, key) = key;
    heap_collect(h);
    uint64_t bytes = heap_read(h).heap_alloc;
    heap_delete(h);
    return bytes;
}

/* --- After a change --------------------------------------------------------- */

Test(right_size, steady_cycles_allocate_nothing)
{
    struct ledger l = play_yours(&(struct trace){"steady", steady});
    uint64_t fits = made_for(USUAL);
    for (unsigned i = 4; i < CYCLES; i++) {
        cr_assert_eq(l.allocated[i], 0,
                     "steady: cycle %u has %lu records as all cycles before it, and allocates "
                     "%lu B. The map of the cycle before had room for them.",
                     i + 1, l.records[i], l.allocated[i]);
        cr_assert(l.held[i] <= fits + fits / 2,
                  "steady: in cycle %u %lu B are held for %lu records; a map made for as many "
                  "holds %lu B", i + 1, l.held[i], l.records[i], fits);
    }
}

Test(right_size, a_catch_up_is_over_in_the_next_cycle)
{
    struct ledger l = play_yours(&(struct trace){"catch-up", catching_up});
    uint64_t fits = made_for(USUAL);
    for (unsigned i = CATCH_UP + 1; i < CYCLES; i++)
        cr_assert(l.held[i] <= fits + fits / 2,
                  "catch-up: cycle %u had %lu records, all others about %u. In cycle %u %lu B "
                  "are held for %lu records; a map made for as many holds %lu B. Once is not "
                  "usual.", CATCH_UP + 1, l.records[CATCH_UP], USUAL, i + 1, l.held[i],
                  l.records[i], fits);
}

enum { PATIENCE = 6 };                  /* cycles until a new load is believed */

Test(right_size, a_fall_is_followed)
{
    struct ledger l = play_yours(&(struct trace){"falling", falling});
    uint64_t fits = made_for(USUAL / 2);
    for (unsigned i = CATCH_UP + PATIENCE; i < CYCLES; i++)
        cr_assert(l.held[i] <= 2 * fits,
                  "falling: from cycle %u on there are about %u records a cycle, before that "
                  "there were %u. In cycle %u %lu B are still held; a map made for as many holds "
                  "%lu B. Six cycles are enough to see what is usual now.",
                  CATCH_UP + 1, USUAL / 2, 8 * USUAL, i + 1, l.held[i], fits);
}

Test(right_size, a_rise_is_followed)
{
    struct ledger l = play_yours(&(struct trace){"rising", rising});
    for (unsigned i = CATCH_UP + PATIENCE; i < CYCLES; i++)
        cr_assert_eq(l.allocated[i], 0,
                     "rising: from cycle %u on there are about %u records a cycle, before that "
                     "there were %u. Cycle %u still allocates %lu B. Six cycles are enough to "
                     "see what is usual now.", CATCH_UP + 1, 8 * USUAL, USUAL / 2,
                     i + 1, l.allocated[i]);
}

Test(right_size, nothing_to_do_holds_nothing)
{
    struct ledger l = play_yours(&(struct trace){"ending", ending});
    for (unsigned i = CATCH_UP + PATIENCE; i < CYCLES; i++)
        cr_assert(l.held[i] <= 1024,
                  "ending: from cycle %u on no record comes, and in cycle %u %lu B are held",
                  CATCH_UP + 1, i + 1, l.held[i]);
}

/* --- Against the best plan in hindsight ------------------------------------- */

/* The cheapest of the plans that never change: a map kept for ever or a new one in each cycle, made
 * for 224, 448, 896, ... records: as many as tables of a power of two of slots hold. */
static struct plan best_fixed(const struct trace *trace, uint64_t *cost)
{
    struct plan best = {.keep = false};
    *cost = UINT64_MAX;
    for (uint64_t hint = 224; hint <= 8192; hint *= 2) {
        for (int keep = 0; keep <= 1; keep++) {
            struct plan plan = {.keep = keep, .hint = hint};
            struct ledger l = play(trace, (struct decider){.fixed = true, .plan = plan});
            if (l.cost < *cost) {
                *cost = l.cost;
                best = plan;
            }
        }
    }
    return best;
}

static void check_against_the_best(const struct trace *trace, unsigned percent)
{
    uint64_t best;
    struct plan plan = best_fixed(trace, &best);
    struct ledger l = play_yours(trace);
    uint64_t held = 0, allocated = 0;
    for (unsigned i = 0; i < CYCLES; i++) {
        held += l.held[i];
        allocated += l.allocated[i];
    }
    cr_assert(l.cost <= best / 100 * percent,
              "%s: over %d cycles your maps hold %lu B and allocate %lu B, together %lu B. The "
              "best plan that never changes (%s, made for %lu) takes %lu B, and you may take %u "
              "%% of that.", trace->name, CYCLES, held, allocated, l.cost,
              plan.keep ? "one map, kept" : "a new map each time", plan.hint, best, percent);
}

Test(right_size, steady_against_the_best_fixed_plan)
{
    check_against_the_best(&(struct trace){"steady", steady}, 110);
}

Test(right_size, growing_against_the_best_fixed_plan)
{
    check_against_the_best(&(struct trace){"growing", growing}, 110);
}

Test(right_size, spiky_against_the_best_fixed_plan)
{
    check_against_the_best(&(struct trace){"spiky", spiky}, 90);
}

Test(right_size, a_catch_up_against_the_best_fixed_plan)
{
    check_against_the_best(&(struct trace){"catch-up", catching_up}, 75);
}
