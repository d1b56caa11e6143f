/*
 * heap_and_resident_mapping.c - a live heap of the sources' size, under two rules of zeroing.
 *
 * Part 1 prints one mapping under each version of Go:
 *
 *     Go 1.23    1,429,504 kB, of which 1,117,232 kB resident     349 chunks of 4 MiB
 *     Go 1.24    1,384,448 kB, of which 1,360,000 kB resident     338 chunks
 *
 * Both sizes are whole chunks, the step in which Go's heap grows, so the sizes are taken as
 * given. What was in them is not printed. Assumed here, and the least that gives both figures:
 *
 *     given back   18 in 1000 of the mapping are idle and given back to the system. This is
 *                  what Go 1.24 does not have resident.
 *     rings        41 % of the rest are large buffers of channels whose elements hold
 *                  pointers, and just the first half of each was ever written. Half of 41 %
 *                  is about what Go 1.23 has less.
 *     the rest     are small objects, all of them written
 *
 * Two assumptions for two figures: the run cannot prove them. It shows that one live heap can have
 * both, and that nothing but the rule of zeroing has to differ.
 */
#include "heap_and_resident.h"

#include "resident/resident.h"

enum { CHUNK_BYTES = 4 << 20, SMALL_BYTES = 512 };

const struct mapping_kind mapping_kinds[MAPPINGS] = {
    {"go1-23", "Go 1.23", 349, HEAP_ZEROING_GO_1_23, false},
    {"same", "the same heap on Go 1.24.0", 349, HEAP_ZEROING_GO_1_24_0, false},
    {"go1-24", "Go 1.24.0", 338, HEAP_ZEROING_GO_1_24_0, false},
    {"round", "Go 1.23, rings gone round", 349, HEAP_ZEROING_GO_1_23, true},
};

uint64_t mapping_bytes(const struct mapping_kind *kind, uint64_t scale)
{
    uint64_t chunks = (kind->chunks + scale / 2) / scale;
    return (chunks > 0 ? chunks : 1) * CHUNK_BYTES;
}

/* --- Is there the memory? --------------------------------------------------- */

bool memory_suffices(const char *root, uint64_t bytes)
{
    struct process_limits limits;
    struct process_memory memory = {0};
    char sentence[PROCESS_SENTENCE_BYTES];
    process_limits(root, &limits);
    (void)process_memory(&memory, sentence);    /* if it is not told, nothing is added */
    return bytes <= limits.available
        && memory.resident <= limits.cgroup && bytes <= limits.cgroup - memory.resident;
}

/* --- The live heap ---------------------------------------------------------- */

/* Writes a byte into every page of [p, p + bytes). */
static void use(char *p, uint64_t bytes)
{
    for (uint64_t i = 0; i < bytes; i += SYSTEM_PAGE_BYTES)
        p[i] = 1;
}

static bool add_rings(struct heap *h, uint64_t bytes, bool gone_round)
{
    for (uint64_t made = 0; made < bytes; made += RING_BYTES) {
        char *ring = heap_alloc(h, RING_BYTES, HEAP_SCAN, "channel buffer");
        if (ring == NULL)
            return false;
        use(ring, gone_round ? RING_BYTES : RING_BYTES / 2);
    }
    return true;
}

static bool add_small(struct heap *h, uint64_t bytes)
{
    for (uint64_t made = 0; made < bytes; made += SMALL_BYTES) {
        char *p = heap_alloc(h, SMALL_BYTES, HEAP_NOSCAN, "small");
        if (p == NULL)
            return false;
        p[0] = 1;
    }
    return true;
}

/* What was there at the peak and is none of the live heap: page by page, each with the address of
 * the one before it; then freed and given back. */
static bool add_past(struct heap *h, uint64_t bytes)
{
    void **last = NULL;
    for (uint64_t made = 0; made < bytes; made += HEAP_PAGE_BYTES) {
        void **page = heap_alloc(h, HEAP_PAGE_BYTES, HEAP_NOSCAN, "past");
        if (page == NULL)
            return false;
        *page = last;
        last = page;
    }
    while (last != NULL) {
        void **before = *last;
        heap_free(h, last, HEAP_PAGE_BYTES, HEAP_NOSCAN, "past");
        last = before;
    }
    heap_release_idle(h);
    return true;
}

static uint64_t round_to(uint64_t bytes, uint64_t step)
{
    return (bytes + step / 2) / step * step;
}

bool mapping_run(const struct mapping_kind *kind, uint64_t scale, uint64_t limit,
                 struct mapping *m)
{
    uint64_t all = mapping_bytes(kind, scale);
    uint64_t past = round_to(all / 1000 * GIVEN_BACK_PERMILLE, HEAP_PAGE_BYTES);
    uint64_t rings = round_to((all - past) / 100 * RINGS_PERCENT, RING_BYTES);
    const struct heap_config config = {.limit_bytes = limit, .zeroing = kind->zeroing};
    if (!memory_suffices("", all))
        return false;
    struct heap *h = heap_new(&config);
    bool done = h != NULL && add_rings(h, rings, kind->gone_round)
        && add_small(h, all - past - rings) && add_past(h, past);
    if (done) {
        m->counters = heap_read(h);
        done = resident_bytes(heap_start(h), m->counters.heap_sys, &m->resident);
    }
    heap_delete(h);
    return done;
}
