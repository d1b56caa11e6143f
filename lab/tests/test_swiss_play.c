/*
 * test_swiss_play.c - random scripts, every kind of map, good hashes and bad.
 *
 * play.c does the checking; here are the plans, and the proof that the scripts reached
 * what they are meant to reach.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "hash/random.h"
#include "tests/play.h"

TestSuite(swiss_play, .timeout = 100);

/* Scripts for one kind of map: over how many keys, how long, how many. */
struct plan {
    const char *kind;
    unsigned keys, steps, scripts;
    uint64_t hint;
    bool failures;
    uint64_t seed;                      /* of the first script; the next ones count on */
};

enum { MAX_STEPS = 600 };

static void fill_at_random(unsigned char *script, size_t bytes, uint64_t seed)
{
    struct random random = {.state = seed};
    for (size_t i = 0; i < bytes; i++)
        script[i] = (unsigned char)random_next(&random);
}

/* Plays one plan's scripts, each in a heap of its own, half of them without a collector at hand. */
static void play_plan(const struct plan *plan, struct play_tally *tally)
{
    static unsigned char script[MAX_STEPS * PLAY_STEP_BYTES];
    size_t bytes = plan->steps * (size_t)PLAY_STEP_BYTES;
    for (uint64_t i = 0; i < plan->scripts; i++) {
        uint64_t seed = plan->seed + i;
        struct play_setting setting = {.kind = plan->kind, .hint = plan->hint, .seed = seed,
                                       .keys = plan->keys, .failures = plan->failures};
        struct heap_config config = {
            .collector = seed % 2 == 0 ? HEAP_COLLECT_WHEN_TOLD : HEAP_COLLECT_AT_ONCE,
            .junk = true,
        };
        struct heap *h = heap_new(&config);
        cr_assert_not_null(h);
        fill_at_random(script, bytes, seed);
        const char *why = play(&setting, script, bytes, h, tally);
        cr_assert_null(why, "%s (%u keys)", why, plan->keys);
        heap_delete(h);
    }
}

static void play_plans(const struct plan *plans, size_t count, struct play_tally *tally)
{
    for (size_t i = 0; i < count; i++)
        play_plan(&plans[i], tally);
}

#define PLAY(plans, tally) play_plans(plans, sizeof(plans) / sizeof(plans)[0], tally)

/* --- Good hashes --- */

static void play_small_to_large(const char *kind, uint64_t seed, struct play_tally *tally)
{
    const struct plan plans[] = {
        {kind, 10, 600, 20, 0, true, seed},         /* small maps, to and fro */
        {kind, 40, 600, 10, 0, true, seed + 20},
        {kind, 300, 300, 4, 9, true, seed + 30},
        {kind, 1500, 150, 1, 897, false, seed + 40},
        {kind, 4000, 200, 2, 0, true, seed + 50},   /* splits */
    };
    PLAY(plans, tally);
}

static const char *const sound_kinds[] = {
    "u64", "u32", "str", "wide", "any", "f64", "elem128", "elem129", "key128", "key129",
    "both129", "set",
};

ParameterizedTestParameters(swiss_play, agrees_with_the_reference)
{
    static unsigned places[sizeof sound_kinds / sizeof sound_kinds[0]];
    size_t count = sizeof places / sizeof places[0];
    for (unsigned i = 0; i < count; i++)
        places[i] = i;
    return cr_make_param_array(unsigned, places, count, NULL);
}

ParameterizedTest(unsigned *place, swiss_play, agrees_with_the_reference)
{
    struct play_tally tally = {0};
    play_small_to_large(sound_kinds[*place], 100 * *place, &tally);
    cr_log_info("%s: %u checks, %u refused, %u produced, %u from replaced tables, %u twice, "
                "%u tombstones, %u clears, %u doublings, %u splits", sound_kinds[*place],
                (unsigned)tally.checks, (unsigned)tally.refused, (unsigned)tally.produced,
                (unsigned)tally.replaced, (unsigned)tally.twice, (unsigned)tally.tombstones,
                (unsigned)tally.clears, (unsigned)tally.events.doublings,
                (unsigned)tally.events.splits);
    cr_expect(tally.events.small_groups > 0 && tally.events.conversions > 0);
    cr_expect(tally.events.doublings > 10);
    cr_expect(tally.events.splits > 0 && tally.events.directories > 0);
    cr_expect(tally.events.presized_tables > 0);
    cr_expect(tally.clears > 0 && tally.tombstones > 100);
    cr_expect(tally.produced > 10000 && tally.replaced > 50);
    cr_expect(tally.checks > 10000, "%u checks", (unsigned)tally.checks);
}

/* A whole domain of one byte, and no byte at all. */
Test(swiss_play, agrees_with_the_reference_for_tiny_keys)
{
    static const struct plan plans[] = {
        {"byte", 256, 600, 4, 0, true, 1020},     {"byte", 256, 600, 2, 100, false, 1040},
        {"byteset", 256, 600, 4, 0, true, 1060},  {"byteset", 20, 600, 4, 0, true, 1080},
        {"nothing", 1, 200, 8, 0, true, 1100},
    };
    struct play_tally tally = {0};
    PLAY(plans, &tally);
    cr_expect(tally.events.doublings > 0 && tally.tombstones > 0 && tally.clears > 0);
}

/* --- Bad hashes --- */

/* All keys in one chain of groups: probes are long, groups full, tombstones many. */
Test(swiss_play, agrees_with_the_reference_under_constant_hashes)
{
    static const struct plan plans[] = {
        {"zero", 12, 600, 6, 0, true, 1120},  {"zero", 100, 600, 3, 0, true, 1140},
        {"ones", 12, 600, 6, 0, true, 1160},  {"ones", 100, 600, 3, 20, true, 1180},
        {"low7", 60, 600, 3, 0, true, 1200},  {"low7", 200, 400, 2, 0, true, 1220},
        {"zero129", 60, 600, 3, 0, true, 1240},
    };
    struct play_tally tally = {0};
    PLAY(plans, &tally);
    cr_expect(tally.tombstones > 500 && tally.replaced > 50 && tally.refused > 5);
}

/* Only the tables differ; only the groups; and a table that must split several times at once. */
Test(swiss_play, agrees_with_the_reference_under_one_sided_hashes)
{
    static const struct plan plans[] = {
        {"high", 60, 600, 3, 0, true, 1260},       {"high", 300, 200, 1, 0, true, 1280},
        {"identity", 40, 600, 4, 0, true, 1300},   {"identity", 2000, 200, 1, 0, true, 1320},
        {"deep", 100, 600, 2, 0, true, 1340},      {"deep", 4000, 250, 1, 0, true, 1360},
    };
    struct play_tally tally = {0};
    PLAY(plans, &tally);
    cr_expect(tally.tombstones > 1000 && tally.replaced > 30, "%u tombstones, %u replaced",
              (unsigned)tally.tombstones, (unsigned)tally.replaced);
    cr_expect(tally.events.splits > 5, "%u splits", (unsigned)tally.events.splits);
    cr_expect(tally.refused > 10, "%u refused", (unsigned)tally.refused);
}
