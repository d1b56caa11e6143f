/*
 * zeroing_retain.c - the page about memory: buffers, the matrix, the line, a mix.
 */
#include "zeroing_pages.h"

enum { KiB = 1024, MiB = 1024 * KiB, BUFFER_BYTES = 4 * MiB };

/* --- Many buffers, and nothing in them -------------------------------------- */

static bool all_buffers_run(uint64_t channels, uint64_t limit, struct buffers of[POLICIES])
{
    for (enum policy policy = 0; policy < POLICIES; policy++)
        if (!buffers_run(channels, policy, limit, &of[policy]))
            return false;
    return true;
}

static void print_buffers(struct page *page, uint64_t channels, const struct buffers of[POLICIES])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "%s channels with buffers of 4 MiB, elements with pointers, nothing sent. The "
                    "heap's counters; its resident pages and bytes by the kernel; and what "
                    "this process has in memory:", page_number(number, channels));
    page_table(page, "buffers", HEADS("policy", "HeapAlloc", "HeapInuse", "HeapSys", "pages",
                                      "resident", "process"));
    for (enum policy policy = 0; policy < POLICIES; policy++) {
        const struct buffers *b = &of[policy];
        page_row(page, policy_names[policy].slug, policy_names[policy].label,
                 CELLS(exact(b->counters.heap_alloc, "B"), exact(b->counters.heap_inuse, "B"),
                       exact(b->counters.heap_sys, "B"), exact(b->pages, ""),
                       exact(b->pages * SYSTEM_PAGE_BYTES, "B"),
                       b->process_bytes == 0 ? word("not told")
                                             : measured((double)b->process_bytes / MiB, "MiB")));
    }
    page_table_end(page);
}

/* --- The matrix -------------------------------------------------------------- */

/* Every cell under every policy, its objects half used. */
struct matrix {
    struct held of[CELLS][POLICIES];
};

static const char *const kind_slugs[KINDS] = {"channel", "slice", "swiss", "buckets"};
static const char *const kind_labels[KINDS] = {"channel", "slice", "Swiss", "buckets"};

static bool matrix_run(const struct options *o, struct matrix *m)
{
    for (unsigned i = 0; i < CELLS; i++)
        for (enum policy policy = 0; policy < POLICIES; policy++)
            if (!held_run(cell_at(i), SHARE_HALF, policy, o->seed, o->limit_bytes,
                          &m->of[i][policy]))
                return false;
    return true;
}

static double ratio(uint64_t pages, uint64_t before)
{
    return (double)pages / (double)before;
}

static void matrix_row(struct page *page, unsigned i, const struct held of[POLICIES])
{
    struct cell c = cell_at(i);
    char slug[48], label[48];
    snprintf(slug, sizeof slug, "%s-%s-%s", c.large ? "large" : "small", kind_slugs[c.kind],
             c.scan == HEAP_SCAN ? "pointers" : "plain");
    snprintf(label, sizeof label, "%s %s%s", c.large ? "large" : "small", kind_labels[c.kind],
             c.scan == HEAP_SCAN ? ", ptr" : "");
    const struct held *before = &of[POLICY_BEFORE], *regressed = &of[POLICY_REGRESSED];
    page_row(page, slug, label,
             CELLS(exact(before->object_bytes, "B"), exact(before->used_counters.heap_alloc, "B"),
                   exact(before->used_counters.heap_inuse, "B"),
                   exact(before->used_counters.heap_sys, "B"), exact(before->used_pages, ""),
                   exact(regressed->used_pages, ""), exact(of[POLICY_FIXED].used_pages, ""),
                   exact_real(ratio(regressed->used_pages, before->used_pages), 2, "x")));
}

static void print_matrix(struct page *page, const struct matrix *m)
{
    page_text(page, "Every kind of object, small (up to 32 KiB) and large, plain and with pointers "
                    "(ptr), half used; maps are those of Go 1.24 (Swiss) and of Go 1.23 (buckets). "
                    "Each object's bytes; the heap's counters, the same under all policies; "
                    "resident pages under Go 1.23 (before), 1.24.0 (regressed) and the fix:");
    page_table(page, "matrix", HEADS("half used", "each", "HeapAlloc", "HeapInuse", "HeapSys",
                                     "before", "regressed", "fixed", "ratio"));
    for (unsigned i = 0; i < CELLS; i++)
        matrix_row(page, i, m->of[i]);
    page_table_end(page);
}

