/*
 * test_hashbrown_table.c - groups, the erase rule, the mirror, sweeping, walking; and what
 * hashbrown's own tests ask of the map.
 *
 * With the identity as the hash a key's slot is known: the key itself, modulo the slots.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <signal.h>

#include "hash/hash_bad.h"
#include "hash/random.h"
#include "hashbrown/hashbrown_any.h"
#include "hashbrown/hashbrown_check.h"
#include "hashbrown/hashbrown_str.h"
#include "hashbrown/hashbrown_u64.h"

TestSuite(hashbrown_table, .timeout = 30);

enum { W = HASHBROWN_WIDTH };

static const struct map_type identity = {
    .key_bytes = 8, .elem_bytes = 8, .key_align = 8, .elem_align = 8,
    .hash = hash_identity, .equal = equal_u64,
};
static const struct map_type constant = {
    .key_bytes = 8, .elem_bytes = 8, .key_align = 8, .elem_align = 8,
    .hash = hash_zero, .equal = equal_u64,
};
static const struct map_type floats = {
    .key_bytes = 8, .elem_bytes = 8, .key_align = 8, .elem_align = 8,
    .hash = hash_f64, .equal = equal_f64,
};

static struct heap *h;
static struct hashbrown m;

static void start(const struct map_type *mt, uint64_t hint)
{
    if (h == NULL)
        h = heap_new(&(struct heap_config){.reserve_bytes = (uint64_t)256 << 20, .junk = true});
    cr_assert(hashbrown_any_init(mt, &m, h, hint, 1));
}

static void put(const struct map_type *mt, uint64_t key)
{
    uint64_t *elem = hashbrown_any_put(mt, &m, &key);
    cr_assert_not_null(elem);
    *elem = key + 1;
}

static bool del(const struct map_type *mt, uint64_t key)
{
    return hashbrown_any_del(mt, &m, &key);
}

static bool has(const struct map_type *mt, uint64_t key)
{
    const uint64_t *elem = hashbrown_any_get(mt, &m, &key);
    cr_assert(elem == NULL || *elem == key + 1);
    return elem != NULL;
}

static void whole(const struct map_type *mt)
{
    const char *why = hashbrown_check(mt, &m);
    cr_assert_null(why, "%s", why);
}

/* --- Groups --- */

/* The slots in a match, as bits. */
static unsigned slots_of(uint64_t match)
{
    unsigned slots = 0;
    for (; match != 0; match = hashbrown_remove_first(match))
        slots |= 1u << hashbrown_first(match);
    return slots;
}

Test(hashbrown_table, matches_are_those_of_single_bytes)
{
    static const unsigned char choice[] = {0xFF, 0x80, 0x00, 0x01, 0x7F, 0x7E, 0x40, 0x41};
    struct random random = {.state = 1};
    for (unsigned round = 0; round < 100000; round++) {
        unsigned char bytes[W], after[W];
        unsigned tag = choice[2 + random_below(&random, 6)];
        unsigned empty = 0, not_full = 0, tagged = 0;
        for (unsigned i = 0; i < W; i++) {
            bytes[i] = choice[random_below(&random, round % 7 + 2)];
            empty |= (unsigned)(bytes[i] == 0xFF) << i;
            not_full |= (unsigned)(bytes[i] >= 0x80) << i;
            tagged |= (unsigned)(bytes[i] == tag) << i;
        }
        struct hashbrown_group group = hashbrown_group_load(bytes);
        cr_assert_eq(slots_of(hashbrown_match_empty(group)), empty);
        cr_assert_eq(slots_of(hashbrown_match_empty_or_deleted(group)), not_full);
        cr_assert_eq(slots_of(hashbrown_match_full(group)), not_full ^ ((1u << W) - 1));
        unsigned found = slots_of(hashbrown_match_tag(group, (uint8_t)tag));
        cr_assert_eq(found & tagged, tagged);           /* none is hidden */
        cr_assert_eq(found & not_full, 0);              /* only full ones are named */
        cr_assert(W == 8 || found == tagged);
        unsigned below = 0, above = 0;
        while (below < W && bytes[below] != 0xFF)
            below++;
        while (above < W && bytes[W - 1 - above] != 0xFF)
            above++;
        cr_assert_eq(hashbrown_below(hashbrown_match_empty(group)), below);
        cr_assert_eq(hashbrown_above(hashbrown_match_empty(group)), above);
        hashbrown_group_store(after, hashbrown_full_to_deleted(group));
        for (unsigned i = 0; i < W; i++)
            cr_assert_eq(after[i], bytes[i] < 0x80 ? 0x80 : 0xFF);
    }
}

