/*
 * presize_trace.c - allocations, counted and attributed.
 *
 * The map counts what it does (struct swiss_events): so many doublings, so many splits. The
 * heap counts objects and bytes and knows nothing of maps. That both come to the
 * same sum shows that no allocation was missed.
 */
#include "presize.h"

#include "hash/hash.h"
#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

static struct heap *new_heap(const struct options *options)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes};
    return heap_new(&config);
}

static bool put_keys(struct swiss *m, uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++) {
        uint64_t *elem = swiss_u64_put(m, key);
        if (elem == NULL)
            return false;
        *elem = key;
    }
    return true;
}

/* --- Bytes of what a map allocates --- */

static uint64_t directory_bytes(uint64_t length)
{
    return heap_rounded(length * sizeof(struct swiss_table *), HEAP_SCAN);
}

/* A table of that many slots: its header and its groups. */
static uint64_t table_bytes(uint64_t capacity)
{
    return heap_rounded(sizeof(struct swiss_table), HEAP_SCAN)
         + heap_rounded(swiss_groups_bytes(&swiss_u64_type, capacity), HEAP_NOSCAN);
}

/* Tables of 32, 64, ... slots: those of the first `doublings` doublings of a map that grows. */
static uint64_t doublings_bytes(uint64_t doublings)
{
    uint64_t bytes = 0;
    for (uint64_t capacity = 32; doublings > 0; doublings--, capacity *= 2)
        bytes += table_bytes(capacity);
    return bytes;
}

/* Directories of 2, 4, ... entries after one of `length`. */
static uint64_t directories_bytes(uint64_t length, uint64_t doublings)
{
    uint64_t bytes = 0;
    for (; doublings > 0; doublings--)
        bytes += directory_bytes(length *= 2);
    return bytes;
}

/* --- Causes --- */

static struct presize_share share(uint64_t times, uint64_t objects_each, uint64_t bytes)
{
    return (struct presize_share){.times = times, .objects = times * objects_each,
                                  .bytes = bytes};
}

/* The tables that a hint's map grows out of all have its capacity and double alike; those of
 * a map without a hint go from 32 slots to 1024, one after the other. */
static uint64_t growth_bytes(const struct swiss_events *events, struct swiss_plan plan)
{
    return plan.tables == 0 ? doublings_bytes(events->doublings)
                            : events->doublings * table_bytes(2 * plan.capacity);
}

static void attribute(const struct swiss *m, struct swiss_plan plan, struct presize_fill *fill)
{
    const struct swiss_events *e = &m->events;
    struct presize_share *c = fill->causes;
    c[PRESIZE_HEADER] = share(1, 1, heap_rounded(sizeof(struct swiss_header), HEAP_SCAN));
    c[PRESIZE_FIRST_GROUP] = share(e->small_groups, 1, e->small_groups
        * heap_rounded(swiss_group_bytes(&swiss_u64_type), HEAP_NOSCAN));
    c[PRESIZE_FIRST_TABLE] = share(e->conversions, 3, e->conversions
        * (table_bytes(2 * SWISS_GROUP_SLOTS) + directory_bytes(1)));
    c[PRESIZE_DOUBLINGS] = share(e->doublings, 2, growth_bytes(e, plan));
    c[PRESIZE_SPLITS] = share(e->splits, 4, e->splits * 2 * table_bytes(SWISS_MAX_TABLE_SLOTS));
    c[PRESIZE_DIRECTORIES] = share(e->directories, 1,
        directories_bytes(plan.tables == 0 ? 1 : plan.tables, e->directories));
    if (plan.tables > 0) {
        c[PRESIZE_HINT] = share(1, 1 + 2 * e->presized_tables, directory_bytes(plan.tables)
                                + e->presized_tables * table_bytes(plan.capacity));
    }
    for (unsigned i = 0; i < PRESIZE_CAUSES; i++) {
        fill->sum.times += c[i].times;
        fill->sum.objects += c[i].objects;
        fill->sum.bytes += c[i].bytes;
    }
}

/* What the heap has to say of a filled map. */
static void read_filled(struct heap *h, const struct swiss *m, struct presize_fill *fill)
{
    struct heap_counters c = heap_read(h);
    fill->mallocs = c.mallocs;
    fill->total_alloc = c.total_alloc;
    fill->tables = swiss_table_count(m);
    fill->moved = m->events.moved;
    heap_collect(h);
    fill->kept = heap_read(h).heap_alloc;
}

