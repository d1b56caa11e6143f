/*
 * groups_of_eight_versions.c - what a look-up reads and compares in three maps, and the page.
 *
 * Each map's look-up is repeated in slow motion. All begin with a byte for each place:
 *
 *      Go 1.23    8 tophash bytes of a bucket, the top of the hash; then the bucket's chain
 *      Go 1.24    8 control bytes of a group, the low 7 bits; then the next group
 *      Rust       16 control bytes from any slot on, the top 7 bits; then those 16 further on
 *
 * What they read is noted by cache line: the unit in which memory is fetched. Header and
 * directory, which lie in a cache for so small a map, are left out.
 */
#include "groups_of_eight.h"

#include <assert.h>
#include <inttypes.h>

#include "bucket/bucket.h"
#include "hash/hash.h"
#include "hashbrown/hashbrown.h"
#include "program/program.h"

/* --- One look-up ---------------------------------------------------------- */

enum { LINE_BYTES = 64, MOST_LINES = 128 };

struct stroll {
    uint64_t key;
    unsigned looks, seen, compares, lines;
    uintptr_t line[MOST_LINES];         /* address / LINE_BYTES of what was read */
};

static void read_line(struct stroll *s, uintptr_t line)
{
    for (unsigned i = 0; i < s->lines; i++)
        if (s->line[i] == line)
            return;
    assert(s->lines < MOST_LINES);
    s->line[s->lines++] = line;
}

static void read_bytes(struct stroll *s, const void *at, size_t bytes)
{
    uintptr_t last = ((uintptr_t)at + bytes - 1) / LINE_BYTES;
    for (uintptr_t line = (uintptr_t)at / LINE_BYTES; line <= last; line++)
        read_line(s, line);
}

/* Compares with the key that lies there; if it is the one, its elem is read too. */
static bool compare_at(struct stroll *s, const void *key, const void *elem)
{
    read_bytes(s, key, sizeof s->key);
    s->compares++;
    if (!equal_u64(&s->key, key))
        return false;
    read_bytes(s, elem, sizeof(uint64_t));
    return true;
}

/* A bucket's cells, by their tophash. */
static bool look_at_bucket(const struct map_type *mt, unsigned char *b, uint64_t hash,
                           struct stroll *s)
{
    bool found = false;
    read_bytes(s, b, BUCKET_CELLS);
    for (unsigned i = 0; i < BUCKET_CELLS; i++) {
        s->seen += b[i] >= BUCKET_MIN_TOP;
        if (!found && b[i] == bucket_top(hash))
            found = compare_at(s, bucket_key(mt, b, i), bucket_elem(mt, b, i));
    }
    return found;
}

/* The same by its keys, from the first cell on, full or not; the tophash only says
 * whether the cell is empty. Source: Go 1.23, runtime/map_fast64.go (mapaccess1_fast64). */
static bool look_at_keys(const struct map_type *mt, unsigned char *b, struct stroll *s)
{
    for (unsigned i = 0; i < BUCKET_CELLS; i++) {
        s->seen += b[i] >= BUCKET_MIN_TOP;
        if (compare_at(s, bucket_key(mt, b, i), bucket_elem(mt, b, i))) {
            read_bytes(s, b, BUCKET_CELLS);
            if (b[i] >= BUCKET_MIN_TOP)
                return true;
        }
    }
    return false;
}

static void stroll_buckets(const struct any_map *m, bool by_key, struct stroll *s)
{
    const struct map_type *mt = m->type;
    uint64_t hash = mt->hash(&s->key, m->as.bucket.header->seed);
    unsigned char *b = bucket_chain_for(mt, m->as.bucket.header, hash);
    for (; b != NULL; b = bucket_next(mt, b)) {
        s->looks++;
        if (by_key ? look_at_keys(mt, b, s) : look_at_bucket(mt, b, hash, s))
            return;
        if (!by_key && bucket_word_ends(ctrl_load(b)))
            return;
        read_bytes(s, b + bucket_size(mt) - sizeof(void *), sizeof(void *));
    }
}

