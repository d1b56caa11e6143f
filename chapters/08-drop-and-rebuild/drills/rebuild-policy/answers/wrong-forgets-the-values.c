/*
 * wrong-forgets-the-values.c - "a put is all it takes"
 *
 * The put returns the place of the value. Nobody writes to it.
 */
#include "rebuild_policy.h"

#include <string.h>

enum { MOST_SLOTS_PER_ENTRY = 4 };

bool is_too_large(uint64_t slots, uint64_t live)
{
    return slots > REBUILD_FLOOR && slots > MOST_SLOTS_PER_ENTRY * live;
}

/* Puts every entry of `from` into `to`. False: no memory; `from` is as it was. */
static bool copy_entries(struct swiss *to, struct swiss *from)
{
    struct swiss_iter it;
    bool done = true;
    swiss_u64_iter_start(from, &it);
    while (done && swiss_u64_iter_next(&it)) {
        uint64_t key;
        memcpy(&key, it.key, sizeof key);
        uint64_t *elem = swiss_u64_put(to, key);
        done = elem != NULL;
    }
    swiss_u64_iter_end(&it);
    return done;
}

bool rebuild(struct swiss *m, uint64_t seed)
{
    struct swiss fresh;
    if (!swiss_u64_init(&fresh, m->heap, swiss_len(m), seed))
        return false;
    bool done = copy_entries(&fresh, m);
    swiss_u64_free(done ? m : &fresh);
    if (done)
        *m = fresh;
    return done;
}
