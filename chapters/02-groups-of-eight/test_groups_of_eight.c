/*
 * test_groups_of_eight.c - chapter 2's claims, one test for each.
 */
#include "groups_of_eight.h"

#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "hash/hash_bad.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

TestSuite(groups_of_eight, .timeout = 60);

/* --- match-agrees --- */

Test(groups_of_eight, match_agrees)
{
    struct agreement a;
    agreement_of_patterns(&a);
    cr_assert_eq(a.words, 8 * 390625);
    cr_assert(agreement_holds(&a));
    for (uint64_t seed = 1; seed <= 4; seed++) {
        agreement_of_random(1000000, seed, &a);
        cr_assert_eq(a.words, 1000000);
        cr_assert(agreement_holds(&a), "seed %lu", (unsigned long)seed);
    }
}

/* The bytes of the documentation, and a borrow that runs on through three lanes. */
Test(groups_of_eight, match_agrees__beyond__without_the_exception)
{
    cr_assert_eq(swar_slots(swar_match_h2(0x8080808080800302u, 0x02)), 3);
    cr_assert_eq(loop_match_h2(0x8080808080800302u, 0x02), 1);
    cr_assert_eq(sse2_slots_h2(0x8080808080800302u, 0x02), 1);
    cr_assert_eq(swar_slots(swar_match_h2(0x80807E0303030302u, 0x02)), 31);
    cr_assert_eq(swar_slots(swar_match_h2(0x8080808080800203u, 0x02)), 2, "not below a match");
    struct agreement a;
    agreement_of_patterns(&a);
    cr_assert(a.false_words > 0 && a.false_slots >= a.false_words);
    cr_assert_eq(swar_worked(0x8080808080800302u, 0x02).match, 0x8080u);
}

/* --- tombstone-keeps-probe --- */

static void assert_tombstones(uint64_t keys, uint64_t seed)
{
    struct tombstones r;
    cr_assert(tombstones_run(keys, seed, 0, &r));
    cr_assert_eq(r.full_deletes + r.open_deletes, keys);
    cr_assert(tombstones_keep_probes(&r), "%lu keys, seed %lu", (unsigned long)keys,
              (unsigned long)seed);
    cr_assert(r.shown && r.deleted != r.behind);
    cr_assert_eq(r.with_tombstone.key, r.behind);
    cr_assert_eq(__builtin_popcountll(r.before ^ r.after) > 0, 1);
    cr_assert_eq(loop_match_empty(r.before) | loop_match_deleted(r.before), 0, "it was full");
    cr_assert_eq(loop_match_deleted(r.after), loop_match_empty(r.patched));
    cr_assert(r.with_empty.steps < r.with_tombstone.steps);
    cr_assert_eq(r.restored.steps, r.with_tombstone.steps);
}

Test(groups_of_eight, tombstone_keeps_probe)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        assert_tombstones(FULL_KEYS, seed);
        assert_tombstones(448, seed);
    }
}

Test(groups_of_eight, tombstone_keeps_probe__beyond__group_with_an_empty_slot)
{
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct tombstones r;
        cr_assert(tombstones_run(448, seed, 0, &r));
        cr_assert(open_groups_need_none(&r), "seed %lu", (unsigned long)seed);
    }
}

/* --- one-compare-screens-eight --- */

/* The map's own comparisons are those of the slow motion, for the matcher that it has. */
static void assert_counted(const struct lookups *l)
{
    bool swar = strcmp(CTRL_IMPLEMENTATION, "swar") == 0;
    cr_assert_eq(l->counted, swar ? l->swar_compares : l->compares);
    cr_assert(l->count > 0 && l->groups >= l->count);
}

Test(groups_of_eight, one_compare_screens_eight)
{
    struct load loads[LOADS];
    for (uint64_t seed = 1; seed <= 501; seed += 100) {
        cr_assert(loads_run(ONE_TABLE_KEYS, seed, 0, loads));
        for (unsigned i = 0; i < LOADS; i++) {
            cr_assert_eq(loads[i].entries * 8, loads[i].slots * (i + 1), "load %u/8", i + 1);
            assert_counted(&loads[i].hit);
            assert_counted(&loads[i].miss);
        }
        const struct load *full = &loads[LOADS - 1];
        cr_assert_eq(full->hit.count, LOAD_MAPS * ONE_TABLE_KEYS);
        cr_assert(screens_eight(full), "seed %lu", (unsigned long)seed);
        cr_assert(mean_groups(&full->miss) > mean_groups(&loads[0].miss));
    }
}

static void assert_screens_nothing(uint64_t (*hash)(const void *, uint64_t))
{
    struct load load;
    cr_assert(hash_run(hash, ONE_TABLE_KEYS, 1, 0, &load));
    cr_assert_eq(load.entries * 8, load.slots * 7);
    assert_counted(&load.hit);
    assert_counted(&load.miss);
    cr_assert_not(screens_eight(&load));
}

Test(groups_of_eight, one_compare_screens_eight__beyond__identity)
{
    assert_screens_nothing(hash_identity);
}

Test(groups_of_eight, one_compare_screens_eight__beyond__low7)
{
    assert_screens_nothing(hash_low7);
}

Test(groups_of_eight, one_compare_screens_eight__beyond__high)
{
    assert_screens_nothing(hash_high);
}

/* --- What the prose says besides --- */

/* 03 02 03 02 80 80 80 80, slot 0 first: slot 0 is the lowest byte, so it stands last. */
Test(groups_of_eight, drill_by_hand)
{
    uint64_t word = 0x8080808002030203;
    cr_assert_eq(loop_match_h2(word, 0x02), 1 << 1 | 1 << 3);
    cr_assert_eq(swar_slots(swar_match_h2(word, 0x02)), 1 << 1 | 1 << 2 | 1 << 3);
}

