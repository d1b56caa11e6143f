/*
 * play.c - one script, two maps: the one under test and an array.
 *
 * What a range promises, as it is checked for each open range:
 *
 *     due    was there when the range began and never left: must have come by its end
 *     seen   came already: must not come again, unless it left and was put anew
 *     fresh  was put after the map's seed was drawn anew during this range
 *
 * A fresh entry may come twice, as in Go: a range that stands on a replaced table finds the key
 * by look-up, and a table not yet reached may hold it under the new seed.
 * (Go 1.26 does so too.) play allows that second time and counts it.
 */
#include "tests/play.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>


/* --- The players --- */

struct entry {
    bool present;
    uint8_t copy;                       /* the key's bytes are those of the latest put */
    uint32_t value;
};

enum { PROVED_EACH = 256 };             /* up to so many entries each change is proved */

enum { DUE = 1, SEEN = 2, FRESH = 4, TWICE = 8 };

struct range {
    bool open;
    bool redrawn;                       /* the seed was, since the range began */
    uint64_t at_change;                 /* the change count when it produced its latest entry */
    struct any_iter it;
    uint8_t marks[PLAY_KEYS];
};

struct player {
    const struct play_design *design;
    const struct design *verbs;
    const struct play_kind *kind;
    const struct play_setting *setting;
    struct play_tally *tally;
    struct heap *heap;
    struct any_map map;
    struct play_change change;          /* the one being made */
    struct entry entries[PLAY_KEYS];
    uint64_t present;                   /* entries that are */
    uint64_t changes;
    uint64_t moved;                     /* entries that growth had moved at the latest proof */
    uint32_t value;                     /* the latest; every put writes another */
    size_t step;
    bool ordered;                       /* an allocation of this step is to fail */
    struct range ranges[PLAY_RANGES + 1];   /* the last is for a range in one go */
};

static _Thread_local char sentence[240];

__attribute__((format(printf, 2, 3))) static const char *broken(const struct player *p,
                                                                const char *format, ...)
{
    int used = snprintf(sentence, sizeof sentence, "%s, hint %llu, seed %llu, step %zu: ",
                        p->kind->name, (unsigned long long)p->setting->hint,
                        (unsigned long long)p->setting->seed, p->step);
    va_list args;
    va_start(args, format);
    vsnprintf(sentence + used, sizeof sentence - (size_t)used, format, args);
    va_end(args);
    return sentence;
}

/* --- What must hold after every change --- */

/* A proof reads the whole map. A large one is proved when growth has moved something, and at
 * every eighth change else. */
static bool proof_is_due(struct player *p)
{
    uint64_t moved = p->design->moved(&p->map);
    bool grew = moved != p->moved;
    p->moved = moved;
    return grew || p->present <= PROVED_EACH || p->changes % 8 == 0;
}

static const char *check(struct player *p)
{
    p->tally->checks++;
    const char *why = proof_is_due(p) ? p->verbs->check(&p->map) : NULL;
    if (why != NULL)
        return broken(p, "%s", why);
    if (p->verbs->len(&p->map) != p->present)
        return broken(p, "the map has %u entries, the reference %u",
                      (unsigned)p->verbs->len(&p->map), (unsigned)p->present);
    struct heap_counters c = heap_read(p->heap);
    uint64_t bytes = p->design->bytes(&p->map);
    if (c.heap_alloc - c.garbage != bytes)
        return broken(p, "the map takes %llu bytes, the heap accounts for %llu",
                      (unsigned long long)bytes, (unsigned long long)(c.heap_alloc - c.garbage));
    return NULL;
}

/* Does a get of this key find what the reference has? */
static const char *check_get(struct player *p, unsigned number)
{
    union play_key key = play_key(p->kind, number, p->step & 1);
    const void *elem = p->verbs->get(&p->map, &key);
    const struct entry *entry = &p->entries[number];
    if ((elem != NULL) != entry->present)
        return broken(p, "key %u is %s", number, elem != NULL ? "there still" : "not found");
    if (elem != NULL && !play_elem_is(p->kind, elem, entry->value))
        return broken(p, "key %u has another elem", number);
    return NULL;
}

/* --- What changes mean for open ranges --- */

static void ranges_note_new(struct player *p, unsigned number)
{
    for (unsigned i = 0; i <= PLAY_RANGES; i++)
        p->ranges[i].marks[number] = p->ranges[i].redrawn ? FRESH : 0;
}

static void ranges_note_gone(struct player *p, unsigned number)
{
    for (unsigned i = 0; i <= PLAY_RANGES; i++)
        p->ranges[i].marks[number] = 0;
}

