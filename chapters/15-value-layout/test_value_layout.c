/*
 * test_value_layout.c - the claims of chapter 15, each with its counterexamples.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "design/design_versions.h"
#include "hashbrown/hashbrown_layout.h"
#include "value_layout.h"

TestSuite(value_layout, .timeout = 60);

enum { KEYS = 1 << 15, SEED = 1 };

static struct life life_of(enum design_version_number design, enum placing placing, uint64_t bytes)
{
    struct life l;
    cr_assert(life_run(design_versions[design].design, placing, bytes, KEYS, SEED, 0, &l));
    cr_assert_eq(l.keys, KEYS);
    cr_assert_gt(l.full, KEYS * 9, "it was filled");
    cr_assert_eq(l.dropped, 0);
    return l;
}

/* --- pointer-values-come-back --- */

Test(value_layout, pointer_values_come_back)
{
    struct life l = life_of(DESIGN_SWISS, PLACED_BY_POINTER, 128);
    cr_assert_eq(l.value_bytes, KEYS * 128);
    cr_assert(values_come_back(&l), "%lu B full, %lu B of them values, %lu B stay", l.full,
              l.value_bytes, l.deleted);
    struct life none = l;
    none.values_left = 1;
    cr_assert_not(values_come_back(&none), "one value is too many");
}

Test(value_layout, pointer_values_come_back__beyond__inline)
{
    struct life l = life_of(DESIGN_SWISS, PLACED_INLINE, 128);
    cr_assert_eq(l.deleted, l.full);
    cr_assert_eq(l.deleted_objects, l.full_objects);
    cr_assert_not(values_come_back(&l));
}

/* The values come back all the same, but the slot is no smaller than with the value in it. */
Test(value_layout, pointer_values_come_back__beyond__small_values)
{
    struct life by = life_of(DESIGN_SWISS, PLACED_BY_POINTER, 8);
    struct life in = life_of(DESIGN_SWISS, PLACED_INLINE, 8);
    cr_assert_not(values_come_back(&by));
    cr_assert_eq(by.full - by.deleted, KEYS * 8);
    cr_assert_eq(by.values_left, 0);
    cr_assert_geq(by.deleted, in.full, "what stays is no less than all of the inline map");
}

/* --- threshold-at-128 --- */

static struct threshold threshold_of(enum size_design design, enum side side)
{
    struct threshold t;
    cr_assert(threshold_run(design, side, SEED, 0, &t));
    return t;
}

Test(value_layout, threshold_at_128)
{
    for (unsigned design = SIZE_GO_1_23; design <= SIZE_GO_1_24; design++)
        for (unsigned side = SIDE_VALUE; side <= SIDE_KEY; side++) {
            struct threshold t = threshold_of((enum size_design)design, (enum side)side);
            cr_assert(splits_at_128(&t), "%s, side %u: inline to %lu, outside from %lu",
                      size_design_names[design], side, t.inline_to, t.outside_from);
        }
}

Test(value_layout, threshold_at_128__beyond__rust)
{
    for (unsigned side = SIDE_VALUE; side <= SIDE_KEY; side++) {
        struct threshold t = threshold_of(SIZE_RUST, (enum side)side);
        cr_assert_not(splits_at_128(&t));
        cr_assert_eq(t.inline_to, THRESHOLD_MOST);
        cr_assert_eq(t.outside_from, 0);
    }
}

Test(value_layout, threshold_at_128__beyond__slot_of_256)
{
    struct threshold t = threshold_of(SIZE_GO_1_24, SIDE_BOTH);
    cr_assert_not(splits_at_128(&t));
    cr_assert_eq(t.inline_to, 256);
    cr_assert_eq(t.outside_from, 257);
}

/* One byte more, and the runtime's own pointer gives back what a pointer of yours does. */
Test(value_layout, values_of_129_bytes_come_back_by_themselves)
{
    for (unsigned design = DESIGN_BUCKETS; design <= DESIGN_SWISS; design++) {
        struct life at_128 = life_of((enum design_version_number)design, PLACED_INLINE, 128);
        struct life at_129 = life_of((enum design_version_number)design, PLACED_INLINE, 129);
        struct life by = life_of((enum design_version_number)design, PLACED_BY_POINTER, 129);
        cr_assert_lt(at_129.full, at_128.full, "the larger value makes the smaller map");
        cr_assert_eq(at_129.full, by.full);
        cr_assert_eq(at_129.deleted, by.deleted);
        cr_assert_eq(at_129.full - at_129.deleted, KEYS * 144);
    }
}

/* --- padding-costs --- */

static struct ordered ordered_of(enum order order, enum size_design design)
{
    struct ordered o;
    cr_assert(order_run(order, design, KEYS, SEED, 0, &o));
    cr_assert_gt(o.bytes, KEYS * 9);
    return o;
}

static bool saves(const struct ordered *before, const struct ordered *after, uint64_t bytes)
{
    return saves_per_entry(before->bytes, after->bytes, KEYS, bytes);
}

Test(value_layout, padding_costs)
{
    for (unsigned design = SIZE_GO_1_23; design <= SIZE_GO_1_24; design++) {
        struct ordered before = ordered_of(ORDER_WRITTEN, (enum size_design)design);
        struct ordered after = ordered_of(ORDER_BETTER, (enum size_design)design);
        cr_assert_eq(before.padding, 21);
        cr_assert_eq(after.padding, 5);
        cr_assert(saves(&before, &after, before.padding - after.padding), "%s: %lu B, %lu B",
                  size_design_names[design], before.bytes, after.bytes);
        cr_assert_not(saves(&after, &before, 1), "the other way round nothing is saved");
    }
}

