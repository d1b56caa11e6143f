/*
 * find_the_bug.c - does a kind of map keep the rules?
 */
#include "find_the_bug.h"

#include <stddef.h>

/* An example of how to ask. It finds nothing, for even a broken map finds a lone key. */
static const char *loses_a_key(const struct map_kind *kind)
{
    struct map *m = kind->make(0, 1);
    *kind->put(m, 7) = 49;
    const uint64_t *elem = kind->get(m, 7);
    const char *broken = elem == NULL || *elem != 49 ? "M1: key 7 is lost" : NULL;
    kind->drop(m);
    return broken;
}

const char *check_map(const struct map_kind *kind)
{
    return loses_a_key(kind);           /* write more of them, rule by rule */
}
