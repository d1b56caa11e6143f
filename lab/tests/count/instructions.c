/*
 * instructions.c - one kind of call on an int to int map, many times, for callgrind to count.
 *
 *     instructions swiss|bucket|hashbrown hit|miss|update ENTRIES LAPS
 *
 * Makes a map of ENTRIES keys and calls for each key, LAPS times over. The difference of two runs
 * with different LAPS is the calls alone: set-up, which puts too, costs the same in both.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bucket/bucket_u64.h"
#include "hashbrown/hashbrown_u64.h"
#include "heap/heap.h"
#include "swiss/swiss_u64.h"

enum call { HIT, MISS, UPDATE };

/* --- The three maps --- */

union map {
    struct swiss swiss;
    struct bucket_map bucket;
    struct hashbrown hashbrown;
};

struct verbs {
    const char *name;
    bool (*init)(union map *m, struct heap *h, uint64_t hint);
    uint64_t *(*get)(const union map *m, uint64_t key);
    uint64_t *(*put)(union map *m, uint64_t key);
};

/* The typed functions behind one table: what is counted is inside them. */
#define VERBS(own)                                                                               \
    static bool own##_init_it(union map *m, struct heap *h, uint64_t hint)                       \
    {                                                                                            \
        return own##_u64_init(&m->own, h, hint, 1);                                              \
    }                                                                                            \
    static uint64_t *own##_get_it(const union map *m, uint64_t key)                              \
    {                                                                                            \
        return own##_u64_get(&m->own, key);                                                      \
    }                                                                                            \
    static uint64_t *own##_put_it(union map *m, uint64_t key)                                    \
    {                                                                                            \
        return own##_u64_put(&m->own, key);                                                      \
    }

VERBS(swiss)
VERBS(bucket)
VERBS(hashbrown)

static const struct verbs maps[] = {
    {"swiss", swiss_init_it, swiss_get_it, swiss_put_it},
    {"bucket", bucket_init_it, bucket_get_it, bucket_put_it},
    {"hashbrown", hashbrown_init_it, hashbrown_get_it, hashbrown_put_it},
};

/* --- Calls --- */

/* Keys far from each other: a miss's are those between. */
static uint64_t key_of(uint64_t number, enum call call)
{
    return 2 * number + (call == MISS);
}

/* Returns what was found, added up, so that no call can be left out. */
static uint64_t lap(const struct verbs *verbs, union map *m, uint64_t entries, enum call call)
{
    uint64_t sum = 0;
    for (uint64_t n = 0; n < entries; n++) {
        uint64_t key = key_of(n, call);
        const uint64_t *elem = call == UPDATE ? verbs->put(m, key) : verbs->get(m, key);
        sum += elem != NULL ? *elem : 1;
    }
    return sum;
}

static const struct verbs *map_named(const char *name)
{
    for (unsigned i = 0; i < sizeof maps / sizeof maps[0]; i++)
        if (strcmp(name, maps[i].name) == 0)
            return &maps[i];
    return NULL;
}

static bool call_named(const char *name, enum call *call)
{
    static const char *const names[] = {"hit", "miss", "update"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        *call = (enum call)i;
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

int main(int argc, char **argv)
{
    enum call call;
    const struct verbs *verbs = argc == 5 ? map_named(argv[1]) : NULL;
    if (verbs == NULL || !call_named(argv[2], &call)) {
        fprintf(stderr,
                "usage: instructions swiss|bucket|hashbrown hit|miss|update ENTRIES LAPS\n");
        return 2;
    }
    uint64_t entries = strtoull(argv[3], NULL, 10), laps = strtoull(argv[4], NULL, 10);
    struct heap *h = heap_new(NULL);
    union map m;
    if (h == NULL || !verbs->init(&m, h, entries))
        return 1;
    for (uint64_t n = 0; n < entries; n++)
        *verbs->put(&m, key_of(n, HIT)) = key_of(n, HIT);
    lap(verbs, &m, entries, call);      /* an update of a full table of Rust's makes room first */
    uint64_t mallocs = heap_read(h).mallocs, sum = 0;
    for (uint64_t i = 0; i < laps; i++)
        sum += lap(verbs, &m, entries, call);
    uint64_t expected = call == MISS ? entries : entries * (entries - 1);
    bool right = sum == laps * expected && heap_read(h).mallocs == mallocs;
    heap_delete(h);
    return right ? 0 : 1;
}
