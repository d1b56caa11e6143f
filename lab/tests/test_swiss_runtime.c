/*
 * test_swiss_runtime.c - the Go runtime's own map tests, played by the model.
 *
 * Each test has the name of Go's (the tests of internal/runtime/maps, runtime/map_test.go,
 * map_swiss_test.go, test/clear.go; all as of Go 1.24) and shows what that one shows. The code is
 * the lab's. Left out: what needs a compiler, a scheduler or an interface type.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "hash/hash.h"
#include "hash/hash_bad.h"
#include "hash/random.h"
#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_str.h"
#include "swiss/swiss_u64.h"
#include "swiss/swiss_wide.h"

TestSuite(swiss_runtime, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* --- A map for each test --- */

static struct heap *heap;
static struct swiss m;
static const struct map_type *mt;

static void start_hinted(const struct map_type *type, uint64_t hint, uint64_t seed)
{
    mt = type;
    heap = heap_new(&(struct heap_config){.junk = true});
    cr_assert_not_null(heap);
    cr_assert(swiss_any_init(mt, &m, heap, hint, seed));
}

static void start(const struct map_type *type)
{
    start_hinted(type, 0, 1);
}

static void checked(void)
{
    const char *why = swiss_check(mt, &m);
    cr_assert_null(why, "%s", why);
}

static void stop(void)
{
    checked();
    swiss_any_free(mt, &m);
    heap_collect(heap);
    cr_assert_eq(heap_read(heap).heap_alloc, 0);
    heap_delete(heap);
}

/* The verbs for 8-byte keys and elems, floats too. */
static void put(uint64_t key, uint64_t value)
{
    uint64_t *elem = swiss_any_put(mt, &m, &key);
    cr_assert_not_null(elem);
    *elem = value;
}

static uint64_t *get(uint64_t key)
{
    return swiss_any_get(mt, &m, &key);
}

static bool del(uint64_t key)
{
    return swiss_any_del(mt, &m, &key);
}

static bool holds(uint64_t key, uint64_t value)
{
    const uint64_t *elem = get(key);
    return elem != NULL && *elem == value;
}

/* Puts from, from + 1, ... each with itself plus an amount. */
static void put_run(uint64_t from, uint64_t to, uint64_t plus)
{
    for (uint64_t key = from; key < to; key++)
        put(key, key + plus);
}

