/*
 * value_layout.h - the experiments of chapter 15: a value in its slot, or behind a pointer.
 *
 * Words       inline     the value lies in the slot
 *             pointer    the program allocates each value and puts a pointer to it: map[int]*T
 *             outside    an object of its own, which the map allocated without being asked:
 *                        what Go does above 128 bytes (map_type.h: indirect)
 *
 * All bytes are those that the design's runtime reports (design_bytes), read after a collection.
 * Each experiment has a heap of its own and returns false if that refused memory; nothing is
 * left behind then. `limit` is the heap's limit in bytes, 0 for none. Keys are 64-bit integers
 * unless said.
 */
#ifndef VALUE_LAYOUT_H
#define VALUE_LAYOUT_H

#include <stdio.h>

#include "size/size_built.h"

/* --- A life: filled, and each key deleted ----------------------------------- */

enum placing { PLACED_INLINE, PLACED_BY_POINTER, PLACINGS };

struct life {
    uint64_t keys;
    uint64_t slot;                  /* bytes of one, in Go 1.24 */
    uint64_t full, full_objects;    /* of the heap, filled */
    uint64_t value_bytes;           /* of `full`: values that the program allocated, rounded */
    uint64_t deleted, deleted_objects;  /* after the delete of each key */
    uint64_t values_left;           /* objects among these that are values */
    uint64_t dropped;               /* after the map was dropped too */
};

/* Fills a map, made without a hint, with `keys` entries whose values have no pointers in them;
 * deletes each key; drops the map. Nothing but the map refers to a value. */
bool life_run(const struct design *design, enum placing placing, uint64_t value_bytes,
              uint64_t keys, uint64_t seed, uint64_t limit, struct life *l);

/* The pass condition: every value comes back, the table stays, and the table is at most half. */
bool values_come_back(const struct life *l);

/* --- The same counted ------------------------------------------------------- */

/* What life_run would read, from the keys' hashes alone (size_count): full scale is cheap. */
struct stay {
    uint64_t full[PLACINGS], deleted[PLACINGS];
};

bool stay_run(enum size_design design, uint64_t value_bytes, uint64_t keys, uint64_t seed,
              struct stay *s);

/* --- The threshold ---------------------------------------------------------- */

enum side { SIDE_VALUE, SIDE_KEY, SIDE_BOTH, SIDES };   /* both: a half of the bytes each */

enum { THRESHOLD_MOST = 300 };      /* sizes tried: 1 byte to so many */

struct threshold {
    uint64_t inline_to;             /* up to here no object lies outside a table */
    uint64_t outside_from;          /* from here on there is one for each entry; 0: never */
};

/* Fills a small map for each size, and counts the objects that the map allocated for it. */
bool threshold_run(enum size_design design, enum side side, uint64_t seed, uint64_t limit,
                   struct threshold *t);

/* The pass condition: 128 bytes lie in the slot, 129 are behind a pointer. */
bool splits_at_128(const struct threshold *t);

/* --- Padding ---------------------------------------------------------------- */

/* A map whose value is a struct, its fields in the order given or in the better one. */
struct record {
    struct type_pool pool, better_pool;
    struct type *key, *value;
    uint64_t padding;               /* bytes of a slot that belong to no field */
    struct map_type type;
};

/* text: "KEY,{FIELDS}". A text that is none is a bug of the caller. */
void record_read(const char *text, bool better_order, struct record *r);

enum order {
    ORDER_WRITTEN,                  /* fields as they came to mind, an enum as an int */
    ORDER_ENUM,                     /* the enum as a byte, at its old place */
    ORDER_BETTER,                   /* the enum as an int, the fields in the better order */
    ORDER_BOTH,
    ORDER_PAGES, ORDER_PAGES_BETTER,    /* a struct whose padding disappears into whole pages */
    ORDER_NARROW, ORDER_NARROWED,   /* an enum before a field aligned to 8: as int, as a byte */
    ORDERS
};

struct order_text {
    const char *slug, *label, *text;
    bool better;
};

extern const struct order_text orders[ORDERS];

/* One of them, built and counted. Rust's compiler puts every struct into the better order. */
struct ordered {
    uint64_t value, padding, slot;  /* bytes; slot and padding as in Go 1.24 */
    uint64_t bytes;                 /* of the map */
};

bool order_run(enum order order, enum size_design design, uint64_t keys, uint64_t seed,
               uint64_t limit, struct ordered *o);

/* The same without building it. */
bool order_count(enum order order, enum size_design design, uint64_t keys, uint64_t seed,
                 struct ordered *o);

/* The pass condition: the map takes less, by at least so many bytes for each entry. */
bool saves_per_entry(uint64_t before, uint64_t after, uint64_t keys, uint64_t bytes);

/* --- The picture ------------------------------------------------------------ */

/* Draws a slot as written, one with the enum as a byte, and one with the better order too, from
 * the memory of three maps. */
bool picture_slots(uint64_t seed, FILE *out);

#endif
