/*
 * test_iteration_order.c - chapter 7's claims, one test for each.
 */
#include "iteration_order.h"

#include <criterion/criterion.h>
#include <math.h>

TestSuite(iteration_order, .timeout = 60);

static const uint64_t sizes[SIZES] = {SMALL_KEYS, TABLE_KEYS, TABLES_KEYS};
static const struct setting setting = {.seed = 1};

static struct watched watched(uint64_t keys, enum change change)
{
    struct watched r;
    cr_assert(watch_run(&setting, keys, change, &r));
    return r;
}

/* --- start-is-random --- */

Test(iteration_order, start_is_random)
{
    static const uint64_t tables[SIZES] = {0, 1, 3};
    for (unsigned i = 0; i < SIZES; i++) {
        struct starts r;
        cr_assert(starts_run(&setting, sizes[i], START_DRAWN, &r));
        cr_assert_eq(r.tables, tables[i]);
        cr_assert(r.all_alike < -13 && r.one_left_out < -FALSE_ALARM_DIGITS, "no false alarm");
        cr_assert(starts_differ(&r), "%lu entries", (unsigned long)r.entries);
        cr_assert(every_entry_starts(&r), "%lu entries", (unsigned long)r.entries);
    }
}

Test(iteration_order, start_is_random__beyond__fixed_start)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct starts r;
        cr_assert(starts_run(&setting, sizes[i], START_FIXED, &r));
        cr_assert_eq(r.distinct, 1);
        cr_assert_eq(r.came_first, 1);
    }
}

/* The chance worked out from the slots, and what was counted, within four deviations. */
static void assert_repeats(uint64_t keys, double chance)
{
    struct orders r;
    cr_assert(orders_run(&setting, keys, 10000, &r));
    cr_assert_float_eq(r.again, chance, 1e-9);
    double expected = chance * (double)r.pairs;
    cr_assert(fabs((double)r.same - expected) < 4 * sqrt(expected), "%lu of %lu",
              (unsigned long)r.same, (unsigned long)r.pairs);
}

Test(iteration_order, start_is_random__beyond__two_entries)
{
    assert_repeats(2, 50.0 / 64);
    assert_repeats(SMALL_KEYS, 1.0 / 8);
}

Test(iteration_order, start_is_random__beyond__not_uniform)
{
    struct fairness full, sparse;
    cr_assert(fairness_run(&setting, 8, 8, 100000, &full));
    cr_assert(draws_fairly(&full), "a full group is fair");
    cr_assert(fairness_run(&setting, 896, 10, 100000, &sparse));
    cr_assert_not(draws_fairly(&sparse));
    cr_assert_eq(sparse.slots, 1024);
    cr_assert(sparse.most > 3 * sparse.ranges / 10, "the luckiest: thrice its fair share");
    cr_assert(sparse.least < sparse.ranges / 100, "the unluckiest: a tenth of it");
    double expected = sparse.most_chance * (double)sparse.ranges;
    cr_assert(fabs((double)sparse.most - expected) < 4 * sqrt(expected));
}

/* --- each-entry-once --- */

Test(iteration_order, each_entry_once)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct watched r = watched(sizes[i], CHANGE_NONE);
        cr_assert(each_once(&r), "%lu entries", (unsigned long)sizes[i]);
        cr_assert_eq(r.stale, 0);
    }
}

Test(iteration_order, each_entry_once__beyond__added_meanwhile)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct watched r = watched(sizes[i], CHANGE_ADD);
        cr_assert_eq(r.added, WATCH_RANGES * sizes[i]);
        cr_assert(r.added_came < r.added);
        cr_assert(i == 0 || r.added_came > 0, "some come, but none in a small map's old group");
    }
}

/* --- removed-not-produced --- */

Test(iteration_order, removed_not_produced)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct watched r = watched(sizes[i], CHANGE_REMOVE);
        cr_assert(removed_stay_away(&r), "%lu entries", (unsigned long)sizes[i]);
        cr_assert(r.removed >= WATCH_RANGES * sizes[i] / 2, "one for each that came");
        cr_assert_eq(r.due + r.removed, WATCH_RANGES * sizes[i]);
    }
}

Test(iteration_order, removed_not_produced__beyond__put_again)
{
    for (unsigned i = 0; i < SIZES; i++)
        cr_assert(watched(sizes[i], CHANGE_REMOVE_AND_PUT).removed_came > 0);
}

/* --- added-at-most-once, none-twice-while-growing --- */

Test(iteration_order, added_at_most_once)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct watched r = watched(sizes[i], CHANGE_ADD);
        cr_assert(added_come_once_at_most(&r), "%lu entries", (unsigned long)sizes[i]);
    }
}