static void entry_leave(struct player *p, unsigned number)
{
    p->entries[number].present = false;
    p->present--;
    ranges_note_gone(p, number);
}

/* A design's answer to a question that not every design has. */
static uint64_t ask(uint64_t (*question)(const struct any_map *m), const struct player *p)
{
    return question == NULL ? 0 : question(&p->map);
}

/* The seed is drawn anew when the map becomes empty, and only then. */
static const char *check_seed(struct player *p, uint64_t before, bool emptied)
{
    if (p->design->seed != NULL && (p->design->seed(&p->map) != before) != emptied)
        return broken(p, emptied ? "the seed was kept" : "the seed was changed");
    for (unsigned i = 0; emptied && i <= PLAY_RANGES; i++)
        p->ranges[i].redrawn = true;
    return NULL;
}

/* --- Every byte of a map, copied, so that two moments compare --- */

struct copy {
    char *bytes;
    size_t size;
};

/* What of the heap's account says what lives; not what was ever asked for. */
static void write_account(FILE *to, const struct heap *h)
{
    struct heap_counters c = heap_read(h);
    const uint64_t live[] = {c.heap_alloc, c.heap_inuse, c.garbage, c.mallocs - c.frees};
    fwrite(live, 1, sizeof live, to);
}

static struct copy copy_take(const struct player *p)
{
    struct copy copy;
    FILE *to = open_memstream(&copy.bytes, &copy.size);
    if (to == NULL)
        abort();
    p->design->snapshot(to, &p->map);
    write_account(to, p->heap);
    fclose(to);
    return copy;
}

static bool copy_holds(const struct copy *copy, const struct player *p)
{
    struct copy now = copy_take(p);
    bool same = now.size == copy->size && memcmp(now.bytes, copy->bytes, now.size) == 0;
    free(now.bytes);
    return same;
}

/* --- Put, delete, clear --- */

/* Ends the open ranges of a design that does not let them stand over a change. */
static void end_ranges(struct player *p)
{
    for (unsigned i = 0; p->design->changes_end_ranges && i <= PLAY_RANGES; i++) {
        if (p->ranges[i].open)
            p->verbs->iter_end(&p->ranges[i].it);
        p->ranges[i].open = false;
    }
}

static void before_change(struct player *p, struct play_change change)
{
    end_ranges(p);
    p->change = change;
    if (p->design->before != NULL)
        p->design->before(&p->map, &p->change);
}

/* The change was made, or a delete found nothing: what the design alone promises of it. */
static const char *after_change(struct player *p, bool done)
{
    p->changes++;
    p->change.done = done;
    const char *why = p->design->after == NULL ? NULL : p->design->after(&p->map, &p->change);
    return why == NULL ? NULL : broken(p, "%s", why);
}

/* May this put be refused without an order, for a hash that tells nothing apart? */
static bool is_hopeless(const struct player *p)
{
    return p->design->refuses_weak_hash && p->kind->degenerate
        && p->verbs->len(&p->map) >= 800;
}

/* A request that failed: for a reason, and the map is what it was. */
static const char *check_refused(struct player *p, const struct copy *before)
{
    p->tally->refused++;
    if (before->bytes == NULL || (!(p->ordered && heap_failed(p->heap)) && !is_hopeless(p)))
        return broken(p, "refused without a reason");
    if (!copy_holds(before, p))
        return broken(p, "a refused request changed the map");
    return check(p);
}

static const char *check_put(struct player *p, unsigned number, const void *key, void *elem)
{
    struct entry *entry = &p->entries[number];
    if (entry->present && !play_elem_is(p->kind, elem, entry->value))
        return broken(p, "a put of key %u finds another elem", number);
    if (!entry->present && !play_elem_is_zero(p->kind, elem))
        return broken(p, "the elem of the new key %u is not zero", number);
    if (!entry->present) {
        p->present++;
        ranges_note_new(p, number);
    }
    if (!entry->present || (p->kind->type.key_update && !p->design->keeps_first_key))
        entry->copy = (uint8_t)play_copy(p->kind, key);
    entry->present = true;
    entry->value = ++p->value;
    play_elem_write(p->kind, elem, entry->value);
    return check(p);
}

/* A request that may be refused is worth a snapshot. */
static struct copy copy_if_needed(const struct player *p, bool needed)
{
    return needed ? copy_take(p) : (struct copy){NULL, 0};
}

