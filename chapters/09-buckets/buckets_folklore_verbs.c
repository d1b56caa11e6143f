/*
 * buckets_folklore_verbs.c - what people say about deleting, clearing and growing.
 */
#include "buckets_folklore.h"

#include <string.h>

/* --- Deleting and clearing --- */

/* Of FEW entries: how many elems still lie where they were, after all have gone. */
static bool left_behind(struct rig *rig, bool by_clear, struct answer *a)
{
    const void *places[FEW];
    unsigned left = 0;
    if (!rig_again(rig, INTS, FEW) || !rig_fill(rig, 0, FEW))
        return false;
    for (uint64_t key = 0; key < FEW; key++)
        places[key] = rig_get(rig, key);
    if (by_clear)
        rig_clear(rig);
    else
        rig_delete(rig, 0, FEW);
    for (uint64_t key = 0; key < FEW; key++) {
        uint64_t elem;
        memcpy(&elem, places[key], sizeof elem);
        left += elem == key + 1;
    }
    a->figure = percent(left, FEW);
    a->holds = left == FEW;
    return true;
}

static bool ask_clear_marks(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    return left_behind(rig, true, a);
}

static bool ask_delete_marks(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    return left_behind(rig, false, a);
}

static bool ask_tombstones(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    if (!rig_fill(rig, 0, MANY))
        return false;
    rig_delete(rig, 0, MANY / 2);
    uint64_t tombstones = rig_tombstones(rig);
    a->figure = percent(tombstones, MANY / 2);
    a->holds = tombstones == MANY / 2;
    return true;
}

/* Puts of new keys, from `from` on, before one that makes the map grow. */
static bool room_left(struct rig *rig, uint64_t from, uint64_t *room)
{
    uint64_t slots = rig_look(rig).slots;
    for (*room = 0;; ++*room) {
        if (!rig_put(rig, from + *room))
            return false;
        struct look now = rig_look(rig);
        if (now.slots != slots || now.old_buckets != 0)
            return true;
    }
}

/* As full as it may be, then deleted key by key and cleared: is there as much room as before? */
static bool ask_like_new(struct rig *rig, const struct options *o, struct answer *a)
{
    uint64_t room, again;
    (void)o;
    if (!rig_again(rig, INTS, HUNDRED) || !room_left(rig, 0, &room))
        return false;
    if (!rig_again(rig, INTS, HUNDRED) || !rig_fill(rig, 0, room))
        return false;
    rig_delete(rig, 0, room);
    rig_clear(rig);
    if (!room_left(rig, FEW, &again))
        return false;
    a->figure = percent(again, room);
    a->holds = again >= room;
    return true;
}

/* Emptied many times, by deletes and by clears: how often the seed was another one after it. */
static bool ask_seed(struct rig *rig, const struct options *o, struct answer *a)
{
    enum { ROUNDS = 32 };
    (void)o;
    for (unsigned round = 0; round < ROUNDS; round++) {
        if (!rig_fill(rig, 0, HUNDRED))
            return false;
        uint64_t before = rig_look(rig).seed;
        if (round % 2 == 0)
            rig_delete(rig, 0, HUNDRED);
        else
            rig_clear(rig);
        a->figure += rig_look(rig).seed != before;
    }
    a->holds = a->figure < 1;
    return true;
}

static bool ask_capacity(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    if (!rig_fill(rig, 0, MANY))
        return false;
    uint64_t before = rig_look(rig).capacity;
    rig_delete(rig, 0, MANY / 2);
    uint64_t after = rig_look(rig).capacity;
    a->figure = percent(after, before);
    a->holds = after >= before;
    return true;
}

/* --- Churn: the oldest entry goes, a new one comes --- */

/* Tombstones that one round of churn sweeps away while nothing is allocated: more than the one that
 * its put may have filled. */
static bool sweep_once(struct rig *rig, uint64_t round, uint64_t *swept)
{
    rig_delete(rig, round, round + 1);
    uint64_t before = rig_tombstones(rig), mallocs = heap_read(rig->heap).mallocs;
    if (!rig_put(rig, round + HUNDRED))
        return false;
    uint64_t after = rig_tombstones(rig);
    if (heap_read(rig->heap).mallocs == mallocs && after + 1 < before)
        *swept += before - after;
    return true;
}

static bool ask_in_place(struct rig *rig, const struct options *o, struct answer *a)
{
    enum { ROUNDS = 20000 };
    uint64_t swept = 0;
    (void)o;
    if (!rig_again(rig, INTS, 2 * HUNDRED) || !rig_fill(rig, 0, HUNDRED))
        return false;
    for (uint64_t round = 0; round < ROUNDS; round++)
        if (!sweep_once(rig, round, &swept))
            return false;
    a->figure = (double)swept;
    a->holds = swept > 0;
    return true;
}

