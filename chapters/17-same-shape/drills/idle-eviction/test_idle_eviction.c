/*
 * test_idle_eviction.c - what is asked of a cache that lets idle entries go.
 */
#include "idle_eviction.h"

#include <criterion/criterion.h>

#include "swiss/swiss_check.h"

TestSuite(idle_eviction, .timeout = 20);

enum { IDLE = 10, BUDGET = 64 };

/* --- A cache that is watched ------------------------------------------------ */

/* Dropped memory comes back at once, so what is read is what lives. */
static struct cache open_cache(void)
{
    struct cache c;
    struct heap *h = heap_new(&(struct heap_config){.collector = HEAP_COLLECT_AT_ONCE});
    cr_assert(h != NULL && cache_open(&c, h, IDLE), "the system has no memory for the test");
    return c;
}

static uint64_t held(const struct cache *c)
{
    return swiss_len(&c->young) + swiss_len(&c->old);
}

/* Uses the keys from `from` to `to` - 1. */
static void use(struct cache *c, uint64_t from, uint64_t to, uint64_t now)
{
    for (uint64_t key = from; key < to; key++)
        cr_assert(cache_use(c, key, now));
}

static void check_rules(const struct cache *c)
{
    const struct swiss *maps[] = {&c->young, &c->old};
    for (int i = 0; i < 2; i++) {
        const char *broken = swiss_check(&swiss_u64_type, maps[i]);
        cr_assert_null(broken, "a map of the cache breaks a rule of maps: %s", broken);
    }
}

/* A call, and what it dealt with: no more of the old map than the budget. True: it ended a walk. */
static bool sweep(struct cache *c, uint64_t now, uint64_t budget)
{
    const void *header = c->old.header;
    uint64_t before = swiss_len(&c->old), all = held(c);
    cr_assert(cache_sweep(c, now, budget),
              "the sweep says that memory is refused, and the heap has no limit");
    bool ended = c->old.header != header;
    uint64_t left = ended ? 0 : swiss_len(&c->old);
    cr_assert(left <= before && before - left <= budget,
              "the old map had %lu entries, and one call left %lu of them: a call deals with %lu "
              "entries at most. Who asks for a pause over the whole map?", before,
              left, budget);
    cr_assert(held(c) <= all, "the cache held %lu entries before a call of the sweep, and %lu "
                              "after it", all, held(c));
    return ended;
}

/* Sweeps until so many walks have ended. */
static void walk(struct cache *c, uint64_t now, unsigned walks)
{
    uint64_t most = walks * (held(c) / BUDGET + 2), calls = 0;
    for (unsigned ended = 0; ended < walks; calls++) {
        cr_assert(calls < most, "after %lu calls with a budget of %d entries %u of %u walks have "
                                "come to an end, and the cache holds %lu entries: the old map "
                                "has %lu, and %lu slots", calls,
                                BUDGET, ended, walks, held(c), swiss_len(&c->old),
                                swiss_slot_count(&c->old));
        ended += sweep(c, now, BUDGET);
    }
}

/* How many of the keys from `from` to `to` - 1 are in the cache. */
static uint64_t count_there(const struct cache *c, uint64_t from, uint64_t to)
{
    uint64_t there = 0;
    for (uint64_t key = from; key < to; key++)
        there += cache_find(c, key) != NULL;
    return there;
}

/* --- Who goes, who stays ---------------------------------------------------- */

Test(idle_eviction, idle_entries_are_gone_when_a_walk_ends)
{
    struct cache c = open_cache();
    use(&c, 0, 3000, 0);
    use(&c, 3000, 3500, IDLE);
    walk(&c, IDLE, 2);
    uint64_t there = count_there(&c, 0, 3000);
    cr_assert_eq(there, 0, "3000 entries were last used in tick 0 and are idle from tick %d on; "
                           "two walks in that tick have come to an end, and %lu of them are "
                           "still in the cache", IDLE, there);
    heap_delete(c.heap);
}

