/*
 * test_swiss_iter.c - ranges over maps that change meanwhile, and what ranges keep alive.
 *
 * play.c checks the promises of a range at random; here stand the cases that chance
 * seldom meets, the exact bytes of replaced tables, and where ranges begin.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "hash/hash.h"
#include "hash/random.h"
#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"
#include "swiss/swiss_wide.h"

TestSuite(swiss_iter, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* What the pieces of an int to int map take (fact sheet A.14). */
enum {
    SMALL_GROUP = 144,
    TABLE_16 = 32 + 288,
    TABLE_32 = 32 + 576,
    MAP_8 = 48 + SMALL_GROUP,
    MAP_14 = 376,
    MAP_28 = 664,
    MAP_56 = 1240,
    TABLE_1024 = 32 + 18432,
};

/* --- A map for each test --- */

static struct heap *heap;
static struct swiss m;

static void start(uint64_t entries, uint64_t seed)
{
    heap = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE, .junk = true});
    cr_assert_not_null(heap);
    cr_assert(swiss_u64_init(&m, heap, 0, seed));
    for (uint64_t key = 0; key < entries; key++)
        *swiss_u64_put(&m, key) = key;
}

static void put_run(uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++)
        *swiss_u64_put(&m, key) = key;
}

static uint64_t bytes_now(void)
{
    uint64_t bytes = heap_read(heap).heap_alloc;
    cr_assert_eq(swiss_bytes(&swiss_u64_type, &m), bytes);
    return bytes;
}

static void checked(const struct map_type *mt)
{
    const char *why = swiss_check(mt, &m);
    cr_assert_null(why, "%s", why);
}

static void stop_typed(const struct map_type *mt)
{
    checked(mt);
    cr_assert_null(m.iters);
    swiss_any_free(mt, &m);
    cr_assert_eq(heap_read(heap).heap_alloc, 0);
    heap_delete(heap);
}

static void stop(void)
{
    stop_typed(&swiss_u64_type);
}

static uint64_t step(struct swiss_iter *it)
{
    cr_assert(swiss_u64_iter_next(it));
    return *(const uint64_t *)it->key;
}

/* --- Sets of keys met --- */

enum { MOST_KEYS = 1 << 16 };
struct met {
    unsigned char times[MOST_KEYS];
    unsigned keys, twice;
};

static void meet(struct met *met, uint64_t key)
{
    cr_assert(key < MOST_KEYS);
    met->keys += met->times[key] == 0;
    met->twice += met->times[key] > 0;
    met->times[key]++;
}

static void go_on(struct swiss_iter *it, struct met *met)
{
    while (swiss_u64_iter_next(it))
        meet(met, *(const uint64_t *)it->key);
}

static void met_each_once(const struct met *met, uint64_t entries)
{
    cr_assert_eq(met->twice, 0);
    for (uint64_t key = 0; key < entries; key++)
        cr_assert_eq(met->times[key], 1, "key %lu: %u times", (unsigned long)key, met->times[key]);
}

/* --- Where ranges begin --- */

Test(swiss_iter, a_range_over_nothing_ends_at_once)
{
    for (unsigned emptied = 0; emptied < 3; emptied++) {
        start(emptied == 0 ? 0 : emptied == 1 ? 1 : 100, 1);
        for (uint64_t key = 0; key < 100; key++)
            swiss_u64_del(&m, key);
        struct random before = m.random;
        struct swiss_iter it;
        swiss_u64_iter_start(&m, &it);
        cr_assert_null(m.iters);
        cr_assert_eq(m.random.state, before.state);
        put_run(0, 5);                  /* put after it began: it has ended already */
        cr_assert_not(swiss_u64_iter_next(&it));
        cr_assert(it.key == NULL && it.elem == NULL);
        swiss_u64_iter_end(&it);
        stop();
    }
}

/* Every entry is the first of some ranges, in about equal parts where all slots are full. */
Test(swiss_iter, each_entry_of_a_full_group_comes_first_equally_often)
{
    start(8, 1);
    unsigned first[8] = {0};
    for (unsigned i = 0; i < 8000; i++) {
        struct swiss_iter it;
        swiss_u64_iter_start(&m, &it);
        first[step(&it)]++;
        swiss_u64_iter_end(&it);
    }
    for (unsigned key = 0; key < 8; key++)
        cr_expect(first[key] > 850 && first[key] < 1150, "key %u: %u times", key, first[key]);
    stop();
}

