/*
 * lookup.c - chapter 06: a handful of nanoseconds.
 *
 * The experiments stand in lookup_trace.c, lookup_bench.c and lookup_memory.c. Here are the
 * pages that show what they found, and the verdicts.
 */
#include "lookup.h"

#include <inttypes.h>

enum {
    SMALLEST = LOOKUP_IN_CACHE,
    MAX_SIZES = 24,                     /* powers of two from SMALLEST on, and full maps */
    MILLION = 1 << 20,                  /* entries of the sources' map */
};

/* --- Sizes --- */

/* Thirteen sixteenths of a power of two: the old map and the flat one are near their
 * fullest there, and most of the Swiss map's tables are too. */
static uint64_t full_of(uint64_t power)
{
    return power / 16 * 13;
}

/* All powers of two from SMALLEST to `last`, a full map before 1<<16 and 1<<20, and `last` itself.
 * Returns how many. */
static unsigned sizes_up_to(uint64_t last, uint64_t sizes[MAX_SIZES])
{
    unsigned count = 0;
    for (uint64_t size = SMALLEST; size < last; size *= 2) {
        sizes[count++] = size;
        if ((2 * size == 1 << 16 || 2 * size == MILLION) && full_of(2 * size) < last)
            sizes[count++] = full_of(2 * size);
    }
    sizes[count++] = last;
    return count;
}

/* A size as a row's name and as its label. */
struct size_names {
    char slug[PAGE_NUMBER_BYTES], label[PAGE_NUMBER_BYTES];
};

static struct size_names names_of(uint64_t size)
{
    struct size_names names;
    snprintf(names.slug, sizeof names.slug, "%" PRIu64, size);
    page_number(names.label, size);
    return names;
}

/* --- bench: a thousand look-ups --- */

static void thousand_row(struct page *page, const struct lookup_thousand *t, enum lookup_way way,
                         const char *label)
{
    const struct bench_result *small = &t->ways[0][way], *huge = &t->ways[1][way];
    page_row(page, lookup_way_names[way], label,
             CELLS(measured(small->median_ns, "ns"), measured(small->median_ns, "µs"),
                   measured(huge->median_ns, "ns"), exact(small->bytes_per_round, "B"),
                   exact(small->allocs_per_round, "")));
}

/* A thousand look-ups take as many microseconds as one takes nanoseconds. */
static void thousand_table(struct page *page, const struct lookup_thousand *t)
{
    page_table(page, "thousand", HEADS("look-ups", "each", "a thousand", "in huge pages",
                                       "allocated", "allocs"));
    thousand_row(page, t, LOOKUP_SAME_HIT, "the same thousand, hits");
    thousand_row(page, t, LOOKUP_SAME_MISS, "the same thousand, misses");
    thousand_row(page, t, LOOKUP_HIT, "new keys, hits");
    thousand_row(page, t, LOOKUP_MISS, "new keys, misses");
    thousand_row(page, t, LOOKUP_CHAINED, "new keys, one by one, hits");
    thousand_row(page, t, LOOKUP_DRAW, "no look-up: the key drawn");
    page_table_end(page);
}

/* --- bench: what is touched --- */

/* Every other power of two is enough to see how things grow. */
static bool even_power(uint64_t entries)
{
    bool power = (entries & (entries - 1)) == 0;
    return power && __builtin_ctzll(entries) % 2 == 0;
}

