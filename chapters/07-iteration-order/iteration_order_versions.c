/*
 * iteration_order_versions.c - the order of three maps: who draws a start, who is seeded only.
 *
 * Go draws for every range: a bucket and a cell in it (1.23), a directory entry and a slot (1.24).
 * Rust draws nothing for a range and walks from the first control byte to the last; what differs
 * from map to map is the seed of the hash, and with it where the entries lie.
 */
#include "iteration_order.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "hash/hash.h"
#include "swiss/swiss_u64.h"

/* --- Maps and ranges ------------------------------------------------------ */

static struct heap *new_heap(const struct setting *setting)
{
    return heap_new(&(struct heap_config){.limit_bytes = setting->limit_bytes,
                                          .collector = HEAP_COLLECT_AT_ONCE});
}

/* A map of the keys 1 to `keys`; freeing its heap is the caller's in both cases. */
static bool fill(struct any_map *m, struct heap *h, const struct design_version *version,
                 uint64_t keys, uint64_t seed)
{
    return any_map_init(m, version->design, &swiss_u64_type, h, 0, seed)
        && design_version_fill(version, m, 1, keys + 1);
}

static uint64_t key_of(const struct any_iter *it)
{
    uint64_t key;
    memcpy(&key, it->key, sizeof key);
    return key;
}

static uint64_t first_key(struct any_map *m)
{
    struct any_iter it;
    m->design->iter_start(m, &it);
    uint64_t key = m->design->iter_next(&it) ? key_of(&it) : 0;
    m->design->iter_end(&it);
    return key;
}

/* A whole range, folded into one number; *first: its first key. */
static uint64_t order_of(struct any_map *m, uint64_t *first)
{
    struct any_iter it;
    uint64_t order = *first = 0;
    m->design->iter_start(m, &it);
    while (m->design->iter_next(&it)) {
        *first = *first == 0 ? key_of(&it) : *first;
        order = hash_mix(order ^ HASH_K0, key_of(&it) ^ HASH_K1);
    }
    m->design->iter_end(&it);
    return order;
}

static uint64_t distinct_of(const uint64_t of[RANGES_SHOWN])
{
    uint64_t distinct = 0;
    for (unsigned i = 0; i < RANGES_SHOWN; i++) {
        unsigned before = 0;
        while (before < i && of[before] != of[i])
            before++;
        distinct += before == i;
    }
    return distinct;
}

/* --- Where ranges start --------------------------------------------------- */

/* Entries that lie behind the first bucket of their chain. */
static uint64_t entries_behind(const struct any_map *m)
{
    if (m->design != design_versions[DESIGN_BUCKETS].design)
        return 0;
    const struct bucket_header *header = m->as.bucket.header;
    uint64_t behind = 0;
    assert(!bucket_growing(header));
    for (uint64_t n = 0; n < bucket_count(header->log_buckets); n++) {
        unsigned char *b = bucket_next(m->type, bucket_at(m->type, header->buckets, n));
        for (; b != NULL; b = bucket_next(m->type, b))
            for (unsigned i = 0; i < BUCKET_CELLS; i++)
                behind += b[i] >= BUCKET_MIN_TOP;
    }
    return behind;
}

static bool starts_of_one(struct any_map *m, struct version_starts *r)
{
    uint64_t orders[RANGES_SHOWN];
    bool *seen = calloc(r->entries + 1, sizeof *seen);
    if (seen == NULL)
        return false;
    for (unsigned i = 0; i < RANGES_SHOWN; i++)
        orders[i] = order_of(m, &r->first[i]);
    r->distinct = distinct_of(r->first);
    r->orders = distinct_of(orders);
    r->ranges = RANGES_FOR_EACH * m->design->slots(m);
    for (uint64_t i = 0; i < r->ranges; i++) {
        bool *came = &seen[first_key(m)];
        r->came_first += !*came;
        *came = true;
    }
    r->behind = entries_behind(m);
    free(seen);
    return true;
}

