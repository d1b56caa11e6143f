/*
 * test_growth.c - the claims of chapter 03, each with its counterexamples.
 */
#include <criterion/criterion.h>

#include "growth.h"

TestSuite(growth, .timeout = 120);

static const struct options defaults = {.keys = 1 << 20, .seed = PROGRAM_DEFAULT_SEED,
                                        .rounds = 4};

/* --- directory-doubles --- */

Test(growth, directory_doubles)
{
    struct growth_trace t;
    cr_assert(growth_trace(&defaults, &t));
    cr_assert_eq(t.last.entries, defaults.keys);
    cr_assert_gt(t.splits, 1000);
    cr_assert_eq(t.directory_exact, t.splits, "a power of two after every split");
    cr_assert_gt(t.tables_odd, 0);
    cr_assert_gt(t.tables_fewer, 0);
    cr_assert_eq(t.last.tables, t.splits + 1, "a split makes one table more");
    for (unsigned i = 0; i < t.longer_count; i++)
        cr_assert_eq(t.longer[i].directory, (uint64_t)2 << i, "doubled, never more");
}

Test(growth, directory_doubles__beyond__presized)
{
    struct growth_step presized;
    cr_assert(growth_presized(&defaults, &presized));
    cr_assert_eq(presized.tables, 2048);
    cr_assert_eq(presized.directory, presized.tables);
}

/* --- capacity-never-falls --- */

Test(growth, capacity_never_falls)
{
    struct growth_capacity phases[GROWTH_PHASES];
    uint64_t operations;
    cr_assert(growth_capacity(&defaults, phases, &operations));
    cr_assert_gt(operations, 3 * (defaults.keys / 8));
    cr_assert_gt(phases[GROWTH_FILL].entries, 4 * phases[GROWTH_DRAIN].entries, "it was drained");
    cr_assert_eq(phases[GROWTH_EMPTY].entries, 0);
    cr_assert_eq(phases[GROWTH_EMPTY].slots_fell, 0);
    cr_assert_geq(phases[GROWTH_EMPTY].slots, phases[GROWTH_FILL].slots);
}

Test(growth, capacity_never_falls__beyond__rust_capacity)
{
    struct growth_capacity phases[GROWTH_PHASES];
    uint64_t operations;
    cr_assert(growth_capacity(&defaults, phases, &operations));
    cr_assert_gt(phases[GROWTH_EMPTY].capacity_fell, 0);
    cr_assert_eq(phases[GROWTH_EMPTY].flat_slots_fell, 0, "its table stayed");
}

Test(growth, capacity_never_falls__beyond__rust_shrink)
{
    struct growth_capacity phases[GROWTH_PHASES];
    uint64_t operations;
    cr_assert(growth_capacity(&defaults, phases, &operations));
    cr_assert_lt(phases[GROWTH_SHRINK].flat_slots, phases[GROWTH_EMPTY].flat_slots);
}

/* --- growth-is-bounded --- */

Test(growth, growth_is_bounded)
{
    struct growth_moves m;
    cr_assert(growth_moves(&defaults, &growth_designs[GROWTH_SWISS], &m));
    cr_assert_gt(m.most, 0);
    cr_assert_leq(m.most, GROWTH_BOUND, "%lu moved", m.most);
    for (unsigned i = 3; i < m.sizes; i++)
        cr_assert_gt(m.most_below[i], 0, "it grew at every size");
}

Test(growth, growth_is_bounded__beyond__flat_table)
{
    struct growth_moves m;
    cr_assert(growth_moves(&defaults, &growth_designs[GROWTH_FLAT], &m));
    cr_assert_gt(m.most, GROWTH_BOUND);
    cr_assert_eq(m.most, m.most_at - 1, "all that it had");
}

Test(growth, growth_is_bounded__beyond__weak_top_bits)
{
    struct growth_weak weak;
    cr_assert(growth_weak(&defaults, &weak));
    cr_assert_eq(weak.splits, GROWTH_WEAK_BITS + 1);
    cr_assert_gt(weak.most, GROWTH_BOUND);
}

/* --- worst-put-is-short --- */

