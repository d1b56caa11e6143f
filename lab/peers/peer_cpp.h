/*
 * peer_cpp.h - a C++ map as a contestant: Abseil's and the standard library's have the same
 * methods. The file that includes this has defined TABLE<Key, Value, Hash>, PEER, PEER_LABEL.
 */
#include <stdint.h>

#include "peers/peer_hash.h"

namespace {

struct Hash {
    std::size_t operator()(uint64_t key) const { return peer_hash(key); }
};

struct map {
    TABLE<uint64_t, uint64_t, Hash> table;
};

void map_begin()
{
}

void map_end()
{
}

map *map_make(uint64_t hint)
{
    map *m = new map;
    if (hint > 0)
        m->table.reserve(hint);
    return m;
}

void map_drop(map *m)
{
    delete m;
}

inline void map_put(map *m, uint64_t key, uint64_t value)
{
    m->table[key] = value;
}

inline uint64_t map_get(const map *m, uint64_t key)
{
    auto at = m->table.find(key);
    return at != m->table.end() ? at->second : 0;
}

inline bool map_del(map *m, uint64_t key)
{
    return m->table.erase(key) != 0;
}

uint64_t map_sum(const map *m)
{
    uint64_t sum = 0;
    for (const auto &entry : m->table)
        sum += entry.second;
    return sum;
}

void map_clear(map *m)
{
    m->table.clear();
}

uint64_t map_bytes()
{
    return peer_malloc_bytes();
}

}

#define PEER_PRESIZES true
#include "peers/peer_loops.h"
