/*
 * play_swiss.c - Go 1.24's map as play calls it and looks into it.
 */
#include "design/design_swiss.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_str.h"
#include "swiss/swiss_u32.h"
#include "swiss/swiss_u64.h"
#include "swiss/swiss_wide.h"
#include "tests/play.h"
#include "tests/play_typed.h"
#include "tests/snapshot.h"

PLAY_VERBS(swiss, u64, *(const uint64_t *)key)
PLAY_VERBS(swiss, u32, *(const uint32_t *)key)
PLAY_VERBS(swiss, str, *(const struct str *)key)
PLAY_VERBS(swiss, wide, key)

static uint64_t bytes(const struct any_map *m)
{
    return swiss_bytes(m->type, &m->as.swiss);
}

static void snapshot(FILE *to, const struct any_map *m)
{
    struct snapshot copy = snapshot_take(m->type, &m->as.swiss);
    fwrite(copy.bytes, 1, copy.size, to);
    snapshot_free(&copy);
}

/* Does the range stand on a table, or a small map's group, that is no longer the map's? */
static bool replaced(const struct any_iter *it)
{
    const struct swiss_iter *own = &it->as.swiss;
    return own->table != NULL ? own->table->index == -1
                              : own->group != NULL && own->m->header->dir_len > 0;
}

static void tally(struct play_tally *tally, const struct any_map *m)
{
    const struct swiss_events *events = &m->as.swiss.events;
    tally->events.small_groups += events->small_groups;
    tally->events.conversions += events->conversions;
    tally->events.doublings += events->doublings;
    tally->events.splits += events->splits;
    tally->events.directories += events->directories;
    tally->events.presized_tables += events->presized_tables;
    tally->events.moved += events->moved;
}

static uint64_t moved(const struct any_map *m)
{
    return m->as.swiss.events.moved;
}

static uint64_t seed(const struct any_map *m)
{
    return m->as.swiss.header->seed;
}

static uint64_t slots(const struct any_map *m)
{
    return swiss_slot_count(&m->as.swiss);
}

static uint64_t tombstones(const struct any_map *m)
{
    return swiss_tombstone_count(m->type, &m->as.swiss);
}

static uint64_t clears(const struct any_map *m)
{
    return m->as.swiss.header->clear_seq;
}

const struct play_design play_swiss = {
    .verbs = {&swiss_u64_verbs, &swiss_u32_verbs, &swiss_str_verbs, &swiss_wide_verbs,
              &design_swiss},
    .refuses_weak_hash = true,
    .allocations = 8,
    .bytes = bytes,
    .snapshot = snapshot,
    .moved = moved,
    .tally = tally,
    .replaced = replaced,
    .seed = seed,
    .slots = slots,
    .tombstones = tombstones,
    .clears = clears,
};
