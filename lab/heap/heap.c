/*
 * heap.c - allocates, frees, drops, collects. The rules are in heap.h; what
 * else the heap does has files of its own (heap_private.h lists them).
 *
 * An allocation goes down this ladder and stops at the first rung that holds:
 *
 *     1  the current span of the object's kind has a free slot
 *     2  a partial span of the kind becomes the current one
 *     3  idle pages become a new span: the lowest that fit
 *     4  the heap grows by chunks of 4 MiB, and they have the pages
 *     5  garbage is collected, if there is any, and steps 1 to 4 are tried again
 *     6  the request is refused
 *
 * A large object begins at step 3, and that is where the limit stands: it
 * counts spans. Memory comes back the other way, and each station has a clock
 * of its own, which is why four numbers can tell four stories:
 *
 *     heap_drop           the object is garbage      HeapAlloc still counts it
 *     heap_collect        its slot is free           HeapAlloc falls
 *     ... of the last     the span's pages are idle  HeapInuse falls
 *     heap_scavenge       no memory behind them      HeapReleased rises, RSS falls
 *
 * Who moves memory on to the next station: a heap that is paced collects when
 * HeapAlloc reaches its goal (heap_pace.c), and gives idle pages back as simulated
 * time passes (heap_scavenge.c). Any other does when the program says so.
 *
 * Where the model is simpler than Go: the malloc header and the pointer bitmap
 * of a span take their room, but nothing is written there: an object starts
 * where its slot starts.
 */
#include <assert.h>
#include <string.h>

#include "heap/heap_private.h"
#include "heap/heap_zero.h"
#include "heap/poison.h"

enum { JUNK_BYTE = 0xDB };

/* --- Accounts ------------------------------------------------------------ */

static void count_new_object(struct heap *h, struct heap_tag *tag, size_t bytes)
{
    h->mallocs++;
    h->total_alloc += bytes;
    if (heap_live_bytes(h) > h->peak_alloc_bytes)
        h->peak_alloc_bytes = heap_live_bytes(h);
    tag->mallocs++;
    tag->total_bytes += bytes;
    tag->live_objects++;
    tag->live_bytes += bytes;
}

static void count_gone_object(struct heap *h, struct heap_tag *tag, size_t bytes)
{
    h->frees++;
    h->total_freed += bytes;
    tag->live_objects--;
    tag->live_bytes -= bytes;
}

/* What owners ask for and give up is counted at once; a collector is not awaited. */
static void count_asked(struct heap *h, size_t bytes)
{
    h->asked_bytes += bytes;
    h->total_asked_bytes += bytes;
    if (h->asked_bytes > h->peak_asked_bytes)
        h->peak_asked_bytes = h->asked_bytes;
}

/* --- Spans come and go --------------------------------------------------- */

static void partial_push(struct heap_kind *kind, struct span *s)
{
    s->previous = NULL;
    s->next = kind->partial;
    if (s->next != NULL)
        s->next->previous = s;
    kind->partial = s;
    s->place = SPAN_PARTIAL;
}

static void partial_remove(struct heap_kind *kind, struct span *s)
{
    if (s->next != NULL)
        s->next->previous = s->previous;
    if (s->previous != NULL)
        s->previous->next = s->next;
    else
        kind->partial = s->next;
}

static bool limit_allows(const struct heap *h, uint64_t more_bytes)
{
    if (h->limit_bytes == 0)
        return true;
    return h->inuse_bytes <= h->limit_bytes && more_bytes <= h->limit_bytes - h->inuse_bytes;
}

/* A record for a span: one used before if there is one, as it is in the cache. */
static struct span *record_take(struct heap *h)
{
    struct span *s = h->unused_spans;
    if (s == NULL)
        return &h->spans[h->span_count++];
    h->unused_spans = s->next;
    return s;
}

static void record_give(struct heap *h, struct span *s)
{
    s->place = SPAN_UNUSED;
    s->next = h->unused_spans;
    h->unused_spans = s;
}

