/*
 * design_bucket.c - Go 1.23's map behind the table of verbs.
 */
#include "design/design_bucket.h"

#include "bucket/bucket_any.h"
#include "bucket/bucket_check.h"

static bool init(struct any_map *m, struct heap *h, uint64_t hint, uint64_t seed)
{
    return bucket_any_init(m->type, &m->as.bucket, h, hint, seed);
}

static void drop(struct any_map *m)
{
    bucket_any_free(m->type, &m->as.bucket);
}

static uint64_t len(const struct any_map *m)
{
    return bucket_len(&m->as.bucket);
}

static void *get(const struct any_map *m, const void *key)
{
    return bucket_any_get(m->type, &m->as.bucket, key);
}

static void *put(struct any_map *m, const void *key)
{
    return bucket_any_put(m->type, &m->as.bucket, key);
}

static bool del(struct any_map *m, const void *key)
{
    return bucket_any_del(m->type, &m->as.bucket, key);
}

static void clear(struct any_map *m)
{
    bucket_any_clear(m->type, &m->as.bucket);
}

static void iter_start(struct any_map *m, struct any_iter *it)
{
    it->map = m;
    it->key = it->elem = NULL;
    bucket_any_iter_start(m->type, &m->as.bucket, &it->as.bucket);
}

static bool iter_next(struct any_iter *it)
{
    bool more = bucket_any_iter_next(it->map->type, &it->as.bucket);
    it->key = it->as.bucket.key;
    it->elem = it->as.bucket.elem;
    return more;
}

static void iter_end(struct any_iter *it)
{
    bucket_any_iter_end(it->map->type, &it->as.bucket);
    it->key = it->elem = NULL;
}

static const char *check(const struct any_map *m)
{
    return bucket_check(m->type, &m->as.bucket);
}

/* Cells of the array, and of the old one while entries still move. */
static uint64_t slots(const struct any_map *m)
{
    const struct bucket_header *header = m->as.bucket.header;
    if (header->buckets == NULL)
        return 0;
    uint64_t buckets = bucket_count(header->log_buckets);
    if (bucket_growing(header))
        buckets += bucket_count(bucket_old_log(header));
    return buckets * BUCKET_CELLS;
}

const struct design design_bucket = {
    .name = "go1.23",
    .says = "Go 1.23: buckets of eight with overflow chains",
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
};
