/*
 * wrong-only-deletes.c - "evicted is evicted"
 *
 * The idle entries go. Nothing moves and no table is dropped, so their memory stays.
 */
#include "idle_eviction.h"

#include <string.h>

static bool is_idle(const struct cache *c, uint64_t last_used, uint64_t now)
{
    return now - last_used >= c->idle_ticks;
}

/* Deletes the idle entries of a map, up to the budget. */
static uint64_t evict(struct cache *c, struct swiss *m, uint64_t now, uint64_t budget)
{
    struct swiss_iter it;
    uint64_t evicted = 0;
    swiss_u64_iter_start(m, &it);
    while (evicted < budget && swiss_u64_iter_next(&it)) {
        uint64_t key, last_used;
        memcpy(&key, it.key, sizeof key);
        memcpy(&last_used, it.elem, sizeof last_used);
        if (is_idle(c, last_used, now)) {
            swiss_u64_del(m, key);
            evicted++;
        }
    }
    swiss_u64_iter_end(&it);
    return evicted;
}

bool cache_sweep(struct cache *c, uint64_t now, uint64_t budget)
{
    budget -= evict(c, &c->young, now, budget);
    evict(c, &c->old, now, budget);
    return true;
}