/* Of a large map, ranges begin in every table. */
Test(swiss_iter, each_table_comes_first_at_times)
{
    start(20000, 1);
    bool begun[256] = {false};
    uint64_t tables = swiss_table_count(&m), found = 0;
    for (unsigned i = 0; i < 2000; i++) {
        struct swiss_iter it;
        swiss_u64_iter_start(&m, &it);
        step(&it);
        found += !begun[it.table->index];
        begun[it.table->index] = true;
        swiss_u64_iter_end(&it);
    }
    cr_assert_eq(found, tables);
    stop();
}

/* In one table the order is a rotation of one cycle: after each key comes always the same. */
static void order_is_a_rotation(uint64_t entries)
{
    start(entries, 1);
    uint64_t after[64];
    memset(after, 0xFF, sizeof after);
    for (unsigned i = 0; i < 200; i++) {
        struct swiss_iter it;
        swiss_u64_iter_start(&m, &it);
        uint64_t first = step(&it), last = first;
        for (uint64_t n = 1; n < entries; n++) {
            uint64_t key = step(&it);
            cr_assert(after[last] == UINT64_MAX || after[last] == key);
            after[last] = key;
            last = key;
        }
        cr_assert(after[last] == UINT64_MAX || after[last] == first);
        after[last] = first;
        cr_assert_not(swiss_u64_iter_next(&it));
    }
    stop();
}

Test(swiss_iter, the_order_in_one_table_is_a_rotation)
{
    order_is_a_rotation(5);
    order_is_a_rotation(8);
    order_is_a_rotation(14);
    order_is_a_rotation(50);
}

/*
 * Tables of different depths: a drawn start may lie in the middle of a table's run of directory
 * entries. Each table is walked once all the same.
 */
Test(swiss_iter, a_start_in_the_middle_of_a_run_meets_all_once)
{
    unsigned uneven = 0;
    for (uint64_t seed = 1; seed <= 10; seed++) {
        start(seed % 2 == 0 ? 1792 : 3584, seed);    /* seven eighths: some tables have split */
        uneven += swiss_table_count(&m) < m.header->dir_len;
        for (unsigned i = 0; i < 60; i++) {
            static struct met met;
            met = (struct met){.keys = 0};
            struct swiss_iter it;
            swiss_u64_iter_start(&m, &it);
            go_on(&it, &met);
            met_each_once(&met, swiss_len(&m));
        }
        stop();
    }
    cr_assert(uneven >= 3, "%u of 10 directories had runs", uneven);
}

/* --- Growth during a range --- */

/* A range over `entries`; at each step `more` keys are put, until there are `most`. */
static void range_over_a_growing_map(uint64_t entries, uint64_t more, uint64_t most, uint64_t seed)
{
    static struct met met;
    met = (struct met){.keys = 0};
    start(entries, seed);
    uint64_t next = entries, directories = m.events.directories;
    struct swiss_iter it;
    swiss_u64_iter_start(&m, &it);
    while (swiss_u64_iter_next(&it)) {
        meet(&met, *(const uint64_t *)it.key);
        cr_assert_eq(*(uint64_t *)it.elem, *(const uint64_t *)it.key);
        cr_assert_eq(swiss_u64_get(&m, *(const uint64_t *)it.key), it.elem);
        uint64_t to = next + more < most ? next + more : most;
        put_run(next, to);
        next = to;
    }
    met_each_once(&met, entries);
    if (entries >= 100 && more >= 50)   /* several doublings lie behind this one range */
        cr_assert(m.events.directories >= directories + 3, "%u directories",
                  (unsigned)(m.events.directories - directories));
    bytes_now();
    stop();
}

Test(swiss_iter, old_entries_come_once_however_the_map_grows)
{
    static const uint64_t entries[] = {1, 5, 8, 9, 14, 100, 896, 897, 2500};
    static const uint64_t more[] = {1, 3, 50, 1000, 30000};
    for (size_t e = 0; e < COUNT(entries); e++)
        for (size_t i = 0; i < COUNT(more); i++)
            for (uint64_t seed = 1; seed <= 3; seed++)
                range_over_a_growing_map(entries[e], more[i], 30000, 10 * seed + i);
}

