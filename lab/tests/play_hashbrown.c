/*
 * play_hashbrown.c - Rust's map as play calls it and looks into it.
 *
 * Beside what every map must do, this file knows what only this one promises: which put
 * sweeps and which grows, and to how many slots; what a shrink leaves; which byte an erased slot
 * gets; and what no change may write. All of it is worked out another way than in the map.
 */
#include <stdlib.h>

#include "design/design_hashbrown.h"
#include "hashbrown/hashbrown_any.h"
#include "hashbrown/hashbrown_check.h"
#include "hashbrown/hashbrown_str.h"
#include "hashbrown/hashbrown_u32.h"
#include "hashbrown/hashbrown_u64.h"
#include "hashbrown/hashbrown_wide.h"
#include "tests/play.h"
#include "tests/play_typed.h"

PLAY_VERBS(hashbrown, u64, *(const uint64_t *)key)
PLAY_VERBS(hashbrown, u32, *(const uint32_t *)key)
PLAY_VERBS(hashbrown, str, *(const struct str *)key)
PLAY_VERBS(hashbrown, wide, key)

/* --- The verbs that only this design has --- */

static const struct folded {
    const struct design *verbs;
    bool (*reserve)(struct hashbrown *m, uint64_t more);
    bool (*shrink_to)(struct hashbrown *m, uint64_t least);
    bool (*shrink_to_fit)(struct hashbrown *m);
} folded[] = {
    {&hashbrown_u64_verbs, hashbrown_u64_reserve, hashbrown_u64_shrink_to,
     hashbrown_u64_shrink_to_fit},
    {&hashbrown_u32_verbs, hashbrown_u32_reserve, hashbrown_u32_shrink_to,
     hashbrown_u32_shrink_to_fit},
    {&hashbrown_str_verbs, hashbrown_str_reserve, hashbrown_str_shrink_to,
     hashbrown_str_shrink_to_fit},
    {&hashbrown_wide_verbs, hashbrown_wide_reserve, hashbrown_wide_shrink_to,
     hashbrown_wide_shrink_to_fit},
};

/* The folded map that m is, or NULL: the one described at run time. */
static const struct folded *folded_of(const struct any_map *m)
{
    for (unsigned i = 0; i < sizeof folded / sizeof folded[0]; i++)
        if (m->design == folded[i].verbs)
            return &folded[i];
    return NULL;
}

static bool reserve(struct any_map *m, uint64_t more)
{
    const struct folded *f = folded_of(m);
    struct hashbrown *own = &m->as.hashbrown;
    return f != NULL ? f->reserve(own, more) : hashbrown_any_reserve(m->type, own, more);
}

/* To 0 is to fit; both ways of saying it, by turns. */
static bool shrink(struct any_map *m, uint64_t least)
{
    const struct folded *f = folded_of(m);
    struct hashbrown *own = &m->as.hashbrown;
    if (least == 0 && own->events.moved % 2 == 0)
        return f != NULL ? f->shrink_to_fit(own) : hashbrown_any_shrink_to_fit(m->type, own);
    return f != NULL ? f->shrink_to(own, least) : hashbrown_any_shrink_to(m->type, own, least);
}

/* --- Looking into it --- */

static uint64_t bytes(const struct any_map *m)
{
    return hashbrown_bytes(m->type, &m->as.hashbrown);
}

/* Bytes of the allocation before the control bytes, padding included. */
static uint64_t slot_bytes(const struct any_map *m)
{
    uint64_t asked = hashbrown_asked(m->type, &m->as.hashbrown);
    return asked == 0 ? 0
                      : asked - hashbrown_bucket_count(&m->as.hashbrown) - HASHBROWN_WIDTH;
}

static void snapshot(FILE *to, const struct any_map *m)
{
    const struct hashbrown *own = &m->as.hashbrown;
    fwrite(own, 1, sizeof *own, to);
    fwrite(own->table.ctrl - slot_bytes(m), 1, hashbrown_asked(m->type, own), to);
}