bool version_starts_run(const struct setting *setting, const struct design_version *version,
                        uint64_t keys, struct version_starts *r)
{
    struct heap *h = new_heap(setting);
    struct any_map m;
    *r = (struct version_starts){.entries = keys};
    bool done = h != NULL && fill(&m, h, version, keys, setting->seed) && starts_of_one(&m, r);
    for (unsigned i = 0; done && i < RANGES_SHOWN; i++) {
        done = fill(&m, h, version, keys, setting->seed + 1 + i);
        if (done)
            r->of_maps[i] = first_key(&m);
    }
    if (done)
        r->distinct_of_maps = distinct_of(r->of_maps);
    heap_delete(h);                     /* with the maps in it */
    return done;
}

bool same_seed_run(const struct setting *setting, const struct design_version *version,
                   uint64_t keys, bool *same)
{
    struct heap *h = new_heap(setting);
    struct any_map one, other;
    uint64_t first;
    bool done = h != NULL && fill(&one, h, version, keys, setting->seed)
             && fill(&other, h, version, keys, setting->seed);
    if (done) {
        first_key(&one);                /* a range more over one of them */
        *same = order_of(&one, &first) == order_of(&other, &first);
    }
    heap_delete(h);
    return done;
}

bool ranges_start_apart(const struct version_starts *r)
{
    return r->distinct >= 2;
}

bool maps_start_apart(const struct version_starts *r)
{
    return r->distinct_of_maps >= 2;
}

/* --- What Rust forbids ---------------------------------------------------- */

/* Does it; false: no memory. */
static bool change_rust(struct any_map *m, enum forbidden change, uint64_t keys, uint64_t *elem)
{
    const struct design_version *version = &design_versions[DESIGN_HASHBROWN];
    if (change == FORBIDDEN_DELETE)
        version->del(m, keys);
    if (change == FORBIDDEN_CLEAR)
        version->clear(m);
    if (change == ALLOWED_ELEM)
        *elem += 1;
    if (change == FORBIDDEN_GROWTH)
        return design_version_fill(version, m, keys + 1, 4 * keys + 1);
    return change != FORBIDDEN_PUT || design_version_fill(version, m, keys + 1, keys + 2);
}

bool forbidden_run(const struct setting *setting, uint64_t keys, bool noticed[FORBIDDEN_CHANGES])
{
    struct heap *h = new_heap(setting);
    bool done = h != NULL;
    for (enum forbidden change = 0; done && change < FORBIDDEN_CHANGES; change++) {
        struct any_map m;
        struct any_iter it;
        done = fill(&m, h, &design_versions[DESIGN_HASHBROWN], keys, setting->seed);
        if (!done)
            break;
        m.design->iter_start(&m, &it);
        m.design->iter_next(&it);
        done = change_rust(&m, change, keys, it.elem);
        noticed[change] = !hashbrown_iter_unchanged(&it.as.hashbrown);
    }
    heap_delete(h);
    return done;
}

/* --- The page: starts ------------------------------------------------------ */

static const uint64_t sizes[SIZES] = {SMALL_KEYS, TABLE_KEYS, FULL_KEYS};
static const char *const size_slugs[SIZES] = {"small", "middle", "full"};
static const char *const labels[DESIGN_VERSIONS] = {"Go 1.23", "Go 1.24", "Rust"};

struct three {
    struct version_starts starts[DESIGN_VERSIONS][SIZES];
    struct watched watched[DESIGN_VERSIONS][SIZES][CHANGES];
    bool noticed[SIZES][FORBIDDEN_CHANGES];
    bool same_seed;
};

static void print_sixteen(struct page *page, const char *label, const uint64_t first[RANGES_SHOWN])
{
    char line[RANGES_SHOWN * 8] = "", *at = line;
    for (unsigned i = 0; i < RANGES_SHOWN; i++)
        at += snprintf(at, 8, "%s%" PRIu64, i > 0 ? " " : "", first[i]);
    page_line(page, "%-17s %s", label, line);
}

