/*
 * growth_trace.c - one map of Go 1.24 as it grows: what happened at which put.
 */
#include "growth.h"

#include <string.h>

#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"

/* --- Filling --- */

static struct heap *new_heap(const struct options *options)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes};
    return heap_new(&config);
}

static bool put(struct swiss *m, uint64_t key)
{
    uint64_t *elem = swiss_u64_put(m, key);
    if (elem == NULL)
        return false;
    *elem = key;
    return true;
}

static bool is_power_of_two(uint64_t n)
{
    return n > 0 && (n & (n - 1)) == 0;
}

/* --- A growth --- */

static enum growth_cause cause_of(const struct swiss_events *before,
                                  const struct swiss_events *after)
{
    if (after->splits > before->splits)
        return GROWTH_SPLIT;
    if (after->doublings > before->doublings)
        return GROWTH_DOUBLING;
    return after->conversions > before->conversions ? GROWTH_CONVERSION : GROWTH_GROUP;
}

/* What the last put did, and the map as it is now. */
static struct growth_step look(const struct swiss *m, const struct swiss_events *before)
{
    return (struct growth_step){
        .cause = cause_of(before, &m->events),
        .longer = m->events.directories > before->directories,
        .entries = swiss_len(m),
        .moved = m->events.moved - before->moved,
        .slots = swiss_slot_count(m),
        .tables = swiss_table_count(m),
        .directory = m->header->dir_len,
        .splits = m->events.splits,
        .bytes = swiss_bytes(&swiss_u64_type, m),
    };
}

/* Counts a growth, and keeps it if it is one of those that the tables show. */
static void note(struct growth_trace *trace, const struct swiss *m,
                 const struct swiss_events *before)
{
    struct growth_step step = look(m, before);
    struct growth_sum *sum = &trace->sums[step.cause];
    sum->times++;
    sum->moved += step.moved;
    sum->most = step.moved > sum->most ? step.moved : sum->most;
    if (trace->first_count < GROWTH_FIRST)
        trace->first[trace->first_count++] = step;
    if (step.longer)
        trace->longer[trace->longer_count++] = step;
    if (step.cause == GROWTH_SPLIT) {
        trace->splits++;
        trace->directory_exact += step.directory == (uint64_t)1 << m->header->global_depth;
        trace->tables_odd += !is_power_of_two(step.tables);
        trace->tables_fewer += step.tables < step.directory;
    }
}

static bool fill_and_note(struct swiss *m, uint64_t keys, struct growth_trace *trace)
{
    for (uint64_t key = 0; key < keys; key++) {
        const struct swiss_events before = m->events;
        if (!put(m, key))
            return false;
        if (memcmp(&before, &m->events, sizeof before) != 0)
            note(trace, m, &before);
    }
    trace->last = look(m, &m->events);
    return true;
}

bool growth_trace(const struct options *options, struct growth_trace *result)
{
    struct heap *h = new_heap(options);
    struct swiss m;
    bool done = false;
    *result = (struct growth_trace){.first_count = 0};
    if (h != NULL && swiss_u64_init(&m, h, 0, options->seed)) {
        done = fill_and_note(&m, options->keys, result);
        swiss_u64_free(&m);
    }
    heap_delete(h);
    return done;
}

bool growth_presized(const struct options *options, struct growth_step *result)
{
    struct heap *h = new_heap(options);
    struct swiss m;
    bool done = false;
    if (h != NULL && swiss_u64_init(&m, h, options->keys, options->seed)) {
        *result = look(&m, &m.events);
        done = true;
        swiss_u64_free(&m);
    }
    heap_delete(h);
    return done;
}

/* --- Depths --- */

static void count_depths(const struct swiss *m, struct growth_depths *result)
{
    const struct swiss_header *header = m->header;
    result->entries = swiss_len(m);
    result->tables = swiss_table_count(m);
    result->directory = header->dir_len;
    result->global = result->shallowest = header->global_depth;
    for (uint64_t i = 0; i < header->dir_len;) {
        const struct swiss_table *t = header->directory[i];
        result->tables_of[t->local_depth]++;
        result->entries_of[t->local_depth] += t->used;
        if (t->local_depth < result->shallowest)
            result->shallowest = t->local_depth;
        i = swiss_directory_next(header, t);
    }
}

bool growth_depths(const struct options *options, struct growth_depths *result)
{
    struct heap *h = new_heap(options);
    struct swiss m;
    bool done = false;
    *result = (struct growth_depths){.entries = 0};
    if (h != NULL && swiss_u64_init(&m, h, 0, options->seed)) {
        done = true;
        for (uint64_t key = 0; done && key < options->keys / 8 * 7; key++)
            done = put(&m, key);
        count_depths(&m, result);
        swiss_u64_free(&m);
    }
    heap_delete(h);
    return done;
}

/* --- A hash that is bad at the top --- */

/* Good everywhere but in its top bits, which choose the table: they are zero. */
static uint64_t hash_weak(const void *key, uint64_t seed)
{
    return hash_u64(key, seed) >> GROWTH_WEAK_BITS;
}

static bool fill_weak(const struct map_type *mt, struct swiss *m, struct growth_weak *result)
{
    for (uint64_t key = 0; key <= 2000; key++) {
        const struct swiss_events before = m->events;
        if (swiss_any_put(mt, m, &key) == NULL)
            return false;
        uint64_t moved = m->events.moved - before.moved;
        if (moved > result->most) {
            result->most = moved;
            result->most_at = swiss_len(m);
            result->splits = m->events.splits - before.splits;
        }
    }
    return true;
}

bool growth_weak(const struct options *options, struct growth_weak *result)
{
    struct map_type mt = swiss_u64_type;
    struct heap *h = new_heap(options);
    struct swiss m;
    bool done = false;
    mt.hash = hash_weak;
    *result = (struct growth_weak){.bits = GROWTH_WEAK_BITS};
    if (h != NULL && swiss_any_init(&mt, &m, h, 0, options->seed)) {
        done = fill_weak(&mt, &m, result);
        swiss_any_free(&mt, &m);
    }
    heap_delete(h);
    return done;
}
