/*
 * test_swiss_failure.c - memory is refused: the map is as it was, and goes on.
 *
 * For each kind of put that allocates, each of its allocations fails in turn, once and for ever.
 * The map must then be, byte for byte, what it was (snapshot.h), also while ranges stand on its
 * tables. The number of allocations of each kind is pinned: by cause, it is the one that Go makes.
 */
#include <criterion/criterion.h>

#include "hash/hash_bad.h"
#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"
#include "tests/play.h"
#include "tests/snapshot.h"

TestSuite(swiss_failure, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* A map that stands just before a put that allocates. */
struct scene {
    const char *kind;
    uint64_t hint;
    unsigned entries;                   /* numbers 0, 1, ... are put first */
    unsigned number;                    /* then this one, which is watched */
    unsigned allocations;               /* that it makes */
    const char *cause;
};

static const struct scene scenes[] = {
    {"u64", 0, 0, 0, 1, "small group"},
    {"u64", 0, 5, 5, 0, "nothing"},
    {"u64", 0, 8, 8, 3, "conversion"},
    {"u64", 0, 8, 3, 3, "conversion by an update"},
    {"u64", 0, 14, 14, 2, "doubling 16 to 32"},
    {"u64", 0, 14, 3, 0, "an update of a full table"},
    {"u64", 0, 448, 448, 2, "doubling 512 to 1024"},
    {"u64", 0, 896, 896, 5, "split with a directory"},
    {"u32", 0, 8, 8, 3, "conversion"},
    {"u32", 0, 896, 896, 5, "split with a directory"},
    {"str", 0, 8, 8, 3, "conversion"},
    {"str", 0, 896, 896, 5, "split with a directory"},
    {"set", 0, 896, 896, 5, "split with a directory"},
    {"wide", 0, 0, 0, 2, "key, small group"},
    {"wide", 0, 5, 5, 1, "key"},
    {"wide", 0, 8, 8, 4, "key, conversion"},
    {"wide", 0, 8, 3, 3, "conversion by an update"},
    {"wide", 0, 14, 14, 3, "key, doubling"},
    {"wide", 0, 896, 896, 6, "key, split"},
    {"key129", 0, 20, 20, 1, "key"},
    {"elem129", 0, 0, 0, 2, "elem, small group"},
    {"elem129", 0, 20, 20, 1, "elem"},
    {"elem129", 0, 8, 8, 4, "elem, conversion"},
    {"elem129", 0, 896, 896, 6, "elem, split"},
    {"both129", 0, 0, 0, 3, "key, elem, small group"},
    {"both129", 0, 3, 3, 2, "key, elem"},
    {"both129", 0, 3, 1, 0, "an update"},
    {"both129", 0, 8, 8, 5, "key, elem, conversion"},
    {"both129", 0, 28, 28, 4, "key, elem, doubling"},
    {"both129", 0, 896, 896, 7, "key, elem, split"},
    {"deep", 0, 896, 896, 30, "six splits at once, each with a directory"},
};

/* --- Setting a scene --- */

struct stage {
    const struct play_kind *kind;
    const struct map_type *mt;
    struct heap *heap;
    const struct design *verbs;
    struct any_map map;
    struct any_iter walking[2];       /* ranges that stand in the map, for scenes with ranges */
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
    s->mt = &s->kind->type;
    s->verbs = play_swiss.verbs[s->kind->typed];
    s->heap = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE, .junk = true});
    cr_assert_not_null(s->heap);
    cr_assert(any_map_init(&s->map, s->verbs, s->mt, s->heap, scene->hint, 5));
    for (unsigned number = 0; number < scene->entries; number++)
        put_number(s, number);
    s->ranges = ranges && scene->entries > 0;
    for (unsigned i = 0; s->ranges && i < COUNT(s->walking); i++) {
        s->verbs->iter_start(&s->map, &s->walking[i]);
        cr_assert(s->verbs->iter_next(&s->walking[i]));
    }
}