/* The large ones with pointers, as they were made. */
static void print_unused(struct page *page, const struct matrix *m)
{
    page_text(page, "The large ones with pointers, made and not used: pages that each policy "
                    "makes resident, and all that are in use by the heap's count:");
    page_table(page, "unused", HEADS("made", "before", "regressed", "fixed", "in use"));
    for (unsigned i = 0; i < CELLS; i++) {
        const struct held *of = m->of[i];
        struct cell c = cell_at(i);
        if (!c.large || c.scan == HEAP_NOSCAN)
            continue;
        page_row(page, kind_slugs[c.kind], kind_labels[c.kind],
                 CELLS(exact(of[POLICY_BEFORE].made_pages, ""),
                       exact(of[POLICY_REGRESSED].made_pages, ""),
                       exact(of[POLICY_FIXED].made_pages, ""),
                       exact(of[POLICY_FIXED].made_counters.heap_inuse / SYSTEM_PAGE_BYTES, "")));
    }
    page_table_end(page);
}

/* --- One buffer: how much of it is used, and where large begins -------------- */

static const struct share_row {
    const char *slug, *label;
    unsigned share;                     /* of SHARE_ALL */
} share_rows[] = {
    {"none", "nothing", 0},
    {"eighth", "an eighth", SHARE_ALL / 8},
    {"quarter", "a quarter", SHARE_ALL / 4},
    {"half", "half", SHARE_HALF},
    {"two-thirds", "two thirds", SHARE_ALL * 2 / 3},
    {"all", "all of it", SHARE_ALL},
};
enum { SHARES = sizeof share_rows / sizeof share_rows[0], SHARE_ROW_HALF = 3 };

static const uint64_t edge_bytes[] = {32640, 32760, 32761, 32768, 32769, 65536};
enum { EDGES = sizeof edge_bytes / sizeof edge_bytes[0], EDGE_SMALL = 1, EDGE_32_KIB = 3 };

struct singles {
    struct buffer share[SHARES][POLICIES];
    struct buffer used[POLICIES];               /* in used memory, half of it written */
    struct buffer given_back[POLICIES];         /* the same in memory that was given back */
    struct buffer edge[EDGES][POLICIES];        /* nothing written */
    struct buffer plain[POLICIES];              /* no pointers, half of it written */
};

static bool singles_of(enum policy p, uint64_t limit, struct singles *s)
{
    for (unsigned i = 0; i < SHARES; i++)
        if (!buffer_run(BUFFER_BYTES, HEAP_SCAN, share_rows[i].share, MEMORY_FRESH, p, limit,
                        &s->share[i][p]))
            return false;
    for (unsigned i = 0; i < EDGES; i++)
        if (!buffer_run(edge_bytes[i], HEAP_SCAN, 0, MEMORY_FRESH, p, limit, &s->edge[i][p]))
            return false;
    return buffer_run(BUFFER_BYTES, HEAP_SCAN, SHARE_HALF, MEMORY_USED, p, limit, &s->used[p])
        && buffer_run(BUFFER_BYTES, HEAP_SCAN, SHARE_HALF, MEMORY_GIVEN_BACK, p, limit,
                      &s->given_back[p])
        && buffer_run(BUFFER_BYTES, HEAP_NOSCAN, SHARE_HALF, MEMORY_FRESH, p, limit, &s->plain[p]);
}

static bool singles_run(uint64_t limit, struct singles *s)
{
    for (enum policy policy = 0; policy < POLICIES; policy++)
        if (!singles_of(policy, limit, s))
            return false;
    return true;
}

static void share_row(struct page *page, const char *slug, const char *label,
                      const struct buffer of[POLICIES])
{
    uint64_t before = of[POLICY_BEFORE].used_pages, regressed = of[POLICY_REGRESSED].used_pages;
    page_row(page, slug, label,
             CELLS(exact(before, ""), exact(regressed, ""), exact(of[POLICY_FIXED].used_pages, ""),
                   before == 0 ? word("-") : exact_real(ratio(regressed, before), 2, "x")));
}

static void print_shares(struct page *page, const struct singles *s)
{
    page_text(page, "One buffer of 4 MiB with pointers, resident pages by how much of it is "
                    "written; the last two lie in memory that was used before, the last in "
                    "memory that was given back to the system since:");
    page_table(page, "share", HEADS("written", "before", "regressed", "fixed", "ratio"));
    for (unsigned i = 0; i < SHARES; i++)
        share_row(page, share_rows[i].slug, share_rows[i].label, s->share[i]);
    share_row(page, "used", "half, used memory", s->used);
    share_row(page, "given-back", "half, given back", s->given_back);
    page_table_end(page);
}

