/*
 * heap_check.c - counts everything again, from the page map and the spans.
 *
 * Walks the pages in order. A used page starts a span, whose record is looked
 * at and whose objects are added to a tally; at the end the tally must be what
 * the counters say. Proves H1 to H7 and H9 to H13 of heap.h and, on the way, the
 * rules of the parts: P1 and P2 of page_alloc.h, S1 to S3 of span.h. What reads as
 * zero is heap_check_zero.c's subject.
 *
 * One look cannot see that a counter fell. But Mallocs and TotalAlloc are
 * counted twice, for the heap and for each tag, and H7 compares. H8 is about
 * two moments too: a test proves it.
 */
#include <stdarg.h>
#include <stdio.h>

#include "heap/heap_check.h"

/* What the walk has counted. */
struct tally {
    uint64_t alloc_bytes;
    uint64_t inuse_bytes;
    uint64_t garbage_bytes;
    uint64_t objects;
    size_t idle_pages;
    size_t released_pages;
    size_t partial_spans[SPAN_KINDS];
    size_t garbage_spans;
    uint64_t tag_bytes[HEAP_MAX_TAGS];
    uint64_t tag_objects[HEAP_MAX_TAGS];
};

const char *broken(const char *format, ...)
{
    static char sentence[200];
    va_list values;
    va_start(values, format);
    vsnprintf(sentence, sizeof sentence, format, values);
    va_end(values);
    return sentence;
}

/* --- One span ------------------------------------------------------------ */

/* H4 for pages: the span starts here and every page of it is its own. */
static const char *check_pages(const struct heap *h, const struct span *s, size_t page)
{
    size_t end = h->pages.chunk_count * PAGE_ALLOC_CHUNK_PAGES;
    if (s == NULL || s->page != page || s->place == SPAN_UNUSED)
        return broken("H4: page %zu is in use, but no span starts there", page);
    if (s->page_count == 0 || s->page_count > end - page)
        return broken("H4: the span at page %zu does not end in the heap", page);
    for (size_t i = page; i < page + s->page_count; i++)
        if (!page_alloc_is_used(&h->pages, i) || h->span_of[i] != s)
            return broken("H4: the span at page %zu does not own page %zu", page, i);
    return NULL;
}

/* H4 for objects: slots of the size and number that the class says lie side by side. */
static const char *check_slots(const struct heap *h, const struct span *s)
{
    bool large = s->class == SIZE_CLASS_LARGE;
    size_t span_bytes = s->page_count * (size_t)HEAP_PAGE_BYTES;
    size_t pages = large ? s->page_count : size_classes[s->class].pages;
    size_t slot_bytes = large ? span_bytes : size_classes[s->class].bytes;
    unsigned slots = large ? 1 : size_class_slots(s->class, (enum heap_scan)s->scan);
    if (s->start != h->arena.start + s->page * (size_t)HEAP_PAGE_BYTES || s->page_count != pages)
        return broken("H4: the span at page %u is not where its pages are", s->page);
    if (s->slot_bytes != slot_bytes || s->slot_count != slots)
        return broken("H4: the span at page %u has %u slots of %zu bytes instead of %u of %zu",
                      s->page, s->slot_count, s->slot_bytes, slots, slot_bytes);
    return NULL;
}

/* S1 and S2: the slots' bits, their counts and the hint agree. */
static const char *check_bits(const struct span *s)
{
    unsigned used = 0, garbage = 0;
    for (unsigned slot = 0; slot < s->slot_count; slot++) {
        if (span_is_free(s, slot) && span_is_dead(s, slot))
            return broken("S1: slot %u of the span at page %u is free and dead", slot, s->page);
        if (span_is_free(s, slot) && slot < s->hint)
            return broken("S2: the span at page %u has a free slot below its hint", s->page);
        used += !span_is_free(s, slot);
        garbage += span_is_dead(s, slot);
    }
    if (used != s->used || garbage != s->garbage)
        return broken("S1: the span at page %u has %u used and %u dead slots, not %u and %u",
                      s->page, used, garbage, s->used, s->garbage);
    return NULL;
}

/* S3 as far as the span itself knows. */
static const char *check_place(const struct heap *h, const struct span *s)
{
    const struct heap_kind *kind = &h->kinds[span_kind(s->class, (enum heap_scan)s->scan)];
    if (s->used == 0)
        return broken("S3: the span at page %u holds no object", s->page);
    bool right = s == kind->current ? s->place == SPAN_CURRENT
               : span_has_room(s)   ? s->place == SPAN_PARTIAL
                                    : s->place == SPAN_FULL;
    return right ? NULL : broken("S3: the span at page %u is not where it belongs", s->page);
}

/* --- The walk ------------------------------------------------------------ */

