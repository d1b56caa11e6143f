/*
 * batch_cycles_story.c - the strategies, and what is claimed of their stories.
 */
#include "batch_cycles.h"

#include <stdlib.h>

#include "design/design_swiss.h"

const struct strategy strategies[WAYS] = {
    [WAY_DELETE] = {"delete", "delete loop", "go1.24", EMPTY_DELETE, HINT_NONE, false},
    [WAY_CLEAR] = {"clear", "clear", "go1.24", EMPTY_CLEAR, HINT_NONE, false},
    [WAY_FRESH] = {"fresh", "fresh map", "go1.24", EMPTY_FRESH, HINT_NONE, false},
    [WAY_PRESIZED] = {"presized", "fresh, presized", "go1.24", EMPTY_FRESH, HINT_USUAL, false},
    [WAY_POINTERS] = {"pointers", "pointer values", "go1.24", EMPTY_DELETE, HINT_NONE, true},
    [WAY_RUST] = {"rust", "Rust, shrink_to", "rust", EMPTY_SHRINK, HINT_NONE, false},
};

const struct strategy presized_to_the_most =
    {"presized-most", "fresh, for the most", "go1.24", EMPTY_FRESH, HINT_MOST, false};
const struct strategy rust_without_shrink =
    {"rust-clear", "Rust, clear", "rust", EMPTY_CLEAR, HINT_NONE, false};

/* --- Claims ----------------------------------------------------------------- */

/* After the spike no cycle takes a byte less, full or idle, and it is more than before. */
bool stays_at_its_height(const struct story *s, unsigned spike, unsigned until)
{
    const struct reading *top = &s->at[spike];
    if (s->cycles < until || spike == 0 || top->live <= s->at[spike - 1].live)
        return false;
    for (unsigned i = spike + 1; i < until; i++)
        if (s->at[i].live != top->live || s->at[i].idle != top->live)
            return false;
    return top->idle == top->live;
}

static bool about_the_same(uint64_t a, uint64_t b)
{
    return a <= b + b / 10 && b <= a + a / 10;
}

/* The cycle after the spike takes what the cycle before it took, within a tenth: what lives, and
 * the highest with garbage. Which tables split is chance, so not to the byte. */
bool is_back(const struct story *s, unsigned spike)
{
    if (s->cycles < spike + 2)
        return false;
    const struct reading *before = &s->at[spike - 1], *after = &s->at[spike + 1];
    return s->at[spike].live > 2 * before->live && about_the_same(before->live, after->live)
        && about_the_same(before->peak, after->peak);
}

static bool all_worked_on(const struct story *s)
{
    return s->worked_on == s->brought;
}

/* Memory is refused after the spike, in a usual cycle, and every record is still there. */
bool dies_whole(const struct story *s, unsigned spike)
{
    return s->killed && s->cycles > spike + 1 && all_worked_on(s) && s->records_in > 0
        && s->readable == s->records_in && s->broken == NULL;
}

bool lives_on(const struct story *s, const struct trace *t)
{
    return !s->killed && s->cycles == t->count && all_worked_on(s);
}

/* --- No spike at all -------------------------------------------------------- */

const unsigned creep_cycles[CREEP_READINGS] = {1, 10, 100, CREEP_CYCLES};

bool creep_run(const struct strategy *strategy, uint64_t seed, uint64_t limit,
               uint64_t live[CREEP_READINGS])
{
    struct trace t;
    struct story *s = malloc(sizeof *s);
    even_trace(CREEP_RECORDS, CREEP_CYCLES, &t);
    bool done = s != NULL && story_run(strategy, &t, limit, seed, s) && !s->killed;
    for (unsigned i = 0; done && i < CREEP_READINGS; i++)
        live[i] = s->at[creep_cycles[i] - 1].live;
    free(s);
    return done;
}

/* --- Several maps ----------------------------------------------------------- */

static bool fill(struct any_map *m, uint64_t records)
{
    for (uint64_t key = 0; key < records; key++)
        if (m->design->put(m, &key) == NULL)
            return false;
    return true;
}

static void delete_all(struct any_map *m, uint64_t records)
{
    for (uint64_t key = 0; key < records; key++)
        m->design->del(m, &key);
}

/* Each map holds its usual records; one after the other is emptied for a spike, and for a
 * usual cycle again. */
static bool play_several(struct any_map maps[MAPS], struct heap *h, uint64_t usual,
                         uint64_t live[MAPS + 1])
{
    uint64_t spike = incident_spike(usual);
    for (unsigned i = 0; i < MAPS; i++)
        if (!fill(&maps[i], usual))
            return false;
    heap_collect(h);
    live[0] = heap_read(h).heap_alloc;
    for (unsigned i = 0; i < MAPS; i++) {
        delete_all(&maps[i], usual);
        if (!fill(&maps[i], spike))
            return false;
        delete_all(&maps[i], spike);
        if (!fill(&maps[i], usual))
            return false;
        heap_collect(h);
        live[i + 1] = heap_read(h).heap_alloc;
    }
    return true;
}

bool several_run(uint64_t steady, uint64_t seed, uint64_t limit, uint64_t live[MAPS + 1])
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit});
    struct map_type type = record_map_type(false);
    struct any_map maps[MAPS];
    bool done = h != NULL;
    for (unsigned i = 0; done && i < MAPS; i++)
        done = any_map_init(&maps[i], &design_swiss, &type, h, 0, seed + i);
    done = done && play_several(maps, h, steady / MAPS, live);
    heap_delete(h);
    return done;
}
