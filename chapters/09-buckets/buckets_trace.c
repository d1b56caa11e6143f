/*
 * buckets_trace.c - the life of a bucket map, its doubling, and three versions side by side.
 */
#include "buckets.h"

#include "bucket/bucket_check.h"

/* --- A life --- */

static struct life_step life_read(struct rig *rig)
{
    struct look look = look_at(&rig->map);
    return (struct life_step){.entries = rig_len(rig), .bytes = rig_bytes(rig),
                              .buckets = look.slots / BUCKET_CELLS, .overflow = look.overflow};
}

static bool life_steps(struct rig *rig, uint64_t keys, struct life_step steps[LIVES])
{
    if (!rig_fill(rig, 0, keys))
        return false;
    steps[LIFE_FILLED] = life_read(rig);
    rig_delete(rig, 0, keys);
    steps[LIFE_DELETED] = life_read(rig);
    rig->map.design->clear(&rig->map);
    steps[LIFE_CLEARED_EMPTY] = life_read(rig);
    if (!rig_fill(rig, 0, keys))
        return false;
    steps[LIFE_REFILLED] = life_read(rig);
    rig->map.design->clear(&rig->map);
    steps[LIFE_CLEARED] = life_read(rig);
    return true;
}

bool life_run(enum kind kind, const struct map_type *type, const struct options *o,
              struct life_step steps[LIVES])
{
    struct rig rig;
    if (!rig_begin(&rig, kind, type, 0, o))
        return false;
    bool done = life_steps(&rig, o->keys, steps);
    rig.map.design->free(&rig.map);
    heap_collect(rig.heap);
    steps[LIFE_DROPPED] = (struct life_step){.bytes = design_bytes(rig.map.design, rig.heap)};
    rig.map.design = NULL;
    rig_end(&rig);
    return done;
}

bool life_retains(const struct life_step s[LIVES])
{
    return s[LIFE_FILLED].entries > 0 && s[LIFE_DELETED].entries == 0
        && s[LIFE_CLEARED].entries == 0
        && 10 * s[LIFE_DELETED].bytes >= 9 * s[LIFE_FILLED].bytes
        && 10 * s[LIFE_CLEARED].bytes >= 9 * s[LIFE_REFILLED].bytes
        && s[LIFE_DROPPED].bytes == 0;
}

/* --- A doubling --- */

uint64_t growth_limit_below(uint64_t keys)
{
    uint64_t limit = 13;
    while (2 * limit < keys)
        limit *= 2;
    return limit;
}

/* Old buckets that are not evacuated yet. */
static uint64_t old_left(const struct bucket_map *m)
{
    const struct bucket_header *header = m->header;
    uint64_t left = 0;
    for (uint64_t i = 0; i < bucket_old_bucket_count(m); i++)
        left += !bucket_is_evacuated(bucket_at(ints_type, header->old_buckets, i));
    return left;
}

static struct growth_step growth_read(struct rig *rig, uint64_t full)
{
    const struct bucket_map *m = &rig->map.as.bucket;
    return (struct growth_step){
        .entries = rig_len(rig), .writes = rig_len(rig) - full,
        .buckets = bucket_bucket_count(m), .old_left = old_left(m), .bytes = rig_bytes(rig),
    };
}

/* Puts new keys until at most `left` old buckets wait; UINT64_MAX: just one key. Counting costs
 * a walk, so it is done after every 64th key, and always near the end. */
static bool put_until(struct rig *rig, uint64_t left)
{
    for (uint64_t puts = 0;; puts++) {
        bool look = puts % 64 == 0 || left == 0;
        const struct bucket_map *m = &rig->map.as.bucket;
        if (look && (left == 0 ? !bucket_growing(m->header) : old_left(m) <= left))
            return true;
        if (!rig_put(rig, rig_len(rig)))
            return false;
    }
}

static bool growth_steps(struct rig *rig, uint64_t keys, struct growth_step s[MOMENTS])
{
    uint64_t full = growth_limit_below(keys);
    if (!rig_fill(rig, 0, full))
        return false;
    s[MOMENT_BEFORE] = growth_read(rig, full);
    if (!rig_put(rig, full))
        return false;
    s[MOMENT_DOUBLED] = growth_read(rig, full);
    uint64_t old = s[MOMENT_BEFORE].buckets;
    for (enum moment moment = MOMENT_QUARTER; moment < MOMENTS; moment++) {
        uint64_t quarters = MOMENT_GONE - moment;
        if (!put_until(rig, old * quarters / 4))
            return false;
        s[moment] = growth_read(rig, full);
    }
    return true;
}

