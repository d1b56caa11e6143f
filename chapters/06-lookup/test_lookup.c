/*
 * test_lookup.c - the claims of chapter 06, each with its counterexamples.
 */
#include <criterion/criterion.h>

#include "lookup.h"

#include "hash/hash.h"
#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

TestSuite(lookup, .timeout = 120);

static const struct options defaults = {.keys = 1 << 20, .seed = PROGRAM_DEFAULT_SEED,
                                        .rounds = PROGRAM_DEFAULT_ROUNDS};

/* --- lookup-allocates-nothing --- */

Test(lookup, lookup_allocates_nothing)
{
    const uint64_t sizes[] = {8, 1 << 10, 1 << 20};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct lookup_allocs a;
        cr_assert(lookup_allocs(&defaults, sizes[i], &a));
        cr_assert_eq(a.found, LOOKUP_THOUSAND);
        cr_assert_eq(a.missed, LOOKUP_THOUSAND);
        cr_assert_eq(a.mallocs, 0, "%lu objects for look-ups", a.mallocs);
        cr_assert_eq(a.bytes, 0);
    }
}

Test(lookup, lookup_allocates_nothing__beyond__a_write_that_finds_its_key)
{
    struct lookup_write w;
    cr_assert(lookup_write(&defaults, &w));
    cr_assert_eq(w.entries, 8, "nothing was inserted");
    cr_assert_eq(w.get_mallocs, 0);
    cr_assert_eq(w.put_mallocs, 3, "a directory, a table, its groups");
    cr_assert_gt(w.put_bytes, 0);
}

/* --- swiss-beats-buckets --- */

static struct lookup_times race(uint64_t entries)
{
    struct lookup_times times;
    cr_assert(lookup_bench(&defaults, LOOKUP_GO123, LOOKUP_RUST, &entries, 1, &times));
    cr_assert_eq(times.entries, entries);
    return times;
}

/* Refuted: at this size memory takes the time, and the layouts wait alike for it. */
Test(lookup, swiss_beats_buckets)
{
    struct lookup_times t = race(defaults.keys);
    cr_assert_not(lookup_beats(&t, LOOKUP_GO123), "%.2f times as long on hits, %.2f on misses",
                  lookup_ratio(&t, LOOKUP_GO123, LOOKUP_HIT),
                  lookup_ratio(&t, LOOKUP_GO123, LOOKUP_MISS));
}

/* --- swiss-beats-buckets-in-cache --- */

Test(lookup, swiss_beats_buckets_in_cache)
{
    struct lookup_times t = race(LOOKUP_IN_CACHE);
    cr_assert(lookup_beats_hits(&t, LOOKUP_GO123), "only %.2f times as long",
              lookup_ratio(&t, LOOKUP_GO123, LOOKUP_HIT));
}

Test(lookup, swiss_beats_buckets_in_cache__beyond__buckets_by_word)
{
    struct lookup_times t = race(LOOKUP_IN_CACHE);
    cr_assert_not(lookup_beats_hits(&t, LOOKUP_GO123_WORD), "%.2f times as long",
                  lookup_ratio(&t, LOOKUP_GO123_WORD, LOOKUP_HIT));
}

/* --- thousand-keys-hide-memory --- */

Test(lookup, thousand_keys_hide_memory)
{
    struct lookup_thousand t;
    cr_assert(lookup_thousand(&defaults, defaults.keys, &t));
    cr_assert(lookup_same_hides(&t), "only %.2f times as long", lookup_fresh_over_same(&t));
}

Test(lookup, thousand_keys_hide_memory__beyond__a_map_that_fits)
{
    struct lookup_thousand t;
    cr_assert(lookup_thousand(&defaults, 1 << 10, &t));
    cr_assert_not(lookup_same_hides(&t), "%.2f times as long", lookup_fresh_over_same(&t));
}

/* --- What the prose says beside the claims --- */

/* The walk in slow motion does what the map does: it finds, and compares as many keys. */
static uint64_t equal_calls;