/* Makes idle pages a span. Returns NULL, with nothing changed, if there are none to have. */
static struct span *span_open(struct heap *h, size_t page_count, unsigned class,
                              enum heap_scan scan)
{
    size_t page;
    if (page_count > h->arena.bytes / HEAP_PAGE_BYTES)
        return NULL;
    if (!limit_allows(h, page_count * HEAP_PAGE_BYTES))
        return NULL;
    if (!page_alloc_take(&h->pages, page_count, &page))
        return NULL;
    struct span *s = record_take(h);
    span_init(s, h->arena.start + page * HEAP_PAGE_BYTES, page_count, class, scan);
    s->page = (uint32_t)page;
    s->place = SPAN_FULL;
    s->needzero = page_alloc_claim(&h->pages, page, page_count);
    for (size_t i = 0; i < page_count; i++)
        h->span_of[page + i] = s;
    h->inuse_bytes += page_count * HEAP_PAGE_BYTES;
    if (h->inuse_bytes > h->peak_inuse_bytes)
        h->peak_inuse_bytes = h->inuse_bytes;
    scavenge_for_limit(h);
    pace_after_span(h);
    return s;
}

/* The last object is gone: the pages are idle. */
static void span_close(struct heap *h, struct span *s)
{
    struct heap_kind *kind = &h->kinds[span_kind(s->class, s->scan)];
    if (s->place == SPAN_PARTIAL)
        partial_remove(kind, s);
    if (s == kind->current)
        kind->current = NULL;
    h->inuse_bytes -= s->page_count * (uint64_t)HEAP_PAGE_BYTES;
    memset(&h->span_of[s->page], 0, s->page_count * sizeof *h->span_of);
    page_alloc_give(&h->pages, s->page, s->page_count);
    record_give(h, s);
}

/* Puts a span where it belongs after slots of it were freed. */
static void span_settle(struct heap *h, struct span *s)
{
    if (s->used == 0)
        span_close(h, s);
    else if (s->place == SPAN_FULL)
        partial_push(&h->kinds[span_kind(s->class, s->scan)], s);
}

/* A span of the kind that has room, as the new current one: steps 2 to 4. */
static struct span *next_current(struct heap *h, unsigned class, enum heap_scan scan)
{
    struct heap_kind *kind = &h->kinds[span_kind(class, scan)];
    struct span *s = kind->partial;
    if (s != NULL)
        partial_remove(kind, s);
    else
        s = span_open(h, size_classes[class].pages, class, scan);
    if (s == NULL)
        return NULL;
    if (kind->current != NULL)
        kind->current->place = SPAN_FULL;
    kind->current = s;
    s->place = SPAN_CURRENT;
    return s;
}

static struct span *span_with_room(struct heap *h, size_t bytes, enum heap_scan scan)
{
    unsigned class = size_class_of(bytes, scan);
    if (class == SIZE_CLASS_LARGE)
        return span_open(h, size_class_pages(bytes), class, scan);
    struct span *s = h->kinds[span_kind(class, scan)].current;
    if (s != NULL && span_has_room(s))
        return s;
    return next_current(h, class, scan);
}

/* --- Allocate ------------------------------------------------------------ */

/* Tells whether the order to fail is for this allocation. */
static bool must_fail(struct heap_fail_order *order)
{
    if (!order->standing)
        return false;
    if (order->successes > 0) {
        order->successes--;
        return false;
    }
    order->reached = true;
    order->standing = order->failure == HEAP_FAIL_FOR_EVER;
    return true;
}

/* Makes the slot an object's: zeroed, open to its user as far as was asked. */
static void *object_open(const struct heap *h, const struct span *s, unsigned slot, size_t bytes)
{
    char *p = span_slot_start(s, slot);
    poison_lift(p, s->slot_bytes);
    if (zero_must_clear(h, s))
        memset(p, 0, s->slot_bytes);
    poison_add(p + bytes, s->slot_bytes - bytes);
    return p;
}

void *heap_alloc(struct heap *h, size_t bytes, enum heap_scan scan, const char *tag)
{
    if (must_fail(&h->order))
        return NULL;
    struct span *s = span_with_room(h, bytes, scan);
    if (s == NULL && h->garbage_spans != NULL) {
        heap_collect(h);
        s = span_with_room(h, bytes, scan);
    }
    if (s == NULL)
        return NULL;
    unsigned slot = span_take_slot(s);
    unsigned index = tag_find(&h->tags, tag);
    s->tags[slot] = (uint8_t)index;
    count_new_object(h, &h->tags.tags[index], s->slot_bytes);
    count_asked(h, bytes);
    void *p = object_open(h, s, slot, bytes);
    if (heap_live_bytes(h) >= h->pace.trigger)
        pace_check(h);
    return p;
}

