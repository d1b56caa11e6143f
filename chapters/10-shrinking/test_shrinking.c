/*
 * test_shrinking.c - one test for each claim of chapter 10, and one for each edge.
 */
#include "shrinking.h"

#include <criterion/criterion.h>

#include "bench/bench.h"
#include "hashbrown/hashbrown_check.h"
#include "hashbrown/hashbrown_u64.h"

TestSuite(shrinking, .timeout = 120);

enum { KEYS = 1 << 18, SEED = 1, FULL_BYTES = 8912912, FULL_ROOM = 458752 };

/* --- shrink-to-fit-frees --- */

static struct shrunk shrink(uint64_t live, uint64_t floor)
{
    struct shrunk s;
    cr_assert(shrink_run(KEYS, live, floor, SEED, 0, &s));
    cr_assert_eq(s.before.bytes, FULL_BYTES, "the map had grown");
    cr_assert_eq(s.before.len, live);
    cr_assert_eq(s.found, live, "every entry is there, with its value");
    return s;
}

Test(shrinking, shrink_to_fit_frees)
{
    static const uint64_t lives[] = {0, 1, 3, 4, 14, 15, 100, 896, 897, KEYS / 16, FULL_ROOM / 2};
    for (size_t i = 0; i < sizeof lives / sizeof lives[0]; i++) {
        struct shrunk s = shrink(lives[i], 0);
        cr_assert(shrink_frees(&s), "%u live", (unsigned)lives[i]);
        cr_assert_eq(s.peak, s.before.bytes + s.after.bytes, "both tables, and nothing else");
    }
    cr_assert_eq(shrink(0, 0).after.bytes, 0);
    cr_assert_eq(shrink(1, 0).after.bytes, 84);
    cr_assert_eq(shrink(1, 100).after.bytes, 2192);
}

Test(shrinking, shrink_to_fit_frees__beyond__over_half)
{
    cr_assert_eq(most_that_shrink(KEYS), FULL_ROOM / 2);
    struct shrunk s = shrink(FULL_ROOM / 2 + 1, 0);
    cr_assert_not(shrink_frees(&s));
    cr_assert_eq(s.after.bytes, s.before.bytes);
    cr_assert_eq(s.moved, 0);
}

/* --- clear-keeps-capacity --- */

Test(shrinking, clear_keeps_capacity)
{
    struct cleared c;
    cr_assert(clear_run(KEYS, false, SEED, 0, &c));
    cr_assert(clear_keeps(&c));
    cr_assert_eq(c.before.len, KEYS);
    cr_assert_eq(c.after.len, 0);
    cr_assert_eq(c.after.bytes, FULL_BYTES);
    cr_assert_eq(c.after.capacity, FULL_ROOM);
}

Test(shrinking, clear_keeps_capacity__beyond__already_empty)
{
    struct cleared c;
    cr_assert(clear_run(KEYS, true, SEED, 0, &c));
    cr_assert_not(clear_keeps(&c));
    cr_assert_eq(c.before.len, 0);
    cr_assert(c.after.capacity < FULL_ROOM);
    cr_assert_eq(c.after.capacity, c.before.capacity, "clear did nothing");
}

/* --- shrink-to-keeps-a-floor --- */

Test(shrinking, shrink_to_keeps_a_floor)
{
    static const uint64_t floors[] = {1, 15, 100, 897, KEYS / 64, KEYS / 4, FULL_ROOM / 2};
    static const uint64_t lives[] = {0, 1, 100, KEYS / 16};
    for (size_t f = 0; f < sizeof floors / sizeof floors[0]; f++) {
        for (size_t i = 0; i < sizeof lives / sizeof lives[0]; i++) {
            struct shrunk s = shrink(lives[i], floors[f]);
            cr_assert(shrink_keeps_floor(&s), "%u live, floor %u", (unsigned)lives[i],
                      (unsigned)floors[f]);
            cr_assert(s.after.bytes < s.before.bytes);
        }
    }
}

Test(shrinking, shrink_to_keeps_a_floor__beyond__floor_above)
{
    struct shrunk s;
    cr_assert(shrink_run(100, 100, 1000, SEED, 0, &s));
    cr_assert_not(shrink_keeps_floor(&s));
    cr_assert_eq(s.after.capacity, 112);
}

Test(shrinking, shrink_to_keeps_a_floor__beyond__tombstones_stay)
{
    struct shrunk s = shrink(0, FULL_ROOM);
    cr_assert_not(shrink_keeps_floor(&s));
    cr_assert(s.after.capacity < s.floor);
    cr_assert_eq(s.after.bytes, s.fresh, "the table itself is the right one");
}

/* --- refill-pays-again --- */

enum { REFILLED = 1 << 14 };

struct timed {
    struct heap *heap;
    struct hashbrown map;
    enum refill_way way;
};

