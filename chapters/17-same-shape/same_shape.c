/*
 * same_shape.c - chapter 17: one high-water mark in three small programs. The pages.
 *
 * Read        same_shape.h (what is tried), same_shape_pool.c, same_shape_cache.c and
 *             same_shape_retry.c (how; one at a time), this file (how it is shown).
 */
#include "same_shape.h"

#include <inttypes.h>
#include <stdio.h>

static const struct design *go_1_24(void)
{
    return design_versions[DESIGN_SWISS].design;
}

/* --- The pool --------------------------------------------------------------- */

enum { POOL_CALM, POOL_KEPT, POOL_EVICTED, POOL_SHORT, POOL_ROUND, POOL_BUSY_KEPT,
       POOL_BUSY, POOL_CAPPED, POOLS };

static const struct { const char *slug, *label; struct pool_setting setting; } pools[POOLS] = {
    [POOL_CALM] = {"calm", "no spike", {.calm = true}},
    [POOL_KEPT] = {"kept", "nothing is closed", {.idle_ticks = 0}},
    [POOL_EVICTED] = {"evicted", "idle for 6 ticks", {.idle_ticks = POOL_IDLE}},
    [POOL_SHORT] = {"short", "idle for 2 ticks", {.idle_ticks = POOL_IMPATIENT}},
    [POOL_ROUND] = {"round", "idle for 6, oldest first",
                    {.idle_ticks = POOL_IDLE, .oldest_first = true}},
    [POOL_BUSY_KEPT] = {"busy-kept", "nothing, always busy", {.always_busy = true}},
    [POOL_BUSY] = {"busy", "idle for 6, always busy",
                   {.idle_ticks = POOL_IDLE, .always_busy = true}},
    [POOL_CAPPED] = {"capped", "2 idle at most", {.most_idle = POOL_MOST_IDLE}},
};

static bool run_pools(const struct options *o, struct day days[POOLS])
{
    for (unsigned i = 0; i < POOLS; i++)
        if (!pool_run(pools[i].setting, o->limit_bytes, &days[i]))
            return false;
    return true;
}

static void print_pools(struct page *page, const struct day days[POOLS])
{
    page_text(page, "The pool. %d connections in use at once in the spike; before and after it %d "
                    "in every fourth tick and %d in the others. Bytes before the spike, at its "
                    "height and in the last tick; connections open then, and opened in all:",
              POOL_SPIKE, POOL_QUIET, POOL_BETWEEN);
    page_table(page, "pool",
               HEADS("what is closed", "before", "height", "after", "open", "opened"));
    for (unsigned i = 0; i < POOLS; i++)
        page_row(page, pools[i].slug, pools[i].label,
                 CELLS(exact(day_before(&days[i]), "B"), exact(day_height(&days[i]), "B"),
                       exact(day_after(&days[i]), "B"), exact(days[i].held[TICKS - 1], ""),
                       exact(days[i].made, "")));
    page_table_end(page);
}

/* The price of an idle time: what is opened, against the bytes of a mean tick. */
static const unsigned idle_times[] = {1, 2, 3, 4, 5, 6, 8, 12, 0};
enum { IDLE_TIMES = sizeof idle_times / sizeof idle_times[0] };

static bool run_idle_times(const struct options *o, struct day days[IDLE_TIMES])
{
    for (unsigned i = 0; i < IDLE_TIMES; i++)
        if (!pool_run((struct pool_setting){.idle_ticks = idle_times[i]}, o->limit_bytes, &days[i]))
            return false;
    return true;
}

static void print_idle_times(struct page *page, const struct day days[IDLE_TIMES])
{
    page_text(page, "The same pool by the idle time after which it closes a connection:");
    page_table(page, "idle", HEADS("ticks", "opened", "mean tick", "after"));
    for (unsigned i = 0; i < IDLE_TIMES; i++) {
        char slug[PAGE_NUMBER_BYTES] = "never";
        if (idle_times[i] > 0)
            snprintf(slug, sizeof slug, "%u", idle_times[i]);
        page_row(page, slug, slug, CELLS(exact(days[i].made, ""), exact(day_mean(&days[i]), "B"),
                                         exact(day_after(&days[i]), "B")));
    }
    page_table_end(page);
}

