/*
 * test_same_shape.c - the claims of chapter 17, each with its counterexamples.
 */
#include <criterion/criterion.h>

#include "same_shape.h"

TestSuite(same_shape, .timeout = 60);

enum { KEYS = 1 << 16, EACH = KEYS / RETRY_PART, SEED = PROGRAM_DEFAULT_SEED };
enum { LAST = TICKS - 1, HEIGHT_TICK = SPIKE_TO - 1 };

static const struct design *go_1_24(void)
{
    return design_versions[DESIGN_SWISS].design;
}

static struct day pool_day(struct pool_setting setting)
{
    struct day d;
    cr_assert(pool_run(setting, 0, &d));
    return d;
}

static struct day cache_day(unsigned version, enum cache_way way, uint64_t seed)
{
    struct day d;
    cr_assert(cache_run(design_versions[version].design, (struct cache_setting){.way = way}, KEYS,
                        seed, 0, &d));
    cr_assert_eq(d.missing, 0, "%lu good entries were not found", d.missing);
    return d;
}

static struct day retry_day(unsigned version, struct retry_setting setting, uint64_t seed)
{
    struct day d;
    cr_assert(retry_run(design_versions[version].design, setting, KEYS, seed, 0, &d));
    cr_assert_eq(d.missing, 0, "%lu messages were lost", d.missing);
    return d;
}

static const struct retry_setting
    kept_inline = {.way = RETRY_KEEP, .message_bytes = RETRY_INLINE},
    fresh_inline = {.way = RETRY_DRAINED, .message_bytes = RETRY_INLINE},
    cleared_inline = {.way = RETRY_CLEAR, .message_bytes = RETRY_INLINE},
    epochs_inline = {.way = RETRY_EPOCHS, .message_bytes = RETRY_INLINE},
    shrunk_inline = {.way = RETRY_SHRINK, .message_bytes = RETRY_INLINE},
    calm_inline = {.way = RETRY_KEEP, .message_bytes = RETRY_INLINE, .calm = true},
    fresh_stuck = {.way = RETRY_DRAINED, .message_bytes = RETRY_INLINE, .poison = true},
    epochs_stuck = {.way = RETRY_EPOCHS, .message_bytes = RETRY_INLINE, .poison = true},
    kept_outside = {.way = RETRY_KEEP, .message_bytes = RETRY_OUTSIDE},
    fresh_outside = {.way = RETRY_DRAINED, .message_bytes = RETRY_OUTSIDE},
    calm_outside = {.way = RETRY_KEEP, .message_bytes = RETRY_OUTSIDE, .calm = true};

/* The days without a spike, to which the fixes are held. */
static struct day calm_pool(void)
{
    return pool_day((struct pool_setting){.calm = true});
}

static struct day calm_cache(uint64_t seed)
{
    struct day d;
    cr_assert(cache_run(go_1_24(), (struct cache_setting){.calm = true}, KEYS, seed, 0, &d));
    cr_assert_eq(d.held[HEIGHT_TICK], KEYS / CACHE_RATIO);
    return d;
}

static struct day calm_retry(struct retry_setting setting, uint64_t seed)
{
    struct day d = retry_day(DESIGN_SWISS, setting, seed);
    cr_assert_eq(d.held[HEIGHT_TICK], EACH);
    return d;
}

/* --- pool-keeps-its-peak --- */

Test(same_shape, pool_keeps_its_peak)
{
    struct day kept = pool_day((struct pool_setting){0});
    struct day evicted = pool_day((struct pool_setting){.idle_ticks = POOL_IDLE});
    struct day calm = calm_pool();
    cr_assert_eq(kept.held[SPIKE_FROM - 1], POOL_QUIET);
    cr_assert_eq(kept.held[LAST], POOL_SPIKE);
    cr_assert_eq(evicted.held[LAST], POOL_QUIET);
    cr_assert(eviction_returns_the_peak(&kept, &evicted, &calm), "%lu B kept, %lu B with eviction",
              day_after(&kept), day_after(&evicted));
    cr_assert_eq(day_after(&evicted), day_after(&calm), "to the byte");
    cr_assert_eq(evicted.bytes[HEIGHT_TICK + POOL_IDLE - 1], day_height(&evicted), "not too early");
    cr_assert_eq(evicted.bytes[HEIGHT_TICK + POOL_IDLE], day_before(&evicted), "and on time");
}

Test(same_shape, pool_keeps_its_peak__beyond__peak_is_the_load)
{
    struct day kept = pool_day((struct pool_setting){.always_busy = true});
    struct day busy = pool_day((struct pool_setting){.idle_ticks = POOL_IDLE, .always_busy = true});
    cr_assert_not(eviction_returns_the_peak(&kept, &busy, &kept));
    for (unsigned tick = 0; tick < TICKS; tick++)
        cr_assert_eq(busy.bytes[tick], kept.bytes[tick]);
    cr_assert_eq(busy.made, POOL_SPIKE, "and nothing is opened twice");
}