Test(hashbrown_table, a_tag_is_the_top_of_the_hash)
{
    cr_assert_eq(hashbrown_tag(~(uint64_t)0), 0x7F);
    cr_assert_eq(hashbrown_tag((uint64_t)1 << 57), 1);
    cr_assert_eq(hashbrown_tag(((uint64_t)1 << 57) - 1), 0);
}

/* --- Erasing --- */

/* Runs of each length around W, at each place of 64 slots, each slot of the run erased: the
 * byte is deleted exactly if the run has W slots or more. */
Test(hashbrown_table, an_erased_slot_is_deleted_in_a_long_run_only)
{
    for (uint64_t length = 1; length <= W + 3; length++) {
        for (uint64_t first = 0; first < 64; first++) {
            for (uint64_t at = 0; at < length; at++) {
                start(&identity, 56);
                for (uint64_t i = 0; i < length; i++)
                    put(&identity, (first + i) % 64);
                uint64_t slot = (first + at) % 64;
                cr_assert_lt(m.table.ctrl[slot], 0x80);
                cr_assert(del(&identity, slot));
                cr_assert_eq(m.table.ctrl[slot], length >= W ? 0x80 : 0xFF,
                             "run of %u at %u, slot %u", (unsigned)length, (unsigned)first,
                             (unsigned)at);
                cr_assert_eq(m.table.growth_left, 56 - length + (length < W));
                whole(&identity);
                hashbrown_any_free(&identity, &m);
            }
        }
    }
}

/* A tombstone keeps a key beyond it in reach; the first of two is filled again, and its
 * room was never given back. */
Test(hashbrown_table, a_tombstone_is_walked_past_and_filled_again)
{
    start(&constant, 56);
    for (uint64_t key = 0; key < W + 4; key++)
        put(&constant, key);
    uint64_t left = m.table.growth_left;
    cr_assert(del(&constant, 3) && del(&constant, 7));
    cr_assert_eq(hashbrown_tombstone_count(&m), 2);
    cr_assert_eq(m.table.growth_left, left);
    cr_assert(has(&constant, W + 3));
    put(&constant, W + 3);                              /* not a second time, in the hole */
    cr_assert_eq(hashbrown_len(&m), W + 2);
    put(&constant, 100);
    cr_assert_lt(m.table.ctrl[3], 0x80);
    cr_assert_eq(m.table.ctrl[7], 0x80);
    cr_assert_eq(m.table.growth_left, left);
    whole(&constant);
}

/* Tables of up to W slots, any order of puts and deletes: no tombstone, and room comes back. */
Test(hashbrown_table, a_small_table_never_has_a_tombstone)
{
    static const uint64_t hints[] = {3, 7, 14};
    static const struct map_type *const types[] = {&identity, &constant, &hashbrown_u64_type};
    struct random random = {.state = 3};
    for (unsigned i = 0; i < 3; i++) {
        for (unsigned type = 0; type < 3; type++) {
            start(types[type], hints[i]);
            for (unsigned step = 0; step < 3000; step++) {
                uint64_t key = random_below(&random, hints[i] + 5);
                if (m.table.growth_left > 0)
                    put(types[type], key);
                else
                    del(types[type], key);
                whole(types[type]);
                if (hashbrown_bucket_count(&m) <= W)
                    cr_assert_eq(hashbrown_capacity(&m), hints[i]);
            }
            cr_assert(m.events.resizes == 0 && m.events.rehashes == 0);
            hashbrown_any_free(types[type], &m);
        }
    }
}

/* In a table of fewer slots than a group, the always empty bytes must not be taken for slots. */
Test(hashbrown_table, the_bytes_behind_a_small_table_are_no_slots)
{
    for (uint64_t first = 0; first < 4; first++) {
        start(&identity, 3);
        for (uint64_t key = 0; key < 3; key++)
            put(&identity, (first + key) % 4 + 4 * key);
        cr_assert_eq(hashbrown_len(&m), 3);
        whole(&identity);
        hashbrown_any_free(&identity, &m);
        start(&constant, 7);
        for (uint64_t key = 0; key < 7; key++)
            put(&constant, key);
        whole(&constant);
        hashbrown_any_free(&constant, &m);
        start(&identity, 3);                            /* all want the last slot */
        for (uint64_t key = 3; key < 15; key += 4)
            put(&identity, key);
        cr_assert_eq(m.table.ctrl[first == 3 ? 2 : 3] < 0x80, first != 3);
        whole(&identity);
        hashbrown_any_free(&identity, &m);
    }
}

