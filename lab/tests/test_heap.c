/*
 * test_heap.c - the accounting heap against figures derived by hand, against
 * the kernel's word about its pages, and against an array of what should live.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "hash/random.h"
#include "heap/heap.h"
#include "heap/heap_private.h"
#include "heap/poison.h"

TestSuite(heap, .timeout = 60);

enum { KiB = 1024, MiB = 1024 * KiB, PAGE = HEAP_PAGE_BYTES, SYSTEM_PAGE = 4096 };

/* --- Helpers ------------------------------------------------------------- */

static struct heap *new_heap(void)
{
    struct heap *h = heap_new(NULL);
    cr_assert_not_null(h);
    return h;
}

static struct heap *new_heap_with(struct heap_config config)
{
    struct heap *h = heap_new(&config);
    cr_assert_not_null(h);
    return h;
}

static void *must_alloc(struct heap *h, size_t bytes, enum heap_scan scan, const char *tag)
{
    void *p = heap_alloc(h, bytes, scan, tag);
    cr_assert_not_null(p, "%zu bytes were refused", bytes);
    return p;
}

static void assert_sound(const struct heap *h)
{
    const char *wrong = heap_check(h);
    cr_assert_null(wrong, "%s", wrong);
}

static void assert_alloc_and_inuse(const struct heap *h, uint64_t alloc, uint64_t inuse)
{
    struct heap_counters c = heap_read(h);
    cr_assert_eq(c.heap_alloc, alloc, "HeapAlloc %lu, not %lu", c.heap_alloc, alloc);
    cr_assert_eq(c.heap_inuse, inuse, "HeapInuse %lu, not %lu", c.heap_inuse, inuse);
    assert_sound(h);
}

/* What the kernel holds of a range, in its pages. */
static size_t resident_pages(const void *p, size_t bytes)
{
    static unsigned char pages[256 * MiB / SYSTEM_PAGE];
    size_t count = 0;
    cr_assert(bytes / SYSTEM_PAGE <= sizeof pages);
    cr_assert_eq(mincore((void *)(uintptr_t)p, bytes, pages), 0);
    for (size_t i = 0; i < bytes / SYSTEM_PAGE; i++)
        count += pages[i] & 1;
    return count;
}

/* Reads memory that nobody may read, to see what the heap left there. */
__attribute__((no_sanitize("address"))) static bool holds_only(const void *p, size_t bytes,
                                                              unsigned char value)
{
    const volatile unsigned char *at = p;
    for (size_t i = 0; i < bytes; i++)
        if (at[i] != value)
            return false;
    return true;
}

/* --- Rounding ------------------------------------------------------------ */

/* The list of facts D.2, typed a second time on purpose. */
static const size_t class_bytes[] = {
    8,     16,    24,    32,    48,    64,    80,    96,    112,   128,   144,   160,
    176,   192,   208,   224,   240,   256,   288,   320,   352,   384,   416,   448,
    480,   512,   576,   640,   704,   768,   896,   1024,  1152,  1280,  1408,  1536,
    1792,  2048,  2304,  2688,  3072,  3200,  3456,  4096,  4864,  5376,  6144,  6528,
    6784,  6912,  8192,  9472,  9728,  10240, 10880, 12288, 13568, 14336, 16384, 18432,
    19072, 20480, 21760, 24576, 27264, 28672, 32768};
static const size_t class_pages[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                     1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1,
                                     2, 1, 2, 1, 2, 1, 3, 2, 3, 1, 3, 2, 3, 4, 5, 6, 1,
                                     7, 6, 5, 4, 3, 5, 7, 2, 9, 7, 5, 8, 3, 10, 7, 4};
enum { CLASSES = sizeof class_bytes / sizeof *class_bytes };

Test(heap, rounds_at_the_border_of_every_class)
{
    cr_assert_eq(CLASSES, 67);
    for (size_t i = 0; i + 1 < CLASSES; i++) {
        size_t border = class_bytes[i], next = class_bytes[i + 1];
        cr_assert_eq(heap_rounded(border, HEAP_NOSCAN), border);
        cr_assert_eq(heap_rounded(border + 1, HEAP_NOSCAN), next);
        size_t header = border > 512 ? 8 : 0;
        cr_assert_eq(heap_rounded(border - header, HEAP_SCAN), border, "scan %zu", border);
        cr_assert_eq(heap_rounded(border - header + 1, HEAP_SCAN), next, "scan %zu", border);
    }
}

Test(heap, rounds_every_size_to_the_smallest_class_that_holds_it)
{
    size_t i = 0;
    for (size_t bytes = 0; bytes <= 32760; bytes++) {
        if (bytes > class_bytes[i])
            i++;
        cr_assert_eq(heap_rounded(bytes, HEAP_NOSCAN), class_bytes[i], "%zu", bytes);
    }
}

