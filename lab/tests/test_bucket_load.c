/*
 * test_bucket_load.c - how many buckets Go 1.23's map has: for a hint, for a fill, and to spare.
 *
 * Names are those of Go's own tests (runtime/map_test.go, map_noswiss_test.go). Numbers follow by
 * hand from Go's rule and its size classes; the lab's own arithmetic is not asked.
 */
#include <criterion/criterion.h>

#include "bucket/bucket_any.h"
#include "bucket/bucket_str.h"
#include "bucket/bucket_u32.h"
#include "bucket/bucket_u64.h"
#include "hash/hash_bad.h"
#include "tests/bucket_one.h"

TestSuite(bucket_load, .timeout = 20);

/* Six and a half entries for each of 2^log buckets; a single bucket takes eight. */
static uint64_t most_in(unsigned log)
{
    return log == 0 ? 8 : ((uint64_t)13 << log) / 2;
}

Test(bucket_load, TestHmapSize)
{
    cr_assert_eq(sizeof(struct bucket_header), 48);
    cr_assert_eq(sizeof(struct bucket_extra), 24);
    one_start(&bucket_u64_type, 0, 1);
    cr_assert_eq(heap_read(one.heap).heap_alloc, 48);
    one_stop();
}

/* At each limit and next to it. */
Test(bucket_load, TestLoadFactor)
{
    for (unsigned log = 0; log <= 16; log++) {
        static const int about[] = {-1, 0, 1};
        for (unsigned i = 0; i < 3; i++) {
            uint64_t hint = most_in(log) + (uint64_t)(int64_t)about[i];
            one_start(&bucket_u64_type, hint, 1);
            cr_assert_eq(one.map.header->log_buckets, log + (about[i] > 0), "hint %lu", hint);
            cr_assert_eq(one.map.header->buckets == NULL, log == 0 && about[i] <= 0);
            one_stop();
        }
    }
}

/* A fill doubles just behind each limit; never before, never twice. */
Test(bucket_load, TestMapBuckets)
{
    one_start(&bucket_u64_type, 0, 1);
    uint64_t n = 0;
    for (unsigned log = 0; log <= 12; log++) {
        one_put_run(n, most_in(log));
        n = most_in(log);
        cr_assert_eq(one.map.header->log_buckets, log, "%lu entries", n);
        cr_assert_not(bucket_growing(one.map.header));
        one_put(n, n);
        cr_assert_eq(one.map.header->log_buckets, log + 1);
        cr_assert_eq(one.map.events.doublings, log + 1);
        n++;
    }
    one_stop();
}

/* A hinted map takes its hint without growing, and grows with one more than its limit. */
Test(bucket_load, TestMapBuckets_of_a_hint)
{
    for (unsigned log = 1; log <= 10; log++) {
        one_start(&bucket_u64_type, most_in(log), 1);
        one_put_run(0, most_in(log));
        cr_assert_eq(one.map.events.doublings, 0);
        one_put(most_in(log), 0);
        cr_assert_eq(one.map.events.doublings, 1);
        one_stop();
    }
}

/* --- Spare overflow buckets --- */

/* From the first spare bucket to the one whose link says that it is the last. */
static uint64_t spare_in_memory(void)
{
    const struct bucket_header *header = one.map.header;
    if (header->extra == NULL)
        return 0;
    const unsigned char *b = header->extra->next_overflow;
    cr_assert_eq(b, header->buckets + (bucket_size(one.type) << header->log_buckets));
    uint64_t count = 1;
    for (; bucket_next(one.type, b) == NULL; b += bucket_size(one.type))
        count++;
    return count;
}

/*
 * A sixteenth more buckets, then what the allocator's rounding leaves. 17 buckets of 144 bytes ask
 * for 2448 and get 2688: 18. 2^10 of them are large and end at a page: 156672 becomes 163840. Of 80
 * bytes, 136 and 272 fill their classes, 10880 and 21760. Of 208, scanned, a malloc header of 8
 * bytes lies in the class: 17 ask for 3544 and may use 4088, 19 buckets. From 2^13 on
 * all are whole pages.
 */
Test(bucket_load, each_array_has_its_spare_buckets)
{
    enum { LOGS = 17 };
    static const struct {
        const struct map_type *type;
        uint64_t spare[LOGS];
    } rows[] = {
        {&bucket_u64_type,
         {0, 0, 0, 0, 2, 5, 7, 14, 28, 56, 113, 170, 284, 512, 1024, 2048, 4096}},
        {&bucket_u32_type,
         {0, 0, 0, 0, 1, 6, 12, 8, 16, 102, 102, 204, 307, 512, 1024, 2048, 4096}},
        {&bucket_str_type,
         {0, 0, 0, 0, 3, 7, 4, 9, 19, 39, 78, 157, 275, 512, 1024, 2048, 4096}},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        for (unsigned log = 1; log < LOGS; log++) {
            one_start(rows[i].type, most_in(log), 1);
            cr_expect_eq(spare_in_memory(), rows[i].spare[log], "%s, 2^%u: %lu", rows[i].type->name,
                         log, spare_in_memory());
            bucket_any_free(one.type, &one.map);
            heap_delete(one.heap);
        }
}

/* They are handed out one after the other, and after the last an overflow bucket is an object. */
Test(bucket_load, spare_buckets_are_used_up_first)
{
    struct map_type type = one_hashed_by(hash_zero);
    for (unsigned log = 4; log <= 7; log++) {
        one_start(&type, most_in(log), 1);
        uint64_t spare = spare_in_memory(), mallocs = heap_read(one.heap).mallocs;
        one_put_run(0, 8 + 8 * spare);
        cr_assert_eq(one.map.events.spare_taken, spare);
        cr_assert_eq(one.map.events.overflow_made, 0);
        cr_assert_null(one.map.header->extra->next_overflow);
        cr_assert_geq(heap_read(one.heap).mallocs, mallocs + 2);    /* the list and its arrays */
        one_put(UINT32_MAX, 0);
        cr_assert_eq(one.map.events.overflow_made, 1);
        cr_assert_eq(one.map.alone, 1);
        one_stop();
    }
}
