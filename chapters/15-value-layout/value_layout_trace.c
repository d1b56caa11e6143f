/*
 * value_layout_trace.c - maps filled and emptied, with values in their slots and behind pointers.
 */
#include "value_layout.h"

#include <assert.h>
#include <string.h>

#include "hash/hash.h"
#include "swiss/swiss_layout.h"

#define TAG_VALUE "value"

/* --- A life ----------------------------------------------------------------- */

/* int to [bytes]byte, or int to *[bytes]byte: the map sees eight bytes that are a pointer. */
static struct map_type type_for(enum placing placing, uint64_t value_bytes)
{
    bool pointer = placing == PLACED_BY_POINTER;
    return map_type_of(&(struct map_shape){
        .name = pointer ? "int -> pointer" : "int -> bytes",
        .key_bytes = 8,
        .key_align = 8,
        .elem_bytes = pointer ? sizeof(void *) : value_bytes,
        .elem_align = pointer ? sizeof(void *) : 1,
        .elem_pointers = pointer,
        .key_direct_compare = true,
        .hash = hash_u64,
        .equal = equal_u64,
    });
}

struct lived {
    struct heap *heap;
    struct map_type type;
    struct any_map map;
    enum placing placing;
    uint64_t value_bytes;
};

static bool put_pointer(struct lived *w, uint64_t key)
{
    void *value = heap_alloc(w->heap, w->value_bytes, HEAP_NOSCAN, TAG_VALUE);
    void *place = value == NULL ? NULL : w->map.design->put(&w->map, &key);
    if (place == NULL)
        return false;
    memcpy(place, &value, sizeof value);
    return true;
}

static bool fill(struct lived *w, uint64_t keys)
{
    for (uint64_t key = 0; key < keys; key++) {
        bool put = w->placing == PLACED_BY_POINTER ? put_pointer(w, key)
                                                   : w->map.design->put(&w->map, &key) != NULL;
        if (!put)
            return false;
    }
    return true;
}

/* Deletes a key. The last pointer to its value goes with it: in Go the collector finds that out,
 * in Rust the map's owner frees it at once. Here the program tells the heap. */
static void delete(struct lived *w, uint64_t key)
{
    void *value = NULL;
    if (w->placing == PLACED_BY_POINTER)
        memcpy(&value, w->map.design->get(&w->map, &key), sizeof value);
    w->map.design->del(&w->map, &key);
    if (value != NULL)
        heap_drop(w->heap, value, w->value_bytes, HEAP_NOSCAN, TAG_VALUE);
}

/* The account of one tag; zeroes if there is none yet. */
static struct heap_tag account(const struct heap *h, const char *name)
{
    size_t count;
    const struct heap_tag *tags = heap_tags(h, &count);
    for (size_t i = 0; i < count; i++)
        if (strcmp(tags[i].name, name) == 0)
            return tags[i];
    return (struct heap_tag){.name = name};
}

static uint64_t objects(const struct heap *h)
{
    struct heap_counters c = heap_read(h);
    return c.mallocs - c.frees;
}

static uint64_t collected_bytes(const struct lived *w)
{
    heap_collect(w->heap);
    return design_bytes(w->map.design, w->heap);
}

static void read_full(const struct lived *w, struct life *l)
{
    uint64_t rounded;
    l->slot = w->type.slot_bytes;
    l->full = collected_bytes(w);
    l->full_objects = objects(w->heap);
    rounded = account(w->heap, TAG_VALUE).live_bytes;
    l->value_bytes = w->map.design->bytes_as_asked
                   ? account(w->heap, TAG_VALUE).live_objects * w->value_bytes : rounded;
}

static void live(struct lived *w, struct life *l)
{
    read_full(w, l);
    for (uint64_t key = 0; key < l->keys; key++)
        delete(w, key);
    assert(w->map.design->len(&w->map) == 0);
    l->deleted = collected_bytes(w);
    l->deleted_objects = objects(w->heap);
    l->values_left = account(w->heap, TAG_VALUE).live_objects;
    w->map.design->free(&w->map);
    l->dropped = collected_bytes(w);
}

