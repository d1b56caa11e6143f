/*
 * garbage_trace.c - requests, drops and collections, counted.
 */
#include "garbage.h"

#include "swiss/swiss_u64.h"

/* --- A service -------------------------------------------------------------- */

struct service {
    struct heap *heap;
    struct swiss map;
};

static bool fill(struct swiss *m, uint64_t keys)
{
    for (uint64_t key = 0; key < keys; key++) {
        uint64_t *place = swiss_u64_put(m, key);
        if (place == NULL)
            return false;
        *place = key;
    }
    return true;
}

/* A service with its map filled, collected, and its peaks started anew. */
static bool open_service(struct service *s, const struct heap_config *config, uint64_t keys,
                         uint64_t seed)
{
    s->heap = heap_new(config);
    if (s->heap == NULL)
        return false;
    if (!swiss_u64_init(&s->map, s->heap, keys, seed)) {
        heap_delete(s->heap);
        return false;
    }
    if (!fill(&s->map, keys)) {
        swiss_u64_free(&s->map);
        heap_delete(s->heap);
        return false;
    }
    heap_collect(s->heap);
    heap_release_idle(s->heap);
    heap_reset_peaks(s->heap);
    return true;
}

static void close_service(struct service *s)
{
    swiss_u64_free(&s->map);
    heap_delete(s->heap);
}

/* Answers a request: its memory is garbage as soon as it has its answer. */
static bool serve(struct heap *h)
{
    void *scratch = heap_alloc(h, REQUEST_BYTES, HEAP_NOSCAN, "request");
    if (scratch == NULL)
        return false;
    heap_drop(h, scratch, REQUEST_BYTES, HEAP_NOSCAN, "request");
    return true;
}

static bool serve_many(struct heap *h, uint64_t requests)
{
    for (uint64_t i = 0; i < requests; i++)
        if (!serve(h))
            return false;
    return true;
}

static struct heap_config paced(struct pacing pacing, uint64_t limit)
{
    return (struct heap_config){.collector = HEAP_COLLECT_PACED, .gogc = pacing.gogc,
                                .memory_limit = pacing.soft_limit, .limit_bytes = limit};
}

/* --- Some teeth ------------------------------------------------------------- */

static uint64_t memory_of(const struct heap *h)
{
    struct heap_counters c = heap_read(h);
    return c.heap_sys - c.heap_released;
}

/* Serves, and reads after each request how much memory the process holds. */
static bool serve_watched(struct heap *h, struct served *s)
{
    struct heap_counters before = heap_read(h);
    for (uint64_t i = 0; i < s->requests; i++) {
        if (!serve(h))
            return false;
        uint64_t memory = memory_of(h);
        if (memory > s->peak_memory)
            s->peak_memory = memory;
    }
    struct heap_counters after = heap_read(h);
    s->peak = after.peak_heap_alloc;
    s->collections = after.num_gc - before.num_gc;
    s->marked = after.marked - before.marked;
    return true;
}

bool served_run(struct pacing pacing, uint64_t keys, uint64_t garbage, uint64_t seed,
                uint64_t limit, struct served *s)
{
    const struct heap_config config = paced(pacing, limit);
    struct service service;
    *s = (struct served){.requests = garbage / REQUEST_BYTES};
    if (!open_service(&service, &config, keys, seed))
        return false;
    struct heap_counters c = heap_read(service.heap);
    s->live = c.heap_alloc;
    s->goal = c.next_gc;
    bool done = serve_watched(service.heap, s);
    close_service(&service);
    return done;
}

uint64_t live_bytes(uint64_t keys, uint64_t seed, uint64_t limit)
{
    struct served s;
    return served_run((struct pacing){.gogc = 100}, keys, 0, seed, limit, &s) ? s.live : 0;
}

bool goal_doubles(const struct served *s)
{
    uint64_t hundredth = s->live / 100;
    return s->collections > 0 && s->peak >= 2 * (s->live - hundredth)
        && s->peak <= 2 * (s->live + hundredth);
}

bool limit_trades(const struct served *with, const struct served *without, uint64_t soft_limit)
{
    return with->peak_memory <= soft_limit && soft_limit < without->peak_memory
        && with->collections > without->collections && with->marked > without->marked;
}

bool teeth_run(struct pacing pacing, uint64_t keys, uint64_t seed, uint64_t limit,
               uint64_t heap_alloc[TOOTH_STEPS])
{
    const struct heap_config config = paced(pacing, limit);
    struct service service;
    if (!open_service(&service, &config, keys, seed))
        return false;
    uint64_t requests = heap_read(service.heap).heap_alloc / TOOTH_PARTS / REQUEST_BYTES - 1;
    bool done = true;
    for (unsigned step = 0; done && step < TOOTH_STEPS; step++) {
        done = serve_many(service.heap, requests);
        heap_alloc[step] = heap_read(service.heap).heap_alloc;
    }
    close_service(&service);
    return done;
}

