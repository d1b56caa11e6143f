/*
 * zeroing_trace.c - one buffer, many buffers, their life.
 */
#include "zeroing.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "heap/timeline.h"
#include "resident/process.h"
#include "resident/resident.h"

enum { RING_ELEMENTS = 65536 };         /* of 64 bytes: a ring of 4 MiB */

struct heap *policy_heap(enum policy policy, uint64_t limit)
{
    static const enum heap_zeroing zeroing[POLICIES] = {
        [POLICY_BEFORE] = HEAP_ZEROING_GO_1_23,
        [POLICY_REGRESSED] = HEAP_ZEROING_GO_1_24_0,
        [POLICY_FIXED] = HEAP_ZEROING_FIXED,
    };
    return heap_new(&(struct heap_config){.zeroing = zeroing[policy], .limit_bytes = limit});
}

uint64_t object_pages(const void *object, size_t bytes)
{
    uint64_t resident = 0;
    bool known = resident_bytes(object, bytes, &resident);
    assert(known);                      /* an object of the arena is mapped */
    (void)known;
    return resident / SYSTEM_PAGE_BYTES;
}

uint64_t arena_pages(const struct heap *h)
{
    return object_pages(heap_start(h), heap_read(h).heap_sys);
}

/* --- One buffer --- */

/* Leaves memory behind that the next buffer of this size gets. */
static bool use_and_drop(struct heap *h, uint64_t bytes, enum heap_scan scan)
{
    void *p = heap_alloc(h, bytes, scan, "buffer");
    if (p == NULL)
        return false;
    memset(p, 0xAA, bytes);
    heap_drop(h, p, bytes, scan, "buffer");
    heap_collect(h);
    return true;
}

static bool make_and_write(struct heap *h, enum heap_scan scan, unsigned share, struct buffer *b)
{
    char *p = heap_alloc(h, b->asked_bytes, scan, "buffer");
    if (p == NULL)
        return false;
    b->rounded_bytes = heap_rounded(b->asked_bytes, scan);
    b->all_pages = (b->rounded_bytes + SYSTEM_PAGE_BYTES - 1) / SYSTEM_PAGE_BYTES;
    b->counters = heap_read(h);
    b->made_pages = object_pages(p, b->rounded_bytes);
    memset(p, 1, b->asked_bytes * share / SHARE_ALL);
    b->used_pages = object_pages(p, b->rounded_bytes);
    return true;
}

bool buffer_run(uint64_t bytes, enum heap_scan scan, unsigned share, enum memory memory,
                enum policy policy, uint64_t limit, struct buffer *b)
{
    struct heap *h = policy_heap(policy, limit);
    *b = (struct buffer){.asked_bytes = bytes};
    bool done = h != NULL && (memory == MEMORY_FRESH || use_and_drop(h, bytes, scan));
    if (done && memory == MEMORY_GIVEN_BACK)
        heap_release_idle(h);
    done = done && make_and_write(h, scan, share, b);
    heap_delete(h);
    return done;
}

bool zeroing_commits(const struct buffer of[POLICIES], unsigned share)
{
    const struct buffer *before = &of[POLICY_BEFORE], *regressed = &of[POLICY_REGRESSED];
    const struct buffer *fixed = &of[POLICY_FIXED];
    uint64_t written = before->asked_bytes * share / SHARE_ALL;
    uint64_t written_pages = (written + SYSTEM_PAGE_BYTES - 1) / SYSTEM_PAGE_BYTES;
    return before->made_pages == 0 && before->used_pages == written_pages
        && fixed->made_pages == 0 && fixed->used_pages == written_pages
        && regressed->made_pages == regressed->all_pages
        && regressed->used_pages == regressed->all_pages && written_pages < regressed->all_pages;
}

bool buffer_pages_equal(const struct buffer of[POLICIES])
{
    for (enum policy p = 1; p < POLICIES; p++)
        if (of[p].made_pages != of[0].made_pages || of[p].used_pages != of[0].used_pages)
            return false;
    return true;
}

/* --- What goes back --- */

bool returned_run(uint64_t bytes, enum policy policy, uint64_t limit, struct returned *r)
{
    struct heap *h = policy_heap(policy, limit);
    bool done = h != NULL && use_and_drop(h, bytes, HEAP_SCAN);
    if (done) {
        uint64_t pages = arena_pages(h), released = heap_read(h).heap_released;
        heap_release_idle(h);
        *r = (struct returned){
            .resident_bytes = (pages - arena_pages(h)) * SYSTEM_PAGE_BYTES,
            .released_bytes = heap_read(h).heap_released - released,
        };
    }
    heap_delete(h);
    return done;
}