bool growth_run(const struct options *o, struct growth_step steps[MOMENTS])
{
    struct rig rig;
    if (!rig_begin(&rig, GO123, ints_type, 0, o))
        return false;
    bool done = growth_steps(&rig, o->keys, steps);
    rig_end(&rig);
    return done;
}

/* An old array has half of the buckets: a third of the sum, or 0.3 with the rest of the map. */
bool old_buckets_linger(const struct growth_step *at, const struct growth_step *gone)
{
    return gone->old_left == 0 && 10 * at->bytes >= 13 * gone->bytes;
}

/* --- What ends an evacuation --- */

static bool access_once(struct rig *rig, enum access access, uint64_t count)
{
    switch (access) {
    case ACCESS_INSERT:
        return rig_put(rig, rig_len(rig));
    case ACCESS_DELETE:
        rig_delete(rig, count, count + 1);
        return true;
    case ACCESS_UPDATE_ONE:
        return rig_put(rig, 0);
    default:
        return rig_get(rig, count) != NULL;
    }
}

static bool finish(struct rig *rig, uint64_t keys, enum access access, struct finish *f)
{
    uint64_t full = growth_limit_below(keys);
    if (!rig_fill(rig, 0, full + 1))
        return false;
    const struct bucket_header *header = rig->map.as.bucket.header;
    for (; bucket_growing(header) && f->accesses < full; f->accesses++)
        if (!access_once(rig, access, f->accesses))
            return false;
    f->gone = !bucket_growing(header);
    f->bytes = rig_bytes(rig);
    return true;
}

bool finish_run(const struct options *o, enum access access, struct finish *result)
{
    struct rig rig;
    *result = (struct finish){.accesses = 0};
    if (!rig_begin(&rig, GO123, ints_type, 0, o))
        return false;
    bool done = finish(&rig, o->keys, access, result);
    rig_end(&rig);
    return done;
}

bool buckets_for(const struct options *o, uint64_t entries, uint64_t *buckets)
{
    struct rig rig;
    if (!rig_begin(&rig, GO123, ints_type, 0, o))
        return false;
    bool done = rig_fill(&rig, 0, entries);
    *buckets = bucket_bucket_count(&rig.map.as.bucket);
    rig_end(&rig);
    return done;
}

/* --- Three versions --- */

static bool version_ints(struct rig *rig, uint64_t keys, struct version *v)
{
    uint64_t before = heap_read(rig->heap).mallocs;
    if (!rig_fill(rig, 0, keys))
        return false;
    v->mallocs = heap_read(rig->heap).mallocs - before;
    struct look look = look_at(&rig->map);
    v->slots = look.slots;
    v->overflow = look.overflow;
    v->load = look.slots == 0 ? 0 : 100.0 * (double)keys / (double)look.slots;
    v->bytes[ROW_FILLED] = rig_bytes(rig);
    rig_delete(rig, 0, keys);
    v->tombstones = look_at(&rig->map).tombstones;
    v->bytes[ROW_DELETED] = rig_bytes(rig);
    return true;
}

static bool version_presized(struct rig *rig, uint64_t keys, struct version *v)
{
    if (!rig_again(rig, ints_type, keys))
        return false;
    v->bytes[ROW_PRESIZED] = rig_bytes(rig);
    uint64_t before = heap_read(rig->heap).mallocs;
    if (!rig_fill(rig, 0, keys))
        return false;
    v->mallocs_hint = heap_read(rig->heap).mallocs - before;
    rig->map.design->clear(&rig->map);
    v->bytes[ROW_CLEARED] = rig_bytes(rig);
    return true;
}

/* A map of another type, filled without a hint. */
static bool version_type(struct rig *rig, struct map_type type, uint64_t keys, uint64_t *bytes)
{
    bool done = rig_again(rig, &type, 0) && rig_fill(rig, 0, keys);
    if (!done)
        return false;
    *bytes = rig_bytes(rig);
    return rig_again(rig, ints_type, 0);        /* `type` goes with this function */
}

bool version_run(enum kind kind, const struct options *o, struct version *v)
{
    struct rig rig;
    *v = (struct version){.text_entries = o->keys * 550000 / (1 << 20)};
    if (!rig_begin(&rig, kind, ints_type, 0, o))
        return false;
    bool done = version_ints(&rig, o->keys, v) && version_presized(&rig, o->keys, v)
             && version_type(&rig, set_type(), o->keys, &v->bytes[ROW_SET])
             && version_type(&rig, text_type(), v->text_entries, &v->bytes[ROW_TEXT]);
    if (rig.map.design != NULL)
        rig.map.design->free(&rig.map);
    rig.map.design = NULL;
    heap_collect(rig.heap);
    v->bytes[ROW_DROPPED] = design_bytes(kind_design(kind), rig.heap);
    rig_end(&rig);
    return done;
}
