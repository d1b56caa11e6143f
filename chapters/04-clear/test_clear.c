/*
 * test_clear.c - the claims of chapter 04, each with its counterexamples.
 */
#include <criterion/criterion.h>

#include "clear.h"

TestSuite(clear, .timeout = 120);

static const struct options defaults = {.keys = 1 << 20, .seed = PROGRAM_DEFAULT_SEED,
                                        .rounds = 3};

/* --- clear-retains --- */

Test(clear, clear_retains)
{
    struct clear_step steps[CLEAR_MOMENTS];
    cr_assert(clear_trace(&defaults, steps));
    cr_assert_eq(steps[CLEAR_FILLED].entries, defaults.keys);
    cr_assert_eq(steps[CLEAR_CLEARED].entries, 0);
    cr_assert_eq(steps[CLEAR_CLEARED].heap_alloc, steps[CLEAR_FILLED].heap_alloc);
    cr_assert_eq(steps[CLEAR_CLEARED].mallocs, steps[CLEAR_FILLED].mallocs);
    cr_assert_eq(steps[CLEAR_DROPPED].heap_alloc, 0, "only then");
}

Test(clear, clear_retains__beyond__elems_out_of_line)
{
    struct clear_outside outside;
    cr_assert(clear_outside(&defaults, &outside));
    cr_assert_lt(outside.cleared, outside.filled / 2);
    cr_assert_eq(outside.filled - outside.cleared, outside.entries * outside.elem_bytes,
                 "the elems came back, and nothing else");
}

/* --- clear-writes-whole-groups --- */

Test(clear, clear_writes_whole_groups)
{
    static const uint64_t lives[] = {10, 1000, 1 << 20};
    for (unsigned i = 0; i < sizeof lives / sizeof *lives; i++) {
        struct clear_written w;
        cr_assert(clear_written(&defaults, lives[i], &w));
        cr_assert_eq(w.group_bytes, 136);
        cr_assert_eq(w.groups, 1 << 18);
        cr_assert_eq(w.by_clear, w.groups * w.group_bytes, "%lu live entries: %lu bytes",
                     lives[i], w.by_clear);
        cr_assert_eq(w.by_deletes, 9 * lives[i], "an elem and a control byte for each");
    }
}

Test(clear, clear_writes_whole_groups__beyond__no_entries)
{
    struct clear_written none;
    cr_assert(clear_written(&defaults, 0, &none));
    cr_assert_eq(none.groups, 1 << 18);
    cr_assert_eq(none.by_clear, 0);
}

/* --- clear-beats-delete-loop --- */

Test(clear, clear_beats_delete_loop)
{
    struct clear_times times;
    cr_assert(clear_bench(&defaults, defaults.keys, defaults.keys, &times));
    cr_assert_eq(times.tables, 2048, "each refill found its room");
    cr_assert(times.keys_over_clear >= CLEAR_WINS_BY, "only %.1f times as long",
              times.keys_over_clear);
}

Test(clear, clear_beats_delete_loop__beyond__ten_live_keys)
{
    struct clear_times times;
    cr_assert(clear_bench(&defaults, defaults.keys, 10, &times));
    cr_assert(times.keys_over_clear <= 1 / DELETES_WIN_BY, "%.4f times as long",
              times.keys_over_clear);
}

/* --- What the prose says beside the claims --- */

/* Tombstones outlive a clear of a map that deletes have emptied. */
Test(clear, clear_of_an_empty_map_keeps_its_tombstones)
{
    struct clear_step steps[CLEAR_MOMENTS];
    cr_assert(clear_trace(&defaults, steps));
    cr_assert_eq(steps[CLEAR_CLEARED].tombstones, 0);
    cr_assert_eq(steps[CLEAR_DELETED].entries, 0);
    cr_assert_gt(steps[CLEAR_DELETED].tombstones, 0);
    cr_assert_eq(steps[CLEAR_CLEARED_AGAIN].tombstones, steps[CLEAR_DELETED].tombstones);
    cr_assert_eq(steps[CLEAR_CLEARED_AGAIN].seed, steps[CLEAR_DELETED].seed, "nothing was done");
}

Test(clear, clear_draws_a_new_seed)
{
    struct clear_step steps[CLEAR_MOMENTS];
    cr_assert(clear_trace(&defaults, steps));
    cr_assert_neq(steps[CLEAR_CLEARED].seed, steps[CLEAR_FILLED].seed);
    cr_assert_neq(steps[CLEAR_DELETED].seed, steps[CLEAR_REFILLED].seed);
}

