/*
 * test_estimate.c - estimates of a map, held against maps that are really built.
 */
#include "estimate.h"

#include <criterion/criterion.h>

#include "hash/hash.h"
#include "swiss/swiss_any.h"

TestSuite(estimate, .timeout = 20);

/* Slots of an int key and values of so many bytes: 16, 24, 56, 72, 136 bytes in all. */
static const size_t values[] = {8, 16, 48, 64, 128};
enum { VALUES = sizeof values / sizeof values[0] };

static struct map_type type_of(size_t value_bytes, bool pointers)
{
    return map_type_of(&(struct map_shape){
        .name = "int to value",
        .key_bytes = 8, .key_align = 8, .elem_bytes = value_bytes, .elem_align = 8,
        .elem_pointers = pointers, .key_direct_compare = true, .hash = hash_u64, .equal = equal_u64,
    });
}

/* A map is made for `entries`, and `puts` of them are put: HeapAlloc, collected. */
static uint64_t built(const struct map_type *mt, uint64_t hint, uint64_t puts)
{
    struct heap *h = heap_new(NULL);
    struct swiss m;
    cr_assert(h != NULL && swiss_any_init(mt, &m, h, hint, 1),
              "the system has no memory for the test");
    for (uint64_t key = 0; key < puts; key++)
        cr_assert_not_null(swiss_any_put(mt, &m, &key));
    heap_collect(h);
    uint64_t bytes = heap_read(h).heap_alloc;
    heap_delete(h);
    return bytes;
}

static void check(uint64_t entries, size_t value_bytes, bool pointers, const char *ask)
{
    struct map_type mt = type_of(value_bytes, pointers);
    uint64_t real = built(&mt, entries, entries > 0);
    uint64_t yours = map_bytes(entries, mt.slot_bytes, pointers);
    cr_assert_eq(yours, real,
                 "a map for %lu %s, slots of %lu B with%s pointers, takes %lu B; you say %lu B, "
                 "which is %lu B too %s. %s", entries, entries == 1 ? "entry" : "entries",
                 mt.slot_bytes, pointers ? "" : "out", real, yours,
                 yours > real ? yours - real : real - yours, yours > real ? "many" : "few", ask);
}

static void check_each_slot(uint64_t entries, bool pointers, const char *ask)
{
    for (int i = 0; i < VALUES; i++)
        check(entries, values[i], pointers, ask);
}

/* --- From nothing to many tables -------------------------------------------- */

Test(estimate, no_entry)
{
    check_each_slot(0, false, "A map without entries has a header and no group yet.");
}

Test(estimate, one_group)
{
    for (uint64_t entries = 1; entries <= 8; entries++)
        check_each_slot(entries, false,
                        "One group, and what is in it besides the slots? And what does the heap "
                        "make of its bytes?");
}

Test(estimate, one_table)
{
    const uint64_t entries[] = {9, 14, 28, 56, 112, 224, 448, 896, 15, 29, 57, 113, 225, 449,
                                10, 20, 100, 500, 700};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        check_each_slot(entries[i], false,
                        "How many slots has a table that may be filled to seven eighths? And "
                        "which objects are there?");
}

/* Grown key by key from nothing the map ends at the same bytes, up to one full table. */
Test(estimate, grown_maps_are_the_same)
{
    struct map_type mt = type_of(8, false);
    for (uint64_t entries = 1; entries <= 896; entries += entries < 130 ? 1 : 13) {
        uint64_t real = built(&mt, 0, entries), yours = map_bytes(entries, mt.slot_bytes, false);
        cr_assert_eq(yours, real,
                     "a map is filled key by key from empty, entries: %lu. It takes %lu B, and you "
                     "say %lu B", entries, real, yours);
    }
}

Test(estimate, many_tables)
{
    const uint64_t entries[] = {897, 898, 1000, 1792, 1793, 1794, 2000, 3584, 3590, 5000,
                                7168, 8192, 10000, 14400, 30000};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        check_each_slot(entries[i], false,
                        "How many tables of 1024 slots would do, how many are made, and which "
                        "share has each?");
}

Test(estimate, slots_with_pointers)
{
    const uint64_t entries[] = {1, 8, 10, 28, 30, 100, 449, 800, 896, 2000, 5000};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        check_each_slot(entries[i], true,
                        "With the same slots and no pointers you are right? Then: what does the "
                        "heap put in front of an object that holds pointers?");
}

/* Too large to be built here. What is not the tables is the directory and the header. */
Test(estimate, a_hundred_million)
{
    uint64_t yours = map_bytes(100000000, 56, false);
    cr_assert_eq(yours, (uint64_t)131072 * (65536 + 32 + 8) + 48,
                 "a map for 100,000,000 entries, slots of 56 B without pointers: 131072 tables "
                 "of 65536 B in groups; you say %lu B", yours);
}
