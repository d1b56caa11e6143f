/*
 * garbage.h - the experiments of chapter 13: memory between its death and its return.
 *
 * A service keeps a map of int to int, and answers requests; each request needs some memory and
 * leaves it as garbage. Its heap is paced as Go's: it collects when HeapAlloc has reached the goal
 * (lab/heap/heap_pace.c). Stacks and globals are left out, so that live memory is all that the
 * goal follows from. Each experiment has a heap of its own and returns false if that refused
 * memory; nothing is left behind then. `limit` is the heap's hard limit in bytes, 0: none.
 */
#ifndef GARBAGE_H
#define GARBAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "design/design.h"
#include "program/program.h"

enum { REQUEST_BYTES = 4096 };          /* one object for each request */

/* How often to collect: Go's two environment variables. */
struct pacing {
    int gogc;                           /* percent, or HEAP_GOGC_OFF */
    uint64_t soft_limit;                /* GOMEMLIMIT in bytes; 0: none */
};

/* --- Some teeth --- */

/* What it took to serve requests that left so many bytes of garbage. */
struct served {
    uint64_t live;                      /* HeapAlloc of the map alone, collected */
    uint64_t goal;                      /* HeapAlloc at which the next collection starts */
    uint64_t requests;
    uint64_t peak;                      /* of HeapAlloc */
    uint64_t peak_memory;               /* of HeapSys - HeapReleased: what the limit is about */
    uint64_t collections;
    uint64_t marked;                    /* living bytes that these collections went through */
};

/* Fills a map with `keys` entries, made for as many, then serves `garbage` bytes of requests.
 * Peaks, collections and marked bytes are of the serving alone. */
bool served_run(struct pacing pacing, uint64_t keys, uint64_t garbage, uint64_t seed,
                uint64_t limit, struct served *s);

/* HeapAlloc of such a map, which is what the settings of a limit start from. 0: refused. */
uint64_t live_bytes(uint64_t keys, uint64_t seed, uint64_t limit);

/* The pass conditions of two claims. */
bool goal_doubles(const struct served *s);
bool limit_trades(const struct served *with, const struct served *without, uint64_t soft_limit);

/* The same as a line: HeapAlloc after each of TOOTH_STEPS steps, each of which leaves
 * a sixth of the live bytes as garbage, less a request. */
enum { TOOTH_STEPS = 24, TOOTH_PARTS = 6 };

bool teeth_run(struct pacing pacing, uint64_t keys, uint64_t seed, uint64_t limit,
               uint64_t heap_alloc[TOOTH_STEPS]);

/* --- A map that goes --- */

struct reading {
    uint64_t heap_alloc, garbage;       /* garbage is a part of heap_alloc */
    uint64_t goal, collections;
};

enum moment {
    MOMENT_FILLED,                      /* collected */
    MOMENT_DELETED,                     /* every key, and collected */
    MOMENT_DROPPED,
    MOMENT_HALF,                        /* requests for half of the way to the goal */
    MOMENT_GOAL,                        /* one request less than it takes */
    MOMENT_COLLECTED,                   /* that request */
    MOMENTS
};

/* GOGC is 100. With at_once the heap waits for nothing: a drop is a free, as in C and Rust. */
bool drop_run(uint64_t keys, bool at_once, uint64_t seed, uint64_t limit,
              struct reading at[MOMENTS]);

/* The pass condition: the drop itself gives back no byte, the next collection every one. */
bool drop_waits(const struct reading at[MOMENTS]);

/* --- What a saving saves --- */

enum { OBJECT_BYTES = 32 << 10 };       /* of which the live memory consists here */

/* The highest HeapAlloc of a program whose live memory is `live` bytes, rounded down to
 * whole objects, while it makes garbage up to the next collection. */
bool peak_run(uint64_t live, int gogc, uint64_t limit, uint64_t *peak);

/* --- Side by side --- */

/* Bytes as each design's runtime reports them. Nothing is collected but by the pacer, GOGC 100,
 * until `collected`. */
struct life {
    uint64_t grown;                     /* filled without a hint */
    uint64_t peak;                      /* on the way there */
    uint64_t collections;               /* on the way there */
    uint64_t dropped;
    uint64_t collected;
};

bool life_run(const struct design *design, uint64_t keys, uint64_t seed, uint64_t limit,
              struct life *l);

#endif
