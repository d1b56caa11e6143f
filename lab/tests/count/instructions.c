/*
 * instructions.c - one kind of call on an int to int map, many times, for callgrind to count.
 *
 *     instructions hit|miss|update ENTRIES LAPS
 *
 * Makes a map of ENTRIES keys and calls for each key, LAPS times over. The difference of two runs
 * with different LAPS is the calls alone: set-up, which puts too, costs the same in both.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "heap/heap.h"
#include "swiss/swiss_u64.h"

enum call { HIT, MISS, UPDATE };

/* Keys far from each other: a miss's are those between. */
static uint64_t key_of(uint64_t number, enum call call)
{
    return 2 * number + (call == MISS);
}

/* Returns what was found, added up, so that no call can be left out. */
static uint64_t lap(struct swiss *m, uint64_t entries, enum call call)
{
    uint64_t sum = 0;
    for (uint64_t n = 0; n < entries; n++) {
        uint64_t key = key_of(n, call);
        const uint64_t *elem = call == UPDATE ? swiss_u64_put(m, key) : swiss_u64_get(m, key);
        sum += elem != NULL ? *elem : 1;
    }
    return sum;
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
    if (argc != 4 || !call_named(argv[1], &call)) {
        fprintf(stderr, "usage: instructions hit|miss|update ENTRIES LAPS\n");
        return 2;
    }
    uint64_t entries = strtoull(argv[2], NULL, 10), laps = strtoull(argv[3], NULL, 10);
    struct heap *h = heap_new(NULL);
    struct swiss m;
    if (h == NULL || !swiss_u64_init(&m, h, entries, 1))
        return 1;
    for (uint64_t n = 0; n < entries; n++)
        *swiss_u64_put(&m, key_of(n, HIT)) = key_of(n, HIT);
    uint64_t mallocs = heap_read(h).mallocs, sum = 0;
    for (uint64_t i = 0; i < laps; i++)
        sum += lap(&m, entries, call);
    uint64_t expected = call == MISS ? entries : entries * (entries - 1);
    bool right = sum == laps * expected && heap_read(h).mallocs == mallocs;
    heap_delete(h);
    return right ? 0 : 1;
}
