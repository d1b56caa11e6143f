/*
 * pages.h - what of a range of memory is really there.
 *
 * mincore(2) tells of each page of the system whether it is resident. A page that was
 * mapped and never touched is not.
 */
#ifndef PAGES_H
#define PAGES_H

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* The resident bytes of [start, start + bytes), whole pages of the system. start lies on a
 * page. Ends the program with status 125 ("cannot tell") if the system will not say. */
static inline size_t resident_bytes(const void *start, size_t bytes)
{
    size_t page_bytes = (size_t)sysconf(_SC_PAGESIZE), resident = 0;
    size_t count = (bytes + page_bytes - 1) / page_bytes;
    unsigned char *there = malloc(count + 1);
    if (there == NULL || mincore((void *)(size_t)start, bytes, there) != 0) {
        perror("the system does not say which pages are resident");
        exit(125);
    }
    for (size_t page = 0; page < count; page++)
        resident += (there[page] & 1) * page_bytes;
    free(there);
    return resident;
}

#endif
