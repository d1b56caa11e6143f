/*
 * lookup_trace.c - what a look-up touches and allocates, counted.
 *
 * The walk repeats a look-up in slow motion and notes the cache lines that hold what it
 * reads. A line is the unit in which memory is fetched: 64 bytes, whatever is asked of them.
 */
#include "lookup.h"

#include <assert.h>
#include <stdlib.h>

#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

/* --- One look-up --- */

static void touch_line(struct lookup_walk *w, enum lookup_part part, uintptr_t line)
{
    for (unsigned i = 0; i < w->lines; i++) {
        if (w->line[i] == line)
            return;
    }
    assert(w->lines < LOOKUP_MOST_LINES);
    w->line[w->lines++] = line;
    w->part_lines[part]++;
}

/* Notes the line, or the two, that hold these bytes. */
static void touch(struct lookup_walk *w, enum lookup_part part, const void *at, size_t bytes)
{
    uintptr_t first = (uintptr_t)at / LOOKUP_LINE_BYTES;
    uintptr_t last = ((uintptr_t)at + bytes - 1) / LOOKUP_LINE_BYTES;
    for (uintptr_t line = first; line <= last; line++)
        touch_line(w, part, line);
}

/* Compares the key in a slot; if it is the right one, its elem is read too. */
static bool walk_slot(struct lookup_walk *w, unsigned char *group, unsigned i)
{
    unsigned char *slot = swiss_slot(&swiss_u64_type, group, i);
    touch(w, LOOKUP_GROUP, slot, sizeof(uint64_t));
    w->compares++;
    if (!equal_u64(&w->key, slot))
        return false;
    touch(w, LOOKUP_GROUP, slot + swiss_u64_type.elem_at, sizeof(uint64_t));
    w->slot = i;
    w->found = true;
    return true;
}

/* Visits a group; true: the walk ends here. */
static bool walk_group(struct lookup_walk *w, unsigned char *group)
{
    bool empty = false;
    w->groups++;
    touch(w, LOOKUP_GROUP, group, sizeof(uint64_t));
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
        if (group[i] == hash_h2(w->hash) && walk_slot(w, group, i))
            return true;
        empty = empty || group[i] == CTRL_EMPTY;
    }
    return empty;
}

void lookup_walk_key(const struct swiss *m, uint64_t key, struct lookup_walk *w)
{
    const struct swiss_header *header = m->header;
    assert(header->dir_len > 0);
    *w = (struct lookup_walk){.key = key, .hash = hash_u64(&key, header->seed)};
    touch(w, LOOKUP_HEADER, header, offsetof(struct swiss_header, global_shift) + 1);
    w->entry = swiss_directory_index(header, w->hash);
    touch(w, LOOKUP_DIRECTORY, &header->directory[w->entry], sizeof *header->directory);
    const struct swiss_table *t = header->directory[w->entry];
    touch(w, LOOKUP_TABLE, &t->groups, sizeof t->groups + sizeof t->group_mask);
    struct probe probe = probe_start(hash_h1(w->hash), t->group_mask);
    while (!walk_group(w, swiss_group(&swiss_u64_type, t, probe.offset)))
        probe_next(&probe);
    w->group = probe.offset;
}

/* --- Many of them --- */

/* Looks up LOOKUP_SAMPLE keys drawn from `from` to from + entries - 1. */
static struct lookup_touch sample(const struct swiss *m, uint64_t from, uint64_t entries,
                                  uint64_t seed)
{
    struct random random = {.state = seed};
    uint64_t groups = 0, compares = 0, lines = 0, group_lines = 0;
    for (unsigned i = 0; i < LOOKUP_SAMPLE; i++) {
        struct lookup_walk w;
        lookup_walk_key(m, from + random_below(&random, entries), &w);
        groups += w.groups;
        compares += w.compares;
        lines += w.lines;
        group_lines += w.part_lines[LOOKUP_GROUP];
    }
    const double all = LOOKUP_SAMPLE;
    return (struct lookup_touch){(double)groups / all, (double)compares / all,
                                 (double)lines / all, (double)group_lines / all};
}

