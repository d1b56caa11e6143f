/*
 * swiss_dot.c - groups, tables and whole maps as boxes.
 *
 * A cell's shade comes from the control byte alone: that is all that tells a full slot
 * from a free one, in the picture as in the map.
 */
#include "swiss/swiss_dot.h"

#include <inttypes.h>
#include <stdio.h>

#include "page/page.h"

enum { CELL_TEXT_BYTES = 64, HEADING_BYTES = 128 };

/* --- Control bytes --- */

static enum dot_shade ctrl_shade(unsigned char ctrl)
{
    if (ctrl == CTRL_EMPTY)
        return DOT_EMPTY;
    return ctrl == CTRL_DELETED ? DOT_DELETED : DOT_FULL;
}

static const char *ctrl_meaning(unsigned char ctrl)
{
    if (ctrl == CTRL_EMPTY)
        return "empty";
    return ctrl == CTRL_DELETED ? "deleted" : "full";
}

/* --- One group --- */

static void group_numbers(struct dot *dot)
{
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "slot");
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++)
        dot_cell(dot, DOT_HEAD, 1, "%u", i);
}

static void group_ctrl(struct dot *dot, const unsigned char *group)
{
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "control");
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++)
        dot_cell(dot, ctrl_shade(group[i]), 1, "%02x", group[i]);
}

/* The highest bit, 1 in free slots only, stands apart from the seven of the fingerprint. */
static void group_bits(struct dot *dot, const unsigned char *group)
{
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "bits");
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
        char text[10] = {0};
        for (unsigned bit = 0; bit < 8; bit++)
            text[bit + (bit > 0)] = (group[i] >> (7 - bit) & 1) != 0 ? '1' : '0';
        text[1] = ' ';
        dot_cell(dot, DOT_PLAIN, 1, "%s", text);
    }
}

static void group_meaning(struct dot *dot, const unsigned char *group)
{
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "meaning");
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++)
        dot_cell(dot, DOT_PLAIN, 1, "%s", ctrl_meaning(group[i]));
}

static void group_keys(struct dot *dot, const struct map_type *mt,
                       const struct swiss_printer *print, unsigned char *group)
{
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "key");
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
        char text[CELL_TEXT_BYTES] = "free";
        if (group[i] < CTRL_EMPTY)
            print->key(text, sizeof text, swiss_key(mt, swiss_slot(mt, group, i)));
        dot_cell(dot, ctrl_shade(group[i]), 1, "%s", text);
    }
}

static void group_elems(struct dot *dot, const struct map_type *mt,
                        const struct swiss_printer *print, unsigned char *group)
{
    if (print->elem == NULL)
        return;
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "elem");
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
        char text[CELL_TEXT_BYTES] = "";
        if (group[i] < CTRL_EMPTY)
            print->elem(text, sizeof text, swiss_elem(mt, swiss_slot(mt, group, i)));
        dot_cell(dot, group[i] < CTRL_EMPTY ? DOT_PLAIN : ctrl_shade(group[i]), 1, "%s", text);
    }
}

int swiss_dot_group(struct dot *dot, const struct map_type *mt, const struct swiss_printer *print,
                    unsigned char *group, const char *heading, bool bits)
{
    int box = dot_box(dot, heading);
    group_numbers(dot);
    group_ctrl(dot, group);
    if (bits)
        group_bits(dot, group);
    group_meaning(dot, group);
    group_keys(dot, mt, print, group);
    group_elems(dot, mt, print, group);
    dot_box_end(dot);
    return box;
}

/* --- A table's control bytes --- */

/* The step at which a look-up of this hash comes to group g, from 1; 0: never. */
static unsigned probe_step_at(const struct map_type *mt, const struct swiss_table *t,
                              const struct swiss_dot_probe *walk, uint64_t g)
{
    if (walk == NULL)
        return 0;
    struct probe probe = probe_start(hash_h1(walk->hash), t->group_mask);
    for (unsigned step = 1; step <= t->group_mask + 1; step++, probe_next(&probe)) {
        if (probe.offset == g)
            return step;
        if (ctrl_match_empty(ctrl_load(swiss_group(mt, t, probe.offset))) != 0)
            return 0;
    }
    return 0;
}

/* "1st", "2nd", "3rd", "4th", ... */
static const char *ordinal_end(unsigned n)
{
    if (n % 100 / 10 == 1)
        return "th";
    return n % 10 == 1 ? "st" : n % 10 == 2 ? "nd" : n % 10 == 3 ? "rd" : "th";
}

