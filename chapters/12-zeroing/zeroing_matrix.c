/*
 * zeroing_matrix.c - every kind of object under every policy; and a mix of them.
 *
 * A map is made for 832 entries: that is one table of 1024 slots in Go 1.24 and an array of 128
 * buckets, with spare ones, in Go 1.23. With pairs of 24 bytes both are below the line of a
 * large object, with pairs of 56 bytes both are above it.
 */
#include "zeroing.h"

#include <string.h>

#include "design/design.h"
#include "hash/hash.h"

enum {
    SMALL_ELEMENTS = 510,           /* of 64 bytes: 32,640, with a header below the line too */
    LARGE_ELEMENTS = 65536,         /* 4 MiB */
    SMALL_BUFFERS = 512, LARGE_BUFFERS = 4,
    MAPS = 128, MAP_ENTRIES = 832,
};

struct cell cell_at(unsigned i)
{
    return (struct cell){.kind = i / 4, .large = i % 4 >= 2, .scan = i % 2};
}

/* --- Maps by their pairs --- */

/* int to a struct of two words or of six; slots of 24 or 56 bytes. */
static struct map_type pairs(bool large, enum heap_scan scan)
{
    return map_type_of(&(struct map_shape){
        .name = "int -> struct",
        .key_bytes = 8, .key_align = 8,
        .elem_bytes = large ? 48 : 16, .elem_align = 8,
        .elem_pointers = scan == HEAP_SCAN,
        .key_direct_compare = true,
        .hash = hash_u64, .equal = equal_u64,
    });
}

static bool map_fill(struct any_map *m, uint64_t entries)
{
    for (uint64_t key = 0; key < entries; key++) {
        void *elem = m->design->put(m, &key);
        if (elem == NULL)
            return false;
        memset(elem, 1, m->type->elem_bytes);
    }
    return true;
}

/* --- Making and using --- */

/* What a cell holds. It goes with its heap. */
struct holding {
    struct heap *heap;
    struct cell cell;
    unsigned objects;
    uint64_t elements;              /* of each; of a map, entries it is made for */
    struct map_type type;           /* of the maps */
    struct channel *channels[SMALL_BUFFERS];
    char *slices[SMALL_BUFFERS];
    struct any_map maps[MAPS];
};

static void holding_init(struct holding *x, struct cell c, struct heap *h)
{
    bool map = c.kind == KIND_SWISS || c.kind == KIND_BUCKETS;
    *x = (struct holding){.heap = h, .cell = c};
    x->objects = map ? MAPS : c.large ? LARGE_BUFFERS : SMALL_BUFFERS;
    x->elements = map ? MAP_ENTRIES : c.large ? LARGE_ELEMENTS : SMALL_ELEMENTS;
    x->type = pairs(c.large, c.scan);
}

static bool make_one(struct holding *x, unsigned i, uint64_t seed)
{
    switch (x->cell.kind) {
    case KIND_CHANNEL:
        x->channels[i] = channel_make(x->heap, &element_types[x->cell.scan], x->elements);
        return x->channels[i] != NULL;
    case KIND_SLICE:
        x->slices[i] = heap_alloc(x->heap, x->elements * ELEMENT_BYTES, x->cell.scan, "slice");
        return x->slices[i] != NULL;
    default:
        return any_map_init(&x->maps[i],
                            design_named(x->cell.kind == KIND_SWISS ? "go1.24" : "go1.23"),
                            &x->type, x->heap, x->elements, seed + i);
    }
}

static bool use_one(struct holding *x, unsigned i, uint64_t elements)
{
    char element[ELEMENT_BYTES];
    memset(element, 1, sizeof element);
    switch (x->cell.kind) {
    case KIND_CHANNEL:
        for (uint64_t n = 0; n < elements; n++)
            channel_send(x->channels[i], element);
        return true;
    case KIND_SLICE:
        memset(x->slices[i], 1, elements * ELEMENT_BYTES);
        return true;
    default:
        return map_fill(&x->maps[i], elements);
    }
}

/* The bytes of each of those allocations that take most of the heap, as it accounts for them. */
static uint64_t most_bytes(const struct heap *h)
{
    size_t count;
    const struct heap_tag *tags = heap_tags(h, &count), *most = tags;
    for (size_t i = 1; i < count; i++)
        if (tags[i].live_bytes > most->live_bytes)
            most = &tags[i];
    return most->live_bytes / most->live_objects;
}

