/*
 * hashbrown_layout.h - what Rust's HashMap is in memory, byte by byte.
 *
 *   struct hashbrown        one allocation, or none
 *   (the variable)
 *   +-------------+         +---------+----------+-----+-----+-----+--------------+-----------+
 *   | ctrl        |---.     | padding | slot n-1 | ... |  1  |  0  | ctrl 0 .. n-1 | mirror   |
 *   | bucket_mask |   |     +---------+----------+-----+-----+-----+--------------+-----------+
 *   | growth_left |   |                <- slots grow this way      ^ this way ->
 *   | items       |   '--------------------------------------------'
 *   | ...         |         slot i begins (i + 1) slots before ctrl; its control byte is ctrl[i]
 *   +-------------+
 *
 * One pointer, to the place where slots and control bytes meet, reaches both. Behind the n
 * control bytes the first W of them stand again, so that a group may be read at any slot
 * without a wrap. The padding in front is what makes ctrl a multiple of W.
 *
 * With fewer slots than a group is wide (n < W) the bytes n .. W-1 are always empty:
 *
 *      n = 4, W = 16      a b c d E E E E E E E E E E E E a b c d
 *                         ctrl    always empty            mirror
 *
 * A map that never had an entry allocates nothing: its ctrl points to a shared group of
 * empty bytes, which every look-up may read and nothing writes.
 *
 * Source: hashbrown 0.17, src/raw.rs (RawTableInner, TableLayout, NEW).
 */
#ifndef HASHBROWN_LAYOUT_H
#define HASHBROWN_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "hash/random.h"
#include "hashbrown/hashbrown_group.h"
#include "heap/heap.h"
#include "map/map_type.h"

#define HASHBROWN_TAG_TABLE "hashbrown table"

/* A table: hashbrown's RawTableInner. */
struct hashbrown_table {
    unsigned char *ctrl;                /* control byte 0; the slots lie before it */
    uint64_t bucket_mask;               /* slots - 1; 0: nothing is allocated */
    uint64_t growth_left;               /* empty slots that may still be filled */
    uint64_t items;                     /* entries */
};
_Static_assert(sizeof(struct hashbrown_table) == 32, "as RawTableInner");

/* How often each thing happened that allocates or moves entries. */
struct hashbrown_events {
    uint64_t resizes;                   /* a put or reserve took a new allocation */
    uint64_t rehashes;                  /* a put or reserve swept tombstones in place */
    uint64_t shrinks;                   /* an allocation exchanged for a smaller one, or freed */
    uint64_t moved;                     /* entries written to another slot by any of these */
};

/* A map variable. In Rust it is the table and two hash keys, 48 bytes, wherever the owner
 * keeps it; the heap is here because C has no global allocator to find. */
struct hashbrown {
    struct hashbrown_table table;
    uint64_t seed;                      /* of the hash, for the map's whole life */
    struct heap *heap;
    struct hashbrown_events events;
};

/* A walk over a map. key and elem are those of the entry produced last. */
struct hashbrown_iter {
    const void *key;
    void *elem;
    struct hashbrown *m;                /* NULL: ended */
    struct hashbrown_table begun;       /* the table when the walk began: it must not change */
    uint64_t at;                        /* the first slot of the group being walked */
    uint64_t match;                     /* full slots of that group, not yet produced */
    uint64_t left;                      /* entries not yet produced */
};

/* The group of empty bytes to which maps without an allocation point. Read-only memory. */
extern const unsigned char hashbrown_no_slots[HASHBROWN_WIDTH];

/* A table without slots: hashbrown's NEW. */
static inline struct hashbrown_table hashbrown_table_none(void)
{
    return (struct hashbrown_table){.ctrl = (unsigned char *)(uintptr_t)hashbrown_no_slots};
}

static inline bool hashbrown_table_is_none(const struct hashbrown_table *t)
{
    return t->bucket_mask == 0;
}

/* Allocated slots. A table that is none counts as one slot in the mask, but has none. */
static inline uint64_t hashbrown_slots(const struct hashbrown_table *t)
{
    return hashbrown_table_is_none(t) ? 0 : t->bucket_mask + 1;
}

/* --- One slot --- */

