/*
 * growth_capacity.c - puts and deletes at random: which sizes ever fall?
 *
 * Slots are counted from the tables themselves after every operation, so that a table
 * made smaller would show whoever did it.
 */
#include "growth.h"

#include "swiss/swiss_check.h"

/* Both maps, and what was seen of them last. */
struct pair {
    struct heap *heap;
    struct swiss swiss;
    struct hashbrown flat;
    struct random random;
    uint64_t keys;                  /* are drawn from 0 to keys - 1 */
    uint64_t operations;
    struct growth_capacity seen;
};

/* Reads all sizes and counts those that fell. */
static void look(struct pair *p)
{
    struct growth_capacity now = p->seen;
    now.entries = swiss_len(&p->swiss);
    now.slots = swiss_slot_count(&p->swiss);
    now.capacity = hashbrown_capacity(&p->flat);
    now.flat_slots = hashbrown_slots(&p->flat.table);
    now.slots_fell += now.slots < p->seen.slots;
    now.capacity_fell += now.capacity < p->seen.capacity;
    now.flat_slots_fell += now.flat_slots < p->seen.flat_slots;
    p->seen = now;
}

static bool put(struct pair *p, uint64_t key)
{
    uint64_t *one = swiss_u64_put(&p->swiss, key);
    uint64_t *other = hashbrown_u64_put(&p->flat, key);
    if (one == NULL || other == NULL)
        return false;
    *one = *other = key;
    return true;
}

static void del(struct pair *p, uint64_t key)
{
    swiss_u64_del(&p->swiss, key);
    hashbrown_u64_del(&p->flat, key);
}

/* So many operations on random keys, of which `puts` in eight are puts. */
static bool phase(struct pair *p, uint64_t operations, unsigned puts)
{
    for (uint64_t i = 0; i < operations; i++) {
        uint64_t key = random_below(&p->random, p->keys);
        if (random_below(&p->random, 8) >= puts)
            del(p, key);
        else if (!put(p, key))
            return false;
        p->operations++;
        look(p);
    }
    return true;
}

static void empty(struct pair *p)
{
    for (uint64_t key = 0; key < p->keys; key++) {
        del(p, key);
        p->operations++;
        look(p);
    }
}

static bool all_phases(struct pair *p, uint64_t operations, struct growth_capacity *phases)
{
    if (!phase(p, operations, 6))
        return false;
    phases[GROWTH_FILL] = p->seen;
    if (!phase(p, operations, 1))
        return false;
    phases[GROWTH_DRAIN] = p->seen;
    if (!phase(p, operations, 6))
        return false;
    phases[GROWTH_REFILL] = p->seen;
    empty(p);
    phases[GROWTH_EMPTY] = p->seen;
    if (!hashbrown_u64_shrink_to_fit(&p->flat))
        return false;
    look(p);
    phases[GROWTH_SHRINK] = p->seen;
    return true;
}

bool growth_capacity(const struct options *options,
                     struct growth_capacity phases[GROWTH_PHASES], uint64_t *operations)
{
    struct heap_config config = {.limit_bytes = options->limit_bytes};
    struct pair p = {.heap = heap_new(&config), .random = {.state = options->seed},
                     .keys = options->keys / 32 + 1};
    bool done = false;
    if (p.heap != NULL && swiss_u64_init(&p.swiss, p.heap, 0, options->seed)) {
        if (hashbrown_u64_init(&p.flat, p.heap, 0, options->seed)) {
            done = all_phases(&p, options->keys / 8, phases);
            hashbrown_u64_free(&p.flat);
        }
        swiss_u64_free(&p.swiss);
    }
    *operations = p.operations;
    heap_delete(p.heap);
    return done;
}