static const char *put(struct player *p, unsigned number, unsigned copy)
{
    union play_key key = play_key(p->kind, number, copy);
    uint64_t seed = ask(p->design->seed, p);
    before_change(p, (struct play_change){.verb = PLAY_PUT, .key = &key});
    struct copy before = copy_if_needed(p, p->ordered || is_hopeless(p));
    void *elem = p->verbs->put(&p->map, &key);
    const char *why = elem == NULL ? check_refused(p, &before) : after_change(p, true);
    if (elem != NULL && why == NULL)
        why = check_put(p, number, &key, elem);
    free(before.bytes);
    return why != NULL ? why : check_seed(p, seed, false);
}

/* Deletes a key that lies anywhere, in the map itself too. */
static const char *del_at(struct player *p, unsigned number, const void *key)
{
    uint64_t seed = ask(p->design->seed, p);
    uint64_t tombstones = ask(p->design->tombstones, p);
    bool present = p->entries[number].present;
    before_change(p, (struct play_change){.verb = PLAY_DEL, .key = key});
    bool deleted = p->verbs->del(&p->map, key);
    const char *why = after_change(p, deleted);
    if (deleted != present)
        return broken(p, "delete of key %u says %d", number, deleted);
    if (!present)
        return why != NULL ? why : check_seed(p, seed, false);
    entry_leave(p, number);
    p->tally->tombstones += ask(p->design->tombstones, p) - tombstones;
    if (why == NULL)
        why = check_seed(p, seed, p->present == 0);
    if (why == NULL)
        why = check_get(p, number);
    return why != NULL ? why : check(p);
}

static const char *del(struct player *p, unsigned number, unsigned copy)
{
    union play_key key = play_key(p->kind, number, copy);
    return del_at(p, number, &key);
}

static const char *clear(struct player *p)
{
    uint64_t seed = ask(p->design->seed, p), clears = ask(p->design->clears, p);
    bool anything = p->present > 0;
    uint64_t slots = ask(p->design->slots, p);
    uint64_t tombstones = ask(p->design->tombstones, p);
    before_change(p, (struct play_change){.verb = PLAY_CLEAR});
    p->verbs->clear(&p->map);
    const char *why = after_change(p, true);
    for (unsigned number = 0; number < PLAY_KEYS; number++)
        if (p->entries[number].present)
            entry_leave(p, number);
    if (p->design->clears != NULL && p->design->clears(&p->map) != clears + anything)
        return broken(p, "the count of clears is %u", (unsigned)p->design->clears(&p->map));
    if (ask(p->design->slots, p) != slots)
        return broken(p, "clear changed the number of slots");
    if (ask(p->design->tombstones, p) != (anything ? 0 : tombstones))
        return broken(p, "tombstones after clear");
    p->tally->clears += anything;
    if (why == NULL)
        why = check_seed(p, seed, anything);
    return why != NULL ? why : check(p);
}

/* Asks for room or gives it back, where the design has verbs for that; an eighth of the times for
 * many entries. */
static const char *room(struct player *p, unsigned number, unsigned many)
{
    bool reserve = many % 2 == 0;
    uint64_t count = many / 2 % 8 == 0 ? number : reserve ? many / 16 : 0;
    enum play_verb verb = reserve ? PLAY_RESERVE : PLAY_SHRINK;
    before_change(p, (struct play_change){.verb = verb, .count = count});
    struct copy before = copy_if_needed(p, p->ordered);
    bool done = reserve ? p->design->reserve(&p->map, count) : p->design->shrink(&p->map, count);
    const char *why = done ? after_change(p, true) : check_refused(p, &before);
    free(before.bytes);
    return why != NULL ? why : check(p);
}

/* --- Ranges --- */

static const char *range_end(struct player *p, struct range *range)
{
    if (range->it.map == NULL)
        return NULL;                    /* it was never begun */
    p->verbs->iter_end(&range->it);
    range->open = false;
    if (range->it.key != NULL || p->verbs->iter_next(&range->it))
        return broken(p, "a range that was ended goes on");
    return check(p);
}

static const char *range_start(struct player *p, struct range *range)
{
    const char *why = range->open ? range_end(p, range) : NULL;
    p->verbs->iter_start(&p->map, &range->it);
    range->open = true;
    range->redrawn = false;
    range->at_change = UINT64_MAX;
    for (unsigned number = 0; number < PLAY_KEYS; number++)
        range->marks[number] = p->entries[number].present ? DUE : 0;
    return why;
}

