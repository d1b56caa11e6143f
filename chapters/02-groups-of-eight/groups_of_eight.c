/*
 * groups_of_eight.c - chapter 2: how one comparison of a word answers for eight slots.
 *
 * A look-up is repeated here in slow motion, byte by byte, beside the map's own: the
 * two must agree on every group visited and on every key compared.
 */
#include "groups_of_eight.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "hash/hash_bad.h"
#include "swiss/swiss_any.h"
#include "swiss/swiss_u64.h"

/* --- A map to look at ----------------------------------------------------- */

static bool put_square(const struct map_type *mt, struct swiss *m, uint64_t key)
{
    uint64_t square = key * key;
    void *elem = swiss_any_put(mt, m, &key);
    if (elem == NULL)
        return false;
    memcpy(elem, &square, sizeof square);
    return true;
}

/* A hint of eight or less gives a small map, which has no table. */
bool specimen_new(struct specimen *s, const struct map_type *mt, uint64_t room, uint64_t keys,
                  uint64_t seed, uint64_t limit)
{
    uint64_t hint = room > SWISS_GROUP_SLOTS ? room : SWISS_GROUP_SLOTS + 1;
    s->heap = heap_new(&(struct heap_config){.limit_bytes = limit});
    if (s->heap == NULL)
        return false;
    bool done = swiss_any_init(mt, &s->m, s->heap, hint, seed);
    for (uint64_t key = 1; done && key <= keys; key++)
        done = put_square(mt, &s->m, key);
    if (!done)
        heap_delete(s->heap);
    return done;
}

void specimen_free(struct specimen *s, const struct map_type *mt)
{
    swiss_any_free(mt, &s->m);
    heap_delete(s->heap);
}

struct swiss_table *specimen_table(const struct specimen *s)
{
    assert(s->m.header->dir_len == 1);
    return s->m.header->directory[0];
}

/* --- Matching one byte at a time ------------------------------------------ */

static uint8_t ctrl_byte(uint64_t word, unsigned slot)
{
    return (uint8_t)(word >> 8 * slot);
}

static unsigned loop_match(uint64_t word, uint8_t byte)
{
    unsigned slots = 0;
    for (unsigned i = 0; i < CTRL_SLOTS; i++)
        slots |= (unsigned)(ctrl_byte(word, i) == byte) << i;
    return slots;
}

unsigned loop_match_h2(uint64_t word, uint8_t h2)
{
    return loop_match(word, h2);
}

unsigned loop_match_empty(uint64_t word)
{
    return loop_match(word, CTRL_EMPTY);
}

unsigned loop_match_deleted(uint64_t word)
{
    return loop_match(word, CTRL_DELETED);
}

unsigned swar_slots(uint64_t match)
{
    unsigned slots = 0;
    for (; match != 0; match &= match - 1)
        slots |= 1u << swar_first(match);
    return slots;
}

#ifdef __SSE2__
static unsigned sse2_slots_empty(uint64_t word)
{
    return (unsigned)sse2_match_empty(word);
}

static unsigned sse2_slots_free(uint64_t word)
{
    return (unsigned)sse2_match_empty_or_deleted(word);
}

static unsigned sse2_slots_full(uint64_t word)
{
    return (unsigned)sse2_match_full(word);
}

unsigned sse2_slots_h2(uint64_t word, uint8_t h2)
{
    return (unsigned)sse2_match_h2(word, h2);
}
#else
static unsigned sse2_slots_empty(uint64_t word)
{
    return loop_match_empty(word);
}

static unsigned sse2_slots_free(uint64_t word)
{
    return loop_match_empty(word) | loop_match_deleted(word);
}

static unsigned sse2_slots_full(uint64_t word)
{
    return sse2_slots_free(word) ^ 0xFF;
}

unsigned sse2_slots_h2(uint64_t word, uint8_t h2)
{
    return loop_match_h2(word, h2);
}
#endif

static unsigned slots_in(unsigned set)
{
    return (unsigned)__builtin_popcount(set);
}

/* --- A look-up, step by step ---------------------------------------------- */

/* How many keys are compared in one group: all candidates, or those up to the key. */
static unsigned compares_in(unsigned candidates, bool found, unsigned slot)
{
    return slots_in(found ? candidates & ((2u << slot) - 1) : candidates);
}