static int compare_lines(const void *a, const void *b)
{
    const uintptr_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

/* How many different lines hold what a thousand hits read. */
static uint64_t thousand_lines(const struct swiss *m, uint64_t entries, uint64_t seed)
{
    static uintptr_t lines[LOOKUP_THOUSAND * LOOKUP_MOST_LINES];
    struct random random = {.state = seed};
    size_t count = 0;
    uint64_t different = 0;
    for (unsigned i = 0; i < LOOKUP_THOUSAND; i++) {
        struct lookup_walk w;
        lookup_walk_key(m, random_below(&random, entries), &w);
        for (unsigned line = 0; line < w.lines; line++)
            lines[count++] = w.line[line];
    }
    qsort(lines, count, sizeof *lines, compare_lines);
    for (size_t i = 0; i < count; i++)
        different += i == 0 || lines[i] != lines[i - 1];
    return different;
}

static bool put_range(struct swiss *m, uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++) {
        uint64_t *elem = swiss_u64_put(m, key);
        if (elem == NULL)
            return false;
        *elem = key;
    }
    return true;
}

static void measure_map(const struct swiss *m, uint64_t seed, struct lookup_map *map)
{
    map->entries = swiss_len(m);
    map->tables = swiss_table_count(m);
    map->slots = swiss_slot_count(m);
    map->bytes = swiss_bytes(&swiss_u64_type, m);
    map->directory_bytes = m->header->dir_len * sizeof(struct swiss_table *);
    map->table_bytes = map->tables * sizeof(struct swiss_table);
    map->group_bytes = map->slots / SWISS_GROUP_SLOTS * swiss_group_bytes(&swiss_u64_type);
    map->hit = sample(m, 0, map->entries, seed);
    map->miss = sample(m, map->entries, map->entries, seed);
    map->thousand_lines = thousand_lines(m, map->entries, seed);
}

bool lookup_touched(const struct options *options, const uint64_t sizes[], unsigned count,
                    struct lookup_map maps[])
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = options->limit_bytes,
                                                    .collector = HEAP_COLLECT_AT_ONCE});
    struct swiss m;
    bool done = h != NULL && swiss_u64_init(&m, h, 0, options->seed);
    for (unsigned i = 0; done && i < count; i++) {
        done = put_range(&m, i == 0 ? 0 : sizes[i - 1], sizes[i]);
        if (done)
            measure_map(&m, options->seed, &maps[i]);
    }
    heap_delete(h);
    return done;
}

/* --- Allocations --- */

static void look_up_a_thousand(const struct swiss *m, uint64_t seed, struct lookup_allocs *result)
{
    struct random random = {.state = seed};
    for (unsigned i = 0; i < LOOKUP_THOUSAND; i++) {
        uint64_t key = random_below(&random, result->entries);
        result->found += swiss_u64_get(m, key) != NULL;
        result->missed += swiss_u64_get(m, result->entries + key) == NULL;
    }
}

bool lookup_allocs(const struct options *options, uint64_t entries, struct lookup_allocs *result)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = options->limit_bytes});
    struct swiss m;
    *result = (struct lookup_allocs){.entries = entries};
    bool done = h != NULL && swiss_u64_init(&m, h, 0, options->seed) && put_range(&m, 0, entries);
    if (done) {
        struct heap_counters before = heap_read(h);
        look_up_a_thousand(&m, options->seed, result);
        struct heap_counters after = heap_read(h);
        result->mallocs = after.mallocs - before.mallocs;
        result->bytes = after.total_alloc - before.total_alloc;
    }
    heap_delete(h);
    return done;
}

bool lookup_write(const struct options *options, struct lookup_write *result)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = options->limit_bytes});
    struct swiss m;
    *result = (struct lookup_write){.entries = SWISS_GROUP_SLOTS};
    bool done = h != NULL && swiss_u64_init(&m, h, 0, options->seed)
        && put_range(&m, 0, SWISS_GROUP_SLOTS);
    if (done) {
        struct heap_counters before = heap_read(h);
        done = swiss_u64_get(&m, 0) != NULL;
        struct heap_counters got = heap_read(h);
        done = done && swiss_u64_put(&m, 0) != NULL;
        struct heap_counters put = heap_read(h);
        result->get_mallocs = got.mallocs - before.mallocs;
        result->put_mallocs = put.mallocs - got.mallocs;
        result->put_bytes = put.total_alloc - got.total_alloc;
        result->entries = swiss_len(&m);
    }
    heap_delete(h);
    return done;
}