/* The range is through: nothing that was due may be missing. */
static const char *check_range_end(struct player *p, struct range *range)
{
    range->open = false;
    for (unsigned number = 0; number < PLAY_KEYS; number++)
        if ((range->marks[number] & (DUE | SEEN)) == DUE)
            return broken(p, "a range ended without key %u", number);
    return check(p);
}

/* It produced this key: may it, and is it the one of now? */
static const char *check_produced(struct player *p, struct range *range, unsigned number)
{
    const struct entry *entry = &p->entries[number];
    uint8_t *marks = &range->marks[number];
    if (!entry->present)
        return broken(p, "a range produced key %u, which is not in the map", number);
    if ((*marks & SEEN) != 0 && ((*marks & FRESH) == 0 || (*marks & TWICE) != 0))
        return broken(p, "a range produced key %u twice", number);
    if ((*marks & SEEN) != 0) {
        *marks |= TWICE;
        p->tally->twice++;
    }
    *marks |= SEEN;
    if (play_copy(p->kind, range->it.key) != entry->copy)
        return broken(p, "a range produced key %u in an older form", number);
    if (p->verbs->get(&p->map, range->it.key) != range->it.elem)
        return broken(p, "a range produced another elem of key %u than the present one", number);
    if (!play_elem_is(p->kind, range->it.elem, entry->value))
        return broken(p, "a range produced a wrong elem of key %u", number);
    return NULL;
}

static const char *range_step(struct player *p, struct range *range)
{
    if (!range->open)
        return NULL;
    if (!p->verbs->iter_next(&range->it))
        return check_range_end(p, range);
    range->at_change = p->changes;
    p->tally->produced++;
    if (p->design->replaced != NULL)
        p->tally->replaced += p->design->replaced(&range->it);
    unsigned number = play_number(p->kind, range->it.key);
    if (number >= PLAY_KEYS)
        return broken(p, "a range produced a key that was never put");
    return check_produced(p, range, number);
}

static const char *range_steps(struct player *p, struct range *range, unsigned steps)
{
    const char *why = NULL;
    for (unsigned i = 0; i < steps && range->open && why == NULL; i++)
        why = range_step(p, range);
    return why != NULL ? why : check(p);
}

/* Deletes the entry that the range has just produced, by the key where it lies. */
static const char *del_produced(struct player *p, struct range *range)
{
    if (!range->open || range->at_change != p->changes)
        return NULL;
    return del_at(p, play_number(p->kind, range->it.key), range->it.key);
}

/* One range in one go. Where no range may stand over a change, it makes none itself. */
static const char *whole_range(struct player *p)
{
    struct range *range = &p->ranges[PLAY_RANGES];
    struct copy before = copy_if_needed(p, p->design->changes_end_ranges);
    const char *why = range_start(p, range);
    while (range->open && why == NULL)
        why = range_step(p, range);
    if (why == NULL && before.bytes != NULL && !copy_holds(&before, p))
        why = broken(p, "a range changed the map");
    free(before.bytes);
    return why;
}

/* --- Scripts --- */

/* Puts or deletes `count` keys from `number` on. */
static const char *run(struct player *p, bool puts, unsigned number, unsigned count)
{
    const char *why = NULL;
    for (unsigned i = 0; i < count && why == NULL; i++) {
        unsigned at = (number + i) % p->setting->keys;
        why = puts ? put(p, at, i & 1) : del(p, at, i & 1);
    }
    return why;
}

/* The next step may be refused memory: after some allocations, once or for ever. */
static void order_failure(struct player *p, unsigned how)
{
    if (!p->setting->failures)
        return;
    heap_fail_after(p->heap, how % p->design->allocations,
                    how & 8 ? HEAP_FAIL_FOR_EVER : HEAP_FAIL_ONCE);
    p->ordered = true;
}

/* What a step's first byte means. Clears are rare, or maps would never become large. */
static const char *do_step(struct player *p, const unsigned char *step)
{
    unsigned number = (step[1] | (unsigned)step[2] << 8) % p->setting->keys;
    unsigned many = step[3], part = 1 + many % (1 + p->setting->keys / 4);
    struct range *range = &p->ranges[many % PLAY_RANGES];
    switch (step[0] % 32) {
    case 0 ... 8:
        return put(p, number, many & 1);
    case 9:
        return check_get(p, number);
    case 10:
        return p->design->reserve != NULL ? room(p, number, many) : check_get(p, number);
    case 11 ... 16:
        return del(p, number, many & 1);
    case 17 ... 18:
        return run(p, true, number, part);
    case 19:
        return run(p, false, number, part);
    case 20:
        return many < 10 ? clear(p) : many < 20 ? run(p, false, 0, p->setting->keys) : NULL;
    case 21:
        return whole_range(p);
    case 22 ... 23:
        return range_start(p, range);
    case 24 ... 26:
        return range_steps(p, range, 1 + many / PLAY_RANGES * (1 + p->setting->keys / 256));
    case 27 ... 28:
        return del_produced(p, range);
    case 29:
        return range->open ? range_end(p, range) : NULL;
    default:
        order_failure(p, many);
        return NULL;
    }
}