/* Growth before the first step: a range that has begun but not stepped anywhere. */
Test(swiss_iter, a_range_that_has_not_stepped_follows_the_growth)
{
    static const uint64_t entries[] = {3, 8, 10, 900, 4000};
    for (size_t e = 0; e < COUNT(entries); e++) {
        static struct met met;
        met = (struct met){.keys = 0};
        start(entries[e], e);
        struct swiss_iter it;
        swiss_u64_iter_start(&m, &it);
        put_run(entries[e], 40000);
        go_on(&it, &met);
        met_each_once(&met, entries[e]);
        stop();
    }
}

/* Several ranges at different places, each stepping at its own pace while the map grows. */
Test(swiss_iter, interleaved_ranges_do_not_disturb_each_other)
{
    enum { RANGES = 5 };
    static struct met met[RANGES];
    struct swiss_iter it[RANGES];
    bool open[RANGES];
    start(1000, 3);
    uint64_t next = 1000;
    for (unsigned r = 0; r < RANGES; r++) {
        swiss_u64_iter_start(&m, &it[r]);
        open[r] = true;
    }
    for (unsigned left = RANGES; left > 0;) {
        for (unsigned r = 0; r < RANGES; r++) {
            for (unsigned n = 0; open[r] && n < 3 * r + 1; n++) {
                open[r] = swiss_u64_iter_next(&it[r]);
                left -= !open[r];
                if (open[r])
                    meet(&met[r], *(const uint64_t *)it[r].key);
            }
        }
        put_run(next, next + 40 < 30000 ? next + 40 : next);
        next = swiss_len(&m);
        bytes_now();
    }
    for (unsigned r = 0; r < RANGES; r++)
        met_each_once(&met[r], 1000);
    checked(&swiss_u64_type);
    stop();
}

/* A writing range: what goes to its elem is in the map, from replaced tables too. */
Test(swiss_iter, the_elem_of_a_range_is_the_maps_own)
{
    start(1000, 3);
    struct swiss_iter it;
    swiss_u64_iter_start(&m, &it);
    for (uint64_t next = 1000; swiss_u64_iter_next(&it); next += 5) {
        *(uint64_t *)it.elem += 1000000;
        put_run(next, next + 5);
    }
    for (uint64_t key = 0; key < 1000; key++)
        cr_assert_eq(*swiss_u64_get(&m, key), key + 1000000);
    stop();
}

/* --- Deletes during a range --- */

/* At each step a key goes that has not come: met and deleted together are all. */
static void delete_while_ranging(uint64_t entries, uint64_t grow_to, uint64_t seed)
{
    static struct met met;
    met = (struct met){.keys = 0};
    start(entries, seed);
    struct random random = {.state = seed};
    uint64_t deleted = 0;
    struct swiss_iter it;
    swiss_u64_iter_start(&m, &it);
    while (swiss_u64_iter_next(&it)) {
        uint64_t key = *(const uint64_t *)it.key;
        meet(&met, key);
        if (met.keys == entries / 4 + 1)
            put_run(entries, grow_to);
        key = random_below(&random, entries);
        if (met.times[key] == 0 && swiss_u64_del(&m, key)) {
            met.times[key] = 100;       /* meeting it now would count as twice */
            deleted++;
        }
    }
    uint64_t old = 0;
    for (uint64_t key = 0; key < entries; key++)
        old += met.times[key] == 1;
    cr_assert_eq(met.twice, 0);
    cr_assert_eq(old + deleted, entries);
    cr_assert(deleted > 0 || entries < 4);
    stop();
}

Test(swiss_iter, deleted_entries_do_not_come)
{
    static const uint64_t entries[] = {2, 8, 14, 200, 896, 3000};
    for (size_t e = 0; e < COUNT(entries); e++) {
        for (uint64_t seed = 1; seed <= 5; seed++) {
            delete_while_ranging(entries[e], entries[e], seed);
            delete_while_ranging(entries[e], 3 * entries[e], seed);
            delete_while_ranging(entries[e], 10 * entries[e] + 9, seed);
        }
    }
}

