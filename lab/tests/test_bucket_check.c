/*
 * test_bucket_check.c - each rule of bucket.h is broken by hand, and the checker names it.
 *
 * A checker that finds nothing would make every other test of the map pass.
 */
#include <criterion/criterion.h>

#include "bucket/bucket_check.h"
#include "bucket/bucket_str.h"
#include "bucket/bucket_u64.h"

TestSuite(bucket_check, .timeout = 20);

static const struct map_type *const mt = &bucket_u64_type;
static struct bucket_map m;

/* A map of so many entries; what it stands in is given back with the process. */
static struct bucket_header *start(uint64_t entries)
{
    struct heap *h = heap_new(NULL);
    cr_assert(bucket_u64_init(&m, h, 0, 1));
    for (uint64_t key = 0; key < entries; key++)
        *bucket_u64_put(&m, key) = key + 1;
    cr_assert_null(bucket_check(mt, &m));
    return m.header;
}

/* A map whose growth has only begun: 16 old buckets, of which two or three are evacuated. */
static struct bucket_header *start_growing(void)
{
    struct bucket_header *header = start(105);
    cr_assert_eq(bucket_old_bucket_count(&m), 16);
    cr_assert(header->evacuated < 8);
    return header;
}

static void names(const char *rule)
{
    const char *why = bucket_check(mt, &m);
    cr_assert_not_null(why, "nothing was found where %s is broken", rule);
    size_t length = strlen(rule);
    cr_assert(strncmp(why, rule, length) == 0 && why[length] == ':', "%s, not %s", why, rule);
}

/* The first bucket of the array in which `cells` or fewer cells are full, and one at least. */
static unsigned char *bucket_with_room(unsigned cells, unsigned *full)
{
    unsigned char *b = m.header->buckets;
    for (;; b += bucket_size(mt)) {
        cr_assert(bucket_in_array(mt, m.header->buckets, m.header->log_buckets, b));
        for (*full = 0; *full < BUCKET_CELLS && b[*full] >= BUCKET_MIN_TOP;)
            ++*full;
        if (*full > 0 && *full <= cells)
            return b;
    }
}

/* The number of the first old bucket that is evacuated, or that is not. */
static uint64_t old_bucket(bool evacuated)
{
    uint64_t n = 0;
    while (bucket_is_evacuated(bucket_at(mt, m.header->old_buckets, n)) != evacuated)
        cr_assert(++n < bucket_old_bucket_count(&m));
    return n;
}

static void copy_cell(unsigned char *to, unsigned j, unsigned char *from, unsigned i)
{
    memcpy(bucket_key_cell(mt, to, j), bucket_key_cell(mt, from, i), 8);
    memcpy(bucket_elem_cell(mt, to, j), bucket_elem_cell(mt, from, i), 8);
    to[j] = from[i];
}

static void empty_cell(unsigned char *b, unsigned i, uint8_t mark)
{
    memset(bucket_elem_cell(mt, b, i), 0, 8);
    b[i] = mark;
}

Test(bucket_check, B1_an_array_is_there_and_has_its_size)
{
    start(5)->buckets = NULL;
    names("B1");
    start(0)->log_buckets = 1;
    names("B1");
    start(60)->log_buckets--;
    names("B1");
    start(60)->log_buckets++;
    names("B1");
}

Test(bucket_check, B1_the_next_spare_bucket_lies_in_the_array)
{
    struct bucket_header *header = start(60);
    uint64_t length = bucket_array_length(mt, header->log_buckets);
    header->extra->next_overflow = bucket_at(mt, header->buckets, length);
    names("B1");
    header = start(60);
    header->extra->next_overflow = header->buckets;
    names("B1");
    header = start(60);
    bucket_link(mt, bucket_at(mt, header->buckets, length - 1), NULL);
    names("B1");
}

Test(bucket_check, B2_a_tophash_is_its_keys)
{
    unsigned full;
    start(5)->buckets[2] ^= 0x40;
    names("B2");
    start(80);
    bucket_with_room(8, &full)[0] ^= 0x40;
    names("B2");
}

/* A key moved to another chain. */
Test(bucket_check, B3_a_key_lies_in_its_chain)
{
    unsigned full, last;
    start(80);
    unsigned char *b = bucket_with_room(7, &full), *other = b + bucket_size(mt);
    for (last = 0; last < BUCKET_CELLS && other[last] >= BUCKET_MIN_TOP;)
        last++;
    copy_cell(b, full, other, --last);
    empty_cell(other, last, BUCKET_EMPTY_ONE);
    names("B3");
}

/* An entry moved to where evacuation will take it, before it does. */
Test(bucket_check, B3_a_key_stays_in_the_old_array_until_evacuated)
{
    struct bucket_header *header = start_growing();
    uint64_t n = old_bucket(false);
    unsigned char *old = bucket_at(mt, header->old_buckets, n);
    uint64_t key;
    memcpy(&key, bucket_key_cell(mt, old, 0), sizeof key);
    unsigned char *now = bucket_at(mt, header->buckets, hash_u64(&key, header->seed) & 31);
    copy_cell(now, 0, old, 0);
    empty_cell(old, 0, BUCKET_EMPTY_ONE);
    names("B3");
}

