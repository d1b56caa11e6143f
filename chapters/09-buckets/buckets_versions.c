/*
 * buckets_versions.c - the same fills, deletes, clears and look-ups in three designs.
 */
#include "buckets.h"

/* Looks up what is there, the keys before `there`, and as many that never were. */
static void probe_both(const struct rig *rig, uint64_t there, uint64_t keys, enum probed probed,
                       struct version *v)
{
    v->hit[probed] = probe_many(rig, 0, there);
    v->miss[probed] = probe_many(rig, keys, 2 * keys);
}

/* --- A map of ints: filled without a hint, drained --- */

static bool version_fill(struct rig *rig, uint64_t keys, struct version *v)
{
    uint64_t before = heap_read(rig->heap).mallocs;
    for (unsigned i = 0; i < FILLS; i++) {
        v->entries_at[i] = keys * (i + 1) / FILLS;
        if (!rig_fill(rig, rig_len(rig), v->entries_at[i]))
            return false;
        v->bytes_at[i] = rig_bytes(rig);
        if (i + 1 == FULLEST)
            probe_both(rig, rig_len(rig), keys, PROBED_FULLEST, v);
    }
    v->mallocs = heap_read(rig->heap).mallocs - before;
    v->bytes[ROW_FILLED] = rig_bytes(rig);
    v->bytes[ROW_MOST] = design_peak_bytes(rig->map.design, rig->heap);
    v->slots = rig_look(rig).slots;
    v->load = v->slots == 0 ? 0 : 100.0 * (double)keys / (double)v->slots;
    v->overflow = rig_overflow(rig);
    v->ints = rig_chains(rig);
    probe_both(rig, keys, keys, PROBED_FILLED, v);
    return true;
}

static void version_drain(struct rig *rig, uint64_t keys, struct version *v)
{
    rig_delete(rig, keys / 16, keys);
    probe_both(rig, keys / 16, keys, PROBED_DRAINED, v);
    rig_delete(rig, 0, keys / 16);
    v->tombstones = rig_tombstones(rig);
    v->bytes[ROW_DELETED] = rig_bytes(rig);
}

/* --- Others --- */

static bool version_presized(struct rig *rig, uint64_t keys, struct version *v)
{
    if (!rig_again(rig, INTS, keys))
        return false;
    v->bytes[ROW_PRESIZED] = rig_bytes(rig);
    uint64_t before = heap_read(rig->heap).mallocs;
    if (!rig_fill(rig, 0, keys))
        return false;
    v->mallocs_hint = heap_read(rig->heap).mallocs - before;
    rig_clear(rig);
    v->bytes[ROW_CLEARED] = rig_bytes(rig);
    return true;
}

static bool version_types(struct rig *rig, uint64_t keys, struct version *v)
{
    uint64_t texts = v->text_entries = keys * 550000 / (1 << 20);
    if (!rig_again(rig, INTS_TO_NOTHING, keys) || !rig_fill(rig, 0, keys))
        return false;
    v->bytes[ROW_SET] = rig_bytes(rig);
    if (!rig_again(rig, TEXT, texts) || !rig_fill(rig, 0, texts))
        return false;
    v->bytes[ROW_TEXT] = rig_bytes(rig);
    v->text = rig_chains(rig);
    if (!rig_again(rig, ONE_HASH, 0) || !rig_fill(rig, 0, ONE_HASH_ENTRIES))
        return false;
    v->one_hash = rig_chains(rig);
    probe_both(rig, ONE_HASH_ENTRIES, ONE_HASH_ENTRIES, PROBED_ONE_HASH, v);
    return true;
}

bool version_run(enum kind kind, const struct options *o, struct version *v)
{
    struct rig rig;
    *v = (struct version){.load = 0};
    if (!rig_begin(&rig, kind, INTS, 0, o))
        return false;
    bool done = version_fill(&rig, o->keys, v);
    if (done) {
        version_drain(&rig, o->keys, v);
        done = version_presized(&rig, o->keys, v) && version_types(&rig, o->keys, v);
    }
    rig_drop(&rig);
    v->bytes[ROW_DROPPED] = rig_bytes(&rig);
    rig_end(&rig);
    return done;
}

/* A map with tables has one array of groups for each, one directory, one header. Nothing else is
 * in the heap, and no entry is anywhere but in its table's groups. */
bool no_overflow(const struct chains *c)
{
    return c->entries > 0 && c->outside == 0 && c->others == 0 && c->headers == 1
        && c->directories == 1 && c->tables > 0 && c->arrays == c->tables;
}
