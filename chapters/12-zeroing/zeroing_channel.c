/*
 * zeroing_channel.c - the rings that wait for elements.
 */
#include "zeroing_channel.h"

#include <assert.h>
#include <string.h>

static const char header_tag[] = "channel", ring_tag[] = "channel ring";

const struct element_type element_types[2] = {
    [HEAP_NOSCAN] = {ELEMENT_BYTES, HEAP_NOSCAN},
    [HEAP_SCAN] = {ELEMENT_BYTES, HEAP_SCAN},
};

uint64_t channel_ring_bytes(const struct channel *c)
{
    return c->capacity * c->element_bytes;
}

/* One plain object for both. */
static struct channel *make_plain(struct heap *h, uint64_t ring_bytes)
{
    struct channel *c = heap_alloc(h, sizeof *c + ring_bytes, HEAP_NOSCAN, ring_tag);
    if (c != NULL)
        c->ring = (char *)(c + 1);
    return c;
}

/* Two objects: the collector looks for pointers in the ring. */
static struct channel *make_with_pointers(struct heap *h, uint64_t ring_bytes)
{
    struct channel *c = heap_alloc(h, sizeof *c, HEAP_SCAN, header_tag);
    if (c == NULL)
        return NULL;
    c->ring = heap_alloc(h, ring_bytes, HEAP_SCAN, ring_tag);
    if (c->ring != NULL)
        return c;
    heap_free(h, c, sizeof *c, HEAP_SCAN, header_tag);
    return NULL;
}

struct channel *channel_make(struct heap *h, const struct element_type *type, uint64_t capacity)
{
    uint64_t ring_bytes = capacity * type->bytes;
    struct channel *c = type->scan == HEAP_SCAN ? make_with_pointers(h, ring_bytes)
                                                : make_plain(h, ring_bytes);
    if (c == NULL)
        return NULL;
    c->capacity = capacity;
    c->element_bytes = type->bytes;
    c->type = type;
    return c;
}

void channel_drop(struct heap *h, struct channel *c)
{
    uint64_t ring_bytes = channel_ring_bytes(c);
    if (c->type->scan == HEAP_SCAN) {
        heap_drop(h, c->ring, ring_bytes, HEAP_SCAN, ring_tag);
        heap_drop(h, c, sizeof *c, HEAP_SCAN, header_tag);
    } else {
        heap_drop(h, c, sizeof *c + ring_bytes, HEAP_NOSCAN, ring_tag);
    }
}

void channel_send(struct channel *c, const void *element)
{
    assert(c->count < c->capacity);
    memcpy(c->ring + c->send_at * c->element_bytes, element, c->element_bytes);
    c->send_at = c->send_at + 1 == c->capacity ? 0 : c->send_at + 1;
    c->count++;
}

void channel_receive(struct channel *c, void *element)
{
    assert(c->count > 0);
    char *place = c->ring + c->receive_at * c->element_bytes;
    memcpy(element, place, c->element_bytes);
    memset(place, 0, c->element_bytes);
    c->receive_at = c->receive_at + 1 == c->capacity ? 0 : c->receive_at + 1;
    c->count--;
}
