/*
 * bucket_memory.h - arrays, overflow buckets, their list, and what running ranges keep.
 *
 * A put may need several objects, and evacuation in the middle of it too. They are all taken
 * before anything changes, into a purse; what is left of it is given back.
 *
 * Source: Go 1.23, runtime/map.go (makeBucketArray, newoverflow, incrnoverflow), slice.go.
 */
#ifndef BUCKET_MEMORY_H
#define BUCKET_MEMORY_H

#include "bucket/bucket_find.h"

/* --- Arrays --- */

/* The bytes of a request that its owner may use: all of its class but the malloc header. */
static inline size_t bucket_usable(size_t bytes, enum heap_scan scan)
{
    size_t header = scan == HEAP_SCAN && bytes > HEAP_HEADER_FROM && bytes <= HEAP_LARGE_BYTES
                        ? HEAP_HEADER_BYTES : 0;
    return heap_rounded(bytes, scan) - header;
}

/* The buckets of an array: 2^log; from 16 on a sixteenth more to spare, and what else fits into
 * the bytes that the allocator gives anyway. */
MONO uint64_t bucket_array_length(const struct map_type *mt, uint8_t log_buckets)
{
    uint64_t count = bucket_count(log_buckets);
    if (log_buckets < 4)
        return count;
    size_t bytes = (count + count / 16) * bucket_size(mt);
    return bucket_usable(bytes, bucket_scan(mt)) / bucket_size(mt);
}

/* The spare buckets of an array. */
MONO uint64_t bucket_spare(const struct map_type *mt, uint8_t log_buckets)
{
    return bucket_array_length(mt, log_buckets) - bucket_count(log_buckets);
}

MONO size_t bucket_array_bytes(const struct map_type *mt, uint8_t log_buckets)
{
    return bucket_array_length(mt, log_buckets) * bucket_size(mt);
}

/* Makes a zeroed array ready; returns its first spare bucket, or NULL. The last spare one is
 * marked by a link that is not NULL. */
MONO unsigned char *bucket_array_spare(const struct map_type *mt, unsigned char *array,
                                       uint8_t log_buckets)
{
    uint64_t length = bucket_array_length(mt, log_buckets);
    if (length == bucket_count(log_buckets))
        return NULL;
    bucket_link(mt, bucket_at(mt, array, length - 1), array);
    return bucket_at(mt, array, bucket_count(log_buckets));
}

MONO unsigned char *bucket_array_new(const struct map_type *mt, struct heap *h,
                                     uint8_t log_buckets)
{
    return heap_alloc(h, bucket_array_bytes(mt, log_buckets), bucket_scan(mt), BUCKET_TAG_ARRAY);
}

MONO bool bucket_in_array(const struct map_type *mt, const unsigned char *array,
                          uint8_t log_buckets, const unsigned char *b)
{
    return b >= array && b < array + bucket_array_bytes(mt, log_buckets);
}

/* Drops an overflow bucket if it is an object of its own; returns whether it is: 1 or 0. */
MONO uint64_t bucket_drop(const struct map_type *mt, struct heap *h,
                          const struct bucket_kept *kept, unsigned char *b)
{
    if (bucket_in_array(mt, kept->buckets, kept->log_buckets, b))
        return 0;
    heap_drop(h, b, bucket_size(mt), bucket_scan(mt), BUCKET_TAG_OVERFLOW);
    return 1;
}

/* Drops those of a chain; returns how many. */
MONO uint64_t bucket_chain_drop(const struct map_type *mt, struct heap *h,
                                const struct bucket_kept *kept, unsigned char *first)
{
    uint64_t dropped = 0;
    for (unsigned char *b = bucket_next(mt, first), *next; b != NULL; b = next) {
        next = bucket_next(mt, b);
        dropped += bucket_drop(mt, h, kept, b);
    }
    return dropped;
}

/* Drops those of a whole array. Go's collector finds them beside the program; the lab's heap must
 * be told. The list names them; where there is none, a walk over the chains finds them, and
 * ends with the last. An array whose spare ones were enough has none. */
MONO void bucket_chains_drop(const struct map_type *mt, struct heap *h,
                             const struct bucket_kept *kept)
{
    uint64_t left = kept->alone;
    for (uint64_t i = 0; left > 0; i++) {
        assert(i < (kept->list != NULL ? kept->list->length : bucket_count(kept->log_buckets)));
        left -= kept->list != NULL
                    ? bucket_drop(mt, h, kept, kept->list->buckets[i])
                    : bucket_chain_drop(mt, h, kept, bucket_at(mt, kept->buckets, i));
    }
}

