/*
 * design.c - the list of designs.
 */
#include "design/design.h"

#include <string.h>

#include "design/design_bucket.h"
#include "design/design_hashbrown.h"
#include "design/design_swiss.h"

const struct design *const designs[] = {&design_swiss, &design_bucket, &design_hashbrown};
const unsigned design_count = sizeof designs / sizeof designs[0];

const struct design *design_named(const char *name)
{
    for (unsigned i = 0; i < design_count; i++)
        if (strcmp(designs[i]->name, name) == 0)
            return designs[i];
    for (unsigned i = 0; i < DESIGN_SWISS_LATER; i++)
        if (strcmp(design_swiss_later[i].name, name) == 0)
            return &design_swiss_later[i];
    return NULL;
}

bool any_map_init(struct any_map *m, const struct design *design, const struct map_type *type,
                  struct heap *h, uint64_t hint, uint64_t seed)
{
    m->design = design;
    m->type = type;
    return design->init(m, h, hint, seed);
}

uint64_t design_bytes(const struct design *design, const struct heap *h)
{
    struct heap_counters counters = heap_read(h);
    return design->bytes_as_asked ? counters.asked : counters.heap_alloc;
}

uint64_t design_peak_bytes(const struct design *design, const struct heap *h)
{
    struct heap_counters counters = heap_read(h);
    return design->bytes_as_asked ? counters.peak_asked : counters.peak_heap_alloc;
}

uint64_t design_total_bytes(const struct design *design, const struct heap *h)
{
    struct heap_counters counters = heap_read(h);
    return design->bytes_as_asked ? counters.total_asked : counters.total_alloc;
}
