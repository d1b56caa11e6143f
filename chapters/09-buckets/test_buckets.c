/*
 * test_buckets.c - one test for each claim of chapter 9, one for each edge, and what else the
 * chapter says.
 */
#include "buckets.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "bucket/bucket_check.h"

TestSuite(buckets, .timeout = 120);

static struct options with(uint64_t keys)
{
    return (struct options){.keys = keys, .seed = PROGRAM_DEFAULT_SEED};
}

/* --- buckets-retain-too --- */

static void live(enum kind kind, enum type type, uint64_t keys, struct life_step steps[LIVES])
{
    struct options o = with(keys);
    cr_assert(life_run(kind, type, &o, steps));
    cr_assert_eq(steps[LIFE_FILLED].entries, keys, "the map was full");
    cr_assert_eq(steps[LIFE_DELETED].entries, 0, "every key was deleted");
    cr_assert_eq(steps[LIFE_REFILLED].entries, keys);
    cr_assert_eq(steps[LIFE_CLEARED].entries, 0);
}

Test(buckets, buckets_retain_too)
{
    struct life_step steps[LIVES];
    for (enum kind kind = GO123; kind <= GO124; kind++) {
        live(kind, INTS, 1 << 17, steps);
        cr_assert(life_retains(steps), "design %d", kind);
        cr_assert_eq(steps[LIFE_DELETED].bytes, steps[LIFE_FILLED].bytes, "to the byte");
    }
    live(GO123, INTS, 1 << 17, steps);
    cr_assert_eq(steps[LIFE_FILLED].buckets, 1 << 15);
    cr_assert(steps[LIFE_DELETED].overflow == steps[LIFE_FILLED].overflow,
              "overflow buckets stay in their chains");
    cr_assert(steps[LIFE_REFILLED].overflow > steps[LIFE_FILLED].overflow, "another seed");
    cr_assert_eq(steps[LIFE_CLEARED].overflow, 0);
}

Test(buckets, buckets_retain_too__beyond__values_out_of_line)
{
    struct life_step steps[LIVES];
    live(GO123, INTS_TO_129, 1 << 12, steps);
    cr_assert_not(life_retains(steps));
    cr_assert(4 * steps[LIFE_DELETED].bytes < steps[LIFE_FILLED].bytes);
}

Test(buckets, buckets_retain_too__beyond__just_doubled)
{
    struct life_step steps[LIVES];
    live(GO123, INTS, growth_limit_below(1 << 14) + 1, steps);
    cr_assert_not(life_retains(steps), "the deletes end an evacuation");
    live(GO123, INTS, growth_limit_below(1 << 14), steps);
    cr_assert_eq(steps[LIFE_DELETED].bytes, steps[LIFE_FILLED].bytes, "one fewer: none to end");
}

Test(buckets, buckets_retain_too__beyond__crowded)
{
    struct life_step steps[LIVES];
    live(GO123, INTS, growth_limit_below(1 << 14), steps);
    cr_assert_not(life_retains(steps));
    cr_assert(steps[LIFE_REFILLED].overflow > steps[LIFE_REFILLED].buckets / 16, "spare ones used");
    cr_assert(10 * steps[LIFE_CLEARED].bytes < 9 * steps[LIFE_REFILLED].bytes);
    cr_assert_eq(steps[LIFE_CLEARED].buckets, steps[LIFE_FILLED].buckets, "the array stays");
}

/* --- old-buckets-linger --- */

static void grow(struct growth_step s[MOMENTS])
{
    struct options o = with(1 << 14);
    cr_assert(growth_run(&o, s));
    cr_assert_eq(2 * s[MOMENT_BEFORE].entries, 13 * s[MOMENT_BEFORE].buckets, "six and a half");
    cr_assert_eq(s[MOMENT_DOUBLED].buckets, 2 * s[MOMENT_BEFORE].buckets);
    cr_assert_eq(s[MOMENT_DOUBLED].writes, 1, "one entry more");
    cr_assert_eq(s[MOMENT_DOUBLED].old_left, s[MOMENT_BEFORE].buckets - 2, "two a write");
}

