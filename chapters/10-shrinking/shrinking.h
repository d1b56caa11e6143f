/*
 * shrinking.h - chapter 10: a map that can be told to let go.
 *
 * Experiments on Rust's map, each on a heap of its own. Bytes are what a counting allocator
 * under a Rust program sees: as asked for, not rounded (heap.h: asked). The variable itself
 * lies with its owner and is not counted. Each returns false if the heap refused memory;
 * nothing is left behind then. `limit` is the heap's limit in bytes, 0 for none.
 */
#ifndef SHRINKING_H
#define SHRINKING_H

#include <stdio.h>

#include "design/design.h"
#include "hashbrown/hashbrown.h"

/* --- A map's life, step by step --- */

/* What a program can ask, and what its allocator knows. */
struct reading {
    uint64_t len, capacity;
    uint64_t bytes;
};

enum step {
    STEP_NEW,
    STEP_FILLED,
    STEP_DRAINED,                   /* one in 64 is left */
    STEP_CLEARED,
    STEP_SHRUNK_TO,                 /* shrink_to(a sixteenth of the keys) */
    STEP_REFILLED,                  /* with a 1024th of the keys */
    STEP_FIT,                       /* shrink_to_fit */
    STEP_DROPPED,
    STEPS
};

struct steps {
    struct reading at[STEPS];
    uint64_t floor;                 /* of the shrink_to */
};

bool steps_run(uint64_t keys, uint64_t seed, uint64_t limit, struct steps *s);

/* One entry that is left in the table of many. */
enum lonely {
    LONELY_LEFT,
    LONELY_SHRUNK_TO,               /* shrink_to(100) */
    LONELY_FIT,
    LONELY_DELETED,
    LONELY_EMPTY,                   /* shrink_to_fit without an entry */
    LONELIES
};

enum { LONELY_FLOOR = 100 };

bool lonely_run(uint64_t keys, uint64_t seed, uint64_t limit, struct reading at[LONELIES]);

/* --- with_capacity --- */

struct rung {
    uint64_t asked_for;
    uint64_t slots, capacity, bytes;
    uint64_t allocations;           /* by as many puts as were asked for */
};

bool rung_run(uint64_t asked_for, uint64_t seed, uint64_t limit, struct rung *r);

/* --- One shrink --- */

struct shrunk {
    uint64_t live;                  /* entries left of `keys` */
    uint64_t floor;                 /* shrink_to(floor); 0: shrink_to_fit */
    struct reading before, after;
    uint64_t peak;                  /* bytes while both tables were there */
    uint64_t moved;                 /* entries */
    uint64_t fresh;                 /* bytes of with_capacity(the larger of live and floor) */
    uint64_t found;                 /* of the live entries, with their values */
    uint64_t allocations;           /* by puts up to capacity(), after it */
};

/* Fills a map with `keys` entries, deletes all but `live`, shrinks it. */
bool shrink_run(uint64_t keys, uint64_t live, uint64_t floor, uint64_t seed, uint64_t limit,
                struct shrunk *s);

/* The most entries that a table which held `keys` may shrink with: half of what it may hold. */
uint64_t most_that_shrink(uint64_t keys);

/* The pass conditions of the two claims. */
bool shrink_frees(const struct shrunk *s);
bool shrink_keeps_floor(const struct shrunk *s);

/* --- One clear --- */

struct cleared {
    struct reading before, after;
    uint64_t room;                  /* capacity() of a new table of as many slots */
    uint64_t allocations;           /* by puts up to `room`, after it */
};

/* Fills a map, deletes each key first or not, clears it. */
bool clear_run(uint64_t keys, bool delete_first, uint64_t seed, uint64_t limit, struct cleared *c);

bool clear_keeps(const struct cleared *c);

/* --- Filling again --- */