static inline size_t hashbrown_round_up(size_t bytes, size_t align)
{
    return (bytes + align - 1) & ~(align - 1);
}

MONO size_t hashbrown_slot_align(const struct map_type *mt)
{
    return mt->key_align > mt->elem_align ? mt->key_align : mt->elem_align;
}

/* Where the elem lies in its slot. Rust may put it before the key; the size is the same. */
MONO size_t hashbrown_elem_at(const struct map_type *mt)
{
    return hashbrown_round_up(mt->key_bytes, mt->elem_align);
}

/*
 * The size of the pair (K, V). Whatever its size, it lies in the slot: nothing is behind
 * a pointer, and an elem without bytes takes none. The fields of the description that
 * say how Go lays a slot out are not read.
 */
MONO size_t hashbrown_slot_bytes(const struct map_type *mt)
{
    return hashbrown_round_up(hashbrown_elem_at(mt) + mt->elem_bytes, hashbrown_slot_align(mt));
}

/* The place of slot i, whose first bytes are the key. */
MONO unsigned char *hashbrown_slot(const struct map_type *mt, const struct hashbrown_table *t,
                                   uint64_t i)
{
    return t->ctrl - (i + 1) * hashbrown_slot_bytes(mt);
}

MONO void *hashbrown_elem(const struct map_type *mt, unsigned char *slot)
{
    return slot + hashbrown_elem_at(mt);
}

/* --- The allocation --- */

/* What ctrl is a multiple of: a group may be read at once, and slot 0 ends at it. */
MONO size_t hashbrown_ctrl_align(const struct map_type *mt)
{
    size_t align = hashbrown_slot_align(mt);
    return align > HASHBROWN_WIDTH ? align : HASHBROWN_WIDTH;
}

/* Bytes of all slots with the padding before them: where ctrl lies in the allocation. */
MONO size_t hashbrown_ctrl_at(const struct map_type *mt, uint64_t slots)
{
    return hashbrown_round_up(slots * hashbrown_slot_bytes(mt), hashbrown_ctrl_align(mt));
}

/* Bytes of the allocation. 2^21 slots of 16 bytes: 33,554,432 + 2,097,152 + 16. */
MONO size_t hashbrown_table_bytes(const struct map_type *mt, uint64_t slots)
{
    return hashbrown_ctrl_at(mt, slots) + slots + HASHBROWN_WIDTH;
}

/* Could an allocation of so many slots exist at all? */
MONO bool hashbrown_fits(const struct map_type *mt, uint64_t slots)
{
    return slots <= (uint64_t)1 << 62 && slots <= (SIZE_MAX / 4) / (hashbrown_slot_bytes(mt) + 1);
}

/* --- Slots and entries --- */

/* How many of the slots may be other than empty: 3 of 4, 7 of 8, and seven eighths of more.
 * A mask of 0 gives 0. */
static inline uint64_t hashbrown_growth_limit(uint64_t bucket_mask)
{
    return bucket_mask < 8 ? bucket_mask : (bucket_mask + 1) / 8 * 7;
}

/* Tables of very small slots start larger, so that the slots fill at least a group's width:
 * less would be lost to padding. */
MONO uint64_t hashbrown_least_limit(const struct map_type *mt)
{
    size_t bytes = hashbrown_slot_bytes(mt);
    if (HASHBROWN_WIDTH == 16 && bytes <= 1)
        return 14;
    if ((HASHBROWN_WIDTH == 16 && bytes <= 3) || (HASHBROWN_WIDTH == 8 && bytes <= 1))
        return 7;
    return 3;
}

/*
 * The slots for `capacity` entries (1 or more); 0 if no number could be enough. Unlike a hint
 * in Go this keeps its promise: the division rounds down, but to the next power of two
 * is never less than eight sevenths.
 */
MONO uint64_t hashbrown_slots_for(const struct map_type *mt, uint64_t capacity)
{
    if (capacity < 15) {
        uint64_t least = hashbrown_least_limit(mt);
        uint64_t wanted = capacity > least ? capacity : least;
        return wanted < 4 ? 4 : wanted < 8 ? 8 : 16;
    }
    if (capacity > UINT64_MAX / 8)
        return 0;
    return (uint64_t)1 << (64 - __builtin_clzll(capacity * 8 / 7 - 1));
}

#endif