static void stroll_swiss(const struct any_map *m, struct stroll *s)
{
    const struct map_type *mt = m->type;
    uint64_t hash = mt->hash(&s->key, m->as.swiss.header->seed);
    const struct swiss_table *t = m->as.swiss.header->directory[0];
    struct probe probe = probe_start(hash_h1(hash), t->group_mask);
    for (bool found = false, ends = false; !found && !ends; probe_next(&probe)) {
        unsigned char *group = swiss_group(mt, t, probe.offset);
        s->looks++;
        read_bytes(s, group, CTRL_SLOTS);
        for (unsigned i = 0; i < CTRL_SLOTS; i++) {
            unsigned char *slot = swiss_slot(mt, group, i);
            s->seen += group[i] < CTRL_EMPTY;
            ends = ends || group[i] == CTRL_EMPTY;
            if (!found && group[i] == hash_h2(hash))
                found = compare_at(s, slot, slot + mt->elem_at);
        }
    }
}

static void stroll_hashbrown(const struct any_map *m, struct stroll *s)
{
    const struct map_type *mt = m->type;
    const struct hashbrown_table *t = &m->as.hashbrown.table;
    uint64_t hash = mt->hash(&s->key, m->as.hashbrown.seed);
    struct hashbrown_probe probe = hashbrown_probe_start(t, hash);
    for (bool found = false, ends = false; !found && !ends; hashbrown_probe_next(t, &probe)) {
        s->looks++;
        read_bytes(s, t->ctrl + probe.at, HASHBROWN_WIDTH);
        for (unsigned i = 0; i < HASHBROWN_WIDTH; i++) {
            uint8_t byte = t->ctrl[probe.at + i];
            unsigned char *slot = hashbrown_slot(mt, t, (probe.at + i) & t->bucket_mask);
            s->seen += byte < HASHBROWN_DELETED;
            ends = ends || byte == HASHBROWN_EMPTY;
            if (!found && byte == hashbrown_tag(hash))
                found = compare_at(s, slot, hashbrown_elem(mt, slot));
        }
    }
}

static void stroll(enum search search, const struct any_map *m, struct stroll *s)
{
    if (search == SEARCH_SWISS)
        stroll_swiss(m, s);
    else if (search == SEARCH_HASHBROWN)
        stroll_hashbrown(m, s);
    else
        stroll_buckets(m, search == SEARCH_BY_KEY, s);
}

/* --- Many look-ups -------------------------------------------------------- */

static const struct design *design_of(enum search search)
{
    return design_versions[search == SEARCH_BY_KEY ? DESIGN_BUCKETS : search].design;
}

/* The most entries that fit into VERSION_SLOTS places. */
static uint64_t most_entries(enum search search)
{
    bool buckets = design_of(search) == design_versions[DESIGN_BUCKETS].design;
    return buckets ? VERSION_SLOTS * 13 / 16 : VERSION_SLOTS * 7 / 8;
}

/* How often the maps have compared keys. */
static uint64_t equal_calls;

static bool equal_and_count(const void *a, const void *b)
{
    equal_calls++;
    return equal_u64(a, b);
}

static void effort_add(struct effort *e, enum search search, const struct any_map *m, uint64_t key)
{
    struct stroll s = {.key = key};
    uint64_t before = equal_calls;
    m->design->get(m, &key);
    e->counted += equal_calls - before;
    stroll(search, m, &s);
    e->count++;
    e->looks += s.looks;
    e->seen += s.seen;
    e->compares += s.compares;
    e->lines += s.lines;
}

/* What the map spends to say what lies where: a byte for each place, Rust's mirror of the first
 * ones, the links of Go 1.23's buckets, those of overflow buckets too. */
static uint64_t control_bytes(enum search search, const struct any_map *m)
{
    if (search == SEARCH_SWISS)
        return VERSION_SLOTS;
    if (search == SEARCH_HASHBROWN)
        return VERSION_SLOTS + HASHBROWN_WIDTH;
    uint64_t bytes = 0;
    unsigned char *array = m->as.bucket.header->buckets;
    for (uint64_t i = 0; i < VERSION_SLOTS / BUCKET_CELLS; i++)
        for (unsigned char *b = bucket_at(m->type, array, i); b != NULL;
             b = bucket_next(m->type, b))
            bytes += BUCKET_CELLS + sizeof(void *);
    return bytes;
}

