/*
 * swiss_dot.h - a live Swiss map as Graphviz, through dot.h.
 *
 * Three views of the same memory, each nearer than the one before:
 *
 *   swiss_dot_map     header, directory, tables: who points to whom, and the bytes of
 *                     every object. The bytes on the boxes add up to swiss_bytes.
 *   swiss_dot_table   the control bytes of all groups of a table, and nothing else
 *   swiss_dot_group   one group: its control word byte by byte, its keys and elems
 *
 * They draw boxes into an open picture (between dot_begin and dot_end) and return the
 * number of the box. Nothing is changed in the map; it must not change meanwhile. Descriptions
 * are given at run time. No address is printed: tables are named by the first directory
 * entry that points to them, groups and slots by their numbers.
 */
#ifndef SWISS_DOT_H
#define SWISS_DOT_H

#include "dot/dot.h"
#include "swiss/swiss.h"

enum {
    SWISS_DOT_TABLES = 8,               /* a map's tables beyond so many are one box */
    SWISS_DOT_TABLE_GROUPS = 16,        /* of a larger table swiss_dot_map draws only counts */
};

/* How keys and elems are written: into text, at most `bytes` with the final 0. */
struct swiss_printer {
    void (*key)(char *text, size_t bytes, const void *key);
    void (*elem)(char *text, size_t bytes, const void *elem);   /* NULL: draw no elems */
};

/* Eight-byte keys and elems as decimal numbers. */
extern const struct swiss_printer swiss_print_u64;

/* Draws one group, a column for each slot: control byte, its bits if asked for, its meaning, key
 * and elem. heading may be NULL. */
int swiss_dot_group(struct dot *dot, const struct map_type *mt, const struct swiss_printer *print,
                    unsigned char *group, const char *heading, bool bits);

/* A look-up whose way a table shows; NULL where none is wanted. */
struct swiss_dot_probe {
    uint64_t hash;
};

/*
 * Draws a table's control bytes, eight cells a group. The groups that a look-up of the
 * probe's hash visits are marked, with the number of the step: "5, 1st" is where it
 * starts. heading may be NULL.
 */
int swiss_dot_table(struct dot *dot, const struct map_type *mt, const struct swiss_table *t,
                    const struct swiss_dot_probe *probe, const char *heading);

/* Draws the whole map: a small one with its keys, a larger one table by table. Returns the
 * number of the header's box. */
int swiss_dot_map(struct dot *dot, const struct map_type *mt, const struct swiss_printer *print,
                  const struct swiss *m);

#endif
