/*
 * lookup_memory.c - what memory takes, without a map.
 *
 * Each line of a region holds the number of another, so that all lines form one ring in a
 * random order. A processor that follows the ring cannot begin to fetch a line before it
 * has the one before: each step takes the whole way to wherever the line is.
 */
#include "lookup.h"

#include <stdlib.h>

#include "heap/heap.h"

/* --- The ring --- */

struct line {
    uint64_t next;
    uint64_t unused[LOOKUP_LINE_BYTES / sizeof(uint64_t) - 1];
};

struct ring {
    struct heap *heap;
    struct line *lines;
    uint64_t count, at;
};

enum { STEPS = 1 << 14 };

/* Sattolo's shuffle (1986): like Fisher's and Yates's, but no line stays in its place, and
 * the result is one ring. */
static void ring_shuffle(struct ring *ring, uint64_t seed)
{
    struct random random = {.state = seed};
    for (uint64_t i = 0; i < ring->count; i++)
        ring->lines[i].next = i;
    for (uint64_t i = ring->count - 1; i > 0; i--) {
        uint64_t j = random_below(&random, i);
        uint64_t next = ring->lines[i].next;
        ring->lines[i].next = ring->lines[j].next;
        ring->lines[j].next = next;
    }
}

static bool ring_make(struct ring *ring, const struct options *options, uint64_t bytes, bool huge)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes, .huge_pages = huge};
    *ring = (struct ring){.heap = heap_new(&config), .count = bytes / LOOKUP_LINE_BYTES};
    if (ring->heap == NULL)
        return false;
    ring->lines = heap_alloc(ring->heap, bytes, HEAP_NOSCAN, "ring");
    if (ring->lines == NULL)
        return false;
    ring_shuffle(ring, options->seed);
    return true;
}

/* Each round goes on where the last one ended. */
static uint64_t ring_follow(void *context)
{
    struct ring *ring = context;
    uint64_t at = ring->at;
    for (unsigned i = 0; i < STEPS; i++)
        at = ring->lines[at].next;
    ring->at = at;
    return STEPS;
}

bool lookup_chase(const struct options *options, uint64_t bytes, struct lookup_chase *result)
{
    struct ring rings[2];
    struct bench_case cases[2];
    bool done = true;
    *result = (struct lookup_chase){.bytes = bytes};
    for (unsigned huge = 0; huge < 2; huge++) {
        done = ring_make(&rings[huge], options, bytes, huge) && done;
        cases[huge] = (struct bench_case){.name = "chase", .run = ring_follow,
                                          .context = &rings[huge]};
    }
    done = done && bench_run(cases, result->pages, 2, options->rounds);
    for (unsigned huge = 0; huge < 2; huge++)
        heap_delete(rings[huge].heap);
    return done;
}

/* --- Caches --- */

/* The system's word about one cache of the first processor: "32K", "Data", "1". */
static bool read_word(unsigned index, const char *what, char word[32])
{
    char path[128];
    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%u/%s", index, what);
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return false;
    bool got = fscanf(file, "%31s", word) == 1;
    fclose(file);
    return got;
}

uint64_t lookup_cache_bytes(unsigned level)
{
    char word[32];
    for (unsigned index = 0; read_word(index, "level", word); index++) {
        bool wanted = strtoul(word, NULL, 10) == level;
        if (!wanted || !read_word(index, "type", word) || word[0] == 'I')
            continue;                   /* of instructions alone */
        if (!read_word(index, "size", word))
            return 0;
        char *unit;
        uint64_t size = strtoull(word, &unit, 10);
        return *unit == 'K' ? size << 10 : *unit == 'M' ? size << 20 : size;
    }
    return 0;
}