static void print_edge(struct page *page, const struct singles *s)
{
    page_text(page, "Where large begins: one object with pointers, nothing written:");
    page_table(page, "edge", HEADS("bytes asked for", "HeapAlloc", "before", "regressed", "fixed"));
    for (unsigned i = 0; i < EDGES; i++) {
        char slug[PAGE_NUMBER_BYTES], label[PAGE_NUMBER_BYTES];
        const struct buffer *of = s->edge[i];
        snprintf(slug, sizeof slug, "%llu", (unsigned long long)edge_bytes[i]);
        page_row(page, slug, page_number(label, edge_bytes[i]),
                 CELLS(exact(of[0].rounded_bytes, "B"), exact(of[POLICY_BEFORE].made_pages, ""),
                       exact(of[POLICY_REGRESSED].made_pages, ""),
                       exact(of[POLICY_FIXED].made_pages, "")));
    }
    page_table_end(page);
}

/* --- A service's mix ---------------------------------------------------------- */

static bool mixes_run(const struct options *o, struct mix of[POLICIES])
{
    for (enum policy policy = 0; policy < POLICIES; policy++)
        if (!mix_run(policy, o->seed, o->limit_bytes, &of[policy]))
            return false;
    return true;
}

static void mix_row(struct page *page, const char *slug, const char *label, uint64_t bytes,
                    const uint64_t pages[POLICIES])
{
    page_row(page, slug, label,
             CELLS(exact(bytes, "B"), exact(pages[POLICY_BEFORE], ""),
                   exact(pages[POLICY_REGRESSED], ""), exact(pages[POLICY_FIXED], ""),
                   exact_real(ratio(pages[POLICY_REGRESSED], pages[POLICY_BEFORE]), 3, "x")));
}

static void print_mix(struct page *page, const struct mix of[POLICIES])
{
    static const char *const slugs[PARTS] = {"channels", "maps", "small"};
    static const char *const labels[PARTS] = {"channel buffers", "maps", "small objects"};
    uint64_t bytes = 0, sum[POLICIES] = {0};
    page_text(page, "A service: half of the heap are channel buffers, two thirds used, a fifth are "
                    "maps, the rest small objects; HeapAlloc, and resident pages:");
    page_table(page, "mix", HEADS("part", "HeapAlloc", "before", "regressed", "fixed", "ratio"));
    for (enum part part = 0; part < PARTS; part++) {
        uint64_t pages[POLICIES];
        for (enum policy policy = 0; policy < POLICIES; policy++) {
            pages[policy] = of[policy].pages[part];
            sum[policy] += pages[policy];
        }
        bytes += of[POLICY_BEFORE].heap_alloc[part];
        mix_row(page, slugs[part], labels[part], of[POLICY_BEFORE].heap_alloc[part], pages);
    }
    mix_row(page, "all", "all of it", bytes, sum);
    page_table_end(page);
}

/* --- Verdicts ------------------------------------------------------------------ */

static void judge_zeroing(struct page *page, const struct matrix *m, const struct singles *s)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    bool commits = held_commits(m->of[cell_large_pointers(KIND_CHANNEL)])
                && held_commits(m->of[cell_large_pointers(KIND_SLICE)])
                && held_commits(m->of[cell_large_pointers(KIND_BUCKETS)]);
    for (unsigned i = 0; i < SHARES; i++)
        commits = commits && (share_rows[i].share == SHARE_ALL
                              || zeroing_commits(s->share[i], share_rows[i].share));
    const struct buffer *half = s->share[SHARE_ROW_HALF];
    page_claim(page, "zeroing-commits", commits,
               "half written, %s of %s pages are resident under Go 1.23, %s under 1.24.0",
               page_number(a, half[POLICY_BEFORE].used_pages),
               page_number(b, half[POLICY_BEFORE].all_pages),
               page_number(c, half[POLICY_REGRESSED].used_pages));
    page_beyond(page, "zeroing-commits", "used-memory",
                !zeroing_commits(s->used, SHARE_HALF)
                    && !zeroing_commits(s->given_back, SHARE_HALF),
                "in memory that was used and given back, %s pages by the fixed policy, too",
                page_number(a, s->given_back[POLICY_FIXED].used_pages));
    page_beyond(page, "zeroing-commits", "all-used",
                !zeroing_commits(s->share[SHARES - 1], SHARE_ALL),
                "written to the end, %s pages under every policy",
                page_number(a, s->share[SHARES - 1][POLICY_FIXED].used_pages));
    const struct held *swiss = m->of[cell_large_pointers(KIND_SWISS)];
    page_beyond(page, "zeroing-commits", "swiss-tables", !held_commits(swiss),
                "made and not used, Swiss maps have %s pages under Go 1.23's policy and %s under "
                "1.24.0's", page_number(a, swiss[POLICY_BEFORE].made_pages),
                page_number(b, swiss[POLICY_REGRESSED].made_pages));
}

