/*
 * test_heap_zero.c - which pages a zeroing policy touches, counted by the kernel.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "heap/heap.h"
#include "heap/heap_private.h"
#include "heap/poison.h"
#include "resident/resident.h"

TestSuite(heap_zero, .timeout = 60);

enum { KiB = 1024, MiB = 1024 * KiB, PAGE = HEAP_PAGE_BYTES, SYSTEM_PAGE = 4096 };
enum { POLICIES = 3 };

static const char *const policy_names[POLICIES] = {"fixed", "1.23", "1.24.0"};

static struct heap *heap_of(enum heap_zeroing zeroing)
{
    struct heap *h = heap_new(&(struct heap_config){.zeroing = zeroing});
    cr_assert_not_null(h);
    return h;
}

static void *must_alloc(struct heap *h, size_t bytes, enum heap_scan scan)
{
    void *p = heap_alloc(h, bytes, scan, "a");
    cr_assert_not_null(p);
    return p;
}

static void assert_sound(const struct heap *h)
{
    const char *wrong = heap_check(h);
    cr_assert_null(wrong, "%s", wrong);
}

static uint64_t resident_pages(const struct heap *h)
{
    uint64_t bytes = 0;
    cr_assert(resident_bytes(heap_start(h), heap_read(h).heap_sys, &bytes));
    return bytes / SYSTEM_PAGE;
}

/* Only [p, p + bytes) of an object is open to AddressSanitizer; its slot is whole pages. */
__attribute__((no_sanitize("address"))) static bool is_zero(const char *p, size_t bytes)
{
    const volatile char *at = p;
    for (size_t i = 0; i < bytes; i++)
        if (at[i] != 0)
            return false;
    return true;
}

/* What 1.24.0 touches of an object fresh from the system; the others touch nothing. */
static size_t touched_by_1_24_0(size_t bytes, enum heap_scan scan)
{
    bool large = bytes > HEAP_LARGE_BYTES;
    return large && scan == HEAP_SCAN ? heap_rounded(bytes, scan) / SYSTEM_PAGE : 0;
}

Test(heap_zero, only_1_24_0_touches_fresh_memory_and_only_large_with_pointers)
{
    static const size_t sizes[] = {8,     512,   4096,   18432,  32704,   32752,
                                   32760, 32761, 100000, MiB + 1, 4 * MiB};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int scan = HEAP_NOSCAN; scan <= HEAP_SCAN; scan++)
            for (int policy = 0; policy < POLICIES; policy++) {
                struct heap *h = heap_of((enum heap_zeroing)policy);
                must_alloc(h, sizes[i], (enum heap_scan)scan);
                uint64_t expected = policy == HEAP_ZEROING_GO_1_24_0
                                        ? touched_by_1_24_0(sizes[i], (enum heap_scan)scan)
                                        : 0;
                cr_assert_eq(resident_pages(h), expected, "%s, %zu bytes, scan %d: %lu pages",
                             policy_names[policy], sizes[i], scan, resident_pages(h));
                assert_sound(h);
                heap_delete(h);
            }
}

Test(heap_zero, the_counters_are_equal_under_every_policy)
{
    struct heap_counters seen[POLICIES];
    for (int policy = 0; policy < POLICIES; policy++) {
        struct heap *h = heap_of((enum heap_zeroing)policy);
        for (int i = 0; i < 64; i++)
            must_alloc(h, 4 * MiB, HEAP_SCAN);
        heap_drop(h, must_alloc(h, 70000, HEAP_SCAN), 70000, HEAP_SCAN, "a");
        heap_collect(h);
        heap_release_idle(h);
        seen[policy] = heap_read(h);
        cr_assert_eq(resident_pages(h), policy == HEAP_ZEROING_GO_1_24_0 ? 65536 : 0, "%s: %lu",
                     policy_names[policy], resident_pages(h));
        assert_sound(h);
        heap_delete(h);
    }
    cr_assert_eq(memcmp(&seen[0], &seen[1], sizeof seen[0]), 0);
    cr_assert_eq(memcmp(&seen[0], &seen[2], sizeof seen[0]), 0);
}

