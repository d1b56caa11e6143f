/*
 * test_bucket_tombstones.c - what a delete leaves in a bucket of Go 1.23's map.
 *
 * A cell that is emptied becomes emptyOne, or emptyRest if nothing lies behind it in the chain;
 * then the emptyOnes before it do, too. Names are those of Go's own tests (runtime/map_test.go).
 */
#include <criterion/criterion.h>

#include "bucket/bucket_any.h"
#include "bucket/bucket_str.h"
#include "bucket/bucket_u64.h"
#include "hash/hash_bad.h"
#include "tests/bucket_one.h"

TestSuite(bucket_tombstones, .timeout = 20);

/* Every empty cell of a chain: emptyRest if all behind it is empty, else emptyOne. Returns whether
 * something lies in the chain from b on. */
static bool check_marks(unsigned char *b)
{
    bool behind = bucket_next(one.type, b) != NULL && check_marks(bucket_next(one.type, b));
    for (unsigned i = BUCKET_CELLS; i-- > 0;) {
        if (b[i] < BUCKET_MIN_TOP)
            cr_assert_eq(b[i], behind ? BUCKET_EMPTY_ONE : BUCKET_EMPTY_REST);
        behind = behind || b[i] >= BUCKET_MIN_TOP;
    }
    return behind;
}

/* Of all chains of the array, and of those of the old one that are not evacuated. */
static void check_all_marks(void)
{
    struct bucket_kept both[2] = {bucket_array(&one.map), bucket_old_array(&one.map)};
    for (unsigned i = 0; i < 2; i++) {
        uint64_t count = both[i].buckets == NULL ? 0 : bucket_count(both[i].log_buckets);
        for (uint64_t n = 0; n < count; n++) {
            unsigned char *b = bucket_at(one.type, both[i].buckets, n);
            if (!bucket_is_evacuated(b))
                check_marks(b);
        }
    }
    one_checked();
}

Test(bucket_tombstones, TestMapTombstones)
{
    one_start(&bucket_u64_type, 0, 1);
    one_put_run(0, 10000);
    check_all_marks();
    for (uint64_t key = 0; key < 10000; key += 2)
        cr_assert(one_del(key));
    check_all_marks();
    one_put_run(10000, 11000);
    check_all_marks();
    for (uint64_t key = 1; key < 10000; key += 2)
        cr_assert(one_del(key));
    check_all_marks();
    for (uint64_t key = 10000; key < 11000; key++)
        cr_assert(one_del(key));
    check_all_marks();
    cr_assert_eq(bucket_len(&one.map), 0);
    one_stop();
}

/* One chain of four buckets: every order of deletes leaves the right marks after each. */
Test(bucket_tombstones, TestMapTombstones_in_one_chain)
{
    struct map_type type = one_hashed_by(hash_zero);
    static const unsigned steps[] = {1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31};
    for (unsigned i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        one_start(&type, 40, 1);
        one_put_run(0, 32);
        cr_assert_eq(one.map.header->overflows, 3);
        for (uint64_t n = 0; n < 32; n++) {
            cr_assert(one_del((n + 1) * steps[i] % 32));
            check_all_marks();
        }
        one_stop();
    }
}

/* An emptied cell is filled at once: no put after a delete takes a new cell. */
Test(bucket_tombstones, an_emptied_cell_is_the_next_to_be_filled)
{
    struct map_type type = one_hashed_by(hash_zero);
    for (uint64_t key = 0; key < 32; key++) {
        one_start(&type, 40, 1);
        one_put_run(0, 32);
        const uint64_t *place = one_get(key);
        cr_assert(one_del(key));
        one_put(1000, 1);
        cr_assert_eq(one_get(1000), place);
        cr_assert_eq(one.map.header->overflows, 3);
        one_stop();
    }
}

