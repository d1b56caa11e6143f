/*
 * shrinking_policy.c - cycles of work over one map, and what is done with it between them.
 */
#include "shrinking.h"

#include "hashbrown/hashbrown_u64.h"

/* --- The traces ------------------------------------------------------------- */

uint64_t cycle_entries(enum trace trace, unsigned cycle, uint64_t base)
{
    if (trace == TRACE_GROWING)
        return base + base / 4 * cycle;
    if (trace == TRACE_SPIKY && cycle == 3)
        return 16 * base;
    if (trace == TRACE_SPIKY && cycle == 8)
        return 6 * base;
    return base;
}

/* --- The policies ----------------------------------------------------------- */

struct batch {
    struct hashbrown map;
    struct heap *heap;
    enum policy policy;
    uint64_t estimate;
    uint64_t next;                      /* key */
    uint64_t seed;
    uint64_t moved;                     /* by maps that are gone */
    bool alive;                         /* there is a map */
};

/* The verb of [incident]: shrink only what is more than twice too large. Right after it the map
 * has room for less than twice the estimate, so an estimate that is right shrinks once. */
static bool shrink_if_too_large(struct hashbrown *m, uint64_t estimate)
{
    if (hashbrown_capacity(m) <= 2 * estimate)
        return true;
    return hashbrown_u64_shrink_to(m, estimate);
}

static void drop_map(struct batch *b)
{
    if (b->alive) {
        b->moved += b->map.events.moved;
        hashbrown_u64_free(&b->map);
    }
    b->alive = false;
}

/* What is done at the end of a cycle that held so many entries. */
static bool end_cycle(struct batch *b, uint64_t entries)
{
    if (b->policy == POLICY_DROP) {
        drop_map(b);
        return true;
    }
    hashbrown_u64_clear(&b->map);
    if (b->policy == POLICY_FIT)
        return hashbrown_u64_shrink_to_fit(&b->map);
    if (b->policy == POLICY_ESTIMATE)
        return shrink_if_too_large(&b->map, b->estimate);
    if (b->policy == POLICY_LAST)
        return shrink_if_too_large(&b->map, entries);
    return true;
}

/* --- The cycles ------------------------------------------------------------- */

static bool begin_cycle(struct batch *b)
{
    if (!b->alive) {
        uint64_t hint = b->policy == POLICY_DROP ? b->estimate : 0;
        b->alive = hashbrown_u64_init(&b->map, b->heap, hint, ++b->seed);
    }
    return b->alive;
}

static bool fill_cycle(struct batch *b, uint64_t entries)
{
    for (uint64_t i = 0; i < entries; i++) {
        uint64_t *elem = hashbrown_u64_put(&b->map, b->next);
        if (elem == NULL)
            return false;
        *elem = b->next++;
    }
    return true;
}

/* Runs the trace; c may be NULL: then nothing is read. */
static bool play(struct batch *b, enum trace trace, uint64_t base, struct cycles *c)
{
    for (unsigned cycle = 0; cycle < CYCLES; cycle++) {
        uint64_t entries = cycle_entries(trace, cycle, base);
        if (!begin_cycle(b) || !fill_cycle(b, entries))
            return false;
        if (c != NULL) {
            c->entries[cycle] = entries;
            c->operations += hashbrown_len(&b->map);
            c->full[cycle] = heap_read(b->heap).asked;
        }
        if (!end_cycle(b, entries))
            return false;
        if (c != NULL)
            c->idle[cycle] = heap_read(b->heap).asked;
    }
    return true;
}

bool cycles_run(enum policy policy, enum trace trace, uint64_t base, uint64_t seed,
                uint64_t limit, struct cycles *c)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit});
    struct batch b = {.heap = h, .policy = policy, .estimate = base, .seed = seed};
    *c = (struct cycles){.peak = 0};
    bool done = h != NULL && play(&b, trace, base, c);
    if (done) {
        c->peak = heap_read(h).peak_asked;
        c->allocations = heap_read(h).mallocs;
        drop_map(&b);
        c->moved = b.moved;
    }
    heap_delete(h);
    return done;
}

bool cycles_play(enum policy policy, enum trace trace, uint64_t base, struct heap *h,
                 uint64_t seed)
{
    struct batch b = {.heap = h, .policy = policy, .estimate = base, .seed = seed};
    bool done = play(&b, trace, base, NULL);
    drop_map(&b);
    return done;
}

double cycles_mean(const struct cycles *c)
{
    double sum = 0;
    for (unsigned cycle = 0; cycle < CYCLES; cycle++)
        sum += (double)c->full[cycle];
    return sum / CYCLES;
}
