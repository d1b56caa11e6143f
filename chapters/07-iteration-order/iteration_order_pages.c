/*
 * iteration_order_pages.c - chapter 7's targets: what the experiments find, printed and drawn.
 */
#include "iteration_order.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dot/dot.h"
#include "program/program.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

enum { TEXT_BYTES = 64 };

/* The three sizes; the middle one is --keys. */
struct sizes {
    uint64_t keys[SIZES];
};

static const char *const size_slugs[SIZES] = {"small", "table", "tables"};

static struct sizes sizes_of(const struct options *options)
{
    return (struct sizes){{SMALL_KEYS, options->keys, TABLES_KEYS}};
}

static struct setting setting_of(const struct options *options)
{
    return (struct setting){options->seed, options->limit_bytes};
}

static const char *number_text(char text[TEXT_BYTES], uint64_t number)
{
    char commas[PAGE_NUMBER_BYTES];
    snprintf(text, TEXT_BYTES, "%s", page_number(commas, number));
    return text;
}

/* A chance given by its logarithm, as a bound: "10^-19". */
static const char *chance_text(char text[TEXT_BYTES], double log10_of_chance)
{
    snprintf(text, TEXT_BYTES, "10^%.0f", ceil(log10_of_chance));
    return text;
}

/* --- iter: starts --------------------------------------------------------- */

static void print_sixteen(struct page *page, const struct starts *r)
{
    char line[RANGES_SHOWN * 8] = "", *at = line;
    for (unsigned i = 0; i < RANGES_SHOWN; i++)
        at += snprintf(at, 8, "%s%" PRIu64, i > 0 ? " " : "", r->first[i]);
    page_line(page, "%d ranges over one map of %" PRIu64 " entries; the first key of each:",
              RANGES_SHOWN, r->entries);
    page_text(page, "    %s", line);
}

static const char *tables_text(char text[TEXT_BYTES], uint64_t tables)
{
    if (tables == 0)
        return "one group";
    snprintf(text, TEXT_BYTES, "%" PRIu64 " table%s", tables, tables == 1 ? "" : "s");
    return text;
}

static void print_starts(struct page *page, const struct starts starts[SIZES])
{
    char label[SIZES][TEXT_BYTES], alike[SIZES][TEXT_BYTES], left_out[SIZES][TEXT_BYTES];
    print_sixteen(page, &starts[1]);
    page_table(page, "first", HEADS("map", "entries", "slots", "distinct of 16", "to expect",
                                    "all alike", "ranges", "came first", "one left out"));
    for (unsigned i = 0; i < SIZES; i++) {
        const struct starts *r = &starts[i];
        page_row(page, size_slugs[i], tables_text(label[i], r->tables),
                 CELLS(exact(r->entries, ""), exact(r->slots, ""), exact(r->distinct, ""),
                       exact_real(r->expected, 1, ""), word(chance_text(alike[i], r->all_alike)),
                       exact(r->ranges, ""), exact(r->came_first, ""),
                       word(chance_text(left_out[i], r->one_left_out))));
    }
    page_table_end(page);
}

static void print_blocks(struct page *page, const uint64_t blocks[RANGES_SHOWN + 1],
                         uint64_t keys)
{
    char label[TEXT_BYTES], times[TEXT_BYTES];
    page_text(page, "Sixteen ranges over the map of %" PRIu64 " entries, %s times: how many first "
                    "keys differ?", keys, number_text(times, BLOCKS));
    page_table(page, "blocks", HEADS("distinct", "times", "share"));
    for (unsigned d = 1; d <= RANGES_SHOWN; d++) {
        if (blocks[d] == 0)
            continue;
        snprintf(label, sizeof label, "%u", d);
        page_row(page, label, label,
                 CELLS(exact(blocks[d], ""),
                       exact_real(100.0 * (double)blocks[d] / BLOCKS, 2, "%")));
    }
    page_table_end(page);
}

/* --- iter: orders --------------------------------------------------------- */

enum { ORDER_ROWS = 4, PAIRS = 10000, PAIRS_OF_MANY = 1000 };

static bool run_orders(const struct setting *setting, const struct sizes *sizes,
                       struct orders orders[ORDER_ROWS])
{
    if (!orders_run(setting, 2, PAIRS, &orders[0]))
        return false;
    for (unsigned i = 0; i < SIZES; i++)
        if (!orders_run(setting, sizes->keys[i], i < SIZES - 1 ? PAIRS : PAIRS_OF_MANY,
                        &orders[i + 1]))
            return false;
    return true;
}

