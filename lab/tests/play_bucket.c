/*
 * play_bucket.c - Go 1.23's map as play calls it and looks into it.
 */
#include "bucket/bucket_check.h"
#include "bucket/bucket_str.h"
#include "bucket/bucket_u32.h"
#include "bucket/bucket_u64.h"
#include "bucket/bucket_wide.h"
#include "design/design_bucket.h"
#include "tests/play.h"
#include "tests/play_typed.h"

PLAY_VERBS(bucket, u64, *(const uint64_t *)key)
PLAY_VERBS(bucket, u32, *(const uint32_t *)key)
PLAY_VERBS(bucket, str, *(const struct str *)key)
PLAY_VERBS(bucket, wide, key)

static uint64_t bytes(const struct any_map *m)
{
    return bucket_bytes(m->type, &m->as.bucket);
}

static void write_array(FILE *to, const struct map_type *mt, const struct bucket_kept *kept)
{
    fwrite(&kept->buckets, 1, sizeof kept->buckets, to);
    if (kept->buckets == NULL)
        return;
    fwrite(kept->buckets, 1, bucket_array_bytes(mt, kept->log_buckets), to);
    for (uint64_t n = 0; n < bucket_count(kept->log_buckets); n++)
        for (unsigned char *b = bucket_at(mt, kept->buckets, n); b != NULL; b = bucket_next(mt, b))
            fwrite(b, 1, bucket_size(mt), to);
    if (kept->list == NULL)
        return;
    fwrite(kept->list, 1, sizeof *kept->list, to);
    if (kept->list->length > 0)         /* a range has made a list that has no array yet */
        fwrite(kept->list->buckets, sizeof(void *), kept->list->length, to);
}

static void snapshot(FILE *to, const struct any_map *m)
{
    const struct bucket_map *own = &m->as.bucket;
    const struct bucket_header *header = own->header;
    struct bucket_kept old = bucket_old_array(own);
    struct bucket_kept now = bucket_array(own);
    fwrite(own, 1, sizeof *own, to);
    fwrite(header, 1, sizeof *header, to);
    if (header->extra != NULL)
        fwrite(header->extra, 1, sizeof *header->extra, to);
    write_array(to, m->type, &now);
    write_array(to, m->type, &old);
    for (const struct bucket_iter *it = own->iters; it != NULL; it = it->next)
        fwrite(it, 1, sizeof *it, to);
}

static bool replaced(const struct any_iter *it)
{
    const struct bucket_iter *own = &it->as.bucket;
    return own->m != NULL && own->base.buckets != own->m->header->buckets;
}

static void tally(struct play_tally *tally, const struct any_map *m)
{
    const struct bucket_events *events = &m->as.bucket.events;
    tally->bucket.first_buckets += events->first_buckets;
    tally->bucket.presized += events->presized;
    tally->bucket.doublings += events->doublings;
    tally->bucket.same_size += events->same_size;
    tally->bucket.spare_taken += events->spare_taken;
    tally->bucket.overflow_made += events->overflow_made;
    tally->bucket.evacuated += events->evacuated;
    tally->bucket.moved += events->moved;
}

static uint64_t moved(const struct any_map *m)
{
    return m->as.bucket.events.moved;
}

static uint64_t seed(const struct any_map *m)
{
    return m->as.bucket.header->seed;
}

static uint64_t slots(const struct any_map *m)
{
    return bucket_bucket_count(&m->as.bucket);
}

const struct play_design play_bucket = {
    .verbs = {&bucket_u64_verbs, &bucket_u32_verbs, &bucket_str_verbs, &bucket_wide_verbs,
              &design_bucket},
    .allocations = 8,
    .bytes = bytes,
    .snapshot = snapshot,
    .moved = moved,
    .tally = tally,
    .replaced = replaced,
    .seed = seed,
    .slots = slots,
};
