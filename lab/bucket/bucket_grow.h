/*
 * bucket_grow.h - a new array at once, its content bit by bit.
 *
 * Growth begins with a new array; the old one stays. Every later put or delete evacuates
 * the old bucket it is about to touch, and one more: at most two chains. A get evacuates nothing,
 * so a map that is only read keeps both arrays.
 *
 * Source: Go 1.23, runtime/map.go (hashGrow, growWork, evacuate, advanceEvacuationMark).
 */
#ifndef BUCKET_GROW_H
#define BUCKET_GROW_H

#include "bucket/bucket_memory.h"

/* --- Evacuating --- */

/* Where the entries of an old bucket go: x the bucket of the same number, y that plus the
 * number of old buckets. */
struct bucket_target {
    unsigned char *bucket;
    unsigned cell;
};

/* Copies one cell to the next free place of its target. */
MONO void bucket_move(const struct map_type *mt, struct bucket_map *m, struct bucket_purse *purse,
                      struct bucket_target *to, unsigned char *b, unsigned i, uint8_t top)
{
    if (to->cell == BUCKET_CELLS) {
        to->bucket = bucket_overflow(mt, m, purse, to->bucket);
        to->cell = 0;
    }
    memcpy(bucket_key_cell(mt, to->bucket, to->cell), bucket_key_cell(mt, b, i),
           bucket_key_bytes(mt));
    memcpy(bucket_elem_cell(mt, to->bucket, to->cell), bucket_elem_cell(mt, b, i),
           bucket_elem_bytes(mt));
    to->bucket[to->cell++] = top;
    m->events.moved++;
}

/* Does a cell of an old bucket go to y? A NaN's hash is drawn anew each time; while a range runs,
 * the lowest bit of its tophash decides, and the new hash gives it another tophash. */
MONO bool bucket_goes_to_y(const struct map_type *mt, const struct bucket_header *header,
                           const void *key, uint8_t *top)
{
    if ((header->flags & BUCKET_SAME_SIZE) != 0)
        return false;
    uint64_t hash = mt->hash(key, header->seed);
    if ((header->flags & BUCKET_ITERATOR) != 0 && !mt->equal(key, key)) {
        bool y = (*top & 1) != 0;
        *top = bucket_top(hash);
        return y;
    }
    return (hash & bucket_count(bucket_old_log(header))) != 0;
}

/* An old bucket that no range can reach is cut from its chain, so that the chain is garbage now and
 * not only with the array. Only where buckets hold pointers: else the list keeps the chain. */
MONO void bucket_unlink_old(const struct map_type *mt, struct bucket_map *m, unsigned char *b)
{
    struct bucket_header *header = m->header;
    if ((header->flags & BUCKET_OLD_ITERATOR) != 0 || bucket_scan(mt) == HEAP_NOSCAN)
        return;
    struct bucket_kept old = bucket_old_array(m);
    m->old_alone -= bucket_chain_drop(mt, m->heap, &old, b);
    memset(b + 8, 0, bucket_size(mt) - 8);
}

/* Evacuates an old bucket with its chain. The purse holds the overflow buckets it takes. */
MONO void bucket_evacuate(const struct map_type *mt, struct bucket_map *m,
                          struct bucket_purse *purse, uint64_t old)
{
    struct bucket_header *header = m->header;
    unsigned char *first = bucket_at(mt, header->old_buckets, old);
    uint64_t y = old + bucket_count(bucket_old_log(header));
    bool same_size = (header->flags & BUCKET_SAME_SIZE) != 0;
    struct bucket_target to[2] = {
        {.bucket = bucket_at(mt, header->buckets, old)},
        {.bucket = same_size ? NULL : bucket_at(mt, header->buckets, y)},
    };
    for (unsigned char *b = first; b != NULL; b = bucket_next(mt, b))
        for (unsigned i = 0; i < BUCKET_CELLS; i++) {
            uint8_t top = b[i];
            if (top <= BUCKET_EMPTY_ONE) {
                b[i] = BUCKET_EVACUATED_EMPTY;
                continue;
            }
            bool to_y = bucket_goes_to_y(mt, header, bucket_key(mt, b, i), &top);
            b[i] = to_y ? BUCKET_EVACUATED_Y : BUCKET_EVACUATED_X;
            bucket_move(mt, m, purse, &to[to_y], b, i, top);
        }
    m->events.evacuated++;
    bucket_unlink_old(mt, m, first);
}

/* The mark moves on over evacuated buckets, at most 1024 more at a time. At the end the old
 * array is let go. */
MONO void bucket_advance(const struct map_type *mt, struct bucket_map *m)
{
    struct bucket_header *header = m->header;
    uint64_t count = bucket_count(bucket_old_log(header));
    uint64_t stop = ++header->evacuated + 1024;
    if (stop > count)
        stop = count;
    while (header->evacuated != stop
           && bucket_is_evacuated(bucket_at(mt, header->old_buckets, header->evacuated)))
        header->evacuated++;
    if (header->evacuated != count)
        return;
    struct bucket_kept old = bucket_old_array(m);
    if (header->extra != NULL)
        header->extra->old_overflow = NULL;
    header->old_buckets = NULL;
    m->old_alone = 0;
    header->flags &= (uint8_t)~BUCKET_SAME_SIZE;
    bucket_retire(mt, m, old);
}

