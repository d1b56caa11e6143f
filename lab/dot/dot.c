/*
 * dot.c - boxes, arrows and notes as Graphviz source.
 *
 * A box is one node whose label is a table in a table: the outer one has the heading
 * above and the inner one below, so that a long heading does not pull the cells
 * of the first column apart.
 *
 * Notes stand below what was drawn last. Graphviz places nodes by their edges, so an
 * invisible edge holds a note in its place: in a picture from top to bottom it
 * puts the note one rank lower, in one from left to right the two share a rank,
 * and the edge orders them in it.
 */
#include "dot/dot.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* --- Looks ------------------------------------------------------------------ */

/* How a shade looks. Fills after Okabe and Ito's palette; marks are in Latin-1, which
 * every monospaced font has. */
struct look {
    const char *fill;
    const char *ink;
    const char *mark;               /* before the text */
    bool bold;
    int border;                     /* points */
};

static const struct look looks[] = {
    [DOT_PLAIN] = {"#FFFFFF", "#000000", "", false, 1},
    [DOT_HEAD] = {"#3B3B3B", "#FFFFFF", "", true, 1},
    [DOT_FULL] = {"#9AD0F0", "#000000", "", true, 1},
    [DOT_EMPTY] = {"#FFFFFF", "#555555", "·", false, 1},
    [DOT_DELETED] = {"#E69F00", "#000000", "×", false, 1},
    [DOT_FAINT] = {"#EFEFEF", "#666666", "", false, 1},
    [DOT_MARKED] = {"#F0E442", "#000000", "»", true, 3},
};

/* --- Text ------------------------------------------------------------------- */

/* The bytes of the UTF-8 character that text starts with, or 0 if it starts with none.
 * Keys are often raw bytes, and Graphviz refuses text that is not UTF-8. */
static int character_bytes(const char *text)
{
    unsigned char first = (unsigned char)text[0];
    int bytes = first < 0x80 ? 1 : first >= 0xC2 && first < 0xE0 ? 2
              : first >= 0xE0 && first < 0xF0 ? 3 : first >= 0xF0 && first < 0xF5 ? 4 : 0;
    for (int i = 1; i < bytes; i++) {
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return 0;
    }
    return bytes;
}

/* What stands for a character that HTML-like labels give a meaning of their own, or
 * cannot show; NULL if it stands for itself. */
static const char *escape(char c)
{
    switch (c) {
    case '&': return "&amp;";
    case '<': return "&lt;";
    case '>': return "&gt;";
    case '"': return "&quot;";
    case '\n': return "<BR/>";
    default: return (unsigned char)c < 0x20 || c == 0x7F ? "?" : NULL;
    }
}

static void write_text(FILE *out, const char *text)
{
    while (*text != '\0') {
        int bytes = character_bytes(text);
        const char *instead = bytes == 0 ? "?" : escape(*text);
        if (instead != NULL)
            fputs(instead, out);
        else
            fwrite(text, 1, (size_t)bytes, out);
        text += bytes == 0 ? 1 : bytes;
    }
}

/* Formats; where memory is missing the picture says so instead of ending the program. */
static char *format_text(const char *format, va_list arguments)
{
    char *text;
    return vasprintf(&text, format, arguments) < 0 ? NULL : text;
}

/* --- The picture ------------------------------------------------------------ */

void dot_begin(struct dot *dot, FILE *out, const char *title, const char *rankdir)
{
    *dot = (struct dot){.out = out, .left_to_right = strcmp(rankdir, "LR") == 0, .furthest = -1};
    assert(dot->left_to_right || strcmp(rankdir, "TB") == 0);
    fprintf(out, "digraph picture {\n"
                 "    graph [rankdir=%s, fontname=\"Courier\", fontsize=14, labelloc=t];\n"
                 "    node [shape=plain, fontname=\"Courier\", fontsize=12];\n"
                 "    edge [fontname=\"Courier\", fontsize=11, arrowsize=0.7];\n", rankdir);
    if (title != NULL && *title != '\0') {
        fputs("    label=<<B>", out);
        write_text(out, title);
        fputs("</B>>;\n", out);
    }
}

void dot_end(struct dot *dot)
{
    assert(!dot->in_box && "dot_box_end is missing");
    assert(dot->furthest < dot->boxes && "an arrow leads to a box that was never drawn");
    fputs("}\n", dot->out);
}

/* --- Boxes ------------------------------------------------------------------ */

int dot_box(struct dot *dot, const char *heading)
{
    assert(!dot->in_box && "dot_box_end is missing");
    dot->in_box = true;
    dot->in_row = false;
    dot->cells = dot->row_cells = 0;
    snprintf(dot->last, sizeof dot->last, "box%d", dot->boxes);
    fprintf(dot->out, "    %s [label=<<TABLE BORDER=\"0\" CELLSPACING=\"0\">\n", dot->last);
    if (heading != NULL && *heading != '\0') {
        fputs("        <TR><TD><B>", dot->out);
        write_text(dot->out, heading);
        fputs("</B></TD></TR>\n", dot->out);
    }
    fputs("        <TR><TD><TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\" "
          "CELLPADDING=\"4\">\n", dot->out);
    return dot->boxes++;
}

