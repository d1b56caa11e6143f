/*
 * buckets.h - chapter 9: the map before 1.24.
 *
 * Experiments on Go 1.23's map, and on three designs side by side. Bytes are what the
 * design's own runtime would report after a collection: HeapAlloc for Go, the bytes asked for in
 * Rust. Each experiment has a heap of its own, returns false if memory is refused, and leaves
 * nothing behind.
 */
#ifndef BUCKETS_H
#define BUCKETS_H

#include "design/design.h"
#include "program/program.h"

/* The three designs, in the order of the tables' columns. */
enum kind { GO123, GO124, RUST, KINDS };

/* The maps' types. Keys are 8 bytes, but in TEXT 16, with a pointer. */
enum type {
    INTS,                       /* int to int */
    INTS_TO_NOTHING,            /* int to struct{} */
    INTS_TO_BOOL,
    TEXT,                       /* string to 40 bytes: slots of 56 */
    INTS_TO_129,                /* int to 129 bytes, which Go keeps outside the map */
    ONE_HASH,                   /* int to int, and all keys have the same hash */
    TYPES
};

const struct map_type *type_of(enum type type);

/* --- A map on a heap of its own --- */

struct rig {
    enum kind kind;
    struct heap *heap;          /* dropped memory comes back at once: always "collected" */
    struct any_map map;         /* its design is NULL while there is none */
    uint64_t seed;
};

bool rig_begin(struct rig *rig, enum kind kind, enum type type, uint64_t hint,
               const struct options *o);
void rig_end(struct rig *rig);

/* Drops the map; makes another in its place. If that fails, there is none. */
void rig_drop(struct rig *rig);
bool rig_again(struct rig *rig, enum type type, uint64_t hint);

uint64_t rig_len(const struct rig *rig);
uint64_t rig_bytes(const struct rig *rig);
void *rig_get(const struct rig *rig, uint64_t key);
bool rig_put(struct rig *rig, uint64_t key);    /* the elem's first bytes, up to 8: key + 1 */
void rig_clear(struct rig *rig);

/* For the keys from `from` to before `to`. */
bool rig_fill(struct rig *rig, uint64_t from, uint64_t to);
void rig_delete(struct rig *rig, uint64_t from, uint64_t to);

/* What a map is made of at the moment, whichever design it has. Quick. */
struct look {
    uint64_t slots;             /* of the arrays, overflow buckets not counted */
    uint64_t capacity;          /* what it says that it holds: capacity() in Rust, else slots */
    uint64_t old_buckets;       /* of an old array that still lives (Go 1.23) */
    uint64_t moved;             /* entries written again so far, by growth or a sweep */
    uint64_t seed;              /* of the hash */
};

struct look rig_look(const struct rig *rig);

/* Slow: these walk the whole map. */
uint64_t rig_overflow(const struct rig *rig);   /* overflow buckets in chains; else 0 */
uint64_t rig_tombstones(const struct rig *rig);

/* Where the entries are, and what the heap holds for them. */
struct chains {
    uint64_t entries;           /* met by a range */
    uint64_t outside;           /* of them: not in the bucket, or table, that their hash names */
    uint64_t headers, directories, tables, arrays;      /* objects in the heap, by their tags: */
    uint64_t others;                                    /* arrays are those that hold slots */
};

struct chains rig_chains(struct rig *rig);

/* --- The life of a bucket map --- */

enum life { LIFE_FILLED, LIFE_DELETED, LIFE_CLEARED_EMPTY, LIFE_REFILLED, LIFE_CLEARED,
            LIFE_DROPPED, LIVES };

struct life_step {
    uint64_t entries, bytes, buckets, overflow;
};

bool life_run(enum kind kind, enum type type, const struct options *o,
              struct life_step steps[LIVES]);

/* The claim: nine tenths or more stay after the deletes, and after a clear; none after a drop. */
bool life_retains(const struct life_step steps[LIVES]);

/* --- A doubling, and the array that it leaves behind --- */

enum moment { MOMENT_BEFORE, MOMENT_DOUBLED, MOMENT_QUARTER, MOMENT_HALF, MOMENT_THREE_QUARTERS,
              MOMENT_GONE, MOMENTS };

struct growth_step {
    uint64_t entries, writes, buckets, old_left, bytes;
};