static void touched_table(struct page *page, const struct lookup_map maps[], unsigned count)
{
    page_table(page, "touched", HEADS("entries", "load", "groups hit", "groups miss",
                                      "compares hit", "compares miss", "lines hit", "lines miss",
                                      "in groups hit", "in groups miss"));
    for (unsigned i = 0; i < count; i++) {
        const struct lookup_map *map = &maps[i];
        struct size_names names = names_of(map->entries);
        if (even_power(2 * map->entries) && i < count - 1)
            continue;                   /* every other power of two, and the full maps */
        double load = 100 * (double)map->entries / (double)map->slots;
        page_row(page, names.slug, names.label,
                 CELLS(exact_real(load, 1, "%"), exact_real(map->hit.groups, 3, ""),
                       exact_real(map->miss.groups, 3, ""), exact_real(map->hit.compares, 3, ""),
                       exact_real(map->miss.compares, 3, ""), exact_real(map->hit.lines, 2, ""),
                       exact_real(map->miss.lines, 2, ""), exact_real(map->hit.group_lines, 2, ""),
                       exact_real(map->miss.group_lines, 2, "")));
    }
    page_table_end(page);
}

static void parts_table(struct page *page, const struct lookup_map maps[], unsigned count)
{
    page_table(page, "parts", HEADS("entries", "directory", "table headers", "groups", "in all",
                                    "lines of a thousand"));
    for (unsigned i = 0; i < count; i++) {
        const struct lookup_map *map = &maps[i];
        struct size_names names = names_of(map->entries);
        if (!even_power(map->entries) && i < count - 1)
            continue;
        page_row(page, names.slug, names.label,
                 CELLS(exact(map->directory_bytes, "B"), exact(map->table_bytes, "B"),
                       exact(map->group_bytes, "B"), exact(map->bytes, "B"),
                       exact(map->thousand_lines, "")));
    }
    page_table_end(page);
}

/* --- bench: what memory takes --- */

static const uint64_t chases[] = {16 << 10, 128 << 10, 1 << 20, 8 << 20, 64 << 20};
enum { CHASES = sizeof chases / sizeof *chases };

static bool memory_table(const struct options *options, struct page *page)
{
    static const char *const slugs[] = {"16k", "128k", "1m", "8m", "64m"};
    page_table(page, "memory", HEADS("bytes", "a load", "in huge pages"));
    for (unsigned i = 0; i < CHASES; i++) {
        struct lookup_chase chase;
        char label[PAGE_NUMBER_BYTES];
        if (!lookup_chase(options, chases[i], &chase))
            return false;
        page_row(page, slugs[i], page_number(label, chase.bytes),
                 CELLS(measured(chase.pages[0].median_ns, "ns"),
                       measured(chase.pages[1].median_ns, "ns")));
    }
    page_table_end(page);
    return true;
}

static void caches_table(struct page *page)
{
    static const char *const slugs[] = {"level-1", "level-2", "level-3"};
    static const char *const labels[] = {"level 1, of data", "level 2", "level 3, shared"};
    page_table(page, "caches", HEADS("cache", "size"));
    for (unsigned i = 0; i < 3; i++)
        page_row(page, slugs[i], labels[i],
                 CELLS(measured((double)lookup_cache_bytes(i + 1) / 1024, "KiB")));
    page_table_end(page);
}

/* --- bench: time by size --- */

static void cost_table(struct page *page, const struct lookup_times times[], unsigned count)
{
    page_table(page, "cost", HEADS("entries", "map", "hit", "miss", "one by one"));
    for (unsigned i = 0; i < count; i++) {
        const struct lookup_times *t = &times[i];
        const struct bench_result *ways = t->ways[LOOKUP_GO124];
        struct size_names names = names_of(t->entries);
        page_row(page, names.slug, names.label,
                 CELLS(exact(t->bytes[LOOKUP_GO124], "B"),
                       measured(ways[LOOKUP_HIT].median_ns, "ns"),
                       measured(ways[LOOKUP_MISS].median_ns, "ns"),
                       measured(ways[LOOKUP_CHAINED].median_ns, "ns")));
    }
    page_table_end(page);
}

/* --- bench: verdicts --- */

enum { ALLOCS_SIZES = 3 };