static uint64_t run(void *context)
{
    enum { TIMES = 16 };
    struct timed *t = context;
    for (unsigned i = 0; i < TIMES; i++)
        if (!refill_prepare(t->way, &t->map, REFILLED) || !refill_fill(&t->map, REFILLED))
            return 0;
    return TIMES * REFILLED;
}

Test(shrinking, refill_pays_again)
{
    struct refill fit, kept;
    cr_assert(refill_run(REFILL_FIT, REFILLED, SEED, 0, &fit));
    cr_assert(refill_run(REFILL_KEPT, REFILLED, SEED, 0, &kept));
    cr_assert_eq(fit.idle, 0);
    cr_assert(fit.moved > 0 && fit.allocations > 1 && fit.peak > kept.peak);
    cr_assert_eq(kept.moved, 0);
    cr_assert_eq(kept.allocations, 0);
    struct timed timed[2] = {{.way = REFILL_FIT}, {.way = REFILL_KEPT}};
    struct bench_case cases[2];
    struct bench_result results[2];
    for (unsigned i = 0; i < 2; i++) {
        timed[i].heap = heap_new(NULL);
        cr_assert(hashbrown_u64_init(&timed[i].map, timed[i].heap, REFILLED, SEED));
        cases[i] = (struct bench_case){.name = "refill", .run = run, .context = &timed[i]};
    }
    cr_assert(bench_run(cases, results, 2, 20));
    cr_assert(bench_ratio(&results[0], &results[1]) >= 1.3, "%g times",
              bench_ratio(&results[0], &results[1]));
    heap_delete(timed[0].heap);
    heap_delete(timed[1].heap);
}

Test(shrinking, refill_pays_again__beyond__floor_of_the_refill)
{
    struct refill r;
    cr_assert(refill_run(REFILL_FLOOR, REFILLED, SEED, 0, &r));
    cr_assert_eq(r.moved, 0);
    cr_assert_eq(r.allocations, 0);
}

/* --- shrink-copies-every-entry --- */

Test(shrinking, shrink_copies_every_entry)
{
    static const uint64_t lives[] = {0, 1, 100, 1000, KEYS / 16, KEYS / 4, FULL_ROOM / 2};
    for (size_t i = 0; i < sizeof lives / sizeof lives[0]; i++)
        cr_assert_eq(shrink(lives[i], 0).moved, lives[i]);
    struct shrunk some = shrink(KEYS / 64, 0), more = shrink(KEYS / 4, 0);
    cr_assert_eq(more.moved, 16 * some.moved, "the work of the pause, whatever its time");
    cr_assert_eq(some.found, some.live, "and each entry is where a look-up finds it");
}

Test(shrinking, shrink_copies_every_entry__beyond__already_fits)
{
    struct shrunk s = shrink(KEYS, 0);
    cr_assert_eq(s.live, KEYS);
    cr_assert_eq(s.moved, 0);
}

/* --- The policies --- */

static struct cycles cycles(enum policy policy, enum trace trace)
{
    enum { BASE = 1 << 12 };
    struct cycles c;
    cr_assert(cycles_run(policy, trace, BASE, SEED, 0, &c));
    uint64_t entries = 0;
    for (unsigned i = 0; i < CYCLES; i++)
        entries += c.entries[i];
    cr_assert_eq(c.operations, entries, "every entry of every cycle was in the map");
    return c;
}

Test(shrinking, a_right_estimate_is_as_cheap_as_keeping_and_lets_go)
{
    struct cycles keep = cycles(POLICY_KEEP, TRACE_STEADY);
    struct cycles steady = cycles(POLICY_ESTIMATE, TRACE_STEADY);
    cr_assert_eq(steady.moved, keep.moved, "nothing is shrunk that is no more than twice too large");
    cr_assert_eq(steady.allocations, keep.allocations);
    struct cycles kept = cycles(POLICY_KEEP, TRACE_SPIKY);
    struct cycles spiky = cycles(POLICY_ESTIMATE, TRACE_SPIKY);
    cr_assert_eq(kept.full[CYCLES - 1], kept.full[3], "one spike is for ever");
    cr_assert_eq(spiky.full[4], spiky.full[2], "the cycle after the spike is back");
    cr_assert_eq(cycles(POLICY_LAST, TRACE_SPIKY).full[4], kept.full[3], "a cycle late");
    cr_assert_eq(cycles(POLICY_LAST, TRACE_SPIKY).full[5], kept.full[2]);
}