static void print_orders(struct page *page, const struct orders orders[ORDER_ROWS])
{
    static const char *const slugs[ORDER_ROWS] = {"two", "small", "table", "tables"};
    char label[TEXT_BYTES];
    page_text(page, "Every start there is, walked to the end: the orders that can come. All "
                    "orders of n entries are n!, a number of so many digits.");
    page_table(page, "orders", HEADS("entries", "starts", "orders", "digits",
                                     "same twice", "pairs run", "same"));
    for (unsigned i = 0; i < ORDER_ROWS; i++) {
        const struct orders *r = &orders[i];
        page_row(page, slugs[i], number_text(label, r->entries),
                 CELLS(exact(r->starts, ""), exact(r->distinct, ""), exact(r->digits, ""),
                       exact_real(100 * r->again, 2, "%"), exact(r->pairs, ""),
                       exact(r->same, "")));
    }
    page_table_end(page);
}

/* --- iter: fairness ------------------------------------------------------- */

enum { FAIR_ROWS = 3, FAIR_RANGES = 100000, LEFT_KEYS = 10, FULL_TABLE_KEYS = 896 };

static bool run_fairness(const struct setting *setting, uint64_t keys,
                         struct fairness fairness[FAIR_ROWS])
{
    return fairness_run(setting, SMALL_KEYS, SMALL_KEYS, FAIR_RANGES, &fairness[0])
        && fairness_run(setting, keys, keys, FAIR_RANGES, &fairness[1])
        && fairness_run(setting, FULL_TABLE_KEYS, LEFT_KEYS, FAIR_RANGES, &fairness[2]);
}

static void print_fairness(struct page *page, const struct fairness fairness[FAIR_ROWS])
{
    static const char *const slugs[FAIR_ROWS] = {"full", "table", "sparse"};
    char label[TEXT_BYTES];
    page_text(page, "The first entry of a range as a random pick: how often is it the luckiest "
                    "entry, how often the unluckiest, in %s ranges? The last map had %d entries; "
                    "all but %d were deleted.",
              number_text(label, FAIR_RANGES), FULL_TABLE_KEYS, LEFT_KEYS);
    page_table(page, "fair", HEADS("entries", "slots", "fair", "luckiest", "counted", "gap before",
                                   "unluckiest", "counted too"));
    for (unsigned i = 0; i < FAIR_ROWS; i++) {
        const struct fairness *r = &fairness[i];
        snprintf(label, sizeof label, "%" PRIu64, r->entries);
        page_row(page, slugs[i], label,
                 CELLS(exact(r->slots, ""), exact_real(100 / (double)r->entries, 2, "%"),
                       exact_real(100 * r->most_chance, 2, "%"), exact(r->most, ""),
                       exact(r->longest_gap, ""), exact_real(100 * r->least_chance, 2, "%"),
                       exact(r->least, "")));
    }
    page_table_end(page);
}

/* --- iter: the verdict on starts ------------------------------------------ */

/* What is printed about starts, and judged. */
struct start_runs {
    struct starts drawn[SIZES], fixed[SIZES];
    uint64_t blocks[RANGES_SHOWN + 1];
    struct orders orders[ORDER_ROWS];
    struct fairness fairness[FAIR_ROWS];
};

static bool run_starts(const struct setting *setting, const struct sizes *sizes,
                       struct start_runs *r)
{
    for (unsigned i = 0; i < SIZES; i++)
        if (!starts_run(setting, sizes->keys[i], START_DRAWN, &r->drawn[i])
            || !starts_run(setting, sizes->keys[i], START_FIXED, &r->fixed[i]))
            return false;
    return blocks_run(setting, sizes->keys[1], r->blocks)
        && run_orders(setting, sizes, r->orders)
        && run_fairness(setting, sizes->keys[1], r->fairness);
}

static void judge_picks(struct page *page, const struct orders *two,
                        const struct fairness *sparse)
{
    char a[3][TEXT_BYTES];
    page_beyond(page, "start-is-random", "two-entries", 2 * two->same > two->pairs,
                "over a map of two, %s of %s pairs of ranges have the same order",
                number_text(a[0], two->same), number_text(a[1], two->pairs));
    page_beyond(page, "start-is-random", "not-uniform", !draws_fairly(sparse),
                "of %" PRIu64 " entries in %s slots one comes first in %s of %s ranges, another "
                "in %" PRIu64, sparse->entries, number_text(a[0], sparse->slots),
                number_text(a[1], sparse->most), number_text(a[2], sparse->ranges),
                sparse->least);
}