static bool allocates_verdicts(const struct options *options, struct page *page, uint64_t entries)
{
    const uint64_t sizes[ALLOCS_SIZES] = {SWISS_GROUP_SLOTS, SMALLEST, entries};
    uint64_t mallocs = 0, bytes = 0, looks = 0;
    for (unsigned i = 0; i < ALLOCS_SIZES; i++) {
        struct lookup_allocs a;
        if (!lookup_allocs(options, sizes[i], &a))
            return false;
        mallocs += a.mallocs;
        bytes += a.bytes;
        looks += a.found + a.missed;
    }
    struct lookup_write write;
    if (!lookup_write(options, &write))
        return false;
    char all[PAGE_NUMBER_BYTES], most[PAGE_NUMBER_BYTES];
    page_claim(page, "lookup-allocates-nothing", mallocs == 0 && bytes == 0,
               "%s look-ups in maps of 8 to %s entries: %" PRIu64 " allocations, %" PRIu64
               " B.", page_number(all, looks), page_number(most, entries), mallocs, bytes);
    page_beyond(page, "lookup-allocates-nothing", "a-write-that-finds-its-key",
                write.put_mallocs > 0,
                "in a map of %" PRIu64 " entries a read of a key allocates %" PRIu64
                " objects, a write to the same key %" PRIu64 ", of %" PRIu64 " B.", write.entries,
                write.get_mallocs, write.put_mallocs, write.put_bytes);
    return true;
}

static bool hides_verdicts(const struct options *options, struct page *page,
                           const struct lookup_thousand *large)
{
    static struct lookup_thousand fits;
    char entries[PAGE_NUMBER_BYTES], ratio[PAGE_NUMBER_BYTES];
    if (!lookup_thousand(options, SMALLEST, &fits))
        return false;
    page_claim(page, "thousand-keys-hide-memory", lookup_same_hides(large),
               "with %s entries a hit on a new key takes %s times as long as one of the same "
               "thousand.", page_number(entries, large->entries),
               page_cell_text(ratio, measured(lookup_fresh_over_same(large), "")));
    page_beyond(page, "thousand-keys-hide-memory", "a-map-that-fits", !lookup_same_hides(&fits),
                "with %s entries %s times as long.", page_number(entries, fits.entries),
                page_cell_text(ratio, measured(lookup_fresh_over_same(&fits), "")));
    return true;
}

/* Go's lines of one size. */
static void write_lines(struct page *page, const struct lookup_times *t, enum lookup_design first,
                        enum lookup_design last)
{
    char settings[64];
    for (unsigned design = first; design <= last; design++) {
        snprintf(settings, sizeof settings, "design=%s/keys=%" PRIu64,
                 lookup_design_names[design], t->entries);
        for (unsigned way = 0; way < LOOKUP_FRESH_WAYS; way++)
            bench_write_lines(page->out, lookup_way_names[way], settings, &t->ways[design][way]);
    }
}

static bool bench_lines(struct page *page, const struct lookup_times times[], unsigned count,
                        enum lookup_design first, enum lookup_design last)
{
    if (page->out != NULL)
        bench_write_units(page->out);
    for (unsigned i = 0; page->out != NULL && i < count; i++)
        write_lines(page, &times[i], first, last);
    return true;
}

/* The tables that count: one map grown through the sizes. Beyond a million nothing new comes. */
static bool exact_tables(const struct options *options, struct page *page,
                         const uint64_t sizes[], unsigned count)
{
    static struct lookup_map maps[MAX_SIZES];
    if (!lookup_touched(options, sizes, count, maps))
        return false;
    page_text(page, "What one look-up touches, on average: groups, keys compared, cache lines of "
                    "%d B.", LOOKUP_LINE_BYTES);
    touched_table(page, maps, count);
    page_text(page, "Where the bytes are, and how many lines a thousand hits touch.");
    parts_table(page, maps, count);
    return true;
}