static bool load_map(struct version_load *load, enum search search, const struct map_type *mt,
                     uint64_t seed, struct heap *h)
{
    const struct design *design = design_of(search);
    struct any_map m;
    if (!any_map_init(&m, design, mt, h, most_entries(search), seed))
        return false;
    bool done = true;
    for (uint64_t key = 1; done && key <= load->entries; key++)
        done = design->put(&m, &key) != NULL;
    assert(!done || design->slots(&m) == VERSION_SLOTS);
    for (uint64_t key = 1; done && key <= load->entries; key++) {
        effort_add(&load->hit, search, &m, key);
        effort_add(&load->miss, search, &m, ABSENT + key);
    }
    load->maps++;
    load->control_bytes += control_bytes(search, &m);
    design->free(&m);
    return done;
}

static bool load_run(struct version_load *load, enum search search, uint64_t seed, uint64_t limit)
{
    const struct map_type mt = map_type_of(&(struct map_shape){
        .name = "u64 -> u64, counting",
        .key_bytes = 8, .key_align = 8, .elem_bytes = 8, .elem_align = 8,
        .key_direct_compare = true, .hash = hash_u64, .equal = equal_and_count,
    });
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit,
                                                    .collector = HEAP_COLLECT_AT_ONCE});
    bool done = h != NULL;
    for (uint64_t map = 0; done && map < LOAD_MAPS; map++)
        done = load_map(load, search, &mt, seed + map, h);
    heap_delete(h);
    return done;
}

bool versions_run(uint64_t seed, uint64_t limit,
                  struct version_load loads[VERSION_LOADS][SEARCHES])
{
    for (unsigned i = 0; i < VERSION_LOADS; i++)
        for (enum search search = 0; search < SEARCHES; search++) {
            uint64_t most = most_entries(search), quarters = VERSION_SLOTS / 4 * (i + 1);
            loads[i][search] = (struct version_load){.entries = quarters < most ? quarters : most};
            if (!load_run(&loads[i][search], search, seed, limit))
                return false;
        }
    return true;
}

double mean_looks(const struct effort *e)
{
    return (double)e->looks / (double)e->count;
}

double mean_compared(const struct effort *e)
{
    return (double)e->compares / (double)e->count;
}

double mean_lines(const struct effort *e)
{
    return (double)e->lines / (double)e->count;
}

double false_rate(const struct version_load *load)
{
    return (double)load->miss.compares / (double)load->miss.seen;
}

bool search_screens(const struct version_load *load)
{
    return mean_compared(&load->hit) >= 1 && mean_compared(&load->hit) <= 1.25
        && mean_compared(&load->miss) <= 0.25;
}

bool looks_half_as_often(const struct version_load *wide, const struct version_load *narrow)
{
    return 2 * mean_looks(&wide->miss) <= mean_looks(&narrow->miss);
}

/* --- The page ------------------------------------------------------------- */

static const struct { const char *slug, *label; } search_names[SEARCHES] = {
    [SEARCH_BUCKETS] = {"buckets", "Go 1.23"},
    [SEARCH_SWISS] = {"swiss", "Go 1.24"},
    [SEARCH_HASHBROWN] = {"hashbrown", "Rust"},
    [SEARCH_BY_KEY] = {"by-key", "Go 1.23, int"},
};

static const char *const load_slugs[VERSION_LOADS] = {"quarter", "half", "three-quarters", "most"};

static void print_effort(struct page *page, const char *load, enum search search,
                         const struct version_load *l)
{
    char slug[48];
    snprintf(slug, sizeof slug, "%s-%s", load, search_names[search].slug);
    page_row(page, slug, search_names[search].label,
             CELLS(exact(l->entries, ""),
                   exact_real(mean_looks(&l->hit), 2, ""), exact_real(mean_looks(&l->miss), 2, ""),
                   exact_real(mean_compared(&l->hit), 3, ""),
                   exact_real(mean_compared(&l->miss), 3, ""),
                   exact_real(mean_lines(&l->hit), 2, ""),
                   exact_real(mean_lines(&l->miss), 2, "")));
}