bool returned_is_seen(const struct returned *r)
{
    return r->resident_bytes > 0 && r->resident_bytes == r->released_bytes;
}

/* --- Many buffers --- */

static bool make_channels(struct heap *h, struct channel *channels[], uint64_t from, uint64_t to)
{
    for (uint64_t i = from; i < to; i++) {
        channels[i] = channel_make(h, &element_types[HEAP_SCAN], RING_ELEMENTS);
        if (channels[i] == NULL)
            return false;
    }
    return true;
}

/* What the kernel counts for this process, or 0. */
static uint64_t process_resident(void)
{
    struct process_memory memory;
    char sentence[PROCESS_SENTENCE_BYTES];
    return process_memory(&memory, sentence) ? memory.resident : 0;
}

bool buffers_run(uint64_t channels, enum policy policy, uint64_t limit, struct buffers *b)
{
    struct heap *h = policy_heap(policy, limit);
    struct channel **all = calloc(channels + 1, sizeof *all);
    bool done = h != NULL && all != NULL && make_channels(h, all, 0, channels);
    if (done)
        *b = (struct buffers){.counters = heap_read(h), .pages = arena_pages(h),
                              .process_bytes = process_resident()};
    free(all);
    heap_delete(h);
    return done;
}

/* --- A life --- */

/* The channels of a life, and what is written down of it. */
struct living {
    struct heap *heap;
    struct channel **channels;
    uint64_t count;
    struct timeline timeline;
};

/* Makes all channels from quarter to quarter of them, a step after each if it is told. */
static bool live_made(struct living *l, bool with_steps)
{
    for (unsigned quarter = 0; quarter < 4; quarter++) {
        if (!make_channels(l->heap, l->channels, l->count * quarter / 4,
                           l->count * (quarter + 1) / 4))
            return false;
        if (with_steps || quarter == 3)
            timeline_step(&l->timeline, l->heap);
    }
    return true;
}

/* Sends a quarter of the room to each channel. */
static void live_send(struct living *l)
{
    char element[ELEMENT_BYTES];
    memset(element, 1, sizeof element);
    for (uint64_t i = 0; i < l->count; i++)
        for (unsigned n = 0; n < RING_ELEMENTS / 4; n++)
            channel_send(l->channels[i], element);
    timeline_step(&l->timeline, l->heap);
}

static void live_receive(struct living *l)
{
    char element[ELEMENT_BYTES];
    for (uint64_t i = 0; i < l->count; i++)
        while (l->channels[i]->count > 0)
            channel_receive(l->channels[i], element);
    timeline_step(&l->timeline, l->heap);
}

static void live_drop(struct living *l)
{
    for (uint64_t i = 0; i < l->count; i++)
        channel_drop(l->heap, l->channels[i]);
}

static void live_collect(struct living *l)
{
    heap_collect(l->heap);
    timeline_step(&l->timeline, l->heap);
}

static bool live(struct living *l)
{
    timeline_step(&l->timeline, l->heap);
    if (!live_made(l, true))
        return false;
    for (unsigned quarter = 0; quarter < 4; quarter++)
        live_send(l);
    live_receive(l);
    live_drop(l);
    timeline_step(&l->timeline, l->heap);
    live_collect(l);
    if (!live_made(l, false))
        return false;
    live_drop(l);
    live_collect(l);
    heap_release_idle(l->heap);
    timeline_step(&l->timeline, l->heap);
    return live_made(l, false);
}

static void write_down(const struct timeline *t, struct life *life)
{
    assert(t->count == STEPS && t->stride == 1);
    for (enum step step = 0; step < STEPS; step++) {
        life->counters[step] = t->samples[step].counters;
        life->pages[step] = t->samples[step].resident_bytes / SYSTEM_PAGE_BYTES;
    }
}

bool life_run(uint64_t channels, enum policy policy, uint64_t limit, struct life *life)
{
    struct timeline_sample samples[STEPS];
    struct living l = {.heap = policy_heap(policy, limit), .count = channels,
                       .channels = calloc(channels + 1, sizeof *l.channels)};
    timeline_init(&l.timeline, samples, STEPS, true);
    bool done = l.heap != NULL && l.channels != NULL && live(&l);
    if (done)
        write_down(&l.timeline, life);
    free(l.channels);
    heap_delete(l.heap);
    return done;
}
