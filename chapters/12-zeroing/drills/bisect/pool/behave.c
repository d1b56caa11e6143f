/*
 * behave.c - does a revision keep the pool's rules? The same for every revision.
 *
 * A script of allocations and frees is run on a pool that is too small for it. Each new
 * object is looked at and filled with its own number, which must still be there when it is
 * freed (P1, P2); a refused request must leave the counters alone (P3); they are
 * computed anew beside the pool's own (P4). Prints the counters now and then, so that two
 * revisions can be compared to the letter. Exit 1 and a sentence if a rule is broken.
 */
#include "pool.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ARENA_BYTES = 8 << 20, PLACES = 256, STEPS = 20000, SHOWN_EVERY = 2000 };

struct object {
    unsigned char *at;
    size_t bytes, rounded;
    unsigned char fill;
};

static uint64_t state = 20260301;

/* The next number of the script: the same ones on every machine. */
static size_t draw(size_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(state >> 33) % below;
}

static void broken(const char *rule)
{
    fprintf(stderr, "behave: %s\n", rule);
    exit(1);
}

/* A size from a byte to 300 KiB, small ones more often. */
static size_t draw_bytes(void)
{
    static const size_t most[] = {16, 300, 5000, 32768, 32769, 300000};
    return 1 + draw(most[draw(sizeof most / sizeof most[0])]);
}

/* What a request takes, said once more in other words than the pool's. */
static size_t rounded(size_t bytes)
{
    size_t class = 16;
    while (class < bytes && class < POOL_SMALL_BYTES)
        class *= 2;
    size_t pages = (bytes + POOL_PAGE_BYTES - 1) / POOL_PAGE_BYTES;
    return bytes <= class ? class : pages * POOL_PAGE_BYTES;
}

static bool all_are(const unsigned char *at, size_t bytes, unsigned char value)
{
    return bytes == 0 || (at[0] == value && memcmp(at, at + 1, bytes - 1) == 0);
}

/* Allocates into a free place, or sees that the refusal changed nothing. */
static bool put(struct pool *p, struct object *o, struct pool_counters *want)
{
    o->bytes = draw_bytes();
    o->rounded = rounded(o->bytes);
    o->at = pool_alloc(p, o->bytes, draw(2) ? POOL_POINTERS : POOL_NO_POINTERS);
    if (o->at == NULL)
        return false;
    size_t align = o->rounded < POOL_PAGE_BYTES ? o->rounded : POOL_PAGE_BYTES;
    if ((uintptr_t)o->at % align != 0)
        broken("P2: an object is not aligned");
    if (!all_are(o->at, o->bytes, 0))
        broken("P1: a new object does not read as zero");
    o->fill = (unsigned char)(1 + draw(255));
    memset(o->at, o->fill, o->rounded);
    want->mallocs += 1;
    want->alloc_bytes += o->rounded;
    return true;
}

static void take(struct pool *p, struct object *o, struct pool_counters *want)
{
    if (!all_are(o->at, o->rounded, o->fill))
        broken("P2: an object was written by another one");
    pool_free(p, o->at);
    o->at = NULL;
    want->frees += 1;
    want->alloc_bytes -= o->rounded;
}

static void compare(const struct pool *p, const struct pool_counters *want)
{
    struct pool_counters is = pool_read(p);
    if (is.mallocs != want->mallocs || is.frees != want->frees ||
        is.alloc_bytes != want->alloc_bytes)
        broken("P4: the counters are not those of the living objects");
    if (is.inuse_bytes < is.alloc_bytes || is.inuse_bytes > ARENA_BYTES)
        broken("P4: the spans in use do not hold the objects");
}

int main(void)
{
    static struct object objects[PLACES];
    struct pool_counters want = {0};
    size_t refused = 0;
    struct pool *p = pool_new(ARENA_BYTES);
    if (p == NULL || pool_alloc(p, SIZE_MAX, POOL_POINTERS) != NULL)
        broken("P3: there is no pool, or one without end");
    for (size_t step = 1; step <= STEPS; step++) {
        struct object *o = &objects[draw(PLACES)];
        if (o->at != NULL)
            take(p, o, &want);
        else
            refused += !put(p, o, &want);
        compare(p, &want);
        if (step % SHOWN_EVERY == 0)
            printf("%zu: %zu allocated, %zu freed, %zu refused, %zu B in %zu\n", step,
                   want.mallocs, want.frees, refused, want.alloc_bytes, pool_read(p).inuse_bytes);
    }
    for (size_t i = 0; i < PLACES; i++)
        if (objects[i].at != NULL)
            take(p, &objects[i], &want);
    compare(p, &want);
    if (refused == 0 || pool_read(p).inuse_bytes != 0)
        broken("P4: spans are in use without an object");
    pool_delete(p);
    return 0;
}
