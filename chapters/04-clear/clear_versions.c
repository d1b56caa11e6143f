/*
 * clear_versions.c - clear in three maps: what it keeps, writes and takes, and the page.
 *
 * What is written is seen as in clear_trace.c: all bytes are made junk before the clear, and what
 * is junk no longer was written. A map is not used between the two.
 */
#include "clear.h"

#include <assert.h>
#include <string.h>

#include "bucket/bucket.h"
#include "hashbrown/hashbrown.h"
#include "swiss/swiss_u64.h"

/* --- Where the slots are ---------------------------------------------------- */

enum { JUNK = 0xDB };

static void junk_bytes(unsigned char *at, size_t bytes, struct clear_version *v)
{
    (void)v;
    memset(at, JUNK, bytes);
}

static void count_written(unsigned char *at, size_t bytes, struct clear_version *v)
{
    v->tables += bytes;
    for (size_t i = 0; i < bytes; i++)
        v->by_clear += at[i] != JUNK;
}

typedef void visit(unsigned char *at, size_t bytes, struct clear_version *v);

/* Go 1.23: each bucket but its link, which clear itself must read. A link stands for the byte
 * before it: clear sets the array to zero from end to end. */
static void visit_buckets(struct bucket_map *m, visit *each, struct clear_version *v)
{
    const struct map_type *mt = &swiss_u64_type;
    const struct bucket_header *header = m->header;
    const size_t size = bucket_size(mt), link = sizeof(void *);
    assert(!bucket_growing(header));
    unsigned char *end = header->buckets + bucket_array_bytes(mt, header->log_buckets);
    for (unsigned char *b = header->buckets; b < end; b += size) {
        each(b, size - link, v);
        v->tables += each == count_written ? link : 0;
        v->by_clear += each == count_written && b[size - link - 1] != JUNK ? link : 0;
    }
}

static void visit_swiss(struct swiss *m, visit *each, struct clear_version *v)
{
    const struct swiss_header *header = m->header;
    for (uint64_t i = 0; i < header->dir_len;) {
        struct swiss_table *t = header->directory[i];
        each(t->groups, swiss_groups_bytes(&swiss_u64_type, t->capacity), v);
        i = swiss_directory_next(header, t);
    }
}

static void visit_hashbrown(struct hashbrown *m, visit *each, struct clear_version *v)
{
    const struct map_type *mt = &swiss_u64_type;
    uint64_t slots = hashbrown_slots(&m->table);
    each(m->table.ctrl - hashbrown_ctrl_at(mt, slots), hashbrown_table_bytes(mt, slots), v);
}

static void visit_tables(struct any_map *m, visit *each, struct clear_version *v)
{
    if (m->design == design_versions[DESIGN_BUCKETS].design)
        visit_buckets(&m->as.bucket, each, v);
    else if (m->design == design_versions[DESIGN_SWISS].design)
        visit_swiss(&m->as.swiss, each, v);
    else
        visit_hashbrown(&m->as.hashbrown, each, v);
}

/* --- What clear keeps and writes -------------------------------------------- */

static uint64_t collected_bytes(const struct design *design, struct heap *h)
{
    heap_collect(h);
    return design_bytes(design, h);
}

/* Clears a map of `live` entries, all else junk, and counts. */
static bool write_by_clear(const struct design_version *version, struct any_map *m, uint64_t live,
                           struct clear_version *v)
{
    if (!design_version_fill(version, m, 0, live))
        return false;
    visit_tables(m, junk_bytes, v);
    m->design->clear(m);
    v->tables = v->by_clear = 0;
    visit_tables(m, count_written, v);
    return true;
}

/* A junk slot is no empty one: maps that are to be filled again are cleared as they are. */
static bool version_steps(const struct design_version *version, struct heap *h, uint64_t keys,
                          uint64_t seed, struct clear_version *v)
{
    struct any_map m, few;
    if (!any_map_init(&m, version->design, &swiss_u64_type, h, keys, seed)
        || !design_version_fill(version, &m, 0, keys))
        return false;
    v->filled = collected_bytes(version->design, h);
    m.design->clear(&m);
    v->cleared = collected_bytes(version->design, h);
    if (!write_by_clear(version, &m, CLEAR_FEW, v))
        return false;
    v->by_clear_of_ten = v->by_clear;
    m.design->free(&m);
    heap_collect(h);
    return any_map_init(&few, version->design, &swiss_u64_type, h, keys, seed)
        && write_by_clear(version, &few, keys, v);
}

bool clear_version(const struct options *options, const struct design_version *version,
                   struct clear_version *result)
{
    uint64_t keys = options->keys > CLEAR_FEW ? options->keys : CLEAR_FEW;
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = options->limit_bytes});
    *result = (struct clear_version){.filled = 0};
    bool done = h != NULL && version_steps(version, h, keys, options->seed, result);
    heap_delete(h);                     /* with the map in it */
    return done;
}