Test(heap, rounds_large_objects_to_pages)
{
    static const struct {
        size_t bytes, noscan, scan;
    } cases[] = {
        {0, 8, 8},                  /* an address of its own */
        {512, 512, 512},            /* the bitmap's last */
        {513, 576, 576},            /* 513 + 8 */
        {568, 576, 576},
        {569, 576, 640},            /* the header makes the difference */
        {32760, 32768, 32768},      /* 32760 + 8 just fits */
        {32761, 32768, 32768},      /* large: 4 pages, no header */
        {32768, 32768, 32768},
        {32769, 40960, 40960},
        {17408, 18432, 18432},
        {58368, 65536, 65536},
        {25600, 27264, 27264},
        {33792, 40960, 40960},
        {SIZE_MAX, SIZE_MAX, SIZE_MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        cr_assert_eq(heap_rounded(cases[i].bytes, HEAP_NOSCAN), cases[i].noscan, "case %zu", i);
        cr_assert_eq(heap_rounded(cases[i].bytes, HEAP_SCAN), cases[i].scan, "case %zu", i);
    }
}

Test(heap, a_large_object_begins_above_32760_bytes)
{
    struct heap *h = new_heap();
    char *small = must_alloc(h, 32760, HEAP_NOSCAN, "a");
    char *large = must_alloc(h, 32761, HEAP_NOSCAN, "a");
    cr_assert_eq(h->span_of[(small - h->arena.start) / PAGE]->class, 67);
    cr_assert_eq(h->span_of[(large - h->arena.start) / PAGE]->class, SIZE_CLASS_LARGE);
    assert_alloc_and_inuse(h, 65536, 65536);
    heap_delete(h);
}

Test(heap, multiplication_divides_every_offset_of_every_class)
{
    for (unsigned class = 1; class <= CLASSES; class++) {
        size_t bytes = size_classes[class].bytes;
        uint32_t divisor = size_class_divisor(class);
        for (size_t offset = 0; offset < size_classes[class].pages * (size_t)PAGE; offset++)
            cr_assert_eq(size_class_divide(offset, divisor), offset / bytes, "%zu of class %zu",
                         offset, bytes);
    }
}

/* --- Spans --------------------------------------------------------------- */

/* Allocates until HeapInuse rises for the second time: the objects of one span. */
static size_t objects_in_a_span(struct heap *h, size_t bytes, enum heap_scan scan)
{
    must_alloc(h, bytes, scan, "a");
    uint64_t inuse = heap_read(h).heap_inuse;
    for (size_t count = 1;; count++) {
        must_alloc(h, bytes, scan, "a");
        if (heap_read(h).heap_inuse != inuse)
            return count;
    }
}

Test(heap, spans_of_every_class_hold_what_fits)
{
    for (size_t i = 0; i < CLASSES; i++) {
        for (enum heap_scan scan = HEAP_NOSCAN; scan <= HEAP_SCAN; scan++) {
            struct heap *h = new_heap();
            size_t span_bytes = class_pages[i] * PAGE;
            size_t bitmap = scan == HEAP_SCAN && class_bytes[i] <= 512 ? span_bytes / 64 : 0;
            size_t header = scan == HEAP_SCAN && class_bytes[i] > 512 ? 8 : 0;
            size_t count = objects_in_a_span(h, class_bytes[i] - header, scan);
            cr_assert_eq(count, (span_bytes - bitmap) / class_bytes[i], "class %zu: %zu",
                         class_bytes[i], count);
            assert_alloc_and_inuse(h, (count + 1) * class_bytes[i], 2 * span_bytes);
            heap_delete(h);
        }
    }
}

Test(heap, spans_as_the_facts_say)
{
    static const struct {
        size_t bytes;
        enum heap_scan scan;
        size_t objects, span_bytes, tail;
    } cases[] = {
        {18432, HEAP_NOSCAN, 4, 9 * PAGE, 0},
        {17408, HEAP_NOSCAN, 4, 9 * PAGE, 0},
        {9472, HEAP_NOSCAN, 6, 7 * PAGE, 512},
        {144, HEAP_NOSCAN, 56, PAGE, 128},
        {32, HEAP_NOSCAN, 256, PAGE, 0},
        {32, HEAP_SCAN, 252, PAGE, 128},    /* 128 bytes of bitmap, no room left */
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct heap *h = new_heap();
        size_t count = objects_in_a_span(h, cases[i].bytes, cases[i].scan);
        struct heap_counters c = heap_read(h);
        cr_assert_eq(count, cases[i].objects, "case %zu", i);
        cr_assert_eq(c.heap_inuse, 2 * cases[i].span_bytes, "case %zu", i);
        size_t rounded = heap_rounded(cases[i].bytes, cases[i].scan);
        cr_assert_eq(c.heap_alloc, (count + 1) * rounded);
        cr_assert_eq(cases[i].span_bytes - count * rounded, cases[i].tail, "case %zu", i);
        heap_delete(h);
    }
}

/* A map of int to int with 1 << 20 entries, as objects: the header, 2048 tables
 * with a group array each, a directory of 2048 pointers (facts A.14). */
Test(heap, go_1_24_keeps_37832752_bytes_for_a_million_entries)
{
    struct heap *h = new_heap();
    must_alloc(h, 48, HEAP_SCAN, "map");
    must_alloc(h, 2048 * 8, HEAP_SCAN, "directory");
    for (size_t i = 0; i < 2048; i++) {
        must_alloc(h, 32, HEAP_SCAN, "table");
        must_alloc(h, 128 * (8 + 8 * 16), HEAP_NOSCAN, "groups");
    }
    /* Spans: 1 of 48, 1 of 18432 with pointers, ceil(2048 / 252) = 9 of 32, 2048 / 4 of 18432. */
    assert_alloc_and_inuse(h, 37832752, (1 + 9 + 9 * 1 + 512 * 9) * (uint64_t)PAGE);
    cr_assert_eq(heap_read(h).mallocs, 2 + 2 * 2048);
    heap_delete(h);
}

Test(heap, scan_and_noscan_objects_have_spans_of_their_own)
{
    struct heap *h = new_heap();
    must_alloc(h, 64, HEAP_NOSCAN, "a");
    must_alloc(h, 64, HEAP_SCAN, "a");
    assert_alloc_and_inuse(h, 128, 2 * PAGE);
    heap_delete(h);
}

Test(heap, objects_are_aligned_to_the_power_of_two_in_their_class)
{
    struct heap *h = new_heap();
    for (size_t i = 0; i < CLASSES; i++) {
        size_t power = class_bytes[i] & (~class_bytes[i] + 1);
        size_t align = power < PAGE ? power : PAGE;
        for (int n = 0; n < 20; n++) {
            uintptr_t p = (uintptr_t)must_alloc(h, class_bytes[i] - 8, HEAP_NOSCAN, "a");
            size_t rounded = heap_rounded(class_bytes[i] - 8, HEAP_NOSCAN);
            if (rounded == class_bytes[i])
                cr_assert_eq(p % align, 0, "class %zu", class_bytes[i]);
        }
    }
    cr_assert_eq((uintptr_t)must_alloc(h, 100000, HEAP_SCAN, "a") % PAGE, 0);
    heap_delete(h);
}

Test(heap, zero_bytes_have_an_address_each)
{
    struct heap *h = new_heap();
    void *one = must_alloc(h, 0, HEAP_SCAN, "a");
    void *two = must_alloc(h, 0, HEAP_SCAN, "a");
    cr_assert_neq(one, two);
    assert_alloc_and_inuse(h, 16, PAGE);
    heap_free(h, one, 0, HEAP_SCAN, "a");
    heap_free(h, two, 0, HEAP_SCAN, "a");
    assert_alloc_and_inuse(h, 0, 0);
    heap_delete(h);
}

/* --- Counters ------------------------------------------------------------ */

Test(heap, a_new_heap_counts_nothing)
{
    struct heap *h = new_heap();
    struct heap_counters zero = {0}, c = heap_read(h);
    size_t tags = 7;
    cr_assert_eq(memcmp(&c, &zero, sizeof c), 0);
    heap_tags(h, &tags);
    cr_assert_eq(tags, 0);
    assert_sound(h);
    heap_delete(h);
    heap_delete(NULL);
}

Test(heap, the_first_object_maps_four_mebibytes)
{
    struct heap *h = new_heap();
    must_alloc(h, 1100, HEAP_NOSCAN, "a");
    struct heap_counters c = heap_read(h);
    cr_assert_eq(c.heap_alloc, 1152);
    cr_assert_eq(c.heap_inuse, 8192);
    cr_assert_eq(c.heap_sys, 4194304);
    cr_assert_eq(c.heap_idle, 4186112);
    cr_assert_eq(c.heap_released, 4186112);     /* never touched */
    cr_assert_eq(c.total_alloc, 1152);
    cr_assert_eq(c.mallocs, 1);
    cr_assert_eq(c.frees, 0);
    cr_assert_eq(c.peak_heap_alloc, 1152);
    cr_assert_eq(c.peak_heap_inuse, 8192);
    assert_sound(h);
    heap_delete(h);
}

Test(heap, sys_grows_in_steps_of_four_mebibytes)
{
    struct heap *h = new_heap();
    must_alloc(h, 4 * MiB, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_read(h).heap_sys, 4 * MiB);
    must_alloc(h, 1, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_read(h).heap_sys, 8 * MiB);
    /* Like Go: 5 MiB ask for 8 more, though a free run leads up to them. */
    must_alloc(h, 5 * MiB, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_read(h).heap_sys, 16 * MiB);
    cr_assert_eq(heap_read(h).heap_idle, 7 * MiB - PAGE);
    assert_sound(h);
    heap_delete(h);
}

Test(heap, peaks_stay_until_they_are_reset)
{
    struct heap *h = new_heap();
    void *p = must_alloc(h, 20000, HEAP_NOSCAN, "a");       /* 20480, 5 pages */
    void *q = must_alloc(h, 40000, HEAP_NOSCAN, "a");       /* 40960, 5 pages */
    heap_free(h, p, 20000, HEAP_NOSCAN, "a");
    must_alloc(h, 8, HEAP_NOSCAN, "a");                     /* a new object, far below the peak */
    struct heap_counters c = heap_read(h);
    cr_assert_eq(c.peak_heap_alloc, 61440);
    cr_assert_eq(c.peak_heap_inuse, 10 * PAGE);
    heap_reset_peaks(h);
    c = heap_read(h);
    cr_assert_eq(c.peak_heap_alloc, 40968);
    cr_assert_eq(c.peak_heap_inuse, 6 * PAGE);
    heap_free(h, q, 40000, HEAP_NOSCAN, "a");
    must_alloc(h, 8, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_read(h).peak_heap_alloc, 40968);
    assert_sound(h);
    heap_delete(h);
}

Test(heap, cumulative_counters_never_fall)
{
    struct heap *h = new_heap();
    for (int i = 0; i < 3; i++) {
        void *p = must_alloc(h, 100, HEAP_SCAN, "a");       /* 112 */
        heap_free(h, p, 100, HEAP_SCAN, "a");
    }
    struct heap_counters c = heap_read(h);
    cr_assert_eq(c.total_alloc, 336);
    cr_assert_eq(c.mallocs, 3);
    cr_assert_eq(c.frees, 3);
    cr_assert_eq(c.heap_alloc, 0);
    cr_assert_eq(c.num_gc, 0);
    heap_delete(h);
}

/* --- Inuse, the lists of spans ------------------------------------------- */

Test(heap, inuse_leaves_only_with_the_last_object)
{
    struct heap *h = new_heap();
    void *p[8];
    for (int i = 0; i < 8; i++)             /* 7 in a span of one page, and 1 */
        p[i] = must_alloc(h, 1152, HEAP_NOSCAN, "a");
    assert_alloc_and_inuse(h, 8 * 1152, 2 * PAGE);
    for (int i = 0; i < 6; i++) {
        heap_free(h, p[i], 1152, HEAP_NOSCAN, "a");
        assert_alloc_and_inuse(h, (7 - (uint64_t)i) * 1152, 2 * PAGE);
    }
    heap_free(h, p[6], 1152, HEAP_NOSCAN, "a");     /* a partial span */
    assert_alloc_and_inuse(h, 1152, PAGE);
    heap_free(h, p[7], 1152, HEAP_NOSCAN, "a");     /* the current span */
    assert_alloc_and_inuse(h, 0, 0);
    heap_delete(h);
}

Test(heap, a_full_span_gets_room_and_is_used_before_a_fresh_one)
{
    struct heap *h = new_heap();
    void *p[14];
    for (int i = 0; i < 14; i++)            /* two full spans */
        p[i] = must_alloc(h, 1152, HEAP_NOSCAN, "a");
    heap_free(h, p[3], 1152, HEAP_NOSCAN, "a");
    assert_sound(h);
    cr_assert_eq(must_alloc(h, 1152, HEAP_NOSCAN, "a"), p[3]);
    assert_alloc_and_inuse(h, 14 * 1152, 2 * PAGE);
    must_alloc(h, 1152, HEAP_NOSCAN, "a");
    assert_alloc_and_inuse(h, 15 * 1152, 3 * PAGE);
    heap_delete(h);
}

/* The hint is for speed, so a result cannot show that it works. */
Test(heap, the_search_for_a_slot_starts_behind_the_last_one)
{
    struct heap *h = new_heap();
    for (unsigned i = 1; i <= 1024; i++) {
        char *p = must_alloc(h, 8, HEAP_NOSCAN, "a");
        cr_assert_eq(h->span_of[(p - h->arena.start) / PAGE]->hint, i);
    }
    heap_delete(h);
}

Test(heap, the_current_span_reuses_its_lowest_free_slot)
{
    struct heap *h = new_heap();
    void *p[200];
    for (int i = 0; i < 200; i++)
        p[i] = must_alloc(h, 8, HEAP_NOSCAN, "a");
    heap_free(h, p[150], 8, HEAP_NOSCAN, "a");
    heap_free(h, p[70], 8, HEAP_NOSCAN, "a");
    cr_assert_eq(must_alloc(h, 8, HEAP_NOSCAN, "a"), p[70]);
    cr_assert_eq(must_alloc(h, 8, HEAP_NOSCAN, "a"), p[150]);
    cr_assert_eq(must_alloc(h, 8, HEAP_NOSCAN, "a"), (char *)p[199] + 8);
    assert_sound(h);
    heap_delete(h);
}

/* --- Pages --------------------------------------------------------------- */

Test(heap, pages_come_from_the_lowest_address_that_fits)
{
    struct heap *h = new_heap();
    char *start = NULL, *p[6];
    for (int i = 0; i < 6; i++)             /* pages 0-4, 5-9, ..., 25-29 */
        p[i] = must_alloc(h, 5 * PAGE, HEAP_NOSCAN, "a");
    start = p[0];
    cr_assert_eq(start, heap_start(h));
    heap_free(h, p[1], 5 * PAGE, HEAP_NOSCAN, "a");
    heap_free(h, p[3], 5 * PAGE, HEAP_NOSCAN, "a");
    cr_assert_eq(must_alloc(h, 6 * PAGE, HEAP_NOSCAN, "b"), start + 30 * PAGE);
    cr_assert_eq(must_alloc(h, 5 * PAGE, HEAP_NOSCAN, "b"), start + 5 * PAGE);
    heap_free(h, p[4], 5 * PAGE, HEAP_NOSCAN, "a");     /* with p[3]'s: 15-24 */
    cr_assert_eq(must_alloc(h, 10 * PAGE, HEAP_NOSCAN, "b"), start + 15 * PAGE);
    assert_sound(h);
    heap_delete(h);
}

Test(heap, freed_neighbours_are_one_run_over_chunks)
{
    struct heap *h = new_heap();
    void *p[3];
    for (int i = 0; i < 3; i++)
        p[i] = must_alloc(h, 3 * MiB, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_read(h).heap_sys, 12 * MiB);
    heap_free(h, p[1], 3 * MiB, HEAP_NOSCAN, "a");      /* 3..6 */
    heap_free(h, p[0], 3 * MiB, HEAP_NOSCAN, "a");      /* 0..3 */
    assert_sound(h);
    cr_assert_eq(must_alloc(h, 6 * MiB, HEAP_NOSCAN, "a"), heap_start(h));
    cr_assert_eq(heap_read(h).heap_sys, 12 * MiB);
    cr_assert_eq(must_alloc(h, 3 * MiB, HEAP_NOSCAN, "a"),
                 (const char *)heap_start(h) + 9 * MiB);
    cr_assert_eq(heap_read(h).heap_idle, 0);
    assert_sound(h);
    heap_delete(h);
}

Test(heap, a_run_may_cross_a_chunk_that_is_all_free)
{
    struct heap *h = new_heap();
    void *first = must_alloc(h, 4 * MiB, HEAP_NOSCAN, "a");
    void *second = must_alloc(h, 4 * MiB, HEAP_NOSCAN, "a");
    void *third = must_alloc(h, 2 * MiB, HEAP_NOSCAN, "a");
    void *guard = must_alloc(h, 2 * MiB, HEAP_NOSCAN, "a");
    heap_free(h, first, 4 * MiB, HEAP_NOSCAN, "a");
    char *low = must_alloc(h, 1 * MiB, HEAP_NOSCAN, "a");
    heap_free(h, second, 4 * MiB, HEAP_NOSCAN, "a");
    heap_free(h, third, 2 * MiB, HEAP_NOSCAN, "a");
    /* Free: 1..10. The run is 3 + 4 + 2. */
    cr_assert_eq(must_alloc(h, 9 * MiB, HEAP_NOSCAN, "a"), low + MiB);
    cr_assert_eq(heap_read(h).heap_idle, 0);
    assert_sound(h);
    heap_free(h, guard, 2 * MiB, HEAP_NOSCAN, "a");
    heap_delete(h);
}

/* For speed too: a heap of full chunks is not walked for each new span. */
Test(heap, the_search_for_pages_starts_at_the_first_chunk_with_room)
{
    struct heap *h = new_heap();
    void *p[4];
    for (size_t i = 0; i < 4; i++) {
        p[i] = must_alloc(h, 4 * MiB, HEAP_NOSCAN, "a");
        cr_assert_eq(h->pages.first_chunk, i + 1);
    }
    heap_free(h, p[2], 4 * MiB, HEAP_NOSCAN, "a");
    cr_assert_eq(h->pages.first_chunk, 2);
    heap_delete(h);
}

/* The summaries of random page maps, page by page instead of word by word. */
Test(heap, summaries_say_what_a_walk_over_the_pages_says)
{
    uint64_t used[PAGE_ALLOC_CHUNK_WORDS];
    struct page_alloc a = {.used = used};
    struct random random = {1};
    for (int round = 0; round < 20000; round++) {
        unsigned density = (unsigned)random_below(&random, 7);
        for (int w = 0; w < PAGE_ALLOC_CHUNK_WORDS; w++) {
            used[w] = density == 6 ? 0 : ~UINT64_C(0);
            for (unsigned n = 0; n < density; n++)
                used[w] &= random_next(&random);
        }
        unsigned start = 0, longest = 0, run = 0;
        bool seen = false;
        for (size_t page = 0; page < PAGE_ALLOC_CHUNK_PAGES; page++) {
            bool is_used = page_alloc_is_used(&a, page);
            seen = seen || is_used;
            run = is_used ? 0 : run + 1;
            start += !seen;
            longest = run > longest ? run : longest;
        }
        struct page_summary s = page_alloc_summarize(&a, 0);
        cr_assert(s.start == start && s.longest == longest && s.end == run,
                  "round %d: %u %u %u, not %u %u %u", round, s.start, s.longest, s.end, start,
                  longest, run);
    }
}

/* --- Drop and collect ---------------------------------------------------- */

Test(heap, dropped_memory_counts_until_the_collection)
{
    struct heap *h = new_heap();
    void *p = must_alloc(h, 5000, HEAP_SCAN, "a");          /* 5376, 2 pages */
    heap_drop(h, p, 5000, HEAP_SCAN, "a");
    struct heap_counters c = heap_read(h);
    cr_assert_eq(c.garbage, 5376);
    cr_assert_eq(c.frees, 0);
    assert_alloc_and_inuse(h, 5376, 2 * PAGE);
    cr_assert_eq(heap_tags(h, &(size_t){0})[0].live_bytes, 5376);
    heap_collect(h);
    c = heap_read(h);
    cr_assert_eq(c.garbage, 0);
    cr_assert_eq(c.frees, 1);
    cr_assert_eq(c.num_gc, 1);
    assert_alloc_and_inuse(h, 0, 0);
    heap_delete(h);
}

Test(heap, freed_memory_comes_back_at_once)
{
    struct heap *h = new_heap();
    void *p = must_alloc(h, 5000, HEAP_SCAN, "a");
    heap_free(h, p, 5000, HEAP_SCAN, "a");
    assert_alloc_and_inuse(h, 0, 0);
    cr_assert_eq(heap_read(h).num_gc, 0);
    heap_delete(h);
}

Test(heap, a_drop_is_a_free_when_collected_at_once)
{
    struct heap *h = new_heap_with((struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
    void *p = must_alloc(h, 5000, HEAP_SCAN, "a");
    heap_drop(h, p, 5000, HEAP_SCAN, "a");
    struct heap_counters c = heap_read(h);
    cr_assert_eq(c.garbage, 0);
    cr_assert_eq(c.frees, 1);
    cr_assert_eq(c.num_gc, 0);
    assert_alloc_and_inuse(h, 0, 0);
    heap_delete(h);
}

Test(heap, a_garbage_slot_is_not_used_before_the_sweep)
{
    struct heap *h = new_heap();
    void *p = must_alloc(h, 64, HEAP_NOSCAN, "a");
    must_alloc(h, 64, HEAP_NOSCAN, "a");
    heap_drop(h, p, 64, HEAP_NOSCAN, "a");
    cr_assert_neq(must_alloc(h, 64, HEAP_NOSCAN, "a"), p);
    heap_collect(h);
    cr_assert_eq(must_alloc(h, 64, HEAP_NOSCAN, "a"), p);
    assert_sound(h);
    heap_delete(h);
}

Test(heap, a_collection_sweeps_full_partial_current_and_large_spans)
{
    struct heap *h = new_heap();
    void *p[21], *large = must_alloc(h, 100000, HEAP_NOSCAN, "l");   /* 13 pages */
    for (int i = 0; i < 21; i++)            /* three full spans, the last is current */
        p[i] = must_alloc(h, 1152, HEAP_NOSCAN, "a");
    for (int i = 1; i < 21; i++)
        heap_drop(h, p[i], 1152, HEAP_NOSCAN, "a");
    heap_drop(h, large, 100000, HEAP_NOSCAN, "l");
    assert_alloc_and_inuse(h, 21 * 1152 + 13 * PAGE, 16 * PAGE);
    heap_collect(h);
    assert_alloc_and_inuse(h, 1152, PAGE);
    cr_assert_eq(heap_read(h).frees, 21);
    heap_delete(h);
}

/* --- Refusals ------------------------------------------------------------ */

/* Everything a caller can see, to be compared with itself. */
struct view {
    struct heap_counters counters;
    struct heap_tag tags[HEAP_MAX_TAGS];
    size_t tag_count;
};

static struct view view(const struct heap *h)
{
    struct view v;
    memset(&v, 0, sizeof v);
    v.counters = heap_read(h);
    const struct heap_tag *tags = heap_tags(h, &v.tag_count);
    memcpy(v.tags, tags, sizeof v.tags);
    return v;
}

static void assert_refused_without_a_trace(struct heap *h, size_t bytes, const char *tag)
{
    struct view before = view(h);
    cr_assert_null(heap_alloc(h, bytes, HEAP_NOSCAN, tag));
    struct view after = view(h);
    cr_assert_eq(memcmp(&before, &after, sizeof before), 0);
    assert_sound(h);
}

Test(heap, exactly_the_limit_succeeds_and_one_page_above_is_refused)
{
    struct heap *h = new_heap_with((struct heap_config){.limit_bytes = 20 * PAGE});
    must_alloc(h, 15 * PAGE, HEAP_NOSCAN, "a");
    assert_refused_without_a_trace(h, 5 * PAGE + 1, "never seen");
    must_alloc(h, 5 * PAGE, HEAP_NOSCAN, "a");
    assert_alloc_and_inuse(h, 20 * PAGE, 20 * PAGE);
    assert_refused_without_a_trace(h, 0, "never seen");
    heap_set_limit(h, 21 * PAGE - 1);
    assert_refused_without_a_trace(h, 0, "never seen");
    heap_set_limit(h, 21 * PAGE);
    must_alloc(h, 0, HEAP_NOSCAN, "a");
    heap_set_limit(h, PAGE);                /* below what is in use */
    assert_refused_without_a_trace(h, 16, "never seen");
    must_alloc(h, 8, HEAP_NOSCAN, "a");     /* there is room in the span */
    heap_set_limit(h, 0);
    must_alloc(h, 100 * PAGE, HEAP_NOSCAN, "a");
    assert_sound(h);
    heap_delete(h);
}

Test(heap, a_limit_collects_garbage_before_it_refuses)
{
    struct heap *h = new_heap_with((struct heap_config){.limit_bytes = 10 * PAGE});
    void *p = must_alloc(h, 10 * PAGE, HEAP_NOSCAN, "a");
    heap_drop(h, p, 10 * PAGE, HEAP_NOSCAN, "a");
    p = must_alloc(h, 6 * PAGE, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_read(h).num_gc, 1);
    assert_alloc_and_inuse(h, 6 * PAGE, 6 * PAGE);
    heap_drop(h, p, 6 * PAGE, HEAP_NOSCAN, "a");
    cr_assert_null(heap_alloc(h, 11 * PAGE, HEAP_NOSCAN, "a"));
    cr_assert_eq(heap_read(h).num_gc, 2);
    assert_alloc_and_inuse(h, 0, 0);        /* all that the refusal did */
    heap_delete(h);
}

Test(heap, the_limit_collects_the_current_span_of_the_same_class)
{
    struct heap *h = new_heap_with((struct heap_config){.limit_bytes = PAGE});
    void *p[7];
    for (int i = 0; i < 7; i++)
        p[i] = must_alloc(h, 1152, HEAP_NOSCAN, "a");
    heap_drop(h, p[2], 1152, HEAP_NOSCAN, "a");
    cr_assert_eq(must_alloc(h, 1152, HEAP_NOSCAN, "a"), p[2]);
    for (int i = 0; i < 7; i++)
        heap_drop(h, p[i], 1152, HEAP_NOSCAN, "a");
    must_alloc(h, 1152, HEAP_NOSCAN, "a");
    assert_alloc_and_inuse(h, 1152, PAGE);
    heap_delete(h);
}

Test(heap, the_end_of_the_reserve_refuses_and_collects_too)
{
    struct heap *h = new_heap_with((struct heap_config){.reserve_bytes = 5 * MiB});
    void *p = must_alloc(h, 8 * MiB, HEAP_NOSCAN, "a");     /* rounded up to chunks */
    assert_refused_without_a_trace(h, 8, "never seen");
    heap_drop(h, p, 8 * MiB, HEAP_NOSCAN, "a");
    must_alloc(h, 8, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_read(h).num_gc, 1);
    assert_refused_without_a_trace(h, 8 * MiB, "never seen");
    assert_refused_without_a_trace(h, 8 * MiB + 1, "never seen");
    assert_refused_without_a_trace(h, SIZE_MAX, "never seen");
    assert_refused_without_a_trace(h, SIZE_MAX - PAGE, "never seen");
    heap_delete(h);
}

Test(heap, a_failure_asked_for_once_happens_once)
{
    struct heap *h = new_heap();
    must_alloc(h, 8, HEAP_NOSCAN, "a");
    heap_fail_after(h, 2, HEAP_FAIL_ONCE);
    must_alloc(h, 8, HEAP_NOSCAN, "a");
    must_alloc(h, 100000, HEAP_NOSCAN, "a");
    cr_assert(!heap_failed(h));
    assert_refused_without_a_trace(h, 8, "never seen");
    cr_assert(heap_failed(h));
    must_alloc(h, 8, HEAP_NOSCAN, "a");
    cr_assert(heap_failed(h));
    heap_fail_after(h, 0, HEAP_FAIL_ONCE);
    cr_assert(!heap_failed(h));
    assert_refused_without_a_trace(h, 8, "never seen");
    heap_delete(h);
}

Test(heap, a_failure_for_ever_lasts_until_it_is_taken_back)
{
    struct heap *h = new_heap();
    void *p = must_alloc(h, 64, HEAP_NOSCAN, "a");
    must_alloc(h, 64, HEAP_NOSCAN, "a");
    heap_drop(h, p, 64, HEAP_NOSCAN, "a");
    heap_fail_after(h, 1, HEAP_FAIL_FOR_EVER);
    must_alloc(h, 64, HEAP_NOSCAN, "a");
    for (int i = 0; i < 5; i++)             /* no collection either, though there is garbage */
        assert_refused_without_a_trace(h, 64, "never seen");
    heap_fail_never(h);
    cr_assert(heap_failed(h));
    must_alloc(h, 64, HEAP_NOSCAN, "a");
    heap_fail_after(h, 100, HEAP_FAIL_FOR_EVER);
    heap_fail_never(h);
    cr_assert(!heap_failed(h));
    heap_delete(h);
}

/* --- Zero ---------------------------------------------------------------- */

Test(heap, memory_used_before_reads_as_zero)
{
    static const size_t sizes[] = {8, 24, 512, 513, 1152, 18432, 32760, 40000, 3000000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct heap *h = new_heap_with((struct heap_config){.junk = true});
        void *stays = must_alloc(h, sizes[i], HEAP_NOSCAN, "a");
        char *p = must_alloc(h, sizes[i], HEAP_NOSCAN, "a");
        memset(p, 0xAA, sizes[i]);
        heap_free(h, p, sizes[i], HEAP_NOSCAN, "a");
        cr_assert(holds_only(p, heap_rounded(sizes[i], HEAP_NOSCAN), 0xDB), "%zu", sizes[i]);
        assert_sound(h);
        cr_assert_eq(must_alloc(h, sizes[i], HEAP_NOSCAN, "a"), p);
        cr_assert(holds_only(p, heap_rounded(sizes[i], HEAP_NOSCAN), 0), "%zu", sizes[i]);
        heap_free(h, stays, sizes[i], HEAP_NOSCAN, "a");
        heap_delete(h);
    }
}

Test(heap, pages_that_change_their_class_read_as_zero)
{
    struct heap *h = new_heap_with((struct heap_config){.junk = true});
    char *p = must_alloc(h, 100000, HEAP_NOSCAN, "a");
    heap_drop(h, p, 100000, HEAP_NOSCAN, "a");
    cr_assert(holds_only(p, 100000, 0xDB));
    heap_collect(h);
    for (int i = 0; i < 100000 / 2048; i++) {
        char *q = must_alloc(h, 2048, HEAP_NOSCAN, "a");
        cr_assert_eq(q, p + i * 2048);
        cr_assert(holds_only(q, 2048, 0));
    }
    assert_sound(h);
    heap_delete(h);
}

Test(heap, a_fresh_large_object_is_not_resident)
{
    struct heap *h = new_heap();
    char *p = must_alloc(h, 64 * MiB, HEAP_SCAN, "a");
    assert_sound(h);
    cr_assert_eq(resident_pages(p, 64 * MiB), 0);
    p[5 * MiB] = 1;
    cr_assert_eq(resident_pages(p, 64 * MiB), 1);
    heap_free(h, p, 64 * MiB, HEAP_SCAN, "a");
    cr_assert_eq(must_alloc(h, 64 * MiB, HEAP_SCAN, "a"), p);   /* recycled: cleared */
    cr_assert_eq(resident_pages(p, 64 * MiB), 64 * MiB / SYSTEM_PAGE);
    cr_assert(holds_only(p, 64 * MiB, 0));
    heap_delete(h);
}

Test(heap, small_objects_touch_only_what_their_user_touches)
{
    struct heap *h = new_heap();
    char *p = must_alloc(h, 18432, HEAP_NOSCAN, "a");
    for (int i = 0; i < 99; i++)
        must_alloc(h, 18432, HEAP_NOSCAN, "a");
    assert_sound(h);
    cr_assert_eq(resident_pages(heap_start(h), 4 * MiB), 0);
    p[0] = 1;
    assert_sound(h);
    cr_assert_eq(resident_pages(heap_start(h), 4 * MiB), 1);
    heap_delete(h);
}

Test(heap, what_is_partly_old_is_cleared_and_what_lies_above_is_fresh)
{
    struct heap *h = new_heap();
    char *start = must_alloc(h, 3 * MiB, HEAP_NOSCAN, "a");
    char *old = must_alloc(h, 6 * MiB, HEAP_NOSCAN, "a");           /* 3..9 */
    heap_free(h, old, 6 * MiB, HEAP_NOSCAN, "a");
    cr_assert_eq(must_alloc(h, 2 * MiB, HEAP_NOSCAN, "a"), start + 3 * MiB);
    cr_assert_eq(resident_pages(start + 3 * MiB, 2 * MiB), 2 * MiB / SYSTEM_PAGE);
    cr_assert_eq(must_alloc(h, 7 * MiB, HEAP_NOSCAN, "a"), start + 5 * MiB);   /* to 12 */
    cr_assert_eq(resident_pages(start + 5 * MiB, 7 * MiB), 7 * MiB / SYSTEM_PAGE);
    cr_assert_eq(must_alloc(h, 1 * MiB, HEAP_NOSCAN, "a"), start + 12 * MiB);
    cr_assert_eq(resident_pages(start + 12 * MiB, 1 * MiB), 0);
    assert_sound(h);
    heap_delete(h);
}

/* --- Release ------------------------------------------------------------- */

Test(heap, released_pages_leave_residency_and_come_back)
{
    struct heap *h = new_heap();
    char *p = must_alloc(h, 6 * MiB, HEAP_NOSCAN, "a");
    void *stays = must_alloc(h, 64 * KiB, HEAP_NOSCAN, "a");
    memset(p, 1, 6 * MiB);
    memset(stays, 2, 64 * KiB);
    cr_assert_eq(heap_read(h).heap_released, 2 * MiB - 64 * KiB);       /* never touched */
    heap_free(h, p, 6 * MiB, HEAP_NOSCAN, "a");
    cr_assert_eq(heap_read(h).heap_released, 2 * MiB - 64 * KiB);
    cr_assert_eq(resident_pages(p, 6 * MiB), 6 * MiB / SYSTEM_PAGE);    /* idle, yet there */
    heap_release_idle(h);
    assert_sound(h);
    struct heap_counters c = heap_read(h);
    cr_assert_eq(c.heap_released, 8 * MiB - 64 * KiB);
    cr_assert_eq(c.heap_idle, 8 * MiB - 64 * KiB);
    cr_assert_eq(c.heap_sys, 8 * MiB);
    cr_assert_eq(resident_pages(p, 6 * MiB), 0);
    cr_assert(holds_only(stays, 64 * KiB, 2));
    char *again = must_alloc(h, 1 * MiB, HEAP_NOSCAN, "a");
    cr_assert_eq(again, p);
    cr_assert_eq(heap_read(h).heap_released, 7 * MiB - 64 * KiB);
    /* The mark never goes down: what the system would zero is cleared once more. */
    cr_assert_eq(resident_pages(again, 1 * MiB), 1 * MiB / SYSTEM_PAGE);
    cr_assert(holds_only(again, 1 * MiB, 0));
    assert_sound(h);
    heap_delete(h);
}

Test(heap, releasing_twice_or_nothing_changes_nothing)
{
    struct heap *h = new_heap();
    heap_release_idle(h);
    cr_assert_eq(heap_read(h).heap_sys, 0);
    void *p = must_alloc(h, 4 * MiB, HEAP_NOSCAN, "a");
    heap_release_idle(h);
    cr_assert_eq(heap_read(h).heap_released, 0);
    heap_free(h, p, 4 * MiB, HEAP_NOSCAN, "a");
    heap_release_idle(h);
    heap_release_idle(h);
    cr_assert_eq(heap_read(h).heap_released, 4 * MiB);
    assert_sound(h);
    heap_delete(h);
}

/* --- Tags ---------------------------------------------------------------- */

Test(heap, tags_add_up)
{
    struct heap *h = new_heap();
    void *p = must_alloc(h, 100, HEAP_SCAN, "groups");          /* 112 */
    void *q = must_alloc(h, 100, HEAP_SCAN, "table");
    must_alloc(h, 100, HEAP_SCAN, "table");
    must_alloc(h, 1000, HEAP_SCAN, "groups");                   /* 1024 */
    heap_free(h, p, 100, HEAP_SCAN, "groups");
    heap_free(h, q, 100, HEAP_SCAN, "table");
    size_t count = 0;
    const struct heap_tag *tags = heap_tags(h, &count);
    cr_assert_eq(count, 2);
    cr_assert_str_eq(tags[0].name, "groups");
    cr_assert_str_eq(tags[1].name, "table");
    cr_assert_eq(tags[0].live_bytes, 1024);
    cr_assert_eq(tags[0].live_objects, 1);
    cr_assert_eq(tags[0].mallocs, 2);
    cr_assert_eq(tags[0].total_bytes, 1136);
    cr_assert_eq(tags[1].live_bytes, 112);
    assert_sound(h);
    heap_delete(h);
}

Test(heap, a_tag_is_its_words_wherever_they_lie)
{
    static const char one[] = "same words", two[] = "same words";
    struct heap *h = new_heap();
    cr_assert_neq((const void *)one, (const void *)two);
    void *p = must_alloc(h, 8, HEAP_NOSCAN, one);
    must_alloc(h, 8, HEAP_NOSCAN, two);
    must_alloc(h, 8, HEAP_NOSCAN, one);
    size_t count = 0;
    cr_assert_eq(heap_tags(h, &count)[0].live_objects, 3);
    cr_assert_eq(count, 1);
    heap_free(h, p, 8, HEAP_NOSCAN, two);
    assert_sound(h);
    heap_delete(h);
}

static char many_names[HEAP_MAX_TAGS + 1][16];

static void use_tags(struct heap *h, unsigned count)
{
    for (unsigned round = 0; round < 3; round++)
        for (unsigned i = 0; i < count; i++) {
            snprintf(many_names[i], sizeof many_names[i], "tag %u", i);
            must_alloc(h, 8, HEAP_NOSCAN, many_names[i]);
        }
}

Test(heap, sixty_four_tags_have_accounts_of_their_own)
{
    struct heap *h = new_heap();
    use_tags(h, HEAP_MAX_TAGS);
    size_t count = 0;
    const struct heap_tag *tags = heap_tags(h, &count);
    cr_assert_eq(count, HEAP_MAX_TAGS);
    for (unsigned i = 0; i < HEAP_MAX_TAGS; i++) {
        cr_assert_str_eq(tags[i].name, many_names[i]);
        cr_assert_eq(tags[i].mallocs, 3);
    }
    assert_sound(h);
    heap_delete(h);
}

/* --- Bugs of the caller --------------------------------------------------- */

/* The assertion must end the program; its message is not for the report. */
static struct heap *quiet_heap(void)
{
    cr_assert_not_null(freopen("/dev/null", "w", stderr));
    return new_heap();
}

Test(heap, a_sixty_fifth_tag_is_a_bug, .signal = SIGABRT)
{
    use_tags(quiet_heap(), HEAP_MAX_TAGS + 1);
}

Test(heap, freeing_twice_is_a_bug, .signal = SIGABRT)
{
    struct heap *h = quiet_heap();
    void *p = must_alloc(h, 64, HEAP_NOSCAN, "a");
    must_alloc(h, 64, HEAP_NOSCAN, "a");
    heap_free(h, p, 64, HEAP_NOSCAN, "a");
    heap_free(h, p, 64, HEAP_NOSCAN, "a");
}

Test(heap, freeing_into_an_idle_page_is_a_bug, .signal = SIGABRT)
{
    struct heap *h = quiet_heap();
    void *p = must_alloc(h, 64, HEAP_NOSCAN, "a");
    heap_free(h, p, 64, HEAP_NOSCAN, "a");
    heap_free(h, p, 64, HEAP_NOSCAN, "a");
}

Test(heap, freeing_what_was_dropped_is_a_bug, .signal = SIGABRT)
{
    struct heap *h = quiet_heap();
    void *p = must_alloc(h, 64, HEAP_NOSCAN, "a");
    heap_drop(h, p, 64, HEAP_NOSCAN, "a");
    heap_free(h, p, 64, HEAP_NOSCAN, "a");
}

Test(heap, freeing_with_another_class_is_a_bug, .signal = SIGABRT)
{
    struct heap *h = quiet_heap();
    heap_free(h, must_alloc(h, 64, HEAP_NOSCAN, "a"), 65, HEAP_NOSCAN, "a");
}

Test(heap, freeing_with_other_pages_is_a_bug, .signal = SIGABRT)
{
    struct heap *h = quiet_heap();
    heap_free(h, must_alloc(h, 5 * PAGE, HEAP_NOSCAN, "a"), 6 * PAGE, HEAP_NOSCAN, "a");
}

Test(heap, freeing_as_scan_what_was_noscan_is_a_bug, .signal = SIGABRT)
{
    struct heap *h = quiet_heap();
    heap_free(h, must_alloc(h, 64, HEAP_NOSCAN, "a"), 64, HEAP_SCAN, "a");
}

Test(heap, freeing_with_another_tag_is_a_bug, .signal = SIGABRT)
{
    struct heap *h = quiet_heap();
    must_alloc(h, 64, HEAP_NOSCAN, "b");
    heap_free(h, must_alloc(h, 64, HEAP_NOSCAN, "a"), 64, HEAP_NOSCAN, "b");
}

Test(heap, freeing_the_middle_of_an_object_is_a_bug, .signal = SIGABRT)
{
    struct heap *h = quiet_heap();
    heap_free(h, (char *)must_alloc(h, 64, HEAP_NOSCAN, "a") + 8, 64, HEAP_NOSCAN, "a");
}

Test(heap, freeing_what_is_not_the_heaps_is_a_bug, .signal = SIGABRT)
{
    struct heap *h = quiet_heap();
    char *p = must_alloc(h, 64, HEAP_NOSCAN, "a");
    heap_free(h, p - 64, 64, HEAP_NOSCAN, "a");     /* below the first page */
}

#ifdef POISON
/* The bytes at p: open up to `open`, poisoned up to `end`. */
static void assert_open(const char *p, size_t open, size_t end)
{
    for (size_t i = 0; i < end; i++)
        cr_assert_eq(__asan_address_is_poisoned(p + i), i >= open, "byte %zu", i);
}

Test(heap, only_the_bytes_asked_for_are_open)
{
    static const size_t sizes[] = {0, 1, 7, 8, 9, 100, 512, 1100, 17408, 32761, 100001};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct heap *h = new_heap();
        size_t rounded = heap_rounded(sizes[i], HEAP_NOSCAN);
        char *p = must_alloc(h, sizes[i], HEAP_NOSCAN, "a");
        assert_open(p, sizes[i], 2 * rounded);      /* the next slot or page is closed */
        heap_drop(h, p, sizes[i], HEAP_NOSCAN, "a");
        assert_open(p, 0, rounded);
        heap_collect(h);
        assert_open(p, 0, rounded);
        cr_assert_eq(must_alloc(h, sizes[i], HEAP_NOSCAN, "a"), p);
        assert_open(p, sizes[i], rounded);
        heap_free(h, p, sizes[i], HEAP_NOSCAN, "a");
        assert_open(p, 0, rounded);
        heap_delete(h);
    }
}
#endif

/* --- New and delete ------------------------------------------------------ */

Test(heap, thousands_of_heaps_come_and_go, .timeout = 60)
{
    for (int i = 0; i < 3000; i++) {
        struct heap *h = new_heap();
        memset(must_alloc(h, 1000, HEAP_SCAN, "a"), 1, 1000);
        heap_delete(h);
    }
}

Test(heap, heaps_do_not_know_each_other)
{
    struct heap *a = new_heap(), *b = new_heap();
    char *p = must_alloc(a, 100, HEAP_NOSCAN, "a"), *q = must_alloc(b, 100, HEAP_NOSCAN, "b");
    memset(p, 1, 100);
    cr_assert(holds_only(q, 100, 0));
    heap_free(a, p, 100, HEAP_NOSCAN, "a");
    assert_alloc_and_inuse(a, 0, 0);
    assert_alloc_and_inuse(b, 112, PAGE);
    heap_delete(a);
    assert_alloc_and_inuse(b, 112, PAGE);
    heap_delete(b);
}

/* The flags that the kernel lists for the mapping that begins with the arena: "nh" says that
 * huge pages are off, "hg" that they are wanted. */
static void assert_arena_flag(struct heap *h, const char *flag)
{
    must_alloc(h, 5 * MiB, HEAP_NOSCAN, "a");
    FILE *smaps = fopen("/proc/self/smaps", "r");
    cr_assert_not_null(smaps);
    char line[512];
    unsigned long start = 0, end = 0, from, to;
    while (fgets(line, sizeof line, smaps) != NULL) {
        if (sscanf(line, "%lx-%lx ", &from, &to) == 2)
            start = from, end = to;
        else if (start == (uintptr_t)heap_start(h) && strncmp(line, "VmFlags:", 8) == 0)
            break;
    }
    cr_assert_eq(start, (uintptr_t)heap_start(h), "no mapping starts with the arena");
    cr_assert_eq(end - start, 8 * MiB);
    cr_assert_not_null(strstr(line, flag), "%s", line);
    fclose(smaps);
}

static void skip_without_huge_pages(void)
{
    if (access("/sys/kernel/mm/transparent_hugepage", F_OK) != 0)
        cr_skip_test("this kernel has no transparent huge pages");
}

/* The arena is a mapping by itself, as large as HeapSys, in which a touched page is one page. */
Test(heap, the_kernel_lists_the_arena_apart_and_without_huge_pages)
{
    skip_without_huge_pages();
    struct heap *h = new_heap();
    assert_arena_flag(h, " nh ");
    heap_delete(h);
}

Test(heap, huge_pages_are_had_for_the_asking_and_change_no_counter)
{
    skip_without_huge_pages();
    struct heap *plain = new_heap();
    struct heap *huge = heap_new(&(struct heap_config){.huge_pages = true});
    cr_assert_not_null(huge);
    assert_arena_flag(huge, " hg ");
    must_alloc(plain, 5 * MiB, HEAP_NOSCAN, "a");
    struct heap_counters a = heap_read(plain), b = heap_read(huge);
    cr_assert_eq(memcmp(&a, &b, sizeof a), 0);
    heap_delete(plain);
    heap_delete(huge);
}

#ifndef POISON      /* AddressSanitizer reports a crash its own way, and needs all address space */
/* The reserve is inaccessible until HeapSys covers it. */
Test(heap, what_is_reserved_but_not_mapped_cannot_be_touched, .signal = SIGSEGV)
{
    struct heap *h = new_heap();
    char *p = must_alloc(h, 8, HEAP_NOSCAN, "a");
    p[4 * MiB - 1] = 1;
    p[4 * MiB] = 1;
}

static void limit_address_space(uint64_t more_bytes)
{
    unsigned long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");
    cr_assert_not_null(statm);
    cr_assert_eq(fscanf(statm, "%lu", &pages), 1);
    fclose(statm);
    struct rlimit limit = {pages * SYSTEM_PAGE + more_bytes, RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_AS, &limit), 0);
}

Test(heap, less_address_space_makes_a_smaller_reserve)
{
    limit_address_space(UINT64_C(6) << 30);
    struct heap *h = new_heap();
    cr_assert_eq(h->arena.bytes, UINT64_C(4) << 30);
    memset(must_alloc(h, 1000, HEAP_NOSCAN, "a"), 1, 1000);
    assert_alloc_and_inuse(h, 1024, PAGE);
    heap_delete(h);
    cr_assert_null(heap_new(&(struct heap_config){.reserve_bytes = UINT64_C(8) << 30}));
}

Test(heap, too_little_address_space_makes_no_heap)
{
    limit_address_space(UINT64_C(512) << 20);
    cr_assert_null(heap_new(NULL));
    struct heap *h = new_heap_with((struct heap_config){.reserve_bytes = 64 * MiB});
    must_alloc(h, 1000, HEAP_NOSCAN, "a");
    heap_delete(h);
}
#endif

Test(heap, an_absurd_reserve_is_refused)
{
    cr_assert_null(heap_new(&(struct heap_config){.reserve_bytes = UINT64_MAX}));
    cr_assert_null(heap_new(&(struct heap_config){.reserve_bytes = UINT64_C(1) << 60}));
}

/* --- Random scripts against an array ------------------------------------- */

enum { MOST_LIVE = 300, SCRIPT_TAGS = 4 };

static const char *const script_tags[SCRIPT_TAGS] = {"north", "east", "south", "west"};

struct living {
    unsigned char *p;
    size_t bytes;
    enum heap_scan scan;
    unsigned tag;
    unsigned char fill;
};

/* The heap, and what it should say. */
struct script {
    struct heap *h;
    struct random random;
    enum heap_collector collector;
    uint64_t limit;
    struct living live[MOST_LIVE];
    size_t live_count;
    uint64_t alloc, garbage, garbage_objects, total, mallocs, frees, collections, refusals;
    uint64_t tag_bytes[SCRIPT_TAGS], tag_garbage[SCRIPT_TAGS];
};

static void assert_filled(const struct living *o)
{
    cr_assert(holds_only(o->p, o->bytes, o->fill), "an object of %zu bytes was written to",
              o->bytes);
}

static void model_collection(struct script *t)
{
    t->alloc -= t->garbage;
    t->frees += t->garbage_objects;
    t->garbage = t->garbage_objects = 0;
    for (int i = 0; i < SCRIPT_TAGS; i++) {
        t->tag_bytes[i] -= t->tag_garbage[i];
        t->tag_garbage[i] = 0;
    }
    t->collections++;
}

/* Mostly small, at times some pages, seldom a large run. */
static size_t random_size(struct random *random)
{
    switch (random_below(random, 8)) {
    case 0:
        return random_below(random, 33000);
    case 1:
        return random_below(random, 200000);
    case 2:
    case 3:
        return random_below(random, 4096);
    default:
        return random_below(random, 300);
    }
}

/* A refusal is right if the span it needs would pass the limit. */
static void assert_rightly_refused(const struct script *t, size_t bytes, enum heap_scan scan)
{
    size_t class = size_class_of(bytes, scan);
    size_t pages = class == SIZE_CLASS_LARGE ? (bytes + PAGE - 1) / PAGE : class_pages[class - 1];
    cr_assert(heap_read(t->h).heap_inuse + pages * PAGE > t->limit);
    cr_assert_eq(t->garbage, 0);
}

static void script_alloc(struct script *t)
{
    struct living *o = &t->live[t->live_count];
    if (t->live_count == MOST_LIVE)
        return;
    *o = (struct living){.bytes = random_size(&t->random),
                         .scan = (enum heap_scan)random_below(&t->random, 2),
                         .tag = (unsigned)random_below(&t->random, SCRIPT_TAGS),
                         .fill = (unsigned char)random_next(&t->random)};
    o->p = heap_alloc(t->h, o->bytes, o->scan, script_tags[o->tag]);
    if (heap_read(t->h).num_gc != t->collections) {     /* the limit set it off */
        cr_assert_gt(t->garbage, 0);
        model_collection(t);
    }
    if (o->p == NULL) {
        t->refusals++;
        assert_rightly_refused(t, o->bytes, o->scan);
        return;
    }
    size_t rounded = heap_rounded(o->bytes, o->scan);
    cr_assert(holds_only(o->p, rounded, 0), "a new object is not zero");
    if (o->bytes > 0)
        memset(o->p, o->fill, o->bytes);
    t->live_count++;
    t->mallocs++;
    t->total += rounded;
    t->alloc += rounded;
    t->tag_bytes[o->tag] += rounded;
}

static void script_end(struct script *t, bool drop)
{
    if (t->live_count == 0)
        return;
    size_t i = random_below(&t->random, t->live_count);
    struct living o = t->live[i];
    size_t rounded = heap_rounded(o.bytes, o.scan);
    t->live[i] = t->live[--t->live_count];
    assert_filled(&o);
    if (drop)
        heap_drop(t->h, o.p, o.bytes, o.scan, script_tags[o.tag]);
    else
        heap_free(t->h, o.p, o.bytes, o.scan, script_tags[o.tag]);
    if (drop && t->collector == HEAP_COLLECT_WHEN_TOLD) {
        t->garbage += rounded;
        t->garbage_objects++;
        t->tag_garbage[o.tag] += rounded;
    } else {
        t->alloc -= rounded;
        t->frees++;
        t->tag_bytes[o.tag] -= rounded;
    }
}

static void script_compare(const struct script *t)
{
    struct heap_counters c = heap_read(t->h);
    assert_sound(t->h);
    cr_assert_eq(c.heap_alloc, t->alloc);
    cr_assert_eq(c.garbage, t->garbage);
    cr_assert_eq(c.total_alloc, t->total);
    cr_assert_eq(c.mallocs, t->mallocs);
    cr_assert_eq(c.frees, t->frees);
    cr_assert_eq(c.num_gc, t->collections);
    cr_assert_leq(c.heap_inuse, t->limit);
    size_t count = 0;
    const struct heap_tag *tags = heap_tags(t->h, &count);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < SCRIPT_TAGS; k++)
            if (strcmp(tags[i].name, script_tags[k]) == 0)
                cr_assert_eq(tags[i].live_bytes, t->tag_bytes[k]);
}

