/*
 * shrinking_kind.c - side by side: which design lets go; and is Rust's map Robin Hood?
 *
 * Robin Hood hashing: linear probing, where a put that has come further from its home than the
 * entry it meets takes that entry's slot, and the other goes on. So along the slots no
 * entry is further from home than its neighbour before it, plus one; and an entry after
 * an empty slot is at home. A delete shifts the entries behind it back by one, so
 * there are no tombstones. All of this can be read from the slots alone.
 */
#include "shrinking.h"

#include "hashbrown/hashbrown_any.h"
#include "hashbrown/hashbrown_check.h"
#include "hashbrown/hashbrown_u64.h"
#include "swiss/swiss_u64.h"

/* --- A Robin Hood table ----------------------------------------------------- */

#define HOOD_TAG "robin hood table"

struct hood_slot {
    uint64_t key, hash;
    bool full;
};

struct hood {
    struct hood_slot *slots;
    uint64_t mask, seed;
};

static uint64_t hood_distance(const struct hood *t, uint64_t i)
{
    return (i - t->slots[i].hash) & t->mask;
}

/* The rich give to the poor: whoever has come further keeps the slot. */
static void hood_put(struct hood *t, uint64_t key)
{
    struct hood_slot mine = {key, hash_number(key, t->seed), true};
    uint64_t distance = 0;
    for (uint64_t i = mine.hash & t->mask;; i = (i + 1) & t->mask, distance++) {
        if (!t->slots[i].full) {
            t->slots[i] = mine;
            return;
        }
        uint64_t theirs = hood_distance(t, i);
        if (theirs < distance) {
            struct hood_slot other = t->slots[i];
            t->slots[i] = mine;
            mine = other;
            distance = theirs;
        }
    }
}

/* Takes the key out and shifts back what lies behind it, up to an entry that is at home. */
static void hood_del(struct hood *t, uint64_t key)
{
    uint64_t i = hash_number(key, t->seed) & t->mask;
    while (!t->slots[i].full || t->slots[i].key != key)
        i = (i + 1) & t->mask;
    uint64_t next = (i + 1) & t->mask;
    while (t->slots[next].full && hood_distance(t, next) > 0) {
        t->slots[i] = t->slots[next];
        i = next;
        next = (i + 1) & t->mask;
    }
    t->slots[i].full = false;
}

/* --- Either of the two ------------------------------------------------------ */

struct specimen {
    struct hood hood;
    struct hashbrown map;
    bool is_map;
};

static uint64_t slots_of(const struct specimen *s)
{
    return s->is_map ? s->map.table.bucket_mask + 1 : s->hood.mask + 1;
}

/* The key in slot i; false: none. */
static bool key_at(const struct specimen *s, uint64_t i, uint64_t *key)
{
    if (!s->is_map) {
        *key = s->hood.slots[i].key;
        return s->hood.slots[i].full;
    }
    memcpy(key, hashbrown_slot(&hashbrown_u64_type, &s->map.table, i), sizeof *key);
    return s->map.table.ctrl[i] < 0x80;
}

static uint64_t hash_of(const struct specimen *s, uint64_t key)
{
    return hash_number(key, s->is_map ? s->map.seed : s->hood.seed);
}

static bool put_keys(struct specimen *s, uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++) {
        if (!s->is_map)
            hood_put(&s->hood, key);
        else if (hashbrown_u64_put(&s->map, key) == NULL)
            return false;
    }
    return true;
}

static void delete_every_other(struct specimen *s, uint64_t entries)
{
    for (uint64_t key = 1; key < entries; key += 2) {
        if (s->is_map)
            hashbrown_u64_del(&s->map, key);
        else
            hood_del(&s->hood, key);
    }
}

/* --- What the slots say ----------------------------------------------------- */

static void note_places(const struct specimen *s, uint64_t *place)
{
    uint64_t key;
    for (uint64_t i = 0; i < slots_of(s); i++)
        if (key_at(s, i, &key))
            place[key] = i;
}

/* Entries below `entries` that are there and at another slot than noted. */
static uint64_t count_moved(const struct specimen *s, const uint64_t *place, uint64_t entries)
{
    uint64_t key, moved = 0;
    for (uint64_t i = 0; i < slots_of(s); i++)
        moved += key_at(s, i, &key) && key < entries && place[key] != i;
    return moved;
}

/* Entries that are further from home than the neighbour before them plus one, or not at home
 * behind a free slot. */