/* --- A map that goes -------------------------------------------------------- */

static struct reading read_heap(const struct heap *h)
{
    struct heap_counters c = heap_read(h);
    return (struct reading){.heap_alloc = c.heap_alloc, .garbage = c.garbage,
                            .goal = c.next_gc, .collections = c.num_gc};
}

/* Serves half of the way to the goal, the other half but a request, and that request: it is
 * the one with whose memory HeapAlloc has reached the goal. */
static bool serve_to_goal(struct heap *h, uint64_t goal, struct reading at[MOMENTS])
{
    uint64_t room = goal - heap_read(h).heap_alloc;
    uint64_t requests = (room + REQUEST_BYTES - 1) / REQUEST_BYTES;
    if (!serve_many(h, requests / 2))
        return false;
    at[MOMENT_HALF] = read_heap(h);
    if (!serve_many(h, requests - requests / 2 - 1))
        return false;
    at[MOMENT_GOAL] = read_heap(h);
    if (!serve(h))
        return false;
    at[MOMENT_COLLECTED] = read_heap(h);
    return true;
}

bool drop_run(uint64_t keys, bool at_once, uint64_t seed, uint64_t limit,
              struct reading at[MOMENTS])
{
    struct heap_config config = paced((struct pacing){.gogc = 100}, limit);
    if (at_once)
        config.collector = HEAP_COLLECT_AT_ONCE;
    struct service service;
    if (!open_service(&service, &config, keys, seed))
        return false;
    at[MOMENT_FILLED] = read_heap(service.heap);
    for (uint64_t key = 0; key < keys; key++)
        swiss_u64_del(&service.map, key);
    heap_collect(service.heap);
    at[MOMENT_DELETED] = read_heap(service.heap);
    swiss_u64_free(&service.map);
    at[MOMENT_DROPPED] = read_heap(service.heap);
    bool done = serve_to_goal(service.heap, 2 * at[MOMENT_FILLED].heap_alloc, at);
    heap_delete(service.heap);
    return done;
}

bool drop_waits(const struct reading at[MOMENTS])
{
    return at[MOMENT_DROPPED].heap_alloc == at[MOMENT_DELETED].heap_alloc
        && at[MOMENT_DROPPED].garbage == at[MOMENT_DROPPED].heap_alloc
        && at[MOMENT_GOAL].heap_alloc >= at[MOMENT_DELETED].heap_alloc
        && at[MOMENT_COLLECTED].collections == at[MOMENT_DROPPED].collections + 1
        && at[MOMENT_COLLECTED].heap_alloc <= REQUEST_BYTES;
}

/* --- What a saving saves ---------------------------------------------------- */

/* Makes objects, dropped at once or not. */
static bool make_objects(struct heap *h, uint64_t count, bool drop)
{
    for (uint64_t i = 0; i < count; i++) {
        void *object = heap_alloc(h, OBJECT_BYTES, HEAP_NOSCAN, "object");
        if (object == NULL)
            return false;
        if (drop)
            heap_drop(h, object, OBJECT_BYTES, HEAP_NOSCAN, "object");
    }
    return true;
}

enum { MOST_GARBAGE = 1 << 20 };        /* objects: more than the heap's address space holds */

/* Garbage up to the next collection. Its memory is fresh, and nobody writes to it. */
static bool make_garbage(struct heap *h)
{
    uint64_t before = heap_read(h).num_gc;
    for (unsigned i = 0; i < MOST_GARBAGE && heap_read(h).num_gc == before; i++)
        if (!make_objects(h, 1, true))
            return false;
    return true;
}

bool peak_run(uint64_t live, int gogc, uint64_t limit, uint64_t *peak)
{
    const struct heap_config config = paced((struct pacing){.gogc = gogc}, limit);
    struct heap *h = heap_new(&config);
    if (h == NULL)
        return false;
    bool done = make_objects(h, live / OBJECT_BYTES, false);
    heap_collect(h);
    heap_reset_peaks(h);
    done = done && make_garbage(h);
    *peak = heap_read(h).peak_heap_alloc;
    heap_delete(h);
    return done;
}

/* --- Side by side ----------------------------------------------------------- */

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

bool life_run(const struct design *design, uint64_t keys, uint64_t seed, uint64_t limit,
              struct life *l)
{
    const struct heap_config config = paced((struct pacing){.gogc = 100}, limit);
    struct heap *h = heap_new(&config);
    struct any_map m;
    bool done = false;
    if (h != NULL && any_map_init(&m, design, &swiss_u64_type, h, 0, seed)) {
        done = fill_any(&m, keys);
        l->grown = design_bytes(design, h);
        l->peak = design_peak_bytes(design, h);
        l->collections = heap_read(h).num_gc;
        design->free(&m);
        l->dropped = design_bytes(design, h);
        heap_collect(h);
        l->collected = design_bytes(design, h);
    }
    heap_delete(h);
    return done;
}