static uint64_t bits_of(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

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

static struct map_type hashed_by(uint64_t (*hash)(const void *key, uint64_t seed))
{
    struct map_type type = swiss_u64_type;
    type.hash = hash;
    return type;
}

static struct swiss_table *only_table(void)
{
    cr_assert_eq(m.header->dir_len, 1);
    return m.header->directory[0];
}

/* --- Ranges --- */

/* A set of keys below a bound that a range met. */
struct met {
    unsigned char times[20000];
    unsigned keys;                      /* different ones */
    unsigned twice;
};

static void meet(struct met *met, uint64_t key)
{
    cr_assert(key < sizeof met->times, "a key that was never put");
    if (met->times[key]++ == 0)
        met->keys++;
    else
        met->twice++;
}

static uint64_t key_of(const struct swiss_iter *it)
{
    return *(const uint64_t *)it->key;
}

static uint64_t value_of(const struct swiss_iter *it)
{
    return *(const uint64_t *)it->elem;
}

static void go_on(struct swiss_iter *it, struct met *met)
{
    while (swiss_any_iter_next(mt, it))
        meet(met, key_of(it));
}

/* --- internal/runtime/maps --- */

Test(swiss_runtime, TestCtrlSize)
{
    cr_assert_eq(sizeof CTRL_ALL_EMPTY, 8);
    cr_assert_eq(swiss_group_bytes(&swiss_u64_type), 8 + 8 * 16);
}

static void test_map_put(uint64_t hint)
{
    start_hinted(&swiss_u64_type, hint, 1);
    for (uint64_t key = 0; key < 31; key++) {
        put(key, 256 + key);
        for (uint64_t k = 0; k <= key; k++)
            cr_assert(holds(k, 256 + k), "key %lu after put of %lu", k, key);
    }
    cr_assert_null(get(31));
    stop();
}

Test(swiss_runtime, TestMapPut)
{
    test_map_put(0);
    test_map_put(32);
}

Test(swiss_runtime, TestMapDelete)
{
    start(&swiss_u64_type);
    put_run(0, 31, 256);
    for (uint64_t key = 0; key < 31; key++) {
        cr_assert(del(key));
        cr_assert_null(get(key));
        cr_assert_not(del(key));
        cr_assert_eq(swiss_len(&m), 30 - key);
        checked();
    }
    stop();
}

Test(swiss_runtime, TestMapSplit)
{
    start(&swiss_u64_type);
    put_run(0, 2048, 256);
    cr_assert_eq(swiss_len(&m), 2048);
    cr_assert(m.events.splits > 0);
    for (uint64_t key = 0; key < 2048; key++)
        cr_assert(holds(key, 256 + key));
    stop();
}

/* An odd key's table is in the upper half of the directory, an even key's in the lower. */
static uint64_t hash_odd_above(const void *key, uint64_t seed)
{
    uint64_t number;
    memcpy(&number, key, sizeof number);
    return number << 63 | hash_u64(key, seed) >> 1;
}

/* A hint of 897 makes two tables of 512 slots. The lower one fills and splits, so the upper one has
 * two entries of the directory before it is as large as a table may be: when it doubles, both
 * must lead to its successor. No test of Go's comes this way. */
Test(swiss_runtime, a_doubled_table_has_all_its_directory_entries)
{
    struct map_type type = hashed_by(hash_odd_above);
    start_hinted(&type, 897, 1);
    for (uint64_t key = 0; m.events.splits == 0; key += 2)
        put(key, key);
    struct swiss_table *const *upper = m.header->directory + 2;
    cr_assert_eq(m.header->dir_len, 4);
    cr_assert(upper[0] == upper[1] && upper[0]->capacity == 512);
    uint64_t end = 1;
    for (; upper[0]->capacity == 512; end += 2)
        put(end, end);
    cr_assert_eq(upper[0], upper[1]);
    checked();
    for (uint64_t key = 1; key < end; key += 2)
        cr_assert(holds(key, key));
    stop();
}

Test(swiss_runtime, TestTableClear)
{
    start_hinted(&swiss_u64_type, 32, 1);
    put_run(0, 31, 256);
    swiss_any_clear(mt, &m);
    cr_assert_eq(swiss_len(&m), 0);
    cr_assert_eq(only_table()->used, 0);
    for (uint64_t key = 0; key < 31; key++)
        cr_assert_null(get(key));
    stop();
}

/* +0.0 then -0.0 are one key, and the later is kept: in a table, and in a small map. */
static void test_key_update(uint64_t hint)
{
    start_hinted(&f64_type, hint, 1);
    put(bits_of(0.0), 0);
    put(bits_of(-0.0), 1);
    cr_assert_eq(swiss_len(&m), 1);
    struct swiss_iter it;
    swiss_any_iter_start(mt, &m, &it);
    cr_assert(swiss_any_iter_next(mt, &it));
    cr_assert_eq(key_of(&it), bits_of(-0.0));
    cr_assert_eq(value_of(&it), 1);
    cr_assert_not(swiss_any_iter_next(mt, &it));
    stop();
}

Test(swiss_runtime, TestTableKeyUpdate)
{
    test_key_update(9);
    test_key_update(0);
}

/* A key whose type needs no update keeps its first bytes: Go does not write them again. */
Test(swiss_runtime, TestTableKeyUpdate_only_where_needed)
{
    struct map_type type = f64_type;
    type.key_update = false;
    start_hinted(&type, 9, 1);
    put(bits_of(0.0), 0);
    put(bits_of(-0.0), 1);
    struct swiss_iter it;
    swiss_any_iter_start(mt, &m, &it);
    cr_assert(swiss_any_iter_next(mt, &it));
    cr_assert_eq(key_of(&it), bits_of(0.0));
    swiss_any_iter_end(mt, &it);
    stop();
}

/*
 * From a full group: the delete leaves a tombstone, and the same key fills it again. The table
 * stays, and its growth_left never moves. All keys start in one group here.
 */
Test(swiss_runtime, TestTablePutDelete)
{
    struct map_type type = hashed_by(hash_low7);
    start_hinted(&type, 32, 1);
    put_run(0, 12, 256);
    struct swiss_table *table = only_table();
    uint16_t left = table->growth_left;
    cr_assert_eq(table->capacity, 64);
    cr_assert_eq(left, 56 - 12);
    cr_assert(del(3));
    cr_assert_eq(swiss_tombstone_count(mt, &m), 1);
    cr_assert_eq(table->growth_left, left);
    checked();
    put(3, 256 + 3);
    cr_assert_eq(swiss_tombstone_count(mt, &m), 0);
    cr_assert_eq(only_table(), table);
    cr_assert_eq(table->growth_left, left);
    stop();
}

/* Of two tombstones on its way a new key takes the first, so that it is found sooner. All keys
 * start in group 0 here; the next on their way is group 1. */
Test(swiss_runtime, TestTablePutDelete_takes_the_first_tombstone)
{
    struct map_type type = hashed_by(hash_low7);
    start_hinted(&type, 32, 1);
    put_run(0, 24, 256);
    unsigned char *first = only_table()->groups, *second = first + swiss_group_bytes(mt);
    for (uint64_t key = 0; key < 24 && swiss_tombstone_count(mt, &m) < 2; key++) {
        unsigned char *slot = (unsigned char *)get(key) - 8;
        bool wanted = slot == swiss_slot(mt, first, 5) || slot == swiss_slot(mt, second, 2);
        if (wanted)
            cr_assert(del(key));
    }
    cr_assert(first[5] == CTRL_DELETED && second[2] == CTRL_DELETED);
    put(100, 256);
    cr_assert(first[5] < 0x80 && second[2] == CTRL_DELETED);
    stop();
}

/* In the group where the probe ends there is an empty slot: no tombstone, and room is regained. */
Test(swiss_runtime, TestTablePutDelete_in_a_group_with_room)
{
    struct map_type type = hashed_by(hash_low7);
    start_hinted(&type, 32, 1);
    put_run(0, 12, 256);
    cr_assert(del(11));
    cr_assert_eq(swiss_tombstone_count(mt, &m), 0);
    cr_assert_eq(only_table()->growth_left, 56 - 11);
    stop();
}

Test(swiss_runtime, TestTableIteration)
{
    start(&swiss_u64_type);
    put_run(0, 31, 256);
    struct met met = {{0}, 0, 0};
    struct swiss_iter it;
    swiss_any_iter_start(mt, &m, &it);
    while (swiss_any_iter_next(mt, &it)) {
        meet(&met, key_of(&it));
        cr_assert_eq(value_of(&it), 256 + key_of(&it));
    }
    cr_assert(met.keys == 31 && met.twice == 0);
    stop();
}

/* After the first step, one key that has not come yet is deleted: 30 of 31 are seen. */
Test(swiss_runtime, TestTableIterationDelete)
{
    start(&swiss_u64_type);
    put_run(0, 31, 256);
    struct met met = {{0}, 0, 0};
    struct swiss_iter it;
    swiss_any_iter_start(mt, &m, &it);
    cr_assert(swiss_any_iter_next(mt, &it));
    meet(&met, key_of(&it));
    uint64_t gone = met.times[30] == 0 ? 30 : 29;
    cr_assert(del(gone));
    go_on(&it, &met);
    cr_assert_eq(met.times[gone], 0);
    cr_assert(met.keys == 30 && met.twice == 0);
    stop();
}

/* The map grows after the first step, then a key goes: it is not seen, the other old ones are. */
Test(swiss_runtime, TestTableIterationGrowDelete)
{
    start(&swiss_u64_type);
    put_run(0, 31, 256);
    struct met met = {{0}, 0, 0};
    struct swiss_iter it;
    swiss_any_iter_start(mt, &m, &it);
    cr_assert(swiss_any_iter_next(mt, &it));
    meet(&met, key_of(&it));
    put_run(31, 62, 256);
    uint64_t gone = met.times[30] == 0 ? 30 : 29;
    cr_assert(del(gone));
    go_on(&it, &met);
    cr_assert_eq(met.times[gone], 0);
    for (uint64_t key = 0; key < 31; key++)
        cr_assert(key == gone || met.times[key] == 1, "key %lu", key);
    cr_assert_eq(met.twice, 0);
    stop();
}

static void test_grow_duplicate(uint64_t grow)
{
    start(&swiss_u64_type);
    put_run(0, 31, 256);
    struct met met = {{0}, 0, 0};
    struct swiss_iter it;
    swiss_any_iter_start(mt, &m, &it);
    while (swiss_any_iter_next(mt, &it)) {
        uint64_t key = key_of(&it);
        meet(&met, key);
        cr_assert_eq(value_of(&it), 256 + key);
        if (met.keys == 16)
            put_run(31, 31 + grow, 256);
    }
    cr_assert_eq(met.twice, 0);
    for (uint64_t key = 0; key < 31; key++)
        cr_assert_eq(met.times[key], 1);
    cr_assert_eq(m.events.splits > 0, grow > 1000);
    stop();
}

Test(swiss_runtime, TestTableIterationGrowDuplicate)
{
    test_grow_duplicate(32);
    test_grow_duplicate(2048);
}

Test(swiss_runtime, TestAlignUpPow2)
{
    cr_assert_eq(swiss_power_of_two(0), 1);     /* Go says 0; a plan never asks for 0 */
    for (unsigned bit = 0; bit < 63; bit++) {
        uint64_t power = (uint64_t)1 << bit;
        cr_assert_eq(swiss_power_of_two(power), power);
        cr_assert_eq(swiss_power_of_two(power + 1), 2 * power);
        if (bit > 1)
            cr_assert_eq(swiss_power_of_two(power - 1), power);
    }
}

static uint64_t hash_nothing(const void *key, uint64_t seed)
{
    (void)key;
    return hash_number(0, seed);
}

static bool equal_nothing(const void *a, const void *b)
{
    (void)a, (void)b;
    return true;
}

static const struct map_shape nothing_shape = {
    .name = "struct{} -> struct{}",
    .key_align = 1,
    .elem_align = 1,
    .hash = hash_nothing,
    .equal = equal_nothing,
};

/* Key and elem without bytes: one entry, and its address lies inside the groups. */
Test(swiss_runtime, TestMapZeroSizeSlot)
{
    struct map_type type = map_type_of(&nothing_shape);
    start_hinted(&type, 16, 1);
    unsigned char *elem = swiss_any_put(mt, &m, "");
    const struct swiss_table *t = only_table();
    cr_assert(elem >= t->groups && elem < t->groups + swiss_groups_bytes(mt, t->capacity));
    cr_assert_eq(swiss_any_get(mt, &m, ""), elem);
    cr_assert_eq(swiss_any_put(mt, &m, ""), elem);
    cr_assert_eq(swiss_len(&m), 1);
    stop();
}

enum { LARGE = 1024 };                  /* the size that Go's own test takes */

static uint64_t hash_large(const void *key, uint64_t seed)
{
    return hash_bytes(key, LARGE, seed);
}

static bool equal_large(const void *a, const void *b)
{
    return memcmp(a, b, LARGE) == 0;
}

static const struct map_shape large_shape = {
    .name = "[1024]byte -> [1024]byte",
    .key_bytes = LARGE,
    .key_align = 1,
    .elem_bytes = LARGE,
    .elem_align = 1,
    .hash = hash_large,
    .equal = equal_large,
};

/* Key and elem lie outside, each entry's its own, and are found at every size of the map. */
Test(swiss_runtime, TestMapIndirect)
{
    struct map_type type = map_type_of(&large_shape);
    cr_assert(type.key_indirect && type.elem_indirect && type.slot_bytes == 16);
    start(&type);
    unsigned char key[LARGE] = {0};
    for (unsigned n = 0; n < 31; n++) {
        key[LARGE - 1] = (unsigned char)n;
        unsigned char *elem = swiss_any_put(mt, &m, key);
        memset(elem, (int)(n + 1), LARGE);
        for (unsigned i = 0; i <= n; i++) {
            key[LARGE - 1] = (unsigned char)i;
            elem = swiss_any_get(mt, &m, key);
            cr_assert(elem != NULL && elem[0] == i + 1 && elem[LARGE - 1] == i + 1);
        }
        checked();
    }
    cr_assert_null(swiss_any_get(mt, &m, (unsigned char[LARGE]){[0] = 1}));
    stop();
}

/* The memory of a deleted elem reads zero: Go looks through the pointer that it had before. */
static void test_delete_clear(uint64_t hint)
{
    start_hinted(&swiss_u64_type, hint, 1);
    put(7, 256);
    const uint64_t *elem = get(7);
    cr_assert(del(7));
    cr_assert_eq(*elem, 0);
    stop();
}

Test(swiss_runtime, TestMapDeleteClear)
{
    test_delete_clear(0);
    test_delete_clear(9);
}

/* A deleted key that holds pointers must not keep its text alive; a number is left where it is. */
Test(swiss_runtime, TestMapDeleteClear_keys_with_pointers)
{
    for (uint64_t hint = 0; hint <= 9; hint += 9) {
        start_hinted(&swiss_str_type, hint, 1);
        *(uint64_t *)swiss_any_put(mt, &m, &(struct str){"text", 4}) = 1;
        const unsigned char *elem = swiss_any_get(mt, &m, &(struct str){"text", 4});
        struct str key;
        memcpy(&key, elem - 16, sizeof key);
        cr_assert_eq(key.length, 4);
        cr_assert(swiss_any_del(mt, &m, &(struct str){"text", 4}));
        memcpy(&key, elem - 16, sizeof key);
        cr_assert(key.bytes == NULL && key.length == 0);
        stop();
        start_hinted(&swiss_u64_type, hint, 1);
        put(77, 1);
        const uint64_t *place = get(77) - 1;
        cr_assert(del(77));
        cr_assert_eq(*place, 77);
        stop();
    }
}

/* An indirect key's or elem's pointer goes with the entry. */
Test(swiss_runtime, TestMapDeleteClear_indirect)
{
    struct map_type type = map_type_of(&large_shape);
    for (uint64_t hint = 0; hint <= 9; hint += 9) {
        start_hinted(&type, hint, 1);
        unsigned char key[LARGE] = {1};
        cr_assert_not_null(swiss_any_put(mt, &m, key));
        unsigned char *groups = m.header->dir_len == 0 ? m.header->group : only_table()->groups;
        unsigned char *group = groups;
        while (ctrl_match_full(ctrl_load(group)) == 0)
            group += swiss_group_bytes(mt);
        unsigned char *slot = swiss_slot(mt, group, ctrl_first(ctrl_match_full(ctrl_load(group))));
        cr_assert(swiss_pointer(slot) != NULL && swiss_pointer(slot + 8) != NULL);
        cr_assert(swiss_any_del(mt, &m, key));
        cr_assert(swiss_pointer(slot) == NULL && swiss_pointer(slot + 8) == NULL);
        cr_assert_not_null(swiss_any_put(mt, &m, key));
        swiss_any_clear(mt, &m);
        stop();                         /* no key and no elem stays allocated */
    }
}

static unsigned groups_now(void)
{
    return (unsigned)(swiss_slot_count(&m) / SWISS_GROUP_SLOTS);
}

Test(swiss_runtime, TestTableGroupCount)
{
    static const struct {
        uint64_t entries;
        unsigned tables, groups;
    } cases[] = {
        {1, 0, 1}, {8, 0, 1}, {9, 1, 2}, {12, 1, 2}, {14, 1, 2}, {15, 1, 4}, {24, 1, 4}, {29, 1, 8},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        start(&swiss_u64_type);
        cr_assert(swiss_table_count(&m) == 0 && groups_now() == 0);
        put_run(0, cases[i].entries, 0);
        cr_assert_eq(swiss_table_count(&m), cases[i].tables);
        cr_assert_eq(groups_now(), cases[i].groups);
        stop();
        start_hinted(&swiss_u64_type, cases[i].entries, 1);
        bool small = cases[i].entries <= 8;
        cr_assert_eq(swiss_table_count(&m), cases[i].tables);
        cr_assert_eq(groups_now(), small ? 0 : cases[i].groups);
        put_run(0, cases[i].entries, 0);
        cr_assert_eq(groups_now(), cases[i].groups);
        stop();
    }
    start_hinted(&swiss_u64_type, (uint64_t)-1, 1);
    cr_assert(swiss_table_count(&m) == 0 && groups_now() == 0);
    stop();
}

/*
 * Go's own test of a later release, which 1.24 is expected to fail: at constant size, the first key
 * of a range goes and a new one comes. A table at full load grows more than once.
 */
Test(swiss_runtime, TestTombstoneGrow_fails_as_in_1_24)
{
    start_hinted(&swiss_u64_type, 14, 1);
    put_run(0, 14, 0);
    for (uint64_t key = 14; key < 20000; key++) {
        struct swiss_iter it;
        swiss_any_iter_start(mt, &m, &it);
        cr_assert(swiss_any_iter_next(mt, &it));
        uint64_t first = key_of(&it);
        swiss_any_iter_end(mt, &it);
        cr_assert(del(first));
        put(key, key);
    }
    cr_assert_eq(swiss_len(&m), 14);
    cr_assert(m.events.doublings > 2, "%u doublings", (unsigned)m.events.doublings);
    stop();
}

/* --- runtime --- */

Test(swiss_runtime, TestHmapSize)
{
    cr_assert_eq(sizeof(struct swiss_header), 48);
    cr_assert_eq(sizeof(struct swiss_table), 32);
    start(&swiss_u64_type);
    cr_assert_eq(heap_read(heap).heap_alloc, 48);
    stop();
}

Test(swiss_runtime, TestGroupSizeZero)
{
    struct map_type type = map_type_of(&nothing_shape);
    cr_assert_eq(type.slot_bytes, 0);
    cr_assert_eq(swiss_group_bytes(&type), 16);
    cr_assert_eq(swiss_groups_bytes(&type, 1024), 2048);
}

Test(swiss_runtime, TestNegativeZero)
{
    start(&f64_type);
    put(bits_of(0.0), 1);
    put(bits_of(-0.0), 2);
    cr_assert_eq(swiss_len(&m), 1);
    cr_assert(holds(bits_of(0.0), 2) && holds(bits_of(-0.0), 2));
    cr_assert(del(bits_of(0.0)));
    cr_assert_eq(swiss_len(&m), 0);
    stop();
}

/* While a range goes on, +0 becomes -0 and the map grows: the zero comes once, in its new form. */
Test(swiss_runtime, TestGrowWithNegativeZero)
{
    for (uint64_t seed = 1; seed <= 30; seed++) {
        start_hinted(&f64_type, 0, seed);
        put(bits_of(0.0), 1);
        for (unsigned n = 1; n < 4; n++)
            put(bits_of(n), n);
        unsigned zeros = 0, changed = 0;
        struct swiss_iter it;
        swiss_any_iter_start(mt, &m, &it);
        for (unsigned step = 0; swiss_any_iter_next(mt, &it); step++) {
            uint64_t key = key_of(&it);
            if (key == bits_of(0.0) || key == bits_of(-0.0)) {
                zeros++;
                cr_assert_eq(key, changed ? bits_of(-0.0) : bits_of(0.0));
                cr_assert_eq(value_of(&it), changed ? 2 : 1);
            }
            if (step == 0) {
                put(bits_of(-0.0), 2);
                changed = 1;
                for (unsigned n = 10; n < 200; n++)
                    put(bits_of(n), n);
            }
        }
        cr_assert_eq(zeros, 1, "seed %lu: %u zeros", seed, zeros);
        stop();
    }
}

Test(swiss_runtime, TestMapAssignmentNan)
{
    start(&f64_type);
    for (unsigned n = 0; n < 50; n++) {
        put(bits_of(NAN), n);
        cr_assert_eq(swiss_len(&m), n + 1);
        cr_assert_null(get(bits_of(NAN)));
        cr_assert_not(del(bits_of(NAN)));
        checked();
    }
    stop();
}

/* NaNs cannot be looked up, so an old table's are produced from there: each once, across growth. */
Test(swiss_runtime, TestGrowWithNaN)
{
    for (uint64_t seed = 1; seed <= 30; seed++) {
        start_hinted(&f64_type, 0, seed);
        unsigned start_count = seed % 2 == 0 ? 5 : 100, put_later = 0;
        for (unsigned n = 0; n < start_count; n++)
            put(bits_of(NAN), n);
        struct met met = {{0}, 0, 0};
        struct swiss_iter it;
        swiss_any_iter_start(mt, &m, &it);
        while (swiss_any_iter_next(mt, &it)) {
            meet(&met, value_of(&it));
            for (; put_later < 2000 && met.keys == 2; put_later++)
                put(bits_of(NAN), start_count + put_later);
        }
        for (unsigned n = 0; n < start_count; n++)
            cr_assert_eq(met.times[n], 1, "seed %lu, NaN %u: %u times", seed, n, met.times[n]);
        cr_assert_eq(met.twice, 0);
        stop();
    }
}

/* Nothing but NaN, and a new one at each step of the range: the first 20 come, none twice. */
Test(swiss_runtime, TestMapNanGrowIterator)
{
    start(&f64_type);
    for (unsigned n = 0; n < 20; n++)
        put(bits_of(NAN), n);
    struct met met = {{0}, 0, 0};
    struct swiss_iter it;
    swiss_any_iter_start(mt, &m, &it);
    for (unsigned more = 20; swiss_any_iter_next(mt, &it); more++) {
        meet(&met, value_of(&it));
        if (more < 5000)
            put(bits_of(NAN), more);
    }
    for (unsigned n = 0; n < 20; n++)
        cr_assert_eq(met.times[n], 1);
    cr_assert_eq(met.twice, 0);
    stop();
}

/* After the first step the map grows and its odd keys go: none of them comes later. */
Test(swiss_runtime, TestIterGrowAndDelete)
{
    for (uint64_t seed = 1; seed <= 20; seed++) {
        start_hinted(&swiss_u64_type, 0, seed);
        put_run(0, 100, 0);
        struct swiss_iter it;
        swiss_any_iter_start(mt, &m, &it);
        cr_assert(swiss_any_iter_next(mt, &it));
        put_run(100, 1000, 0);
        for (uint64_t key = 1; key < 1000; key += 2)
            cr_assert(del(key));
        while (swiss_any_iter_next(mt, &it))
            cr_assert_eq(key_of(&it) % 2, 0);
        stop();
    }
}

/* Collections run while a range stands on replaced tables: they stay, and their bytes are right. */
Test(swiss_runtime, TestIterGrowWithGC)
{
    start(&swiss_u64_type);
    put_run(0, 16, 0);
    struct met met = {{0}, 0, 0};
    uint64_t next = 16;
    struct swiss_iter it;
    swiss_any_iter_start(mt, &m, &it);
    while (swiss_any_iter_next(mt, &it)) {
        meet(&met, key_of(&it));
        for (unsigned n = 0; n < 50 && next < 1000; n++, next++)
            put(next, next);
        heap_collect(heap);
        checked();
    }
    for (uint64_t key = 0; key < 16; key++)
        cr_assert_eq(met.times[key], 1);
    cr_assert_eq(met.twice, 0);
    stop();
}

static uint64_t first_key(void)
{
    struct swiss_iter it;
    swiss_any_iter_start(mt, &m, &it);
    cr_assert(swiss_any_iter_next(mt, &it));
    uint64_t key = key_of(&it);
    swiss_any_iter_end(mt, &it);
    return key;
}

static void some_range_begins_elsewhere(void)
{
    uint64_t first = first_key();
    for (unsigned tries = 0; tries < 100; tries++)
        if (first_key() != first)
            return;
    cr_assert_fail("100 ranges over %u entries began with the same key", (unsigned)swiss_len(&m));
}

Test(swiss_runtime, TestMapIterOrder)
{
    static const uint64_t sizes[] = {3, 7, 9, 15, 1000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        start(&swiss_u64_type);
        put_run(0, sizes[i], 0);
        some_range_begins_elsewhere();
        stop();
    }
}

/* A thousand in, all but 20 out: the order still varies, the 20 come once each. */
static void thin_out(void)
{
    start(&swiss_u64_type);
    put_run(0, 1000, 0);
    for (uint64_t key = 20; key < 1000; key++)
        cr_assert(del(key));
}

Test(swiss_runtime, TestMapSparseIterOrder)
{
    thin_out();
    some_range_begins_elsewhere();
    stop();
}

Test(swiss_runtime, TestMapIterDuplicate)
{
    thin_out();
    for (unsigned round = 0; round < 50; round++) {
        struct met met = {{0}, 0, 0};
        struct swiss_iter it;
        swiss_any_iter_start(mt, &m, &it);
        go_on(&it, &met);
        cr_assert(met.keys == 20 && met.twice == 0);
        for (uint64_t key = 0; key < 20; key++)
            cr_assert_eq(met.times[key], 1);
    }
    stop();
}

/* Every key is deleted and put again while it is met: afterwards every value is new. */
Test(swiss_runtime, TestMapIterDeleteReplace)
{
    static const uint64_t sizes[] = {1, 8, 9, 100, 1000, 10000};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        start(&swiss_u64_type);
        for (uint64_t key = 0; key < sizes[i]; key++)
            put(key, 0);
        struct swiss_iter it;
        swiss_any_iter_start(mt, &m, &it);
        while (swiss_any_iter_next(mt, &it)) {
            uint64_t key = key_of(&it);
            cr_assert(del(key));
            put(key, 1);
        }
        cr_assert_eq(swiss_len(&m), sizes[i]);
        for (uint64_t key = 0; key < sizes[i]; key++)
            cr_assert(holds(key, 1), "size %lu, key %lu", sizes[i], key);
        stop();
    }
}

