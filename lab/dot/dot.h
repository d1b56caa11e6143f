/*
 * dot.h - pictures of live memory as Graphviz source.
 *
 * A picture is made of boxes of cells (bytes, slots, directory entries) and
 * arrows between boxes or cells. Text is escaped here and nowhere else. Boxes are
 * numbered in the order in which they are drawn; no address is printed,
 * so the same structure gives the same text. Knows no map.
 */
#ifndef DOT_H
#define DOT_H

#include <stdbool.h>
#include <stdio.h>

struct dot {
    FILE *out;
    int boxes;                      /* drawn so far */

    /* The rest is dot.c's own: */
    int notes;                      /* written so far */
    int cells;                      /* in the open box */
    int row_cells;                  /* in the open row */
    bool in_box, in_row, left_to_right;
    int furthest;                   /* the highest box number that an arrow names */
    char last[16];                  /* node drawn last, or "" */
};

/*
 * What a cell is, which decides its colour, from a palette that colour-blind
 * readers can tell apart, and a mark in its text, so that the picture reads in print:
 * full cells are bold, empty ones start with a dot, deleted ones with a cross,
 * marked ones with an arrowhead.
 */
enum dot_shade { DOT_PLAIN, DOT_HEAD, DOT_FULL, DOT_EMPTY, DOT_DELETED, DOT_FAINT, DOT_MARKED };

/* Opens and closes a picture. rankdir is "LR" or "TB"; the title is drawn above and may be
 * NULL. A failed write is left in `out` for ferror(3). */
void dot_begin(struct dot *dot, FILE *out, const char *title, const char *rankdir);
void dot_end(struct dot *dot);

/*
 * A box is an HTML-like table: dot_box opens it and returns its number (the first is 0;
 * heading may be NULL); dot_row starts a row; dot_cell adds a cell over so many columns,
 * printf style, which arrows can reach by the port number it returns (unique in the
 * box); dot_box_end closes it. A \n in a text starts a new line of the cell.
 */
int dot_box(struct dot *dot, const char *heading);
void dot_row(struct dot *dot);
int dot_cell(struct dot *dot, enum dot_shade shade, int columns, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void dot_box_end(struct dot *dot);

/* An arrow from a cell (or a whole box: port -1) to a box, which may be drawn later; label may
 * be NULL. */
void dot_arrow(struct dot *dot, int box, int port, int to_box, const char *label);

/* A sentence on its own, below what was drawn last. */
void dot_note(struct dot *dot, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