static bool run_bench(const struct options *options, struct page *page)
{
    static struct lookup_times times[MAX_SIZES];    /* large: many rounds */
    static struct lookup_thousand thousand;
    uint64_t sizes[MAX_SIZES], million = options->keys < MILLION ? options->keys : MILLION;
    unsigned count = sizes_up_to(options->keys, sizes);
    char number[PAGE_NUMBER_BYTES];
    if (!lookup_bench(options, LOOKUP_GO124, LOOKUP_GO124, sizes, count, times))
        return false;
    if (options->benchfmt)
        return bench_lines(page, times, count, LOOKUP_GO124, LOOKUP_GO124);
    if (!lookup_thousand(options, million, &thousand))
        return false;
    page_text(page, "A map[int]int of %s entries, looked up.", page_number(number, million));
    thousand_table(page, &thousand);
    page_text(page, "A look-up by the size of the map, all keys new.");
    cost_table(page, times, count);
    if (!exact_tables(options, page, sizes, sizes_up_to(million, sizes)))
        return false;
    page_text(page, "A load of memory that waits for the one before, in so many bytes.");
    if (!memory_table(options, page))
        return false;
    page_text(page, "The caches, as the system tells (0: it does not).");
    caches_table(page);
    return allocates_verdicts(options, page, million) && hides_verdicts(options, page, &thousand);
}

/* --- versions --- */

static double ns(const struct lookup_times *t, enum lookup_design design, enum lookup_way way)
{
    return t->ways[design][way].median_ns;
}

static struct page_cell ns_cell(const struct lookup_times *t, enum lookup_design design,
                                enum lookup_way way)
{
    return measured(ns(t, design, way), "ns");
}

/* One way of looking up, all maps. */
static void way_table(struct page *page, const char *name, enum lookup_way way,
                      const struct lookup_times times[], unsigned count)
{
    page_table(page, name, HEADS("entries", "Go 23", "23 by word", "Go 24", "Rust"));
    for (unsigned i = 0; i < count; i++) {
        const struct lookup_times *t = &times[i];
        struct size_names names = names_of(t->entries);
        page_row(page, names.slug, names.label,
                 CELLS(ns_cell(t, LOOKUP_GO123, way), ns_cell(t, LOOKUP_GO123_WORD, way),
                       ns_cell(t, LOOKUP_GO124, way), ns_cell(t, LOOKUP_RUST, way)));
    }
    page_table_end(page);
}

static struct page_cell ratio_cell(const struct lookup_times *t, enum lookup_design design,
                                   enum lookup_way way)
{
    return measured(lookup_ratio(t, design, way), "");
}

static void ratios_table(struct page *page, const struct lookup_times times[], unsigned count)
{
    page_table(page, "ratios", HEADS("entries", "hit", "miss", "hit by word", "miss by word",
                                     "Rust hit", "Rust miss"));
    for (unsigned i = 0; i < count; i++) {
        const struct lookup_times *t = &times[i];
        struct size_names names = names_of(t->entries);
        page_row(page, names.slug, names.label,
                 CELLS(ratio_cell(t, LOOKUP_GO123, LOOKUP_HIT),
                       ratio_cell(t, LOOKUP_GO123, LOOKUP_MISS),
                       ratio_cell(t, LOOKUP_GO123_WORD, LOOKUP_HIT),
                       ratio_cell(t, LOOKUP_GO123_WORD, LOOKUP_MISS),
                       ratio_cell(t, LOOKUP_RUST, LOOKUP_HIT),
                       ratio_cell(t, LOOKUP_RUST, LOOKUP_MISS)));
    }
    page_table_end(page);
}

/* Two ratios for a sentence: hit and miss of `old` over Go 1.24's. */
struct ratio_texts {
    char hit[PAGE_NUMBER_BYTES], miss[PAGE_NUMBER_BYTES];
};