/* Fill, delete half, add, delete all: the rules hold throughout. */
Test(swiss_runtime, TestMapTombstones)
{
    start(&swiss_u64_type);
    put_run(0, 10000, 0);
    checked();
    for (uint64_t key = 0; key < 10000; key += 2)
        cr_assert(del(key));
    checked();
    cr_assert(swiss_tombstone_count(mt, &m) > 0);
    put_run(10000, 11000, 0);
    checked();
    for (uint64_t key = 1; key < 10000; key += 2)
        cr_assert(del(key));
    for (uint64_t key = 10000; key < 11000; key++)
        cr_assert(del(key));
    cr_assert_eq(swiss_len(&m), 0);
    stop();
}

/* m[k]++ starts from 0, whatever the slot held: the reason why elems are zeroed. */
static void increment(uint64_t key)
{
    uint64_t *elem = swiss_any_put(mt, &m, &key);
    cr_assert_not_null(elem);
    (*elem)++;
}

Test(swiss_runtime, TestIncrementAfterDeleteValueInt)
{
    for (uint64_t hint = 0; hint <= 9; hint += 9) {
        start_hinted(&swiss_u64_type, hint, 1);
        put(0, 256);
        cr_assert(del(0));
        increment(0);
        cr_assert(holds(0, 1));
        put_run(1, 100, 256);
        for (uint64_t key = 0; key < 100; key++)
            cr_assert(del(key));
        for (uint64_t key = 0; key < 100; key++)
            increment(key);
        for (uint64_t key = 0; key < 100; key++)
            cr_assert(holds(key, 1));
        stop();
    }
}

