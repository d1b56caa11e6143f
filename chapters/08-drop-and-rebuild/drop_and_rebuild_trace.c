/*
 * drop_and_rebuild_trace.c - what frees a map's memory; the rebuild.
 */
#include "drop_and_rebuild.h"

#include "hash/hash.h"
#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

static struct heap *new_heap(uint64_t limit)
{
    return heap_new(&(struct heap_config){.limit_bytes = limit});
}

static uint64_t bytes_after_collection(struct heap *h)
{
    heap_collect(h);
    return heap_read(h).heap_alloc;
}

/* --- Ways ------------------------------------------------------------------- */

/* m[key] = elem for all keys, each byte of elem alike. */
static bool put_each(const struct map_type *mt, struct swiss *m, uint64_t keys, int byte)
{
    for (uint64_t key = 0; key < keys; key++) {
        void *elem = swiss_any_put(mt, m, &key);
        if (elem == NULL)
            return false;
        memset(elem, byte, mt->elem_bytes);
    }
    return true;
}

static void delete_each(const struct map_type *mt, struct swiss *m, uint64_t keys)
{
    for (uint64_t key = 0; key < keys; key++)
        swiss_any_del(mt, m, &key);
}

/* False: no memory, which a put may ask for even where the key is there. */
static bool take_way(enum way way, const struct map_type *mt, struct swiss *m, uint64_t keys)
{
    if (way == WAY_DELETE || way == WAY_DELETE_AND_CLEAR)
        delete_each(mt, m, keys);
    if (way == WAY_CLEAR || way == WAY_DELETE_AND_CLEAR)
        swiss_any_clear(mt, m);
    if (way == WAY_DROP)
        swiss_any_free(mt, m);
    return way != WAY_OVERWRITE || put_each(mt, m, keys, 0);
}

static bool way_run(enum way way, const struct map_type *mt, struct heap *h, uint64_t keys,
                    uint64_t seed, struct ways *w)
{
    struct swiss m;
    w->start = heap_read(h).heap_alloc;
    if (!swiss_any_init(mt, &m, h, 0, seed) || !put_each(mt, &m, keys, 0xFF))
        return false;
    w->filled[way] = bytes_after_collection(h);
    if (!take_way(way, mt, &m, keys))
        return false;
    w->left[way] = way == WAY_DROP ? 0 : swiss_len(&m);
    w->after[way] = bytes_after_collection(h);
    return true;
}

bool ways_run(uint64_t keys, size_t elem_bytes, uint64_t seed, uint64_t limit, struct ways *w)
{
    struct map_type mt = map_type_of(&(struct map_shape){
        .name = "int to bytes",
        .key_bytes = 8, .key_align = 8, .elem_bytes = elem_bytes, .elem_align = 1,
        .key_direct_compare = true, .hash = hash_u64, .equal = equal_u64,
    });
    bool done = true;
    for (enum way way = 0; done && way < WAYS; way++) {
        struct heap *h = new_heap(limit);
        done = h != NULL && way_run(way, &mt, h, keys, seed, w);
        heap_delete(h);                 /* with the map in it */
    }
    return done;
}

bool only_the_drop_frees(const struct ways *w)
{
    for (enum way way = 0; way < WAY_DROP; way++)
        if (100 * w->after[way] < 99 * w->filled[way])
            return false;
    return w->after[WAY_DROP] <= w->start + w->filled[WAY_DROP] / 100;
}

/* --- The rebuild ------------------------------------------------------------ */

/* Puts every entry of `from` into `to`. */
static bool copy_entries(struct swiss *to, struct swiss *from)
{
    struct swiss_iter it;
    bool done = true;
    swiss_u64_iter_start(from, &it);
    while (done && swiss_u64_iter_next(&it)) {
        uint64_t key;
        memcpy(&key, it.key, sizeof key);
        uint64_t *elem = swiss_u64_put(to, key);
        done = elem != NULL;
        if (done)
            memcpy(elem, it.elem, sizeof *elem);
    }
    swiss_u64_iter_end(&it);
    return done;
}

bool rebuild(struct swiss *m, uint64_t hint, uint64_t seed)
{
    struct swiss fresh;
    if (!swiss_u64_init(&fresh, m->heap, hint, seed))
        return false;
    bool done = copy_entries(&fresh, m);
    swiss_u64_free(done ? m : &fresh);
    if (done)
        *m = fresh;
    return done;
}

static uint64_t elem_of(uint64_t key)
{
    return 3 * key + 1;
}

/* Puts the keys below `keys` that a stride divides. */
static bool fill(struct swiss *m, uint64_t keys, uint64_t stride)
{
    for (uint64_t key = 0; key < keys; key += stride) {
        uint64_t *elem = swiss_u64_put(m, key);
        if (elem == NULL)
            return false;
        *elem = elem_of(key);
    }
    return true;
}

/* Deletes all keys but those that the stride divides. */
static void drain(struct swiss *m, uint64_t keys, uint64_t stride)
{
    for (uint64_t key = 0; key < keys; key++)
        if (key % stride != 0)
            swiss_u64_del(m, key);
}

static uint64_t count_found(const struct swiss *m, uint64_t keys, uint64_t stride)
{
    uint64_t found = 0;
    for (uint64_t key = 0; key < keys; key += stride) {
        const uint64_t *elem = swiss_u64_get(m, key);
        found += elem != NULL && *elem == elem_of(key);
    }
    return found;
}

/* A map that is made for the survivors and holds nothing else, ever. */
static bool fresh_run(uint64_t keys, uint64_t stride, uint64_t seed, struct rebuilt *r)
{
    struct heap *h = new_heap(0);
    struct swiss m;
    bool done = h != NULL && swiss_u64_init(&m, h, r->live, seed) && fill(&m, keys, stride);
    if (done)
        r->fresh = bytes_after_collection(h);
    heap_delete(h);
    return done;
}

static bool rebuild_steps(struct heap *h, uint64_t keys, uint64_t stride, enum rebuild_hint hint,
                          uint64_t seed, struct rebuilt *r)
{
    struct swiss m;
    if (!swiss_u64_init(&m, h, 0, seed) || !fill(&m, keys, 1))
        return false;
    drain(&m, keys, stride);
    r->live = swiss_len(&m);
    r->slots_before = swiss_slot_count(&m);
    r->drained = bytes_after_collection(h);
    heap_reset_peaks(h);
    uint64_t room = hint == REBUILD_FOR_LIVE ? r->live : hint == REBUILD_FOR_PEAK ? keys : 0;
    if (!rebuild(&m, room, seed + 1))
        return false;
    r->peak = heap_read(h).peak_heap_alloc;
    r->dropped = heap_read(h).heap_alloc;
    r->after = bytes_after_collection(h);
    r->slots_after = swiss_slot_count(&m);
    r->found = count_found(&m, keys, stride);
    return true;
}

bool rebuild_run(uint64_t keys, uint64_t live, enum rebuild_hint hint, uint64_t seed,
                 uint64_t limit, struct rebuilt *r)
{
    uint64_t stride = live == 0 || live >= keys ? 1 : keys / live;
    struct heap *h = new_heap(limit);
    *r = (struct rebuilt){.live = 0};
    bool done = h != NULL && rebuild_steps(h, keys, stride, hint, seed, r)
        && fresh_run(keys, stride, seed + 1, r);
    heap_delete(h);
    return done;
}

bool rebuilt_fits(const struct rebuilt *r)
{
    return r->found == r->live && r->after == r->fresh;
}

bool fits_before_collection(const struct rebuilt *r)
{
    return r->dropped == r->fresh;
}
