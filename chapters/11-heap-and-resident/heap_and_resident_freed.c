/*
 * heap_and_resident_freed.c - what comes back, to whom, and when.
 *
 * Memory goes back in three steps, and each has a clock of its own (heap.c lists them): a drop
 * makes it garbage, a collection makes it free, a scavenger gives it back. The experiments here
 * read the heap's counters and the arena's resident pages beside each other after every one.
 */
#include "heap_and_resident.h"

#include <stdlib.h>

#include "resident/resident.h"
#include "swiss/swiss_u64.h"

/* Both counts of a heap. False if the kernel does not say. */
static bool read_both(const struct heap *h, struct reading *r)
{
    r->counters = heap_read(h);
    return resident_bytes(heap_start(h), r->counters.heap_sys, &r->resident);
}

/* --- A map that goes -------------------------------------------------------- */

static bool put_from_to(struct swiss *m, uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++) {
        uint64_t *place = swiss_u64_put(m, key);
        if (place == NULL)
            return false;
        *place = key;
    }
    return true;
}

static void delete_all(struct swiss *m, uint64_t keys)
{
    for (uint64_t key = 0; key < keys; key++)
        swiss_u64_del(m, key);
}

/* What becomes of a full map. */
static bool freed_steps(struct heap *h, struct swiss *m, uint64_t keys, struct reading at[MOMENTS])
{
    bool told = read_both(h, &at[MOMENT_FILLED]);
    delete_all(m, keys);
    heap_collect(h);
    told = told && read_both(h, &at[MOMENT_DELETED]);
    swiss_u64_free(m);
    told = told && read_both(h, &at[MOMENT_DROPPED]);
    heap_collect(h);
    told = told && read_both(h, &at[MOMENT_COLLECTED]);
    heap_release_idle(h);
    return told && read_both(h, &at[MOMENT_GIVEN_BACK]);
}

bool freed_run(uint64_t keys, uint64_t seed, uint64_t limit, struct reading at[MOMENTS])
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit});
    struct swiss m;
    bool done = h != NULL && swiss_u64_init(&m, h, keys, seed) && put_from_to(&m, 0, keys)
        && freed_steps(h, &m, keys, at);
    heap_delete(h);                     /* with whatever of the map is still in it */
    return done;
}

bool freed_stays(const struct reading at[MOMENTS])
{
    uint64_t full = at[MOMENT_FILLED].resident;
    const struct reading *collected = &at[MOMENT_COLLECTED], *back = &at[MOMENT_GIVEN_BACK];
    return full >= at[MOMENT_FILLED].counters.heap_alloc / 2
        && collected->counters.heap_alloc == 0 && collected->counters.heap_inuse == 0
        && collected->resident == full
        && back->resident == 0 && back->counters.heap_released == back->counters.heap_sys;
}

/* --- Crumbs ----------------------------------------------------------------- */

static bool crumbs_steps(struct heap *h, unsigned kept, struct reading *full, struct reading *after)
{
    enum { CRUMBS = CRUMB_SPANS * CRUMBS_A_SPAN };
    char *crumbs[CRUMBS];
    for (unsigned i = 0; i < CRUMBS; i++) {
        crumbs[i] = heap_alloc(h, CRUMB_BYTES, HEAP_NOSCAN, "crumb");
        if (crumbs[i] == NULL)
            return false;
        crumbs[i][0] = 1;
    }
    if (!read_both(h, full))
        return false;
    for (unsigned i = 0; i < CRUMBS; i++)
        if (i % CRUMBS_A_SPAN >= kept)
            heap_free(h, crumbs[i], CRUMB_BYTES, HEAP_NOSCAN, "crumb");
    heap_release_idle(h);
    return read_both(h, after);
}

bool crumbs_run(unsigned kept, uint64_t limit, struct reading *full, struct reading *after)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit});
    bool done = h != NULL && crumbs_steps(h, kept, full, after);
    heap_delete(h);
    return done;
}

/* --- A mapping of its own --------------------------------------------------- */

bool malloc_run(uint64_t bytes, uint64_t *before, uint64_t *after)
{
    char *block = malloc(bytes);
    if (block == NULL)
        return false;
    volatile char *v = block;           /* so that the compiler keeps the writes */
    for (uint64_t i = 0; i < bytes; i += SYSTEM_PAGE_BYTES)
        v[i] = 1;
    uintptr_t page = (uintptr_t)block & ~(uintptr_t)(SYSTEM_PAGE_BYTES - 1);
    bool told = resident_bytes((const void *)page, bytes, before);
    free(block);
    if (!resident_bytes((const void *)page, bytes, after))
        *after = 0;                     /* not even mapped any more */
    return told;
}

/* --- Three clocks ----------------------------------------------------------- */

enum clock_what { WHAT_FILL, WHAT_WAIT, WHAT_DELETE, WHAT_DROP, WHAT_COLLECT, WHAT_GIVE_BACK };