/* --- Free, drop, collect ------------------------------------------------- */

/* The span of the living object at p, which was asked for as the caller says. */
static struct span *span_of_object(const struct heap *h, const void *p, size_t bytes,
                                   enum heap_scan scan, const char *tag)
{
    size_t offset = (size_t)((const char *)p - h->arena.start);
    assert(offset < h->pages.chunk_count * PAGE_ALLOC_CHUNK_BYTES);
    struct span *s = h->span_of[offset / HEAP_PAGE_BYTES];
    assert(s != NULL);
    unsigned slot = span_slot_at(s, p);
    assert(!span_is_free(s, slot));
    assert(!span_is_dead(s, slot));
    assert(s->class == size_class_of(bytes, scan));
    assert(s->class != SIZE_CLASS_LARGE || s->page_count == size_class_pages(bytes));
    assert(s->scan == scan);
    assert(tag_is(&h->tags, s->tags[slot], tag));
    (void)slot, (void)bytes, (void)scan, (void)tag;
    return s;
}

/* Nobody may touch the object's memory any more. */
static void object_close(const struct heap *h, const struct span *s, char *p)
{
    if (h->junk) {
        poison_lift(p, s->slot_bytes);
        memset(p, JUNK_BYTE, s->slot_bytes);
    }
    poison_add(p, s->slot_bytes);
}

void heap_free(struct heap *h, void *p, size_t bytes, enum heap_scan scan, const char *tag)
{
    struct span *s = span_of_object(h, p, bytes, scan, tag);
    unsigned slot = span_slot_at(s, p);
    h->asked_bytes -= bytes;
    object_close(h, s, p);
    count_gone_object(h, &h->tags.tags[s->tags[slot]], s->slot_bytes);
    span_give_slot(s, slot);
    span_settle(h, s);
}

void heap_drop(struct heap *h, void *p, size_t bytes, enum heap_scan scan, const char *tag)
{
    if (h->collector == HEAP_COLLECT_AT_ONCE) {
        heap_free(h, p, bytes, scan, tag);
        return;
    }
    struct span *s = span_of_object(h, p, bytes, scan, tag);
    unsigned slot = span_slot_at(s, p);
    h->asked_bytes -= bytes;
    object_close(h, s, p);
    s->dead[slot / 64] |= UINT64_C(1) << (slot % 64);
    h->garbage_bytes += s->slot_bytes;
    if (s->garbage++ == 0) {
        s->next_garbage = h->garbage_spans;
        h->garbage_spans = s;
    }
}

/* Frees the dead slots of a span, word by word. */
static void span_sweep(struct heap *h, struct span *s)
{
    h->garbage_bytes -= s->garbage * s->slot_bytes;
    for (unsigned w = 0; s->garbage > 0; w++) {
        for (; s->dead[w] != 0; s->dead[w] &= s->dead[w] - 1) {
            unsigned slot = w * 64 + (unsigned)__builtin_ctzll(s->dead[w]);
            count_gone_object(h, &h->tags.tags[s->tags[slot]], s->slot_bytes);
            span_give_slot(s, slot);
            s->garbage--;
        }
    }
    span_settle(h, s);
}

void heap_collect(struct heap *h)
{
    uint64_t inuse_bytes = h->inuse_bytes, last_goal = pace_goal(h);
    h->num_gc++;
    page_alloc_next_cycle(&h->pages);       /* before the sweep: chunks are at their fullest */
    h->pace.marked_bytes += heap_live_bytes(h) - h->garbage_bytes + h->pace.roots_bytes;
    h->pace.swept_bytes += h->garbage_bytes;
    while (h->garbage_spans != NULL) {
        struct span *s = h->garbage_spans;
        h->garbage_spans = s->next_garbage;
        span_sweep(h, s);
    }
    pace_after_collection(h);
    scavenge_after_collection(h, inuse_bytes, last_goal);
}
