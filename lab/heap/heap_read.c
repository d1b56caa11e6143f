/*
 * heap_read.c - what the heap says of itself, and its small settings.
 */
#include "heap/heap_private.h"

/* --- Counters and settings ------------------------------------------------ */

/* A goal that does not stand is shown as zero. */
static uint64_t or_zero(uint64_t goal)
{
    return goal == UINT64_MAX ? 0 : goal;
}

struct heap_counters heap_read(const struct heap *h)
{
    uint64_t sys = heap_sys_bytes(h);
    return (struct heap_counters){
        .heap_alloc = heap_live_bytes(h),
        .heap_inuse = h->inuse_bytes,
        .heap_idle = sys - h->inuse_bytes,
        .heap_released = h->pages.released_pages * (uint64_t)HEAP_PAGE_BYTES,
        .heap_sys = sys,
        .total_alloc = h->total_alloc,
        .mallocs = h->mallocs,
        .frees = h->frees,
        .num_gc = h->num_gc,
        .next_gc = or_zero(pace_goal(h)),
        .live_after_gc = h->pace.live_bytes,
        .marked = h->pace.marked_bytes,
        .swept = h->pace.swept_bytes,
        .scavenged = h->scavenger.given_back,
        .scavenge_goal = or_zero(h->scavenger.goal),
        .garbage = h->garbage_bytes,
        .peak_heap_alloc = h->peak_alloc_bytes,
        .peak_heap_inuse = h->peak_inuse_bytes,
        .asked = h->asked_bytes,
        .peak_asked = h->peak_asked_bytes,
        .total_asked = h->total_asked_bytes,
    };
}

void heap_reset_peaks(struct heap *h)
{
    h->peak_alloc_bytes = heap_live_bytes(h);
    h->peak_inuse_bytes = h->inuse_bytes;
    h->peak_asked_bytes = h->asked_bytes;
}

const struct heap_tag *heap_tags(const struct heap *h, size_t *count)
{
    *count = h->tags.count;
    return h->tags.tags;
}

void heap_set_limit(struct heap *h, uint64_t limit_bytes)
{
    h->limit_bytes = limit_bytes;
}

void heap_fail_after(struct heap *h, uint64_t successes, enum heap_failure failure)
{
    h->order = (struct heap_fail_order){
        .standing = true, .failure = failure, .successes = successes};
}

void heap_fail_never(struct heap *h)
{
    h->order.standing = false;
}

bool heap_failed(const struct heap *h)
{
    return h->order.reached;
}

/* --- Where things lie ------------------------------------------------------ */

const void *heap_start(const struct heap *h)
{
    return h->arena.start;
}

const char *heap_region(const struct heap *h)
{
    return h->arena.named ? h->region : NULL;
}

uint64_t heap_high_water(const struct heap *h)
{
    return h->pages.fresh_from * (uint64_t)HEAP_PAGE_BYTES;
}

/* What a page is that lies in no span. */
static enum heap_run_state idle_state(const struct heap *h, size_t page)
{
    if (page >= h->pages.fresh_from)
        return HEAP_RUN_FRESH;
    return page_alloc_is_released(&h->pages, page) ? HEAP_RUN_RELEASED : HEAP_RUN_IDLE;
}

static void describe_span(const struct span *s, struct heap_run *run)
{
    *run = (struct heap_run){
        .state = HEAP_RUN_SPAN,
        .page = s->page,
        .page_count = s->page_count,
        .slot_bytes = s->slot_bytes,
        .slots = s->slot_count,
        .objects = s->used,
        .garbage = s->garbage,
        .scan = (enum heap_scan)s->scan,
        .large = s->class == SIZE_CLASS_LARGE,
        .needzero = s->needzero,
    };
}

bool heap_run_at(const struct heap *h, size_t page, struct heap_run *run)
{
    size_t end = h->pages.chunk_count * PAGE_ALLOC_CHUNK_PAGES;
    if (page >= end)
        return false;
    if (h->span_of[page] != NULL) {
        describe_span(h->span_of[page], run);
        return true;
    }
    size_t next = page + 1;
    while (next < end && h->span_of[next] == NULL && idle_state(h, next) == idle_state(h, page))
        next++;
    *run = (struct heap_run){
        .state = idle_state(h, page), .page = page, .page_count = next - page};
    return true;
}
