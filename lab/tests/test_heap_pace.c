/*
 * test_heap_pace.c - when a paced heap collects, against the formulas worked out by hand.
 */
#include <criterion/criterion.h>
#include <limits.h>

#include "heap/heap.h"
#include "heap/heap_private.h"
#include "resident/resident.h"

TestSuite(heap_pace, .timeout = 60);

enum { KiB = 1024, MiB = 1024 * KiB, OBJECT = 8192 };

static struct heap *paced(struct heap_config config)
{
    config.collector = HEAP_COLLECT_PACED;
    struct heap *h = heap_new(&config);
    cr_assert_not_null(h);
    return h;
}

static void *must_alloc(struct heap *h, size_t bytes)
{
    void *p = heap_alloc(h, bytes, HEAP_SCAN, "a");
    cr_assert_not_null(p);
    return p;
}

static void assert_sound(const struct heap *h)
{
    const char *wrong = heap_check(h);
    cr_assert_null(wrong, "%s", wrong);
}

/* Allocates objects that stay. */
static void keep(struct heap *h, uint64_t bytes)
{
    for (uint64_t done = 0; done < bytes; done += OBJECT)
        must_alloc(h, OBJECT - HEAP_HEADER_BYTES);
}

/* Allocates objects that are garbage at once. */
static void churn(struct heap *h, uint64_t bytes)
{
    for (uint64_t done = 0; done < bytes; done += OBJECT)
        heap_drop(h, must_alloc(h, OBJECT - HEAP_HEADER_BYTES), OBJECT - HEAP_HEADER_BYTES,
                  HEAP_SCAN, "a");
}

