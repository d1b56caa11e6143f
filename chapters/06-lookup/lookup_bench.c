/*
 * lookup_bench.c - the time of a look-up, by design, size and choice of keys.
 *
 * Every loop below calls a typed function, so that the compiler has folded the map for its
 * keys, as Go's and Rust's do. The key is drawn inside the loop. That takes a nanosecond or two
 * and needs no list of keys, which would compete with the map for the caches.
 */
#include "lookup.h"

#include <assert.h>

#include "bucket/bucket_u64.h"
#include "hash/random.h"
#include "hashbrown/hashbrown_u64.h"
#include "swiss/swiss_u64.h"

const char *const lookup_design_names[LOOKUP_DESIGNS] = {
    [LOOKUP_GO123] = "go1.23",
    [LOOKUP_GO123_WORD] = "go1.23-word",
    [LOOKUP_GO124] = "go1.24",
    [LOOKUP_RUST] = "rust",
};

const char *const lookup_way_names[LOOKUP_WAYS] = {
    [LOOKUP_HIT] = "hit",
    [LOOKUP_MISS] = "miss",
    [LOOKUP_CHAINED] = "chained-hit",
    [LOOKUP_SAME_HIT] = "same-hit",
    [LOOKUP_SAME_MISS] = "same-miss",
    [LOOKUP_DRAW] = "draw",
};

enum { LOOKS = 1 << 15 };               /* look-ups a round */

/* A map that is looked up, of one of the designs. */
struct subject {
    struct heap *heap;
    union {
        struct bucket_map go123;
        struct swiss go124;
        struct hashbrown rust;
    } as;
    uint64_t keys;
    uint64_t seed;                      /* of the thousand keys that are always the same */
    struct random random;               /* of the others */
};

/*
 * A look-up as Go 1.23 does it for keys of eight bytes (runtime/map_fast64.go, mapaccess1_fast64):
 * all eight keys of each bucket of the chain, one after the other. The tophash is asked only
 * whether the cell is empty. (Here no growth is under way: the maps stand still.)
 */
static uint64_t *scan_get(const struct bucket_map *m, uint64_t key)
{
    const struct map_type *mt = &bucket_u64_type;
    const struct bucket_header *header = m->header;
    if (header->buckets == NULL)
        return NULL;
    assert(!bucket_growing(header));
    uint64_t mask = bucket_count(header->log_buckets) - 1;
    unsigned char *b = bucket_at(mt, header->buckets, hash_u64(&key, header->seed) & mask);
    for (; b != NULL; b = bucket_next(mt, b)) {
        for (unsigned i = 0; i < BUCKET_CELLS; i++) {
            if (equal_u64(bucket_key_cell(mt, b, i), &key) && b[i] > BUCKET_EMPTY_ONE)
                return (uint64_t *)(void *)bucket_elem_cell(mt, b, i);
        }
    }
    return NULL;
}

/* A loop and the map that it looks up. */
struct warm {
    uint64_t (*run)(void *subject);
    struct subject *subject;
};

/* --- The loops, once for each design --- */

/* Keeps a value alive: the compiler cannot know that nobody reads it. */
static inline void keep(uint64_t value)
{
    __asm__ volatile("" : : "r"(value));
}

/*
 * hit and miss: no look-up needs what another found, so the processor begins the next
 * ones while it waits for memory. chained: all elems are 0, so adding one to the state
 * of the draws changes nothing; but the processor does not know that before it has the
 * elem. Each loop leaves if a look-up found other than it must.
 */
#define LOOKUP_LOOPS(name, map, get, put)                                                       \
    static bool name##_grow(struct subject *s, uint64_t keys)                                   \
    {                                                                                           \
        for (; s->keys < keys; s->keys++) {                                                     \
            uint64_t *elem = put(&s->as.map, s->keys);                                          \
            if (elem == NULL)                                                                   \
                return false;                                                                   \
            *elem = 0;                                                                          \
        }                                                                                       \
        return true;                                                                            \
    }                                                                                           \
    static uint64_t name##_hit(void *context)                                                   \
    {                                                                                           \
        struct subject *s = context;                                                            \
        uint64_t found = 0;                                                                     \
        for (unsigned i = 0; i < LOOKS; i++)                                                    \
            found += get(&s->as.map, random_below(&s->random, s->keys)) != NULL;                \
        assert(found == LOOKS);                                                                 \
        return LOOKS;                                                                           \
    }                                                                                           \
    static uint64_t name##_miss(void *context)                                                  \
    {                                                                                           \
        struct subject *s = context;                                                            \
        uint64_t found = 0;                                                                     \
        for (unsigned i = 0; i < LOOKS; i++)                                                    \
            found += get(&s->as.map, s->keys + random_below(&s->random, s->keys)) != NULL;      \
        assert(found == 0);                                                                     \
        return LOOKS;                                                                           \
    }                                                                                           \
    static uint64_t name##_chained(void *context)                                               \
    {                                                                                           \
        struct subject *s = context;                                                            \
        for (unsigned i = 0; i < LOOKS; i++)                                                    \
            s->random.state += *get(&s->as.map, random_below(&s->random, s->keys));             \
        return LOOKS;                                                                           \
    }

