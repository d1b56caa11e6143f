/*
 * test_heap_and_resident.c - the claims of chapter 11, each with its counterexamples.
 *
 * Nothing here is asserted on the process as a whole: only the arena's own pages are known exactly.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "heap/poison.h"
#include "heap_and_resident.h"

TestSuite(heap_and_resident, .timeout = 60);

enum { KEYS = 1 << 17, SEED = PROGRAM_DEFAULT_SEED };

/* --- touch-commits --- */

Test(heap_and_resident, touch_commits)
{
    struct look at[TOUCHES];
    uint64_t strays = UINT64_MAX;
    cr_assert(touch_run(0, at, &strays));
    cr_assert_eq(at[TOUCH_RESERVED].heap_sys, 0);
    cr_assert_eq(at[TOUCH_ALLOCATED].heap_alloc, 64 << 20);
    cr_assert_eq(at[TOUCH_ALLOCATED].pages, 0);
    cr_assert_eq(at[TOUCH_ONE].pages, 1);
    cr_assert_eq(at[TOUCH_ALL].pages, 16384);
    cr_assert_eq(strays, 0, "%lu writes did not commit just their page", strays);
    cr_assert(touch_commits(at, strays));
}

Test(heap_and_resident, touch_commits__beyond__only_read)
{
    struct look at[GLANCES];
    cr_assert(glance_run(0, at));
    cr_assert_eq(at[GLANCE_READ].pages, TOUCH_PAGES, "mincore shows what was only read");
    cr_assert_eq(at[GLANCE_WRITTEN].pages, TOUCH_PAGES);
    if (!at[GLANCE_READ].rss_told)
        cr_skip_test("smaps cannot be read here");
    cr_assert_eq(at[GLANCE_READ].rss_pages, 0);
    cr_assert_eq(at[GLANCE_WRITTEN].rss_pages, 1);
}

/* The verdict is a comparison, not a constant: each wrong picture of the memory fails it. */
Test(heap_and_resident, another_count_of_pages_is_no_commit)
{
    struct look right[TOUCHES], at[TOUCHES];
    uint64_t strays;
    cr_assert(touch_run(0, right, &strays));
    cr_assert_not(touch_commits(right, 1));
    for (unsigned i = 0; i < TOUCHES; i++) {
        memcpy(at, right, sizeof at);
        at[i].pages++;
        cr_assert_not(touch_commits(at, 0), "moment %u", i);
    }
}

/* Where huge pages are to be had one byte takes one; where not, a page as ever. */
Test(heap_and_resident, a_huge_page_is_committed_whole)
{
    uint64_t resident, huge_bytes;
    cr_assert(huge_run(0, &resident, &huge_bytes));
    if (huge_bytes > 0) {
        cr_assert_eq(huge_bytes, 2 << 20);
        cr_assert_eq(resident, huge_bytes);
    } else {
        cr_assert_geq(resident, SYSTEM_PAGE_BYTES);
        cr_assert_lt(resident, 2 << 20);
    }
}

/* --- fresh-pages-are-zero --- */

Test(heap_and_resident, fresh_pages_are_zero)
{
    struct zeroes z;
    cr_assert(zeroes_run(0, &z));
    cr_assert_eq(z.bytes, 16 << 20);
    cr_assert_eq(z.fresh, 0);
    cr_assert_eq(z.given_back, 0);
}

Test(heap_and_resident, fresh_pages_are_zero__beyond__reused)
{
    struct zeroes z;
    cr_assert(zeroes_run(0, &z));
    cr_assert_eq(z.freed, z.bytes, "every old byte is still there");
    cr_assert_eq(z.again, 0, "the heap clears what it hands out again");
    cr_assert_eq(z.again_pages, z.bytes / SYSTEM_PAGE_BYTES);
}

/* --- freed-is-not-returned --- */

Test(heap_and_resident, freed_is_not_returned)
{
    struct reading at[MOMENTS];
    cr_assert(freed_run(KEYS, SEED, 0, at));
    cr_assert_gt(at[MOMENT_FILLED].resident, 4 << 20);
    cr_assert_eq(at[MOMENT_DELETED].counters.heap_alloc, at[MOMENT_FILLED].counters.heap_alloc);
    cr_assert_eq(at[MOMENT_DROPPED].counters.heap_alloc, at[MOMENT_FILLED].counters.heap_alloc);
    cr_assert_eq(at[MOMENT_COLLECTED].counters.heap_alloc, 0);
    cr_assert_eq(at[MOMENT_COLLECTED].resident, at[MOMENT_FILLED].resident);
    cr_assert_eq(at[MOMENT_GIVEN_BACK].resident, 0);
    cr_assert(freed_stays(at));
}