static void check_entries(struct stage *s, const struct scene *scene, bool put)
{
    const char *why = swiss_check(s->mt, &s->map.as.swiss);
    cr_assert_null(why, "%s, %s: %s", scene->kind, scene->cause, why);
    unsigned entries = scene->entries + (put && scene->number >= scene->entries);
    cr_assert_eq(swiss_len(&s->map.as.swiss), entries);
    cr_assert_eq(swiss_bytes(s->mt, &s->map.as.swiss), heap_read(s->heap).heap_alloc);
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

/* The watched put, its allocation `nth` refused. Returns false if it makes fewer. */
static bool refuse(struct stage *s, const struct scene *scene, unsigned nth,
                   enum heap_failure failure)
{
    union play_key key = play_key(s->kind, scene->number, 1);
    struct snapshot before = snapshot_take(s->mt, &s->map.as.swiss);
    heap_fail_after(s->heap, nth, failure);
    void *elem = s->verbs->put(&s->map, &key);
    bool failed = heap_failed(s->heap);
    heap_fail_never(s->heap);
    cr_assert_eq(elem == NULL, failed, "%s, %s, allocation %u", scene->kind, scene->cause, nth);
    if (failed)
        cr_assert(snapshot_holds(&before, s->mt, &s->map.as.swiss),
                  "%s, %s, allocation %u: changed", scene->kind, scene->cause, nth);
    else
        play_elem_write(s->kind, elem, scene->number);
    snapshot_free(&before);
    return failed;
}

static bool refuse_in_a_new_scene(const struct scene *scene, unsigned nth,
                                  enum heap_failure failure, bool ranges)
{
    struct stage s = {0};
    set_up(&s, scene, ranges);
    bool failed = refuse(&s, scene, nth, failure);
    check_entries(&s, scene, !failed);
    if (failed) {                       /* there is memory again: the same put succeeds */
        put_number(&s, scene->number);
        check_entries(&s, scene, true);
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
        cr_expect_eq(nth, scenes[i].allocations, "%s, %s: %u allocations", scenes[i].kind,
                     scenes[i].cause, nth);
    }
}

Test(swiss_failure, each_allocation_of_a_put_fails_once)
{
    refuse_each(HEAP_FAIL_ONCE, false);
}

Test(swiss_failure, each_allocation_of_a_put_fails_and_all_after_it)
{
    refuse_each(HEAP_FAIL_FOR_EVER, false);
}

Test(swiss_failure, the_same_while_ranges_stand_in_the_map)
{
    refuse_each(HEAP_FAIL_ONCE, true);
}

/* A split whose directory is long enough: four allocations, no fifth. */
Test(swiss_failure, a_split_under_a_long_directory_allocates_four_times)
{
    unsigned seen = 0;
    struct stage s = {0};
    set_up(&s, &(struct scene){.kind = "u64", .entries = 0}, false);
    for (unsigned number = 0; number < PLAY_KEYS; number++) {
        struct swiss_events before = s.map.as.swiss.events;
        uint64_t mallocs = heap_read(s.heap).mallocs;
        put_number(&s, number);
        uint64_t made = heap_read(s.heap).mallocs - mallocs;
        if (s.map.as.swiss.events.splits == before.splits + 1
            && s.map.as.swiss.events.directories == before.directories) {
            cr_expect_eq(made, 4);
            seen++;
        }
    }
    cr_assert(seen > 0);
    tear_down(&s);
}

/* --- Making a map fails --- */

Test(swiss_failure, each_allocation_of_a_new_map_fails)
{
    static const struct {
        uint64_t hint;
        unsigned allocations;
    } hints[] = {{0, 1}, {8, 1}, {9, 4}, {896, 4}, {897, 6}, {1793, 10}, {10000, 34}};
    const struct play_kind *kind = play_kind_named("u64");
    const struct design *verbs = play_swiss.verbs[kind->typed];
    for (size_t i = 0; i < 2 * COUNT(hints); i++) {
        uint64_t hint = hints[i / 2].hint;
        for (unsigned nth = 0;; nth++) {
            struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
            struct any_map m;
            heap_fail_after(h, nth, i % 2 == 0 ? HEAP_FAIL_ONCE : HEAP_FAIL_FOR_EVER);
            bool made = any_map_init(&m, verbs, &kind->type, h, hint, 1);
            cr_assert_eq(made, !heap_failed(h));
            if (made) {
                cr_expect_eq(nth, hints[i / 2].allocations, "hint %lu: %u", (unsigned long)hint,
                             nth);
                verbs->free(&m);
            }
            cr_assert_eq(heap_read(h).heap_alloc, 0, "hint %lu, allocation %u",
                         (unsigned long)hint, nth);
            cr_assert_null(heap_check(h));
            heap_delete(h);
            if (made)
                break;
        }
    }
}

/* --- Nothing but put and init allocates --- */

Test(swiss_failure, get_delete_clear_and_ranges_need_no_memory)
{
    static const char *const names[] = {"u64", "str", "both129"};
    for (size_t i = 0; i < COUNT(names); i++) {
        struct stage s = {0};
        set_up(&s, &(struct scene){.kind = names[i], .entries = 2000}, true);
        heap_fail_after(s.heap, 0, HEAP_FAIL_FOR_EVER);
        unsigned met = 1;
        while (s.verbs->iter_next(&s.walking[0]))
            met++;
        cr_assert_eq(met, 2000);
        for (unsigned number = 0; number < 1000; number++) {
            union play_key key = play_key(s.kind, number, 1);
            cr_assert_not_null(s.verbs->get(&s.map, &key));
            cr_assert(s.verbs->del(&s.map, &key));
        }
        s.verbs->clear(&s.map);
        cr_assert_eq(swiss_len(&s.map.as.swiss), 0);
        cr_assert_not(heap_failed(s.heap));
        heap_fail_never(s.heap);
        tear_down(&s);
    }
}

/* --- A limit --- */

/* Fills a map against a limit; each refusal leaves it as it was; with more room it goes on. */
static void fill_against_limits(const char *name, enum heap_collector collector)
{
    const struct play_kind *kind = play_kind_named(name);
    uint64_t limit = 5 * HEAP_PAGE_BYTES;
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit,
                                                    .collector = collector});
    struct stage s = {.kind = kind, .mt = &kind->type, .heap = h,
                      .verbs = play_swiss.verbs[kind->typed]};
    cr_assert(any_map_init(&s.map, s.verbs, s.mt, h, 0, 1));
    unsigned refusals = 0;
    for (unsigned number = 0; number < 2000;) {
        union play_key key = play_key(kind, number, 0);
        heap_collect(h);                /* a refusal may collect: then it changes nothing */
        struct snapshot before = snapshot_take(s.mt, &s.map.as.swiss);
        void *elem = s.verbs->put(&s.map, &key);
        if (elem == NULL) {
            cr_assert(snapshot_holds(&before, s.mt, &s.map.as.swiss), "%s, key %u", name, number);
            cr_assert_null(swiss_check(s.mt, &s.map.as.swiss));
            heap_set_limit(h, limit += HEAP_PAGE_BYTES);
            refusals++;
        } else {
            play_elem_write(kind, elem, number++);
        }
        snapshot_free(&before);
    }
    cr_assert(refusals > 10, "%s: %u refusals", name, refusals);
    heap_collect(h);
    check_entries(&s, &(struct scene){.kind = name, .entries = 2000, .cause = "a limit"}, false);
    s.verbs->free(&s.map);
    heap_collect(h);
    cr_assert_eq(heap_read(h).heap_alloc, 0);
    heap_delete(h);
}

