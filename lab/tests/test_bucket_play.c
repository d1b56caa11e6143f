/*
 * test_bucket_play.c - random scripts on Go 1.23's map, every kind of key, good hashes and bad.
 *
 * play.c does the checking, with memory refused and ranges open; here are the plans.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>

#include "hash/random.h"
#include "tests/play.h"

TestSuite(bucket_play, .timeout = 100);

struct plan {
    const char *kind;
    unsigned keys, steps, scripts;
    uint64_t hint;
    bool failures;
    uint64_t seed;
};

enum { MAX_STEPS = 600 };

static void play_plan(const struct plan *plan, struct play_tally *tally)
{
    static unsigned char script[MAX_STEPS * PLAY_STEP_BYTES];
    size_t bytes = plan->steps * (size_t)PLAY_STEP_BYTES;
    for (uint64_t i = 0; i < plan->scripts; i++) {
        struct play_setting setting = {.design = "go1.23", .kind = plan->kind,
                                       .hint = plan->hint, .seed = plan->seed + i,
                                       .keys = plan->keys, .failures = plan->failures};
        struct heap *h = heap_new(&(struct heap_config){
            .collector = i % 2 == 0 ? HEAP_COLLECT_WHEN_TOLD : HEAP_COLLECT_AT_ONCE,
            .junk = true,
        });
        cr_assert_not_null(h);
        struct random random = {.state = setting.seed};
        for (size_t at = 0; at < bytes; at++)
            script[at] = (unsigned char)random_next(&random);
        const char *why = play(&setting, script, bytes, h, tally);
        cr_assert_null(why, "%s (%u keys)", why, plan->keys);
        heap_delete(h);
    }
}

static const char *const kinds[] = {
    "u64", "u32", "str", "wide", "any", "f64", "elem128", "elem129", "key128", "key129",
    "both129", "set", "high", "deep",
};

ParameterizedTestParameters(bucket_play, agrees_with_the_reference)
{
    static unsigned places[sizeof kinds / sizeof kinds[0]];
    size_t count = sizeof places / sizeof places[0];
    for (unsigned i = 0; i < count; i++)
        places[i] = i;
    return cr_make_param_array(unsigned, places, count, NULL);
}

ParameterizedTest(unsigned *place, bucket_play, agrees_with_the_reference)
{
    const char *kind = kinds[*place];
    uint64_t seed = 100 * *place;
    const struct plan plans[] = {
        {kind, 10, 600, 20, 0, true, seed},       {kind, 40, 600, 10, 0, true, seed + 20},
        {kind, 300, 300, 4, 9, true, seed + 30},  {kind, 1500, 100, 1, 897, true, seed + 40},
    };
    struct play_tally tally = {0};
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
        play_plan(&plans[i], &tally);
    cr_expect(tally.bucket.first_buckets > 0 && tally.bucket.presized > 0);
    cr_expect(tally.bucket.doublings > 10 && tally.bucket.moved > 500);
    cr_expect(tally.bucket.spare_taken > 0 && tally.bucket.overflow_made > 0);
    cr_expect(tally.clears > 0 && tally.produced > 5000 && tally.replaced > 50);
}

Test(bucket_play, agrees_with_the_reference_for_tiny_keys)
{
    static const struct plan plans[] = {
        {"byte", 256, 600, 4, 0, true, 1020},     {"byte", 256, 600, 2, 100, false, 1040},
        {"byteset", 256, 600, 4, 0, true, 1060},  {"byteset", 20, 600, 4, 0, true, 1080},
        {"nothing", 1, 200, 8, 0, true, 1100},
    };
    struct play_tally tally = {0};
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
        play_plan(&plans[i], &tally);
    cr_expect(tally.bucket.doublings > 0 && tally.clears > 0);
}

/* All keys in one chain, or in few. */
Test(bucket_play, agrees_with_the_reference_under_bad_hashes)
{
    static const struct plan plans[] = {
        {"zero", 12, 600, 6, 0, true, 1120},      {"zero", 100, 600, 3, 0, true, 1140},
        {"ones", 12, 600, 6, 0, true, 1160},      {"ones", 100, 600, 3, 20, true, 1180},
        {"low7", 60, 600, 3, 0, true, 1200},      {"low7", 200, 400, 2, 0, true, 1220},
        {"zero129", 60, 600, 3, 0, true, 1240},   {"identity", 40, 600, 4, 0, true, 1300},
        {"identity", 1000, 100, 1, 0, true, 1320},
    };
    struct play_tally tally = {0};
    for (size_t i = 0; i < sizeof plans / sizeof plans[0]; i++)
        play_plan(&plans[i], &tally);
    cr_expect(tally.bucket.overflow_made > 50 && tally.refused > 5);
}
