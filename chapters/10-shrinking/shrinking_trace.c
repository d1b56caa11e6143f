/*
 * shrinking_trace.c - what comes back, and what stays.
 */
#include "shrinking.h"

#include "hashbrown/hashbrown_check.h"
#include "hashbrown/hashbrown_u64.h"

static struct heap *new_heap(uint64_t limit)
{
    return heap_new(&(struct heap_config){.limit_bytes = limit});
}

static struct reading reading_of(const struct hashbrown *m)
{
    return (struct reading){.len = hashbrown_len(m), .capacity = hashbrown_capacity(m),
                            .bytes = heap_read(m->heap).asked};
}

static uint64_t elem_of(uint64_t key)
{
    return 3 * key + 1;
}

/* Puts the keys from `from` to before `to`. */
static bool fill(struct hashbrown *m, uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++) {
        uint64_t *elem = hashbrown_u64_put(m, key);
        if (elem == NULL)
            return false;
        *elem = elem_of(key);
    }
    return true;
}

static void drain(struct hashbrown *m, uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++)
        hashbrown_u64_del(m, key);
}

static uint64_t count_found(const struct hashbrown *m, uint64_t keys)
{
    uint64_t found = 0;
    for (uint64_t key = 0; key < keys; key++) {
        const uint64_t *elem = hashbrown_u64_get(m, key);
        found += elem != NULL && *elem == elem_of(key);
    }
    return found;
}

/* Fills the map up to `entries` with keys from `key` on: allocations that it takes, or
 * UINT64_MAX if one was refused. */
static uint64_t allocations_up_to(struct hashbrown *m, uint64_t entries, uint64_t key)
{
    uint64_t before = heap_read(m->heap).mallocs, len = hashbrown_len(m);
    if (len < entries && !fill(m, key, key + entries - len))
        return UINT64_MAX;
    return heap_read(m->heap).mallocs - before;
}

/* --- A life ----------------------------------------------------------------- */

static bool live_through(struct hashbrown *m, uint64_t keys, struct steps *s)
{
    s->at[STEP_NEW] = reading_of(m);
    if (!fill(m, 0, keys))
        return false;
    s->at[STEP_FILLED] = reading_of(m);
    drain(m, keys / 64, keys);
    s->at[STEP_DRAINED] = reading_of(m);
    hashbrown_u64_clear(m);
    s->at[STEP_CLEARED] = reading_of(m);
    if (!hashbrown_u64_shrink_to(m, s->floor))
        return false;
    s->at[STEP_SHRUNK_TO] = reading_of(m);
    if (!fill(m, 0, keys / 1024))
        return false;
    s->at[STEP_REFILLED] = reading_of(m);
    if (!hashbrown_u64_shrink_to_fit(m))
        return false;
    s->at[STEP_FIT] = reading_of(m);
    return true;
}

bool steps_run(uint64_t keys, uint64_t seed, uint64_t limit, struct steps *s)
{
    struct heap *h = new_heap(limit);
    struct hashbrown m;
    *s = (struct steps){.floor = keys / 16};
    bool done = h != NULL && hashbrown_u64_init(&m, h, 0, seed) && live_through(&m, keys, s);
    if (done) {
        hashbrown_u64_free(&m);
        s->at[STEP_DROPPED].bytes = heap_read(h).asked;
    }
    heap_delete(h);
    return done;
}

static bool live_alone(struct hashbrown *m, uint64_t keys, struct reading at[LONELIES])
{
    if (!fill(m, 0, keys))
        return false;
    drain(m, 1, keys);
    at[LONELY_LEFT] = reading_of(m);
    if (!hashbrown_u64_shrink_to(m, LONELY_FLOOR))
        return false;
    at[LONELY_SHRUNK_TO] = reading_of(m);
    if (!hashbrown_u64_shrink_to_fit(m))
        return false;
    at[LONELY_FIT] = reading_of(m);
    hashbrown_u64_del(m, 0);
    at[LONELY_DELETED] = reading_of(m);
    if (!hashbrown_u64_shrink_to_fit(m))
        return false;
    at[LONELY_EMPTY] = reading_of(m);
    return true;
}

bool lonely_run(uint64_t keys, uint64_t seed, uint64_t limit, struct reading at[LONELIES])
{
    struct heap *h = new_heap(limit);
    struct hashbrown m;
    bool done = h != NULL && hashbrown_u64_init(&m, h, 0, seed) && live_alone(&m, keys, at);
    heap_delete(h);
    return done;
}

/* --- with_capacity ---------------------------------------------------------- */

bool rung_run(uint64_t asked_for, uint64_t seed, uint64_t limit, struct rung *r)
{
    struct heap *h = new_heap(limit);
    struct hashbrown m;
    bool done = h != NULL && hashbrown_u64_init(&m, h, asked_for, seed);
    if (done) {
        *r = (struct rung){.asked_for = asked_for, .slots = hashbrown_bucket_count(&m),
                           .capacity = hashbrown_capacity(&m), .bytes = heap_read(h).asked};
        r->allocations = allocations_up_to(&m, asked_for, 0);
        done = r->allocations != UINT64_MAX;
    }
    heap_delete(h);
    return done;
}