static void judge_starts(struct page *page, const struct start_runs *r)
{
    bool holds = true, fixed_fails = true;
    for (unsigned i = 0; i < SIZES; i++) {
        holds = holds && starts_differ(&r->drawn[i]) && every_entry_starts(&r->drawn[i]);
        fixed_fails = fixed_fails && !starts_differ(&r->fixed[i]);
    }
    page_claim(page, "start-is-random", holds,
               "%" PRIu64 ", %" PRIu64 " and %" PRIu64 " different first keys in sixteen ranges, "
               "and every entry comes first at times", r->drawn[0].distinct, r->drawn[1].distinct,
               r->drawn[2].distinct);
    page_beyond(page, "start-is-random", "fixed-start", fixed_fails,
                "with the start left at slot 0, as in Rust, all ranges over one map begin with "
                "the same key");
    judge_picks(page, &r->orders[0], &r->fairness[FAIR_ROWS - 1]);
}

static bool print_all_starts(const struct options *options, struct page *page)
{
    struct setting setting = setting_of(options);
    struct sizes sizes = sizes_of(options);
    struct start_runs runs;
    if (!run_starts(&setting, &sizes, &runs))
        return false;
    print_starts(page, runs.drawn);
    print_blocks(page, runs.blocks, sizes.keys[1]);
    print_orders(page, runs.orders);
    print_fairness(page, runs.fairness);
    judge_starts(page, &runs);
    return true;
}

/* --- iter: changes -------------------------------------------------------- */

enum { NAIVE = CHANGES, ROWS };

/* One row for each change, and one for the naive walk: the three sizes and their sum. */
struct change_runs {
    struct watched of[ROWS][SIZES], sum[ROWS];
};

static const struct { const char *slug, *label; } change_rows[ROWS] = {
    [CHANGE_NONE] = {"none", "nothing"},
    [CHANGE_REMOVE] = {"remove", "ahead deleted, grown"},
    [CHANGE_REMOVE_AND_PUT] = {"remove-and-put", "deleted and put again"},
    [CHANGE_ADD] = {"add", "entries added"},
    [CHANGE_GROW] = {"grow", "grown ninefold"},
    [CHANGE_UPDATE] = {"update", "new elems, grown"},
    [CHANGE_UPDATE_BEHIND] = {"update-behind", "new elems behind"},
    [CHANGE_CLEAR] = {"clear", "cleared"},
    [CHANGE_CLEAR_AND_PUT] = {"clear-and-put", "... same keys put again"},
    [NAIVE] = {"naive", "grown, naive range"},
};

static void watched_add(struct watched *sum, const struct watched *r)
{
    sum->due += r->due;
    sum->missed += r->missed;
    sum->removed += r->removed;
    sum->removed_came += r->removed_came;
    sum->added += r->added;
    sum->added_came += r->added_came;
    sum->twice += r->twice;
    sum->stale += r->stale;
    sum->outdated += r->outdated;
    sum->after_clear += r->after_clear;
    sum->tables_replaced += r->tables_replaced;
    sum->directories += r->directories;
}

static bool run_changes(const struct setting *setting, const struct sizes *sizes,
                        struct change_runs *r)
{
    memset(r->sum, 0, sizeof r->sum);
    for (unsigned row = 0; row < ROWS; row++)
        for (unsigned i = 0; i < SIZES; i++) {
            struct watched *w = &r->of[row][i];
            bool done = row == NAIVE ? naive_run(setting, sizes->keys[i], w)
                                     : watch_run(setting, sizes->keys[i], (enum change)row, w);
            if (!done)
                return false;
            watched_add(&r->sum[row], w);
        }
    return true;
}

