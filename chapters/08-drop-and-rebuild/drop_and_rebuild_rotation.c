/*
 * drop_and_rebuild_rotation.c - a map that rebuilds itself when it has become too large.
 *
 * Words       live       entries of the map
 *             slots      of all its tables
 *             rotation   a rebuild into a map made for what is live, the old one dropped
 *
 * Why it is bounded: a rotation leaves at most 16/7 slots for an entry: two for one, because a
 * hint is rounded up to a power of two, and 8/7, because tables are never filled
 * beyond 7/8. The next rotation waits until there are k for one. With n entries at
 * the first, n * 16/7 slots, that is at n * 16/(7k) entries: the deletes between, n - n * 16/(7k),
 * pay for moving n * 16/(7k). So each delete pays for 16 / (7k - 16) moves at most, and k
 * must be above 16/7.
 */
#include "drop_and_rebuild.h"

#include <assert.h>
#include <math.h>

#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

/* --- The bound -------------------------------------------------------------- */

/* A slot's share of the groups, the table's header, and of up to eight directory entries, for a
 * directory is a power of two and for a moment there are two. */
double rotation_slot_bytes(void)
{
    size_t groups = heap_rounded(swiss_groups_bytes(&swiss_u64_type, SWISS_MAX_TABLE_SLOTS),
                                 HEAP_NOSCAN);
    size_t bytes = groups + sizeof(struct swiss_table) + 8 * sizeof(struct swiss_table *);
    return (double)bytes / SWISS_MAX_TABLE_SLOTS;
}

/*
 * Slots of the old map: k for each live entry and for the one whose delete sets the rotation
 * off, or the floor. Slots of the new map: 16/7 for each. And four tables: those that
 * a growth replaces and makes, and what small maps round up.
 */
double rotation_bound(double k, uint64_t floor_slots, uint64_t live)
{
    double old_slots = fmax(k * (double)(live + 1), (double)floor_slots);
    double new_slots = 16.0 / 7 * (double)live;
    return rotation_slot_bytes() * (old_slots + new_slots + 4 * SWISS_MAX_TABLE_SLOTS);
}

double rotation_price(double k)
{
    return 7 * k > 16 ? 16 / (7 * k - 16) : INFINITY;
}

/* --- A map under the policy ------------------------------------------------- */

struct rotating {
    struct swiss map;
    const struct policy *policy;
    uint64_t slots;                     /* of map, as last counted */
    uint64_t growths;                   /* of map, when they were counted */
    uint64_t seed;
    struct rotation sum;
};

static uint64_t growths_of(const struct swiss *m)
{
    const struct swiss_events *e = &m->events;
    return e->small_groups + e->conversions + e->doublings + e->splits;
}

static void count_slots(struct rotating *r)
{
    r->growths = growths_of(&r->map);
    r->slots = swiss_slot_count(&r->map);
}

/* The policy: more than k slots for each entry, and more than the floor. */
static bool is_too_large(const struct rotating *r)
{
    const struct policy *policy = r->policy;
    return policy->k > 0 && r->slots > policy->floor_slots
        && (double)r->slots > policy->k * (double)swiss_len(&r->map);
}

/* Called after each change of the map. False: no memory; the map stays, too large as it is. */
static bool rotate_if_too_large(struct rotating *r)
{
    if (growths_of(&r->map) != r->growths)
        count_slots(r);
    if (!is_too_large(r))
        return true;
    uint64_t live = swiss_len(&r->map), moved = r->map.events.moved;
    if (!rebuild(&r->map, live, ++r->seed))
        return false;
    count_slots(r);
    r->sum.rotations++;
    r->sum.copied += live;
    r->sum.grown += moved;
    if (live > r->sum.longest)
        r->sum.longest = live;
    return true;
}

/* --- The trace -------------------------------------------------------------- */

enum { DRAIN_TO = 64, CALM_FOR = 4 };   /* parts of keys: left by a drain, renewed after it */

/* A queue: entries leave in the order in which they came. */
struct queue {
    struct rotating r;
    struct heap *heap;
    uint64_t first, next;               /* keys: the oldest entry, the one to come */
    double bound_k;                     /* 0: nothing is watched */
};

/* Holds the highest HeapAlloc of the operation just done against the bound. */
static void watch(struct queue *q, uint64_t live)
{
    struct rotation *sum = &q->r.sum;
    uint64_t bytes = heap_read(q->heap).peak_heap_alloc;
    double part = (double)bytes / rotation_bound(q->bound_k, q->r.policy->floor_slots, live);
    if (part > sum->worst) {
        sum->worst = part;
        sum->worst_live = live;
    }
    if (bytes > sum->peak_bytes)
        sum->peak_bytes = bytes;
    heap_reset_peaks(q->heap);
}

static bool after_operation(struct queue *q)
{
    q->r.sum.operations++;
    bool done = rotate_if_too_large(&q->r);
    if (q->bound_k > 0)
        watch(q, swiss_len(&q->r.map));
    return done;
}

static bool enqueue(struct queue *q)
{
    uint64_t *elem = swiss_u64_put(&q->r.map, q->next);
    if (elem == NULL)
        return false;
    *elem = q->next++;
    return after_operation(q);
}

static bool dequeue(struct queue *q)
{
    bool there = swiss_u64_del(&q->r.map, q->first++);
    assert(there);
    (void)there;
    return after_operation(q);
}

/* Up to `height` entries, down to `low`, and on at that size: one leaves, one comes. */
static bool spike_and_drain(struct queue *q, uint64_t height, uint64_t low, uint64_t calm)
{
    while (q->next - q->first < height)
        if (!enqueue(q))
            return false;
    while (q->next - q->first > low)
        if (!dequeue(q))
            return false;
    uint64_t bytes = heap_read(q->heap).heap_alloc;
    if (bytes > q->r.sum.drained_bytes)
        q->r.sum.drained_bytes = bytes;
    for (uint64_t i = 0; i < calm && low > 0; i++)
        if (!dequeue(q) || !enqueue(q))
            return false;
    return true;
}

static bool play(struct queue *q, uint64_t keys, uint64_t seed)
{
    uint64_t low = keys / DRAIN_TO, calm = keys / CALM_FOR;
    q->r.seed = seed;
    if (!swiss_u64_init(&q->r.map, q->heap, 0, seed))
        return false;
    bool done = spike_and_drain(q, keys, low, calm)
        && spike_and_drain(q, keys / 4, low, calm)
        && spike_and_drain(q, keys, low, calm);
    q->r.sum.grown += q->r.map.events.moved;
    swiss_u64_free(&q->r.map);
    return done;
}

bool rotation_run(const struct policy *policy, double bound_k, uint64_t keys, uint64_t seed,
                  uint64_t limit, struct rotation *r)
{
    enum heap_collector collector = policy->late ? HEAP_COLLECT_WHEN_TOLD : HEAP_COLLECT_AT_ONCE;
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit, .collector = collector});
    if (h == NULL)
        return false;
    struct queue q = {.r = {.policy = policy}, .heap = h, .bound_k = bound_k};
    bool done = play(&q, keys, seed);
    *r = q.r.sum;
    heap_delete(h);
    return done;
}

bool rotation_play(const struct policy *policy, struct heap *h, uint64_t keys, uint64_t seed)
{
    struct queue q = {.r = {.policy = policy}, .heap = h};
    return play(&q, keys, seed);
}
