/*
 * heap_check.h - what the two files of the checker share.
 */
#ifndef HEAP_CHECK_H
#define HEAP_CHECK_H

#include "heap/heap_private.h"

/* Makes the sentence that heap_check returns, in static storage. */
__attribute__((format(printf, 1, 2))) const char *broken(const char *format, ...);

/* H5: a span lies below the mark; if it says its free slots are zero, they are. */
const char *check_span_zero(const struct heap *h, const struct span *s);

/* H11: every released page reads as zero. */
const char *check_released_zero(const struct heap *h);

#endif
