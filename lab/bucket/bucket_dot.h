/*
 * bucket_dot.h - a live map of Go 1.23's kind as Graphviz, through dot.h.
 *
 * The header, and below it the array; while the map grows, the old array to the left of it.
 * An array is drawn bucket by bucket: a row for each, its overflow buckets in the rows below it,
 * in the order of the chain. A cell shows its tophash byte and its key:
 *
 *   9f   full, with this tophash       .   emptyRest: so is all behind it in the chain
 *   E    evacuated, was empty          -   emptyOne
 *   X    evacuated to the bucket of    +1  an overflow bucket
 *        the same number
 *   Y    evacuated to that bucket in the second half: not where the array keeps its size
 *
 * An evacuated old bucket is grey, the one that nevacuate names is yellow. If the map has more
 * than 16 buckets, only counts are drawn.
 *
 * Nothing is changed in the map; it must not change meanwhile. Descriptions are given at run time.
 * No address is printed: overflow buckets are numbered as they are found, the old array's first.
 */
#ifndef BUCKET_DOT_H
#define BUCKET_DOT_H

#include "bucket/bucket.h"
#include "dot/dot.h"

enum { BUCKET_DOT_BUCKETS = 16 };       /* of a map with more only counts are drawn */

/* How keys are written: into text, at most `bytes` with the final 0. */
struct bucket_printer {
    void (*key)(char *text, size_t bytes, const void *key);
};

/* Eight-byte keys as decimal numbers. */
extern const struct bucket_printer bucket_print_u64;

/* Draws the map into an open picture, best one from top to bottom ("TB"); heading may be NULL.
 * Returns the number of the header's box. */
int bucket_dot_map(struct dot *dot, const struct map_type *mt, const struct bucket_printer *print,
                   const struct bucket_map *m, const char *heading);

/* Says below what was drawn last what the marks mean. */
void bucket_dot_legend(struct dot *dot);

#endif
