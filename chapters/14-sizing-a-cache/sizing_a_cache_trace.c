/*
 * sizing_a_cache_trace.c - the experiments: the cache counted in every design, and on paper.
 */
#include "sizing_a_cache.h"

#include <math.h>

/* --- A map as described ----------------------------------------------------- */

bool described_read(const char *text, struct described *d, struct type_error *error)
{
    d->ordered.count = 0;
    if (!type_parse_map(text, &d->written, &d->key, &d->elem, error))
        return false;
    /* As many types as were read: the pools are of one size, so they fit. */
    d->better_key = type_better(d->key, &d->ordered);
    d->better_elem = type_better(d->elem, &d->ordered);
    d->type = size_map_type(d->key, d->elem);
    d->better_type = size_map_type(d->better_key, d->better_elem);
    return true;
}

const struct map_type *described_type(const struct described *d, enum size_design design)
{
    return design == SIZE_RUST ? &d->better_type : &d->type;
}

bool described_gains(const struct described *d)
{
    return d->better_key->bytes < d->key->bytes || d->better_elem->bytes < d->elem->bytes;
}

/* --- The cache -------------------------------------------------------------- */

bool counted_run(const char *description, uint64_t entries, uint64_t seed, struct counted *c)
{
    struct described d;
    struct type_error error;
    *c = (struct counted){.entries = entries};
    if (!described_read(description, &d, &error))
        return false;
    c->slot = d.type.slot_bytes;
    for (unsigned i = 0; i < SIZE_DESIGNS; i++) {
        enum size_design design = (enum size_design)i;
        const struct map_type *mt = described_type(&d, design);
        c->size[i] = size_of(design, mt, entries);
        if (!size_count(design, mt, entries, seed, &c->of[i]))
            return false;
    }
    return true;
}

/* The map type of the cache in Go. */
static struct map_type cache_type(void)
{
    struct described d;
    struct type_error error;
    bool read = described_read(CACHE_FAT, &d, &error);
    return read ? d.type : (struct map_type){.key_bytes = 0};
}

bool moments_run(uint64_t seed, struct size_reading at[MOMENTS])
{
    struct map_type mt = cache_type();
    struct size_buckets b = size_buckets_for(&mt, CACHE_BUSY);
    uint64_t over = (uint64_t)ceil(b.growth_over.mean + 6 * b.growth_over.spread);
    const uint64_t entries[MOMENTS] = {b.growth_at - 1, b.growth_at, CACHE_BUSY, over};
    for (unsigned i = 0; i < MOMENTS; i++)
        if (!size_count(SIZE_GO_1_23, &mt, entries[i], seed, &at[i]))
            return false;
    return true;
}

/* The array is asked for and never touched: half a GiB of it costs nothing here. */
bool hinted_run(uint64_t limit, uint64_t *bytes)
{
    struct map_type mt = cache_type();
    struct size_map m;
    if (!size_map_open(&m, SIZE_GO_1_23, &mt, CACHE_BUSY, 1, limit))
        return false;
    *bytes = size_map_read(&m).bytes;
    size_map_close(&m);
    return true;
}

/* --- On paper --------------------------------------------------------------- */

struct paper paper_of_the_source(void)
{
    enum { BUCKET = 464, TABLE = 58368, TABLES = 3900, QUIET_TABLES = 614 };
    struct paper p = {
        .array = (uint64_t)BUCKET << 20,
        .old_array = (uint64_t)BUCKET << 19,
        .spare = (uint64_t)BUCKET << 16,
        .tables = TABLES,
        .tables_sum = (uint64_t)TABLES * TABLE,
        .quiet_buckets = (uint64_t)BUCKET * ((1 << 17) + (1 << 13)),
        .quiet_tables = (uint64_t)TABLE * QUIET_TABLES,
    };
    p.buckets_sum = p.array + p.old_array + p.spare;
    return p;
}

/* --- A sweep ---------------------------------------------------------------- */

uint64_t below_floor(uint64_t seed, uint64_t *maps)
{
    static const char *const types[] = {CACHE_FAT, CACHE_LEAN, "u64,u64", "u32,[129]byte"};
    uint64_t below = 0;
    *maps = 0;
    for (unsigned t = 0; t < sizeof types / sizeof types[0]; t++)
        for (uint64_t n = 1; n < 40000; n += n / 3 + 1) {
            struct counted c;
            if (!counted_run(types[t], n, seed, &c))
                return UINT64_MAX;
            for (unsigned i = 0; i < SIZE_DESIGNS; i++, ++*maps)
                below += c.of[i].bytes < c.size[i].floor;
        }
    return below;
}

/* --- The pass conditions ---------------------------------------------------- */

bool claim_floor(const struct counted cases[CACHES], uint64_t below)
{
    for (unsigned i = 0; i < CACHES; i++)
        for (unsigned design = 0; design < SIZE_DESIGNS; design++)
            below += cases[i].of[design].bytes < cases[i].size[design].floor;
    const struct counted *busy = &cases[BUSY_FAT];
    return below == 0
        && 5 * busy->of[SIZE_GO_1_24].bytes >= 6 * busy->size[SIZE_GO_1_24].floor;
}

bool claim_paper_is_floor(uint64_t paper, uint64_t counted)
{
    return counted >= paper;
}

bool claim_two_thirds(uint64_t before, uint64_t after)
{
    return 3 * after <= before;
}

bool claim_halves(uint64_t before, uint64_t after)
{
    return 2 * after <= before;
}

bool claim_too_little(uint64_t before, uint64_t after)
{
    return before < after + ((uint64_t)200 << 20);
}