/* Of two emptied cells in different buckets the first is filled, whichever was emptied last. */
Test(bucket_tombstones, the_first_of_two_emptied_cells_is_filled)
{
    struct map_type type = one_hashed_by(hash_zero);
    for (unsigned order = 0; order < 2; order++) {
        one_start(&type, 40, 1);
        one_put_run(0, 32);
        const uint64_t *first = one_get(3);
        cr_assert(one_del(order == 0 ? 3 : 20));
        cr_assert(one_del(order == 0 ? 20 : 3));
        one_put(31, 7);                 /* it lies behind both: no second entry of it */
        cr_assert_eq(bucket_len(&one.map), 30);
        one_put(1000, 1);
        cr_assert_eq(one_get(1000), first);
        one_stop();
    }
}

/* m[k]++ starts from 0, whatever the cell held: the reason why elems are zeroed. */
Test(bucket_tombstones, TestIncrementAfterDeleteValueInt)
{
    one_start(&bucket_u64_type, 0, 1);
    for (unsigned round = 0; round < 3; round++) {
        for (uint64_t key = 0; key < 100; key++) {
            uint64_t *elem = bucket_any_put(one.type, &one.map, &key);
            cr_assert_eq(++*elem, 1);
            *elem = 256;
        }
        for (uint64_t key = 0; key < 100; key++)
            cr_assert(one_del(key));
    }
    one_stop();
}

Test(bucket_tombstones, TestIncrementAfterBulkClearKeyStringValueInt)
{
    struct str key = {"key", 3};
    for (uint64_t hint = 0; hint <= 60; hint += 60) {
        one_start(&bucket_str_type, hint, 1);
        *(uint64_t *)bucket_any_put(one.type, &one.map, &key) = 256;
        bucket_any_clear(one.type, &one.map);
        uint64_t *elem = bucket_any_put(one.type, &one.map, &key);
        cr_assert_eq(++*elem, 1);
        one_stop();
    }
}

/* A key that holds pointers must not keep its text alive; a number is left where it is. */
Test(bucket_tombstones, TestMapDeleteClear)
{
    one_start(&bucket_str_type, 0, 1);
    cr_assert_not_null(bucket_any_put(one.type, &one.map, &(struct str){"text", 4}));
    unsigned char *b = one.map.header->buckets;
    struct str key;
    memcpy(&key, bucket_key_cell(one.type, b, 0), sizeof key);
    cr_assert_eq(key.length, 4);
    cr_assert(bucket_any_del(one.type, &one.map, &(struct str){"text", 4}));
    memcpy(&key, bucket_key_cell(one.type, b, 0), sizeof key);
    cr_assert(key.bytes == NULL && key.length == 0);
    one_stop();
    one_start(&bucket_u64_type, 0, 1);
    one_put(77, 256);
    const uint64_t *elem = one_get(77);
    uint64_t number;
    cr_assert(one_del(77));
    cr_assert_eq(*elem, 0);
    memcpy(&number, bucket_key_cell(one.type, one.map.header->buckets, 0), sizeof number);
    cr_assert_eq(number, 77);
    one_stop();
}

/* Who watched a map must not know which keys will collide in it once it was emptied. */
Test(bucket_tombstones, seed_is_drawn_anew)
{
    for (uint64_t count = 1; count <= 20; count += 19) {
        one_start(&bucket_u64_type, 0, 1);
        uint32_t seed = one.map.header->seed;
        bucket_any_clear(one.type, &one.map);
        cr_assert_eq(one.map.header->seed, seed);
        one_put_run(0, count);
        for (uint64_t key = 0; key < count; key++) {
            cr_assert_eq(one.map.header->seed, seed);
            cr_assert(one_del(key));
        }
        cr_assert_neq(one.map.header->seed, seed);
        seed = one.map.header->seed;
        one_put(1, 1);
        bucket_any_clear(one.type, &one.map);
        cr_assert_neq(one.map.header->seed, seed);
        one_stop();
    }
}
