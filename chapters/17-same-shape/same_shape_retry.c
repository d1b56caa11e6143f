/*
 * same_shape_retry.c - messages that wait for their acknowledgement, by message id.
 *
 * Models      the sending side of a queue: a message is kept until the other side has said that it
 *             has it, to be sent again if it does not.
 * Leaves out  the sending. A message is its bytes; ids are numbers in their order.
 *
 * What grows with the peak: the map's table; an outage of the other side fills it, and the
 * acknowledgements that come afterwards empty it, entry by entry. What gives it back: an
 * empty buffer is replaced by a fresh one, for which nothing has to be copied; or a map for each
 * epoch, here a tick, that is dropped when its last message is acknowledged.
 */
#include "same_shape.h"

#include <assert.h>
#include <string.h>

#include "hashbrown/hashbrown_any.h"
#include "swiss/swiss_u64.h"

struct buffer {
    struct heap *heap;
    const struct design *design;
    struct retry_setting setting;
    struct map_type type;
    struct any_map maps[TICKS];         /* by epoch; without epochs, the first alone */
    bool there[TICKS];
    uint64_t each;                      /* messages of a tick */
    uint64_t oldest, next;              /* ids: the oldest not acknowledged, the one to come */
    uint64_t seed;
    struct day *day;
};

/* A message has its id in its first bytes. */
static struct map_type message_type(unsigned bytes)
{
    struct map_shape shape = {
        .name = "u64 -> message", .key_bytes = 8, .key_align = 8, .elem_bytes = bytes,
        .elem_align = 8, .key_direct_compare = true, .hash = swiss_u64_type.hash,
        .equal = swiss_u64_type.equal,
    };
    return map_type_of(&shape);
}

static unsigned epoch_of(const struct buffer *b, uint64_t id)
{
    return b->setting.way == RETRY_EPOCHS ? (unsigned)(id / b->each) : 0;
}

static bool new_map(struct buffer *b, unsigned epoch)
{
    b->there[epoch] = any_map_init(&b->maps[epoch], b->design, &b->type, b->heap, 0, b->seed++);
    b->day->made += b->there[epoch];
    return b->there[epoch];
}

static void drop_map(struct buffer *b, unsigned epoch)
{
    b->design->free(&b->maps[epoch]);
    b->there[epoch] = false;
}

/* --- Send and acknowledge --------------------------------------------------- */

static bool send_message(struct buffer *b)
{
    unsigned epoch = epoch_of(b, b->next);
    if (!b->there[epoch] && !new_map(b, epoch))
        return false;
    void *message = b->design->put(&b->maps[epoch], &b->next);
    if (message == NULL)
        return false;
    memcpy(message, &b->next, sizeof b->next);
    b->next++;
    return true;
}

static bool is_poison(const struct buffer *b, uint64_t id)
{
    return b->setting.poison && id == 0;
}

/* All that was sent so far is acknowledged. */
static void acknowledge(struct buffer *b)
{
    for (; b->oldest < b->next; b->oldest++) {
        if (is_poison(b, b->oldest))
            continue;
        bool was_there = b->design->del(&b->maps[epoch_of(b, b->oldest)], &b->oldest);
        assert(was_there);
        (void)was_there;
    }
}

/* --- The fixes -------------------------------------------------------------- */

static bool is_drained_and_large(const struct buffer *b)
{
    const struct any_map *m = &b->maps[0];
    return b->there[0] && b->design->len(m) == 0 && b->design->slots(m) > RETRY_FLOOR;
}

/* Drops every epoch whose last message is acknowledged. */
static void drop_empty_epochs(struct buffer *b)
{
    for (unsigned epoch = 0; epoch < TICKS; epoch++)
        if (b->there[epoch] && b->design->len(&b->maps[epoch]) == 0)
            drop_map(b, epoch);
}

/* What a way does after acknowledgements came. The next message makes the fresh map. */
static bool give_back(struct buffer *b)
{
    if (b->setting.way == RETRY_EPOCHS)
        drop_empty_epochs(b);
    if (b->setting.way == RETRY_DRAINED && is_drained_and_large(b))
        drop_map(b, 0);
    if (b->setting.way == RETRY_CLEAR && is_drained_and_large(b))
        b->design->clear(&b->maps[0]);
    if (b->setting.way == RETRY_SHRINK && is_drained_and_large(b))
        return hashbrown_any_shrink_to(&b->type, &b->maps[0].as.hashbrown, b->each);
    return true;
}

/* --- A day ------------------------------------------------------------------ */

static bool is_kept(const struct buffer *b, uint64_t id)
{
    unsigned epoch = epoch_of(b, id);
    const void *message = b->there[epoch] ? b->design->get(&b->maps[epoch], &id) : NULL;
    return message != NULL && memcmp(message, &id, sizeof id) == 0;
}

/* Asks for every message that nobody has acknowledged. */
static uint64_t count_missing(const struct buffer *b)
{
    uint64_t missing = b->setting.poison && !is_kept(b, 0);
    for (uint64_t id = b->oldest; id < b->next; id++)
        missing += !is_kept(b, id);
    return missing;
}

static uint64_t held(const struct buffer *b)
{
    uint64_t sum = 0;
    for (unsigned epoch = 0; epoch < TICKS; epoch++)
        sum += b->there[epoch] ? b->design->len(&b->maps[epoch]) : 0;
    return sum;
}

static bool live_tick(struct buffer *b, unsigned tick)
{
    if (b->setting.calm || !in_spike(tick)) {
        acknowledge(b);
        if (!give_back(b))
            return false;
    }
    for (uint64_t i = 0; i < b->each; i++)
        if (!send_message(b))
            return false;
    return true;
}

bool retry_run(const struct design *design, struct retry_setting setting, uint64_t keys,
               uint64_t seed, uint64_t limit, struct day *d)
{
    struct buffer b = {.heap = day_heap(limit), .design = design, .setting = setting,
                       .type = message_type(setting.message_bytes), .seed = seed,
                       .each = keys / RETRY_PART, .day = d};
    *d = (struct day){.made = 0};
    assert(setting.way != RETRY_SHRINK || design == design_versions[DESIGN_HASHBROWN].design);
    bool done = b.heap != NULL;
    for (unsigned tick = 0; done && tick < TICKS; tick++) {
        done = live_tick(&b, tick);
        if (!done)
            break;
        d->missing += count_missing(&b);
        day_read(d, tick, design, b.heap, held(&b));
    }
    heap_delete(b.heap);
    return done;
}

bool fresh_buffer_returns_the_peak(const struct day *kept, const struct day *fresh,
                                   const struct day *calm)
{
    return keeps_its_peak(kept) && returns_the_peak(fresh, calm)
        && kept->missing + fresh->missing == 0;
}