/* --- Sweeping and growing --- */

/* 56 entries in one run: each delete leaves a tombstone. At half the limit the next put sweeps,
 * with one entry more it grows. */
Test(hashbrown_table, half_full_is_the_line_between_sweeping_and_growing)
{
    for (uint64_t kept = 27; kept <= 28; kept++) {
        start(&identity, 56);
        for (uint64_t key = 0; key < 56; key++)
            put(&identity, key);
        for (uint64_t key = kept; key < 56; key++)
            cr_assert(del(&identity, key));
        cr_assert_eq(hashbrown_tombstone_count(&m), 56 - kept);
        cr_assert_eq(hashbrown_capacity(&m), kept);
        const unsigned char *ctrl = m.table.ctrl;
        uint64_t mallocs = heap_read(h).mallocs;
        put(&identity, 60);
        cr_assert_eq(m.events.rehashes, kept == 27);
        cr_assert_eq(m.events.resizes, kept == 28);
        cr_assert_eq(heap_read(h).mallocs, mallocs + (kept == 28));
        cr_assert_eq(m.table.ctrl == ctrl, kept == 27);
        cr_assert_eq(hashbrown_bucket_count(&m), kept == 27 ? 64 : 128);
        cr_assert_eq(hashbrown_tombstone_count(&m), 0);
        cr_assert_eq(hashbrown_capacity(&m), kept == 27 ? 56 : 112);
        whole(&identity);
        for (uint64_t key = 0; key < 64; key++)
            cr_assert_eq(has(&identity, key), key < kept || key == 60);
        hashbrown_any_free(&identity, &m);
    }
}

/* Even a tombstone on the key's way does not save a put from making room first; nor
 * does the key's being there. A map of Rust's grows from 28 to 56 in just this way. */
Test(hashbrown_table, a_put_makes_room_before_it_looks)
{
    start(&identity, 28);
    for (uint64_t key = 0; key < 28; key++)
        put(&identity, key);
    cr_assert_eq(hashbrown_capacity(&m), 28);
    put(&identity, 3);
    cr_assert_eq(hashbrown_capacity(&m), 56);
    cr_assert_eq(hashbrown_len(&m), 28);
    start(&identity, 56);
    for (uint64_t key = 0; key < 56; key++)
        put(&identity, key);
    cr_assert(del(&identity, 20));
    put(&identity, 20);
    cr_assert_eq(hashbrown_bucket_count(&m), 128);
}

/* Sweeping by all three ways: entries that stay, that move to an empty slot, that change
 * places with one not yet placed. */
Test(hashbrown_table, a_sweep_keeps_every_entry)
{
    static const struct map_type *const types[] = {&identity, &constant, &hashbrown_u64_type,
                                                   &floats};
    struct random random = {.state = 9};
    for (unsigned type = 0; type < 4; type++) {
        uint64_t sweeps = 0, moved = 0;
        for (unsigned round = 0; round < 60; round++) {
            start(types[type], round % 2 == 0 ? 112 : 448);
            uint64_t limit = hashbrown_capacity(&m), keys = 0;
            while (m.table.growth_left > 0)
                put(types[type], keys++ * (round % 3 == 0 ? 1 : 5));
            for (uint64_t key = 0; key < keys; key++)
                if (random_below(&random, 3) != 0)
                    cr_assert(del(types[type], key * (round % 3 == 0 ? 1 : 5)));
            uint64_t entries = hashbrown_len(&m);
            if (m.table.growth_left > 0 || entries >= limit / 2) {
                cr_assert(hashbrown_any_reserve(types[type], &m, m.table.growth_left + 1));
            } else {
                cr_assert(hashbrown_any_reserve(types[type], &m, 1));
            }
            sweeps += m.events.rehashes;
            moved += m.events.rehashes > 0 ? m.events.moved : 0;
            cr_assert_eq(hashbrown_len(&m), entries);
            cr_assert_eq(hashbrown_tombstone_count(&m), 0);
            whole(types[type]);
            hashbrown_any_free(types[type], &m);
        }
        cr_assert(sweeps > 5 && (type == 0 || moved > 20), "type %u: %u sweeps, %u moved", type,
                  (unsigned)sweeps, (unsigned)moved);
    }
}