static void print_changes(struct page *page, const struct change_runs *r)
{
    page_text(page, "%d ranges over maps of each size, while something is done to the map. "
                    "Due are entries that are there all the time.", WATCH_RANGES);
    page_table(page, "change", HEADS("meanwhile", "due", "missed", "deleted", "and came", "added",
                                     "came too", "twice", "old elem"));
    for (unsigned row = 0; row < ROWS; row++) {
        const struct watched *w = &r->sum[row];
        page_row(page, change_rows[row].slug, change_rows[row].label,
                 CELLS(exact(w->due, ""), exact(w->missed, ""), exact(w->removed, ""),
                       exact(w->removed_came, ""), exact(w->added, ""), exact(w->added_came, ""),
                       exact(w->twice, ""), exact(w->stale, "")));
    }
    page_table_end(page);
    page_figure(page, "replaced", "tables replaced while the maps grew ninefold",
                exact(r->sum[CHANGE_GROW].tables_replaced, ""));
    page_figure(page, "directories", "directories doubled meanwhile",
                exact(r->sum[CHANGE_GROW].directories, ""));
}

/* --- iter: the verdicts on changes ---------------------------------------- */

/* Does a condition hold at all three sizes? */
static bool at_all_sizes(const struct change_runs *r, enum change change,
                         bool (*holds)(const struct watched *))
{
    for (unsigned i = 0; i < SIZES; i++)
        if (!holds(&r->of[change][i]))
            return false;
    return true;
}

/* These sentences say what was counted; the counts are the table's. */
static void judge_stays(struct page *page, const struct change_runs *r)
{
    const struct watched *sum = r->sum;
    char a[TEXT_BYTES], b[TEXT_BYTES];
    page_claim(page, "each-entry-once", at_all_sizes(r, CHANGE_NONE, each_once),
               "%s entries due, %" PRIu64 " missed, %" PRIu64 " twice",
               number_text(a, sum[CHANGE_NONE].due), sum[CHANGE_NONE].missed,
               sum[CHANGE_NONE].twice);
    page_beyond(page, "each-entry-once", "added-meanwhile",
                sum[CHANGE_ADD].added_came < sum[CHANGE_ADD].added,
                "of %s entries added during the range %s come",
                number_text(a, sum[CHANGE_ADD].added),
                number_text(b, sum[CHANGE_ADD].added_came));
    page_claim(page, "removed-not-produced", at_all_sizes(r, CHANGE_REMOVE, removed_stay_away),
               "%s entries deleted ahead of the range, %" PRIu64 " came",
               number_text(a, sum[CHANGE_REMOVE].removed), sum[CHANGE_REMOVE].removed_came);
    page_beyond(page, "removed-not-produced", "put-again",
                sum[CHANGE_REMOVE_AND_PUT].removed_came > 0,
                "put again at once, %s of %s came: they are new entries",
                number_text(a, sum[CHANGE_REMOVE_AND_PUT].removed_came),
                number_text(b, sum[CHANGE_REMOVE_AND_PUT].removed));
}

static void judge_growth(struct page *page, const struct change_runs *r)
{
    const struct watched *sum = r->sum;
    char a[TEXT_BYTES], b[TEXT_BYTES];
    page_claim(page, "added-at-most-once", at_all_sizes(r, CHANGE_ADD, added_come_once_at_most),
               "%s of %s added entries came, %" PRIu64 " of them twice",
               number_text(a, sum[CHANGE_ADD].added_came), number_text(b, sum[CHANGE_ADD].added),
               sum[CHANGE_ADD].twice);
    page_beyond(page, "added-at-most-once", "cleared-and-put-again",
                sum[CHANGE_CLEAR_AND_PUT].twice > 0,
                "after a clear the same keys are put again, and %s come a second time",
                number_text(a, sum[CHANGE_CLEAR_AND_PUT].twice));
    page_claim(page, "none-twice-while-growing",
               at_all_sizes(r, CHANGE_GROW, none_twice_though_growing),
               "%s tables replaced under running ranges: %" PRIu64 " keys twice, %" PRIu64
               " missed",
               number_text(a, sum[CHANGE_GROW].tables_replaced), sum[CHANGE_GROW].twice,
               sum[CHANGE_GROW].missed);
    page_beyond(page, "none-twice-while-growing", "naive-range",
                sum[NAIVE].twice > 0 && sum[NAIVE].missed > 0,
                "a walk by position over the present tables: %s keys twice, %" PRIu64 " missed",
                number_text(a, sum[NAIVE].twice), sum[NAIVE].missed);
}

