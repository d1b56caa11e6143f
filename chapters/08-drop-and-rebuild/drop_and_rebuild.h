/*
 * drop_and_rebuild.h - chapter 8: the only way back.
 *
 * Experiments on Go 1.24's map, each on a heap of its own. All bytes are HeapAlloc (heap.h).
 * drop_and_rebuild_versions.c repeats the main ones on three maps, in their runtimes' bytes.
 * Each returns false if the heap refused memory; nothing is left behind then. `limit` is
 * the heap's limit in bytes, 0 for none.
 */
#ifndef DROP_AND_REBUILD_H
#define DROP_AND_REBUILD_H

#include <stdio.h>

#include "design/design_versions.h"
#include "program/program.h"
#include "swiss/swiss.h"

/* --- What frees a map's memory, and what does not --- */

enum way {
    WAY_NOTHING,
    WAY_DELETE,                     /* each key deleted */
    WAY_CLEAR,
    WAY_OVERWRITE,                  /* each value set to 0 */
    WAY_DELETE_AND_CLEAR,           /* each key deleted, then clear */
    WAY_DROP,                       /* the last reference goes */
    WAYS
};

struct ways {
    uint64_t start;                 /* no map yet */
    uint64_t filled[WAYS];
    uint64_t after[WAYS];           /* the way taken, and a collection */
    uint64_t left[WAYS];            /* entries then */
};

/* Fills a map of int to [elem_bytes]byte anew for each way, and takes the way. */
bool ways_run(uint64_t keys, size_t elem_bytes, uint64_t seed, uint64_t limit, struct ways *w);

/* The pass condition: every way but the drop leaves 99 % or more, the drop 1 % or less. */
bool only_the_drop_frees(const struct ways *w);

/* --- Rebuilding --- */

/* Moves every entry of a map of int to int to a new map made for `hint` entries, and drops the old
 * one. False: no memory; the map is as it was. No range may be running. */
bool rebuild(struct swiss *m, uint64_t hint, uint64_t seed);

/* What the new map is made for. */
enum rebuild_hint { REBUILD_FOR_LIVE, REBUILD_FOR_PEAK, REBUILD_WITHOUT };

struct rebuilt {
    uint64_t live;                  /* entries that are moved */
    uint64_t slots_before, slots_after;
    uint64_t drained;               /* HeapAlloc before: grown to `keys`, drained to `live` */
    uint64_t peak;                  /* highest while both maps were there */
    uint64_t dropped;               /* the old map dropped, not collected */
    uint64_t after;                 /* and collected */
    uint64_t fresh;                 /* of a map made for `live` with the same seed and entries */
    uint64_t found;                 /* of the live entries: present after it, with their values */
};

/* Fills a map with `keys` entries, deletes all but `live` of them, rebuilds it; and puts the same
 * live entries into a map that never held another. */
bool rebuild_run(uint64_t keys, uint64_t live, enum rebuild_hint hint, uint64_t seed,
                 uint64_t limit, struct rebuilt *r);

/* The pass condition, and the same before the collection. */
bool rebuilt_fits(const struct rebuilt *r);
bool fits_before_collection(const struct rebuilt *r);

/* --- Rotating: rebuild when there are too many slots for too few entries --- */

struct policy {
    double k;                       /* rebuild when slots > k * live; 0: never */
    uint64_t floor_slots;           /* but not a map of so few slots */
    bool late;                      /* the collector does not run while the trace does */
};

enum { ROTATION_FLOOR = 1024 };     /* one full-size table */

/* What a trace of operations came to. */
struct rotation {
    uint64_t operations;            /* puts and deletes */
    uint64_t rotations;
    uint64_t copied;                /* entries moved by rotations */
    uint64_t grown;                 /* entries moved by the map's own growth */
    uint64_t longest;               /* most entries moved by one rotation */
    uint64_t drained_bytes;         /* HeapAlloc after a drain: the highest of them */
    uint64_t peak_bytes;            /* highest HeapAlloc, old and new map both counted */
    double worst;                   /* highest HeapAlloc as a part of rotation_bound */
    uint64_t worst_live;            /* live entries then */
};