Test(bucket_check, B4_nothing_lies_behind_an_emptyRest)
{
    struct bucket_header *header = start(5);
    header->buckets[7] = BUCKET_EMPTY_ONE;
    names("B4");
    header = start(5);
    empty_cell(header->buckets, 2, BUCKET_EMPTY_REST);
    names("B4");
    header = start(832);                /* and in the next bucket of the chain */
    unsigned char *b = header->buckets;
    while (bucket_next(mt, b) == NULL)
        b += bucket_size(mt);
    empty_cell(b, 7, BUCKET_EMPTY_REST);
    names("B4");
}

Test(bucket_check, B5_the_full_cells_add_up)
{
    start(5)->count++;
    names("B5");
    start(80)->count--;
    names("B5");
    start(5)->count = 0;
    names("B5");
    start_growing()->count++;
    names("B5");
}

Test(bucket_check, B6_marks_of_evacuation_stand_in_old_buckets)
{
    for (uint8_t mark = BUCKET_EVACUATED_X; mark <= BUCKET_EVACUATED_EMPTY; mark++) {
        start(5)->buckets[5] = mark;
        names("B6");
    }
}

Test(bucket_check, B6_an_old_chain_is_evacuated_whole_or_not_at_all)
{
    struct bucket_header *header = start_growing();
    bucket_at(mt, header->old_buckets, old_bucket(true))[3] = 0x77;
    names("B6");
    header = start_growing();
    bucket_at(mt, header->old_buckets, old_bucket(false))[2] = BUCKET_EVACUATED_X;
    names("B6");
    start_growing()->evacuated = old_bucket(false) + 1;
    names("B6");
}

Test(bucket_check, B6_what_an_old_bucket_will_fill_is_empty)
{
    for (unsigned half = 0; half < 2; half++) {
        struct bucket_header *header = start_growing();
        uint64_t n = old_bucket(false) + 16 * half;
        bucket_key_cell(mt, bucket_at(mt, header->buckets, n), 6)[1] = 1;
        names("B6");
    }
}

Test(bucket_check, B7_no_key_is_held_twice)
{
    unsigned full;
    start(80);
    unsigned char *b = bucket_with_room(7, &full);
    copy_cell(b, full, b, 0);
    m.header->count++;
    names("B7");
}

Test(bucket_check, B8_the_elem_of_an_empty_cell_is_zero)
{
    unsigned full;
    bucket_elem_cell(mt, start(5)->buckets, 7)[7] = 1;
    names("B8");
    start(5)->buckets[4] = BUCKET_EMPTY_ONE;    /* a delete that forgot the elem */
    m.header->count--;
    names("B8");
    start(80);
    bucket_elem_cell(mt, bucket_with_room(7, &full), 7)[0] = 1;
    names("B8");
}

Test(bucket_check, B9_overflow_buckets_are_counted)
{
    start(832)->overflows++;
    names("B9");
    start(832)->overflows--;
    names("B9");
    start_growing()->overflows++;
    names("B9");
}

Test(bucket_check, B10_a_list_holds_each_overflow_bucket_once)
{
    start(832)->extra->overflow->length--;
    names("B10");
    start(832)->extra->overflow = NULL;
    names("B10");
    struct bucket_list *list = start(832)->extra->overflow;
    list->buckets[0] = m.header->buckets;
    names("B10");
    list = start(832)->extra->overflow;
    list->buckets[1] = list->buckets[0];
    names("B10");
    list = start(833)->extra->old_overflow;
    cr_assert_not_null(list);
    list->buckets[1] = list->buckets[0];
    names("B10");
}

Test(bucket_check, B10_scanned_buckets_have_no_list)
{
    struct bucket_map strings;
    struct bucket_list list = {.buckets = NULL};
    cr_assert(bucket_str_init(&strings, heap_new(NULL), 100, 1));
    cr_assert_null(bucket_check(&bucket_str_type, &strings));
    strings.header->extra->overflow = &list;
    const char *why = bucket_check(&bucket_str_type, &strings);
    cr_assert(why != NULL && strncmp(why, "B10:", 4) == 0);
}

/* In the array, in the old one, and in one that only a range keeps. */
Test(bucket_check, B12_overflow_buckets_of_their_own_are_counted)
{
    start(832);
    m.alone++;
    names("B12");
    start(80)->extra->next_overflow = NULL;
    m.alone--;
    names("B12");
    start(832);
    m.old_alone = 1;
    names("B12");
    start_growing();
    m.old_alone++;
    names("B12");
    start(8);
    struct bucket_iter it;
    bucket_u64_iter_start(&m, &it);
    for (uint64_t key = 8; m.header->buckets == it.base.buckets || bucket_growing(m.header); key++)
        cr_assert_not_null(bucket_u64_put(&m, key));
    cr_assert_null(bucket_check(mt, &m));
    it.base.alone++;
    names("B12");
}

Test(bucket_check, B11_a_range_stands_on_arrays_that_it_has)
{
    struct bucket_iter it;
    start(80);
    bucket_u64_iter_start(&m, &it);
    cr_assert(bucket_u64_iter_next(&it));
    cr_assert_null(bucket_check(mt, &m));
    unsigned char lost[144] = {0}, *at = it.at;
    it.at = lost;
    names("B11");
    it.at = at;
    struct bucket_map other = m;
    it.m = &other;
    names("B11");
    it.m = &m;
    it.base.buckets = NULL;
    names("B11");
}
