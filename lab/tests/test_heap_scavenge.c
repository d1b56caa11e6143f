/*
 * test_heap_scavenge.c - idle pages go back to the system: which, when, how many.
 */
#include <criterion/criterion.h>
#include <string.h>

#include "heap/heap.h"
#include "heap/heap_private.h"
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
