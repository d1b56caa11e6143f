/*
 * test_bucket_same_size.c - a growth of Go 1.23's map to an array of the same size.
 *
 * Deletes give no overflow bucket back. Where as many of them as buckets have gathered, the next
 * new key copies what is left into a fresh array of the same size.
 */
#include <criterion/criterion.h>

#include "bucket/bucket_any.h"
#include "bucket/bucket_u64.h"
#include "bucket/bucket_wide.h"
#include "hash/hash.h"
#include "hash/hash_bad.h"
#include "tests/bucket_one.h"

TestSuite(bucket_same_size, .timeout = 20);

enum { BUCKETS = 16, IN_CHAIN = 90, IN_NEXT = 41, KEPT = 3 };

/* With the identity as hash, a key's chain is its low four bits. */
static uint64_t key_in(uint64_t chain, uint64_t n)
{
    return chain + BUCKETS * n;
}

/* Two chains after each other are made long, and all but three entries of each are deleted: 11 and
 * 5 overflow buckets, as many as buckets. The next new key begins the growth. */
static void start_thinned(const struct map_type *type)
{
    one_start(type, 104, 1);
    cr_assert_eq(bucket_count(one.map.header->log_buckets), BUCKETS);
    for (uint64_t chain = 0; chain < 2; chain++) {
        uint64_t entries = chain == 0 ? IN_CHAIN : IN_NEXT;
        for (uint64_t n = 0; n < entries; n++)
            one_put(key_in(chain, n), chain);
        for (uint64_t n = KEPT; n < entries; n++)
            cr_assert(one_del(key_in(chain, n)));
    }
    cr_assert_eq(one.map.header->overflows, BUCKETS);
    cr_assert_eq(one.map.events.same_size, 0);
}

enum { THINNED = 2 * KEPT };

static bool is_kept(uint64_t key)
{
    return key % BUCKETS < 2 && key / BUCKETS < KEPT;
}

Test(bucket_same_size, begins_with_a_new_key_and_keeps_the_size)
{
    struct map_type type = one_hashed_by(hash_identity);
    start_thinned(&type);
    const unsigned char *array = one.map.header->buckets;
    one_put(key_in(0, 0), 0);                   /* an update begins nothing */
    cr_assert_eq(one.map.events.same_size, 0);
    one_put(key_in(5, 0), 5);
    const struct bucket_header *header = one.map.header;
    cr_assert_eq(one.map.events.same_size, 1);
    cr_assert_eq(one.map.events.doublings, 0);
    cr_assert(header->old_buckets == array && header->buckets != array);
    cr_assert_eq(header->log_buckets, 4);
    cr_assert_eq(bucket_old_log(header), 4);
    cr_assert_eq(header->flags & BUCKET_SAME_SIZE, BUCKET_SAME_SIZE);
    cr_assert_eq(header->overflows, 0);
    one_stop();
}

/* As many overflow buckets as buckets are too many; one fewer is not. */
Test(bucket_same_size, begins_at_as_many_overflow_buckets_as_buckets)
{
    struct map_type type = one_hashed_by(hash_identity);
    for (uint64_t overflows = 15; overflows <= 16; overflows++) {
        one_start(&type, 104, 1);
        for (uint64_t n = 0; n <= 8 * overflows / 2; n++)
            one_put(key_in(0, n), 0);
        for (uint64_t n = 0; n <= 8 * overflows / 2; n++)
            cr_assert(one_del(key_in(0, n)));
        uint64_t more = overflows - one.map.header->overflows;
        for (uint64_t n = 0; n <= 8 * more; n++)
            one_put(key_in(1, n), 1);
        cr_assert_eq(one.map.header->overflows, overflows);
        one_put(key_in(2, 0), 2);
        cr_assert_eq(one.map.events.same_size, overflows == 16);
        one_stop();
    }
}

