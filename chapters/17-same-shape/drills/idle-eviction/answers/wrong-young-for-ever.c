/*
 * wrong-young-for-ever.c - "the young map is young"
 *
 * The old map is dropped and an empty one takes its place. What is in the young one is never
 * walked.
 */
#include "idle_eviction.h"

#include <string.h>

static bool is_idle(const struct cache *c, uint64_t last_used, uint64_t now)
{
    return now - last_used >= c->idle_ticks;
}

/* Takes one entry out of the old map. False: no memory; it is still there. */
static bool deal_with(struct cache *c, uint64_t key, uint64_t last_used, uint64_t now)
{
    if (!is_idle(c, last_used, now)) {
        uint64_t *place = swiss_u64_put(&c->young, key);
        if (place == NULL)
            return false;
        *place = last_used;
    }
    swiss_u64_del(&c->old, key);
    return true;
}

/* The old map is empty: its memory goes, and the young one is the next to be walked. */
static bool next_walk(struct cache *c)
{
    struct swiss fresh;
    if (!swiss_u64_init(&fresh, c->heap, 0, c->seed++))
        return false;
    swiss_u64_free(&c->old);
    c->old = fresh;
    return true;
}

bool cache_sweep(struct cache *c, uint64_t now, uint64_t budget)
{
    struct swiss_iter it;
    bool done = true;
    swiss_u64_iter_start(&c->old, &it);
    for (uint64_t i = 0; done && i < budget && swiss_u64_iter_next(&it); i++) {
        uint64_t key, last_used;
        memcpy(&key, it.key, sizeof key);
        memcpy(&last_used, it.elem, sizeof last_used);
        done = deal_with(c, key, last_used, now);
    }
    swiss_u64_iter_end(&it);
    if (done && swiss_len(&c->old) == 0)
        return next_walk(c);
    return done;
}
