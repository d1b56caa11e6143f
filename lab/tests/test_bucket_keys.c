/*
 * test_bucket_keys.c - odd keys in Go 1.23's map: NaN, the two zeros, none at all, long texts.
 *
 * Names are those of Go's own tests (runtime/map_test.go, test/clear.go).
 */
#include <criterion/criterion.h>
#include <math.h>

#include "bucket/bucket_any.h"
#include "bucket/bucket_str.h"
#include "bucket/bucket_u64.h"
#include "hash/hash.h"
#include "tests/bucket_one.h"

TestSuite(bucket_keys, .timeout = 20);

/* --- NaN --- */

/* Each is an entry of its own; none is found, none can be deleted. */
Test(bucket_keys, TestMapAssignmentNan)
{
    one_start(&one_f64_type, 0, 1);
    for (unsigned n = 0; n < 300; n++) {
        one_put(one_bits(NAN), n);
        cr_assert_eq(bucket_len(&one.map), n + 1);
        cr_assert_null(one_get(one_bits(NAN)));
        cr_assert_not(one_del(one_bits(NAN)));
        one_checked();
    }
    one_stop();
}

/* Their hash is drawn anew each time, so that they do not fill one chain. */
Test(bucket_keys, NaNs_are_spread_over_the_buckets)
{
    one_start(&one_f64_type, 1000, 1);
    for (unsigned n = 0; n < 1000; n++)
        one_put(one_bits(NAN), n);
    unsigned used = 0;
    for (uint64_t n = 0; n < 256; n++)
        used += bucket_at(one.type, one.map.header->buckets, n)[0] >= BUCKET_MIN_TOP;
    cr_assert(used > 200, "%u of 256 buckets", used);
    one_stop();
}

/* clear takes NaN keys out, which no delete can; the range after it meets nothing. */
Test(bucket_keys, clear_go_removes_NaN)
{
    for (unsigned count = 1; count <= 2000; count = count * 5 + 3) {
        one_start(&one_f64_type, 0, count);
        for (unsigned n = 0; n < count; n++)
            one_put(one_bits(NAN), n);
        bucket_any_clear(one.type, &one.map);
        cr_assert_eq(bucket_len(&one.map), 0);
        struct bucket_iter it;
        one_range(&it);
        cr_assert_not(one_next(&it));
        one_stop();
    }
}

/* NaNs cannot be looked up: a range produces those of an array let go from there. Each that was
 * there comes once, however often the map doubles under it. */
static void range_over_nans(uint64_t seed, unsigned there, unsigned later)
{
    struct one_met met = {{0}, 0, 0};
    struct bucket_iter it;
    one_start(&one_f64_type, 0, seed);
    for (unsigned n = 0; n < there; n++)
        one_put(one_bits(NAN), n);
    one_range(&it);
    for (unsigned put = 0; one_next(&it);) {
        cr_assert_neq(one_key(&it), one_bits(0.0));
        one_meet(&met, one_value(&it));
        for (; put < later && met.keys >= 2; put++)
            one_put(one_bits(NAN), there + put);
    }
    for (unsigned n = 0; n < there; n++)
        cr_assert_eq(met.times[n], 1, "seed %lu, NaN %u: %u times", seed, n, met.times[n]);
    cr_assert_eq(met.twice, 0);
    one_stop();
}

Test(bucket_keys, TestGrowWithNaN)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        range_over_nans(seed, 5, 2000);
        range_over_nans(seed, 100, 2000);
        range_over_nans(seed, 833, 30);         /* a growth half-way */
    }
}

/* A range that begins while NaNs are being evacuated: the side of each is told by its old tophash,
 * to the range and to the evacuation alike. */
Test(bucket_keys, a_range_begun_during_a_growth_meets_each_NaN_once)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct one_met met = {{0}, 0, 0};
        struct bucket_iter it;
        unsigned n = 0;
        one_start(&one_f64_type, 0, seed);
        for (; n < 209; n++)
            one_put(one_bits(NAN), n);
        cr_assert(bucket_growing(one.map.header));
        one_range(&it);
        for (unsigned step = 0; one_next(&it); step++) {
            one_meet(&met, one_value(&it));
            if (step % 3 == 0 && n < 400)
                one_put(one_bits(NAN), n++);    /* moves the growth on */
        }
        for (unsigned old = 0; old < 209; old++)
            cr_assert_eq(met.times[old], 1, "seed %lu, NaN %u", seed, old);
        cr_assert_eq(met.twice, 0);
        one_stop();
    }
}

