/*
 * test_hashbrown_play.c - random scripts on Rust's map and on an array, rules proved each step.
 *
 * Beside what every map must do, the engine here knows what only this one does: what a shrink
 * leaves, which put sweeps and which grows, which byte an erased slot gets, and
 * that a refused request changes no byte. Keys come in two copies that are equal: a put of
 * the second must leave the first in the map.
 */
#include <criterion/criterion.h>
#include <criterion/parameterized.h>
#include <stdio.h>
#include <stdlib.h>

#include "hash/hash_bad.h"
#include "hashbrown/hashbrown_any.h"
#include "hashbrown/hashbrown_check.h"
#include "hashbrown/hashbrown_str.h"
#include "hashbrown/hashbrown_u32.h"
#include "hashbrown/hashbrown_u64.h"
#include "hashbrown/hashbrown_wide.h"

TestSuite(hashbrown_play, .timeout = 100);

enum { KEYS = 2048, TEXT_BYTES = 32 };

/* --- Kinds: how a map is called, and what its keys are --- */

struct verbs {
    bool (*init)(const struct map_type *, struct hashbrown *, struct heap *, uint64_t, uint64_t);
    void (*free)(const struct map_type *, struct hashbrown *);
    void *(*get)(const struct map_type *, const struct hashbrown *, const void *);
    void *(*put)(const struct map_type *, struct hashbrown *, const void *);
    bool (*del)(const struct map_type *, struct hashbrown *, const void *);
    void (*clear)(const struct map_type *, struct hashbrown *);
    bool (*reserve)(const struct map_type *, struct hashbrown *, uint64_t);
    bool (*shrink_to)(const struct map_type *, struct hashbrown *, uint64_t);
    bool (*shrink_to_fit)(const struct map_type *, struct hashbrown *);
    void (*iter_start)(const struct map_type *, struct hashbrown *, struct hashbrown_iter *);
    bool (*iter_next)(const struct map_type *, struct hashbrown_iter *);
    void (*iter_end)(const struct map_type *, struct hashbrown_iter *);
};

static const struct verbs any_verbs = {
    hashbrown_any_init, hashbrown_any_free, hashbrown_any_get, hashbrown_any_put,
    hashbrown_any_del, hashbrown_any_clear, hashbrown_any_reserve, hashbrown_any_shrink_to,
    hashbrown_any_shrink_to_fit, hashbrown_any_iter_start, hashbrown_any_iter_next,
    hashbrown_any_iter_end,
};

