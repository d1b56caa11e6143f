/*
 * delete_retains_dot.c - a table after deletes, drawn from its memory.
 */
#include "delete_retains.h"

#include "dot/dot.h"
#include "swiss/swiss_u64.h"

enum { PICTURE_KEYS = 14 };             /* all that a table of 16 slots takes */

static enum dot_shade shade_of(unsigned char ctrl)
{
    return ctrl == CTRL_EMPTY ? DOT_EMPTY : ctrl == CTRL_DELETED ? DOT_DELETED : DOT_FULL;
}

/* A row of numbers as they lie in the group's slots, whatever the control bytes say. */
static void draw_words(struct dot *dot, unsigned char *group, const char *name, size_t at)
{
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "%s", name);
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
        uint64_t number;
        memcpy(&number, swiss_slot(&swiss_u64_type, group, i) + at, sizeof number);
        dot_cell(dot, group[i] < CTRL_EMPTY ? DOT_FULL : DOT_FAINT, 1, "%u", (unsigned)number);
    }
}

static void draw_group(struct dot *dot, unsigned char *group, const char *heading)
{
    dot_box(dot, heading);
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "control byte");
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
        enum dot_shade shade = shade_of(group[i]);
        const char *meaning = shade == DOT_EMPTY ? "empty" : shade == DOT_FULL ? "full" : "deleted";
        dot_cell(dot, shade, 1, "%02x\n%s", group[i], meaning);
    }
    draw_words(dot, group, "key in the slot", 0);
    draw_words(dot, group, "elem in the slot", swiss_u64_type.elem_at);
    dot_box_end(dot);
}

/* Fills a table of two groups; false: no memory, or neither of them is full. */
static bool picture_fill(struct swiss *m)
{
    for (uint64_t key = 1; key <= PICTURE_KEYS; key++) {
        uint64_t *elem = swiss_u64_put(m, key);
        if (elem == NULL)
            return false;
        *elem = 100 + key;
    }
    const struct swiss_table *t = m->header->directory[0];
    return ctrl_match_empty(ctrl_load(swiss_group(&swiss_u64_type, t, 0))) == 0
        || ctrl_match_empty(ctrl_load(swiss_group(&swiss_u64_type, t, 1))) == 0;
}

static void draw_table(struct swiss *m, FILE *out)
{
    const struct swiss_table *t = m->header->directory[0];
    struct dot dot;
    dot_begin(&dot, out, "14 entries put, 7 deleted: as many bytes as before", "LR");
    for (unsigned g = 0; g < 2; g++) {
        unsigned char *group = swiss_group(&swiss_u64_type, t, g);
        bool tombstones = ctrl_match_empty(ctrl_load(group)) == 0;
        draw_group(&dot, group, tombstones ? "a group that was full" : "a group with room left");
    }
    dot_end(&dot);
}

bool picture_after_deletes(uint64_t seed, FILE *out)
{
    bool drawn = false;
    for (uint64_t tries = 0; !drawn && tries < 64; tries++) {
        struct heap *h = heap_new(NULL);
        struct swiss m;
        if (h == NULL)
            return false;
        if (swiss_u64_init(&m, h, 0, seed + tries) && picture_fill(&m)) {
            for (uint64_t key = 2; key <= PICTURE_KEYS; key += 2)
                swiss_u64_del(&m, key);
            draw_table(&m, out);
            drawn = true;
        }
        heap_delete(h);
    }
    return drawn;
}