Test(heap_and_resident, freed_is_not_returned__beyond__one_object_a_span)
{
    struct reading full, after;
    cr_assert(crumbs_run(1, 0, &full, &after));
    cr_assert_eq(full.resident, CRUMB_SPANS * HEAP_PAGE_BYTES);
    cr_assert_eq(after.counters.heap_alloc * CRUMBS_A_SPAN, full.counters.heap_alloc);
    cr_assert_eq(after.resident, full.resident);
    cr_assert(crumbs_run(0, 0, &full, &after));
    cr_assert_eq(after.resident, 0, "without it all of the span goes");
}

Test(heap_and_resident, freed_is_not_returned__beyond__a_mapping_of_its_own)
{
#ifdef POISON
    cr_skip_test("the sanitizer has a malloc of its own, which keeps what is freed");
#endif
    uint64_t before, after;
    cr_assert(malloc_run(64 << 20, &before, &after));
    cr_assert_geq(before, 64 << 20);
    cr_assert_eq(after, 0);
}

/* --- What the prose says beside the claims --- */

/* HeapSys - HeapReleased is never below what is resident, and touched pages make the difference. */
Test(heap_and_resident, retained_is_an_upper_estimate)
{
    struct timeline_sample at[CLOCK_STEPS];
    cr_assert(clocks_run(KEYS, SEED, 0, at));
    for (unsigned step = 0; step < CLOCK_STEPS; step++) {
        const struct heap_counters *c = &at[step].counters;
        cr_assert_eq(at[step].step, step);
        cr_assert_leq(at[step].resident_bytes, c->heap_sys - c->heap_released, "step %u", step);
    }
}

static unsigned first_step(const char *name)
{
    unsigned step = 0;
    while (step < CLOCK_STEPS && strcmp(clock_step_name(step), name) != 0)
        step++;
    cr_assert_lt(step, CLOCK_STEPS, "no step is called %s", name);
    return step;
}

/* The last of the waits that begin at this step. */
static unsigned last_wait(unsigned step)
{
    while (strcmp(clock_step_name(step + 1), "wait") == 0)
        step++;
    return step;
}

/* The drop moves nothing, the collection the heap's count alone, the scavenger the rest: in two
 * portions, since what was densely used waits for the second collection. */
Test(heap_and_resident, each_clock_moves_its_own_count)
{
    struct timeline_sample at[CLOCK_STEPS];
    unsigned drop = first_step("drop the map"), collect = first_step("collect"),
             wait = last_wait(collect), back = first_step("give all back");
    cr_assert(clocks_run(1 << 20, SEED, 0, at));
    cr_assert_gt(at[drop].counters.heap_alloc, 0);
    cr_assert_eq(at[collect - 1].counters.heap_alloc, at[drop - 1].counters.heap_alloc);
    cr_assert_eq(at[collect].counters.heap_alloc, 0);
    cr_assert_eq(at[collect].resident_bytes, at[collect - 1].resident_bytes);
    cr_assert_lt(at[collect + 1].resident_bytes, at[collect].resident_bytes);
    cr_assert_gt(at[wait].resident_bytes, 0);
    cr_assert_eq(at[wait].resident_bytes, at[wait - 1].resident_bytes, "the dense half stays");
    cr_assert_str_eq(clock_step_name(wait + 1), "collect");
    cr_assert_lt(at[wait + 2].resident_bytes, at[wait].resident_bytes);
    cr_assert_gt(at[back - 1].resident_bytes, 0, "the rate leaves something to give back");
    cr_assert_eq(at[back].resident_bytes, 0);
}

