/*
 * test_presize.c - the claims of chapter 05, each with its counterexamples.
 */
#include <criterion/criterion.h>

#include <math.h>

#include "presize.h"

TestSuite(presize, .timeout = 120);

static const struct options defaults = {.keys = 1 << 20, .seed = PROGRAM_DEFAULT_SEED,
                                        .rounds = 5};

/* The heap's count and the sum of the causes are one: no allocation went unexplained. */
static void assert_explained(const struct presize_fill *fill)
{
    cr_assert_eq(fill->sum.objects, fill->mallocs, "%lu objects explained, %lu allocated",
                 fill->sum.objects, fill->mallocs);
    cr_assert_eq(fill->sum.bytes, fill->total_alloc, "%lu bytes explained, %lu allocated",
                 fill->sum.bytes, fill->total_alloc);
}

/* --- presize-cuts-allocations --- */

Test(presize, presize_cuts_allocations)
{
    static const uint64_t sizes[] = {100000, 1000000, 1 << 20};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct presize_fill grown, hinted;
        cr_assert(presize_fill(&defaults, sizes[i], 0, &grown));
        cr_assert(presize_fill(&defaults, sizes[i], sizes[i], &hinted));
        assert_explained(&grown);
        assert_explained(&hinted);
        cr_assert_lt(hinted.mallocs, grown.mallocs);
        cr_assert_lt(hinted.total_alloc, grown.total_alloc);
        cr_assert_eq(hinted.mallocs, hinted.mallocs_before, "a full hint allocates nothing more");
        cr_assert_eq(hinted.moved, 0);
    }
}

/* As Go 1.24.6 reports for the same fill. */
Test(presize, a_fill_of_a_million_allocates_as_in_go)
{
    struct presize_fill grown;
    cr_assert(presize_fill(&defaults, 1 << 20, 0, &grown));
    cr_assert_eq(grown.mallocs, 8216);
    cr_assert_eq(grown.total_alloc, 75666360);
    cr_assert_eq(grown.kept, 37832752);
}

/* Every hint of the page is explained to the byte, whatever it makes. */
static void assert_hint_grows(uint64_t hint, uint64_t tables, uint64_t capacity)
{
    struct presize_hint h;
    cr_assert(presize_hint(&defaults, hint, &h));
    assert_explained(&h.fill);
    cr_assert_eq(h.tables, tables);
    cr_assert_eq(h.capacity, capacity);
    cr_assert_gt(h.growths, 0);
    cr_assert_gt(h.fill.mallocs, h.fill.mallocs_before, "the hint of %lu kept its promise", hint);
}

Test(presize, presize_cuts_allocations__beyond__hint_897)
{
    assert_hint_grows(897, 2, 512);
}

Test(presize, presize_cuts_allocations__beyond__hint_1792)
{
    assert_hint_grows(1792, 2, 1024);
}

Test(presize, presize_cuts_allocations__beyond__hint_1793)
{
    assert_hint_grows(1793, 4, 512);
}

Test(presize, presize_cuts_allocations__beyond__hint_3585)
{
    assert_hint_grows(3585, 8, 512);
}

Test(presize, presize_cuts_allocations__beyond__absurd_hint)
{
    struct presize_fill grown, hinted;
    cr_assert(presize_fill(&defaults, 1000, 0, &grown));
    cr_assert(presize_fill(&defaults, 1000, (uint64_t)1 << 62, &hinted));
    cr_assert_eq(hinted.mallocs, grown.mallocs);
    cr_assert_eq(hinted.bytes_before, 48, "the header alone");
}

/* --- presize-is-faster --- */

Test(presize, presize_is_faster)
{
    struct options many = defaults;
    struct presize_times times;
    many.rounds = 40;
    cr_assert(presize_bench(&many, 10000, 10000, &times));
    cr_assert_gt(times.ways[PRESIZE_GROWN].allocs_per_round, 1 + 1 + 2 * 16, "it grew");
    cr_assert_eq(times.ways[PRESIZE_HINTED].allocs_per_round, 1 + 1 + 2 * 16, "it did not");
    cr_assert(times.grown_over_hinted >= PRESIZE_WINS_BY, "only %.2f times as long",
              times.grown_over_hinted);
}

Test(presize, presize_is_faster__beyond__oversized_hint)
{
    struct presize_times times;
    cr_assert(presize_bench(&defaults, 1000, 1 << 20, &times));
    cr_assert(times.grown_over_hinted <= 1 / PRESIZE_OVERSIZED_LOSES_BY, "%.3f times as long",
              times.grown_over_hinted);
}

/* --- What the prose says beside the claims --- */

/* An oversized hint is kept: the bytes are those of the hint, and all uses pay. */
Test(presize, an_oversized_hint_is_paid_for_in_every_use)
{
    struct presize_oversized o;
    cr_assert(presize_oversized(&defaults, 1000, 1 << 20, &o));
    cr_assert_eq(o.bytes[0], 36992);
    cr_assert_eq(o.bytes[1], 37832752);
    for (unsigned use = 0; use < PRESIZE_USES; use++)
        cr_assert(o.ratio[use] >= PRESIZE_OVERSIZED_LOSES_BY, "%s: only %.1f times as long",
                  presize_use_names[use], o.ratio[use]);
}

/* No map of Go 1.24 makes 4.1 MB in nine allocations, and no hint of map[int]int 4.1 MB. */
Test(presize, the_printed_figures_are_of_no_one_size)
{
    struct presize_printed p;
    cr_assert(presize_printed(&defaults, &p));
    cr_assert_lt(p.widest.bytes, PRESIZE_PRINTED_HINT_BYTES / 2);
    cr_assert_lt(p.hint_below.bytes, PRESIZE_PRINTED_HINT_BYTES - 1000000);
    cr_assert_gt(p.hint_above.bytes, PRESIZE_PRINTED_HINT_BYTES + 500000);
    cr_assert_eq(p.hint_above.entries, p.hint_below.entries + 1);
    cr_assert_gt(p.bytes.entries, 10 * p.allocs.entries);
}

