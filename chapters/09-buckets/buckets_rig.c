/*
 * buckets_rig.c - a map of any design on a heap of its own, and a look inside it.
 */
#include "buckets.h"

#include <assert.h>
#include <string.h>

#include "bucket/bucket_check.h"
#include "hashbrown/hashbrown_check.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

const struct design *kind_design(enum kind kind)
{
    static const char *const names[KINDS] = {"go1.23", "go1.24", "rust"};
    const struct design *design = design_named(names[kind]);
    assert(design != NULL);
    return design;
}

/* --- Types --- */

const struct map_type *const ints_type = &swiss_u64_type;

static struct map_type int_to(const char *name, size_t bytes)
{
    return map_type_of(&(struct map_shape){
        .name = name, .key_bytes = 8, .key_align = 8, .elem_bytes = bytes, .elem_align = 1,
        .key_direct_compare = true, .hash = hash_u64, .equal = equal_u64,
    });
}

struct map_type set_type(void)
{
    return int_to("int to struct{}", 0);
}

struct map_type bool_type(void)
{
    return int_to("int to bool", 1);
}

struct map_type outside_type(void)
{
    return int_to("int to [129]byte", 129);
}

/* A key as large as a string's header. The number in its first half is its text. */
struct map_type text_type(void)
{
    return map_type_of(&(struct map_shape){
        .name = "string to 40 bytes", .key_bytes = 16, .key_align = 8, .elem_bytes = 40,
        .elem_align = 8, .key_pointers = true, .hash = hash_u64, .equal = equal_u64,
    });
}

/* --- The rig --- */

bool rig_begin(struct rig *rig, enum kind kind, const struct map_type *type, uint64_t hint,
               const struct options *o)
{
    rig->seed = o->seed;
    rig->heap = heap_new(&(struct heap_config){.limit_bytes = o->limit_bytes, .huge_pages = true});
    if (rig->heap == NULL)
        return false;
    if (any_map_init(&rig->map, kind_design(kind), type, rig->heap, hint, o->seed))
        return true;
    heap_delete(rig->heap);
    return false;
}

void rig_end(struct rig *rig)
{
    if (rig->map.design != NULL)
        rig->map.design->free(&rig->map);
    heap_delete(rig->heap);
}

/* Another map in the place of this one; what the old one leaves is collected. On failure the
 * rig has none. */
bool rig_again(struct rig *rig, const struct map_type *type, uint64_t hint)
{
    const struct design *design = rig->map.design;
    design->free(&rig->map);
    heap_collect(rig->heap);
    if (any_map_init(&rig->map, design, type, rig->heap, hint, rig->seed))
        return true;
    rig->map.design = NULL;
    return false;
}

uint64_t rig_bytes(struct rig *rig)
{
    heap_collect(rig->heap);
    return design_bytes(rig->map.design, rig->heap);
}

uint64_t rig_len(const struct rig *rig)
{
    return rig->map.design->len(&rig->map);
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

void *rig_get(const struct rig *rig, uint64_t key)
{
    const uint64_t wide[2] = {key, 0};
    return rig->map.design->get(&rig->map, wide);
}

/* --- Looking inside --- */

static enum kind kind_of(const struct any_map *m)
{
    for (enum kind kind = GO123; kind < KINDS; kind++)
        if (m->design == kind_design(kind))
            return kind;
    assert(false);
    return GO123;
}

struct look look_quick(const struct any_map *m)
{
    switch (kind_of(m)) {
    case GO123:
        return (struct look){
            .slots = BUCKET_CELLS * bucket_bucket_count(&m->as.bucket),
            .old_buckets = bucket_old_bucket_count(&m->as.bucket),
            .moved = m->as.bucket.events.moved,
            .seed = m->as.bucket.header->seed,
        };
    case GO124:
        return (struct look){
            .slots = swiss_slot_count(&m->as.swiss),
            .moved = m->as.swiss.events.moved,
            .seed = m->as.swiss.header->seed,
        };
    default:
        return (struct look){
            .slots = hashbrown_bucket_count(&m->as.hashbrown),
            .moved = m->as.hashbrown.events.moved,
            .seed = m->as.hashbrown.seed,
        };
    }
}

struct look look_at(const struct any_map *m)
{
    struct look look = look_quick(m);
    switch (kind_of(m)) {
    case GO123:
        look.overflow = bucket_overflow_count(m->type, &m->as.bucket);
        break;
    case GO124:
        look.tombstones = swiss_tombstone_count(m->type, &m->as.swiss);
        break;
    default:
        look.tombstones = hashbrown_tombstone_count(&m->as.hashbrown);
    }
    return look;
}