/* The largest number of entries below keys that fills 2^B buckets to the limit; at least 13. */
uint64_t growth_limit_below(uint64_t keys);

bool growth_run(const struct options *o, struct growth_step steps[MOMENTS]);

/* The claim at one moment: both arrays are live. */
bool old_buckets_linger(const struct growth_step *at, const struct growth_step *gone);

/* The same in Go 1.24: bytes right after a growth, and after as many updates as there are
 * entries. */
bool growth_of_swiss(const struct options *o, uint64_t *grown, uint64_t *after);

/* What finishes an evacuation that has begun, besides new keys. */
enum access { ACCESS_DELETE, ACCESS_UPDATE_ONE, ACCESS_LOOK_UP, ACCESSES };

struct finish {
    uint64_t accesses;          /* done until the old array went, or in vain */
    bool gone;
    uint64_t bytes;             /* then */
};

bool finish_run(const struct options *o, enum access access, struct finish *result);

/* Buckets of a map into which `entries` entries were put one by one. */
bool buckets_for(const struct options *o, uint64_t entries, uint64_t *buckets);

/* --- Filled and emptied, again and again --- */

enum { CYCLES = 24, CYCLE_ENTRIES = 6656 };      /* as many as 1,024 buckets may hold */

struct cycle {
    uint64_t overflow;          /* overflow buckets in chains, the map being full */
    uint64_t same_size;         /* growths so far to an array of the same size */
    uint64_t bytes;
};

bool cycles_run(const struct options *o, struct cycle cycles[CYCLES]);

/* --- What look-ups touch (buckets_probe.c) --- */

/* Means over many look-ups. */
struct probing {
    double places;              /* buckets (Go 1.23) or groups looked at */
    double keys;                /* keys compared */
    uint64_t most;              /* places of the worst */
};

/* Looks up the keys from `from` to before `to`: each once, or many drawn from more. All are there,
 * or none is. */
struct probing probe_many(const struct rig *rig, uint64_t from, uint64_t to);

/* One look-up in slow motion: does it find the key? Adds to *places and *keys. */
bool probe_one(const struct rig *rig, uint64_t key, uint64_t *places, uint64_t *keys);

/* --- Three versions --- */

enum version_row { ROW_PRESIZED, ROW_FILLED, ROW_MOST, ROW_DELETED, ROW_CLEARED, ROW_DROPPED,
                   ROW_SET, ROW_TEXT, VERSION_ROWS };

enum { FILLS = 16, FULLEST = 13 };      /* sixteenths of the keys; 13 fill 2^B buckets to 6.5 */

/* The maps that are looked up. */
enum probed { PROBED_FILLED, PROBED_FULLEST, PROBED_DRAINED, PROBED_ONE_HASH, PROBEDS };
enum { ONE_HASH_ENTRIES = 800 };

struct version {
    uint64_t bytes[VERSION_ROWS];
    uint64_t entries_at[FILLS], bytes_at[FILLS];        /* during the fill */
    uint64_t text_entries;
    uint64_t slots, overflow, tombstones;
    uint64_t mallocs, mallocs_hint;     /* while filling: without a hint, and with the right one */
    double load;                        /* entries to slots, percent */
    struct probing hit[PROBEDS], miss[PROBEDS];
    struct chains ints, text, one_hash;
};

bool version_run(enum kind kind, const struct options *o, struct version *v);

/* The claim: every object is accounted for, and every entry lies in an array of its table. */
bool no_overflow(const struct chains *c);

/* --- What people say --- */

struct answer {
    bool holds;
    double figure;              /* that it follows from */
};

struct saying {
    const char *slug;
    const char *sentence;
    const char *measure;        /* what the figure is */
    const char *unit;
    int decimals;
    bool (*ask)(struct rig *rig, const struct options *o, struct answer *a);
};

struct sayings {
    const char *slug, *heading;
    const struct saying *list;
    unsigned count;
};

enum { SAYING_GROUPS = 4, MOST_SAYINGS = 10 };  /* most in a group */
extern const struct sayings folklore[SAYING_GROUPS];

/* Asks one design: a map of ints without a hint is made, and the saying's function tries it. */
bool saying_ask(const struct saying *s, enum kind kind, const struct options *o,
                struct answer *a);

/* --- The pictures --- */

/* "chain": a map before its doubling. "evacuation": one put later. */
bool draw_picture(const struct options *o, FILE *out);

#endif
