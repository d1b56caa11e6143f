/*
 * test_smaps.c - /proc/self/smaps: the real one against pages that were touched, and texts that
 * no kernel would write.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "heap/heap.h"
#include "resident/smaps.h"

TestSuite(smaps, .timeout = 30);

enum { KiB = 1024, MiB = 1024 * KiB, SYSTEM_PAGE = 4096 };

/* Two mappings, as Linux 6.1 writes them. */
static const char two[] =
    "5581a0000000-5581a0003000 r-xp 00002000 fe:01 1835012                    /usr/bin/cat dog\n"
    "Size:                 12 kB\n"
    "KernelPageSize:        4 kB\n"
    "MMUPageSize:           4 kB\n"
    "Rss:                   8 kB\n"
    "Pss:                   2 kB\n"
    "Pss_Dirty:             0 kB\n"
    "Shared_Clean:          8 kB\n"
    "Private_Clean:         0 kB\n"
    "Private_Dirty:         0 kB\n"
    "AnonHugePages:         0 kB\n"
    "THPeligible:           0\n"
    "VmFlags: rd ex mr mw me \n"
    "7f0000000000-7f0000400000 rw-p 00000000 00:00 0                          [anon:high water]\n"
    "Size:               4096 kB\n"
    "Rss:                2052 kB\n"
    "Pss:                2051 kB\n"
    "Private_Dirty:      2044 kB\n"
    "AnonHugePages:      2048 kB\n"
    "VmFlags: rd wr mr mw me ac nh \n";

static FILE *stream_of(const char *text, size_t bytes)
{
    FILE *stream = tmpfile();
    cr_assert_not_null(stream);
    cr_assert_eq(fwrite(text, 1, bytes, stream), bytes);
    rewind(stream);
    return stream;
}

/* Reads a text to its end; returns how many mappings were whole, and keeps the sentence. */
static size_t read_all(const char *text, size_t bytes, struct smaps *s)
{
    struct smaps_mapping m;
    size_t count = 0;
    FILE *stream = stream_of(text, bytes);
    smaps_init(s, stream);
    while (smaps_next(s, &m))
        count++;
    cr_assert_not(smaps_next(s, &m), "the end is the end");
    fclose(stream);
    return count;
}

Test(smaps, reads_mapping_by_mapping)
{
    struct smaps s;
    struct smaps_mapping m;
    FILE *stream = stream_of(two, sizeof two - 1);
    smaps_init(&s, stream);
    cr_assert(smaps_next(&s, &m), "%s", s.wrong);
    cr_assert_eq(m.start, 0x5581a0000000);
    cr_assert_eq(m.end, 0x5581a0003000);
    cr_assert_str_eq(m.permissions, "r-xp");
    cr_assert_str_eq(m.name, "/usr/bin/cat dog");
    cr_assert(m.size == 12 * KiB && m.rss == 8 * KiB && m.pss == 2 * KiB);
    cr_assert(m.private_dirty == 0 && m.anon_huge_pages == 0);
    cr_assert(smaps_next(&s, &m), "%s", s.wrong);
    cr_assert_str_eq(m.name, "[anon:high water]");
    cr_assert(m.size == 4 * MiB && m.rss == 2052 * KiB && m.pss == 2051 * KiB);
    cr_assert(m.private_dirty == 2044 * KiB && m.anon_huge_pages == 2 * MiB);
    cr_assert_not(smaps_next(&s, &m));
    cr_assert_null(s.wrong);
    fclose(stream);
}

/* Every text that is cut short is wrong, but for the one cut that cannot be seen. */
Test(smaps, a_cut_at_any_byte_is_noticed)
{
    size_t first = (size_t)(strstr(two, "7f0000000000") - two);
    for (size_t bytes = 0; bytes < sizeof two; bytes++) {
        struct smaps s;
        bool between = bytes == 0 || bytes == first || bytes == sizeof two - 1;
        size_t whole = bytes < first ? 0 : bytes < sizeof two - 1 ? 1 : 2;
        size_t count = read_all(two, bytes, &s);
        cr_assert_eq(count, whole, "cut at %zu: %zu mappings", bytes, count);
        cr_assert_eq(s.wrong == NULL, between, "cut at %zu: %s", bytes,
                     s.wrong != NULL ? s.wrong : "nothing wrong");
    }
}

