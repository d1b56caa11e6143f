/*
 * hashbrown_dot.c - the variable, the slots and the control bytes as boxes.
 *
 * A cell's shade comes from the control byte alone: that is all that tells a full slot
 * from a free one, in the picture as in the map. A free slot that holds an erased entry's
 * bytes is drawn as free: the map can no longer tell.
 */
#include "hashbrown/hashbrown_dot.h"

#include <inttypes.h>
#include <stdio.h>

#include "hashbrown/hashbrown_check.h"
#include "page/page.h"

enum { CELL_TEXT_BYTES = 64, ROW_SLOTS = 16 };

/* --- Control bytes --- */

static enum dot_shade ctrl_shade(unsigned char ctrl)
{
    if (ctrl == HASHBROWN_EMPTY)
        return DOT_EMPTY;
    return ctrl == HASHBROWN_DELETED ? DOT_DELETED : DOT_FULL;
}

/* Control bytes from `from` to before `to` in rows of sixteen; free ones show their
 * shade's mark only, so that the tags stand out. */
static void ctrl_rows(struct dot *dot, const unsigned char *ctrl, uint64_t from, uint64_t to,
                      const char *name)
{
    for (uint64_t i = from; i < to; i++) {
        if ((i - from) % ROW_SLOTS == 0) {
            dot_row(dot);
            dot_cell(dot, DOT_HEAD, 1, "%s %" PRIu64, name, i);
        }
        if (ctrl[i] < 0x80)
            dot_cell(dot, DOT_FULL, 1, "%02x", ctrl[i]);
        else
            dot_cell(dot, ctrl_shade(ctrl[i]), 1, "%s", "");
    }
}

/* --- A small table, slot by slot --- */

static void slot_text(char *text, size_t bytes, const struct map_type *mt,
                      const struct hashbrown_printer *print, const struct hashbrown_table *t,
                      uint64_t i)
{
    unsigned char *slot = hashbrown_slot(mt, t, i);
    if (t->ctrl[i] >= 0x80) {
        snprintf(text, bytes, "%s", t->ctrl[i] == HASHBROWN_EMPTY ? "empty" : "deleted");
        return;
    }
    print->key(text, bytes, slot);
    size_t used = strlen(text);
    if (print->elem == NULL || used + 4 > bytes)
        return;
    snprintf(text + used, bytes - used, "\n");
    print->elem(text + used + 1, bytes - used - 1, hashbrown_elem(mt, slot));
}

/* Slots in the order of memory, the last first; below each its control byte, although
 * those lie behind slot 0 and run the other way. */
static void small_slots(struct dot *dot, const struct map_type *mt,
                        const struct hashbrown_printer *print, const struct hashbrown_table *t)
{
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "slot");
    for (uint64_t i = hashbrown_slots(t); i-- > 0;)
        dot_cell(dot, DOT_HEAD, 1, "%" PRIu64, i);
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, print->elem != NULL ? "key\nelem" : "key");
    for (uint64_t i = hashbrown_slots(t); i-- > 0;) {
        char text[CELL_TEXT_BYTES];
        slot_text(text, sizeof text, mt, print, t, i);
        dot_cell(dot, ctrl_shade(t->ctrl[i]), 1, "%s", text);
    }
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "control");
    for (uint64_t i = hashbrown_slots(t); i-- > 0;)
        dot_cell(dot, ctrl_shade(t->ctrl[i]), 1, "%02x", t->ctrl[i]);
}

/* --- The allocation --- */

static void bytes_row(struct dot *dot, int columns, uint64_t bytes)
{
    char number[PAGE_NUMBER_BYTES];
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, columns, "allocation: %s B", page_number(number, bytes));
}

static void counts_row(struct dot *dot, int columns, const struct hashbrown *m)
{
    char slots[PAGE_NUMBER_BYTES], tombstones[PAGE_NUMBER_BYTES];
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, columns, "%s slots, %s tombstones",
             page_number(slots, hashbrown_bucket_count(m)),
             page_number(tombstones, hashbrown_tombstone_count(m)));
}

static int draw_allocation(struct dot *dot, const struct map_type *mt,
                           const struct hashbrown_printer *print, const struct hashbrown *m)
{
    const struct hashbrown_table *t = &m->table;
    uint64_t slots = hashbrown_slots(t);
    int columns = 1 + (int)(slots < ROW_SLOTS ? slots : ROW_SLOTS);
    if (slots > HASHBROWN_DOT_SLOTS)
        columns = 1;
    int box = dot_box(dot, "one allocation");
    bytes_row(dot, columns, hashbrown_asked(mt, m));
    counts_row(dot, columns, m);
    if (slots <= HASHBROWN_DOT_KEY_SLOTS)
        small_slots(dot, mt, print, t);
    else if (slots <= HASHBROWN_DOT_SLOTS)
        ctrl_rows(dot, t->ctrl, 0, slots, "control");
    dot_box_end(dot);
    if (slots > HASHBROWN_DOT_SLOTS)
        return box;
    int mirror = dot_box(dot, "behind the last control byte");
    ctrl_rows(dot, t->ctrl, slots, slots + HASHBROWN_WIDTH, "byte");
    dot_box_end(dot);
    dot_arrow(dot, box, -1, mirror, "goes on");
    return box;
}

/* --- The variable --- */

static void number_row(struct dot *dot, const char *name, uint64_t value)
{
    char number[PAGE_NUMBER_BYTES];
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, 1, "%s %s", name, page_number(number, value));
}

int hashbrown_dot_map(struct dot *dot, const struct map_type *mt,
                      const struct hashbrown_printer *print, const struct hashbrown *m,
                      const char *heading)
{
    int box = dot_box(dot, heading);
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "ctrl");
    number_row(dot, "bucket_mask", m->table.bucket_mask);
    number_row(dot, "growth_left", m->table.growth_left);
    number_row(dot, "items", m->table.items);
    number_row(dot, "capacity()", hashbrown_capacity(m));
    dot_box_end(dot);
    if (hashbrown_table_is_none(&m->table)) {
        int none = dot_box(dot, "shared by all empty maps");
        ctrl_rows(dot, m->table.ctrl, 0, HASHBROWN_WIDTH, "byte");
        dot_box_end(dot);
        dot_arrow(dot, box, 0, none, NULL);
    } else {
        dot_arrow(dot, box, 0, draw_allocation(dot, mt, print, m), NULL);
    }
    return box;
}

/* --- Printing numbers --- */

static void print_u64(char *text, size_t bytes, const void *number)
{
    uint64_t value;
    memcpy(&value, number, sizeof value);
    snprintf(text, bytes, "%" PRIu64, value);
}

const struct hashbrown_printer hashbrown_print_u64 = {.key = print_u64, .elem = print_u64};