static inline void bucket_list_drop(struct heap *h, struct bucket_list *list)
{
    if (list == NULL)
        return;
    if (list->capacity > 0)
        heap_drop(h, list->buckets, list->capacity * sizeof(void *), HEAP_SCAN, BUCKET_TAG_LIST);
    heap_drop(h, list, sizeof *list, HEAP_SCAN, BUCKET_TAG_LIST);
}

/* Drops an array, its overflow buckets and their list; not what its cells point to. */
MONO void bucket_array_drop(const struct map_type *mt, struct heap *h,
                            const struct bucket_kept *kept)
{
    bucket_chains_drop(mt, h, kept);
    bucket_list_drop(h, kept->list);
    heap_drop(h, kept->buckets, bucket_array_bytes(mt, kept->log_buckets), bucket_scan(mt),
              BUCKET_TAG_ARRAY);
}

/* The array of now with what belongs to it, and the old one: none if the map is not growing. */
static inline struct bucket_kept bucket_array(const struct bucket_map *m)
{
    const struct bucket_header *header = m->header;
    return (struct bucket_kept){
        .buckets = header->buckets,
        .list = header->extra == NULL ? NULL : header->extra->overflow,
        .alone = m->alone,
        .log_buckets = header->log_buckets,
    };
}

static inline struct bucket_kept bucket_old_array(const struct bucket_map *m)
{
    const struct bucket_header *header = m->header;
    return (struct bucket_kept){
        .buckets = header->old_buckets,
        .list = header->extra == NULL ? NULL : header->extra->old_overflow,
        .alone = m->old_alone,
        .log_buckets = bucket_old_log(header),
    };
}

/* --- What running ranges keep --- */

static inline bool bucket_is_kept(const struct bucket_iter *it, const unsigned char *array)
{
    for (; it != NULL; it = it->next)
        if (it->base.buckets == array || it->walked.buckets == array)
            return true;
    return false;
}

/* The map lets go of an array: it is dropped, or left to the ranges that stand on it. */
MONO void bucket_retire(const struct map_type *mt, struct bucket_map *m, struct bucket_kept kept)
{
    if (!bucket_is_kept(m->iters, kept.buckets)) {
        bucket_array_drop(mt, m->heap, &kept);
        return;
    }
    for (struct bucket_iter *it = m->iters; it != NULL; it = it->next) {
        if (it->base.buckets == kept.buckets)
            it->base = kept;
        if (it->walked.buckets == kept.buckets)
            it->walked = kept;
    }
}

/* A range lets go of an array: dropped, if neither the map nor another range has it. */
MONO void bucket_release(const struct map_type *mt, struct bucket_map *m,
                         struct bucket_kept *place)
{
    struct bucket_kept kept = *place;
    *place = (struct bucket_kept){.buckets = NULL};
    if (kept.buckets != NULL && kept.buckets != m->header->buckets
        && kept.buckets != m->header->old_buckets && !bucket_is_kept(m->iters, kept.buckets))
        bucket_array_drop(mt, m->heap, &kept);
}

/* --- The purse --- */

enum { BUCKET_PURSE_ARRAYS = 48 };      /* a list that grows so often holds more than any heap */

struct bucket_purse {
    unsigned char *spare;               /* overflow buckets, linked */
    struct bucket_extra *extra;
    struct bucket_list *list;
    unsigned char **arrays[BUCKET_PURSE_ARRAYS];        /* a list's next arrays */
    uint64_t capacities[BUCKET_PURSE_ARRAYS];
    unsigned first, count;              /* of them, not yet used */
};

/* The capacity after an append to a full slice of pointers: doubled, from 256 on by a quarter and
 * 192 more, then as much as the allocator gives anyway. Source: Go 1.23, runtime/slice.go. */
static inline uint64_t bucket_list_grown(uint64_t capacity)
{
    uint64_t grown = capacity == 0 ? 1 : 2 * capacity;
    if (capacity >= 256)
        grown = capacity + ((capacity + 3 * 256) >> 2);
    return bucket_usable(grown * sizeof(void *), HEAP_SCAN) / sizeof(void *);
}