Test(buckets, old_buckets_linger)
{
    struct growth_step s[MOMENTS];
    grow(s);
    for (enum moment moment = MOMENT_DOUBLED; moment < MOMENT_GONE; moment++)
        cr_assert(old_buckets_linger(&s[moment], &s[MOMENT_GONE]), "moment %d", moment);
    uint64_t half = s[MOMENT_BEFORE].buckets / 2, left = s[MOMENT_HALF].old_left;
    cr_assert(left <= half && left + 2 > half, "half-way: %u of them", (unsigned)left);
    cr_assert(s[MOMENT_BEFORE].bytes < s[MOMENT_GONE].bytes);
}

Test(buckets, old_buckets_linger__beyond__enough_writes)
{
    struct growth_step s[MOMENTS];
    grow(s);
    cr_assert_eq(s[MOMENT_GONE].old_left, 0);
    cr_assert_not(old_buckets_linger(&s[MOMENT_GONE], &s[MOMENT_GONE]));
    cr_assert(s[MOMENT_GONE].writes < s[MOMENT_BEFORE].buckets, "fewer than buckets");
}

Test(buckets, old_buckets_linger__beyond__go_1_24)
{
    struct options o = with(1 << 14);
    uint64_t grown, after;
    cr_assert(growth_of_swiss(&o, &grown, &after));
    cr_assert_eq(after, grown);
}

Test(buckets, writes_end_an_evacuation_and_look_ups_do_not)
{
    struct options o = with(1 << 14);
    struct growth_step s[MOMENTS];
    struct finish f[ACCESSES];
    grow(s);
    for (enum access i = 0; i < ACCESSES; i++)
        cr_assert(finish_run(&o, i, &f[i]));
    cr_assert(f[ACCESS_DELETE].gone && f[ACCESS_UPDATE_ONE].gone);
    cr_assert_not(f[ACCESS_LOOK_UP].gone);
    cr_assert_eq(f[ACCESS_LOOK_UP].accesses, s[MOMENT_BEFORE].entries);
    cr_assert_eq(f[ACCESS_LOOK_UP].bytes, s[MOMENT_DOUBLED].bytes);
    cr_assert(f[ACCESS_UPDATE_ONE].accesses > s[MOMENT_GONE].writes, "one key, one bucket a write");
    cr_assert(f[ACCESS_UPDATE_ONE].accesses < s[MOMENT_BEFORE].buckets);
}

/* --- no-overflow-in-swiss --- */

/* A map filled with so many entries, and where they are. */
static struct chains chains_of(enum kind kind, enum type type, uint64_t entries)
{
    struct options o = with(entries);
    struct rig rig;
    cr_assert(rig_begin(&rig, kind, type, 0, &o));
    cr_assert(rig_fill(&rig, 0, entries));
    struct chains c = rig_chains(&rig);
    cr_assert_null(rig.map.design->check(&rig.map));
    rig_end(&rig);
    cr_assert_eq(c.entries, entries, "a range met them all");
    return c;
}

Test(buckets, no_overflow_in_swiss)
{
    static const uint64_t sizes[] = {9, 100, 896, 897, 10000, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (enum type type = INTS; type <= TEXT; type++) {
            struct chains c = chains_of(GO124, type, sizes[i]);
            cr_assert(no_overflow(&c), "%u entries, type %d", (unsigned)sizes[i], type);
        }
    struct chains c = chains_of(GO124, ONE_HASH, ONE_HASH_ENTRIES);
    cr_assert(no_overflow(&c));
    cr_assert_eq(c.tables, 1);
}

Test(buckets, no_overflow_in_swiss__beyond__go_1_23)
{
    struct chains c = chains_of(GO123, INTS, 100000);
    cr_assert_not(no_overflow(&c));
    cr_assert(c.outside > 0);
}

Test(buckets, no_overflow_in_swiss__beyond__go_1_23_one_hash)
{
    struct chains c = chains_of(GO123, ONE_HASH, ONE_HASH_ENTRIES);
    cr_assert_not(no_overflow(&c));
    cr_assert_eq(c.outside, ONE_HASH_ENTRIES - BUCKET_CELLS, "all but the first bucket's");
}

/* --- What else the chapter says --- */

Test(buckets, a_map_doubles_past_six_and_a_half)
{
    static const uint64_t limits[] = {8, 13, 26, 52, 104, 208, 6656};
    struct options o = with(0);
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        uint64_t full, more;
        cr_assert(buckets_for(&o, limits[i], &full) && buckets_for(&o, limits[i] + 1, &more));
        cr_assert_eq(full, (uint64_t)1 << i << (limits[i] == 6656 ? 4 : 0));
        cr_assert_eq(more, 2 * full);
    }
    uint64_t hundred;
    cr_assert(buckets_for(&o, 100, &hundred));
    cr_assert_eq(hundred, 16);
}