static void script_step(struct script *t, bool shrinking)
{
    uint64_t dice = random_below(&t->random, 100);
    if (dice < (shrinking ? 25 : 55)) {
        script_alloc(t);
    } else if (dice < 97) {
        script_end(t, random_below(&t->random, 2) == 0);
    } else if (dice < 99) {
        heap_collect(t->h);
        model_collection(t);
    } else if (t->live_count % 2 == 0) {
        heap_scavenge(t->h, t->live_count * PAGE);
    } else {
        heap_release_idle(t->h);
    }
}

static void play(uint64_t seed, enum heap_collector collector, bool junk)
{
    struct script *t = calloc(1, sizeof *t);
    cr_assert_not_null(t);
    t->random.state = seed;
    t->collector = collector;
    t->limit = 2 * MiB;
    t->h = new_heap_with((struct heap_config){
        .limit_bytes = t->limit, .collector = collector, .junk = junk});
    cr_log_info("seed %lu", seed);
    for (int step = 0; step < 4000; step++) {
        script_step(t, step % 1000 > 700);
        script_compare(t);
    }
    for (size_t i = 0; i < t->live_count; i++)
        assert_filled(&t->live[i]);
    cr_assert_gt(t->refusals, 0, "seed %lu never meets the limit", seed);
    while (t->live_count > 0)
        script_end(t, true);
    heap_collect(t->h);
    assert_alloc_and_inuse(t->h, 0, 0);
    heap_delete(t->h);
    free(t);
}

