/*
 * same_shape.h - chapter 17: one high-water mark in three small programs.
 *
 * A connection pool, a cache whose entries expire, and a buffer of messages that wait for their
 * acknowledgement live through the same day: quiet, a spike, quiet again. Each has its own file,
 * and in it the fix beside the fault. Time is simulated, in ticks. Each experiment has a heap of
 * its own that takes dropped memory back at the drop, so that what is read is what lives.
 *
 * Words       quiet, spike  the two loads
 *             calm          of a day: without the spike
 *             held          what the program holds: open connections, entries, messages
 *             fix           the event that gives memory back after the spike
 *
 * Every run returns false if the heap refused memory; nothing is left behind then. `limit`
 * is the heap's hard limit in bytes, 0: none. Bytes are as the design's runtime reports
 * them (design_bytes); of the pool, HeapAlloc.
 */
#ifndef SAME_SHAPE_H
#define SAME_SHAPE_H

#include <stdbool.h>
#include <stdint.h>

#include "design/design_versions.h"
#include "program/program.h"

/* --- The day (same_shape_day.c) --- */

enum { TICKS = 32, SPIKE_FROM = 6, SPIKE_TO = 14 };

static inline bool in_spike(unsigned tick)
{
    return tick >= SPIKE_FROM && tick < SPIKE_TO;
}

/* A day as it went. */
struct day {
    uint64_t bytes[TICKS];              /* at the end of each tick */
    uint64_t held[TICKS];
    uint64_t peak;                      /* the most bytes at any moment */
    uint64_t made;                      /* connections opened, or maps made */
    uint64_t moved;                     /* entries that the fix copied to another table */
    uint64_t missing;                   /* asked for at the end of a tick, and not found */
};

/* The heap of a day. NULL: the system refuses the address space. */
struct heap *day_heap(uint64_t limit);

/* Reads the heap at the end of a tick. */
void day_read(struct day *d, unsigned tick, const struct design *design, struct heap *h,
              uint64_t held);

/* Bytes before the spike, at its highest tick, and in the last tick. */
uint64_t day_before(const struct day *d);
uint64_t day_height(const struct day *d);
uint64_t day_after(const struct day *d);

uint64_t day_mean(const struct day *d);         /* of the bytes over all ticks */

/* Does the last tick have every byte of the highest, although it holds a quarter or less of what
 * was held then? Of the cache and the buffer: a pool holds what is open. */
bool keeps_its_peak(const struct day *d);

/* --- The pool (same_shape_pool.c) --- */

enum {
    POOL_QUIET = 20,                    /* connections used at once in a busy tick ... */
    POOL_BETWEEN = 5,                   /* ... in the others ... */
    POOL_EVERY = 4,                     /* ... of which every fourth is a busy one */
    POOL_SPIKE = 200,
    POOL_IDLE = 6,                      /* ticks: longer than the gap between busy ticks */
    POOL_IMPATIENT = 2,                 /* shorter */
    POOL_MOST_IDLE = 2,                 /* connections, for the pool with a cap on idle ones */
};

struct pool_setting {
    unsigned idle_ticks;                /* close what was idle for so long; 0: never */
    unsigned most_idle;                 /* close what comes back when so many are idle; 0: none */
    bool oldest_first;                  /* hand out the connection that waited longest */
    bool always_busy;                   /* the spike is the normal load */
    bool calm;                          /* there is no spike */
};

/* held[] is what is open at the end of the tick: all of it idle. */
bool pool_run(struct pool_setting setting, uint64_t limit, struct day *d);

/*
 * The pass conditions of all three take the day without a fix, the day with it, and a calm one. The
 * first keeps its peak, the second ends with half of its height or less, and with no byte
 * more than the calm day.
 */
bool returns_the_peak(const struct day *fixed, const struct day *calm);

/* And nothing is opened that the other pool does not open. */
bool eviction_returns_the_peak(const struct day *kept, const struct day *evicted,
                               const struct day *calm);

/* --- The cache (same_shape_cache.c) --- */

enum {
    CACHE_TTL = 4,                      /* ticks that an entry is good for */
    CACHE_K = 4,                        /* rebuild when slots > CACHE_K * entries */
    CACHE_FLOOR = 1024,                 /* but not a map of so few slots */
    CACHE_EVERY = 7,                    /* ticks, for the rebuild by the clock: it strikes at
                                           the spike's height too */
    CACHE_RATIO = 16,                   /* entries in the spike to those in quiet times */
};

enum cache_way {
    CACHE_KEEP,                         /* expired entries are deleted, and that is all */
    CACHE_REBUILD,                      /* when there are too many slots for the entries */
    CACHE_BY_CLOCK,                     /* a rebuild every CACHE_EVERY ticks */
    CACHE_GENERATIONS,                  /* two maps; the older one is dropped whole */
    CACHE_SHRINK,                       /* Rust: shrink_to in place of the rebuild */
    CACHE_WAYS
};

struct cache_setting {
    enum cache_way way;                 /* CACHE_SHRINK: of Rust's map alone */
    bool calm;                          /* there is no spike */
};

/* The cache holds `keys` entries at the spike's height. */
bool cache_run(const struct design *design, struct cache_setting setting, uint64_t keys,
               uint64_t seed, uint64_t limit, struct day *d);

/* And no moment takes more than half as much again as the worst without a fix; every good entry
 * was found. */
bool compaction_returns_the_peak(const struct day *kept, const struct day *rebuilt,
                                 const struct day *calm);

/* --- The retry buffer (same_shape_retry.c) --- */

enum {
    RETRY_PART = 128,                   /* of `keys`: messages sent in a tick */
    RETRY_FLOOR = 1024,                 /* slots: a buffer of so few is not replaced */
    RETRY_INLINE = 120,                 /* bytes of a message: inside its slot ... */
    RETRY_OUTSIDE = 256,                /* ... and behind a pointer */
};

enum retry_way {
    RETRY_KEEP,                         /* acknowledged messages are deleted, and that is all */
    RETRY_DRAINED,                      /* a fresh map when the buffer is empty */
    RETRY_CLEAR,                        /* clear when the buffer is empty */
    RETRY_EPOCHS,                       /* a map for each tick's messages, dropped when empty */
    RETRY_SHRINK,                       /* Rust: shrink_to when the buffer is empty */
    RETRY_WAYS
};

struct retry_setting {
    enum retry_way way;                 /* RETRY_SHRINK: of Rust's map alone */
    unsigned message_bytes;
    bool poison;                        /* the first message is never acknowledged */
    bool calm;                          /* there is no outage */
};

/* Messages of a tick are acknowledged in the next one; during the spike, which is the outage of
 * whoever should acknowledge them, none is. `keys` is RETRY_PART or more. */
bool retry_run(const struct design *design, struct retry_setting setting, uint64_t keys,
               uint64_t seed, uint64_t limit, struct day *d);

/* And no message is missing. */
bool fresh_buffer_returns_the_peak(const struct day *kept, const struct day *fresh,
                                   const struct day *calm);

#endif
