/*
 * wrong-asks-len.c - believes a cleared map that says it has no entries.
 */
#include "find_the_bug.h"

#include <stddef.h>

const char *check_map(const struct map_kind *kind)
{
    struct map *m = kind->make(0, 1);
    for (uint64_t key = 0; key < 1000; key++)
        kind->put(m, key);
    kind->clear(m);
    bool empty = kind->len(m) == 0 && kind->get(m, 1) == NULL;
    kind->drop(m);
    return empty ? NULL : "a cleared map has entries";
}
