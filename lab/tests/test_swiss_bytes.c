/*
 * test_swiss_bytes.c - what maps take, to the byte, as Go 1.24.6 on linux/amd64 showed it.
 *
 * The numbers were measured there as the growth of HeapAlloc and Mallocs; none of them is
 * computed from the lab's own code. A filled map has no garbage here: the heap collects at once.
 */
#include <criterion/criterion.h>

#include "hash/hash.h"
#include "hash/random.h"
#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

TestSuite(swiss_bytes, .timeout = 100);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* --- Filling --- */

struct filled {
    struct heap *heap;
    struct swiss map;
};

static struct filled new_map(const struct map_type *mt, uint64_t hint, uint64_t seed)
{
    struct filled f;
    f.heap = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
    cr_assert_not_null(f.heap);
    cr_assert(swiss_any_init(mt, &f.map, f.heap, hint, seed));
    return f;
}

/* Keys are numbers from 0, in their first 8 bytes (or as many as there are). */
static void fill(const struct map_type *mt, struct filled *f, uint64_t from, uint64_t to)
{
    unsigned char key[136] = {0};
    for (uint64_t n = from; n < to; n++) {
        memcpy(key, &n, sizeof n);
        cr_assert_not_null(swiss_any_put(mt, &f->map, key));
    }
    cr_assert_eq(swiss_len(&f->map), to);
}

static void fill_u64(struct filled *f, uint64_t from, uint64_t to)
{
    for (uint64_t n = from; n < to; n++)
        *swiss_u64_put(&f->map, n) = n;
    cr_assert_eq(swiss_len(&f->map), to);
}

static uint64_t bytes_of(const struct map_type *mt, const struct filled *f)
{
    uint64_t bytes = heap_read(f->heap).heap_alloc;
    cr_assert_eq(swiss_bytes(mt, &f->map), bytes);
    return bytes;
}

static void drop(const struct map_type *mt, struct filled *f)
{
    swiss_any_free(mt, &f->map);
    cr_assert_eq(heap_read(f->heap).heap_alloc, 0);
    cr_assert_null(heap_check(f->heap));
    heap_delete(f->heap);
}

/* --- int to int, by the number of entries --- */

struct filling {
    uint64_t entries, bytes, tables, slots, mallocs;
};

static void check_filling(const struct filling *expected, uint64_t seed)
{
    struct filled f = new_map(&swiss_u64_type, 0, seed);
    fill_u64(&f, 0, expected->entries);
    unsigned n = (unsigned)expected->entries;
    cr_expect_eq(bytes_of(&swiss_u64_type, &f), expected->bytes, "%u: %lu bytes", n,
                 (unsigned long)heap_read(f.heap).heap_alloc);
    cr_expect_eq(swiss_table_count(&f.map), expected->tables, "%u entries", n);
    cr_expect_eq(swiss_slot_count(&f.map), expected->slots, "%u entries", n);
    cr_expect_eq(heap_read(f.heap).mallocs, expected->mallocs, "%u: %lu mallocs", n,
                 (unsigned long)heap_read(f.heap).mallocs);
    drop(&swiss_u64_type, &f);
}

/* Entries on both sides of each limit. A doubling makes a table and its groups: 2 mallocs. */
Test(swiss_bytes, int_to_int_up_to_one_split)
{
    static const struct filling fillings[] = {
        {0, 48, 0, 0, 1},           {1, 192, 0, 8, 2},          {8, 192, 0, 8, 2},
        {9, 376, 1, 16, 5},         {14, 376, 1, 16, 5},        {15, 664, 1, 32, 7},
        {28, 664, 1, 32, 7},        {29, 1240, 1, 64, 9},       {56, 1240, 1, 64, 9},
        {57, 2392, 1, 128, 11},     {112, 2392, 1, 128, 11},    {113, 4952, 1, 256, 13},
        {224, 4952, 1, 256, 13},    {225, 9560, 1, 512, 15},    {448, 9560, 1, 512, 15},
        {449, 18520, 1, 1024, 17},  {896, 18520, 1, 1024, 17},  {897, 36992, 2, 2048, 22},
    };
    for (size_t i = 0; i < COUNT(fillings); i++)
        for (uint64_t seed = 1; seed <= 5; seed++)
            check_filling(&fillings[i], seed);
}

/* 1792 entries: by the seed's luck 2, 3 or 4 tables, nearly always 3: one of two has over 896. */
Test(swiss_bytes, int_to_int_1792_takes_three_tables_typically)
{
    unsigned typical = 0;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        struct filled f = new_map(&swiss_u64_type, 0, seed);
        fill_u64(&f, 0, 1792);
        uint64_t bytes = bytes_of(&swiss_u64_type, &f);
        typical += bytes == 55472 && swiss_table_count(&f.map) == 3 && f.map.header->dir_len == 4;
        cr_expect(bytes == 55472 || bytes == 36992 || bytes == 73936, "seed %lu: %lu bytes",
                  (unsigned long)seed, (unsigned long)bytes);
        drop(&swiss_u64_type, &f);
    }
    cr_expect(typical >= 36, "%u of 40", typical);
}

