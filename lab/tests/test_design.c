/*
 * test_design.c - the designs by name, and that every verb does what its map's own function does.
 */
#include <criterion/criterion.h>

#include "design/design_versions.h"
#include "hash/random.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

TestSuite(design, .timeout = 20);

Test(design, is_found_by_its_name)
{
    cr_assert_gt(design_count, 0);
    for (unsigned i = 0; i < design_count; i++) {
        cr_assert_eq(design_named(designs[i]->name), designs[i]);
        cr_assert_gt(strlen(designs[i]->says), 0);
        for (unsigned other = 0; other < i; other++)
            cr_assert_str_neq(designs[i]->name, designs[other]->name);
    }
    cr_assert_not_null(design_named("go1.24"));
    cr_assert_null(design_named("x"));
    cr_assert_null(design_named(""));
    cr_assert_null(design_named("go1.24 "));
    cr_assert_null(design_named("GO1.24"));
}

/* A few thousand steps on every design, and on an array. */
static void agrees_with_an_array(const struct design *design)
{
    enum { KEYS = 2000 };
    static uint64_t values[KEYS];       /* 0: not there */
    uint64_t entries = 0;
    struct random random = {.state = 5};
    memset(values, 0, sizeof values);
    struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
    struct any_map m;
    cr_assert(any_map_init(&m, design, &swiss_u64_type, h, 0, 1));
    cr_assert(m.design == design && m.type == &swiss_u64_type);
    for (uint64_t value = 1; value <= 20000; value++) {
        uint64_t key = random_below(&random, KEYS), *elem = design->get(&m, &key);
        cr_assert_eq(elem == NULL ? 0 : *elem, values[key]);
        if (random_below(&random, 3) == 0) {
            cr_assert_eq(design->del(&m, &key), values[key] != 0);
            entries -= values[key] != 0;
            values[key] = 0;
        } else {
            elem = design->put(&m, &key);
            cr_assert_eq(*elem, values[key]);
            entries += values[key] == 0;
            *elem = values[key] = value;
        }
        cr_assert_eq(design->len(&m), entries);
    }
    cr_assert_null(design->check(&m));
    struct any_iter it;
    uint64_t met = 0;
    for (design->iter_start(&m, &it); design->iter_next(&it); met++)
        cr_assert_eq(*(uint64_t *)it.elem, values[*(const uint64_t *)it.key]);
    cr_assert_eq(met, entries);
    cr_assert(it.key == NULL && it.elem == NULL);
    design->clear(&m);
    cr_assert_eq(design->len(&m), 0);
    design->free(&m);
    cr_assert_eq(heap_read(h).heap_alloc, 0);
    heap_delete(h);
}

Test(design, verbs_agree_with_an_array)
{
    for (unsigned i = 0; i < design_count; i++)
        agrees_with_an_array(designs[i]);
}

/* A hint and a seed reach the map; a refused init takes nothing. */
Test(design, init_passes_hint_and_seed_on)
{
    const struct design *design = design_named("go1.24");
    struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
    struct any_map m, other;
    cr_assert(any_map_init(&m, design, &swiss_u64_type, h, 1000, 1));
    cr_assert_eq(swiss_table_count(&m.as.swiss), 2);
    cr_assert(any_map_init(&other, design, &swiss_u64_type, h, 0, 2));
    cr_assert_neq(m.as.swiss.header->seed, other.as.swiss.header->seed);
    design->free(&m);
    design->free(&other);
    heap_fail_after(h, 2, HEAP_FAIL_ONCE);
    cr_assert_not(any_map_init(&m, design, &swiss_u64_type, h, 1000, 1));
    cr_assert_eq(heap_read(h).heap_alloc, 0);
    heap_delete(h);
}

/* A range that is given up lets go of what it stood on. */
Test(design, a_range_may_be_given_up)
{
    const struct design *design = design_named("go1.24");
    struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
    struct any_map m;
    cr_assert(any_map_init(&m, design, &swiss_u64_type, h, 0, 1));
    for (uint64_t key = 0; key < 100; key++)
        *(uint64_t *)design->put(&m, &key) = key;
    struct any_iter it;
    design->iter_start(&m, &it);
    cr_assert(design->iter_next(&it));
    for (uint64_t key = 100; key < 5000; key++)
        *(uint64_t *)design->put(&m, &key) = key;
    uint64_t bytes = heap_read(h).heap_alloc;
    design->iter_end(&it);
    cr_assert_lt(heap_read(h).heap_alloc, bytes);
    cr_assert_null(design->check(&m));
    design->free(&m);
    cr_assert_eq(heap_read(h).heap_alloc, 0);
    heap_delete(h);
}

/* check says what is broken: here a control byte that is not its key's. */
Test(design, check_finds_a_broken_map)
{
    const struct design *design = design_named("go1.24");
    struct heap *h = heap_new(NULL);
    struct any_map m;
    cr_assert(any_map_init(&m, design, &swiss_u64_type, h, 0, 1));
    for (uint64_t key = 0; key < 5; key++)
        *(uint64_t *)design->put(&m, &key) = key;
    cr_assert_null(design->check(&m));
    m.as.swiss.header->group[0] ^= 1;
    cr_assert_not_null(design->check(&m));
    cr_assert_eq(strncmp(design->check(&m), "S2", 2), 0);
    heap_delete(h);
}

/* --- Room, given and given back --- */