static void print_efforts(struct page *page, struct version_load loads[VERSION_LOADS][SEARCHES])
{
    page_text(page, "Look-ups in three maps with %d places each: looks (at a bucket, at a group of "
                    "8, at %d bytes in a row), keys compared, cache lines read, on average. The "
                    "last row of four is Go 1.23's search for int keys.", VERSION_SLOTS,
              HASHBROWN_WIDTH);
    page_table(page, "effort", HEADS("map", "entries", "looks/hit", "looks/miss", "keys/hit",
                                     "keys/miss", "lines/hit", "lines/miss"));
    for (unsigned i = 0; i < VERSION_LOADS; i++)
        for (enum search search = 0; search < SEARCHES; search++)
            print_effort(page, load_slugs[i], search, &loads[i][search]);
    page_table_end(page);
}

static struct page_cell control_each(const struct version_load *l)
{
    return exact_real((double)l->control_bytes / (double)(l->maps * l->entries), 2, "B");
}

static void print_bytes(struct page *page, struct version_load loads[VERSION_LOADS][SEARCHES])
{
    static const unsigned bits[] = {8, 7, 7};
    page_text(page, "The bytes that are asked: how often one of a full place looks right to a miss "
                    "and is not, with the maps as full as they get; and how many of them, with the "
                    "links of buckets, an entry costs with half of the places taken and then.");
    page_table(page, "control", HEADS("map", "bits", "false", "half full", "full"));
    for (enum search search = 0; search < SEARCH_BY_KEY; search++)
        page_row(page, search_names[search].slug, search_names[search].label,
                 CELLS(exact(bits[search], ""),
                       exact_real(100 * false_rate(&loads[VERSION_LOADS - 1][search]), 2, "%"),
                       control_each(&loads[1][search]),
                       control_each(&loads[VERSION_LOADS - 1][search])));
    page_table_end(page);
}

static bool all_screen(struct version_load loads[VERSION_LOADS][SEARCHES])
{
    bool screen = true;
    for (unsigned i = 0; i < VERSION_LOADS; i++)
        for (enum search search = 0; search < SEARCH_BY_KEY; search++)
            screen = screen && search_screens(&loads[i][search]);
    return screen;
}

static void judge(struct page *page, struct version_load loads[VERSION_LOADS][SEARCHES])
{
    const struct version_load *most = loads[VERSION_LOADS - 1];
    page_claim(page, "three-maps-screen", all_screen(loads),
               "as full as they get, a miss compares %.3f keys in Go 1.23, %.3f in Go 1.24, %.3f "
               "in Rust", mean_compared(&most[SEARCH_BUCKETS].miss),
               mean_compared(&most[SEARCH_SWISS].miss),
               mean_compared(&most[SEARCH_HASHBROWN].miss));
    page_beyond(page, "three-maps-screen", "int-keys-in-buckets",
                !search_screens(&most[SEARCH_BY_KEY]),
                "int keys in Go 1.23: a hit compares %.2f keys and a miss %.2f",
                mean_compared(&most[SEARCH_BY_KEY].hit), mean_compared(&most[SEARCH_BY_KEY].miss));
    page_claim(page, "sixteen-halve-looks",
               looks_half_as_often(&most[SEARCH_HASHBROWN], &most[SEARCH_SWISS]),
               "with %" PRIu64 " entries a miss takes %.2f looks in Rust's map and %.2f in Go "
               "1.24's",
               most[SEARCH_SWISS].entries, mean_looks(&most[SEARCH_HASHBROWN].miss),
               mean_looks(&most[SEARCH_SWISS].miss));
}

bool versions_page(const struct options *options, struct page *page)
{
    struct version_load loads[VERSION_LOADS][SEARCHES];
    if (!versions_run(options->seed, options->limit_bytes, loads))
        return false;
    print_efforts(page, loads);
    print_bytes(page, loads);
    judge(page, loads);
    return true;
}