/* The slot of a group that holds the key, read without the control bytes' help; 8: none. */
static unsigned slot_of(const struct map_type *mt, unsigned char *group, uint64_t key)
{
    for (unsigned i = 0; i < CTRL_SLOTS; i++) {
        uint64_t there;
        memcpy(&there, swiss_slot(mt, group, i), sizeof there);
        if (group[i] < CTRL_EMPTY && there == key)
            return i;
    }
    return CTRL_SLOTS;
}

static void walk_group(const struct map_type *mt, unsigned char *group, struct walk *w)
{
    struct walk_step *step = &w->step[w->steps++];
    uint8_t h2 = hash_h2(w->hash);
    step->word = ctrl_load(group);
    step->candidates = loop_match_h2(step->word, h2);
    step->swar_candidates = swar_slots(swar_match_h2(step->word, h2));
    step->empty = loop_match_empty(step->word) != 0;
    w->slot = slot_of(mt, group, w->key);
    step->found = w->found = w->slot < CTRL_SLOTS;
    w->compares += compares_in(step->candidates, step->found, w->slot);
    w->swar_compares += compares_in(step->swar_candidates, step->found, w->slot);
}

static void walk_table(const struct map_type *mt, const struct swiss_table *t, uint64_t key,
                       uint64_t hash, struct walk *w)
{
    *w = (struct walk){.key = key, .hash = hash};
    struct probe probe = probe_start(hash_h1(hash), t->group_mask);
    for (; w->steps < WALK_STEPS; probe_next(&probe)) {
        w->step[w->steps].group = probe.offset;
        walk_group(mt, swiss_group(mt, t, probe.offset), w);
        if (w->found || w->step[w->steps - 1].empty)
            return;
    }
}

void walk_key(const struct map_type *mt, const struct swiss *m, uint64_t key, struct walk *w)
{
    walk_table(mt, m->header->directory[0], key, mt->hash(&key, m->header->seed), w);
}

/* Keeps the walk with more steps. */
static void keep_longer(struct walk *longest, const struct walk *w)
{
    if (w->steps > longest->steps)
        *longest = *w;
}

void longest_walks(const struct map_type *mt, const struct swiss *m, uint64_t keys,
                   struct walk *hit, struct walk *miss)
{
    struct walk w;
    hit->steps = miss->steps = 0;
    for (uint64_t key = 1; key <= keys; key++) {
        walk_key(mt, m, key, &w);
        keep_longer(hit, &w);
        walk_key(mt, m, ABSENT + key, &w);
        keep_longer(miss, &w);
    }
}

/* --- SWAR, step by step --------------------------------------------------- */

/* The lines of swar_match_h2, each kept. */
struct swar_steps swar_worked(uint64_t word, uint8_t h2)
{
    struct swar_steps s = {.word = word, .h2s = SWAR_LOW_BITS * h2};
    s.x = s.word ^ s.h2s;
    s.minus = s.x - SWAR_LOW_BITS;
    s.masked = s.minus & ~s.x;
    s.match = s.masked & SWAR_HIGH_BITS;
    assert(s.match == swar_match_h2(word, h2));
    return s;
}

/* --- match-agrees --------------------------------------------------------- */

/*
 * What SWAR should name: the slots that hold h2, and, by the borrow that runs on, each
 * slot right above a named one whose byte is h2 with bit 0 flipped.
 */
static unsigned documented(uint64_t word, uint8_t h2)
{
    unsigned named = loop_match_h2(word, h2);
    for (unsigned i = 1; i < CTRL_SLOTS; i++)
        if ((named >> (i - 1) & 1) != 0 && ctrl_byte(word, i) == (h2 ^ 1))
            named |= 1u << i;
    return named;
}

static bool free_slots_agree(uint64_t word)
{
    unsigned empty = loop_match_empty(word);
    unsigned vacant = empty | loop_match_deleted(word);
    return swar_slots(swar_match_empty(word)) == empty
        && swar_slots(swar_match_empty_or_deleted(word)) == vacant
        && swar_slots(swar_match_full(word)) == (vacant ^ 0xFF)
        && sse2_slots_empty(word) == empty
        && sse2_slots_free(word) == vacant
        && sse2_slots_full(word) == (vacant ^ 0xFF);
}

