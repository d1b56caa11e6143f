/*
 * buckets_folklore.h - what the two files of sentences share.
 */
#ifndef BUCKETS_FOLKLORE_H
#define BUCKETS_FOLKLORE_H

#include "buckets.h"

enum { FEW = 1000, HUNDRED = 100, MANY = 1 << 16 };

static inline double percent(uint64_t part, uint64_t whole)
{
    return whole == 0 ? 0 : 100.0 * (double)part / (double)whole;
}

extern const struct saying memory_sayings[], shape_sayings[], delete_sayings[], growth_sayings[];
enum { MEMORY_SAYINGS = 7, SHAPE_SAYINGS = 6, DELETE_SAYINGS = 7, GROWTH_SAYINGS = 6 };

#endif