static void judge_elems(struct page *page, const struct change_runs *r)
{
    const struct watched *sum = r->sum;
    char a[TEXT_BYTES];
    page_claim(page, "clear-ends-range", at_all_sizes(r, CHANGE_CLEAR, clear_ends),
               "%d ranges met a clear and produced %" PRIu64 " entries after it",
               SIZES * WATCH_RANGES, sum[CHANGE_CLEAR].after_clear);
    page_beyond(page, "clear-ends-range", "put-after-clear",
                sum[CHANGE_CLEAR_AND_PUT].after_clear > 0,
                "entries put after the clear: the ranges go on and produce %s of them",
                number_text(a, sum[CHANGE_CLEAR_AND_PUT].after_clear));
    page_claim(page, "present-elem-is-produced", at_all_sizes(r, CHANGE_UPDATE, elems_are_present),
               "elems changed ahead of the range while the map grew: %" PRIu64 " old ones came",
               sum[CHANGE_UPDATE].stale);
    page_beyond(page, "present-elem-is-produced", "changed-behind",
                sum[CHANGE_UPDATE_BEHIND].outdated > 0,
                "changed after they came, %s entries have another elem than the range produced",
                number_text(a, sum[CHANGE_UPDATE_BEHIND].outdated));
}

static bool print_all_changes(const struct options *options, struct page *page)
{
    struct setting setting = setting_of(options);
    struct sizes sizes = sizes_of(options);
    static struct change_runs runs;
    if (!run_changes(&setting, &sizes, &runs))
        return false;
    print_changes(page, &runs);
    judge_stays(page, &runs);
    judge_growth(page, &runs);
    judge_elems(page, &runs);
    return true;
}

static bool print_sorted(const struct options *options, struct page *page)
{
    struct setting setting = setting_of(options);
    bool agree = false;
    if (!sorted_run(&setting, options->keys, &agree))
        return false;
    page_text(page, "Keys collected and sorted, in two maps of other seeds and histories: "
                    "%s order.", agree ? "the same" : "not the same");
    return true;
}

static bool iter(const struct options *options, struct page *page)
{
    if (options->keys == 0) {
        page_text(page, "A range over an empty map has no first entry: give one key or more.");
        return true;
    }
    return print_all_starts(options, page) && print_all_changes(options, page)
        && print_sorted(options, page);
}

/* --- dot: a range over one table ------------------------------------------ */

enum { PICTURE_KEYS = 40 };

/* A finished range: where it started, and the number at which each key came (from 1). */
struct path {
    uint64_t entry_offset, dir_offset;
    uint64_t *order;
};

static bool path_run(struct swiss *m, uint64_t keys, struct path *path)
{
    struct swiss_iter it;
    path->order = calloc(keys + 1, sizeof *path->order);
    if (path->order == NULL)
        return false;
    swiss_u64_iter_start(m, &it);
    path->entry_offset = it.entry_offset;
    path->dir_offset = it.dir_offset;
    for (uint64_t n = 1; swiss_u64_iter_next(&it); n++) {
        uint64_t key;
        memcpy(&key, it.key, sizeof key);
        path->order[key] = n;
    }
    return true;
}

/* At which number the entry of a slot came; 0: the slot is free. */
static uint64_t order_at(const struct swiss_table *t, const struct path *path, uint64_t at)
{
    unsigned char *group = swiss_group(&swiss_u64_type, t, at / 8);
    if (group[at % 8] >= CTRL_EMPTY)
        return 0;
    uint64_t key;
    memcpy(&key, swiss_slot(&swiss_u64_type, group, at % 8), sizeof key);
    return path->order[key];
}

static void draw_slot(struct dot *dot, uint64_t order, bool start)
{
    if (start && order == 0)
        dot_cell(dot, DOT_MARKED, 1, "start");
    else if (order == 0)
        dot_cell(dot, DOT_EMPTY, 1, "%s", "");
    else
        dot_cell(dot, start ? DOT_MARKED : DOT_FULL, 1, "%" PRIu64, order);
}

/* A map's first table; a small map's group looks like a table of one. */
static struct swiss_table only_table(const struct swiss *m)
{
    if (m->header->dir_len > 0)
        return *m->header->directory[0];
    return (struct swiss_table){.capacity = SWISS_GROUP_SLOTS, .groups = m->header->group};
}

