/*
 * specimen.c - a kind of map, called SPECIMEN: compiled once as it is, and once for each patient
 * with a fault in the headers that it includes.
 */
#include "find_the_bug.h"

#include <assert.h>
#include <stdlib.h>

#include "swiss/swiss_u64.h"

struct map {
    struct heap *heap;
    struct swiss swiss;
};

static struct map *make(uint64_t hint, uint64_t seed)
{
    struct map *m = calloc(1, sizeof *m);
    assert(m != NULL);
    m->heap = heap_new(NULL);
    bool made = m->heap != NULL && swiss_init(&swiss_u64_type, &m->swiss, m->heap, hint, seed);
    assert(made);
    (void)made;
    return m;
}

static void drop(struct map *m)
{
    heap_delete(m->heap);
    free(m);
}

static uint64_t len(const struct map *m)
{
    return swiss_len(&m->swiss);
}

static uint64_t *get(const struct map *m, uint64_t key)
{
    return swiss_get(&swiss_u64_type, &m->swiss, &key);
}

static uint64_t *put(struct map *m, uint64_t key)
{
    uint64_t *elem = swiss_put(&swiss_u64_type, &m->swiss, &key);
    assert(elem != NULL);
    return elem;
}

static bool del(struct map *m, uint64_t key)
{
    return swiss_del(&swiss_u64_type, &m->swiss, &key);
}

static void clear(struct map *m)
{
    swiss_clear(&swiss_u64_type, &m->swiss);
}

static unsigned range(struct map *m, uint64_t keys[], unsigned most)
{
    struct swiss_iter it;
    unsigned count = 0;
    swiss_iter_start(&swiss_u64_type, &m->swiss, &it);
    while (count < most && swiss_iter_next(&swiss_u64_type, &it))
        memcpy(&keys[count++], it.key, sizeof *keys);
    swiss_iter_end(&swiss_u64_type, &it);
    return count;
}

static uint64_t bytes(struct map *m)
{
    heap_collect(m->heap);
    return heap_read(m->heap).heap_alloc;
}

static uint64_t allocations(const struct map *m)
{
    return heap_read(m->heap).mallocs;
}

extern const struct map_kind SPECIMEN;
const struct map_kind SPECIMEN = {
    .make = make, .drop = drop, .len = len, .get = get, .put = put, .del = del, .clear = clear,
    .range = range, .bytes = bytes, .allocations = allocations,
};
