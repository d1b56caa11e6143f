/*
 * lookup_cost.c - look-ups that hit, for callgrind to count the instructions of.
 *
 * One table of 512 entries, which fits the first cache; every key is looked up LAPS times. Prints
 * how many look-ups there were and how many allocations they made.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "heap/heap.h"
#include "swiss/swiss_u64.h"

enum { KEYS = 512, LAPS = 20 };

int main(void)
{
    struct heap *h = heap_new(NULL);
    struct swiss m;
    if (h == NULL || !swiss_u64_init(&m, h, KEYS, 1))
        return EXIT_FAILURE;
    for (uint64_t key = 0; key < KEYS; key++) {
        uint64_t *elem = swiss_u64_put(&m, key);
        if (elem == NULL)
            return EXIT_FAILURE;
        *elem = key;
    }
    uint64_t mallocs = heap_read(h).mallocs;
    for (uint64_t look = 0; look < LAPS * KEYS; look++) {
        const uint64_t *elem = swiss_u64_get(&m, look % KEYS);
        if (elem == NULL || *elem != look % KEYS)
            return EXIT_FAILURE;
    }
    printf("%d %" PRIu64 "\n", LAPS * KEYS, heap_read(h).mallocs - mallocs);
    swiss_u64_free(&m);
    heap_delete(h);
}
