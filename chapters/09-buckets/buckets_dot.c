/*
 * buckets_dot.c - an evacuation half-way, from live memory.
 */
#include "buckets.h"

#include "bucket/bucket_check.h"
#include "dot/dot.h"

enum { DRAWN_FULL = 26 };               /* what four buckets hold at most: 6.5 times 4 */

static void draw_cell(struct dot *dot, unsigned char *b, unsigned i)
{
    uint64_t key;
    memcpy(&key, bucket_key(ints_type, b, i), sizeof key);
    switch (b[i]) {
    case BUCKET_EMPTY_REST:
    case BUCKET_EMPTY_ONE:
        dot_cell(dot, DOT_EMPTY, 1, "-");
        break;
    case BUCKET_EVACUATED_EMPTY:
        dot_cell(dot, DOT_FAINT, 1, "was\nempty");
        break;
    case BUCKET_EVACUATED_X:
        dot_cell(dot, DOT_FAINT, 1, "%u\nto X", (unsigned)key);
        break;
    case BUCKET_EVACUATED_Y:
        dot_cell(dot, DOT_FAINT, 1, "%u\nto Y", (unsigned)key);
        break;
    default:
        dot_cell(dot, DOT_FULL, 1, "%u\n%02x", (unsigned)key, b[i]);
    }
}

/* A bucket and its chain, a row each. */
static void draw_chain(struct dot *dot, unsigned char *b, unsigned number)
{
    for (unsigned link = 0; b != NULL; b = bucket_next(ints_type, b), link++) {
        dot_row(dot);
        dot_cell(dot, DOT_HEAD, 1, link == 0 ? "bucket %u" : "overflow of %u", number);
        for (unsigned i = 0; i < BUCKET_CELLS; i++)
            draw_cell(dot, b, i);
    }
}

static int draw_array(struct dot *dot, const char *heading, unsigned char *array, uint64_t count)
{
    int box = dot_box(dot, heading);
    for (uint64_t i = 0; i < count; i++)
        draw_chain(dot, bucket_at(ints_type, array, i), (unsigned)i);
    dot_box_end(dot);
    return box;
}

static void draw_map(const struct bucket_map *m, FILE *out)
{
    struct dot dot;
    const struct bucket_header *header = m->header;
    dot_begin(&dot, out, "A doubling half-way: both arrays are live", "TB");
    int old = draw_array(&dot, "old array", header->old_buckets, bucket_old_bucket_count(m));
    int now = draw_array(&dot, "new array", header->buckets, bucket_bucket_count(m));
    dot_arrow(&dot, old, -1, now, " two old buckets a write");
    dot_end(&dot);
}

/* Is half of the old array evacuated? */
static bool half_way(const struct bucket_map *m)
{
    uint64_t done = 0, count = bucket_old_bucket_count(m);
    for (uint64_t i = 0; i < count; i++)
        done += bucket_is_evacuated(bucket_at(ints_type, m->header->old_buckets, i));
    return count > 0 && 2 * done == count;
}

bool draw_evacuation(const struct options *o, FILE *out)
{
    struct options seeded = *o;
    for (bool drawn = false; !drawn; seeded.seed++) {
        struct rig rig;
        if (!rig_begin(&rig, GO123, ints_type, 0, &seeded))
            return false;
        bool done = rig_fill(&rig, 1, DRAWN_FULL + 2);
        drawn = half_way(&rig.map.as.bucket);
        if (done && drawn)
            draw_map(&rig.map.as.bucket, out);
        rig_end(&rig);
        if (!done)
            return false;
    }
    return true;
}
