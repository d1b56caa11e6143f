/*
 * page.h - what a program prints.
 *
 * A page is a sequence of lines of text, tables, claims and counterexamples.
 * Every figure in it has a name, a unit, and is either exact or measured:
 *
 *   exact     printed bare; the same on every machine, to the digit
 *   measured  printed with a leading ~; true of this machine, this run
 *
 * One set of calls writes two streams: the page for a reader, and, when a
 * figures stream is given, one line of tab-separated fields for a program:
 *
 *   figure  <table>.<row>.<column>  <value>  <unit>  exact|measured
 *   claim   <id>  holds|refuted  <sentence>
 *   beyond  <id>  <name>  fails|holds  <sentence>
 *
 * The figures stream carries plain numbers (37832752, 48.6); the page groups
 * thousands with commas and aligns columns.
 */
#ifndef PAGE_H
#define PAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

struct page {
    FILE *out;                      /* the page; NULL prints nothing */
    FILE *figures;                  /* the figures; NULL writes none */
    const char *target;             /* first part of every figure's name: "retain" */
    const char *table;              /* name of the open table, or NULL */
    struct page_rows *rows;         /* the open table's rows, the names used so far */
};

enum page_kind { PAGE_EXACT, PAGE_MEASURED, PAGE_WORD };

/* One cell: a number with a unit, or a word. */
struct page_cell {
    enum page_kind kind;
    double number;
    uint64_t count;                 /* exact whole numbers, to the last digit */
    int decimals;                   /* 0: print `count` */
    const char *unit;               /* "B", "ns", "" */
    const char *word;               /* of a PAGE_WORD; must outlive the table */
};

/* An exact count: bytes, allocations, groups. */
struct page_cell exact(uint64_t count, const char *unit);

/* An exact ratio or mean, printed with `decimals` digits. */
struct page_cell exact_real(double number, int decimals, const char *unit);

/* A measurement of this machine; three significant digits, marked with ~. */
struct page_cell measured(double number, const char *unit);

/* A word, or "" for an empty cell: no figure is written for it. */
struct page_cell word(const char *text);

/* One line of text, printf style, then an empty one (page_line: without). */
void page_text(struct page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void page_line(struct page *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A row of heads, and a row of cells, written in place. */
#define HEADS(...) (const char *const[]){__VA_ARGS__, NULL}
#define CELLS(...) (const struct page_cell[]){__VA_ARGS__}

/* Opens a table. Columns are named by `heads`, NULL-terminated; the first names the row
 * labels. Column units come from the cells. The page shows the table's name in the rule
 * below the heads. Texts are copied, but for the words and units of cells. */
void page_table(struct page *page, const char *name, const char *const heads[]);

/* Adds a row: `slug` names it in figures, `label` on the page; as many cells as
 * there are heads after the first. */
void page_row(struct page *page, const char *slug, const char *label,
              const struct page_cell cells[]);

/* Prints the table, columns aligned, and its figures. */
void page_table_end(struct page *page);

/* One figure outside a table: "label  12,345 B". */
void page_figure(struct page *page, const char *slug, const char *label,
                 struct page_cell cell);

/* A claim's verdict with the measurement in a sentence: "claim delete-retains
 * holds: ...". The id is the one in chapter.toml. */
void page_claim(struct page *page, const char *id, bool holds, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* A run just outside the claim's scope: `fails` tells that the claim failed
 * there, which is what a counterexample is for. */
void page_beyond(struct page *page, const char *id, const char *name, bool fails,
                 const char *format, ...) __attribute__((format(printf, 5, 6)));

/*
 * Ends the page: flushes both streams and frees what the page kept; a table
 * still open is given up. Returns false if anything could not be written.
 */
bool page_end(struct page *page);

/* Writes count with commas between thousands into text; returns text. */
enum { PAGE_NUMBER_BYTES = 32 };
char *page_number(char text[PAGE_NUMBER_BYTES], uint64_t count);

/* Writes a number as the page shows it, for a sentence: "37,832,752", "~48.6", without
 * its unit; returns text. */
char *page_cell_text(char text[PAGE_NUMBER_BYTES], struct page_cell cell);

#endif