Test(swiss_runtime, TestIncrementAfterBulkClearKeyStringValueInt)
{
    struct str key = {"key", 3};
    for (uint64_t hint = 0; hint <= 9; hint += 9) {
        start_hinted(&swiss_str_type, hint, 1);
        *(uint64_t *)swiss_any_put(mt, &m, &key) = 256;
        swiss_any_clear(mt, &m);
        uint64_t *elem = swiss_any_put(mt, &m, &key);
        cr_assert_eq(++*elem, 1);
        stop();
    }
}

/* Elems of 1000 bytes and more survive growth; a get of a missing one is none. */
Test(swiss_runtime, TestBigItems)
{
    struct map_shape shape = large_shape;
    shape.key_bytes = 8;
    shape.key_align = 8;
    shape.hash = hash_u64;
    shape.equal = equal_u64;
    struct map_type type = map_type_of(&shape);
    start(&type);
    for (uint64_t key = 0; key < 100; key++)
        memset(swiss_any_put(mt, &m, &key), (int)(100 + key), LARGE);
    for (uint64_t key = 0; key < 100; key++) {
        const unsigned char *elem = swiss_any_get(mt, &m, &key);
        cr_assert(elem[0] == 100 + key && elem[500] == 100 + key && elem[LARGE - 1] == 100 + key);
    }
    stop();
}

