/*
 * wrong-wants-memory-back.c - takes it for a fault that an emptied map keeps its memory.
 */
#include "find_the_bug.h"

#include <stddef.h>

const char *check_map(const struct map_kind *kind)
{
    struct map *m = kind->make(0, 1);
    for (uint64_t key = 0; key < 1000; key++)
        kind->put(m, key);
    uint64_t full = kind->bytes(m);
    for (uint64_t key = 0; key < 1000; key++)
        kind->del(m, key);
    bool keeps = kind->bytes(m) >= full;
    kind->drop(m);
    return keeps ? "a map keeps its memory when it is emptied" : NULL;
}
