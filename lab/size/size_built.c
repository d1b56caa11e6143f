/*
 * size_built.c - builds maps of types described at run time, and counts them.
 */
#include "size/size_built.h"

#include "bucket/bucket_check.h"
#include "swiss/swiss_check.h"

#include <stdlib.h>
#include <string.h>

/* --- Building --------------------------------------------------------------- */

bool size_map_open(struct size_map *m, enum size_design design, const struct map_type *type,
                   uint64_t hint, uint64_t seed, uint64_t limit)
{
    struct heap_config config = {.limit_bytes = limit, .collector = HEAP_COLLECT_AT_ONCE};
    *m = (struct size_map){.design = design, .type = *type};
    m->key = calloc(1, type->key_bytes > 8 ? type->key_bytes : 8);
    m->heap = heap_new(&config);
    if (m->key != NULL && m->heap != NULL
        && any_map_init(&m->map, design_named(size_design_names[design]), &m->type, m->heap, hint,
                        seed))
        return true;
    size_map_close(m);
    return false;
}

void size_map_close(struct size_map *m)
{
    heap_delete(m->heap);
    free(m->key);
    m->heap = NULL;
    m->key = NULL;
}

bool size_map_fill(struct size_map *m, uint64_t entries)
{
    size_t bytes = m->type.key_bytes < 8 ? m->type.key_bytes : 8;
    for (uint64_t n = m->map.design->len(&m->map); n < entries; n++) {
        memcpy(m->key, &n, bytes);
        if (m->map.design->put(&m->map, m->key) == NULL)
            return false;
    }
    return true;
}

struct size_reading size_map_read(const struct size_map *m)
{
    const struct any_map *map = &m->map;
    struct size_reading r = {.entries = map->design->len(map),
                             .bytes = design_bytes(map->design, m->heap),
                             .peak = design_peak_bytes(map->design, m->heap)};
    if (m->design == SIZE_GO_1_24)
        r.tables = swiss_table_count(&map->as.swiss);
    if (m->design == SIZE_GO_1_23) {
        r.buckets = bucket_bucket_count(&map->as.bucket);
        r.old_buckets = bucket_old_bucket_count(&map->as.bucket);
        r.overflow = bucket_overflow_count(&m->type, &map->as.bucket);
        r.overflow_made = map->as.bucket.events.overflow_made;
    }
    return r;
}

bool size_build(enum size_design design, const struct map_type *type, uint64_t entries,
                uint64_t seed, uint64_t limit, struct size_reading *reading)
{
    struct size_map m;
    if (!size_map_open(&m, design, type, 0, seed, limit))
        return false;
    bool done = size_map_fill(&m, entries);
    if (done)
        *reading = size_map_read(&m);
    size_map_close(&m);
    return done;
}