Test(growth, worst_put_is_short)
{
    static struct growth_times times[GROWTH_DESIGNS];
    cr_assert(growth_bench(&defaults, times));
    double ratio = times[GROWTH_FLAT].worst / times[GROWTH_SWISS].worst;
    cr_assert(ratio >= GROWTH_WORST_RATIO, "only %.1f times as long", ratio);
}

Test(growth, worst_put_is_short__beyond__one_in_a_thousand)
{
    static struct growth_times times[GROWTH_DESIGNS];
    cr_assert(growth_bench(&defaults, times));
    double ratio = times[GROWTH_SWISS].p999 / times[GROWTH_FLAT].p999;
    cr_assert(ratio >= GROWTH_RARE_RATIO, "only %.1f times as long", ratio);
}

/* --- What the prose says beside the claims --- */

/* Where a map of Go 1.24 grows: these are the runtime's own numbers. */
Test(growth, the_first_growths)
{
    static const uint64_t puts[] = {1, 9, 15, 29, 57, 113, 225, 449, 897};
    struct growth_trace t;
    cr_assert(growth_trace(&defaults, &t));
    for (unsigned i = 0; i < sizeof puts / sizeof *puts; i++)
        cr_assert_eq(t.first[i].entries, puts[i]);
    cr_assert_eq(t.first[8].cause, GROWTH_SPLIT);
    cr_assert_eq(t.first[8].slots, 2 * 1024, "two whole tables, not two halves");
}

/* Every directory entry points to a table, and every key lies in one. */
Test(growth, depths_add_up)
{
    struct growth_depths d;
    uint64_t pointers = 0, tables = 0, entries = 0;
    cr_assert(growth_depths(&defaults, &d));
    for (unsigned depth = 0; depth <= d.global; depth++) {
        pointers += d.tables_of[depth] << (d.global - depth);
        tables += d.tables_of[depth];
        entries += d.entries_of[depth];
    }
    cr_assert_eq(pointers, d.directory);
    cr_assert_eq(tables, d.tables);
    cr_assert_eq(entries, d.entries);
    cr_assert_lt(d.shallowest, d.global, "tables of two depths side by side");
}

/* Splitting and doubling do the same work in all, in other portions. */
Test(growth, all_puts_move_alike)
{
    struct growth_moves swiss, flat;
    cr_assert(growth_moves(&defaults, &growth_designs[GROWTH_SWISS], &swiss));
    cr_assert(growth_moves(&defaults, &growth_designs[GROWTH_FLAT], &flat));
    cr_assert_lt(swiss.moved, flat.moved / 100 * 101);
    cr_assert_lt(flat.moved, swiss.moved / 100 * 101);
}

/* Go 1.23 bounds its puts too: two buckets of a doubling at a time, with their overflow. */
Test(growth, buckets_move_a_few)
{
    struct growth_moves m;
    cr_assert(growth_moves(&defaults, &growth_designs[GROWTH_BUCKETS], &m));
    cr_assert_gt(m.most, 0);
    cr_assert_lt(m.most, 100, "%lu moved", m.most);
}

Test(growth, every_put_is_timed)
{
    static struct growth_times times[GROWTH_DESIGNS];
    struct options few = defaults;
    few.keys = 10000;
    few.rounds = 1;
    cr_assert(growth_bench(&few, times));
    for (unsigned d = 0; d < GROWTH_DESIGNS; d++) {
        uint64_t puts = 0;
        for (unsigned i = 0; i < GROWTH_BINS; i++)
            puts += times[d].bins[i];
        cr_assert_eq(puts, few.keys);
        cr_assert_leq(times[d].median, times[d].p9999);
        cr_assert_leq(times[d].p9999, times[d].worst);
    }
}

/* A limit that is too small is told, and nothing stays behind. */
Test(growth, refused_memory_is_reported)
{
    static struct growth_times times[GROWTH_DESIGNS];
    struct options limited = defaults;
    struct growth_trace trace;
    struct growth_moves moves;
    limited.limit_bytes = 1 << 20;
    cr_assert_not(growth_trace(&limited, &trace));
    cr_assert_not(growth_bench(&limited, times));
    for (unsigned d = 0; d < GROWTH_DESIGNS; d++)
        cr_assert_not(growth_moves(&limited, &growth_designs[d], &moves));
}
