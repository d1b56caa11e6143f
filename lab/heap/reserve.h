/*
 * reserve.h - address space from the system, before there is memory in it.
 *
 * Words       reserved  the addresses are ours; touching them is a crash
 *             mapped    they may be touched; still no memory behind them
 *             resident  they were touched: the system put a page there
 *
 * Reserving and mapping cost no memory, whatever their size. Transparent huge
 * pages are switched off unless asked for, so that a touched page is one page of 4096 bytes and
 * not two mebibytes: otherwise what a program touches would not be what shows.
 */
#ifndef RESERVE_H
#define RESERVE_H

#include <stdbool.h>
#include <stddef.h>

struct reserve {
    char *start;                    /* aligned as asked */
    size_t bytes;                   /* from start */
    size_t carved;                  /* given out by reserve_carve */
    void *mapping;                  /* what munmap wants back */
    size_t mapping_bytes;
    const char *name;               /* for what is mapped from now on; NULL: none */
    bool named;                     /* the kernel took the name */
};

/*
 * Reserves bytes at a multiple of align (a power of two). An inaccessible page
 * at least stays on either side, so that the kernel never joins the memory
 * with a neighbour's and it keeps lines of its own in /proc/self/smaps.
 * Returns false if the system refuses.
 */
bool reserve_init(struct reserve *r, size_t bytes, size_t align);
void reserve_free(struct reserve *r);

/*
 * Maps [offset, offset + bytes), under the reserve's name if it has one: then the
 * lines of it in /proc/self/maps say [anon:NAME]. A kernel that gives no names maps
 * all the same. Returns false if the system refuses.
 */
bool reserve_map(struct reserve *r, size_t offset, size_t bytes);

/* Asks for huge pages in all of the reserve, for those who count no resident pages. */
void reserve_want_huge_pages(struct reserve *r);

/* Gives the memory of a range back; it is mapped still, and reads as zero.
 * Returns false if the system refuses (locked memory). */
bool reserve_give_back(void *start, size_t bytes);

/* Cuts the next piece of a mapped reserve, page-aligned. There must be room. */
void *reserve_carve(struct reserve *r, size_t bytes);

#endif