static void print_firsts(struct page *page, const struct three *t)
{
    page_text(page, "The first key of sixteen ranges over one map of %d entries; and, for Rust, of "
                    "one range over each of sixteen maps with the same entries:", TABLE_KEYS);
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        print_sixteen(page, labels[i], t->starts[i][1].first);
    print_sixteen(page, "Rust, 16 maps", t->starts[DESIGN_HASHBROWN][1].of_maps);
    page_line(page, "%s", "");
}

static void print_starts(struct page *page, const struct three *t)
{
    char slug[48], label[48], number[PAGE_NUMBER_BYTES];
    page_text(page, "Different first keys and orders in sixteen ranges over one map, different "
                    "first keys over sixteen maps; and how many entries came first in many more "
                    "ranges over the one map.");
    page_table(page, "starts", HEADS("map, entries", "first keys", "orders", "of 16 maps",
                                     "ranges", "came first", "in overflow"));
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        for (unsigned size = 0; size < SIZES; size++) {
            const struct version_starts *r = &t->starts[i][size];
            snprintf(slug, sizeof slug, "%s-%s", design_versions[i].slug, size_slugs[size]);
            snprintf(label, sizeof label, "%s, %s", labels[i], page_number(number, r->entries));
            page_row(page, slug, label,
                     CELLS(exact(r->distinct, ""), exact(r->orders, ""),
                           exact(r->distinct_of_maps, ""), exact(r->ranges, ""),
                           exact(r->came_first, ""),
                           i == DESIGN_BUCKETS ? exact(r->behind, "") : word("")));
        }
    page_table_end(page);
}

/* --- The page: promises ---------------------------------------------------- */

static const struct promise {
    const char *slug, *label;
    enum change change;
    bool (*holds)(const struct watched *);
} promises[] = {
    {"unchanged", "unchanged: each entry once", CHANGE_NONE, each_once},
    {"removed", "deleted ahead: not produced", CHANGE_REMOVE, removed_stay_away},
    {"added", "added: once at most", CHANGE_ADD, added_come_once_at_most},
    {"grown", "growing: none twice, none missed", CHANGE_GROW, none_twice_though_growing},
    {"updated", "new elem: the present one", CHANGE_UPDATE, elems_are_present},
    {"cleared", "cleared: nothing more", CHANGE_CLEAR, clear_ends},
};
enum { PROMISES = sizeof promises / sizeof *promises };

static bool holds_at_all_sizes(const struct three *t, unsigned version, const struct promise *p)
{
    bool holds = true;
    for (unsigned size = 0; size < SIZES; size++)
        holds = holds && p->holds(&t->watched[version][size][p->change]);
    return holds;
}

static struct page_cell promise_cell(const struct three *t, unsigned version,
                                     const struct promise *p)
{
    if (version == DESIGN_HASHBROWN && p->change != CHANGE_NONE)
        return word("not allowed");
    return word(holds_at_all_sizes(t, version, p) ? "holds" : "broken");
}

static void print_promises(struct page *page, const struct three *t)
{
    page_text(page, "What a range promises while the map changes, at all three sizes:");
    page_table(page, "promises", HEADS("change", "Go 1.23", "Go 1.24", "Rust"));
    for (unsigned i = 0; i < PROMISES; i++)
        page_row(page, promises[i].slug, promises[i].label,
                 CELLS(promise_cell(t, DESIGN_BUCKETS, &promises[i]),
                       promise_cell(t, DESIGN_SWISS, &promises[i]),
                       promise_cell(t, DESIGN_HASHBROWN, &promises[i])));
    page_table_end(page);
}

/* --- The page: verdicts ---------------------------------------------------- */