/* 17 mallocs for the first full table, 4 for each of 127 splits, 7 longer directories. */
Test(swiss_bytes, int_to_int_100000)
{
    check_filling(&(struct filling){100000, 2364592, 128, 131072, 17 + 4 * 127 + 7}, 1);
}

/* 2^20 entries: the chapters' number. 75,666,360 bytes were allocated to keep 37,832,752. */
Test(swiss_bytes, int_to_int_1_shl_20)
{
    for (uint64_t seed = 1; seed <= 2; seed++) {
        struct filled f = new_map(&swiss_u64_type, 0, seed);
        fill_u64(&f, 0, 1 << 20);
        cr_expect_eq(bytes_of(&swiss_u64_type, &f), 37832752);
        cr_expect_eq(swiss_table_count(&f.map), 2048);
        cr_expect_eq(heap_read(f.heap).mallocs, 8216, "%lu mallocs",
                     (unsigned long)heap_read(f.heap).mallocs);
        cr_expect_eq(heap_read(f.heap).total_alloc, 75666360, "%lu bytes in all",
                     (unsigned long)heap_read(f.heap).total_alloc);
        drop(&swiss_u64_type, &f);
    }
}

/* A million: some of 1024 prefixes have not split yet; how many is the seed's luck. */
Test(swiss_bytes, int_to_int_a_million_is_some_tables_less)
{
    struct filled f = new_map(&swiss_u64_type, 0, 1);
    fill_u64(&f, 0, 1000000);
    uint64_t tables = swiss_table_count(&f.map);
    cr_expect(tables >= 2036 && tables <= 2047, "%lu tables", (unsigned long)tables);
    cr_expect_eq(bytes_of(&swiss_u64_type, &f), 48 + 18432 + tables * 18464);
    drop(&swiss_u64_type, &f);
}

/* --- Nothing returns but by dropping the map --- */

Test(swiss_bytes, deletes_and_clear_return_nothing)
{
    struct filled f = new_map(&swiss_u64_type, 0, 1);
    fill_u64(&f, 0, 100000);
    uint64_t frees = heap_read(f.heap).frees;
    for (uint64_t n = 0; n < 100000; n++)
        cr_assert(swiss_u64_del(&f.map, n));
    cr_expect_eq(swiss_len(&f.map), 0);
    cr_expect_eq(bytes_of(&swiss_u64_type, &f), 2364592);
    swiss_u64_clear(&f.map);
    fill_u64(&f, 0, 10);
    swiss_u64_clear(&f.map);
    cr_expect_eq(bytes_of(&swiss_u64_type, &f), 2364592);
    cr_expect_eq(heap_read(f.heap).frees, frees);
    drop(&swiss_u64_type, &f);
}

/* Emptied by deletes, then cleared: 1.24's clear does nothing, a third of the slots stay dead. */
Test(swiss_bytes, clear_leaves_the_tombstones_of_an_emptied_map)
{
    struct filled f = new_map(&swiss_u64_type, 0, 1);
    fill_u64(&f, 0, 100000);
    for (uint64_t n = 0; n < 100000; n++)
        swiss_u64_del(&f.map, n);
    uint64_t tombstones = swiss_tombstone_count(&swiss_u64_type, &f.map);
    cr_expect(tombstones > 44000 && tombstones < 49000, "%lu", (unsigned long)tombstones);
    swiss_u64_clear(&f.map);
    cr_expect_eq(swiss_tombstone_count(&swiss_u64_type, &f.map), tombstones);
    *swiss_u64_put(&f.map, 1) = 1;
    swiss_u64_clear(&f.map);
    cr_expect_eq(swiss_tombstone_count(&swiss_u64_type, &f.map), 0);
    drop(&swiss_u64_type, &f);
}

/* --- Other types --- */

static uint64_t hash_16(const void *key, uint64_t seed)
{
    return hash_bytes(key, 16, seed);
}

static bool equal_16(const void *a, const void *b)
{
    return memcmp(a, b, 16) == 0;
}