bool clear_version_retains(const struct clear_version *v)
{
    return 100 * v->cleared >= 99 * v->filled;
}

/* Slots of 16 bytes, a control byte for each, and the mirror. */
bool clear_version_spares_slots(const struct clear_version *v)
{
    uint64_t control = HASHBROWN_WIDTH + (v->tables - HASHBROWN_WIDTH) / 17;
    return v->by_clear == control && v->by_clear_of_ten == control;
}

/* --- What it takes ---------------------------------------------------------- */

static const char *const way_names[CLEAR_VERSION_WAYS] = {
    [CLEAR_VERSION_FULL] = "clear",
    [CLEAR_VERSION_FULL_DELETES] = "delete-keys",
    [CLEAR_VERSION_TEN] = "clear",
    [CLEAR_VERSION_TEN_DELETES] = "delete-keys",
};

/* A map that is emptied again and again. */
struct version_subject {
    const struct design_version *version;
    struct heap *heap;
    struct any_map map;
    uint64_t live;                      /* entries before each round */
    bool refused;
};

/* A clear of a map without entries does nothing, and tombstones would stay: so one goes in
 * first. */
static void refill(void *context)
{
    struct version_subject *s = context;
    s->refused = !design_version_fill(s->version, &s->map, 0, 1);
    if (s->refused)
        return;
    s->version->clear(&s->map);
    s->refused = !design_version_fill(s->version, &s->map, 0, s->live);
}

static uint64_t by_clear(void *context)
{
    struct version_subject *s = context;
    s->version->clear(&s->map);
    return !s->refused;
}

static uint64_t by_keys(void *context)
{
    struct version_subject *s = context;
    for (uint64_t key = 0; key < s->live; key++)
        s->version->del(&s->map, key);
    return !s->refused;
}

static bool subject_make(struct version_subject *s, const struct options *options,
                         const struct design_version *version, uint64_t live)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes};
    *s = (struct version_subject){.version = version, .heap = heap_new(&config), .live = live};
    return s->heap != NULL
        && any_map_init(&s->map, version->design, &swiss_u64_type, s->heap, CLEAR_VERSION_KEYS,
                        options->seed);
}

/* One map for each way, so that a round finds it as the round before left it. */
static bool version_bench(const struct options *options, const struct design_version *version,
                          struct clear_version_times *times)
{
    struct version_subject subjects[CLEAR_VERSION_WAYS];
    struct bench_case cases[CLEAR_VERSION_WAYS];
    bool done = true;
    for (unsigned way = 0; way < CLEAR_VERSION_WAYS; way++) {
        uint64_t live = way < CLEAR_VERSION_TEN ? CLEAR_VERSION_KEYS : CLEAR_FEW;
        bool deletes = way == CLEAR_VERSION_FULL_DELETES || way == CLEAR_VERSION_TEN_DELETES;
        done = subject_make(&subjects[way], options, version, live) && done;
        cases[way] = (struct bench_case){.name = way_names[way], .prepare = refill,
                                         .run = deletes ? by_keys : by_clear,
                                         .context = &subjects[way], .heap = subjects[way].heap};
    }
    done = done && bench_run(cases, times->ways, CLEAR_VERSION_WAYS, options->rounds);
    for (unsigned way = 0; way < CLEAR_VERSION_WAYS; way++)
        heap_delete(subjects[way].heap);
    return done;
}

bool clear_versions_bench(const struct options *options,
                          struct clear_version_times times[DESIGN_VERSIONS])
{
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        if (!version_bench(options, &design_versions[i], &times[i]))
            return false;
    return true;
}

static double full_ratio(const struct clear_version_times *t)
{
    return bench_ratio(&t->ways[CLEAR_VERSION_FULL_DELETES], &t->ways[CLEAR_VERSION_FULL]);
}

static double ten_ratio(const struct clear_version_times *t)
{
    return bench_ratio(&t->ways[CLEAR_VERSION_TEN], &t->ways[CLEAR_VERSION_TEN_DELETES]);
}

bool clear_version_beats_deletes(const struct clear_version_times *t)
{
    return full_ratio(t) >= CLEAR_WINS_BY;
}

bool clear_version_loses_to_ten(const struct clear_version_times *t)
{
    return ten_ratio(t) >= CLEAR_TEN_LOSES_BY;
}

/* --- The page --------------------------------------------------------------- */

static const char *const version_labels[DESIGN_VERSIONS] = {"Go 1.23", "Go 1.24", "Rust"};

static void print_kept(struct page *page, uint64_t keys, const struct clear_version v[])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "Three maps of int to int, made for %s entries and filled: bytes before clear "
                    "and after it, and what clear writes, with all entries and with ten.",
              page_number(number, keys));
    page_table(page, "kept", HEADS("map", "filled", "cleared", "tables", "written", "with ten"));
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        page_row(page, design_versions[i].slug, version_labels[i],
                 CELLS(exact(v[i].filled, "B"), exact(v[i].cleared, "B"), exact(v[i].tables, "B"),
                       exact(v[i].by_clear, "B"), exact(v[i].by_clear_of_ten, "B")));
    page_table_end(page);
}

