/*
 * presize_versions.c - hints in three maps: what they spare, whether they are kept, and the page.
 *
 * Garbage is collected at once here: so the peak is what is in use, and no collector could do with
 * less. Allocations are counted all the same.
 */
#include "presize.h"

#include <inttypes.h>

#include "swiss/swiss_u64.h"

/* --- What a fill allocates -------------------------------------------------- */

static bool fill_in(struct heap *h, const struct design_version *version, uint64_t keys,
                    uint64_t hint, uint64_t seed, struct presize_version_fill *fill)
{
    struct any_map m;
    if (!any_map_init(&m, version->design, &swiss_u64_type, h, hint, seed))
        return false;
    fill->mallocs_before = heap_read(h).mallocs;
    if (!design_version_fill(version, &m, 0, keys))
        return false;
    fill->mallocs = heap_read(h).mallocs;
    fill->total = design_total_bytes(version->design, h);
    fill->peak = design_peak_bytes(version->design, h);
    heap_collect(h);
    fill->kept = design_bytes(version->design, h);
    return true;
}

static bool fill_run(const struct options *options, const struct design_version *version,
                     uint64_t hint, struct presize_version_fill *fill)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = options->limit_bytes,
                                                    .collector = HEAP_COLLECT_AT_ONCE});
    bool done = h != NULL && fill_in(h, version, options->keys, hint, options->seed, fill);
    heap_delete(h);                     /* with the map in it */
    return done;
}

bool presize_version(const struct options *options, const struct design_version *version,
                     struct presize_version *result)
{
    return fill_run(options, version, 0, &result->ways[PRESIZE_GROWN])
        && fill_run(options, version, options->keys, &result->ways[PRESIZE_HINTED]);
}

bool presize_version_saves(const struct presize_version *v)
{
    const struct presize_version_fill *grown = &v->ways[PRESIZE_GROWN],
                                      *hinted = &v->ways[PRESIZE_HINTED];
    return hinted->mallocs < grown->mallocs && hinted->total < grown->total;
}

bool presize_version_grows_in_place(const struct presize_version *v)
{
    const struct presize_version_fill *grown = &v->ways[PRESIZE_GROWN];
    return 10 * grown->peak <= 11 * grown->kept;
}

/* --- Is the hint kept? ------------------------------------------------------ */

/* Fills a map made for `hint` entries with as many; *broken: it allocated meanwhile. */
static bool try_hint(struct heap *h, const struct design_version *version, uint64_t hint,
                     uint64_t seed, bool *broken)
{
    struct any_map m;
    if (!any_map_init(&m, version->design, &swiss_u64_type, h, hint, seed))
        return false;
    uint64_t mallocs = heap_read(h).mallocs;
    bool done = design_version_fill(version, &m, 0, hint);
    *broken = heap_read(h).mallocs != mallocs;
    m.design->free(&m);
    return done;
}

bool presize_promise(const struct options *options, const struct design_version *version,
                     uint64_t most, struct presize_promise *result)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = options->limit_bytes,
                                                    .collector = HEAP_COLLECT_AT_ONCE});
    bool done = h != NULL, broken = false;
    *result = (struct presize_promise){.most = most};
    for (uint64_t hint = 1; done && hint <= most; hint++) {
        done = try_hint(h, version, hint, options->seed, &broken);
        result->broken += broken;
        if (broken && result->first == 0)
            result->first = hint;
    }
    heap_delete(h);
    return done;
}

bool presize_version_promises(const struct presize_promise *p)
{
    return p->most > 0 && p->broken == 0;
}

/* --- Times ------------------------------------------------------------------ */

struct version_subject {
    const struct design_version *version;
    struct heap *heap;
    struct any_map map;
    uint64_t hint, seed;
    bool made;
};

/* Makes the map and fills it. */
static uint64_t insert(void *context)
{
    struct version_subject *s = context;
    s->made = any_map_init(&s->map, s->version->design, &swiss_u64_type, s->heap, s->hint,
                           s->seed);
    return s->made && design_version_fill(s->version, &s->map, 0, PRESIZE_VERSION_KEYS);
}

