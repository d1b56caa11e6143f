/*
 * presize_dot.c - a map made with a hint, or grown, drawn from live memory.
 */
#include "presize.h"

#include "swiss/swiss_dot.h"
#include "swiss/swiss_u64.h"

static bool put_keys(struct swiss *m, uint64_t keys)
{
    for (uint64_t key = 0; key < keys; key++) {
        if (swiss_u64_put(m, key) == NULL)
            return false;
    }
    return true;
}

bool presize_draw(const struct options *options, uint64_t keys, bool hinted, FILE *out)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes};
    struct heap *h = heap_new(&config);
    struct swiss m;
    bool done = false;
    if (h != NULL && swiss_u64_init(&m, h, hinted ? keys : 0, options->seed)) {
        done = hinted || put_keys(&m, keys);
        if (done) {
            struct dot dot;
            dot_begin(&dot, out, NULL, "LR");
            swiss_dot_map(&dot, &swiss_u64_type, &swiss_print_u64, &m);
            dot_end(&dot);
        }
        swiss_u64_free(&m);
    }
    heap_delete(h);
    return done;
}