/* `for k in m: delete(m, k)` meets every entry once and empties the map, growth or not. */
Test(swiss_iter, a_range_may_delete_what_it_meets)
{
    static const uint64_t entries[] = {1, 8, 9, 1000, 5000};
    for (size_t e = 0; e < COUNT(entries); e++) {
        static struct met met;
        met = (struct met){.keys = 0};
        start(entries[e], e);
        struct swiss_iter it;
        swiss_u64_iter_start(&m, &it);
        while (swiss_u64_iter_next(&it)) {
            meet(&met, *(const uint64_t *)it.key);
            cr_assert(swiss_u64_del(&m, *(const uint64_t *)it.key));
        }
        met_each_once(&met, entries[e]);
        cr_assert_eq(swiss_len(&m), 0);
        stop();
    }
}

/* --- Clear during a range --- */

/* After a clear nothing is left to come, on whatever the range stands. */
Test(swiss_iter, clear_ends_a_range)
{
    static const struct {
        uint64_t entries, then;
    } cases[] = {{3, 3}, {8, 8}, {8, 9}, {14, 14}, {14, 20}, {900, 900}, {900, 5000}, {5000, 5000}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        for (unsigned stepped = 0; stepped <= 2; stepped++) {
            start(cases[i].entries, i);
            struct swiss_iter it;
            swiss_u64_iter_start(&m, &it);
            for (unsigned n = 0; n < stepped; n++)
                step(&it);
            put_run(cases[i].entries, cases[i].then);
            swiss_u64_clear(&m);
            cr_assert_not(swiss_u64_iter_next(&it));
            cr_assert_null(m.iters);
            bytes_now();
            stop();
        }
    }
}

/* Cleared and filled with other keys: new ones may come, once each; the old ones do not. */
Test(swiss_iter, after_clear_only_new_entries_may_come)
{
    static const uint64_t entries[] = {3, 8, 9, 100, 900, 5000};
    for (size_t e = 0; e < COUNT(entries); e++) {
        static struct met met;
        met = (struct met){.keys = 0};
        start(entries[e], e);
        struct swiss_iter it;
        swiss_u64_iter_start(&m, &it);
        step(&it);
        put_run(entries[e], 2 * entries[e]);
        swiss_u64_clear(&m);
        put_run(20000, 20000 + 2 * entries[e]);
        go_on(&it, &met);
        cr_assert_eq(met.twice, 0);
        for (uint64_t key = 0; key < 20000; key++)
            cr_assert_eq(met.times[key], 0);
        stop();
    }
}

/*
 * The exception that swiss_iter.h names, and Go has it too (shown with Go 1.26): the range
 * stands on a replaced table, the seed is redrawn, and old keys come back. The old table asks
 * for them, and by the new seed some also lie in a table not yet reached.
 */
static unsigned twice_after_redraw(bool by_clear, uint64_t seed)
{
    static struct met met;
    met = (struct met){.keys = 0};
    start(900, seed);
    struct swiss_iter it;
    swiss_u64_iter_start(&m, &it);
    step(&it);
    put_run(900, 3000);
    if (by_clear)
        swiss_u64_clear(&m);
    for (uint64_t key = 0; key < 3000; key++)
        swiss_u64_del(&m, key);
    put_run(0, 900);
    go_on(&it, &met);
    for (uint64_t key = 0; key < 900; key++)
        cr_assert_leq(met.times[key], 2);
    stop();
    return met.twice;
}

Test(swiss_iter, as_in_go_a_redrawn_seed_may_repeat_keys_put_again)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        cr_expect(twice_after_redraw(true, seed) > 100);
        cr_expect(twice_after_redraw(false, seed) > 100);
    }
}

/* --- NaN --- */

static const struct map_type f64_type = {
    .name = "f64 -> u64",
    .key_bytes = 8,
    .elem_bytes = 8,
    .slot_bytes = 16,
    .elem_at = 8,
    .key_update = true,
    .hash = hash_f64,
    .equal = equal_f64,
};

static void put_nans(unsigned from, unsigned to)
{
    double nan = NAN;
    for (unsigned n = from; n < to; n++)
        *(uint64_t *)swiss_any_put(&f64_type, &m, &nan) = n;
}

