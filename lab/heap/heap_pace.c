/*
 * heap_pace.c - when a paced heap is collected.
 *
 * Models      Go 1.19 to 1.24, src/runtime/mgcpacer.go (commit,
 *             memoryLimitHeapGoal).
 *
 * Collecting often costs work, collecting seldom costs memory. GOGC says which
 * is dearer: the heap may grow by so many percent of what lived through the last
 * collection before the next.
 *
 *     goal = live + (live + roots) * GOGC / 100,  at least 4 MiB * GOGC / 100
 *
 *     HeapAlloc                        GOGC 100, 10 MiB live
 *     20 MiB  - - - - /|- - - - /|-    the goal: here a collection sweeps
 *                   /  |      /  |
 *                 /    |    /    |
 *     10 MiB    /      |  /      |     what lives
 *
 * A memory limit is about all memory, so it is first turned into a goal for the
 * objects: off go the roots, the unused parts of spans, what is over the limit
 * already, and a headroom of 3 % or 1 MiB. The smaller goal counts. It does not
 * go below what lives: then every allocation collects, in vain, and the
 * limit is passed all the same. It is soft; heap_config.limit_bytes is the hard one.
 *
 * A collection marks what lives and sweeps what does not. The first is the
 * price, counted in marked; a shorter tooth pays it more often for the same garbage.
 *
 * Where the model is simpler than Go: it collects exactly when HeapAlloc reaches
 * the goal, all at once. Go starts earlier and works beside the program, so that it
 * ends about there. Go also stops a collector that takes more than half of
 * the processors' time because of a limit; here there is no time, so every
 * collection that the limit asks for is run and counted.
 *
 * Each allocation is one comparison with the trigger: the goal by GOGC, or 0 once the
 * memory limit stands nearer, so that the next allocation asks. That is looked at when a
 * span is opened or a collection is done: between those nothing can come nearer to
 * the limit, which counts spans.
 */
#include <assert.h>

#include "heap/heap_private.h"

enum { LEAST_GOAL_BYTES = 4 << 20, LEAST_HEADROOM_BYTES = 1 << 20, HEADROOM_PERCENT = 3 };

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

/* bytes * percent / 100; UINT64_MAX if that is too much to say. */
static uint64_t percent_of(uint64_t bytes, int percent)
{
    uint64_t product;
    if (__builtin_mul_overflow(bytes, (uint64_t)percent, &product))
        return UINT64_MAX;
    return product / 100;
}

/* The goal by GOGC, from what the last collection left. */
static uint64_t gogc_goal(const struct heap_pace *p)
{
    uint64_t goal;
    if (p->gogc == HEAP_GOGC_OFF)
        return UINT64_MAX;
    uint64_t room = percent_of(p->live_bytes + p->roots_bytes, p->gogc);
    if (__builtin_add_overflow(p->live_bytes, room, &goal))
        return UINT64_MAX;
    uint64_t least_goal = percent_of(LEAST_GOAL_BYTES, p->gogc);
    return goal > least_goal ? goal : least_goal;
}

/* What is mapped and may have memory behind it, the roots included. */
static uint64_t ready_bytes(const struct heap *h)
{
    return heap_retained_bytes(h) + h->pace.roots_bytes;
}

/* The goal by the memory limit. */
static uint64_t limit_goal(const struct heap *h)
{
    uint64_t limit = h->pace.memory_limit, ready = ready_bytes(h);
    uint64_t beside = h->inuse_bytes - heap_live_bytes(h) + h->pace.roots_bytes;
    uint64_t over = ready > limit ? ready - limit : 0;
    if (beside + over >= limit)
        return h->pace.live_bytes;
    uint64_t goal = limit - beside - over;
    uint64_t headroom = goal / 100 * HEADROOM_PERCENT;
    if (headroom < LEAST_HEADROOM_BYTES)
        headroom = LEAST_HEADROOM_BYTES;
    goal = goal < 2 * headroom ? headroom : goal - headroom;
    return goal > h->pace.live_bytes ? goal : h->pace.live_bytes;
}

uint64_t pace_goal(const struct heap *h)
{
    if (h->collector != HEAP_COLLECT_PACED || h->pace.memory_limit == 0)
        return h->pace.gogc_goal;
    return least(h->pace.gogc_goal, limit_goal(h));
}

static void set_trigger(struct heap *h)
{
    h->pace.trigger = heap_live_bytes(h) < pace_goal(h) ? h->pace.gogc_goal : 0;
}

static void set_goal(struct heap *h)
{
    h->pace.gogc_goal = h->collector == HEAP_COLLECT_PACED ? gogc_goal(&h->pace) : UINT64_MAX;
    set_trigger(h);
}

void pace_init(struct heap *h, const struct heap_config *config)
{
    assert(config->gogc >= 0 || config->gogc == HEAP_GOGC_OFF);
    h->pace.gogc = config->gogc != 0 ? config->gogc : HEAP_GOGC_DEFAULT;
    h->pace.memory_limit = config->memory_limit;
    h->pace.roots_bytes = config->roots_bytes;
    set_goal(h);
}

void pace_check(struct heap *h)
{
    if (heap_live_bytes(h) >= pace_goal(h))
        heap_collect(h);
    else
        set_trigger(h);
}

void pace_after_collection(struct heap *h)
{
    h->pace.live_bytes = heap_live_bytes(h);
    h->pace.collected_ms = h->clock_ms;
    set_goal(h);
}

void pace_after_span(struct heap *h)
{
    if (h->pace.memory_limit != 0)
        set_trigger(h);
}

void heap_set_gogc(struct heap *h, int gogc)
{
    assert(gogc > 0 || gogc == HEAP_GOGC_OFF);
    h->pace.gogc = gogc;
    set_goal(h);
}

void heap_set_memory_limit(struct heap *h, uint64_t bytes)
{
    h->pace.memory_limit = bytes;
    set_goal(h);
}
