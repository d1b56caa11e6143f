/*
 * test_zeroing.c - one test for each claim of chapter 12, and one for each edge.
 */
#include "zeroing.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(zeroing, .timeout = 120);

enum { SEED = 1, KiB = 1024, MiB = 1024 * KiB, BUFFER_BYTES = 4 * MiB, BUFFER_PAGES = 1024 };

static void run_buffers(uint64_t bytes, enum heap_scan scan, unsigned share, enum memory memory,
                        struct buffer of[POLICIES])
{
    for (enum policy p = 0; p < POLICIES; p++) {
        cr_assert(buffer_run(bytes, scan, share, memory, p, 0, &of[p]));
        cr_assert_eq(of[p].asked_bytes, bytes);
        cr_assert_eq(of[p].all_pages, (heap_rounded(bytes, scan) + 4095) / 4096);
    }
}

static void run_cell(unsigned cell, struct held of[POLICIES])
{
    struct cell c = cell_at(cell);
    for (enum policy p = 0; p < POLICIES; p++) {
        cr_assert(held_run(c, SHARE_HALF, p, SEED, 0, &of[p]));
        cr_assert(of[p].objects >= 4);
        cr_assert_eq(c.large, of[p].object_bytes > 32768, "cell %u is of its size", cell);
        cr_assert(of[p].used_pages > 0);
    }
}

/* --- The cells --- */

Test(zeroing, the_cells_are_all_of_the_matrix)
{
    bool seen[KINDS][2][2] = {0};
    for (unsigned i = 0; i < CELLS; i++) {
        struct cell c = cell_at(i);
        cr_assert_not(seen[c.kind][c.large][c.scan]);
        seen[c.kind][c.large][c.scan] = true;
    }
    for (enum kind kind = 0; kind < KINDS; kind++) {
        struct cell c = cell_at(cell_large_pointers(kind));
        cr_assert(c.kind == kind && c.large && c.scan == HEAP_SCAN);
    }
}

/* --- zeroing-commits --- */

Test(zeroing, zeroing_commits)
{
    static const uint64_t sizes[] = {32761, 40960, 100000, MiB, BUFFER_BYTES};
    static const unsigned shares[] = {0, 1, SHARE_HALF, 16, 21};
    struct buffer of[POLICIES];
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (size_t s = 0; s < sizeof shares / sizeof shares[0]; s++) {
            run_buffers(sizes[i], HEAP_SCAN, shares[s], MEMORY_FRESH, of);
            cr_assert(zeroing_commits(of, shares[s]), "%u bytes, %u/%u", (unsigned)sizes[i],
                      shares[s], (unsigned)SHARE_ALL);
        }
    run_buffers(BUFFER_BYTES, HEAP_SCAN, SHARE_HALF, MEMORY_FRESH, of);
    cr_assert_eq(of[POLICY_BEFORE].used_pages, BUFFER_PAGES / 2);
    cr_assert_eq(of[POLICY_REGRESSED].used_pages, BUFFER_PAGES);
    cr_assert_eq(of[POLICY_FIXED].used_pages, BUFFER_PAGES / 2);
}

/* Half of a large buffer costs all of it; a map made and not filled yet likewise. */
Test(zeroing, zeroing_commits_in_channels_slices_and_bucket_arrays)
{
    static const enum kind kinds[] = {KIND_CHANNEL, KIND_SLICE, KIND_BUCKETS};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct held of[POLICIES];
        run_cell(cell_large_pointers(kinds[i]), of);
        cr_assert(held_commits(of));
        if (kinds[i] != KIND_BUCKETS)
            cr_assert(of[POLICY_REGRESSED].used_pages * 100 > of[POLICY_BEFORE].used_pages * 199
                      && of[POLICY_REGRESSED].used_pages * 100 > of[POLICY_FIXED].used_pages * 199);
    }
}

Test(zeroing, zeroing_commits__beyond__used_memory)
{
    static const enum memory memories[] = {MEMORY_USED, MEMORY_GIVEN_BACK};
    for (unsigned i = 0; i < 2; i++) {
        struct buffer of[POLICIES];
        run_buffers(BUFFER_BYTES, HEAP_SCAN, SHARE_HALF, memories[i], of);
        cr_assert_not(zeroing_commits(of, SHARE_HALF));
        for (enum policy p = 0; p < POLICIES; p++)
            cr_assert_eq(of[p].made_pages, BUFFER_PAGES, "memory %u, policy %u", i, p);
    }
}