static void judge_pools(struct page *page, const struct day days[POOLS])
{
    const char *id = "pool-keeps-its-peak";
    const struct day *kept = &days[POOL_KEPT], *evicted = &days[POOL_EVICTED];
    const struct day *idle_2 = &days[POOL_SHORT], *round = &days[POOL_ROUND],
                     *busy = &days[POOL_BUSY], *busy_kept = &days[POOL_BUSY_KEPT],
                     *calm = &days[POOL_CALM];
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    page_claim(page, id, eviction_returns_the_peak(kept, evicted, calm),
               "%s B in the last tick, %s B with eviction, %s B had there been no spike; %" PRIu64
               " connections opened, %" PRIu64 " with eviction", page_number(a, day_after(kept)),
               page_number(b, day_after(evicted)), page_number(c, day_after(calm)), kept->made,
               evicted->made);
    page_beyond(page, id, "peak-is-the-load",
                !eviction_returns_the_peak(busy_kept, busy, busy_kept),
                "all are in use in every tick: %s B in the last one",
                page_number(a, day_after(busy)));
    page_beyond(page, id, "shorter-than-the-gap", !eviction_returns_the_peak(kept, idle_2, calm),
                "%" PRIu64 " connections opened in place of %" PRIu64, idle_2->made, kept->made);
    page_beyond(page, id, "oldest-first", !eviction_returns_the_peak(kept, round, calm),
                "%s B without a spike, %s B after it: each is used often enough",
                page_number(a, day_after(calm)), page_number(b, day_after(round)));
}

/* --- The cache and the retry buffer ----------------------------------------- */

enum { CACHE_CALM = CACHE_SHRINK, CACHES };     /* Rust's way is not among them */

static const struct { const char *slug, *label; } cache_ways[CACHE_WAYS] = {
    [CACHE_KEEP] = {"kept", "expired entries deleted"},
    [CACHE_REBUILD] = {"rebuilt", "rebuilt when too large"},
    [CACHE_BY_CLOCK] = {"clock", "rebuilt every 7 ticks"},
    [CACHE_GENERATIONS] = {"generations", "two generations"},
    [CACHE_SHRINK] = {"shrunk", "shrink_to when too large"},
};

enum { RETRY_CALM, RETRY_KEPT, RETRY_FRESH, RETRY_CLEARED, RETRY_EPOCH, RETRY_POISONED,
       RETRY_POISONED_EPOCH, RETRY_KEPT_OUTSIDE, RETRY_FRESH_OUTSIDE, RETRIES };

static const struct { const char *slug, *label; struct retry_setting setting; } retries[RETRIES] = {
    [RETRY_CALM] = {"calm", "no outage",
                    {.way = RETRY_KEEP, .message_bytes = RETRY_INLINE, .calm = true}},
    [RETRY_KEPT] = {"kept", "messages deleted", {.way = RETRY_KEEP, .message_bytes = RETRY_INLINE}},
    [RETRY_FRESH] = {"fresh", "fresh when drained",
                     {.way = RETRY_DRAINED, .message_bytes = RETRY_INLINE}},
    [RETRY_CLEARED] = {"cleared", "cleared when drained",
                       {.way = RETRY_CLEAR, .message_bytes = RETRY_INLINE}},
    [RETRY_EPOCH] = {"epochs", "a map a tick",
                     {.way = RETRY_EPOCHS, .message_bytes = RETRY_INLINE}},
    [RETRY_POISONED] = {"stuck", "fresh, one message stuck",
                        {.way = RETRY_DRAINED, .message_bytes = RETRY_INLINE, .poison = true}},
    [RETRY_POISONED_EPOCH] = {"stuck-epochs", "a map a tick, one stuck",
                              {.way = RETRY_EPOCHS, .message_bytes = RETRY_INLINE, .poison = true}},
    [RETRY_KEPT_OUTSIDE] = {"outside", "deleted, 256 bytes each",
                            {.way = RETRY_KEEP, .message_bytes = RETRY_OUTSIDE}},
    [RETRY_FRESH_OUTSIDE] = {"outside-fresh", "fresh, 256 bytes each",
                             {.way = RETRY_DRAINED, .message_bytes = RETRY_OUTSIDE}},
};