Test(heap, random_scripts_with_garbage, .timeout = 120)
{
    for (uint64_t seed = 1; seed <= 4; seed++)
        play(seed, HEAP_COLLECT_WHEN_TOLD, seed % 2 == 0);
}

Test(heap, random_scripts_without_garbage, .timeout = 120)
{
    for (uint64_t seed = 5; seed <= 8; seed++)
        play(seed, HEAP_COLLECT_AT_ONCE, seed % 2 == 0);
}

/* --- heap_check, attacked ------------------------------------------------ */

/*
 * A heap with something of everything: a full span (0), a partial one (1), a
 * current one (2), large objects, garbage, idle pages between and behind.
 */
struct victim {
    struct heap *h;
    struct span *full, *partial, *current, *fresh, *large;
    size_t idle;
};

static struct span *span_at(const struct heap *h, const char *p)
{
    return h->span_of[(size_t)(p - h->arena.start) / PAGE];
}

static struct victim new_victim(void)
{
    struct heap *h = new_heap();
    char *p[16], *hole;
    for (int i = 0; i < 16; i++)            /* 1152 bytes: two full spans, and 2 objects */
        p[i] = must_alloc(h, 1152, HEAP_NOSCAN, "a");
    char *fresh = must_alloc(h, 100, HEAP_SCAN, "b");
    hole = must_alloc(h, 50000, HEAP_NOSCAN, "c");
    char *large = must_alloc(h, 100000, HEAP_SCAN, "c");
    heap_free(h, hole, 50000, HEAP_NOSCAN, "c");
    heap_free(h, p[10], 1152, HEAP_NOSCAN, "a");
    heap_drop(h, p[3], 1152, HEAP_NOSCAN, "a");
    heap_drop(h, p[9], 1152, HEAP_NOSCAN, "a");
    memset(fresh, 1, 100);                  /* its page is resident, the span fresh */
    assert_sound(h);
    return (struct victim){.h = h,
                           .full = span_at(h, p[0]),
                           .partial = span_at(h, p[7]),
                           .current = span_at(h, p[14]),
                           .fresh = span_at(h, fresh),
                           .large = span_at(h, large),
                           .idle = (size_t)(hole - h->arena.start) / PAGE};
}

