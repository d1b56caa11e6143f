/*
 * test_bucket_iter.c - ranges over Go 1.23's map while it grows, shrinks in entries, is cleared.
 *
 * Names are those of Go's own tests (runtime/map_test.go).
 */
#include <criterion/criterion.h>

#include "bucket/bucket_any.h"
#include "bucket/bucket_str.h"
#include "bucket/bucket_u64.h"
#include "hash/hash.h"
#include "tests/bucket_one.h"

TestSuite(bucket_iter, .timeout = 20);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* --- Growth --- */

/* Numbers below `there` are in the map; after each step `each` more are put, up to `end`. Those
 * that were there come once; none comes twice. */
static void range_while_growing(uint64_t seed, uint64_t there, uint64_t each, uint64_t end)
{
    struct one_met met = {{0}, 0, 0};
    struct bucket_iter it;
    one_start(&bucket_u64_type, 0, seed);
    one_put_run(0, there);
    one_range(&it);
    for (uint64_t next = there; one_next(&it);) {
        one_meet(&met, one_key(&it));
        cr_assert_eq(one_value(&it), one_key(&it));
        for (uint64_t n = 0; n < each && next < end; n++, next++)
            one_put(next, next);
    }
    for (uint64_t key = 0; key < there; key++)
        cr_assert_eq(met.times[key], 1, "seed %lu, %lu there: key %lu came %u times", seed, there,
                     key, met.times[key]);
    cr_assert_eq(met.twice, 0);
    one_stop();
}

/* From every stage of a growth to several doublings on. */
Test(bucket_iter, TestMapIterationWithGrow)
{
    static const uint64_t there[] = {1, 8, 9, 13, 14, 26, 27, 30, 52, 53, 60, 104, 105, 120, 150,
                                     209, 240, 832, 833, 1000};
    for (uint64_t seed = 1; seed <= 5; seed++)
        for (size_t i = 0; i < COUNT(there); i++) {
            range_while_growing(seed, there[i], 1, 3000);
            range_while_growing(seed, there[i], 500, 3000);
        }
}

/* After the first step the map grows and its odd keys go: none of them comes later. */
Test(bucket_iter, TestIterGrowAndDelete)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct one_met met = {{0}, 0, 0};
        struct bucket_iter it;
        one_start(&bucket_u64_type, 0, seed);
        one_put_run(0, 100);
        one_range(&it);
        cr_assert(one_next(&it));
        one_meet(&met, one_key(&it));
        one_put_run(100, 1000);
        for (uint64_t key = 1; key < 1000; key += 2)
            cr_assert(one_del(key));
        while (one_next(&it)) {
            cr_assert_eq(one_key(&it) % 2, 0);
            one_meet(&met, one_key(&it));
        }
        for (uint64_t key = 0; key < 100; key += 2)
            cr_assert_eq(met.times[key], 1);
        one_stop();
    }
}

/* A deleted key that is put again holds its new value when it comes. */
Test(bucket_iter, a_key_put_again_during_a_growth_has_its_new_value)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        struct bucket_iter it;
        one_start(&bucket_u64_type, 0, seed);
        one_put_run(0, 105);                    /* a growth has begun */
        one_range(&it);
        cr_assert(one_next(&it));
        uint64_t first = one_key(&it);
        for (uint64_t key = 0; key < 105; key++) {
            cr_assert(one_del(key));
            one_put(key, key + 1000);
        }
        while (one_next(&it))
            cr_assert_eq(one_value(&it), one_key(&it) + 1000);
        cr_assert(one_holds(first, first + 1000));
        one_stop();
    }
}

/* Collections run while a range stands on arrays that the map has let go: they stay. */
static void range_with_collections(const struct map_type *type, uint64_t there)
{
    struct one_met met = {{0}, 0, 0};
    struct bucket_iter it;
    one_start(type, 0, there);
    one_put_run(0, there);
    one_range(&it);
    for (uint64_t next = there; one_next(&it);) {
        one_meet(&met, one_key(&it));
        for (unsigned n = 0; n < 50 && next < 1500; n++, next++)
            one_put(next, next);
        heap_collect(one.heap);
        one_checked();
    }
    for (uint64_t key = 0; key < there; key++)
        cr_assert_eq(met.times[key], 1);
    cr_assert_eq(met.twice, 0);
    one_stop();
}

Test(bucket_iter, TestIterGrowWithGC)
{
    struct map_type scanned = bucket_u64_type;
    scanned.elem_pointers = true;
    static const uint64_t there[] = {8, 16, 60, 105, 200};
    for (size_t i = 0; i < COUNT(there); i++) {
        range_with_collections(&bucket_u64_type, there[i]);
        range_with_collections(&scanned, there[i]);
    }
}