static uint64_t count_out_of_order(const struct specimen *s)
{
    uint64_t mask = slots_of(s) - 1, count = 0, key;
    for (uint64_t i = 0; i <= mask; i++) {
        uint64_t before = (i - 1) & mask, allowed = 0;
        if (key_at(s, before, &key))
            allowed = ((before - hash_of(s, key)) & mask) + 1;
        if (key_at(s, i, &key))
            count += ((i - hash_of(s, key)) & mask) > allowed;
    }
    return count;
}

static uint64_t count_tagged(const struct specimen *s)
{
    uint64_t tagged = 0, key;
    for (uint64_t i = 0; s->is_map && i < slots_of(s); i++)
        tagged += key_at(s, i, &key) && s->map.table.ctrl[i] == hash_of(s, key) >> 57;
    return tagged;
}

/* Half of the entries, the other half, and every other one out again. */
static bool read_kind(struct specimen *s, uint64_t entries, uint64_t *place, struct kind *k)
{
    *k = (struct kind){.slots = slots_of(s), .entries = entries};
    if (!put_keys(s, 0, entries / 2))
        return false;
    note_places(s, place);
    if (!put_keys(s, entries / 2, entries))
        return false;
    k->displaced = count_moved(s, place, entries / 2);
    k->out_of_order = count_out_of_order(s);
    k->tagged = count_tagged(s);
    note_places(s, place);
    delete_every_other(s, entries);
    k->shifted = count_moved(s, place, entries);
    k->tombstones = s->is_map ? hashbrown_tombstone_count(&s->map) : 0;
    return true;
}

static bool kinds(struct heap *h, uint64_t keys, uint64_t seed, struct kind *hood,
                  struct kind *map)
{
    struct specimen rust = {.is_map = true}, robin = {.is_map = false};
    if (!hashbrown_u64_init(&rust.map, h, keys > 0 ? keys : 1, seed))
        return false;
    uint64_t slots = hashbrown_bucket_count(&rust.map), entries = hashbrown_capacity(&rust.map);
    uint64_t *place = heap_alloc(h, slots * sizeof *place, HEAP_NOSCAN, "places");
    robin.hood = (struct hood){.mask = slots - 1, .seed = rust.map.seed};
    robin.hood.slots = heap_alloc(h, slots * sizeof *robin.hood.slots, HEAP_NOSCAN, HOOD_TAG);
    return place != NULL && robin.hood.slots != NULL && read_kind(&robin, entries, place, hood)
        && read_kind(&rust, entries, place, map);
}

bool kind_run(uint64_t keys, uint64_t seed, uint64_t limit, struct kind *hood, struct kind *map)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit});
    bool done = h != NULL && kinds(h, keys, seed, hood, map);
    heap_delete(h);                     /* with all that lies in it */
    return done;
}

/* --- Which design lets go --------------------------------------------------- */

/* The only design with the verb; the others have nothing to call. */
static bool can_shrink(const struct design *design)
{
    return strcmp(design->name, "rust") == 0;
}

static bool shrink(struct any_map *m)
{
    return !can_shrink(m->design) || hashbrown_any_shrink_to_fit(m->type, &m->as.hashbrown);
}

static uint64_t bytes_now(const struct any_map *m, struct heap *h)
{
    heap_collect(h);
    return design_bytes(m->design, h);
}

static bool let_go_steps(struct any_map *m, struct heap *h, uint64_t keys, struct let_go *l)
{
    for (uint64_t key = 0; key < keys; key++)
        if (m->design->put(m, &key) == NULL)
            return false;
    l->filled = bytes_now(m, h);
    for (uint64_t key = keys / 16; key < keys; key++)
        m->design->del(m, &key);
    l->drained = bytes_now(m, h);
    if (!shrink(m))
        return false;
    l->shrunk = bytes_now(m, h);
    m->design->clear(m);
    l->cleared = bytes_now(m, h);
    if (!shrink(m))
        return false;
    l->shrunk_again = bytes_now(m, h);
    m->design->free(m);
    l->dropped = bytes_now(m, h);
    return true;
}

bool let_go_run(const struct design *design, uint64_t keys, uint64_t seed, uint64_t limit,
                struct let_go *l)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit});
    struct any_map m;
    *l = (struct let_go){.can_shrink = can_shrink(design)};
    bool done = h != NULL && any_map_init(&m, design, &swiss_u64_type, h, 0, seed)
        && let_go_steps(&m, h, keys, l);
    heap_delete(h);
    return done;
}
