/*
 * zeroing_channel.h - a channel, as far as memory goes.
 *
 * Models      Go 1.24, src/runtime/chan.go: makechan, chansend, chanrecv.
 * Leaves out  waiting, closing, select: a send finds room, a receive an element.
 *
 * A channel is a header and a ring of elements. Without pointers both lie in one
 * plain allocation, header first; with pointers the ring is an allocation of its own, so
 * that the collector can be told what its elements are.
 *
 *     plain      |header|e0|e1|e2|e3|...      one object, noscan
 *     pointers   |header|  -->  |e0|e1|e2|e3|...      two objects, scan
 */
#ifndef ZEROING_CHANNEL_H
#define ZEROING_CHANNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "heap/heap.h"

struct element_type {
    uint16_t bytes;
    enum heap_scan scan;
};

/* Elements of 64 bytes: a struct of eight words, one of them a pointer or none. */
enum { ELEMENT_BYTES = 64 };
extern const struct element_type element_types[2];     /* by enum heap_scan */

/* hchan. What stands for waiting is there for its room only. */
struct channel {
    uint64_t count;                 /* elements that wait to be received */
    uint64_t capacity;
    char *ring;
    uint16_t element_bytes;
    uint32_t closed;
    void *timer;
    const struct element_type *type;
    uint64_t send_at, receive_at;
    void *receivers[2], *senders[2];
    uint64_t lock;
};

_Static_assert(sizeof(struct channel) == 104, "hchan of Go 1.23 and 1.24");

/* Returns an empty channel of so many elements, or NULL. */
struct channel *channel_make(struct heap *h, const struct element_type *type, uint64_t capacity);

/* The channel is garbage, and its ring. */
void channel_drop(struct heap *h, struct channel *c);

/* Copies an element into the ring; there must be room. */
void channel_send(struct channel *c, const void *element);

/* Copies the oldest element out, and clears its place so that nothing stays reachable through
 * it; there must be one. */
void channel_receive(struct channel *c, void *element);

/* The bytes of the ring. */
uint64_t channel_ring_bytes(const struct channel *c);

#endif
