/*
 * wrong-eight-keys.c - asks a map that is too small to give wrong answers.
 */
#include "find_the_bug.h"

#include <stddef.h>

const char *check_map(const struct map_kind *kind)
{
    const char *broken = NULL;
    struct map *m = kind->make(8, 1);
    for (uint64_t key = 0; key < 8; key++)
        *kind->put(m, key) = key + 1;
    for (uint64_t key = 0; key < 8; key += 2)
        kind->del(m, key);
    for (uint64_t key = 1; key < 8; key += 2)
        if (kind->get(m, key) == NULL || *kind->get(m, key) != key + 1)
            broken = "a key is lost";
    if (*kind->put(m, 2) != 0)
        broken = "a new key has an old elem";
    kind->clear(m);
    if (kind->len(m) != 0 || kind->get(m, 1) != NULL)
        broken = "a cleared key is there";
    kind->drop(m);
    return broken;
}