static struct map_type type_of(size_t key_bytes, size_t elem_bytes, size_t elem_align,
                               bool pointers)
{
    struct map_shape shape = {
        .name = "any",
        .key_bytes = key_bytes,
        .key_align = key_bytes < 8 ? key_bytes : 8,
        .elem_bytes = elem_bytes,
        .elem_align = elem_align,
        .key_pointers = pointers,
        .hash = key_bytes == 4 ? hash_u32 : key_bytes == 8 ? hash_u64 : hash_16,
        .equal = key_bytes == 4 ? equal_u32 : key_bytes == 8 ? equal_u64 : equal_16,
    };
    return map_type_of(&shape);
}

/* A hint of 896: one table of 1024 slots, so header + directory + table + groups. */
Test(swiss_bytes, one_full_table_of_other_types)
{
    static const struct {
        size_t key_bytes, elem_bytes, elem_align;
        bool pointers;
        uint64_t bytes;
    } types[] = {
        {4, 4, 4, false, 9560},     /* int32 to int32 */
        {8, 0, 1, false, 18520},    /* int to struct{}: as int to int */
        {8, 1, 1, false, 18520},    /* int to bool: the same */
        {16, 8, 8, true, 27352},    /* string to int */
        {16, 16, 8, true, 41048},   /* string to string */
        {16, 40, 8, true, 65624},   /* a 56-byte slot */
    };
    for (size_t i = 0; i < COUNT(types); i++) {
        struct map_type mt = type_of(types[i].key_bytes, types[i].elem_bytes, types[i].elem_align,
                                     types[i].pointers);
        struct filled f = new_map(&mt, 896, 1);
        cr_expect_eq(bytes_of(&mt, &f), types[i].bytes, "type %zu: %lu", i,
                     (unsigned long)bytes_of(&mt, &f));
        uint64_t key[2] = {0, 0};
        for (; key[0] < 896; key[0]++)
            cr_assert_not_null(swiss_any_put(&mt, &f.map, key));
        cr_expect_eq(bytes_of(&mt, &f), types[i].bytes);
        drop(&mt, &f);
    }
}

static void check_million(size_t elem_bytes, size_t elem_align, uint64_t hint, uint64_t bytes)
{
    struct map_type mt = type_of(8, elem_bytes, elem_align, false);
    struct filled f = new_map(&mt, hint, 1);
    fill(&mt, &f, 0, 1 << 20);
    cr_expect_eq(bytes_of(&mt, &f), bytes, "%lu", (unsigned long)bytes_of(&mt, &f));
    drop(&mt, &f);
}

Test(swiss_bytes, int_to_nothing_1_shl_20_is_as_int_to_int)
{
    check_million(0, 1, 0, 37832752);
}

Test(swiss_bytes, slots_of_48_bytes_1_shl_20)
{
    check_million(40, 8, 0, 117524528);
}

Test(swiss_bytes, int_to_128_bytes_1_shl_20)
{
    check_million(128, 1, 1 << 20, 302073904);
}

/* 129 bytes lie outside: an object of class 144 each, and deletes give those back. */
Test(swiss_bytes, int_to_129_bytes_1_shl_18)
{
    struct map_type mt = type_of(8, 129, 1, false);
    struct filled f = new_map(&mt, 0, 1);
    fill(&mt, &f, 0, 1 << 18);
    cr_expect_eq(bytes_of(&mt, &f), 47207216, "%lu", (unsigned long)bytes_of(&mt, &f));
    for (uint64_t n = 0; n < 1 << 18; n++)
        cr_assert(swiss_any_del(&mt, &f.map, &n));
    cr_expect_eq(bytes_of(&mt, &f), 9458480, "%lu", (unsigned long)bytes_of(&mt, &f));
    drop(&mt, &f);
}

/* --- Hints --- */

struct hinted {
    uint64_t hint, tables, capacity, limits, bytes;
};

static uint64_t sum_of_growth_left(const struct swiss *m)
{
    uint64_t sum = 0;
    for (uint64_t i = 0; i < m->header->dir_len; i++)
        sum += m->header->directory[i]->growth_left;
    return sum;
}

static void check_hint(const struct hinted *expected)
{
    struct filled f = new_map(&swiss_u64_type, expected->hint, 1);
    unsigned long hint = (unsigned long)expected->hint;
    cr_expect_eq(bytes_of(&swiss_u64_type, &f), expected->bytes, "hint %lu", hint);
    cr_expect_eq(f.map.header->dir_len, expected->tables, "hint %lu", hint);
    cr_expect_eq(swiss_table_count(&f.map), expected->tables, "hint %lu", hint);
    cr_expect_eq(sum_of_growth_left(&f.map), expected->limits, "hint %lu", hint);
    for (uint64_t i = 0; i < f.map.header->dir_len; i++)
        cr_expect_eq(f.map.header->directory[i]->capacity, expected->capacity, "hint %lu", hint);
    cr_expect_null(swiss_check(&swiss_u64_type, &f.map));
    drop(&swiss_u64_type, &f);
}