static uint64_t moved(const struct any_map *m)
{
    return m->as.hashbrown.events.moved;
}

static void tally(struct play_tally *tally, const struct any_map *m)
{
    const struct hashbrown_events *events = &m->as.hashbrown.events;
    tally->hashbrown.resizes += events->resizes;
    tally->hashbrown.rehashes += events->rehashes;
    tally->hashbrown.shrinks += events->shrinks;
    tally->hashbrown.moved += events->moved;
}

static uint64_t slots(const struct any_map *m)
{
    return hashbrown_bucket_count(&m->as.hashbrown);
}

static uint64_t tombstones(const struct any_map *m)
{
    return hashbrown_tombstone_count(&m->as.hashbrown);
}

/* --- Before a change --- */

/* The map as it was: the variable, the slots with their padding, the control bytes. */
static _Thread_local struct {
    struct hashbrown m;
    unsigned char *memory;
    uint64_t room, bytes, slot_bytes, tombstones;
    bool leaves_tombstone;
} was;

/* The run of slots around slot i that are not empty, itself included. */
static uint64_t run_around(const struct hashbrown_table *t, uint64_t i)
{
    uint64_t run = 1;
    for (uint64_t at = i + 1; t->ctrl[at & t->bucket_mask] != 0xFF; at++)
        run++;
    for (uint64_t at = i - 1; t->ctrl[at & t->bucket_mask] != 0xFF; at--)
        run++;
    return run;
}

/* Will the delete of this key leave a tombstone? Slots without bytes have one key, and no run. */
static bool leaves_tombstone(const struct any_map *m, const void *key)
{
    const struct hashbrown_table *t = &m->as.hashbrown.table;
    const unsigned char *elem = hashbrown_any_get(m->type, &m->as.hashbrown, key);
    uint64_t pair = hashbrown_slot_bytes(m->type);
    if (elem == NULL || pair == 0 || slots(m) <= HASHBROWN_WIDTH)
        return false;
    const unsigned char *slot = elem - hashbrown_elem_at(m->type);
    return run_around(t, (uint64_t)(t->ctrl - slot) / pair - 1) >= HASHBROWN_WIDTH;
}

static void before(const struct any_map *m, const struct play_change *change)
{
    was.m = m->as.hashbrown;
    was.bytes = hashbrown_asked(m->type, &was.m);
    was.slot_bytes = slot_bytes(m);
    was.tombstones = tombstones(m);
    was.leaves_tombstone = change->verb == PLAY_DEL && leaves_tombstone(m, change->key);
    if (was.bytes > was.room) {
        free(was.memory);
        was.memory = malloc(was.room = was.bytes);
        if (was.memory == NULL)
            abort();
    }
    if (was.bytes > 0)
        memcpy(was.memory, was.m.table.ctrl - was.slot_bytes, was.bytes);
}

/* --- After it --- */

/* Does the map lie where it lay, and hold the first `count` bytes that it held? */
static bool holds(const struct hashbrown *m, uint64_t count)
{
    return m->table.ctrl == was.m.table.ctrl
        && (count == 0 || memcmp(was.memory, m->table.ctrl - was.slot_bytes, count) == 0);
}

static bool is_as_it_was(const struct hashbrown *m)
{
    return memcmp(m, &was.m, sizeof *m) == 0 && holds(m, was.bytes);
}

static uint64_t limit_of(uint64_t slots_there)
{
    return slots_there == 0 ? 0 : slots_there < 8 ? slots_there - 1 : slots_there - slots_there / 8;
}

/* The smallest table that holds so many. Its slots fill a group's width at least. */
static uint64_t slots_for(const struct map_type *mt, uint64_t entries)
{
    uint64_t wanted = 4, pair = hashbrown_slot_bytes(mt);
    while (wanted < 16 && wanted * (pair == 0 ? 1 : pair) < HASHBROWN_WIDTH)
        wanted *= 2;
    while (limit_of(wanted) < entries)
        wanted *= 2;
    return wanted;
}

