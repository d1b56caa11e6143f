/*
 * zeroing.c - chapter 12: the optimisation that went missing. The program.
 *
 * Read        zeroing.h (what is tried), zeroing_trace.c (one buffer, and many),
 *             zeroing_matrix.c (every kind of object), zeroing_channel.h (where the elements lie),
 *             zeroing_retain.c, zeroing_bench.c and this file (how it is shown).
 */
#include "zeroing_pages.h"

const struct policy_name policy_names[POLICIES] = {
    [POLICY_BEFORE] = {"before", "Go 1.23"},
    [POLICY_REGRESSED] = {"regressed", "Go 1.24.0"},
    [POLICY_FIXED] = {"fixed", "fixed"},
};

/* --- Versions --------------------------------------------------------------- */

static const struct { const char *slug, *label; } step_names[STEPS] = {
    [STEP_NEW] = {"new", "new heap"},
    [STEP_QUARTER_MADE] = {"quarter-made", "a quarter made"},
    [STEP_HALF_MADE] = {"half-made", "half of them made"},
    [STEP_THREE_QUARTERS_MADE] = {"three-quarters-made", "three quarters made"},
    [STEP_MADE] = {"made", "all made"},
    [STEP_QUARTER_SENT] = {"quarter-sent", "a quarter sent"},
    [STEP_HALF_SENT] = {"half-sent", "half sent"},
    [STEP_THREE_QUARTERS_SENT] = {"three-quarters-sent", "three quarters sent"},
    [STEP_SENT] = {"sent", "filled"},
    [STEP_RECEIVED] = {"received", "all received"},
    [STEP_DROPPED] = {"dropped", "dropped"},
    [STEP_COLLECTED] = {"collected", "collected"},
    [STEP_MADE_AGAIN] = {"made-again", "all made again"},
    [STEP_COLLECTED_AGAIN] = {"collected-again", "dropped, collected"},
    [STEP_GIVEN_BACK] = {"given-back", "given back"},
    [STEP_MADE_AFTER] = {"made-after", "all made once more"},
};

static void print_life(struct page *page, uint64_t channels, const struct life of[POLICIES])
{
    char number[PAGE_NUMBER_BYTES];
    page_text(page, "%s channels with buffers of 4 MiB, elements with pointers. HeapAlloc, and "
                    "HeapSys - HeapReleased; then resident bytes by the kernel, under Go 1.23 "
                    "(before), 1.24.0 (regressed) and the fix:", page_number(number, channels));
    page_table(page, "life",
               HEADS("step", "HeapAlloc", "retained", "before", "regressed", "fixed"));
    for (enum step step = 0; step < STEPS; step++) {
        const struct heap_counters *c = &of[POLICY_FIXED].counters[step];
        page_row(page, step_names[step].slug, step_names[step].label,
                 CELLS(exact(c->heap_alloc, "B"), exact(c->heap_sys - c->heap_released, "B"),
                       exact(of[POLICY_BEFORE].pages[step] * SYSTEM_PAGE_BYTES, "B"),
                       exact(of[POLICY_REGRESSED].pages[step] * SYSTEM_PAGE_BYTES, "B"),
                       exact(of[POLICY_FIXED].pages[step] * SYSTEM_PAGE_BYTES, "B")));
    }
    page_table_end(page);
}

static bool run_versions(const struct options *o, struct page *page)
{
    struct life of[POLICIES];
    uint64_t channels = o->keys > 0 ? o->keys : 1;
    for (enum policy policy = 0; policy < POLICIES; policy++)
        if (!life_run(channels, policy, o->limit_bytes, &of[policy]))
            return false;
    print_life(page, channels, of);
    return true;
}

/* --- The program ------------------------------------------------------------ */

static bool run_dot(const struct options *options, struct page *page)
{
    (void)options;
    return picture_pages(page->out);
}

enum { BUFFERS = 64, MOST_BUFFERS = 256 };      /* of 4 MiB; with the most, 1 GiB gets resident */

static const struct target targets[] = {
    {"retain", "what each policy makes resident; --keys channels of 4 MiB", run_retain, BUFFERS,
     MOST_BUFFERS},
    {"bench", "the time to have a buffer zeroed; --keys of them a round", run_bench, 2,
     MOST_BUFFERS},
    {"versions", "the life of --keys channels under the three policies", run_versions, BUFFERS,
     MOST_BUFFERS},
    {"dot", "draws the pages of a buffer", run_dot, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

static const char *const pictures[] = {"pages", NULL};

const struct program program = {
    .name = "12-zeroing",
    .title = "The optimisation that went missing",
    .targets = targets,
    .pictures = pictures,
    .designs = (const char *const[]){"go1.24", NULL},
};