/* An entry that a sweep finds in the group where it would go is not moved within it. */
Test(hashbrown_table, a_sweep_leaves_entries_in_their_group)
{
    start(&constant, 56);
    for (uint64_t key = 0; key < W + 4; key++)
        put(&constant, key);
    cr_assert(del(&constant, 0));
    hashbrown_rehash_in_place(&constant, &m);
    for (uint64_t i = 0; i < W; i++) {
        uint64_t key;
        memcpy(&key, hashbrown_slot(&constant, &m.table, i), sizeof key);
        cr_assert_eq(key, i == 0 ? W : i);              /* only the hole was filled, from outside */
    }
    cr_assert_eq(m.events.moved, 1);
    whole(&constant);
}

/* --- Clear --- */

Test(hashbrown_table, clear_without_entries_leaves_the_tombstones)
{
    start(&identity, 56);
    for (uint64_t key = 0; key < 56; key++)
        put(&identity, key);
    for (uint64_t key = 0; key < 56; key++)
        cr_assert(del(&identity, key));
    cr_assert_eq(hashbrown_len(&m), 0);
    cr_assert_eq(hashbrown_tombstone_count(&m), 56);
    cr_assert_eq(hashbrown_capacity(&m), 0);
    hashbrown_any_clear(&identity, &m);
    cr_assert_eq(hashbrown_tombstone_count(&m), 56);
    put(&identity, 1);                                  /* sweeps: there is no room */
    cr_assert_eq(m.events.rehashes, 1);
    hashbrown_any_clear(&identity, &m);
    cr_assert_eq(hashbrown_capacity(&m), 56);
    cr_assert_eq(hashbrown_tombstone_count(&m), 0);
    whole(&identity);
    start(&identity, 0);
    hashbrown_any_clear(&identity, &m);                 /* of the shared group: not written */
    whole(&identity);
}

/* The bytes of deleted and cleared entries stay in the slots; a new elem is zero all the same. */
Test(hashbrown_table, deleted_bytes_stay_and_new_elems_are_zero)
{
    start(&identity, 28);
    put(&identity, 9);
    uint64_t slot[2], key = 9;
    cr_assert(del(&identity, 9));
    memcpy(slot, hashbrown_slot(&identity, &m.table, 9), sizeof slot);
    cr_assert(slot[0] == 9 && slot[1] == 10);
    cr_assert_eq(*(uint64_t *)hashbrown_any_put(&identity, &m, &key), 0);
    put(&identity, 9);
    hashbrown_any_clear(&identity, &m);
    memcpy(slot, hashbrown_slot(&identity, &m.table, 9), sizeof slot);
    cr_assert(slot[0] == 9 && slot[1] == 10);
}

/* A key may be deleted through a pointer into the map itself. */
Test(hashbrown_table, delete_takes_a_key_from_the_map)
{
    start(&identity, 28);
    for (uint64_t key = 0; key < 20; key++)
        put(&identity, key);
    cr_assert(hashbrown_any_del(&identity, &m, hashbrown_slot(&identity, &m.table, 4)));
    cr_assert_not(has(&identity, 4));
    whole(&identity);
}

/* --- Keys that are odd --- */

/* A put of an equal key keeps the key that is there: Go writes the new one. */
Test(hashbrown_table, the_first_of_equal_keys_stays)
{
    double zero = 0.0, minus = -0.0;
    start(&floats, 0);
    *(uint64_t *)hashbrown_any_put(&floats, &m, &zero) = 1;
    *(uint64_t *)hashbrown_any_put(&floats, &m, &minus) = 2;
    cr_assert_eq(hashbrown_len(&m), 1);
    struct hashbrown_iter it;
    hashbrown_any_iter_start(&floats, &m, &it);
    cr_assert(hashbrown_any_iter_next(&floats, &it));
    cr_assert_not(signbit(*(const double *)it.key));
    cr_assert_eq(*(uint64_t *)it.elem, 2);
}

/* A NaN equals nothing: each is an entry, none is found, clear takes them all. */
Test(hashbrown_table, nans_are_all_different)
{
    double nan = NAN;
    start(&floats, 0);
    for (unsigned i = 0; i < 300; i++)
        *(uint64_t *)hashbrown_any_put(&floats, &m, &nan) = i;
    cr_assert_eq(hashbrown_len(&m), 300);
    cr_assert_null(hashbrown_any_get(&floats, &m, &nan));
    cr_assert_not(hashbrown_any_del(&floats, &m, &nan));
    whole(&floats);
    hashbrown_any_clear(&floats, &m);
    cr_assert_eq(hashbrown_len(&m), 0);
}

