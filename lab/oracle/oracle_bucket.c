/*
 * oracle_bucket.c - the inside of Go 1.23's map: buckets, overflow chains, evacuation.
 */
#include "bucket/bucket_check.h"
#include "oracle/oracle_structure.h"

enum { CELLS = 8, EXACT_OVERFLOWS_BELOW = 16 };

/* What hangs on an array of buckets. */
struct chains {
    uint64_t overflow;                  /* buckets behind the first of their chain */
    uint64_t digest;                    /* of all tophash bytes, chain by chain */
};

static struct chains walk(const struct map_type *mt, unsigned char *array, uint64_t count)
{
    struct chains sum = {.digest = ORACLE_DIGEST};
    for (uint64_t i = 0; i < count; i++) {
        const unsigned char *b = bucket_at(mt, array, i);
        sum.digest = oracle_digest(sum.digest, b, CELLS);
        while ((b = bucket_next(mt, b)) != NULL) {
            sum.digest = oracle_digest(sum.digest, b, CELLS);
            sum.overflow++;
        }
    }
    return sum;
}

static void tell(const struct teller *teller, const struct any_map *m)
{
    const struct bucket_header *header = m->as.bucket.header;
    uint64_t count = bucket_bucket_count(&m->as.bucket);
    uint64_t old_count = bucket_old_bucket_count(&m->as.bucket);
    struct chains now = walk(m->type, header->buckets, count);
    struct chains old = walk(m->type, header->old_buckets, old_count);
    tell_number(teller, "b", header->log_buckets);
    tell_number(teller, "buckets", count);
    tell_number(teller, "overflow", now.overflow);
    if (header->log_buckets < EXACT_OVERFLOWS_BELOW)
        tell_number(teller, "noverflow", header->overflows);
    tell_number(teller, "old-buckets", old_count);
    tell_number(teller, "old-overflow", old.overflow);
    tell_number(teller, "nevacuate", header->evacuated);
    tell_digest(teller, "tophash", now.digest);
    tell_digest(teller, "old-tophash", old.digest);
}

/* A range starts at any bucket, and in all of them at any cell. */
static uint64_t starts(const struct any_map *m)
{
    return bucket_bucket_count(&m->as.bucket) * CELLS;
}

static void start_at(struct any_iter *it, uint64_t start)
{
    it->as.bucket.start = it->as.bucket.bucket = start / CELLS;
    it->as.bucket.offset = start % CELLS;
}

const struct oracle_inside oracle_inside_bucket = {
    .tell = tell, .starts = starts, .start_at = start_at,
};
