/*
 * bucket_check.c - the rules B1 to B12, proved byte by byte.
 *
 * Each function returns NULL or says what is broken. Tophash bytes are read one at a time.
 */
#include "bucket/bucket_check.h"

#include <stdarg.h>
#include <stdio.h>

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

/* Overflow buckets of an array; *alone of them are objects of their own. */
static uint64_t chains(const struct map_type *mt, const struct bucket_kept *kept, uint64_t *alone)
{
    uint64_t count = 0;
    *alone = 0;
    for (uint64_t n = 0; kept->buckets != NULL && n < bucket_count(kept->log_buckets); n++) {
        unsigned char *b = bucket_next(mt, bucket_at(mt, kept->buckets, n));
        for (; b != NULL; b = bucket_next(mt, b), count++)
            *alone += !bucket_in_array(mt, kept->buckets, kept->log_buckets, b);
    }
    return count;
}

uint64_t bucket_bucket_count(const struct bucket_map *m)
{
    return m->header->buckets == NULL ? 0 : bucket_count(m->header->log_buckets);
}

uint64_t bucket_old_bucket_count(const struct bucket_map *m)
{
    return bucket_growing(m->header) ? bucket_count(bucket_old_log(m->header)) : 0;
}

uint64_t bucket_overflow_count(const struct map_type *mt, const struct bucket_map *m)
{
    struct bucket_kept now = bucket_array(m);
    uint64_t alone;
    return chains(mt, &now, &alone);
}

/* --- One chain: B2, B3, B4, B7, B8 --- */

static const char *check_full(const struct map_type *mt, const struct bucket_map *m,
                              const struct bucket_kept *kept, uint64_t n, unsigned char *b,
                              unsigned i)
{
    const void *key = bucket_key(mt, b, i);
    if (!mt->equal(key, key))
        return NULL;                    /* a NaN: its hash was drawn and is lost */
    uint64_t hash = mt->hash(key, m->header->seed);
    unsigned top = (unsigned)(hash >> 56);
    if (b[i] != (top < 5 ? top + 5 : top))
        return broken("B2: a cell of bucket %u has tophash %u, its key's is %u", (unsigned)n, b[i],
                      top);
    if (bucket_chain_for(mt, m->header, hash) != bucket_at(mt, kept->buckets, n))
        return broken("B3: a key lies in bucket %u, its hash names another", (unsigned)n);
    if (m->header->count > 0 && bucket_get(mt, m, key) != bucket_elem(mt, b, i))
        return broken("B7: a key in bucket %u is found elsewhere", (unsigned)n);
    return NULL;
}

static bool is_zero(const unsigned char *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}

/* A chain that is not evacuated; *full is added to. */
static const char *check_chain(const struct map_type *mt, const struct bucket_map *m,
                               const struct bucket_kept *kept, uint64_t n, uint64_t *full)
{
    bool rest = false;
    for (unsigned char *b = bucket_at(mt, kept->buckets, n); b != NULL; b = bucket_next(mt, b))
        for (unsigned i = 0; i < BUCKET_CELLS; i++) {
            if (rest && b[i] != BUCKET_EMPTY_REST)
                return broken("B4: bucket %u has something behind emptyRest", (unsigned)n);
            rest = b[i] == BUCKET_EMPTY_REST;
            if (b[i] > BUCKET_EMPTY_ONE && b[i] < BUCKET_MIN_TOP)
                return broken("B6: bucket %u has a mark of evacuation, and is not", (unsigned)n);
            if (b[i] < BUCKET_MIN_TOP) {
                if (!is_zero(bucket_elem_cell(mt, b, i), bucket_elem_bytes(mt)))
                    return broken("B8: an empty cell of bucket %u has an elem", (unsigned)n);
                continue;
            }
            ++*full;
            const char *why = check_full(mt, m, kept, n, b, i);
            if (why != NULL)
                return why;
        }
    return NULL;
}

/* --- Evacuation: B6 --- */

static const char *check_evacuated(const struct map_type *mt, unsigned char *first, uint64_t n)
{
    for (unsigned char *b = first; b != NULL; b = bucket_next(mt, b))
        for (unsigned i = 0; i < BUCKET_CELLS; i++)
            if (!bucket_is_evacuated(b + i))
                return broken("B6: the evacuated bucket %u has a cell that is not", (unsigned)n);
    return NULL;
}

