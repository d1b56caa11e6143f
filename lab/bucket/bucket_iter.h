/*
 * bucket_iter.h - a range over a map that may grow meanwhile.
 *
 * Promises as in Go's specification: an entry that stays comes once, a deleted one not, a new one
 * perhaps. The range walks the array of its beginning, from a drawn bucket and in each
 * bucket from a drawn cell:
 *
 *   - Cells that are full are produced as they are.
 *   - Cells evacuated since tell which key is due; the map of now is asked for it. A NaN
 *     cannot be asked for: its old entry is produced.
 *   - Begun while the array was being filled, it walks an old bucket not yet evacuated instead, and
 *     takes only the keys that will go to the bucket whose turn it is.
 *
 * An array is kept as long as a range stands on it; one that is only walked for a bucket, until
 * the walk leaves that bucket (in Go, its overflow buckets stay until the range ends).
 *
 * Source: Go 1.23, runtime/map.go (mapiterinit, mapiternext).
 */
#ifndef BUCKET_ITER_H
#define BUCKET_ITER_H

#include "bucket/bucket_grow.h"

/* A map whose buckets hold no pointers gets its list of overflow buckets here, as in Go; where
 * memory is refused the range does without it. */
MONO void bucket_iter_make_list(const struct map_type *mt, struct bucket_map *m)
{
    struct bucket_header *header = m->header;
    if (bucket_scan(mt) == HEAP_SCAN)
        return;
    if (header->extra == NULL)
        header->extra = heap_alloc(m->heap, sizeof *header->extra, HEAP_SCAN, BUCKET_TAG_EXTRA);
    if (header->extra != NULL && header->extra->overflow == NULL)
        header->extra->overflow = heap_alloc(m->heap, sizeof *header->extra->overflow, HEAP_SCAN,
                                             BUCKET_TAG_LIST);
}

/* Begins a range. It must be ended: by walking it to the end, or by bucket_iter_end. */
MONO void bucket_iter_start(const struct map_type *mt, struct bucket_map *m,
                            struct bucket_iter *it)
{
    struct bucket_header *header = m->header;
    *it = (struct bucket_iter){.m = NULL};
    if (header->count == 0)
        return;
    bucket_iter_make_list(mt, m);
    uint64_t drawn = random_next(&m->random);
    it->m = m;
    it->base = (struct bucket_kept){.buckets = header->buckets,
                                    .log_buckets = header->log_buckets};
    it->start = it->bucket = drawn & (bucket_count(header->log_buckets) - 1);
    it->offset = (uint8_t)((drawn >> header->log_buckets) & (BUCKET_CELLS - 1));
    header->flags |= BUCKET_ITERATOR | BUCKET_OLD_ITERATOR;
    it->next = m->iters;
    m->iters = it;
}

/* Ends a range at once. Does nothing to one that has ended by itself. */
MONO void bucket_iter_end(const struct map_type *mt, struct bucket_iter *it)
{
    it->key = it->elem = NULL;
    struct bucket_map *m = it->m;
    if (m == NULL)
        return;
    struct bucket_iter **link = &m->iters;
    while (*link != it)
        link = &(*link)->next;
    *link = it->next;
    it->m = NULL;
    struct bucket_kept walked = it->walked;
    if (walked.buckets == it->base.buckets)
        walked.buckets = NULL;
    bucket_release(mt, m, &walked);
    bucket_release(mt, m, &it->base);
    it->walked.buckets = NULL;
}

/* Is this cell of an old bucket due in the bucket whose turn it is? */
MONO bool bucket_iter_is_due(const struct map_type *mt, const struct bucket_iter *it,
                             const void *key, uint8_t top)
{
    const struct bucket_header *header = it->m->header;
    if (it->check == BUCKET_NO_CHECK || (header->flags & BUCKET_SAME_SIZE) != 0)
        return true;
    if (!mt->equal(key, key))
        return it->check >> (it->base.log_buckets - 1) == (top & 1);
    uint64_t mask = bucket_count(it->base.log_buckets) - 1;
    return (mt->hash(key, header->seed) & mask) == it->check;
}

/* Produces the entry of a cell; false: it is not due, or no longer exists. */
MONO bool bucket_iter_produce(const struct map_type *mt, struct bucket_iter *it, unsigned i)
{
    unsigned char *b = it->at;
    uint8_t top = b[i];
    if (top <= BUCKET_EMPTY_ONE || top == BUCKET_EVACUATED_EMPTY)
        return false;
    void *key = bucket_key(mt, b, i);
    if (!bucket_iter_is_due(mt, it, key, top))
        return false;
    struct bucket_spot spot = {.bucket = b, .cell = i};
    if (top < BUCKET_MIN_TOP && mt->equal(key, key)) {
        const struct bucket_header *header = it->m->header;
        if (header->count == 0)
            return false;
        uint64_t hash = mt->hash(key, header->seed);
        spot = bucket_find_chain(mt, bucket_chain_for(mt, header, hash), key, hash);
        if (!spot.found)
            return false;
    }
    it->key = bucket_key(mt, spot.bucket, spot.cell);
    it->elem = bucket_elem(mt, spot.bucket, spot.cell);
    return true;
}

/* Steps on to the next bucket, or to the old one that still holds its content. */
MONO void bucket_iter_enter(const struct map_type *mt, struct bucket_iter *it)
{
    const struct bucket_header *header = it->m->header;
    it->check = BUCKET_NO_CHECK;
    it->at = bucket_at(mt, it->base.buckets, it->bucket);
    if (bucket_growing(header) && it->base.log_buckets == header->log_buckets) {
        uint8_t log_old = bucket_old_log(header);
        uint64_t old = it->bucket & (bucket_count(log_old) - 1);
        unsigned char *b = bucket_at(mt, header->old_buckets, old);
        if (!bucket_is_evacuated(b)) {
            it->check = it->bucket;
            it->at = b;
            it->walked = (struct bucket_kept){.buckets = header->old_buckets,
                                              .log_buckets = log_old};
        }
    }
    if (++it->bucket == bucket_count(it->base.log_buckets)) {
        it->bucket = 0;
        it->wrapped = true;
    }
    it->cell = 0;
}

/* Goes on to the next entry; returns false, and ends the range, when there is none. */
MONO bool bucket_iter_next(const struct map_type *mt, struct bucket_iter *it)
{
    if (it->m == NULL)
        return false;
    for (;;) {
        if (it->at == NULL) {
            bucket_release(mt, it->m, &it->walked);
            if (it->wrapped && it->bucket == it->start) {
                bucket_iter_end(mt, it);
                return false;
            }
            bucket_iter_enter(mt, it);
        }
        while (it->cell < BUCKET_CELLS) {
            unsigned i = (it->cell++ + it->offset) & (BUCKET_CELLS - 1);
            if (bucket_iter_produce(mt, it, i))
                return true;
        }
        it->at = bucket_next(mt, it->at);
        it->cell = 0;
    }
}

#endif
