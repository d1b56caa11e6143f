/*
 * swiss_check.c - the rules S1 to S13, proved byte by byte.
 *
 * One function per rule or two; each returns NULL or says what is broken. Control
 * bytes are read one at a time here: the matches of ctrl.h are what is being checked.
 */
#include "swiss/swiss_check.h"

#include <stdarg.h>
#include <stdio.h>

/* --- Saying what is broken --- */

static _Thread_local char sentence[160];

__attribute__((format(printf, 1, 2))) static const char *broken(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vsnprintf(sentence, sizeof sentence, format, args);
    va_end(args);
    return sentence;
}

/* --- Counting --- */

/* What the control bytes of a group say. */
struct tally {
    unsigned full, empty, deleted, other;
};

static struct tally tally_group(const unsigned char *group)
{
    struct tally tally = {0};
    for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
        tally.full += group[i] < 0x80;
        tally.empty += group[i] == CTRL_EMPTY;
        tally.deleted += group[i] == CTRL_DELETED;
    }
    tally.other = SWISS_GROUP_SLOTS - tally.full - tally.empty - tally.deleted;
    return tally;
}

static struct tally tally_table(const struct map_type *mt, const struct swiss_table *t)
{
    struct tally sum = {0};
    for (uint64_t g = 0; g <= t->group_mask; g++) {
        struct tally tally = tally_group(swiss_group(mt, t, g));
        sum.full += tally.full;
        sum.empty += tally.empty;
        sum.deleted += tally.deleted;
        sum.other += tally.other;
    }
    return sum;
}

uint64_t swiss_table_count(const struct swiss *m)
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < m->header->dir_len; count++)
        i = swiss_directory_next(m->header, m->header->directory[i]);
    return count;
}

uint64_t swiss_slot_count(const struct swiss *m)
{
    const struct swiss_header *header = m->header;
    if (header->dir_len == 0)
        return header->group == NULL ? 0 : SWISS_GROUP_SLOTS;
    uint64_t slots = 0;
    for (uint64_t i = 0; i < header->dir_len;) {
        slots += header->directory[i]->capacity;
        i = swiss_directory_next(header, header->directory[i]);
    }
    return slots;
}

uint64_t swiss_tombstone_count(const struct map_type *mt, const struct swiss *m)
{
    uint64_t count = 0;
    for (uint64_t i = 0; i < m->header->dir_len;) {
        const struct swiss_table *t = m->header->directory[i];
        count += tally_table(mt, t).deleted;
        i = swiss_directory_next(m->header, t);
    }
    return count;
}

/* --- Slots: S2, S9, S10, S12 --- */