static const char *check_old(const struct map_type *mt, const struct bucket_map *m,
                             uint64_t *full)
{
    const struct bucket_header *header = m->header;
    struct bucket_kept old = bucket_old_array(m);
    uint64_t count = bucket_count(old.log_buckets);
    for (uint64_t n = 0; n < count; n++) {
        unsigned char *b = bucket_at(mt, old.buckets, n);
        const char *why;
        if (bucket_is_evacuated(b)) {
            why = check_evacuated(mt, b, n);
        } else {
            if (n < header->evacuated)
                return broken("B6: old bucket %u is behind the mark and not evacuated",
                              (unsigned)n);
            for (uint64_t to = n; to < bucket_count(header->log_buckets); to += count)
                if (!is_zero(bucket_at(mt, header->buckets, to), bucket_size(mt)))
                    return broken("B6: bucket %u is not empty before its old one is evacuated",
                                  (unsigned)to);
            why = check_chain(mt, m, &old, n, full);
        }
        if (why != NULL)
            return why;
    }
    return NULL;
}

/* --- Arrays: B1, B9, B10, B11, B12 --- */

static const char *check_alone(const struct map_type *mt, const struct bucket_kept *kept)
{
    uint64_t alone;
    chains(mt, kept, &alone);
    if (alone != kept->alone)
        return broken("B12: %u overflow buckets are objects of their own, %u are counted",
                      (unsigned)alone, (unsigned)kept->alone);
    return NULL;
}

static const char *check_list(const struct map_type *mt, const struct bucket_kept *kept)
{
    uint64_t alone, count = chains(mt, kept, &alone);
    if (bucket_scan(mt) == HEAP_SCAN)
        return kept->list == NULL ? NULL : broken("B10: a list where buckets are scanned");
    if ((kept->list == NULL ? 0 : kept->list->length) != count)
        return broken("B10: the list does not hold %u overflow buckets", (unsigned)count);
    for (uint64_t n = 0; count > 0 && n < bucket_count(kept->log_buckets); n++) {
        unsigned char *b = bucket_next(mt, bucket_at(mt, kept->buckets, n));
        for (; b != NULL; b = bucket_next(mt, b)) {
            unsigned found = 0;
            for (uint64_t i = 0; i < count; i++)
                found += kept->list->buckets[i] == b;
            if (found != 1)
                return broken("B10: the list holds a bucket of chain %u %u times", (unsigned)n,
                              found);
        }
    }
    return NULL;
}

static const char *check_spare(const struct map_type *mt, const struct bucket_header *header)
{
    uint64_t length = bucket_array_length(mt, header->log_buckets);
    const unsigned char *next = header->extra == NULL ? NULL : header->extra->next_overflow;
    if (next == NULL)
        return NULL;
    uint64_t at = (uint64_t)(next - header->buckets) / bucket_size(mt);
    if (next < header->buckets || at < bucket_count(header->log_buckets) || at >= length)
        return broken("B1: the next spare bucket does not lie in the array");
    for (; at < length; at++)
        if ((bucket_next(mt, bucket_at(mt, header->buckets, at)) != NULL) != (at == length - 1))
            return broken("B1: spare bucket %u has a wrong link", (unsigned)at);
    return NULL;
}

/* Is b a bucket of this array or of its chains? */
static bool is_bucket_of(const struct map_type *mt, const struct bucket_kept *kept,
                         const unsigned char *b)
{
    for (uint64_t n = 0; kept->buckets != NULL && n < bucket_count(kept->log_buckets); n++) {
        unsigned char *at = bucket_at(mt, kept->buckets, n);
        for (; at != NULL; at = bucket_next(mt, at))
            if (at == b)
                return true;
    }
    return false;
}

/* An array of a range's: the map has let go of it, or keeps the count itself. */
static const char *check_kept(const struct map_type *mt, const struct bucket_map *m,
                              const struct bucket_kept *kept)
{
    bool own = kept->buckets == m->header->buckets || kept->buckets == m->header->old_buckets;
    return own ? NULL : check_alone(mt, kept);
}

