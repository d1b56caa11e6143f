/*
 * same_shape_day.c - what is read at the end of a tick, and what a day has to say for itself.
 */
#include "same_shape.h"

struct heap *day_heap(uint64_t limit)
{
    return heap_new(&(struct heap_config){.limit_bytes = limit,
                                          .collector = HEAP_COLLECT_AT_ONCE});
}

void day_read(struct day *d, unsigned tick, const struct design *design, struct heap *h,
              uint64_t held)
{
    d->peak = design_peak_bytes(design, h);
    d->bytes[tick] = design_bytes(design, h);
    d->held[tick] = held;
}

uint64_t day_before(const struct day *d)
{
    return d->bytes[SPIKE_FROM - 1];
}

static uint64_t highest(const uint64_t of[TICKS])
{
    uint64_t most = 0;
    for (unsigned tick = 0; tick < TICKS; tick++)
        if (of[tick] > most)
            most = of[tick];
    return most;
}

uint64_t day_height(const struct day *d)
{
    return highest(d->bytes);
}

uint64_t day_after(const struct day *d)
{
    return d->bytes[TICKS - 1];
}

uint64_t day_mean(const struct day *d)
{
    uint64_t sum = 0;
    for (unsigned tick = 0; tick < TICKS; tick++)
        sum += d->bytes[tick];
    return sum / TICKS;
}

bool returns_the_peak(const struct day *fixed, const struct day *calm)
{
    return 2 * day_after(fixed) <= day_height(fixed) && day_after(fixed) <= day_after(calm);
}

bool keeps_its_peak(const struct day *d)
{
    return day_after(d) == day_height(d) && 4 * d->held[TICKS - 1] <= highest(d->held);
}