/* Exactly 128 bytes lie in the slot, 129 outside; both survive 1000 entries. */
Test(swiss_runtime, TestMapLargeKeyNoPointer)
{
    struct wide_key key = {{0}};
    start(&swiss_wide_type);
    for (uint64_t n = 0; n < 1000; n++) {
        memcpy(key.bytes + 64, &n, sizeof n);
        *(uint64_t *)swiss_any_put(mt, &m, &key) = n;
    }
    for (uint64_t n = 0; n < 1000; n++) {
        memcpy(key.bytes + 64, &n, sizeof n);
        cr_assert_eq(*(uint64_t *)swiss_any_get(mt, &m, &key), n);
    }
    stop();
}

Test(swiss_runtime, TestMapLargeValNoPointer)
{
    for (size_t bytes = 128; bytes <= 129; bytes++) {
        struct map_type type = map_type_of(&(struct map_shape){
            .name = "large elem", .key_bytes = 8, .key_align = 8, .elem_bytes = bytes,
            .elem_align = 1, .hash = hash_u64, .equal = equal_u64});
        cr_assert_eq(type.elem_indirect, bytes > 128);
        start(&type);
        for (uint64_t key = 0; key < 1000; key++)
            memset(swiss_any_put(mt, &m, &key), (int)(key % 251), bytes);
        for (uint64_t key = 0; key < 1000; key++) {
            const unsigned char *elem = swiss_any_get(mt, &m, &key);
            cr_assert(elem[0] == key % 251 && elem[bytes - 1] == key % 251);
        }
        stop();
    }
}

