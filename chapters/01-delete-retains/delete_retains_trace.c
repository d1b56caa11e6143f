/*
 * delete_retains_trace.c - the life of a map, its bytes taken apart, the incident's program.
 *
 * Each experiment does what a Go program would do, with the collector told to run before
 * each reading, as runtime.GC() is called before runtime.ReadMemStats.
 */
#include "delete_retains.h"

#include "design/design_swiss.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

/* --- Helpers ---------------------------------------------------------------- */

static struct heap *new_heap(uint64_t limit)
{
    return heap_new(&(struct heap_config){.limit_bytes = limit, .huge_pages = true});
}

/* The heap as the design's runtime would report it. */
static struct reading read_heap(const struct design *design, const struct heap *h,
                                uint64_t entries)
{
    struct heap_counters now = heap_read(h);
    return (struct reading){
        .entries = entries,
        .bytes = design_bytes(design, h),
        .objects = now.mallocs - now.frees,
        .garbage = now.garbage,
    };
}

/* What a Go program reads after runtime.GC(). */
static struct reading collect_and_read(const struct design *design, struct heap *h,
                                       uint64_t entries)
{
    heap_collect(h);
    return read_heap(design, h, entries);
}

/*
 * A collector's pace as Go sets it by default: the next collection is due when the heap
 * has become twice what the last one left, at 4 MiB for the first. Without it
 * the tables that growth replaces would all stay until somebody asks. The heap is
 * looked at before every 64th put only: a look costs as much as a put.
 */
struct pace {
    uint64_t goal;
};

enum { PACE_PUTS = 64 };

static void pace_step(struct pace *pace, struct heap *h)
{
    const uint64_t least = (uint64_t)4 << 20;
    if (heap_read(h).heap_alloc < (pace->goal > least ? pace->goal : least))
        return;
    heap_collect(h);
    pace->goal = 2 * heap_read(h).heap_alloc;
}

/* m[key] = elem for keys 0 to keys - 1; each byte of an elem is the key's lowest. */
static bool fill(struct any_map *m, struct heap *h, uint64_t keys)
{
    struct pace pace = {0};
    for (uint64_t key = 0; key < keys; key++) {
        if (key % PACE_PUTS == 0)
            pace_step(&pace, h);
        void *elem = m->design->put(m, &key);
        if (elem == NULL)
            return false;
        memset(elem, (int)(key & 0xFF), m->type->elem_bytes);
    }
    return true;
}

static void delete_all(struct any_map *m, uint64_t keys)
{
    for (uint64_t key = 0; key < keys; key++)
        m->design->del(m, &key);
}

struct map_type int_to_bytes(const char *name, size_t bytes)
{
    return map_type_of(&(struct map_shape){
        .name = name,
        .key_bytes = 8, .key_align = 8,
        .elem_bytes = bytes, .elem_align = 1,
        .key_direct_compare = true,
        .hash = hash_u64, .equal = equal_u64,
    });
}

/* --- Where the bytes are ---------------------------------------------------- */

static void parts_add(struct parts *p, enum part part, uint64_t count, uint64_t bytes)
{
    p->count[part] += count;
    p->bytes[part] += bytes;
    p->sum += bytes;
}

/* Groups of so many slots, which are one object. */
static void parts_add_groups(struct parts *p, uint64_t slots)
{
    const struct map_type *mt = &swiss_u64_type;
    uint64_t asked = swiss_groups_bytes(mt, slots);
    parts_add(p, PART_SLOTS, slots, slots * mt->slot_bytes);
    parts_add(p, PART_CONTROL, slots, slots);
    parts_add(p, PART_GROUPS_ROUNDING, 1, heap_rounded(asked, swiss_groups_scan(mt)) - asked);
}

/* Takes a map apart: each table once, though several entries may point to it. */
static void parts_of(struct parts *p, const struct swiss *m)
{
    *p = (struct parts){.sum = 0};
    const struct swiss_header *header = m->header;
    uint64_t entries = header->dir_len;
    parts_add(p, PART_HEADER, 1, sizeof *header);
    if (entries == 0 && header->group != NULL)
        parts_add_groups(p, SWISS_GROUP_SLOTS);
    if (entries == 0)
        return;
    uint64_t asked = entries * sizeof(struct swiss_table *);
    parts_add(p, PART_DIRECTORY, entries, asked);
    parts_add(p, PART_DIRECTORY_ROUNDING, 1, heap_rounded(asked, HEAP_SCAN) - asked);
    for (uint64_t i = 0; i < entries;) {
        const struct swiss_table *t = header->directory[i];
        parts_add(p, PART_TABLES, 1, sizeof *t);
        parts_add_groups(p, t->capacity);
        i = swiss_directory_next(header, t);
    }
}