Test(smaps, the_real_one_is_read_to_its_end)
{
    struct smaps s;
    struct smaps_mapping m;
    size_t count = 0;
    cr_assert(smaps_open(&s, NULL), "%s", s.sentence);
    while (smaps_next(&s, &m))
        count++;
    cr_assert_null(s.wrong, "%s", s.wrong);
    cr_assert_gt(count, 10);
    smaps_close(&s);
}

/* What the kernel lists for the mapping that holds the address. */
static struct smaps_mapping mapping_at(const void *address)
{
    struct smaps s;
    struct smaps_mapping m;
    cr_assert(smaps_open(&s, NULL), "%s", s.sentence);
    cr_assert(smaps_find_address(&s, (uintptr_t)address, &m), "%s", s.sentence);
    smaps_close(&s);
    return m;
}

/* Chapter 11's first claim: promised memory costs nothing, a written page costs a page. */
Test(smaps, sixty_four_mebibytes_cost_nothing_until_a_page_is_written)
{
    struct heap *h = heap_new(NULL);
    char *p = heap_alloc(h, 64 * MiB, HEAP_SCAN, "a");
    cr_assert_not_null(p);
    cr_assert_eq(mapping_at(p).size, 64 * MiB);
    cr_assert_eq(mapping_at(p).rss, 0);
    for (uint64_t pages = 1; pages <= 5; pages++) {
        p[pages * 3 * MiB] = 1;
        cr_assert_eq(mapping_at(p).rss, pages * SYSTEM_PAGE);
        cr_assert_eq(mapping_at(p).private_dirty, pages * SYSTEM_PAGE);
    }
    heap_free(h, p, 64 * MiB, HEAP_SCAN, "a");
    cr_assert_eq(heap_read(h).heap_alloc, 0);
    cr_assert_eq(mapping_at(p).rss, 5 * SYSTEM_PAGE, "freed is not returned");
    heap_release_idle(h);
    cr_assert_eq(mapping_at(p).rss, 0);
    cr_assert_eq(mapping_at(p).anon_huge_pages, 0);
    heap_delete(h);
}

Test(smaps, the_heap_is_found_by_its_name_where_the_kernel_gives_names)
{
    struct heap *h = heap_new(&(struct heap_config){.name = "a test of names"});
    cr_assert_null(heap_region(h), "nothing is mapped yet");
    heap_alloc(h, 5 * MiB, HEAP_SCAN, "a");
    struct smaps_mapping at = mapping_at(heap_start(h)), named;
    if (heap_region(h) == NULL) {
        cr_assert_str_eq(at.name, "");
        cr_skip_test("this kernel gives no names to memory");
    }
    struct smaps s;
    cr_assert_str_eq(heap_region(h), "[anon:a test of names]");
    cr_assert(smaps_open(&s, NULL), "%s", s.sentence);
    cr_assert(smaps_find_name(&s, heap_region(h), &named), "%s", s.sentence);
    smaps_close(&s);
    cr_assert_eq(named.start, at.start);
    cr_assert_eq(named.size, heap_read(h).heap_sys);
    heap_delete(h);
}

Test(smaps, a_file_that_is_not_there_is_a_sentence)
{
    struct smaps s;
    cr_assert_not(smaps_open(&s, "/no/such/smaps"));
    cr_assert_str_eq(s.wrong, "/no/such/smaps cannot be read (No such file or directory)");
    smaps_close(&s);
}

/* --- Texts that no kernel would write --------------------------------------- */

#define HEAD "7f0000000000-7f0000003000 rw-p 00000000 00:00 0 \n"
#define SIZE "Size: 12 kB\n"
#define REST "Rss: 0 kB\nPss: 0 kB\nPrivate_Dirty: 0 kB\nAnonHugePages: 0 kB\n"
#define END  "VmFlags: rd\n"

