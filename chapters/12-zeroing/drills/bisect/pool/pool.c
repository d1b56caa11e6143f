/*
 * pool.c - spans cut from one mapping.
 *
 * A request is small or large. A small one is rounded to a class and takes the next
 * object of a span of that class and kind; a large one takes a span. Spans come from
 * the idle ones, which were used before, or from the fresh pages behind the mark.
 *
 * Left out: idle neighbours are not merged, and no page goes back to the system.
 */
#include "pool.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum { LEAST_CLASS_BYTES = 16, CLASSES = 12, OBJECTS_IN_SPAN = 8 };

/* An object that was given back; the next one of the same span. */
struct freed {
    struct freed *next;
};

/* A run of pages. The spans that have room are in a list of their class, the idle ones
 * in a list of their own, full and large ones in none. */
struct span {
    size_t first;               /* its first page */
    size_t pages;
    size_t object_bytes;        /* what one object takes: its class, or all pages */
    size_t capacity;            /* objects that fit in */
    size_t living;              /* objects that live */
    size_t reached;             /* objects handed out at least once: the first ones */
    struct freed *freed;        /* of these, the ones that were given back */
    struct span *next;
    enum pool_kind kind;
    bool needzero;              /* the memory may hold something else than zeros */
};

struct pool {
    char *arena;
    size_t page_count;
    size_t mark;                /* pages below were in a span once; those above are fresh */
    struct span *spans;         /* one for each page; a span is the one of its first page */
    struct span **owners;       /* the span that each page belongs to */
    struct span *idle;          /* spans without a living object */
    struct span *roomy[2][CLASSES];     /* by kind and class: spans with room for an object */
    struct pool_counters counters;
};

/* --- Sizes --- */

/* Which class a small request is rounded to: 0 is 16 bytes, each next one twice that. */
static size_t class_of(size_t bytes)
{
    size_t class = 0;
    while (((size_t)LEAST_CLASS_BYTES << class) < bytes)
        class++;
    return class;
}

static size_t class_bytes(size_t class)
{
    return (size_t)LEAST_CLASS_BYTES << class;
}

/* Whole pages for so many bytes. Near SIZE_MAX it must not wrap round. */
static size_t pages_for(size_t bytes)
{
    size_t pages = bytes / POOL_PAGE_BYTES;
    if (bytes % POOL_PAGE_BYTES != 0)
        pages++;
    return pages;
}

/* --- Counters --- */

static void count_alloc(struct pool *p, size_t bytes)
{
    p->counters.mallocs += 1;
    p->counters.alloc_bytes += bytes;
}

static void count_free(struct pool *p, size_t bytes)
{
    p->counters.frees += 1;
    p->counters.alloc_bytes -= bytes;
}

/* --- Spans --- */

/* Cuts a span off the fresh pages. NULL if there are not enough. */
static struct span *take_fresh(struct pool *p, size_t pages)
{
    if (pages > p->page_count - p->mark)
        return NULL;
    struct span *s = &p->spans[p->mark];
    s->first = p->mark;
    s->pages = pages;
    s->needzero = false;
    p->mark += pages;
    return s;
}

/* Makes an idle span of what a larger one has too much. */
static void split(struct pool *p, struct span *s, size_t pages)
{
    struct span *rest = &p->spans[s->first + pages];
    rest->first = s->first + pages;
    rest->pages = s->pages - pages;
    rest->needzero = s->needzero;
    rest->next = p->idle;
    p->idle = rest;
    s->pages = pages;
}

/* Takes the first idle span that is long enough. NULL if there is none. */
static struct span *take_idle(struct pool *p, size_t pages)
{
    for (struct span **at = &p->idle; *at != NULL; at = &(*at)->next) {
        struct span *s = *at;
        if (s->pages < pages)
            continue;
        *at = s->next;
        if (s->pages > pages)
            split(p, s, pages);
        return s;
    }
    return NULL;
}

/* A span for objects of one size. NULL if there is no room for it. */
static struct span *span_new(struct pool *p, size_t pages, size_t object_bytes,
                             enum pool_kind kind)
{
    struct span *s = take_idle(p, pages);
    if (s == NULL)
        s = take_fresh(p, pages);
    if (s == NULL)
        return NULL;
    s->object_bytes = object_bytes;
    s->capacity = pages * POOL_PAGE_BYTES / object_bytes;
    s->living = 0;
    s->reached = 0;
    s->freed = NULL;
    s->next = NULL;
    s->kind = kind;
    for (size_t page = 0; page < pages; page++)
        p->owners[s->first + page] = s;
    p->counters.inuse_bytes += pages * POOL_PAGE_BYTES;
    return s;
}