bool presize_fill(const struct options *options, uint64_t keys, uint64_t hint,
                  struct presize_fill *result)
{
    struct heap *h = new_heap(options);
    struct swiss m;
    bool done = false;
    *result = (struct presize_fill){.keys = keys, .hint = hint};
    if (h != NULL && swiss_u64_init(&m, h, hint, options->seed)) {
        result->mallocs_before = heap_read(h).mallocs;
        result->bytes_before = heap_read(h).heap_alloc;
        done = put_keys(&m, 0, keys);
        read_filled(h, &m, result);
        attribute(&m, swiss_plan(&swiss_u64_type, hint), result);
        swiss_u64_free(&m);
    }
    heap_delete(h);
    return done;
}

/* --- Hints --- */

bool presize_hint(const struct options *options, uint64_t hint, struct presize_hint *result)
{
    struct swiss_plan plan = swiss_plan(&swiss_u64_type, hint);
    *result = (struct presize_hint){.tables = plan.tables, .capacity = plan.capacity};
    result->room = plan.tables == 0 ? SWISS_GROUP_SLOTS
                                    : plan.tables * swiss_growth_limit(plan.capacity);
    if (!presize_fill(options, hint, hint, &result->fill))
        return false;
    const struct presize_share *causes = result->fill.causes;
    result->growths = causes[PRESIZE_DOUBLINGS].times + causes[PRESIZE_SPLITS].times;
    return true;
}

/* --- The figures that a source prints --- */

/* Inserts key by key until 62 allocations and 5.2 MB are both reached. */
static bool find_grown(struct heap *h, struct swiss *m, struct presize_printed *result)
{
    for (uint64_t keys = 0; result->allocs.entries == 0 || result->bytes.entries == 0; keys++) {
        struct heap_counters c = heap_read(h);
        struct presize_size size = {.entries = keys, .allocs = c.mallocs, .bytes = c.total_alloc};
        if (result->allocs.entries == 0 && size.allocs >= PRESIZE_PRINTED_ALLOCS)
            result->allocs = size;
        if (result->bytes.entries == 0 && size.bytes >= PRESIZE_PRINTED_BYTES)
            result->bytes = size;
        if (!put_keys(m, keys, keys + 1))
            return false;
    }
    return true;
}

/* What a hint allocates, by its plan: a directory and its tables. */
static struct presize_size hint_size(uint64_t hint)
{
    struct swiss_plan plan = swiss_plan(&swiss_u64_type, hint);
    struct presize_size size = {.entries = hint};
    if (plan.tables > 0) {
        size.allocs = 1 + 2 * plan.tables;
        size.bytes = directory_bytes(plan.tables) + plan.tables * table_bytes(plan.capacity);
    }
    return size;
}

/* Goes through the hints up to a million; no map is made. */
static void find_hinted(struct presize_printed *result)
{
    const uint64_t last = 1 << 20;
    for (uint64_t hint = 0; hint <= last && result->hint_above.entries == 0; hint++) {
        struct presize_size size = hint_size(hint);
        if (size.allocs <= PRESIZE_PRINTED_HINT_ALLOCS)
            result->hint_allocs = size;
        if (size.bytes < PRESIZE_PRINTED_HINT_BYTES)
            result->hint_below = size;
        else
            result->hint_above = size;
    }
}

/*
 * Makes the largest map that nine allocations beside the header can make: the four tables of
 * the largest hint for nine, with keys and elems of 128 bytes, which are the largest that lie in
 * slots. No key is ever put, so any hash will do.
 */
static bool make_widest(const struct options *options, struct presize_printed *result)
{
    const struct map_shape shape = {
        .name = "128 bytes -> 128 bytes",
        .key_bytes = MAP_MAX_INLINE_BYTES, .key_align = 8, .key_pointers = true,
        .elem_bytes = MAP_MAX_INLINE_BYTES, .elem_align = 8, .elem_pointers = true,
        .hash = hash_u64, .equal = equal_u64,
    };
    const struct map_type mt = map_type_of(&shape);
    struct heap *h = new_heap(options);
    struct swiss m;
    uint64_t hint = result->hint_allocs.entries;
    bool done = h != NULL && swiss_any_init(&mt, &m, h, hint, options->seed);
    if (done) {
        struct heap_counters c = heap_read(h);
        result->widest = (struct presize_size){
            .entries = hint, .allocs = c.mallocs - 1,
            .bytes = c.total_alloc - heap_rounded(sizeof(struct swiss_header), HEAP_SCAN)};
        swiss_any_free(&mt, &m);
    }
    heap_delete(h);
    return done;
}

bool presize_printed(const struct options *options, struct presize_printed *result)
{
    struct heap *h = new_heap(options);
    struct swiss m;
    bool done = false;
    *result = (struct presize_printed){.allocs.entries = 0};
    if (h != NULL && swiss_u64_init(&m, h, 0, options->seed)) {
        done = find_grown(h, &m, result);
        swiss_u64_free(&m);
    }
    heap_delete(h);
    find_hinted(result);
    return done && make_widest(options, result);
}