static void agreement_add(struct agreement *a, uint64_t word, uint8_t h2)
{
    unsigned exact = loop_match_h2(word, h2);
    unsigned swar = swar_slots(swar_match_h2(word, h2));
    unsigned vacant = loop_match_empty(word) | loop_match_deleted(word);
    a->words++;
    a->wrong_h2 += swar != documented(word, h2);
    a->wrong_sse2 += sse2_slots_h2(word, h2) != exact;
    a->wrong_free += !free_slots_agree(word);
    a->missed += slots_in(exact & ~swar);
    a->named_free += slots_in(swar & vacant);
    a->false_words += (swar & ~exact) != 0;
    a->false_slots += slots_in(swar & ~exact);
}

void agreement_of_patterns(struct agreement *a)
{
    static const uint8_t h2s[] = {0x00, 0x01, 0x02, 0x3F, 0x40, 0x55, 0x7E, 0x7F};
    enum { BYTES = 5, WORDS = 390625 };         /* 5 to the power of 8 */
    *a = (struct agreement){.words = 0};
    for (unsigned k = 0; k < sizeof h2s; k++) {
        const uint8_t byte[BYTES] = {CTRL_EMPTY, CTRL_DELETED, h2s[k], h2s[k] ^ 1, h2s[k] ^ 0x40};
        for (unsigned n = 0; n < WORDS; n++) {
            uint64_t word = 0;
            for (unsigned rest = n, i = 0; i < CTRL_SLOTS; i++, rest /= BYTES)
                word |= (uint64_t)byte[rest % BYTES] << 8 * i;
            agreement_add(a, word, h2s[k]);
        }
    }
}

void agreement_of_random(uint64_t words, uint64_t seed, struct agreement *a)
{
    struct random random = {.state = seed};
    *a = (struct agreement){.words = 0};
    for (uint64_t n = 0; n < words; n++) {
        uint64_t word = 0;
        for (unsigned i = 0; i < CTRL_SLOTS; i++) {
            uint64_t byte = random_below(&random, 130);     /* 128 fingerprints, two states */
            byte = byte < 128 ? byte : byte == 128 ? CTRL_EMPTY : CTRL_DELETED;
            word |= byte << 8 * i;
        }
        agreement_add(a, word, (uint8_t)random_below(&random, 128));
    }
}

bool agreement_holds(const struct agreement *a)
{
    return a->words > 0 && a->wrong_h2 + a->wrong_sse2 + a->wrong_free == 0
        && a->missed + a->named_free == 0;
}

/* --- tombstone-keeps-probe ------------------------------------------------ */

/* A copy of a table's groups, for bytes that are to be patched. */
struct table_copy {
    struct swiss_table table;
    unsigned char groups[ONE_TABLE_KEYS * 8 / 7 / 8 * (8 + 8 * 16)];
};

static void table_copy(struct table_copy *copy, const struct swiss_table *t)
{
    size_t bytes = swiss_groups_bytes(&swiss_u64_type, t->capacity);
    assert(bytes <= sizeof copy->groups);
    copy->table = *t;
    copy->table.groups = copy->groups;
    memcpy(copy->groups, t->groups, bytes);
}

static uint64_t keys_lost(const struct swiss_table *t, uint64_t seed, uint64_t keys, uint64_t not)
{
    uint64_t lost = 0;
    for (uint64_t key = 1; key <= keys; key++)
        lost += key != not
             && !swiss_table_find(&swiss_u64_type, t, &key, hash_number(key, seed)).found;
    return lost;
}

/* The group and slot of a key that is there. */
static struct swiss_spot spot_of(const struct swiss *m, uint64_t key)
{
    const struct swiss_table *t = m->header->directory[0];
    return swiss_table_find(&swiss_u64_type, t, &key, hash_number(key, m->header->seed));
}

static uint64_t group_number(const struct swiss_table *t, const unsigned char *group)
{
    return (uint64_t)(group - t->groups) / swiss_group_bytes(&swiss_u64_type);
}

/* The first key that is lost if this slot of this group is empty; 0: none is. */
static uint64_t first_lost(struct table_copy *copy, uint64_t seed, uint64_t keys, uint64_t not)
{
    for (uint64_t key = 1; key <= keys; key++)
        if (key != not && !swiss_table_find(&swiss_u64_type, &copy->table, &key,
                                            hash_number(key, seed)).found)
            return key;
    return 0;
}

