/*
 * test_drop_and_rebuild.c - one test for each claim of chapter 8, and one for each edge.
 */
#include "drop_and_rebuild.h"

#include <criterion/criterion.h>
#include <math.h>

#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

TestSuite(drop_and_rebuild, .timeout = 120);

enum { KEYS = 1 << 18, TRACE_KEYS = 1 << 16, SEED = 1 };

/* --- only-drop-frees --- */

/* The ways, and that each was really taken. */
static struct ways ways(size_t elem_bytes)
{
    struct ways w;
    cr_assert(ways_run(KEYS, elem_bytes, SEED, 0, &w));
    cr_assert_eq(w.left[WAY_NOTHING], KEYS);
    cr_assert_eq(w.left[WAY_DELETE], 0);
    cr_assert_eq(w.left[WAY_CLEAR], 0);
    cr_assert_eq(w.left[WAY_OVERWRITE], KEYS);
    cr_assert_eq(w.left[WAY_DELETE_AND_CLEAR], 0);
    return w;
}

Test(drop_and_rebuild, only_drop_frees)
{
    struct ways w = ways(8);
    cr_assert(only_the_drop_frees(&w));
    for (enum way way = 0; way < WAYS; way++)
        cr_assert_eq(w.filled[way], 9458480, "each way starts from the same full map");
    for (enum way way = 0; way < WAY_DROP; way++)
        cr_assert_eq(w.after[way], w.filled[way]);
    cr_assert_eq(w.after[WAY_DROP], 0);
}

Test(drop_and_rebuild, only_drop_frees__beyond__values_out_of_line)
{
    struct ways w = ways(129);
    cr_assert_not(only_the_drop_frees(&w));
    cr_assert_eq(w.filled[WAY_DELETE], 47207216);
    cr_assert_eq(w.after[WAY_DELETE], 9458480);
    cr_assert_eq(w.after[WAY_CLEAR], w.after[WAY_DELETE]);
    cr_assert_eq(w.after[WAY_OVERWRITE], w.filled[WAY_OVERWRITE]);
    cr_assert_eq(w.after[WAY_DROP], 0);
}

/* --- rebuild-fits --- */

static struct rebuilt rebuilt(uint64_t live, enum rebuild_hint hint)
{
    struct rebuilt r;
    cr_assert(rebuild_run(KEYS, live, hint, SEED, 0, &r));
    cr_assert_eq(r.live, live);
    cr_assert_eq(r.found, live, "every entry is moved, with its value");
    cr_assert_eq(r.drained, 9458480, "the map had grown");
    return r;
}

Test(drop_and_rebuild, rebuild_fits)
{
    static const uint64_t parts[] = {2, 4, 16, 64, 256, 1024, KEYS / 8, KEYS};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        struct rebuilt r = rebuilt(KEYS / parts[i], REBUILD_FOR_LIVE);
        cr_assert(rebuilt_fits(&r));
        cr_assert_eq(r.after, r.fresh);
        cr_assert(r.after < r.drained && r.slots_after < r.slots_before);
        cr_assert_eq(r.peak, r.drained + r.fresh, "both maps, and nothing else");
    }
}

/* Without a hint the map grows to the same size, and its garbage adds to the peak. */
Test(drop_and_rebuild, rebuild_without_a_hint_fits_but_peaks_higher)
{
    struct rebuilt hinted = rebuilt(KEYS / 16, REBUILD_FOR_LIVE);
    struct rebuilt grown = rebuilt(KEYS / 16, REBUILD_WITHOUT);
    cr_assert(rebuilt_fits(&grown));
    cr_assert_eq(grown.after, hinted.after);
    cr_assert(grown.peak > hinted.peak);
}

Test(drop_and_rebuild, rebuild_fits__beyond__not_collected)
{
    struct rebuilt r = rebuilt(KEYS / 16, REBUILD_FOR_LIVE);
    cr_assert_not(fits_before_collection(&r));
    cr_assert_eq(r.dropped, r.drained + r.fresh);
}

