/*
 * test_dot.c - pictures as Graphviz source, to the letter, and as Graphviz takes them.
 */
#include "dot/dot.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

TestSuite(dot, .timeout = 20);

/* --- Pictures --------------------------------------------------------------- */

/* What a drawing function writes; the caller frees it. */
static char *drawn(void (*draw)(struct dot *dot), const char *title, const char *rankdir)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    struct dot dot;
    dot_begin(&dot, out, title, rankdir);
    draw(&dot);
    dot_end(&dot);
    fclose(out);
    return text;
}

static void nothing(struct dot *dot)
{
    (void)dot;
}

static void two_boxes(struct dot *dot)
{
    int from = dot_box(dot, "directory");
    dot_row(dot);
    int first = dot_cell(dot, DOT_PLAIN, 1, "%d", 0);
    int second = dot_cell(dot, DOT_HEAD, 2, "%s", "01");
    dot_row(dot);
    int third = dot_cell(dot, DOT_DELETED, 3, "0xfe");
    dot_box_end(dot);
    int to = dot_box(dot, NULL);
    dot_row(dot);
    int fourth = dot_cell(dot, DOT_FULL, 1, "k");
    dot_box_end(dot);
    cr_assert(from == 0 && to == 1 && fourth == 0);
    cr_assert(first == 0 && second == 1 && third == 2);
    dot_note(dot, "Both at %s.", "once");
    dot_arrow(dot, from, second, to, "hash");
    dot_arrow(dot, from, -1, to, NULL);
    dot_arrow(dot, to, fourth, from, "");
}

/* Everything that Graphviz might refuse. */
static void nasty(struct dot *dot)
{
    static const char *const texts[] = {
        "", " ", "<b>&amp;\"\\\\N\"</b>", "two\nlines\n", "\n", "\xff\xfe raw", "\x01\x1b", "é µ 漢",
        "\xe6\xbc", "]]> --> }", "\\",
    };
    enum { COUNT = sizeof texts / sizeof *texts };
    dot_note(dot, "%s", "before any box");
    for (int i = 0; i < COUNT; i++) {
        dot_box(dot, texts[i]);
        for (int shade = DOT_PLAIN; shade <= DOT_MARKED; shade++) {
            dot_row(dot);
            dot_cell(dot, (enum dot_shade)shade, 1 + shade, "%s", texts[i]);
        }
        dot_row(dot);
        dot_box_end(dot);
        dot_note(dot, "%s", texts[i]);
        dot_note(dot, "%s", "");
        dot_arrow(dot, i, i % 7, (i + 1) % COUNT, texts[i]);
        dot_arrow(dot, i, -1, i, texts[i]);
    }
    dot_box(dot, NULL);
    dot_box_end(dot);
    dot_box(dot, "no cells");
    dot_row(dot);
    dot_row(dot);
    dot_box_end(dot);
}

/* --- The text --------------------------------------------------------------- */

