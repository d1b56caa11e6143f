/*
 * peer_run.c - times one contestant.
 *
 * Every phase begins with maps of its own on memory of its own, so that none profits
 * from pages that another has touched. What a phase returns is checked: a fast map that
 * forgets is no contestant.
 */
#include "peers/peer_run.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "peers/peer_hash.h"

/* --- Clocks --- */

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    __asm__ volatile("" ::: "memory");
    clock_gettime(clock, &now);
    __asm__ volatile("" ::: "memory");
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static int64_t now_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

static void print_ns(const char *name, int64_t ns, uint64_t operations)
{
    printf("%s\t%.4f\n", name, (double)ns / (double)operations);
}

static void must_be(const struct peer *p, const char *what, uint64_t is, uint64_t expected)
{
    if (is == expected)
        return;
    fprintf(stderr, "%s: %s gave %" PRIu64 ", not %" PRIu64 "\n", p->name, what, is, expected);
    exit(1);
}

/* --- Phases --- */

/* Fills `repeats` new maps one after the other and returns the last. Making a map counts. */
static void *fill(const struct peer *p, const struct peer_keys *k, uint64_t repeats, bool presized)
{
    void *map = NULL;
    int64_t took = 0;
    for (uint64_t i = 0; i < repeats; i++) {
        if (map != NULL)
            p->drop(map);
        int64_t start = now_ns();
        map = p->make(presized ? k->keys : 0);
        p->insert(map, k->key, k->keys);
        took += now_ns() - start;
    }
    print_ns(presized ? "presized" : "insert", took, repeats * k->keys);
    return map;
}

static void look_up(const struct peer *p, const struct peer_keys *k, uint64_t repeats, void *map)
{
    uint64_t found = 0, missed = 0;
    int64_t start = now_ns();
    for (uint64_t i = 0; i < repeats; i++)
        found += p->find(map, k->picked, k->picks);
    int64_t middle = now_ns();
    for (uint64_t i = 0; i < repeats; i++)
        missed += p->find(map, k->missing, k->picks);
    int64_t end = now_ns();
    must_be(p, "hit", found, repeats * k->sum_of_picked);
    must_be(p, "miss", missed, 0);
    print_ns("hit", middle - start, repeats * k->picks);
    print_ns("miss", end - middle, repeats * k->picks);
}

static void walk(const struct peer *p, const struct peer_keys *k, uint64_t repeats, void *map)
{
    uint64_t sum = 0;
    int64_t start = now_ns();
    for (uint64_t i = 0; i < repeats; i++)
        sum += p->sum(map);
    print_ns("iterate", now_ns() - start, repeats * k->keys);
    must_be(p, "iterate", sum, repeats * k->sum_of_all);
}

/* Deletes and, not timed, puts the same keys back; the last time they stay away. */
static void take_out(const struct peer *p, const struct peer_keys *k, uint64_t repeats, void *map)
{
    int64_t took = 0;
    for (uint64_t i = 0; i < repeats; i++) {
        if (i > 0)
            p->insert(map, k->picked, k->picks);
        int64_t start = now_ns();
        uint64_t removed = p->remove(map, k->picked, k->picks);
        took += now_ns() - start;
        must_be(p, "delete", removed, k->picks);
    }
    print_ns("delete", took, repeats * k->picks);
}

static void empty(const struct peer *p, const struct peer_keys *k, uint64_t repeats, void *map)
{
    int64_t took = 0;
    for (uint64_t i = 0; i < repeats; i++) {
        if (i > 0)
            p->insert(map, k->key, k->keys);
        int64_t start = now_ns();
        p->clear(map);
        took += now_ns() - start;
    }
    print_ns("clear", took, repeats * k->keys);
    must_be(p, "clear", p->sum(map), 0);
}

/* The process's memory on huge pages, as the kernel counts it; 0 where it does not say. */
static uint64_t huge_bytes(void)
{
    char line[128];
    uint64_t kib = 0;
    FILE *f = fopen("/proc/self/smaps_rollup", "r");
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        if (sscanf(line, "AnonHugePages: %" SCNu64 " kB", &kib) == 1)
            break;
    if (f != NULL)
        fclose(f);
    return kib << 10;
}

void peer_grown(const struct peer *p, const struct peer_keys *k, uint64_t repeats)
{
    p->begin();
    uint64_t before = p->live_bytes();
    void *map = fill(p, k, repeats, false);
    printf("bytes\t%" PRIu64 "\n", p->live_bytes() - before);
    if (peer_huge_pages)
        printf("huge\t%" PRIu64 "\n", huge_bytes());
    look_up(p, k, repeats, map);
    walk(p, k, repeats, map);
    take_out(p, k, repeats, map);
    p->drop(map);
    p->end();
}