/* A map of `keys` entries, grown; and of one that is made for them. */
static uint64_t slots_of(const struct design *design, uint64_t hint, uint64_t keys)
{
    struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
    struct any_map m;
    cr_assert(any_map_init(&m, design, &swiss_u64_type, h, hint, 1));
    for (uint64_t key = 0; key < keys; key++)
        cr_assert_not_null(design->put(&m, &key));
    uint64_t slots = design->slots(&m);
    design->free(&m);
    heap_delete(h);
    return slots;
}

Test(design, slots_are_those_of_the_sheet)
{
    const struct design *buckets = design_named("go1.23"), *tables = design_named("go1.24"),
                        *flat = design_named("rust");
    cr_assert_eq(slots_of(buckets, 0, 0) + slots_of(tables, 0, 0) + slots_of(flat, 0, 0), 0);
    cr_assert_eq(slots_of(buckets, 0, 8), 8);
    cr_assert_eq(slots_of(tables, 0, 8), 8);
    cr_assert_eq(slots_of(flat, 0, 8), 16);
    cr_assert_eq(slots_of(buckets, 832, 832), 1024);
    cr_assert_eq(slots_of(tables, 896, 896), 1024);
    cr_assert_eq(slots_of(flat, 896, 896), 1024);
    cr_assert_eq(slots_of(buckets, 0, 833), 1024 + 2048, "the old array is still there");
}

/* Rust's map alone can; refused, it stays as it was. */
Test(design, one_design_shrinks)
{
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        cr_assert_eq(design_versions[i].design->shrink != NULL, i == DESIGN_HASHBROWN);
    const struct design *design = design_named("rust");
    struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
    struct any_map m;
    cr_assert(any_map_init(&m, design, &swiss_u64_type, h, 0, 1));
    for (uint64_t key = 0; key < 1000; key++)
        *(uint64_t *)design->put(&m, &key) = key;
    for (uint64_t key = 100; key < 1000; key++)
        design->del(&m, &key);
    uint64_t bytes = design_bytes(design, h);
    heap_fail_after(h, 0, HEAP_FAIL_ONCE);
    cr_assert_not(design->shrink(&m));
    cr_assert_eq(design_bytes(design, h), bytes);
    cr_assert_eq(design->slots(&m), 2048);
    cr_assert(design->shrink(&m));
    cr_assert_eq(design->slots(&m), 128);
    cr_assert_eq(design->len(&m), 100);
    cr_assert_lt(design_bytes(design, h), bytes);
    cr_assert_null(design->check(&m));
    design->free(&m);
    heap_delete(h);
}

/* --- The three versions --- */

/* The typed verbs change the map that the design's own verbs see. */
static void typed_verbs_are_the_designs(const struct design_version *version)
{
    const struct design *design = version->design;
    struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
    struct any_map m;
    cr_assert(any_map_init(&m, design, &swiss_u64_type, h, 0, 1));
    cr_assert(design_version_fill(version, &m, 10, 3000));
    cr_assert_eq(design->len(&m), 2990);
    for (uint64_t key = 0; key < 3000; key++) {
        const uint64_t *elem = design->get(&m, &key);
        cr_assert_eq(elem != NULL, key >= 10);
        cr_assert(elem == NULL || *elem == key);
        if (key % 3 == 0)
            cr_assert_eq(version->del(&m, key), key >= 10);
    }
    cr_assert_eq(design->len(&m), 2990 - 996);
    cr_assert_null(design->check(&m));
    heap_fail_after(h, 0, HEAP_FAIL_FOR_EVER);
    cr_assert_not(design_version_fill(version, &m, 3000, 100000), "refused memory is told");
    heap_fail_never(h);
    version->clear(&m);
    cr_assert_eq(design->len(&m), 0);
    design->free(&m);
    cr_assert_eq(heap_read(h).heap_alloc, 0);
    heap_delete(h);
}

static void start_release(struct any_map *m, struct heap *h, unsigned release, uint64_t keys)
{
    static const char *const names[] = {"go1.24", "go1.25", "go1.26", "go1.27"};
    const struct design *design = design_named(names[release]);
    cr_assert(any_map_init(m, design, &swiss_u64_type, h, 0, 1));
    for (uint64_t key = 0; key < keys; key++)
        cr_assert_not_null(design->put(m, &key));
}

/* A release of Go is more than its name: from 1.25 on a clear takes an emptied map's tombstones,
 * from 1.26 on it may be sparse, and from 1.27 on an update leaves a full small map small. */
Test(design, releases_are_told_apart)
{
    for (unsigned release = 0; release < 4; release++) {
        struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
        struct any_map m;
        start_release(&m, h, release, 1000);
        for (uint64_t key = 0; key < 1000; key++)
            cr_assert(m.design->del(&m, &key));
        m.design->clear(&m);
        cr_assert_eq(swiss_tombstone_count(&swiss_u64_type, &m.as.swiss) > 0, release == 0);
        cr_assert_eq((m.as.swiss.settings & SWISS_CLEARS_SPARSELY) != 0, release >= 2);
        m.design->free(&m);
        start_release(&m, h, release, SWISS_GROUP_SLOTS);
        cr_assert_not_null(m.design->put(&m, &(uint64_t){3}));
        cr_assert_eq(swiss_table_count(&m.as.swiss), release < 3);
        m.design->free(&m);
        cr_assert_eq(heap_read(h).heap_alloc, 0);
        heap_delete(h);
    }
}

Test(design, versions_are_three_with_typed_verbs)
{
    static const char *const names[DESIGN_VERSIONS] = {"go1.23", "go1.24", "rust"};
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        cr_assert_eq(design_versions[i].design, design_named(names[i]));
        typed_verbs_are_the_designs(&design_versions[i]);
    }
}
