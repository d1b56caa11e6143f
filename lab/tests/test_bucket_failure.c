/*
 * test_bucket_failure.c - each allocation of Go 1.23's map fails, once or with all after it.
 *
 * A refused put leaves every byte of the map as it was, and what it had taken already is given
 * back; with memory again, the same put succeeds. A delete needs none.
 */
#include <criterion/criterion.h>
#include <stdlib.h>

#include "bucket/bucket_check.h"
#include "tests/play.h"

TestSuite(bucket_failure, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A map that stands just before a put that allocates. */
struct scene {
    const char *kind;
    unsigned entries;                   /* numbers 0, 1, ... are put first */
    unsigned number;                    /* then this one, which is watched */
    unsigned allocations;               /* that it makes, at least */
    const char *cause;
};

static const struct scene scenes[] = {
    {"u64", 0, 0, 1, "first bucket"},
    {"u64", 7, 7, 0, "nothing"},
    {"u64", 8, 8, 1, "doubling 1 to 2"},
    {"u64", 8, 3, 0, "an update of a full map"},
    {"str", 52, 52, 2, "doubling 8 to 16: array, extra"},
    {"u64", 832, 832, 1, "doubling 128 to 256"},
    {"u64", 832, 3, 0, "an update before a doubling"},
    {"u32", 832, 832, 1, "doubling"},
    {"str", 832, 832, 1, "doubling"},
    {"set", 832, 832, 1, "doubling"},
    {"wide", 0, 0, 2, "key, first bucket"},
    {"wide", 5, 5, 1, "key"},
    {"wide", 8, 8, 2, "key, doubling"},
    {"wide", 832, 832, 2, "key, doubling"},
    {"key129", 20, 20, 1, "key"},
    {"elem129", 0, 0, 2, "elem, first bucket"},
    {"elem129", 20, 20, 1, "elem"},
    {"both129", 0, 0, 3, "key, elem, first bucket"},
    {"both129", 3, 3, 2, "key, elem"},
    {"both129", 3, 1, 0, "an update"},
    {"both129", 8, 8, 3, "key, elem, doubling"},
    {"both129", 52, 52, 4, "key, elem, doubling with extra"},
    {"zero", 8, 8, 4, "doubling, overflow, extra, list"},
    {"zero", 16, 16, 1, "a chain of many"},
    {"zero", 104, 104, 1, "a chain of very many, doubling"},
    {"zero129", 24, 24, 3, "the same with keys outside"},
};

/* --- Setting a scene --- */

struct stage {
    const struct play_kind *kind;
    struct heap *heap;
    const struct design *verbs;
    struct any_map map;
    struct any_iter walking[2];         /* ranges that stand in the map, for scenes with ranges */
    bool ranges;
};

static void put_number(struct stage *s, unsigned number)
{
    union play_key key = play_key(s->kind, number, 0);
    void *elem = s->verbs->put(&s->map, &key);
    cr_assert_not_null(elem);
    play_elem_write(s->kind, elem, number);
}

static void set_up(struct stage *s, const struct scene *scene, bool ranges)
{
    s->kind = play_kind_named(scene->kind);
    s->verbs = play_bucket.verbs[s->kind->typed];
    s->heap = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE, .junk = true});
    cr_assert_not_null(s->heap);
    cr_assert(any_map_init(&s->map, s->verbs, &s->kind->type, s->heap, 0, 5));
    for (unsigned number = 0; number < scene->entries; number++)
        put_number(s, number);
    s->ranges = ranges && scene->entries > 0;
    for (unsigned i = 0; s->ranges && i < COUNT(s->walking); i++) {
        s->verbs->iter_start(&s->map, &s->walking[i]);
        cr_assert(s->verbs->iter_next(&s->walking[i]));
    }
}