const struct saying delete_sayings[DELETE_SAYINGS] = {
    {"delete-marks", "a delete leaves the value as it lies", "values still there after deletes",
     "%", 1, ask_delete_marks},
    {"clear-marks", "clear leaves keys and values as they lie", "values still there after clear",
     "%", 1, ask_clear_marks},
    {"tombstones", "each delete leaves a tombstone", "deletes that left one", "%", 1,
     ask_tombstones},
    {"like-new", "emptied and cleared, it is like new", "room for puts, of a new map's", "%", 1,
     ask_like_new},
    {"seed", "the hash seed is drawn once, at creation", "times drawn anew, of 32 emptyings", "",
     0, ask_seed},
    {"capacity", "its capacity never falls", "capacity after deletes, of before", "%", 1,
     ask_capacity},
    {"in-place", "tombstones are swept in place", "swept, and nothing allocated", "", 0,
     ask_in_place},
};

/* --- Growing --- */

/* The last growth of a map that is filled with MANY entries, one by one. */
struct last_growth {
    uint64_t entries, moved;            /* before the put; by the put */
    double factor;                      /* of the slots */
};

static bool watch_growths(struct rig *rig, struct last_growth *g)
{
    *g = (struct last_growth){.entries = 0};
    struct look before = rig_look(rig);
    for (uint64_t key = 0; key < MANY; key++) {
        if (!rig_put(rig, key))
            return false;
        struct look now = rig_look(rig);
        if (now.slots != before.slots && before.slots > 0)
            *g = (struct last_growth){.entries = key, .moved = now.moved - before.moved,
                                      .factor = (double)now.slots / (double)before.slots};
        before = now;
    }
    return true;
}

static bool ask_moves_all(struct rig *rig, const struct options *o, struct answer *a)
{
    struct last_growth g;
    (void)o;
    if (!watch_growths(rig, &g))
        return false;
    a->figure = percent(g.moved, g.entries);
    a->holds = g.entries > 0 && g.moved >= g.entries;
    return true;
}

static bool ask_doubles(struct rig *rig, const struct options *o, struct answer *a)
{
    struct last_growth g;
    (void)o;
    if (!watch_growths(rig, &g))
        return false;
    a->figure = g.factor;
    a->holds = g.factor > 1.995;
    return true;
}

/* The bytes that only updates free, after a growth. */
static bool ask_old_garbage(struct rig *rig, const struct options *o, struct answer *a)
{
    uint64_t slots, key = growth_limit_below(MANY);
    (void)o;
    if (!rig_fill(rig, 0, key))
        return false;
    do {
        slots = rig_look(rig).slots;
        if (!rig_put(rig, key++))
            return false;
    } while (slots == rig_look(rig).slots);
    uint64_t grown = rig_bytes(rig);
    if (!rig_fill(rig, 0, key))
        return false;
    uint64_t after = rig_bytes(rig);
    a->figure = after < grown ? percent(grown - after, grown) : 0;
    a->holds = after >= grown;
    return true;
}

/* After each of FEW new entries, the first one again. */
static bool ask_updates(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    for (uint64_t key = 0; key < FEW; key++) {
        if (!rig_put(rig, key))
            return false;
        uint64_t slots = rig_look(rig).slots;
        if (!rig_put(rig, 0))
            return false;
        a->figure += rig_look(rig).slots != slots;
    }
    a->holds = a->figure < 1;
    return true;
}

static bool ask_hint(struct rig *rig, const struct options *o, struct answer *a)
{
    static const uint64_t hints[] = {9, 100, 897, 1793, 3585, 10000};
    (void)o;
    for (unsigned i = 0; i < sizeof hints / sizeof *hints; i++) {
        if (!rig_again(rig, INTS, hints[i]))
            return false;
        uint64_t slots = rig_look(rig).slots;
        if (!rig_fill(rig, 0, hints[i]))
            return false;
        a->figure += rig_look(rig).slots != slots;
    }
    a->holds = a->figure < 1;
    return true;
}

/* The oldest entry goes, a new one comes. */
static bool ask_churn(struct rig *rig, const struct options *o, struct answer *a)
{
    enum { ROUNDS = 200000 };
    (void)o;
    if (!rig_fill(rig, 0, HUNDRED))
        return false;
    uint64_t slots = rig_look(rig).slots;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        rig_delete(rig, round, round + 1);
        if (!rig_put(rig, round + HUNDRED))
            return false;
    }
    a->figure = (double)rig_look(rig).slots / (double)slots;
    a->holds = rig_look(rig).slots == slots;
    return true;
}

const struct saying growth_sayings[GROWTH_SAYINGS] = {
    {"moves-all", "a growth moves all entries at once", "entries moved by the put that grows", "%",
     2, ask_moves_all},
    {"doubles", "a large map doubles when it grows", "slots after to before", "x", 2,
     ask_doubles},
    {"old-garbage", "the old array is garbage once it grew", "bytes that wait for writes", "%", 1,
     ask_old_garbage},
    {"updates", "an update never makes it grow", "updates of 1,000 that did", "", 0, ask_updates},
    {"hint", "made for n, it does not grow for n", "hints of 6 that were too small", "", 0,
     ask_hint},
    {"churn", "at constant length it never grows", "slots after churn to before", "x", 2,
     ask_churn},
};