/* Defines name_verbs; KEY makes of the key's address what the typed map takes. */
#define TYPED(name, KEY)                                                                         \
    static bool name##_init(const struct map_type *mt, struct hashbrown *m, struct heap *h,      \
                            uint64_t hint, uint64_t seed)                                        \
    {                                                                                            \
        (void)mt;                                                                                \
        return hashbrown_##name##_init(m, h, hint, seed);                                        \
    }                                                                                            \
    static void name##_free(const struct map_type *mt, struct hashbrown *m)                      \
    {                                                                                            \
        (void)mt;                                                                                \
        hashbrown_##name##_free(m);                                                              \
    }                                                                                            \
    static void *name##_get(const struct map_type *mt, const struct hashbrown *m,                \
                            const void *key)                                                     \
    {                                                                                            \
        (void)mt;                                                                                \
        return hashbrown_##name##_get(m, KEY);                                                   \
    }                                                                                            \
    static void *name##_put(const struct map_type *mt, struct hashbrown *m, const void *key)     \
    {                                                                                            \
        (void)mt;                                                                                \
        return hashbrown_##name##_put(m, KEY);                                                   \
    }                                                                                            \
    static bool name##_del(const struct map_type *mt, struct hashbrown *m, const void *key)      \
    {                                                                                            \
        (void)mt;                                                                                \
        return hashbrown_##name##_del(m, KEY);                                                   \
    }                                                                                            \
    static void name##_clear(const struct map_type *mt, struct hashbrown *m)                     \
    {                                                                                            \
        (void)mt;                                                                                \
        hashbrown_##name##_clear(m);                                                             \
    }                                                                                            \
    static bool name##_reserve(const struct map_type *mt, struct hashbrown *m, uint64_t n)       \
    {                                                                                            \
        (void)mt;                                                                                \
        return hashbrown_##name##_reserve(m, n);                                                 \
    }                                                                                            \
    static bool name##_shrink_to(const struct map_type *mt, struct hashbrown *m, uint64_t n)     \
    {                                                                                            \
        (void)mt;                                                                                \
        return hashbrown_##name##_shrink_to(m, n);                                               \
    }                                                                                            \
    static bool name##_shrink_to_fit(const struct map_type *mt, struct hashbrown *m)             \
    {                                                                                            \
        (void)mt;                                                                                \
        return hashbrown_##name##_shrink_to_fit(m);                                              \
    }                                                                                            \
    static void name##_iter_start(const struct map_type *mt, struct hashbrown *m,                \
                                  struct hashbrown_iter *it)                                     \
    {                                                                                            \
        (void)mt;                                                                                \
        hashbrown_##name##_iter_start(m, it);                                                    \
    }                                                                                            \
    static bool name##_iter_next(const struct map_type *mt, struct hashbrown_iter *it)           \
    {                                                                                            \
        (void)mt;                                                                                \
        return hashbrown_##name##_iter_next(it);                                                 \
    }                                                                                            \
    static void name##_iter_end(const struct map_type *mt, struct hashbrown_iter *it)            \
    {                                                                                            \
        (void)mt;                                                                                \
        hashbrown_##name##_iter_end(it);                                                         \
    }                                                                                            \
    static const struct verbs name##_verbs = {                                                   \
        name##_init, name##_free, name##_get, name##_put, name##_del, name##_clear,              \
        name##_reserve, name##_shrink_to, name##_shrink_to_fit, name##_iter_start,               \
        name##_iter_next, name##_iter_end,                                                       \
    };

TYPED(u64, *(const uint64_t *)key)
TYPED(u32, *(const uint32_t *)key)
TYPED(str, *(const struct str *)key)
TYPED(wide, key)

#define BYTES_HASH(count)                                                                        \
    static uint64_t hash_##count(const void *key, uint64_t seed)                                 \
    {                                                                                            \
        return hash_bytes(key, count, seed);                                                     \
    }                                                                                            \
    static bool equal_##count(const void *a, const void *b)                                      \
    {                                                                                            \
        return memcmp(a, b, count) == 0;                                                         \
    }

BYTES_HASH(0)
BYTES_HASH(1)
BYTES_HASH(3)
BYTES_HASH(128)
BYTES_HASH(129)

#define TYPE(key, k_align, elem, e_align, how_hash, how_equal)                                   \
    {.key_bytes = (key), .elem_bytes = (elem), .key_align = (k_align), .elem_align = (e_align),  \
     .hash = (how_hash), .equal = (how_equal)}