static struct ratio_texts ratio_texts(const struct lookup_times *t, enum lookup_design old)
{
    struct ratio_texts texts;
    page_cell_text(texts.hit, ratio_cell(t, old, LOOKUP_HIT));
    page_cell_text(texts.miss, ratio_cell(t, old, LOOKUP_MISS));
    return texts;
}

static void beats_verdicts(struct page *page, const struct lookup_times *small,
                           const struct lookup_times *large)
{
    char entries[PAGE_NUMBER_BYTES];
    struct ratio_texts ratios = ratio_texts(large, LOOKUP_GO123);
    page_claim(page, "swiss-beats-buckets", lookup_beats(large, LOOKUP_GO123),
               "with %s entries Go 1.23's map takes %s times as long on a hit, %s on a miss.",
               page_number(entries, large->entries), ratios.hit, ratios.miss);
    ratios = ratio_texts(small, LOOKUP_GO123);
    page_claim(page, "swiss-beats-buckets-in-cache", lookup_beats_hits(small, LOOKUP_GO123),
               "with %s entries it takes %s times as long on a hit, %s on a miss.",
               page_number(entries, small->entries), ratios.hit, ratios.miss);
    ratios = ratio_texts(small, LOOKUP_GO123_WORD);
    page_beyond(page, "swiss-beats-buckets-in-cache", "buckets-by-word",
                !lookup_beats_hits(small, LOOKUP_GO123_WORD),
                "searched by word the same buckets take %s times as long on a hit, %s on a miss.",
                ratios.hit, ratios.miss);
}

/* Every other power of two, and the full maps: four maps are filled and timed at each. */
static unsigned versions_sizes(uint64_t last, uint64_t sizes[MAX_SIZES])
{
    uint64_t all[MAX_SIZES];
    unsigned count = 0, every = sizes_up_to(last, all);
    for (unsigned i = 0; i < every; i++) {
        if (!even_power(2 * all[i]) || i == every - 1)
            sizes[count++] = all[i];
    }
    return count;
}

static bool run_versions(const struct options *options, struct page *page)
{
    static struct lookup_times times[MAX_SIZES];
    uint64_t sizes[MAX_SIZES];
    unsigned count = versions_sizes(options->keys, sizes);
    if (!lookup_bench(options, LOOKUP_GO123, LOOKUP_RUST, sizes, count, times))
        return false;
    if (options->benchfmt)
        return bench_lines(page, times, count, LOOKUP_GO123, LOOKUP_RUST);
    page_text(page, "Hits in the maps of Go 1.23 (key by key, as it searches; and by word), "
                    "Go 1.24 and Rust.");
    way_table(page, "hits", LOOKUP_HIT, times, count);
    page_text(page, "Misses.");
    way_table(page, "misses", LOOKUP_MISS, times, count);
    page_text(page, "Hits one by one, each waiting for the one before.");
    way_table(page, "chained", LOOKUP_CHAINED, times, count);
    page_text(page, "How many times as long as in Go 1.24's map: Go 1.23's, the same by word, "
                    "Rust's.");
    ratios_table(page, times, count);
    beats_verdicts(page, &times[0], &times[count - 1]);
    return true;
}

/* --- dot --- */

static bool run_dot(const struct options *options, struct page *page)
{
    return lookup_draw_path(options, page->out);
}

static const char *const pictures[] = {"path", NULL};

/* A gigabyte and a half of maps. */
enum { MAX_KEYS = 1 << 24 };

static const struct target targets[] = {
    {"bench", "what a look-up takes and touches, by the size of the map", run_bench, 1 << 22,
     MAX_KEYS},
    {"versions", "the same look-ups in the maps of Go 1.23, Go 1.24 and Rust", run_versions,
     MILLION, MAX_KEYS},
    {"dot", "a picture of live memory, as Graphviz", run_dot, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

const struct program program = {
    .name = "06-lookup",
    .title = "A handful of nanoseconds",
    .targets = targets,
    .pictures = pictures,
    .designs = (const char *const[]){"go1.24", NULL},
};
