/*
 * test_garbage.c - the claims of chapter 13, each with its counterexamples.
 */
#include <criterion/criterion.h>

#include "garbage.h"

TestSuite(garbage, .timeout = 60);

enum { KEYS = 1 << 17, SEED = PROGRAM_DEFAULT_SEED, GARBAGE_PER_LIVE = 6 };

static const struct pacing usual = {.gogc = 100};

/* Serves six times the bytes of a map of KEYS entries. */
static struct served served_with(struct pacing pacing, uint64_t keys)
{
    struct served s;
    cr_assert(served_run(pacing, keys, GARBAGE_PER_LIVE * live_bytes(KEYS, SEED, 0), SEED, 0, &s));
    return s;
}

/* --- gogc-doubles --- */

Test(garbage, gogc_doubles)
{
    struct served s = served_with(usual, KEYS);
    cr_assert_gt(s.live, 2 << 20);
    cr_assert_eq(s.goal, 2 * s.live);
    cr_assert_eq(s.collections, GARBAGE_PER_LIVE - 1, "the last tooth is not full");
    cr_assert(goal_doubles(&s), "%lu B live, %lu B at the peak", s.live, s.peak);
}

Test(garbage, gogc_doubles__beyond__small_map)
{
    struct served s = served_with(usual, 10000);
    cr_assert_lt(s.live, 2 << 20);
    cr_assert_eq(s.goal, 4 << 20);
    cr_assert_not(goal_doubles(&s));
    cr_assert_gt(s.peak, 10 * s.live);
}

/* The peak of every GOGC is live * (1 + GOGC / 100), within a hundredth. */
Test(garbage, the_goal_follows_gogc)
{
    for (int gogc = 50; gogc <= 400; gogc *= 2) {
        struct served s = served_with((struct pacing){.gogc = gogc}, KEYS);
        double goal = (double)s.live * (1 + gogc / 100.0);
        cr_assert_float_eq((double)s.goal, goal, 1, "GOGC %d", gogc);
        cr_assert_float_eq((double)s.peak, goal, goal / 100, "GOGC %d", gogc);
    }
    struct served off = served_with((struct pacing){.gogc = HEAP_GOGC_OFF}, KEYS);
    cr_assert_eq(off.collections, 0);
    cr_assert_eq(off.peak, off.live + off.requests * REQUEST_BYTES, "all of it is still there");
}

/* --- limit-trades-work-for-memory --- */

Test(garbage, limit_trades_work_for_memory)
{
    uint64_t soft_limit = live_bytes(KEYS, SEED, 0) / 10 * 19;
    struct served without = served_with(usual, KEYS);
    struct served with = served_with((struct pacing){.gogc = 100, .soft_limit = soft_limit}, KEYS);
    cr_assert_eq(with.requests, without.requests, "the same work");
    cr_assert(limit_trades(&with, &without, soft_limit),
              "%lu B of memory with a limit of %lu B, %lu B without; %lu collections, %lu",
              with.peak_memory, soft_limit, without.peak_memory, with.collections,
              without.collections);
}

Test(garbage, limit_trades_work_for_memory__beyond__limit_below_live)
{
    uint64_t live = live_bytes(KEYS, SEED, 0), below = live / 2;
    struct served without = served_with(usual, KEYS), s;
    const struct pacing hopeless = {.gogc = 100, .soft_limit = below};
    cr_assert(served_run(hopeless, KEYS, 256 * REQUEST_BYTES, SEED, 0, &s));
    cr_assert_not(limit_trades(&s, &without, below));
    cr_assert_gt(s.peak_memory, live);
    cr_assert_eq(s.collections, s.requests, "every allocation collects");
}

/* --- drop-waits-for-collection --- */

