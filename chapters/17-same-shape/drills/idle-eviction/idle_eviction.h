/*
 * idle_eviction.h - a cache that lets idle entries go, and their memory too, a little at a time.
 *
 * Deleting frees slots and no table. So the cache has two maps. New keys go to the young one.
 * The sweep walks the old one: what is idle goes, what is not moves to the young one. When the
 * old map is empty it is dropped whole, the young map becomes the old, an empty one the young,
 * and the next walk begins. No call does all of that: each deals with a few entries.
 *
 *     use ----------> young          sweep:   old ---- idle: gone
 *     (a new key)                             old ---- not idle: ----> young
 *
 * Words       tick    the time, as the tests hand it in; there is no other clock
 *             idle    not used for idle_ticks or longer
 *             walk    from the first entry of the old map to its drop
 *             budget  how many entries of the old map one call deals with at most
 */
#ifndef IDLE_EVICTION_H
#define IDLE_EVICTION_H

#include "swiss/swiss_u64.h"

struct cache {
    struct heap *heap;
    struct swiss young, old;            /* key to the tick of its last use; no key is in both */
    uint64_t idle_ticks;
    uint64_t seed;                      /* for the next map that is made: seed++ */
};

/*
 * Yours. One piece of a walk: deals with up to `budget` entries of the old map, 1 or more. Each of
 * them goes if it is idle, and else moves with the tick of its last use. When none is left, the old
 * map is dropped and the next walk begins with what was the young one; there the call ends.
 * False: memory is refused; then no entry is lost, and the next call goes on.
 */
bool cache_sweep(struct cache *c, uint64_t now, uint64_t budget);

/* --- Given ------------------------------------------------------------------ */

static inline bool cache_open(struct cache *c, struct heap *h, uint64_t idle_ticks)
{
    *c = (struct cache){.heap = h, .idle_ticks = idle_ticks};
    if (!swiss_u64_init(&c->young, h, 0, c->seed++))
        return false;
    if (swiss_u64_init(&c->old, h, 0, c->seed++))
        return true;
    swiss_u64_free(&c->young);
    return false;
}

/* The tick of the key's last use, to be read or written; NULL: it is not in the cache. */
static inline uint64_t *cache_find(const struct cache *c, uint64_t key)
{
    uint64_t *last_used = swiss_u64_get(&c->young, key);
    return last_used != NULL ? last_used : swiss_u64_get(&c->old, key);
}

/* Uses a key: its entry, wherever it is, or a new one. False: memory is refused. */
static inline bool cache_use(struct cache *c, uint64_t key, uint64_t now)
{
    uint64_t *last_used = cache_find(c, key);
    if (last_used == NULL)
        last_used = swiss_u64_put(&c->young, key);
    if (last_used != NULL)
        *last_used = now;
    return last_used != NULL;
}

#endif
