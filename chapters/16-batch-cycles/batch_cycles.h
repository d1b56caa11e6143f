/*
 * batch_cycles.h - the experiments of chapter 16: a batch service, cycle after cycle.
 *
 * In each cycle the service takes records into a map, works on every one of them, and empties the
 * map. How it empties it is its strategy. A trace says how many records each cycle brings.
 * The service runs on a heap of its own with a hard limit, the pod's. Where that refuses memory
 * the story ends, and what is left is inspected: that is a result here, not an error.
 *
 * The heap is paced as Go's at GOGC 100; between two cycles CYCLE_MS pass, so Go's rule of two
 * minutes collects once, and the scavenger has time. Before memory is refused the garbage is swept.
 * A kernel does not wait for that: it kills at the same point or before. Under Rust's map
 * memory is freed at once, and nothing is paced.
 *
 * Words       records   what a cycle brings; RECORD_BYTES each, by value in the map
 *             text      what a record has outside of itself, in an object of its own
 *             live      bytes without garbage, as the map's runtime counts them: HeapAlloc less
 *                       what is dropped (Go), bytes asked for (Rust)
 *             full      the moment when all records of a cycle are in
 *             idle      the moment before the next cycle, with no record in the map
 */
#ifndef BATCH_CYCLES_H
#define BATCH_CYCLES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "design/design.h"

/* --- The trace --- */

enum { RECORD_BYTES = 128, CYCLE_MS = 8 * 60 * 1000, MOST_CYCLES = 1024 };

struct cycle {
    uint64_t records;
    uint64_t text_bytes;                /* of each record; 0: none */
};

struct trace {
    struct cycle cycles[MOST_CYCLES];
    unsigned count;
    uint64_t usual;                     /* the median of the records, or if that is 0 the most:
                                           what is expected of a cycle */
    uint64_t most;                      /* the most records of a cycle */
};

/* [incident]'s cycles: steady, one catch-up, steady again, and two weeks later records that
 * bring more text each time. */
enum { INCIDENT_SPIKE = 3, INCIDENT_GROWS = 8, INCIDENT_CYCLES = 14 };
void incident_trace(uint64_t steady, struct trace *t);

/* Records of the catch-up cycle, 6.4 times those of a steady one. */
uint64_t incident_spike(uint64_t steady);

/* The same without the catch-up cycle. */
void uneventful_trace(uint64_t steady, struct trace *t);

/* So many cycles, each with so many records, and no spike at all. */
void even_trace(uint64_t records, unsigned cycles, struct trace *t);

/* The limit of [incident]'s pod at any scale: 1.2 GB for 500,000 records of a steady cycle. */
enum { LIMIT_PER_RECORD = 2400 };

/*
 * Reads a reader's own trace: a count a line, digits alone, no text. Returns false, and in `why`
 * (TRACE_WHY_BYTES long) a sentence with line and column but no full stop, if anything
 * else stands there, or no line, or more than MOST_CYCLES.
 */
enum { TRACE_WHY_BYTES = 256 };
bool trace_from(FILE *in, struct trace *t, char *why);

/* The same from a file; the sentence names it. */
bool trace_read(const char *path, struct trace *t, char *why);

/* --- Strategies --- */

enum emptying {
    EMPTY_DELETE,                       /* a range that deletes every key */
    EMPTY_CLEAR,
    EMPTY_FRESH,                        /* the map goes; the next cycle makes one */
    EMPTY_SHRINK,                       /* Rust: clear; shrink_to(usual) if capacity > 2 * usual */
};

/* What a map is made for. */
enum hint { HINT_NONE, HINT_USUAL, HINT_MOST };

struct strategy {
    const char *slug, *label;
    const char *design;                 /* by name: "go1.24" */
    enum emptying emptying;
    enum hint hint;
    bool pointers;                      /* the map holds pointers to records */
};

/* Those of the table, in its order. */
enum strategy_number {
    WAY_DELETE, WAY_CLEAR, WAY_FRESH, WAY_PRESIZED, WAY_POINTERS, WAY_RUST, WAYS
};
extern const struct strategy strategies[WAYS];

/* Two that are outside of a claim's scope. */
extern const struct strategy presized_to_the_most, rust_without_shrink;

/* --- A story --- */

struct reading {
    uint64_t live;                      /* full */
    uint64_t peak;                      /* the highest of the cycle, garbage included */
    uint64_t idle;                      /* live bytes, idle */
    uint64_t slots;                     /* of the map, idle; 0: there is none */
    uint64_t goal;                      /* of the pacer, idle; 0: none */
    uint64_t resident;                  /* of the heap's arena by the kernel, full */
};

struct story {
    struct reading at[MOST_CYCLES];
    unsigned cycles;                    /* those that came to their end */
    uint64_t brought;                   /* records of these cycles */
    uint64_t worked_on;                 /* of these, found in the map with all of their bytes */
    bool killed;                        /* memory was refused in the cycle after these */
    uint64_t records_in;                /* of that cycle, before the refusal */
    uint64_t readable;                  /* of these, found with all of their bytes after it */
    uint64_t inuse;                     /* HeapInuse after it */
    const char *broken;                 /* rule of map or heap after it; NULL: none */
};

/* Plays a trace. False only if the heap cannot be had at all. */
bool story_run(const struct strategy *strategy, const struct trace *trace, uint64_t limit,
               uint64_t seed, struct story *s);

/* The pass conditions of three claims. spike is the index of a cycle; until, of the first cycle
 * that is of no interest any more. */
bool stays_at_its_height(const struct story *s, unsigned spike, unsigned until);
bool is_back(const struct story *s, unsigned spike);
bool dies_whole(const struct story *s, unsigned spike);
bool lives_on(const struct story *s, const struct trace *t);

/* --- No spike at all --- */

/* What lives after 1, 10, 100 and 600 even cycles of CREEP_RECORDS, which nearly fill a table.
 * False: refused. */
enum { CREEP_RECORDS = 800, CREEP_CYCLES = 600, CREEP_READINGS = 4 };
extern const unsigned creep_cycles[CREEP_READINGS];
bool creep_run(const struct strategy *strategy, uint64_t seed, uint64_t limit,
               uint64_t live[CREEP_READINGS]);

/* --- Several maps --- */

/* A service with MAPS maps in one heap; one after the other has its spike, and is emptied by a
 * delete loop. live[k] is what lives in a usual cycle when k of them have had it. */
enum { MAPS = 4 };
bool several_run(uint64_t steady, uint64_t seed, uint64_t limit, uint64_t live[MAPS + 1]);

/* --- One cycle, to be timed --- */

struct service;

/* A service in a heap of its own that has played the trace so far; NULL: refused. */
struct service *service_new(const struct strategy *strategy, const struct trace *trace,
                            uint64_t limit, uint64_t seed);

/* A usual cycle: taking in, working on, emptying, collecting. False: refused. */
bool service_cycle(struct service *s);
struct heap *service_heap(const struct service *s);
void service_delete(struct service *s);

/* --- The pictures --- */

/* Draws the map of a usual cycle after a spike, reused or fresh, from live memory. */
bool draw_usual_cycle(bool reused, uint64_t seed, uint64_t limit, FILE *out);

/* The description of the service's map: u64 to a record, or to a pointer to one. */
struct map_type record_map_type(bool pointers);

#endif