__attribute__((no_sanitize("address"))) static void write_where_nobody_may(char *p)
{
    *p = 1;
}

/* A named way to break a heap, and the rule that must be named in turn. */
struct attack {
    const char *rule;
    const char *what;
    void (*strike)(struct victim *v);
};

#define ATTACK(name, statement)                                                                   \
    static void name(struct victim *v)                                                            \
    {                                                                                             \
        statement;                                                                                \
    }

ATTACK(alloc_too_high, v->h->total_alloc += 8)
ATTACK(freed_too_high, v->h->total_freed += 8)
ATTACK(garbage_too_low, v->h->garbage_bytes -= 8)
ATTACK(peak_alloc_too_low, v->h->peak_alloc_bytes = 1)
ATTACK(inuse_too_high, v->h->inuse_bytes += PAGE)
ATTACK(inuse_too_low, v->h->inuse_bytes -= PAGE)
ATTACK(peak_inuse_too_low, v->h->peak_inuse_bytes = 1)
ATTACK(released_too_high, v->h->pages.released_pages++)
ATTACK(released_a_used_page, v->h->pages.released[0] |= 1)
ATTACK(page_of_another, v->h->span_of[v->large->page + 3] = v->full)
ATTACK(page_of_nobody, v->h->span_of[v->large->page + 3] = NULL)
ATTACK(first_page_of_nobody, v->h->span_of[v->large->page] = NULL)
ATTACK(first_page_of_another, v->h->span_of[v->large->page] = v->full)
ATTACK(idle_page_of_a_span, v->h->span_of[v->idle] = v->large)
ATTACK(span_too_long, v->large->page_count++)
ATTACK(span_without_end, v->large->page_count = UINT32_MAX)
ATTACK(span_elsewhere, v->full->start += 8)
ATTACK(slots_too_many, v->full->slot_count++)
ATTACK(slots_too_big, v->full->slot_bytes += 8)
ATTACK(span_of_another_class, v->full->class = 5)
ATTACK(record_unused, v->full->place = SPAN_UNUSED)
ATTACK(fresh_mark_too_low, v->h->pages.fresh_from--)
ATTACK(fresh_slot_written, write_where_nobody_may(v->fresh->start + 2 * 112 + 5))
ATTACK(fresh_page_retained, v->h->pages.released[511 / 64] &= ~(UINT64_C(1) << 511 % 64);
       v->h->pages.released_pages--)
