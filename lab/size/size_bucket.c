/*
 * size_bucket.c - Go 1.23's map: arrays that double, and an old one that lingers.
 *
 *   n = 3,407,872         6.5 for each of 2^19 buckets: full, and 109 thousand overflow buckets
 *   n = 3,407,873         an array of 2^20 is there, empty, and the old one with all its content
 *   n = 3,771,280         the old one is evacuated and goes
 *
 * What a design on paper calls "the" size is one of these three, a factor of two apart.
 */
#include "size/size_private.h"

#include "bucket/bucket_memory.h"

/* --- Arrays ----------------------------------------------------------------- */

static uint8_t log_buckets_for(uint64_t entries)
{
    uint8_t log_buckets = 0;
    while (bucket_over_load(entries, log_buckets))
        log_buckets++;
    return log_buckets;
}

/* The most entries that 2^B buckets take before they grow. */
static uint64_t limit_of(uint8_t log_buckets)
{
    return log_buckets == 0 ? BUCKET_CELLS : 13 * (bucket_count(log_buckets) / 2);
}

/* What Z4 says of a growth `puts` after it began, its own put included. */
static void linger(struct size_buckets *b, uint64_t entries)
{
    double old = (double)b->old_buckets, puts = (double)(entries - b->growth_at + 1);
    const double discrete = 0.4;        /* puts come one by one, and not less than one */
    double length = fmax(1, old * log(2) - discrete);
    double spread = old > 2 ? sqrt(old) / 4 : 0;
    b->growth_over = (struct chance){(double)b->growth_at - 1 + length, spread};
    /* The old array is gone once `puts` reaches a whole number that is not below the length. */
    b->lingers = spread == 0 ? puts < length : chance_below((length - puts - 0.5) / spread);
    b->left = fmax(0, 2 * exp(-puts / old) - 1);
}

struct size_buckets size_buckets_for(const struct map_type *mt, uint64_t entries)
{
    struct size_buckets b = {.log_buckets = log_buckets_for(entries)};
    b.buckets = bucket_count(b.log_buckets);
    b.spare = bucket_spare(mt, b.log_buckets);
    b.overflow = chance_links(entries, (double)b.buckets, BUCKET_CELLS);
    if (b.log_buckets > 0) {
        uint8_t old = (uint8_t)(b.log_buckets - 1);
        b.old_buckets = bucket_count(old);
        b.old_spare = bucket_spare(mt, old);
        b.growth_at = limit_of(old) + 1;
        linger(&b, entries);
    }
    return b;
}

/* --- Overflow --------------------------------------------------------------- */

/* The list that keeps overflow buckets without pointers alive: its capacity after so many
 * appends, rounded. */
uint64_t size_bucket_list_bytes(double overflow)
{
    uint64_t capacity = 0;
    while ((double)capacity < overflow)
        capacity = bucket_list_grown(capacity);
    return capacity == 0 ? 0 : heap_rounded(capacity * sizeof(void *), HEAP_SCAN);
}

/* What the list of so many overflow buckets takes, with what must be made to hold it. Its array
 * grows by a quarter, so it spreads by about as much. */
static struct chance list_bytes(const struct map_type *mt, struct chance overflow, uint64_t spare)
{
    if (bucket_scan(mt) == HEAP_SCAN)
        return (struct chance){0, 0};
    double any = -expm1(-overflow.mean);        /* the probability that there is one at all */
    double list = (double)heap_rounded(sizeof(struct bucket_list), HEAP_SCAN);
    if (spare == 0)
        list += (double)heap_rounded(sizeof(struct bucket_extra), HEAP_SCAN);
    double most = (double)size_bucket_list_bytes(overflow.mean + 3 * overflow.spread);
    return (struct chance){
        .mean = any * (list + (double)size_bucket_list_bytes(overflow.mean / fmax(any, 1e-9))),
        .spread = most / 4 + list * sqrt(any * (1 - any)),
    };
}

/* What overflow buckets take beside the array: those that are objects, and the list. */
static struct chance overflow_bytes(const struct map_type *mt, struct chance overflow,
                                    uint64_t spare)
{
    double each = (double)heap_rounded(bucket_size(mt), bucket_scan(mt));
    struct chance objects = chance_above(overflow, (double)spare);
    struct chance list = list_bytes(mt, overflow, spare);
    return (struct chance){.mean = each * objects.mean + list.mean,
                           .spread = hypot(each * objects.spread, list.spread)};
}

/* --- The old array ---------------------------------------------------------- */

/* The bytes of the old array with its overflow buckets, `left` of it not yet evacuated. Where
 * buckets hold pointers an evacuated chain is garbage at once, and which ones are is chance
 * too; else the list keeps all. */
static struct chance old_bytes(const struct map_type *mt, const struct size_buckets *b,
                               double left)
{
    uint8_t old = (uint8_t)(b->log_buckets - 1);
    double each = (double)heap_rounded(bucket_size(mt), bucket_scan(mt));
    double share = bucket_scan(mt) == HEAP_SCAN ? left : 1;
    struct chance overflow = chance_links(b->growth_at - 1, (double)b->old_buckets, BUCKET_CELLS);
    struct chance bytes = overflow_bytes(mt, overflow, b->old_spare);
    double drawn = each * sqrt(bytes.mean / each * share * (1 - share));
    double mark = share < 1 ? bytes.mean / (2 * sqrt((double)b->old_buckets)) : 0;
    return (struct chance){
        .mean = (double)heap_rounded(bucket_array_bytes(mt, old), bucket_scan(mt))
              + share * bytes.mean,
        .spread = hypot(hypot(share * bytes.spread, drawn), mark),
    };
}

/* --- Bytes ------------------------------------------------------------------ */

/* Header, extra and array: exact (Z2). */
uint64_t size_bucket_bytes(const struct map_type *mt, uint8_t log_buckets)
{
    uint64_t bytes = heap_rounded(sizeof(struct bucket_header), HEAP_SCAN)
                   + heap_rounded(bucket_array_bytes(mt, log_buckets), bucket_scan(mt));
    return bytes + (bucket_spare(mt, log_buckets) > 0
                        ? heap_rounded(sizeof(struct bucket_extra), HEAP_SCAN) : 0);
}

struct size size_of_bucket(const struct map_type *mt, uint64_t entries)
{
    if (entries == 0)
        return size_exact(heap_rounded(sizeof(struct bucket_header), HEAP_SCAN));
    struct size_buckets b = size_buckets_for(mt, entries);
    double fixed = (double)size_bucket_bytes(mt, b.log_buckets);
    struct chance chains = overflow_bytes(mt, b.overflow, b.spare), old = {0, 0}, whole = {0, 0};
    struct chance most = {b.overflow.mean + 6 * b.overflow.spread, b.overflow.spread};
    if (b.old_buckets > 0) {
        old = old_bytes(mt, &b, b.left);
        whole = old_bytes(mt, &b, 1);
    }
    double gone = sqrt(b.lingers * (1 - b.lingers)) * old.mean;     /* is it there or not? */
    return (struct size){
        .floor = b.buckets * bucket_size(mt),
        .expected = size_whole(fixed + chains.mean + b.lingers * old.mean),
        .spread = hypot(hypot(chains.spread, gone), b.lingers * old.spread),
        .ceiling = size_whole(ceil(fixed + overflow_bytes(mt, most, b.spare).mean
                                   + whole.mean + 6 * whole.spread)),
    };
}
