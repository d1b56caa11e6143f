/*
 * hashbrown_dot.h - a live map of Rust's kind as Graphviz, through dot.h.
 *
 * The whole map is two boxes: the variable and its allocation, the bytes of which are written
 * on it. A table of up to 16 slots shows its keys and elems, one of up to 512 its control
 * bytes, a larger one only counts. To draw a map before and after a shrink, draw it into one
 * picture twice, with the shrink between the calls.
 *
 * Nothing is changed in the map. Descriptions are given at run time. No address is printed:
 * slots are named by their numbers.
 */
#ifndef HASHBROWN_DOT_H
#define HASHBROWN_DOT_H

#include "dot/dot.h"
#include "hashbrown/hashbrown.h"

enum {
    HASHBROWN_DOT_KEY_SLOTS = 16,       /* up to so many slots are drawn with keys and elems */
    HASHBROWN_DOT_SLOTS = 512,          /* of a larger table only counts are drawn */
};

/* How keys and elems are written: into text, at most `bytes` with the final 0. */
struct hashbrown_printer {
    void (*key)(char *text, size_t bytes, const void *key);
    void (*elem)(char *text, size_t bytes, const void *elem);   /* NULL: draw no elems */
};

/* Eight-byte keys and elems as decimal numbers. */
extern const struct hashbrown_printer hashbrown_print_u64;

/* Draws the map into an open picture; heading may be NULL. Returns the number of the
 * variable's box. */
int hashbrown_dot_map(struct dot *dot, const struct map_type *mt,
                      const struct hashbrown_printer *print, const struct hashbrown *m,
                      const char *heading);

#endif
