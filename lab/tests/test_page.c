/*
 * test_page.c - what programs print, to the letter.
 */
#include "page/page.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

TestSuite(page, .timeout = 10);

/* --- A page whose streams are kept in memory -------------------------------- */

struct print {
    struct page page;
    char *out, *figures;
    size_t out_bytes, figures_bytes;
};

static void print_start(struct print *p)
{
    *p = (struct print){.page = {.target = "retain"}};
    p->page.out = open_memstream(&p->out, &p->out_bytes);
    p->page.figures = open_memstream(&p->figures, &p->figures_bytes);
}

static void print_end(struct print *p)
{
    cr_assert(page_end(&p->page));
    fclose(p->page.out);
    fclose(p->page.figures);
}

static void print_free(struct print *p)
{
    free(p->out);
    free(p->figures);
}

#define HEADS(...) (const char *const[]){__VA_ARGS__, NULL}
#define CELLS(...) (const struct page_cell[]){__VA_ARGS__}

/* --- Numbers ---------------------------------------------------------------- */

Test(page, commas_stand_before_every_third_digit_from_the_right)
{
    static const struct { uint64_t count; const char *text; } numbers[] = {
        {0, "0"}, {7, "7"}, {999, "999"}, {1000, "1,000"}, {99999, "99,999"},
        {100000, "100,000"}, {37832752, "37,832,752"},
        {UINT64_MAX, "18,446,744,073,709,551,615"},
    };
    char text[PAGE_NUMBER_BYTES];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        cr_assert_str_eq(page_number(text, numbers[i].count), numbers[i].text);
        cr_assert_str_eq(page_cell_text(text, exact(numbers[i].count, "B")), numbers[i].text);
    }
}

Test(page, measured_numbers_have_three_digits_and_a_mark)
{
    static const struct { double number; const char *text; } numbers[] = {
        {48.6123, "~48.6"}, {1523, "~1,520"}, {0.83, "~0.83"}, {0.8349, "~0.835"},
        {0, "~0"}, {48.0, "~48"}, {5, "~5"}, {100, "~100"}, {99.96, "~100"},
        {999.6, "~1,000"}, {9.996, "~10"}, {1234567890, "~1,230,000,000"},
        {0.001234, "~0.00123"}, {1e-12, "~0"}, {-3.14159, "~-3.14"}, {-1523, "~-1,520"},
    };
    char text[PAGE_NUMBER_BYTES];
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        cr_assert_str_eq(page_cell_text(text, measured(numbers[i].number, "ns")), numbers[i].text);
}

Test(page, exact_reals_have_the_decimals_asked_for_and_zero_has_none)
{
    char text[PAGE_NUMBER_BYTES];
    cr_assert_str_eq(page_cell_text(text, exact_real(0.875, 3, "")), "0.875");
    cr_assert_str_eq(page_cell_text(text, exact_real(0.5, 2, "%")), "0.50");
    cr_assert_str_eq(page_cell_text(text, exact_real(12345.678, 1, "")), "12,345.7");
    cr_assert_str_eq(page_cell_text(text, exact_real(-1234.5, 1, "")), "-1,234.5");
    cr_assert_str_eq(page_cell_text(text, exact_real(0, 2, "")), "0");
    cr_assert_str_eq(page_cell_text(text, exact_real(12.6, 0, "")), "13");
}

Test(page, the_longest_numbers_fit)
{
    char text[PAGE_NUMBER_BYTES];
    page_cell_text(text, exact_real(-999999999999999.0, 9, ""));
    cr_assert_str_eq(text, "-999,999,999,999,999.000000000");
    page_cell_text(text, measured(-999e12, ""));
    cr_assert_str_eq(text, "~-999,000,000,000,000");
}

Test(page, a_number_that_is_none_is_a_bug, .signal = SIGABRT)
{
    double zero = 0;
    measured(zero / zero, "ns");
}