static bool make_and_use(struct holding *x, unsigned share, uint64_t seed, struct held *held)
{
    for (unsigned i = 0; i < x->objects; i++)
        if (!make_one(x, i, seed))
            return false;
    *held = (struct held){.objects = x->objects, .object_bytes = most_bytes(x->heap),
                          .made_counters = heap_read(x->heap), .made_pages = arena_pages(x->heap)};
    for (unsigned i = 0; i < x->objects; i++)
        if (!use_one(x, i, x->elements * share / SHARE_ALL))
            return false;
    held->used_counters = heap_read(x->heap);
    held->used_pages = arena_pages(x->heap);
    return true;
}

bool held_run(struct cell c, unsigned share, enum policy policy, uint64_t seed, uint64_t limit,
              struct held *held)
{
    struct holding x;
    struct heap *h = policy_heap(policy, limit);
    if (h == NULL)
        return false;
    holding_init(&x, c, h);
    bool done = make_and_use(&x, share, seed, held);
    heap_delete(h);
    return done;
}

bool counters_equal(const struct heap_counters *a, const struct heap_counters *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

bool held_counters_equal(const struct held of[POLICIES])
{
    for (enum policy p = 1; p < POLICIES; p++)
        if (!counters_equal(&of[p].made_counters, &of[0].made_counters)
            || !counters_equal(&of[p].used_counters, &of[0].used_counters))
            return false;
    return true;
}

bool held_pages_equal(const struct held of[POLICIES])
{
    for (enum policy p = 1; p < POLICIES; p++)
        if (of[p].made_pages != of[0].made_pages || of[p].used_pages != of[0].used_pages)
            return false;
    return true;
}

bool held_commits(const struct held of[POLICIES])
{
    return of[POLICY_REGRESSED].made_pages >= 10 * of[POLICY_BEFORE].made_pages
        && of[POLICY_REGRESSED].made_pages >= 10 * of[POLICY_FIXED].made_pages
        && of[POLICY_REGRESSED].made_pages * SYSTEM_PAGE_BYTES
               >= of[POLICY_REGRESSED].objects * of[POLICY_REGRESSED].object_bytes;
}

/* --- A service's mix --- */

enum {
    MIX_CHANNELS = 8, MIX_SHARE = 16,               /* 32 MiB, two thirds of it used */
    MIX_MAPS = 204,                                 /* of 64 KiB: 12.75 MiB */
    MIX_SMALL_BYTES = 512, MIX_SMALL = 39424,       /* 19.25 MiB */
};

static bool mix_channels(struct heap *h)
{
    char element[ELEMENT_BYTES];
    memset(element, 1, sizeof element);
    for (unsigned i = 0; i < MIX_CHANNELS; i++) {
        struct channel *c = channel_make(h, &element_types[HEAP_SCAN], LARGE_ELEMENTS);
        if (c == NULL)
            return false;
        for (uint64_t n = 0; n < LARGE_ELEMENTS * MIX_SHARE / SHARE_ALL; n++)
            channel_send(c, element);
    }
    return true;
}

static bool mix_maps(struct heap *h, const struct map_type *type, uint64_t seed)
{
    for (unsigned i = 0; i < MIX_MAPS; i++) {
        struct any_map m;
        if (!any_map_init(&m, design_named("go1.24"), type, h, MAP_ENTRIES, seed + i)
            || !map_fill(&m, MAP_ENTRIES / 2))
            return false;
    }
    return true;
}

static bool mix_small(struct heap *h)
{
    for (unsigned i = 0; i < MIX_SMALL; i++) {
        void *p = heap_alloc(h, MIX_SMALL_BYTES, HEAP_SCAN, "small");
        if (p == NULL)
            return false;
        memset(p, 1, MIX_SMALL_BYTES);
    }
    return true;
}

static bool mix_part(struct heap *h, enum part part, const struct map_type *type, uint64_t seed)
{
    switch (part) {
    case PART_CHANNELS:
        return mix_channels(h);
    case PART_MAPS:
        return mix_maps(h, type, seed);
    default:
        return mix_small(h);
    }
}

bool mix_run(enum policy policy, uint64_t seed, uint64_t limit, struct mix *m)
{
    struct map_type type = pairs(true, HEAP_SCAN);
    struct heap *h = policy_heap(policy, limit);
    bool done = h != NULL;
    for (enum part part = 0; done && part < PARTS; part++) {
        uint64_t bytes = heap_read(h).heap_alloc, pages = arena_pages(h);
        done = mix_part(h, part, &type, seed);
        m->counters = heap_read(h);
        m->heap_alloc[part] = m->counters.heap_alloc - bytes;
        m->pages[part] = arena_pages(h) - pages;
    }
    heap_delete(h);
    return done;
}
