/*
 * drop_and_rebuild_versions.c - the way back in three maps: rebuild, shrink, rotate; and the page.
 *
 * The rebuild is the same in each: a new map made for the live entries, a range over the
 * old one, a drop. What differs is how full the new one may be, how much lies beside its slots, and
 * when the old one's memory is free: at the next collection in Go, at the drop in Rust.
 */
#include "drop_and_rebuild.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>

#include "hashbrown/hashbrown.h"
#include "swiss/swiss_u64.h"

static struct heap *new_heap(uint64_t limit, enum heap_collector collector)
{
    return heap_new(&(struct heap_config){.limit_bytes = limit, .collector = collector});
}

/* --- The rebuild of any map ------------------------------------------------- */

/* Puts every entry of `from` into `to`. */
static bool copy_entries(const struct design_version *version, struct any_map *to,
                         struct any_map *from)
{
    const struct design *design = version->design;
    struct any_iter it;
    bool done = true;
    design->iter_start(from, &it);
    while (done && design->iter_next(&it)) {
        uint64_t key;
        memcpy(&key, it.key, sizeof key);
        uint64_t *elem = version->put(to, key);
        done = elem != NULL;
        if (done)
            memcpy(elem, it.elem, sizeof *elem);
    }
    design->iter_end(&it);
    return done;
}

/* Moves all entries to a map made for them, drops the old one. False: no memory; the map is as
 * it was. */
static bool rebuild_any(const struct design_version *version, struct heap *h, struct any_map *m,
                        uint64_t seed)
{
    const struct design *design = version->design;
    struct any_map fresh;
    if (!any_map_init(&fresh, design, m->type, h, design->len(m), seed))
        return false;
    bool done = copy_entries(version, &fresh, m);
    design->free(done ? m : &fresh);
    if (done)
        *m = fresh;
    return done;
}

/* --- Making a map small ----------------------------------------------------- */

static uint64_t collected(const struct design *design, struct heap *h)
{
    heap_collect(h);
    return design_bytes(design, h);
}

/* Puts the keys below `keys` that the stride divides. */
static bool fill(const struct design_version *version, struct any_map *m, uint64_t keys,
                 uint64_t stride)
{
    bool done = true;
    for (uint64_t key = 0; done && key < keys; key += stride)
        done = design_version_fill(version, m, key, key + 1);
    return done;
}

static void drain(const struct design_version *version, struct any_map *m, uint64_t keys,
                  uint64_t stride)
{
    for (uint64_t key = 0; key < keys; key++)
        if (key % stride != 0)
            version->del(m, key);
}

static uint64_t count_found(const struct any_map *m, uint64_t keys, uint64_t stride)
{
    uint64_t found = 0;
    for (uint64_t key = 0; key < keys; key += stride) {
        const uint64_t *elem = m->design->get(m, &key);
        found += elem != NULL && *elem == key;
    }
    return found;
}

static bool small_steps(const struct design_version *version, enum small_way way, struct heap *h,
                        uint64_t keys, uint64_t stride, uint64_t seed, struct made_small *r)
{
    const struct design *design = version->design;
    struct any_map m;
    if (!any_map_init(&m, design, &swiss_u64_type, h, 0, seed) || !fill(version, &m, keys, 1))
        return false;
    r->filled = collected(design, h);
    drain(version, &m, keys, stride);
    r->live = design->len(&m);
    r->drained = collected(design, h);
    r->slots_before = design->slots(&m);
    heap_reset_peaks(h);
    assert(way == SMALL_BY_REBUILD || design->shrink != NULL);
    if (!(way == SMALL_BY_SHRINK ? design->shrink(&m) : rebuild_any(version, h, &m, seed + 1)))
        return false;
    r->peak = design_peak_bytes(design, h);
    r->after = collected(design, h);
    r->slots_after = design->slots(&m);
    r->found = count_found(&m, keys, stride);
    return true;
}

/* A map that is made for the survivors and never held another. */
static bool fresh_steps(const struct design_version *version, struct heap *h, uint64_t keys,
                        uint64_t stride, uint64_t seed, struct made_small *r)
{
    struct any_map m;
    if (!any_map_init(&m, version->design, &swiss_u64_type, h, r->live, seed)
        || !fill(version, &m, keys, stride))
        return false;
    r->fresh = collected(version->design, h);
    return true;
}

bool made_small_run(const struct design_version *version, enum small_way way, uint64_t keys,
                    uint64_t live, uint64_t seed, uint64_t limit, struct made_small *r)
{
    uint64_t stride = live == 0 || live >= keys ? 1 : keys / live;
    struct heap *h = new_heap(limit, HEAP_COLLECT_WHEN_TOLD);
    *r = (struct made_small){.live = 0};
    bool done = h != NULL && small_steps(version, way, h, keys, stride, seed, r);
    heap_delete(h);
    h = done ? new_heap(limit, HEAP_COLLECT_WHEN_TOLD) : NULL;
    done = h != NULL && fresh_steps(version, h, keys, stride, seed + 1, r);
    heap_delete(h);
    return done;
}

