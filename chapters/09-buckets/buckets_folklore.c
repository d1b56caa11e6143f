/*
 * buckets_folklore.c - what people say about maps, each sentence asked of each design.
 *
 * One function for each sentence. It is given a map of int to int without entries and without a
 * hint, does something with it, and measures. The verdict follows from the figure, here, in
 * code: nobody has written down who is right. This file has the sentences about memory and
 * shape; buckets_folklore_verbs.c has those about deleting and growing.
 */
#include "buckets_folklore.h"

#include <string.h>

#include "hashbrown/hashbrown_any.h"

/* --- Memory that comes back, and memory that does not --- */

/* Fills, deletes everything: the part of the bytes that came back, percent. */
static bool freed_by_deletes(struct rig *rig, uint64_t keys, double *freed)
{
    if (!rig_fill(rig, 0, keys))
        return false;
    uint64_t filled = rig_bytes(rig);
    rig_delete(rig, 0, keys);
    *freed = percent(filled - rig_bytes(rig), filled);
    return true;
}

static bool ask_delete_frees(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    if (!freed_by_deletes(rig, MANY, &a->figure))
        return false;
    a->holds = a->figure >= 50;
    return true;
}

static bool ask_large_values(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    if (!rig_again(rig, INTS_TO_129, 0) || !freed_by_deletes(rig, FEW, &a->figure))
        return false;
    a->holds = a->figure >= 50;
    return true;
}

/* Deletes, clears, and shrinks where there is a verb for it. */
static bool ask_only_drop(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    if (!rig_fill(rig, 0, MANY))
        return false;
    uint64_t filled = rig_bytes(rig);
    rig_delete(rig, 0, MANY);
    rig_clear(rig);
    if (rig->kind == RUST
        && !hashbrown_any_shrink_to_fit(rig->map.type, &rig->map.as.hashbrown))
        return false;
    a->figure = percent(rig_bytes(rig), filled);
    a->holds = a->figure >= 95;
    return true;
}

static bool ask_new_map(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    a->figure = (double)rig_bytes(rig);
    a->holds = rig_bytes(rig) == 0;
    return true;
}

static bool ask_32_mib(struct rig *rig, const struct options *o, struct answer *a)
{
    const uint64_t million = 1 << 20;
    (void)o;
    if (!rig_again(rig, INTS, million))
        return false;
    a->figure = (double)rig_bytes(rig) / (double)million;
    a->holds = a->figure > 31.995 && a->figure < 32.005;
    return true;
}

static bool ask_set(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    if (!rig_again(rig, INTS_TO_NOTHING, 0) || !rig_fill(rig, 0, MANY))
        return false;
    uint64_t bytes = rig_bytes(rig);
    if (!rig_again(rig, INTS_TO_BOOL, 0) || !rig_fill(rig, 0, MANY))
        return false;
    a->figure = percent(bytes, rig_bytes(rig));
    a->holds = a->figure < 99.95;
    return true;
}

/* The bytes of a map of this type with so many entries in it. */
static bool bytes_with(struct rig *rig, enum type type, uint64_t entries, uint64_t *bytes)
{
    bool done = rig_again(rig, type, 0) && rig_fill(rig, 0, entries);
    *bytes = rig_bytes(rig);
    return done;
}

/* Over four types and four sizes: the worst ratio to the bytes of the same in Go 1.23. */
static bool ask_smaller(struct rig *rig, const struct options *o, struct answer *a)
{
    static const uint64_t sizes[] = {8, 100, 1000, 10000};
    struct rig old;
    if (!rig_begin(&old, GO123, INTS, 0, o))
        return false;
    bool done = true;
    for (enum type type = INTS; done && type <= TEXT; type++)
        for (unsigned i = 0; done && i < sizeof sizes / sizeof *sizes; i++) {
            uint64_t bytes, before;
            done = bytes_with(rig, type, sizes[i], &bytes)
                && bytes_with(&old, type, sizes[i], &before);
            if (done && percent(bytes, before) > a->figure)
                a->figure = percent(bytes, before);
        }
    rig_end(&old);
    a->holds = a->figure < 100;
    return done;
}

const struct saying memory_sayings[MEMORY_SAYINGS] = {
    {"delete-frees", "deleting every key frees the memory", "bytes that came back", "%", 1,
     ask_delete_frees},
    {"only-drop", "only a drop gives the memory back", "bytes that stay, whatever is called", "%",
     1, ask_only_drop},
    {"large-values", "values over 128 B go with their entries", "bytes that came back", "%", 1,
     ask_large_values},
    {"new-map", "a new map takes no heap", "bytes of a new map", "B", 0, ask_new_map},
    {"32-mib", "a million int to int take 32 MiB", "bytes of a map made for them", "MiB", 2,
     ask_32_mib},
    {"set", "struct{} values take less than bool values", "bytes, of those with bool", "%", 1,
     ask_set},
    {"smaller", "it always takes less than Go 1.23's map", "bytes, of those there, at worst", "%",
     1, ask_smaller},
};