ATTACK(fresh_page_written, write_where_nobody_may(v->h->arena.start + 4 * MiB - 1))
ATTACK(released_page_written, heap_release_idle(v->h);
       write_where_nobody_may(v->h->arena.start + v->idle * PAGE))
ATTACK(goal_without_a_pacer, v->h->pace.gogc_goal = 4 * MiB)
ATTACK(trigger_without_a_pacer, v->h->pace.trigger = 4 * MiB)
ATTACK(goal_of_a_pacer_lost, v->h->collector = HEAP_COLLECT_PACED)
ATTACK(swept_more_than_freed, v->h->pace.swept_bytes = v->h->total_freed + 1)
ATTACK(released_more_than_given_back, heap_release_idle(v->h);
       v->h->scavenger.given_back -= PAGE)
ATTACK(mallocs_too_high, v->h->mallocs++)
ATTACK(mallocs_too_low, v->h->mallocs = 0)
ATTACK(frees_too_high, v->h->frees++)
ATTACK(asked_too_high, v->h->asked_bytes = v->h->total_alloc + 1)
ATTACK(asked_peak_too_low, v->h->peak_asked_bytes = 0)
ATTACK(asked_total_too_low, v->h->total_asked_bytes = 0)
ATTACK(total_falls, v->h->total_alloc -= 8; v->h->total_freed -= 8)
ATTACK(mallocs_and_frees_too_high, v->h->mallocs++; v->h->frees++)
ATTACK(tag_bytes_too_high, v->h->tags.tags[0].live_bytes += 8)
ATTACK(tag_objects_too_low, v->h->tags.tags[1].live_objects--)
ATTACK(tag_mallocs_too_low, v->h->tags.tags[1].mallocs--)
ATTACK(tag_total_too_high, v->h->tags.tags[1].total_bytes += 8)
ATTACK(object_of_another_tag, v->full->tags[0] = 1)
ATTACK(summary_start, v->h->pages.summaries[0].start++)
ATTACK(summary_longest, v->h->pages.summaries[0].longest--)
ATTACK(summary_end, v->h->pages.summaries[0].end--)
ATTACK(page_bit_lost, v->h->pages.used[0] &= ~UINT64_C(1))
ATTACK(search_starts_too_high, v->h->pages.first_chunk = 1)
ATTACK(used_too_high, v->partial->used++)
ATTACK(free_bit_lost, v->partial->free[0] = 0)
ATTACK(free_and_dead, v->partial->dead[0] |= v->partial->free[0])
ATTACK(dead_bit_lost, v->full->dead[0] = 0)
ATTACK(garbage_count, v->full->garbage++)
ATTACK(hint_too_high, v->partial->hint = 7)
ATTACK(partial_called_full, v->partial->place = SPAN_FULL)
ATTACK(current_called_partial, v->current->place = SPAN_PARTIAL)
ATTACK(large_called_current, v->large->place = SPAN_CURRENT)
ATTACK(partial_not_listed, v->h->kinds[span_kind(v->partial->class, HEAP_NOSCAN)].partial = NULL)
ATTACK(wrong_span_listed, v->h->kinds[3].partial = v->partial)
ATTACK(list_runs_in_a_ring, v->partial->next = v->partial)
ATTACK(garbage_not_listed, v->h->garbage_spans = v->h->garbage_spans->next_garbage)
ATTACK(clean_span_listed, v->large->next_garbage = v->h->garbage_spans;
       v->h->garbage_spans = v->large)

