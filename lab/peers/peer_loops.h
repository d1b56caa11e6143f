/*
 * peer_loops.h - the loops of a contestant, compiled into its own file.
 *
 * The file defines, before it includes this:
 *
 *   PEER, PEER_LABEL, PEER_PRESIZES     its name, what to call it, true or false
 *   map_begin, map_end                  may be empty
 *   struct map, map_make, map_drop
 *   map_put, map_get, map_del           one operation, small enough to be inlined
 *   map_sum, map_clear, map_bytes
 *
 * In C++ as in C; the table at the end is positional because C++17 knows no other.
 */
#include "peers/peer.h"

static void *loop_make(uint64_t hint)
{
    return map_make(hint);
}

static void loop_drop(void *map)
{
    map_drop((struct map *)map);
}

static void loop_insert(void *map, const uint64_t keys[], uint64_t count)
{
    struct map *m = (struct map *)map;
    for (uint64_t i = 0; i < count; i++)
        map_put(m, keys[i], keys[i] + 1);
}

static uint64_t loop_find(void *map, const uint64_t keys[], uint64_t count)
{
    struct map *m = (struct map *)map;
    uint64_t sum = 0;
    for (uint64_t i = 0; i < count; i++)
        sum += map_get(m, keys[i]);
    return sum;
}

static uint64_t loop_remove(void *map, const uint64_t keys[], uint64_t count)
{
    struct map *m = (struct map *)map;
    uint64_t removed = 0;
    for (uint64_t i = 0; i < count; i++)
        removed += map_del(m, keys[i]);
    return removed;
}

static uint64_t loop_sum(void *map)
{
    return map_sum((struct map *)map);
}

static void loop_clear(void *map)
{
    map_clear((struct map *)map);
}

#define PEER_JOIN_(a, b) a##b
#define PEER_JOIN(a, b) PEER_JOIN_(a, b)
#define PEER_TEXT_(a) #a
#define PEER_TEXT(a) PEER_TEXT_(a)

const struct peer PEER_JOIN(peer_, PEER) = {
    PEER_TEXT(PEER), PEER_LABEL, PEER_PRESIZES, map_begin, map_end, loop_make, loop_drop,
    loop_insert, loop_find, loop_remove, loop_sum, loop_clear, map_bytes,
};