/* --- One shrink ------------------------------------------------------------- */

uint64_t most_that_shrink(uint64_t keys)
{
    uint64_t slots = keys == 0 ? 0 : hashbrown_slots_for(&hashbrown_u64_type, keys);
    return slots < 8 ? 0 : hashbrown_growth_limit(slots / 2 - 1);
}

/* Bytes of a map made for so many entries, which never held one. */
static bool fresh_run(uint64_t entries, uint64_t seed, uint64_t *bytes)
{
    struct rung r;
    bool done = rung_run(entries, seed, 0, &r);
    *bytes = r.bytes;
    return done;
}

static bool shrink_steps(struct hashbrown *m, uint64_t keys, struct shrunk *s)
{
    if (!fill(m, 0, keys))
        return false;
    drain(m, s->live, keys);
    s->before = reading_of(m);
    heap_reset_peaks(m->heap);
    uint64_t moved = m->events.moved;
    if (!hashbrown_u64_shrink_to(m, s->floor))
        return false;
    s->moved = m->events.moved - moved;
    s->peak = heap_read(m->heap).peak_asked;
    s->after = reading_of(m);
    s->found = count_found(m, s->live);
    s->allocations = allocations_up_to(m, s->after.capacity, s->live);
    return s->allocations != UINT64_MAX;
}

bool shrink_run(uint64_t keys, uint64_t live, uint64_t floor, uint64_t seed, uint64_t limit,
                struct shrunk *s)
{
    struct heap *h = new_heap(limit);
    struct hashbrown m;
    *s = (struct shrunk){.live = live, .floor = floor};
    bool done = h != NULL && hashbrown_u64_init(&m, h, 0, seed) && shrink_steps(&m, keys, s)
        && fresh_run(live > floor ? live : floor, seed, &s->fresh);
    heap_delete(h);
    return done;
}

bool shrink_frees(const struct shrunk *s)
{
    return s->after.bytes < s->before.bytes && s->after.bytes == s->fresh && s->found == s->live;
}

bool shrink_keeps_floor(const struct shrunk *s)
{
    return s->after.capacity >= s->floor && s->after.capacity >= s->live
        && s->after.bytes == s->fresh && s->found == s->live && s->allocations == 0;
}

/* --- One clear -------------------------------------------------------------- */

static bool clear_steps(struct hashbrown *m, uint64_t keys, bool delete_first, struct cleared *c)
{
    if (!fill(m, 0, keys))
        return false;
    if (delete_first)
        drain(m, 0, keys);
    c->before = reading_of(m);
    hashbrown_u64_clear(m);
    c->after = reading_of(m);
    c->room = hashbrown_growth_limit(m->table.bucket_mask);
    c->allocations = allocations_up_to(m, c->room, keys);
    return c->allocations != UINT64_MAX;
}

bool clear_run(uint64_t keys, bool delete_first, uint64_t seed, uint64_t limit, struct cleared *c)
{
    struct heap *h = new_heap(limit);
    struct hashbrown m;
    *c = (struct cleared){.room = 0};
    bool done = h != NULL && hashbrown_u64_init(&m, h, 0, seed)
        && clear_steps(&m, keys, delete_first, c);
    heap_delete(h);
    return done;
}

bool clear_keeps(const struct cleared *c)
{
    return c->after.len == 0 && c->after.bytes == c->before.bytes
        && c->after.capacity == c->room && c->allocations == 0;
}

/* --- Filling again ---------------------------------------------------------- */

bool refill_prepare(enum refill_way way, struct hashbrown *m, uint64_t keys)
{
    hashbrown_u64_clear(m);
    if (way == REFILL_KEPT)
        return true;
    uint64_t floor = way == REFILL_FLOOR ? keys : way == REFILL_HALF_FLOOR ? keys / 2 : 0;
    return hashbrown_u64_shrink_to(m, floor);
}

bool refill_fill(struct hashbrown *m, uint64_t keys)
{
    return fill(m, 0, keys);
}

bool refill_run(enum refill_way way, uint64_t keys, uint64_t seed, uint64_t limit,
                struct refill *r)
{
    struct heap *h = new_heap(limit);
    struct hashbrown m;
    bool done = h != NULL && hashbrown_u64_init(&m, h, 0, seed) && fill(&m, 0, keys)
        && refill_prepare(way, &m, keys);
    if (done) {
        uint64_t mallocs = heap_read(h).mallocs, moved = m.events.moved;
        r->idle = heap_read(h).asked;
        heap_reset_peaks(h);
        done = fill(&m, 0, keys);
        r->peak = heap_read(h).peak_asked;
        r->allocations = heap_read(h).mallocs - mallocs;
        r->moved = m.events.moved - moved;
    }
    heap_delete(h);
    return done;
}