Test(zeroing, zeroing_commits__beyond__all_used)
{
    struct buffer of[POLICIES];
    run_buffers(BUFFER_BYTES, HEAP_SCAN, SHARE_ALL, MEMORY_FRESH, of);
    cr_assert_not(zeroing_commits(of, SHARE_ALL));
    for (enum policy p = 0; p < POLICIES; p++)
        cr_assert_eq(of[p].used_pages, BUFFER_PAGES);
}

Test(zeroing, zeroing_commits__beyond__swiss_tables)
{
    struct held of[POLICIES];
    run_cell(cell_large_pointers(KIND_SWISS), of);
    cr_assert_not(held_commits(of));
    cr_assert_eq(of[POLICY_REGRESSED].made_pages - of[POLICY_BEFORE].made_pages,
                 of[POLICY_BEFORE].objects, "only the page at the end of each table is new");
    cr_assert_eq(of[POLICY_FIXED].made_pages, of[POLICY_BEFORE].made_pages);
}

/* --- accounting-cannot-see-it --- */

Test(zeroing, accounting_cannot_see_it)
{
    unsigned harmed = 0;
    for (unsigned i = 0; i < CELLS; i++) {
        struct held of[POLICIES];
        run_cell(i, of);
        cr_assert(held_counters_equal(of), "cell %u", i);
        cr_assert(of[0].used_counters.heap_alloc > 0);
        harmed += !held_pages_equal(of);
    }
    cr_assert_eq(harmed, 4, "there was something to see: one cell of each kind");
}

Test(zeroing, accounting_cannot_see_many_buffers)
{
    enum { CHANNELS = 16 };
    struct buffers of[POLICIES];
    for (enum policy p = 0; p < POLICIES; p++) {
        cr_assert(buffers_run(CHANNELS, p, 0, &of[p]));
        cr_assert(counters_equal(&of[p].counters, &of[0].counters));
        cr_assert(of[p].counters.heap_alloc > CHANNELS * BUFFER_BYTES);
    }
    cr_assert_eq(of[POLICY_BEFORE].pages, 1, "that of the headers");
    cr_assert_eq(of[POLICY_REGRESSED].pages, 1 + CHANNELS * BUFFER_PAGES);
    cr_assert_eq(of[POLICY_FIXED].pages, 1);
    if (of[POLICY_BEFORE].process_bytes > 0)        /* the kernel tells */
        cr_assert(of[POLICY_REGRESSED].process_bytes
                  > of[POLICY_BEFORE].process_bytes + CHANNELS * BUFFER_BYTES / 10 * 9);
}

Test(zeroing, counters_that_differ_are_seen)
{
    struct heap_counters a = {.heap_alloc = 1, .peak_asked = 2}, b = a;
    cr_assert(counters_equal(&a, &b));
    b.peak_asked++;
    cr_assert_not(counters_equal(&a, &b));
}

Test(zeroing, accounting_cannot_see_it__beyond__given_back)
{
    for (enum policy p = 0; p < POLICIES; p++) {
        struct returned r;
        cr_assert(returned_run(BUFFER_BYTES, p, 0, &r));
        cr_assert(returned_is_seen(&r));
        cr_assert_eq(r.resident_bytes, BUFFER_BYTES);
    }
}

/* --- small-and-pointer-free-unharmed --- */

Test(zeroing, small_and_pointer_free_unharmed)
{
    unsigned cells = 0;
    for (unsigned i = 0; i < CELLS; i++) {
        struct cell c = cell_at(i);
        if (c.large && c.scan == HEAP_SCAN)
            continue;
        struct held of[POLICIES];
        run_cell(i, of);
        cr_assert(held_pages_equal(of), "cell %u", i);
        cells++;
    }
    cr_assert_eq(cells, 12);
    static const uint64_t sizes[] = {8, 512, 4096, 20000, 32759, 32760};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct buffer of[POLICIES];
        run_buffers(sizes[i], HEAP_SCAN, 0, MEMORY_FRESH, of);
        cr_assert(buffer_pages_equal(of));
        cr_assert_eq(of[POLICY_REGRESSED].made_pages, 0, "%u bytes", (unsigned)sizes[i]);
    }
}