static const enum clock_what clock_whats[CLOCK_STEPS] = {
    WHAT_FILL, WHAT_FILL, WHAT_FILL, WHAT_FILL, WHAT_FILL, WHAT_FILL, WHAT_WAIT,
    WHAT_DELETE, WHAT_WAIT, WHAT_DROP, WHAT_WAIT, WHAT_WAIT, WHAT_COLLECT, WHAT_WAIT,
    WHAT_WAIT, WHAT_WAIT, WHAT_WAIT, WHAT_WAIT, WHAT_WAIT, WHAT_COLLECT,
    WHAT_WAIT, WHAT_WAIT, WHAT_GIVE_BACK, WHAT_WAIT,
};
enum { FILL_STEPS = 6, STEP_MS = 1000, SCAVENGE_RATE = 5 << 20 };

const char *clock_step_name(unsigned step)
{
    static const char *const names[] = {"fill", "wait", "delete each key", "drop the map",
                                        "collect", "give all back"};
    return names[clock_whats[step]];
}

static bool clock_step(struct heap *h, struct swiss *m, uint64_t keys, unsigned step)
{
    switch (clock_whats[step]) {
    case WHAT_FILL:
        return put_from_to(m, keys * step / FILL_STEPS, keys * (step + 1) / FILL_STEPS);
    case WHAT_WAIT:
        break;
    case WHAT_DELETE:
        delete_all(m, keys);
        break;
    case WHAT_DROP:
        swiss_u64_free(m);
        break;
    case WHAT_COLLECT:
        heap_collect(h);
        break;
    case WHAT_GIVE_BACK:
        heap_release_idle(h);
        break;
    }
    return true;
}

static bool clocks_steps(struct heap *h, struct swiss *m, uint64_t keys,
                         struct timeline_sample samples[CLOCK_STEPS])
{
    struct timeline_sample line[CLOCK_STEPS + 1];   /* a timeline that is full thins itself */
    struct timeline t;
    timeline_init(&t, line, CLOCK_STEPS + 1, true);
    for (unsigned step = 0; step < CLOCK_STEPS; step++) {
        if (!clock_step(h, m, keys, step))
            return false;
        timeline_step(&t, h);
        heap_tick(h, STEP_MS);
    }
    for (unsigned step = 0; step < CLOCK_STEPS; step++)
        samples[step] = line[step];
    return true;
}

bool clocks_run(uint64_t keys, uint64_t seed, uint64_t limit,
                struct timeline_sample samples[CLOCK_STEPS])
{
    const struct heap_config config = {.limit_bytes = limit, .collector = HEAP_COLLECT_PACED,
                                       .scavenge_rate = SCAVENGE_RATE};
    struct heap *h = heap_new(&config);
    struct swiss m;
    bool done = h != NULL && swiss_u64_init(&m, h, 0, seed) && clocks_steps(h, &m, keys, samples);
    heap_delete(h);
    return done;
}

/* --- Side by side ----------------------------------------------------------- */

static bool look_at_life(const struct design *design, const struct heap *h, enum moment moment,
                         struct life *l)
{
    l->heap[moment] = design_bytes(design, h);
    return resident_bytes(heap_start(h), heap_read(h).heap_sys, &l->resident[moment]);
}

static bool fill_any(struct any_map *m, uint64_t keys)
{
    for (uint64_t key = 0; key < keys; key++) {
        uint64_t *place = m->design->put(m, &key);
        if (place == NULL)
            return false;
        *place = key;
    }
    return true;
}

static bool life_steps(struct heap *h, struct any_map *m, uint64_t keys, struct life *l)
{
    const struct design *d = m->design;
    if (!fill_any(m, keys) || !look_at_life(d, h, MOMENT_FILLED, l))
        return false;
    for (uint64_t key = 0; key < keys; key++)
        d->del(m, &key);
    bool told = look_at_life(d, h, MOMENT_DELETED, l);
    d->free(m);
    told = told && look_at_life(d, h, MOMENT_DROPPED, l);
    heap_collect(h);
    told = told && look_at_life(d, h, MOMENT_COLLECTED, l);
    heap_release_idle(h);
    return told && look_at_life(d, h, MOMENT_GIVEN_BACK, l);
}

bool life_run(const struct design *design, uint64_t keys, uint64_t seed, uint64_t limit,
              struct life *l)
{
    const struct heap_config config = {
        .limit_bytes = limit,
        .collector = design->bytes_as_asked ? HEAP_COLLECT_AT_ONCE : HEAP_COLLECT_PACED};
    struct heap *h = heap_new(&config);
    struct any_map m;
    bool done = h != NULL && any_map_init(&m, design, &swiss_u64_type, h, 0, seed)
        && life_steps(h, &m, keys, l);
    heap_delete(h);
    return done;
}
