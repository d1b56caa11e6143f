/*
 * test_bucket_large.c - keys and elems about the limit of 128 bytes in Go 1.23's map.
 *
 * Up to 128 bytes they lie in the bucket; from 129 on the bucket holds a pointer and each is an
 * object of its own. Names are those of Go's own tests (runtime/map_test.go).
 */
#include <criterion/criterion.h>

#include "bucket/bucket_any.h"
#include "hash/hash.h"
#include "tests/bucket_one.h"

TestSuite(bucket_large, .timeout = 20);

enum { LARGE = 1024, ENTRIES = 1000 };  /* the large size is that of Go's own test */

static uint64_t hash_first_8(const void *key, uint64_t seed)
{
    return hash_u64(key, seed);
}

/* Keys that differ in their first and last eight bytes. */
static bool equal_128(const void *a, const void *b)
{
    return memcmp(a, b, 128) == 0;
}

static bool equal_129(const void *a, const void *b)
{
    return memcmp(a, b, 129) == 0;
}

static struct map_type type_of(size_t key_bytes, size_t elem_bytes)
{
    return map_type_of(&(struct map_shape){
        .name = "large", .key_bytes = key_bytes, .key_align = 1, .elem_bytes = elem_bytes,
        .elem_align = 1, .hash = hash_first_8,
        .equal = key_bytes == 8 ? equal_u64 : key_bytes == 128 ? equal_128 : equal_129});
}

static void make_key(unsigned char *key, size_t bytes, uint64_t n)
{
    memset(key, 0, bytes);
    memcpy(key, &n, sizeof n);
    key[bytes - 1] ^= 0xA5;
}

/* Fills a map with elems of which every byte is made of the key, deletes every third, looks all of
 * them up after each, and counts the objects outside the buckets. */
static void fill_and_thin(size_t key_bytes, size_t elem_bytes, uint64_t entries)
{
    struct map_type type = type_of(key_bytes, elem_bytes);
    unsigned char key[LARGE], expected[LARGE];
    one_start(&type, 0, 1);
    for (uint64_t n = 0; n < entries; n++) {
        make_key(key, key_bytes, n);
        memset(bucket_any_put(&type, &one.map, key), (int)(n % 251), elem_bytes);
    }
    for (uint64_t n = 0; n < entries; n += 3) {
        make_key(key, key_bytes, n);
        cr_assert(bucket_any_del(&type, &one.map, key));
    }
    for (uint64_t n = 0; n < entries; n++) {
        make_key(key, key_bytes, n);
        memset(expected, (int)(n % 251), elem_bytes);
        const unsigned char *elem = bucket_any_get(&type, &one.map, key);
        cr_assert_eq(elem != NULL, n % 3 != 0);
        cr_assert(elem == NULL || memcmp(elem, expected, elem_bytes) == 0);
        key[key_bytes - 1] ^= 1;        /* alike but for the last bit */
        cr_assert_null(bucket_any_get(&type, &one.map, key));
    }
    one_stop();
}

Test(bucket_large, TestBigItems)
{
    fill_and_thin(8, LARGE, 100);
    fill_and_thin(8, 1000, 100);
}

Test(bucket_large, TestMapLargeKeyNoPointer)
{
    fill_and_thin(128, 8, ENTRIES);
    fill_and_thin(129, 8, ENTRIES);
}

Test(bucket_large, TestMapLargeValNoPointer)
{
    fill_and_thin(8, 128, ENTRIES);
    fill_and_thin(8, 129, ENTRIES);
    fill_and_thin(129, 129, ENTRIES);
}

/* 129 bytes are an object each, of the class of 144; 128 bytes none. An update makes none. */
static void count_objects(size_t key_bytes, size_t elem_bytes, uint64_t each)
{
    struct map_type type = type_of(key_bytes, elem_bytes);
    unsigned char key[LARGE];
    one_start(&type, 100, 1);
    uint64_t before = heap_read(one.heap).heap_alloc;
    for (unsigned twice = 0; twice < 2; twice++)
        for (uint64_t n = 0; n < 20; n++) {
            make_key(key, key_bytes, n);
            cr_assert_not_null(bucket_any_put(&type, &one.map, key));
        }
    cr_assert_eq(heap_read(one.heap).heap_alloc, before + 20 * each * 144, "%zu, %zu", key_bytes,
                 elem_bytes);
    one_stop();
}

Test(bucket_large, only_more_than_128_bytes_lie_outside)
{
    count_objects(128, 128, 0);
    count_objects(129, 128, 1);
    count_objects(128, 129, 1);
    count_objects(129, 129, 2);
}

/* Growth moves the pointers and not the objects: an elem's place outlives every doubling. Inside a
 * bucket it does not. */
Test(bucket_large, an_elem_outside_stays_where_it_is)
{
    for (size_t bytes = 128; bytes <= 129; bytes++) {
        struct map_type type = type_of(8, bytes);
        one_start(&type, 0, 1);
        uint64_t key = 0;
        const void *place = bucket_any_put(&type, &one.map, &key);
        for (uint64_t n = 1; n < 100; n++)
            cr_assert_not_null(bucket_any_put(&type, &one.map, &n));
        cr_assert_eq(bucket_any_get(&type, &one.map, &key) == place, bytes == 129);
        one_stop();
    }
}

/* A deleted entry's pointers are cleared, its objects garbage at once. */
Test(bucket_large, TestMapDeleteClear_indirect)
{
    struct map_type type = type_of(129, 129);
    unsigned char key[LARGE];
    make_key(key, 129, 7);
    one_start(&type, 0, 1);
    cr_assert_not_null(bucket_any_put(&type, &one.map, key));
    unsigned char *b = one.map.header->buckets;
    cr_assert(bucket_pointer(bucket_key_cell(&type, b, 0)) != NULL);
    cr_assert(bucket_pointer(bucket_elem_cell(&type, b, 0)) != NULL);
    cr_assert(bucket_any_del(&type, &one.map, key));
    cr_assert_null(bucket_pointer(bucket_key_cell(&type, b, 0)));
    cr_assert_null(bucket_pointer(bucket_elem_cell(&type, b, 0)));
    cr_assert_eq(heap_read(one.heap).garbage, 2 * 144);
    one_stop();
}
