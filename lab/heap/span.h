/*
 * span.h - one span: a run of pages cut into slots of one size.
 *
 * Models      Go 1.24, struct mspan of src/runtime/mheap.go.
 * Leaves out  the allocation cache beside the bitmap, sweep generations.
 *
 * The record of a span lies outside of the arena, so that writing it never
 * touches, and never depends on, the memory it describes. All records have one
 * size, so the record of a span that is gone serves any other.
 *
 * A span of 1152-byte objects, one page, 7 slots:
 *
 *     slot      0       1       2       3       4       5       6     tail
 *           |-------|-------|-------|-------|-------|-------|-------|--|
 *     free      0       0       1       0       1       1       1        used 3, hint 2
 *     dead      0       1       0       0       0       0       0        garbage 1
 *     tag      "a"     "a"      .      "b"      .       .       .
 *
 * Rules       S1  used counts the slots that are not free; a dead slot is not free.
 *             S2  No slot below the hint is free.
 *             S3  A span that is in use holds an object. If it has room it is the
 *                 current span of its kind or in its list; if it has garbage it
 *                 is in the list of those.
 */
#ifndef SPAN_H
#define SPAN_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap/heap.h"
#include "heap/size_class.h"

enum {
    SPAN_WORDS = SIZE_CLASS_MAX_SLOTS / 64,
    SPAN_KINDS = 2 * SIZE_CLASS_COUNT,      /* a size class, scan or noscan */
};

enum span_place {
    SPAN_UNUSED,                    /* the record is no span's now */
    SPAN_CURRENT,                   /* its kind allocates from it */
    SPAN_PARTIAL,                   /* has room, in the list of its kind */
    SPAN_FULL,                      /* has none, in no list; every large object's */
};

struct span {
    char *start;
    size_t slot_bytes;              /* the class, or all pages of a large object */
    struct span *next;              /* partial spans of a kind, or unused records */
    struct span *previous;          /* partial spans of a kind */
    struct span *next_garbage;      /* list of spans with dead slots */
    uint32_t page;
    uint32_t page_count;
    uint32_t divisor;               /* for size_class_divide */
    uint16_t slot_count;
    uint16_t used;
    uint16_t garbage;               /* dead slots: dropped, not yet swept */
    uint16_t hint;
    uint8_t class;
    uint8_t scan;                   /* enum heap_scan */
    uint8_t place;                  /* enum span_place */
    bool needzero;                  /* a free slot may hold old bytes */
    uint64_t free[SPAN_WORDS];      /* a bit for each slot */
    uint64_t dead[SPAN_WORDS];
    uint8_t tags[SIZE_CLASS_MAX_SLOTS];     /* of the object in each slot */
};

_Static_assert(sizeof(struct span) % 64 == 0, "a record starts on a cache line");

/* Makes the record a span of page_count pages from start, all slots free and of
 * unknown content. The page's number and the place are the caller's to set. */
void span_init(struct span *s, char *start, size_t page_count, unsigned class,
               enum heap_scan scan);

/* Which of the lists a span belongs to. */
static inline unsigned span_kind(unsigned class, enum heap_scan scan)
{
    return 2 * class + scan;
}

static inline bool span_has_room(const struct span *s)
{
    return s->used < s->slot_count;
}

static inline char *span_slot_start(const struct span *s, unsigned slot)
{
    return s->start + slot * s->slot_bytes;
}

/* The slot that starts at p. */
static inline unsigned span_slot_at(const struct span *s, const void *p)
{
    unsigned slot = size_class_divide((size_t)((const char *)p - s->start), s->divisor);
    assert(slot < s->slot_count);
    assert(span_slot_start(s, slot) == p);
    return slot;
}

static inline bool span_is_free(const struct span *s, unsigned slot)
{
    return s->free[slot / 64] >> (slot % 64) & 1;
}

static inline bool span_is_dead(const struct span *s, unsigned slot)
{
    return s->dead[slot / 64] >> (slot % 64) & 1;
}

/*
 * Takes the lowest free slot; there must be one. The hint makes the search
 * short: it starts at the hint's word and a count of trailing zeros finds the
 * bit, so 64 full slots are skipped at a time.
 */
static inline unsigned span_take_slot(struct span *s)
{
    unsigned w = s->hint / 64;
    while (s->free[w] == 0)
        w++;
    unsigned slot = w * 64 + (unsigned)__builtin_ctzll(s->free[w]);
    s->free[w] &= s->free[w] - 1;       /* clears the lowest set bit */
    s->hint = (uint16_t)(slot + 1);
    s->used++;
    return slot;
}

/* Frees a slot. Whatever it holds is old from now on. */
static inline void span_give_slot(struct span *s, unsigned slot)
{
    s->free[slot / 64] |= UINT64_C(1) << (slot % 64);
    if (slot < s->hint)
        s->hint = (uint16_t)slot;
    s->used--;
    s->needzero = true;
}

#endif