/* --- Walking --- */

Test(hashbrown_table, a_walk_meets_each_entry_once_in_slot_order)
{
    static const uint64_t counts[] = {0, 1, 3, 4, 7, 14, 15, 28, 100, 1000, 5000};
    for (unsigned i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        start(&hashbrown_u64_type, 0);
        for (uint64_t key = 0; key < counts[i]; key++)
            put(&hashbrown_u64_type, key);
        for (unsigned twice = 0; twice < 2; twice++) {
            struct hashbrown_iter it;
            const unsigned char *last = m.table.ctrl;
            uint64_t met = 0, sum = 0;
            hashbrown_u64_iter_start(&m, &it);
            for (; hashbrown_u64_iter_next(&it); met++) {
                cr_assert((const unsigned char *)it.key < last);
                last = it.key;
                sum += *(const uint64_t *)it.key;
                cr_assert_eq(*(uint64_t *)it.elem, *(const uint64_t *)it.key + 1);
            }
            cr_assert(met == counts[i] && sum == counts[i] * (counts[i] - 1) / 2);
            cr_assert(it.key == NULL && it.elem == NULL && !hashbrown_u64_iter_next(&it));
        }
        hashbrown_u64_free(&m);
    }
}

Test(hashbrown_table, another_seed_is_another_order)
{
    uint64_t first[8];
    for (unsigned seed = 0; seed < 8; seed++) {
        struct hashbrown_iter it;
        h = heap_new(NULL);
        cr_assert(hashbrown_u64_init(&m, h, 0, seed));
        for (uint64_t key = 0; key < 1000; key++)
            put(&hashbrown_u64_type, key);
        hashbrown_u64_iter_start(&m, &it);
        cr_assert(hashbrown_u64_iter_next(&it));
        first[seed] = *(const uint64_t *)it.key;
        heap_delete(h);
    }
    unsigned others = 0;
    for (unsigned seed = 1; seed < 8; seed++)
        others += first[seed] != first[0];
    cr_assert_gt(others, 4);
}

/* What Rust's compiler refuses, an assert notices. */
static void walk_over_a_change(bool grow)
{
    struct hashbrown_iter it;
    start(&hashbrown_u64_type, 28);
    for (uint64_t key = 0; key < (grow ? 28 : 10); key++)
        put(&hashbrown_u64_type, key);
    hashbrown_u64_iter_start(&m, &it);
    cr_assert(hashbrown_u64_iter_next(&it));
    if (grow)
        put(&hashbrown_u64_type, 1000);
    else
        cr_assert(hashbrown_u64_del(&m, 5));
    hashbrown_u64_iter_next(&it);
}

Test(hashbrown_table, a_walk_over_growth_is_a_bug, .signal = SIGABRT)
{
    walk_over_a_change(true);
}

Test(hashbrown_table, a_walk_over_a_delete_is_a_bug, .signal = SIGABRT)
{
    walk_over_a_change(false);
}

/* --- hashbrown's own tests, where they apply (src/map.rs, src/raw.rs) --- */

/* test_zero_capacities */
Test(hashbrown_table, maps_without_entries_allocate_nothing)
{
    start(&identity, 0);
    cr_assert_eq(hashbrown_capacity(&m), 0);
    cr_assert_not(has(&identity, 1));
    cr_assert_not(del(&identity, 1));
    cr_assert(hashbrown_any_reserve(&identity, &m, 0));
    cr_assert(hashbrown_any_shrink_to_fit(&identity, &m));
    cr_assert_eq(hashbrown_capacity(&m), 0);
    cr_assert_eq(heap_read(h).mallocs, 0);
    put(&identity, 1);
    put(&identity, 2);
    cr_assert(del(&identity, 1) && del(&identity, 2));
    cr_assert_gt(hashbrown_capacity(&m), 0);
    cr_assert(hashbrown_any_shrink_to_fit(&identity, &m));
    cr_assert_eq(hashbrown_capacity(&m), 0);
    cr_assert_eq(heap_read(h).heap_alloc, 0);
    whole(&identity);
    hashbrown_any_free(&identity, &m);
    hashbrown_any_free(&identity, &m);                  /* free of an empty map: nothing */
}