static const struct kind {
    const char *name;
    const struct verbs *verbs;
    const struct map_type *typed;
    struct map_type type;
    unsigned keys;                      /* numbers that its keys can tell apart; 0: KEYS */
    enum { KEY_BYTES, KEY_STR, KEY_F64 } form;
} kinds[] = {
    {"u64", &u64_verbs, .typed = &hashbrown_u64_type},
    {"u32", &u32_verbs, .typed = &hashbrown_u32_type},
    {"str", &str_verbs, .typed = &hashbrown_str_type, .form = KEY_STR},
    {"wide", &wide_verbs, .typed = &hashbrown_wide_type},
    {"any", &any_verbs, .type = TYPE(8, 8, 8, 8, hash_u64, equal_u64)},
    {"f64", &any_verbs, .type = TYPE(8, 8, 8, 8, hash_f64, equal_f64), .form = KEY_F64},
    {"set", &any_verbs, .type = TYPE(8, 8, 0, 1, hash_u64, equal_u64)},
    {"elem128", &any_verbs, .type = TYPE(8, 8, 128, 1, hash_u64, equal_u64)},
    {"key128", &any_verbs, .type = TYPE(128, 1, 3, 1, hash_128, equal_128)},
    {"both129", &any_verbs, .type = TYPE(129, 1, 129, 1, hash_129, equal_129)},
    {"key3", &any_verbs, .type = TYPE(3, 1, 8, 8, hash_3, equal_3)},
    {"three", &any_verbs, .type = TYPE(3, 1, 0, 1, hash_3, equal_3)},
    {"byte", &any_verbs, .type = TYPE(1, 1, 1, 1, hash_1, equal_1), .keys = 256},
    {"byteset", &any_verbs, .type = TYPE(1, 1, 0, 1, hash_1, equal_1), .keys = 256},
    {"nothing", &any_verbs, .type = TYPE(0, 1, 0, 1, hash_0, equal_0), .keys = 1},
    {"zero", &any_verbs, .type = TYPE(8, 8, 8, 8, hash_zero, equal_u64)},
    {"ones", &any_verbs, .type = TYPE(8, 8, 8, 8, hash_ones, equal_u64)},
    {"low7", &any_verbs, .type = TYPE(8, 8, 8, 8, hash_low7, equal_u64)},
    {"high", &any_verbs, .type = TYPE(8, 8, 8, 8, hash_high, equal_u64)},
    {"identity", &any_verbs, .type = TYPE(8, 8, 8, 8, hash_identity, equal_u64)},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* --- Keys and elems --- */

union key {
    unsigned char bytes[136];
    uint64_t u64;
    struct str str;
    double f64;
};

static char texts[2][KEYS][TEXT_BYTES];

static union key make_key(const struct kind *kind, const struct map_type *mt, unsigned number,
                          unsigned copy)
{
    union key key = {.bytes = {0}};
    if (kind->form == KEY_STR) {
        unsigned length = number == 0 ? 0 : 4 + number % 24;
        if (length > 0)
            snprintf(texts[copy][number], TEXT_BYTES, "%0*u", (int)length, number);
        key.str = (struct str){.bytes = texts[copy][number], .length = length};
    } else if (kind->form == KEY_F64) {
        key.f64 = number == 0 && copy == 1 ? -0.0 : number;
    } else {
        for (unsigned i = 0; i < mt->key_bytes; i++)
            key.bytes[i] = (unsigned char)(i < 4 ? number >> (8 * i) : i < 8 ? 0 : number * i);
    }
    return key;
}

static void elem_write(const struct map_type *mt, unsigned char *elem, uint32_t value)
{
    for (unsigned i = 0; i < mt->elem_bytes; i++)
        elem[i] = (unsigned char)((value >> (8 * (i % 4))) + i);
}

static bool elem_is(const struct map_type *mt, const unsigned char *elem, uint32_t value)
{
    for (unsigned i = 0; i < mt->elem_bytes; i++)
        if (elem[i] != (unsigned char)((value >> (8 * (i % 4))) + i))
            return false;
    return true;
}

static bool elem_is_zero(const struct map_type *mt, const unsigned char *elem)
{
    for (unsigned i = 0; i < mt->elem_bytes; i++)
        if (elem[i] != 0)
            return false;
    return true;
}

/* --- The player --- */

struct tally {
    uint64_t checks, refused, produced, tombstones, clears, idle_clears;
    struct hashbrown_events events;
};

static struct player {
    const struct kind *kind;
    const struct map_type *mt;
    struct heap *heap;
    struct hashbrown m;
    unsigned keys;
    uint64_t step, present;
    uint32_t value;
    bool there[KEYS];
    unsigned copy[KEYS];
    uint32_t values[KEYS];
    struct tally *tally;
    bool ordered;                       /* the next allocation is to fail */
} p;

#define ensure(condition, what)                                                                  \
    cr_assert(condition, "%s, step %u: %s", p.kind->name, (unsigned)p.step, what)

/* Every byte that the map is: the variable and its allocation. */
struct copy {
    struct hashbrown m;
    unsigned char *memory;
    uint64_t bytes, slot_bytes;
};

static struct copy take_copy(void)
{
    struct copy copy = {.m = p.m, .bytes = hashbrown_asked(p.mt, &p.m)};
    copy.slot_bytes = copy.bytes == 0 ? 0
                      : copy.bytes - hashbrown_bucket_count(&p.m) - HASHBROWN_WIDTH;
    copy.memory = malloc(copy.bytes + 1);
    memcpy(copy.memory, p.m.table.ctrl - copy.slot_bytes, copy.bytes);
    return copy;
}

/* Are the first `bytes` of the allocation, and where it lies, what they were? */
static bool same_memory(const struct copy *copy, uint64_t bytes)
{
    return copy->m.table.ctrl == p.m.table.ctrl
        && memcmp(copy->memory, p.m.table.ctrl - copy->slot_bytes, bytes) == 0;
}

static bool same(const struct copy *copy)
{
    return memcmp(&copy->m, &p.m, sizeof p.m) == 0 && same_memory(copy, copy->bytes);
}

static void check(void)
{
    p.tally->checks++;
    const char *why = hashbrown_check(p.mt, &p.m);
    ensure(why == NULL, why);
    ensure(hashbrown_len(&p.m) == p.present, "another number of entries");
    struct heap_counters c = heap_read(p.heap);
    ensure(c.asked == hashbrown_asked(p.mt, &p.m), "asked for other bytes than it has");
    ensure(c.heap_alloc == hashbrown_bytes(p.mt, &p.m), "takes other bytes than it says");
    ensure(c.garbage == 0, "left garbage");
}

/* --- What the rules say, worked out another way --- */

static uint64_t limit_of(uint64_t slots)
{
    return slots == 0 ? 0 : slots < 8 ? slots - 1 : slots - slots / 8;
}

/* The smallest table that holds so many. */
static uint64_t slots_for(uint64_t entries)
{
    uint64_t slots = 4, pair = hashbrown_slot_bytes(p.mt);
    while (slots < 16 && slots * (pair == 0 ? 1 : pair) < HASHBROWN_WIDTH)
        slots *= 2;                     /* the slots fill a group's width */
    while (limit_of(slots) < entries)
        slots *= 2;
    return slots;
}

/* Room for `more` was asked for: what became of the table? */
static void check_room(const struct copy *before, uint64_t more)
{
    const struct hashbrown *m = &before->m;
    uint64_t slots = hashbrown_bucket_count(m), limit = limit_of(slots);
    uint64_t entries = m->table.items + more;
    bool fits = more <= m->table.growth_left, sweep = !fits && entries <= limit / 2;
    ensure(p.m.events.rehashes == m->events.rehashes + sweep, "sweeps");
    ensure(p.m.events.resizes == m->events.resizes + (!fits && !sweep), "resizes");
    if (fits || sweep)
        ensure(p.m.table.ctrl == m->table.ctrl, "moved without need");
    else
        ensure(hashbrown_bucket_count(&p.m) == slots_for(entries > limit ? entries : limit + 1),
               "grew to another size");
    if (!fits)
        ensure(hashbrown_tombstone_count(&p.m) == 0, "tombstones after making room");
    if (fits)
        ensure(p.m.events.moved == m->events.moved, "entries moved without need");
    if (!fits && !sweep)
        ensure(p.m.events.moved == m->events.moved + m->table.items, "moved entries");
}

/* The run of slots around slot i that are not empty, itself included. */
static uint64_t run_around(uint64_t i)
{
    const struct hashbrown_table *t = &p.m.table;
    uint64_t run = 1;
    for (uint64_t at = i + 1; t->ctrl[at & t->bucket_mask] != 0xFF; at++)
        run++;
    for (uint64_t at = i - 1; t->ctrl[at & t->bucket_mask] != 0xFF; at--)
        run++;
    return run;
}

static void refused(const struct copy *before)
{
    p.tally->refused++;
    ensure(p.ordered && heap_failed(p.heap), "refused without a reason");
    ensure(same(before), "a refused request changed the map");
}

/* --- Steps --- */

static void do_get(unsigned number)
{
    union key key = make_key(p.kind, p.mt, number, p.step & 1);
    const unsigned char *elem = p.kind->verbs->get(p.mt, &p.m, &key);
    ensure((elem != NULL) == p.there[number], "found what is not there, or the other way");
    ensure(elem == NULL || elem_is(p.mt, elem, p.values[number]), "another elem");
}

static void do_put(unsigned number)
{
    union key key = make_key(p.kind, p.mt, number, p.step & 1);
    struct copy before = take_copy();
    unsigned char *elem = p.kind->verbs->put(p.mt, &p.m, &key);
    if (elem == NULL) {
        refused(&before);
    } else {
        check_room(&before, before.m.table.growth_left == 0);
        if (p.there[number]) {
            ensure(elem_is(p.mt, elem, p.values[number]), "a put finds another elem");
        } else {
            ensure(elem_is_zero(p.mt, elem), "a new elem is not zero");
            p.copy[number] = p.step & 1;
            p.there[number] = true;
            p.present++;
        }
        elem_write(p.mt, elem, p.values[number] = ++p.value);
    }
    free(before.memory);
    check();
}

static void do_del(unsigned number)
{
    union key key = make_key(p.kind, p.mt, number, p.step & 1);
    struct copy before = take_copy();
    const unsigned char *elem = hashbrown_any_get(p.mt, &p.m, &key);
    uint64_t tombstones = hashbrown_tombstone_count(&p.m), pair = hashbrown_slot_bytes(p.mt);
    bool leaves = elem != NULL && pair > 0 && hashbrown_bucket_count(&p.m) > HASHBROWN_WIDTH
        && run_around((uint64_t)(p.m.table.ctrl - 1 - elem + (p.mt->elem_bytes == 0)) / pair)
               >= HASHBROWN_WIDTH;
    ensure(p.kind->verbs->del(p.mt, &p.m, &key) == p.there[number], "delete says the opposite");
    ensure(same_memory(&before, before.slot_bytes), "a delete wrote into the slots");
    if (!p.there[number])
        ensure(same(&before), "a delete of nothing changed something");
    ensure(hashbrown_tombstone_count(&p.m) == tombstones + leaves, "the erased byte");
    p.tally->tombstones += leaves;
    p.present -= p.there[number];
    p.there[number] = false;
    free(before.memory);
    do_get(number);
    check();
}

static void do_clear(void)
{
    struct copy before = take_copy();
    p.kind->verbs->clear(p.mt, &p.m);
    if (p.present == 0) {
        ensure(same(&before), "clear without entries did something");
        p.tally->idle_clears++;
    } else {
        ensure(same_memory(&before, before.slot_bytes), "clear wrote into the slots");
        ensure(hashbrown_tombstone_count(&p.m) == 0, "tombstones after clear");
        ensure(p.m.seed == before.m.seed, "clear drew a seed");
        p.tally->clears++;
    }
    memset(p.there, 0, sizeof p.there);
    p.present = 0;
    free(before.memory);
    check();
}

static void do_reserve(uint64_t more)
{
    struct copy before = take_copy();
    if (p.kind->verbs->reserve(p.mt, &p.m, more)) {
        check_room(&before, more);
        ensure(hashbrown_capacity(&p.m) >= p.present + more, "less room than asked for");
    } else {
        refused(&before);
    }
    free(before.memory);
    check();
}

static void do_shrink(uint64_t least)
{
    struct copy before = take_copy();
    uint64_t entries = p.present > least ? p.present : least;
    uint64_t slots = hashbrown_bucket_count(&p.m), fit = entries == 0 ? 0 : slots_for(entries);
    bool done = least == 0 && p.step % 2 == 0 ? p.kind->verbs->shrink_to_fit(p.mt, &p.m)
                                              : p.kind->verbs->shrink_to(p.mt, &p.m, least);
    if (!done) {
        refused(&before);
    } else if (fit < slots) {
        ensure(hashbrown_bucket_count(&p.m) == fit, "shrunk to another size");
        ensure(hashbrown_tombstone_count(&p.m) == 0, "tombstones after a shrink");
        ensure(p.m.events.shrinks == before.m.events.shrinks + 1, "uncounted");
        ensure(p.m.events.moved == before.m.events.moved + p.present, "moved entries");
    } else {
        ensure(same(&before), "a shrink without effect changed something");
    }
    free(before.memory);
    check();
}

/* All entries, each once, in the order of the control bytes, each key in its first copy. */
static void do_walk(bool to_the_end)
{
    static bool seen[KEYS];
    memset(seen, 0, sizeof seen);
    struct copy before = take_copy();
    struct hashbrown_iter it;
    uint64_t count = 0;
    const unsigned char *last = NULL;
    p.kind->verbs->iter_start(p.mt, &p.m, &it);
    while ((to_the_end || count < p.present / 2) && p.kind->verbs->iter_next(p.mt, &it)) {
        unsigned number = 0;
        for (; number < p.keys; number++) {
            union key key = make_key(p.kind, p.mt, number, p.copy[number]);
            if (p.there[number] && memcmp(&key, it.key, p.mt->key_bytes) == 0)
                break;
        }
        ensure(number < p.keys, "a walk produced what is not there, or the other copy of a key");
        ensure(!seen[number], "a walk produced a key twice");
        ensure(elem_is(p.mt, it.elem, p.values[number]), "a walk produced another elem");
        ensure(last == NULL || (const unsigned char *)it.key <= last, "out of order");
        last = it.key;
        seen[number] = true;
        count++;
    }
    ensure(!to_the_end || count == p.present, "a walk left an entry out");
    p.kind->verbs->iter_end(p.mt, &it);
    ensure(it.key == NULL && !p.kind->verbs->iter_next(p.mt, &it), "an ended walk goes on");
    ensure(same(&before), "a walk changed the map");
    free(before.memory);
    p.tally->produced += count;
}

/* A stretch of neighbouring numbers, put or deleted: fills runs and drains them. */
static void do_stretch(bool put, unsigned from, unsigned count)
{
    for (unsigned i = 0; i < count; i++, p.step++) {
        if (put)
            do_put((from + i) % p.keys);
        else
            do_del((from + i) % p.keys);
    }
}

/* A window of numbers moves on: one out, one in, the population about the same. */
static void do_churn(unsigned from, unsigned count, unsigned width)
{
    for (unsigned i = 0; i < count; i++, p.step++) {
        do_del((from + i) % p.keys);
        do_put((from + i + width) % p.keys);
    }
}

/* Clears a map, or deletes all of it first: then a clear must do nothing. */
static void do_empty(bool by_deletes)
{
    if (by_deletes)
        do_stretch(false, 0, p.keys);
    do_clear();
}

static void do_step(struct random *random)
{
    unsigned what = (unsigned)random_below(random, 100);
    unsigned number = (unsigned)random_below(random, p.keys);
    p.ordered = random_below(random, 6) == 0;
    if (p.ordered)
        heap_fail_after(p.heap, 0, random_below(random, 2) == 0 ? HEAP_FAIL_ONCE
                                                                : HEAP_FAIL_FOR_EVER);
    if (what < 38)
        do_put(number);
    else if (what < 72)
        do_del(number);
    else if (what < 80)
        do_get(number);
    else if (what < 81)
        do_empty(random_below(random, 2) == 0);
    else if (what < 85)
        do_reserve(random_below(random, what == 84 ? p.keys : 8));
    else if (what < 87)
        do_shrink(what < 86 ? 0 : random_below(random, p.keys));
    else if (what < 89)
        do_walk(what == 88);
    else if (what < 93)
        do_churn(number, p.keys / 2, 1 + (unsigned)random_below(random, p.keys / 4 + 1));
    else
        do_stretch(what < 96, number, (unsigned)random_below(random, p.keys / 2 + 2));
    heap_fail_never(p.heap);
}

static void begin(const struct kind *kind, unsigned keys, uint64_t hint, uint64_t seed,
                  struct tally *tally)
{
    memset(&p, 0, sizeof p);
    p.kind = kind;
    p.mt = kind->typed != NULL ? kind->typed : &kind->type;
    p.keys = kind->keys != 0 && kind->keys < keys ? kind->keys : keys;
    p.tally = tally;
    p.heap = heap_new(&(struct heap_config){.reserve_bytes = (uint64_t)64 << 20, .junk = true});
    cr_assert_not_null(p.heap);
    cr_assert(kind->verbs->init(p.mt, &p.m, p.heap, hint, seed));
    ensure(hashbrown_capacity(&p.m) >= hint && hashbrown_capacity(&p.m) < 2 * hint + 15, "hint");
    check();
}

static void finish(void)
{
    for (unsigned number = 0; number < p.keys; number++)
        do_get(number);
    do_walk(true);
    p.tally->events.resizes += p.m.events.resizes;
    p.tally->events.rehashes += p.m.events.rehashes;
    p.tally->events.shrinks += p.m.events.shrinks;
    p.tally->events.moved += p.m.events.moved;
    p.kind->verbs->free(p.mt, &p.m);
    struct heap_counters c = heap_read(p.heap);
    cr_assert(c.heap_alloc == 0 && c.asked == 0 && c.mallocs == c.frees);
    cr_assert_null(heap_check(p.heap));
    heap_delete(p.heap);
}

static void play(const struct kind *kind, unsigned keys, unsigned steps, uint64_t hint,
                 uint64_t seed, struct tally *tally)
{
    struct random random = {.state = seed};
    begin(kind, keys, hint, seed, tally);
    for (unsigned i = 0; i < steps; i++, p.step++)
        do_step(&random);
    finish();
}

/* Filled to its limit, drained to half of it, then one in for one out: the tombstones must be
 * swept, and the table does not grow. */
static void play_churn(const struct kind *kind, uint64_t seed, struct tally *tally)
{
    enum { LIMIT = 112, KEPT = 54 };
    begin(kind, 200, LIMIT, seed, tally);
    do_stretch(true, 0, LIMIT);
    do_stretch(false, 0, LIMIT - KEPT);
    do_churn(LIMIT - KEPT, 300, KEPT);
    ensure(hashbrown_bucket_count(&p.m) == 128, "churn grew the table");
    finish();
}

/* --- Plans --- */

ParameterizedTestParameters(hashbrown_play, agrees_with_an_array)
{
    static unsigned places[KINDS];
    for (unsigned i = 0; i < KINDS; i++)
        places[i] = i;
    return cr_make_param_array(unsigned, places, KINDS, NULL);
}

ParameterizedTest(unsigned *place, hashbrown_play, agrees_with_an_array)
{
    const struct kind *kind = &kinds[*place];
    struct tally tally = {0};
    for (uint64_t seed = 100 * *place; seed < 100 * *place + 10; seed++) {
        play(kind, 10, 300, 0, seed, &tally);
        play(kind, 20, 200, seed % 20, seed, &tally);
        play(kind, 60, 120, 0, seed, &tally);
    }
    play(kind, 250, 100, 100, *place, &tally);
    play(kind, 200, 100, 0, *place + 1, &tally);
    for (uint64_t seed = 0; seed < 12 && kind->keys != 1; seed++)
        play_churn(kind, seed, &tally);
    if (*place < 5)
        play(kind, 2000, 12, 0, *place, &tally);
    cr_log_info("%s: %u checks, %u refused, %u produced, %u tombstones, %u clears (%u idle), "
                "%u resizes, %u sweeps, %u shrinks", kind->name, (unsigned)tally.checks,
                (unsigned)tally.refused, (unsigned)tally.produced, (unsigned)tally.tombstones,
                (unsigned)tally.clears, (unsigned)tally.idle_clears,
                (unsigned)tally.events.resizes, (unsigned)tally.events.rehashes,
                (unsigned)tally.events.shrinks);
    cr_expect(tally.checks > 5000 && tally.produced > 10);
    cr_expect(tally.refused > 10 && tally.clears > 5 && tally.idle_clears > 5);
    cr_expect(tally.events.shrinks > 20 && tally.events.resizes > 20);
    cr_expect(kind->keys == 1 || (tally.tombstones > 200 && tally.events.rehashes > 1),
              "%s: %u tombstones, %u sweeps", kind->name, (unsigned)tally.tombstones,
              (unsigned)tally.events.rehashes);
}

/* Each allocation of a growing and shrinking map fails in turn, once and for ever. */
static bool stays_whole(const struct kind *kind, uint64_t nth, enum heap_failure failure,
                        struct tally *tally)
{
    enum { ENTRIES = 300 };
    begin(kind, ENTRIES, 0, 7, tally);
    p.ordered = true;
    heap_fail_after(p.heap, nth, failure);
    for (unsigned number = 0; number < ENTRIES; number++, p.step++) {
        do_put(number);
        if (!p.there[number]) {
            do_put(number);
            ensure(p.there[number] == (failure == HEAP_FAIL_ONCE), "refused again, or not");
            heap_fail_never(p.heap);
        }
    }
    for (unsigned number = 8; number < ENTRIES; number++)
        do_del(number);
    do_shrink(20);
    do_shrink(0);
    bool reached = heap_failed(p.heap);
    heap_fail_never(p.heap);
    do_walk(true);
    kind->verbs->free(p.mt, &p.m);
    cr_assert_eq(heap_read(p.heap).heap_alloc, 0);
    heap_delete(p.heap);
    return reached;
}

Test(hashbrown_play, stays_whole_when_any_allocation_fails)
{
    struct tally tally = {0};
    for (unsigned kind = 0; kind < 5; kind++) {
        for (int failure = HEAP_FAIL_ONCE; failure <= HEAP_FAIL_FOR_EVER; failure++) {
            uint64_t nth = 0;
            while (stays_whole(&kinds[kind], nth, (enum heap_failure)failure, &tally))
                nth++;
            /* 3, 7, 14, 28, 56, 112, 224, 448 entries; then two shrinks. */
            cr_assert_eq(nth, 10, "%s: %u allocations", kinds[kind].name, (unsigned)nth);
        }
    }
    cr_assert_gt(tally.refused, 100);
}

Test(hashbrown_play, a_refused_init_takes_nothing)
{
    struct heap *h = heap_new(&(struct heap_config){.reserve_bytes = (uint64_t)64 << 20});
    struct hashbrown m;
    heap_fail_after(h, 0, HEAP_FAIL_ONCE);
    cr_assert(hashbrown_u64_init(&m, h, 0, 1));
    cr_assert_not(hashbrown_u64_init(&m, h, 1, 1));
    static const uint64_t absurd[] = {UINT64_MAX, UINT64_MAX / 8, UINT64_MAX / 8 + 1,
                                      (uint64_t)1 << 60, (uint64_t)1 << 40};
    for (unsigned i = 0; i < sizeof absurd / sizeof absurd[0]; i++)
        cr_assert_not(hashbrown_u64_init(&m, h, absurd[i], 1));
    cr_assert(hashbrown_u64_init(&m, h, 3, 1));
    for (unsigned i = 0; i < sizeof absurd / sizeof absurd[0]; i++) {
        struct hashbrown_table before = m.table;
        cr_assert_not(hashbrown_u64_reserve(&m, absurd[i]));
        cr_assert(hashbrown_u64_shrink_to(&m, absurd[i]));
        cr_assert_eq(memcmp(&before, &m.table, sizeof before), 0);
    }
    cr_assert_not_null(hashbrown_u64_put(&m, 1));
    cr_assert_not(hashbrown_u64_reserve(&m, UINT64_MAX));   /* items + additional overflows */
    hashbrown_u64_free(&m);
    cr_assert_eq(heap_read(h).heap_alloc, 0);
    heap_delete(h);
}