static bool run_caches(const struct options *o, struct day days[CACHES])
{
    for (enum cache_way way = CACHE_KEEP; way < CACHE_SHRINK; way++)
        if (!cache_run(go_1_24(), (struct cache_setting){.way = way}, o->keys, o->seed,
                       o->limit_bytes, &days[way]))
            return false;
    return cache_run(go_1_24(), (struct cache_setting){.calm = true}, o->keys, o->seed,
                     o->limit_bytes, &days[CACHE_CALM]);
}

static bool run_retries(const struct options *o, struct day days[RETRIES])
{
    for (unsigned i = 0; i < RETRIES; i++)
        if (!retry_run(go_1_24(), retries[i].setting, o->keys, o->seed, o->limit_bytes, &days[i]))
            return false;
    return true;
}

static void cache_row(struct page *page, const char *slug, const char *label, const struct day *d)
{
    page_row(page, slug, label,
             CELLS(exact(day_before(d), "B"), exact(day_height(d), "B"), exact(day_after(d), "B"),
                   exact(d->held[TICKS - 1], ""), exact(d->peak, "B"), exact(d->moved, "")));
}

static void print_caches(struct page *page, const struct options *o, const struct day days[])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "The cache. %s entries good at the height of the spike, a sixteenth of that "
                    "before and after it. Entries held in the last tick, the most bytes at any "
                    "moment, and entries that the fix copied:", page_number(number, o->keys));
    page_table(page, "cache",
               HEADS("way", "before", "height", "after", "held", "peak", "copied"));
    cache_row(page, "calm", "no spike", &days[CACHE_CALM]);
    for (enum cache_way way = CACHE_KEEP; way < CACHE_SHRINK; way++)
        cache_row(page, cache_ways[way].slug, cache_ways[way].label, &days[way]);
    page_table_end(page);
}

static void print_retries(struct page *page, const struct options *o, const struct day days[])
{
    page_text(page, "The retry buffer. %" PRIu64 " messages in each tick, acknowledged in the "
                    "next; during the spike nobody acknowledges. Messages of %d bytes, in their "
                    "slots:",
              o->keys / RETRY_PART, RETRY_INLINE);
    page_table(page, "retry", HEADS("way", "before", "height", "after", "held", "maps"));
    for (unsigned i = 0; i < RETRIES; i++)
        page_row(page, retries[i].slug, retries[i].label,
                 CELLS(exact(day_before(&days[i]), "B"), exact(day_height(&days[i]), "B"),
                       exact(day_after(&days[i]), "B"), exact(days[i].held[TICKS - 1], ""),
                       exact(days[i].made, "")));
    page_table_end(page);
}

static void judge_caches(struct page *page, const struct day days[])
{
    const char *id = "expiry-is-not-compaction";
    const struct day *kept = &days[CACHE_KEEP], *rebuilt = &days[CACHE_REBUILD],
                     *clock = &days[CACHE_BY_CLOCK], *two = &days[CACHE_GENERATIONS],
                     *calm = &days[CACHE_CALM];
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    page_claim(page, id, compaction_returns_the_peak(kept, rebuilt, calm),
               "%s B in the last tick, %s B with rebuilds, %s B had there been no spike",
               page_number(a, day_after(kept)), page_number(b, day_after(rebuilt)),
               page_number(c, day_after(calm)));
    page_beyond(page, id, "rebuilt-at-the-height", !compaction_returns_the_peak(kept, clock, calm),
                "%s B at the worst moment, %s B without any rebuild", page_number(a, clock->peak),
                page_number(b, kept->peak));
    page_beyond(page, id, "generations", !compaction_returns_the_peak(kept, two, calm),
                "%s B in the last tick, but %s B at the height: entries are held for longer",
                page_number(a, day_after(two)), page_number(b, day_height(two)));
}