/* Keeps the first delete that would lose a key as the example. */
static void tombstones_show(struct tombstones *r, const struct swiss *m, struct table_copy *copy,
                            struct swiss_spot spot, uint64_t before, uint64_t keys)
{
    const struct map_type *mt = &swiss_u64_type;
    const struct swiss_table *t = m->header->directory[0];
    uint64_t seed = m->header->seed;
    r->behind = first_lost(copy, seed, keys, r->deleted);
    if (r->behind == 0)
        return;
    uint64_t hash = hash_number(r->behind, seed);
    r->shown = true;
    r->group = group_number(t, spot.group);
    r->before = before;
    r->after = ctrl_load(spot.group);
    r->patched = ctrl_load(swiss_group(mt, &copy->table, r->group));
    walk_table(mt, t, r->behind, hash, &r->with_tombstone);
    walk_table(mt, &copy->table, r->behind, hash, &r->with_empty);
    swiss_group(mt, &copy->table, r->group)[spot.slot] = spot.group[spot.slot];
    walk_table(mt, &copy->table, r->behind, hash, &r->restored);
}

/* Deletes one key, counts what that does to the others, puts it back. */
static bool tombstones_try(struct tombstones *r, struct swiss *m, struct table_copy *copy,
                           uint64_t key, uint64_t keys)
{
    struct swiss_table *t = m->header->directory[0];
    uint64_t seed = m->header->seed;
    struct swiss_spot spot = spot_of(m, key);
    uint64_t before = ctrl_load(spot.group);
    bool full = loop_match_empty(before) == 0;
    swiss_u64_del(m, key);
    bool tombstone = spot.group[spot.slot] == CTRL_DELETED;
    uint64_t lost = keys_lost(t, seed, keys, key);
    *(full ? &r->full_deletes : &r->open_deletes) += 1;
    *(full ? &r->full_tombstones : &r->open_tombstones) += tombstone;
    *(full ? &r->full_lost : &r->open_lost) += lost;
    table_copy(copy, t);
    swiss_group(&swiss_u64_type, &copy->table, group_number(t, spot.group))[spot.slot] = CTRL_EMPTY;
    lost = keys_lost(&copy->table, seed, keys, key);
    r->cutting += full && lost > 0;
    *(full ? &r->would_lose : &r->open_would_lose) += lost;
    if (full && tombstone && !r->shown) {
        r->deleted = key;
        tombstones_show(r, m, copy, spot, before, keys);
    }
    return swiss_u64_put(m, key) != NULL;
}

bool tombstones_run(uint64_t keys, uint64_t seed, uint64_t limit, struct tombstones *r)
{
    struct specimen s;
    struct table_copy copy;
    *r = (struct tombstones){.shown = false};
    if (!specimen_new(&s, &swiss_u64_type, keys, keys, seed, limit))
        return false;
    bool done = true;
    for (uint64_t key = 1; done && key <= keys; key++)
        done = tombstones_try(r, &s.m, &copy, key, keys);
    specimen_free(&s, &swiss_u64_type);
    return done;
}

bool tombstones_keep_probes(const struct tombstones *r)
{
    return r->full_deletes > 0 && r->full_tombstones == r->full_deletes && r->full_lost == 0
        && r->cutting > 0 && r->would_lose >= r->cutting
        && r->with_tombstone.found && !r->with_empty.found && r->restored.found;
}

bool open_groups_need_none(const struct tombstones *r)
{
    return r->open_deletes > 0 && r->open_tombstones == 0 && r->open_lost == 0
        && r->open_would_lose == 0;
}

/* --- one-compare-screens-eight -------------------------------------------- */

/* How often maps have compared keys. */
static uint64_t equal_calls;

static bool equal_counted(const void *a, const void *b)
{
    equal_calls++;
    return equal_u64(a, b);
}

/* map[int]int with a hash of one's choice and an equality that counts. */
static struct map_type counting_type(uint64_t (*hash)(const void *, uint64_t))
{
    return map_type_of(&(struct map_shape){
        .name = "u64 -> u64, counting",
        .key_bytes = 8, .key_align = 8, .elem_bytes = 8, .elem_align = 8,
        .key_direct_compare = true,
        .hash = hash, .equal = equal_counted,
    });
}

