/*
 * clear_bench.c - the time that emptying a map takes, in three ways.
 *
 * Each way has a map of its own, made alike. Before each round the map is brought into the
 * same state, untimed: all tombstones gone, the live keys in.
 */
#include "clear.h"

#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

const char *const clear_way_names[CLEAR_WAYS] = {
    [CLEAR_BY_CLEAR] = "clear",
    [CLEAR_BY_KEYS] = "delete-keys",
    [CLEAR_BY_RANGE] = "delete-in-range",
};

/* A map that is emptied again and again. */
struct subject {
    struct heap *heap;
    struct swiss map;
    uint64_t live;
    bool refused;                   /* memory was, while preparing */
};

/* --- The three ways --- */

static uint64_t by_clear(void *context)
{
    struct subject *s = context;
    swiss_u64_clear(&s->map);
    return !s->refused;
}

/* Deletes the keys one by one, which are known: 0, 1, 2, ... */
static uint64_t by_keys(void *context)
{
    struct subject *s = context;
    for (uint64_t key = 0; key < s->live; key++)
        swiss_u64_del(&s->map, key);
    return !s->refused;
}

/* Deletes each key that a range over the map produces. Go's compiler turns such a loop
 * into a clear; C's does not. */
static uint64_t by_range(void *context)
{
    struct subject *s = context;
    struct swiss_iter it;
    swiss_u64_iter_start(&s->map, &it);
    while (swiss_u64_iter_next(&it)) {
        uint64_t key;
        memcpy(&key, it.key, sizeof key);
        swiss_u64_del(&s->map, key);
    }
    return !s->refused;
}

/* --- Preparing --- */

static bool put_keys(struct swiss *m, uint64_t keys)
{
    for (uint64_t key = 0; key < keys; key++) {
        uint64_t *elem = swiss_u64_put(m, key);
        if (elem == NULL)
            return false;
        *elem = key;
    }
    return true;
}

/*
 * A clear of a map without entries does nothing: the tombstones of a delete loop would
 * stay, and the next fill would trip over them. So one entry goes in first.
 */
static void refill(void *context)
{
    struct subject *s = context;
    if (!put_keys(&s->map, 1)) {
        s->refused = true;
        return;
    }
    swiss_u64_clear(&s->map);
    s->refused = !put_keys(&s->map, s->live);
}

static bool subject_make(struct subject *s, const struct options *options, uint64_t made_for,
                         uint64_t live)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes};
    *s = (struct subject){.heap = heap_new(&config), .live = live};
    if (s->heap == NULL || !swiss_u64_init(&s->map, s->heap, 0, options->seed))
        return false;
    return put_keys(&s->map, made_for);
}

/* --- The run --- */

/* A round over a million entries takes half a second: half as many of them must do. */
static unsigned rounds_for(const struct options *options, uint64_t live)
{
    const uint64_t many = 1 << 19;
    return live < many ? options->rounds : (options->rounds + 1) / 2;
}

static void summarise(struct clear_times *times, const struct swiss *m)
{
    times->tables = swiss_table_count(m);
    times->group_bytes = swiss_slot_count(m) / SWISS_GROUP_SLOTS
                       * swiss_group_bytes(&swiss_u64_type);
    times->keys_over_clear = bench_ratio(&times->ways[CLEAR_BY_KEYS],
                                         &times->ways[CLEAR_BY_CLEAR]);
    times->range_over_clear = bench_ratio(&times->ways[CLEAR_BY_RANGE],
                                          &times->ways[CLEAR_BY_CLEAR]);
}

bool clear_bench(const struct options *options, uint64_t made_for, uint64_t live,
                 struct clear_times *times)
{
    static uint64_t (*const runs[CLEAR_WAYS])(void *) = {by_clear, by_keys, by_range};
    struct subject subjects[CLEAR_WAYS];
    struct bench_case cases[CLEAR_WAYS];
    bool done = true;
    *times = (struct clear_times){.made_for = made_for, .live = live};
    for (unsigned i = 0; i < CLEAR_WAYS; i++) {
        done = subject_make(&subjects[i], options, made_for, live) && done;
        cases[i] = (struct bench_case){.name = clear_way_names[i], .prepare = refill,
                                       .run = runs[i], .context = &subjects[i],
                                       .heap = subjects[i].heap};
    }
    done = done && bench_run(cases, times->ways, CLEAR_WAYS, rounds_for(options, live));
    if (done)
        summarise(times, &subjects[CLEAR_BY_CLEAR].map);
    for (unsigned i = 0; i < CLEAR_WAYS; i++)
        heap_delete(subjects[i].heap);
    return done;
}
