/*
 * design_versions.c - three maps side by side, with their typed verbs.
 */
#include "design/design_versions.h"

#include "bucket/bucket_u64.h"
#include "design/design_bucket.h"
#include "design/design_hashbrown.h"
#include "design/design_swiss.h"
#include "hashbrown/hashbrown_u64.h"
#include "swiss/swiss_u64.h"

/* --- Go 1.23 --- */

static uint64_t *buckets_put(struct any_map *m, uint64_t key)
{
    return bucket_u64_put(&m->as.bucket, key);
}

static bool buckets_del(struct any_map *m, uint64_t key)
{
    return bucket_u64_del(&m->as.bucket, key);
}

static void buckets_clear(struct any_map *m)
{
    bucket_u64_clear(&m->as.bucket);
}

/* --- Go 1.24 --- */

static uint64_t *tables_put(struct any_map *m, uint64_t key)
{
    return swiss_u64_put(&m->as.swiss, key);
}

static bool tables_del(struct any_map *m, uint64_t key)
{
    return swiss_u64_del(&m->as.swiss, key);
}

static void tables_clear(struct any_map *m)
{
    swiss_u64_clear(&m->as.swiss);
}

/* --- Rust --- */

static uint64_t *flat_put(struct any_map *m, uint64_t key)
{
    return hashbrown_u64_put(&m->as.hashbrown, key);
}

static bool flat_del(struct any_map *m, uint64_t key)
{
    return hashbrown_u64_del(&m->as.hashbrown, key);
}

static void flat_clear(struct any_map *m)
{
    hashbrown_u64_clear(&m->as.hashbrown);
}

/* --- All three --- */

const struct design_version design_versions[DESIGN_VERSIONS] = {
    [DESIGN_BUCKETS] = {"buckets", &design_bucket, buckets_put, buckets_del, buckets_clear},
    [DESIGN_SWISS] = {"swiss", &design_swiss, tables_put, tables_del, tables_clear},
    [DESIGN_HASHBROWN] = {"hashbrown", &design_hashbrown, flat_put, flat_del, flat_clear},
};

bool design_version_fill(const struct design_version *version, struct any_map *m, uint64_t from,
                         uint64_t to)
{
    for (uint64_t key = from; key < to; key++) {
        uint64_t *elem = version->put(m, key);
        if (elem == NULL)
            return false;
        *elem = key;
    }
    return true;
}