static bool is_zero(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* Walks key's probe by hand up to its own group. */
static const char *check_probe(const struct map_type *mt, const struct swiss_table *t,
                               uint64_t own_group, uint64_t hash)
{
    uint64_t at = (hash >> 7) & t->group_mask;
    for (uint64_t step = 1; at != own_group; step++) {
        if (tally_group(swiss_group(mt, t, at)).empty > 0)
            return broken("S9: group %u of the table at entry %d is cut off by an empty slot",
                          (unsigned)own_group, (int)t->index);
        if (step > t->group_mask)
            return broken("S9: the probe does not reach group %u", (unsigned)own_group);
        at = (at + step) & t->group_mask;
    }
    return NULL;
}

/* A full slot: its fingerprint, its way, and that the way ends at this slot. */
static const char *check_full_slot(const struct map_type *mt, const struct swiss *m,
                                   const struct swiss_table *t, uint64_t g, unsigned i)
{
    unsigned char *group = swiss_group(mt, t, g), *slot = swiss_slot(mt, group, i);
    const void *key = swiss_key(mt, slot);
    if (!mt->equal(key, key))
        return NULL;                    /* a NaN: its hash was drawn and is lost */
    uint64_t hash = mt->hash(key, m->header->seed);
    if (group[i] != (hash & 0x7F))
        return broken("S2: slot %u of group %u holds control byte %02x, its key hashes to %02x", i,
                      (unsigned)g, group[i], (unsigned)(hash & 0x7F));
    unsigned depth = t->local_depth;
    unsigned up = m->header->global_depth - depth;
    if (depth > 0 && hash >> (64 - depth) != (uint64_t)t->index >> up)
        return broken("S7: a key of the table at entry %d belongs to another", (int)t->index);
    const char *why = m->header->dir_len > 0 ? check_probe(mt, t, g, hash) : NULL;
    if (why != NULL)
        return why;
    if (swiss_get(mt, m, key) != swiss_elem(mt, slot))
        return broken("S10: the key in slot %u of group %u is found elsewhere", i, (unsigned)g);
    return NULL;
}

static const char *check_slots(const struct map_type *mt, const struct swiss *m,
                               const struct swiss_table *t)
{
    for (uint64_t g = 0; g <= t->group_mask; g++) {
        unsigned char *group = swiss_group(mt, t, g);
        for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
            size_t bytes = mt->elem_indirect ? sizeof(void *) : mt->elem_bytes;
            if (group[i] >= 0x80 && !is_zero(swiss_slot(mt, group, i) + mt->elem_at, bytes))
                return broken("S12: free slot %u of group %u has an elem", i, (unsigned)g);
            const char *why = group[i] < 0x80 ? check_full_slot(mt, m, t, g, i) : NULL;
            if (why != NULL)
                return why;
        }
    }
    return NULL;
}

/* --- Tables: S1, S3, S4, S5 --- */

static const char *check_table(const struct map_type *mt, const struct swiss *m,
                               const struct swiss_table *t)
{
    int at = (int)t->index;
    unsigned slots = t->capacity;
    if (slots < 8 || slots > 1024 || (slots & (slots - 1)) != 0 || t->group_mask != slots / 8 - 1)
        return broken("S1: the table at entry %d has %u slots", at, slots);
    for (uint64_t g = 0; g <= t->group_mask; g++) {
        struct tally tally = tally_group(swiss_group(mt, t, g));
        if (tally.other > 0)
            return broken("S2: group %u has a control byte of no meaning", (unsigned)g);
        if (tally.empty > 0 && tally.deleted > 0)
            return broken("S5: group %u has empty and deleted slots", (unsigned)g);
    }
    struct tally tally = tally_table(mt, t);
    if (tally.empty == 0)
        return broken("S3: the table at entry %d has no empty slot", at);
    unsigned limit = slots == 8 ? 7 : slots * 7 / 8;
    if (tally.full != t->used || limit != t->growth_left + tally.full + tally.deleted)
        return broken("S4: the table at entry %d counts %u used, %u left; it has %u full, "
                      "%u deleted", at, t->used, t->growth_left, tally.full, tally.deleted);
    return check_slots(mt, m, t);
}

/* --- The directory: S6, S8 --- */

static const char *check_run(const struct swiss_header *header, uint64_t first)
{
    const struct swiss_table *t = header->directory[first];
    if (t->local_depth > header->global_depth || t->index != (int64_t)first)
        return broken("S6: the table at entry %u says entry %d, depth %u", (unsigned)first,
                      (int)t->index, t->local_depth);
    uint64_t entries = (uint64_t)1 << (header->global_depth - t->local_depth);
    if (first % entries != 0 || first + entries > header->dir_len)
        return broken("S6: the run at entry %u does not fit its depth", (unsigned)first);
    for (uint64_t i = first; i < first + entries; i++)
        if (header->directory[i] != t)
            return broken("S6: entry %u breaks the run that begins at %u", (unsigned)i,
                          (unsigned)first);
    return NULL;
}

