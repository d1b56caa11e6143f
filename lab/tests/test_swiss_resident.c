/*
 * test_swiss_resident.c - what a map of 1 << 20 entries really has in memory, by the kernel's word.
 *
 * The counters could be all right and the memory elsewhere. So the arena's resident pages are held
 * against HeapInuse: a filled map must not have more than a twentieth above it.
 */
#include <criterion/criterion.h>

#include "resident/resident.h"
#include "swiss/swiss_u64.h"

TestSuite(swiss_resident, .timeout = 60);

enum { ENTRIES = 1 << 20 };

static struct heap *heap;
static struct swiss m;

static void fill(enum heap_collector collector, uint64_t hint)
{
    heap = heap_new(&(struct heap_config){.collector = collector});
    cr_assert_not_null(heap);
    cr_assert(swiss_u64_init(&m, heap, hint, 1));
    for (uint64_t key = 0; key < ENTRIES; key++)
        *swiss_u64_put(&m, key) = key;
}

static uint64_t resident_now(void)
{
    uint64_t bytes = 0;
    cr_assert(resident_bytes(heap_start(heap), heap_read(heap).heap_sys, &bytes));
    return bytes;
}

/* Resident bytes in parts of HeapInuse. */
static double share(void)
{
    struct heap_counters c = heap_read(heap);
    double part = (double)resident_now() / (double)c.heap_inuse;
    cr_log_info("HeapAlloc %lu, HeapInuse %lu, HeapSys %lu, resident %lu: %.3f of HeapInuse",
                (unsigned long)c.heap_alloc, (unsigned long)c.heap_inuse,
                (unsigned long)c.heap_sys, (unsigned long)resident_now(), part);
    return part;
}

static void check_share(const char *when)
{
    double part = share();
    cr_expect(part > 0.95 && part <= 1.05, "%s: %.3f of HeapInuse", when, part);
}

Test(swiss_resident, of_a_presized_map)
{
    fill(HEAP_COLLECT_AT_ONCE, ENTRIES);
    cr_assert_eq(heap_read(heap).heap_alloc, 37832752);
    check_share("filled");
    heap_delete(heap);
}

/* What was given up on the way is used again before the heap grows: nothing idle is resident. */
Test(swiss_resident, of_a_map_grown_under_an_eager_collector)
{
    fill(HEAP_COLLECT_AT_ONCE, 0);
    cr_assert_eq(heap_read(heap).heap_alloc, 37832752);
    cr_assert(heap_read(heap).heap_inuse > heap_read(heap).heap_alloc);
    check_share("grown");
    heap_delete(heap);
}

/*
 * Without a collection all garbage counts, and is resident. A collection takes it out of
 * HeapInuse, not out of memory: twice HeapInuse is resident then, until the pages are given back.
 */
Test(swiss_resident, of_a_map_grown_collected_and_released)
{
    fill(HEAP_COLLECT_WHEN_TOLD, 0);
    cr_assert_eq(heap_read(heap).heap_alloc, 75666360);
    check_share("grown");
    heap_collect(heap);
    cr_assert_eq(heap_read(heap).heap_alloc, 37832752);
    cr_expect(share() > 1.5);
    heap_release_idle(heap);
    check_share("released");
    heap_delete(heap);
}

/* Dropped and collected, the map is out of the counters; released, it is out of memory. */
Test(swiss_resident, of_a_dropped_map_is_none)
{
    fill(HEAP_COLLECT_WHEN_TOLD, 0);
    swiss_u64_free(&m);
    heap_collect(heap);
    cr_assert_eq(heap_read(heap).heap_inuse, 0);
    cr_expect(resident_now() > 70000000);
    heap_release_idle(heap);
    cr_expect_eq(resident_now(), 0);
    heap_delete(heap);
}
