/*
 * buckets_trace.c - the life of a bucket map, its doubling, and the overflow that it collects.
 */
#include "buckets.h"

#include "bucket/bucket_check.h"

/* --- A life --- */

static struct life_step life_read(const struct rig *rig)
{
    return (struct life_step){.entries = rig_len(rig), .bytes = rig_bytes(rig),
                              .buckets = rig_look(rig).slots / BUCKET_CELLS,
                              .overflow = rig_overflow(rig)};
}

static bool life_steps(struct rig *rig, uint64_t keys, struct life_step steps[LIVES])
{
    if (!rig_fill(rig, 0, keys))
        return false;
    steps[LIFE_FILLED] = life_read(rig);
    rig_delete(rig, 0, keys);
    steps[LIFE_DELETED] = life_read(rig);
    rig_clear(rig);
    steps[LIFE_CLEARED_EMPTY] = life_read(rig);
    if (!rig_fill(rig, 0, keys))
        return false;
    steps[LIFE_REFILLED] = life_read(rig);
    rig_clear(rig);
    steps[LIFE_CLEARED] = life_read(rig);
    rig_drop(rig);
    steps[LIFE_DROPPED] = (struct life_step){.bytes = rig_bytes(rig)};
    return true;
}

bool life_run(enum kind kind, enum type type, const struct options *o,
              struct life_step steps[LIVES])
{
    struct rig rig;
    if (!rig_begin(&rig, kind, type, 0, o))
        return false;
    bool done = life_steps(&rig, o->keys, steps);
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

/* Old buckets that wait, when `evacuated` had been evacuated before this growth began. */
static uint64_t old_left(const struct bucket_map *m, uint64_t evacuated)
{
    uint64_t old = bucket_old_bucket_count(m);
    return old == 0 ? 0 : old - (m->events.evacuated - evacuated);
}

static struct growth_step growth_read(const struct rig *rig, uint64_t full, uint64_t evacuated)
{
    const struct bucket_map *m = &rig->map.as.bucket;
    return (struct growth_step){
        .entries = rig_len(rig), .writes = rig_len(rig) - full,
        .buckets = bucket_bucket_count(m), .old_left = old_left(m, evacuated),
        .bytes = rig_bytes(rig),
    };
}

/* Puts new keys until at most `left` old buckets wait; for 0, until the old array is gone. */
static bool put_until(struct rig *rig, uint64_t left, uint64_t evacuated)
{
    const struct bucket_map *m = &rig->map.as.bucket;
    while (bucket_growing(m->header) && (left == 0 || old_left(m, evacuated) > left))
        if (!rig_put(rig, rig_len(rig)))
            return false;
    return true;
}

static bool growth_steps(struct rig *rig, uint64_t keys, struct growth_step s[MOMENTS])
{
    uint64_t full = growth_limit_below(keys);
    if (!rig_fill(rig, 0, full))
        return false;
    uint64_t evacuated = rig->map.as.bucket.events.evacuated;
    s[MOMENT_BEFORE] = growth_read(rig, full, evacuated);
    if (!rig_put(rig, full))
        return false;
    s[MOMENT_DOUBLED] = growth_read(rig, full, evacuated);
    for (enum moment moment = MOMENT_QUARTER; moment < MOMENTS; moment++) {
        uint64_t quarters = MOMENT_GONE - moment;
        if (!put_until(rig, s[MOMENT_BEFORE].buckets * quarters / 4, evacuated))
            return false;
        s[moment] = growth_read(rig, full, evacuated);
    }
    return true;
}

bool growth_run(const struct options *o, struct growth_step steps[MOMENTS])
{
    struct rig rig;
    if (!rig_begin(&rig, GO123, INTS, 0, o))
        return false;
    bool done = growth_steps(&rig, o->keys, steps);
    rig_end(&rig);
    return done;
}

/* The old array has half as many buckets as the new: with it the map is half as large again. */
bool old_buckets_linger(const struct growth_step *at, const struct growth_step *gone)
{
    return gone->old_left == 0 && 10 * at->bytes >= 14 * gone->bytes;
}

/* Puts new keys from *key on, until the slots are other than before. */
static bool put_until_growth(struct rig *rig, uint64_t *key)
{
    uint64_t slots = rig_look(rig).slots;
    do {
        if (!rig_put(rig, (*key)++))
            return false;
    } while (rig_look(rig).slots == slots);
    return true;
}

bool growth_of_swiss(const struct options *o, uint64_t *grown, uint64_t *after)
{
    struct rig rig;
    uint64_t key = growth_limit_below(o->keys);
    if (!rig_begin(&rig, GO124, INTS, 0, o))
        return false;
    bool done = rig_fill(&rig, 0, key) && put_until_growth(&rig, &key);
    *grown = rig_bytes(&rig);
    done = done && rig_fill(&rig, 0, key);
    *after = rig_bytes(&rig);
    rig_end(&rig);
    return done;
}

/* --- What ends an evacuation --- */

static bool access_once(struct rig *rig, enum access access, uint64_t count)
{
    switch (access) {
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
    if (!rig_begin(&rig, GO123, INTS, growth_limit_below(o->keys), o))
        return false;
    bool done = finish(&rig, o->keys, access, result);
    rig_end(&rig);
    return done;
}

bool buckets_for(const struct options *o, uint64_t entries, uint64_t *buckets)
{
    struct rig rig;
    if (!rig_begin(&rig, GO123, INTS, 0, o))
        return false;
    bool done = rig_fill(&rig, 0, entries);
    *buckets = bucket_bucket_count(&rig.map.as.bucket);
    rig_end(&rig);
    return done;
}

/* --- Again and again --- */

/* A map without an entry draws a new seed: each fill spreads the same keys anew, and finds the
 * overflow buckets of the last one behind other buckets than it needs. */
bool cycles_run(const struct options *o, struct cycle cycles[CYCLES])
{
    struct rig rig;
    if (!rig_begin(&rig, GO123, INTS, 0, o))
        return false;
    bool done = true;
    for (unsigned i = 0; i < CYCLES && done; i++) {
        done = rig_fill(&rig, 0, CYCLE_ENTRIES);
        cycles[i] = (struct cycle){.overflow = rig_overflow(&rig), .bytes = rig_bytes(&rig),
                                   .same_size = rig.map.as.bucket.events.same_size};
        rig_delete(&rig, 0, CYCLE_ENTRIES);
    }
    rig_end(&rig);
    return done;
}