Test(heap_zero, used_memory_is_cleared_under_every_policy)
{
    static const size_t sizes[] = {64, 4096, 32760, 40000, 3 * MiB};
    for (int policy = 0; policy < POLICIES; policy++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
            for (int scan = HEAP_NOSCAN; scan <= HEAP_SCAN; scan++) {
                struct heap *h = heap_of((enum heap_zeroing)policy);
                size_t rounded = heap_rounded(sizes[i], (enum heap_scan)scan);
                char *p = must_alloc(h, sizes[i], (enum heap_scan)scan);
                memset(p, 0xAA, sizes[i]);
                heap_free(h, p, sizes[i], (enum heap_scan)scan, "a");
                cr_assert_eq(must_alloc(h, sizes[i], (enum heap_scan)scan), p);
                cr_assert(is_zero(p, rounded), "%s, %zu", policy_names[policy], sizes[i]);
                heap_delete(h);
            }
}

Test(heap_zero, a_half_used_buffer_costs_twice_under_1_24_0)
{
    uint64_t pages[POLICIES];
    for (int policy = 0; policy < POLICIES; policy++) {
        struct heap *h = heap_of((enum heap_zeroing)policy);
        memset(must_alloc(h, 4 * MiB, HEAP_SCAN), 1, 2 * MiB);
        pages[policy] = resident_pages(h);
        heap_delete(h);
    }
    cr_assert_eq(pages[HEAP_ZEROING_FIXED], 512);
    cr_assert_eq(pages[HEAP_ZEROING_GO_1_23], 512);
    cr_assert_eq(pages[HEAP_ZEROING_GO_1_24_0], 1024);
}

/* The mark never falls: what the system would hand out zeroed is cleared again, as in Go. */
Test(heap_zero, released_memory_lies_below_the_mark_and_is_touched_again)
{
    struct heap *h = heap_of(HEAP_ZEROING_FIXED);
    char *p = must_alloc(h, 2 * MiB, HEAP_NOSCAN);
    cr_assert_eq(heap_high_water(h), 2 * MiB);
    memset(p, 1, 2 * MiB);
    heap_free(h, p, 2 * MiB, HEAP_NOSCAN, "a");
    heap_release_idle(h);
    cr_assert_eq(resident_pages(h), 0);
    cr_assert_eq(heap_high_water(h), 2 * MiB);
    cr_assert_eq(must_alloc(h, MiB, HEAP_NOSCAN), p);
    cr_assert_eq(resident_pages(h), MiB / SYSTEM_PAGE);
    must_alloc(h, 3 * MiB, HEAP_NOSCAN);            /* its first MiB is below the mark */
    cr_assert_eq(heap_high_water(h), 4 * MiB);
    cr_assert_eq(resident_pages(h), 4 * MiB / SYSTEM_PAGE);
    assert_sound(h);
    heap_delete(h);
}

/* Whatever a span claims, its free slots are asked: heap_check reads them (H5). */
Test(heap_zero, a_span_needs_zeroing_from_its_first_free_on)
{
    struct heap *h = heap_of(HEAP_ZEROING_FIXED);
    struct heap_run run;
    void *p = must_alloc(h, 100, HEAP_NOSCAN);
    must_alloc(h, 100, HEAP_NOSCAN);
    cr_assert(heap_run_at(h, 0, &run) && !run.needzero);
    heap_free(h, p, 100, HEAP_NOSCAN, "a");
    cr_assert(heap_run_at(h, 0, &run) && run.needzero);
    assert_sound(h);
    heap_delete(h);
}

/* --- The runs of pages ----------------------------------------------------- */

Test(heap_zero, runs_tell_spans_idle_released_and_fresh_pages)
{
    struct heap *h = heap_of(HEAP_ZEROING_FIXED);
    void *a = must_alloc(h, 10 * PAGE, HEAP_SCAN), *b = must_alloc(h, 5 * PAGE, HEAP_NOSCAN);
    void *c = must_alloc(h, 20 * PAGE, HEAP_SCAN);
    for (int i = 0; i < 3; i++)
        must_alloc(h, 2048, HEAP_NOSCAN);
    heap_free(h, c, 20 * PAGE, HEAP_SCAN, "a");
    heap_scavenge(h, 8 * PAGE);
    heap_free(h, a, 10 * PAGE, HEAP_SCAN, "a");
    heap_drop(h, b, 5 * PAGE, HEAP_NOSCAN, "a");
    static const struct heap_run expected[] = {
        {.state = HEAP_RUN_IDLE, .page = 0, .page_count = 10},
        {.state = HEAP_RUN_SPAN, .page = 10, .page_count = 5, .slot_bytes = 5 * PAGE, .slots = 1,
         .objects = 1, .garbage = 1, .scan = HEAP_NOSCAN, .large = true},
        {.state = HEAP_RUN_IDLE, .page = 15, .page_count = 12},
        {.state = HEAP_RUN_RELEASED, .page = 27, .page_count = 8},
        {.state = HEAP_RUN_SPAN, .page = 35, .page_count = 1, .slot_bytes = 2048, .slots = 4,
         .objects = 3, .scan = HEAP_NOSCAN},
        {.state = HEAP_RUN_FRESH, .page = 36, .page_count = 512 - 36},
    };
    struct heap_run run;
    size_t page = 0, i = 0;
    for (; heap_run_at(h, page, &run); page += run.page_count, i++) {
        const struct heap_run *e = &expected[i];
        cr_assert_lt(i, 6);
        cr_assert(run.state == e->state && run.page == e->page && run.page_count == e->page_count,
                  "run %zu: state %d, %zu pages from %zu", i, run.state, run.page_count, run.page);
        cr_assert(run.slot_bytes == e->slot_bytes && run.slots == e->slots &&
                  run.objects == e->objects && run.garbage == e->garbage, "run %zu", i);
        cr_assert(run.scan == e->scan && run.large == e->large && run.needzero == e->needzero,
                  "run %zu", i);
    }
    cr_assert_eq(i, 6);
    cr_assert_eq(page * PAGE, heap_read(h).heap_sys);
    heap_delete(h);
}