#define STRIKE(rule, name) {rule, #name, name}

static const struct attack attacks[] = {
    STRIKE("H1", alloc_too_high),
    STRIKE("H1", freed_too_high),
    STRIKE("H1", garbage_too_low),
    STRIKE("H1", peak_alloc_too_low),
    STRIKE("H2", inuse_too_high),
    STRIKE("H2", inuse_too_low),
    STRIKE("H2", peak_inuse_too_low),
    STRIKE("H3", released_too_high),
    STRIKE("H3", released_a_used_page),
    STRIKE("H4", page_of_another),
    STRIKE("H4", page_of_nobody),
    STRIKE("H4", first_page_of_nobody),
    STRIKE("H4", first_page_of_another),
    STRIKE("H4", idle_page_of_a_span),
    STRIKE("H4", span_too_long),
    STRIKE("H4", span_without_end),
    STRIKE("H4", span_elsewhere),
    STRIKE("H4", slots_too_many),
    STRIKE("H4", slots_too_big),
    STRIKE("H4", span_of_another_class),
    STRIKE("H4", record_unused),
    STRIKE("H5", fresh_mark_too_low),
    STRIKE("H5", fresh_slot_written),
    STRIKE("H10", fresh_page_retained),
    STRIKE("H11", fresh_page_written),
    STRIKE("H11", released_page_written),
    STRIKE("H12", goal_without_a_pacer),
    STRIKE("H12", trigger_without_a_pacer),
    STRIKE("H12", goal_of_a_pacer_lost),
    STRIKE("H13", swept_more_than_freed),
    STRIKE("H13", released_more_than_given_back),
    STRIKE("H6", mallocs_too_high),
    STRIKE("H6", mallocs_too_low),
    STRIKE("H6", frees_too_high),
    STRIKE("H9", asked_too_high),
    STRIKE("H9", asked_peak_too_low),
    STRIKE("H9", asked_total_too_low),
    STRIKE("H7", total_falls),
    STRIKE("H7", mallocs_and_frees_too_high),
    STRIKE("H7", tag_bytes_too_high),
    STRIKE("H7", tag_objects_too_low),
    STRIKE("H7", tag_mallocs_too_low),
    STRIKE("H7", tag_total_too_high),
    STRIKE("H7", object_of_another_tag),
    STRIKE("P1", summary_start),
    STRIKE("P1", summary_longest),
    STRIKE("P1", summary_end),
    STRIKE("P1", page_bit_lost),
    STRIKE("P2", search_starts_too_high),
    STRIKE("S1", used_too_high),
    STRIKE("S1", free_bit_lost),
    STRIKE("S1", free_and_dead),
    STRIKE("S1", dead_bit_lost),
    STRIKE("S1", garbage_count),
    STRIKE("S2", hint_too_high),
    STRIKE("S3", partial_called_full),
    STRIKE("S3", current_called_partial),
    STRIKE("S3", large_called_current),
    STRIKE("S3", partial_not_listed),
    STRIKE("S3", wrong_span_listed),
    STRIKE("S3", list_runs_in_a_ring),
    STRIKE("S3", garbage_not_listed),
    STRIKE("S3", clean_span_listed),
};