enum refill_way {
    REFILL_KEPT,                    /* cleared, and nothing else */
    REFILL_FLOOR,                   /* shrink_to(as many as will come) */
    REFILL_HALF_FLOOR,              /* shrink_to(half as many) */
    REFILL_FIT,                     /* shrink_to_fit */
    REFILL_WAYS
};

struct refill {
    uint64_t idle;                  /* bytes between the clear and the refill */
    uint64_t peak;                  /* while it was refilled */
    uint64_t allocations, moved;    /* by the refill */
};

bool refill_run(enum refill_way way, uint64_t keys, uint64_t seed, uint64_t limit,
                struct refill *r);

/* The same verb, for what is timed: clears the map and shrinks it. */
bool refill_prepare(enum refill_way way, struct hashbrown *m, uint64_t keys);
bool refill_fill(struct hashbrown *m, uint64_t keys);

/* --- Policies over cycles --- */

enum policy {
    POLICY_KEEP,                    /* clear */
    POLICY_FIT,                     /* clear, shrink_to_fit */
    POLICY_ESTIMATE,                /* clear; if capacity > 2 x estimate, shrink_to(estimate) */
    POLICY_LAST,                    /* the same, the estimate being what this cycle held */
    POLICY_DROP,                    /* drop; the next cycle makes a map for the estimate */
    POLICIES
};

enum trace { TRACE_STEADY, TRACE_GROWING, TRACE_SPIKY, TRACES };

enum { CYCLES = 14 };

struct cycles {
    uint64_t entries[CYCLES];
    uint64_t full[CYCLES];          /* bytes when all entries of the cycle are there */
    uint64_t idle[CYCLES];          /* bytes after the policy's turn */
    uint64_t peak;
    uint64_t moved;                 /* entries, by growth and shrinks */
    uint64_t allocations;
    uint64_t operations;            /* puts */
};

/* Entries of one cycle; base is what the estimate says of each. */
uint64_t cycle_entries(enum trace trace, unsigned cycle, uint64_t base);

/* Each cycle fills the map with keys of its own, then the policy empties it. */
bool cycles_run(enum policy policy, enum trace trace, uint64_t base, uint64_t seed,
                uint64_t limit, struct cycles *c);

/* The same in a heap that exists, with nothing read on the way: to be timed. */
bool cycles_play(enum policy policy, enum trace trace, uint64_t base, struct heap *h,
                 uint64_t seed);

/* Bytes of the full map, the mean of all cycles. */
double cycles_mean(const struct cycles *c);

/* --- Side by side --- */

/* Bytes as each design's runtime reports them (design_bytes), collected before each reading. */
struct let_go {
    bool can_shrink;                /* the design has such a verb; else it is left out */
    uint64_t filled, drained;       /* one in 16 is left */
    uint64_t shrunk;
    uint64_t cleared, shrunk_again;
    uint64_t dropped;
};

bool let_go_run(const struct design *design, uint64_t keys, uint64_t seed, uint64_t limit,
                struct let_go *l);

/* --- Is it Robin Hood? --- */

/* What can be read from the slots of a table, whoever fills them. */
struct kind {
    uint64_t slots, entries;
    uint64_t displaced;             /* of the first half of the entries: at another slot when
                                       the second half is in */
    uint64_t out_of_order;          /* entries further from home than Robin Hood leaves them */
    uint64_t shifted;               /* of the entries left: at another slot when every other
                                       one is deleted */
    uint64_t tombstones;            /* then */
    uint64_t tagged;                /* control bytes that are the top 7 bits of a hash */
};

/* A Robin Hood table of the chapter's own, and Rust's map: the same hashes, as many slots, as
 * many entries as Rust's map takes. */
bool kind_run(uint64_t keys, uint64_t seed, uint64_t limit, struct kind *hood, struct kind *map);

/* --- The picture --- */

/* Draws a map that grew to 15 entries and was drained to 5, and again after shrink_to_fit. */
bool picture_shrink(uint64_t seed, FILE *out);

#endif
