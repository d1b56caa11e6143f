/*
 * test_heap_scavenge.c - idle pages go back to the system: which, when, how many.
 */
#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>

#include "heap/heap.h"
#include "heap/heap_private.h"
#include "heap/poison.h"
#include "resident/resident.h"

TestSuite(heap_scavenge, .timeout = 60);

enum { KiB = 1024, MiB = 1024 * KiB, PAGE = HEAP_PAGE_BYTES, SYSTEM_PAGE = 4096 };

static struct heap *new_heap(struct heap_config config)
{
    struct heap *h = heap_new(&config);
    cr_assert_not_null(h);
    return h;
}

/* A written object of whole pages. */
static char *filled(struct heap *h, size_t bytes)
{
    char *p = heap_alloc(h, bytes, HEAP_NOSCAN, "a");
    cr_assert_not_null(p);
    memset(p, 1, bytes);
    return p;
}

static void assert_sound(const struct heap *h)
{
    const char *wrong = heap_check(h);
    cr_assert_null(wrong, "%s", wrong);
}

static uint64_t resident_in(const char *start, size_t bytes)
{
    uint64_t resident = 0;
    cr_assert(resident_bytes(start, bytes, &resident));
    return resident;
}

Test(heap_scavenge, the_highest_pages_go_first)
{
    struct heap *h = new_heap((struct heap_config){0});
    char *p = filled(h, 6 * MiB), *stays = filled(h, 64 * KiB);
    heap_free(h, p, 6 * MiB, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_scavenge(h, 1 * MiB), 1 * MiB);
    cr_assert_eq(resident_in(p + 5 * MiB, 1 * MiB), 0);
    cr_assert_eq(resident_in(p, 5 * MiB), 5 * MiB);
    cr_assert_eq(heap_scavenge(h, 3 * MiB), 3 * MiB);       /* over the border of a chunk */
    cr_assert_eq(resident_in(p + 2 * MiB, 4 * MiB), 0);
    cr_assert_eq(resident_in(p, 2 * MiB), 2 * MiB);
    cr_assert_eq(resident_in(stays, 64 * KiB), 64 * KiB);
    assert_sound(h);
    cr_assert_eq(heap_scavenge(h, UINT64_MAX), 2 * MiB, "no more is there");
    cr_assert_eq(heap_scavenge(h, UINT64_MAX), 0);
    cr_assert_eq(heap_read(h).scavenged, 6 * MiB);
    assert_sound(h);
    heap_delete(h);
}

Test(heap_scavenge, whole_pages_and_not_one_too_many)
{
    struct heap *h = new_heap((struct heap_config){0});
    heap_free(h, filled(h, 1 * MiB), 1 * MiB, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_scavenge(h, PAGE - 1), 0);
    cr_assert_eq(heap_scavenge(h, PAGE), PAGE);
    cr_assert_eq(heap_scavenge(h, 3 * PAGE - 1), 2 * PAGE);
    assert_sound(h);
    heap_delete(h);
}

Test(heap_scavenge, the_background_works_at_its_rate)
{
    struct heap *h = new_heap((struct heap_config){.scavenge_rate = 1 * MiB});
    heap_drop(h, filled(h, 3 * MiB), 3 * MiB, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_tick(h, 1000), 0, "garbage is not idle");
    heap_collect(h);
    heap_collect(h);                        /* a cycle in which little was in use */
    cr_assert_eq(heap_read(h).scavenge_goal, 0);
    cr_assert_eq(heap_tick(h, 500), 512 * KiB);
    cr_assert_eq(heap_tick(h, 1), 0, "1,048 bytes are not a page yet");
    cr_assert_eq(heap_tick(h, 7), PAGE, "8,388 are");
    cr_assert_eq(heap_tick(h, 1000), 1 * MiB);
    cr_assert_eq(heap_tick(h, 100000), 3 * MiB - 1536 * KiB - PAGE);
    cr_assert_eq(heap_tick(h, 100000), 0);
    assert_sound(h);
    heap_delete(h);
}

/* What finds no work is not saved up. */
Test(heap_scavenge, time_without_work_earns_nothing)
{
    struct heap *h = new_heap((struct heap_config){.scavenge_rate = 1 * MiB});
    char *p = filled(h, 3 * MiB);
    cr_assert_eq(heap_tick(h, 1000000), 0);
    heap_free(h, p, 3 * MiB, HEAP_NOSCAN, "a");
    heap_collect(h);
    heap_collect(h);
    cr_assert_eq(heap_tick(h, 1000), 1 * MiB);
    cr_assert_eq(heap_tick(h, UINT64_MAX), 2 * MiB, "no overflow either");
    assert_sound(h);
    heap_delete(h);
}

