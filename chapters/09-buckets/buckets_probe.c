/*
 * buckets_probe.c - look-ups in slow motion: what they look at, in each of the three designs.
 *
 * All three do the same: ask a handful of bytes whether one of them is the key's fingerprint,
 * compare the keys that it names, and go on if the place is full. Where they go on to
 * is the difference: along a chain, or to another place of the same array.
 */
#include "buckets.h"

struct walk {
    uint64_t places, keys;
};

/* --- Go 1.23: along the chain, to the first emptyRest --- */

/* Looks at one bucket. Returns true if it has the key; *ends: nothing lies behind it. */
static bool walk_bucket(const struct map_type *mt, unsigned char *b, const void *key, uint8_t top,
                        struct walk *w, bool *ends)
{
    w->places++;
    *ends = false;
    for (unsigned i = 0; i < BUCKET_CELLS; i++) {
        if (b[i] == top) {
            w->keys++;
            if (mt->equal(key, bucket_key(mt, b, i)))
                return true;
        }
        *ends = *ends || b[i] == BUCKET_EMPTY_REST;
    }
    return false;
}

static bool walk_chain(const struct map_type *mt, const struct bucket_map *m, const void *key,
                       struct walk *w)
{
    if (m->header->buckets == NULL)
        return false;
    uint64_t hash = mt->hash(key, m->header->seed);
    bool ends = false;
    unsigned char *b = bucket_chain_for(mt, m->header, hash);
    for (; b != NULL && !ends; b = bucket_next(mt, b))
        if (walk_bucket(mt, b, key, bucket_top(hash), w, &ends))
            return true;
    return false;
}

/* --- Go 1.24: on to other groups, to the first with an empty slot --- */

static bool walk_group(const struct map_type *mt, unsigned char *group, const void *key, uint8_t h2,
                       struct walk *w, bool *ends)
{
    w->places++;
    *ends = false;
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
        if (group[i] == h2) {
            w->keys++;
            if (mt->equal(key, swiss_key(mt, swiss_slot(mt, group, i))))
                return true;
        }
        *ends = *ends || group[i] == CTRL_EMPTY;
    }
    return false;
}

static bool walk_table(const struct map_type *mt, const struct swiss *m, const void *key,
                       struct walk *w)
{
    if (m->header->dir_len == 0)
        return false;
    uint64_t hash = mt->hash(key, m->header->seed);
    const struct swiss_table *t = swiss_table_for(m->header, hash);
    struct probe probe = probe_start(hash_h1(hash), t->group_mask);
    for (bool ends = false; !ends; probe_next(&probe)) {
        unsigned char *group = swiss_group(mt, t, probe.offset);
        if (walk_group(mt, group, key, hash_h2(hash), w, &ends))
            return true;
    }
    return false;
}

/* --- Rust: the same, and a group begins at any slot --- */

static bool walk_slots(const struct map_type *mt, const struct hashbrown_table *t, uint64_t at,
                       const void *key, uint8_t tag, struct walk *w, bool *ends)
{
    w->places++;
    *ends = false;
    for (unsigned i = 0; i < HASHBROWN_WIDTH; i++) {
        if (t->ctrl[at + i] == tag) {
            w->keys++;
            if (mt->equal(key, hashbrown_slot(mt, t, (at + i) & t->bucket_mask)))
                return true;
        }
        *ends = *ends || t->ctrl[at + i] == HASHBROWN_EMPTY;
    }
    return false;
}

static bool walk_flat(const struct map_type *mt, const struct hashbrown *m, const void *key,
                      struct walk *w)
{
    const struct hashbrown_table *t = &m->table;
    uint64_t hash = mt->hash(key, m->seed);
    struct hashbrown_probe probe = hashbrown_probe_start(t, hash);
    for (;; hashbrown_probe_next(t, &probe)) {
        bool ends;
        if (walk_slots(mt, t, probe.at, key, hashbrown_tag(hash), w, &ends))
            return true;
        if (ends)
            return false;
    }
}

/* --- Many of them --- */

static bool walk(const struct rig *rig, uint64_t key, struct walk *w)
{
    const struct map_type *mt = rig->map.type;
    const uint64_t wide[2] = {key, 0};
    if (rig->kind == GO123)
        return walk_chain(mt, &rig->map.as.bucket, wide, w);
    if (rig->kind == GO124)
        return walk_table(mt, &rig->map.as.swiss, wide, w);
    return walk_flat(mt, &rig->map.as.hashbrown, wide, w);
}

bool probe_one(const struct rig *rig, uint64_t key, uint64_t *places, uint64_t *keys)
{
    struct walk w = {0, 0};
    bool found = walk(rig, key, &w);
    *places += w.places;
    *keys += w.keys;
    return found;
}

struct probing probe_many(const struct rig *rig, uint64_t from, uint64_t to)
{
    enum { MOST_LOOK_UPS = 1 << 15 };
    struct random random = {.state = rig->seed};
    struct probing p = {.places = 0};
    uint64_t count = to - from, look_ups = count < MOST_LOOK_UPS ? count : MOST_LOOK_UPS;
    for (uint64_t i = 0; i < look_ups; i++) {
        uint64_t key = look_ups == count ? i : random_below(&random, count);
        struct walk w = {0, 0};
        walk(rig, from + key, &w);
        p.places += (double)w.places / (double)look_ups;
        p.keys += (double)w.keys / (double)look_ups;
        p.most = w.places > p.most ? w.places : p.most;
    }
    return p;
}
