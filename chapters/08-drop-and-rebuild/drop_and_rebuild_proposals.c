/*
 * drop_and_rebuild_proposals.c - the capstone: other maps against the same retention.
 *
 * A concurrent map is modelled as what most of them are: several maps, each with a lock of its own,
 * that share the keys by their hash. Locks take no memory that matters here and are
 * left out. A string key is a header of 16 bytes in the slot and its text outside; the
 * text dies with its entry.
 */
#include "drop_and_rebuild.h"

#include <stdlib.h>

#include "hash/hash.h"
#include "swiss/swiss_str.h"
#include "swiss/swiss_u64.h"

const struct proposal proposals[PROPOSALS] = {
    {"strings", "string keys, one map", true, 1, false},
    {"concurrent", "string keys, 16 shards", true, 16, false},
    {"ints", "int keys, one map", false, 1, false},
    {"both", "int keys, 16 shards", false, 16, false},
    {"rebuild", "string keys, rebuilt", true, 1, true},
};

enum { TEXT_BYTES = 16, KEPT_IN = 100 };

static const char TAG_TEXT[] = "key text";

/* The maps, and for string keys each key's text by its number. */
struct sharded {
    const struct proposal *proposal;
    struct heap *heap;
    struct swiss maps[PROPOSAL_MAX_SHARDS];
    char **texts;
};

static struct swiss *shard_of(struct sharded *s, uint64_t key)
{
    return &s->maps[hash_number(key, 0) % s->proposal->shards];
}

static bool sharded_init(struct sharded *s, uint64_t hint, uint64_t seed)
{
    for (unsigned i = 0; i < s->proposal->shards; i++) {
        bool done = s->proposal->strings
            ? swiss_str_init(&s->maps[i], s->heap, hint, seed + i)
            : swiss_u64_init(&s->maps[i], s->heap, hint, seed + i);
        if (!done)
            return false;               /* the heap is deleted whole */
    }
    return true;
}

static struct str string_of(const struct sharded *s, uint64_t key)
{
    return (struct str){s->texts[key], TEXT_BYTES};
}

static bool sharded_put(struct sharded *s, uint64_t key)
{
    struct swiss *m = shard_of(s, key);
    uint64_t *elem = s->proposal->strings ? swiss_str_put(m, string_of(s, key))
                                          : swiss_u64_put(m, key);
    if (elem == NULL)
        return false;
    *elem = key;
    return true;
}

static bool sharded_add(struct sharded *s, uint64_t key)
{
    if (s->proposal->strings) {
        char text[TEXT_BYTES + 1];
        snprintf(text, sizeof text, "account-%08u", (unsigned)(key & 0xFFFFFF));
        s->texts[key] = heap_alloc(s->heap, TEXT_BYTES, HEAP_NOSCAN, TAG_TEXT);
        if (s->texts[key] == NULL)
            return false;
        memcpy(s->texts[key], text, TEXT_BYTES);
    }
    return sharded_put(s, key);
}

static void sharded_remove(struct sharded *s, uint64_t key)
{
    struct swiss *m = shard_of(s, key);
    if (!s->proposal->strings) {
        swiss_u64_del(m, key);
        return;
    }
    swiss_str_del(m, string_of(s, key));
    heap_drop(s->heap, s->texts[key], TEXT_BYTES, HEAP_NOSCAN, TAG_TEXT);
}

static void sharded_drop(struct sharded *s)
{
    for (unsigned i = 0; i < s->proposal->shards; i++) {
        if (s->proposal->strings)
            swiss_str_free(&s->maps[i]);
        else
            swiss_u64_free(&s->maps[i]);
    }
}

/* Puts the survivors into new maps, made for as many, and drops the old. */
static bool sharded_rebuild(struct sharded *s, uint64_t keys, uint64_t seed)
{
    struct sharded fresh = *s;
    if (!sharded_init(&fresh, keys / KEPT_IN / s->proposal->shards + 1, seed))
        return false;
    for (uint64_t key = 0; key < keys; key += KEPT_IN)
        if (!sharded_put(&fresh, key))
            return false;
    sharded_drop(s);
    *s = fresh;
    return true;
}

static bool steps(struct sharded *s, uint64_t keys, uint64_t seed, struct kept *r)
{
    if (!sharded_init(s, 0, seed))
        return false;
    for (uint64_t key = 0; key < keys; key++)
        if (!sharded_add(s, key))
            return false;
    heap_collect(s->heap);
    r->filled = heap_read(s->heap).heap_alloc;
    for (uint64_t key = 0; key < keys; key++)
        if (key % KEPT_IN != 0)
            sharded_remove(s, key);
    if (s->proposal->rebuild && !sharded_rebuild(s, keys, seed + PROPOSAL_MAX_SHARDS))
        return false;
    heap_collect(s->heap);
    r->drained = heap_read(s->heap).heap_alloc;
    return true;
}

bool proposal_run(const struct proposal *p, uint64_t keys, uint64_t seed, uint64_t limit,
                  struct kept *r)
{
    struct sharded s = {
        .proposal = p,
        .heap = heap_new(&(struct heap_config){.limit_bytes = limit}),
        .texts = calloc(keys + 1, sizeof *s.texts),
    };
    bool done = s.heap != NULL && s.texts != NULL && steps(&s, keys, seed, r);
    heap_delete(s.heap);
    free(s.texts);
    return done;
}