Test(swiss_bytes, hinted_tables_before_any_put)
{
    static const struct hinted hints[] = {
        {0, 0, 0, 0, 48},               {1, 0, 0, 0, 48},           {8, 0, 0, 0, 48},
        {9, 1, 16, 14, 376},            {14, 1, 16, 14, 376},       {15, 1, 32, 28, 664},
        {28, 1, 32, 28, 664},           {29, 1, 64, 56, 1240},      {56, 1, 64, 56, 1240},
        {57, 1, 128, 112, 2392},        {112, 1, 128, 112, 2392},   {113, 1, 256, 224, 4952},
        {224, 1, 256, 224, 4952},       {225, 1, 512, 448, 9560},   {448, 1, 512, 448, 9560},
        {449, 1, 1024, 896, 18520},     {896, 1, 1024, 896, 18520},
        {897, 2, 512, 896, 19072},      {898, 2, 1024, 1792, 36992},
        {1792, 2, 1024, 1792, 36992},   {1793, 4, 512, 1792, 38096},
        {1795, 4, 512, 1792, 38096},    {1796, 4, 1024, 3584, 73936},
        {3585, 8, 512, 3584, 76144},    {10000, 16, 1024, 14336, 295600},
        {100000, 128, 1024, 114688, 2364592},
        {1000000, 2048, 1024, 1835008, 37832752},
        {1 << 20, 2048, 1024, 1835008, 37832752},
    };
    for (size_t i = 0; i < COUNT(hints); i++)
        check_hint(&hints[i]);
}

/* Hints that fit one table are kept: no put up to the hint allocates. */
Test(swiss_bytes, a_hint_up_to_896_is_kept)
{
    for (uint64_t hint = 9; hint <= 896; hint += hint < 64 ? 1 : 26) {
        struct filled f = new_map(&swiss_u64_type, hint, hint);
        uint64_t mallocs = heap_read(f.heap).mallocs;
        fill_u64(&f, 0, hint);
        cr_expect_eq(heap_read(f.heap).mallocs, mallocs, "hint %lu", (unsigned long)hint);
        drop(&swiss_u64_type, &f);
    }
}

/* 897 and 1793 get tables of 512 slots whose limits add up to less: some table doubles,
 * whatever the seed. 1792 gets exactly 1792: an even spread would do, and none is even. */
Test(swiss_bytes, hints_that_are_no_promise)
{
    static const uint64_t hints[] = {897, 1792, 1793, 3585};
    for (size_t i = 0; i < COUNT(hints); i++) {
        for (uint64_t seed = 1; seed <= 5; seed++) {
            struct filled f = new_map(&swiss_u64_type, hints[i], seed);
            uint64_t mallocs = heap_read(f.heap).mallocs;
            fill_u64(&f, 0, hints[i]);
            cr_expect(heap_read(f.heap).mallocs > mallocs, "hint %lu", (unsigned long)hints[i]);
            cr_expect(f.map.events.doublings + f.map.events.splits > 0);
            drop(&swiss_u64_type, &f);
        }
    }
}

/* Negative and absurd hints are no error: they are ignored, and nothing is taken. */
Test(swiss_bytes, absurd_hints_are_ignored)
{
    static const uint64_t hints[] = {
        (uint64_t)-1, (uint64_t)-1000000, (uint64_t)INT64_MIN, INT64_MAX,
        UINT64_MAX / 8, UINT64_MAX / 8 + 1, (uint64_t)1 << 60, (uint64_t)1 << 48,
    };
    for (size_t i = 0; i < COUNT(hints); i++) {
        struct filled f = new_map(&swiss_u64_type, hints[i], 1);
        cr_expect_eq(bytes_of(&swiss_u64_type, &f), 48, "hint %lx", (unsigned long)hints[i]);
        fill_u64(&f, 0, 9);
        cr_expect_eq(bytes_of(&swiss_u64_type, &f), 376);
        drop(&swiss_u64_type, &f);
    }
}

/* Below the absurd: a hint that no heap can serve is refused, and nothing is taken. */
Test(swiss_bytes, a_hint_beyond_the_heap_is_refused)
{
    struct heap *h = heap_new(&(struct heap_config){.reserve_bytes = (uint64_t)64 << 20});
    struct swiss m;
    cr_assert_not(swiss_u64_init(&m, h, (uint64_t)1 << 34, 1));
    cr_assert_not(swiss_u64_init(&m, h, 10000000, 1));
    heap_collect(h);
    cr_expect_eq(heap_read(h).heap_alloc, 0);
    cr_expect_eq(heap_read(h).mallocs, heap_read(h).frees);
    cr_expect_null(heap_check(h));
    heap_delete(h);
}