LOOKUP_LOOPS(scan, go123, scan_get, bucket_u64_put)
LOOKUP_LOOPS(word, go123, bucket_u64_get, bucket_u64_put)
LOOKUP_LOOPS(go124, go124, swiss_u64_get, swiss_u64_put)
LOOKUP_LOOPS(rust, rust, hashbrown_u64_get, hashbrown_u64_put)

/* --- Go 1.24's map, a thousand keys again and again --- */

static uint64_t same_hit(void *context)
{
    struct subject *s = context;
    uint64_t found = 0;
    struct random random = {.state = s->seed};
    for (unsigned i = 0; i < LOOKUP_THOUSAND; i++)
        found += swiss_u64_get(&s->as.go124, random_below(&random, s->keys)) != NULL;
    assert(found == LOOKUP_THOUSAND);
    return LOOKUP_THOUSAND;
}

static uint64_t same_miss(void *context)
{
    struct subject *s = context;
    uint64_t found = 0;
    struct random random = {.state = s->seed};
    for (unsigned i = 0; i < LOOKUP_THOUSAND; i++)
        found += swiss_u64_get(&s->as.go124, s->keys + random_below(&random, s->keys)) != NULL;
    assert(found == 0);
    return LOOKUP_THOUSAND;
}

/* Again and again, until there are as many look-ups as in the other loops. */
static uint64_t repeat(uint64_t (*thousand)(void *), void *context)
{
    uint64_t operations = 0;
    while (operations < LOOKS)
        operations += thousand(context);
    return operations;
}

static uint64_t go124_same_hit(void *context)
{
    return repeat(same_hit, context);
}

static uint64_t go124_same_miss(void *context)
{
    return repeat(same_miss, context);
}

static uint64_t go124_draw(void *context)
{
    struct subject *s = context;
    for (unsigned i = 0; i < LOOKS; i++)
        keep(random_below(&s->random, s->keys));
    return LOOKS;
}

/* --- Making and growing --- */

static uint64_t (*const loops[LOOKUP_DESIGNS][LOOKUP_FRESH_WAYS])(void *) = {
    [LOOKUP_GO123] = {scan_hit, scan_miss, scan_chained},
    [LOOKUP_GO123_WORD] = {word_hit, word_miss, word_chained},
    [LOOKUP_GO124] = {go124_hit, go124_miss, go124_chained},
    [LOOKUP_RUST] = {rust_hit, rust_miss, rust_chained},
};

/* Makes an empty map. Replaced tables are freed at once, so that bytes are the map's own. */
static bool subject_make(struct subject *s, enum lookup_design design,
                         const struct options *options, bool huge)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes, .huge_pages = huge,
                                 .collector = HEAP_COLLECT_AT_ONCE};
    *s = (struct subject){.heap = heap_new(&config), .seed = options->seed,
                          .random = {.state = options->seed + 1}};
    if (s->heap == NULL)
        return false;
    switch (design) {
    case LOOKUP_GO123:
    case LOOKUP_GO123_WORD: return bucket_u64_init(&s->as.go123, s->heap, 0, options->seed);
    case LOOKUP_RUST: return hashbrown_u64_init(&s->as.rust, s->heap, 0, options->seed);
    default: return swiss_u64_init(&s->as.go124, s->heap, 0, options->seed);
    }
}

static bool subject_grow(struct subject *s, enum lookup_design design, uint64_t keys)
{
    switch (design) {
    case LOOKUP_GO123: return scan_grow(s, keys);
    case LOOKUP_GO123_WORD: return word_grow(s, keys);
    case LOOKUP_RUST: return rust_grow(s, keys);
    default: return go124_grow(s, keys);
    }
}

/* Go's heap rounds what it hands out, and the map pays for that; Rust's map is told exactly what
 * it asks for, as a counting allocator under it would. */
static uint64_t subject_bytes(const struct subject *s, enum lookup_design design)
{
    struct heap_counters counters = heap_read(s->heap);
    return design == LOOKUP_RUST ? counters.asked : counters.heap_alloc;
}

/* --- The runs --- */

/* Between two rounds of a case the others fill the caches with their maps. So each
 * case is run once untimed before it is timed: what could stay in a cache is there again. */
static void warm_up(void *context)
{
    const struct warm *w = context;
    w->run(w->subject);
}