bool life_run(const struct design *design, enum placing placing, uint64_t value_bytes,
              uint64_t keys, uint64_t seed, uint64_t limit, struct life *l)
{
    const struct heap_config config = {.limit_bytes = limit};
    struct lived w = {.heap = heap_new(&config), .type = type_for(placing, value_bytes),
                      .placing = placing, .value_bytes = value_bytes};
    bool done = false;
    *l = (struct life){.keys = keys};
    if (w.heap != NULL && any_map_init(&w.map, design, &w.type, w.heap, 0, seed)) {
        done = fill(&w, keys);
        if (done)
            live(&w, l);
    }
    heap_delete(w.heap);
    return done;
}

bool values_come_back(const struct life *l)
{
    return l->values_left == 0 && l->full_objects - l->deleted_objects == l->keys
        && l->full - l->deleted == l->value_bytes && 2 * l->deleted <= l->full;
}

/* --- The same counted ------------------------------------------------------- */

/* Bytes of one object of plain bytes, as the design's runtime reports them. */
static uint64_t object_bytes(enum size_design design, uint64_t bytes)
{
    return design == SIZE_RUST ? bytes : heap_rounded(bytes, HEAP_NOSCAN);
}

bool stay_run(enum size_design design, uint64_t value_bytes, uint64_t keys, uint64_t seed,
              struct stay *s)
{
    struct size_reading inside, pointers;
    const struct map_type type = type_for(PLACED_INLINE, value_bytes);
    const struct map_type pointer_type = type_for(PLACED_BY_POINTER, value_bytes);
    if (!size_count(design, &type, keys, seed, &inside)
        || !size_count(design, &pointer_type, keys, seed, &pointers))
        return false;
    bool outside = type.elem_indirect && design != SIZE_RUST;
    uint64_t values = keys * object_bytes(design, value_bytes);
    s->full[PLACED_INLINE] = inside.bytes;
    s->deleted[PLACED_INLINE] = inside.bytes - (outside ? values : 0);
    s->full[PLACED_BY_POINTER] = pointers.bytes + values;
    s->deleted[PLACED_BY_POINTER] = pointers.bytes;
    return true;
}

/* --- The threshold ---------------------------------------------------------- */

enum { THRESHOLD_KEYS = 100 };

/* A type of so many bytes that may lie anywhere: [bytes]byte. */
static struct type bytes_type(uint64_t bytes)
{
    return (struct type){.kind = TYPE_WORD, .bytes = bytes, .align = 1};
}

/* The map types for `bytes` on a side. The other side is of eight bytes; of both, the
 * value has the byte that is over. */
static struct map_type sided_type(enum side side, uint64_t bytes)
{
    uint64_t key = side == SIDE_VALUE ? 8 : side == SIDE_KEY ? bytes : bytes / 2;
    uint64_t value = side == SIDE_KEY ? 8 : side == SIDE_VALUE ? bytes : bytes - bytes / 2;
    const struct type key_type = bytes_type(key), value_type = bytes_type(value);
    return size_map_type(&key_type, &value_type);
}

/* How many objects a small map of this type allocates for its keys and values. Both of Go's maps
 * give them the same tags. */
static bool outside_run(enum size_design design, const struct map_type *type, uint64_t seed,
                        uint64_t limit, uint64_t *entries, uint64_t *outside)
{
    struct size_map m;
    if (!size_map_open(&m, design, type, 0, seed, limit))
        return false;
    *entries = size_most_keys(type->key_bytes);
    *entries = *entries < THRESHOLD_KEYS ? *entries : THRESHOLD_KEYS;
    bool done = size_map_fill(&m, *entries);
    *outside = account(m.heap, SWISS_TAG_ELEM).live_objects
             + account(m.heap, SWISS_TAG_KEY).live_objects;
    size_map_close(&m);
    return done;
}