Test(iteration_order, added_at_most_once__beyond__cleared_and_put_again)
{
    for (unsigned i = 1; i < SIZES; i++)
        cr_assert(watched(sizes[i], CHANGE_CLEAR_AND_PUT).twice > 0);
}

Test(iteration_order, none_twice_while_growing)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct watched r = watched(sizes[i], CHANGE_GROW);
        cr_assert(none_twice_though_growing(&r), "%lu entries", (unsigned long)sizes[i]);
        cr_assert_eq(r.added, WATCH_RANGES * 8 * sizes[i]);
        cr_assert(i == 0 || r.directories >= WATCH_RANGES, "the directory doubled in every range");
    }
}

Test(iteration_order, none_twice_while_growing__beyond__naive_range)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct watched r;
        cr_assert(naive_run(&setting, sizes[i], &r));
        cr_assert(r.twice > 0 && r.missed > 0, "%lu entries", (unsigned long)sizes[i]);
    }
}

/* --- clear-ends-range --- */

Test(iteration_order, clear_ends_range)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct watched r = watched(sizes[i], CHANGE_CLEAR);
        cr_assert(clear_ends(&r), "%lu entries", (unsigned long)sizes[i]);
    }
}

Test(iteration_order, clear_ends_range__beyond__put_after_clear)
{
    for (unsigned i = 0; i < SIZES; i++)
        cr_assert(watched(sizes[i], CHANGE_CLEAR_AND_PUT).after_clear > 0);
}

/* --- present-elem-is-produced --- */

Test(iteration_order, present_elem_is_produced)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct watched r = watched(sizes[i], CHANGE_UPDATE);
        cr_assert(elems_are_present(&r), "%lu entries", (unsigned long)sizes[i]);
        cr_assert(r.updated >= r.due / 2);
    }
}

Test(iteration_order, present_elem_is_produced__beyond__changed_behind)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct watched r = watched(sizes[i], CHANGE_UPDATE_BEHIND);
        cr_assert_eq(r.outdated, r.due);
        cr_assert_eq(r.stale, 0);
    }
}

/* --- The three maps, side by side --- */

static const uint64_t version_sizes[SIZES] = {SMALL_KEYS, TABLE_KEYS, FULL_KEYS};

static struct version_starts version_starts(enum design_version_number number, uint64_t keys)
{
    struct version_starts r;
    cr_assert(version_starts_run(&setting, &design_versions[number], keys, &r));
    cr_assert_eq(r.entries, keys);
    cr_assert(r.ranges >= RANGES_FOR_EACH * keys);
    cr_assert(r.orders >= r.distinct && r.distinct >= 1);
    return r;
}

Test(iteration_order, buckets_start_at_random)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct version_starts buckets = version_starts(DESIGN_BUCKETS, version_sizes[i]);
        struct version_starts swiss = version_starts(DESIGN_SWISS, version_sizes[i]);
        cr_assert(ranges_start_apart(&buckets), "%lu entries", (unsigned long)version_sizes[i]);
        cr_assert(ranges_start_apart(&swiss));
        cr_assert_eq(swiss.came_first, swiss.entries);
    }
}

/* Those and no others: an entry of the first bucket of a chain is the start at times. */
Test(iteration_order, buckets_start_at_random__beyond__every_entry_first)
{
    for (uint64_t seed = 1; seed <= 4; seed++) {
        const struct setting other = {.seed = seed};
        struct version_starts r;
        cr_assert(version_starts_run(&other, &design_versions[DESIGN_BUCKETS], FULL_KEYS, &r));
        cr_assert(r.behind > 0);
        cr_assert_eq(r.came_first, r.entries - r.behind);
    }
}

/* Refuted: a Rust range begins where the last one began. */
Test(iteration_order, rust_starts_at_random)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct version_starts r = version_starts(DESIGN_HASHBROWN, version_sizes[i]);
        cr_assert_not(ranges_start_apart(&r));
        cr_assert(r.distinct == 1 && r.orders == 1 && r.came_first == 1);
    }
}

Test(iteration_order, rust_order_is_the_seeds)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct version_starts r = version_starts(DESIGN_HASHBROWN, version_sizes[i]);
        cr_assert(maps_start_apart(&r), "%lu entries", (unsigned long)version_sizes[i]);
    }
}

Test(iteration_order, rust_order_is_the_seeds__beyond__same_seed)
{
    bool same = false;
    cr_assert(same_seed_run(&setting, &design_versions[DESIGN_HASHBROWN], FULL_KEYS, &same));
    cr_assert(same);
    cr_assert(same_seed_run(&setting, &design_versions[DESIGN_SWISS], FULL_KEYS, &same));
    cr_assert_not(same, "Go draws for each range");
}