Test(heap_pace, the_first_goal_is_four_mebibytes_times_gogc)
{
    static const struct {
        int gogc;
        uint64_t goal;
    } cases[] = {{0, 4 * MiB}, {100, 4 * MiB}, {50, 2 * MiB}, {200, 8 * MiB}, {HEAP_GOGC_OFF, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct heap *h = paced((struct heap_config){.gogc = cases[i].gogc});
        cr_assert_eq(heap_read(h).next_gc, cases[i].goal, "GOGC %d: %lu", cases[i].gogc,
                     heap_read(h).next_gc);
        assert_sound(h);
        heap_delete(h);
    }
}

Test(heap_pace, the_collection_comes_exactly_at_the_goal)
{
    struct heap *h = paced((struct heap_config){0});
    churn(h, 4 * MiB - OBJECT);
    cr_assert_eq(heap_read(h).num_gc, 0);
    churn(h, OBJECT);
    cr_assert_eq(heap_read(h).num_gc, 1);
    cr_assert_eq(heap_read(h).heap_alloc, OBJECT, "the last object was dropped after it");
    cr_assert_eq(heap_read(h).swept, 4 * MiB - OBJECT);
    cr_assert_eq(heap_read(h).peak_heap_alloc, 4 * MiB);
    assert_sound(h);
    heap_delete(h);
}

/* The object whose allocation sets a collection off lives through it, so a tooth is
 * as high as 10 MiB and one object make it. */
Test(heap_pace, gogc_100_peaks_at_twice_what_lives)
{
    static const struct {
        int gogc;
        uint64_t goal, tooth;           /* the tooth: goal - live */
    } cases[] = {{50, 15 * MiB, 5 * MiB},
                 {100, 20 * MiB, 10 * MiB},
                 {200, 30 * MiB, 20 * MiB},
                 {400, 50 * MiB, 40 * MiB}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct heap *h = paced((struct heap_config){.gogc = cases[i].gogc});
        keep(h, 10 * MiB);
        heap_collect(h);
        heap_reset_peaks(h);
        uint64_t before = heap_read(h).num_gc;
        cr_assert_eq(heap_read(h).next_gc, cases[i].goal);
        churn(h, 4 * cases[i].tooth + MiB);
        uint64_t more = heap_read(h).peak_heap_alloc - cases[i].goal;
        cr_assert_leq(more, OBJECT + OBJECT * (uint64_t)(100 + cases[i].gogc) / 100, "%lu", more);
        cr_assert_eq(heap_read(h).num_gc - before, 4, "GOGC %d", cases[i].gogc);
        assert_sound(h);
        heap_delete(h);
    }
}

Test(heap_pace, dropped_memory_waits_for_the_goal)
{
    struct heap *h = paced((struct heap_config){0});
    void *p = must_alloc(h, 3 * MiB);
    heap_drop(h, p, 3 * MiB, HEAP_SCAN, "a");
    cr_assert_eq(heap_read(h).heap_alloc, 3 * MiB);
    keep(h, MiB - OBJECT);
    cr_assert_eq(heap_read(h).num_gc, 0);
    keep(h, OBJECT);
    cr_assert_eq(heap_read(h).num_gc, 1);
    cr_assert_eq(heap_read(h).heap_alloc, MiB);
    heap_delete(h);
}

Test(heap_pace, a_memory_limit_trades_memory_for_collections)
{
    struct heap *free_heap = paced((struct heap_config){0});
    struct heap *limited = paced((struct heap_config){.memory_limit = 13 * MiB});
    keep(free_heap, 10 * MiB);
    keep(limited, 10 * MiB);
    churn(free_heap, 100 * MiB);
    churn(limited, 100 * MiB);
    struct heap_counters a = heap_read(free_heap), b = heap_read(limited);
    cr_assert_gt(a.peak_heap_inuse, 15 * MiB);
    cr_assert_leq(b.peak_heap_inuse, 13 * MiB);
    cr_assert_leq(b.heap_sys - b.heap_released, 13 * MiB);
    cr_assert_gt(b.num_gc, 3 * a.num_gc);
    cr_assert_gt(b.marked, 3 * a.marked);
    assert_sound(free_heap);
    assert_sound(limited);
    heap_delete(free_heap);
    heap_delete(limited);
}

Test(heap_pace, a_limit_below_what_lives_collects_at_each_allocation)
{
    struct heap *h = paced((struct heap_config){.memory_limit = 8 * MiB});
    keep(h, 10 * MiB);
    uint64_t before = heap_read(h).num_gc;
    churn(h, 100 * OBJECT);
    cr_assert_eq(heap_read(h).num_gc - before, 100);
    cr_assert_eq(heap_read(h).next_gc, 10 * MiB + OBJECT, "what lived, and the latest object");
    assert_sound(h);
    heap_delete(h);
}

/* Facts D.3: a real program, its live heap, its goal; the difference is its stack and globals. */
Test(heap_pace, the_goal_is_the_one_that_go_showed)
{
    struct heap *h = paced((struct heap_config){.roots_bytes = 178762});
    must_alloc(h, 104906752);
    for (int i = 0; i < 411; i++)
        must_alloc(h, 8);
    heap_collect(h);
    cr_assert_eq(heap_read(h).live_after_gc, 104910040);
    cr_assert_eq(heap_read(h).next_gc, 209998842);
    assert_sound(h);
    heap_delete(h);
}

Test(heap_pace, a_limit_is_made_a_goal)
{
    static const struct {
        uint64_t limit, roots, goal;
    } cases[] = {
        {64 * MiB, 0, 65095600},                /* less 671088 * 3 */
        {64 * MiB, 4 * MiB, 61027125},          /* 60 MiB, less 629145 * 3 */
        {10 * MiB, 0, 9 * MiB},                 /* 3 % are less than 1 MiB */
        {3 * MiB / 2, 0, MiB},                  /* the headroom is more than the half */
        {4 * MiB, 4 * MiB, 0},                  /* the roots alone: what lives, nothing */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct heap *h = paced((struct heap_config){.gogc = HEAP_GOGC_OFF,
                                                    .memory_limit = cases[i].limit,
                                                    .roots_bytes = cases[i].roots});
        cr_assert_eq(heap_read(h).next_gc, cases[i].goal, "case %zu: %lu", i,
                     heap_read(h).next_gc);
        assert_sound(h);
        heap_delete(h);
    }
}

Test(heap_pace, unused_parts_of_spans_and_kept_pages_bring_the_limit_nearer)
{
    struct heap *h = paced((struct heap_config){.gogc = HEAP_GOGC_OFF, .memory_limit = 10 * MiB});
    must_alloc(h, 8);
    cr_assert_eq(heap_read(h).next_gc, 9 * MiB - 8192 + 8);
    heap_delete(h);
    h = paced((struct heap_config){.gogc = HEAP_GOGC_OFF});
    heap_free(h, must_alloc(h, 20 * MiB), 20 * MiB, HEAP_SCAN, "a");
    heap_set_memory_limit(h, 12 * MiB);         /* 8 MiB above it are idle, not given back */
    cr_assert_eq(heap_read(h).next_gc, 3 * MiB);
    heap_release_idle(h);
    cr_assert_eq(heap_read(h).next_gc, 11 * MiB);
    assert_sound(h);
    heap_delete(h);
}

Test(heap_pace, the_smaller_goal_counts)
{
    struct heap *h = paced((struct heap_config){.memory_limit = 10 * MiB});
    cr_assert_eq(heap_read(h).next_gc, 4 * MiB);
    heap_set_gogc(h, 400);
    cr_assert_eq(heap_read(h).next_gc, 9 * MiB);
    heap_set_memory_limit(h, 0);
    cr_assert_eq(heap_read(h).next_gc, 16 * MiB);
    heap_delete(h);
}

Test(heap_pace, a_limit_without_gogc_fills_it_and_no_more)
{
    struct heap *h = paced((struct heap_config){.gogc = HEAP_GOGC_OFF, .memory_limit = 20 * MiB});
    churn(h, 18 * MiB);
    cr_assert_eq(heap_read(h).num_gc, 0);
    churn(h, 80 * MiB);
    cr_assert_eq(heap_read(h).num_gc, 5);
    cr_assert_leq(heap_read(h).heap_sys - heap_read(h).heap_released, 20 * MiB);
    assert_sound(h);
    heap_delete(h);
}

Test(heap_pace, off_never_collects)
{
    struct heap *h = paced((struct heap_config){.gogc = HEAP_GOGC_OFF});
    churn(h, 100 * MiB);
    cr_assert_eq(heap_tick(h, 600000), 0);
    cr_assert_eq(heap_read(h).num_gc, 0);
    assert_sound(h);
    heap_delete(h);
}

Test(heap_pace, a_heap_that_is_not_paced_has_no_goal)
{
    struct heap *h = heap_new(&(struct heap_config){.gogc = 50, .memory_limit = 8 * MiB});
    churn(h, 50 * MiB);
    cr_assert_eq(heap_tick(h, 600000), 0);
    cr_assert_eq(heap_read(h).num_gc, 0);
    cr_assert_eq(heap_read(h).next_gc, 0);
    heap_collect(h);
    cr_assert_eq(heap_read(h).next_gc, 0);
    assert_sound(h);
    heap_delete(h);
}

Test(heap_pace, a_goal_set_anew_counts_at_the_next_allocation)
{
    struct heap *h = paced((struct heap_config){.gogc = 400});
    churn(h, 6 * MiB);
    cr_assert_eq(heap_read(h).num_gc, 0);
    heap_set_gogc(h, 100);
    cr_assert_eq(heap_read(h).num_gc, 0);
    must_alloc(h, 8);
    cr_assert_eq(heap_read(h).num_gc, 1);
    heap_set_gogc(h, HEAP_GOGC_OFF);
    churn(h, 6 * MiB);
    cr_assert_eq(heap_read(h).num_gc, 1);
    heap_set_memory_limit(h, 4 * MiB);
    must_alloc(h, 8);
    cr_assert_eq(heap_read(h).num_gc, 2);
    assert_sound(h);
    heap_delete(h);
}

Test(heap_pace, one_object_larger_than_the_goal_collects_once)
{
    struct heap *h = paced((struct heap_config){0});
    must_alloc(h, 64 * MiB);
    cr_assert_eq(heap_read(h).num_gc, 1);
    cr_assert_eq(heap_read(h).next_gc, 128 * MiB);
    keep(h, 60 * MiB);
    cr_assert_eq(heap_read(h).num_gc, 1);
    assert_sound(h);
    heap_delete(h);
}

/* The new object lies beside garbage in a span that is fresh. The sweep frees that slot, so
 * the span needs zeroing from then on; the object was opened before, and stays untouched. */
Test(heap_pace, a_collection_leaves_the_new_object_alone)
{
    struct heap *h = paced((struct heap_config){0});
    must_alloc(h, 4 * MiB - 2 * 4096);
    char *dead = heap_alloc(h, 4096, HEAP_NOSCAN, "a");
    heap_drop(h, dead, 4096, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_read(h).num_gc, 0);
    char *p = heap_alloc(h, 4096, HEAP_NOSCAN, "a");
    cr_assert_eq(p, dead + 4096);
    cr_assert_eq(heap_read(h).num_gc, 1);
    uint64_t resident = 1;
    cr_assert(resident_bytes(dead, 8192, &resident));
    cr_assert_eq(resident, 0);
    cr_assert_eq(heap_alloc(h, 4096, HEAP_NOSCAN, "a"), dead);
    assert_sound(h);
    heap_delete(h);
}

/* The roots alone pass the limit: there is no goal to be had but what lives. */
Test(heap_pace, a_hopeless_limit_collects_at_each_allocation)
{
    struct heap *h = paced((struct heap_config){
        .gogc = HEAP_GOGC_OFF, .memory_limit = 4 * MiB, .roots_bytes = 5 * MiB});
    churn(h, 100 * OBJECT);
    cr_assert_eq(heap_read(h).num_gc, 100);
    cr_assert_eq(heap_read(h).next_gc, OBJECT);
    assert_sound(h);
    heap_delete(h);
}

Test(heap_pace, marking_is_counted_by_what_lives_and_sweeping_by_what_does_not)
{
    struct heap *h = heap_new(&(struct heap_config){.roots_bytes = 1000});
    void *p[4];
    for (int i = 0; i < 4; i++)
        p[i] = must_alloc(h, MiB);
    heap_drop(h, p[1], MiB, HEAP_SCAN, "a");
    heap_collect(h);
    cr_assert_eq(heap_read(h).marked, 3 * MiB + 1000);
    cr_assert_eq(heap_read(h).swept, MiB);
    heap_free(h, p[0], MiB, HEAP_SCAN, "a");        /* freed is not swept */
    heap_drop(h, p[2], MiB, HEAP_SCAN, "a");
    heap_collect(h);
    cr_assert_eq(heap_read(h).marked, 4 * MiB + 2000);
    cr_assert_eq(heap_read(h).swept, 2 * MiB);
    cr_assert_eq(heap_read(h).live_after_gc, MiB);
    assert_sound(h);
    heap_delete(h);
}

Test(heap_pace, two_minutes_without_a_collection_bring_one)
{
    struct heap *h = paced((struct heap_config){0});
    heap_tick(h, 119999);
    cr_assert_eq(heap_read(h).num_gc, 0);
    heap_tick(h, 1);
    cr_assert_eq(heap_read(h).num_gc, 1);
    heap_tick(h, 60000);
    heap_collect(h);
    heap_tick(h, 119999);
    cr_assert_eq(heap_read(h).num_gc, 2);
    heap_tick(h, 1);
    cr_assert_eq(heap_read(h).num_gc, 3);
    heap_delete(h);
}

Test(heap_pace, a_goal_too_large_to_say_is_no_goal)
{
    struct heap *h = paced((struct heap_config){.gogc = INT_MAX});
    h->pace.live_bytes = UINT64_C(1) << 40;
    heap_set_gogc(h, INT_MAX);
    cr_assert_eq(heap_read(h).next_gc, 0);
    assert_sound(h);
    heap_delete(h);
}
