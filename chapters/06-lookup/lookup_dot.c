/*
 * lookup_dot.c - the way of one look-up through live memory.
 */
#include "lookup.h"

#include <inttypes.h>

#include "dot/dot.h"
#include "swiss/swiss_dot.h"
#include "swiss/swiss_u64.h"

enum { KEYS = 2000 };

static int draw_hash(struct dot *dot, const struct lookup_walk *w,
                     const struct swiss_header *header)
{
    const struct swiss_table *t = header->directory[w->entry];
    int box = dot_box(dot, "the key and its hash");
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, 2, "key %" PRIu64, w->key);
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, 2, "hash %016" PRIx64, w->hash);
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "top %u bits", header->global_depth);
    dot_cell(dot, DOT_MARKED, 1, "directory entry %" PRIu64, w->entry);
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "bits 7 to %d", 6 + __builtin_popcountll(t->group_mask));
    dot_cell(dot, DOT_MARKED, 1, "group %" PRIu64, w->group);
    dot_row(dot);
    dot_cell(dot, DOT_HEAD, 1, "lowest 7 bits");
    dot_cell(dot, DOT_MARKED, 1, "control byte %02x", hash_h2(w->hash));
    dot_box_end(dot);
    return box;
}

static int draw_header(struct dot *dot, const struct swiss_header *header)
{
    int box = dot_box(dot, "1  header");
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, 1, "%" PRIu64 " entries\nseed", header->used);
    dot_row(dot);
    int port = dot_cell(dot, DOT_MARKED, 1, "directory");
    dot_box_end(dot);
    dot_arrow(dot, box, port, box + 1, NULL);
    return box;
}

static int draw_directory(struct dot *dot, const struct swiss_header *header, uint64_t entry)
{
    int box = dot_box(dot, "2  directory");
    int port = -1;
    for (uint64_t i = 0; i < header->dir_len; i++) {
        dot_row(dot);
        int cell = dot_cell(dot, i == entry ? DOT_MARKED : DOT_PLAIN, 1, "%" PRIu64, i);
        port = i == entry ? cell : port;
    }
    dot_box_end(dot);
    dot_arrow(dot, box, port, box + 1, NULL);
    return box;
}

static int draw_table(struct dot *dot, const struct swiss_table *t, uint64_t group)
{
    int box = dot_box(dot, "3  table header");
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, 1, "%u of %u slots", (unsigned)t->used, (unsigned)t->capacity);
    dot_row(dot);
    dot_cell(dot, DOT_PLAIN, 1, "mask %" PRIu64, t->group_mask);
    dot_row(dot);
    int port = dot_cell(dot, DOT_MARKED, 1, "groups\n+ %" PRIu64 " * 136", group);
    dot_box_end(dot);
    dot_arrow(dot, box, port, box + 1, NULL);
    return box;
}

static void draw_path(struct dot *dot, const struct swiss *m, const struct lookup_walk *w)
{
    const struct swiss_header *header = m->header;
    const struct swiss_table *t = header->directory[w->entry];
    char heading[96];
    draw_header(dot, header);
    draw_directory(dot, header, w->entry);
    draw_table(dot, t, w->group);
    snprintf(heading, sizeof heading, "4  control word and slots of group %" PRIu64 ": slot %u",
             w->group, w->slot);
    swiss_dot_group(dot, &swiss_u64_type, &swiss_print_u64,
                    swiss_group(&swiss_u64_type, t, w->group), heading, false);
}

/* The first key in slot 4 of the group where its probe starts, and the only candidate there:
 * a look-up without detours, as most are. */
static void choose_key(const struct swiss *m, struct lookup_walk *w)
{
    for (uint64_t key = 1; key < KEYS; key++) {
        lookup_walk_key(m, key, w);
        if (w->groups == 1 && w->compares == 1 && w->slot == 4)
            return;
    }
}

bool lookup_draw_path(const struct options *options, FILE *out)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = options->limit_bytes});
    struct swiss m;
    bool done = h != NULL && swiss_u64_init(&m, h, 0, options->seed);
    for (uint64_t key = 0; done && key < KEYS; key++) {
        uint64_t *elem = swiss_u64_put(&m, key);
        done = elem != NULL;
        if (done)
            *elem = key * key;
    }
    if (done) {
        struct dot dot;
        struct lookup_walk w;
        choose_key(&m, &w);
        dot_begin(&dot, out, NULL, "TB");
        draw_hash(&dot, &w, m.header);
        draw_path(&dot, &m, &w);
        dot_end(&dot);
    }
    heap_delete(h);
    return done;
}
