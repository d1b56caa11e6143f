/*
 * test_rebuild_policy.c - what is asked of a map that makes itself small again.
 *
 * The messages say what was seen. What to do about it is yours to find; hints are a command away.
 */
#include "rebuild_policy.h"

#include <criterion/criterion.h>

#include "heap/heap_check.h"
#include "swiss/swiss_check.h"

TestSuite(rebuild_policy, .timeout = 20);

/* --- A queue under the policy ----------------------------------------------- */

/*
 * Entries leave in the order in which they came. What the policy does is counted here: a rebuild
 * copies the live entries, whoever asserts what.
 */
struct queue {
    struct heap *heap;
    struct swiss map;
    uint64_t first, next;               /* keys: the oldest entry, the one to come */
    uint64_t slots;                     /* of map, as counted after its last growth or rebuild */
    uint64_t growths;                   /* of map, when they were counted */
    uint64_t seed;
    uint64_t operations;
    uint64_t since;                     /* of these, since the last rebuild */
    uint64_t rebuilds, copied;
};

static void count_slots(struct queue *q)
{
    const struct swiss_events *e = &q->map.events;
    uint64_t growths = e->small_groups + e->conversions + e->doublings + e->splits;
    if (growths == q->growths && q->slots > 0)
        return;
    q->growths = growths;
    q->slots = swiss_slot_count(&q->map);
}

/* A map made for `hint` entries, and filled with as many. Dropped memory comes back at once. */
static struct queue queue_of(uint64_t hint)
{
    struct queue q = {.seed = 1};
    q.heap = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
    cr_assert(q.heap != NULL && swiss_u64_init(&q.map, q.heap, hint, q.seed),
              "the system has no memory for the test");
    for (; q.next < hint; q.next++)
        *swiss_u64_put(&q.map, q.next) = q.next;
    count_slots(&q);
    return q;
}

enum { GIVE_UP = 200000 };            /* copies, and slots, that no test needs */

static void run_rebuild(struct queue *q)
{
    uint64_t live = swiss_len(&q->map);
    cr_assert(rebuild(&q->map, ++q->seed),
              "a map is to be rebuilt for %lu entries; rebuild says that memory is refused, and "
              "the heap has no limit", live);
    cr_assert_eq(swiss_len(&q->map), live,
                 "rebuild was given a map of %lu entries, and left one of %lu", live,
                 swiss_len(&q->map));
    q->rebuilds++;
    q->copied += live;
    cr_assert(q->copied <= 100 * q->operations + GIVE_UP,
              "%lu rebuilds have copied %lu entries in %lu operations, so the test is stopped "
              "here: a rebuilt map must not be too large already", q->rebuilds, q->copied,
              q->operations);
    q->slots = 0;
    count_slots(q);
    cr_assert(q->slots <= GIVE_UP,
              "rebuild %lu, for %lu entries, made a map of %lu slots, so the test is stopped here. "
              "What is the new map made for?", q->rebuilds, live, q->slots);
}

/* True: the map was rebuilt. */
static bool after_operation(struct queue *q)
{
    count_slots(q);
    q->operations++;
    q->since++;
    if (!is_too_large(q->slots, swiss_len(&q->map)))
        return false;
    run_rebuild(q);
    return true;
}

static bool enqueue(struct queue *q)
{
    uint64_t *elem = swiss_u64_put(&q->map, q->next);
    cr_assert_not_null(elem);
    *elem = q->next++;
    return after_operation(q);
}

static bool dequeue(struct queue *q)
{
    cr_assert(swiss_u64_del(&q->map, q->first),
              "entry %lu was put and not yet deleted, and is not in the map", q->first);
    q->first++;
    return after_operation(q);
}

/* --- Memory ----------------------------------------------------------------- */

/* Eight slots for each entry, or the floor; with its share of headers and rounding a slot of
 * 16 bytes takes less than 19. */
enum { MOST_SLOTS = 8, SLOT_BYTES = 19 };