/* The spike and every busy tick but those that follow it closely open the difference again. */
Test(same_shape, pool_keeps_its_peak__beyond__shorter_than_the_gap)
{
    struct day kept = pool_day((struct pool_setting){0});
    struct day hasty = pool_day((struct pool_setting){.idle_ticks = POOL_IMPATIENT});
    struct day calm = calm_pool();
    cr_assert_not(eviction_returns_the_peak(&kept, &hasty, &calm));
    cr_assert_eq(hasty.made, POOL_SPIKE + 5 * (POOL_QUIET - POOL_BETWEEN));
    cr_assert_eq(hasty.held[LAST], POOL_BETWEEN);
}

Test(same_shape, pool_keeps_its_peak__beyond__oldest_first)
{
    struct day kept = pool_day((struct pool_setting){0});
    struct pool_setting setting = {.idle_ticks = POOL_IDLE, .oldest_first = true};
    struct day round = pool_day(setting);
    struct day calm = calm_pool();
    cr_assert_not(eviction_returns_the_peak(&kept, &round, &calm));
    cr_assert_gt(day_after(&round), 2 * day_before(&round));
    cr_assert_eq(day_after(&round), round.bytes[HEIGHT_TICK + POOL_IDLE], "and it stays so");
}

/* The shortest idle time that opens nothing again is the gap between busy ticks. */
Test(same_shape, an_idle_time_below_the_gap_opens_again)
{
    for (unsigned ticks = 1; ticks < 12; ticks++) {
        struct day d = pool_day((struct pool_setting){.idle_ticks = ticks});
        if (ticks < POOL_EVERY)
            cr_assert_gt(d.made, POOL_SPIKE, "%u ticks", ticks);
        else
            cr_assert_eq(d.made, POOL_SPIKE, "%u ticks", ticks);
    }
}

/* A cap closes at once, whatever comes next. */
Test(same_shape, a_cap_returns_at_once_and_opens_again)
{
    struct day d = pool_day((struct pool_setting){.most_idle = POOL_MOST_IDLE});
    for (unsigned tick = 0; tick < TICKS; tick++)
        cr_assert_eq(d.held[tick], POOL_MOST_IDLE);
    cr_assert_gt(d.made, 5 * POOL_SPIKE);
}

/* No connection is lost, whatever the setting: the bytes are those of what is open. */
Test(same_shape, a_pools_bytes_are_its_connections)
{
    const struct pool_setting settings[] = {
        {0}, {.idle_ticks = 1}, {.idle_ticks = POOL_IDLE}, {.most_idle = 1},
        {.idle_ticks = POOL_IDLE, .oldest_first = true}, {.idle_ticks = 3, .most_idle = 30},
    };
    uint64_t each = heap_rounded(16384, HEAP_NOSCAN) * 2 + heap_rounded(40, HEAP_SCAN);
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++) {
        struct day d = pool_day(settings[i]);
        for (unsigned tick = 0; tick < TICKS; tick++)
            cr_assert_eq(d.bytes[tick], d.held[tick] * each, "setting %zu, tick %u", i, tick);
    }
}

/* --- expiry-is-not-compaction --- */

Test(same_shape, expiry_is_not_compaction)
{
    for (uint64_t seed = SEED; seed < SEED + 3; seed++) {
        struct day kept = cache_day(DESIGN_SWISS, CACHE_KEEP, seed);
        struct day rebuilt = cache_day(DESIGN_SWISS, CACHE_REBUILD, seed);
        cr_assert_eq(kept.held[HEIGHT_TICK], KEYS);
        cr_assert_eq(kept.held[LAST], KEYS / CACHE_RATIO);
        cr_assert_eq(rebuilt.held[LAST], KEYS / CACHE_RATIO);
        struct day calm = calm_cache(seed);
        cr_assert(compaction_returns_the_peak(&kept, &rebuilt, &calm), "%lu B kept, %lu B rebuilt",
                  day_after(&kept), day_after(&rebuilt));
        cr_assert_eq(day_after(&rebuilt), day_after(&calm), "to the byte");
        cr_assert_lt(day_after(&rebuilt), day_after(&kept) / 8);
        cr_assert_lt(rebuilt.moved, KEYS, "a rebuild comes after most entries are gone");
    }
}