/* Long strings in a small map, alike at both ends: only the middle tells them apart. */
Test(swiss_runtime, TestSingleBucketMapStringKeysNoDupLen)
{
    char texts[8][100];
    start(&swiss_str_type);
    for (unsigned n = 0; n < 8; n++) {
        memset(texts[n], 'x', sizeof texts[n]);
        texts[n][50] = (char)('0' + n);
        *(uint64_t *)swiss_any_put(mt, &m, &(struct str){texts[n], 100}) = n;
        cr_assert_null(swiss_any_get(mt, &m, &(struct str){texts[n], 99}));
    }
    cr_assert_eq(m.header->dir_len, 0);
    for (unsigned n = 0; n < 8; n++)
        cr_assert_eq(*(uint64_t *)swiss_any_get(mt, &m, &(struct str){texts[n], 100}), n);
    stop();
}

Test(swiss_runtime, TestIgnoreBogusMapHint)
{
    static const uint64_t hints[] = {(uint64_t)-1, INT64_MAX, (uint64_t)1 << 60, (uint64_t)1 << 52};
    for (size_t i = 0; i < COUNT(hints); i++) {
        start_hinted(&swiss_u64_type, hints[i], 1);
        cr_assert_eq(heap_read(heap).heap_alloc, 48);
        put_run(0, 20, 0);
        stop();
    }
}

