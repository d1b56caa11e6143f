/*
 * timeline.h - the counters of a heap, step by step, for a plot.
 *
 * The program says when a step is over; nothing here looks at a clock. The samples
 * lie in an array of the caller's. When it is full, every second one is
 * dropped and from then on only every second step is kept, and so on: the
 * samples always cover the whole run, evenly, and never outgrow the array.
 *
 *     room for 4, steps 0 to 8:   0 1 2 3      full at step 4
 *                                 0 2 4 6      full at step 8
 *                                 0 4 8        stride 4
 *
 * A thinned line can miss a peak between two samples; peak_heap_alloc among the
 * counters of a sample does not.
 *
 * Rule        T1  Sample i is of step i * stride; the stride is a power of two.
 */
#ifndef TIMELINE_H
#define TIMELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "heap/heap.h"

struct timeline_sample {
    uint64_t step;                  /* the first step is 0 */
    struct heap_counters counters;
    uint64_t resident_bytes;        /* of HeapSys, by the kernel; 0 if not asked for */
};

struct timeline {
    struct timeline_sample *samples;    /* the caller's, count of them are filled */
    size_t capacity;
    size_t count;
    uint64_t stride;                /* one step in so many is kept */
    uint64_t next_step;
    bool with_resident;
};

/* Starts an empty timeline in the caller's array, which has room for 2 samples at least.
 * with_resident asks the kernel at each sample kept, which costs a walk over the heap. */
void timeline_init(struct timeline *t, struct timeline_sample *samples, size_t capacity,
                   bool with_resident);

/* A step is over: keeps a sample of the heap if it is this step's turn. */
void timeline_step(struct timeline *t, const struct heap *h);

#endif