Test(swiss_failure, a_limit_refuses_puts_and_changes_nothing)
{
    fill_against_limits("u64", HEAP_COLLECT_AT_ONCE);
    fill_against_limits("u64", HEAP_COLLECT_WHEN_TOLD);
    fill_against_limits("both129", HEAP_COLLECT_AT_ONCE);
    fill_against_limits("both129", HEAP_COLLECT_WHEN_TOLD);
}

/* --- Hashes that no directory could tell apart --- */

/* The first full table of 1024 slots would have to split for ever: the put is refused. */
static void fill_until_refused(const char *name)
{
    struct stage s = {0};
    set_up(&s, &(struct scene){.kind = name, .entries = 896}, false);
    struct snapshot before = snapshot_take(s.mt, &s.map.as.swiss);
    uint64_t mallocs = heap_read(s.heap).mallocs;
    union play_key key = play_key(s.kind, 1000, 0), known = play_key(s.kind, 3, 0);
    cr_assert_null(s.verbs->put(&s.map, &key));
    cr_assert(snapshot_holds(&before, s.mt, &s.map.as.swiss), "%s", name);
    cr_expect(heap_read(s.heap).mallocs <= mallocs + 2);    /* at most the key and elem outside */
    cr_assert_not_null(s.verbs->put(&s.map, &known));  /* an update needs no room */
    cr_assert(s.verbs->del(&s.map, &known));
    put_number(&s, 3);                                      /* nor does a tombstone's slot */
    check_entries(&s, &(struct scene){.kind = name, .entries = 896, .cause = "endless"}, false);
    snapshot_free(&before);
    tear_down(&s);
}