static void check_entries(struct stage *s, const struct scene *scene, unsigned entries)
{
    const char *why = bucket_check(&s->kind->type, &s->map.as.bucket);
    cr_assert_null(why, "%s, %s: %s", scene->kind, scene->cause, why);
    cr_assert_eq(bucket_len(&s->map.as.bucket), entries);
    cr_assert_eq(bucket_bytes(&s->kind->type, &s->map.as.bucket), heap_read(s->heap).heap_alloc);
    for (unsigned number = 0; number < entries; number++) {
        union play_key key = play_key(s->kind, number, 1);
        const void *elem = s->verbs->get(&s->map, &key);
        cr_assert(elem != NULL && play_elem_is(s->kind, elem, number));
    }
}

/* Ends the ranges, drops the map: nothing is left. */
static void tear_down(struct stage *s)
{
    for (unsigned i = 0; s->ranges && i < COUNT(s->walking); i++)
        s->verbs->iter_end(&s->walking[i]);
    s->verbs->free(&s->map);
    struct heap_counters c = heap_read(s->heap);
    cr_assert_eq(c.heap_alloc, 0, "%lu bytes are left", (unsigned long)c.heap_alloc);
    cr_assert_eq(c.mallocs, c.frees);
    cr_assert_null(heap_check(s->heap));
    heap_delete(s->heap);
}

/* --- One allocation fails --- */

struct picture {
    char *bytes;
    size_t size;
    uint64_t heap_alloc;
};

static struct picture take_picture(const struct stage *s)
{
    struct picture p = {.heap_alloc = heap_read(s->heap).heap_alloc};
    FILE *to = open_memstream(&p.bytes, &p.size);
    cr_assert_not_null(to);
    play_bucket.snapshot(to, &s->map);
    fclose(to);
    return p;
}

/* Does the map look as it did? The picture is given back. */
static bool is_as_before(const struct stage *s, struct picture before)
{
    struct picture now = take_picture(s);
    bool same = now.size == before.size && now.heap_alloc == before.heap_alloc
             && memcmp(now.bytes, before.bytes, now.size) == 0;
    free(now.bytes);
    free(before.bytes);
    return same;
}

/* The watched put, its allocation `nth` refused. Returns false if it makes fewer. */
static bool refuse(struct stage *s, const struct scene *scene, unsigned nth,
                   enum heap_failure failure)
{
    union play_key key = play_key(s->kind, scene->number, 1);
    struct picture before = take_picture(s);
    heap_fail_after(s->heap, nth, failure);
    void *elem = s->verbs->put(&s->map, &key);
    bool failed = heap_failed(s->heap);
    heap_fail_never(s->heap);
    cr_assert_eq(elem == NULL, failed, "%s, %s, allocation %u", scene->kind, scene->cause, nth);
    bool same = is_as_before(s, before);
    if (failed)
        cr_assert(same, "%s, %s, allocation %u: changed", scene->kind, scene->cause, nth);
    else
        play_elem_write(s->kind, elem, scene->number);
    return failed;
}

static bool refuse_in_a_new_scene(const struct scene *scene, unsigned nth,
                                  enum heap_failure failure, bool ranges)
{
    struct stage s = {0};
    set_up(&s, scene, ranges);
    bool failed = refuse(&s, scene, nth, failure);
    unsigned entries = scene->entries + (scene->number >= scene->entries);
    check_entries(&s, scene, failed ? scene->entries : entries);
    if (failed) {                       /* there is memory again: the same put succeeds */
        put_number(&s, scene->number);
        check_entries(&s, scene, entries);
    }
    tear_down(&s);
    return failed;
}

static void refuse_each(enum heap_failure failure, bool ranges)
{
    for (size_t i = 0; i < COUNT(scenes); i++) {
        unsigned nth = 0;
        while (refuse_in_a_new_scene(&scenes[i], nth, failure, ranges))
            nth++;
        cr_expect(ranges || (scenes[i].allocations == 0 ? nth == 0 : nth >= scenes[i].allocations),
                  "%s, %s: %u allocations", scenes[i].kind, scenes[i].cause, nth);
    }
}

Test(bucket_failure, each_allocation_of_a_put_fails_once)
{
    refuse_each(HEAP_FAIL_ONCE, false);
}

