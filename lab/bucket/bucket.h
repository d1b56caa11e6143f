/*
 * bucket.h - the map of Go 1.23: buckets of eight with overflow chains.
 *
 * Models      Go 1.23, src/runtime/map.go, and what its fast variants for 4-byte, 8-byte and
 *             string keys leave behind, which is the same.
 * Leaves out  the race flags and panics; the order of comparisons inside a bucket. A clear moves
 *             ranges out of overflow buckets, which Go would keep alive for them.
 *
 * Words       cell       room for one key and its elem; keys and elems lie apart
 *             bucket     8 cells, their tophash bytes, a link
 *             tophash    the top byte of the key's hash, or a mark
 *             overflow   a bucket linked behind a full one: together a chain
 *             spare      overflow buckets that the array has from the start
 *             evacuate   to copy an old bucket's entries to the new array
 *
 * Rules       B1  An array has 2^B buckets and the spare ones; the next spare one lies in it.
 *             B2  The tophash of a full cell is its key's: its hash's top byte, plus 5 if below 5.
 *             B3  A key lies in the chain that the low bits of its hash name: of the old array
 *                 until that bucket is evacuated, then of the new.
 *             B4  Behind an emptyRest, all of the chain is emptyRest.
 *             B5  The full cells of all chains not evacuated add up to the map's count.
 *             B6  Marks of evacuation stand in old buckets only, in all cells of a chain or in
 *                 none; all old buckets below `evacuated` are; what a bucket not evacuated will
 *                 fill is still empty.
 *             B7  No key is held twice.
 *             B8  The elem of an empty cell is zero.
 *             B9  Below 2^16 buckets, overflows is the number of overflow buckets.
 *             B10 Where buckets hold no pointers, the list holds each overflow bucket once.
 *             B11 A range stands on arrays that are the map's or kept for it.
 *             B12 The overflow buckets that are objects of their own are counted for each array.
 *
 * Refusal     A put takes all that it may need, evacuation included, before it changes anything
 *             (bucket_memory.h, the purse); refused, it leaves the map as it was. A delete
 *             that finds no memory for evacuation does without it and deletes in the old bucket.
 *
 * Read        bucket_layout.h, bucket_find.h, bucket_memory.h, bucket_grow.h, bucket_iter.h,
 *             then this file.
 */
#ifndef BUCKET_H
#define BUCKET_H

#include "bucket/bucket_iter.h"

/* --- Making a map --- */

/* B for a hint: the least for which the map is not over load. An absurd hint counts as 0. */
MONO uint8_t bucket_log_for(const struct map_type *mt, uint64_t hint)
{
    const uint64_t max_alloc = (uint64_t)1 << 48;       /* of an address space, as in Go */
    if (hint > max_alloc / bucket_size(mt))
        hint = 0;
    uint8_t log_buckets = 0;
    while (bucket_over_load(hint, log_buckets))
        log_buckets++;
    return log_buckets;
}

/* Gives a new map its array; false: no memory, none made. */
MONO bool bucket_presize(const struct map_type *mt, struct bucket_map *m, uint8_t log_buckets)
{
    struct bucket_header *header = m->header;
    unsigned char *array = bucket_array_new(mt, m->heap, log_buckets);
    if (array == NULL)
        return false;
    unsigned char *spare = bucket_array_spare(mt, array, log_buckets);
    if (spare != NULL) {
        header->extra = heap_alloc(m->heap, sizeof *header->extra, HEAP_SCAN, BUCKET_TAG_EXTRA);
        if (header->extra == NULL) {
            heap_free(m->heap, array, bucket_array_bytes(mt, log_buckets), bucket_scan(mt),
                      BUCKET_TAG_ARRAY);
            return false;
        }
        header->extra->next_overflow = spare;
    }
    header->buckets = array;
    header->log_buckets = log_buckets;
    m->events.presized = 1;
    return true;
}

/* Makes an empty map in h with room for `hint` entries; `seed` starts its stream of chance.
 * False if memory is refused: nothing is taken. Up to a hint of 8 it is a 48-byte header. */