/* The last object is gone: whoever takes the span next finds old bytes in it. */
static void span_idle(struct pool *p, struct span *s)
{
    s->needzero = true;
    s->next = p->idle;
    p->idle = s;
    p->counters.inuse_bytes -= s->pages * POOL_PAGE_BYTES;
}

/* Hands out an object of a span that has room: one given back, else the next one. */
static void *span_take(struct pool *p, struct span *s)
{
    void *object = s->freed;
    if (object != NULL) {
        s->freed = s->freed->next;
    } else {
        object = p->arena + s->first * POOL_PAGE_BYTES + s->reached * s->object_bytes;
        s->reached++;
    }
    s->living++;
    return object;
}

/* --- Small and large objects --- */

/* How many pages a span of that class has: one, or as many as eight objects need. */
static size_t small_pages(size_t class)
{
    return pages_for(class_bytes(class) * OBJECTS_IN_SPAN);
}

static void *alloc_small(struct pool *p, size_t class, enum pool_kind kind)
{
    struct span **list = &p->roomy[kind][class];
    if (*list == NULL)
        *list = span_new(p, small_pages(class), class_bytes(class), kind);
    struct span *s = *list;
    if (s == NULL)
        return NULL;
    void *object = span_take(p, s);
    if (s->living == s->capacity)
        *list = s->next;
    if (s->needzero)
        memset(object, 0, s->object_bytes);
    count_alloc(p, s->object_bytes);
    return object;
}

/* Gives an object back to its span, and an empty span to the idle ones. */
static void free_small(struct pool *p, struct span *s, void *object)
{
    struct span **list = &p->roomy[s->kind][class_of(s->object_bytes)];
    if (s->living == s->capacity) {
        s->next = *list;
        *list = s;
    }
    struct freed *freed = object;
    freed->next = s->freed;
    s->freed = freed;
    s->needzero = true;
    s->living--;
    if (s->living > 0)
        return;
    while (*list != s)
        list = &(*list)->next;
    *list = s->next;
    span_idle(p, s);
}

static void *alloc_large(struct pool *p, size_t bytes, enum pool_kind kind)
{
    size_t pages = pages_for(bytes);
    if (pages > p->page_count)
        return NULL;
    struct span *s = span_new(p, pages, pages * POOL_PAGE_BYTES, kind);
    if (s == NULL)
        return NULL;
    void *object = span_take(p, s);
    if (s->needzero)
        memset(object, 0, s->object_bytes);
    count_alloc(p, s->object_bytes);
    return object;
}

/* --- The interface --- */

void *pool_alloc(struct pool *p, size_t bytes, enum pool_kind kind)
{
    if (bytes > POOL_SMALL_BYTES)
        return alloc_large(p, bytes, kind);
    return alloc_small(p, class_of(bytes), kind);
}

void pool_free(struct pool *p, void *object)
{
    size_t page = (size_t)((char *)object - p->arena) / POOL_PAGE_BYTES;
    struct span *s = p->owners[page];
    count_free(p, s->object_bytes);
    if (s->object_bytes > POOL_SMALL_BYTES)
        span_idle(p, s);
    else
        free_small(p, s, object);
}

struct pool_counters pool_read(const struct pool *p)
{
    return p->counters;
}

const void *pool_arena(const struct pool *p, size_t *bytes)
{
    *bytes = p->page_count * POOL_PAGE_BYTES;
    return p->arena;
}

/* Maps the arena: address space, of which nothing is resident. NULL if refused. */
static char *map_arena(size_t bytes)
{
    void *arena = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (arena == MAP_FAILED)
        return NULL;
    madvise(arena, bytes, MADV_NOHUGEPAGE);     /* so that a touched page is a page */
    return arena;
}

struct pool *pool_new(size_t bytes)
{
    struct pool *p = calloc(1, sizeof *p);
    if (p == NULL)
        return NULL;
    p->page_count = pages_for(bytes);
    p->spans = calloc(p->page_count, sizeof *p->spans);
    p->owners = calloc(p->page_count, sizeof *p->owners);
    p->arena = map_arena(p->page_count * POOL_PAGE_BYTES);
    if (p->spans != NULL && p->owners != NULL && p->arena != NULL)
        return p;
    pool_delete(p);
    return NULL;
}

void pool_delete(struct pool *p)
{
    if (p->arena != NULL)
        munmap(p->arena, p->page_count * POOL_PAGE_BYTES);
    free(p->owners);
    free(p->spans);
    free(p);
}