static void judge_starts(struct page *page, const struct three *t)
{
    bool buckets = true, rust = true, maps = true;
    const struct version_starts *b = t->starts[DESIGN_BUCKETS], *r = t->starts[DESIGN_HASHBROWN];
    for (unsigned size = 0; size < SIZES; size++) {
        buckets = buckets && ranges_start_apart(&b[size]);
        rust = rust && ranges_start_apart(&r[size]);
        maps = maps && maps_start_apart(&r[size]);
    }
    page_claim(page, "buckets-start-at-random", buckets,
               "%" PRIu64 ", %" PRIu64 " and %" PRIu64 " different first keys in sixteen ranges",
               b[0].distinct, b[1].distinct, b[2].distinct);
    page_beyond(page, "buckets-start-at-random", "every-entry-first",
                b[2].came_first < b[2].entries,
                "%" PRIu64 " of %" PRIu64 " entries never come first; %" PRIu64 " lie in overflow "
                "buckets", b[2].entries - b[2].came_first, b[2].entries, b[2].behind);
    page_claim(page, "rust-starts-at-random", rust,
               "%" PRIu64 ", %" PRIu64 " and %" PRIu64 " different first key in sixteen ranges",
               r[0].distinct, r[1].distinct, r[2].distinct);
    page_claim(page, "rust-order-is-the-seeds", maps,
               "%" PRIu64 ", %" PRIu64 " and %" PRIu64 " different first keys over sixteen maps",
               r[0].distinct_of_maps, r[1].distinct_of_maps, r[2].distinct_of_maps);
    page_beyond(page, "rust-order-is-the-seeds", "same-seed", t->same_seed,
                "two maps of one seed have %s", t->same_seed ? "one order" : "two orders");
}

static void judge_promises(struct page *page, const struct three *t)
{
    unsigned held = 0, noticed = 0;
    bool written = true;
    const struct watched *again = &t->watched[DESIGN_BUCKETS][2][CHANGE_CLEAR_AND_PUT];
    for (unsigned i = 0; i < PROMISES; i++)
        held += holds_at_all_sizes(t, DESIGN_BUCKETS, &promises[i]);
    for (unsigned size = 0; size < SIZES; size++) {
        for (enum forbidden change = 0; change < ALLOWED_ELEM; change++)
            noticed += t->noticed[size][change];
        written = written && !t->noticed[size][ALLOWED_ELEM];
    }
    page_claim(page, "buckets-keep-promises", held == PROMISES,
               "Go 1.23 keeps %u of %d promises at all three sizes", held, PROMISES);
    page_beyond(page, "buckets-keep-promises", "cleared-and-put-again", again->twice > 0,
                "%" PRIu64 " keys came twice", again->twice);
    page_claim(page, "rust-forbids-changes", noticed == SIZES * ALLOWED_ELEM,
               "%u of %d changes are noticed", noticed, SIZES * ALLOWED_ELEM);
    page_beyond(page, "rust-forbids-changes", "elem-written", written,
                "a written elem is %s", written ? "no change" : "noticed");
}

/* --- The target ------------------------------------------------------------ */

static bool size_run(const struct setting *setting, unsigned size, struct three *t)
{
    bool done = forbidden_run(setting, sizes[size], t->noticed[size]);
    for (unsigned i = 0; done && i < DESIGN_VERSIONS; i++) {
        const struct design_version *version = &design_versions[i];
        done = version_starts_run(setting, version, sizes[size], &t->starts[i][size]);
        for (enum change change = 0; done && change < CHANGES; change++)
            if (change == CHANGE_NONE || i != DESIGN_HASHBROWN)
                done = watch_version(setting, version, sizes[size], change,
                                     &t->watched[i][size][change]);
    }
    return done;
}

bool versions_page(const struct options *options, struct page *page)
{
    const struct setting setting = {options->seed, options->limit_bytes};
    struct three t;
    for (unsigned size = 0; size < SIZES; size++)
        if (!size_run(&setting, size, &t))
            return false;
    if (!same_seed_run(&setting, &design_versions[DESIGN_HASHBROWN], TABLE_KEYS, &t.same_seed))
        return false;
    print_firsts(page, &t);
    print_starts(page, &t);
    print_promises(page, &t);
    judge_starts(page, &t);
    judge_promises(page, &t);
    return true;
}
