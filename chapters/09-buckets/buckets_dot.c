/*
 * buckets_dot.c - a small map of Go 1.23 just before and just after it doubles.
 */
#include "buckets.h"

#include <string.h>

#include "bucket/bucket_dot.h"

/* Four buckets hold 26 entries: six and a half each. The 27th put doubles the array and
 * evacuates two of the four, whatever the seed: that is half-way. */
enum { DRAWN_FULL = 26 };

bool draw_picture(const struct options *o, FILE *out)
{
    bool halfway = o->picture != NULL && strcmp(o->picture, "evacuation") == 0;
    struct rig rig;
    if (!rig_begin(&rig, GO123, INTS, 0, o))
        return false;
    bool done = rig_fill(&rig, 0, DRAWN_FULL + halfway);
    if (done) {
        struct dot dot;
        dot_begin(&dot, out, halfway ? "One put more: half evacuated" : "26 entries, four buckets",
                  "TB");
        bucket_dot_map(&dot, type_of(INTS), &bucket_print_u64, &rig.map.as.bucket, "map");
        bucket_dot_legend(&dot);
        dot_end(&dot);
    }
    rig_end(&rig);
    return done;
}