Test(swiss_runtime, TestEmptyKeyAndValue)
{
    struct map_type type = map_type_of(&nothing_shape);
    start(&type);
    cr_assert_null(swiss_any_get(mt, &m, ""));
    cr_assert_not_null(swiss_any_put(mt, &m, ""));
    cr_assert_not_null(swiss_any_put(mt, &m, ""));
    cr_assert_eq(swiss_len(&m), 1);
    cr_assert(swiss_any_del(mt, &m, ""));
    cr_assert_eq(swiss_len(&m), 0);
    stop();
}

/* --- test/clear.go --- */

/* clear takes NaN keys out too, which no delete can. */
Test(swiss_runtime, clear_go_removes_NaN)
{
    for (unsigned count = 1; count <= 2000; count = count * 5 + 3) {
        start(&f64_type);
        for (unsigned n = 0; n < count; n++)
            put(bits_of(NAN), n);
        swiss_any_clear(mt, &m);
        cr_assert_eq(swiss_len(&m), 0);
        struct swiss_iter it;
        swiss_any_iter_start(mt, &m, &it);
        cr_assert_not(swiss_any_iter_next(mt, &it));
        stop();
    }
}

/* --- What 1.24 does besides (fact sheet A.5, A.9, A.12) --- */

/* An update of a key that is there converts a full small map all the same. */
Test(swiss_runtime, full_small_map_converts_on_an_update)
{
    start(&swiss_u64_type);
    put_run(0, 8, 0);
    cr_assert_eq(m.header->dir_len, 0);
    put(3, 33);
    cr_assert_eq(m.events.conversions, 1);
    cr_assert_eq(swiss_len(&m), 8);
    cr_assert(holds(3, 33));
    stop();
}

