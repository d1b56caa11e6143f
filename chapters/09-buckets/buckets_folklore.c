/*
 * buckets_folklore.c - what people say about maps, each sentence asked of each design.
 *
 * One function for each sentence. It is given a map of int to int without entries and without a
 * hint, does something with it, and measures. The verdict follows from the figure, here, in
 * code: nobody has written down who is right.
 */
#include "buckets.h"

#include <string.h>

#include "hashbrown/hashbrown_any.h"

enum { PART = 16, FEW = 1000, HUNDRED = 100 };

static double percent(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : 100.0 * (double)part / (double)whole;
}

/* --- Memory that comes back, and memory that does not --- */

static bool ask_delete_frees(struct rig *rig, const struct options *o, struct answer *a)
{
    if (!rig_fill(rig, 0, o->keys / PART))
        return false;
    uint64_t filled = rig_bytes(rig);
    rig_delete(rig, 0, o->keys / PART);
    a->figure = percent(filled - rig_bytes(rig), filled);
    a->holds = a->figure >= 50;
    return true;
}

/* Deletes, clears, and shrinks where there is a way to. */
static bool ask_only_drop(struct rig *rig, const struct options *o, struct answer *a)
{
    if (!rig_fill(rig, 0, o->keys / PART))
        return false;
    uint64_t filled = rig_bytes(rig);
    rig_delete(rig, 0, o->keys / PART);
    rig->map.design->clear(&rig->map);
    if (rig->map.design == kind_design(RUST)
        && !hashbrown_any_shrink_to_fit(rig->map.type, &rig->map.as.hashbrown))
        return false;
    a->figure = percent(rig_bytes(rig), filled);
    a->holds = a->figure >= 95;
    return true;
}

static bool ask_large_values(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    struct map_type type = outside_type();
    if (!rig_again(rig, &type, 0) || !rig_fill(rig, 0, FEW))
        return false;
    uint64_t filled = rig_bytes(rig);
    rig_delete(rig, 0, FEW);
    a->figure = percent(filled - rig_bytes(rig), filled);
    a->holds = a->figure >= 50;
    return rig_again(rig, ints_type, 0);
}

static bool ask_empty(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    uint64_t bytes = rig_bytes(rig);
    a->figure = (double)bytes;
    a->holds = bytes == 0;
    return true;
}

static bool ask_32_mib(struct rig *rig, const struct options *o, struct answer *a)
{
    const double mib = 1 << 20;
    if (!rig_fill(rig, 0, o->keys))
        return false;
    a->figure = (double)rig_bytes(rig) / mib;
    a->holds = a->figure < 32.5 && a->figure > 31.5;
    return true;
}

/* --- Shape --- */

static bool ask_chains(struct rig *rig, const struct options *o, struct answer *a)
{
    if (!rig_fill(rig, 0, o->keys / PART))
        return false;
    a->figure = (double)look_at(&rig->map).overflow;
    a->holds = a->figure > 0;
    return true;
}

/* How far the elem lies from the end of its key: the farthest of all entries. */
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

static bool ask_set_is_smaller(struct rig *rig, const struct options *o, struct answer *a)
{
    struct map_type set = set_type(), flags = bool_type();
    if (!rig_again(rig, &set, 0) || !rig_fill(rig, 0, o->keys / PART))
        return false;
    uint64_t bytes = rig_bytes(rig);
    if (!rig_again(rig, &flags, 0) || !rig_fill(rig, 0, o->keys / PART))
        return false;
    uint64_t with_bool = rig_bytes(rig);
    a->figure = percent(bytes, with_bool);
    a->holds = bytes < with_bool;
    return rig_again(rig, ints_type, 0);
}

/* Three types; the bytes of a design for one of them. */
enum { SMALLER_TYPES = 3 };

static bool smaller_bytes(struct rig *rig, const struct options *o, unsigned which, uint64_t *bytes)
{
    struct map_type type = which == 0 ? *ints_type : which == 1 ? set_type() : text_type();
    uint64_t keys = which < 2 ? o->keys / PART : o->keys / PART * 550000 / (1 << 20);
    if (!rig_again(rig, &type, 0) || !rig_fill(rig, 0, keys))
        return false;
    *bytes = rig_bytes(rig);
    return rig_again(rig, ints_type, 0);
}