Test(groups_of_eight, a_table_holds_seven_eighths)
{
    struct limit limits[LIMITS];
    cr_assert(limits_run(1, 0, limits));
    cr_assert_eq(limits[0].slots, 8);
    cr_assert_eq(limits[0].entries, 8);
    for (unsigned i = 1; i < LIMITS; i++) {
        cr_assert_eq(limits[i].slots, (uint64_t)8 << i);
        cr_assert_eq(limits[i].entries * 8, limits[i].slots * 7);
        cr_assert_eq(limits[i].objects, 4, "header, directory, table, groups");
    }
}

/* The slow motion finds what the map finds, and no table of this chapter is damaged. */
Test(groups_of_eight, walks_find_what_the_map_finds)
{
    for (uint64_t keys = 1; keys <= ONE_TABLE_KEYS; keys = keys * 3 / 2 + 1) {
        struct specimen s;
        struct walk w;
        cr_assert(specimen_new(&s, &swiss_u64_type, keys, keys, keys, 0));
        for (uint64_t key = 1; key <= 2 * keys; key++) {
            walk_key(&swiss_u64_type, &s.m, key, &w);
            cr_assert_eq(w.found, swiss_u64_get(&s.m, key) != NULL);
        }
        cr_assert_null(swiss_check(&swiss_u64_type, &s.m));
        specimen_free(&s, &swiss_u64_type);
    }
}

Test(groups_of_eight, refused_memory_is_reported)
{
    struct load loads[LOADS];
    struct tombstones r;
    struct limit limits[LIMITS];
    cr_assert_not(loads_run(ONE_TABLE_KEYS, 1, 8192, loads));
    cr_assert_not(tombstones_run(ONE_TABLE_KEYS, 1, 8192, &r));
    cr_assert_not(limits_run(1, 32768, limits));
}

/* --- The three maps, side by side --- */

/* The looks are those of the maps themselves: the same keys compared, each place seen. */
static void run_versions(struct version_load loads[VERSION_LOADS][SEARCHES])
{
    bool exact_match = strcmp(CTRL_IMPLEMENTATION, "swar") != 0;
    cr_assert(versions_run(1, 0, loads));
    for (unsigned i = 0; i < VERSION_LOADS; i++)
        for (enum search search = 0; search < SEARCH_BY_KEY; search++) {
            const struct version_load *l = &loads[i][search];
            cr_assert_eq(l->hit.count, LOAD_MAPS * l->entries);
            cr_assert_eq(l->miss.count, l->hit.count);
            cr_assert(l->hit.counted >= l->hit.compares && l->miss.counted >= l->miss.compares);
            cr_assert(!exact_match || l->hit.counted == l->hit.compares);
            cr_assert(!exact_match || l->miss.counted == l->miss.compares);
            cr_assert(l->hit.seen >= l->hit.count && l->hit.lines > l->hit.count);
        }
    cr_assert_eq(loads[VERSION_LOADS - 1][SEARCH_BUCKETS].entries, 832);
    cr_assert_eq(loads[VERSION_LOADS - 1][SEARCH_HASHBROWN].entries, 896);
}

Test(groups_of_eight, three_maps_screen)
{
    struct version_load loads[VERSION_LOADS][SEARCHES];
    run_versions(loads);
    for (unsigned i = 0; i < VERSION_LOADS; i++)
        for (enum search search = 0; search < SEARCH_BY_KEY; search++)
            cr_assert(search_screens(&loads[i][search]), "load %u, search %u", i, search);
}

/* Seven bits are alike by chance once in 128; of eight bits, with five values folded into others,
 * 266 of 65,536 pairs are. */
Test(groups_of_eight, bytes_are_alike_as_often_as_their_bits_say)
{
    struct version_load loads[VERSION_LOADS][SEARCHES];
    run_versions(loads);
    for (enum search search = 0; search < SEARCH_BY_KEY; search++) {
        const struct version_load *l = &loads[VERSION_LOADS - 1][search];
        double chance = search == SEARCH_BUCKETS ? 266.0 / 65536 : 1.0 / 128;
        double expected = chance * (double)l->miss.seen;
        cr_assert(fabs((double)l->miss.compares - expected) < 4 * sqrt(expected), "search %u",
                  search);
    }
}

Test(groups_of_eight, three_maps_screen__beyond__int_keys_in_buckets)
{
    struct version_load loads[VERSION_LOADS][SEARCHES];
    run_versions(loads);
    for (unsigned i = 0; i < VERSION_LOADS; i++) {
        const struct version_load *by_key = &loads[i][SEARCH_BY_KEY];
        cr_assert_not(search_screens(by_key));
        cr_assert_eq(by_key->miss.compares, 8 * by_key->miss.looks, "every cell of every bucket");
    }
}

/* Refuted: fewer looks, and not half of them. */
Test(groups_of_eight, sixteen_halve_looks)
{
    struct version_load loads[VERSION_LOADS][SEARCHES];
    run_versions(loads);
    const struct version_load *wide = &loads[VERSION_LOADS - 1][SEARCH_HASHBROWN],
                              *narrow = &loads[VERSION_LOADS - 1][SEARCH_SWISS];
    cr_assert_not(looks_half_as_often(wide, narrow));
    cr_assert(4 * mean_looks(&wide->miss) < 3 * mean_looks(&narrow->miss) || HASHBROWN_WIDTH == 8);
    cr_assert(mean_compared(&wide->miss) > mean_compared(&narrow->miss) || HASHBROWN_WIDTH == 8,
              "what it spares in looks it pays in keys");
}

Test(groups_of_eight, versions_report_refused_memory)
{
    struct version_load loads[VERSION_LOADS][SEARCHES];
    cr_assert_not(versions_run(1, 8192, loads));
}
