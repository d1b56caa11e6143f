/*
 * growth.h - the experiments of chapter 03: how a map grows, and what a put pays for it.
 *
 * growth_trace.c follows one map of Go 1.24 from its first put on. growth_capacity.c puts and
 * deletes at random. growth_designs.c lets the three designs grow side by side and counts
 * what single puts move; growth_bench.c times them. All maps are from 8-byte keys to 8-byte
 * elems, made without a hint and filled with the keys 0 to n - 1 unless said otherwise. Of
 * the options all read keys, seed and limit_bytes. They return false if memory is refused,
 * having given back all that they took.
 */
#ifndef GROWTH_H
#define GROWTH_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "bench/bench.h"
#include "bucket/bucket_u64.h"
#include "hashbrown/hashbrown_u64.h"
#include "program/program.h"
#include "swiss/swiss_u64.h"

/* --- One map, growth by growth --- */

enum growth_cause {
    GROWTH_GROUP,                   /* the first put: a small map gets its group */
    GROWTH_CONVERSION,              /* a full small map becomes a table of 16 slots */
    GROWTH_DOUBLING,                /* a table gives way to one twice as large */
    GROWTH_SPLIT,                   /* a table of 1024 slots gives way to two */
    GROWTH_CAUSES
};

/* The map right after a put that made it grow. */
struct growth_step {
    enum growth_cause cause;
    bool longer;                    /* the directory was doubled too */
    uint64_t entries;
    uint64_t moved;                 /* entries that this put wrote again */
    uint64_t slots, tables;
    uint64_t directory;             /* entries of it */
    uint64_t splits;                /* so far */
    uint64_t bytes;                 /* of all that the map takes */
};

/* All growths of one cause. */
struct growth_sum {
    uint64_t times, moved;
    uint64_t most;                  /* entries moved by one of them */
};

enum { GROWTH_FIRST = 11, GROWTH_DIRECTORIES = SWISS_MAX_DEPTH + 1 };

struct growth_trace {
    struct growth_step first[GROWTH_FIRST];             /* the first growths */
    unsigned first_count;
    struct growth_step longer[GROWTH_DIRECTORIES];      /* those that doubled the directory */
    unsigned longer_count;
    struct growth_step last;        /* the map after the last put */
    struct growth_sum sums[GROWTH_CAUSES];
    uint64_t splits;                /* growths by a split; the next three count among them */
    uint64_t directory_exact;       /* after them the directory had 2^(global depth) entries */
    uint64_t tables_odd;            /* after them the tables were no power of two */
    uint64_t tables_fewer;          /* after them there were fewer tables than entries */
};

/* Fills options->keys entries and looks at the map after every put that made it grow. */
bool growth_trace(const struct options *options, struct growth_trace *result);

/* The same map made with a hint of options->keys. */
bool growth_presized(const struct options *options, struct growth_step *result);

/* The tables of a map by their local depths. */
struct growth_depths {
    uint64_t entries, tables, directory;
    unsigned global, shallowest;    /* the directory's depth, and the least of a table */
    uint64_t tables_of[GROWTH_DIRECTORIES];     /* by local depth */
    uint64_t entries_of[GROWTH_DIRECTORIES];
};

/* Fills seven eighths of options->keys. */
bool growth_depths(const struct options *options, struct growth_depths *result);

/* --- Puts and deletes at random --- */

/* Both maps after a phase. Falls are counted from the start: the operations after which
 * there was less than before. */
struct growth_capacity {
    uint64_t entries;               /* the same in both */
    uint64_t slots;                 /* of all tables of the Swiss map */
    uint64_t slots_fell;
    uint64_t capacity;              /* what Rust's map reports: entries and room left */
    uint64_t capacity_fell;
    uint64_t flat_slots;            /* that it has allocated */
    uint64_t flat_slots_fell;
};

enum growth_phase {
    GROWTH_FILL,                    /* three puts to a delete */
    GROWTH_DRAIN,                   /* a put to seven deletes */
    GROWTH_REFILL,
    GROWTH_EMPTY,                   /* every key deleted */
    GROWTH_SHRINK,                  /* Rust's shrink_to_fit; Go has nothing to call */
    GROWTH_PHASES
};