/* Gives back what was taken and not used. */
MONO void bucket_purse_empty(const struct map_type *mt, struct heap *h, struct bucket_purse *purse)
{
    while (purse->spare != NULL) {
        unsigned char *b = purse->spare;
        purse->spare = bucket_next(mt, b);
        heap_free(h, b, bucket_size(mt), bucket_scan(mt), BUCKET_TAG_OVERFLOW);
    }
    if (purse->extra != NULL)
        heap_free(h, purse->extra, sizeof *purse->extra, HEAP_SCAN, BUCKET_TAG_EXTRA);
    if (purse->list != NULL)
        heap_free(h, purse->list, sizeof *purse->list, HEAP_SCAN, BUCKET_TAG_LIST);
    for (; purse->first < purse->count; purse->first++)
        heap_free(h, purse->arrays[purse->first],
                  purse->capacities[purse->first] * sizeof(void *), HEAP_SCAN, BUCKET_TAG_LIST);
}

/* Takes what `appends` appends to a list need; false: refused, the purse is to be emptied. */
static inline bool bucket_purse_list(struct heap *h, struct bucket_purse *purse,
                                     const struct bucket_list *list, uint64_t appends)
{
    uint64_t length = list == NULL ? 0 : list->length, capacity = list == NULL ? 0 : list->capacity;
    if (list == NULL) {
        purse->list = heap_alloc(h, sizeof *purse->list, HEAP_SCAN, BUCKET_TAG_LIST);
        if (purse->list == NULL)
            return false;
    }
    for (uint64_t after = length + appends; capacity < after;) {
        assert(purse->count < BUCKET_PURSE_ARRAYS);
        capacity = bucket_list_grown(capacity);
        unsigned char **array = heap_alloc(h, capacity * sizeof(void *), HEAP_SCAN,
                                           BUCKET_TAG_LIST);
        if (array == NULL)
            return false;
        purse->capacities[purse->count] = capacity;
        purse->arrays[purse->count++] = array;
    }
    return true;
}

static inline bool bucket_purse_extra(struct heap *h, struct bucket_purse *purse)
{
    purse->extra = heap_alloc(h, sizeof *purse->extra, HEAP_SCAN, BUCKET_TAG_EXTRA);
    return purse->extra != NULL;
}

/* Takes what `need` overflow buckets need, of which `ready` lie in the array. */
MONO bool bucket_purse_fill(const struct map_type *mt, struct heap *h, struct bucket_purse *purse,
                            uint64_t need, uint64_t ready, const struct bucket_list *list)
{
    for (uint64_t i = ready; i < need; i++) {
        unsigned char *b = heap_alloc(h, bucket_size(mt), bucket_scan(mt), BUCKET_TAG_OVERFLOW);
        if (b == NULL)
            return false;
        bucket_link(mt, b, purse->spare);
        purse->spare = b;
    }
    return need == 0 || bucket_scan(mt) == HEAP_SCAN || bucket_purse_list(h, purse, list, need);
}

/* --- Overflow buckets --- */

/* Counts an overflow bucket: exactly below 2^16 buckets, from there on one in 2^(B-15). */
static inline void bucket_count_overflow(struct bucket_map *m)
{
    struct bucket_header *header = m->header;
    uint64_t one_in = 1;
    if (header->log_buckets >= 16)
        one_in = bucket_count((uint8_t)(header->log_buckets - 15));
    if (one_in == 1 || (random_next(&m->random) & (one_in - 1)) == 0)
        header->overflows++;
}

/* Appends an overflow bucket to its map's list; the purse has what that needs. */
static inline void bucket_list_append(struct bucket_map *m, struct bucket_purse *purse,
                                      unsigned char *b)
{
    struct bucket_extra *extra = m->header->extra;
    if (extra->overflow == NULL) {
        extra->overflow = purse->list;
        purse->list = NULL;
    }
    struct bucket_list *list = extra->overflow;
    if (list->length == list->capacity) {
        unsigned char **array = purse->arrays[purse->first];
        if (list->length > 0) {
            memcpy(array, list->buckets, list->length * sizeof(void *));
            heap_drop(m->heap, list->buckets, list->capacity * sizeof(void *), HEAP_SCAN,
                      BUCKET_TAG_LIST);
        }
        list->buckets = array;
        list->capacity = purse->capacities[purse->first++];
    }
    list->buckets[list->length++] = b;
}