static const struct {
    const char *text;
    const char *sentence;
} malformed[] = {
    {"\n", "line 1: not the addresses of a mapping"},
    {"hello\n", "line 1: not the addresses of a mapping"},
    {SIZE, "line 1: not the addresses of a mapping"},
    {"7f0000000000 rw-p 0 0:0 0\n", "line 1: not the addresses of a mapping"},
    {"7f0000000000-7f0000003000 rwxsp 0 0:0 0\n", "line 1: not the addresses of a mapping"},
    {"7f0000000000-7f0000003000 rw- 0 0:0 0\n", "line 1: not the addresses of a mapping"},
    {"7f0000000000-7f0000003000 rw-p 0 0:0\n", "line 1: not the addresses of a mapping"},
    {"7f0000000000-7f0000003000 rw-p 0 0:0 xyz\n", "line 1: not the addresses of a mapping"},
    {"-7f0000003000 rw-p 0 0:0 0\n", "line 1: not the addresses of a mapping"},
    {"17f0000000000000000-7f0000003000 rw-p 0 0:0 0\n", "line 1: not the addresses of a mapping"},
    {"7f0000003000-7f0000003000 rw-p 0 0:0 0\n",
     "line 1: the mapping does not lie behind the one before it"},
    {HEAD SIZE REST END HEAD, "line 8: the mapping does not lie behind the one before it"},
    {HEAD HEAD, "line 2: not a figure and not a mapping"},
    {HEAD SIZE REST HEAD, "line 7: not a figure and not a mapping"},
    {HEAD "\n", "line 2: not a figure and not a mapping"},
    {HEAD ": 12 kB\n", "line 2: not a figure and not a mapping"},
    {HEAD "Some words\n", "line 2: not a figure and not a mapping"},
    {HEAD SIZE SIZE, "line 3: Size is given twice"},
    {HEAD SIZE REST "Pss: 1 kB\n", "line 7: Pss is given twice"},
    {HEAD "Size: 12 MB\n", "line 2: Size is not a number of kB"},
    {HEAD "Size: 12\n", "line 2: Size is not a number of kB"},
    {HEAD "Size: 12 kB \n", "line 2: Size is not a number of kB"},
    {HEAD "Size: -12 kB\n", "line 2: Size is not a number of kB"},
    {HEAD "Size: kB\n", "line 2: Size is not a number of kB"},
    {HEAD "Size: 1x2 kB\n", "line 2: Size is not a number of kB"},
    {HEAD "Size: 18446744073709551616 kB\n", "line 2: Size is not a number of kB"},
    {HEAD "Size: 18014398509481984 kB\n", "line 2: Size is not a number of kB"},
    {HEAD REST END, "line 6: the mapping ends without its Size"},
    {HEAD SIZE "Rss: 0 kB\nPss: 0 kB\nPrivate_Dirty: 0 kB\n" END,
     "line 6: the mapping ends without its AnonHugePages"},
    {HEAD "Size: 16 kB\n" REST END, "line 7: the mapping's Size is not that of its addresses"},
    {HEAD SIZE REST, "line 7: cut short in mid-mapping"},
    {HEAD SIZE REST "VmFlags: rd", "line 7: cut short in mid-line"},
};

Test(smaps, what_is_malformed_is_named_with_its_line)
{
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        struct smaps s;
        read_all(malformed[i].text, strlen(malformed[i].text), &s);
        cr_assert_not_null(s.wrong, "case %zu is not noticed", i);
        cr_assert_eq(strncmp(s.sentence, "smaps, ", 7), 0);
        cr_assert_str_eq(s.sentence + 7, malformed[i].sentence, "case %zu: %s", i, s.sentence);
    }
}

Test(smaps, a_zero_byte_is_no_text)
{
    struct smaps s;
    char text[sizeof two];
    memcpy(text, two, sizeof two);
    text[100] = '\0';
    cr_assert_eq(read_all(text, sizeof two - 1, &s), 0);
    cr_assert_str_eq(s.wrong, "smaps, line 2: a zero byte, so this is no text");
}

Test(smaps, a_long_name_is_cut_and_the_rest_is_read)
{
    static char text[6000];
    struct smaps s;
    struct smaps_mapping m;
    memset(text, 'a', 5000);
    static const char head[] = "7f0000000000-7f0000003000 rw-p 00000000 00:00 0 /";
    memcpy(text, head, sizeof head - 1);
    strcpy(text + 5000, "\n" SIZE REST END);
    FILE *stream = stream_of(text, strlen(text));
    smaps_init(&s, stream);
    cr_assert(smaps_next(&s, &m), "%s", s.wrong);
    cr_assert_eq(strlen(m.name), SMAPS_NAME_BYTES - 1);
    cr_assert_eq(strncmp(m.name, "/aaa", 4), 0);
    cr_assert_not(smaps_next(&s, &m));
    cr_assert_null(s.wrong);
    fclose(stream);
}