Test(same_shape, expiry_is_not_compaction__beyond__rebuilt_at_the_height)
{
    struct day kept = cache_day(DESIGN_SWISS, CACHE_KEEP, SEED);
    struct day clock = cache_day(DESIGN_SWISS, CACHE_BY_CLOCK, SEED);
    struct day calm = calm_cache(SEED);
    cr_assert_not(compaction_returns_the_peak(&kept, &clock, &calm));
    cr_assert_eq(day_after(&clock), day_before(&clock), "it does come back");
    cr_assert_gt(clock.peak, 2 * day_height(&kept) - 1000, "with two maps at the worst moment");
    cr_assert_lt(kept.peak, 5 * day_height(&kept) / 4);
}

Test(same_shape, expiry_is_not_compaction__beyond__generations)
{
    struct day kept = cache_day(DESIGN_SWISS, CACHE_KEEP, SEED);
    struct day two = cache_day(DESIGN_SWISS, CACHE_GENERATIONS, SEED);
    struct day calm = calm_cache(SEED);
    cr_assert_not(compaction_returns_the_peak(&kept, &two, &calm));
    cr_assert_eq(two.moved, 0);
    cr_assert_lt(day_after(&two), day_height(&two) / 8, "it does come back");
    cr_assert_gt(day_height(&two), day_height(&kept), "it holds what has expired");
    cr_assert_gt(two.held[LAST], kept.held[LAST]);
}

/* --- acknowledged-is-not-returned --- */

Test(same_shape, acknowledged_is_not_returned)
{
    for (uint64_t seed = SEED; seed < SEED + 3; seed++) {
        struct day kept = retry_day(DESIGN_SWISS, kept_inline, seed);
        struct day fresh = retry_day(DESIGN_SWISS, fresh_inline, seed);
        cr_assert_eq(kept.held[HEIGHT_TICK], (SPIKE_TO - SPIKE_FROM + 1) * EACH);
        cr_assert_eq(kept.held[LAST], EACH);
        struct day calm = calm_retry(calm_inline, seed);
        cr_assert(fresh_buffer_returns_the_peak(&kept, &fresh, &calm), "%lu B kept, %lu B fresh",
                  day_after(&kept), day_after(&fresh));
        cr_assert_eq(day_after(&fresh), day_before(&fresh), "to the byte");
        cr_assert_eq(fresh.bytes[SPIKE_TO], day_before(&fresh), "at the first acknowledgements");
        cr_assert_eq(fresh.made, 2, "one more map, and not one each tick");
    }
}

Test(same_shape, acknowledged_is_not_returned__beyond__never_drained)
{
    struct day kept = retry_day(DESIGN_SWISS, kept_inline, SEED);
    struct day stuck = retry_day(DESIGN_SWISS, fresh_stuck, SEED);
    struct day calm = calm_retry(calm_inline, SEED);
    cr_assert_not(fresh_buffer_returns_the_peak(&kept, &stuck, &calm));
    cr_assert_eq(stuck.held[LAST], EACH + 1);
    cr_assert_eq(stuck.made, 1, "the event never comes");
    cr_assert(keeps_its_peak(&stuck));
}

Test(same_shape, acknowledged_is_not_returned__beyond__outside_the_slot)
{
    struct day kept = retry_day(DESIGN_SWISS, kept_outside, SEED);
    struct day fresh = retry_day(DESIGN_SWISS, fresh_outside, SEED);
    struct day calm = calm_retry(calm_outside, SEED);
    cr_assert(returns_the_peak(&fresh, &calm), "the fix is not what fails");
    cr_assert_not(fresh_buffer_returns_the_peak(&kept, &fresh, &calm));
    cr_assert_lt(day_after(&kept), day_height(&kept) / 4, "most of it comes back by itself");
    cr_assert_gt(day_after(&kept), day_before(&kept), "but not the table");
}

/* --- What the prose says beside the claims --- */

/* Epochs need no moment at which the buffer is empty: a stuck message holds its own epoch. */
Test(same_shape, an_epoch_is_all_that_a_stuck_message_holds)
{
    struct day free = retry_day(DESIGN_SWISS, epochs_inline, SEED);
    struct day stuck = retry_day(DESIGN_SWISS, epochs_stuck, SEED);
    cr_assert_eq(day_after(&free), day_before(&free));
    cr_assert_eq(day_after(&stuck), 2 * day_after(&free), "its map, and the last tick's");
    cr_assert_eq(stuck.made, TICKS);
}