static void check_memory(const struct queue *q)
{
    uint64_t live = swiss_len(&q->map), slots = MOST_SLOTS * (live + 1);
    uint64_t allowed = SLOT_BYTES * (slots > REBUILD_FLOOR ? slots : REBUILD_FLOOR);
    uint64_t bytes = heap_read(q->heap).heap_alloc;
    cr_assert(bytes <= allowed,
              "after %lu operations and %lu rebuilds the map has %lu entries in %lu slots, and "
              "HeapAlloc is %lu B, which is more than eight slots for each would take (%lu B)",
              q->operations, q->rebuilds, live, q->slots, bytes, allowed);
}

static void spike_and_drain(struct queue *q, uint64_t height, uint64_t low)
{
    while (q->next - q->first < height) {
        enqueue(q);
        check_memory(q);
    }
    while (q->next - q->first > low) {
        dequeue(q);
        check_memory(q);
    }
}

Test(rebuild_policy, memory_follows_the_entries)
{
    struct queue q = queue_of(0);
    spike_and_drain(&q, 12000, 200);
    spike_and_drain(&q, 3000, 200);
    spike_and_drain(&q, 12000, 0);
    cr_assert(q.rebuilds > 0, "three spikes have drained, and the map was never rebuilt");
    heap_delete(q.heap);
}

/* --- The price -------------------------------------------------------------- */

enum { MOST_COPIES = 2 };               /* for each operation */

static void check_price(struct queue *q, bool rebuilt)
{
    if (!rebuilt)
        return;
    uint64_t live = swiss_len(&q->map);
    cr_assert(live <= MOST_COPIES * q->since,
              "rebuild %lu copies %lu entries, %lu operations after the one before (or after the "
              "map was made): %.1f for each, and an operation may pay for two at most. Is the "
              "map rebuilt too early?", q->rebuilds, live, q->since,
              (double)live / (double)q->since);
    q->since = 0;
}

/* Drained to nothing. The first sizes have many slots for each entry from the start. */
Test(rebuild_policy, each_rebuild_is_paid_for)
{
    const uint64_t sizes[] = {3600, 7190, 14370, 3580, 10000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct queue q = queue_of(sizes[i]);
        while (q.next > q.first)
            check_price(&q, dequeue(&q));
        cr_assert(q.rebuilds > 0, "a map of %lu entries was drained to nothing, and never rebuilt",
                  sizes[i]);
        heap_delete(q.heap);
    }
}

/* A map of constant size: an entry out, an entry in. Old tombstones may make it grow, and now and
 * then a rebuild is right; then it is paid for. */
Test(rebuild_policy, a_steady_map_is_let_be)
{
    struct queue q = queue_of(3600);
    for (int i = 0; i < 14400; i++) {
        check_price(&q, dequeue(&q));
        check_price(&q, enqueue(&q));
        cr_assert(q.rebuilds <= 4, "a map stays at 3,600 entries, and is rebuilt %lu times in %lu "
                  "operations", q.rebuilds, q.operations);
    }
    while (q.next - q.first > 100)
        dequeue(&q);
    cr_assert(q.rebuilds > 0, "a map of 3,600 entries was drained to 100, and never rebuilt");
    heap_delete(q.heap);
}

/* Drained until the policy says now, and hovering there: one out, one in. */
static void check_hovering(uint64_t size, uint64_t step)
{
    struct queue q = queue_of(size);
    while (q.next > q.first && !dequeue(&q))
        ;
    cr_assert(q.rebuilds > 0, "a map of %lu entries was drained to nothing, and never rebuilt",
              size);
    uint64_t live = swiss_len(&q.map);
    for (uint64_t i = 0; live >= step && i < 100; i++) {
        for (uint64_t j = 0; j < step; j++)
            dequeue(&q);
        for (uint64_t j = 0; j < step; j++)
            enqueue(&q);
        cr_assert(q.rebuilds <= 3,
                  "a map of %lu entries is rebuilt at %lu and hovers there, %lu out and %lu in: "
                  "%lu rebuilds in %lu operations. Right after a rebuild it has %lu slots; a "
                  "rebuilt map must not be too large already.", size, live, step,
                  step, q.rebuilds, 2 * step * (i + 1), q.slots);
    }
    heap_delete(q.heap);
}

Test(rebuild_policy, no_thrash_at_the_edge)
{
    const uint64_t sizes[] = {3000, 3600, 7180, 9500};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        check_hovering(sizes[i], 1);
        check_hovering(sizes[i], 20);
    }
}

