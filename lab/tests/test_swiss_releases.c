/*
 * test_swiss_releases.c - what releases after Go 1.24 do otherwise, rule by rule (swiss_prune.h).
 */
#include <criterion/criterion.h>

#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

enum { TABLE_ROUNDS = 20000 };

TestSuite(swiss_releases, .timeout = 60);

static void make(struct swiss *m, struct heap *h, uint64_t hint, enum swiss_release release)
{
    cr_assert(swiss_u64_init(m, h, hint, 1));
    swiss_set_release(m, release);
}

static void fill(struct swiss *m, uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++)
        cr_assert_not_null(swiss_u64_put(m, key));
}

/* P4: a pruning wins a tenth of the table's slots at least, or the table grows instead. The put
 * that pruned has used one of them already. */
static void assert_worth(const struct swiss *m)
{
    const struct swiss_table *t = m->header->directory[0];
    cr_assert((t->growth_left + 1) * 10 >= t->capacity, "%u slots won of %u", t->growth_left + 1,
              t->capacity);
}

/* Deletes the first key that a range gives and puts a new one, again and again; returns how
 * often the table grew. The rules are checked on the way. */
static uint64_t churn(struct swiss *m, uint64_t next)
{
    uint64_t before = m->events.doublings + m->events.splits;
    for (unsigned round = 0; round < TABLE_ROUNDS; round++) {
        struct swiss_iter it;
        swiss_u64_iter_start(m, &it);
        cr_assert(swiss_u64_iter_next(&it));
        uint64_t key;
        memcpy(&key, it.key, sizeof key);
        swiss_u64_iter_end(&it);
        cr_assert(swiss_u64_del(m, key));
        uint64_t prunings = m->events.prunings;
        cr_assert_not_null(swiss_u64_put(m, next + round));
        if (m->events.prunings > prunings)
            assert_worth(m);
        if (round % 64 == 0)
            cr_assert_null(swiss_check(&swiss_u64_type, m), "%s", swiss_check(&swiss_u64_type, m));
    }
    return m->events.doublings + m->events.splits - before;
}

/* Go's TestTombstoneGrow: tables of 16 to 256 slots at an eighth, a half and all of their load
 * grow at most once, those that begin full at most twice. */
Test(swiss_releases, pruned_tables_stay_small)
{
    for (uint64_t capacity = 16; capacity <= 256; capacity *= 2) {
        uint64_t limit = capacity / 8 * 7, loads[] = {limit / 8, limit / 2, limit};
        for (unsigned i = 0; i < 3; i++) {
            struct heap *h = heap_new(NULL);
            struct swiss m;
            make(&m, h, limit, SWISS_GO_1_25);
            fill(&m, 0, loads[i]);
            uint64_t grown = churn(&m, 1 << 20);
            cr_assert(grown <= (loads[i] == limit ? 2u : 1u), "%u of %u slots: grown %u times",
                      (unsigned)loads[i], (unsigned)capacity, (unsigned)grown);
            swiss_u64_free(&m);
            heap_delete(h);
        }
    }
}

Test(swiss_releases, an_unpruned_table_grows_more)
{
    struct heap *h = heap_new(NULL);
    struct swiss m;
    make(&m, h, 56, SWISS_GO_1_24);
    fill(&m, 0, 56);
    cr_assert(churn(&m, 1 << 20) > 2);
    cr_assert_eq(m.events.prunings, 0);
    swiss_u64_free(&m);
    heap_delete(h);
}

Test(swiss_releases, clear_takes_an_emptied_maps_tombstones)
{
    for (unsigned release = SWISS_GO_1_24; release <= SWISS_GO_1_27; release++) {
        struct heap *h = heap_new(NULL);
        struct swiss m;
        make(&m, h, 0, (enum swiss_release)release);
        fill(&m, 0, 10000);
        for (uint64_t key = 0; key < 10000; key++)
            swiss_u64_del(&m, key);
        cr_assert(swiss_tombstone_count(&swiss_u64_type, &m) > 0);
        swiss_u64_clear(&m);
        cr_assert_eq(swiss_tombstone_count(&swiss_u64_type, &m) == 0, release > SWISS_GO_1_24);
        cr_assert_null(swiss_check(&swiss_u64_type, &m));
        swiss_u64_free(&m);
        heap_delete(h);
    }
}

Test(swiss_releases, an_update_of_a_full_small_map_converts_it_until_1_27)
{
    for (unsigned release = SWISS_GO_1_24; release <= SWISS_GO_1_27; release++) {
        struct heap *h = heap_new(NULL);
        struct swiss m;
        make(&m, h, 0, (enum swiss_release)release);
        fill(&m, 0, 8);
        fill(&m, 3, 4);
        cr_assert_eq(swiss_table_count(&m), release < SWISS_GO_1_27);
        fill(&m, 8, 9);
        cr_assert_eq(swiss_table_count(&m), 1);
        cr_assert_eq(swiss_len(&m), 9);
        swiss_u64_free(&m);
        heap_delete(h);
    }
}