MONO bool bucket_init(const struct map_type *mt, struct bucket_map *m, struct heap *h,
                      uint64_t hint, uint64_t seed)
{
    *m = (struct bucket_map){.heap = h, .random = {.state = seed}};
    m->header = heap_alloc(h, sizeof *m->header, HEAP_SCAN, BUCKET_TAG_HEADER);
    if (m->header == NULL)
        return false;
    m->header->seed = (uint32_t)random_next(&m->random);
    uint8_t log_buckets = bucket_log_for(mt, hint);
    if (log_buckets == 0 || bucket_presize(mt, m, log_buckets))
        return true;
    heap_free(h, m->header, sizeof *m->header, HEAP_SCAN, BUCKET_TAG_HEADER);
    return false;
}

/* --- Dropping it --- */

/* Drops the map with all that it holds: garbage until the next collection. No iterator may be
 * running. */
MONO void bucket_free(const struct map_type *mt, struct bucket_map *m)
{
    struct bucket_header *header = m->header;
    assert(m->iters == NULL);
    if (bucket_growing(header)) {
        struct bucket_kept old = bucket_old_array(m);
        bucket_outside_drop_all(mt, m->heap, old.buckets, bucket_count(old.log_buckets));
        bucket_array_drop(mt, m->heap, &old);
    }
    if (header->buckets != NULL) {
        struct bucket_kept now = bucket_array(m);
        bucket_outside_drop_all(mt, m->heap, now.buckets, bucket_count(now.log_buckets));
        bucket_array_drop(mt, m->heap, &now);
    }
    if (header->extra != NULL)
        heap_drop(m->heap, header->extra, sizeof *header->extra, HEAP_SCAN, BUCKET_TAG_EXTRA);
    heap_drop(m->heap, header, sizeof *header, HEAP_SCAN, BUCKET_TAG_HEADER);
    m->header = NULL;
}

/* The number of entries. */
static inline uint64_t bucket_len(const struct bucket_map *m)
{
    return m->header->count;
}

/* --- Get --- */

/* Returns the place of key's elem, good until the map changes; NULL if there is none. */
MONO void *bucket_get(const struct map_type *mt, const struct bucket_map *m, const void *key)
{
    const struct bucket_header *header = m->header;
    if (header->count == 0)
        return NULL;
    uint64_t hash = mt->hash(key, header->seed);
    struct bucket_spot spot = bucket_find_chain(mt, bucket_chain_for(mt, header, hash), key, hash);
    return spot.found ? bucket_elem(mt, spot.bucket, spot.cell) : NULL;
}

/* --- Put --- */

/* The elem of a cell that holds key already; the key is written again if equal ones may differ. */
MONO void *bucket_update(const struct map_type *mt, struct bucket_spot spot, const void *key)
{
    if (mt->key_update)
        memcpy(bucket_key(mt, spot.bucket, spot.cell), key, mt->key_bytes);
    return bucket_elem(mt, spot.bucket, spot.cell);
}

/* The part of a put that nearly every put is: nothing grows, the key or an empty cell is there.
 * Returns NULL, having done nothing, where more is to be done. */
MONO void *bucket_put_quick(const struct map_type *mt, struct bucket_map *m, const void *key)
{
    struct bucket_header *header = m->header;
    if (header->buckets == NULL || bucket_growing(header) || mt->key_indirect || mt->elem_indirect)
        return NULL;
    uint64_t hash = mt->hash(key, header->seed);
    unsigned char *b = bucket_at(mt, header->buckets,
                                 hash & (bucket_count(header->log_buckets) - 1));
    struct bucket_spot spot = bucket_find_place(mt, b, key, hash);
    if (spot.found)
        return bucket_update(mt, spot, key);
    if (spot.bucket == NULL || bucket_must_grow(header))
        return NULL;
    header->count++;
    return bucket_place(mt, spot, key, hash, (struct bucket_outside){NULL, NULL});
}

/* All that a put may need, taken before it changes anything. */
struct bucket_means {
    unsigned char *array;               /* the first, or the next one */
    uint8_t array_log;
    struct bucket_purse now, after;     /* before and after a growth begins */
    struct bucket_outside outside;
    bool has_outside;
};

