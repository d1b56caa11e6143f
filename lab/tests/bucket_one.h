/*
 * bucket_one.h - one map of Go 1.23 for a test: made, used by short verbs, checked, dropped.
 *
 * Every function asserts what must not fail. The map and its heap lie in `one`, for all to see.
 */
#ifndef BUCKET_ONE_H
#define BUCKET_ONE_H

#include "bucket/bucket.h"

extern struct bucket_one {
    const struct map_type *type;
    struct heap *heap;
    struct bucket_map map;
} one;

/* Keys that are eight bytes, and not equal to themselves if they are NaNs: as Go's float64. */
extern const struct map_type one_f64_type;

/* The description of a map of 8-byte numbers with this hash. */
struct map_type one_hashed_by(uint64_t (*hash)(const void *key, uint64_t seed));

/* Begins with an empty map; ends with it checked, dropped, and nothing left in its heap. */
void one_start(const struct map_type *type, uint64_t hint, uint64_t seed);
void one_checked(void);
void one_stop(void);

/* For 8-byte keys and elems, floats too. */
void one_put(uint64_t key, uint64_t value);
void one_put_run(uint64_t from, uint64_t to);   /* each key with itself as value */
uint64_t *one_get(uint64_t key);
bool one_holds(uint64_t key, uint64_t value);
bool one_del(uint64_t key);
uint64_t one_bits(double number);

/* Puts number after number from `next` on until a growth is under way, or until it has ended;
 * returns the next one. */
uint64_t one_put_until_growing(uint64_t next);
uint64_t one_put_until_grown(uint64_t next);

/* --- Ranges --- */

enum { ONE_MET_KEYS = 20000 };

/* Which numbers a range met. */
struct one_met {
    unsigned char times[ONE_MET_KEYS];
    unsigned keys;                      /* different ones */
    unsigned twice;                     /* meetings after a number's first */
};

void one_range(struct bucket_iter *it);
bool one_next(struct bucket_iter *it);
uint64_t one_key(const struct bucket_iter *it);
uint64_t one_value(const struct bucket_iter *it);
void one_meet(struct one_met *met, uint64_t number);

#endif