static void lookups_add_step(struct lookups *l, const struct walk_step *step)
{
    unsigned vacant = loop_match_empty(step->word) | loop_match_deleted(step->word);
    l->groups++;
    l->full_slots += CTRL_SLOTS - slots_in(vacant);
    if (vacant == 0) {
        l->full_groups++;
        l->full_false += slots_in(step->candidates) - step->found;
    }
}

/* One look-up, by the map itself and in slow motion. */
static void lookups_add(struct lookups *l, const struct map_type *mt, const struct swiss *m,
                        uint64_t key)
{
    struct walk w;
    uint64_t before = equal_calls;
    const void *elem = swiss_any_get(mt, m, &key);
    l->counted += equal_calls - before;
    walk_key(mt, m, key, &w);
    assert((elem != NULL) == w.found);
    (void)elem;
    l->count++;
    l->compares += w.compares;
    l->swar_compares += w.swar_compares;
    l->longest = w.steps > l->longest ? w.steps : l->longest;
    for (unsigned i = 0; i < w.steps; i++)
        lookups_add_step(l, &w.step[i]);
}

static bool load_add(struct load *load, const struct map_type *mt, uint64_t room, uint64_t seed,
                     uint64_t limit)
{
    struct specimen s;
    if (!specimen_new(&s, mt, room, load->entries, seed, limit))
        return false;
    load->slots = specimen_table(&s)->capacity;
    for (uint64_t key = 1; key <= load->entries; key++) {
        lookups_add(&load->hit, mt, &s.m, key);
        lookups_add(&load->miss, mt, &s.m, ABSENT + key);
    }
    specimen_free(&s, mt);
    return true;
}

bool loads_run(uint64_t keys, uint64_t seed, uint64_t limit, struct load loads[LOADS])
{
    struct map_type mt = counting_type(hash_u64);
    for (unsigned i = 0; i < LOADS; i++) {
        loads[i] = (struct load){.entries = (keys * (i + 1) + LOADS - 1) / LOADS};
        for (uint64_t map = 0; map < LOAD_MAPS; map++)
            if (!load_add(&loads[i], &mt, keys, seed + map, limit))
                return false;
    }
    return true;
}

bool hash_run(uint64_t (*hash)(const void *, uint64_t), uint64_t keys, uint64_t seed,
              uint64_t limit, struct load *load)
{
    struct map_type mt = counting_type(hash);
    *load = (struct load){.entries = keys};
    return load_add(load, &mt, keys, seed, limit);
}

double mean_groups(const struct lookups *l)
{
    return (double)l->groups / (double)l->count;
}

double mean_compares(const struct lookups *l)
{
    return (double)l->compares / (double)l->count;
}

bool screens_eight(const struct load *load)
{
    double expected = (double)load->miss.full_slots / 128;
    double margin = fmax(expected / 10, 4 * sqrt(expected));
    return mean_compares(&load->hit) >= 1 && mean_compares(&load->hit) <= 1.25
        && mean_compares(&load->miss) <= 0.25
        && fabs((double)load->miss.compares - expected) <= margin;
}

/* --- Limits --------------------------------------------------------------- */

static void limit_note(struct limit *limit, const struct swiss *m, const struct heap *h)
{
    const struct swiss_header *header = m->header;
    struct heap_counters now = heap_read(h);
    limit->slots = header->dir_len == 0 ? SWISS_GROUP_SLOTS : header->directory[0]->capacity;
    limit->entries = header->used;
    limit->objects = now.mallocs - now.frees;
}

static uint64_t times_grown(const struct swiss *m)
{
    return m->events.conversions + m->events.doublings + m->events.splits;
}

bool limits_run(uint64_t seed, uint64_t limit, struct limit limits[LIMITS])
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit,
                                                    .collector = HEAP_COLLECT_AT_ONCE});
    if (h == NULL)
        return false;
    struct swiss m;
    bool done = swiss_u64_init(&m, h, 0, seed);
    unsigned grown = 0;
    for (uint64_t key = 1; done && grown < LIMITS; key++) {
        limit_note(&limits[grown], &m, h);
        done = swiss_u64_put(&m, key) != NULL;
        grown = done ? (unsigned)times_grown(&m) : grown;
    }
    heap_delete(h);                     /* with the map in it */
    return done;
}