/* Free slots show their shade's mark only; the fingerprints stand out. */
static void table_group(struct dot *dot, const struct map_type *mt, const struct swiss_table *t,
                        const struct swiss_dot_probe *probe, uint64_t g)
{
    const unsigned char *group = swiss_group(mt, t, g);
    unsigned step = probe_step_at(mt, t, probe, g);
    if (step > 0)
        dot_cell(dot, DOT_MARKED, 1, "%" PRIu64 ", %u%s", g, step, ordinal_end(step));
    else
        dot_cell(dot, DOT_HEAD, 1, "%" PRIu64, g);
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
        if (group[i] < CTRL_EMPTY)
            dot_cell(dot, DOT_FULL, 1, "%02x", group[i]);
        else
            dot_cell(dot, ctrl_shade(group[i]), 1, "%s", "");
    }
}

/* Groups in rows of one, two or four, so that a large table stays about as wide as high. */
static unsigned groups_in_row(const struct swiss_table *t)
{
    uint64_t groups = t->group_mask + 1;
    return groups <= 8 ? 1 : groups <= 32 ? 2 : 4;
}

static void table_groups(struct dot *dot, const struct map_type *mt, const struct swiss_table *t,
                         const struct swiss_dot_probe *probe)
{
    for (uint64_t g = 0; g <= t->group_mask; g++) {
        if (g % groups_in_row(t) == 0)
            dot_row(dot);
        table_group(dot, mt, t, probe, g);
    }
}

int swiss_dot_table(struct dot *dot, const struct map_type *mt, const struct swiss_table *t,
                    const struct swiss_dot_probe *probe, const char *heading)
{
    int box = dot_box(dot, heading);
    table_groups(dot, mt, t, probe);
    dot_box_end(dot);
    return box;
}

/* --- Printing numbers --- */

static void print_u64(char *text, size_t bytes, const void *number)
{
    uint64_t value;
    memcpy(&value, number, sizeof value);
    snprintf(text, bytes, "%" PRIu64, value);
}

const struct swiss_printer swiss_print_u64 = {.key = print_u64, .elem = print_u64};

/* "groups: 18,432 B" in a row of its own. Each object's bytes are written once, so that a
 * reader, and the test, can add them up. */
static void bytes_row(struct dot *dot, int columns, const char *what, uint64_t bytes)
{
    char number[PAGE_NUMBER_BYTES];
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, columns, "%s: %s B", what, page_number(number, bytes));
}

/* --- The whole map: header, directory --- */

static int map_header(struct dot *dot, const struct swiss_header *header)
{
    int box = dot_box(dot, "map header");
    bytes_row(dot, 1, "header", heap_rounded(sizeof *header, HEAP_SCAN));
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, 1, "used %" PRIu64, header->used);
    dot_row(dot);
    if (header->dir_len == 0)
        dot_cell(dot, DOT_PLAIN, 1, "small: one group");
    else
        dot_cell(dot, DOT_PLAIN, 1, "directory of %" PRIu64 ", depth %u", header->dir_len,
                 header->global_depth);
    dot_box_end(dot);
    return box;
}

/* Which directory entries are drawn one by one: those of the first tables. */
static uint64_t shown_entries(const struct swiss_header *header)
{
    uint64_t i = 0;
    for (unsigned tables = 0; i < header->dir_len && tables < SWISS_DOT_TABLES; tables++)
        i = swiss_directory_next(header, header->directory[i]);
    return i;
}

/* Entry i's cell has port i + 1, for the cell of the bytes comes before. */
static int map_directory(struct dot *dot, const struct swiss_header *header)
{
    uint64_t shown = shown_entries(header);
    int box = dot_box(dot, "directory");
    bytes_row(dot, 1, "entries", heap_rounded(header->dir_len * sizeof(void *), HEAP_SCAN));
    for (uint64_t i = 0; i < shown; i++) {
        dot_row(dot);
        dot_cell(dot, DOT_FULL, 1, "%" PRIu64, i);
    }
    if (shown < header->dir_len) {
        char number[PAGE_NUMBER_BYTES];
        dot_row(dot);
        dot_cell(dot, DOT_FAINT, 1, "%s more", page_number(number, header->dir_len - shown));
    }
    dot_box_end(dot);
    return box;
}

/* --- The whole map: tables --- */

static uint64_t group_array_bytes(const struct map_type *mt, uint64_t slots)
{
    return heap_rounded(swiss_groups_bytes(mt, slots), swiss_groups_scan(mt));
}

/* Of a large table only the counts: its groups are swiss_dot_table's to draw. */
static int map_table(struct dot *dot, const struct map_type *mt, const struct swiss_table *t,
                     const char *heading)
{
    bool with_groups = t->group_mask < SWISS_DOT_TABLE_GROUPS;
    int columns = with_groups ? (int)groups_in_row(t) * (1 + SWISS_GROUP_SLOTS) : 1;
    int box = dot_box(dot, heading);
    bytes_row(dot, columns, "table", heap_rounded(sizeof *t, HEAP_SCAN));
    bytes_row(dot, columns, "groups", group_array_bytes(mt, t->capacity));
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, columns, "%u slots, depth %u", t->capacity, t->local_depth);
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, columns, "used %u, left %u, tombstones %u", t->used, t->growth_left,
             swiss_tombstones(t));
    if (with_groups)
        table_groups(dot, mt, t, NULL);
    dot_box_end(dot);
    return box;
}