static bool counting_equal(const void *a, const void *b)
{
    equal_calls++;
    return equal_u64(a, b);
}

Test(lookup, the_walk_is_the_maps_own)
{
    struct map_type counting = swiss_u64_type;
    struct heap *h = heap_new(NULL);
    struct swiss m;
    uint64_t compares = 0;
    counting.equal = counting_equal;
    cr_assert(swiss_u64_init(&m, h, 0, 1));
    for (uint64_t key = 0; key < 1500; key++)
        cr_assert_not_null(swiss_u64_put(&m, key));
    equal_calls = 0;
    for (uint64_t key = 0; key < 3000; key++) {
        struct lookup_walk w;
        lookup_walk_key(&m, key, &w);
        unsigned char *elem = swiss_any_get(&counting, &m, &key);
        cr_assert_eq(w.found, key < 1500);
        cr_assert_eq(elem != NULL, w.found);
        if (w.found) {
            const struct swiss_table *t = m.header->directory[w.entry];
            unsigned char *group = swiss_group(&swiss_u64_type, t, w.group);
            cr_assert_eq(elem, swiss_slot(&swiss_u64_type, group, w.slot) + 8);
        }
        compares += w.compares;
    }
#if defined(__SSE2__) && !defined(CTRL_PORTABLE)
    cr_assert_eq(compares, equal_calls);
#else
    cr_assert_leq(compares, equal_calls, "SWAR names some slots too many");
#endif
    swiss_u64_free(&m);
    heap_delete(h);
}

/* Four stations: at least a line of each on every look-up, and at most four in groups on a
 * hit without detours. */
Test(lookup, a_lookup_touches_few_lines)
{
    const uint64_t sizes[] = {1 << 10, 1 << 16};
    struct lookup_map maps[2];
    cr_assert(lookup_touched(&defaults, sizes, 2, maps));
    for (unsigned i = 0; i < 2; i++) {
        cr_assert_eq(maps[i].entries, sizes[i]);
        cr_assert_geq(maps[i].hit.lines, LOOKUP_PARTS);
        cr_assert_lt(maps[i].hit.lines, 6);
        cr_assert_lt(maps[i].miss.lines, maps[i].hit.lines);
        cr_assert_lt(maps[i].miss.group_lines, maps[i].hit.group_lines);
        cr_assert_geq(maps[i].hit.compares, 1);
        cr_assert_lt(maps[i].miss.compares, 0.25);
    }
}

/* Keys that are chained wait for each other, and only they. */
Test(lookup, waiting_costs_more_than_fetching)
{
    struct lookup_times t;
    cr_assert(lookup_bench(&defaults, LOOKUP_GO124, LOOKUP_GO124, &defaults.keys, 1, &t));
    const struct bench_result *ways = t.ways[LOOKUP_GO124];
    cr_assert_gt(bench_ratio(&ways[LOOKUP_CHAINED], &ways[LOOKUP_HIT]), 1.3);
    cr_assert_eq(ways[LOOKUP_HIT].allocs_per_round, 0);
    cr_assert_eq(t.bytes[LOOKUP_GO124], 37832752);
}

/* A limit that is too small is told, and nothing stays behind. */
Test(lookup, refused_memory_is_reported)
{
    struct options limited = defaults;
    struct lookup_map map;
    struct lookup_times times;
    struct lookup_thousand thousand;
    struct lookup_allocs allocs;
    struct lookup_chase chase;
    limited.limit_bytes = 1 << 20;
    cr_assert_not(lookup_touched(&limited, &defaults.keys, 1, &map));
    cr_assert_not(lookup_bench(&limited, LOOKUP_GO123, LOOKUP_RUST, &defaults.keys, 1, &times));
    cr_assert_not(lookup_thousand(&limited, defaults.keys, &thousand));
    cr_assert_not(lookup_allocs(&limited, defaults.keys, &allocs));
    cr_assert_not(lookup_chase(&limited, 64 << 20, &chase));
}
