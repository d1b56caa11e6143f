/*
 * peer.h - one contestant of `make peers`, behind a handful of functions.
 *
 * Each contestant has a file of its own, which says only how its map is called; the
 * loops over many keys are compiled into that file too (peer_loops.h), so that a call
 * through a pointer is paid once for a million operations, not once for each.
 */
#ifndef PEER_H
#define PEER_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PEER_SEED = 0x5EED };            /* of the one hash that all C and C++ maps use */

struct peer {
    const char *name;                   /* "absl" */
    const char *label;                  /* "Abseil flat_hash_map" */
    bool presizes;                      /* can it be told how many entries will come? */
    void (*begin)(void);                /* before the first map is made ... */
    void (*end)(void);                  /* ... and after the last is dropped */
    void *(*make)(uint64_t hint);       /* an empty map with room for `hint` entries */
    void (*drop)(void *map);
    void (*insert)(void *map, const uint64_t keys[], uint64_t count);   /* key -> key + 1 */
    uint64_t (*find)(void *map, const uint64_t keys[], uint64_t count); /* sum of the values */
    uint64_t (*remove)(void *map, const uint64_t keys[], uint64_t count);   /* how many */
    uint64_t (*sum)(void *map);         /* of all values, by iterating */
    void (*clear)(void *map);
    uint64_t (*live_bytes)(void);       /* of all its maps */
};

/* Weak: a contestant that was not linked, because its package is missing, is at NULL. */
#define PEER_OPTIONAL __attribute__((weak))
extern const struct peer peer_swiss;
extern const struct peer peer_bucket PEER_OPTIONAL;
extern const struct peer peer_hashbrown PEER_OPTIONAL;
extern const struct peer peer_absl PEER_OPTIONAL;
extern const struct peer peer_glib PEER_OPTIONAL;
extern const struct peer peer_std PEER_OPTIONAL;
extern const struct peer peer_khash PEER_OPTIONAL;
extern const struct peer peer_uthash PEER_OPTIONAL;

extern bool peer_huge_pages;            /* do the lab's heaps ask for huge pages? */

/* What malloc has given out and not got back, its own headers included. */
uint64_t peer_malloc_bytes(void);

/* Ends the program, which has no memory, with a sentence. */
void peer_no_memory(void) __attribute__((noreturn));

#ifdef __cplusplus
}
#endif

#endif