static void judge_retries(struct page *page, const struct day days[])
{
    const char *id = "acknowledged-is-not-returned";
    const struct day *kept = &days[RETRY_KEPT], *fresh = &days[RETRY_FRESH],
                     *stuck = &days[RETRY_POISONED], *outside = &days[RETRY_KEPT_OUTSIDE],
                     *outside_fresh = &days[RETRY_FRESH_OUTSIDE], *calm = &days[RETRY_CALM];
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    page_claim(page, id, fresh_buffer_returns_the_peak(kept, fresh, calm),
               "%s B in the last tick, %s B with a fresh map, %s B had there been no outage",
               page_number(a, day_after(kept)), page_number(b, day_after(fresh)),
               page_number(c, day_after(calm)));
    page_beyond(page, id, "never-drained", !fresh_buffer_returns_the_peak(kept, stuck, calm),
                "one message is never acknowledged: %s B in the last tick",
                page_number(a, day_after(stuck)));
    page_beyond(page, id, "outside-the-slot",
                !fresh_buffer_returns_the_peak(outside, outside_fresh, outside_fresh),
                "messages of %d bytes: %s B at the height, %s B in the last tick without any fix",
                RETRY_OUTSIDE, page_number(a, day_height(outside)),
                page_number(b, day_after(outside)));
}

/* --- Over time -------------------------------------------------------------- */

static void print_memory(struct page *page, const struct day pool[], const struct day cache[],
                         const struct day retry[])
{
    page_text(page, "Memory at the end of each tick, without and with the fix. The spike is ticks "
                    "%d to %d:", SPIKE_FROM, SPIKE_TO - 1);
    page_table(page, "memory", HEADS("tick", "pool kept", "evicted", "cache kept", "rebuilt",
                                     "retry kept", "fresh"));
    for (unsigned tick = 0; tick < TICKS; tick++) {
        char slug[PAGE_NUMBER_BYTES];
        snprintf(slug, sizeof slug, "%u", tick);
        page_row(page, slug, slug,
                 CELLS(exact(pool[POOL_KEPT].bytes[tick], "B"),
                       exact(pool[POOL_EVICTED].bytes[tick], "B"),
                       exact(cache[CACHE_KEEP].bytes[tick], "B"),
                       exact(cache[CACHE_REBUILD].bytes[tick], "B"),
                       exact(retry[RETRY_KEPT].bytes[tick], "B"),
                       exact(retry[RETRY_FRESH].bytes[tick], "B")));
    }
    page_table_end(page);
}

static bool retain(const struct options *o, struct page *page)
{
    struct day pool[POOLS], idle[IDLE_TIMES], cache[CACHES], retry[RETRIES];
    if (!run_pools(o, pool) || !run_idle_times(o, idle) || !run_caches(o, cache)
        || !run_retries(o, retry))
        return false;
    print_memory(page, pool, cache, retry);
    print_pools(page, pool);
    print_idle_times(page, idle);
    print_caches(page, o, cache);
    print_retries(page, o, retry);
    judge_pools(page, pool);
    judge_caches(page, cache);
    judge_retries(page, retry);
    return true;
}

/* --- Versions --------------------------------------------------------------- */

static const char *const version_labels[DESIGN_VERSIONS] = {"Go 1.23", "Go 1.24", "Rust"};

static const struct { enum retry_way way; const char *slug, *label; } version_retries[] = {
    {RETRY_KEEP, "kept", "messages deleted"},
    {RETRY_DRAINED, "fresh", "fresh when drained"},
    {RETRY_EPOCHS, "epochs", "a map a tick"},
    {RETRY_SHRINK, "shrunk", "shrink_to when drained"},
};
enum { VERSION_RETRIES = sizeof version_retries / sizeof version_retries[0] };

static void map_row(struct page *page, const char *slug, const char *label, const struct day *d)
{
    page_row(page, slug, label,
             CELLS(exact(day_before(d), "B"), exact(day_height(d), "B"), exact(day_after(d), "B"),
                   exact(d->peak, "B"), exact(d->moved, ""), exact(d->made, "")));
}

