/*
 * peer_lab.c - a map of the lab as a contestant. This is compiled once for each: PEER is then
 * swiss, bucket or hashbrown, PEER_HEADER the header of its u64 -> u64 form, PEER_MAP its
 * struct. They have the same functions, so LAB(get) is swiss_get, bucket_get or hashbrown_get.
 * PEER_BYTES is the counter that tells its bytes: heap_alloc, rounded as Go's allocator rounds, or
 * asked, what Rust asks its allocator for.
 *
 * What is quick is folded into the loops here, as a template's is in C++ and a macro's in C, from
 * the same source as swiss_u64_get and its like; a put that must make room is called.
 *
 * Every phase has a heap of its own, whose pages are as fresh as those that malloc maps for a
 * large table. What the map drops is free at once, as with malloc.
 */
#include <stdlib.h>

#include "heap/heap.h"
#include "peers/peer.h"
#include PEER_HEADER

#define LAB_JOIN_(map, word) map##_##word
#define LAB_JOIN(map, word) LAB_JOIN_(map, word)
#define LAB(word) LAB_JOIN(PEER, word)

struct map {
    struct PEER_MAP m;
};

/* The description of u64 -> u64, where the compiler sees it. */
static const struct map_type lab_type = {
    .name = "u64 -> u64",
    .key_bytes = 8,
    .elem_bytes = 8,
    .key_align = 8,
    .elem_align = 8,
    .slot_bytes = 16,
    .elem_at = 8,
    .key_direct_compare = true,
    .hash = hash_u64,
    .equal = equal_u64,
};

static struct heap *lab_heap;

static void map_begin(void)
{
    lab_heap = heap_new(&(struct heap_config){
        .collector = HEAP_COLLECT_AT_ONCE, .huge_pages = peer_huge_pages});
    if (lab_heap == NULL)
        peer_no_memory();
}

static void map_end(void)
{
    heap_delete(lab_heap);
}

static struct map *map_make(uint64_t hint)
{
    struct map *map = malloc(sizeof *map);
    if (map == NULL || !LAB(u64_init)(&map->m, lab_heap, hint, PEER_SEED))
        peer_no_memory();
    return map;
}

static void map_drop(struct map *map)
{
    LAB(u64_free)(&map->m);
    free(map);
}

static inline void map_put(struct map *map, uint64_t key, uint64_t value)
{
    uint64_t *elem = LAB(put_quick)(&lab_type, &map->m, &key);
    if (elem == NULL)
        elem = LAB(u64_put)(&map->m, key);
    if (elem == NULL)
        peer_no_memory();
    *elem = value;
}

static inline uint64_t map_get(const struct map *map, uint64_t key)
{
    const uint64_t *elem = LAB(get)(&lab_type, &map->m, &key);
    return elem != NULL ? *elem : 0;
}

static inline bool map_del(struct map *map, uint64_t key)
{
    return LAB(del)(&lab_type, &map->m, &key);
}

static uint64_t map_sum(struct map *map)
{
    struct LAB(iter) it;
    uint64_t sum = 0;
    for (LAB(iter_start)(&lab_type, &map->m, &it); LAB(iter_next)(&lab_type, &it);)
        sum += *(const uint64_t *)it.elem;
    return sum;
}

static void map_clear(struct map *map)
{
    LAB(u64_clear)(&map->m);
}

static uint64_t map_bytes(void)
{
    return heap_read(lab_heap).PEER_BYTES;
}

#define PEER_LABEL "lab " PEER_TEXT(PEER)
#define PEER_PRESIZES true
#include "peers/peer_loops.h"