static void tally_span(struct tally *t, const struct span *s)
{
    t->inuse_bytes += s->page_count * (uint64_t)HEAP_PAGE_BYTES;
    t->alloc_bytes += s->used * s->slot_bytes;
    t->garbage_bytes += s->garbage * s->slot_bytes;
    t->objects += s->used;
    t->partial_spans[span_kind(s->class, (enum heap_scan)s->scan)] += s->place == SPAN_PARTIAL;
    t->garbage_spans += s->garbage > 0;
    for (unsigned slot = 0; slot < s->slot_count; slot++) {
        if (span_is_free(s, slot))
            continue;
        t->tag_bytes[s->tags[slot] % HEAP_MAX_TAGS] += s->slot_bytes;
        t->tag_objects[s->tags[slot] % HEAP_MAX_TAGS]++;
    }
}

static const char *check_span(const struct heap *h, const struct span *s, size_t page,
                              struct tally *t)
{
    const char *wrong = check_pages(h, s, page);
    if (wrong == NULL)
        wrong = check_slots(h, s);
    if (wrong == NULL)
        wrong = check_bits(s);
    if (wrong == NULL)
        wrong = check_place(h, s);
    if (wrong == NULL)
        wrong = check_span_zero(h, s);
    if (wrong == NULL)
        tally_span(t, s);
    return wrong;
}

/* Visits every page of HeapSys, a span at a time. */
static const char *check_all_pages(const struct heap *h, struct tally *t)
{
    size_t end = h->pages.chunk_count * PAGE_ALLOC_CHUNK_PAGES;
    for (size_t page = 0; page < end;) {
        const struct span *s = h->span_of[page];
        if (page_alloc_is_used(&h->pages, page)) {
            const char *wrong = check_span(h, s, page, t);
            if (wrong != NULL)
                return wrong;
            page += s->page_count;
            continue;
        }
        if (s != NULL)
            return broken("H4: idle page %zu belongs to a span", page);
        if (page >= h->pages.fresh_from && !page_alloc_is_released(&h->pages, page))
            return broken("H10: page %zu was never in a span, but counts as retained", page);
        t->idle_pages++;
        page++;
    }
    for (size_t page = 0; page < end; page++) {
        if (!page_alloc_is_released(&h->pages, page))
            continue;
        if (page_alloc_is_used(&h->pages, page))
            return broken("H3: page %zu is in use, but counts as released", page);
        t->released_pages++;
    }
    return NULL;
}

/* --- The parts ----------------------------------------------------------- */

static const char *check_summaries(const struct page_alloc *a)
{
    for (size_t c = 0; c < a->chunk_count; c++) {
        struct page_summary is = page_alloc_summarize(a, c), said = a->summaries[c];
        if (is.start != said.start || is.longest != said.longest || is.end != said.end)
            return broken("P1: the summary of chunk %zu is %u %u %u instead of %u %u %u", c,
                          said.start, said.longest, said.end, is.start, is.longest, is.end);
        if (c < a->first_chunk && is.longest > 0)
            return broken("P2: chunk %zu lies before the first one, but has a free page", c);
    }
    return NULL;
}

/* S3 from the lists' side: they hold as many spans as were met, and the right ones. */
static const char *check_lists(const struct heap *h, const struct tally *t)
{
    for (unsigned k = 0; k < SPAN_KINDS; k++) {
        size_t count = 0;
        for (const struct span *s = h->kinds[k].partial; s != NULL; s = s->next)
            if (s->place != SPAN_PARTIAL || span_kind(s->class, (enum heap_scan)s->scan) != k ||
                ++count > t->partial_spans[k])
                return broken("S3: a wrong span is in the list of kind %u", k);
        if (count != t->partial_spans[k])
            return broken("S3: the list of kind %u lacks a span", k);
    }
    size_t count = 0;
    for (const struct span *s = h->garbage_spans; s != NULL; s = s->next_garbage)
        if (s->garbage == 0 || ++count > t->garbage_spans)
            return broken("S3: a wrong span is in the list of those with garbage");
    if (count != t->garbage_spans)
        return broken("S3: the list of spans with garbage lacks one");
    return NULL;
}

/* --- The counters -------------------------------------------------------- */

#define LLU(n) ((unsigned long long)(n))

static const char *check_bytes(const struct heap_counters *c, const struct tally *t)
{
    if (c->heap_alloc != t->alloc_bytes)
        return broken("H1: HeapAlloc is %llu, but the objects take %llu", LLU(c->heap_alloc),
                      LLU(t->alloc_bytes));
    if (c->garbage != t->garbage_bytes)
        return broken("H1: garbage is %llu, but the dropped objects take %llu", LLU(c->garbage),
                      LLU(t->garbage_bytes));
    if (c->heap_inuse != t->inuse_bytes)
        return broken("H2: HeapInuse is %llu, but the spans take %llu", LLU(c->heap_inuse),
                      LLU(t->inuse_bytes));
    if (c->peak_heap_alloc < c->heap_alloc || c->peak_heap_inuse < c->heap_inuse)
        return broken("%s: a peak lies below the present value",
                      c->peak_heap_alloc < c->heap_alloc ? "H1" : "H2");
    if (c->heap_sys != c->heap_inuse + c->heap_idle ||
        c->heap_idle != t->idle_pages * (uint64_t)HEAP_PAGE_BYTES)
        return broken("H3: HeapIdle is %llu, but %zu pages are idle", LLU(c->heap_idle),
                      t->idle_pages);
    if (c->heap_released != t->released_pages * (uint64_t)HEAP_PAGE_BYTES)
        return broken("H3: HeapReleased is %llu, but %zu pages are released",
                      LLU(c->heap_released), t->released_pages);
    return NULL;
}