/* All tables from directory entry i on, in one box. */
static int map_more_tables(struct dot *dot, const struct map_type *mt,
                           const struct swiss_header *header, uint64_t i)
{
    uint64_t tables = 0, group_bytes = 0;
    for (; i < header->dir_len; i = swiss_directory_next(header, header->directory[i])) {
        tables++;
        group_bytes += group_array_bytes(mt, header->directory[i]->capacity);
    }
    char number[PAGE_NUMBER_BYTES], heading[HEADING_BYTES];
    snprintf(heading, sizeof heading, "%s more tables", page_number(number, tables));
    int box = dot_box(dot, heading);
    bytes_row(dot, 1, "tables", tables * heap_rounded(sizeof(struct swiss_table), HEAP_SCAN));
    bytes_row(dot, 1, "groups", group_bytes);
    dot_box_end(dot);
    return box;
}

/* The tables after their directory, with an arrow from each entry drawn. */
static void map_tables(struct dot *dot, const struct map_type *mt,
                       const struct swiss_header *header, int directory)
{
    uint64_t shown = shown_entries(header);
    for (uint64_t i = 0; i < shown;) {
        const struct swiss_table *t = header->directory[i];
        char heading[HEADING_BYTES];
        snprintf(heading, sizeof heading, "table at entry %" PRIi64, t->index);
        int box = map_table(dot, mt, t, heading);
        for (uint64_t end = swiss_directory_next(header, t); i < end; i++)
            dot_arrow(dot, directory, (int)i + 1, box, NULL);
    }
    if (shown < header->dir_len)
        dot_arrow(dot, directory, (int)shown + 1, map_more_tables(dot, mt, header, shown), NULL);
}

/* --- The whole map: what lies beside it --- */

/* Keys and elems of over 128 bytes, which slots only point to. */
static void map_outside(struct dot *dot, const struct map_type *mt, uint64_t entries)
{
    if (!mt->key_indirect && !mt->elem_indirect)
        return;
    dot_box(dot, "outside the slots");
    if (mt->key_indirect) {
        bytes_row(dot, 1, "keys",
                  entries * heap_rounded(mt->key_bytes, (enum heap_scan)mt->key_pointers));
    }
    if (mt->elem_indirect) {
        bytes_row(dot, 1, "elems",
                  entries * heap_rounded(mt->elem_bytes, (enum heap_scan)mt->elem_pointers));
    }
    dot_box_end(dot);
}

/* Replaced tables and groups that running ranges still walk, each drawn once. */
static void map_replaced(struct dot *dot, const struct map_type *mt,
                         const struct swiss_printer *print, const struct swiss *m)
{
    for (const struct swiss_iter *it = m->iters; it != NULL; it = it->next) {
        struct swiss rest = {.iters = it->next};
        if (it->table != NULL && it->table->index == -1
            && !swiss_table_is_walked(&rest, it->table))
            map_table(dot, mt, it->table, "replaced table, still walked by a range");
        if (it->group != NULL && m->header->dir_len > 0
            && !swiss_group_is_walked(&rest, it->group)) {
            char number[PAGE_NUMBER_BYTES], heading[HEADING_BYTES];
            snprintf(heading, sizeof heading, "replaced group, still walked by a range: %s B",
                     page_number(number, group_array_bytes(mt, SWISS_GROUP_SLOTS)));
            swiss_dot_group(dot, mt, print, it->group, heading, false);
        }
    }
}

static void map_small(struct dot *dot, const struct map_type *mt,
                      const struct swiss_printer *print, const struct swiss_header *header,
                      int header_box)
{
    if (header->group == NULL)
        return;
    char number[PAGE_NUMBER_BYTES], heading[HEADING_BYTES];
    snprintf(heading, sizeof heading, "group: %s B",
             page_number(number, group_array_bytes(mt, SWISS_GROUP_SLOTS)));
    int box = swiss_dot_group(dot, mt, print, header->group, heading, false);
    dot_arrow(dot, header_box, -1, box, NULL);
}

int swiss_dot_map(struct dot *dot, const struct map_type *mt, const struct swiss_printer *print,
                  const struct swiss *m)
{
    const struct swiss_header *header = m->header;
    int box = map_header(dot, header);
    if (header->dir_len == 0) {
        map_small(dot, mt, print, header, box);
    } else {
        int directory = map_directory(dot, header);
        dot_arrow(dot, box, -1, directory, NULL);
        map_tables(dot, mt, header, directory);
    }
    map_outside(dot, mt, header->used);
    map_replaced(dot, mt, print, m);
    return box;
}