/* Every entry stays, in a chain of its own number, and the overflow buckets are gone at the end. */
Test(bucket_same_size, keeps_entries_and_drops_empty_overflow_buckets)
{
    struct map_type type = one_hashed_by(hash_identity);
    start_thinned(&type);
    uint64_t bytes = heap_read(one.heap).heap_alloc - heap_read(one.heap).garbage, puts = 0;
    do {
        one_put(key_in(2 + puts % 13, puts / 13), 9);
        puts++;
        for (uint64_t key = 0; key < BUCKETS * IN_CHAIN; key++)
            if (key % BUCKETS < 2)
                cr_assert_eq(one_get(key) != NULL, is_kept(key));
        one_checked();
    } while (bucket_growing(one.map.header));
    cr_assert(puts >= BUCKETS / 2 && puts <= BUCKETS, "%lu", puts);  /* one or two buckets each */
    cr_assert_eq(bucket_len(&one.map), THINNED + puts);
    cr_assert_eq(one.map.header->flags & BUCKET_SAME_SIZE, 0);
    cr_assert_eq(one.map.header->overflows, 0);
    heap_collect(one.heap);
    cr_assert_lt(heap_read(one.heap).heap_alloc, bytes);
    one_stop();
}

/* A delete moves the growth on as a put does, and a get does not. */
Test(bucket_same_size, is_moved_on_by_deletes_and_not_by_gets)
{
    struct map_type type = one_hashed_by(hash_identity);
    start_thinned(&type);
    one_put(key_in(5, 0), 5);
    uint64_t evacuated = one.map.events.evacuated;
    for (uint64_t n = 0; n < 100; n++)
        one_get(n);
    cr_assert_eq(one.map.events.evacuated, evacuated);
    cr_assert_not(one_del(key_in(9, 0)));
    cr_assert_eq(one.map.events.evacuated, evacuated + 2);
    one_stop();
}

/* --- Ranges --- */

/* A range that begins before the growth, or when it has come to its put number `begun`, with puts
 * and a delete between its steps: each kept entry comes once, a deleted one not. */
static void range_over_growth(const struct map_type *type, unsigned begun, uint64_t *moved)
{
    struct one_met met = {{0}, 0, 0};
    struct bucket_iter it;
    start_thinned(type);
    unsigned puts = 0;
    for (; puts < begun; puts++)
        one_put(key_in(2 + puts, 0), 9);
    one_range(&it);
    bool deleted = false;
    for (unsigned step = 0; one_next(&it); step++) {
        one_meet(&met, one_key(&it));
        cr_assert(one_holds(one_key(&it), one_value(&it)));
        if (step == 1 && met.times[key_in(1, 1)] == 0)
            deleted = one_del(key_in(1, 1));
        if (puts < 14)
            one_put(key_in(2 + puts++, 0), 9);
        heap_collect(one.heap);
        one_checked();
    }
    for (uint64_t key = 0; key < BUCKETS * IN_CHAIN; key++)
        if (is_kept(key))
            cr_assert_eq(met.times[key], !(deleted && key == key_in(1, 1)), "begun at %u, key %lu",
                         begun, key);
    cr_assert_eq(met.twice, 0);
    *moved += one.map.events.moved;
    one_stop();
}

Test(bucket_same_size, a_range_meets_each_entry_once)
{
    struct map_type type = one_hashed_by(hash_identity);
    uint64_t moved = 0;
    for (unsigned begun = 0; begun < 12; begun++)
        range_over_growth(&type, begun, &moved);
    cr_assert(moved > 50);
}

/* The same where buckets are scanned: an old bucket is wiped, unless a range may look into it. */
Test(bucket_same_size, a_range_meets_each_entry_once_where_buckets_hold_pointers)
{
    struct map_type type = one_hashed_by(hash_identity);
    type.elem_pointers = true;
    uint64_t moved = 0;
    for (unsigned begun = 0; begun < 12; begun++)
        range_over_growth(&type, begun, &moved);
    cr_assert(moved > 50);
}