Test(swiss_failure, endless_splits_are_refused)
{
    fill_until_refused("zero");
    fill_until_refused("ones");
    fill_until_refused("low7");
    fill_until_refused("identity");
    fill_until_refused("zero129");
}

/* Where no split could help, a deleted key's slot does. */
Test(swiss_failure, a_tombstone_is_filled_where_a_split_would_be_endless)
{
    struct stage s = {0};
    set_up(&s, &(struct scene){.kind = "zero", .entries = 896}, false);
    union play_key first = play_key(s.kind, 0, 0), more = play_key(s.kind, 2000, 0);
    cr_assert(s.verbs->del(&s.map, &first));
    cr_assert_eq(swiss_tombstone_count(s.mt, &s.map.as.swiss), 1);
    cr_assert_not_null(s.verbs->put(&s.map, &more));   /* takes the tombstone */
    cr_assert_eq(s.map.as.swiss.events.splits, 0);
    cr_assert_null(swiss_check(s.mt, &s.map.as.swiss));
    tear_down(&s);
}

/*
 * A key that is not equal to itself hashes anew each time: what a plan took for a difference the
 * split may not find. All keys but NaN share one hash here; a refusal is fine, a broken map is not.
 */
static uint64_t hash_f64_or_constant(const void *key, uint64_t seed)
{
    double number;
    memcpy(&number, key, sizeof number);
    return number != number ? hash_f64(key, seed) : 0x42;
}

Test(swiss_failure, a_split_planned_by_a_nan_leaves_the_map_whole)
{
    struct map_type mt = play_kind_named("f64")->type;
    mt.hash = hash_f64_or_constant;
    for (uint64_t seed = 0; seed < 20; seed++) {
        struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
        struct swiss m;
        cr_assert(swiss_any_init(&mt, &m, h, 0, seed));
        double key = __builtin_nan("");
        cr_assert_not_null(swiss_any_put(&mt, &m, &key));
        for (unsigned n = 0; n < 900; n++) {
            key = n;
            bool put = swiss_any_put(&mt, &m, &key) != NULL;
            const char *why = n < 880 ? NULL : swiss_check(&mt, &m);
            cr_assert_null(why, "seed %lu, key %u: %s", (unsigned long)seed, n, why);
            cr_assert(put || n >= 895);
        }
        swiss_any_free(&mt, &m);
        cr_assert_eq(heap_read(h).heap_alloc, 0);
        heap_delete(h);
    }
}
