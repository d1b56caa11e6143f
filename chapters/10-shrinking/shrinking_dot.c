/*
 * shrinking_dot.c - a map before and after shrink_to_fit, drawn from its memory.
 */
#include "shrinking.h"

#include "hashbrown/hashbrown_dot.h"
#include "hashbrown/hashbrown_u64.h"

enum { GROWN = 15, LEFT = 5 };          /* 15 entries need 32 slots, 5 fit into 8 */

static bool fill_and_drain(struct hashbrown *m)
{
    for (uint64_t key = 1; key <= GROWN; key++) {
        uint64_t *elem = hashbrown_u64_put(m, key);
        if (elem == NULL)
            return false;
        *elem = 100 + key;
    }
    for (uint64_t key = LEFT + 1; key <= GROWN; key++)
        hashbrown_u64_del(m, key);
    return true;
}

bool picture_shrink(uint64_t seed, FILE *out)
{
    struct heap *h = heap_new(NULL);
    struct hashbrown m;
    bool done = h != NULL && hashbrown_u64_init(&m, h, 0, seed) && fill_and_drain(&m);
    if (done) {
        struct dot dot;
        dot_begin(&dot, out, "15 entries came, 5 are left", "TB");
        hashbrown_dot_map(&dot, &hashbrown_u64_type, &hashbrown_print_u64, &m, "drained");
        done = hashbrown_u64_shrink_to_fit(&m);
        if (done)
            hashbrown_dot_map(&dot, &hashbrown_u64_type, &hashbrown_print_u64, &m,
                              "after shrink_to_fit");
        dot_end(&dot);
    }
    heap_delete(h);
    return done;
}
