/*
 * test_bucket_dot.c - pictures say what the buckets hold, also half-way through a growth.
 */
#include "bucket/bucket_dot.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "bucket/bucket_check.h"
#include "bucket/bucket_str.h"
#include "bucket/bucket_u64.h"
#include "hash/hash_bad.h"
#include "tests/bucket_one.h"

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

static char *draw_of(const struct map_type *type, const struct bucket_printer *print,
                     const struct bucket_map *map)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    struct dot dot;
    dot_begin(&dot, out, NULL, "TB");
    cr_assert_eq(bucket_dot_map(&dot, type, print, map, "map"), 0);
    bucket_dot_legend(&dot);
    dot_end(&dot);
    cr_assert_eq(fclose(out), 0);
    return text;
}

static char *draw(void)
{
    return draw_of(mt, &bucket_print_u64, &m);
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
        char number[24];
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
        char number[24];
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

/* --- A growth to the same size --- */

/* The header says that it is one; evacuated cells are X, never Y. */
Test(bucket_dot, a_growth_to_the_same_size_has_no_second_half)
{
    struct map_type type = one_hashed_by(hash_identity);
    one_start(&type, 26, 1);                    /* four buckets */
    one_put_run(0, 20);
    one.map.header->overflows = 4;              /* as if so many had gathered */
    one_put(20, 20);
    cr_assert_eq(one.map.events.same_size, 1);
    cr_assert(bucket_growing(one.map.header));
    char *text = draw_of(&type, &bucket_print_u64, &one.map);
    cr_assert_eq(occurrences(text, "sameSizeGrow"), 1);
    cr_assert_eq(occurrences(text, ">X<"), 10);         /* two buckets of five entries */
    cr_assert_eq(occurrences(text, ">Y<"), 0);
    cr_assert_eq(occurrences(text, ">E<"), 6);
    cr_assert_not_null(strstr(text, "X: evacuated to the bucket"));
    cr_assert_eq(occurrences(text, "first, second half"), 0);
    free(text);
    one_put_until_grown(100);
    text = draw_of(&type, &bucket_print_u64, &one.map);
    cr_assert_eq(occurrences(text, "sameSizeGrow"), 0);
    free(text);
}

/* --- Strings --- */

static void print_str(char *text, size_t bytes, const void *key)
{
    const struct str *str = key;
    snprintf(text, bytes, "%.*s", (int)str->length, str->bytes);
}

/* Texts that Graphviz would read as markup are drawn as they are. */
Test(bucket_dot, keys_that_are_texts)
{
    static const struct bucket_printer printer = {.key = print_str};
    static const char *const texts[] = {"tide", "a<b>", "x&y", ""};
    static const char *const drawn[] = {"<BR/>tide<", "<BR/>a&lt;b&gt;<", "<BR/>x&amp;y<",
                                        "<BR/><"};
    struct bucket_map map;
    cr_assert(bucket_str_init(&map, heap_new(NULL), 0, 1));
    for (unsigned i = 0; i < 4; i++)
        *bucket_str_put(&map, (struct str){texts[i], strlen(texts[i])}) = i;
    char *text = draw_of(&bucket_str_type, &printer, &map);
    for (unsigned i = 0; i < 4; i++)
        cr_assert_eq(occurrences(text, drawn[i]), 1, "%s in %s", drawn[i], text);
    cr_assert_not_null(strstr(text, "array: 208 B"));
    free(text);
}

/* --- Spare buckets --- */

/* Of three overflow buckets behind the first of 16 the two that lay in the array are named. */
Test(bucket_dot, spare_buckets_are_named)
{
    struct map_type type = one_hashed_by(hash_zero);
    one_start(&type, 104, 1);
    one_put_run(0, 32);
    cr_assert(one.map.events.spare_taken == 2 && one.map.events.overflow_made == 1);
    char *text = draw_of(&type, &bucket_print_u64, &one.map);
    cr_assert_eq(occurrences(text, ">+1<BR/>spare<"), 1);
    cr_assert_eq(occurrences(text, ">+2<BR/>spare<"), 1);
    cr_assert_eq(occurrences(text, ">+3<"), 1);
    free(text);
    one_stop();
}

/* The counts of a large map: spare ones from the start, overflow buckets, the longest chain. */
Test(bucket_dot, a_large_maps_counts_are_its_chains)
{
    struct map_type type = one_hashed_by(hash_zero);
    one_start(&type, 208, 1);                   /* 32 buckets, 5 spare */
    one_put_run(0, 60);
    char *text = draw_of(&type, &bucket_print_u64, &one.map);
    static const char *const rows[] = {"buckets: 32<", "spare from the start: 5<",
                                       "full cells: 60<", "overflow buckets: 7<",
                                       "longest chain, overflow: 7<"};
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++)
        cr_assert_not_null(strstr(text, rows[i]), "%s", rows[i]);
    cr_assert_null(strstr(text, "evacuated: 0"));
    free(text);
    one_stop();
}
