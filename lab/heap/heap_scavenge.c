/*
 * heap_scavenge.c - idle pages go back to the system: at once, or at a rate.
 *
 * Models      Go 1.21 to 1.24, src/runtime/mgcscavenge.go (gcPaceScavenger,
 *             scavengeOne) and mheap.go (allocSpan under a memory limit).
 *
 * An idle page still has its memory: the next span may need it soon, and to fetch
 * a page costs more than to keep it. Three callers give pages back all the same,
 * the highest addresses first, since spans are cut from the lowest:
 *
 *     the program     heap_release_idle, heap_scavenge      at once, any idle page
 *     the limit       a span passes the memory limit        at once, what is over it
 *     the background  heap_tick, so many bytes a second     down to its goal
 *
 * The background keeps what the next cycle will probably use, and a tenth more:
 *
 *     goal = HeapInuse when the collection began * new goal / last goal * 1.1
 *
 * so after a peak, when the goal falls, nearly all is to go. But it leaves out
 * chunks of 4 MiB that were nearly full of late (page_alloc_scavenge), and they
 * stay until a whole cycle has passed. Under a memory limit it aims at 95 % of it too.
 *
 * Where the model is simpler than Go: time passes when heap_tick says so, the
 * rate is given and not steered towards 1 % of a processor, huge pages are
 * not kept whole, and a growing heap gives nothing back for what it maps.
 */
#include "heap/heap_private.h"

enum { KEPT_PERCENT = 110, LIMIT_PERCENT = 95, MS_PER_SECOND = 1000 };

static const uint64_t collect_every_ms = 2 * 60 * MS_PER_SECOND;

/* Gives back up to so many bytes and counts them. */
static uint64_t give_back(struct heap *h, uint64_t most_bytes, enum page_alloc_choice choice)
{
    uint64_t most_pages = most_bytes / HEAP_PAGE_BYTES;
    if (most_pages > SIZE_MAX)
        most_pages = SIZE_MAX;
    uint64_t pages = page_alloc_scavenge(&h->pages, (size_t)most_pages, choice);
    h->scavenger.given_back += pages * HEAP_PAGE_BYTES;
    return pages * HEAP_PAGE_BYTES;
}

uint64_t heap_scavenge(struct heap *h, uint64_t max_bytes)
{
    return give_back(h, max_bytes, PAGE_ALLOC_ANY);
}

void heap_release_idle(struct heap *h)
{
    heap_scavenge(h, UINT64_MAX);
}

void scavenge_for_limit(struct heap *h)
{
    uint64_t limit = h->pace.memory_limit;
    uint64_t ready = heap_retained_bytes(h) + h->pace.roots_bytes;
    if (limit != 0 && ready > limit)
        give_back(h, ready - limit + HEAP_PAGE_BYTES - 1, PAGE_ALLOC_ANY);
}

void scavenge_after_collection(struct heap *h, uint64_t inuse_bytes, uint64_t last_goal)
{
    double ratio = (double)pace_goal(h) / (double)last_goal;
    double goal = (double)inuse_bytes * ratio * KEPT_PERCENT / 100;
    h->scavenger.goal = goal < (double)(UINT64_MAX / 2) ? (uint64_t)goal : UINT64_MAX;
}

/* How much is retained above both goals of the background. */
static uint64_t above_goal(const struct heap *h)
{
    uint64_t retained = heap_retained_bytes(h), above = 0;
    if (retained > h->scavenger.goal)
        above = retained - h->scavenger.goal;
    if (h->pace.memory_limit == 0)
        return above;
    uint64_t goal = h->pace.memory_limit / 100 * LIMIT_PERCENT;
    uint64_t ready = retained + h->pace.roots_bytes;
    return ready > goal && ready - goal > above ? ready - goal : above;
}

/* The background's share of the time that passed. What is too little for a page is
 * kept for the next tick; what finds no work is not. */
static uint64_t work(struct heap *h, uint64_t milliseconds)
{
    struct heap_scavenger *s = &h->scavenger;
    uint64_t above = above_goal(h), earned;
    if (__builtin_mul_overflow(s->rate, milliseconds, &earned) ||
        __builtin_add_overflow(s->due, earned, &s->due))
        s->due = UINT64_MAX;
    uint64_t may = s->due / MS_PER_SECOND;
    uint64_t done = give_back(h, may < above ? may : above, PAGE_ALLOC_NOT_DENSE);
    if (done / HEAP_PAGE_BYTES < may / HEAP_PAGE_BYTES)
        s->due = 0;
    else
        s->due -= done * MS_PER_SECOND;
    return done;
}

uint64_t heap_tick(struct heap *h, uint64_t milliseconds)
{
    h->clock_ms += milliseconds;
    bool paced = h->collector == HEAP_COLLECT_PACED && h->pace.gogc != HEAP_GOGC_OFF;
    if (paced && h->clock_ms - h->pace.collected_ms >= collect_every_ms)
        heap_collect(h);
    return h->scavenger.rate == 0 ? 0 : work(h, milliseconds);
}