/* A row of one of the three maps. */
static void version_row(struct page *page, unsigned version, const char *slug, const char *label,
                        const struct day *d)
{
    char row_slug[48], row_label[64];
    snprintf(row_slug, sizeof row_slug, "%s-%s", design_versions[version].slug, slug);
    snprintf(row_label, sizeof row_label, "%s, %s", version_labels[version], label);
    map_row(page, row_slug, row_label, d);
}

static void open_version_table(struct page *page, const char *name)
{
    page_table(page, name, HEADS("map", "before", "height", "after", "peak", "copied", "maps"));
}

/* Shrinking is a verb of Rust's map. */
static bool has_way(unsigned version, bool shrinks)
{
    return !shrinks || version == DESIGN_HASHBROWN;
}

static bool cache_versions(const struct options *o, struct page *page)
{
    struct day d;
    page_text(page, "The cache in three maps:");
    open_version_table(page, "cache");
    for (unsigned version = 0; version < DESIGN_VERSIONS; version++)
        for (enum cache_way way = CACHE_KEEP; way < CACHE_WAYS; way++) {
            if (way == CACHE_BY_CLOCK || !has_way(version, way == CACHE_SHRINK))
                continue;
            if (!cache_run(design_versions[version].design, (struct cache_setting){.way = way},
                           o->keys, o->seed, o->limit_bytes, &d))
                return false;
            version_row(page, version, cache_ways[way].slug, cache_ways[way].label, &d);
        }
    page_table_end(page);
    return true;
}

/* A day without an outage, in the map that keeps tombstones and in the one that prunes them. */
static bool calm_releases(const struct options *o, struct page *page)
{
    const struct retry_setting calm = {.way = RETRY_KEEP, .message_bytes = RETRY_INLINE,
                                       .calm = true};
    struct day d;
    if (!retry_run(go_1_24(), calm, o->keys, o->seed, o->limit_bytes, &d))
        return false;
    map_row(page, "calm-1-24", "Go 1.24, no outage", &d);
    if (!retry_run(design_named("go1.25"), calm, o->keys, o->seed, o->limit_bytes, &d))
        return false;
    map_row(page, "calm-1-25", "Go 1.25, no outage", &d);
    return true;
}

static bool retry_versions(const struct options *o, struct page *page)
{
    struct day d;
    page_text(page, "The retry buffer in three maps:");
    open_version_table(page, "retry");
    for (unsigned version = 0; version < DESIGN_VERSIONS; version++)
        for (unsigned i = 0; i < VERSION_RETRIES; i++) {
            struct retry_setting setting = {.way = version_retries[i].way,
                                            .message_bytes = RETRY_INLINE};
            if (!has_way(version, setting.way == RETRY_SHRINK))
                continue;
            if (!retry_run(design_versions[version].design, setting, o->keys, o->seed,
                           o->limit_bytes, &d))
                return false;
            version_row(page, version, version_retries[i].slug, version_retries[i].label, &d);
        }
    if (!calm_releases(o, page))
        return false;
    page_table_end(page);
    return true;
}

static bool versions(const struct options *o, struct page *page)
{
    return cache_versions(o, page) && retry_versions(o, page);
}

/* --- The program ------------------------------------------------------------ */

enum { LEAST_KEYS = 1024 };

static bool check_keys(const struct target *target, const struct options *options,
                       char why[PROGRAM_WHY_BYTES])
{
    if (options->keys >= LEAST_KEYS)
        return true;
    snprintf(why, PROGRAM_WHY_BYTES, "%s needs --keys of %d or more, so that a quiet tick has some",
             target->name, LEAST_KEYS);
    return false;
}

static const struct target targets[] = {
    {"retain", "a pool, a cache and a retry buffer after a spike, without and with their fixes",
     retain, 1 << 16, 1 << 20},
    {"versions", "the cache and the buffer on Go 1.23's, Go 1.24's and Rust's map", versions,
     1 << 16, 1 << 20},
    {0},
};

const struct program program = {
    .name = "17-same-shape",
    .title = "Pools, caches, retry buffers",
    .targets = targets,
    .designs = (const char *const[]){"go1.24", NULL},
    .check = check_keys,
};