/* Go's collector and Rust's owner clear the count at different moments; the pages stay for both. */
Test(heap_and_resident, pages_outlive_the_map_in_every_design)
{
    for (unsigned i = 0; i < design_count; i++) {
        struct life l;
        const char *name = designs[i]->name;
        cr_assert(life_run(designs[i], KEYS, SEED, 0, &l));
        cr_assert_gt(l.heap[MOMENT_FILLED], 1 << 20, "%s", name);
        cr_assert_eq(l.heap[MOMENT_DROPPED],
                     designs[i]->bytes_as_asked ? 0 : l.heap[MOMENT_DELETED]);
        cr_assert_eq(l.heap[MOMENT_COLLECTED], 0, "%s", name);
        cr_assert_geq(l.resident[MOMENT_FILLED], l.heap[MOMENT_FILLED], "%s", name);
        cr_assert_eq(l.resident[MOMENT_COLLECTED], l.resident[MOMENT_FILLED], "%s", name);
        cr_assert_eq(l.resident[MOMENT_GIVEN_BACK], 0, "%s", name);
    }
}

/* --- The sources' mappings --- */

static double share(const struct mapping *m)
{
    return (double)m->resident / (double)m->counters.heap_sys;
}

/* As much of each mapping is resident as the source prints, within a hundredth of the mapping. */
Test(heap_and_resident, two_rules_of_zeroing_give_both_mappings)
{
    enum { SCALE = 32 };
    struct mapping of[MAPPINGS];
    for (unsigned i = 0; i < MAPPINGS; i++) {
        cr_assert(mapping_run(&mapping_kinds[i], SCALE, 0, &of[i]));
        cr_assert_eq(of[i].counters.heap_sys, mapping_bytes(&mapping_kinds[i], SCALE));
    }
    cr_assert_float_eq(share(&of[0]), 1117232.0 / 1429504, 0.01, "%.3f", share(&of[0]));
    cr_assert_float_eq(share(&of[2]), 1360000.0 / 1384448, 0.01, "%.3f", share(&of[2]));
    cr_assert_eq(memcmp(&of[0].counters, &of[1].counters, sizeof of[0].counters), 0,
                 "no counter differs");
    cr_assert_gt(of[1].resident, of[0].resident / 100 * 120);
    cr_assert_eq(of[3].resident, of[1].resident, "a ring that has gone round is written whole");
}

Test(heap_and_resident, the_mappings_in_full_are_those_of_the_source)
{
    cr_assert_eq(mapping_bytes(&mapping_kinds[0], 1), UINT64_C(1429504) << 10);
    cr_assert_eq(mapping_bytes(&mapping_kinds[2], 1), UINT64_C(1384448) << 10);
    cr_assert_eq(mapping_bytes(&mapping_kinds[0], 1000), 4 << 20, "one chunk at least");
}

/* --- Files that are not as they should be --- */

static void write_file(const char *path, const char *text, size_t bytes)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(text, 1, bytes, file), bytes);
    cr_assert_eq(fclose(file), 0);
}

/* What is printed of the process where the kernel's files are these. */
static char *printed(struct asked asked)
{
    char *text;
    size_t bytes;
    struct page page = {.out = open_memstream(&text, &bytes), .target = "retain"};
    cr_assert(print_process(&page, asked, 0));
    cr_assert(page_end(&page));
    fclose(page.out);
    return text;
}

Test(heap_and_resident, the_real_files_make_both_tables)
{
    if (access("/proc/self/smaps", R_OK) != 0)
        cr_skip_test("there is no smaps here");
    char *text = printed((struct asked){0});
    cr_assert_not_null(strstr(text, "~65,500"), "%s", text);
    cr_assert_not_null(strstr(text, "its highest (VmHWM)"), "%s", text);
    cr_assert_null(strstr(text, "cannot"), "%s", text);
    free(text);
}

Test(heap_and_resident, missing_files_are_sentences)
{
    char *text = printed((struct asked){"/none/smaps", "/none/status", "/none"});
    cr_assert_not_null(strstr(text, "The mappings cannot be shown: /none/smaps cannot be read"));
    cr_assert_not_null(strstr(text, "The sums cannot be shown: /none/status cannot be read"));
    cr_assert_null(strstr(text, "──"), "no table: %s", text);
    free(text);
}