/*
 * The same operations on the Swiss map and on Rust's, with keys drawn from options->keys / 32
 * and options->keys / 8 operations a phase. Looks at both maps after each operation.
 */
bool growth_capacity(const struct options *options,
                     struct growth_capacity phases[GROWTH_PHASES], uint64_t *operations);

/* --- Three designs --- */

enum growth_design_number { GROWTH_BUCKETS, GROWTH_SWISS, GROWTH_FLAT, GROWTH_DESIGNS };

struct growth_design;

/* A map of one of the designs, and the heap in which it grows. */
struct growing {
    const struct growth_design *design;
    struct heap *heap;
    union {
        struct bucket_map buckets;
        struct swiss swiss;
        struct hashbrown flat;
    } as;
};

/* The verbs that growing needs. A put sets the elem, too; false: memory refused. */
struct growth_design {
    const char *name;               /* "go1.23", "go1.24", "rust" */
    bool (*init)(struct growing *g, uint64_t seed);
    bool (*put)(struct growing *g, uint64_t key);
    void (*free)(struct growing *g);
    uint64_t (*moved)(const struct growing *g);     /* entries written again so far */
};

extern const struct growth_design growth_designs[GROWTH_DESIGNS];

/* Makes an empty map in a heap of its own. What a map drops is free at once, so that no
 * collection falls on a put. */
bool growing_make(struct growing *g, const struct growth_design *design,
                  const struct options *options);
void growing_end(struct growing *g);

/* --- Entries moved by single puts --- */

/* No single put of Go 1.24 moves more entries than this, whatever the lab's map says of itself. */
enum { GROWTH_BOUND = 1024 };

/* While the map is below 4^2, 4^3, ... entries; the last of these is at most 2^26. */
enum { GROWTH_SIZES = 12 };

struct growth_moves {
    unsigned sizes;                 /* so many of the next are used */
    uint64_t most_below[GROWTH_SIZES];      /* by one put that found less than 4^(2 + i) entries
                                               and at least a quarter of that */
    uint64_t most;                  /* by any put */
    uint64_t most_at;               /* entries after that put */
    uint64_t puts_that_moved;
    uint64_t moved;                 /* by all puts */
};

bool growth_moves(const struct options *options, const struct growth_design *design,
                  struct growth_moves *result);

/* A Swiss map whose hash is bad at the top. */
struct growth_weak {
    unsigned bits;                  /* top bits of the hash that are always zero */
    uint64_t most, most_at;         /* entries moved by one put, entries after it */
    uint64_t splits;                /* that this put made */
};

enum { GROWTH_WEAK_BITS = 8 };

/* Puts the keys 0 to 2000 into a map whose hash never sets its GROWTH_WEAK_BITS top bits. */
bool growth_weak(const struct options *options, struct growth_weak *result);

/* --- The time of single puts --- */

/* Bin i has the times below 32 ns times 4^i that are in no bin before; the last has the rest. */
enum { GROWTH_BINS = 12, GROWTH_FIRST_BIN_NS = 32 };

struct growth_times {
    struct bench_result fill;       /* an operation is a put */
    uint64_t puts;
    uint64_t bins[GROWTH_BINS];     /* puts by their time */
    double median, p99, p999, p9999, worst;     /* ns */
};

/* The flat map's worst put takes at least so many times as long as the Swiss map's. */
static const double GROWTH_WORST_RATIO = 20;

/* And the longest of a thousand puts into the Swiss map so many times as long as the flat map's. */
static const double GROWTH_RARE_RATIO = 5;

/*
 * Fills each design's map in turn, a third of options->rounds times and once more, and times
 * every put.
 * The fills of a design are alike, put by put; of a put's times the shortest counts. So
 * what remains is its own work, not the moment when something else ran.
 */
bool growth_bench(const struct options *options, struct growth_times times[GROWTH_DESIGNS]);

/* What one reading of the clock takes, in ns: it is part of every time above. */
double growth_clock_ns(void);

/* --- Pictures --- */

/* Draws a map of two tables just before the put that splits one of them, or just after. */
bool growth_draw_directory(const struct options *options, bool after, FILE *out);

#endif
