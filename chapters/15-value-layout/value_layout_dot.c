/*
 * value_layout_dot.c - the slot of a record in three layouts, from live memory.
 */
#include "value_layout.h"

#include <string.h>

#include "dot/dot.h"
#include "swiss/swiss_layout.h"

enum { ROW_BYTES = 8, NAMED = 0x80 };

/* Writes each field's number into all of its bytes: what stays zero is padding. The key is
 * number 1, its bytes too. */
static void mark_fields(const struct record *r, unsigned char *slot)
{
    unsigned char number = NAMED;
    memset(slot, number++, r->key->bytes);
    for (const struct type *f = r->value->fields; f != NULL; f = f->next)
        memset(slot + r->type.elem_at + f->offset, number++, f->bytes);
}

/* A cell over the bytes from `at` that hold the same mark. Returns how many these are. */
static unsigned draw_field(struct dot *dot, const struct record *r, const unsigned char *slot,
                           unsigned at)
{
    unsigned end = at;
    const struct type *f = r->value->fields;
    while (end < at - at % ROW_BYTES + ROW_BYTES && slot[end] == slot[at])
        end++;
    int bytes = (int)(end - at);
    if (slot[at] == 0) {
        dot_cell(dot, DOT_EMPTY, bytes, "%d", bytes);
    } else if (slot[at] == NAMED) {
        dot_cell(dot, DOT_MARKED, bytes, "key %.*s", r->key->text.length, r->key->text.at);
    } else {
        for (int skip = slot[at] - NAMED - 1; skip > 0; skip--)
            f = f->next;
        dot_cell(dot, DOT_FULL, bytes, "%.*s %d", f->name.length, f->name.at, bytes);
    }
    return end - at;
}

/* Rows of eight bytes; in front of each the offset of its first. */
static void draw_rows(struct dot *dot, const struct record *r, const unsigned char *slot)
{
    for (unsigned at = 0; at < r->type.slot_bytes;) {
        if (at % ROW_BYTES == 0) {
            dot_row(dot);
            dot_cell(dot, DOT_HEAD, 1, "%u", at);
        }
        at += draw_field(dot, r, slot, at);
    }
}

/* Draws the slot in which key 1 lies in a map of its own. */
static bool draw_slot(struct dot *dot, enum order order, uint64_t seed)
{
    struct record r;
    struct size_map m;
    record_read(orders[order].text, orders[order].better, &r);
    if (!size_map_open(&m, SIZE_GO_1_24, &r.type, 0, seed, 0))
        return false;
    m.key[0] = 1;
    unsigned char *value = m.map.design->put(&m.map, m.key);
    if (value != NULL) {
        char heading[64];
        unsigned char *slot = value - r.type.elem_at;
        mark_fields(&r, slot);
        snprintf(heading, sizeof heading, "%s: a slot of %zu bytes, %u of them padding",
                 orders[order].label, r.type.slot_bytes, (unsigned)r.padding);
        dot_box(dot, heading);
        draw_rows(dot, &r, slot);
        dot_box_end(dot);
    }
    size_map_close(&m);
    return value != NULL;
}

bool picture_slots(uint64_t seed, FILE *out)
{
    static const enum order drawn[] = {ORDER_BOTH, ORDER_ENUM, ORDER_WRITTEN};
    struct dot dot;
    bool done = true;
    dot_begin(&dot, out, "The same six fields three times; dotted bytes belong to no field", "LR");
    /* Boxes without arrows are stacked from below: the first one drawn stands last. */
    for (unsigned i = 0; done && i < sizeof drawn / sizeof drawn[0]; i++)
        done = draw_slot(&dot, drawn[i], seed);
    dot_end(&dot);
    return done;
}
