/*
 * test_heap_pace.c - when a paced heap collects, against the formulas worked out by hand.
 */
#include <criterion/criterion.h>

#include "heap/heap.h"
#include "heap/heap_private.h"

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