Test(swiss_runtime, small_map_with_room_stays_small)
{
    start(&swiss_u64_type);
    put_run(0, 7, 0);
    put(3, 33);
    cr_assert(del(5));
    put_run(10, 11, 0);
    cr_assert_eq(m.events.conversions, 0);
    cr_assert_eq(swiss_slot_count(&m), 8);
    stop();
}

/* A map with tables never becomes small again. */
Test(swiss_runtime, table_map_stays_a_table_map)
{
    start(&swiss_u64_type);
    put_run(0, 9, 0);
    for (uint64_t key = 0; key < 9; key++)
        cr_assert(del(key));
    swiss_any_clear(mt, &m);
    put(1, 1);
    swiss_any_clear(mt, &m);
    cr_assert_eq(swiss_slot_count(&m), 16);
    stop();
}

/* The seed is drawn anew when the last entry goes, and when clear has something to clear. */
Test(swiss_runtime, seed_is_drawn_anew)
{
    for (uint64_t count = 1; count <= 20; count += 19) {
        start(&swiss_u64_type);
        uint64_t seed = m.header->seed;
        cr_assert_not(del(1));
        swiss_any_clear(mt, &m);
        cr_assert_eq(m.header->seed, seed);
        put_run(0, count, 0);
        for (uint64_t key = 0; key < count; key++) {
            cr_assert_eq(m.header->seed, seed);
            cr_assert(del(key));
        }
        cr_assert_neq(m.header->seed, seed);
        seed = m.header->seed;
        swiss_any_clear(mt, &m);
        cr_assert_eq(m.header->seed, seed);
        put(1, 1);
        swiss_any_clear(mt, &m);
        cr_assert_neq(m.header->seed, seed);
        stop();
    }
}

/* Two maps of one program do not share a seed, and neither do their ranges' starts. */
Test(swiss_runtime, maps_with_other_seeds_differ)
{
    start_hinted(&swiss_u64_type, 0, 1);
    uint64_t seed = m.header->seed;
    stop();
    start_hinted(&swiss_u64_type, 0, 2);
    cr_assert_neq(m.header->seed, seed);
    stop();
}

static bool all_zero(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* clear writes every byte of every group: slots, keys of numbers too, and the word. */
Test(swiss_runtime, clear_wipes_whole_groups)
{
    for (uint64_t count = 5; count <= 500; count += 495) {
        start(&swiss_u64_type);
        put_run(1, count, 0);
        swiss_any_clear(mt, &m);
        bool small = m.header->dir_len == 0;
        unsigned char *groups = small ? m.header->group : only_table()->groups;
        for (unsigned g = 0; g < groups_now(); g++) {
            unsigned char *group = groups + g * swiss_group_bytes(mt);
            cr_assert_eq(ctrl_load(group), CTRL_ALL_EMPTY);
            cr_assert(all_zero(group + 8, swiss_group_bytes(mt) - 8));
        }
        stop();
    }
}

/* A table of eight slots is legal, though no hint makes one: seven fit, the next put doubles it. */
Test(swiss_runtime, table_of_one_group_keeps_an_empty_slot)
{
    start(&swiss_u64_type);
    struct swiss_table *t = swiss_table_new(mt, heap, 8, 0, 0);
    struct swiss_table **directory = swiss_directory_new(heap, 1);
    directory[0] = t;
    m.header->directory = directory;
    m.header->dir_len = 1;
    m.header->global_shift = 64;
    put_run(0, 7, 0);
    cr_assert(only_table() == t && t->growth_left == 0);
    checked();
    put(7, 7);
    cr_assert_eq(only_table()->capacity, 16);
    for (uint64_t key = 0; key < 8; key++)
        cr_assert(holds(key, key));
    stop();
}