/* Two ranges stand on the same old array; it goes with the second. */
Test(bucket_iter, an_array_is_kept_for_its_last_range)
{
    struct bucket_iter first, second;
    one_start(&bucket_u64_type, 0, 1);
    one_put_run(0, 8);
    one_range(&first);
    one_range(&second);
    cr_assert(one_next(&first) && one_next(&second));
    one_put_until_grown(one_put_until_growing(8));
    heap_collect(one.heap);
    uint64_t both = heap_read(one.heap).heap_alloc;
    bucket_any_iter_end(one.type, &first);
    heap_collect(one.heap);
    cr_assert_eq(heap_read(one.heap).heap_alloc, both);
    bucket_any_iter_end(one.type, &second);
    heap_collect(one.heap);
    cr_assert_eq(heap_read(one.heap).heap_alloc, both - 144 - 24);  /* the list, too */
    one_stop();
}

/* --- Order --- */

static uint64_t first_key(void)
{
    struct bucket_iter it;
    one_range(&it);
    cr_assert(one_next(&it));
    uint64_t key = one_key(&it);
    bucket_any_iter_end(one.type, &it);
    return key;
}

/* Among 200 ranges over n entries in one bucket or several, how many begin differently? */
static unsigned beginnings(void)
{
    struct one_met met = {{0}, 0, 0};
    for (unsigned tries = 0; tries < 200; tries++)
        one_meet(&met, first_key());
    return met.keys;
}

/* One full bucket: only the drawn cell differs, and each of eight comes first. A large map: buckets
 * differ too, so that far more than eight do. */
Test(bucket_iter, TestMapIterOrder)
{
    static const uint64_t sizes[] = {3, 7, 8, 9, 15, 1000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        one_start(&bucket_u64_type, 0, 1);
        one_put_run(0, sizes[i]);
        unsigned most = sizes[i] < 8 ? (unsigned)sizes[i] : 8;
        cr_assert(beginnings() >= (sizes[i] == 1000 ? 50 : most), "%lu entries", sizes[i]);
        one_stop();
    }
}

/* A thousand in, all but 20 out: the order still varies, the 20 come once each. */
Test(bucket_iter, TestMapSparseIterOrder)
{
    one_start(&bucket_u64_type, 0, 1);
    one_put_run(0, 1000);
    for (uint64_t key = 20; key < 1000; key++)
        cr_assert(one_del(key));
    cr_assert(beginnings() > 10);
    for (unsigned round = 0; round < 50; round++) {
        struct one_met met = {{0}, 0, 0};
        struct bucket_iter it;
        one_range(&it);
        while (one_next(&it))
            one_meet(&met, one_key(&it));
        cr_assert(met.keys == 20 && met.twice == 0);
    }
    one_stop();
}

/* --- Deletes and clears --- */

/* Every key is deleted and put again while it is met: afterwards every value is new. */
Test(bucket_iter, TestMapIterDeleteReplace)
{
    static const uint64_t sizes[] = {1, 8, 9, 105, 1000, 10000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        struct bucket_iter it;
        one_start(&bucket_u64_type, 0, 1);
        for (uint64_t key = 0; key < sizes[i]; key++)
            one_put(key, 0);
        one_range(&it);
        while (one_next(&it)) {
            uint64_t key = one_key(&it);
            cr_assert(one_del(key));
            one_put(key, 1);
        }
        cr_assert_eq(bucket_len(&one.map), sizes[i]);
        for (uint64_t key = 0; key < sizes[i]; key++)
            cr_assert(one_holds(key, 1), "size %lu, key %lu", sizes[i], key);
        one_stop();
    }
}

/* A clear ends what a range still had to meet, wherever it stands: in an overflow bucket, in the
 * middle of a growth, on an array let go. What is put afterwards may come. */
Test(bucket_iter, a_clear_takes_everything_from_a_range)
{
    static const uint64_t there[] = {8, 27, 100, 105, 209, 833};
    for (size_t i = 0; i < COUNT(there); i++)
        for (uint64_t steps = 1; steps < there[i]; steps += 1 + there[i] / 9) {
            struct bucket_iter it;
            one_start(&bucket_u64_type, 0, steps);
            one_put_run(0, there[i]);
            one_range(&it);
            for (uint64_t n = 0; n < steps; n++)
                cr_assert(one_next(&it));
            bucket_any_clear(one.type, &one.map);
            one_checked();
            one_put_run(10000, 10020);
            while (one_next(&it))
                cr_assert(one_key(&it) >= 10000);
            one_stop();
        }
}

/* The same for a range that began before a growth: what it walks is the old array, and a clear in
 * the middle of the growth lets that go. */
Test(bucket_iter, a_clear_in_a_growth_takes_everything_from_an_older_range)
{
    for (uint64_t steps = 1; steps < 104; steps += 11) {
        struct bucket_iter it;
        one_start(&bucket_u64_type, 0, steps);
        one_put_run(0, 104);
        one_range(&it);
        for (uint64_t n = 0; n < steps; n++)
            cr_assert(one_next(&it));
        one_put_until_growing(104);
        bucket_any_clear(one.type, &one.map);
        cr_assert_not(one_next(&it), "key %lu", (unsigned long)one_key(&it));
        one_stop();
    }
}