Test(idle_eviction, used_entries_stay)
{
    struct cache c = open_cache();
    use(&c, 0, 3000, 0);
    use(&c, 0, 200, 5);
    walk(&c, IDLE + 4, 3);
    uint64_t there = count_there(&c, 0, 200);
    cr_assert_eq(there, 200, "200 entries were used in tick 5 and are idle from tick %d on; in "
                             "tick %d %lu of them are in the cache",
                             5 + IDLE, IDLE + 4, there);
    cr_assert_eq(held(&c), 200, "and 2800 others were last used in tick 0; three walks later the "
                                "cache holds %lu entries, and not 200",
                                held(&c));
    check_rules(&c);
    heap_delete(c.heap);
}

/* One that moves keeps its time: a move is not a use. */
Test(idle_eviction, a_move_is_not_a_use)
{
    struct cache c = open_cache();
    use(&c, 0, 1000, 3);
    for (uint64_t now = 3; now < 3 + IDLE; now++) {
        walk(&c, now, 1);
        for (uint64_t key = 0; key < 1000; key++) {
            const uint64_t *last_used = cache_find(&c, key);
            cr_assert(last_used != NULL && *last_used == 3,
                      "key %lu was used in tick 3 alone; after a walk in tick %lu the cache says "
                      "%s%.0lu", key, now,
                      last_used == NULL ? "that it has no such key" : "tick ",
                      last_used == NULL ? 0 : *last_used);
        }
    }
    walk(&c, 3 + IDLE, 2);
    cr_assert_eq(held(&c), 0, "no entry was used since tick 3, and in tick %d the cache holds "
                              "%lu of them after two walks", 3 + IDLE,
                              held(&c));
    heap_delete(c.heap);
}

/* Keys come, are used and leave while a walk goes on, and calls are short. */
Test(idle_eviction, a_walk_goes_on_while_the_cache_is_used)
{
    struct cache c = open_cache();
    uint64_t now = 0;
    for (; now < 60; now++) {
        use(&c, 100 * now, 100 * now + 100, now);       /* this tick's own ... */
        use(&c, 0, 50, now);                            /* ... and some that are always used */
        for (int i = 0; i < 8; i++)
            sweep(&c, now, BUDGET);
        uint64_t first = now < IDLE ? 0 : 100 * (now - IDLE + 1);
        uint64_t due = 100 * (now + 1) - first, there = count_there(&c, first, 100 * (now + 1));
        cr_assert_eq(there, due, "in tick %lu %lu of %lu entries are in the cache that were used "
                                 "less than %d ticks ago", now,
                                 there, due, IDLE);
        cr_assert_eq(count_there(&c, 0, 50), 50,
                     "50 keys are used in every tick, and in tick %lu %lu of them are missing", now,
                     50 - count_there(&c, 0, 50));
        cr_assert(held(&c) <= 100 * (IDLE + 8),
                  "in tick %lu the cache holds %lu entries; a hundred come in each tick, and a "
                  "walk takes a few ticks", now, held(&c));
    }
    check_rules(&c);
    heap_delete(c.heap);
}

/* --- Work ------------------------------------------------------------------- */

Test(idle_eviction, no_call_takes_the_whole_map)
{
    struct cache c = open_cache();
    use(&c, 0, 600, 0);
    const uint64_t budgets[] = {1, 7, 150};
    for (int i = 0; i < 3; i++)
        for (unsigned calls = 0, ended = 0; ended < 2; calls++) {
            cr_assert(calls <= 4 * 600 / budgets[i] + 4,
                      "%u calls with a budget of %lu are not enough for two walks over %lu "
                      "entries", calls, budgets[i], held(&c));
            ended += sweep(&c, 0, budgets[i]);
        }
    cr_assert_eq(held(&c), 600, "600 entries were used in this very tick, and %lu of them are "
                                 "left", held(&c));
    heap_delete(c.heap);
}

/* --- Memory ----------------------------------------------------------------- */

