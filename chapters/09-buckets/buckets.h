/*
 * buckets.h - chapter 9: the map before 1.24.
 *
 * Experiments on Go 1.23's map, and on the three designs side by side. Bytes are what the
 * design's own runtime would report: HeapAlloc for Go, the bytes asked for in Rust. Each
 * experiment has a heap of its own, reads it after a collection, returns false if memory is
 * refused, and leaves nothing behind.
 */
#ifndef BUCKETS_H
#define BUCKETS_H

#include "design/design.h"
#include "program/program.h"

/* The three designs, in the order of the tables' columns. */
enum kind { GO123, GO124, RUST, KINDS };

const struct design *kind_design(enum kind kind);

/* --- A map on a heap of its own --- */

struct rig {
    struct heap *heap;
    struct any_map map;
    uint64_t seed;
};

bool rig_begin(struct rig *rig, enum kind kind, const struct map_type *type, uint64_t hint,
               const struct options *o);
void rig_end(struct rig *rig);
bool rig_again(struct rig *rig, const struct map_type *type, uint64_t hint);
uint64_t rig_bytes(struct rig *rig);            /* after a collection */
uint64_t rig_len(const struct rig *rig);
bool rig_put(struct rig *rig, uint64_t key);    /* the elem's first bytes, up to 8: key + 1 */
bool rig_fill(struct rig *rig, uint64_t from, uint64_t to);
void rig_delete(struct rig *rig, uint64_t from, uint64_t to);
void *rig_get(const struct rig *rig, uint64_t key);

/* The map types of the chapter. Keys are 8 bytes but in text_type: 16, with a pointer. */
extern const struct map_type *const ints_type;
struct map_type set_type(void);                 /* int to struct{} */
struct map_type bool_type(void);                /* int to bool */
struct map_type text_type(void);                /* string to 40 bytes: slots of 56 */
struct map_type outside_type(void);             /* int to 129 bytes */

/* What a map is made of at the moment, whichever design it has. */
struct look {
    uint64_t slots;             /* of the arrays where an entry belongs, overflow not counted */
    uint64_t old_buckets;       /* of an old array that still lives (go1.23) */
    uint64_t overflow;          /* overflow buckets in chains (go1.23) */
    uint64_t tombstones;
    uint64_t moved;             /* entries moved so far by growing and rehashing */
    uint64_t seed;              /* of the hash */
};

/* Slow: walks the whole map. look_quick leaves overflow and tombstones at 0. */
struct look look_at(const struct any_map *m);
struct look look_quick(const struct any_map *m);

/* --- The life of a bucket map --- */

enum life { LIFE_FILLED, LIFE_DELETED, LIFE_CLEARED_EMPTY, LIFE_REFILLED, LIFE_CLEARED,
            LIFE_DROPPED, LIVES };

struct life_step {
    uint64_t entries, bytes, buckets, overflow;
};

bool life_run(enum kind kind, const struct map_type *type, const struct options *o,
              struct life_step steps[LIVES]);

/* The claim: of the filled map nine tenths or more stay after the deletes and after clear. */
bool life_retains(const struct life_step steps[LIVES]);

/* --- A doubling, and the array that it leaves behind --- */

enum moment { MOMENT_BEFORE, MOMENT_DOUBLED, MOMENT_QUARTER, MOMENT_HALF, MOMENT_THREE_QUARTERS,
              MOMENT_GONE, MOMENTS };

struct growth_step {
    uint64_t entries, writes, buckets, old_left, bytes;
};

/* The largest number of entries below keys that fills 2^B buckets to the limit. */
uint64_t growth_limit_below(uint64_t keys);
bool growth_run(const struct options *o, struct growth_step steps[MOMENTS]);

/* The claim: right after the doubling, and half-way through, both arrays are live. */
bool old_buckets_linger(const struct growth_step *at, const struct growth_step *gone);

/* What finishes an evacuation: how many of each kind of access, none at all for reads. */
enum access { ACCESS_INSERT, ACCESS_DELETE, ACCESS_UPDATE_ONE, ACCESS_LOOK_UP, ACCESSES };

struct finish {
    uint64_t accesses;          /* done until the old array went, or in vain */
    bool gone;
    uint64_t bytes;             /* then */
};

bool finish_run(const struct options *o, enum access access, struct finish *result);

/* Buckets that `entries` entries have, put one by one. */
bool buckets_for(const struct options *o, uint64_t entries, uint64_t *buckets);

/* --- Three versions --- */

enum version_row { ROW_PRESIZED, ROW_FILLED, ROW_DELETED, ROW_CLEARED, ROW_DROPPED, ROW_SET,
                   ROW_TEXT, VERSION_ROWS };

struct version {
    uint64_t bytes[VERSION_ROWS];
    uint64_t text_entries;
    uint64_t mallocs, mallocs_hint;     /* while filling: without a hint, and with the right one */
    uint64_t slots, overflow, tombstones;
    double load;                        /* entries to slots, percent */
};

bool version_run(enum kind kind, const struct options *o, struct version *v);

/* --- What people say --- */

struct answer {
    bool holds;
    double figure;
};

struct saying {
    const char *slug;
    const char *sentence;
    const char *measure;                /* what the figure is */
    const char *unit;
    int decimals;
    bool (*ask)(struct rig *rig, const struct options *o, struct answer *a);
};

extern const struct saying sayings[];
extern const unsigned saying_count;

/* Asks one design: a map of ints without a hint is made, and the saying's function tries it. */
bool saying_ask(const struct saying *s, enum kind kind, const struct options *o,
                struct answer *a);

/* --- The picture --- */

bool draw_evacuation(const struct options *o, FILE *out);

#endif