Test(dot, writes_boxes_cells_arrows_and_notes)
{
    char *text = drawn(two_boxes, "A & B", "LR");
    cr_assert_str_eq(text,
        "digraph picture {\n"
        "    graph [rankdir=LR, fontname=\"Courier\", fontsize=14, labelloc=t];\n"
        "    node [shape=plain, fontname=\"Courier\", fontsize=12];\n"
        "    edge [fontname=\"Courier\", fontsize=11, arrowsize=0.7];\n"
        "    label=<<B>A &amp; B</B>>;\n"
        "    box0 [label=<<TABLE BORDER=\"0\" CELLSPACING=\"0\">\n"
        "        <TR><TD><B>directory</B></TD></TR>\n"
        "        <TR><TD><TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\" "
        "CELLPADDING=\"4\">\n"
        "        <TR>\n"
        "            <TD PORT=\"p0\" BGCOLOR=\"#FFFFFF\"><FONT COLOR=\"#000000\">0</FONT></TD>\n"
        "            <TD PORT=\"p1\" BGCOLOR=\"#3B3B3B\" COLSPAN=\"2\">"
        "<FONT COLOR=\"#FFFFFF\"><B>01</B></FONT></TD>\n"
        "        </TR>\n"
        "        <TR>\n"
        "            <TD PORT=\"p2\" BGCOLOR=\"#E69F00\" COLSPAN=\"3\">"
        "<FONT COLOR=\"#000000\">× 0xfe</FONT></TD>\n"
        "        </TR>\n"
        "        </TABLE></TD></TR></TABLE>>];\n"
        "    box1 [label=<<TABLE BORDER=\"0\" CELLSPACING=\"0\">\n"
        "        <TR><TD><TABLE BORDER=\"0\" CELLBORDER=\"1\" CELLSPACING=\"0\" "
        "CELLPADDING=\"4\">\n"
        "        <TR>\n"
        "            <TD PORT=\"p0\" BGCOLOR=\"#9AD0F0\">"
        "<FONT COLOR=\"#000000\"><B>k</B></FONT></TD>\n"
        "        </TR>\n"
        "        </TABLE></TD></TR></TABLE>>];\n"
        "    note0 [label=<<I>Both at once.</I>>];\n"
        "    { rank=same; box1 -> note0 [style=invis]; }\n"
        "    box0:p1:e -> box1:w [label=<hash>];\n"
        "    box0 -> box1:w;\n"
        "    box1:p0 -> box0;\n"
        "}\n");
    free(text);
}

Test(dot, holds_notes_below_and_arrows_from_above_in_a_picture_from_top_to_bottom)
{
    char *text = drawn(two_boxes, NULL, "TB");
    cr_assert_not_null(strstr(text, "rankdir=TB"));
    cr_assert_null(strstr(text, "    label="));
    cr_assert_not_null(strstr(text, "\n    box1 -> note0 [style=invis];\n"));
    cr_assert_not_null(strstr(text, "\n    box0:p1 -> box1:n [label=<hash>];\n"));
    free(text);
}

static void two_notes(struct dot *dot)
{
    dot_box(dot, NULL);
    dot_box_end(dot);
    dot_note(dot, "first");
    dot_note(dot, "second");
}

Test(dot, holds_a_second_note_below_the_first)
{
    char *text = drawn(two_notes, NULL, "TB");
    cr_assert_not_null(strstr(text, "\n    note0 -> note1 [style=invis];\n"));
    free(text);
}

Test(dot, draws_the_same_twice)
{
    char *first = drawn(nasty, "x", "LR"), *second = drawn(nasty, "x", "LR");
    cr_assert_str_eq(first, second);
    free(first);
    free(second);
}

/* --- Marks and escapes ------------------------------------------------------ */

static const char *cell_format;
static enum dot_shade cell_shade;

static void one_cell(struct dot *dot)
{
    dot_box(dot, NULL);
    dot_row(dot);
    dot_cell(dot, cell_shade, 1, "%s", cell_format);
    dot_box_end(dot);
}

/* Whether a cell of this shade and text is drawn with `expected` in it. */
static bool cell_has(enum dot_shade shade, const char *text, const char *expected)
{
    cell_shade = shade;
    cell_format = text;
    char *picture = drawn(one_cell, NULL, "LR");
    bool has = strstr(picture, expected) != NULL;
    free(picture);
    return has;
}

Test(dot, every_shade_has_a_look_of_its_own)
{
    cr_assert(cell_has(DOT_PLAIN, "t", "\"#FFFFFF\"><FONT COLOR=\"#000000\">t<"));
    cr_assert(cell_has(DOT_HEAD, "t", "\"#3B3B3B\"><FONT COLOR=\"#FFFFFF\"><B>t</B><"));
    cr_assert(cell_has(DOT_FULL, "t", "\"#9AD0F0\"><FONT COLOR=\"#000000\"><B>t</B><"));
    cr_assert(cell_has(DOT_EMPTY, "t", "\"#FFFFFF\"><FONT COLOR=\"#555555\">· t<"));
    cr_assert(cell_has(DOT_DELETED, "t", "\"#E69F00\"><FONT COLOR=\"#000000\">× t<"));
    cr_assert(cell_has(DOT_FAINT, "t", "\"#EFEFEF\"><FONT COLOR=\"#666666\">t<"));
    cr_assert(cell_has(DOT_MARKED, "t",
                       "\"#F0E442\" BORDER=\"3\"><FONT COLOR=\"#000000\"><B>» t<"));
}