Test(value_layout, padding_costs__beyond__whole_pages)
{
    struct ordered before = ordered_of(ORDER_PAGES, SIZE_GO_1_24);
    struct ordered after = ordered_of(ORDER_PAGES_BETTER, SIZE_GO_1_24);
    cr_assert_eq(before.padding - after.padding, 4);
    cr_assert_eq(before.slot - after.slot, 4);
    cr_assert_eq(before.bytes, after.bytes);
    cr_assert_not(saves(&before, &after, 4));
    before = ordered_of(ORDER_PAGES, SIZE_GO_1_23);
    after = ordered_of(ORDER_PAGES_BETTER, SIZE_GO_1_23);
    cr_assert(saves(&before, &after, 4), "its array is one object: pages do not hide it");
}

Test(value_layout, padding_costs__beyond__narrow_field)
{
    struct ordered before = ordered_of(ORDER_NARROW, SIZE_GO_1_24);
    struct ordered after = ordered_of(ORDER_NARROWED, SIZE_GO_1_24);
    cr_assert_eq(after.padding - before.padding, 7, "the seven bytes are padding now");
    cr_assert_eq(before.bytes, after.bytes);
    cr_assert_not(saves(&before, &after, 7));
}

Test(value_layout, padding_costs__beyond__rust)
{
    struct ordered before = ordered_of(ORDER_WRITTEN, SIZE_RUST);
    struct ordered after = ordered_of(ORDER_BETTER, SIZE_RUST);
    cr_assert_eq(before.bytes, after.bytes);
    cr_assert_not(saves(&before, &after, 16));
}

/* --- What the prose says beside the claims --- */

/* What is counted from hashes is what a life reads, in each design and on both sides of the
 * threshold. */
Test(value_layout, lives_are_as_counted)
{
    static const uint64_t sizes[] = {8, 128, 129};
    for (unsigned design = 0; design < SIZE_DESIGNS; design++)
        for (unsigned i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
            struct stay s;
            cr_assert(stay_run((enum size_design)design, sizes[i], KEYS, SEED, &s));
            for (unsigned placing = 0; placing < PLACINGS; placing++) {
                struct life l = life_of((enum design_version_number)design,
                                        (enum placing)placing, sizes[i]);
                cr_assert_eq(s.full[placing], l.full, "%s, %lu bytes, placing %u: %lu, %lu",
                             size_design_names[design], sizes[i], placing, s.full[placing], l.full);
                cr_assert_eq(s.deleted[placing], l.deleted, "%s, %lu bytes, placing %u: %lu, %lu",
                             size_design_names[design], sizes[i], placing, s.deleted[placing],
                             l.deleted);
            }
        }
}

Test(value_layout, orders_are_as_counted)
{
    for (unsigned design = 0; design < SIZE_DESIGNS; design++)
        for (unsigned order = 0; order < ORDERS; order++) {
            struct ordered built = ordered_of((enum order)order, (enum size_design)design), counted;
            cr_assert(order_count((enum order)order, (enum size_design)design, KEYS, SEED,
                                  &counted));
            cr_assert_eq(memcmp(&built, &counted, sizeof built), 0, "%s, %s: %lu B, %lu B",
                         size_design_names[design], orders[order].slug, built.bytes, counted.bytes);
        }
}

/* The source's sixteenfold is that of paper; every design keeps its keys and its empty slots. */
Test(value_layout, a_million_entries_keep_an_eighth)
{
    for (unsigned design = 0; design < SIZE_DESIGNS; design++) {
        struct stay s;
        cr_assert(stay_run((enum size_design)design, 128, 1000000, SEED, &s));
        double ratio = (double)s.deleted[PLACED_INLINE] / (double)s.deleted[PLACED_BY_POINTER];
        cr_assert_float_eq(ratio, 8, 0.5, "%s: %f", size_design_names[design], ratio);
        cr_assert_lt(s.full[PLACED_BY_POINTER], s.full[PLACED_INLINE], "full it takes less, too");
    }
}

Test(value_layout, the_picture_shows_every_byte)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert_not_null(out);
    cr_assert(picture_slots(SEED, out));
    fclose(out);
    cr_assert_not_null(strstr(text, "as written: a slot of 56 bytes, 21 of them padding"));
    cr_assert_not_null(strstr(text, "both changes: a slot of 32 bytes, 4 of them padding"));
    cr_assert_not_null(strstr(text, "key int64"));
    cr_assert_not_null(strstr(text, "amount 8"));
    cr_assert_not_null(strstr(text, "state 1"));
    free(text);
}

/* A limit that is too small is told, and nothing stays behind. */
Test(value_layout, refused_memory_is_reported)
{
    enum { TOO_LITTLE = 1 << 13 };
    struct life l;
    struct threshold t;
    struct ordered o;
    for (unsigned placing = 0; placing < PLACINGS; placing++)
        cr_assert_not(life_run(design_versions[DESIGN_SWISS].design, (enum placing)placing, 128,
                               KEYS, SEED, TOO_LITTLE, &l));
    cr_assert_not(threshold_run(SIZE_GO_1_24, SIDE_VALUE, SEED, TOO_LITTLE, &t));
    cr_assert_not(order_run(ORDER_WRITTEN, SIZE_GO_1_24, KEYS, SEED, TOO_LITTLE, &o));
}