/* A NaN in a replaced group or table cannot be looked up: the clear count says that it is gone. */
Test(swiss_iter, clear_takes_nan_from_replaced_tables_too)
{
    static const unsigned counts[][2] = {{5, 5}, {8, 20}, {14, 40}, {500, 2000}};
    for (size_t i = 0; i < COUNT(counts); i++) {
        static struct met met;
        met = (struct met){.keys = 0};
        start(0, i);
        put_nans(0, counts[i][0]);
        struct swiss_iter it;
        swiss_any_iter_start(&f64_type, &m, &it);
        cr_assert(swiss_any_iter_next(&f64_type, &it));
        put_nans(counts[i][0], counts[i][1]);
        swiss_any_clear(&f64_type, &m);
        put_nans(10000, 10003);
        while (swiss_any_iter_next(&f64_type, &it))
            meet(&met, *(uint64_t *)it.elem);
        for (unsigned n = 0; n < 10000; n++)
            cr_assert_eq(met.times[n], 0, "NaN %u of %u", n, counts[i][1]);
        cr_assert_eq(met.twice, 0);
        stop_typed(&f64_type);
    }
}

/* --- What ranges keep alive, to the byte --- */

Test(swiss_iter, a_replaced_table_lives_until_its_last_range_leaves_it)
{
    start(14, 1);
    cr_assert_eq(bytes_now(), MAP_14);
    struct swiss_iter a, b, never;
    swiss_u64_iter_start(&m, &a);
    swiss_u64_iter_start(&m, &b);
    swiss_u64_iter_start(&m, &never);
    step(&a);
    step(&b);
    cr_assert_eq(bytes_now(), MAP_14);
    put_run(14, 15);
    cr_assert_eq(bytes_now(), MAP_28 + TABLE_16);
    swiss_u64_iter_end(&a);
    cr_assert_eq(bytes_now(), MAP_28 + TABLE_16);
    while (swiss_u64_iter_next(&b))
        cr_assert_eq(bytes_now(), MAP_28 + TABLE_16);
    cr_assert_eq(bytes_now(), MAP_28);
    swiss_u64_iter_end(&never);
    cr_assert_eq(bytes_now(), MAP_28);
    stop();
}

/* A range that has begun but stands on no table yet keeps none. */
Test(swiss_iter, a_range_that_has_not_stepped_keeps_no_table)
{
    start(14, 1);
    struct swiss_iter it;
    swiss_u64_iter_start(&m, &it);
    put_run(14, 15);
    cr_assert_eq(bytes_now(), MAP_28);
    swiss_u64_iter_end(&it);
    stop();
}

/* Doubled twice under one range: only the table on which it stands is kept, not the one between. */
Test(swiss_iter, tables_between_are_not_kept)
{
    start(14, 1);
    struct swiss_iter it, later;
    swiss_u64_iter_start(&m, &it);
    step(&it);
    put_run(14, 29);
    cr_assert_eq(bytes_now(), MAP_56 + TABLE_16);
    swiss_u64_iter_start(&m, &later);
    step(&later);
    swiss_u64_iter_end(&it);
    cr_assert_eq(bytes_now(), MAP_56);
    swiss_u64_iter_end(&later);
    stop();
}

/* Two ranges on two generations keep both. */
Test(swiss_iter, each_generation_is_kept_by_its_own_range)
{
    start(14, 1);
    struct swiss_iter older, newer;
    swiss_u64_iter_start(&m, &older);
    step(&older);
    put_run(14, 15);
    swiss_u64_iter_start(&m, &newer);
    step(&newer);
    put_run(15, 29);
    cr_assert_eq(bytes_now(), MAP_56 + TABLE_16 + TABLE_32);
    swiss_u64_iter_end(&older);
    cr_assert_eq(bytes_now(), MAP_56 + TABLE_32);
    swiss_u64_iter_end(&newer);
    cr_assert_eq(bytes_now(), MAP_56);
    stop();
}