Test(heap_and_resident, files_cut_short_are_sentences)
{
    static const char smaps[] = "00400000-00401000 r--p 00000000 00:00 0\n"
                                "Size:   4 kB\nRss:  4 kB\n";
    static const char status[] = "VmSize:\t 100 kB\nVmRSS:\t 50 kB\n";
    char folder[] = "/tmp/high-water-XXXXXX", a[64], b[64];
    cr_assert_not_null(mkdtemp(folder));
    snprintf(a, sizeof a, "%s/smaps", folder);
    snprintf(b, sizeof b, "%s/status", folder);
    write_file(a, smaps, sizeof smaps - 1);
    write_file(b, status, sizeof status - 1);
    char *text = printed((struct asked){a, b, NULL});
    cr_assert_not_null(strstr(text, "The mappings cannot be shown: "), "%s", text);
    cr_assert_not_null(strstr(text, "The sums cannot be shown: "), "%s", text);
    cr_assert_not_null(strstr(text, "VmHWM is missing"), "%s", text);
    write_file(a, "", 0);
    text = (free(text), printed((struct asked){a, NULL, "/none"}));
    cr_assert_not_null(strstr(text, "smaps lacks a mapping that this program has"), "%s", text);
    cr_assert_not_null(strstr(text, "No limit on resident memory can be read here"), "%s", text);
    free(text);
    cr_assert(unlink(a) == 0 && unlink(b) == 0 && rmdir(folder) == 0);
}

/* Under a root of our own: so much is available, and nothing else is known. */
Test(heap_and_resident, a_machine_without_the_memory_is_not_tried)
{
    static const char meminfo[] = "MemTotal:  4096 kB\nMemFree:  100 kB\nMemAvailable:  1024 kB\n";
    char root[] = "/tmp/high-water-XXXXXX", proc[64], path[80];
    cr_assert_not_null(mkdtemp(root));
    snprintf(proc, sizeof proc, "%s/proc", root);
    snprintf(path, sizeof path, "%s/meminfo", proc);
    cr_assert_eq(mkdir(proc, 0700), 0);
    cr_assert(memory_suffices(root, UINT64_MAX / 2), "what is not told is no limit");
    write_file(path, meminfo, sizeof meminfo - 1);
    cr_assert(memory_suffices(root, 1 << 20));
    cr_assert_not(memory_suffices(root, (1 << 20) + 1));
    cr_assert(unlink(path) == 0 && rmdir(proc) == 0 && rmdir(root) == 0);
}

/* --- Limits --- */

Test(heap_and_resident, a_limit_on_addresses_counts_what_is_only_reserved)
{
    struct granted g = address_limit_run();
    if (!g.without_limit)
        cr_skip_test("addresses are limited here already");
    cr_assert_not(g.under_limit);
    struct granted again = address_limit_run();
    cr_assert(again.without_limit, "the limit is taken back");
}

/* The picture shows the three states one below the other, from live memory. */
Test(heap_and_resident, the_picture_is_of_live_memory)
{
    char *text;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert(picture_arena(out));
    fclose(out);
    cr_assert_not_null(strstr(text, "filled: HeapInuse 106,496 B, resident 86,016 B"), "%s", text);
    cr_assert_not_null(strstr(text, "freed: HeapInuse 57,344 B, resident 86,016 B"), "%s", text);
    cr_assert_not_null(strstr(text, "given back: HeapInuse 57,344 B, resident 36,864 B"), "%s",
                       text);
    cr_assert_not_null(strstr(text, "one large object"));
    free(text);
}

/* A limit that is too small is told, and nothing stays behind. */
Test(heap_and_resident, refused_memory_is_reported)
{
    enum { TOO_LITTLE = 1 << 20 };
    struct look touches[TOUCHES], glances[GLANCES];
    struct reading at[MOMENTS], full, after;
    struct timeline_sample samples[CLOCK_STEPS];
    struct zeroes z;
    struct life l;
    struct mapping m;
    uint64_t a, b;
    cr_assert_not(touch_run(TOO_LITTLE, touches, &a));
    cr_assert_not(glance_run(TOO_LITTLE, glances));
    cr_assert_not(huge_run(TOO_LITTLE, &a, &b));
    cr_assert_not(zeroes_run(TOO_LITTLE, &z));
    cr_assert_not(freed_run(KEYS, SEED, TOO_LITTLE, at));
    cr_assert_not(crumbs_run(1, TOO_LITTLE, &full, &after));
    cr_assert_not(clocks_run(KEYS, SEED, TOO_LITTLE, samples));
    cr_assert_not(life_run(designs[0], KEYS, SEED, TOO_LITTLE, &l));
    cr_assert_not(mapping_run(&mapping_kinds[0], 64, TOO_LITTLE, &m));
#ifndef POISON                          /* the sanitizer ends the program instead */
    cr_assert_not(malloc_run(UINT64_C(1) << 60, &a, &b));
#endif
    struct page page = {0};
    cr_assert_not(print_process(&page, (struct asked){0}, TOO_LITTLE));
}