Test(rebuild_policy, small_maps_are_left_alone)
{
    for (uint64_t slots = 8; slots <= REBUILD_FLOOR; slots *= 2)
        for (uint64_t live = 0; live <= slots; live = 2 * live + 1)
            cr_assert_not(is_too_large(slots, live),
                          "a map of %lu slots for %lu entries is too large, you say; a map of one "
                          "full table or less is left alone", slots, live);
    cr_assert(is_too_large(2 * REBUILD_FLOOR, 0),
              "a map of 2,048 slots has no entry, and is not too large for you");
    cr_assert(is_too_large(1 << 20, 4096),
              "a map of 1,048,576 slots has 4,096 entries, and is not too large for you");
    cr_assert_not(is_too_large((uint64_t)1 << 40, (uint64_t)7 << 37),
                  "a map as full as a map can be, with 2^40 slots, is too large, you say");
}

/* --- The rebuild ------------------------------------------------------------ */

enum { GROWN = 4000 };

/* Numbers of entries left. Some are above what a hint of theirs has room for (897, 1,792): then the
 * new map has to grow while it is filled. */
static const uint64_t lives[] = {0, 1, 8, 9, 500, 897, 1792, 3000};
enum { LIVES = sizeof lives / sizeof lives[0] };

static uint64_t value_of(uint64_t key)
{
    return 3 * key + 1;
}

static struct heap *new_heap(void)
{
    struct heap *h = heap_new(NULL);
    cr_assert_not_null(h, "the system has no memory for the test");
    return h;
}

/* A map that grew to GROWN entries, keys 0 and up, and was drained to the first `live` of them. */
static struct swiss drained(struct heap *h, uint64_t live)
{
    struct swiss m;
    swiss_u64_init(&m, h, 0, 7);
    for (uint64_t key = 0; key < GROWN; key++)
        *swiss_u64_put(&m, key) = value_of(key);
    for (uint64_t key = live; key < GROWN; key++)
        swiss_u64_del(&m, key);
    heap_collect(h);
    heap_reset_peaks(h);
    return m;
}

/* What a map takes that never held more, made for its entries: now, and at its peak. */
struct fresh {
    uint64_t bytes, peak;
};

static struct fresh fresh_map(uint64_t live, uint64_t seed)
{
    struct heap *h = new_heap();
    struct swiss m;
    swiss_u64_init(&m, h, live, seed);
    for (uint64_t key = 0; key < live; key++)
        *swiss_u64_put(&m, key) = value_of(key);
    heap_collect(h);
    struct fresh fresh = {heap_read(h).heap_alloc, heap_read(h).peak_heap_alloc};
    heap_delete(h);
    return fresh;
}

/* The entries that are not there with their values, of those that must be. */
static uint64_t count_lost(const struct swiss *m, uint64_t live)
{
    uint64_t lost = 0;
    for (uint64_t key = 0; key < live; key++) {
        const uint64_t *elem = swiss_u64_get(m, key);
        lost += elem == NULL || *elem != value_of(key);
    }
    return lost;
}

static void rebuild_it(struct swiss *m)
{
    uint64_t live = swiss_len(m);
    cr_assert(rebuild(m, 8), "a map is to be rebuilt for %lu entries; rebuild says that memory is "
              "refused, and the heap has no limit", live);
}

Test(rebuild_policy, every_entry_moves)
{
    for (size_t i = 0; i < LIVES; i++) {
        struct heap *h = new_heap();
        struct swiss m = drained(h, lives[i]);
        rebuild_it(&m);
        uint64_t lost = count_lost(&m, lives[i]);
        cr_assert_eq(lost, 0, "%lu of %lu entries are not there after the rebuild, or have another "
                     "value. An entry is a key and a value, and it.key and it.elem point to them.",
                     lost, lives[i]);
        cr_assert_eq(swiss_len(&m), lives[i], "%lu entries before the rebuild, and %lu after it",
                     lives[i], swiss_len(&m));
        const char *broken = swiss_check(&swiss_u64_type, &m);
        cr_assert_null(broken, "the rebuilt map breaks a rule of maps: %s", broken);
        cr_assert_null(m.iters, "a range over the map is still running after the rebuild");
        heap_delete(h);
    }
}