Test(smaps, a_reading_that_fails_is_a_sentence)
{
    struct smaps s;
    struct smaps_mapping m;
    cr_assert(smaps_open(&s, "/"));
    cr_assert_not(smaps_next(&s, &m));
    cr_assert_str_eq(s.wrong, "smaps, line 1: the reading failed (Is a directory)");
    smaps_close(&s);
}

/* Random damage: whatever comes, the reader ends with whole mappings or a sentence. */
Test(smaps, damage_anywhere_ends_in_mappings_or_a_sentence)
{
    char text[sizeof two];
    uint64_t random = 7;
    size_t wrongs = 0;
    for (int round = 0; round < 20000; round++) {
        memcpy(text, two, sizeof two);
        for (int n = 0; n <= round % 4; n++) {
            random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
            text[(random >> 33) % (sizeof two - 1)] = (char)(random >> 25);
        }
        struct smaps s;
        struct smaps_mapping m;
        FILE *stream = fmemopen(text, sizeof two - 1, "r");
        smaps_init(&s, stream);
        while (smaps_next(&s, &m))
            cr_assert(m.size == m.end - m.start && strlen(m.name) < SMAPS_NAME_BYTES);
        cr_assert(s.wrong == NULL || (s.wrong == s.sentence && strlen(s.sentence) > 20));
        wrongs += s.wrong != NULL;
        fclose(stream);
    }
    cr_assert(wrongs > 5000 && wrongs < 20000, "%zu", wrongs);
}

/* --- Finders ----------------------------------------------------------------- */

static FILE *found_in;

static struct smaps reading_two(void)
{
    struct smaps s;
    found_in = stream_of(two, sizeof two - 1);
    smaps_init(&s, found_in);
    return s;
}

Test(smaps, an_address_is_found_from_the_first_byte_to_the_last)
{
    static const struct {
        uint64_t address, start;
    } cases[] = {
        {0x5581a0000000, 0x5581a0000000}, {0x5581a0002fff, 0x5581a0000000},
        {0x7f0000000000, 0x7f0000000000}, {0x7f00003fffff, 0x7f0000000000},
        {0x5581a0003000, 0},              {0x55819fffffff, 0},
        {0x7f0000400000, 0},              {0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct smaps s = reading_two();
        struct smaps_mapping m = {0};
        bool found = smaps_find_address(&s, cases[i].address, &m);
        cr_assert_eq(found, cases[i].start != 0, "case %zu", i);
        cr_assert_eq(m.start, cases[i].start, "case %zu", i);
        cr_assert_null(s.wrong, "not to be there is not wrong");
        fclose(found_in);
    }
}

Test(smaps, a_name_is_found_when_all_of_it_is_equal)
{
    static const char *const names[] = {"[anon:high water]", "/usr/bin/cat dog", "[anon:high",
                                        "[anon:high water]s", "cat", ""};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        struct smaps s = reading_two();
        struct smaps_mapping m = {0};
        cr_assert_eq(smaps_find_name(&s, names[i], &m), i < 2, "%s", names[i]);
        cr_assert_eq(m.size, i == 0 ? 4 * MiB : i == 1 ? 12 * KiB : 0);
        fclose(found_in);
    }
}

Test(smaps, the_sum_is_of_all_or_of_none)
{
    struct smaps s = reading_two();
    struct smaps_mapping sum = {.rss = 77};
    cr_assert(smaps_sum(&s, &sum));
    cr_assert(sum.size == 4108 * KiB && sum.rss == 2060 * KiB && sum.pss == 2053 * KiB);
    cr_assert(sum.private_dirty == 2044 * KiB && sum.anon_huge_pages == 2 * MiB);
    fclose(found_in);
    found_in = stream_of(two, sizeof two - 2);
    smaps_init(&s, found_in);
    sum = (struct smaps_mapping){.rss = 77};
    cr_assert_not(smaps_sum(&s, &sum));
    cr_assert_eq(sum.rss, 77);
    fclose(found_in);
}