/* A second fill is free of allocations where tables have room to spare, and only there. */
Test(clear, a_cleared_map_is_filled_again)
{
    struct clear_reuse roomy, tight;
    cr_assert(clear_reuse(&defaults, 100000, &roomy));
    cr_assert(clear_reuse(&defaults, 57000, &tight));
    cr_assert_eq(roomy.after_clear, 0);
    cr_assert_gt(roomy.after_deletes, 0, "tombstones are in the way");
    cr_assert_gt(roomy.tables_after_deletes, roomy.tables);
    cr_assert_gt(tight.after_clear, 0, "another seed fills other tables");
}

/* A limit that is too small is told, and nothing stays behind. */
Test(clear, refused_memory_is_reported)
{
    struct options limited = defaults;
    struct clear_step steps[CLEAR_MOMENTS];
    struct clear_times times;
    struct clear_written written;
    limited.limit_bytes = 1 << 20;
    cr_assert_not(clear_trace(&limited, steps));
    cr_assert_not(clear_bench(&limited, 100000, 10, &times));
    cr_assert_not(clear_written(&limited, 10, &written));
}

/* --- The three maps, side by side --- */

static struct clear_version version(enum design_version_number number)
{
    static const uint64_t filled[DESIGN_VERSIONS] = {40157280, 37832752, 35651600};
    struct clear_version v;
    cr_assert(clear_version(&defaults, &design_versions[number], &v));
    cr_assert_eq(v.filled, filled[number], "as the runtimes report");
    return v;
}

Test(clear, three_clears_retain)
{
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        struct clear_version v = version(i);
        cr_assert(clear_version_retains(&v), "%s", design_versions[i].slug);
        cr_assert(v.cleared == v.filled || i == DESIGN_BUCKETS);
        cr_assert_gt(v.cleared, v.tables - 1);
    }
}

Test(clear, three_clears_retain__beyond__to_the_byte)
{
    struct clear_version v = version(DESIGN_BUCKETS);
    cr_assert_eq(v.filled - v.cleared, 49152 + 24, "the list of overflow buckets, and its header");
}

Test(clear, clear_spares_slots)
{
    struct clear_version v = version(DESIGN_HASHBROWN);
    cr_assert(clear_version_spares_slots(&v));
    cr_assert_eq(v.tables, 35651600);
    cr_assert_eq(v.by_clear, (1 << 21) + (v.tables - 17 * (1 << 21)));
}

Test(clear, clear_spares_slots__beyond__buckets)
{
    struct clear_version v = version(DESIGN_BUCKETS);
    cr_assert_not(clear_version_spares_slots(&v));
    cr_assert_eq(v.tables, 278528 * 144);
    cr_assert(v.by_clear == v.tables && v.by_clear_of_ten == v.tables);
}

Test(clear, clear_spares_slots__beyond__swiss)
{
    struct clear_version v = version(DESIGN_SWISS);
    cr_assert_not(clear_version_spares_slots(&v));
    cr_assert_eq(v.tables, (1 << 18) * 136);
    cr_assert(v.by_clear == v.tables && v.by_clear_of_ten == v.tables);
}

static void bench_versions(struct clear_version_times times[DESIGN_VERSIONS])
{
    cr_assert(clear_versions_bench(&defaults, times));
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        cr_assert_eq(times[i].ways[CLEAR_VERSION_FULL].allocs_per_round, 0);
}

Test(clear, three_clears_beat_deletes)
{
    static struct clear_version_times times[DESIGN_VERSIONS];
    bench_versions(times);
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        cr_assert(clear_version_beats_deletes(&times[i]), "%s", design_versions[i].slug);
}

Test(clear, three_clears_beat_deletes__beyond__ten_live_keys)
{
    static struct clear_version_times times[DESIGN_VERSIONS];
    bench_versions(times);
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        cr_assert(clear_version_loses_to_ten(&times[i]), "%s", design_versions[i].slug);
}

Test(clear, a_limit_ends_the_versions)
{
    struct options limited = defaults;
    static struct clear_version_times times[DESIGN_VERSIONS];
    struct clear_version v;
    limited.limit_bytes = 1 << 20;
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        cr_assert_not(clear_version(&limited, &design_versions[i], &v));
    cr_assert_not(clear_versions_bench(&limited, times));
}
