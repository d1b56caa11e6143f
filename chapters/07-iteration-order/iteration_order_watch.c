/*
 * iteration_order_watch.c - what a range promises while the map changes under it.
 *
 * An observer stands beside the map with a list of all keys: when each came, went and was
 * produced. What the range did is judged by that list alone.
 */
#include "iteration_order.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

/* --- What a range promises: the observer ---------------------------------- */

/* What is known of a key, written down beside the map. */
struct known {
    uint64_t elem;                      /* its present one */
    uint64_t taken;                     /* the one that it was produced with */
    unsigned produced;
    bool gone, removed, added;          /* gone: it was out of the map at some time */
};

/* One map, one range over it, and what an observer knows. */
struct scene {
    const struct design_version *version;
    struct any_map m;
    struct random random;
    struct watched *watched;
    struct known *known;                /* by key */
    uint64_t keys;                      /* at the start: the keys 1 to `keys` */
    uint64_t last_key;                  /* the newest one */
    uint64_t produced;                  /* entries so far */
    bool cleared;
};

enum { GROWTH_TIMES = 9, GROWTH_STEP = 8 };

static void observe(struct scene *s, uint64_t key, uint64_t elem)
{
    struct known *k = &s->known[key];
    s->produced++;
    k->produced++;
    k->taken = elem;
    s->watched->twice += k->produced == 2;
    s->watched->removed_came += k->removed && k->produced == 1;
    s->watched->added_came += k->added && k->produced == 1;
    s->watched->stale += elem != k->elem;
    s->watched->after_clear += s->cleared;
}

/* A key of the start that is ahead of the range, chosen by chance; 0: there is none. */
static uint64_t key_ahead(struct scene *s)
{
    uint64_t start = random_below(&s->random, s->keys);
    for (uint64_t i = 0; i < s->keys; i++) {
        uint64_t key = (start + i) % s->keys + 1;
        if (s->known[key].produced == 0 && !s->known[key].gone)
            return key;
    }
    return 0;
}

/* --- What a range promises: the changes ----------------------------------- */

static bool put(struct scene *s, uint64_t key, uint64_t elem)
{
    uint64_t *place = s->version->put(&s->m, key);
    if (place == NULL)
        return false;
    *place = elem;
    return true;
}

static bool add_keys(struct scene *s, uint64_t count, uint64_t most)
{
    for (; count > 0 && s->last_key < most; count--) {
        struct known *k = &s->known[++s->last_key];
        *k = (struct known){.elem = s->last_key, .added = true};
        s->watched->added++;
        if (!put(s, s->last_key, k->elem))
            return false;
    }
    return true;
}

static bool remove_ahead(struct scene *s, bool put_again)
{
    uint64_t key = key_ahead(s);
    if (key == 0)
        return true;
    s->version->del(&s->m, key);
    s->known[key].gone = s->known[key].removed = true;
    s->watched->removed++;
    return !put_again || put(s, key, s->known[key].elem);
}

static bool update(struct scene *s, uint64_t key)
{
    s->known[key].elem += 1000000;
    s->watched->updated++;
    return put(s, key, s->known[key].elem);
}

static bool clear_at_half(struct scene *s, bool put_again)
{
    if (s->cleared || 2 * s->produced < s->keys)
        return true;
    s->version->clear(&s->m);
    s->cleared = true;
    s->watched->cleared++;
    for (uint64_t key = 1; key <= s->keys; key++) {
        s->known[key].gone = true;
        if (put_again && !put(s, key, s->known[key].elem))
            return false;
    }
    return true;
}

/* Does what is to be done after `key` was produced; false: no memory. */
static bool change_map(struct scene *s, enum change change, uint64_t key)
{
    uint64_t ahead;
    switch (change) {
    case CHANGE_REMOVE:
        return remove_ahead(s, false) && add_keys(s, GROWTH_STEP, GROWTH_TIMES * s->keys);
    case CHANGE_REMOVE_AND_PUT:
        return remove_ahead(s, true);
    case CHANGE_ADD:
        return add_keys(s, 1, 2 * s->keys);
    case CHANGE_GROW:
        return add_keys(s, GROWTH_STEP, GROWTH_TIMES * s->keys);
    case CHANGE_UPDATE:
        ahead = key_ahead(s);
        return (ahead == 0 || update(s, ahead))
            && add_keys(s, GROWTH_STEP, GROWTH_TIMES * s->keys);
    case CHANGE_UPDATE_BEHIND:
        return update(s, key);
    case CHANGE_CLEAR:
        return clear_at_half(s, false);
    case CHANGE_CLEAR_AND_PUT:
        return clear_at_half(s, true);
    default:
        return true;
    }
}

/* --- What a range promises: the range ------------------------------------- */

/* Growths that replaced tables or an array so far. */
static uint64_t tables_replaced(const struct any_map *m)
{
    const struct swiss_events *swiss = &m->as.swiss.events;
    const struct bucket_events *buckets = &m->as.bucket.events;
    if (m->design == design_versions[DESIGN_SWISS].design)
        return swiss->conversions + swiss->doublings + swiss->splits;
    if (m->design == design_versions[DESIGN_BUCKETS].design)
        return buckets->doublings + buckets->same_size;
    return m->as.hashbrown.events.resizes;
}

static uint64_t directories(const struct any_map *m)
{
    bool has = m->design == design_versions[DESIGN_SWISS].design;
    return has ? m->as.swiss.events.directories : 0;
}