Test(drop_and_rebuild, rebuild_fits__beyond__hint_of_the_peak)
{
    struct rebuilt r = rebuilt(KEYS / 16, REBUILD_FOR_PEAK);
    cr_assert_not(rebuilt_fits(&r));
    cr_assert_eq(r.after, r.drained, "as large as before");
}

/* A rebuild that is refused memory leaves the map and the heap as they were. */
Test(drop_and_rebuild, a_refused_rebuild_changes_nothing)
{
    enum { PUT = 3000, LEFT = 1000 };
    for (uint64_t successes = 0;; successes++) {
        struct heap *h = heap_new(NULL);
        struct swiss m;
        cr_assert(swiss_u64_init(&m, h, 0, SEED));
        for (uint64_t key = 0; key < PUT; key++)
            *swiss_u64_put(&m, key) = 3 * key;
        for (uint64_t key = LEFT; key < PUT; key++)
            swiss_u64_del(&m, key);
        heap_collect(h);
        uint64_t before = heap_read(h).heap_alloc;
        heap_fail_after(h, successes, HEAP_FAIL_ONCE);
        bool done = rebuild(&m, 0, SEED + 1);
        heap_fail_never(h);
        heap_collect(h);
        cr_assert_eq(done, !heap_failed(h));
        cr_assert(done || heap_read(h).heap_alloc == before);
        cr_assert_eq(heap_read(h).heap_alloc, swiss_bytes(&swiss_u64_type, &m));
        cr_assert_eq(swiss_len(&m), LEFT);
        for (uint64_t key = 0; key < LEFT; key++)
            cr_assert_eq(*swiss_u64_get(&m, key), 3 * key);
        cr_assert_null(swiss_check(&swiss_u64_type, &m));
        heap_delete(h);
        if (done)
            break;
    }
}

/* --- rotation-bounds-memory --- */

static struct rotation rotate(double k, bool late, double bound_k, uint64_t keys, uint64_t seed)
{
    struct policy policy = {k, ROTATION_FLOOR, late};
    struct rotation r;
    cr_assert(rotation_run(&policy, bound_k, keys, seed, 0, &r));
    uint64_t low = keys / 64, calm = keys / 4;
    uint64_t operations = keys + 3 * (keys - low) + 2 * (keys / 4 - low) + 6 * calm;
    cr_assert_eq(r.operations, operations);
    return r;
}

Test(drop_and_rebuild, rotation_bounds_memory)
{
    static const double ks[] = {2.5, 3, 4, 6, 8, 16};
    for (size_t i = 0; i < sizeof ks / sizeof ks[0]; i++) {
        for (uint64_t seed = SEED; seed < SEED + 4; seed++) {
            struct rotation r = rotate(ks[i], false, ks[i], TRACE_KEYS, seed);
            cr_assert(r.rotations > 0);
            cr_assert(r.worst <= 1, "k = %g, seed %u: %g of the bound", ks[i], (unsigned)seed,
                      r.worst);
            cr_assert(r.worst > 0.5, "the bound is no idle one");
            cr_assert((double)r.copied <= rotation_price(ks[i]) * (double)r.operations);
        }
    }
    struct rotation never = rotate(0, false, 4, TRACE_KEYS, SEED);
    cr_assert_eq(never.rotations, 0);
    cr_assert(never.worst > 1, "the same trace without the policy");
}

Test(drop_and_rebuild, rotation_bounds_memory__beyond__not_collected)
{
    struct rotation r = rotate(4, true, 4, TRACE_KEYS, SEED);
    cr_assert(r.rotations > 0);
    cr_assert(r.worst > 1);
}

Test(drop_and_rebuild, rotation_bounds_memory__beyond__k_too_small)
{
    struct rotation small = rotate(2, false, 2, TRACE_KEYS / 16, SEED);
    struct rotation wide = rotate(4, false, 4, TRACE_KEYS / 16, SEED);
    cr_assert(isinf(rotation_price(2)), "no price is promised");
    cr_assert(small.copied > 10 * small.operations);
    cr_assert(wide.copied < 2 * wide.operations);
    cr_assert_eq(small.operations, wide.operations);
}