/* test_lots_of_insertions, with fewer rounds */
Test(hashbrown_table, entries_come_and_go_in_both_orders)
{
    const struct map_type *mt = &hashbrown_u64_type;
    start(mt, 0);
    for (unsigned round = 0; round < 10; round++) {
        for (uint64_t key = 1; key <= 1000; key++) {
            put(mt, key);
            cr_assert(has(mt, key) && !has(mt, key + 1));
        }
        cr_assert_eq(hashbrown_len(&m), 1000);
        for (uint64_t key = 1; key <= 1000; key++)
            cr_assert(del(mt, round % 2 == 0 ? key : 1001 - key));
        cr_assert_eq(hashbrown_len(&m), 0);
        for (uint64_t key = 1; key <= 1000; key++)
            cr_assert_not(has(mt, key));
        whole(mt);
    }
}

/* test_behavior_resize_policy */
Test(hashbrown_table, resize_policy)
{
    const struct map_type *mt = &hashbrown_u64_type;
    start(mt, 0);
    cr_assert_eq(hashbrown_bucket_count(&m), 0);
    put(mt, 0);
    cr_assert(del(mt, 0));
    uint64_t initial = hashbrown_bucket_count(&m), i = 0;
    cr_assert(hashbrown_u64_reserve(&m, initial));
    cr_assert_eq(hashbrown_bucket_count(&m), initial * 2);
    for (; i < initial * 2 * 3 / 4; i++)
        put(mt, i);
    cr_assert_eq(hashbrown_bucket_count(&m), initial * 2);
    for (; i < initial * 2; i++)
        put(mt, i);
    cr_assert_eq(hashbrown_bucket_count(&m), initial * 4);
    while (i > initial / 2)
        cr_assert(del(mt, --i));
    cr_assert_eq(hashbrown_bucket_count(&m), initial * 4);
    cr_assert(hashbrown_u64_shrink_to_fit(&m));
    cr_assert_eq(hashbrown_bucket_count(&m), initial);
}

/* test_reserve_shrink_to_fit */
Test(hashbrown_table, reserve_and_shrink_to_fit)
{
    const struct map_type *mt = &hashbrown_u64_type;
    start(mt, 0);
    put(mt, 0);
    cr_assert(del(mt, 0));
    cr_assert(hashbrown_capacity(&m) >= hashbrown_len(&m));
    for (uint64_t key = 0; key < 128; key++)
        put(mt, key);
    cr_assert(hashbrown_u64_reserve(&m, 256));
    uint64_t usable = hashbrown_capacity(&m);
    for (uint64_t key = 128; key < 128 + 256; key++)
        put(mt, key);
    cr_assert_eq(usable, hashbrown_capacity(&m));
    for (uint64_t key = 100; key < 128 + 256; key++)
        cr_assert(del(mt, key));
    cr_assert(hashbrown_u64_shrink_to_fit(&m));
    cr_assert_eq(hashbrown_len(&m), 100);
    cr_assert(hashbrown_capacity(&m) < usable && hashbrown_capacity(&m) >= 100);
    for (uint64_t key = 0; key < 100; key++)
        cr_assert(has(mt, key));
}

/* test_conflict_remove, rehash_in_place */
Test(hashbrown_table, conflicts_are_told_apart)
{
    start(&constant, 0);
    for (uint64_t key = 0; key < 100; key++)
        put(&constant, key);
    for (uint64_t key = 0; key < 100; key += 2)
        cr_assert(del(&constant, key));
    hashbrown_rehash_in_place(&constant, &m);
    for (uint64_t key = 0; key < 100; key++)
        cr_assert_eq(has(&constant, key), key % 2 == 1);
    whole(&constant);
}

/* A text belongs to the caller; the map keeps the first copy's address. */
Test(hashbrown_table, strings)
{
    char a[] = "water", b[] = "water";
    h = heap_new(NULL);
    cr_assert(hashbrown_str_init(&m, h, 0, 1));
    *hashbrown_str_put(&m, (struct str){a, 5}) = 1;
    *hashbrown_str_put(&m, (struct str){b, 5}) += 1;
    cr_assert_eq(*hashbrown_str_get(&m, (struct str){b, 5}), 2);
    cr_assert_null(hashbrown_str_get(&m, (struct str){b, 4}));
    struct hashbrown_iter it;
    hashbrown_str_iter_start(&m, &it);
    cr_assert(hashbrown_str_iter_next(&it));
    cr_assert_eq(((const struct str *)it.key)->bytes, a);
}
