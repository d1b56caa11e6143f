/*
 * sizing_a_cache_dot.c - a slot of the cache before its diet and one after it, from live memory.
 */
#include "sizing_a_cache.h"

#include <string.h>

#include "dot/dot.h"
#include "swiss/swiss_layout.h"

enum { FILLED = 0xE5, ROW_BYTES = 8, ROW_LABEL = 48 };

/* The field of a type that lies at an offset, or NULL if padding does. */
static const struct type *field_at(const struct type *t, uint64_t offset)
{
    for (const struct type *f = t->fields; f != NULL; f = f->next)
        if (offset >= f->offset && offset < f->offset + f->bytes)
            return f;
    return NULL;
}

/* Sets each byte of an elem that belongs to a field: what stays zero is padding. */
static void fill_fields(const struct type *t, unsigned char *elem)
{
    for (const struct type *f = t->fields; f != NULL; f = f->next)
        memset(elem + f->offset, FILLED, f->bytes);
}

/* Whose the bytes of a row are: "key string", "int32 bool". */
static const char *name_row(char label[ROW_LABEL], const struct described *d, uint64_t from)
{
    uint64_t at = from - d->type.elem_at;
    if (from < d->key->bytes) {
        snprintf(label, ROW_LABEL, "key %.*s", d->key->text.length, d->key->text.at);
        return label;
    }
    int used = 0;
    for (const struct type *f = d->elem->fields; f != NULL && used < ROW_LABEL; f = f->next)
        if (f->offset < at + ROW_BYTES && f->offset + f->bytes > at)
            used += snprintf(label + used, (size_t)(ROW_LABEL - used), "%s%.*s",
                             used > 0 ? " " : "", f->text.length, f->text.at);
    return label;
}

/* One row: eight bytes of the slot, each with what it holds, and whose they are. */
static void draw_row(struct dot *dot, const struct described *d, const unsigned char *slot,
                     uint64_t from)
{
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "%u", (unsigned)from);
    for (uint64_t i = from; i < from + ROW_BYTES; i++) {
        bool key = i < d->key->bytes;
        const struct type *f = key ? d->key : field_at(d->elem, i - d->type.elem_at);
        dot_cell(dot, key ? DOT_MARKED : f != NULL ? DOT_FULL : DOT_EMPTY, 1, "%02x", slot[i]);
    }
    char owners[ROW_LABEL];
    dot_cell(dot, DOT_FAINT, 1, "%s", name_row(owners, d, from));
}

/* Draws the slot in which key 1 lies in a map of its own. */
static bool draw_slot(struct dot *dot, const char *type, const char *heading, uint64_t seed)
{
    struct described d;
    struct type_error error;
    struct size_map m;
    if (!described_read(type, &d, &error) || !size_map_open(&m, SIZE_GO_1_24, &d.type, 0, seed, 0))
        return false;
    memset(m.key, FILLED, d.type.key_bytes);
    unsigned char *elem = m.map.design->put(&m.map, m.key);
    if (elem != NULL) {
        fill_fields(d.elem, elem);
        dot_box(dot, heading);
        for (uint64_t at = 0; at < d.type.slot_bytes; at += ROW_BYTES)
            draw_row(dot, &d, elem - d.type.elem_at, at);
        dot_box_end(dot);
        uint64_t groups = swiss_groups_bytes(&d.type, SWISS_MAX_TABLE_SLOTS);
        dot_note(dot, "8 slots and a control word: %u B; 128 such groups: %u B, in the heap %u B",
                 (unsigned)swiss_group_bytes(&d.type), (unsigned)groups,
                 (unsigned)heap_rounded(groups, HEAP_SCAN));
    }
    size_map_close(&m);
    return elem != NULL;
}

bool picture_slots(uint64_t seed, FILE *out)
{
    struct dot dot;
    dot_begin(&dot, out, "One slot before the diet and after it; dotted bytes are padding", "LR");
    /* Boxes without arrows are stacked from below: the first one drawn stands last. */
    bool done = draw_slot(&dot, CACHE_LEAN, "24 bytes: " CACHE_LEAN, seed)
        && draw_slot(&dot, CACHE_FAT, "56 bytes: " CACHE_FAT, seed);
    dot_end(&dot);
    return done;
}