Test(dot, empty_cells_are_empty_or_a_mark)
{
    cr_assert(cell_has(DOT_FULL, "", "BGCOLOR=\"#9AD0F0\"></TD>"));
    cr_assert(cell_has(DOT_EMPTY, "", ">·<"));
}

Test(dot, text_is_escaped)
{
    cr_assert(cell_has(DOT_PLAIN, "<a & \"b\">", ">&lt;a &amp; &quot;b&quot;&gt;<"));
    cr_assert(cell_has(DOT_PLAIN, "a\nb", ">a<BR/>b<"));
    cr_assert(cell_has(DOT_PLAIN, "\x01\x7f\t", ">??" "?<"));
    cr_assert(cell_has(DOT_PLAIN, "é漢𝄞", ">é漢𝄞<"));
    cr_assert(cell_has(DOT_PLAIN, "a\xffz\xc3", ">a?z?<"), "bytes that are no UTF-8");
    cr_assert(cell_has(DOT_PLAIN, "\xc0\x80", ">??" "<"), "bytes that never are");
    cr_assert(cell_has(DOT_PLAIN, "\xf5\x80\x80\x80", ">??" "??" "<"), "nor these");
}

/* --- Graphviz --------------------------------------------------------------- */

/* Graphviz's exit status for a picture, which it also must not warn about. */
static int graphviz(const char *rankdir)
{
    FILE *pipe = popen("dot -Tsvg 2>&1 >/dev/null | { ! grep . >&2; }", "w");
    char *text = drawn(nasty, "<&\">", rankdir);
    fputs(text, pipe);
    free(text);
    return pclose(pipe);
}

Test(dot, graphviz_takes_everything_without_a_warning)
{
    if (system("command -v dot >/dev/null") != 0)
        cr_skip_test("Graphviz is not installed");
    cr_assert_eq(graphviz("LR"), 0);
    cr_assert_eq(graphviz("TB"), 0);
}

/* --- Bugs of the caller ----------------------------------------------------- */

static void arrow_to_nowhere(struct dot *dot)
{
    dot_box(dot, NULL);
    dot_box_end(dot);
    dot_arrow(dot, 0, -1, 1, NULL);
}

static void box_in_a_box(struct dot *dot)
{
    dot_box(dot, NULL);
    dot_box(dot, NULL);
}

static void box_without_end(struct dot *dot)
{
    dot_box(dot, NULL);
}

static void cell_without_row(struct dot *dot)
{
    dot_box(dot, NULL);
    dot_cell(dot, DOT_PLAIN, 1, "x");
}

static void note_in_a_box(struct dot *dot)
{
    dot_box(dot, NULL);
    dot_note(dot, "x");
}

Test(dot, asserts_arrow_to_nowhere, .signal = SIGABRT) { drawn(arrow_to_nowhere, "", "LR"); }
Test(dot, asserts_box_in_a_box, .signal = SIGABRT) { drawn(box_in_a_box, "", "LR"); }
Test(dot, asserts_box_without_end, .signal = SIGABRT) { drawn(box_without_end, "", "LR"); }
Test(dot, asserts_cell_without_row, .signal = SIGABRT) { drawn(cell_without_row, "", "LR"); }
Test(dot, asserts_note_in_a_box, .signal = SIGABRT) { drawn(note_in_a_box, "", "LR"); }
Test(dot, asserts_other_directions, .signal = SIGABRT) { drawn(nothing, "", "RL"); }