/* Room for `more` was asked for: what became of the table? */
static const char *check_room(const struct any_map *now, uint64_t more)
{
    const struct hashbrown *m = &now->as.hashbrown;
    uint64_t limit = limit_of(hashbrown_bucket_count(&was.m));
    uint64_t entries = was.m.table.items + more;
    bool fits = more <= was.m.table.growth_left, sweep = !fits && entries <= limit / 2;
    bool grow = !fits && !sweep;
    if (m->events.rehashes != was.m.events.rehashes + sweep)
        return "it swept without need, or did not where it must";
    if (m->events.resizes != was.m.events.resizes + grow)
        return "it grew without need, or did not where it must";
    if (!grow && m->table.ctrl != was.m.table.ctrl)
        return "the table moved, and did not grow";
    if (grow && slots(now) != slots_for(now->type, entries > limit ? entries : limit + 1))
        return "it grew to another size";
    if (!fits && tombstones(now) != 0)
        return "tombstones after room was made";
    if (!sweep && m->events.moved != was.m.events.moved + (grow ? was.m.table.items : 0))
        return "it moved another number of entries than it had";
    return NULL;
}

static const char *check_delete(const struct any_map *now, bool done)
{
    const struct hashbrown *m = &now->as.hashbrown;
    if (!holds(m, was.slot_bytes))
        return "a delete wrote into the slots";
    if (!done && !is_as_it_was(m))
        return "a delete of nothing changed something";
    if (tombstones(now) != was.tombstones + was.leaves_tombstone)
        return "the erased slot has the wrong byte";
    return NULL;
}

static const char *check_clear(const struct any_map *now)
{
    const struct hashbrown *m = &now->as.hashbrown;
    if (was.m.table.items == 0)
        return is_as_it_was(m) ? NULL : "a clear without entries did something";
    return holds(m, was.slot_bytes) ? NULL : "a clear wrote into the slots";
}

static const char *check_shrink(const struct any_map *now, uint64_t least)
{
    const struct hashbrown *m = &now->as.hashbrown;
    uint64_t entries = was.m.table.items > least ? was.m.table.items : least;
    uint64_t fit = entries == 0 ? 0 : slots_for(now->type, entries);
    if (fit >= hashbrown_bucket_count(&was.m))
        return is_as_it_was(m) ? NULL : "a shrink without effect changed something";
    if (slots(now) != fit || tombstones(now) != 0)
        return "it shrank to another size, or kept tombstones";
    if (m->events.shrinks != was.m.events.shrinks + 1
        || m->events.moved != was.m.events.moved + was.m.table.items)
        return "a shrink is not counted";
    return NULL;
}

static const char *after(const struct any_map *now, const struct play_change *change)
{
    const struct hashbrown *m = &now->as.hashbrown;
    struct heap_counters c = heap_read(m->heap);
    if (m->seed != was.m.seed)
        return "the seed was changed";
    if (c.asked != hashbrown_asked(now->type, m) || c.garbage != 0)
        return "it asked for other bytes than it has, or left garbage";
    switch (change->verb) {
    case PLAY_PUT:
        return check_room(now, was.m.table.growth_left == 0);
    case PLAY_DEL:
        return check_delete(now, change->done);
    case PLAY_CLEAR:
        return check_clear(now);
    case PLAY_RESERVE:
        return check_room(now, change->count);
    default:
        return check_shrink(now, change->count);
    }
}

const struct play_design play_hashbrown = {
    .verbs = {&hashbrown_u64_verbs, &hashbrown_u32_verbs, &hashbrown_str_verbs,
              &hashbrown_wide_verbs, &design_hashbrown},
    .changes_end_ranges = true,
    .keeps_first_key = true,
    .allocations = 1,
    .bytes = bytes,
    .snapshot = snapshot,
    .moved = moved,
    .tally = tally,
    .slots = slots,
    .tombstones = tombstones,
    .reserve = reserve,
    .shrink = shrink,
    .before = before,
    .after = after,
};
