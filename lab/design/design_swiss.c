/*
 * design_swiss.c - Go 1.24's map behind the table of verbs, and that of later releases.
 */
#include "design/design_swiss.h"

#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"

/* The release that a design stands for. */
static enum swiss_release release_of(const struct design *design)
{
    if (design == &design_swiss)
        return SWISS_GO_1_24;
    return (enum swiss_release)(SWISS_GO_1_25 + (design - design_swiss_later));
}

static bool init(struct any_map *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    if (!swiss_any_init(m->type, &m->as.swiss, h, hint, seed))
        return false;
    swiss_set_release(&m->as.swiss, release_of(m->design));
    return true;
}

static void drop(struct any_map *m)
{
    swiss_any_free(m->type, &m->as.swiss);
}

static uint64_t len(const struct any_map *m)
{
    return swiss_len(&m->as.swiss);
}

static void *get(const struct any_map *m, const void *key)
{
    return swiss_any_get(m->type, &m->as.swiss, key);
}

static void *put(struct any_map *m, const void *key)
{
    return swiss_any_put(m->type, &m->as.swiss, key);
}

static bool del(struct any_map *m, const void *key)
{
    return swiss_any_del(m->type, &m->as.swiss, key);
}

static void clear(struct any_map *m)
{
    swiss_any_clear(m->type, &m->as.swiss);
}

static void iter_start(struct any_map *m, struct any_iter *it)
{
    it->map = m;
    it->key = it->elem = NULL;
    swiss_any_iter_start(m->type, &m->as.swiss, &it->as.swiss);
}

static bool iter_next(struct any_iter *it)
{
    bool more = swiss_any_iter_next(it->map->type, &it->as.swiss);
    it->key = it->as.swiss.key;
    it->elem = it->as.swiss.elem;
    return more;
}

static void iter_end(struct any_iter *it)
{
    swiss_any_iter_end(it->map->type, &it->as.swiss);
    it->key = it->elem = NULL;
}

static const char *check(const struct any_map *m)
{
    return swiss_check(m->type, &m->as.swiss);
}

static uint64_t slots(const struct any_map *m)
{
    return swiss_slot_count(&m->as.swiss);
}

#define VERBS                                                                                      \
    .init = init, .free = drop, .len = len, .get = get, .put = put, .del = del, .clear = clear,    \
    .iter_start = iter_start, .iter_next = iter_next, .iter_end = iter_end, .check = check,   \
    .slots = slots

const struct design design_swiss = {
    .name = "go1.24",
    .says = "Go 1.24: Swiss tables under a directory",
    VERBS,
};

const struct design design_swiss_later[DESIGN_SWISS_LATER] = {
    {.name = "go1.25", .says = "Go 1.25: prunes tombstones, clears full groups", VERBS},
    {.name = "go1.26", .says = "Go 1.26: clears sparsely where it pays", VERBS},
    {.name = "go1.27", .says = "Go 1.27: an update leaves a small map small", VERBS},
};