Test(heap, what_owners_asked_for_is_counted_without_rounding)
{
    struct heap *h = heap_new(NULL);
    void *small = heap_alloc(h, 17, HEAP_NOSCAN, "small");
    void *large = heap_alloc(h, 100000, HEAP_SCAN, "large");
    cr_assert_eq(heap_read(h).asked, 100017);
    cr_assert_gt(heap_read(h).heap_alloc, 100017);
    heap_drop(h, large, 100000, HEAP_SCAN, "large");
    cr_assert_eq(heap_read(h).asked, 17, "garbage is asked for by nobody");
    cr_assert_eq(heap_read(h).peak_asked, 100017);
    heap_collect(h);
    cr_assert_eq(heap_read(h).asked, 17);
    heap_free(h, small, 17, HEAP_NOSCAN, "small");
    cr_assert_eq(heap_read(h).asked, 0);
    heap_reset_peaks(h);
    cr_assert_eq(heap_read(h).peak_asked, 0);
    cr_assert_eq(heap_read(h).total_asked, 100017, "what was asked for stays asked for");
    cr_assert_null(heap_check(h));
    heap_delete(h);
}

Test(heap, check_names_the_broken_rule)
{
    for (size_t i = 0; i < sizeof attacks / sizeof *attacks; i++) {
        struct victim v = new_victim();
        attacks[i].strike(&v);
        const char *wrong = heap_check(v.h);
        cr_assert_not_null(wrong, "%s is not noticed", attacks[i].what);
        cr_assert_eq(strncmp(wrong, attacks[i].rule, strcspn(wrong, ":")), 0,
                     "%s should break %s, not '%s'",
                     attacks[i].what, attacks[i].rule, wrong);
        heap_delete(v.h);
    }
}