/* Links a new overflow bucket behind b: a spare one of the array, or one of the purse. */
MONO unsigned char *bucket_overflow(const struct map_type *mt, struct bucket_map *m,
                                    struct bucket_purse *purse, unsigned char *b)
{
    struct bucket_header *header = m->header;
    if (header->extra == NULL && purse->extra != NULL) {
        header->extra = purse->extra;
        purse->extra = NULL;
    }
    unsigned char *fresh = header->extra == NULL ? NULL : header->extra->next_overflow;
    if (fresh != NULL) {
        bool last = bucket_next(mt, fresh) != NULL;
        header->extra->next_overflow = last ? NULL : fresh + bucket_size(mt);
        m->events.spare_taken++;
    } else {
        fresh = purse->spare;
        assert(fresh != NULL);
        purse->spare = bucket_next(mt, fresh);
        m->alone++;
        m->events.overflow_made++;
    }
    bucket_link(mt, fresh, NULL);
    bucket_count_overflow(m);
    if (bucket_scan(mt) == HEAP_NOSCAN)
        bucket_list_append(m, purse, fresh);
    bucket_link(mt, b, fresh);
    return fresh;
}

/* --- Keys and elems outside the buckets --- */

/* Takes room for an indirect key and elem; false, with nothing taken, if memory is refused. */
MONO bool bucket_outside_new(const struct map_type *mt, struct heap *h, struct bucket_outside *out)
{
    *out = (struct bucket_outside){NULL, NULL};
    if (mt->key_indirect) {
        out->key = heap_alloc(h, mt->key_bytes, (enum heap_scan)mt->key_pointers, BUCKET_TAG_KEY);
        if (out->key == NULL)
            return false;
    }
    if (mt->elem_indirect) {
        out->elem = heap_alloc(h, mt->elem_bytes, (enum heap_scan)mt->elem_pointers,
                               BUCKET_TAG_ELEM);
        if (out->elem == NULL && mt->key_indirect)
            heap_free(h, out->key, mt->key_bytes, (enum heap_scan)mt->key_pointers,
                      BUCKET_TAG_KEY);
        return out->elem != NULL;
    }
    return true;
}

MONO void bucket_outside_free(const struct map_type *mt, struct heap *h, struct bucket_outside out)
{
    if (mt->key_indirect)
        heap_free(h, out.key, mt->key_bytes, (enum heap_scan)mt->key_pointers, BUCKET_TAG_KEY);
    if (mt->elem_indirect)
        heap_free(h, out.elem, mt->elem_bytes, (enum heap_scan)mt->elem_pointers, BUCKET_TAG_ELEM);
}

MONO void bucket_outside_drop(const struct map_type *mt, struct heap *h, unsigned char *b,
                              unsigned i)
{
    if (mt->key_indirect)
        heap_drop(h, bucket_key(mt, b, i), mt->key_bytes, (enum heap_scan)mt->key_pointers,
                  BUCKET_TAG_KEY);
    if (mt->elem_indirect)
        heap_drop(h, bucket_elem(mt, b, i), mt->elem_bytes, (enum heap_scan)mt->elem_pointers,
                  BUCKET_TAG_ELEM);
}

/* Drops the indirect keys and elems of all full cells of an array and its chains. */
MONO void bucket_outside_drop_all(const struct map_type *mt, struct heap *h, unsigned char *array,
                                  uint64_t count)
{
    for (uint64_t n = 0; (mt->key_indirect || mt->elem_indirect) && n < count; n++)
        for (unsigned char *b = bucket_at(mt, array, n); b != NULL; b = bucket_next(mt, b))
            for (unsigned i = 0; i < BUCKET_CELLS; i++)
                if (b[i] >= BUCKET_MIN_TOP)
                    bucket_outside_drop(mt, h, b, i);
}

/* Takes an indirect key that is about to be dropped out of an old array's chain: Go's collector
 * would keep it alive there, here the cell is marked as if it had been empty. */
MONO void bucket_kept_forget(const struct map_type *mt, const struct bucket_kept *kept,
                             uint64_t hash, const void *key)
{
    if (kept->buckets == NULL)
        return;
    unsigned char *b = bucket_at(mt, kept->buckets,
                                 hash & (bucket_count(kept->log_buckets) - 1));
    for (; b != NULL; b = bucket_next(mt, b))
        for (unsigned i = 0; i < BUCKET_CELLS; i++)
            if ((b[i] == BUCKET_EVACUATED_X || b[i] == BUCKET_EVACUATED_Y)
                && bucket_key(mt, b, i) == key)
                b[i] = BUCKET_EVACUATED_EMPTY;
}

MONO void bucket_iters_forget(const struct map_type *mt, struct bucket_map *m, uint64_t hash,
                              const void *key)
{
    for (struct bucket_iter *it = m->iters; mt->key_indirect && it != NULL; it = it->next) {
        bucket_kept_forget(mt, &it->base, hash, key);
        bucket_kept_forget(mt, &it->walked, hash, key);
    }
}

#endif