Test(zeroing, small_and_pointer_free_unharmed__beyond__exactly_32_kib)
{
    struct buffer of[POLICIES];
    run_buffers(32 * KiB, HEAP_SCAN, 0, MEMORY_FRESH, of);
    cr_assert_not(buffer_pages_equal(of));
    cr_assert_eq(of[POLICY_BEFORE].made_pages, 0);
    cr_assert_eq(of[POLICY_REGRESSED].made_pages, 8);
}

Test(zeroing, small_and_pointer_free_unharmed__beyond__one_pointer)
{
    struct buffer plain[POLICIES], with[POLICIES];
    run_buffers(BUFFER_BYTES, HEAP_NOSCAN, SHARE_HALF, MEMORY_FRESH, plain);
    run_buffers(BUFFER_BYTES, HEAP_SCAN, SHARE_HALF, MEMORY_FRESH, with);
    cr_assert(buffer_pages_equal(plain));
    cr_assert_not(buffer_pages_equal(with));
    cr_assert_eq(with[POLICY_REGRESSED].used_pages, 2 * plain[POLICY_REGRESSED].used_pages);
}

/* --- zeroing-takes-time --- */

static struct times times(void)
{
    struct times t;
    cr_assert(times_run(1, 5, 0, &t));
    for (enum policy p = 0; p < POLICIES; p++)      /* that each did what it says */
        cr_assert_eq(t.pages[USE_FRESH_ALL * POLICIES + p], BUFFER_PAGES);
    cr_assert_eq(t.pages[USE_FRESH * POLICIES + POLICY_BEFORE], 0);
    cr_assert_eq(t.pages[USE_FRESH * POLICIES + POLICY_REGRESSED], BUFFER_PAGES);
    cr_assert_eq(t.pages[USE_FRESH * POLICIES + POLICY_FIXED], 0);
    return t;
}

Test(zeroing, zeroing_takes_time)
{
    struct times t = times();
    cr_assert(zeroing_takes_time(&t, USE_FRESH), "%g times",
              times_to_before(&t, USE_FRESH, POLICY_REGRESSED));
}

Test(zeroing, zeroing_takes_time__beyond__all_written)
{
    struct times t = times();
    cr_assert_not(zeroing_takes_time(&t, USE_FRESH_ALL), "%g times",
                  times_to_before(&t, USE_FRESH_ALL, POLICY_REGRESSED));
}

/* --- The mix, a life, the channel --- */

Test(zeroing, a_fifth_more_from_a_mix_whose_counters_are_equal)
{
    struct mix of[POLICIES];
    uint64_t pages[POLICIES] = {0}, bytes = 0;
    for (enum policy p = 0; p < POLICIES; p++) {
        cr_assert(mix_run(p, SEED, 0, &of[p]));
        cr_assert(counters_equal(&of[p].counters, &of[0].counters));
        for (enum part part = 0; part < PARTS; part++)
            pages[p] += of[p].pages[part];
    }
    for (enum part part = 0; part < PARTS; part++)
        bytes += of[0].heap_alloc[part];
    cr_assert(of[0].heap_alloc[PART_CHANNELS] * 100 / bytes == 49, "half, less the headers' share");
    cr_assert(of[0].heap_alloc[PART_MAPS] * 100 / bytes == 19);
    cr_assert_eq(pages[POLICY_FIXED], pages[POLICY_BEFORE]);
    cr_assert_eq(of[POLICY_REGRESSED].pages[PART_SMALL], of[POLICY_BEFORE].pages[PART_SMALL]);
    uint64_t percent = pages[POLICY_REGRESSED] * 100 / pages[POLICY_BEFORE];
    cr_assert(percent >= 118 && percent <= 123, "%u %%", (unsigned)percent);
}

Test(zeroing, a_life_differs_until_the_first_use_and_then_no_more)
{
    enum { CHANNELS = 4 };
    struct life of[POLICIES];
    for (enum policy p = 0; p < POLICIES; p++)
        cr_assert(life_run(CHANNELS, p, 0, &of[p]));
    const uint64_t *before = of[POLICY_BEFORE].pages, *regressed = of[POLICY_REGRESSED].pages;
    cr_assert_eq(before[STEP_MADE], 1);
    cr_assert_eq(regressed[STEP_MADE], 1 + CHANNELS * BUFFER_PAGES);
    cr_assert_eq(before[STEP_HALF_SENT], 1 + CHANNELS * BUFFER_PAGES / 2);
    for (enum step step = STEP_SENT; step < STEPS; step++) {
        cr_assert_eq(before[step], regressed[step], "step %u", (unsigned)step);
        cr_assert_eq(before[step], step == STEP_GIVEN_BACK ? 0 : 1 + CHANNELS * BUFFER_PAGES);
    }
    cr_assert_arr_eq(of[POLICY_FIXED].pages, before, sizeof of[0].pages);
    for (enum step step = 0; step < STEPS; step++)
        for (enum policy p = 0; p < POLICIES; p++)
            cr_assert(counters_equal(&of[p].counters[step], &of[0].counters[step]));
    cr_assert_eq(of[0].counters[STEP_COLLECTED].heap_alloc, 0);
}

