/*
 * same_shape_cache.c - a cache whose entries expire, and what becomes of its table.
 *
 * Models      a cache of sessions or answers: each entry is good for CACHE_TTL ticks. Keys are
 *             numbered, and all are good for the same time, so they expire in their order.
 * Leaves out  the values. An entry is 64 bytes in its slot.
 *
 * What grows with the peak: the table of slots. An entry that expires leaves its slot, and the slot
 * stays. What gives it back: a rebuild into a table for what is left; or generations, where no
 * entry is ever deleted: new ones go to the young map, look-ups try both, and every CACHE_TTL
 * ticks the old map is dropped, the young one becomes the old. An entry is held for one to two
 * times its time then, and a look-up still tells by the entry itself whether it is good.
 */
#include "same_shape.h"

#include <assert.h>
#include <string.h>

#include "hashbrown/hashbrown_any.h"
#include "swiss/swiss_u64.h"

struct entry {
    uint64_t expires;                   /* tick in which it is no longer good */
    uint64_t key;                       /* once more: to be found out if it is another's */
    char rest[48];
};

struct cache {
    struct heap *heap;
    const struct design *design;
    struct cache_setting setting;
    struct map_type type;
    struct any_map young, old;          /* old: of generations only */
    bool has_old;
    uint64_t oldest, next;              /* keys: the oldest that is held or good, the one to come */
    uint64_t seed;
    uint64_t keys;
    struct day *day;
};

static struct map_type entry_type(void)
{
    struct map_shape shape = {
        .name = "u64 -> entry", .key_bytes = 8, .key_align = 8, .elem_bytes = sizeof(struct entry),
        .elem_align = 8, .key_direct_compare = true, .hash = swiss_u64_type.hash,
        .equal = swiss_u64_type.equal,
    };
    return map_type_of(&shape);
}

static bool new_map(struct cache *c, struct any_map *m, uint64_t hint)
{
    if (!any_map_init(m, c->design, &c->type, c->heap, hint, c->seed++))
        return false;
    c->day->made++;
    return true;
}

/* --- Get, put, expire ------------------------------------------------------- */

/* The entry of a key if it is there and still good. */
static const struct entry *lookup(const struct cache *c, uint64_t key, unsigned tick)
{
    const struct entry *e = c->design->get(&c->young, &key);
    if (e == NULL && c->has_old)
        e = c->design->get(&c->old, &key);
    return e != NULL && e->expires > tick ? e : NULL;
}

static bool add(struct cache *c, uint64_t count, unsigned tick)
{
    for (uint64_t i = 0; i < count; i++) {
        struct entry *e = c->design->put(&c->young, &c->next);
        if (e == NULL)
            return false;
        *e = (struct entry){.expires = tick + CACHE_TTL, .key = c->next++};
    }
    return true;
}

/* Deletes what is no longer good: the oldest entries, up to the first that still is. */
static void expire(struct cache *c, unsigned tick)
{
    for (; c->oldest < c->next; c->oldest++) {
        const struct entry *e = c->design->get(&c->young, &c->oldest);
        assert(e != NULL);
        if (e->expires > tick)
            return;
        c->design->del(&c->young, &c->oldest);
    }
}

/* --- The fixes -------------------------------------------------------------- */

/* Puts every entry of `from` into `to`; false: no memory. */
static bool copy_entries(const struct design *design, struct any_map *to, struct any_map *from)
{
    struct any_iter it;
    bool done = true;
    design->iter_start(from, &it);
    while (done && design->iter_next(&it)) {
        struct entry *e = design->put(to, it.key);
        done = e != NULL;
        if (done)
            memcpy(e, it.elem, sizeof *e);
    }
    design->iter_end(&it);
    return done;
}

/* Moves to a map made for the entries that are left. False: no memory; the cache is as it was. */
static bool rebuild(struct cache *c)
{
    struct any_map fresh;
    uint64_t live = c->design->len(&c->young);
    if (!new_map(c, &fresh, live))
        return false;
    bool done = copy_entries(c->design, &fresh, &c->young);
    c->design->free(done ? &c->young : &fresh);
    if (done) {
        c->young = fresh;
        c->day->moved += live;
    }
    return done;
}