/* A shrink to fit of an empty map is the drop: what a cycle starts with is a new map. */
Test(shrinking, to_fit_pays_the_growth_in_each_cycle)
{
    struct cycles keep = cycles(POLICY_KEEP, TRACE_STEADY);
    struct cycles fit = cycles(POLICY_FIT, TRACE_STEADY);
    cr_assert_eq(fit.moved, CYCLES * keep.moved);
    cr_assert_eq(fit.idle[CYCLES - 1], 0);
    cr_assert_eq(cycles(POLICY_DROP, TRACE_STEADY).moved, 0, "the hint is right");
}

/* Why the 2 of the policy: a map that has room for more than twice the estimate can always be
 * exchanged for a smaller one, and one with room for less never. */
Test(shrinking, two_is_where_a_smaller_table_begins)
{
    for (uint64_t slots = 8; slots <= 1 << 14; slots *= 2) {
        uint64_t room = hashbrown_growth_limit(slots - 1);
        for (uint64_t estimate = 1; estimate <= room; estimate++) {
            bool smaller = hashbrown_slots_for(&hashbrown_u64_type, estimate) < slots;
            cr_assert(room <= 2 * estimate || smaller);
            cr_assert(room >= 2 * estimate || !smaller);
        }
    }
}

/* --- Side by side --- */

Test(shrinking, only_rust_lets_go)
{
    for (unsigned i = 0; i < design_count; i++) {
        struct let_go l;
        cr_assert(let_go_run(designs[i], KEYS, SEED, 0, &l));
        cr_assert_eq(l.dropped, 0);
        cr_assert(l.drained > l.filled / 2);
        cr_assert_eq(l.can_shrink, strcmp(designs[i]->name, "rust") == 0);
        if (l.can_shrink) {
            cr_assert(l.shrunk < l.filled / 10);
            cr_assert_eq(l.shrunk_again, 0);
        } else {
            cr_assert(l.cleared > l.filled / 2, "%s", designs[i]->name);
        }
    }
}

Test(shrinking, rusts_map_is_not_robin_hood)
{
    struct kind hood, map;
    cr_assert(kind_run(1 << 12, SEED, 0, &hood, &map));
    cr_assert_eq(hood.slots, map.slots);
    cr_assert_eq(hood.entries, map.entries);
    cr_assert(hood.displaced > 0 && hood.shifted > 0, "it does what its name says");
    cr_assert_eq(hood.out_of_order, 0);
    cr_assert_eq(map.displaced, 0);
    cr_assert_eq(map.shifted, 0);
    cr_assert(map.out_of_order > map.entries / 10);
    cr_assert(map.tombstones > 0);
    cr_assert_eq(map.tagged, map.entries);
}

/* --- Limits and pictures --- */

Test(shrinking, too_small_a_limit_is_told)
{
    enum { LIMIT = 256 << 10 };
    struct steps steps;
    struct reading lonely[LONELIES];
    struct shrunk s;
    struct cleared c;
    struct refill r;
    struct cycles y;
    struct kind hood, map;
    struct let_go l;
    cr_assert_not(steps_run(KEYS, SEED, LIMIT, &steps));
    cr_assert_not(lonely_run(KEYS, SEED, LIMIT, lonely));
    cr_assert_not(shrink_run(KEYS, 1, 0, SEED, LIMIT, &s));
    cr_assert_not(clear_run(KEYS, false, SEED, LIMIT, &c));
    cr_assert_not(refill_run(REFILL_FIT, KEYS, SEED, LIMIT, &r));
    cr_assert_not(cycles_run(POLICY_FIT, TRACE_SPIKY, KEYS, SEED, LIMIT, &y));
    cr_assert_not(kind_run(KEYS, SEED, LIMIT, &hood, &map));
    cr_assert_not(let_go_run(designs[0], KEYS, SEED, LIMIT, &l));
}

/* A shrink that is refused memory leaves the map as it was. */
Test(shrinking, a_refused_shrink_changes_nothing)
{
    struct heap *h = heap_new(NULL);
    struct hashbrown m;
    cr_assert(hashbrown_u64_init(&m, h, 1000, SEED));
    for (uint64_t key = 0; key < 100; key++)
        *hashbrown_u64_put(&m, key) = 3 * key;
    uint64_t bytes = heap_read(h).asked;
    heap_fail_after(h, 0, HEAP_FAIL_ONCE);
    cr_assert_not(hashbrown_u64_shrink_to_fit(&m));
    cr_assert_eq(heap_read(h).asked, bytes);
    for (uint64_t key = 0; key < 100; key++)
        cr_assert_eq(*hashbrown_u64_get(&m, key), 3 * key);
    cr_assert_null(hashbrown_check(&hashbrown_u64_type, &m));
    heap_delete(h);
}

Test(shrinking, the_picture_shows_the_bytes)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert(picture_shrink(SEED, out));
    fclose(out);
    cr_assert_not_null(strstr(text, "560 B"));
    cr_assert_not_null(strstr(text, "152 B"));
    free(text);
}