Test(zeroing, a_channel_is_a_ring)
{
    struct heap *h = policy_heap(POLICY_FIXED, 0);
    for (int scan = HEAP_NOSCAN; scan <= HEAP_SCAN; scan++) {
        struct channel *c = channel_make(h, &element_types[scan], 3);
        char element[ELEMENT_BYTES], got[ELEMENT_BYTES];
        for (unsigned n = 0; n < 20; n++) {         /* two wait while it goes round */
            memset(element, (int)n + 1, sizeof element);
            channel_send(c, element);
            if (n < 2)
                continue;
            channel_receive(c, got);
            cr_assert_eq(got[0], (char)(n - 1));
            cr_assert_eq(got[ELEMENT_BYTES - 1], (char)(n - 1));
            cr_assert_eq(c->count, 2);
        }
        cr_assert_eq(heap_read(h).mallocs, scan == HEAP_SCAN ? 3 : 1, "one object, then two more");
        while (c->count > 0)
            channel_receive(c, got);
        for (size_t i = 0; i < 3 * ELEMENT_BYTES; i++)
            cr_assert_eq(c->ring[i], 0, "what was received is cleared");
        channel_drop(h, c);
    }
    heap_collect(h);
    cr_assert_eq(heap_read(h).heap_alloc, 0);
    heap_delete(h);
}

/* --- Limits and pictures --- */

Test(zeroing, too_small_a_limit_is_told)
{
    enum { LIMIT = 256 * KiB };
    struct held held;
    struct buffer buffer;
    struct buffers buffers;
    struct returned returned;
    struct mix mix;
    struct life life;
    struct times t;
    for (unsigned i = 0; i < CELLS; i++)
        cr_assert_not(held_run(cell_at(i), SHARE_HALF, POLICY_FIXED, SEED, LIMIT, &held));
    cr_assert_not(buffer_run(MiB, HEAP_SCAN, 0, MEMORY_FRESH, POLICY_FIXED, LIMIT, &buffer));
    cr_assert_not(buffer_run(MiB, HEAP_SCAN, 0, MEMORY_USED, POLICY_FIXED, LIMIT, &buffer));
    cr_assert_not(buffers_run(1, POLICY_FIXED, LIMIT, &buffers));
    cr_assert_not(returned_run(MiB, POLICY_FIXED, LIMIT, &returned));
    cr_assert_not(mix_run(POLICY_FIXED, SEED, LIMIT, &mix));
    cr_assert_not(life_run(1, POLICY_FIXED, LIMIT, &life));
    cr_assert_not(times_run(1, 1, LIMIT, &t));
}

/* A refused ring takes its header back with it. */
Test(zeroing, a_refused_channel_leaves_nothing)
{
    struct heap *h = policy_heap(POLICY_FIXED, 0);
    for (int scan = HEAP_NOSCAN; scan <= HEAP_SCAN; scan++)
        for (unsigned successes = 0; successes <= (unsigned)scan; successes++) {
            heap_fail_after(h, successes, HEAP_FAIL_ONCE);
            cr_assert_null(channel_make(h, &element_types[scan], 1000));
            cr_assert(heap_failed(h));
            cr_assert_eq(heap_read(h).heap_alloc, 0);
        }
    heap_delete(h);
}

static unsigned count(const char *text, const char *what)
{
    unsigned n = 0;
    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
        n++;
    return n;
}

Test(zeroing, the_picture_shows_the_pages)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert(picture_pages(out));
    fclose(out);
    cr_assert_eq(count(text, "Go 1.23: 16 of 32 pages"), 1);
    cr_assert_eq(count(text, "Go 1.24.0: 32 of 32 pages"), 1);
    cr_assert_eq(count(text, "fixed: 16 of 32 pages"), 1);
    free(text);
}
