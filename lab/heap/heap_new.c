/*
 * heap_new.c - a heap comes and goes: two reserves of address space, one for
 * the objects, one for everything that is known about them.
 */
#include <stdio.h>

#include "heap/heap_private.h"
#include "heap/poison.h"

static const uint64_t default_reserve_bytes = UINT64_C(16) << 30;
static const uint64_t least_reserve_bytes = UINT64_C(1) << 30;

/* The metadata of an arena, whatever the heap will hold; it costs nothing until touched. */
static size_t meta_bytes(size_t chunks)
{
    size_t page_bytes = sizeof(struct span) + sizeof(struct span *);
    size_t chunk_bytes = PAGE_ALLOC_CHUNK_PAGES * page_bytes + PAGE_ALLOC_META_BYTES;
    size_t pieces = PAGE_ALLOC_META_PIECES + 3;     /* the heap, spans, span_of */
    return sizeof(struct heap) + chunks * chunk_bytes + pieces * HEAP_PAGE_BYTES;
}

/* Lays a heap out in its metadata, which reads as zero. */
static struct heap *heap_lay_out(struct reserve arena, struct reserve meta)
{
    size_t pages = arena.bytes / HEAP_PAGE_BYTES;
    struct heap *h = reserve_carve(&meta, sizeof *h);
    h->span_of = reserve_carve(&meta, pages * sizeof(struct span *));
    h->spans = reserve_carve(&meta, pages * sizeof(struct span));  /* at worst one a page */
    h->arena = arena;
    page_alloc_init(&h->pages, &h->arena, &meta);
    h->meta = meta;
    return h;
}

/* Returns NULL if the system refuses so much address space. */
static struct heap *heap_with_reserve(uint64_t bytes)
{
    struct reserve arena, meta;
    size_t chunks = (size_t)(bytes / PAGE_ALLOC_CHUNK_BYTES);
    if (bytes % PAGE_ALLOC_CHUNK_BYTES != 0)
        chunks++;
    if (chunks > UINT32_MAX / PAGE_ALLOC_CHUNK_PAGES)   /* a page number has 32 bits */
        return NULL;
    if (!reserve_init(&arena, chunks * PAGE_ALLOC_CHUNK_BYTES, PAGE_ALLOC_CHUNK_BYTES))
        return NULL;
    size_t meta_size = meta_bytes(chunks);
    if (!reserve_init(&meta, meta_size, HEAP_PAGE_BYTES)) {
        reserve_free(&arena);
        return NULL;
    }
    if (!reserve_map(&meta, 0, meta_size)) {
        reserve_free(&meta);
        reserve_free(&arena);
        return NULL;
    }
    return heap_lay_out(arena, meta);
}

/* The default is halved until the system grants it. */
static struct heap *heap_with_some_reserve(uint64_t wanted)
{
    uint64_t bytes = wanted != 0 ? wanted : default_reserve_bytes;
    struct heap *h = heap_with_reserve(bytes);
    while (h == NULL && wanted == 0 && bytes > least_reserve_bytes) {
        bytes /= 2;
        h = heap_with_reserve(bytes);
    }
    return h;
}

struct heap *heap_new(const struct heap_config *config)
{
    struct heap_config c = config != NULL ? *config : (struct heap_config){0};
    struct heap *h = heap_with_some_reserve(c.reserve_bytes);
    if (h == NULL)
        return NULL;
    h->limit_bytes = c.limit_bytes;
    h->collector = c.collector;
    h->zeroing = c.zeroing;
    h->junk = c.junk;
    h->scavenger = (struct heap_scavenger){.rate = c.scavenge_rate, .goal = UINT64_MAX};
    pace_init(h, &c);
    snprintf(h->name, sizeof h->name, "%s", c.name != NULL ? c.name : "high water");
    snprintf(h->region, sizeof h->region, "[anon:%s]", h->name);
    h->arena.name = h->name;
    if (c.huge_pages)
        reserve_want_huge_pages(&h->arena);
    return h;
}

void heap_delete(struct heap *h)
{
    if (h == NULL)
        return;
    poison_lift(h->arena.start, h->pages.chunk_count * PAGE_ALLOC_CHUNK_BYTES);
    struct reserve arena = h->arena, meta = h->meta;    /* the heap lies in its metadata */
    reserve_free(&arena);
    reserve_free(&meta);
}
