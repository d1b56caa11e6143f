/*
 * test_hashbrown_play.c - random scripts on Rust's map, every kind of key, good hashes and bad.
 *
 * play.c and play_hashbrown.c do the checking; here are the plans, and the proof that the
 * scripts reached what they are meant to reach.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "hash/random.h"
#include "tests/play.h"

TestSuite(hashbrown_play, .timeout = 100);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum { MAX_STEPS = 4000 };

static unsigned char script[MAX_STEPS * PLAY_STEP_BYTES];

static void play_script(const struct play_setting *setting, size_t steps, struct play_tally *tally)
{
    struct heap *h = heap_new(&(struct heap_config){.junk = true});
    cr_assert_not_null(h);
    const char *why = play(setting, script, steps * PLAY_STEP_BYTES, h, tally);
    cr_assert_null(why, "%s (%u keys)", why, setting->keys);
    heap_delete(h);
}

struct plan {
    const char *kind;
    unsigned keys, steps, scripts;
    uint64_t hint, seed;
};

static void play_plan(const struct plan *plan, struct play_tally *tally)
{
    for (uint64_t i = 0; i < plan->scripts; i++) {
        struct play_setting setting = {.design = "rust", .kind = plan->kind, .hint = plan->hint,
                                       .seed = plan->seed + i, .keys = plan->keys,
                                       .failures = true};
        struct random random = {.state = setting.seed};
        for (size_t at = 0; at < plan->steps * PLAY_STEP_BYTES; at++)
            script[at] = (unsigned char)random_next(&random);
        play_script(&setting, plan->steps, tally);
    }
}

static const char *const kinds[] = {
    "u64", "u32", "str", "wide", "any", "f64", "set", "elem128", "key128", "both129", "key3",
    "three", "zero", "ones", "low7", "high", "identity",
};

ParameterizedTestParameters(hashbrown_play, agrees_with_the_reference)
{
    static unsigned places[COUNT(kinds)];
    for (unsigned i = 0; i < COUNT(kinds); i++)
        places[i] = i;
    return cr_make_param_array(unsigned, places, COUNT(kinds), NULL);
}

ParameterizedTest(unsigned *place, hashbrown_play, agrees_with_the_reference)
{
    const char *kind = kinds[*place];
    uint64_t seed = 100 * *place;
    const struct plan plans[] = {
        {kind, 10, 600, 15, 0, seed},      {kind, 20, 400, 10, 9, seed + 20},
        {kind, 60, 600, 6, 0, seed + 40},  {kind, 300, 300, 3, 100, seed + 60},
        {kind, 1500, 60, 1, 0, seed + 80},
    };
    struct play_tally tally = {0};
    for (size_t i = 0; i < COUNT(plans); i++)
        play_plan(&plans[i], &tally);
    cr_log_info("%s: %u checks, %u refused, %u produced, %u tombstones, %u clears, %u resizes, "
                "%u sweeps, %u shrinks", kind, (unsigned)tally.checks, (unsigned)tally.refused,
                (unsigned)tally.produced, (unsigned)tally.tombstones, (unsigned)tally.clears,
                (unsigned)tally.hashbrown.resizes, (unsigned)tally.hashbrown.rehashes,
                (unsigned)tally.hashbrown.shrinks);
    cr_expect(tally.checks > 10000 && tally.produced > 5000);
    cr_expect(tally.refused > 10 && tally.clears > 5);
    cr_expect(tally.hashbrown.shrinks > 50 && tally.hashbrown.resizes > 100);
    cr_expect(tally.tombstones > 100);
}

Test(hashbrown_play, agrees_with_the_reference_for_tiny_keys)
{
    static const struct plan plans[] = {
        {"byte", 256, 600, 4, 0, 2000},    {"byte", 256, 600, 2, 100, 2020},
        {"byteset", 256, 600, 4, 0, 2040}, {"byteset", 20, 600, 6, 0, 2060},
        {"nothing", 1, 200, 8, 0, 2080},
    };
    struct play_tally tally = {0};
    for (size_t i = 0; i < COUNT(plans); i++)
        play_plan(&plans[i], &tally);
    cr_expect(tally.tombstones > 50 && tally.clears > 5);
    cr_expect(tally.hashbrown.shrinks > 50 && tally.hashbrown.resizes > 50);
}

/* --- Churn --- */

static size_t write_step(size_t at, bool put, unsigned number)
{
    unsigned char *step = script + at * PLAY_STEP_BYTES;
    step[0] = put ? 0 : 11;             /* play.c: do_step */
    step[1] = (unsigned char)number;
    step[2] = (unsigned char)(number >> 8);
    step[3] = (unsigned char)at;
    return at + 1;
}

/* Filled to its limit, drained to half of it, then one out for one in: the tombstones must be
 * swept, and the table does not grow. */
Test(hashbrown_play, churn_sweeps_and_does_not_grow)
{
    enum { LIMIT = 112, KEPT = 56, KEYS = 3000, TURNS = 1800 };
    for (size_t kind = 0; kind < COUNT(kinds); kind++) {
        size_t steps = 0;
        for (unsigned n = 0; n < LIMIT; n++)
            steps = write_step(steps, true, n);
        for (unsigned n = 0; n < LIMIT - KEPT; n++)
            steps = write_step(steps, false, n);
        for (unsigned n = 0; n < TURNS; n++) {
            steps = write_step(steps, false, (LIMIT - KEPT + n) % KEYS);
            steps = write_step(steps, true, (LIMIT + n) % KEYS);
        }
        struct play_setting setting = {.design = "rust", .kind = kinds[kind], .hint = LIMIT,
                                       .seed = kind, .keys = KEYS};
        struct play_tally tally = {0};
        play_script(&setting, steps, &tally);
        cr_expect_eq(tally.hashbrown.resizes, 0, "%s grew", kinds[kind]);
        cr_expect(tally.hashbrown.rehashes > 0 && tally.tombstones > 50, "%s: %u sweeps",
                  kinds[kind], (unsigned)tally.hashbrown.rehashes);
    }
}