static bool scene_new(struct scene *s, const struct design_version *version, struct heap *h,
                      uint64_t keys, uint64_t seed, struct watched *r)
{
    *s = (struct scene){.version = version, .watched = r, .keys = keys, .last_key = keys,
                        .random = {.state = ~seed}};
    s->known = calloc(GROWTH_TIMES * keys + 1, sizeof *s->known);
    if (s->known == NULL || !any_map_init(&s->m, version->design, &swiss_u64_type, h, 0, seed)
        || !design_version_fill(version, &s->m, 1, keys + 1))
        return false;
    for (uint64_t key = 1; key <= keys; key++)
        s->known[key].elem = key;
    r->tables_replaced -= tables_replaced(&s->m);       /* those of the fill: wraps, and back */
    r->directories -= directories(&s->m);
    return true;
}

/* Adds up what the range leaves behind. */
static void scene_end(struct scene *s)
{
    struct watched *r = s->watched;
    for (uint64_t key = 1; key <= s->last_key; key++) {
        const struct known *k = &s->known[key];
        bool due = !k->gone && !k->added;
        r->due += due;
        r->missed += due && k->produced == 0;
        r->outdated += due && k->produced > 0 && k->taken != k->elem;
    }
    r->tables_replaced += tables_replaced(&s->m);
    r->directories += directories(&s->m);
}

static bool range_whole(struct scene *s, enum change change)
{
    const struct design *design = s->version->design;
    struct any_iter it;
    bool done = true;
    design->iter_start(&s->m, &it);
    while (done && design->iter_next(&it)) {
        uint64_t key, elem;
        memcpy(&key, it.key, sizeof key);
        memcpy(&elem, it.elem, sizeof elem);
        observe(s, key, elem);
        done = change_map(s, change, key);
    }
    design->iter_end(&it);
    return done;
}

/* Slot number `at` of all slots of the present map, table after table; NULL: it is free. */
static const unsigned char *slot_number(const struct swiss *m, uint64_t at)
{
    const struct map_type *mt = &swiss_u64_type;
    unsigned char *groups = m->header->group;
    for (uint64_t i = 0; i < m->header->dir_len;) {
        const struct swiss_table *t = m->header->directory[i];
        groups = t->groups;
        if (at < t->capacity)
            break;
        at -= t->capacity;
        i = swiss_directory_next(m->header, t);
    }
    unsigned char *group = groups + at / 8 * swiss_group_bytes(mt);
    return group[at % 8] < CTRL_EMPTY ? swiss_slot(mt, group, at % 8) : NULL;
}

static bool range_naively(struct scene *s, enum change change)
{
    for (uint64_t at = 0; at < swiss_slot_count(&s->m.as.swiss); at++) {
        const unsigned char *slot = slot_number(&s->m.as.swiss, at);
        if (slot == NULL)
            continue;
        uint64_t entry[2];
        memcpy(entry, slot, sizeof entry);
        observe(s, entry[0], entry[1]);
        if (!change_map(s, change, entry[0]))
            return false;
    }
    return true;
}

static bool watch(const struct setting *setting, const struct design_version *version,
                  uint64_t keys, enum change change,
                  bool (*range)(struct scene *, enum change), struct watched *r)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = setting->limit_bytes});
    bool done = h != NULL;
    *r = (struct watched){.entries = keys};
    for (uint64_t i = 0; done && i < WATCH_RANGES; i++) {
        struct scene s;
        done = scene_new(&s, version, h, keys, setting->seed + i, r) && range(&s, change);
        if (done) {
            scene_end(&s);
            version->design->free(&s.m);
            heap_collect(h);
        }
        free(s.known);
    }
    heap_delete(h);
    return done;
}

bool watch_version(const struct setting *setting, const struct design_version *version,
                   uint64_t keys, enum change change, struct watched *r)
{
    assert(change == CHANGE_NONE || version != &design_versions[DESIGN_HASHBROWN]);
    return watch(setting, version, keys, change, range_whole, r);
}

bool watch_run(const struct setting *setting, uint64_t keys, enum change change,
               struct watched *r)
{
    return watch_version(setting, &design_versions[DESIGN_SWISS], keys, change, r);
}

bool naive_run(const struct setting *setting, uint64_t keys, struct watched *r)
{
    return watch(setting, &design_versions[DESIGN_SWISS], keys, CHANGE_GROW, range_naively, r);
}

/* --- What a range promises: the conditions -------------------------------- */

bool each_once(const struct watched *r)
{
    return r->due == WATCH_RANGES * r->entries && r->missed == 0 && r->twice == 0;
}

bool removed_stay_away(const struct watched *r)
{
    return r->removed > 0 && r->removed_came == 0 && r->missed == 0 && r->twice == 0
        && r->tables_replaced >= WATCH_RANGES;
}

bool added_come_once_at_most(const struct watched *r)
{
    return r->added > 0 && r->twice == 0 && r->added_came <= r->added && r->missed == 0;
}

bool none_twice_though_growing(const struct watched *r)
{
    return r->tables_replaced >= WATCH_RANGES && r->twice == 0 && r->missed == 0
        && r->due == WATCH_RANGES * r->entries;
}

bool elems_are_present(const struct watched *r)
{
    return r->updated > 0 && r->tables_replaced >= WATCH_RANGES && r->stale == 0
        && r->missed == 0;
}

bool clear_ends(const struct watched *r)
{
    return r->cleared == WATCH_RANGES && r->after_clear == 0;
}