static const char *check_counts(const struct heap_counters *c, const struct tally *t)
{
    if (c->frees > c->mallocs || c->mallocs - c->frees != t->objects)
        return broken("H6: Mallocs is %llu and Frees %llu, but there are %llu objects",
                      LLU(c->mallocs), LLU(c->frees), LLU(t->objects));
    return NULL;
}

static const char *check_asked(const struct heap_counters *c)
{
    if (c->asked > c->heap_alloc - c->garbage)
        return broken("H9: living objects were asked for with %llu bytes and take %llu",
                      LLU(c->asked), LLU(c->heap_alloc - c->garbage));
    if (c->asked > c->peak_asked)
        return broken("H9: %llu bytes are asked for and the peak is %llu", LLU(c->asked),
                      LLU(c->peak_asked));
    if (c->total_asked < c->peak_asked || c->total_asked > c->total_alloc)
        return broken("H9: %llu bytes were asked for in all, %llu at once, %llu allocated",
                      LLU(c->total_asked), LLU(c->peak_asked), LLU(c->total_alloc));
    return NULL;
}

static const char *check_tags(const struct heap *h, const struct tally *t)
{
    uint64_t mallocs = 0, total_bytes = 0;
    for (size_t i = 0; i < HEAP_MAX_TAGS; i++) {
        const struct heap_tag *tag = &h->tags.tags[i];
        if (tag->live_bytes != t->tag_bytes[i] || tag->live_objects != t->tag_objects[i])
            return broken("H7: tag %s has %llu objects of %llu bytes instead of %llu of %llu",
                          i < h->tags.count ? tag->name : "(none)", LLU(tag->live_objects),
                          LLU(tag->live_bytes), LLU(t->tag_objects[i]), LLU(t->tag_bytes[i]));
        mallocs += tag->mallocs;
        total_bytes += tag->total_bytes;
    }
    if (mallocs != h->mallocs || total_bytes != h->total_alloc)
        return broken("H7: the tags count %llu allocations of %llu bytes, the heap %llu of %llu",
                      LLU(mallocs), LLU(total_bytes), LLU(h->mallocs), LLU(h->total_alloc));
    return NULL;
}

/* H12, worked out once more in wider numbers. */
static const char *check_goal(const struct heap *h)
{
    const struct heap_pace *p = &h->pace;
    __extension__ typedef unsigned __int128 wide;
    wide goal = UINT64_MAX;
    if (h->collector == HEAP_COLLECT_PACED && p->gogc != HEAP_GOGC_OFF) {
        wide percent = (wide)p->gogc, least = percent * (4 << 20) / 100;
        goal = p->live_bytes + ((wide)p->live_bytes + p->roots_bytes) * percent / 100;
        goal = goal < least ? least : goal;
        goal = goal > UINT64_MAX ? UINT64_MAX : goal;
    }
    if (p->gogc_goal != goal)
        return broken("H12: the goal is %llu instead of %llu", LLU(p->gogc_goal), LLU(goal));
    if (p->trigger != 0 && p->trigger != p->gogc_goal)
        return broken("H12: the trigger is %llu, the goal %llu", LLU(p->trigger),
                      LLU(p->gogc_goal));
    return NULL;
}

static const char *check_work(const struct heap *h)
{
    size_t mapped = h->pages.chunk_count * PAGE_ALLOC_CHUNK_PAGES;
    size_t fresh = mapped - h->pages.fresh_from;
    if (h->pace.swept_bytes > h->total_freed)
        return broken("H13: %llu bytes were swept, but only %llu freed", LLU(h->pace.swept_bytes),
                      LLU(h->total_freed));
    if ((h->pages.released_pages - fresh) * (uint64_t)HEAP_PAGE_BYTES > h->scavenger.given_back)
        return broken("H13: %zu used pages are released, but only %llu bytes were given back",
                      h->pages.released_pages - fresh, LLU(h->scavenger.given_back));
    return NULL;
}

const char *heap_check(const struct heap *h)
{
    struct tally t = {0};
    struct heap_counters c = heap_read(h);
    const char *wrong = check_summaries(&h->pages);
    if (wrong == NULL)
        wrong = check_all_pages(h, &t);
    if (wrong == NULL)
        wrong = check_lists(h, &t);
    if (wrong == NULL)
        wrong = check_bytes(&c, &t);
    if (wrong == NULL)
        wrong = check_counts(&c, &t);
    if (wrong == NULL)
        wrong = check_asked(&c);
    if (wrong == NULL)
        wrong = check_tags(h, &t);
    if (wrong == NULL)
        wrong = check_goal(h);
    if (wrong == NULL)
        wrong = check_work(h);
    if (wrong == NULL)
        wrong = check_released_zero(h);
    return wrong;
}