static const char *check_directory(const struct map_type *mt, const struct swiss *m)
{
    const struct swiss_header *header = m->header;
    if (header->dir_len != (uint64_t)1 << header->global_depth
        || header->global_shift != 64 - header->global_depth)
        return broken("S6: %u entries at global depth %u", (unsigned)header->dir_len,
                      header->global_depth);
    uint64_t used = 0;
    for (uint64_t i = 0; i < header->dir_len;) {
        const struct swiss_table *t = header->directory[i];
        const char *why = check_run(header, i);
        if (why == NULL)
            why = check_table(mt, m, t);
        if (why != NULL)
            return why;
        used += t->used;
        i = swiss_directory_next(header, t);
    }
    if (used != header->used)
        return broken("S8: the tables hold %u entries, the map counts %u", (unsigned)used,
                      (unsigned)header->used);
    return NULL;
}

/* --- The small map: S11 --- */

static const char *check_small(const struct map_type *mt, const struct swiss *m)
{
    const struct swiss_header *header = m->header;
    if (header->group == NULL)
        return header->used == 0 ? NULL : broken("S11: entries without a group");
    struct tally tally = tally_group(header->group);
    if (tally.full != header->used || tally.deleted + tally.other > 0)
        return broken("S11: a small map counts %u entries; its group has %u full, %u deleted",
                      (unsigned)header->used, tally.full, tally.deleted);
    struct swiss_table small = {.groups = header->group, .group_mask = 0};
    return check_slots(mt, m, &small);
}

/* --- Iterators: S13 --- */

static const char *check_iters(const struct swiss *m)
{
    const struct swiss_header *header = m->header;
    for (const struct swiss_iter *it = m->iters; it != NULL; it = it->next) {
        const struct swiss_table *t = it->table;
        if (it->m != m)
            return broken("S13: an iterator of another map stands in the list");
        if (t == NULL || t->index == -1)
            continue;
        if ((uint64_t)t->index >= header->dir_len || header->directory[t->index] != t)
            return broken("S13: an iterator walks a table that is neither present nor replaced");
    }
    return NULL;
}

const char *swiss_check(const struct map_type *mt, const struct swiss *m)
{
    const char *why = m->header->dir_len == 0 ? check_small(mt, m) : check_directory(mt, m);
    return why != NULL ? why : check_iters(m);
}

/* --- Bytes --- */

static uint64_t groups_bytes(const struct map_type *mt, uint64_t count)
{
    return heap_rounded(count * swiss_group_bytes(mt), swiss_groups_scan(mt));
}

static uint64_t table_bytes(const struct map_type *mt, const struct swiss_table *t)
{
    return heap_rounded(sizeof *t, HEAP_SCAN) + groups_bytes(mt, t->group_mask + 1);
}

/* What iterators keep: each replaced table and group once, however many walk it. */
static uint64_t kept_bytes(const struct map_type *mt, const struct swiss *m)
{
    uint64_t bytes = 0;
    for (const struct swiss_iter *it = m->iters; it != NULL; it = it->next) {
        struct swiss rest = {.iters = it->next};
        if (it->table != NULL && it->table->index == -1
            && !swiss_table_is_walked(&rest, it->table))
            bytes += table_bytes(mt, it->table);
        if (it->group != NULL && m->header->dir_len > 0
            && !swiss_group_is_walked(&rest, it->group))
            bytes += groups_bytes(mt, 1);
    }
    return bytes;
}

uint64_t swiss_bytes(const struct map_type *mt, const struct swiss *m)
{
    const struct swiss_header *header = m->header;
    uint64_t bytes = heap_rounded(sizeof *header, HEAP_SCAN) + kept_bytes(mt, m);
    if (mt->key_indirect)
        bytes += header->used * heap_rounded(mt->key_bytes, (enum heap_scan)mt->key_pointers);
    if (mt->elem_indirect)
        bytes += header->used * heap_rounded(mt->elem_bytes, (enum heap_scan)mt->elem_pointers);
    if (header->dir_len == 0)
        return bytes + (header->group == NULL ? 0 : groups_bytes(mt, 1));
    bytes += heap_rounded(header->dir_len * sizeof(struct swiss_table *), HEAP_SCAN);
    for (uint64_t i = 0; i < header->dir_len;) {
        bytes += table_bytes(mt, header->directory[i]);
        i = swiss_directory_next(header, header->directory[i]);
    }
    return bytes;
}