bool draining_keeps(const struct made_small *r)
{
    return 100 * r->drained >= 99 * r->filled;
}

bool made_small_fits(const struct made_small *r)
{
    uint64_t both = r->drained + r->fresh;
    return r->found == r->live && r->after == r->fresh
        && r->peak >= both && 100 * r->peak <= 101 * both;
}

/* --- Rotating --------------------------------------------------------------- */

/*
 * Slots for an entry after a rebuild, at most: twice what the load allows, as sizes are powers of
 * two. 6.5 of 8 cells: 32/13; 7 of 8 slots: 16/7. Bytes of a slot: 144 for a bucket of 8, and
 * one spare bucket for 16; the Swiss table as in drop_and_rebuild_rotation.c; Rust's
 * slot and control byte.
 */
struct rotation_price_of rotation_price_of(const struct design_version *version)
{
    if (version == &design_versions[DESIGN_BUCKETS])
        return (struct rotation_price_of){32.0 / 13, 144.0 / 8 * 17 / 16};
    if (version == &design_versions[DESIGN_SWISS])
        return (struct rotation_price_of){16.0 / 7, rotation_slot_bytes()};
    return (struct rotation_price_of){16.0 / 7, 17};
}

/* As rotation_bound: the old map, the new one, and four tables for what is rounded up. */
static double bound_of(const struct rotation_price_of *price, double k, uint64_t live)
{
    double old_slots = fmax(k * (double)(live + 1), ROTATION_FLOOR);
    return price->slot_bytes * (old_slots + price->fresh_slots * (double)live + 4 * 1024);
}

/* A queue in a map under the policy. */
struct rotating_version {
    const struct design_version *version;
    struct heap *heap;
    struct any_map map;
    struct rotation_price_of price;
    double k, bound_k;
    uint64_t seed;
    struct rotation sum;
};

static bool is_too_large(const struct rotating_version *q)
{
    uint64_t slots = q->version->design->slots(&q->map);
    return q->k > 0 && slots > ROTATION_FLOOR
        && (double)slots > q->k * (double)q->version->design->len(&q->map);
}

/* Called after each change: rebuilds if the map is too large, and holds the bytes against
 * the bound. */
static bool after_change(struct rotating_version *q)
{
    uint64_t live = q->version->design->len(&q->map);
    q->sum.operations++;
    if (is_too_large(q)) {
        if (!rebuild_any(q->version, q->heap, &q->map, ++q->seed))
            return false;
        q->sum.rotations++;
        q->sum.copied += live;
        q->sum.longest = live > q->sum.longest ? live : q->sum.longest;
    }
    uint64_t bytes = design_peak_bytes(q->version->design, q->heap);
    double part = (double)bytes / bound_of(&q->price, q->bound_k, live);
    q->sum.worst_live = part > q->sum.worst ? live : q->sum.worst_live;
    q->sum.worst = fmax(part, q->sum.worst);
    q->sum.peak_bytes = bytes > q->sum.peak_bytes ? bytes : q->sum.peak_bytes;
    heap_reset_peaks(q->heap);
    return true;
}

static bool spike_and_drain(struct rotating_version *q, uint64_t keys)
{
    bool done = true;
    for (uint64_t key = 0; done && key < keys; key++)
        done = design_version_fill(q->version, &q->map, key, key + 1) && after_change(q);
    for (uint64_t key = 0; done && key < keys - keys / 64; key++) {
        q->version->del(&q->map, key);
        done = after_change(q);
    }
    q->sum.drained_bytes = design_bytes(q->version->design, q->heap);
    return done;
}

bool rotation_version(const struct design_version *version, double k, double bound_k,
                      uint64_t keys, uint64_t seed, uint64_t limit, struct rotation *r)
{
    struct rotating_version q = {
        .version = version, .heap = new_heap(limit, HEAP_COLLECT_AT_ONCE),
        .price = rotation_price_of(version), .k = k, .bound_k = bound_k, .seed = seed};
    bool done = q.heap != NULL
        && any_map_init(&q.map, version->design, &swiss_u64_type, q.heap, 0, seed)
        && spike_and_drain(&q, keys);
    *r = q.sum;
    heap_delete(q.heap);                /* with the map in it */
    return done;
}

bool rotation_version_bounded(const struct design_version *version, double k,
                              const struct rotation *r)
{
    double fresh = rotation_price_of(version).fresh_slots;
    return r->worst <= 1 && (double)r->copied <= fresh / (k - fresh) * (double)r->operations;
}