/*
 * The trace: a queue of entries that spikes to `keys`, drains to a 64th of that, lives
 * on at that size for a while, then to a quarter of keys and back, then to keys and back.
 * At each operation HeapAlloc is held against rotation_bound for bound_k.
 */
bool rotation_run(const struct policy *policy, double bound_k, uint64_t keys, uint64_t seed,
                  uint64_t limit, struct rotation *r);

/* The same in a heap that exists, without holding anything against anything: to be timed. */
bool rotation_play(const struct policy *policy, struct heap *h, uint64_t keys, uint64_t seed);

/* The most bytes that the policy lets a map of int to int take, rotation included. */
double rotation_bound(double k, uint64_t floor_slots, uint64_t live);

/* Bytes of the heap for a slot of Go 1.24's full-size tables of int to int. */
double rotation_slot_bytes(void);

/* The most entries that rotations move for each operation; infinite up to k = 16/7. */
double rotation_price(double k);

/* --- The capstone: what two engineers propose --- */

struct proposal {
    const char *slug, *label;
    bool strings;                   /* keys: strings of 16 bytes, or numbers */
    unsigned shards;                /* maps that share the keys; a concurrent map is made so */
    bool rebuild;                   /* after the drain */
};

enum { PROPOSALS = 5, PROPOSAL_MAX_SHARDS = 16 };
extern const struct proposal proposals[PROPOSALS];

struct kept {
    uint64_t filled;
    uint64_t drained;               /* 99 of 100 entries deleted, and collected */
};

/* A map, or several, to ints: filled with `keys` entries, drained. */
bool proposal_run(const struct proposal *p, uint64_t keys, uint64_t seed, uint64_t limit,
                  struct kept *r);

/* --- The three maps, side by side --- */

/* Makes the map small: a rebuild in every map, Rust's own verb in one. */
enum small_way { SMALL_BY_REBUILD, SMALL_BY_SHRINK, SMALL_WAYS };

struct made_small {
    uint64_t live;                  /* entries that stay */
    uint64_t filled, drained;       /* bytes of the full map, and with `live` entries left */
    uint64_t peak;                  /* the most in use while it is made small */
    uint64_t after;                 /* and collected */
    uint64_t fresh;                 /* of a map made for `live`, with the same entries */
    uint64_t found;                 /* live entries present after it, with their elems */
    uint64_t slots_before, slots_after;
};

/* Fills a map with `keys` entries, drains it to `live` of them, makes it small. The way by
 * shrink is for designs with that verb. */
bool made_small_run(const struct design_version *version, enum small_way way, uint64_t keys,
                    uint64_t live, uint64_t seed, uint64_t limit, struct made_small *r);

/* The conditions: draining gives nothing back (1 % may go); made small it takes what a
 * fresh map takes, and on the way both maps and hardly more (1 %). */
bool draining_keeps(const struct made_small *r);
bool made_small_fits(const struct made_small *r);

/* What the policy is to a map: the most slots for an entry right after a rebuild for the live
 * ones, and the bytes of a slot with its share of all else. */
struct rotation_price_of {
    double fresh_slots;
    double slot_bytes;
};
struct rotation_price_of rotation_price_of(const struct design_version *version);

/* The trace of rotation_run, its first spike and drain, in this map, with the policy k (0: never);
 * bytes at each operation are held against the bound for bound_k. */
bool rotation_version(const struct design_version *version, double k, double bound_k,
                      uint64_t keys, uint64_t seed, uint64_t limit, struct rotation *r);

/* The condition: within the bound at each operation, and no more entries moved than promised. */
bool rotation_version_bounded(const struct design_version *version, double k,
                              const struct rotation *r);

/* The target. */
bool versions_page(const struct options *options, struct page *page);

/* --- The pictures --- */

/* Draws a map that grew to 29 entries and was drained to 6; rebuilt: after a rebuild. */
bool picture_map(bool rebuilt, uint64_t seed, FILE *out);

#endif
