/*
 * size_swiss.c - Go 1.24's map: tables that split as their keys' hashes fall.
 *
 *   n = 3,500,000         depth 12: 4,096 prefixes, 854.5 keys each, 29 more or fewer:
 *                         one in 13 has its 897th and has split: 4,096 + 312 tables
 *   n = 4,200,000         ... 1,025 keys each: all have split: 8,192 tables
 *
 * So the number of tables is no line through n but a flight of steps, each a fifth of its length
 * wide: 2^d tables for long, then a wave of splits, then 2^(d+1).
 */
#include "size/size_private.h"

#include "swiss/swiss_layout.h"

enum { LIMIT = SWISS_MAX_TABLE_SLOTS / 8 * 7 };

/* --- Tables ----------------------------------------------------------------- */

uint64_t size_swiss_least_tables(uint64_t entries)
{
    return (entries + LIMIT - 1) / LIMIT;
}

struct chance size_swiss_tables(uint64_t entries)
{
    double tables = 1, variance = 0;
    if (entries <= SWISS_GROUP_SLOTS)
        return (struct chance){.mean = 0};
    for (unsigned depth = 0; depth < SWISS_MAX_DEPTH; depth++) {
        struct chance split = chance_cells_at_least(entries, ldexp(1, (int)depth), LIMIT + 1);
        tables += split.mean;
        variance += split.spread * split.spread;
        if (split.mean < 1e-12)
            break;
    }
    return (struct chance){.mean = tables, .spread = sqrt(variance)};
}

uint64_t size_swiss_most_tables(uint64_t entries)
{
    const double deviations = 6;
    uint64_t tables = 1;
    if (entries <= LIMIT)
        return entries > SWISS_GROUP_SLOTS;
    for (;; tables *= 2) {
        double load = (double)entries / (double)tables;
        if (load + deviations * sqrt(load) <= LIMIT)
            return tables;
    }
}

/* --- The directory ---------------------------------------------------------- */

static uint64_t directory_bytes(unsigned depth)
{
    return heap_rounded(sizeof(struct swiss_table *) << depth, HEAP_SCAN);
}

/* Its bytes, by the probability that some table is deeper than d: that one of the prefixes of
 * d bits has split (Z8). */
static struct chance directory(uint64_t entries)
{
    double mean = (double)directory_bytes(0), square = mean * mean;
    for (unsigned depth = 0; depth < SWISS_MAX_DEPTH; depth++) {
        double split = chance_at_least(entries, ldexp(1, (int)depth), LIMIT + 1);
        double deeper = split >= 1 ? 1 : -expm1(ldexp(log1p(-split), (int)depth));
        double now = (double)directory_bytes(depth), next = (double)directory_bytes(depth + 1);
        mean += deeper * (next - now);
        square += deeper * (next * next - now * now);
        if (deeper < 1e-12)
            break;
    }
    return (struct chance){.mean = mean, .spread = sqrt(fmax(0, square - mean * mean))};
}

/* --- Bytes ------------------------------------------------------------------ */

static uint64_t table_bytes(const struct map_type *mt, uint64_t slots)
{
    return heap_rounded(sizeof(struct swiss_table), HEAP_SCAN)
         + heap_rounded(swiss_groups_bytes(mt, slots), swiss_groups_scan(mt));
}

uint64_t size_swiss_bytes(const struct map_type *mt, uint64_t tables, unsigned depth)
{
    return heap_rounded(sizeof(struct swiss_header), HEAP_SCAN) + directory_bytes(depth)
         + tables * table_bytes(mt, SWISS_MAX_TABLE_SLOTS);
}

/* Up to 896 entries nothing depends on a hash (Z5). */
static uint64_t exact_bytes(const struct map_type *mt, uint64_t entries)
{
    uint64_t header = heap_rounded(sizeof(struct swiss_header), HEAP_SCAN), slots = 16;
    if (entries == 0)
        return header;
    if (entries <= SWISS_GROUP_SLOTS)
        return header + heap_rounded(swiss_group_bytes(mt), swiss_groups_scan(mt));
    while (swiss_growth_limit(slots) < entries)
        slots *= 2;
    return header + directory_bytes(0) + table_bytes(mt, slots);
}

struct size size_of_swiss(const struct map_type *mt, uint64_t entries)
{
    uint64_t groups = entries <= SWISS_GROUP_SLOTS ? entries > 0 : (entries + 6) / 7;
    uint64_t paper = groups * swiss_group_bytes(mt);
    if (entries <= LIMIT) {
        struct size size = size_exact(exact_bytes(mt, entries));
        size.floor = paper;
        return size;
    }
    uint64_t table = table_bytes(mt, SWISS_MAX_TABLE_SLOTS);
    uint64_t header = heap_rounded(sizeof(struct swiss_header), HEAP_SCAN);
    struct chance tables = size_swiss_tables(entries), entry = directory(entries);
    uint64_t most = size_swiss_most_tables(entries);
    unsigned depth = (unsigned)__builtin_ctzll(most);
    return (struct size){
        .floor = paper,
        .expected = size_whole((double)header + tables.mean * (double)table + entry.mean),
        .spread = hypot(tables.spread * (double)table, entry.spread),
        .ceiling = size_swiss_bytes(mt, most, depth),
    };
}
