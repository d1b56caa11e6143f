#include "heap/reserve.h"

#include <assert.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#ifndef PR_SET_VMA                      /* headers older than Linux 5.17 */
#define PR_SET_VMA 0x53564d41
#define PR_SET_VMA_ANON_NAME 0
#endif

enum { SYSTEM_PAGE_BYTES = 4096 };

static size_t round_up(size_t n, size_t align)
{
    return (n + align - 1) & ~(align - 1);
}

bool reserve_init(struct reserve *r, size_t bytes, size_t align)
{
    size_t slack = 2 * SYSTEM_PAGE_BYTES + align;
    if (bytes > SIZE_MAX - slack)
        return false;
    void *mapping = mmap(NULL, bytes + slack, PROT_NONE,
                         MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (mapping == MAP_FAILED)
        return false;
    /* Refused only by a kernel without huge pages: then there is nothing to switch off. */
    (void)madvise(mapping, bytes + slack, MADV_NOHUGEPAGE);
    size_t lead = round_up((uintptr_t)mapping + SYSTEM_PAGE_BYTES, align) - (uintptr_t)mapping;
    *r = (struct reserve){.start = (char *)mapping + lead,
                          .bytes = bytes,
                          .mapping = mapping,
                          .mapping_bytes = bytes + slack};
    return true;
}

void reserve_free(struct reserve *r)
{
    int unmapped = munmap(r->mapping, r->mapping_bytes);
    assert(unmapped == 0);
    (void)unmapped;
    *r = (struct reserve){0};
}

bool reserve_map(struct reserve *r, size_t offset, size_t bytes)
{
    assert(offset + bytes <= r->bytes);
    if (mprotect(r->start + offset, bytes, PROT_READ | PROT_WRITE) != 0)
        return false;
    if (r->name != NULL)
        r->named = prctl(PR_SET_VMA, PR_SET_VMA_ANON_NAME, r->start + offset, bytes, r->name) == 0;
    return true;
}

void reserve_want_huge_pages(struct reserve *r)
{
    /* Refused only by a kernel without them: it is slower then, not wrong. */
    (void)madvise(r->mapping, r->mapping_bytes, MADV_HUGEPAGE);
}

bool reserve_give_back(void *start, size_t bytes)
{
    return madvise(start, bytes, MADV_DONTNEED) == 0;
}

void *reserve_carve(struct reserve *r, size_t bytes)
{
    size_t offset = r->carved;
    r->carved += round_up(bytes, SYSTEM_PAGE_BYTES);
    assert(r->carved <= r->bytes);
    return r->start + offset;
}
