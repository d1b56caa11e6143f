/*
 * presize_bench.c - the time that a fill takes with and without a hint, and what a hint that
 * is too large does to a map's use.
 */
#include "presize.h"

#include "swiss/swiss_u64.h"

const char *const presize_way_names[PRESIZE_WAYS] = {
    [PRESIZE_GROWN] = "insert",
    [PRESIZE_HINTED] = "insert-presized",
};

const char *const presize_use_names[PRESIZE_USES] = {
    [PRESIZE_INSERT] = "insert",
    [PRESIZE_RANGE] = "range",
    [PRESIZE_CLEAR] = "clear",
};

/* A map that is made again and again. */
struct subject {
    struct heap *heap;
    struct swiss map;
    bool made;
    uint64_t keys, hint, seed;
    uint64_t sum;                   /* of what ranges produced */
};

static bool subject_make(struct subject *s, const struct options *options, uint64_t keys,
                         uint64_t hint)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes};
    *s = (struct subject){.heap = heap_new(&config), .keys = keys, .hint = hint,
                          .seed = options->seed};
    return s->heap != NULL;
}

/* --- What is timed --- */

/* Makes the map and fills it. */
static uint64_t insert(void *context)
{
    struct subject *s = context;
    s->made = swiss_u64_init(&s->map, s->heap, s->hint, s->seed);
    if (!s->made)
        return 0;
    for (uint64_t key = 0; key < s->keys; key++) {
        uint64_t *elem = swiss_u64_put(&s->map, key);
        if (elem == NULL)
            return 0;
        *elem = key;
    }
    return 1;
}

static uint64_t range(void *context)
{
    struct subject *s = context;
    struct swiss_iter it;
    if (!s->made)
        return 0;
    s->sum = 0;
    swiss_u64_iter_start(&s->map, &it);
    while (swiss_u64_iter_next(&it))
        s->sum += *(const uint64_t *)it.key;
    return 1;
}

static uint64_t clear(void *context)
{
    struct subject *s = context;
    if (!s->made)
        return 0;
    swiss_u64_clear(&s->map);
    return 1;
}

/* --- Preparing --- */

/* Drops the map of the round before and collects it, so that no round pays for another. */
static void drop(void *context)
{
    struct subject *s = context;
    if (s->made)
        swiss_u64_free(&s->map);
    s->made = false;
    heap_collect(s->heap);
}

static void drop_and_insert(void *context)
{
    drop(context);
    insert(context);
}

/* --- With a hint and without --- */

bool presize_bench(const struct options *options, uint64_t keys, uint64_t hint,
                   struct presize_times *times)
{
    struct subject subjects[PRESIZE_WAYS];
    struct bench_case cases[PRESIZE_WAYS];
    bool done = true;
    *times = (struct presize_times){.keys = keys, .hint = hint};
    for (unsigned i = 0; i < PRESIZE_WAYS; i++) {
        done = subject_make(&subjects[i], options, keys, i == PRESIZE_HINTED ? hint : 0) && done;
        cases[i] = (struct bench_case){.name = presize_way_names[i], .prepare = drop,
                                       .run = insert, .context = &subjects[i],
                                       .heap = subjects[i].heap};
    }
    done = done && bench_run(cases, times->ways, PRESIZE_WAYS, options->rounds);
    if (done)
        times->grown_over_hinted = bench_ratio(&times->ways[PRESIZE_GROWN],
                                               &times->ways[PRESIZE_HINTED]);
    for (unsigned i = 0; i < PRESIZE_WAYS; i++)
        heap_delete(subjects[i].heap);
    return done;
}

/* --- A hint that is too large --- */

/* Both subjects in one use, interleaved. */
static bool time_use(const struct options *options, struct subject subjects[PRESIZE_WAYS],
                     enum presize_use use, struct presize_oversized *result)
{
    static uint64_t (*const runs[PRESIZE_USES])(void *) = {insert, range, clear};
    struct bench_case cases[PRESIZE_WAYS];
    struct bench_result results[PRESIZE_WAYS];
    for (unsigned i = 0; i < PRESIZE_WAYS; i++) {
        cases[i] = (struct bench_case){
            .name = presize_use_names[use], .run = runs[use], .context = &subjects[i],
            .prepare = use == PRESIZE_INSERT ? drop : drop_and_insert,
            .heap = subjects[i].heap};
    }
    if (!bench_run(cases, results, PRESIZE_WAYS, options->rounds))
        return false;
    result->fitting[use] = results[0];
    result->oversized[use] = results[1];
    result->ratio[use] = bench_ratio(&results[1], &results[0]);
    return true;
}

bool presize_oversized(const struct options *options, uint64_t keys, uint64_t hint,
                       struct presize_oversized *result)
{
    struct subject subjects[PRESIZE_WAYS];
    *result = (struct presize_oversized){.keys = keys, .hint = hint};
    bool done = subject_make(&subjects[0], options, keys, keys);
    done = subject_make(&subjects[1], options, keys, hint) && done;
    for (unsigned use = 0; done && use < PRESIZE_USES; use++)
        done = time_use(options, subjects, (enum presize_use)use, result);
    for (unsigned i = 0; i < PRESIZE_WAYS; i++) {
        if (done) {
            heap_collect(subjects[i].heap);
            result->bytes[i] = heap_read(subjects[i].heap).heap_alloc;
        }
        heap_delete(subjects[i].heap);
    }
    return done;
}
