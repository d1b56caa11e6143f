/*
 * buckets_rig.c - a map of any design on a heap of its own, and a look inside it.
 */
#include "buckets.h"

#include <assert.h>
#include <string.h>

#include "bucket/bucket_check.h"
#include "bucket/bucket_u64.h"
#include "hash/hash_bad.h"
#include "hashbrown/hashbrown_check.h"
#include "swiss/swiss_check.h"

/* --- Types --- */

static struct map_type int_to(const char *name, size_t bytes)
{
    return map_type_of(&(struct map_shape){
        .name = name, .key_bytes = 8, .key_align = 8, .elem_bytes = bytes, .elem_align = 1,
        .key_direct_compare = true, .hash = hash_u64, .equal = equal_u64,
    });
}

/* A key as large as a string's header. The number in its first half is its text. */
static struct map_type text(void)
{
    return map_type_of(&(struct map_shape){
        .name = "string to 40 bytes", .key_bytes = 16, .key_align = 8, .elem_bytes = 40,
        .elem_align = 8, .key_pointers = true, .hash = hash_u64, .equal = equal_u64,
    });
}

static struct map_type one_hash(void)
{
    struct map_type type = bucket_u64_type;
    type.hash = hash_zero;
    return type;
}

const struct map_type *type_of(enum type type)
{
    static struct map_type types[TYPES];
    if (types[INTS].name == NULL) {
        types[INTS_TO_NOTHING] = int_to("int to struct{}", 0);
        types[INTS_TO_BOOL] = int_to("int to bool", 1);
        types[TEXT] = text();
        types[INTS_TO_129] = int_to("int to [129]byte", 129);
        types[ONE_HASH] = one_hash();
        types[INTS] = bucket_u64_type;
    }
    return &types[type];
}

/* --- A map --- */

static const struct design *design_of(enum kind kind)
{
    static const char *const names[KINDS] = {"go1.23", "go1.24", "rust"};
    const struct design *design = design_named(names[kind]);
    assert(design != NULL);
    return design;
}

static bool make_map(struct rig *rig, enum type type, uint64_t hint)
{
    if (any_map_init(&rig->map, design_of(rig->kind), type_of(type), rig->heap, hint, rig->seed))
        return true;
    rig->map.design = NULL;
    return false;
}

bool rig_begin(struct rig *rig, enum kind kind, enum type type, uint64_t hint,
               const struct options *o)
{
    struct heap_config config = {.limit_bytes = o->limit_bytes, .huge_pages = true,
                                 .collector = HEAP_COLLECT_AT_ONCE};
    *rig = (struct rig){.kind = kind, .heap = heap_new(&config), .seed = o->seed};
    if (rig->heap != NULL && make_map(rig, type, hint))
        return true;
    heap_delete(rig->heap);
    return false;
}

void rig_end(struct rig *rig)
{
    rig_drop(rig);
    heap_delete(rig->heap);
}

void rig_drop(struct rig *rig)
{
    if (rig->map.design != NULL)
        rig->map.design->free(&rig->map);
    rig->map.design = NULL;
}

bool rig_again(struct rig *rig, enum type type, uint64_t hint)
{
    rig_drop(rig);
    return make_map(rig, type, hint);
}

/* --- Its verbs --- */

uint64_t rig_len(const struct rig *rig)
{
    return rig->map.design->len(&rig->map);
}

uint64_t rig_bytes(const struct rig *rig)
{
    return design_bytes(design_of(rig->kind), rig->heap);
}

void *rig_get(const struct rig *rig, uint64_t key)
{
    const uint64_t wide[2] = {key, 0};
    return rig->map.design->get(&rig->map, wide);
}

bool rig_put(struct rig *rig, uint64_t key)
{
    const uint64_t wide[2] = {key, 0}, elem = key + 1;
    void *place = rig->map.design->put(&rig->map, wide);
    size_t bytes = rig->map.type->elem_bytes;
    if (place != NULL)
        memcpy(place, &elem, bytes < sizeof elem ? bytes : sizeof elem);
    return place != NULL;
}

void rig_clear(struct rig *rig)
{
    rig->map.design->clear(&rig->map);
}

bool rig_fill(struct rig *rig, uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++)
        if (!rig_put(rig, key))
            return false;
    return true;
}

void rig_delete(struct rig *rig, uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++) {
        const uint64_t wide[2] = {key, 0};
        rig->map.design->del(&rig->map, wide);
    }
}

/* --- A look inside --- */