/* The bytes of each of the three types, and of the same in Go 1.23: the worst ratio. */
static bool ask_smaller(struct rig *rig, const struct options *o, struct answer *a)
{
    struct rig old;
    if (!rig_begin(&old, GO123, ints_type, 0, o))
        return false;
    bool done = true;
    for (unsigned which = 0; done && which < SMALLER_TYPES; which++) {
        uint64_t bytes = 0, before = 0;
        done = smaller_bytes(rig, o, which, &bytes) && smaller_bytes(&old, o, which, &before);
        double ratio = percent(bytes, before);
        a->figure = ratio > a->figure ? ratio : a->figure;
    }
    rig_end(&old);
    a->holds = a->figure < 100;
    return done;
}

/* --- Deleting and clearing --- */

/* Of FEW entries: how many elems still lie where they were, after all have gone. */
static bool left_behind(struct rig *rig, bool by_clear, struct answer *a)
{
    static void *places[FEW];
    unsigned left = 0;
    if (!rig_again(rig, ints_type, FEW) || !rig_fill(rig, 0, FEW))
        return false;
    for (uint64_t key = 0; key < FEW; key++)
        places[key] = rig_get(rig, key);
    if (by_clear)
        rig->map.design->clear(&rig->map);
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

static bool ask_clear_writes(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    return left_behind(rig, true, a);
}

static bool ask_delete_writes(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    return left_behind(rig, false, a);
}

static bool ask_clear_tombstones(struct rig *rig, const struct options *o, struct answer *a)
{
    uint64_t keys = o->keys / PART;
    if (!rig_fill(rig, 0, keys))
        return false;
    rig_delete(rig, 0, keys);
    rig->map.design->clear(&rig->map);
    a->figure = (double)look_at(&rig->map).tombstones;
    a->holds = a->figure < 1;
    return true;
}

static bool ask_tombstones(struct rig *rig, const struct options *o, struct answer *a)
{
    uint64_t keys = o->keys / PART;
    if (!rig_fill(rig, 0, keys))
        return false;
    rig_delete(rig, 0, keys / 2);
    uint64_t tombstones = look_at(&rig->map).tombstones;
    a->figure = percent(tombstones, keys / 2);
    a->holds = keys > 1 && tombstones == keys / 2;
    return true;
}

static bool ask_seed(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    unsigned changes = 0;
    if (!rig_fill(rig, 0, HUNDRED))
        return false;
    for (unsigned round = 0; round < 2; round++) {
        uint64_t before = look_quick(&rig->map).seed;
        if (round == 0)
            rig_delete(rig, 0, HUNDRED);
        else
            rig->map.design->clear(&rig->map);
        changes += look_quick(&rig->map).seed != before;
        if (!rig_fill(rig, 0, HUNDRED))
            return false;
    }
    a->figure = changes;
    a->holds = changes == 0;
    return true;
}

/* --- Growing --- */

/* Fills and watches each growth from FEW entries on: the most entries that one put moved, the
 * entries then, and the largest factor of the slots. */
struct growths {
    uint64_t moved, entries;
    double factor;
};

static bool watch_growths(struct rig *rig, uint64_t keys, struct growths *g)
{
    *g = (struct growths){.factor = 1};
    if (!rig_fill(rig, 0, 4 * FEW))
        return false;
    struct look before = look_quick(&rig->map);
    for (uint64_t key = 4 * FEW; key < keys; key++) {
        if (!rig_put(rig, key))
            return false;
        struct look now = look_quick(&rig->map);
        double factor = (double)now.slots / (double)before.slots;
        if (now.moved - before.moved > g->moved) {
            g->moved = now.moved - before.moved;
            g->entries = key;
        }
        g->factor = factor > g->factor ? factor : g->factor;
        before = now;
    }
    return true;
}

static bool ask_moves_all(struct rig *rig, const struct options *o, struct answer *a)
{
    struct growths g;
    if (!watch_growths(rig, o->keys / PART, &g))
        return false;
    a->figure = (double)g.moved;
    a->holds = g.entries > 0 && g.moved >= g.entries;
    return true;
}

static bool ask_doubles(struct rig *rig, const struct options *o, struct answer *a)
{
    struct growths g;
    if (!watch_growths(rig, o->keys / PART, &g))
        return false;
    a->figure = g.factor;
    a->holds = g.factor > 1.99;
    return true;
}

/* Right after the last growth before the keys are in: what goes by updates alone. */
static bool ask_old_is_garbage(struct rig *rig, const struct options *o, struct answer *a)
{
    uint64_t slots, key = growth_limit_below(o->keys / PART);
    if (!rig_fill(rig, 0, key))
        return false;
    do {
        slots = look_quick(&rig->map).slots;
        if (!rig_put(rig, key++))
            return false;
    } while (slots == look_quick(&rig->map).slots);
    uint64_t grown = rig_bytes(rig);
    if (!rig_fill(rig, 0, key))
        return false;
    uint64_t after = rig_bytes(rig);
    a->figure = after < grown ? percent(grown - after, grown) : 0;
    a->holds = a->figure < 1;
    return true;
}

/* The load at the last growth of a map of fewer than FEW entries. */
static bool ask_seven_eighths(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    for (uint64_t key = 0; key < FEW; key++) {
        uint64_t slots = look_quick(&rig->map).slots;
        if (!rig_put(rig, key))
            return false;
        if (look_quick(&rig->map).slots != slots)
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
    uint64_t slots = look_quick(&rig->map).slots;
    if (!rig_fill(rig, 1, 8))
        return false;
    a->figure = (double)look_quick(&rig->map).slots;
    a->holds = look_quick(&rig->map).slots == slots;
    return true;
}

/* After each of FEW new entries, the first one again. */
static bool ask_updates(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    unsigned grew = 0;
    for (uint64_t key = 0; key < FEW; key++) {
        if (!rig_put(rig, key))
            return false;
        uint64_t slots = look_quick(&rig->map).slots;
        if (!rig_put(rig, 0))
            return false;
        grew += look_quick(&rig->map).slots != slots;
    }
    a->figure = grew;
    a->holds = grew == 0;
    return true;
}

static bool ask_hint_is_a_promise(struct rig *rig, const struct options *o, struct answer *a)
{
    static const uint64_t hints[] = {9, 100, 897, 1793, 3585, 10000};
    unsigned grew = 0;
    (void)o;
    for (unsigned i = 0; i < sizeof hints / sizeof *hints; i++) {
        if (!rig_again(rig, ints_type, hints[i]))
            return false;
        uint64_t slots = look_quick(&rig->map).slots;
        if (!rig_fill(rig, 0, hints[i]))
            return false;
        grew += look_quick(&rig->map).slots != slots;
    }
    a->figure = grew;
    a->holds = grew == 0;
    return true;
}

static bool ask_hint_saves_all(struct rig *rig, const struct options *o, struct answer *a)
{
    uint64_t keys = o->keys / PART;
    if (!rig_again(rig, ints_type, keys))
        return false;
    uint64_t before = heap_read(rig->heap).mallocs;
    if (!rig_fill(rig, 0, keys))
        return false;
    a->figure = (double)(heap_read(rig->heap).mallocs - before);
    a->holds = a->figure < 1;
    return true;
}

/* --- Churn: the oldest entry goes, a new one comes --- */

enum { CHURN_ROUNDS = 200000, SWEEP_ROUNDS = 5000 };

static bool churn_once(struct rig *rig, uint64_t round)
{
    rig_delete(rig, round, round + 1);
    return rig_put(rig, round + HUNDRED);
}

static bool ask_churn(struct rig *rig, const struct options *o, struct answer *a)
{
    (void)o;
    if (!rig_fill(rig, 0, HUNDRED))
        return false;
    uint64_t slots = look_quick(&rig->map).slots;
    for (uint64_t round = 0; round < CHURN_ROUNDS; round++)
        if (!churn_once(rig, round))
            return false;
    uint64_t now = look_quick(&rig->map).slots;
    a->figure = (double)now / (double)slots;
    a->holds = now == slots;
    return true;
}

/* Counts entries from `from` on, HUNDRED of them, that are not where `places` says; remembers. */
static unsigned count_moved(const struct rig *rig, uint64_t from, void *places[HUNDRED])
{
    unsigned moved = 0;
    for (uint64_t key = from; key < from + HUNDRED; key++) {
        void *place = rig_get(rig, key);
        void **was = &places[key % HUNDRED];
        moved += *was != NULL && *was != place;
        *was = place;
    }
    return moved;
}

/* Entries that churn moves while nothing is allocated and nothing grows. */
static bool ask_in_place(struct rig *rig, const struct options *o, struct answer *a)
{
    void *places[HUNDRED] = {NULL};
    uint64_t moved = 0;
    (void)o;
    if (!rig_again(rig, ints_type, 2 * HUNDRED) || !rig_fill(rig, 0, HUNDRED))
        return false;
    count_moved(rig, 0, places);
    for (uint64_t round = 0; round < SWEEP_ROUNDS; round++) {
        uint64_t mallocs = heap_read(rig->heap).mallocs;
        bool still = look_quick(&rig->map).old_buckets == 0;
        places[round % HUNDRED] = NULL;
        if (!churn_once(rig, round))
            return false;
        unsigned now = count_moved(rig, round + 1, places);
        moved += still && mallocs == heap_read(rig->heap).mallocs ? now : 0;
    }
    a->figure = (double)moved;
    a->holds = moved > 0;
    return true;
}

/* Entries that other inserts move in a map that has room for all. */
static bool ask_robin_hood(struct rig *rig, const struct options *o, struct answer *a)
{
    void *places[HUNDRED] = {NULL};
    uint64_t moved = 0;
    (void)o;
    if (!rig_again(rig, ints_type, 896) || !rig_fill(rig, 0, HUNDRED))
        return false;
    count_moved(rig, 0, places);
    for (uint64_t key = HUNDRED; key < 896; key++) {
        if (!rig_put(rig, key))
            return false;
        moved += count_moved(rig, 0, places);
    }
    a->figure = (double)moved;
    a->holds = moved > 0;
    return true;
}

/* --- Ranging --- */

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

/* --- The sentences --- */

const struct saying sayings[] = {
    {"delete-frees", "deleting every key frees the map's memory", "of the bytes came back", "%", 1,
     ask_delete_frees},
    {"only-drop", "only a drop gives the memory back", "of the bytes stay, whatever is called", "%",
     1, ask_only_drop},
    {"large-values", "values over 128 B come back at the delete", "of the bytes came back", "%", 1,
     ask_large_values},
    {"empty", "a new map takes no heap", "bytes of a new map", "B", 0, ask_empty},
    {"32-mib", "a million int to int take 32 MiB", "taken at full size", "MiB", 2, ask_32_mib},
    {"chains", "collisions go to chains of overflow buckets", "overflow buckets", "", 0,
     ask_chains},
    {"side-by-side", "a key and its value lie side by side", "bytes between them, at most", "B", 0,
     ask_side_by_side},
    {"set", "struct{} values take less than bool values", "of the bytes with bool", "%", 1,
     ask_set_is_smaller},
    {"smaller", "it takes less memory than Go 1.23's map", "of Go 1.23's bytes, the worst type",
     "%", 1, ask_smaller},
    {"clear-marks", "clear leaves keys and values as they lie", "values still there after clear",
     "%", 1, ask_clear_writes},
    {"delete-marks", "a delete leaves the value as it lies", "values still there after deletes",
     "%", 1, ask_delete_writes},
    {"clear-tombstones", "after clear no tombstone is left", "tombstones, deleted and cleared", "",
     0, ask_clear_tombstones},
    {"tombstones", "each delete leaves a tombstone", "of the deletes left one", "%", 1,
     ask_tombstones},
    {"seed", "the hash seed is drawn once, at creation", "times drawn again, of 2", "", 0,
     ask_seed},
    {"moves-all", "a growth moves all entries at once", "entries moved by one put, most", "", 0,
     ask_moves_all},
    {"doubles", "a large map doubles when it grows", "slots after to before, most", "x", 2,
     ask_doubles},
    {"old-garbage", "the old array is garbage once it grew", "of the bytes waited for writes", "%",
     1, ask_old_is_garbage},
    {"seven-eighths", "it grows when seven eighths are full", "full when it grew", "%", 2,
     ask_seven_eighths},
    {"eight-fit", "eight entries need no growth", "slots with eight entries", "", 0,
     ask_eight_fit},
    {"updates", "an update never makes it grow", "updates of 1,000 that grew it", "", 0,
     ask_updates},
    {"hint-promise", "made for n, it does not grow for n", "of 6 hints grew", "", 0,
     ask_hint_is_a_promise},
    {"hint-allocs", "made for n, n puts allocate nothing", "allocations in the fill", "", 0,
     ask_hint_saves_all},
    {"churn", "at constant length it never grows", "slots after churn to before", "x", 2,
     ask_churn},
    {"in-place", "tombstones are swept in place", "entries moved, nothing allocated", "", 0,
     ask_in_place},
    {"robin-hood", "an insert pushes others aside (Robin Hood)", "entries pushed by 796 inserts",
     "", 0, ask_robin_hood},
    {"one-order", "every range gives the same order", "first keys of 16 ranges", "", 0,
     ask_one_order},
};
const unsigned saying_count = sizeof sayings / sizeof sayings[0];

bool saying_ask(const struct saying *s, enum kind kind, const struct options *o,
                struct answer *a)
{
    struct rig rig;
    *a = (struct answer){.figure = 0};
    if (!rig_begin(&rig, kind, ints_type, 0, o))
        return false;
    bool done = s->ask(&rig, o, a);
    rig_end(&rig);
    return done;
}