/* A small map's group is held from the start of the range, stepped or not. */
Test(swiss_iter, a_replaced_small_group_lives_until_its_last_range_ends)
{
    start(8, 1);
    cr_assert_eq(bytes_now(), MAP_8);
    struct swiss_iter a, b;
    swiss_u64_iter_start(&m, &a);
    swiss_u64_iter_start(&m, &b);
    put_run(8, 9);
    cr_assert_eq(bytes_now(), MAP_14 + SMALL_GROUP);
    while (swiss_u64_iter_next(&a))
        cr_assert_eq(bytes_now(), MAP_14 + SMALL_GROUP);
    cr_assert_eq(bytes_now(), MAP_14 + SMALL_GROUP);
    swiss_u64_iter_end(&b);
    cr_assert_eq(bytes_now(), MAP_14);
    stop();
}

/* A split table goes when the range steps on to the next one, not at the range's end. */
Test(swiss_iter, a_split_table_goes_when_the_range_steps_on)
{
    start(3000, 1);
    struct swiss_iter it;
    swiss_u64_iter_start(&m, &it);
    step(&it);
    const struct swiss_table *walked = it.table;
    uint64_t next = 3000;
    while (walked->index != -1) {
        put_run(next, next + 1);
        next++;
    }
    uint64_t kept = bytes_now();
    while (it.table == walked)
        step(&it);
    cr_assert_eq(bytes_now(), kept - TABLE_1024);
    cr_assert_not_null(m.iters);
    swiss_u64_iter_end(&it);
    cr_assert_eq(bytes_now(), kept - TABLE_1024);
    stop();
}

/* Keys outside the slots: those of a replaced table are the map's own, kept and counted once; a
 * deleted one is gone at once, and neither looked at nor produced. */
Test(swiss_iter, deleted_indirect_keys_are_not_kept_by_ranges)
{
    const struct map_type *mt = &swiss_wide_type;
    heap = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE, .junk = true});
    cr_assert(swiss_wide_init(&m, heap, 0, 1));
    struct wide_key key = {{0}};
    for (key.bytes[9] = 0; key.bytes[9] < 14; key.bytes[9]++)
        *swiss_wide_put(&m, &key) = key.bytes[9];
    struct swiss_iter it;
    swiss_wide_iter_start(&m, &it);
    cr_assert(swiss_wide_iter_next(&it));
    unsigned first = ((const struct wide_key *)it.key)->bytes[9];
    for (key.bytes[9] = 14; key.bytes[9] < 30; key.bytes[9]++)
        *swiss_wide_put(&m, &key) = key.bytes[9];
    uint64_t bytes = heap_read(heap).heap_alloc;
    cr_assert_eq(bytes, swiss_bytes(mt, &m));
    for (key.bytes[9] = 0; key.bytes[9] < 14; key.bytes[9]++)
        cr_assert_eq(swiss_wide_del(&m, &key), true);
    cr_assert_eq(heap_read(heap).heap_alloc, bytes - 14 * 144);
    while (swiss_wide_iter_next(&it))
        cr_assert(((const struct wide_key *)it.key)->bytes[9] >= 14);
    cr_assert(first < 14);
    cr_assert_eq(heap_read(heap).heap_alloc, swiss_bytes(mt, &m));
    stop_typed(mt);
}

/* The number of full slots of some groups, each of which must hold a key that the map has still:
 * the same object, not only an equal key. Nothing is read through a pointer that may be stale. */
static unsigned living_keys(unsigned char *groups, uint64_t count)
{
    const struct map_type *mt = &swiss_wide_type;
    unsigned full = 0;
    for (uint64_t slot = 0; slot < count * 8; slot++) {
        unsigned char *group = groups + slot / 8 * swiss_group_bytes(mt);
        if (group[slot % 8] >= 0x80)
            continue;
        const void *key = swiss_pointer(swiss_slot(mt, group, slot % 8));
        bool lives = false;
        struct swiss_iter it;
        swiss_wide_iter_start(&m, &it);
        while (swiss_wide_iter_next(&it))
            lives |= it.key == key;
        cr_assert(lives, "slot %lu of a replaced group points to a dropped key",
                  (unsigned long)slot);
        full++;
    }
    return full;
}

static unsigned living_keys_under(const struct swiss_iter *it)
{
    return it->group != NULL ? living_keys(it->group, 1)
                             : living_keys(it->table->groups, it->table->group_mask + 1);
}

