/*
 * drop_and_rebuild_dot.c - a map before and after its rebuild, drawn from its memory.
 */
#include "drop_and_rebuild.h"

#include "page/page.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_dot.h"
#include "swiss/swiss_u64.h"

enum { GROWN = 29, LEFT = 6 };          /* 29 entries need 64 slots, 6 fit into one group */

static bool fill_and_drain(struct swiss *m)
{
    for (uint64_t key = 1; key <= GROWN; key++) {
        uint64_t *elem = swiss_u64_put(m, key);
        if (elem == NULL)
            return false;
        *elem = 100 + key;
    }
    for (uint64_t key = LEFT + 1; key <= GROWN; key++)
        swiss_u64_del(m, key);
    return true;
}

bool picture_map(bool rebuilt, uint64_t seed, FILE *out)
{
    struct heap *h = heap_new(NULL);
    struct swiss m;
    bool done = h != NULL && swiss_u64_init(&m, h, 0, seed) && fill_and_drain(&m)
        && (!rebuilt || rebuild(&m, swiss_len(&m), seed + 1));
    if (done) {
        struct dot dot;
        char title[64], bytes[PAGE_NUMBER_BYTES];
        snprintf(title, sizeof title, "%s: %u entries, %s B", rebuilt ? "rebuilt" : "drained",
                 LEFT, page_number(bytes, swiss_bytes(&swiss_u64_type, &m)));
        dot_begin(&dot, out, title, "LR");
        swiss_dot_map(&dot, &swiss_u64_type, &swiss_print_u64, &m);
        dot_end(&dot);
    }
    heap_delete(h);
    return done;
}
