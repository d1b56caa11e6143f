/*
 * delete_retains_cache.c - the drill's cache: strings to byte slices.
 *
 * What a slot of map[string][]byte holds is two headers; the bytes that they speak of are
 * objects of their own. In Go those die when nothing refers to them any more; the
 * lab's heap is told so, object by object.
 */
#include "delete_retains.h"

#include "hash/hash.h"
#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"

/* A Go slice: what the map's slot holds of it. */
struct slice {
    unsigned char *bytes;
    uint64_t length, capacity;
};

enum { CACHE_KEY_BYTES = 16, CACHE_KEPT_IN = 100 };

static const char TAG_KEY_TEXT[] = "key text";
static const char TAG_VALUE[] = "value";

static const struct map_shape cache_shape = {
    .name = "string to []byte",
    .key_bytes = sizeof(struct str), .key_align = 8,
    .elem_bytes = sizeof(struct slice), .elem_align = 8,
    .key_pointers = true, .elem_pointers = true,
    .key_update = true,
    .hash = hash_str, .equal = equal_str,
};

/* The text of key number i, "session-00000042". */
static void cache_text(char text[CACHE_KEY_BYTES + 1], uint64_t i)
{
    snprintf(text, CACHE_KEY_BYTES + 1, "session-%08u", (unsigned)(i & 0xFFFFFF));
}

/* One entry: two objects outside the map, two headers in its slot. */
static bool cache_put(const struct map_type *mt, struct swiss *m, uint64_t i, size_t value_bytes)
{
    char *text = heap_alloc(m->heap, CACHE_KEY_BYTES, HEAP_NOSCAN, TAG_KEY_TEXT);
    unsigned char *value = heap_alloc(m->heap, value_bytes, HEAP_NOSCAN, TAG_VALUE);
    if (text == NULL || value == NULL)
        return false;                   /* the heap is deleted whole */
    char fresh[CACHE_KEY_BYTES + 1];
    cache_text(fresh, i);
    memcpy(text, fresh, CACHE_KEY_BYTES);
    void *elem = swiss_any_put(mt, m, &(struct str){text, CACHE_KEY_BYTES});
    if (elem == NULL)
        return false;
    memcpy(elem, &(struct slice){value, value_bytes, value_bytes}, sizeof(struct slice));
    return true;
}

/* Deletes the entry that a range stands on, and with it the last reference to its objects. */
static void cache_del(const struct map_type *mt, struct swiss *m, const struct swiss_iter *it)
{
    struct str key;
    char *text;
    struct slice value;
    memcpy(&key, it->key, sizeof key);
    memcpy(&text, it->key, sizeof text);        /* a string starts with its text's address */
    memcpy(&value, it->elem, sizeof value);
    swiss_any_del(mt, m, &key);
    heap_drop(m->heap, text, CACHE_KEY_BYTES, HEAP_NOSCAN, TAG_KEY_TEXT);
    heap_drop(m->heap, value.bytes, value.length, HEAP_NOSCAN, TAG_VALUE);
}

/* Deletes 99 of 100 entries, those that a range meets first. */
static void cache_drain(const struct map_type *mt, struct swiss *m)
{
    uint64_t kept = (swiss_len(m) + CACHE_KEPT_IN - 1) / CACHE_KEPT_IN;
    struct swiss_iter it;
    swiss_any_iter_start(mt, m, &it);
    while (swiss_len(m) > kept && swiss_any_iter_next(mt, &it))
        cache_del(mt, m, &it);
    swiss_any_iter_end(mt, &it);
}

/* Moves every entry to a new map that is made for as many, and drops the old one. */
static bool cache_rebuild(const struct map_type *mt, struct swiss *m, uint64_t seed)
{
    struct swiss fresh;
    if (!swiss_any_init(mt, &fresh, m->heap, swiss_len(m), seed))
        return false;
    struct swiss_iter it;
    bool done = true;
    swiss_any_iter_start(mt, m, &it);
    while (done && swiss_any_iter_next(mt, &it)) {
        void *elem = swiss_any_put(mt, &fresh, it.key);
        done = elem != NULL;
        if (done)
            memcpy(elem, it.elem, mt->elem_bytes);
    }
    swiss_any_iter_end(mt, &it);
    swiss_any_free(mt, m);
    *m = fresh;
    return done;
}

static uint64_t bytes_after_collection(struct heap *h)
{
    heap_collect(h);
    return heap_read(h).heap_alloc;
}

static bool cache_steps(const struct map_type *mt, struct swiss *m, size_t value_bytes,
                        uint64_t seed, struct cache *r)
{
    for (uint64_t i = 0; i < r->entries; i++)
        if (!cache_put(mt, m, i, value_bytes))
            return false;
    r->filled = bytes_after_collection(m->heap);
    cache_drain(mt, m);
    r->drained = bytes_after_collection(m->heap);
    r->map = swiss_bytes(mt, m);
    if (!cache_rebuild(mt, m, seed + 1))
        return false;
    r->rebuilt = bytes_after_collection(m->heap);
    return true;
}

bool cache_run(uint64_t entries, size_t value_bytes, uint64_t seed, uint64_t limit,
               struct cache *r)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit});
    if (h == NULL)
        return false;
    struct map_type mt = map_type_of(&cache_shape);
    struct swiss m;
    *r = (struct cache){.entries = entries};
    bool done = swiss_any_init(&mt, &m, h, 0, seed) && cache_steps(&mt, &m, value_bytes, seed, r);
    heap_delete(h);                     /* with the map and all values in it */
    return done;
}
