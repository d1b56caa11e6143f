/*
 * clear_dot.c - one group at three moments, every byte as it lies in memory.
 *
 * The views of swiss_dot.h leave free slots blank, as a map does. Here the bytes of free
 * slots are the subject, so they are drawn.
 */
#include "clear.h"

#include <inttypes.h>

#include "dot/dot.h"
#include "swiss/swiss_u64.h"

enum { KEYS = 24, HINT = 28, FIRST_KEY = 101 };

static enum dot_shade shade(unsigned char control)
{
    if (control == CTRL_EMPTY)
        return DOT_EMPTY;
    return control == CTRL_DELETED ? DOT_DELETED : DOT_FULL;
}

/* The eight bytes at `at` as a number. */
static uint64_t number_at(const unsigned char *at)
{
    uint64_t number;
    memcpy(&number, at, sizeof number);
    return number;
}

/* A row of the numbers at the same place of each slot. */
static void draw_numbers(struct dot *dot, const char *head, unsigned char *group, size_t at)
{
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "%s", head);
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++)
        dot_cell(dot, shade(group[i]), 1, "%" PRIu64,
                 number_at(swiss_slot(&swiss_u64_type, group, i) + at));
}

static int draw_moment(struct dot *dot, unsigned char *group, const char *heading)
{
    int box = dot_box(dot, heading);
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "control");
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++)
        dot_cell(dot, shade(group[i]), 1, "%02x", group[i]);
    draw_numbers(dot, "key", group, 0);
    draw_numbers(dot, "elem", group, swiss_u64_type.elem_at);
    dot_box_end(dot);
    return box;
}

/* The first group of the first table that has no free slot, or else the first group. */
static unsigned char *full_group(const struct swiss *m)
{
    const struct swiss_table *t = m->header->directory[0];
    for (uint64_t g = 0; g <= t->group_mask; g++) {
        unsigned char *group = swiss_group(&swiss_u64_type, t, g);
        if (ctrl_match_empty_or_deleted(ctrl_load(group)) == 0)
            return group;
    }
    return t->groups;
}

/* Draws the group, deletes the keys of three of its slots, draws it, clears the map, draws it. */
static void draw_moments(struct dot *dot, struct swiss *m)
{
    static const unsigned deleted[] = {1, 4, 5};
    unsigned char *group = full_group(m);
    int filled = draw_moment(dot, group, "filled");
    for (unsigned i = 0; i < sizeof deleted / sizeof *deleted; i++)
        swiss_u64_del(m, number_at(swiss_slot(&swiss_u64_type, group, deleted[i])));
    int holed = draw_moment(dot, group, "after three deletes");
    swiss_u64_clear(m);
    int cleared = draw_moment(dot, group, "after clear");
    dot_arrow(dot, filled, -1, holed, " delete");
    dot_arrow(dot, holed, -1, cleared, " clear");
}

static bool fill(struct swiss *m)
{
    for (uint64_t key = FIRST_KEY; key < FIRST_KEY + KEYS; key++) {
        uint64_t *elem = swiss_u64_put(m, key);
        if (elem == NULL)
            return false;
        *elem = 10 * key;
    }
    return true;
}

bool clear_draw_group(const struct options *options, FILE *out)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes};
    struct heap *h = heap_new(&config);
    struct swiss m;
    bool done = false;
    if (h != NULL && swiss_u64_init(&m, h, HINT, options->seed)) {
        done = fill(&m);
        if (done) {
            struct dot dot;
            dot_begin(&dot, out, NULL, "TB");
            draw_moments(&dot, &m);
            dot_end(&dot);
        }
        swiss_u64_free(&m);
    }
    heap_delete(h);
    return done;
}