static void print_times(struct page *page, const struct clear_version_times t[])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "The time of emptying a map made for %s entries, full and with ten live keys; "
                    "how many times as long the deletes take as clear, and clear as ten deletes.",
              page_number(number, CLEAR_VERSION_KEYS));
    page_table(page, "times", HEADS("map", "clear", "deletes", "deletes/clear", "clear of ten",
                                    "ten deletes", "clear/deletes"));
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        const struct bench_result *w = t[i].ways;
        page_row(page, design_versions[i].slug, version_labels[i],
                 CELLS(measured(w[CLEAR_VERSION_FULL].median_ns / 1000, "µs"),
                       measured(w[CLEAR_VERSION_FULL_DELETES].median_ns / 1000, "µs"),
                       measured(full_ratio(&t[i]), ""),
                       measured(w[CLEAR_VERSION_TEN].median_ns / 1000, "µs"),
                       measured(w[CLEAR_VERSION_TEN_DELETES].median_ns / 1000, "µs"),
                       measured(ten_ratio(&t[i]), "")));
    }
    page_table_end(page);
}

static void judge_kept(struct page *page, const struct clear_version v[])
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    const struct clear_version *buckets = &v[DESIGN_BUCKETS], *swiss = &v[DESIGN_SWISS],
                               *flat = &v[DESIGN_HASHBROWN];
    page_claim(page, "three-clears-retain",
               clear_version_retains(buckets) && clear_version_retains(swiss)
                   && clear_version_retains(flat),
               "in none of the three does clear give back one byte in a hundred");
    page_beyond(page, "three-clears-retain", "to-the-byte", buckets->cleared < buckets->filled,
                "Go 1.23 keeps %s B of %s B", page_number(a, buckets->cleared),
                page_number(b, buckets->filled));
    page_claim(page, "clear-spares-slots", clear_version_spares_slots(flat),
               "Rust's clear writes %s B of %s B, with all entries and with ten",
               page_number(a, flat->by_clear), page_number(b, flat->tables));
    page_beyond(page, "clear-spares-slots", "buckets", buckets->by_clear == buckets->tables,
                "Go 1.23 writes %s B of %s B", page_number(a, buckets->by_clear),
                page_number(b, buckets->tables));
    page_beyond(page, "clear-spares-slots", "swiss", swiss->by_clear == swiss->tables,
                "Go 1.24 writes %s B of %s B", page_number(a, swiss->by_clear),
                page_number(b, swiss->tables));
}

static void judge_times(struct page *page, const struct clear_version_times t[])
{
    char text[DESIGN_VERSIONS][PAGE_NUMBER_BYTES];
    bool beats = true, loses = true;
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        beats = beats && clear_version_beats_deletes(&t[i]);
        loses = loses && clear_version_loses_to_ten(&t[i]);
        page_cell_text(text[i], measured(full_ratio(&t[i]), ""));
    }
    page_claim(page, "three-clears-beat-deletes", beats,
               "the deletes take %s times as long in Go 1.23, %s in Go 1.24, %s in Rust", text[0],
               text[1], text[2]);
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        page_cell_text(text[i], measured(ten_ratio(&t[i]), ""));
    page_beyond(page, "three-clears-beat-deletes", "ten-live-keys", loses,
                "clear takes %s times as long as ten deletes in Go 1.23, %s in Go 1.24, %s in Rust",
                text[0], text[1], text[2]);
}

static void write_lines(struct page *page, const struct clear_version_times t[])
{
    char settings[64];
    if (page->out == NULL)
        return;
    bench_write_units(page->out);
    for (unsigned i = 0; i < DESIGN_VERSIONS * CLEAR_VERSION_WAYS; i++) {
        unsigned way = i % CLEAR_VERSION_WAYS, version = i / CLEAR_VERSION_WAYS;
        snprintf(settings, sizeof settings, "design=%s/keys=%d/live=%d",
                 design_versions[version].design->name, CLEAR_VERSION_KEYS,
                 way >= CLEAR_VERSION_TEN ? CLEAR_FEW : CLEAR_VERSION_KEYS);
        bench_write_lines(page->out, way_names[way], settings, &t[version].ways[way]);
    }
}

bool clear_versions_page(const struct options *options, struct page *page)
{
    struct clear_version v[DESIGN_VERSIONS];
    static struct clear_version_times times[DESIGN_VERSIONS];       /* large: many rounds */
    if (!clear_versions_bench(options, times))
        return false;
    if (options->benchfmt) {
        write_lines(page, times);
        return true;
    }
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        if (!clear_version(options, &design_versions[i], &v[i]))
            return false;
    print_kept(page, options->keys, v);
    print_times(page, times);
    judge_kept(page, v);
    judge_times(page, times);
    return true;
}
