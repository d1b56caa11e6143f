/*
 * swiss_layout.h - what a Swiss map is in memory, field by field.
 *
 *   struct swiss          struct swiss_header      directory           struct swiss_table
 *   (the variable)        48 bytes                 8 bytes an entry    32 bytes
 *   +-----------+         +------------+           +------+            +-------------+
 *   | header    |-------->| used       |     .---->|  0 --|----------->| used ...    |
 *   | heap      |         | seed       |     |     +------+            | groups      |---.
 *   | ...       |         | directory  |-----'     |  1 --|----.       | group_mask  |   |
 *   +-----------+         | dir_len    |           +------+    |       +-------------+   |
 *                         | ...        |           |  2 --|----+--> another table        |
 *                         +------------+           +------+    |                         |
 *                                                  |  3 --|----'                         |
 *                                                  +------+                              |
 *        a group                                                                         |
 *        +---------------+------------+------------+-----+------------+                  |
 *        | control word  | key 0 el 0 | key 1 el 1 | ... | key 7 el 7 |  <---------------'
 *        +---------------+------------+------------+-----+------------+   groups of the table
 *         byte i: slot i                                                  lie one behind the other
 *
 * The header, the directory, the tables and the groups lie in the accounting heap
 * and have the sizes that they have in Go 1.24. A small map has no table: its
 * header points to one group.
 *
 * Source: Go 1.24, internal/runtime/maps/{map,table,group}.go.
 */
#ifndef SWISS_LAYOUT_H
#define SWISS_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "hash/random.h"
#include "heap/heap.h"
#include "map/ctrl.h"
#include "map/map_type.h"

enum {
    SWISS_GROUP_SLOTS = CTRL_SLOTS,
    SWISS_MAX_TABLE_SLOTS = 1024,       /* a table larger than this is split instead */
    SWISS_MIN_TABLE_SLOTS = 8,
    SWISS_MAX_DEPTH = 40,               /* of a directory: 8 TiB of it, more than any heap */
};

/* What the objects in the heap are for. */
#define SWISS_TAG_HEADER "map header"
#define SWISS_TAG_DIRECTORY "directory"
#define SWISS_TAG_TABLE "table header"
#define SWISS_TAG_GROUPS "groups"
#define SWISS_TAG_KEY "indirect key"
#define SWISS_TAG_ELEM "indirect elem"

struct swiss_table {
    uint16_t used;                      /* full slots */
    uint16_t capacity;                  /* slots: a power of two */
    uint16_t growth_left;               /* empty slots that may still be filled */
    uint8_t local_depth;                /* top hash bits that all its keys share */
    uint8_t unused;
    int64_t index;                      /* its first directory entry; -1: replaced */
    unsigned char *groups;
    uint64_t group_mask;                /* groups - 1 */
};
_Static_assert(sizeof(struct swiss_table) == 32, "as Go's table");

struct swiss_header {
    uint64_t used;                      /* entries of the whole map */
    uint64_t seed;                      /* of its hash */
    union {
        unsigned char *group;           /* small map: its group, or NULL before the first put */
        struct swiss_table **directory; /* else: 2^global_depth pointers to tables */
    };
    uint64_t dir_len;                   /* 0: small map */
    uint8_t global_depth;               /* hash bits that choose a directory entry */
    uint8_t global_shift;               /* 64 - global_depth */
    uint8_t unused[6];
    uint64_t clear_seq;                 /* clears so far that had something to clear */
};
_Static_assert(sizeof(struct swiss_header) == 48, "as Go's Map");

/* How often each thing happened that allocates or moves entries. */
struct swiss_events {
    uint64_t small_groups;              /* first put into an empty map: 1 object */
    uint64_t conversions;               /* small map to first table: table, groups, directory */
    uint64_t doublings;                 /* a table made twice as large: table, groups */
    uint64_t splits;                    /* a table made two: twice table and groups */
    uint64_t directories;               /* the directory doubled: 1 object */
    uint64_t presized_tables;           /* made by a hint: table, groups */
    uint64_t prunings;                  /* tables that lost needless tombstones and did not grow */
    uint64_t moved;                     /* entries written again by any of these */
};

/* What releases after 1.24 do otherwise. Looked at only on rare ways: growth, clear, a full small
 * map, a tombstone left. swiss_prune.h says which release does what. */
enum swiss_setting {
    SWISS_PRUNES_TOMBSTONES = 1,        /* before a table grows, needless tombstones go */
    SWISS_CLEARS_TOMBSTONES = 2,        /* clear works on a map without entries too */
    SWISS_CLEARS_FULL_GROUPS = 4,       /* clear zeroes only groups with an entry ... */
    SWISS_CLEARS_SPARSELY = 8,          /* ... only where that is likely to spare work */
    SWISS_FINDS_BEFORE_CONVERTING = 16, /* an update of a full small map leaves it small */
};

struct swiss_iter;