/* Drops the map of the round before, so that no round pays for another. */
static void drop(void *context)
{
    struct version_subject *s = context;
    if (s->made)
        s->version->design->free(&s->map);
    s->made = false;
    heap_collect(s->heap);
}

bool presize_version_bench(const struct options *options, const struct design_version *version,
                           struct presize_version_times *times)
{
    struct version_subject subjects[PRESIZE_WAYS];
    struct bench_case cases[PRESIZE_WAYS];
    bool done = true;
    for (unsigned way = 0; way < PRESIZE_WAYS; way++) {
        struct heap_config config = {.limit_bytes = options->limit_bytes};
        subjects[way] = (struct version_subject){
            .version = version, .heap = heap_new(&config), .seed = options->seed,
            .hint = way == PRESIZE_HINTED ? PRESIZE_VERSION_KEYS : 0};
        done = done && subjects[way].heap != NULL;
        cases[way] = (struct bench_case){.name = presize_way_names[way], .prepare = drop,
                                         .run = insert, .context = &subjects[way],
                                         .heap = subjects[way].heap};
    }
    done = done && bench_run(cases, times->ways, PRESIZE_WAYS, options->rounds);
    if (done)
        times->grown_over_hinted = bench_ratio(&times->ways[PRESIZE_GROWN],
                                               &times->ways[PRESIZE_HINTED]);
    for (unsigned way = 0; way < PRESIZE_WAYS; way++)
        heap_delete(subjects[way].heap);
    return done;
}

/* --- The page --------------------------------------------------------------- */

static const char *const labels[DESIGN_VERSIONS] = {"Go 1.23", "Go 1.24", "Rust"};

struct presize_three {
    struct presize_version fills[DESIGN_VERSIONS];
    struct presize_promise promises[DESIGN_VERSIONS];
    struct presize_version_times times[DESIGN_VERSIONS];
};

static void print_fills(struct page *page, uint64_t keys, const struct presize_version fills[])
{
    char number[PAGE_NUMBER_BYTES], slug[48], label[48];
    page_text(page, "%s entries of int to int in three maps, grown and with their number as hint: "
                    "allocations, those before the first insert, bytes of all of them, the most "
                    "in use at once, and in use when filled.", page_number(number, keys));
    page_table(page, "fills", HEADS("map", "allocs", "before", "allocated", "peak", "kept"));
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        for (unsigned way = 0; way < PRESIZE_WAYS; way++) {
            const struct presize_version_fill *f = &fills[i].ways[way];
            snprintf(slug, sizeof slug, "%s-%s", design_versions[i].slug,
                     way == PRESIZE_HINTED ? "hinted" : "grown");
            snprintf(label, sizeof label, "%s, %s", labels[i],
                     way == PRESIZE_HINTED ? "hint" : "grown");
            page_row(page, slug, label,
                     CELLS(exact(f->mallocs, ""), exact(f->mallocs_before, ""),
                           exact(f->total, "B"), exact(f->peak, "B"), exact(f->kept, "B")));
        }
    page_table_end(page);
}

static void print_promises(struct page *page, const struct presize_three *t)
{
    char number[PAGE_NUMBER_BYTES], keys[PAGE_NUMBER_BYTES];
    page_text(page, "Hints from 1 to %s, each filled to its number: those within which the map "
                    "allocates, and the least of them. And the time of a fill of %s entries, "
                    "without the hint and with it.", page_number(number, PRESIZE_MOST_HINT),
              page_number(keys, PRESIZE_VERSION_KEYS));
    page_table(page, "promises", HEADS("map", "broken", "least", "grown", "hint", "grown/hint"));
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        const struct presize_version_times *times = &t->times[i];
        page_row(page, design_versions[i].slug, labels[i],
                 CELLS(exact(t->promises[i].broken, ""),
                       t->promises[i].first == 0 ? word("none") : exact(t->promises[i].first, ""),
                       measured(times->ways[PRESIZE_GROWN].median_ns / 1000, "µs"),
                       measured(times->ways[PRESIZE_HINTED].median_ns / 1000, "µs"),
                       measured(times->grown_over_hinted, "")));
    }
    page_table_end(page);
}