/* --- Tables ----------------------------------------------------------------- */

Test(page, a_table_is_aligned_and_shows_a_common_unit_once)
{
    struct print p;
    print_start(&p);
    page_text(&p.page, "Retain: %d keys", 8);
    page_table(&p.page, "heap", HEADS("phase", "entries", "HeapAlloc", "took", "mixed", "says"));
    page_row(&p.page, "filled", "filled", CELLS(exact(1048576, ""), exact(37832752, "B"),
             measured(48.61, "ns"), exact(3, "B"), word("yes")));
    page_row(&p.page, "deleted", "keys deleted", CELLS(exact(0, ""), exact(0, "B"),
             measured(1523, "ns"), exact_real(12.5, 1, "%"), word("")));
    page_table_end(&p.page);
    print_end(&p);
    cr_assert_str_eq(p.out,
        "Retain: 8 keys\n"
        "\n"
        "phase           entries  HeapAlloc, B  took, ns   mixed  says\n"
        "── heap ─────────────────────────────────────────────────────\n"
        "filled        1,048,576    37,832,752     ~48.6     3 B  yes\n"
        "keys deleted          0             0    ~1,520  12.5 %\n"
        "\n");
    print_free(&p);
}

Test(page, figures_are_lines_of_plain_fields)
{
    struct print p;
    print_start(&p);
    page_table(&p.page, "heap", HEADS("phase", "Heap Alloc", "ns/op", "says"));
    page_row(&p.page, "filled", "filled",
             CELLS(exact(37832752, "B"), measured(1523, "ns"), word("yes")));
    page_row(&p.page, "go1.24", "Go 1.24",
             CELLS(exact_real(1234.5, 2, "B"), measured(0.83, "ns"), word("")));
    page_table_end(&p.page);
    page_figure(&p.page, "groups", "groups probed", exact(12345, "groups"));
    page_claim(&p.page, "delete-retains", true, "%d B stay", 5);
    page_claim(&p.page, "clear-frees", false, "none is freed");
    page_beyond(&p.page, "delete-retains", "out-of-line", true, "they are freed");
    page_beyond(&p.page, "delete-retains", "small", false, "it holds there too");
    print_end(&p);
    cr_assert_str_eq(p.figures,
        "figure\tretain.heap.filled.heap_alloc\t37832752\tB\texact\n"
        "figure\tretain.heap.filled.ns/op\t1520\tns\tmeasured\n"
        "figure\tretain.heap.go1.24.heap_alloc\t1234.50\tB\texact\n"
        "figure\tretain.heap.go1.24.ns/op\t0.83\tns\tmeasured\n"
        "figure\tretain.groups\t12345\tgroups\texact\n"
        "claim\tdelete-retains\tholds\t5 B stay\n"
        "claim\tclear-frees\trefuted\tnone is freed\n"
        "beyond\tdelete-retains\tout-of-line\tfails\tthey are freed\n"
        "beyond\tdelete-retains\tsmall\tholds\tit holds there too\n");
    print_free(&p);
}

Test(page, a_head_that_is_the_unit_is_not_said_twice)
{
    struct print p;
    print_start(&p);
    page_table(&p.page, "t", HEADS("map", "groups"));
    page_row(&p.page, "a", "one", CELLS(exact(131072, "groups")));
    page_table_end(&p.page);
    print_end(&p);
    cr_assert_str_eq(p.out, "map   groups\n── t ───────\none  131,072\n\n");
    print_free(&p);
}

Test(page, characters_are_counted_and_not_bytes)
{
    struct print p;
    print_start(&p);
    page_table(&p.page, "t", HEADS("tiré", "x"));
    page_row(&p.page, "a", "µµµµµ", CELLS(exact(1, "µs")));
    page_row(&p.page, "b", "ab", CELLS(exact(22, "µs")));
    page_table_end(&p.page);
    print_end(&p);
    cr_assert_str_eq(p.out, "tiré   x, µs\n── t ───────\nµµµµµ      1\nab        22\n\n");
    print_free(&p);
}

