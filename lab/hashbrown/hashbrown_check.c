/*
 * hashbrown_check.c - the rules R1 to R12, proved byte by byte.
 *
 * One function per rule or two; each returns NULL or says what is broken. Control bytes
 * are read one at a time here, and round the end by arithmetic: groups and mirror are what
 * is being checked.
 */
#include "hashbrown/hashbrown_check.h"

#include <stdarg.h>
#include <stdio.h>

enum { W = HASHBROWN_WIDTH };

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

/* What the control bytes of the slots say. */
struct tally {
    uint64_t full, empty, deleted;
};

static struct tally tally_slots(const struct hashbrown_table *t)
{
    struct tally tally = {0};
    for (uint64_t i = 0; i < hashbrown_slots(t); i++) {
        tally.full += t->ctrl[i] < 0x80;
        tally.empty += t->ctrl[i] == 0xFF;
        tally.deleted += t->ctrl[i] == 0x80;
    }
    return tally;
}

uint64_t hashbrown_bucket_count(const struct hashbrown *m)
{
    return hashbrown_slots(&m->table);
}

uint64_t hashbrown_tombstone_count(const struct hashbrown *m)
{
    return tally_slots(&m->table).deleted;
}

/* --- Bytes --- */

uint64_t hashbrown_asked(const struct map_type *mt, const struct hashbrown *m)
{
    uint64_t slots = hashbrown_slots(&m->table);
    if (slots == 0)
        return 0;
    uint64_t align = mt->key_align > mt->elem_align ? mt->key_align : mt->elem_align;
    uint64_t elem_at = (mt->key_bytes + mt->elem_align - 1) / mt->elem_align * mt->elem_align;
    uint64_t pair = (elem_at + mt->elem_bytes + align - 1) / align * align;
    uint64_t padded = align > W ? align : W;
    return (pair * slots + padded - 1) / padded * padded + slots + W;
}

uint64_t hashbrown_bytes(const struct map_type *mt, const struct hashbrown *m)
{
    uint64_t asked = hashbrown_asked(mt, m);
    return asked == 0 ? 0 : heap_rounded(asked, HEAP_NOSCAN);
}

/* --- Shape: R1, R11, R12 --- */

static const char *check_none(const struct hashbrown_table *t)
{
    if (t->ctrl != hashbrown_no_slots)
        return broken("R1: a map without slots does not point to the shared group");
    for (unsigned i = 0; i < W; i++)
        if (t->ctrl[i] != 0xFF)
            return broken("R12: byte %u of the shared group was written", i);
    if (t->items != 0 || t->growth_left != 0)
        return broken("R12: a map without slots counts %u entries and room for %u",
                      (unsigned)t->items, (unsigned)t->growth_left);
    return NULL;
}

static const char *check_shape(const struct map_type *mt, const struct hashbrown_table *t)
{
    uint64_t slots = t->bucket_mask + 1;
    if (slots < 4 || (slots & t->bucket_mask) != 0 || t->ctrl == hashbrown_no_slots)
        return broken("R1: the table has %llu slots", (unsigned long long)slots);
    if ((uintptr_t)t->ctrl % W != 0 || (uintptr_t)t->ctrl % mt->key_align != 0
        || (uintptr_t)t->ctrl % mt->elem_align != 0)
        return broken("R11: the control bytes are not aligned");
    return NULL;
}

/* --- Control bytes: R2 to R8 --- */

static const char *check_counts(const struct hashbrown_table *t)
{
    uint64_t slots = t->bucket_mask + 1, limit = slots <= 8 ? slots - 1 : slots / 8 * 7;
    struct tally tally = tally_slots(t);
    if (tally.full + tally.empty + tally.deleted != slots)
        return broken("R2: a control byte has no meaning");
    if (tally.empty == 0)
        return broken("R3: no slot is empty");
    if (tally.full != t->items)
        return broken("R5: %u slots are full, %u entries are counted", (unsigned)tally.full,
                      (unsigned)t->items);
    if (limit != t->growth_left + tally.full + tally.deleted)
        return broken("R4: %u left of %u with %u full and %u deleted", (unsigned)t->growth_left,
                      (unsigned)limit, (unsigned)tally.full, (unsigned)tally.deleted);
    if (slots <= W && tally.deleted > 0)
        return broken("R7: a table of %u slots has a tombstone", (unsigned)slots);
    return NULL;
}