/* The bound itself: 16/7 is what a hint can cost, at every size. */
Test(drop_and_rebuild, a_rebuild_takes_at_most_sixteen_sevenths)
{
    for (uint64_t live = 128; live <= 1 << 15; live += live / 50 + 1) {
        struct swiss_plan plan = swiss_plan(&swiss_u64_type, live);
        cr_assert(7 * plan.tables * plan.capacity <= 16 * live, "%u entries, %u tables of %u",
                  (unsigned)live, (unsigned)plan.tables, (unsigned)plan.capacity);
    }
}

/* --- The capstone --- */

/* Whatever holds the entries, and whatever the keys: twice the spike, twice as much kept. */
Test(drop_and_rebuild, what_a_proposal_keeps_grows_with_the_spike)
{
    enum { SPIKE = 1 << 16 };
    struct kept once, twice;
    for (unsigned i = 0; i < PROPOSALS; i++) {
        cr_assert(proposal_run(&proposals[i], SPIKE, SEED, 0, &once));
        cr_assert(proposal_run(&proposals[i], 2 * SPIKE, SEED, 0, &twice));
        cr_assert(twice.filled > once.filled * 19 / 10);
        cr_assert(twice.drained > once.drained * 19 / 10);
        if (proposals[i].rebuild)
            cr_assert(twice.drained < twice.filled / 50, "the one that lets go");
        else
            cr_assert(twice.drained > twice.filled / 2, "%s", proposals[i].label);
    }
}

/* --- The three maps, side by side --- */

static struct made_small made_small(enum design_version_number number, enum small_way way,
                                    uint64_t keys, uint64_t live)
{
    struct made_small r;
    cr_assert(made_small_run(&design_versions[number], way, keys, live, SEED, 0, &r));
    cr_assert_eq(r.live, (keys + keys / live - 1) / (keys / live));
    cr_assert_eq(r.found, r.live, "every entry is moved, with its elem");
    return r;
}

Test(drop_and_rebuild, three_rebuilds_fit)
{
    static const uint64_t filled[DESIGN_VERSIONS] = {40157280, 37832752, 35651600};
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        struct made_small r = made_small(i, SMALL_BY_REBUILD, 1 << 20, 1 << 16);
        cr_assert_eq(r.filled, filled[i], "as the runtime reports");
        cr_assert(draining_keeps(&r) && made_small_fits(&r), "%s", design_versions[i].slug);
        cr_assert_eq(16 * r.slots_after, r.slots_before);
        cr_assert(i == DESIGN_BUCKETS || r.peak == r.drained + r.fresh);
    }
}

Test(drop_and_rebuild, three_rebuilds_fit__beyond__while_it_grows)
{
    struct made_small r = made_small(DESIGN_BUCKETS, SMALL_BY_REBUILD, 212993, 212993 / 16);
    cr_assert_not(draining_keeps(&r));
    cr_assert(3 * r.drained < 2 * r.filled + r.filled / 50, "a third was the old array");
}

Test(drop_and_rebuild, shrink_is_a_rebuild)
{
    for (uint64_t live = 1 << 4; live < 1 << 17; live <<= 3) {
        struct made_small shrunk = made_small(DESIGN_HASHBROWN, SMALL_BY_SHRINK, KEYS, live),
                          rebuilt = made_small(DESIGN_HASHBROWN, SMALL_BY_REBUILD, KEYS, live);
        cr_assert(made_small_fits(&shrunk));
        cr_assert_eq(shrunk.peak, rebuilt.peak);
        cr_assert_eq(shrunk.after, rebuilt.after);
        cr_assert_lt(shrunk.after, shrunk.drained);
    }
}