Test(page, a_table_keeps_its_own_copy_of_names_and_cells)
{
    struct print p;
    print_start(&p);
    char text[] = "first";
    struct page_cell cell = exact(1, "");
    page_table(&p.page, text, HEADS(text, "n"));
    page_row(&p.page, text, text, &cell);
    memcpy(text, "other", sizeof text);
    cell.count = 2;
    page_row(&p.page, text, text, &cell);
    page_table_end(&p.page);
    print_end(&p);
    cr_assert_str_eq(p.out, "first  n\n── first ──\nfirst  1\nother  2\n\n");
    cr_assert_str_eq(p.figures, "figure\tretain.first.first.n\t1\t\texact\n"
                                "figure\tretain.first.other.n\t2\t\texact\n");
    print_free(&p);
}

Test(page, a_table_without_numbers_or_rows_is_one_too)
{
    struct print p;
    print_start(&p);
    page_table(&p.page, "empty", HEADS("rule"));
    page_table_end(&p.page);
    page_table(&p.page, "rules", HEADS("rule"));
    page_row(&p.page, "s1", "S1", NULL);
    page_table_end(&p.page);
    print_end(&p);
    cr_assert_str_eq(p.out, "rule\n── empty ──\n\nrule\n── rules ──\nS1\n\n");
    cr_assert_str_eq(p.figures, "");
    print_free(&p);
}

/* --- Text and verdicts ------------------------------------------------------ */

Test(page, blocks_are_parted_by_an_empty_line)
{
    struct print p;
    print_start(&p);
    page_line(&p.page, "title");
    page_figure(&p.page, "a", "first", exact(1000, "B"));
    page_figure(&p.page, "b", "second", measured(2, ""));
    page_claim(&p.page, "c", true, "yes");
    page_beyond(&p.page, "c", "d", true, "no");
    page_text(&p.page, "end");
    print_end(&p);
    cr_assert_str_eq(p.out, "title\n"
                            "first  1,000 B\n"
                            "second  ~2\n"
                            "\n"
                            "claim   c  holds  yes\n"
                            "beyond  c/d  fails  no\n"
                            "\n"
                            "end\n"
                            "\n");
    print_free(&p);
}

Test(page, long_sentences_hang_below_their_claim)
{
    struct print p;
    print_start(&p);
    page_claim(&p.page, "delete-retains", true,
               "after deleting every key the heap holds as many bytes as when it was full: "
               "37,832,752 B and 37,832,752 B, and so it is for as long as the map lives");
    print_end(&p);
    cr_assert_str_eq(p.out,
        "claim   delete-retains  holds  after deleting every key the heap holds as many bytes as\n"
        "        when it was full: 37,832,752 B and 37,832,752 B, and so it is for as long as the\n"
        "        map lives\n");
    print_free(&p);
}

Test(page, a_line_of_ninety_columns_is_not_broken_and_of_ninety_one_is)
{
    struct print p;
    print_start(&p);
    char text[92];
    memset(text, 'a', sizeof text);
    text[44] = ' ';
    text[90] = '\0';
    page_text(&p.page, "%s", text);
    text[90] = 'a';
    text[91] = '\0';
    page_text(&p.page, "%s", text);
    print_end(&p);
    cr_assert_eq(strcspn(p.out, "\n"), 90);
    cr_assert_eq(strcspn(p.out + 92, "\n"), 44);
    print_free(&p);
}

Test(page, blanks_and_line_ends_inside_a_text_stay)
{
    struct print p;
    print_start(&p);
    page_text(&p.page, "  two  blanks\n   three");
    page_line(&p.page, "%*s|", 95, "");
    print_end(&p);
    cr_assert_str_eq(strtok(p.out, "|"), "  two  blanks\n   three\n\n"
                     "                                                                       "
                     "                        ");
    print_free(&p);
}