Test(bucket_failure, each_allocation_of_a_put_fails_and_all_after_it)
{
    refuse_each(HEAP_FAIL_FOR_EVER, false);
}

Test(bucket_failure, the_same_while_ranges_stand_in_the_map)
{
    refuse_each(HEAP_FAIL_ONCE, true);
}

/* All puts of a map's life, growth under way included: each is refused, then made. */
static void refuse_every_put(const char *kind, unsigned entries)
{
    struct stage s = {0};
    const struct scene none = {.kind = kind, .cause = "every put"};
    unsigned refusals = 0;
    set_up(&s, &none, false);
    for (unsigned number = 0; number < entries; number++) {
        struct scene scene = {.kind = kind, .entries = number, .number = number,
                              .cause = "every put"};
        unsigned nth = 0;
        while (refuse(&s, &scene, nth, HEAP_FAIL_ONCE))
            nth++;
        refusals += nth;
    }
    cr_expect(refusals > 20, "%s: %u refusals", kind, refusals);
    check_entries(&s, &none, entries);
    tear_down(&s);
}

Test(bucket_failure, every_put_of_a_growing_map_is_refused_first)
{
    refuse_every_put("u64", 900);
    refuse_every_put("str", 900);
    refuse_every_put("both129", 300);
    refuse_every_put("low7", 200);
}

/* --- Making a map fails --- */

Test(bucket_failure, each_allocation_of_a_new_map_fails)
{
    static const struct {
        uint64_t hint;
        unsigned allocations;
    } hints[] = {{0, 1}, {8, 1}, {9, 2}, {52, 2}, {53, 3}, {10000, 3}};
    const struct play_kind *kind = play_kind_named("u64");
    const struct design *verbs = play_bucket.verbs[kind->typed];
    for (size_t i = 0; i < 2 * COUNT(hints); i++)
        for (unsigned nth = 0; nth <= hints[i / 2].allocations; nth++) {
            struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
            struct any_map map;
            heap_fail_after(h, nth, i % 2 == 0 ? HEAP_FAIL_ONCE : HEAP_FAIL_FOR_EVER);
            bool made = any_map_init(&map, verbs, &kind->type, h, hints[i / 2].hint, 1);
            cr_assert_eq(made, nth == hints[i / 2].allocations, "hint %lu, allocation %u",
                         (unsigned long)hints[i / 2].hint, nth);
            if (made)
                verbs->free(&map);
            cr_assert_eq(heap_read(h).heap_alloc, 0);
            cr_assert_null(heap_check(h));
            heap_delete(h);
        }
}

/* --- Nothing but put and init must have memory --- */

/* The map is growing when memory ends: deletes go on without evacuation where that asks for any. */
Test(bucket_failure, get_delete_clear_and_ranges_need_no_memory)
{
    static const char *const names[] = {"u64", "str", "both129", "low7"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct stage s = {0};
        unsigned entries = i == 3 ? 105 : 1665;
        set_up(&s, &(struct scene){.kind = names[i], .entries = entries}, false);
        cr_assert(bucket_old_bucket_count(&s.map.as.bucket) > 0);
        heap_fail_after(s.heap, 0, HEAP_FAIL_FOR_EVER);
        s.verbs->iter_start(&s.map, &s.walking[0]);
        unsigned met = 0;
        while (s.verbs->iter_next(&s.walking[0]))
            met++;
        cr_assert_eq(met, entries);
        for (unsigned number = 0; number < entries / 2; number++) {
            union play_key key = play_key(s.kind, number, 1);
            cr_assert_not_null(s.verbs->get(&s.map, &key));
            cr_assert(s.verbs->del(&s.map, &key));
            cr_assert_null(s.verbs->get(&s.map, &key));
        }
        cr_assert_null(bucket_check(&s.kind->type, &s.map.as.bucket));
        s.verbs->clear(&s.map);
        cr_assert_eq(bucket_len(&s.map.as.bucket), 0);
        heap_fail_never(s.heap);
        tear_down(&s);
    }
}
