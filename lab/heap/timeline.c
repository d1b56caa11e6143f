#include "heap/timeline.h"

#include <assert.h>

#include "resident/resident.h"

void timeline_init(struct timeline *t, struct timeline_sample *samples, size_t capacity,
                   bool with_resident)
{
    assert(capacity >= 2);
    *t = (struct timeline){
        .samples = samples, .capacity = capacity, .stride = 1, .with_resident = with_resident};
}

/* Drops every second sample; what is left is as even as before. */
static void thin(struct timeline *t)
{
    for (size_t i = 0; 2 * i < t->count; i++)
        t->samples[i] = t->samples[2 * i];
    t->count = (t->count + 1) / 2;
    t->stride *= 2;
}

static uint64_t heap_resident_bytes(const struct heap *h, uint64_t sys_bytes)
{
    uint64_t bytes = 0;
    bool known = resident_bytes(heap_start(h), (size_t)sys_bytes, &bytes);
    assert(known);          /* HeapSys is mapped */
    (void)known;
    return bytes;
}

void timeline_step(struct timeline *t, const struct heap *h)
{
    uint64_t step = t->next_step++;
    if (step % t->stride == 0 && t->count == t->capacity)
        thin(t);
    if (step % t->stride != 0)
        return;
    struct timeline_sample *sample = &t->samples[t->count++];
    *sample = (struct timeline_sample){.step = step, .counters = heap_read(h)};
    if (t->with_resident)
        sample->resident_bytes = heap_resident_bytes(h, sample->counters.heap_sys);
}