MONO void bucket_means_give_back(const struct map_type *mt, struct heap *h,
                                 struct bucket_means *means)
{
    if (means->array != NULL)
        heap_free(h, means->array, bucket_array_bytes(mt, means->array_log), bucket_scan(mt),
                  BUCKET_TAG_ARRAY);
    bucket_purse_empty(mt, h, &means->now);
    bucket_purse_empty(mt, h, &means->after);
    if (means->has_outside)
        bucket_outside_free(mt, h, means->outside);
}

MONO bool bucket_means_array(const struct map_type *mt, struct heap *h,
                             struct bucket_means *means, uint8_t log_buckets)
{
    means->array_log = log_buckets;
    means->array = bucket_array_new(mt, h, log_buckets);
    return means->array != NULL;
}

/* Spare overflow buckets that the present array still has. */
MONO uint64_t bucket_ready(const struct map_type *mt, const struct bucket_header *header)
{
    if (header->extra == NULL || header->extra->next_overflow == NULL)
        return 0;
    const unsigned char *end = header->buckets + bucket_array_bytes(mt, header->log_buckets);
    return (uint64_t)(end - header->extra->next_overflow) / bucket_size(mt);
}

/* Takes what the present array's part of the work needs: `need` overflow buckets. */
MONO bool bucket_means_now(const struct map_type *mt, struct bucket_map *m,
                           struct bucket_means *means, uint64_t need)
{
    struct bucket_header *header = m->header;
    if (need > 0 && header->extra == NULL && bucket_scan(mt) == HEAP_NOSCAN
        && !bucket_purse_extra(m->heap, &means->now))
        return false;
    return bucket_purse_fill(mt, m->heap, &means->now, need, bucket_ready(mt, header),
                             header->extra == NULL ? NULL : header->extra->overflow);
}

/* The most that evacuating bucket n of the present array can take, when it also gets what is still
 * to come from its old bucket. */
MONO uint64_t bucket_most_need(const struct map_type *mt, const struct bucket_header *header,
                               uint64_t n)
{
    uint64_t buckets = 0;
    for (unsigned char *b = bucket_at(mt, header->buckets, n); b != NULL; b = bucket_next(mt, b))
        buckets++;
    unsigned char *old = bucket_at(mt, header->old_buckets,
                                   n & (bucket_count(bucket_old_log(header)) - 1));
    for (; old != NULL; old = bucket_next(mt, old))
        buckets++;
    return buckets;
}

/* Takes what a growth that begins in this put needs: the array, and its first two evacuations. */
MONO bool bucket_means_growth(const struct map_type *mt, struct bucket_map *m,
                              struct bucket_means *means, uint64_t hash)
{
    struct bucket_header *header = m->header;
    uint8_t log_buckets = bucket_next_log(header);
    uint64_t count = bucket_count(header->log_buckets), own = hash & (count - 1), need;
    uint64_t other = own == 0 ? 1 : 0, bit = log_buckets == header->log_buckets ? 0 : count;
    if (bucket_growing(header)) {
        need = 1 + bucket_most_need(mt, header, own)
             + (other < count ? bucket_most_need(mt, header, other) : 0);
    } else {
        need = bucket_evacuation_need(mt, header, bucket_at(mt, header->buckets, own), bit, hash,
                                      true);
        if (other < count)
            need += bucket_evacuation_need(mt, header, bucket_at(mt, header->buckets, other), bit,
                                           0, false);
    }
    uint64_t spare = bucket_spare(mt, log_buckets);
    bool extra = spare > 0 || (need > 0 && bucket_scan(mt) == HEAP_NOSCAN);
    if (!bucket_means_array(mt, m->heap, means, log_buckets))
        return false;
    if (extra && header->extra == NULL && means->now.extra == NULL
        && !bucket_purse_extra(m->heap, &means->after))
        return false;
    return bucket_purse_fill(mt, m->heap, &means->after, need, spare, NULL);
}

/* May the growth under way end within this put, and a new key then begin the next? */
MONO bool bucket_may_grow_again(const struct map_type *mt, const struct bucket_header *header,
                                uint64_t need)
{
    if (!bucket_over_load(header->count + 1, header->log_buckets)
        && !bucket_too_many(header->overflows + need, header->log_buckets))
        return false;
    unsigned left = 0;
    for (uint64_t i = header->evacuated; i < bucket_count(bucket_old_log(header)) && left < 3; i++)
        left += !bucket_is_evacuated(bucket_at(mt, header->old_buckets, i));
    return left < 3;
}