static void judge_fills(struct page *page, const struct presize_version fills[])
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    bool save = true;
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        save = save && presize_version_saves(&fills[i]);
    const struct presize_version_fill *buckets = &fills[DESIGN_BUCKETS].ways[PRESIZE_HINTED];
    page_claim(page, "three-hints-save", save, "%s allocations with the hint in Go 1.23, %s in Go "
               "1.24, %s in Rust", page_number(a, buckets->mallocs),
               page_number(b, fills[DESIGN_SWISS].ways[PRESIZE_HINTED].mallocs),
               page_number(c, fills[DESIGN_HASHBROWN].ways[PRESIZE_HINTED].mallocs));
    page_beyond(page, "three-hints-save", "none-while-filled",
                buckets->mallocs > buckets->mallocs_before,
                "with the hint Go 1.23 makes %s allocations, %s of them before the first insert",
                page_number(a, buckets->mallocs), page_number(b, buckets->mallocs_before));
}

static void judge_promises(struct page *page, const struct presize_promise p[])
{
    page_claim(page, "rust-hint-is-a-promise", presize_version_promises(&p[DESIGN_HASHBROWN]),
               "%" PRIu64 " of %" PRIu64 " hints are broken", p[DESIGN_HASHBROWN].broken,
               p[DESIGN_HASHBROWN].most);
    for (unsigned i = DESIGN_BUCKETS; i <= DESIGN_SWISS; i++)
        page_beyond(page, "rust-hint-is-a-promise", design_versions[i].slug,
                    !presize_version_promises(&p[i]), "%s: %" PRIu64 " of %" PRIu64 " hints",
                    labels[i], p[i].broken, p[i].most);
}

static double peak_to_kept(const struct presize_version *v)
{
    return (double)v->ways[PRESIZE_GROWN].peak / (double)v->ways[PRESIZE_GROWN].kept;
}

static void judge_peaks(struct page *page, const struct presize_version fills[])
{
    static const unsigned others[] = {DESIGN_BUCKETS, DESIGN_HASHBROWN};
    page_claim(page, "swiss-grows-piece-by-piece",
               presize_version_grows_in_place(&fills[DESIGN_SWISS]),
               "at most %.3f times the bytes of the filled map",
               peak_to_kept(&fills[DESIGN_SWISS]));
    for (unsigned i = 0; i < 2; i++)
        page_beyond(page, "swiss-grows-piece-by-piece", design_versions[others[i]].slug,
                    !presize_version_grows_in_place(&fills[others[i]]), "%s: %.3f times",
                    labels[others[i]], peak_to_kept(&fills[others[i]]));
}

static void write_lines(struct page *page, const struct presize_three *t)
{
    char settings[64];
    if (page->out == NULL)
        return;
    bench_write_units(page->out);
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        for (unsigned way = 0; way < PRESIZE_WAYS; way++) {
            snprintf(settings, sizeof settings, "design=%s/keys=%d",
                     design_versions[i].design->name, PRESIZE_VERSION_KEYS);
            bench_write_lines(page->out, presize_way_names[way], settings, &t->times[i].ways[way]);
        }
}

bool presize_versions_page(const struct options *options, struct page *page)
{
    static struct presize_three t;      /* large: many rounds */
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        if (!presize_version_bench(options, &design_versions[i], &t.times[i]))
            return false;
    if (options->benchfmt) {
        write_lines(page, &t);
        return true;
    }
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        if (!presize_version(options, &design_versions[i], &t.fills[i])
            || !presize_promise(options, &design_versions[i], PRESIZE_MOST_HINT, &t.promises[i]))
            return false;
    print_fills(page, options->keys, t.fills);
    print_promises(page, &t);
    judge_fills(page, t.fills);
    judge_promises(page, t.promises);
    judge_peaks(page, t.fills);
    return true;
}