/* --- Shape --- */

static bool ask_chains(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    if (!rig_fill(rig, 0, MANY))
        return false;
    a->figure = (double)rig_chains(rig).outside;
    a->holds = a->figure > 0;
    return true;
}

/* How far each elem lies behind the end of its key: the farthest of all. */
static bool ask_side_by_side(struct rig *rig, const struct options *o, struct answer *a)
{
    struct any_iter it;
    (void)o;
    if (!rig_fill(rig, 0, FEW))
        return false;
    rig->map.design->iter_start(&rig->map, &it);
    while (rig->map.design->iter_next(&it)) {
        const char *end = (const char *)it.key + sizeof(uint64_t);
        double apart = (double)((const char *)it.elem - end);
        a->figure = apart > a->figure ? apart : a->figure;
    }
    rig->map.design->iter_end(&it);
    a->holds = a->figure < 1;
    return true;
}

/* The load at the last growth of a map of fewer than FEW entries. */
static bool ask_seven_eighths(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    for (uint64_t key = 0; key < FEW; key++) {
        uint64_t slots = rig_look(rig).slots;
        if (!rig_put(rig, key))
            return false;
        if (rig_look(rig).slots != slots)
            a->figure = percent(key, slots);
    }
    a->holds = a->figure > 87.49 && a->figure < 87.51;
    return true;
}

static bool ask_eight_fit(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    if (!rig_fill(rig, 0, 1))
        return false;
    uint64_t slots = rig_look(rig).slots;
    if (!rig_fill(rig, 1, 8))
        return false;
    a->figure = (double)rig_look(rig).slots;
    a->holds = rig_look(rig).slots == slots;
    return true;
}

/* Puts into a map with room for all: how many of the first HUNDRED lie elsewhere afterwards. */
static bool ask_robin_hood(struct rig *rig, const struct options *o, struct answer *a)
{
    const void *places[HUNDRED];
    (void)o;
    if (!rig_again(rig, INTS, 896) || !rig_fill(rig, 0, HUNDRED))
        return false;
    for (uint64_t key = 0; key < HUNDRED; key++)
        places[key] = rig_get(rig, key);
    if (!rig_fill(rig, HUNDRED, 8 * HUNDRED))
        return false;
    for (uint64_t key = 0; key < HUNDRED; key++)
        a->figure += places[key] != rig_get(rig, key);
    a->holds = a->figure > 0;
    return true;
}

static bool ask_one_order(struct rig *rig, const struct options *o, struct answer *a)
{
    enum { RANGES = 16, KEYS = 128 };
    bool first[KEYS] = {false};
    (void)o;
    if (!rig_fill(rig, 0, KEYS))
        return false;
    for (unsigned range = 0; range < RANGES; range++) {
        struct any_iter it;
        uint64_t key = 0;
        rig->map.design->iter_start(&rig->map, &it);
        if (rig->map.design->iter_next(&it))
            memcpy(&key, it.key, sizeof key);
        rig->map.design->iter_end(&it);
        a->figure += !first[key];
        first[key] = true;
    }
    a->holds = a->figure < 2;
    return true;
}

const struct saying shape_sayings[SHAPE_SAYINGS] = {
    {"chains", "collisions go to a chain of overflow buckets", "entries in overflow buckets", "",
     0, ask_chains},
    {"side-by-side", "a key and its value lie side by side", "bytes between them, at most", "B", 0,
     ask_side_by_side},
    {"seven-eighths", "it grows when seven eighths are full", "full when it grew", "%", 2,
     ask_seven_eighths},
    {"eight-fit", "eight entries need no growth", "slots with eight entries", "", 0,
     ask_eight_fit},
    {"robin-hood", "a put pushes others aside (Robin Hood)", "entries of 100 that 700 puts pushed",
     "", 0, ask_robin_hood},
    {"one-order", "every range gives the same order", "different first keys of 16 ranges", "", 0,
     ask_one_order},
};

/* --- All sentences --- */

const struct sayings folklore[SAYING_GROUPS] = {
    {"memory", "What people say about memory, of which map it is true, and the figure that shows "
     "it:", memory_sayings, MEMORY_SAYINGS},
    {"shape", "About shape:", shape_sayings, SHAPE_SAYINGS},
    {"deletes", "About delete and clear:", delete_sayings, DELETE_SAYINGS},
    {"growths", "About growing:", growth_sayings, GROWTH_SAYINGS},
};

bool saying_ask(const struct saying *s, enum kind kind, const struct options *o,
                struct answer *a)
{
    struct rig rig;
    *a = (struct answer){.figure = 0};
    if (!rig_begin(&rig, kind, INTS, 0, o))
        return false;
    bool done = s->ask(&rig, o, a);
    rig_end(&rig);
    return done;
}