static void judge_accounting(struct page *page, const struct matrix *m,
                             const struct buffers of[POLICIES], const struct returned *returned)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    unsigned equal = 0;
    for (unsigned i = 0; i < CELLS; i++)
        equal += held_counters_equal(m->of[i]);
    bool unseen = equal == CELLS
               && counters_equal(&of[POLICY_BEFORE].counters, &of[POLICY_REGRESSED].counters)
               && counters_equal(&of[POLICY_BEFORE].counters, &of[POLICY_FIXED].counters)
               && of[POLICY_REGRESSED].pages > of[POLICY_BEFORE].pages;
    page_claim(page, "accounting-cannot-see-it", unseen,
               "all counters are equal in %u of %u cells, and for the buffers of 4 MiB, with %s "
               "and %s resident pages", equal, (unsigned)CELLS,
               page_number(a, of[POLICY_BEFORE].pages), page_number(b, of[POLICY_REGRESSED].pages));
    page_beyond(page, "accounting-cannot-see-it", "given-back", returned_is_seen(returned),
                "when the heap gives pages back, resident bytes fall by %s and HeapReleased "
                "rises by %s", page_number(a, returned->resident_bytes),
                page_number(b, returned->released_bytes));
}

static void judge_unharmed(struct page *page, const struct matrix *m, const struct singles *s)
{
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    unsigned equal = 0, cells = 0;
    for (unsigned i = 0; i < CELLS; i++) {
        struct cell c = cell_at(i);
        if (c.large && c.scan == HEAP_SCAN)
            continue;
        cells++;
        equal += held_pages_equal(m->of[i]);
    }
    page_claim(page, "small-and-pointer-free-unharmed",
               equal == cells && buffer_pages_equal(s->plain)
                   && buffer_pages_equal(s->edge[EDGE_SMALL]),
               "%u of %u small or plain cells have the same pages under every policy",
               equal, cells);
    page_beyond(page, "small-and-pointer-free-unharmed", "exactly-32-kib",
                !buffer_pages_equal(s->edge[EDGE_32_KIB]),
                "an object of 32 KiB with pointers has %s pages under Go 1.23, %s under 1.24.0",
                page_number(a, s->edge[EDGE_32_KIB][POLICY_BEFORE].made_pages),
                page_number(b, s->edge[EDGE_32_KIB][POLICY_REGRESSED].made_pages));
    page_beyond(page, "small-and-pointer-free-unharmed", "one-pointer",
                !buffer_pages_equal(s->share[SHARE_ROW_HALF]),
                "with a pointer in each element a half used buffer has %s pages, without %s",
                page_number(a, s->share[SHARE_ROW_HALF][POLICY_REGRESSED].used_pages),
                page_number(b, s->plain[POLICY_REGRESSED].used_pages));
}

/* --- The page ------------------------------------------------------------------- */

bool run_retain(const struct options *options, struct page *page)
{
    struct buffers buffers[POLICIES];
    struct matrix matrix;
    struct singles singles;
    struct mix mix[POLICIES];
    struct returned returned;
    uint64_t channels = options->keys > 0 ? options->keys : 1;
    if (!all_buffers_run(channels, options->limit_bytes, buffers) || !matrix_run(options, &matrix)
        || !singles_run(options->limit_bytes, &singles) || !mixes_run(options, mix)
        || !returned_run(BUFFER_BYTES, POLICY_REGRESSED, options->limit_bytes, &returned))
        return false;
    print_buffers(page, channels, buffers);
    print_matrix(page, &matrix);
    print_unused(page, &matrix);
    print_shares(page, &singles);
    print_edge(page, &singles);
    print_mix(page, mix);
    judge_zeroing(page, &matrix, &singles);
    judge_accounting(page, &matrix, buffers, &returned);
    judge_unharmed(page, &matrix, &singles);
    return true;
}