/* Rust's verb for the same: the table stays the same map. */
static bool shrink(struct cache *c)
{
    uint64_t live = c->design->len(&c->young);
    if (!hashbrown_any_shrink_to(&c->type, &c->young.as.hashbrown, live))
        return false;
    c->day->moved += live;
    return true;
}

static bool is_too_large(const struct cache *c)
{
    uint64_t slots = c->design->slots(&c->young);
    return slots > CACHE_FLOOR && slots > CACHE_K * c->design->len(&c->young);
}

/* The old generation goes, whole. */
static bool next_generation(struct cache *c)
{
    struct any_map fresh;
    if (!new_map(c, &fresh, 0))
        return false;
    if (c->has_old)
        c->design->free(&c->old);
    c->old = c->young;
    c->has_old = true;
    c->young = fresh;
    return true;
}

/* How a tick begins: what is no longer good goes, entry by entry or whole. */
static bool let_go(struct cache *c, unsigned tick)
{
    if (c->setting.way == CACHE_GENERATIONS)
        return tick == 0 || tick % CACHE_TTL != 0 || next_generation(c);
    expire(c, tick);
    return true;
}

/* And how it ends. */
static bool compact(struct cache *c, unsigned tick)
{
    switch (c->setting.way) {
    case CACHE_REBUILD:
        return !is_too_large(c) || rebuild(c);
    case CACHE_SHRINK:
        return !is_too_large(c) || shrink(c);
    case CACHE_BY_CLOCK:
        return tick % CACHE_EVERY != CACHE_EVERY - 1 || rebuild(c);
    default:
        return true;
    }
}

/* --- A day ------------------------------------------------------------------ */

/* Asks for every key that was put and is still good. */
static uint64_t count_missing(const struct cache *c, unsigned tick, uint64_t good_from)
{
    uint64_t missing = 0;
    for (uint64_t key = good_from; key < c->next; key++) {
        const struct entry *e = lookup(c, key, tick);
        missing += e == NULL || e->key != key;
    }
    return missing;
}

static uint64_t held(const struct cache *c)
{
    return c->design->len(&c->young) + (c->has_old ? c->design->len(&c->old) : 0);
}

/* One tick; first[t] is the first key of tick t. */
static bool live_tick(struct cache *c, unsigned tick, uint64_t first[TICKS])
{
    uint64_t spike = c->keys / CACHE_TTL, quiet = spike / CACHE_RATIO;
    uint64_t fresh = in_spike(tick) && !c->setting.calm ? spike : quiet;
    first[tick] = c->next;
    bool done = let_go(c, tick) && add(c, fresh, tick) && compact(c, tick);
    uint64_t good_from = tick < CACHE_TTL ? 0 : first[tick - CACHE_TTL + 1];
    if (done)
        c->day->missing += count_missing(c, tick, good_from);
    return done;
}

bool cache_run(const struct design *design, struct cache_setting setting, uint64_t keys,
               uint64_t seed, uint64_t limit, struct day *d)
{
    struct cache c = {.heap = day_heap(limit), .design = design, .setting = setting,
                      .seed = seed, .type = entry_type(), .keys = keys, .day = d};
    uint64_t first[TICKS];
    *d = (struct day){.made = 0};
    assert(setting.way != CACHE_SHRINK || design == design_versions[DESIGN_HASHBROWN].design);
    bool done = c.heap != NULL && new_map(&c, &c.young, 0);
    for (unsigned tick = 0; done && tick < TICKS; tick++) {
        done = live_tick(&c, tick, first);
        if (done)
            day_read(d, tick, design, c.heap, held(&c));
    }
    heap_delete(c.heap);
    return done;
}

bool compaction_returns_the_peak(const struct day *kept, const struct day *rebuilt,
                                 const struct day *calm)
{
    return keeps_its_peak(kept) && returns_the_peak(rebuilt, calm)
        && 2 * rebuilt->peak <= 3 * kept->peak
        && kept->missing + rebuilt->missing == 0;
}
