/*
 * test_bucket_dot.c - pictures say what the buckets hold, also half-way through a growth.
 */
#include "bucket/bucket_dot.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "bucket/bucket_check.h"
#include "bucket/bucket_u64.h"

TestSuite(bucket_dot, .timeout = 20);

static const struct map_type *const mt = &bucket_u64_type;
static struct bucket_map m;

static void start(uint64_t hint, uint64_t entries)
{
    struct heap *h = heap_new(&(struct heap_config){.reserve_bytes = (uint64_t)64 << 20});
    cr_assert(bucket_u64_init(&m, h, hint, 1));
    for (uint64_t key = 7000; key < 7000 + entries; key++)
        *bucket_u64_put(&m, key) = 1;
}

/* 27 entries do not fit in 4 buckets: the last put begins a doubling and evacuates at most two
 * old buckets. */
static void start_half_way(void)
{
    start(0, 27);
    cr_assert_eq(bucket_bucket_count(&m), 8);
    cr_assert_eq(bucket_old_bucket_count(&m), 4);
    cr_assert_null(bucket_check(mt, &m));
}

static char *draw(void)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    struct dot dot;
    dot_begin(&dot, out, NULL, "TB");
    cr_assert_eq(bucket_dot_map(&dot, mt, &bucket_print_u64, &m, "map"), 0);
    bucket_dot_legend(&dot);
    dot_end(&dot);
    cr_assert_eq(fclose(out), 0);
    return text;
}

static unsigned occurrences(const char *text, const char *of)
{
    unsigned count = 0;
    for (; (text = strstr(text, of)) != NULL; text++)
        count++;
    return count;
}

static void assert_shows_each_key_once(const char *text, unsigned entries)
{
    for (unsigned key = 7000; key < 7000 + entries; key++) {
        char number[16];
        snprintf(number, sizeof number, "<BR/>%u<", key);
        cr_assert_eq(occurrences(text, number), 1, "%u", key);
    }
}

Test(bucket_dot, an_empty_map_is_a_header)
{
    start(0, 0);
    char *text = draw();
    cr_assert_not_null(strstr(text, "count 0"));
    cr_assert_not_null(strstr(text, "oldbuckets: none"));
    cr_assert_not_null(strstr(text, ">buckets: none"));
    cr_assert_null(strstr(text, "box1"));
    free(text);
}

Test(bucket_dot, one_bucket_shows_tophash_and_keys)
{
    start(0, 5);
    char *text = draw();
    for (unsigned key = 7000; key < 7005; key++) {
        char cell[32];
        uint64_t key64 = key;
        snprintf(cell, sizeof cell, "%02x<BR/>%u<", bucket_top(mt->hash(&key64, m.header->seed)),
                 key);
        cr_assert_eq(occurrences(text, cell), 1, "%s", cell);
    }
    cr_assert_eq(occurrences(text, ">·<"), 3);
    cr_assert_not_null(strstr(text, "array: 144 B"));
    cr_assert_null(strstr(text, "0x"));
    free(text);
}

Test(bucket_dot, a_deleted_cell_before_a_full_one_is_emptyOne)
{
    start(0, 5);
    cr_assert(bucket_u64_del(&m, 7001));
    cr_assert(bucket_u64_del(&m, 7004));
    char *text = draw();
    cr_assert_eq(occurrences(text, ">-<"), 1);
    cr_assert_eq(occurrences(text, ">·<"), 4);
    free(text);
}

/* A key is drawn where the map finds it: in the old array or the new, never in both. */
Test(bucket_dot, half_way_both_arrays_are_drawn)
{
    start_half_way();
    uint64_t evacuated = 0, cells = 0;
    for (uint64_t n = 0; n < 4; n++)
        for (unsigned char *b = bucket_at(mt, m.header->old_buckets, n);
             b != NULL && bucket_is_evacuated(b); b = bucket_next(mt, b)) {
            evacuated += b == bucket_at(mt, m.header->old_buckets, n);
            cells += BUCKET_CELLS;
        }
    cr_assert(evacuated > 0 && evacuated < 4);
    char *text = draw();
    assert_shows_each_key_once(text, 27);
    cr_assert_eq(occurrences(text, ">X<") + occurrences(text, ">Y<") + occurrences(text, ">E<"),
                 cells);
    cr_assert(strstr(text, "the old array") < strstr(text, "the array"));
    char mark[32];
    snprintf(mark, sizeof mark, "nevacuate %u<", (unsigned)m.header->evacuated);
    cr_assert_not_null(strstr(text, mark));
    cr_assert_eq(occurrences(text, "»"), 2);            /* in the header, and that old bucket */
    free(text);
}

Test(bucket_dot, every_overflow_bucket_has_a_number)
{
    start_half_way();
    uint64_t overflows = bucket_overflow_count(mt, &m);
    for (uint64_t n = 0; n < 4; n++) {
        unsigned char *b = bucket_at(mt, m.header->old_buckets, n);
        while ((b = bucket_next(mt, b)) != NULL)
            overflows++;
    }
    cr_assert(overflows > 0);
    char *text = draw();
    for (unsigned i = 1; i <= overflows + 1; i++) {
        char number[16];
        snprintf(number, sizeof number, ">+%u<", i);
        cr_assert_eq(occurrences(text, number), i <= overflows, "%u", i);
    }
    free(text);
}

Test(bucket_dot, is_the_same_for_the_same_map)
{
    start_half_way();
    char *first = draw();
    start_half_way();
    char *second = draw();
    cr_assert_str_eq(first, second);
    free(first);
    free(second);
}

Test(bucket_dot, a_large_map_is_counts)
{
    start(0, 1665);                     /* one more than 6.5 in each of 256 buckets */
    cr_assert_eq(bucket_old_bucket_count(&m), 256);
    char *text = draw();
    cr_assert_not_null(strstr(text, "buckets: 512"));
    cr_assert_not_null(strstr(text, "buckets: 256"));
    cr_assert_not_null(strstr(text, "evacuated: "));
    cr_assert_not_null(strstr(text, "count 1,665"));
    cr_assert_eq(occurrences(text, ">7001<"), 0);
    cr_assert_lt(strlen(text), 8000);
    free(text);
}

/* A range that began before the growth keeps the array it stands on. */
Test(bucket_dot, an_array_that_a_range_keeps_is_drawn)
{
    start(0, 8);
    struct bucket_iter it;
    bucket_u64_iter_start(&m, &it);
    for (uint64_t key = 8000; key < 8006; key++)
        *bucket_u64_put(&m, key) = 1;
    cr_assert_eq(bucket_old_bucket_count(&m), 0);
    char *text = draw();
    cr_assert_eq(occurrences(text, "still walked by a range"), 1);
    free(text);
    bucket_u64_iter_end(&it);
    text = draw();
    cr_assert_eq(occurrences(text, "still walked by a range"), 0);
    free(text);
}
