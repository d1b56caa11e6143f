/*
 * test_promise.c - maps made with your hints, filled, and watched.
 */
#include "promise.h"

#include <criterion/criterion.h>

#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

TestSuite(promise, .timeout = 20);

/* What became of a map that was made with a hint, and filled. */
struct filled {
    uint64_t tables, slots;             /* as made */
    uint64_t grown;                     /* of the tables, so often, while it was filled */
    uint64_t made_bytes;                /* HeapAlloc before the first put */
};

static struct filled fill(uint64_t hint, uint64_t entries, uint64_t seed)
{
    struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
    struct swiss m;
    cr_assert(hint <= 4 * entries + 16,
              "for %lu entries your hint is %lu: the map would be as large for ever", entries,
              hint);
    cr_assert(h != NULL && swiss_u64_init(&m, h, hint, seed),
              "the system has no memory for the test");
    struct filled f = {.tables = swiss_table_count(&m), .slots = swiss_slot_count(&m),
                       .made_bytes = heap_read(h).heap_alloc};
    for (uint64_t key = 0; key < entries; key++)
        *swiss_u64_put(&m, key) = key;
    const struct swiss_events *e = &m.events;
    f.grown = e->conversions + e->doublings + e->splits;
    heap_delete(h);
    return f;
}

static void check_promise(uint64_t entries, uint64_t seed)
{
    uint64_t hint = hint_for(entries);
    struct filled f = fill(hint, entries, seed);
    cr_assert_eq(f.grown, 0, "%lu entries, made with your hint of %lu: %lu tables with %lu slots "
                             "in all, which may hold %lu entries together. Filled with seed %lu, "
                             "tables grew %lu times. Does chance deal each table the same?",
                             entries, hint, f.tables, f.slots, f.slots / 8 * 7, seed, f.grown);
}

/* --- It holds --------------------------------------------------------------- */

Test(promise, one_table)
{
    for (uint64_t entries = 1; entries <= 896; entries += entries < 130 ? 1 : 7)
        check_promise(entries, 1);
    check_promise(896, 1);
}

/* Where the divisions of a plan round down to one entry too few. */
Test(promise, one_too_few)
{
    for (uint64_t entries = 897; entries <= 4 * 896 + 1; entries = 2 * entries - 1)
        for (uint64_t seed = 1; seed <= 4; seed++)
            check_promise(entries, seed);
}

/* Where all tables together have just room enough, or a little more. */
Test(promise, many_tables)
{
    const uint64_t entries[] = {1792, 1700, 1640, 3584, 3400, 3250, 7168, 6800, 6450, 12900};
    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++)
        for (uint64_t seed = 1; seed <= 6; seed++)
            check_promise(entries[i], seed);
}

/* --- And no more ------------------------------------------------------------ */

static void check_slots(uint64_t entries, uint64_t most)
{
    check_promise(entries, 1);
    uint64_t hint = hint_for(entries);
    struct filled f = fill(hint, entries, 1);
    cr_assert(f.slots <= most, "%lu entries, made with your hint of %lu: %lu tables with %lu "
                               "slots in all, and %lu would do",
                               entries, hint, f.tables, f.slots, most);
}

Test(promise, a_small_map_stays_small)
{
    for (uint64_t entries = 0; entries <= 8; entries++) {
        struct filled f = fill(hint_for(entries), entries, 1);
        cr_assert_eq(f.made_bytes, 48,
                     "a map for %lu entries takes %lu B before the first, and 48 would do: up to "
                     "eight entries need no table", entries, f.made_bytes);
    }
}

Test(promise, no_larger_than_it_must_be)
{
    for (uint64_t slots = 16; slots <= 1024; slots *= 2) {
        check_slots(slots / 8 * 7, slots);
        check_slots(slots / 2 / 8 * 7 + 1, slots < 32 ? 16 : slots);
    }
    check_slots(897, 2048);             /* two tables: one would have grown */
    check_slots(1300, 2048);
    check_slots(2600, 4096);            /* 650 to each of four, give or take 25 */
    check_slots(5200, 8192);
    check_slots(7168, 16384);
    check_slots(22000, 32768);          /* 688 to each of 32, give or take 26 */
}