/* --- The same on every machine ---------------------------------------------- */

/* Masks "~12.3" and folds blanks, as goldens are compared. */
static char *mask(const char *text)
{
    char *masked = malloc(strlen(text) + 1), *to = masked;
    while (*text != '\0') {
        char c = *text++;
        if (c == '~')
            text += strspn(text, "-0123456789.,");
        if (c == ' ')
            text += strspn(text, " ");
        *to++ = c;
    }
    *to = '\0';
    return masked;
}

static char *masked_page(double ns)
{
    struct print p;
    print_start(&p);
    page_table(&p.page, "speed", HEADS("way", "time", "share"));
    page_row(&p.page, "clear", "clear", CELLS(measured(ns, "ns"), measured(ns / 7, "%")));
    page_row(&p.page, "loop", "loop", CELLS(measured(5, "ns"), exact(100, "B")));
    page_table_end(&p.page);
    char number[PAGE_NUMBER_BYTES];
    page_cell_text(number, measured(ns, "ns"));
    page_claim(&p.page, "clear-wins", true,
               "clear took %s ns for each of the entries (%s ns, %s ns), the loop took %s ns, "
               "which is what the chapter says of both", number, number, number, number);
    print_end(&p);
    char *masked = mask(p.out);
    print_free(&p);
    return masked;
}

Test(page, measured_figures_of_any_width_move_nothing_but_blanks)
{
    static const double times[] = {0, 0.5, 48.6, 1523, 987654, 98765432109, -2.5, 0.000123};
    char *first = masked_page(times[0]);
    cr_assert_not_null(strchr(strchr(strstr(first, "claim"), '\n') + 1, '\n'), "it is wrapped");
    for (size_t i = 1; i < sizeof times / sizeof *times; i++) {
        char *other = masked_page(times[i]);
        cr_assert_str_eq(other, first, "%g ns:\n%s", times[i], other);
        free(other);
    }
    free(first);
}

Test(page, no_line_ends_in_blanks)
{
    struct print p;
    print_start(&p);
    page_table(&p.page, "t", HEADS("a", "n", "says", "more"));
    page_row(&p.page, "r", "row", CELLS(exact(1, ""), word("yes"), word("")));
    page_row(&p.page, "s", "s", CELLS(word(""), word(""), word("")));
    page_table_end(&p.page);
    print_end(&p);
    cr_assert_null(strstr(p.out, " \n"), "%s", p.out);
    print_free(&p);
}

/* --- Streams ---------------------------------------------------------------- */

/* Every call once, on whatever streams the page has. */
static void print_everything(struct page *page)
{
    page_text(page, "text");
    page_line(page, "line");
    page_table(page, "t", HEADS("a", "n"));
    page_row(page, "r", "row", CELLS(exact(1, "")));
    page_table_end(page);
    page_figure(page, "f", "f", exact(1, "B"));
    page_claim(page, "c", true, "yes");
    page_beyond(page, "c", "b", true, "no");
}

Test(page, either_stream_may_be_missing)
{
    struct print both, figures_only, out_only;
    print_start(&both);
    print_everything(&both.page);
    print_end(&both);

    print_start(&figures_only);
    fclose(figures_only.page.out);
    figures_only.page.out = NULL;
    print_everything(&figures_only.page);
    cr_assert(page_end(&figures_only.page));
    fclose(figures_only.page.figures);
    cr_assert_str_eq(figures_only.figures, both.figures);

    print_start(&out_only);
    fclose(out_only.page.figures);
    out_only.page.figures = NULL;
    print_everything(&out_only.page);
    cr_assert(page_end(&out_only.page));
    fclose(out_only.page.out);
    cr_assert_str_eq(out_only.out, both.out);
    print_free(&both);
    print_free(&figures_only);
    print_free(&out_only);
}