MONO void bucket_evacuate_once(const struct map_type *mt, struct bucket_map *m,
                               struct bucket_purse *purse, uint64_t old)
{
    if (!bucket_is_evacuated(bucket_at(mt, m->header->old_buckets, old)))
        bucket_evacuate(mt, m, purse, old);
    if (old == m->header->evacuated)
        bucket_advance(mt, m);
}

/* The part of a put's or delete's work that growth asks for: the bucket it is about to touch,
 * and one more. */
MONO void bucket_grow_work(const struct map_type *mt, struct bucket_map *m,
                           struct bucket_purse *purse, uint64_t hash)
{
    bucket_evacuate_once(mt, m, purse, hash & (bucket_count(bucket_old_log(m->header)) - 1));
    if (bucket_growing(m->header))
        bucket_evacuate_once(mt, m, purse, m->header->evacuated);
}

/* --- Beginning --- */

/* Whether a new key makes the map grow, and the size of its next array. */
static inline bool bucket_must_grow(const struct bucket_header *header)
{
    return bucket_over_load(header->count + 1, header->log_buckets)
        || bucket_too_many(header->overflows, header->log_buckets);
}

static inline uint8_t bucket_next_log(const struct bucket_header *header)
{
    return (uint8_t)(header->log_buckets
                     + bucket_over_load(header->count + 1, header->log_buckets));
}

/* Begins to grow into `array`, which is of bucket_next_log. Moves nothing yet. */
MONO void bucket_grow(const struct map_type *mt, struct bucket_map *m, unsigned char *array,
                      struct bucket_purse *purse)
{
    struct bucket_header *header = m->header;
    uint8_t log_buckets = bucket_next_log(header);
    uint8_t flags = header->flags & (uint8_t)~(BUCKET_ITERATOR | BUCKET_OLD_ITERATOR);
    if ((header->flags & BUCKET_ITERATOR) != 0)
        flags |= BUCKET_OLD_ITERATOR;
    if (log_buckets == header->log_buckets) {
        flags |= BUCKET_SAME_SIZE;
        m->events.same_size++;
    } else {
        m->events.doublings++;
    }
    header->flags = flags;
    header->log_buckets = log_buckets;
    header->old_buckets = header->buckets;
    header->buckets = array;
    header->evacuated = 0;
    header->overflows = 0;
    m->old_alone = m->alone;
    m->alone = 0;
    unsigned char *spare = bucket_array_spare(mt, array, log_buckets);
    if (header->extra == NULL && purse->extra != NULL) {
        header->extra = purse->extra;
        purse->extra = NULL;
    }
    if (header->extra != NULL) {
        header->extra->old_overflow = header->extra->overflow;
        header->extra->overflow = NULL;
        header->extra->next_overflow = spare;
    }
}

/* --- Foreseeing what it takes --- */

/* Overflow buckets that n entries in one chain take. */
static inline uint64_t bucket_overflow_for(uint64_t n)
{
    return n == 0 ? 0 : (n - 1) / BUCKET_CELLS;
}

/* What evacuating the chain at `first` takes when `bit` of the hash parts it (0: nothing does),
 * a key of `hash` put behind it included if `with` says so. A NaN, whose
 * side is not known, is counted on both. */
MONO uint64_t bucket_evacuation_need(const struct map_type *mt, const struct bucket_header *header,
                                     unsigned char *first, uint64_t bit, uint64_t hash, bool with)
{
    uint64_t n[2] = {0, 0};
    n[(hash & bit) != 0] += with;
    for (unsigned char *b = first; b != NULL; b = bucket_next(mt, b))
        for (unsigned i = 0; i < BUCKET_CELLS; i++) {
            if (b[i] < BUCKET_MIN_TOP)
                continue;
            const void *key = bucket_key(mt, b, i);
            if (!mt->equal(key, key)) {
                n[0]++;
                n[1]++;
            } else {
                n[(mt->hash(key, header->seed) & bit) != 0]++;
            }
        }
    return bucket_overflow_for(n[0]) + bucket_overflow_for(n[1]);
}

/* The first old bucket that is not evacuated, `but` for one; the number of old buckets if none. */
MONO uint64_t bucket_next_old(const struct map_type *mt, const struct bucket_header *header,
                              uint64_t but)
{
    uint64_t count = bucket_count(bucket_old_log(header)), i = header->evacuated;
    while (i < count
           && (i == but || bucket_is_evacuated(bucket_at(mt, header->old_buckets, i))))
        i++;
    return i;
}

/* What the work of the growth under way takes, for a put (with) or a delete. */
MONO uint64_t bucket_work_need(const struct map_type *mt, const struct bucket_header *header,
                               uint64_t hash, bool with)
{
    uint8_t log_old = bucket_old_log(header);
    uint64_t bit = log_old == header->log_buckets ? 0 : bucket_count(log_old), need = 0;
    uint64_t own = hash & (bucket_count(log_old) - 1);
    unsigned char *b = bucket_at(mt, header->old_buckets, own);
    if (!bucket_is_evacuated(b))
        need += bucket_evacuation_need(mt, header, b, bit, hash, with);
    else
        need += with;
    uint64_t other = bucket_next_old(mt, header, own);
    if (other < bucket_count(log_old)) {
        b = bucket_at(mt, header->old_buckets, other);
        need += bucket_evacuation_need(mt, header, b, bit, 0, false);
    }
    return need;
}

#endif
