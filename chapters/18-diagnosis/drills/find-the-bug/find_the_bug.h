/*
 * find_the_bug.h - a kind of map behind its verbs, and the rules that a sound one keeps.
 *
 * The map is Go 1.24's, from numbers to numbers. Each map has a heap of its own, so what it takes
 * can be read to the byte.
 *
 * Rules   M1  A key that was put is found, with its elem, until it is deleted or the map cleared.
 *         M2  The elem of a new key is zero.
 *         M3  After a clear no key of before is there, and none comes back.
 *         M4  A cleared map of up to 800 entries takes as many again without an allocation.
 *         M5  Deletes and clears give no memory back.
 *         M6  A range gives each key once.
 */
#ifndef FIND_THE_BUG_H
#define FIND_THE_BUG_H

#include <stdbool.h>
#include <stdint.h>

struct map;                             /* one map; you need not know what is in it */

struct map_kind {
    /* A map with room for hint entries (0: none), and its end. The seed chooses the hash. */
    struct map *(*make)(uint64_t hint, uint64_t seed);
    void (*drop)(struct map *m);

    uint64_t (*len)(const struct map *m);

    /* The place of key's elem; NULL if the key is not there. Good until the map changes. */
    uint64_t *(*get)(const struct map *m, uint64_t key);

    /* The same, and the key is there afterwards; never NULL here. */
    uint64_t *(*put)(struct map *m, uint64_t key);

    /* Was it there? */
    bool (*del)(struct map *m, uint64_t key);

    void (*clear)(struct map *m);

    /* Writes the keys in the order of a range; how many there were, at most `most`. */
    unsigned (*range)(struct map *m, uint64_t keys[], unsigned most);

    /* What the map's heap holds after a collection, and how often it was asked for memory. */
    uint64_t (*bytes)(struct map *m);
    uint64_t (*allocations)(const struct map *m);
};

/* You write this: NULL if maps of this kind keep the rules, else in a few words what they broke. */
const char *check_map(const struct map_kind *kind);

#endif
