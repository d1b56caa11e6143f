/*
 * test_resident.c - pages that are in memory, against pages that were touched.
 */
#include "resident/resident.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

TestSuite(resident, .timeout = 20);

enum { MANY_PAGES = 3 * 4096 + 5 };     /* more than three pieces of what resident.c asks for */

static size_t page_bytes(void)
{
    return (size_t)sysconf(_SC_PAGESIZE);
}

/* Pages of our own that the kernel does not join to larger ones. */
static char *map_pages(size_t pages)
{
    char *start = mmap(NULL, pages * page_bytes(), PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    cr_assert(start != MAP_FAILED);
    madvise(start, pages * page_bytes(), MADV_NOHUGEPAGE);
    return start;
}

static uint64_t resident_pages(const char *start, size_t bytes)
{
    uint64_t resident = 12345;
    cr_assert(resident_bytes(start, bytes, &resident));
    cr_assert_eq(resident % page_bytes(), 0);
    return resident / page_bytes();
}

Test(resident, counts_the_pages_that_were_touched)
{
    char *start = map_pages(64);
    cr_assert_eq(resident_pages(start, 64 * page_bytes()), 0);
    for (size_t i = 0; i < 64; i += 3)
        start[i * page_bytes()] = 1;
    cr_assert_eq(resident_pages(start, 64 * page_bytes()), 22);
    cr_assert_eq(resident_pages(start + page_bytes(), 2 * page_bytes()), 0);
    munmap(start, 64 * page_bytes());
}

Test(resident, counts_pages_given_back_no_more)
{
    char *start = map_pages(8);
    memset(start, 1, 8 * page_bytes());
    cr_assert_eq(resident_pages(start, 8 * page_bytes()), 8);
    madvise(start + 2 * page_bytes(), 3 * page_bytes(), MADV_DONTNEED);
    cr_assert_eq(resident_pages(start, 8 * page_bytes()), 5);
    munmap(start, 8 * page_bytes());
}

Test(resident, a_part_of_the_last_page_is_a_page)
{
    char *start = map_pages(3);
    memset(start, 1, 3 * page_bytes());
    cr_assert_eq(resident_pages(start, 0), 0);
    cr_assert_eq(resident_pages(start, 1), 1);
    cr_assert_eq(resident_pages(start, page_bytes()), 1);
    cr_assert_eq(resident_pages(start, page_bytes() + 1), 2);
    munmap(start, 3 * page_bytes());
}

Test(resident, counts_a_range_of_many_pieces)
{
    char *start = map_pages(MANY_PAGES);
    static const size_t touched[] = {0, 4095, 4096, 8191, 8192, MANY_PAGES - 1};
    for (size_t i = 0; i < 6; i++)
        start[touched[i] * page_bytes()] = 1;
    cr_assert_eq(resident_pages(start, MANY_PAGES * page_bytes()), 6);
    cr_assert_eq(resident_pages(start, 8192 * page_bytes()), 4);
    munmap(start, MANY_PAGES * page_bytes());
}

Test(resident, refuses_what_the_kernel_does_not_know)
{
    char *start = map_pages(MANY_PAGES);
    uint64_t resident = 12345;
    cr_assert_not(resident_bytes(start + 1, page_bytes(), &resident), "not on a page");
    munmap(start + 5000 * page_bytes(), page_bytes());
    cr_assert_not(resident_bytes(start, MANY_PAGES * page_bytes(), &resident), "a hole");
    cr_assert_eq(resident, 12345);
    cr_assert(resident_bytes(start, 5000 * page_bytes(), &resident));
    munmap(start, MANY_PAGES * page_bytes());
}