static struct watched watched_buckets(uint64_t keys, enum change change)
{
    struct watched r;
    cr_assert(watch_version(&setting, &design_versions[DESIGN_BUCKETS], keys, change, &r));
    return r;
}

Test(iteration_order, buckets_keep_promises)
{
    for (unsigned i = 0; i < SIZES; i++) {
        uint64_t keys = version_sizes[i];
        struct watched none = watched_buckets(keys, CHANGE_NONE),
                       removed = watched_buckets(keys, CHANGE_REMOVE),
                       added = watched_buckets(keys, CHANGE_ADD),
                       grown = watched_buckets(keys, CHANGE_GROW),
                       updated = watched_buckets(keys, CHANGE_UPDATE),
                       cleared = watched_buckets(keys, CHANGE_CLEAR);
        cr_assert(each_once(&none) && removed_stay_away(&removed));
        cr_assert(added_come_once_at_most(&added) && none_twice_though_growing(&grown));
        cr_assert(elems_are_present(&updated) && clear_ends(&cleared));
        cr_assert_eq(none.tables_replaced, 0);
        cr_assert(grown.tables_replaced >= 2 * WATCH_RANGES);
    }
}

Test(iteration_order, buckets_keep_promises__beyond__cleared_and_put_again)
{
    for (unsigned i = 1; i < SIZES; i++)
        cr_assert(watched_buckets(version_sizes[i], CHANGE_CLEAR_AND_PUT).twice > 0);
}

Test(iteration_order, each_entry_comes_once_in_rust)
{
    for (unsigned i = 0; i < SIZES; i++) {
        struct watched r;
        cr_assert(watch_version(&setting, &design_versions[DESIGN_HASHBROWN], version_sizes[i],
                                CHANGE_NONE, &r));
        cr_assert(each_once(&r));
    }
}

Test(iteration_order, rust_forbids_changes)
{
    for (unsigned i = 0; i < SIZES; i++) {
        bool noticed[FORBIDDEN_CHANGES];
        cr_assert(forbidden_run(&setting, version_sizes[i], noticed));
        for (enum forbidden change = 0; change < ALLOWED_ELEM; change++)
            cr_assert(noticed[change], "change %u", change);
    }
}

Test(iteration_order, rust_forbids_changes__beyond__elem_written)
{
    for (unsigned i = 0; i < SIZES; i++) {
        bool noticed[FORBIDDEN_CHANGES];
        cr_assert(forbidden_run(&setting, version_sizes[i], noticed));
        cr_assert_not(noticed[ALLOWED_ELEM]);
    }
}

/* --- What the prose says besides --- */

Test(iteration_order, orders_are_rotations)
{
    static const uint64_t orders[SIZES] = {8, 128, 0};
    for (unsigned i = 0; i < SIZES; i++) {
        struct orders r;
        cr_assert(orders_run(&setting, sizes[i], 0, &r));
        cr_assert(orders[i] == 0 || r.distinct == orders[i], "as many as entries in one table");
        cr_assert(r.distinct <= r.starts);
    }
}

Test(iteration_order, sorted_keys_are_sorted)
{
    for (unsigned i = 0; i < SIZES; i++) {
        bool agree = false;
        cr_assert(sorted_run(&setting, sizes[i], &agree));
        cr_assert(agree);
    }
}

Test(iteration_order, refused_memory_is_reported)
{
    const struct setting tight = {.seed = 1, .limit_bytes = 8192};
    struct starts starts;
    struct orders orders;
    struct fairness fairness;
    struct watched r;
    uint64_t blocks[RANGES_SHOWN + 1];
    bool agree;
    cr_assert_not(starts_run(&tight, TABLES_KEYS, START_DRAWN, &starts));
    cr_assert_not(blocks_run(&tight, TABLES_KEYS, blocks));
    cr_assert_not(orders_run(&tight, TABLES_KEYS, 1, &orders));
    cr_assert_not(fairness_run(&tight, 896, 10, 1, &fairness));
    cr_assert_not(watch_run(&tight, TABLE_KEYS, CHANGE_GROW, &r));
    cr_assert_not(naive_run(&tight, TABLE_KEYS, &r));
    cr_assert_not(sorted_run(&tight, TABLES_KEYS, &agree));
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        struct version_starts v;
        cr_assert_not(version_starts_run(&tight, &design_versions[i], FULL_KEYS, &v));
        cr_assert_not(same_seed_run(&tight, &design_versions[i], FULL_KEYS, &agree));
    }
}