void peer_presized(const struct peer *p, const struct peer_keys *k, uint64_t repeats)
{
    void *map;
    p->begin();
    if (p->presizes) {
        map = fill(p, k, repeats, true);
    } else {
        map = p->make(0);
        p->insert(map, k->key, k->keys);
    }
    empty(p, k, repeats, map);
    p->drop(map);
    p->end();
}

/* --- Single operations --- */

/*
 * Durations, in buckets that are at most a sixteenth too wide: 16 for each power of two. The
 * time that the kernel gave to other programs meanwhile is taken off: where an operation
 * took long, the clock of the wall has run ahead of this thread's own clock since the last
 * such operation, and as all those between were short, it did so in this one.
 */
struct durations {
    uint64_t count[64 * 16];
    uint64_t total;
    int64_t worst;
    int64_t wall, own;                  /* both clocks when last compared */
};

enum { LONG_NS = 5000 };

static void durations_start(struct durations *d)
{
    *d = (struct durations){.wall = now_ns(), .own = read_clock(CLOCK_THREAD_CPUTIME_ID)};
}

static unsigned bucket_of(uint64_t ns)
{
    if (ns < 16)
        return (unsigned)ns;
    unsigned top = 63 - (unsigned)__builtin_clzll(ns);
    return (top - 3) * 16 + (unsigned)(ns >> (top - 4) & 15);
}

static int64_t bucket_end(unsigned bucket)
{
    if (bucket < 16)
        return bucket;
    return ((int64_t)(bucket % 16) + 17) << (bucket / 16 - 1);
}

static void durations_add(struct durations *d, int64_t start, int64_t end)
{
    int64_t took = end - start;
    if (took >= LONG_NS) {
        int64_t own = read_clock(CLOCK_THREAD_CPUTIME_ID), wall = now_ns();
        int64_t away = wall - d->wall - (own - d->own);
        took -= away > 0 ? away : 0;
        took = took > LONG_NS ? took : LONG_NS;
        d->wall = wall;
        d->own = own;
    }
    d->count[bucket_of((uint64_t)took)]++;
    d->total++;
    if (took > d->worst)
        d->worst = took;
}

/* The duration that all but one in ten thousand stay below. */
static int64_t durations_p9999(const struct durations *d)
{
    uint64_t above = 0;
    unsigned bucket = 64 * 16;
    while (bucket > 0 && above <= d->total / 10000)
        above += d->count[--bucket];
    int64_t end = bucket_end(bucket);
    return end < d->worst ? end : d->worst;
}

void peer_latency(const struct peer *p, const struct peer_keys *k)
{
    static struct durations d;
    p->begin();
    void *map = p->make(0);
    durations_start(&d);
    for (uint64_t i = 0; i < k->keys; i++) {
        int64_t start = now_ns();
        p->insert(map, &k->key[i], 1);
        durations_add(&d, start, now_ns());
    }
    printf("worst\t%" PRId64 "\np99.99\t%" PRId64 "\n", d.worst, durations_p9999(&d));
    p->drop(map);
    p->end();
}

void peer_shrink(const struct peer *p, const struct peer_keys *k)
{
    static struct durations d;
    p->begin();
    uint64_t before = p->live_bytes();
    void *map = p->make(0);
    p->insert(map, k->key, k->keys);
    printf("full\t%" PRIu64 "\n", p->live_bytes() - before);
    durations_start(&d);
    for (uint64_t i = 0; i < k->keys; i++) {
        int64_t start = now_ns();
        p->remove(map, &k->key[i], 1);
        durations_add(&d, start, now_ns());
    }
    printf("emptied\t%" PRIu64 "\n", p->live_bytes() - before);
    printf("worst\t%" PRId64 "\np99.99\t%" PRId64 "\n", d.worst, durations_p9999(&d));
    p->drop(map);
    p->end();
}

/* --- Memory by itself --- */

enum { LINE_BYTES = 64 };

void peer_touch(const struct peer_keys *k, uint64_t bytes)
{
    uint64_t lines = bytes / LINE_BYTES, sum = 0;
    unsigned char *memory = malloc(bytes);
    if (memory == NULL)
        peer_no_memory();
    memset(memory, 1, bytes);
    int64_t start = now_ns();
    for (uint64_t i = 0; i < k->picks; i++) {
        uint64_t line = (uint64_t)(((unsigned __int128)peer_hash(k->missing[i]) * lines) >> 64);
        sum += memory[line * LINE_BYTES];
    }
    print_ns("touch", now_ns() - start, k->picks);
    free(memory);
    if (sum != k->picks)
        exit(1);
}