/* NaNs stay in the bucket of their number: there is no other side. */
Test(bucket_same_size, NaNs_stay_in_their_bucket)
{
    struct bucket_iter it;
    struct one_met met = {{0}, 0, 0};
    one_start(&one_f64_type, 104, 1);
    for (unsigned n = 0; n < 60; n++)
        one_put(one_bits(__builtin_nan("")), n);
    one.map.header->overflows = 16;             /* as if so many had gathered */
    one_put(one_bits(__builtin_nan("")), 60);
    cr_assert_eq(one.map.events.same_size, 1);
    one_range(&it);
    for (unsigned step = 0; one_next(&it); step++) {
        one_meet(&met, one_value(&it));
        cr_assert_not(one_del(one_bits(1.0)));  /* moves the growth on */
    }
    cr_assert_eq(met.keys, 61);
    cr_assert_eq(met.twice, 0);
    one_stop();
}

/* --- A second one at once; a doubling behind it --- */

/* During the growth the new array gathers as many overflow buckets again. The next can only begin
 * when this one has ended. */
Test(bucket_same_size, another_growth_waits_for_the_end_of_this_one)
{
    struct map_type type = one_hashed_by(hash_identity);
    start_thinned(&type);
    one_put(key_in(5, 0), 5);
    one.map.header->overflows += 16;
    unsigned puts = 0;
    for (; one.map.events.same_size == 1; puts++) {
        cr_assert(bucket_growing(one.map.header));
        one_put(key_in(6, puts), 6);
    }
    cr_assert(puts > 3 && bucket_growing(one.map.header));
    for (unsigned n = 0; n < puts; n++)
        cr_assert(one_holds(key_in(6, n), 6));
    for (uint64_t n = 0; n < KEPT; n++)
        cr_assert(one_holds(key_in(0, n), 0) && one_holds(key_in(1, n), 1));
    one.map.header->overflows = (uint16_t)(one.map.header->overflows % 16);
    one_put_until_grown(key_in(7, 0));
    one_stop();
}

/* Once it has ended nothing is left of it: the next growth may double, and deals the entries to
 * both halves. */
Test(bucket_same_size, a_doubling_may_follow)
{
    struct map_type type = one_hashed_by(hash_identity);
    start_thinned(&type);
    one_put(key_in(5, 0), 5);
    uint64_t next = one_put_until_grown(1000);
    cr_assert(one.map.events.same_size == 1 && one.map.events.doublings == 0);
    next = one_put_until_growing(next);
    cr_assert_eq(one.map.events.doublings, 1);
    next = one_put_until_grown(next);
    for (uint64_t key = 1000; key < next; key++)
        cr_assert(one_holds(key, key));
    for (uint64_t n = 0; n < KEPT; n++)
        cr_assert(one_holds(key_in(0, n), 0) && one_holds(key_in(1, n), 1));
    one_stop();
}

/* A clear in the middle of it leaves the array that is being filled, empty, and no flag. */
Test(bucket_same_size, a_clear_ends_it)
{
    struct map_type type = one_hashed_by(hash_identity);
    start_thinned(&type);
    one_put(key_in(5, 0), 5);
    bucket_any_clear(one.type, &one.map);
    cr_assert_not(bucket_growing(one.map.header));
    cr_assert_eq(one.map.header->flags & BUCKET_SAME_SIZE, 0);
    cr_assert_eq(one.map.header->overflows, 0);
    one_checked();
    one_put_run(0, 105);                        /* a doubling, with two sides again */
    cr_assert_eq(one.map.events.doublings, 1);
    one_stop();
}

/* Each allocation of the put that begins it is refused: nothing has changed. */
Test(bucket_same_size, a_refused_put_begins_nothing)
{
    struct map_type type = one_hashed_by(hash_identity);
    for (unsigned nth = 0; nth < 8; nth++) {
        uint64_t key = key_in(5, 0);
        start_thinned(&type);
        heap_fail_after(one.heap, nth, HEAP_FAIL_ONCE);
        bool done = bucket_any_put(one.type, &one.map, &key) != NULL;
        bool failed = heap_failed(one.heap);
        heap_fail_never(one.heap);
        cr_assert_eq(done, !failed);
        cr_assert_eq(one.map.events.same_size, done);
        cr_assert_eq(bucket_len(&one.map), (uint64_t)THINNED + done);
        cr_assert(nth > 0 || failed);
        one_put(key, 5);
        cr_assert_eq(one.map.events.same_size, 1);
        one_stop();
    }
}
