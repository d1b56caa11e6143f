/*
 * drop_and_rebuild_versions_page.c - three maps made small, side by side: the page.
 */
#include "drop_and_rebuild.h"

#include <inttypes.h>

static const char *const labels[DESIGN_VERSIONS] = {"Go 1.23", "Go 1.24", "Rust"};

/* The policy's k, the entries of the spike, the part of them that a drain leaves. */
static const double POLICY_K = 4;
enum { SPIKE = 1 << 16, PART = 16 };

/* With so many entries Go 1.23's map has just begun to move into a larger array. */
enum { GROWING_KEYS = 212993 };

struct three {
    struct made_small rebuilt[DESIGN_VERSIONS];
    struct made_small shrunk, rebuilt_late, shrunk_late;    /* Rust; late: nothing to shrink to */
    struct made_small growing;                              /* Go 1.23 */
    struct rotation with[DESIGN_VERSIONS], without[DESIGN_VERSIONS];
};

static bool small_all(const struct options *o, struct three *t)
{
    const struct design_version *rust = &design_versions[DESIGN_HASHBROWN],
                                *buckets = &design_versions[DESIGN_BUCKETS];
    uint64_t keys = o->keys, live = keys / PART, seed = o->seed, limit = o->limit_bytes;
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        if (!made_small_run(&design_versions[i], SMALL_BY_REBUILD, keys, live, seed, limit,
                            &t->rebuilt[i]))
            return false;
    return made_small_run(rust, SMALL_BY_SHRINK, keys, live, seed, limit, &t->shrunk)
        && made_small_run(rust, SMALL_BY_REBUILD, keys / 4, keys / 4, seed, limit, &t->rebuilt_late)
        && made_small_run(rust, SMALL_BY_SHRINK, keys / 4, keys / 4, seed, limit, &t->shrunk_late)
        && made_small_run(buckets, SMALL_BY_REBUILD, GROWING_KEYS, GROWING_KEYS / PART, seed, limit,
                          &t->growing);
}

static bool rotate_all(const struct options *o, struct three *t)
{
    bool done = true;
    for (unsigned i = 0; done && i < DESIGN_VERSIONS; i++)
        done = rotation_version(&design_versions[i], POLICY_K, POLICY_K, SPIKE, o->seed,
                                o->limit_bytes, &t->with[i])
            && rotation_version(&design_versions[i], 0, POLICY_K, SPIKE, o->seed, o->limit_bytes,
                                &t->without[i]);
    return done;
}

static void print_small_row(struct page *page, const char *slug, const char *label,
                            const struct made_small *r)
{
    page_row(page, slug, label,
             CELLS(exact(r->live, ""), exact(r->filled, "B"), exact(r->drained, "B"),
                   exact(r->peak, "B"), exact(r->after, "B"), exact(r->fresh, "B")));
}

static void print_small(struct page *page, const struct options *o, const struct three *t)
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "%s entries of int to int in three maps, drained, and made small: bytes full "
                    "and drained, at the peak, after it and a collection, and of a map that never "
                    "held more.", page_number(number, o->keys));
    page_table(page, "small", HEADS("map", "live", "filled", "drained", "peak", "after", "fresh"));
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        char label[48];
        snprintf(label, sizeof label, "%s, rebuilt", labels[i]);
        print_small_row(page, design_versions[i].slug, label, &t->rebuilt[i]);
    }
    print_small_row(page, "shrink", "Rust, shrink_to_fit", &t->shrunk);
    print_small_row(page, "rebuild-late", "Rust, all live, rebuilt", &t->rebuilt_late);
    print_small_row(page, "shrink-late", "Rust, all live, shrink", &t->shrunk_late);
    print_small_row(page, "growing", "Go 1.23, still growing", &t->growing);
    page_table_end(page);
}

static double copied_each(const struct rotation *r)
{
    return (double)r->copied / (double)r->operations;
}

static void print_rotations(struct page *page, const struct three *t)
{
    page_text(page, "A queue of %d entries that drains to a 64th, with the policy k = %g and "
                    "without it: the most bytes at once, bytes when drained, the worst moment as "
                    "a part of the bound, and entries moved for each operation.", SPIKE, POLICY_K);
    page_table(page, "rotation", HEADS("map", "rebuilds", "moved each", "peak", "drained", "worst",
                                       "never: drained", "never: worst"));
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        const struct rotation *with = &t->with[i], *without = &t->without[i];
        page_row(page, design_versions[i].slug, labels[i],
                 CELLS(exact(with->rotations, ""), exact_real(copied_each(with), 2, ""),
                       exact(with->peak_bytes, "B"), exact(with->drained_bytes, "B"),
                       exact_real(100 * with->worst, 0, "%"), exact(without->drained_bytes, "B"),
                       exact_real(100 * without->worst, 0, "%")));
    }
    page_table_end(page);
}

static void judge_small(struct page *page, const struct three *t)
{
    bool fit = true, late = t->shrunk_late.peak < t->rebuilt_late.peak;
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++)
        fit = fit && draining_keeps(&t->rebuilt[i]) && made_small_fits(&t->rebuilt[i]);
    page_claim(page, "three-rebuilds-fit", fit,
               "rebuilt, each map takes what a fresh one takes, and both at the peak");
    page_beyond(page, "three-rebuilds-fit", "while-it-grows", !draining_keeps(&t->growing),
                "Go 1.23, filled to %d: %s B, drained %s B", GROWING_KEYS,
                page_number(a, t->growing.filled), page_number(b, t->growing.drained));
    const struct made_small *rebuilt = &t->rebuilt[DESIGN_HASHBROWN];
    page_claim(page, "shrink-is-a-rebuild",
               t->shrunk.peak == rebuilt->peak && t->shrunk.after == rebuilt->after,
               "%s B after it, %s B at the peak, by either way",
               page_number(a, t->shrunk.after), page_number(b, t->shrunk.peak));
    page_beyond(page, "shrink-is-a-rebuild", "no-smaller-table", late,
                "all entries live: %s B at the peak of the shrink, %s B at the rebuild's",
                page_number(a, t->shrunk_late.peak), page_number(b, t->rebuilt_late.peak));
}

static void judge_rotations(struct page *page, const struct three *t)
{
    bool bounded = true, passed = true;
    for (unsigned i = 0; i < DESIGN_VERSIONS; i++) {
        bounded = bounded && rotation_version_bounded(&design_versions[i], POLICY_K, &t->with[i]);
        passed = passed && t->without[i].worst > 1;
    }
    page_claim(page, "three-rotations-bounded", bounded,
               "at worst %.0f %% of the bound in Go 1.23, %.0f %% in Go 1.24, %.0f %% in Rust",
               100 * t->with[0].worst, 100 * t->with[1].worst, 100 * t->with[2].worst);
    page_beyond(page, "three-rotations-bounded", "never-rebuilt", passed,
                "%.0f %% in Go 1.23, %.0f %% in Go 1.24, %.0f %% in Rust",
                100 * t->without[0].worst, 100 * t->without[1].worst, 100 * t->without[2].worst);
}

bool versions_page(const struct options *options, struct page *page)
{
    struct three t;
    if (!small_all(options, &t) || !rotate_all(options, &t))
        return false;
    print_small(page, options, &t);
    print_rotations(page, &t);
    judge_small(page, &t);
    judge_rotations(page, &t);
    return true;
}
