/*
 * tag.h - what the objects are for: one account for each tag.
 *
 * A tag is a string literal. The same words in two files may be two pointers,
 * so tags are compared as strings; but a program has few of them and says each
 * a million times, so a small table of pointers seen answers first.
 */
#ifndef TAG_H
#define TAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "heap/heap.h"

enum { TAG_SEEN_BITS = 5 };

struct tag_seen {
    const char *pointer;
    unsigned index;
};

struct tag_table {
    size_t count;
    struct heap_tag tags[HEAP_MAX_TAGS];
    struct tag_seen seen[1 << TAG_SEEN_BITS];   /* by a hash of the pointer */
};

/* Looks through the strings, adds the tag if it is new, remembers the pointer. */
unsigned tag_find_by_name(struct tag_table *t, const char *name, struct tag_seen *seen);

/* The index of a tag; one never seen gets the next. */
static inline unsigned tag_find(struct tag_table *t, const char *name)
{
    uint64_t hash = (uint64_t)(uintptr_t)name * UINT64_C(0x9E3779B97F4A7C15);
    struct tag_seen *seen = &t->seen[hash >> (64 - TAG_SEEN_BITS)];
    if (seen->pointer == name)
        return seen->index;
    return tag_find_by_name(t, name, seen);
}

/* Whether the tag of that index is called so. */
static inline bool tag_is(const struct tag_table *t, unsigned index, const char *name)
{
    return t->tags[index].name == name || strcmp(t->tags[index].name, name) == 0;
}

#endif