/* Takes all that a put of key may need. False: refused, and what was taken is to be given back. */
MONO bool bucket_means_take(const struct map_type *mt, struct bucket_map *m, const void *key,
                            uint64_t hash, struct bucket_means *means)
{
    struct bucket_header *header = m->header;
    struct bucket_spot spot = {.bucket = NULL};
    bool none = header->buckets == NULL;
    if (!none)
        spot = bucket_find_place(mt, bucket_chain_for(mt, header, hash), key, hash);
    if (!spot.found) {
        if (!bucket_outside_new(mt, m->heap, &means->outside))
            return false;
        means->has_outside = true;
    }
    if (none)
        return bucket_means_array(mt, m->heap, means, header->log_buckets);
    if (!bucket_growing(header)) {
        if (spot.found)
            return true;
        if (bucket_must_grow(header))
            return bucket_means_growth(mt, m, means, hash);
        return bucket_means_now(mt, m, means, spot.bucket == NULL);
    }
    const unsigned char *now = bucket_at(mt, header->buckets,
                                         hash & (bucket_count(header->log_buckets) - 1));
    bool in_new = bucket_chain_for(mt, header, hash) == now;
    bool with = !spot.found && !(in_new && spot.bucket != NULL);
    uint64_t need = bucket_work_need(mt, header, hash, with);
    if (!bucket_means_now(mt, m, means, need))
        return false;
    return spot.found || !bucket_may_grow_again(mt, header, need)
        || bucket_means_growth(mt, m, means, hash);
}

MONO struct bucket_spot bucket_spot_for(const struct map_type *mt,
                                        const struct bucket_header *header, const void *key,
                                        uint64_t hash)
{
    unsigned char *b = bucket_at(mt, header->buckets,
                                 hash & (bucket_count(header->log_buckets) - 1));
    return bucket_find_place(mt, b, key, hash);
}

/* The put itself, with the means for it: nothing can fail here. */
MONO void *bucket_put_with(const struct map_type *mt, struct bucket_map *m, const void *key,
                           uint64_t hash, struct bucket_means *means)
{
    struct bucket_header *header = m->header;
    struct bucket_purse *purse = &means->now;
    if (header->buckets == NULL) {
        header->buckets = means->array;
        means->array = NULL;
        m->events.first_buckets++;
    }
    if (bucket_growing(header))
        bucket_grow_work(mt, m, purse, hash);
    struct bucket_spot spot = bucket_spot_for(mt, header, key, hash);
    if (spot.found)
        return bucket_update(mt, spot, key);
    if (!bucket_growing(header) && bucket_must_grow(header)) {
        purse = &means->after;
        bucket_grow(mt, m, means->array, purse);
        means->array = NULL;
        bucket_grow_work(mt, m, purse, hash);
        spot = bucket_spot_for(mt, header, key, hash);
    }
    if (spot.bucket == NULL)
        spot = (struct bucket_spot){.bucket = bucket_overflow(mt, m, purse, spot.last)};
    header->count++;
    means->has_outside = false;
    return bucket_place(mt, spot, key, hash, means->outside);
}

/*
 * Finds or inserts key and returns the place of its elem, good until the map changes; a new elem
 * is zero. NULL if memory is refused: the map is then as before, to the byte. key must not
 * point into the map itself.
 */
MONO void *bucket_put(const struct map_type *mt, struct bucket_map *m, const void *key)
{
    uint64_t hash = mt->hash(key, m->header->seed);
    struct bucket_means means = {.array = NULL};
    void *elem = NULL;
    if (bucket_means_take(mt, m, key, hash, &means))
        elem = bucket_put_with(mt, m, key, hash, &means);
    bucket_means_give_back(mt, m->heap, &means);
    return elem;
}

/* --- Delete --- */

/* A delete's share of the evacuation, if there is memory for it. */
MONO void bucket_del_work(const struct map_type *mt, struct bucket_map *m, uint64_t hash)
{
    struct bucket_means means = {.array = NULL};
    if (bucket_means_now(mt, m, &means, bucket_work_need(mt, m->header, hash, false)))
        bucket_grow_work(mt, m, &means.now, hash);
    bucket_means_give_back(mt, m->heap, &means);
}