static struct look look_bucket(const struct bucket_map *m)
{
    uint64_t slots = BUCKET_CELLS * bucket_bucket_count(m);
    return (struct look){.slots = slots, .capacity = slots, .moved = m->events.moved,
                         .old_buckets = bucket_old_bucket_count(m), .seed = m->header->seed};
}

/* The slots are added up table by table: quick for a map of some thousand entries. */
static struct look look_swiss(const struct swiss *m)
{
    uint64_t slots = swiss_slot_count(m);
    return (struct look){.slots = slots, .capacity = slots, .moved = m->events.moved,
                         .seed = m->header->seed};
}

struct look rig_look(const struct rig *rig)
{
    if (rig->kind == GO123)
        return look_bucket(&rig->map.as.bucket);
    if (rig->kind == GO124)
        return look_swiss(&rig->map.as.swiss);
    const struct hashbrown *m = &rig->map.as.hashbrown;
    return (struct look){.slots = hashbrown_slots(&m->table), .capacity = hashbrown_capacity(m),
                         .moved = m->events.moved, .seed = m->seed};
}

uint64_t rig_overflow(const struct rig *rig)
{
    return rig->kind == GO123 ? bucket_overflow_count(rig->map.type, &rig->map.as.bucket) : 0;
}

uint64_t rig_tombstones(const struct rig *rig)
{
    if (rig->kind == GO123)
        return 0;
    return rig->kind == GO124 ? swiss_tombstone_count(rig->map.type, &rig->map.as.swiss)
                              : hashbrown_tombstone_count(&rig->map.as.hashbrown);
}

/* --- Where entries are --- */

/* The bytes where an entry of this hash lies if nothing is chained to them. */
struct room {
    const unsigned char *first;
    size_t bytes;
};

static struct room room_in_bucket(const struct map_type *mt, const struct bucket_map *m,
                                  const void *key)
{
    uint64_t hash = mt->hash(key, m->header->seed);
    return (struct room){bucket_chain_for(mt, m->header, hash), bucket_size(mt)};
}

static struct room room_in_swiss(const struct map_type *mt, const struct swiss *m, const void *key)
{
    if (m->header->dir_len == 0)
        return (struct room){m->header->group, swiss_group_bytes(mt)};
    const struct swiss_table *t = swiss_table_for(m->header, mt->hash(key, m->header->seed));
    return (struct room){t->groups, swiss_groups_bytes(mt, t->capacity)};
}

static struct room room_in_hashbrown(const struct map_type *mt, const struct hashbrown *m)
{
    uint64_t slots = hashbrown_slots(&m->table);
    size_t bytes = slots * hashbrown_slot_bytes(mt);
    return (struct room){m->table.ctrl - bytes, bytes};
}

static bool is_outside(const struct rig *rig, const void *key)
{
    const struct map_type *mt = rig->map.type;
    struct room room = rig->kind == GO123 ? room_in_bucket(mt, &rig->map.as.bucket, key)
                     : rig->kind == GO124 ? room_in_swiss(mt, &rig->map.as.swiss, key)
                                          : room_in_hashbrown(mt, &rig->map.as.hashbrown);
    const unsigned char *at = key;
    return at < room.first || at >= room.first + room.bytes;
}

/* The heap's objects by what their makers say they are for. */
static void count_objects(const struct heap *h, struct chains *c)
{
    size_t count;
    const struct heap_tag *tags = heap_tags(h, &count);
    for (size_t i = 0; i < count; i++) {
        const char *name = tags[i].name;
        uint64_t *sum = &c->others;
        if (strcmp(name, SWISS_TAG_HEADER) == 0)        /* Go 1.23's has the same name */
            sum = &c->headers;
        else if (strcmp(name, SWISS_TAG_DIRECTORY) == 0)
            sum = &c->directories;
        else if (strcmp(name, SWISS_TAG_TABLE) == 0)
            sum = &c->tables;
        else if (strcmp(name, SWISS_TAG_GROUPS) == 0 || strcmp(name, BUCKET_TAG_ARRAY) == 0
                 || strcmp(name, HASHBROWN_TAG_TABLE) == 0)
            sum = &c->arrays;
        *sum += tags[i].live_objects;
    }
}

struct chains rig_chains(struct rig *rig)
{
    struct chains c = {.entries = 0};
    struct any_iter it;
    count_objects(rig->heap, &c);
    rig->map.design->iter_start(&rig->map, &it);
    while (rig->map.design->iter_next(&it)) {
        c.entries++;
        c.outside += is_outside(rig, it.key);
    }
    rig->map.design->iter_end(&it);
    return c;
}