Test(garbage, drop_waits_for_collection)
{
    struct reading at[MOMENTS];
    cr_assert(drop_run(KEYS, false, SEED, 0, at));
    cr_assert(drop_waits(at));
    cr_assert_eq(at[MOMENT_DELETED].heap_alloc, at[MOMENT_FILLED].heap_alloc);
    cr_assert_eq(at[MOMENT_DELETED].goal, at[MOMENT_FILLED].goal, "the goal of an empty map");
    cr_assert_lt(at[MOMENT_HALF].heap_alloc, at[MOMENT_GOAL].heap_alloc);
    cr_assert_lt(at[MOMENT_GOAL].heap_alloc, at[MOMENT_GOAL].goal);
    cr_assert_gt(at[MOMENT_GOAL].heap_alloc + REQUEST_BYTES, at[MOMENT_GOAL].goal);
    cr_assert_eq(at[MOMENT_COLLECTED].goal, 4 << 20, "the goal falls with it");
}

Test(garbage, drop_waits_for_collection__beyond__freed_at_once)
{
    struct reading at[MOMENTS];
    cr_assert(drop_run(KEYS, true, SEED, 0, at));
    cr_assert_not(drop_waits(at));
    cr_assert_gt(at[MOMENT_DELETED].heap_alloc, 0);
    cr_assert_eq(at[MOMENT_DROPPED].heap_alloc, 0);
}

/* --- What the prose says beside the claims --- */

Test(garbage, a_saving_counts_once_more_at_gogc_100)
{
    uint64_t before, after;
    cr_assert(peak_run(1000 << 20, 100, 0, &before));
    cr_assert(peak_run(500 << 20, 100, 0, &after));
    cr_assert_eq(before, UINT64_C(2000) << 20);
    cr_assert_eq(after, UINT64_C(1000) << 20);
}

/* A tooth of GOGC 100 has six steps: two lines of it are the same six steps later. */
Test(garbage, teeth_repeat)
{
    uint64_t at[TOOTH_STEPS];
    uint64_t live = live_bytes(KEYS, SEED, 0);
    cr_assert(teeth_run(usual, KEYS, SEED, 0, at));
    for (unsigned step = 1; step < TOOTH_STEPS; step++)
        if (step % TOOTH_PARTS == 0)
            cr_assert_lt(at[step], at[step - 1], "a collection before step %u", step + 1);
        else
            cr_assert_gt(at[step], at[step - 1], "none before step %u", step + 1);
    cr_assert_gt(at[TOOTH_PARTS - 1], live / 10 * 19);
}

/* Rust's map is back at its drop; Go's waits. */
Test(garbage, only_rust_frees_at_the_drop)
{
    for (unsigned i = 0; i < design_count; i++) {
        struct life l;
        cr_assert(life_run(designs[i], KEYS, SEED, 0, &l));
        cr_assert_gt(l.grown, 1 << 20);
        cr_assert_geq(l.peak, l.grown);
        cr_assert_eq(l.dropped, designs[i]->bytes_as_asked ? 0 : l.grown, "%s", designs[i]->name);
        cr_assert_eq(l.collected, 0);
    }
}

/* A limit that is too small is told, and nothing stays behind. */
Test(garbage, refused_memory_is_reported)
{
    enum { TOO_LITTLE = 1 << 20 };
    struct served s;
    struct reading at[MOMENTS];
    struct life l;
    uint64_t line[TOOTH_STEPS], peak;
    cr_assert_not(served_run(usual, KEYS, 1, SEED, TOO_LITTLE, &s));
    cr_assert_eq(live_bytes(KEYS, SEED, TOO_LITTLE), 0);
    cr_assert_not(teeth_run(usual, KEYS, SEED, TOO_LITTLE, line));
    cr_assert_not(drop_run(KEYS, false, SEED, TOO_LITTLE, at));
    cr_assert_not(peak_run(2 << 20, 100, TOO_LITTLE, &peak));
    cr_assert_not(life_run(designs[0], KEYS, SEED, TOO_LITTLE, &l));
}