Test(rebuild_policy, a_rebuilt_map_fits)
{
    for (size_t i = 0; i < LIVES; i++) {
        struct heap *h = new_heap();
        struct swiss m = drained(h, lives[i]);
        uint64_t before = heap_read(h).heap_alloc, fresh = fresh_map(lives[i], 8).bytes;
        rebuild_it(&m);
        heap_collect(h);
        uint64_t after = heap_read(h).heap_alloc;
        cr_assert_eq(after, fresh,
                     "%lu entries, rebuilt and collected: HeapAlloc was %lu B and is %lu B; a map "
                     "that never held more takes %lu B. What is the new map made for, and where is "
                     "the old one?", lives[i], before, after, fresh);
        heap_delete(h);
    }
}

Test(rebuild_policy, the_peak_is_both_maps_and_no_more)
{
    for (size_t i = 0; i < LIVES; i++) {
        struct heap *h = new_heap();
        struct swiss m = drained(h, lives[i]);
        uint64_t before = heap_read(h).heap_alloc, fresh = fresh_map(lives[i], 8).peak;
        rebuild_it(&m);
        uint64_t peak = heap_read(h).peak_heap_alloc;
        cr_assert(peak <= before + fresh,
                  "while a map of %lu B is rebuilt for %lu entries HeapAlloc rises to %lu B; the "
                  "old map and one made for its entries are %lu B. What else was allocated on "
                  "the way?", before, lives[i], peak, before + fresh);
        heap_delete(h);
    }
}

/* --- Refused memory --------------------------------------------------------- */

/* Allocation n + 1 was refused. */
static void check_unchanged(struct swiss *m, struct heap *h, const void *header, uint64_t before,
                            uint64_t live, uint64_t n)
{
    cr_assert(m->header == header && swiss_len(m) == live && count_lost(m, live) == 0,
              "allocation %lu of the rebuild is refused: the map had %lu entries, and it must "
              "still have them all, in the tables in which they were", n + 1, live);
    cr_assert_null(m->iters, "allocation %lu of the rebuild is refused: a range over the map is "
                   "still running", n + 1);
    heap_collect(h);
    cr_assert_eq(heap_read(h).heap_alloc, before,
                 "allocation %lu of the rebuild is refused: HeapAlloc was %lu B and is %lu B "
                 "after a collection. What became of the new map?", n + 1, before,
                 heap_read(h).heap_alloc);
    const char *broken = swiss_check(&swiss_u64_type, m);
    cr_assert_null(broken, "allocation %lu of the rebuild is refused: the map breaks a rule: %s",
                   n + 1, broken);
}

enum { MOST_ALLOCATIONS = 50 };        /* more than a map for these many needs */

/* Refuses allocation n + 1 of a rebuild. False: it needs no more than n. */
static bool refuse(uint64_t live, uint64_t n, enum heap_failure failure)
{
    struct heap *h = new_heap();
    struct swiss m = drained(h, live);
    const void *header = m.header;
    uint64_t before = heap_read(h).heap_alloc;
    heap_fail_after(h, n, failure);
    bool done = rebuild(&m, 8), refused = heap_failed(h);
    heap_fail_never(h);
    cr_assert(n < MOST_ALLOCATIONS, "a rebuild for %lu entries makes more than %lu allocations",
                                    live, n);
    cr_assert_eq(done, !refused, "%lu allocations of the rebuild succeed, the next one %s, and "
                                 "rebuild says %s", n,
                                 refused ? "is refused" : "is not needed",
                                 done ? "true" : "false");
    if (refused)
        check_unchanged(&m, h, header, before, live, n);
    else
        cr_assert_eq(count_lost(&m, live), 0, "a rebuild that is refused nothing loses entries");
    heap_delete(h);
    return refused;
}

Test(rebuild_policy, refused_memory_leaves_the_map_as_it_was)
{
    const uint64_t some[] = {0, 8, 9, 897, 1792};
    for (size_t i = 0; i < sizeof some / sizeof some[0]; i++)
        for (uint64_t n = 0; refuse(some[i], n, HEAP_FAIL_ONCE); n++)
            ;
    for (uint64_t n = 0; refuse(897, n, HEAP_FAIL_FOR_EVER); n++)
        ;
}