static const char *check_iters(const struct map_type *mt, const struct bucket_map *m)
{
    for (const struct bucket_iter *it = m->iters; it != NULL; it = it->next) {
        if (it->m != m || it->base.buckets == NULL)
            return broken("B11: a range stands on nothing, or on another map");
        if (it->at != NULL && !is_bucket_of(mt, &it->base, it->at)
            && !is_bucket_of(mt, &it->walked, it->at))
            return broken("B11: a range stands in a bucket of no array that it has");
        const char *why = check_kept(mt, m, &it->base);
        if (why == NULL)
            why = check_kept(mt, m, &it->walked);
        if (why != NULL)
            return why;
    }
    return NULL;
}

const char *bucket_check(const struct map_type *mt, const struct bucket_map *m)
{
    const struct bucket_header *header = m->header;
    struct bucket_kept now = bucket_array(m);
    uint64_t full = 0;
    if (now.buckets == NULL)
        return header->count == 0 && header->log_buckets == 0 ? NULL
                                                              : broken("B1: no array");
    const char *why = check_spare(mt, header);
    for (uint64_t n = 0; why == NULL && n < bucket_count(now.log_buckets); n++)
        why = check_chain(mt, m, &now, n, &full);
    if (why == NULL && bucket_growing(header))
        why = check_old(mt, m, &full);
    if (why == NULL && full != header->count)
        why = broken("B5: the chains hold %u entries, the map counts %u", (unsigned)full,
                     (unsigned)header->count);
    if (why == NULL && now.log_buckets < 16 && bucket_overflow_count(mt, m) != header->overflows)
        why = broken("B9: overflows is %u, there are %u", header->overflows,
                     (unsigned)bucket_overflow_count(mt, m));
    struct bucket_kept old = bucket_old_array(m);
    if (why == NULL)
        why = check_list(mt, &now);
    if (why == NULL && bucket_growing(header))
        why = check_list(mt, &old);
    if (why == NULL)
        why = check_alone(mt, &now);
    if (why == NULL)
        why = check_alone(mt, &old);
    return why != NULL ? why : check_iters(mt, m);
}

/* --- Bytes --- */

static uint64_t array_bytes(const struct map_type *mt, const struct bucket_kept *kept)
{
    if (kept->buckets == NULL)
        return 0;
    uint64_t alone;
    chains(mt, kept, &alone);
    uint64_t bytes = heap_rounded(bucket_array_bytes(mt, kept->log_buckets), bucket_scan(mt))
                   + alone * heap_rounded(bucket_size(mt), bucket_scan(mt));
    if (kept->list == NULL)
        return bytes;
    bytes += heap_rounded(sizeof *kept->list, HEAP_SCAN);
    if (kept->list->capacity > 0)
        bytes += heap_rounded(kept->list->capacity * sizeof(void *), HEAP_SCAN);
    return bytes;
}

/* What ranges keep that the map has let go: each array once. */
static uint64_t kept_bytes(const struct map_type *mt, const struct bucket_map *m)
{
    uint64_t bytes = 0;
    for (const struct bucket_iter *it = m->iters; it != NULL; it = it->next) {
        const struct bucket_kept *both[2] = {&it->base, &it->walked};
        for (unsigned i = 0; i < 2; i++) {
            const unsigned char *array = both[i]->buckets;
            if (array != m->header->buckets && array != m->header->old_buckets
                && !bucket_is_kept(it->next, array) && (i == 0 || array != it->base.buckets))
                bytes += array_bytes(mt, both[i]);
        }
    }
    return bytes;
}

uint64_t bucket_bytes(const struct map_type *mt, const struct bucket_map *m)
{
    const struct bucket_header *header = m->header;
    struct bucket_kept now = bucket_array(m), old = bucket_old_array(m);
    uint64_t bytes = heap_rounded(sizeof *header, HEAP_SCAN) + kept_bytes(mt, m)
                   + array_bytes(mt, &now) + array_bytes(mt, &old);
    if (header->extra != NULL)
        bytes += heap_rounded(sizeof *header->extra, HEAP_SCAN);
    if (mt->key_indirect)
        bytes += header->count * heap_rounded(mt->key_bytes, (enum heap_scan)mt->key_pointers);
    if (mt->elem_indirect)
        bytes += header->count * heap_rounded(mt->elem_bytes, (enum heap_scan)mt->elem_pointers);
    return bytes;
}