/*
 * Takes key out of the map; false if it was not there (growth goes on all the same). Its elem is
 * zeroed, indirect objects are dropped, no bucket is ever given back. A map that this
 * empties draws a new seed.
 */
MONO bool bucket_del(const struct map_type *mt, struct bucket_map *m, const void *key)
{
    struct bucket_header *header = m->header;
    if (header->count == 0)
        return false;
    uint64_t hash = mt->hash(key, header->seed);
    unsigned char copy[MAP_MAX_INLINE_BYTES];
    if (bucket_growing(header)) {       /* the key may lie in a bucket that is about to go */
        if (!mt->key_indirect)
            key = memcpy(copy, key, mt->key_bytes);
        bucket_del_work(mt, m, hash);
    }
    unsigned char *chain = bucket_chain_for(mt, header, hash);
    struct bucket_spot spot = bucket_find_chain(mt, chain, key, hash);
    if (!spot.found)
        return false;
    if (mt->key_indirect)
        bucket_iters_forget(mt, m, hash, bucket_key(mt, spot.bucket, spot.cell));
    bucket_outside_drop(mt, m->heap, spot.bucket, spot.cell);
    bucket_vacate(mt, chain, spot);
    if (--header->count == 0)
        header->seed = (uint32_t)random_next(&m->random);
    return true;
}

/* --- Clear --- */

/* Empties every chain of an array: ranges on it find nothing more. */
MONO void bucket_mark_empty(const struct map_type *mt, unsigned char *array, uint64_t count)
{
    for (uint64_t n = 0; n < count; n++)
        for (unsigned char *b = bucket_at(mt, array, n); b != NULL; b = bucket_next(mt, b))
            ctrl_store(b, 0);
}

/* Ranges leave overflow buckets, which go; and old arrays, whose indirect keys go. */
MONO void bucket_iters_clear(const struct map_type *mt, struct bucket_map *m)
{
    struct bucket_header *header = m->header;
    for (struct bucket_iter *it = m->iters; it != NULL; it = it->next) {
        if (map_type_pointers(mt) && it->base.buckets != header->buckets)
            bucket_mark_empty(mt, it->base.buckets, bucket_count(it->base.log_buckets));
        it->at = NULL;
        it->cell = 0;
    }
}

/*
 * Takes every entry out: writes every byte of the array, keeps it with its spare buckets, drops
 * the overflow buckets that were allocated and an old array, draws a new seed. Does
 * nothing to a map without entries.
 */
MONO void bucket_clear(const struct map_type *mt, struct bucket_map *m)
{
    struct bucket_header *header = m->header;
    if (header->count == 0)
        return;
    struct bucket_kept now = bucket_array(m);
    uint64_t count = bucket_count(now.log_buckets);
    bucket_outside_drop_all(mt, m->heap, now.buckets, count);
    if (bucket_growing(header)) {
        struct bucket_kept old = bucket_old_array(m);
        bucket_outside_drop_all(mt, m->heap, old.buckets, bucket_count(old.log_buckets));
        bucket_mark_empty(mt, old.buckets, bucket_count(old.log_buckets));
        header->old_buckets = NULL;
        m->old_alone = 0;
        bucket_retire(mt, m, old);
    }
    bucket_iters_clear(mt, m);
    bucket_chains_drop(mt, m->heap, &now);
    m->alone = 0;
    if (header->extra != NULL) {
        bucket_list_drop(m->heap, header->extra->overflow);
        *header->extra = (struct bucket_extra){.overflow = NULL};
    }
    header->flags &= (uint8_t)~BUCKET_SAME_SIZE;
    header->evacuated = 0;
    header->overflows = 0;
    header->count = 0;
    header->seed = (uint32_t)random_next(&m->random);
    memset(now.buckets, 0, bucket_array_bytes(mt, now.log_buckets));
    unsigned char *spare = bucket_array_spare(mt, now.buckets, now.log_buckets);
    if (spare != NULL)
        header->extra->next_overflow = spare;
}

#endif