/* --- A life of a map -------------------------------------------------------- */

/* The steps of a map that exists; false if it cannot grow as large. */
static bool retain_live(struct any_map *m, struct heap *h, uint64_t keys, struct retain *r)
{
    const struct design *design = m->design;
    if (!fill(m, h, keys))
        return false;
    r->at[RETAIN_FILLED] = collect_and_read(design, h, design->len(m));
    if (design == &design_swiss && m->type == &swiss_u64_type)
        parts_of(&r->parts, &m->as.swiss);
    delete_all(m, keys);
    r->at[RETAIN_DELETED] = collect_and_read(design, h, design->len(m));
    design->clear(m);
    r->at[RETAIN_CLEARED_EMPTY] = collect_and_read(design, h, design->len(m));
    if (!fill(m, h, keys))
        return false;
    r->at[RETAIN_REFILLED] = collect_and_read(design, h, design->len(m));
    design->clear(m);
    r->at[RETAIN_CLEARED] = collect_and_read(design, h, design->len(m));
    return true;
}

bool retain_run(const struct design *design, const struct map_type *mt, uint64_t keys,
                uint64_t seed, uint64_t limit, struct retain *r)
{
    struct heap *h = new_heap(limit);
    if (h == NULL)
        return false;
    struct any_map m;
    r->at[RETAIN_START] = collect_and_read(design, h, 0);
    bool done = any_map_init(&m, design, mt, h, 0, seed);
    if (done) {
        done = retain_live(&m, h, keys, r);
        design->free(&m);
        r->at[RETAIN_DROPPED] = read_heap(design, h, 0);
        r->at[RETAIN_COLLECTED] = collect_and_read(design, h, 0);
    }
    heap_delete(h);
    return done;
}

bool deleting_keeps_half(const struct retain *r)
{
    return 2 * r->at[RETAIN_DELETED].bytes >= r->at[RETAIN_FILLED].bytes;
}

bool clearing_keeps_all(const struct retain *r)
{
    return r->at[RETAIN_CLEARED_EMPTY].bytes == r->at[RETAIN_DELETED].bytes
        && r->at[RETAIN_CLEARED].bytes == r->at[RETAIN_REFILLED].bytes;
}

/* Is the heap back to its start, give or take a hundredth of the filled map? */
static bool is_back(const struct retain *r, enum retain_step step)
{
    return r->at[step].bytes <= r->at[RETAIN_START].bytes + r->at[RETAIN_FILLED].bytes / 100;
}

bool only_the_drop_frees(const struct retain *r)
{
    for (enum retain_step step = RETAIN_FILLED; step < RETAIN_DROPPED; step++)
        if (100 * r->at[step].bytes < 99 * r->at[RETAIN_FILLED].bytes)
            return false;
    return is_back(r, RETAIN_COLLECTED);
}

bool the_drop_alone_frees(const struct retain *r)
{
    return is_back(r, RETAIN_DROPPED);
}

/* --- The incident ----------------------------------------------------------- */

bool incident_run(uint64_t keys, uint64_t hint, uint64_t seed, uint64_t limit, struct incident *r)
{
    struct heap *h = new_heap(limit);
    if (h == NULL)
        return false;
    struct map_type mt = int_to_bytes("int to [128]byte", 128);
    struct any_map m;
    bool done = any_map_init(&m, &design_swiss, &mt, h, hint, seed) && fill(&m, h, keys);
    if (done) {
        r->total_bytes = heap_read(h).total_alloc;
        r->tables = swiss_table_count(&m.as.swiss);
        r->filled = read_heap(m.design, h, swiss_len(&m.as.swiss));
        r->collected = collect_and_read(m.design, h, swiss_len(&m.as.swiss));
        delete_all(&m, keys);
        r->deleted = collect_and_read(m.design, h, swiss_len(&m.as.swiss));
        m.design->free(&m);
        r->dropped = collect_and_read(m.design, h, 0);
    }
    heap_delete(h);
    return done;
}