/* Nothing but NaN, and a new one at each step of the range: the first 20 come, none twice. */
Test(bucket_keys, TestMapNanGrowIterator)
{
    struct one_met met = {{0}, 0, 0};
    struct bucket_iter it;
    one_start(&one_f64_type, 0, 1);
    for (unsigned n = 0; n < 20; n++)
        one_put(one_bits(NAN), n);
    one_range(&it);
    for (unsigned more = 20; one_next(&it); more++) {
        one_meet(&met, one_value(&it));
        if (more < 3000)
            one_put(one_bits(NAN), more);
    }
    for (unsigned n = 0; n < 20; n++)
        cr_assert_eq(met.times[n], 1);
    cr_assert_eq(met.twice, 0);
    one_stop();
}

/* --- +0 and -0 --- */

/* One key, and the later form is kept. */
Test(bucket_keys, TestNegativeZero)
{
    struct bucket_iter it;
    one_start(&one_f64_type, 0, 1);
    one_put(one_bits(0.0), 1);
    one_put(one_bits(-0.0), 2);
    cr_assert_eq(bucket_len(&one.map), 1);
    cr_assert(one_holds(one_bits(0.0), 2) && one_holds(one_bits(-0.0), 2));
    one_range(&it);
    cr_assert(one_next(&it));
    cr_assert_eq(one_key(&it), one_bits(-0.0));
    bucket_any_iter_end(one.type, &it);
    cr_assert(one_del(one_bits(0.0)));
    cr_assert_eq(bucket_len(&one.map), 0);
    one_stop();
}

/* While a range goes on, +0 becomes -0 and the map grows: the zero comes once, in its new form. */
Test(bucket_keys, TestGrowWithNegativeZero)
{
    for (uint64_t seed = 1; seed <= 30; seed++) {
        unsigned zeros = 0, changed = 0;
        struct bucket_iter it;
        one_start(&one_f64_type, 0, seed);
        for (unsigned n = 0; n < 4; n++)
            one_put(one_bits(n), n + 1);
        one_range(&it);
        for (unsigned step = 0; one_next(&it); step++) {
            uint64_t key = one_key(&it);
            if (key == one_bits(0.0) || key == one_bits(-0.0)) {
                zeros++;
                cr_assert_eq(key, changed ? one_bits(-0.0) : one_bits(0.0));
                cr_assert_eq(one_value(&it), changed ? 9 : 1);
            }
            for (unsigned n = 10; step == 0 && n < 200; n++)
                one_put(one_bits(n), n);
            if (step == 0)
                one_put(one_bits(-0.0), 9);
            changed = 1;
        }
        cr_assert_eq(zeros, 1, "seed %lu: %u zeros", seed, zeros);
        one_stop();
    }
}

/* --- No bytes at all --- */

static uint64_t hash_nothing(const void *key, uint64_t seed)
{
    (void)key;
    return hash_number(0, seed);
}

static bool equal_nothing(const void *a, const void *b)
{
    (void)a, (void)b;
    return true;
}

Test(bucket_keys, TestEmptyKeyAndValue)
{
    struct map_type type = map_type_of(&(struct map_shape){
        .name = "struct{} -> struct{}", .key_align = 1, .elem_align = 1, .hash = hash_nothing,
        .equal = equal_nothing});
    one_start(&type, 0, 1);
    cr_assert_eq(bucket_size(&type), 16);
    cr_assert_null(bucket_any_get(&type, &one.map, ""));
    cr_assert_not_null(bucket_any_put(&type, &one.map, ""));
    cr_assert_not_null(bucket_any_put(&type, &one.map, ""));
    cr_assert_eq(bucket_len(&one.map), 1);
    cr_assert(bucket_any_del(&type, &one.map, ""));
    cr_assert_eq(bucket_len(&one.map), 0);
    one_stop();
}

/* --- Texts --- */

/* Long texts alike at both ends in one bucket: only the middle tells them apart. */
Test(bucket_keys, TestSingleBucketMapStringKeysNoDupLen)
{
    char texts[8][100];
    one_start(&bucket_str_type, 0, 1);
    for (unsigned n = 0; n < 8; n++) {
        memset(texts[n], 'x', sizeof texts[n]);
        texts[n][50] = (char)('0' + n);
        *(uint64_t *)bucket_any_put(one.type, &one.map, &(struct str){texts[n], 100}) = n;
        cr_assert_null(bucket_any_get(one.type, &one.map, &(struct str){texts[n], 99}));
    }
    cr_assert_eq(one.map.header->log_buckets, 0);
    for (unsigned n = 0; n < 8; n++)
        cr_assert_eq(*(uint64_t *)bucket_any_get(one.type, &one.map, &(struct str){texts[n], 100}),
                     n);
    one_stop();
}

/* --- Hints --- */

Test(bucket_keys, TestIgnoreBogusMapHint)
{
    static const uint64_t hints[] = {UINT64_MAX, INT64_MAX, (uint64_t)1 << 60, (uint64_t)1 << 52};
    for (unsigned i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        one_start(&bucket_u64_type, hints[i], 1);
        cr_assert_eq(heap_read(one.heap).heap_alloc, 48);
        one_put_run(0, 20);
        one_stop();
    }
}