/*
 * What a range stands on shares the keys with the map. When one is dropped, no replaced table or
 * group may point to it any longer: its memory is soon another key's. Two ranges stand on a full
 * small map's group, or on a table at its limit; keys go one by one, then all by a clear.
 */
static void forget_keys(unsigned entries, unsigned grown)
{
    heap = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE, .junk = true});
    cr_assert(swiss_wide_init(&m, heap, 0, 1));
    struct wide_key key = {{0}};
    for (key.bytes[9] = 0; key.bytes[9] < entries; key.bytes[9]++)
        *swiss_wide_put(&m, &key) = key.bytes[9];
    struct swiss_iter it[2];
    for (unsigned i = 0; i < 2; i++) {
        swiss_wide_iter_start(&m, &it[i]);
        cr_assert(swiss_wide_iter_next(&it[i]));
    }
    for (key.bytes[9] = (unsigned char)entries; key.bytes[9] < grown; key.bytes[9]++)
        *swiss_wide_put(&m, &key) = key.bytes[9];
    cr_assert_eq(living_keys_under(&it[0]), entries);
    for (unsigned gone = 0; gone < entries / 2; gone++) {
        key.bytes[9] = (unsigned char)gone;
        cr_assert(swiss_wide_del(&m, &key));
        key.bytes[9] = (unsigned char)(200 + gone);     /* takes the memory just given back */
        *swiss_wide_put(&m, &key) = 0;
        cr_assert_eq(living_keys_under(&it[0]), entries - gone - 1);
    }
    swiss_wide_clear(&m);
    cr_assert_eq(living_keys_under(&it[0]), 0);
    for (unsigned i = 0; i < 2; i++)
        cr_assert_not(swiss_wide_iter_next(&it[i]));
    stop_typed(&swiss_wide_type);
}

Test(swiss_iter, replaced_tables_forget_dropped_keys)
{
    forget_keys(8, 9);
    forget_keys(8, 40);
    forget_keys(14, 15);
    forget_keys(56, 120);
}

/* --- The list of running ranges --- */

static void end_in_order(const unsigned order[4])
{
    struct swiss_iter it[4];
    start(20, 1);
    for (unsigned i = 0; i < 4; i++) {
        swiss_u64_iter_start(&m, &it[i]);
        step(&it[i]);
    }
    put_run(20, 40);
    for (unsigned i = 0; i < 4; i++) {
        swiss_u64_iter_end(&it[order[i]]);
        unsigned left = 0;
        for (const struct swiss_iter *at = m.iters; at != NULL; at = at->next) {
            cr_assert(at->m == &m && at != &it[order[i]]);
            left++;
        }
        cr_assert_eq(left, 3 - i);
        cr_assert_eq(bytes_now() > MAP_56, left > 0);
        swiss_u64_iter_end(&it[order[i]]);      /* a second time does nothing */
        cr_assert_not(swiss_u64_iter_next(&it[order[i]]));
    }
    stop();
}

Test(swiss_iter, ranges_end_in_any_order)
{
    for (unsigned a = 0; a < 4; a++)
        for (unsigned b = 0; b < 4; b++)
            for (unsigned c = 0; c < 4; c++)
                if (a != b && b != c && a != c)
                    end_in_order((unsigned[4]){a, b, c, 6 - a - b - c});
}

/* --- Not quadratic --- */

/*
 * Entries copied in the order of a range, into a map of the same seed: a table's keys come in the
 * order of their hashes, the worst for a map of tables without a bound. The time limit is the test.
 */
Test(swiss_iter, a_copy_in_the_order_of_a_range_takes_no_quadratic_time, .timeout = 20)
{
    start(1 << 18, 1);
    struct heap *other = heap_new(NULL);
    struct swiss copy;
    cr_assert(swiss_u64_init(&copy, other, 0, 1));
    struct swiss_iter it;
    swiss_u64_iter_start(&m, &it);
    while (swiss_u64_iter_next(&it))
        *swiss_u64_put(&copy, *(const uint64_t *)it.key) = *(uint64_t *)it.elem;
    cr_assert_eq(swiss_len(&copy), 1 << 18);
    heap_delete(other);
    stop();
}