Test(page, a_full_disk_is_told_at_the_end)
{
    for (int which = 0; which < 2; which++) {
        FILE *full = fopen("/dev/full", "w");
        struct page page = {.target = "t"};
        *(which == 0 ? &page.out : &page.figures) = full;
        print_everything(&page);
        cr_assert_not(page_end(&page), "stream %d", which);
        fclose(full);
    }
}

Test(page, a_write_that_failed_early_is_told_at_the_end)
{
    FILE *full = fopen("/dev/full", "w");
    setvbuf(full, NULL, _IONBF, 0);
    struct page page = {.out = full, .target = "t"};
    print_everything(&page);
    cr_assert_not(page_end(&page));
    fclose(full);
}

Test(page, an_open_table_is_given_up_at_the_end)
{
    struct print p;
    print_start(&p);
    page_table(&p.page, "t", HEADS("a", "n"));
    page_row(&p.page, "r", "row", CELLS(exact(1, "")));
    cr_assert_not_null(p.page.table);
    print_end(&p);
    cr_assert_null(p.page.table);
    cr_assert_str_eq(p.out, "");
    cr_assert_str_eq(p.figures, "");
    print_free(&p);
}

/* --- Bugs of the caller ----------------------------------------------------- */

Test(page, names_that_differ_in_one_part_are_two)
{
    struct print p;
    print_start(&p);
    for (char table[] = "a"; *table <= 'c'; ++*table) {
        page_table(&p.page, table, HEADS("a", "n", "m"));
        page_row(&p.page, "r", "row", CELLS(exact(1, ""), exact(1, "")));
        page_row(&p.page, "s", "row", CELLS(exact(1, ""), exact(1, "")));
        page_table_end(&p.page);
    }
    page_claim(&p.page, "a", true, "yes");
    page_claim(&p.page, "b", true, "yes");
    page_beyond(&p.page, "a", "x", true, "yes");
    page_beyond(&p.page, "b", "x", true, "yes");
    page_beyond(&p.page, "b", "y", true, "yes");
    print_end(&p);
    print_free(&p);
}

/* What each of these does last must be refused by an assert. */
static void same_figure(struct page *page)
{
    page_figure(page, "f", "other label", exact(2, "B"));
}

static void same_figure_in_table(struct page *page)
{
    page_table(page, "u", HEADS("a", "n"));
    page_row(page, "r", "row", CELLS(exact(1, "")));
    page_row(page, "r", "other row", CELLS(exact(2, "")));
    page_table_end(page);
}

static void same_table(struct page *page)
{
    page_table(page, "t", HEADS("a", "n"));
}

static void same_claim(struct page *page)
{
    page_claim(page, "c", false, "no");
}

static void same_beyond(struct page *page)
{
    page_beyond(page, "c", "b", false, "no");
}

static void name_with_blank(struct page *page)
{
    page_figure(page, "two words", "label", exact(1, "B"));
}

static void sentence_with_tab(struct page *page)
{
    page_claim(page, "d", true, "a\tb");
}

static void claim_without_sentence(struct page *page)
{
    page_claim(page, "d", true, "%s", "");
}

static void text_in_table(struct page *page)
{
    page_table(page, "u", HEADS("a", "n"));
    page_text(page, "inside");
}

static void row_without_table(struct page *page)
{
    page_row(page, "r", "row", CELLS(exact(1, "")));
}

#define REFUSED(bug)                                                                              \
    Test(page, asserts_##bug, .signal = SIGABRT)                                                  \
    {                                                                                             \
        struct page page = {.target = "t"};                                                       \
        print_everything(&page);                                                                  \
        bug(&page);                                                                               \
    }

REFUSED(same_figure)
REFUSED(same_figure_in_table)
REFUSED(same_table)
REFUSED(same_claim)
REFUSED(same_beyond)
REFUSED(name_with_blank)
REFUSED(sentence_with_tab)
REFUSED(claim_without_sentence)
REFUSED(text_in_table)
REFUSED(row_without_table)