static const char *check_mirror(const struct hashbrown_table *t)
{
    uint64_t slots = t->bucket_mask + 1;
    for (uint64_t i = slots; i < W; i++)
        if (t->ctrl[i] != 0xFF)
            return broken("R6: byte %u behind %u slots is %02x", (unsigned)i, (unsigned)slots,
                          t->ctrl[i]);
    uint64_t from = slots < W ? W : slots;
    for (uint64_t i = from; i < slots + W; i++)
        if (t->ctrl[i] != t->ctrl[i - from])
            return broken("R6: byte %u is %02x, its mirror %02x", (unsigned)(i - from),
                          t->ctrl[i - from], t->ctrl[i]);
    return NULL;
}

/* From an empty slot once round: each run of other slots is met whole. */
static const char *check_runs(const struct hashbrown_table *t)
{
    uint64_t slots = t->bucket_mask + 1, first = 0, run = 0, tombstones = 0;
    while (t->ctrl[first] != 0xFF)
        first++;
    for (uint64_t i = first + 1; i <= first + slots; i++) {
        unsigned char byte = t->ctrl[i & t->bucket_mask];
        if (byte == 0xFF && tombstones > 0 && run < W)
            return broken("R8: a tombstone in a run of %u that ends before slot %u",
                          (unsigned)run, (unsigned)(i & t->bucket_mask));
        run = byte == 0xFF ? 0 : run + 1;
        tombstones = byte == 0xFF ? 0 : tombstones + (byte == 0x80);
    }
    return NULL;
}

/* --- Keys: R2, R9, R10 --- */

static bool window_has_empty(const struct hashbrown_table *t, uint64_t at)
{
    for (uint64_t i = at; i < at + W; i++)
        if (t->ctrl[i & t->bucket_mask] == 0xFF)
            return true;
    return false;
}

/* Walks a key's probe by hand up to the group that sees its slot. */
static const char *check_probe(const struct hashbrown_table *t, uint64_t own, uint64_t hash)
{
    uint64_t at = hash & t->bucket_mask;
    for (uint64_t step = W; ((own - at) & t->bucket_mask) >= W; step += W) {
        if (window_has_empty(t, at))
            return broken("R9: slot %u is cut off by an empty slot", (unsigned)own);
        if (step > t->bucket_mask)
            return broken("R9: the probe does not reach slot %u", (unsigned)own);
        at = (at + step) & t->bucket_mask;
    }
    return NULL;
}

static const char *check_full_slot(const struct map_type *mt, const struct hashbrown *m,
                                   uint64_t i)
{
    const struct hashbrown_table *t = &m->table;
    unsigned char *slot = hashbrown_slot(mt, t, i);
    if (!mt->equal(slot, slot))
        return NULL;                    /* a NaN: its hash was drawn and is lost */
    uint64_t hash = mt->hash(slot, m->seed);
    if (t->ctrl[i] != hash >> 57)
        return broken("R2: slot %u has control byte %02x, its key hashes to %02x", (unsigned)i,
                      t->ctrl[i], (unsigned)(hash >> 57));
    const char *why = check_probe(t, i, hash);
    if (why != NULL)
        return why;
    if (hashbrown_get(mt, m, slot) != hashbrown_elem(mt, slot) && hashbrown_slot_bytes(mt) > 0)
        return broken("R10: the key of slot %u is found elsewhere", (unsigned)i);
    return NULL;
}

const char *hashbrown_check(const struct map_type *mt, const struct hashbrown *m)
{
    const struct hashbrown_table *t = &m->table;
    if (t->bucket_mask == 0)
        return check_none(t);
    const char *why = check_shape(mt, t);
    if (why == NULL)
        why = check_counts(t);
    if (why == NULL)
        why = check_mirror(t);
    if (why == NULL)
        why = check_runs(t);
    for (uint64_t i = 0; i <= t->bucket_mask && why == NULL; i++)
        if (t->ctrl[i] < 0x80)
            why = check_full_slot(mt, m, i);
    return why;
}