Test(buckets, overflow_collects_until_a_growth_to_the_same_size)
{
    struct options o = with(0);
    struct cycle c[CYCLES];
    cr_assert(cycles_run(&o, c));
    cr_assert_eq(c[0].same_size, 0);
    cr_assert_eq(c[CYCLES - 1].same_size, 1);
    for (unsigned i = 1; i < CYCLES; i++) {
        bool swept = c[i].same_size > c[i - 1].same_size;
        cr_assert(swept ? 2 * c[i].overflow < c[i - 1].overflow
                        : c[i].overflow > c[i - 1].overflow, "fill %u", i + 1);
        cr_assert(c[i].overflow < 1024);
    }
}

/* 1<<17 entries. Go 1.23: 48 + 24 + 34,816 buckets of 144 bytes, and a list of 1,024 pointers with
 * its header; Go 1.24: 48 + 2,304 + 256 tables of 32 + 18,432; Rust: 2^18 slots of 17, and 16. */
static const struct {
    uint64_t presized, filled;
} expected[KINDS] = {
    [GO123] = {5013576, 5013576 + 8192 + 24},
    [GO124] = {4729136, 4729136},
    [RUST] = {4456464, 4456464},
};

Test(buckets, the_same_fill_in_each_design_to_the_byte)
{
    struct options o = with(1 << 17);
    for (enum kind kind = 0; kind < KINDS; kind++) {
        struct version v;
        cr_assert(version_run(kind, &o, &v));
        cr_assert_eq(v.bytes[ROW_FILLED], expected[kind].filled);
        cr_assert_eq(v.bytes[ROW_DELETED], expected[kind].filled);
        cr_assert_eq(v.bytes[ROW_PRESIZED], expected[kind].presized);
        cr_assert_eq(v.bytes[ROW_CLEARED], expected[kind].presized);
        cr_assert_eq(v.bytes[ROW_DROPPED], 0);
        cr_assert_eq(v.bytes[ROW_SET] < v.bytes[ROW_PRESIZED], kind != GO124);
        cr_assert_eq(v.bytes_at[FILLS - 1], v.bytes[ROW_FILLED]);
        cr_assert(v.bytes[ROW_MOST] >= v.bytes[ROW_FILLED]);
        cr_assert_eq(v.ints.outside > 0, kind == GO123);
        cr_assert(v.tombstones > 0 || kind == GO123);
    }
}

Test(buckets, the_walks_find_what_the_maps_find)
{
    enum { KEYS = 3000 };
    struct options o = with(KEYS);
    for (enum kind kind = 0; kind < KINDS; kind++) {
        struct rig rig;
        uint64_t places = 0, keys = 0;
        cr_assert(rig_begin(&rig, kind, INTS, 0, &o) && rig_fill(&rig, 0, KEYS));
        rig_delete(&rig, 0, KEYS / 3);
        for (uint64_t key = 0; key < 2 * KEYS; key++)
            cr_assert_eq(probe_one(&rig, key, &places, &keys), rig_get(&rig, key) != NULL);
        cr_assert(places >= 2 * KEYS, "each looks at one or more");
        cr_assert(keys >= KEYS - KEYS / 3, "each hit compares its key");
        rig_end(&rig);
    }
}

