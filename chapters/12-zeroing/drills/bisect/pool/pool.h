/*
 * pool.h - a small allocator in the manner of Go's: the subject of the drill.
 *
 * Words       page     8 KiB of the arena, the unit in which spans are cut
 *             span     a run of pages: objects of one class, or one large object
 *             class    a power of two, 16 B to 32 KiB, to which a small request is rounded
 *             large    an object above 32 KiB; it has a span of its own
 *             kind     whether an object holds pointers; a span is of one kind
 *             fresh    pages that no span has used yet. The system hands them out
 *                      zeroed, and they are resident only once they are written
 *
 * Rules       P1  The memory of a new object reads as zero.
 *             P2  Objects do not overlap. A small one is aligned to its class (to a page
 *                 at most), a large one to a page.
 *             P3  A request that is refused changes nothing.
 *             P4  alloc_bytes is the sum of the rounded sizes of the living objects,
 *                 inuse_bytes that of the spans that hold one.
 */
#ifndef POOL_H
#define POOL_H

#include <stdbool.h>
#include <stddef.h>

enum { POOL_PAGE_BYTES = 8192, POOL_SMALL_BYTES = 32768 };

enum pool_kind { POOL_NO_POINTERS, POOL_POINTERS };

/* What the pool says of itself. */
struct pool_counters {
    size_t alloc_bytes;         /* rounded sizes of the living objects */
    size_t inuse_bytes;         /* whole spans that hold one */
    size_t mallocs;             /* objects allocated since the start */
    size_t frees;               /* objects given back since the start */
};

struct pool;

/*
 * Makes a pool with an arena of `bytes`, rounded up to pages. Returns NULL if the
 * system refuses it. Nothing of the arena is resident yet.
 */
struct pool *pool_new(size_t bytes);

/* Gives back everything, whatever lives in it. */
void pool_delete(struct pool *p);

/* A zeroed object of at least `bytes`, or NULL if the arena has no room for it. */
void *pool_alloc(struct pool *p, size_t bytes, enum pool_kind kind);

/* Takes an object back; it must be one that pool_alloc returned. */
void pool_free(struct pool *p, void *object);

/* The counters as they stand. */
struct pool_counters pool_read(const struct pool *p);

/* The arena, for whoever asks the system about it; its size goes into *bytes. */
const void *pool_arena(const struct pool *p, size_t *bytes);

#endif
