/*
 * test_timeline.c - samples of a heap over the steps of a run, thinned evenly.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "heap/timeline.h"

TestSuite(timeline, .timeout = 20);

enum { MiB = 1 << 20, MOST = 64 };

static struct heap *new_heap(void)
{
    struct heap *h = heap_new(NULL);
    cr_assert_not_null(h);
    return h;
}

/* T1, for a run of so many steps in room for so many samples. */
static void assert_even(size_t capacity, uint64_t steps)
{
    struct timeline_sample samples[MOST + 1];
    struct timeline t;
    struct heap *h = new_heap();
    memset(samples, 0xEE, sizeof samples);
    struct timeline_sample behind = samples[capacity];
    timeline_init(&t, samples, capacity, false);
    for (uint64_t step = 0; step < steps; step++)
        timeline_step(&t, h);
    cr_assert_eq(memcmp(&behind, &samples[capacity], sizeof behind), 0, "written behind the end");
    cr_assert_eq(t.count, (steps + t.stride - 1) / t.stride, "%zu, %lu", capacity, steps);
    cr_assert_leq(t.count, capacity);
    cr_assert_eq(t.stride & (t.stride - 1), 0);
    uint64_t finer = t.stride / 2;
    cr_assert(finer == 0 || (steps + finer - 1) / finer > capacity, "thinned without need");
    for (size_t i = 0; i < t.count; i++)
        cr_assert_eq(samples[i].step, i * t.stride, "%zu, %lu: sample %zu", capacity, steps, i);
    heap_delete(h);
}

Test(timeline, samples_stay_even_however_long_the_run)
{
    static const size_t capacities[] = {2, 3, 4, 5, 7, 16, MOST};
    for (size_t c = 0; c < sizeof capacities / sizeof *capacities; c++)
        for (uint64_t steps = 0; steps < 150; steps++)
            assert_even(capacities[c], steps);
    assert_even(MOST, 100000);
}

Test(timeline, a_sample_holds_the_counters_of_its_step)
{
    struct timeline_sample samples[8];
    struct timeline t;
    struct heap *h = new_heap();
    timeline_init(&t, samples, 8, true);
    timeline_step(&t, h);
    char *p = heap_alloc(h, 4 * MiB, HEAP_SCAN, "a");
    timeline_step(&t, h);
    memset(p, 1, MiB);
    timeline_step(&t, h);
    heap_free(h, p, 4 * MiB, HEAP_SCAN, "a");
    timeline_step(&t, h);
    heap_release_idle(h);
    timeline_step(&t, h);
    static const uint64_t alloc[] = {0, 4 * MiB, 4 * MiB, 0, 0};
    static const uint64_t resident[] = {0, 0, MiB, MiB, 0};
    for (size_t i = 0; i < 5; i++) {
        cr_assert_eq(samples[i].counters.heap_alloc, alloc[i], "step %zu", i);
        cr_assert_eq(samples[i].resident_bytes, resident[i], "step %zu", i);
    }
    cr_assert_eq(t.count, 5);
    heap_delete(h);
}

Test(timeline, residency_is_not_asked_for_unless_wanted)
{
    struct timeline_sample samples[2];
    struct timeline t;
    struct heap *h = new_heap();
    memset(heap_alloc(h, MiB, HEAP_SCAN, "a"), 1, MiB);
    timeline_init(&t, samples, 2, false);
    timeline_step(&t, h);
    cr_assert_eq(samples[0].resident_bytes, 0);
    cr_assert_eq(samples[0].counters.heap_alloc, MiB);
    heap_delete(h);
}