static const char *play_steps(struct player *p, const unsigned char *script, size_t length)
{
    const char *why = check(p);
    for (; why == NULL && length >= PLAY_STEP_BYTES; length -= PLAY_STEP_BYTES) {
        bool ordered = p->ordered;
        why = do_step(p, script);
        if (ordered) {                  /* an order stands for one step */
            heap_fail_never(p->heap);
            p->ordered = false;
        }
        script += PLAY_STEP_BYTES;
        p->step++;
    }
    heap_fail_never(p->heap);
    return why;
}

/* At the end: every key once more, the open ranges to their ends. */
static const char *play_out(struct player *p)
{
    const char *why = NULL;
    for (unsigned number = 0; number < p->setting->keys && why == NULL; number++)
        why = check_get(p, number);
    for (unsigned i = 0; i < PLAY_RANGES && why == NULL; i++)
        why = i % 2 == 0 ? range_steps(p, &p->ranges[i], UINT32_MAX)
                         : range_end(p, &p->ranges[i]);
    return why != NULL ? why : whole_range(p);
}

static const char *check_nothing_left(struct player *p)
{
    heap_collect(p->heap);
    struct heap_counters c = heap_read(p->heap);
    const char *why = heap_check(p->heap);
    if (why != NULL)
        return broken(p, "%s", why);
    if (c.heap_alloc != 0 || c.mallocs != c.frees)
        return broken(p, "%llu bytes are left", (unsigned long long)c.heap_alloc);
    return NULL;
}

static const char *play_whole(struct player *p, const unsigned char *script, size_t length)
{
    const struct play_setting *setting = p->setting;
    if (!any_map_init(&p->map, p->verbs, &p->kind->type, p->heap, setting->hint, setting->seed))
        return broken(p, "no memory for the map");
    const char *why = play_steps(p, script, length);
    if (why == NULL)
        why = play_out(p);
    p->tally->steps += p->step;
    p->tally->moved += p->design->moved(&p->map);
    p->design->tally(p->tally, &p->map);
    if (why != NULL)
        return why;
    p->verbs->free(&p->map);
    return check_nothing_left(p);
}

const char *play(const struct play_setting *setting, const unsigned char *script, size_t length,
                 struct heap *h, struct play_tally *tally)
{
    struct player *p = calloc(1, sizeof *p);
    struct play_setting own = *setting;
    p->kind = play_kind_named(own.kind);
    p->design = play_design_named(own.design);
    p->verbs = p->design->verbs[p->kind->typed];
    if (own.keys > p->kind->keys)
        own.keys = p->kind->keys;
    p->setting = &own;
    p->tally = tally;
    p->heap = h;
    const char *why = play_whole(p, script, length);
    free(p);
    return why;
}

/* --- A fuzzer's input --- */

enum { INPUT_KINDS = 22 };              /* the first so many: the kept corpus counts on it */

const char *play_input(const unsigned char *input, size_t length, struct play_tally *tally)
{
    static const uint64_t hints[] = {0, 0, 0, 9, 15, 100, 448, 897};
    static const unsigned domains[] = {6, 12, 20, 40, 150, 600, 1500, PLAY_KEYS};
    if (length < PLAY_STEP_BYTES)
        return NULL;
    struct play_setting setting = {
        .kind = play_kind_at(input[0] % INPUT_KINDS)->name,
        .hint = hints[input[1] % 8],
        .keys = domains[input[1] / 8 % 8],
        .seed = input[2],
        .failures = (input[3] & 1) != 0,
    };
    struct heap_config config = {
        .reserve_bytes = (uint64_t)64 << 20,
        .collector = (input[3] & 2) != 0 ? HEAP_COLLECT_WHEN_TOLD : HEAP_COLLECT_AT_ONCE,
        .junk = (input[3] & 4) != 0,
    };
    struct heap *h = heap_new(&config);
    if (h == NULL)
        return NULL;
    const char *why = play(&setting, input + PLAY_STEP_BYTES, length - PLAY_STEP_BYTES, h, tally);
    heap_delete(h);
    return why;
}