/* A map variable. Go keeps a pointer to the header; C has no collector that finds
 * running iterators and no global source of chance, so they are kept here. */
struct swiss {
    struct swiss_header *header;
    struct heap *heap;
    struct random random;               /* seeds and iteration starts are drawn from it */
    struct swiss_iter *iters;           /* running iterators, the newest first */
    unsigned settings;                  /* of enum swiss_setting; 0: Go 1.24 as released */
    bool tombstone_possible;            /* a delete has left one since the last clear; in Go
                                           1.25 and later a byte of the header */
    struct swiss_events events;
};

/* A range over a map. key and elem are those of the entry produced last; they are
 * good until the map changes. */
struct swiss_iter {
    const void *key;
    void *elem;
    struct swiss *m;                    /* NULL: ended, or empty from the start */
    struct swiss_iter *next;            /* in m's list */
    uint64_t entry_offset;              /* drawn: where each table's walk starts */
    uint64_t dir_offset;                /* drawn: where the directory's walk starts */
    uint64_t clear_seq;                 /* of the map when the range began */
    uint64_t entry_idx;                 /* slots of this table (or group) already visited */
    uint64_t dir_idx;                   /* directory entries already visited */
    struct swiss_table *table;          /* the table being walked, or NULL between two */
    unsigned char *group;               /* small map at the start: the group being walked */
    uint8_t global_depth;               /* of the directory that dir_idx counts in */
};

/* --- Groups and slots --- */

/* Bytes of a group: the control word and eight slots. A group of slots without
 * bytes is given a word more, so that its slots' address lies inside it. */
MONO size_t swiss_group_bytes(const struct map_type *mt)
{
    size_t slots = SWISS_GROUP_SLOTS * mt->slot_bytes;
    return slots == 0 ? 16 : 8 + ((slots + 7) & ~(size_t)7);
}

/* Bytes of a table's groups. */
MONO size_t swiss_groups_bytes(const struct map_type *mt, uint64_t capacity)
{
    return capacity / SWISS_GROUP_SLOTS * swiss_group_bytes(mt);
}

/* Are groups scanned by a collector? */
MONO enum heap_scan swiss_groups_scan(const struct map_type *mt)
{
    return map_type_pointers(mt) ? HEAP_SCAN : HEAP_NOSCAN;
}

MONO unsigned char *swiss_group(const struct map_type *mt, const struct swiss_table *t, uint64_t g)
{
    return t->groups + g * swiss_group_bytes(mt);
}

/* The slot's place for its key: the key itself, or a pointer to it. */
MONO unsigned char *swiss_slot(const struct map_type *mt, unsigned char *group, unsigned slot)
{
    return group + sizeof(uint64_t) + slot * mt->slot_bytes;
}

/* Reads the pointer that lies in a slot in an indirect key's or elem's place. */
MONO void *swiss_pointer(const unsigned char *place)
{
    void *p;
    memcpy(&p, place, sizeof p);
    return p;
}

/* The key of a full slot, wherever it lies. */
MONO void *swiss_key(const struct map_type *mt, unsigned char *slot)
{
    return mt->key_indirect ? swiss_pointer(slot) : slot;
}

/* The elem of a full slot, wherever it lies. */
MONO void *swiss_elem(const struct map_type *mt, unsigned char *slot)
{
    return mt->elem_indirect ? swiss_pointer(slot + mt->elem_at) : slot + mt->elem_at;
}

/* --- Tables --- */

/* How many of `capacity` slots may be other than empty: seven eighths, and in a table of
 * one group seven of its eight (S3). */
MONO uint16_t swiss_growth_limit(uint64_t capacity)
{
    return (uint16_t)(capacity <= SWISS_GROUP_SLOTS ? capacity - 1 : capacity / 8 * 7);
}

/* Deleted slots, from what is not accounted for otherwise (S4). */
MONO uint16_t swiss_tombstones(const struct swiss_table *t)
{
    return (uint16_t)(swiss_growth_limit(t->capacity) - t->used - t->growth_left);
}

/* The directory entry for a hash: its top global_depth bits. A directory of one entry needs
 * no bits, and a shift by 64 is undefined in C: so it is done in two steps. */
MONO uint64_t swiss_directory_index(const struct swiss_header *header, uint64_t hash)
{
    return hash >> 1 >> (header->global_shift - 1);
}

MONO struct swiss_table *swiss_table_for(const struct swiss_header *header, uint64_t hash)
{
    return header->directory[swiss_directory_index(header, hash)];
}

/* The next directory entry that points to another table than t, which stands at its index.
 * `for (i = 0; i < dir_len; i = swiss_directory_next(...))` meets each table once. */
MONO uint64_t swiss_directory_next(const struct swiss_header *header, const struct swiss_table *t)
{
    return (uint64_t)t->index + ((uint64_t)1 << (header->global_depth - t->local_depth));
}

#endif