/* The formula, against what is known by other means, and against the maps. */
Test(presize, expected_tables_are_those_counted)
{
    cr_assert_eq(presize_expected_tables(896), 1);
    cr_assert(fabs(presize_expected_tables(897) - 2) < 0.001);
    cr_assert(fabs(presize_expected_tables(1000000) - 2043.1) < 0.05);
    static const uint64_t sizes[] = {10000, 100000, 500000, 1000000};
    for (unsigned i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct presize_tables t;
        cr_assert(presize_tables(&defaults, sizes[i], &t));
        cr_assert(fabs(t.mean - t.expected) < 0.005 * t.expected, "%lu entries: %.1f expected, "
                  "%.1f counted", sizes[i], t.expected, t.mean);
    }
}

/* --- The three maps, side by side --- */

/* The allocations and bytes that the real runtimes report: facts B.7, A.14 and C.2. */
static struct presize_version version(enum design_version_number number)
{
    static const uint64_t kept[DESIGN_VERSIONS] = {40157280, 37832752, 35651600};
    struct presize_version v;
    cr_assert(presize_version(&defaults, &design_versions[number], &v));
    for (unsigned way = 0; way < PRESIZE_WAYS; way++) {
        cr_assert_eq(v.ways[way].kept, kept[number]);
        cr_assert(v.ways[way].peak >= kept[number] && v.ways[way].total >= v.ways[way].peak);
    }
    return v;
}

Test(presize, three_hints_save)
{
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        struct presize_version v = version(i);
        cr_assert(presize_version_saves(&v), "%s", design_versions[i].slug);
    }
    struct presize_version flat = version(DESIGN_HASHBROWN), swiss = version(DESIGN_SWISS);
    cr_assert_eq(flat.ways[PRESIZE_HINTED].mallocs, 1);
    cr_assert_eq(swiss.ways[PRESIZE_GROWN].mallocs, 8216);
    cr_assert_eq(swiss.ways[PRESIZE_GROWN].total, 75666360);
}

Test(presize, three_hints_save__beyond__none_while_filled)
{
    struct presize_version v = version(DESIGN_BUCKETS);
    cr_assert_eq(v.ways[PRESIZE_HINTED].mallocs_before, 3, "header, array, extra");
    cr_assert_gt(v.ways[PRESIZE_HINTED].mallocs, 3);
}

static struct presize_promise promise(enum design_version_number number)
{
    struct presize_promise p;
    cr_assert(presize_promise(&defaults, &design_versions[number], PRESIZE_MOST_HINT, &p));
    cr_assert_eq(p.most, PRESIZE_MOST_HINT);
    cr_assert_eq(p.broken == 0, p.first == 0);
    return p;
}

Test(presize, rust_hint_is_a_promise)
{
    struct presize_promise p = promise(DESIGN_HASHBROWN);
    cr_assert(presize_version_promises(&p));
}

Test(presize, rust_hint_is_a_promise__beyond__buckets)
{
    struct presize_promise p = promise(DESIGN_BUCKETS);
    cr_assert_not(presize_version_promises(&p));
    cr_assert(p.broken > p.most / 2 && p.first == 1);
}

Test(presize, rust_hint_is_a_promise__beyond__swiss)
{
    struct presize_promise p = promise(DESIGN_SWISS), small;
    cr_assert_not(presize_version_promises(&p));
    cr_assert(presize_promise(&defaults, &design_versions[DESIGN_SWISS], 896, &small));
    cr_assert_eq(small.broken, 8, "up to 896 only the hints for a small map");
    cr_assert(p.broken > small.broken);
}

Test(presize, swiss_grows_piece_by_piece)
{
    struct presize_version v = version(DESIGN_SWISS);
    cr_assert(presize_version_grows_in_place(&v));
}

Test(presize, swiss_grows_piece_by_piece__beyond__buckets)
{
    struct presize_version v = version(DESIGN_BUCKETS);
    cr_assert_not(presize_version_grows_in_place(&v));
}

Test(presize, swiss_grows_piece_by_piece__beyond__hashbrown)
{
    struct presize_version v = version(DESIGN_HASHBROWN);
    cr_assert_not(presize_version_grows_in_place(&v));
    cr_assert_eq(v.ways[PRESIZE_GROWN].peak, 35651600 + 35651600 / 2 + 8, "half as many slots");
}

Test(presize, a_limit_ends_the_versions)
{
    struct options limited = defaults;
    struct presize_version v;
    struct presize_promise p;
    static struct presize_version_times times;
    limited.limit_bytes = 64 << 10;
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        cr_assert_not(presize_version(&limited, &design_versions[i], &v));
        cr_assert_not(presize_promise(&limited, &design_versions[i], 1 << 14, &p));
        cr_assert_not(presize_version_bench(&limited, &design_versions[i], &times));
    }
}

/* A limit that is too small is told, and nothing stays behind. */
Test(presize, refused_memory_is_reported)
{
    struct options limited = defaults;
    struct presize_fill fill;
    struct presize_times times;
    struct presize_tables tables;
    limited.limit_bytes = 1 << 20;
    cr_assert_not(presize_fill(&limited, 100000, 0, &fill));
    cr_assert_not(presize_fill(&limited, 100000, 100000, &fill));
    cr_assert_not(presize_bench(&limited, 100000, 100000, &times));
    cr_assert_not(presize_tables(&limited, 100000, &tables));
}
