/*
 * design_hashbrown.c - Rust's map behind the table of verbs.
 */
#include "design/design_hashbrown.h"

#include "hashbrown/hashbrown_any.h"
#include "hashbrown/hashbrown_check.h"

static bool init(struct any_map *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return hashbrown_any_init(m->type, &m->as.hashbrown, h, hint, seed);
}

static void drop(struct any_map *m)
{
    hashbrown_any_free(m->type, &m->as.hashbrown);
}

static uint64_t len(const struct any_map *m)
{
    return hashbrown_len(&m->as.hashbrown);
}

static void *get(const struct any_map *m, const void *key)
{
    return hashbrown_any_get(m->type, &m->as.hashbrown, key);
}

static void *put(struct any_map *m, const void *key)
{
    return hashbrown_any_put(m->type, &m->as.hashbrown, key);
}

static bool del(struct any_map *m, const void *key)
{
    return hashbrown_any_del(m->type, &m->as.hashbrown, key);
}

static void clear(struct any_map *m)
{
    hashbrown_any_clear(m->type, &m->as.hashbrown);
}

static void iter_start(struct any_map *m, struct any_iter *it)
{
    it->map = m;
    it->key = it->elem = NULL;
    hashbrown_any_iter_start(m->type, &m->as.hashbrown, &it->as.hashbrown);
}

static bool iter_next(struct any_iter *it)
{
    bool more = hashbrown_any_iter_next(it->map->type, &it->as.hashbrown);
    it->key = it->as.hashbrown.key;
    it->elem = it->as.hashbrown.elem;
    return more;
}

static void iter_end(struct any_iter *it)
{
    hashbrown_any_iter_end(it->map->type, &it->as.hashbrown);
    it->key = it->elem = NULL;
}

static const char *check(const struct any_map *m)
{
    return hashbrown_check(m->type, &m->as.hashbrown);
}

static uint64_t slots(const struct any_map *m)
{
    return hashbrown_slots(&m->as.hashbrown.table);
}

static bool shrink(struct any_map *m)
{
    return hashbrown_any_shrink_to_fit(m->type, &m->as.hashbrown);
}

const struct design design_hashbrown = {
    .name = "rust",
    .says = "Rust: hashbrown, one flat table",
    .bytes_as_asked = true,
    .init = init,
    .free = drop,
    .len = len,
    .get = get,
    .put = put,
    .del = del,
    .clear = clear,
    .iter_start = iter_start,
    .iter_next = iter_next,
    .iter_end = iter_end,
    .check = check,
    .slots = slots,
    .shrink = shrink,
};