static uint64_t run_warm(void *context)
{
    const struct warm *w = context;
    return w->run(w->subject);
}

static struct bench_case warm_case(struct warm *warm, enum lookup_way way)
{
    return (struct bench_case){.name = lookup_way_names[way], .prepare = warm_up,
                               .run = run_warm, .context = warm, .heap = warm->subject->heap};
}

/* A round over a small map is over in less than a millisecond, and one interruption spoils it. More
 * rounds cost nothing there. */
static unsigned rounds_for(const struct options *options, uint64_t entries)
{
    unsigned rounds = entries <= LOOKUP_IN_CACHE ? 5 * options->rounds : options->rounds;
    return rounds < BENCH_MAX_ROUNDS ? rounds : BENCH_MAX_ROUNDS;
}

/* Brings the maps to one size and times them. */
static bool time_size(const struct options *options, struct subject subjects[],
                      enum lookup_design first, enum lookup_design last, struct lookup_times *t)
{
    struct bench_case cases[LOOKUP_DESIGNS * LOOKUP_FRESH_WAYS];
    struct warm warm[LOOKUP_DESIGNS * LOOKUP_FRESH_WAYS];
    unsigned count = 0;
    for (unsigned design = first; design <= last; design++) {
        if (!subject_grow(&subjects[design], design, t->entries))
            return false;
        t->bytes[design] = subject_bytes(&subjects[design], design);
        for (unsigned way = 0; way < LOOKUP_FRESH_WAYS; way++, count++) {
            warm[count] = (struct warm){loops[design][way], &subjects[design]};
            cases[count] = warm_case(&warm[count], way);
        }
    }
    return bench_run(cases, t->ways[first], count,
                     rounds_for(options, t->entries));
}

bool lookup_bench(const struct options *options, enum lookup_design first,
                  enum lookup_design last, const uint64_t sizes[], unsigned count,
                  struct lookup_times times[])
{
    struct subject subjects[LOOKUP_DESIGNS];
    bool done = true;
    for (unsigned design = first; design <= last; design++)
        done = subject_make(&subjects[design], design, options, false) && done;
    for (unsigned i = 0; done && i < count; i++) {
        times[i] = (struct lookup_times){.entries = sizes[i]};
        done = time_size(options, subjects, first, last, &times[i]);
    }
    for (unsigned design = first; design <= last; design++)
        heap_delete(subjects[design].heap);
    return done;
}

double lookup_ratio(const struct lookup_times *t, enum lookup_design design, enum lookup_way way)
{
    return bench_ratio(&t->ways[design][way], &t->ways[LOOKUP_GO124][way]);
}

bool lookup_beats_hits(const struct lookup_times *t, enum lookup_design old)
{
    return lookup_ratio(t, old, LOOKUP_HIT) >= LOOKUP_WINS_BY;
}

bool lookup_beats(const struct lookup_times *t, enum lookup_design old)
{
    return lookup_beats_hits(t, old) && lookup_ratio(t, old, LOOKUP_MISS) >= LOOKUP_WINS_BY;
}

bool lookup_thousand(const struct options *options, uint64_t entries,
                     struct lookup_thousand *result)
{
    static uint64_t (*const runs[LOOKUP_WAYS])(void *) = {
        go124_hit, go124_miss, go124_chained, go124_same_hit, go124_same_miss, go124_draw};
    struct subject subjects[2];
    struct bench_case cases[2 * LOOKUP_WAYS];
    struct warm warm[2 * LOOKUP_WAYS];
    bool done = true;
    *result = (struct lookup_thousand){.entries = entries};
    for (unsigned huge = 0; huge < 2; huge++) {
        struct subject *s = &subjects[huge];
        done = subject_make(s, LOOKUP_GO124, options, huge) && done;
        done = done && go124_grow(s, entries);
        for (unsigned way = 0; way < LOOKUP_WAYS; way++) {
            unsigned i = huge * LOOKUP_WAYS + way;
            warm[i] = (struct warm){runs[way], s};
            cases[i] = warm_case(&warm[i], way);
        }
    }
    done = done && bench_run(cases, result->ways[0], 2 * LOOKUP_WAYS,
                             rounds_for(options, entries));
    for (unsigned huge = 0; huge < 2; huge++)
        heap_delete(subjects[huge].heap);
    return done;
}

double lookup_fresh_over_same(const struct lookup_thousand *t)
{
    return bench_ratio(&t->ways[0][LOOKUP_HIT], &t->ways[0][LOOKUP_SAME_HIT]);
}

bool lookup_same_hides(const struct lookup_thousand *t)
{
    return lookup_fresh_over_same(t) >= LOOKUP_SAME_WINS_BY;
}
