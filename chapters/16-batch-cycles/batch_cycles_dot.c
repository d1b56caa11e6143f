/*
 * batch_cycles_dot.c - the map of a usual cycle after the spike: reused, and fresh.
 *
 * Small enough to be drawn: the usual cycle fills half of one table, the spike three quarters
 * of four.
 */
#include "batch_cycles.h"

#include "dot/dot.h"
#include "swiss/swiss_any.h"
#include "swiss/swiss_dot.h"

enum { DRAWN_STEADY = 460 };

static bool fill(const struct map_type *mt, struct swiss *m, uint64_t records)
{
    for (uint64_t key = 0; key < records; key++)
        if (swiss_any_put(mt, m, &key) == NULL)
            return false;
    return true;
}

static void delete_all(const struct map_type *mt, struct swiss *m, uint64_t records)
{
    for (uint64_t key = 0; key < records; key++)
        swiss_any_del(mt, m, &key);
}

static void draw(const struct map_type *mt, const struct swiss *m, FILE *out)
{
    struct dot dot;
    dot_begin(&dot, out, NULL, "LR");
    swiss_dot_map(&dot, mt, &swiss_print_u64, m);
    dot_end(&dot);
}

static bool draw_in(struct heap *h, bool reused, uint64_t seed, FILE *out)
{
    const struct map_type mt = record_map_type(false);
    uint64_t spike = incident_spike(DRAWN_STEADY);
    struct swiss m;
    bool done = swiss_any_init(&mt, &m, h, 0, seed);
    if (done && reused) {
        done = fill(&mt, &m, spike);
        delete_all(&mt, &m, spike);
    }
    done = done && fill(&mt, &m, DRAWN_STEADY);
    if (done)
        draw(&mt, &m, out);
    return done;
}

bool draw_usual_cycle(bool reused, uint64_t seed, uint64_t limit, FILE *out)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit});
    bool done = h != NULL && draw_in(h, reused, seed, out);
    heap_delete(h);
    return done;
}
