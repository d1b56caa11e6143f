/*
 * zeroing_time.c - who waits for the pages, and when: the experiment.
 *
 * A page that is touched for the first time costs a fault: the processor stops, the kernel finds
 * a frame, fills it with zeros, and enters it. So a fresh buffer is to be had for the price of
 * its entry in the heap's tables, and is paid for page by page by whoever writes it.
 */
#include <string.h>

#include "zeroing.h"

enum { BUFFER_BYTES = 4 << 20 };

static const struct {
    const char *name;
    unsigned share;                     /* that is written */
} uses[USES] = {
    [USE_FRESH] = {"fresh", 0},
    [USE_FRESH_HALF] = {"fresh-half", SHARE_HALF},
    [USE_FRESH_ALL] = {"fresh-all", SHARE_ALL},
    [USE_RECYCLED] = {"used", 0},
};

struct timed {
    enum use use;
    enum policy policy;
    uint64_t buffers, limit;
    struct heap *heap;
};

static char *make_and_write(struct heap *h, unsigned share)
{
    char *buffer = heap_alloc(h, BUFFER_BYTES, HEAP_SCAN, "buffer");
    if (buffer != NULL)
        memset(buffer, 1, (size_t)BUFFER_BYTES * share / SHARE_ALL);
    return buffer;
}

/* Leaves memory that was written from end to end, dropped and collected. */
static void use_up(struct timed *t)
{
    for (uint64_t i = 0; i < t->buffers; i++) {
        char *buffer = make_and_write(t->heap, SHARE_ALL);
        if (buffer == NULL)
            return;                     /* then the run is refused it, too */
        heap_drop(t->heap, buffer, BUFFER_BYTES, HEAP_SCAN, "buffer");
    }
    heap_collect(t->heap);
}

/* A new heap for each round, for the high-water mark of one never falls. */
static void prepare(void *context)
{
    struct timed *t = context;
    heap_delete(t->heap);
    t->heap = policy_heap(t->policy, t->limit);
    if (t->heap != NULL && t->use == USE_RECYCLED)
        use_up(t);
}

static uint64_t run(void *context)
{
    struct timed *t = context;
    for (uint64_t i = 0; i < t->buffers; i++)
        if (t->heap == NULL || make_and_write(t->heap, uses[t->use].share) == NULL)
            return 0;
    return t->buffers;
}

bool times_run(uint64_t buffers, unsigned rounds, uint64_t limit, struct times *t)
{
    struct timed timed[TIMED];
    struct bench_case cases[TIMED];
    for (unsigned i = 0; i < TIMED; i++) {
        timed[i] = (struct timed){.use = i / POLICIES, .policy = i % POLICIES,
                                  .buffers = buffers, .limit = limit};
        cases[i] = (struct bench_case){.name = uses[timed[i].use].name, .prepare = prepare,
                                       .run = run, .context = &timed[i]};
    }
    bool done = bench_run(cases, t->results, TIMED, rounds);
    for (unsigned i = 0; i < TIMED; i++) {
        t->pages[i] = done ? arena_pages(timed[i].heap) / buffers : 0;
        heap_delete(timed[i].heap);
    }
    return done;
}

double times_to_before(const struct times *t, enum use use, enum policy policy)
{
    const struct bench_result *of = &t->results[use * POLICIES];
    return bench_ratio(&of[policy], &of[POLICY_BEFORE]);
}

bool zeroing_takes_time(const struct times *t, enum use use)
{
    return times_to_before(t, use, POLICY_REGRESSED) >= 5
        && times_to_before(t, use, POLICY_REGRESSED) >= 5 * times_to_before(t, use, POLICY_FIXED);
}