/* A row without cells is not allowed in Graphviz, so the tag waits for the first. */
static void close_row(struct dot *dot)
{
    if (dot->row_cells > 0)
        fputs("        </TR>\n", dot->out);
    dot->row_cells = 0;
}

void dot_row(struct dot *dot)
{
    assert(dot->in_box);
    close_row(dot);
    dot->in_row = true;
}

/* The text of a cell, with its mark. Graphviz refuses an empty <B></B>. */
static void write_cell_text(FILE *out, const struct look *look, const char *text)
{
    if (*look->mark == '\0' && *text == '\0')
        return;
    fprintf(out, "<FONT COLOR=\"%s\">%s%s", look->ink, look->bold ? "<B>" : "", look->mark);
    if (*look->mark != '\0' && *text != '\0')
        fputc(' ', out);
    write_text(out, text);
    fprintf(out, "%s</FONT>", look->bold ? "</B>" : "");
}

int dot_cell(struct dot *dot, enum dot_shade shade, int columns, const char *format, ...)
{
    assert(dot->in_row && "dot_row is missing");
    assert(columns >= 1);
    va_list arguments;
    va_start(arguments, format);
    char *text = format_text(format, arguments);
    va_end(arguments);
    const struct look *look = &looks[shade];
    if (dot->row_cells++ == 0)
        fputs("        <TR>\n", dot->out);
    fprintf(dot->out, "            <TD PORT=\"p%d\" BGCOLOR=\"%s\"", dot->cells, look->fill);
    if (columns > 1)
        fprintf(dot->out, " COLSPAN=\"%d\"", columns);
    if (look->border > 1)
        fprintf(dot->out, " BORDER=\"%d\"", look->border);
    fputc('>', dot->out);
    write_cell_text(dot->out, look, text != NULL ? text : "no memory");
    fputs("</TD>\n", dot->out);
    free(text);
    return dot->cells++;
}

void dot_box_end(struct dot *dot)
{
    assert(dot->in_box);
    close_row(dot);
    if (dot->cells == 0)            /* nor is a table without rows allowed */
        fputs("        <TR><TD BORDER=\"0\"></TD></TR>\n", dot->out);
    fputs("        </TABLE></TD></TR></TABLE>>];\n", dot->out);
    dot->in_box = dot->in_row = false;
}

/* --- Arrows and notes ------------------------------------------------------- */

/*
 * An arrow to a later box meets it in the middle of its near side. From left to right it also
 * leaves its cell on the right: left alone, Graphviz takes the side of the cell that lies
 * nearest to the border, and leads arrows all around the box they come from.
 */
static void write_ends(const struct dot *dot, int box, int port, int to_box)
{
    bool forward = to_box > box;
    fprintf(dot->out, "    box%d", box);
    if (port >= 0)
        fprintf(dot->out, ":p%d%s", port, forward && dot->left_to_right ? ":e" : "");
    fprintf(dot->out, " -> box%d", to_box);
    if (forward)
        fputs(dot->left_to_right ? ":w" : ":n", dot->out);
}

void dot_arrow(struct dot *dot, int box, int port, int to_box, const char *label)
{
    assert(!dot->in_box && "arrows come after dot_box_end");
    assert(box >= 0 && port >= -1 && to_box >= 0);
    int further = box > to_box ? box : to_box;
    if (dot->furthest < further)
        dot->furthest = further;
    write_ends(dot, box, port, to_box);
    if (label != NULL && *label != '\0') {
        fputs(" [label=<", dot->out);
        write_text(dot->out, label);
        fputs(">]", dot->out);
    }
    fputs(";\n", dot->out);
}

void dot_note(struct dot *dot, const char *format, ...)
{
    assert(!dot->in_box && "notes come after dot_box_end");
    va_list arguments;
    va_start(arguments, format);
    char *text = format_text(format, arguments);
    va_end(arguments);
    char note[sizeof dot->last];
    snprintf(note, sizeof note, "note%d", dot->notes++);
    fprintf(dot->out, "    %s [label=<<I>", note);
    write_text(dot->out, text == NULL ? "no memory" : *text != '\0' ? text : " ");
    fputs("</I>>];\n", dot->out);
    free(text);
    if (*dot->last != '\0' && dot->left_to_right)
        fprintf(dot->out, "    { rank=same; %s -> %s [style=invis]; }\n", dot->last, note);
    else if (*dot->last != '\0')
        fprintf(dot->out, "    %s -> %s [style=invis];\n", dot->last, note);
    memcpy(dot->last, note, sizeof note);
}