Test(heap_scavenge, no_rate_gives_nothing_back)
{
    struct heap *h = new_heap((struct heap_config){0});
    heap_free(h, filled(h, 3 * MiB), 3 * MiB, HEAP_NOSCAN, "a");
    heap_collect(h);
    heap_collect(h);
    cr_assert_eq(heap_tick(h, 1000000), 0);
    cr_assert_eq(heap_read(h).heap_released, 1 * MiB, "what was never touched");
    heap_delete(h);
}

/* 1.1 * HeapInuse when the collection began * new goal / last goal */
Test(heap_scavenge, the_background_keeps_what_the_next_cycle_will_use)
{
    struct heap *h = new_heap((struct heap_config){.collector = HEAP_COLLECT_PACED,
                                                   .scavenge_rate = UINT64_C(1) << 40});
    char *first = filled(h, 20 * MiB), *rest = filled(h, 10 * MiB);    /* a collection for each */
    heap_collect(h);
    cr_assert_eq(heap_read(h).next_gc, 60 * MiB);
    heap_drop(h, first, 20 * MiB, HEAP_NOSCAN, "a");
    heap_collect(h);
    cr_assert_eq(heap_read(h).next_gc, 20 * MiB);
    cr_assert_eq(heap_read(h).scavenge_goal, 11 * MiB, "30 * 20 / 60 * 1.1: %lu",
                 heap_read(h).scavenge_goal);
    heap_collect(h);
    cr_assert_eq(heap_read(h).scavenge_goal, 11 * MiB, "10 * 20 / 20 * 1.1");
    heap_tick(h, 1000);
    heap_tick(h, 1000);
    struct heap_counters c = heap_read(h);
    cr_assert_eq(c.heap_sys - c.heap_released, 11 * MiB);
    cr_assert_eq(resident_in(rest, 10 * MiB), 10 * MiB);
    cr_assert_eq(resident_in(first, 20 * MiB), 1 * MiB, "the lowest are kept");
    assert_sound(h);
    heap_delete(h);
}

/* Three clocks: dropped, swept, given back. Chunks that were full stay for a cycle. */
Test(heap_scavenge, chunks_that_were_dense_wait_for_another_collection)
{
    static char *p[4096];
    struct heap *h = new_heap((struct heap_config){.collector = HEAP_COLLECT_PACED,
                                                   .scavenge_rate = UINT64_C(1) << 40});
    for (int i = 0; i < 4096; i++)
        p[i] = filled(h, PAGE);
    heap_collect(h);
    for (int i = 0; i < 4096; i++)
        heap_drop(h, p[i], PAGE, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_read(h).heap_alloc, 32 * MiB);
    heap_collect(h);
    cr_assert_eq(heap_read(h).heap_inuse, 0);
    cr_assert_leq(heap_read(h).scavenge_goal, 3 * MiB);
    cr_assert_eq(heap_tick(h, 100000), 0, "all chunks were full in this cycle");
    cr_assert_eq(resident_in(p[0], 32 * MiB), 32 * MiB);
    cr_assert_eq(heap_tick(h, 20000), 32 * MiB, "two minutes have passed: a collection");
    cr_assert_eq(resident_in(p[0], 32 * MiB), 0);
    assert_sound(h);
    heap_delete(h);
}

/* A chunk with 495 pages in use is not dense, one with 496 is. */
Test(heap_scavenge, dense_is_496_of_512_pages)
{
    static char *p[512];
    for (size_t in_use = 494; in_use <= 498; in_use++) {
        struct heap *h = new_heap((struct heap_config){0});
        for (int i = 0; i < 512; i++)
            p[i] = filled(h, PAGE);
        for (size_t i = in_use; i < 512; i++)
            heap_free(h, p[i], PAGE, HEAP_NOSCAN, "a");
        size_t pages = page_alloc_scavenge(&h->pages, SIZE_MAX, PAGE_ALLOC_NOT_DENSE);
        cr_assert_eq(pages, in_use < 496 ? 512 - in_use : 0, "%zu in use: %zu", in_use, pages);
        heap_delete(h);
    }
}