static void draw_table(struct dot *dot, const struct swiss *m, const struct path *path)
{
    const struct swiss_table only = only_table(m), *t = &only;
    uint64_t start = path->entry_offset & (t->capacity - 1u);
    dot_box(dot, NULL);
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "group");
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++)
        dot_cell(dot, DOT_HEAD, 1, "slot %u", i);
    for (uint64_t at = 0; at < t->capacity; at++) {
        if (at % 8 == 0) {
            dot_row(dot);
            dot_cell(dot, DOT_HEAD, 1, "%" PRIu64, at / 8);
        }
        draw_slot(dot, order_at(t, path, at), at == start);
    }
    dot_box_end(dot);
    dot_note(dot, "The numbers tell when an entry comes. The start was drawn: group %" PRIu64
                  ", slot %" PRIu64 ".", start / 8, start % 8);
}

/* --- dot: a range over a directory ---------------------------------------- */

/* The numbers at which a table's entries came: the first and the last. */
static void table_orders(const struct swiss_table *t, const struct path *path, uint64_t *first,
                         uint64_t *last)
{
    *first = UINT64_MAX;
    *last = 0;
    for (uint64_t at = 0; at < t->capacity; at++) {
        uint64_t order = order_at(t, path, at);
        if (order == 0)
            continue;
        *first = order < *first ? order : *first;
        *last = order > *last ? order : *last;
    }
}

static int draw_directory_box(struct dot *dot, const struct swiss *m, const struct path *path)
{
    int box = dot_box(dot, "directory");
    for (uint64_t i = 0; i < m->header->dir_len; i++) {
        bool start = i == (path->dir_offset & (m->header->dir_len - 1));
        dot_row(dot);
        dot_cell(dot, start ? DOT_MARKED : DOT_FULL, 1, "entry %" PRIu64 "%s", i,
                 start ? ": start" : "");
    }
    dot_box_end(dot);
    return box;
}

static int draw_table_box(struct dot *dot, const struct swiss_table *t, const struct path *path)
{
    uint64_t first, last, start = path->entry_offset & (t->capacity - 1u);
    table_orders(t, path, &first, &last);
    int box = dot_box(dot, NULL);
    dot_row(dot);
    dot_cell(dot, first == 1 ? DOT_MARKED : DOT_FULL, 1,
             "%" PRIu64 " to %" PRIu64 " of the range", first, last);
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, 1, "from group %" PRIu64 ", slot %" PRIu64 ", round the end",
             start / 8, start % 8);
    dot_box_end(dot);
    return box;
}

static void draw_directory(struct dot *dot, const struct swiss *m, const struct path *path)
{
    int directory = draw_directory_box(dot, m, path);
    for (uint64_t i = 0; i < m->header->dir_len;) {
        const struct swiss_table *t = m->header->directory[i];
        int box = draw_table_box(dot, t, path);
        for (uint64_t next = swiss_directory_next(m->header, t); i < next; i++)
            dot_arrow(dot, directory, (int)i, box, NULL);
    }
}

static bool draw(const struct options *options, struct page *page)
{
    bool table = strcmp(options->picture, "table") == 0;
    uint64_t keys = !table ? TABLES_KEYS : options->keys > 0 ? options->keys : 1;
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = options->limit_bytes});
    struct swiss m;
    struct path path = {.order = NULL};
    bool done = h != NULL && swiss_u64_init(&m, h, 0, options->seed);
    for (uint64_t key = 1; done && key <= keys; key++)
        done = swiss_u64_put(&m, key) != NULL;
    done = done && path_run(&m, keys, &path);
    if (done) {
        struct dot dot;
        dot_begin(&dot, page->out, NULL, table ? "TB" : "LR");
        if (table)
            draw_table(&dot, &m, &path);
        else
            draw_directory(&dot, &m, &path);
        dot_end(&dot);
    }
    free(path.order);
    heap_delete(h);                     /* with the map in it */
    return done;
}

enum { ITER_MAX_KEYS = FULL_TABLE_KEYS, DOT_MAX_KEYS = 224 };

const struct program program = {
    .name = "07-iteration-order",
    .title = "Random on purpose",
    .targets = (const struct target[]){
        {"iter", "where ranges start, what they promise", iter, TABLE_KEYS, ITER_MAX_KEYS},
        {"versions", "starts and promises in the maps of Go 1.23, Go 1.24 and Rust", versions_page,
         0, 0},
        {"dot", "a range's path through live memory", draw, PICTURE_KEYS, DOT_MAX_KEYS},
        {.name = NULL}},
    .pictures = (const char *const[]){"table", "directory", NULL},
    .designs = (const char *const[]){"go1.24", NULL},
};
