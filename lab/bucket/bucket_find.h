/*
 * bucket_find.h - finding a key in its chain, placing and emptying a cell.
 *
 * Go compares the eight tophash bytes one after the other. Here one operation on the
 * word asks all eight (ctrl.h); what is found is the same.
 *
 * Source: Go 1.23, runtime/map.go (mapaccess1, mapassign, mapdelete).
 */
#ifndef BUCKET_FIND_H
#define BUCKET_FIND_H

#include "bucket/bucket_layout.h"

/* A cell of a bucket, found or chosen. */
struct bucket_spot {
    unsigned char *bucket;              /* NULL: there is none */
    unsigned cell;
    bool found;                         /* it holds the key */
    unsigned char *last;                /* of bucket_find_place: the last bucket looked at */
};

/* Is there an emptyRest in the word: does the chain's content end here? */
static inline bool bucket_word_ends(uint64_t word)
{
    return ctrl_match_h2(word, BUCKET_EMPTY_REST) != 0;
}

/* Cells that are empty: 0 or 1, which are 0 without their lowest bit. The first is exact. */
static inline uint64_t bucket_match_empty(uint64_t word)
{
    return ctrl_match_h2(word & 0xFEFEFEFEFEFEFEFEu, 0);
}

/* Looks for key in one bucket. */
MONO struct bucket_spot bucket_find_in(const struct map_type *mt, unsigned char *b, uint64_t word,
                                       uint8_t top, const void *key)
{
    uint64_t match = ctrl_match_h2(word, top);
    for (; match != 0; match = ctrl_remove_first(match)) {
        unsigned i = ctrl_first(match);
        if (mt->equal(key, bucket_key(mt, b, i)))
            return (struct bucket_spot){.bucket = b, .cell = i, .found = true};
    }
    return (struct bucket_spot){.bucket = NULL};
}

/* Looks for key in a chain. */
MONO struct bucket_spot bucket_find_chain(const struct map_type *mt, unsigned char *b,
                                          const void *key, uint64_t hash)
{
    for (;;) {
        uint64_t word = ctrl_load(b);
        struct bucket_spot spot = bucket_find_in(mt, b, word, bucket_top(hash), key);
        if (spot.bucket != NULL || bucket_word_ends(word))
            return spot;
        b = bucket_next(mt, b);
        if (b == NULL)
            return spot;
    }
}

/* The chain in which a key of this hash lies now: in the old array until that bucket of it is
 * evacuated. */
MONO unsigned char *bucket_chain_for(const struct map_type *mt,
                                     const struct bucket_header *header, uint64_t hash)
{
    if (bucket_growing(header)) {
        uint64_t mask = bucket_count(bucket_old_log(header)) - 1;
        unsigned char *old = bucket_at(mt, header->old_buckets, hash & mask);
        if (!bucket_is_evacuated(old))
            return old;
    }
    return bucket_at(mt, header->buckets, hash & (bucket_count(header->log_buckets) - 1));
}

/* The cell that holds key, or else the first empty one of the chain; its bucket is NULL if there
 * is none. The walk goes on past an empty cell to the emptyRest: the key may lie behind. */
MONO struct bucket_spot bucket_find_place(const struct map_type *mt, unsigned char *b,
                                          const void *key, uint64_t hash)
{
    struct bucket_spot empty = {.bucket = NULL};
    for (;;) {
        uint64_t word = ctrl_load(b);
        struct bucket_spot spot = bucket_find_in(mt, b, word, bucket_top(hash), key);
        if (spot.bucket != NULL)
            return spot;
        uint64_t match = bucket_match_empty(word);
        if (match != 0 && empty.bucket == NULL)
            empty = (struct bucket_spot){.bucket = b, .cell = ctrl_first(match)};
        empty.last = b;
        unsigned char *next = bucket_word_ends(word) ? NULL : bucket_next(mt, b);
        if (next == NULL)
            return empty;
        b = next;
    }
}

/* Room outside the buckets for an indirect key and elem, taken before anything changes. */
struct bucket_outside {
    void *key, *elem;
};

/* Writes the key into an empty cell, with its tophash; returns the elem's place. */
MONO void *bucket_place(const struct map_type *mt, struct bucket_spot spot, const void *key,
                        uint64_t hash, struct bucket_outside outside)
{
    unsigned char *b = spot.bucket;
    if (mt->key_indirect)
        memcpy(bucket_key_cell(mt, b, spot.cell), &outside.key, sizeof outside.key);
    if (mt->elem_indirect)
        memcpy(bucket_elem_cell(mt, b, spot.cell), &outside.elem, sizeof outside.elem);
    memcpy(bucket_key(mt, b, spot.cell), key, mt->key_bytes);
    b[spot.cell] = bucket_top(hash);
    return bucket_elem(mt, b, spot.cell);
}

/* Clears what a deleted cell must not keep: the elem always, the key if it holds pointers. */
MONO void bucket_wipe(const struct map_type *mt, struct bucket_spot spot)
{
    if (mt->key_indirect || mt->key_pointers)
        memset(bucket_key_cell(mt, spot.bucket, spot.cell), 0, bucket_key_bytes(mt));
    memset(bucket_elem_cell(mt, spot.bucket, spot.cell), 0, bucket_elem_bytes(mt));
}

/* Is everything behind this cell of the chain empty? */
MONO bool bucket_is_last(const struct map_type *mt, const unsigned char *b, unsigned cell)
{
    if (cell < BUCKET_CELLS - 1)
        return b[cell + 1] == BUCKET_EMPTY_REST;
    const unsigned char *next = bucket_next(mt, b);
    return next == NULL || next[0] == BUCKET_EMPTY_REST;
}

/* Empties a full cell of the chain that begins at `first`. If nothing lies behind it, it and the
 * empty cells before it become emptyRest, so that later searches stop early. */
MONO void bucket_vacate(const struct map_type *mt, unsigned char *first, struct bucket_spot spot)
{
    unsigned char *b = spot.bucket;
    unsigned i = spot.cell;
    bucket_wipe(mt, spot);
    b[i] = BUCKET_EMPTY_ONE;
    if (!bucket_is_last(mt, b, i))
        return;
    while (b[i] == BUCKET_EMPTY_ONE) {
        b[i] = BUCKET_EMPTY_REST;
        if (i > 0) {
            i--;
            continue;
        }
        if (b == first)
            return;
        unsigned char *before = first;
        while (bucket_next(mt, before) != b)
            before = bucket_next(mt, before);
        b = before;
        i = BUCKET_CELLS - 1;
    }
}

#endif