Test(drop_and_rebuild, shrink_is_a_rebuild__beyond__no_smaller_table)
{
    struct made_small shrunk = made_small(DESIGN_HASHBROWN, SMALL_BY_SHRINK, KEYS, KEYS),
                      rebuilt = made_small(DESIGN_HASHBROWN, SMALL_BY_REBUILD, KEYS, KEYS);
    cr_assert_eq(shrunk.peak, shrunk.drained, "it takes nothing");
    cr_assert_eq(rebuilt.peak, 2 * shrunk.drained);
    cr_assert_eq(shrunk.after, rebuilt.after);
}

static struct rotation rotate_version(unsigned i, double k, uint64_t seed)
{
    struct rotation r;
    cr_assert(rotation_version(&design_versions[i], k, 4, TRACE_KEYS, seed, 0, &r));
    cr_assert_eq(r.operations, 2 * TRACE_KEYS - TRACE_KEYS / 64);
    return r;
}

Test(drop_and_rebuild, three_rotations_bounded)
{
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        for (uint64_t seed = SEED; seed < SEED + 3; seed++) {
            struct rotation r = rotate_version(i, 4, seed);
            cr_assert(rotation_version_bounded(&design_versions[i], 4, &r), "%s: %g",
                      design_versions[i].slug, r.worst);
            cr_assert(r.rotations > 2 && r.worst > 0.5, "the bound is no idle one");
        }
}

Test(drop_and_rebuild, three_rotations_bounded__beyond__never_rebuilt)
{
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        struct rotation r = rotate_version(i, 0, SEED);
        cr_assert_eq(r.rotations, 0);
        cr_assert(r.worst > 1);
    }
}

/* 32 cells for 13 entries, 16 slots for 7, are the most that a hint gives. */
Test(drop_and_rebuild, a_fresh_map_has_at_most_the_slots_said)
{
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        for (uint64_t live = 128; live <= 1 << 15; live += live / 50 + 1) {
            struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
            struct any_map m;
            cr_assert(any_map_init(&m, design_versions[i].design, &swiss_u64_type, h, live, SEED));
            cr_assert((double)m.design->slots(&m)
                      <= rotation_price_of(&design_versions[i]).fresh_slots * (double)live,
                      "%s, %u entries", design_versions[i].slug, (unsigned)live);
            heap_delete(h);
        }
}

/* --- Limits and pictures --- */

Test(drop_and_rebuild, too_small_a_limit_is_told)
{
    enum { LIMIT = 256 << 10 };
    struct ways w;
    struct rebuilt r;
    struct rotation t;
    struct kept k;
    struct policy policy = {4, ROTATION_FLOOR, false};
    cr_assert_not(ways_run(KEYS, 8, SEED, LIMIT, &w));
    cr_assert_not(rebuild_run(KEYS, 1000, REBUILD_FOR_LIVE, SEED, LIMIT, &r));
    cr_assert_not(rotation_run(&policy, 4, TRACE_KEYS, SEED, LIMIT, &t));
    cr_assert_not(proposal_run(&proposals[0], KEYS, SEED, LIMIT, &k));
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        struct made_small m;
        const struct design_version *version = &design_versions[i];
        cr_assert_not(made_small_run(version, SMALL_BY_REBUILD, KEYS, 1000, SEED, LIMIT, &m));
        cr_assert_not(rotation_version(version, 4, 4, TRACE_KEYS, SEED, LIMIT, &t));
    }
}

Test(drop_and_rebuild, the_pictures_show_the_bytes)
{
    for (unsigned rebuilt_map = 0; rebuilt_map < 2; rebuilt_map++) {
        char *text = NULL;
        size_t bytes = 0;
        FILE *out = open_memstream(&text, &bytes);
        cr_assert(picture_map(rebuilt_map != 0, SEED, out));
        fclose(out);
        cr_assert_not_null(strstr(text, rebuilt_map ? "6 entries, 192 B" : "6 entries, 1,240 B"));
        free(text);
    }
}