/* A chain as long as the probe: the same places, whichever way they are found. */
Test(buckets, one_hash_for_all_keys_is_a_list_in_every_design)
{
    struct options o = with(ONE_HASH_ENTRIES);
    for (enum kind kind = 0; kind < KINDS; kind++) {
        struct rig rig;
        uint64_t width = kind == RUST ? HASHBROWN_WIDTH : BUCKET_CELLS;
        cr_assert(rig_begin(&rig, kind, ONE_HASH, 0, &o) && rig_fill(&rig, 0, ONE_HASH_ENTRIES));
        struct probing miss = probe_many(&rig, ONE_HASH_ENTRIES, 2 * ONE_HASH_ENTRIES);
        cr_assert(miss.most >= ONE_HASH_ENTRIES / width);
        cr_assert(miss.most <= ONE_HASH_ENTRIES / width + 1);
        cr_assert_float_eq(miss.keys, ONE_HASH_ENTRIES, 0.5);
        rig_end(&rig);
    }
}

/* What the fact sheet of the runtimes says of each sentence: "10?" is true, false, not asked. */
static const char *const verdicts[SAYING_GROUPS][MOST_SAYINGS] = {
    {"000", "110", "110", "001", "000", "101", "000"},
    {"100", "011", "011", "110", "000", "001"},
    {"001", "001", "000", "100", "001", "110", "001"},
    {"001", "101", "011", "100", "101", "100"},
};

static void check_saying(const struct saying *s, const char *verdict)
{
    struct options o = with(1 << 20);
    for (enum kind kind = 0; kind < KINDS; kind++) {
        struct answer a;
        cr_assert(saying_ask(s, kind, &o, &a));
        cr_assert_eq(a.holds, verdict[kind] == '1', "%s, design %d: %f", s->slug, kind, a.figure);
    }
}

Test(buckets, each_sentence_is_true_of_the_designs_that_the_sources_name)
{
    for (unsigned g = 0; g < SAYING_GROUPS; g++) {
        cr_assert(folklore[g].count <= MOST_SAYINGS);
        for (unsigned i = 0; i < folklore[g].count; i++) {
            cr_assert_not_null(verdicts[g][i], "%s", folklore[g].list[i].slug);
            check_saying(&folklore[g].list[i], verdicts[g][i]);
        }
    }
}

static char *drawn(const char *picture)
{
    struct options o = {.seed = 7, .picture = picture};
    char *text;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert(draw_picture(&o, out));
    fclose(out);
    return text;
}

Test(buckets, the_pictures_show_a_map_before_and_after_it_doubles)
{
    char *chain = drawn("chain"), *evacuation = drawn("evacuation");
    cr_assert_not_null(strstr(chain, "oldbuckets: none"));
    cr_assert_null(strstr(evacuation, "oldbuckets: none"));
    cr_assert_not_null(strstr(evacuation, "the old array"));
    free(chain);
    free(evacuation);
}

/* 20 MB: the small maps fit, the million entries do not. */
Test(buckets, refused_memory_is_reported)
{
    struct options o = {.keys = 1 << 20, .seed = 1, .limit_bytes = 20000000};
    struct life_step steps[LIVES];
    struct growth_step growth[MOMENTS];
    struct finish f;
    struct version v;
    uint64_t grown, after;
    for (enum kind kind = 0; kind < KINDS; kind++)
        cr_assert_not(version_run(kind, &o, &v), "design %d", kind);
    cr_assert_not(life_run(GO123, INTS, &o, steps));
    cr_assert_not(growth_run(&o, growth));
    cr_assert_not(finish_run(&o, ACCESS_DELETE, &f));
    o.limit_bytes = 1 << 14;
    struct cycle c[CYCLES];
    struct answer a;
    cr_assert_not(cycles_run(&o, c));
    cr_assert_not(growth_of_swiss(&o, &grown, &after));
    cr_assert_not(saying_ask(&folklore[0].list[0], GO123, &o, &a));
    cr_assert_not(buckets_for(&o, 10000, &grown));
}