Test(heap_scavenge, a_span_that_passes_the_limit_gives_back_as_much)
{
    struct heap *h = new_heap((struct heap_config){.collector = HEAP_COLLECT_PACED,
                                                   .gogc = HEAP_GOGC_OFF,
                                                   .memory_limit = 16 * MiB});
    char *low = filled(h, 6 * MiB), *middle = filled(h, 1 * MiB), *high = filled(h, 6 * MiB);
    heap_free(h, low, 6 * MiB, HEAP_NOSCAN, "a");
    heap_free(h, high, 6 * MiB, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_alloc(h, 13 * MiB, HEAP_NOSCAN, "a"), high);
    struct heap_counters c = heap_read(h);
    cr_assert_eq(c.heap_inuse, 14 * MiB);
    cr_assert_eq(c.heap_sys - c.heap_released, 16 * MiB);
    cr_assert_eq(resident_in(low + 2 * MiB, 4 * MiB), 0, "the highest of the idle ones");
    cr_assert_eq(resident_in(low, 2 * MiB), 2 * MiB);
    cr_assert_eq(resident_in(middle, 1 * MiB), 1 * MiB);
    assert_sound(h);
    heap_delete(h);
}

Test(heap_scavenge, the_background_aims_below_the_limit)
{
    struct heap *h = new_heap((struct heap_config){.collector = HEAP_COLLECT_PACED,
                                                   .gogc = HEAP_GOGC_OFF,
                                                   .scavenge_rate = UINT64_C(1) << 40});
    heap_free(h, filled(h, 20 * MiB), 20 * MiB, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_tick(h, 1000), 0, "no collection, no goal");
    heap_set_memory_limit(h, 20 * MiB);
    cr_assert_eq(heap_tick(h, 1000), 1 * MiB, "95 %%");
    cr_assert_eq(heap_tick(h, 1000), 0);
    assert_sound(h);
    heap_delete(h);
}

#ifndef POISON      /* AddressSanitizer makes mlock do nothing */
Test(heap_scavenge, locked_memory_is_passed_over)
{
    struct heap *h = new_heap((struct heap_config){0});
    char *low = filled(h, 1 * MiB), *stays = filled(h, PAGE), *high = filled(h, 1 * MiB);
    heap_free(h, low, 1 * MiB, HEAP_NOSCAN, "a");
    heap_free(h, high, 1 * MiB, HEAP_NOSCAN, "a");
    if (mlock(high, SYSTEM_PAGE) != 0)
        cr_skip_test("no memory may be locked here");
    cr_assert_eq(heap_scavenge(h, UINT64_MAX), 1 * MiB);
    cr_assert_eq(resident_in(low, 1 * MiB), 0);
    cr_assert_eq(resident_in(stays, PAGE), PAGE);
    assert_sound(h);
    munlock(high, SYSTEM_PAGE);
    cr_assert_eq(heap_scavenge(h, UINT64_MAX), 1 * MiB);
    assert_sound(h);
    heap_delete(h);
}
#endif

/* Random scripts: what the heap says of its pages is what the kernel says. */
Test(heap_scavenge, released_is_never_resident_whatever_happens)
{
    enum { MOST = 64 };
    static const size_t sizes[] = {100, 5000, 20000, 70000, 500000, 3 * MiB};
    struct heap *h = new_heap((struct heap_config){
        .collector = HEAP_COLLECT_PACED, .memory_limit = 24 * MiB, .scavenge_rate = 1 * MiB});
    char *live[MOST] = {NULL};
    size_t bytes[MOST];
    uint64_t random = 1;
    for (int step = 0; step < 6000; step++) {
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        size_t i = random >> 58, what = random >> 40 & 15;
        if (live[i] != NULL)
            heap_drop(h, live[i], bytes[i], HEAP_NOSCAN, "a");
        bytes[i] = sizes[(random >> 32) % 6];
        live[i] = what < 12 ? filled(h, bytes[i]) : NULL;
        if (what == 13)
            heap_tick(h, 50);
        if (what == 14 && (random >> 20 & 7) == 0)
            heap_scavenge(h, 1 * MiB);
        if (step % 16 != 0)
            continue;
        struct heap_counters c = heap_read(h);
        cr_assert_leq(resident_in(heap_start(h), c.heap_sys), c.heap_sys - c.heap_released);
        assert_sound(h);
    }
    struct heap_counters c = heap_read(h);
    cr_assert(c.num_gc > 20 && c.scavenged > 10 * MiB, "%lu %lu", c.num_gc, c.scavenged);
    heap_delete(h);
}