/* HeapAlloc of a cache that holds so many entries and never held more: two maps, one with all. */
static uint64_t small_cache(uint64_t entries)
{
    struct cache c = open_cache();
    use(&c, 0, entries, 0);
    uint64_t bytes = heap_read(c.heap).heap_alloc;
    heap_delete(c.heap);
    return bytes;
}

Test(idle_eviction, memory_comes_back)
{
    struct cache c = open_cache();
    use(&c, 0, 12000, 0);
    uint64_t height = heap_read(c.heap).heap_alloc;
    use(&c, 0, 300, IDLE);
    walk(&c, IDLE, 2);
    uint64_t after = heap_read(c.heap).heap_alloc, small = small_cache(300);
    cr_assert_eq(held(&c), 300, "300 of 12000 entries are used; after two walks the cache holds "
                                "%lu", held(&c));
    cr_assert(after <= 2 * small, "12000 entries took %lu B. %lu are left after two walks, and "
                                  "HeapAlloc is %lu B; a cache that never held more takes %lu B. "
                                  "Whose slots are these?",
                                  height, held(&c), after, small);
    heap_delete(c.heap);
}

/* Few stay, so what is made for them is small; nobody knows that before the walk. */
Test(idle_eviction, a_walk_needs_no_third_map)
{
    struct cache c = open_cache();
    use(&c, 0, 6000, 0);
    uint64_t height = heap_read(c.heap).heap_alloc;
    heap_reset_peaks(c.heap);
    use(&c, 0, 300, IDLE);
    walk(&c, IDLE, 2);
    uint64_t peak = heap_read(c.heap).peak_heap_alloc;
    cr_assert(peak <= height + height / 4,
              "6000 entries take %lu B; while all but 300 of them are swept away HeapAlloc rises "
              "to %lu B. How large must a new map be made, when nobody knows how many will stay?",
              height, peak);
    heap_delete(c.heap);
}

/* --- Refused memory --------------------------------------------------------- */

/* Refuses allocation n + 1 of three walks, once. False: they need no more than n. */
static bool refuse(uint64_t n)
{
    struct cache c = open_cache();
    use(&c, 0, 1500, 0);
    use(&c, 0, 1000, IDLE);
    heap_fail_after(c.heap, n, HEAP_FAIL_ONCE);
    unsigned refused = 0, calls = 0;
    for (unsigned ended = 0; ended < 3 && calls < 1000; calls++) {
        const void *header = c.old.header;
        refused += !cache_sweep(&c, IDLE, BUDGET);
        ended += c.old.header != header;
    }
    bool failed = heap_failed(c.heap);
    uint64_t there = count_there(&c, 0, 1000);
    cr_assert_eq(refused, failed, "allocation %lu of the sweeps is %s, and %u calls say that one "
                                  "was", n + 1,
                                  failed ? "refused" : "not needed", refused);
    cr_assert(there == 1000, "allocation %lu of the sweeps is refused, and %lu of 1000 entries "
                             "in use are lost", n + 1, 1000 - there);
    cr_assert(held(&c) == 1000, "allocation %lu of the sweeps is refused once; %u calls later "
                                "the cache holds %lu entries, and 1000 are in use. Is each of "
                                "them met again by the next call, and in one map only?",
                                n + 1, calls, held(&c));
    check_rules(&c);
    uint64_t bytes = swiss_bytes(&swiss_u64_type, &c.young) + swiss_bytes(&swiss_u64_type, &c.old);
    cr_assert_eq(heap_read(c.heap).heap_alloc, bytes,
                 "allocation %lu of the sweeps is refused: the two maps take %lu B, and "
                 "HeapAlloc is %lu B", n + 1, bytes,
                 heap_read(c.heap).heap_alloc);
    heap_delete(c.heap);
    return failed;
}

Test(idle_eviction, refused_memory_loses_nothing)
{
    uint64_t n = 0;
    while (refuse(n))
        n++;
    cr_assert(n >= 2, "three walks over a thousand entries in use made %lu allocations: nothing "
                      "moved", n);
}
