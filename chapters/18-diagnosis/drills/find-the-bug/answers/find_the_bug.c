/*
 * find_the_bug.c - does a kind of map keep the rules? A function for each rule.
 */
#include "find_the_bug.h"

#include <stddef.h>

enum { ONE_TABLE = 800, TABLES = 14000 };

static void fill(const struct map_kind *kind, struct map *m, uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++)
        *kind->put(m, key) = key + 1;
}

static bool holds(const struct map_kind *kind, const struct map *m, uint64_t key)
{
    const uint64_t *elem = kind->get(m, key);
    return elem != NULL && *elem == key + 1;
}

/* M1: at many sizes, so that a table is nearly full at some of them. */
static bool loses_a_key(const struct map_kind *kind)
{
    bool lost = false;
    for (uint64_t keys = 8; keys <= TABLES && !lost; keys += keys / 2) {
        struct map *m = kind->make(keys, keys);
        fill(kind, m, 0, keys);
        for (uint64_t key = 0; key < keys; key += 3)
            kind->del(m, key);
        for (uint64_t key = 0; key < keys; key++)
            lost = lost || holds(kind, m, key) != (key % 3 != 0);
        kind->drop(m);
    }
    return lost;
}

/* M2: new keys come into the slots of deleted ones. */
static bool keeps_an_elem(const struct map_kind *kind)
{
    struct map *m = kind->make(ONE_TABLE, 1);
    bool kept = false;
    fill(kind, m, 0, ONE_TABLE);
    for (uint64_t key = 0; key < ONE_TABLE; key++)
        kind->del(m, key);
    for (uint64_t key = 0; key < ONE_TABLE; key++)
        kept = kept || *kind->put(m, key) != 0;
    kind->drop(m);
    return kept;
}

/* M3: a map that counts no entry does not look for any; so one is put first. */
static bool brings_keys_back(const struct map_kind *kind)
{
    struct map *m = kind->make(0, 1);
    fill(kind, m, 0, TABLES);
    kind->clear(m);
    bool back = kind->len(m) != 0;
    kind->put(m, TABLES);
    for (uint64_t key = 0; key < TABLES; key++)
        back = back || kind->get(m, key) != NULL;
    kind->drop(m);
    return back;
}

/* M4 */
static bool grows_after_a_clear(const struct map_kind *kind)
{
    struct map *m = kind->make(0, 1);
    fill(kind, m, 0, ONE_TABLE);
    kind->clear(m);
    uint64_t before = kind->allocations(m);
    fill(kind, m, 0, ONE_TABLE);
    bool grew = kind->allocations(m) != before;
    kind->drop(m);
    return grew;
}

/* M5: down to the last key, and then the clear. */
static bool gives_memory_back(const struct map_kind *kind)
{
    struct map *m = kind->make(0, 1);
    fill(kind, m, 0, TABLES);
    uint64_t full = kind->bytes(m);
    for (uint64_t key = 0; key < TABLES; key++)
        kind->del(m, key);
    bool fell = kind->bytes(m) < full;
    fill(kind, m, 0, TABLES);
    full = kind->bytes(m);
    kind->clear(m);
    fell = fell || kind->bytes(m) < full;
    kind->drop(m);
    return fell;
}

/* M6: at 875 entries for each of 16 tables some have split and others have not, so that the
 * directory leads to some of them twice. */
static bool ranges_wrongly(const struct map_kind *kind)
{
    static uint64_t keys[2 * TABLES];
    unsigned times[TABLES] = {0};
    struct map *m = kind->make(0, 1);
    fill(kind, m, 0, TABLES);
    unsigned count = kind->range(m, keys, 2 * TABLES);
    bool wrong = count != TABLES;
    for (unsigned i = 0; i < count; i++)
        wrong = wrong || keys[i] >= TABLES || ++times[keys[i]] > 1;
    kind->drop(m);
    return wrong;
}

const char *check_map(const struct map_kind *kind)
{
    return loses_a_key(kind)         ? "M1: a key is lost"
         : keeps_an_elem(kind)       ? "M2: a new key has an old elem"
         : brings_keys_back(kind)    ? "M3: a cleared key is back"
         : grows_after_a_clear(kind) ? "M4: a cleared map grows"
         : gives_memory_back(kind)   ? "M5: an emptied map is smaller"
         : ranges_wrongly(kind)      ? "M6: a range gives a key twice, or not at all"
                                     : NULL;
}