bool threshold_run(enum size_design design, enum side side, uint64_t seed, uint64_t limit,
                   struct threshold *t)
{
    *t = (struct threshold){0};
    for (uint64_t bytes = side == SIDE_BOTH ? 2 : 1; bytes <= THRESHOLD_MOST; bytes++) {
        const struct map_type type = sided_type(side, bytes);
        uint64_t entries, outside;
        if (!outside_run(design, &type, seed, limit, &entries, &outside))
            return false;
        if (outside == 0)
            t->inline_to = bytes;
        if (outside < entries)
            t->outside_from = 0;
        else if (t->outside_from == 0)
            t->outside_from = bytes;
    }
    return true;
}

bool splits_at_128(const struct threshold *t)
{
    return t->inline_to == 128 && t->outside_from == 129;
}

/* --- Padding ---------------------------------------------------------------- */

const struct order_text orders[ORDERS] = {
    [ORDER_WRITTEN] = {"written", "as written",
        "int64,{paid bool,amount int64,state int,sent bool,at int64,open bool}", false},
    [ORDER_ENUM] = {"enum", "state as a byte",
        "int64,{paid bool,amount int64,state enum(3),sent bool,at int64,open bool}", false},
    [ORDER_BETTER] = {"order", "the better order",
        "int64,{paid bool,amount int64,state int,sent bool,at int64,open bool}", true},
    [ORDER_BOTH] = {"both", "both changes",
        "int64,{paid bool,amount int64,state enum(3),sent bool,at int64,open bool}", true},
    [ORDER_PAGES] = {"pages", "32-bit fields, as written",
        "int32,{a bool,b int32,c bool,d [5]int32}", false},
    [ORDER_PAGES_BETTER] = {"pages-order", "32-bit fields, better",
        "int32,{a bool,b int32,c bool,d [5]int32}", true},
    [ORDER_NARROW] = {"two", "{int, int64}", "int64,{state int,at int64}", false},
    [ORDER_NARROWED] = {"two-enum", "{uint8, int64}", "int64,{state enum(3),at int64}", false},
};

void record_read(const char *text, bool better_order, struct record *r)
{
    struct type_error error;
    bool parsed = type_parse_map(text, &r->pool, &r->key, &r->value, &error);
    assert(parsed);
    (void)parsed;
    r->better_pool.count = 0;
    if (better_order)
        r->value = type_better(r->value, &r->better_pool);
    r->type = size_map_type(r->key, r->value);
    r->padding = r->type.slot_bytes - r->key->bytes - r->value->bytes + type_padding(r->value);
}

static void read_order(enum order order, struct record *r, struct ordered *o)
{
    record_read(orders[order].text, orders[order].better, r);
    *o = (struct ordered){.value = r->value->bytes, .padding = r->padding,
                          .slot = r->type.slot_bytes};
}

/* The map as this design's compiler lays it out. */
static void read_for(enum order order, enum size_design design, struct record *r)
{
    record_read(orders[order].text, orders[order].better || design == SIZE_RUST, r);
}

bool order_run(enum order order, enum size_design design, uint64_t keys, uint64_t seed,
               uint64_t limit, struct ordered *o)
{
    struct record r;
    struct size_reading reading;
    read_order(order, &r, o);
    read_for(order, design, &r);
    if (!size_build(design, &r.type, keys, seed, limit, &reading))
        return false;
    o->bytes = reading.bytes;
    return true;
}

bool order_count(enum order order, enum size_design design, uint64_t keys, uint64_t seed,
                 struct ordered *o)
{
    struct record r;
    struct size_reading reading;
    read_order(order, &r, o);
    read_for(order, design, &r);
    if (!size_count(design, &r.type, keys, seed, &reading))
        return false;
    o->bytes = reading.bytes;
    return true;
}

bool saves_per_entry(uint64_t before, uint64_t after, uint64_t keys, uint64_t bytes)
{
    return bytes > 0 && before > after && before - after >= keys * bytes;
}
