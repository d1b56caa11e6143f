/*
 * test_hashbrown_failure.c - each allocation of Rust's map fails, once or with all after it.
 *
 * A refused put, reserve or shrink leaves every byte of the map as it was.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "hashbrown/hashbrown_any.h"
#include "hashbrown/hashbrown_check.h"
#include "hashbrown/hashbrown_u64.h"
#include "tests/play.h"

TestSuite(hashbrown_failure, .timeout = 30);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { ENTRIES = 300, KEPT = 8 };

/* --- A life whose nth allocation fails --- */

struct life {
    const struct play_kind *kind;
    const struct design *verbs;
    struct heap *heap;
    struct any_map map;
    unsigned refusals;
};

struct picture {
    char *bytes;
    size_t size;
};

static struct picture take_picture(const struct life *life)
{
    struct picture p;
    FILE *to = open_memstream(&p.bytes, &p.size);
    cr_assert_not_null(to);
    play_hashbrown.snapshot(to, &life->map);
    fclose(to);
    return p;
}

/* A request was refused, or made: then it was not the one that failed. Gives the picture back. */
static void check_request(struct life *life, struct picture before, bool done, bool had_failed)
{
    struct picture now = take_picture(life);
    bool failed = heap_failed(life->heap) && !had_failed;
    cr_assert_eq(done, !failed, "%s: refused without a reason, or the reverse", life->kind->name);
    cr_assert(done || (now.size == before.size && memcmp(now.bytes, before.bytes, now.size) == 0),
              "%s: a refused request changed the map", life->kind->name);
    const char *why = hashbrown_check(life->map.type, &life->map.as.hashbrown);
    cr_assert_null(why, "%s: %s", life->kind->name, why);
    life->refusals += !done;
    free(now.bytes);
    free(before.bytes);
}

/* Puts a number; if it is refused, again: for ever, or not, as the failure is. */
static void put(struct life *life, unsigned number, enum heap_failure failure)
{
    union play_key key = play_key(life->kind, number, 0);
    bool had_failed = heap_failed(life->heap);
    struct picture before = take_picture(life);
    void *elem = life->verbs->put(&life->map, &key);
    check_request(life, before, elem != NULL, had_failed);
    if (elem == NULL) {
        elem = life->verbs->put(&life->map, &key);
        cr_assert_eq(elem != NULL, failure == HEAP_FAIL_ONCE);
        heap_fail_never(life->heap);
        elem = life->verbs->put(&life->map, &key);
    }
    cr_assert_not_null(elem);
    play_elem_write(life->kind, elem, number);
}

static void shrink(struct life *life, uint64_t least)
{
    bool had_failed = heap_failed(life->heap);
    struct picture before = take_picture(life);
    bool done = play_hashbrown.shrink(&life->map, least);
    check_request(life, before, done, had_failed);
    if (!done) {
        heap_fail_never(life->heap);
        cr_assert(play_hashbrown.shrink(&life->map, least));
    }
}

static void check_entries(const struct life *life, unsigned entries)
{
    cr_assert_eq(hashbrown_len(&life->map.as.hashbrown), entries);
    for (unsigned number = 0; number < ENTRIES; number++) {
        union play_key key = play_key(life->kind, number, 1);
        const void *elem = life->verbs->get(&life->map, &key);
        cr_assert_eq(elem != NULL, number < entries);
        cr_assert(elem == NULL || play_elem_is(life->kind, elem, number));
    }
}

/* Grows from nothing, loses nearly all, shrinks twice. False: it made nth allocations or fewer. */
static bool live(const char *name, uint64_t nth, enum heap_failure failure)
{
    struct life life = {.kind = play_kind_named(name), .heap = heap_new(NULL)};
    life.verbs = play_hashbrown.verbs[life.kind->typed];
    cr_assert(any_map_init(&life.map, life.verbs, &life.kind->type, life.heap, 0, 7));
    heap_fail_after(life.heap, nth, failure);
    for (unsigned number = 0; number < ENTRIES; number++)
        put(&life, number, failure);
    check_entries(&life, ENTRIES);
    for (unsigned number = KEPT; number < ENTRIES; number++) {
        union play_key key = play_key(life.kind, number, 1);
        cr_assert(life.verbs->del(&life.map, &key));
    }
    shrink(&life, 20);
    shrink(&life, 0);
    check_entries(&life, KEPT);
    bool reached = life.refusals > 0;
    heap_fail_never(life.heap);
    life.verbs->free(&life.map);
    cr_assert_eq(heap_read(life.heap).heap_alloc, 0);
    heap_delete(life.heap);
    return reached;
}

/* 3, 7, 14, 28, 56, 112, 224, 448 entries; then two shrinks: ten allocations. */
Test(hashbrown_failure, each_allocation_of_a_life_fails)
{
    static const char *const names[] = {"u64", "u32", "str", "wide", "any"};
    for (size_t i = 0; i < COUNT(names); i++)
        for (int failure = HEAP_FAIL_ONCE; failure <= HEAP_FAIL_FOR_EVER; failure++)
            for (uint64_t nth = 0; nth <= 10; nth++)
                cr_assert_eq(live(names[i], nth, (enum heap_failure)failure), nth < 10,
                             "%s, allocation %u", names[i], (unsigned)nth);
}

/* --- Requests that no memory could fulfil --- */

Test(hashbrown_failure, absurd_sizes_are_refused)
{
    struct heap *h = heap_new(&(struct heap_config){.reserve_bytes = (uint64_t)64 << 20});
    struct hashbrown m;
    heap_fail_after(h, 0, HEAP_FAIL_ONCE);
    cr_assert(hashbrown_u64_init(&m, h, 0, 1));
    cr_assert_not(hashbrown_u64_init(&m, h, 1, 1));
    static const uint64_t absurd[] = {UINT64_MAX, UINT64_MAX / 8, UINT64_MAX / 8 + 1,
                                      (uint64_t)1 << 60, (uint64_t)1 << 40};
    for (unsigned i = 0; i < COUNT(absurd); i++)
        cr_assert_not(hashbrown_u64_init(&m, h, absurd[i], 1));
    cr_assert(hashbrown_u64_init(&m, h, 3, 1));
    for (unsigned i = 0; i < COUNT(absurd); i++) {
        struct hashbrown_table before = m.table;
        cr_assert_not(hashbrown_u64_reserve(&m, absurd[i]));
        cr_assert(hashbrown_u64_shrink_to(&m, absurd[i]));
        cr_assert_eq(memcmp(&before, &m.table, sizeof before), 0);
    }
    cr_assert_not_null(hashbrown_u64_put(&m, 1));
    cr_assert_not(hashbrown_u64_reserve(&m, UINT64_MAX));   /* items + additional overflows */
    hashbrown_u64_free(&m);
    cr_assert_eq(heap_read(h).heap_alloc, 0);
    heap_delete(h);
}

/* Sizes whose sum wraps round to a few bytes: 2^60 slots of 15, and their control bytes. */
Test(hashbrown_failure, a_size_that_wraps_round_is_refused)
{
    const struct map_type type = {.key_bytes = 15, .key_align = 1, .elem_align = 1,
                                  .hash = hash_u64, .equal = equal_u64};
    struct heap *h = heap_new(NULL);
    struct hashbrown m;
    cr_assert_eq(hashbrown_table_bytes(&type, (uint64_t)1 << 60), HASHBROWN_WIDTH);
    cr_assert_not(hashbrown_any_init(&type, &m, h, ((uint64_t)1 << 59) + 1, 1));
    cr_assert_eq(heap_read(h).mallocs, 0);
    heap_delete(h);
}
