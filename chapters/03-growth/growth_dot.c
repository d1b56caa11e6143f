/*
 * growth_dot.c - a map just before and just after a table of it is split.
 *
 * The split is the second of the map's life: the directory has two entries, a table each,
 * and must be doubled, because the full table stands at a single one.
 */
#include "growth.h"

#include "dot/dot.h"
#include "swiss/swiss_dot.h"

enum { SPLIT_TO_SHOW = 2 };

/* Puts keys until the map has made so many splits; `keys` counts the puts. */
static bool fill_until(struct swiss *m, uint64_t splits, uint64_t *keys)
{
    for (*keys = 0; m->events.splits < splits; (*keys)++) {
        if (swiss_u64_put(m, *keys) == NULL)
            return false;
    }
    return true;
}

static bool fill(struct swiss *m, uint64_t keys)
{
    for (uint64_t key = 0; key < keys; key++) {
        if (swiss_u64_put(m, key) == NULL)
            return false;
    }
    return true;
}

static void draw(const struct swiss *m, FILE *out)
{
    struct dot dot;
    dot_begin(&dot, out, NULL, "LR");
    swiss_dot_map(&dot, &swiss_u64_type, &swiss_print_u64, m);
    dot_end(&dot);
}

/* Two maps alike: the first finds the put that splits, the second stops before it. */
static bool draw_in(struct heap *h, const struct options *options, bool after, FILE *out)
{
    struct swiss scout, m;
    uint64_t keys;
    if (!swiss_u64_init(&scout, h, 0, options->seed))
        return false;
    bool done = fill_until(&scout, SPLIT_TO_SHOW, &keys);
    if (done && after) {
        draw(&scout, out);
    } else if (done && (done = swiss_u64_init(&m, h, 0, options->seed))) {
        done = fill(&m, keys - 1);
        if (done)
            draw(&m, out);
        swiss_u64_free(&m);
    }
    swiss_u64_free(&scout);
    return done;
}

bool growth_draw_directory(const struct options *options, bool after, FILE *out)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes};
    struct heap *h = heap_new(&config);
    bool done = h != NULL && draw_in(h, options, after, out);
    heap_delete(h);
    return done;
}