/* The claims do not hang on the size: tables fill up and split at other moments in these. */
Test(same_shape, other_sizes_have_the_shape)
{
    const uint64_t sizes[] = {24454, 50000, 81328, 100000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct day kept, fixed, calm;
        cr_assert(cache_run(go_1_24(), (struct cache_setting){0}, sizes[i], SEED, 0, &kept));
        cr_assert(cache_run(go_1_24(), (struct cache_setting){.way = CACHE_REBUILD}, sizes[i], SEED,
                            0, &fixed));
        cr_assert(cache_run(go_1_24(), (struct cache_setting){.calm = true}, sizes[i], SEED, 0,
                            &calm));
        cr_assert(compaction_returns_the_peak(&kept, &fixed, &calm), "%lu entries", sizes[i]);
        cr_assert(retry_run(go_1_24(), kept_inline, sizes[i], SEED, 0, &kept));
        cr_assert(retry_run(go_1_24(), fresh_inline, sizes[i], SEED, 0, &fixed));
        cr_assert(retry_run(go_1_24(), calm_inline, sizes[i], SEED, 0, &calm));
        cr_assert(fresh_buffer_returns_the_peak(&kept, &fixed, &calm), "%lu entries", sizes[i]);
    }
}

/* A buffer that never holds more grows all the same, by tombstones: a release that prunes them
 * keeps its morning's bytes. */
Test(same_shape, tombstones_grow_a_calm_buffer)
{
    struct day keeps = calm_retry(calm_inline, SEED), prunes;
    cr_assert(retry_run(design_named("go1.25"), calm_inline, KEYS, SEED, 0, &prunes));
    cr_assert_gt(day_after(&keeps), day_before(&keeps));
    cr_assert_eq(day_after(&prunes), day_before(&prunes));
    cr_assert_eq(day_before(&prunes), day_before(&keeps));
}

/* A cleared map is an empty map of the same size. */
Test(same_shape, clearing_the_buffer_returns_nothing)
{
    struct day cleared = retry_day(DESIGN_SWISS, cleared_inline, SEED);
    cr_assert(keeps_its_peak(&cleared));
    cr_assert_eq(cleared.held[LAST], EACH);
}

/* The shape is that of all three maps: a quarter or less holds more than half of the height's
 * bytes; fixed, less than a fifth. */
Test(same_shape, all_three_maps_have_the_shape)
{
    for (unsigned version = 0; version < DESIGN_VERSIONS; version++) {
        struct day cache[] = {cache_day(version, CACHE_KEEP, SEED),
                              cache_day(version, CACHE_REBUILD, SEED)};
        struct day retry[] = {retry_day(version, kept_inline, SEED),
                              retry_day(version, fresh_inline, SEED)};
        cr_assert_eq(day_after(&cache[0]), day_height(&cache[0]), "version %u", version);
        cr_assert_lt(day_after(&cache[1]), day_height(&cache[1]) / 5, "version %u", version);
        cr_assert_gt(day_after(&retry[0]), day_height(&retry[0]) / 2, "version %u", version);
        cr_assert_lt(day_after(&retry[1]), day_height(&retry[1]) / 5, "version %u", version);
    }
}

/* Rust's shrink_to ends every tick at the bytes of the rebuild, and of the fresh buffer. */
Test(same_shape, shrinking_is_rebuilding)
{
    struct day rebuilt = cache_day(DESIGN_HASHBROWN, CACHE_REBUILD, SEED);
    struct day shrunk = cache_day(DESIGN_HASHBROWN, CACHE_SHRINK, SEED);
    struct day fresh = retry_day(DESIGN_HASHBROWN, fresh_inline, SEED);
    struct day floor = retry_day(DESIGN_HASHBROWN, shrunk_inline, SEED);
    for (unsigned tick = 0; tick < TICKS; tick++) {
        cr_assert_eq(shrunk.bytes[tick], rebuilt.bytes[tick], "tick %u", tick);
        cr_assert_eq(floor.bytes[tick], fresh.bytes[tick], "tick %u", tick);
    }
    cr_assert_eq(shrunk.moved, rebuilt.moved);
    cr_assert_lt(shrunk.made, rebuilt.made, "it is the same map");
}

/* A limit below what a day needs is told, wherever in the day it is met. */
Test(same_shape, refused_memory_is_reported)
{
    for (uint64_t limit = 1 << 14; limit <= 1 << 20; limit *= 2) {
        struct day d;
        cr_assert_not(pool_run((struct pool_setting){.idle_ticks = POOL_IDLE}, limit, &d));
        for (enum cache_way way = CACHE_KEEP; way < CACHE_SHRINK; way++)
            cr_assert_not(cache_run(go_1_24(), (struct cache_setting){.way = way}, KEYS, SEED,
                                    limit, &d));
        for (enum retry_way way = RETRY_KEEP; way < RETRY_SHRINK; way++) {
            struct retry_setting setting = {.way = way, .message_bytes = RETRY_INLINE};
            cr_assert_not(retry_run(go_1_24(), setting, KEYS, SEED, limit, &d));
        }
    }
}
