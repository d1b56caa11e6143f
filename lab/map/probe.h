/*
 * probe.h - the order in which groups are searched.
 *
 * Steps of one, two, three, ... groups: the offsets from the start are the triangular
 * numbers 0, 1, 3, 6, 10, ... For a power of two of groups these meet every group
 * exactly once before they repeat, and clusters are left quickly.
 * Source: Go 1.24, internal/runtime/maps/table.go (probeSeq); Abseil's and hashbrown's
 * probes step in the same way.
 */
#ifndef PROBE_H
#define PROBE_H

#include <stdint.h>

struct probe {
    uint64_t mask;                      /* groups - 1 */
    uint64_t offset;                    /* the group to look at */
    uint64_t step;                      /* how far the last step went */
};

static inline struct probe probe_start(uint64_t h1, uint64_t mask)
{
    return (struct probe){.mask = mask, .offset = h1 & mask};
}

static inline void probe_next(struct probe *probe)
{
    probe->step++;
    probe->offset = (probe->offset + probe->step) & probe->mask;
}

#endif
