/*
 * zeroing_bench.c - the page about time.
 */
#include "zeroing_pages.h"

enum { NAME_BYTES = 48 };

static const struct { const char *slug, *label; } use_names[USES] = {
    [USE_FRESH] = {"fresh-unused", "fresh, unused"},
    [USE_FRESH_HALF] = {"fresh-half", "fresh, half written"},
    [USE_FRESH_ALL] = {"fresh-all", "fresh, all written"},
    [USE_RECYCLED] = {"used-unused", "used memory, unused"},
};

static void slug_of(char slug[NAME_BYTES], unsigned i)
{
    snprintf(slug, NAME_BYTES, "%s-%s", use_names[i / POLICIES].slug,
             policy_names[i % POLICIES].slug);
}

static void print_times(struct page *page, const struct times *t)
{
    page_text(page, "A buffer of 4 MiB with pointers: its resident pages, the time to allocate and "
                    "write it, and to the same under Go 1.23:");
    page_table(page, "times", HEADS("memory, policy", "pages", "time", "to before"));
    for (unsigned i = 0; i < TIMED; i++) {
        char slug[NAME_BYTES], label[NAME_BYTES];
        slug_of(slug, i);
        snprintf(label, sizeof label, "%s, %s", use_names[i / POLICIES].label,
                 policy_names[i % POLICIES].label);
        page_row(page, slug, label,
                 CELLS(exact(t->pages[i], ""), measured(t->results[i].median_ns / 1000, "µs"),
                       measured(times_to_before(t, i / POLICIES, i % POLICIES), "x")));
    }
    page_table_end(page);
}

static void judge(struct page *page, const struct times *t)
{
    char a[PAGE_NUMBER_BYTES];
    double unused = times_to_before(t, USE_FRESH, POLICY_REGRESSED);
    double written = times_to_before(t, USE_FRESH_ALL, POLICY_REGRESSED);
    page_claim(page, "zeroing-takes-time", zeroing_takes_time(t, USE_FRESH),
               "to allocate a buffer that nobody writes takes %s times as long under Go 1.24.0",
               page_cell_text(a, measured(unused, "x")));
    page_beyond(page, "zeroing-takes-time", "all-written", !zeroing_takes_time(t, USE_FRESH_ALL),
                "to allocate it and write all of it takes %s times as long",
                page_cell_text(a, measured(written, "x")));
}

bool run_bench(const struct options *options, struct page *page)
{
    struct times t;
    uint64_t buffers = options->keys > 0 ? options->keys : 1;
    if (!times_run(buffers, options->rounds, options->limit_bytes, &t))
        return false;
    if (options->benchfmt) {
        bench_write_units(page->out);
        for (unsigned i = 0; i < TIMED; i++) {
            char slug[NAME_BYTES];
            slug_of(slug, i);
            bench_write_lines(page->out, slug, "bytes=4194304", &t.results[i]);
        }
        return true;
    }
    print_times(page, &t);
    judge(page, &t);
    return true;
}
