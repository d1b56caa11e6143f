/*
 * same_shape_pool.c - a connection pool, with and without idle eviction.
 *
 * Models      a client's pool of connections to a database: one is opened when all are in use, and
 *             goes back to the pool after use.
 * Leaves out  the network. A connection is its memory: a header and a buffer for each direction.
 *
 * The idle connections are a list through the connections themselves, so the pool has no array
 * that would keep a mark of its own. The list runs from the connection that was used last to the
 * one that has waited longest, whichever end they are taken from.
 *
 * What grows with the peak: the number of open connections. What gives it back: a connection that
 * has waited for too long is closed; or one that comes back is, when enough are idle.
 */
#include "same_shape.h"

enum { BUFFER_BYTES = 16 << 10 };       /* one TLS record */

struct connection {
    struct connection *newer, *older;   /* in the list of idle ones */
    void *in, *out;                     /* buffers */
    unsigned last_used;                 /* tick */
};

struct pool {
    struct heap *heap;
    struct connection *newest, *oldest; /* idle */
    uint64_t open, idle;
    uint64_t opened;                    /* since the start */
    struct pool_setting setting;
};

/* --- Open and close --------------------------------------------------------- */

static void close_connection(struct pool *p, struct connection *c)
{
    if (c->in != NULL)
        heap_drop(p->heap, c->in, BUFFER_BYTES, HEAP_NOSCAN, "in");
    if (c->out != NULL)
        heap_drop(p->heap, c->out, BUFFER_BYTES, HEAP_NOSCAN, "out");
    heap_drop(p->heap, c, sizeof *c, HEAP_SCAN, "connection");
    p->open--;
}

/* NULL: no memory, and the pool is as it was. */
static struct connection *open_connection(struct pool *p)
{
    struct connection *c = heap_alloc(p->heap, sizeof *c, HEAP_SCAN, "connection");
    if (c == NULL)
        return NULL;
    p->open++;
    c->in = heap_alloc(p->heap, BUFFER_BYTES, HEAP_NOSCAN, "in");
    c->out = heap_alloc(p->heap, BUFFER_BYTES, HEAP_NOSCAN, "out");
    if (c->in != NULL && c->out != NULL) {
        p->opened++;
        return c;
    }
    close_connection(p, c);
    return NULL;
}

/* --- Take and put back ------------------------------------------------------ */

static void unlink_idle(struct pool *p, struct connection *c)
{
    *(c->newer == NULL ? &p->newest : &c->newer->older) = c->older;
    *(c->older == NULL ? &p->oldest : &c->older->newer) = c->newer;
    p->idle--;
}

/* A connection for one user: an idle one, or a new one. NULL: no memory. */
static struct connection *take(struct pool *p)
{
    struct connection *c = p->setting.oldest_first ? p->oldest : p->newest;
    if (c == NULL)
        return open_connection(p);
    unlink_idle(p, c);
    return c;
}

static void put_back(struct pool *p, struct connection *c, unsigned tick)
{
    if (p->setting.most_idle > 0 && p->idle >= p->setting.most_idle) {
        close_connection(p, c);
        return;
    }
    p->idle++;
    c->last_used = tick;
    c->newer = NULL;
    c->older = p->newest;
    *(p->newest == NULL ? &p->oldest : &p->newest->newer) = c;
    p->newest = c;
}

/* The fix: the connections that have waited longest are at one end of the list. */
static void evict_idle(struct pool *p, unsigned tick)
{
    while (p->oldest != NULL && tick - p->oldest->last_used >= p->setting.idle_ticks) {
        struct connection *c = p->oldest;
        unlink_idle(p, c);
        close_connection(p, c);
    }
}

/* --- A day ------------------------------------------------------------------ */

/* Connections that are in use at the same time. */
static unsigned demand(const struct pool *p, unsigned tick)
{
    bool spike = in_spike(tick) && !p->setting.calm;
    if (spike || p->setting.always_busy)
        return POOL_SPIKE;
    return tick % POOL_EVERY == 0 ? POOL_QUIET : POOL_BETWEEN;
}

/* Takes them all, then puts them back; nobody else is there meanwhile. False: no memory. */
static bool serve(struct pool *p, unsigned tick)
{
    struct connection *in_use[POOL_SPIKE];
    unsigned want = demand(p, tick), got = 0;
    while (got < want && (in_use[got] = take(p)) != NULL)
        got++;
    for (unsigned i = got; i > 0; i--)
        put_back(p, in_use[i - 1], tick);
    return got == want;
}

bool pool_run(struct pool_setting setting, uint64_t limit, struct day *d)
{
    struct pool p = {.heap = day_heap(limit), .setting = setting};
    bool done = p.heap != NULL;
    *d = (struct day){.made = 0};
    for (unsigned tick = 0; done && tick < TICKS; tick++) {
        done = serve(&p, tick);
        if (!done)
            break;
        if (setting.idle_ticks > 0)
            evict_idle(&p, tick);
        day_read(d, tick, design_versions[DESIGN_SWISS].design, p.heap, p.open);
    }
    d->made = p.opened;
    heap_delete(p.heap);
    return done;
}

bool eviction_returns_the_peak(const struct day *kept, const struct day *evicted,
                               const struct day *calm)
{
    return day_after(kept) == day_height(kept) && day_height(evicted) == day_height(kept)
        && returns_the_peak(evicted, calm) && evicted->made == kept->made;
}
