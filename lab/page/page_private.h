/*
 * page_private.h - what the files of the page share.
 *
 * Measured figures have another width on every machine, and pages are compared
 * between machines. So wherever a width decides about something that is not a
 * run of blanks (where a line is broken, how long a rule is), a measured figure
 * counts as MEASURED_COLUMNS, however long it is.
 */
#ifndef PAGE_PRIVATE_H
#define PAGE_PRIVATE_H

#include "page/page.h"

#include <stdarg.h>
#include <stddef.h>

enum {
    PAGE_COLUMNS = 90,              /* sentences are wrapped here */
    MEASURED_COLUMNS = 8,           /* kept free for "~999,000" */
};

/* A column of the open table. */
struct column {
    char *head;
    const char *unit;               /* of all its numbers, or NULL if they differ */
    bool numbers;                   /* set right; a column of words is set left */
    size_t reserved;                /* columns on the page, measured figures at their fixed width */
    size_t width;                   /* the same, as wide as they are here */
};

struct row {
    char *slug;
    char *label;
    struct page_cell *cells;
};

/* Lines that belong together; an empty line comes before other ones. */
enum block { BLOCK_NONE, BLOCK_FIGURES, BLOCK_CLAIMS };

struct page_rows {
    void *names;                    /* a tsearch(3) tree of the names used so far */
    enum block block;               /* what the last line belongs to */
    char *table;                    /* the open table's name, or NULL */
    struct column *columns;         /* [0] is the labels' */
    size_t column_count;
    struct row *rows;
    size_t row_count;
};

/* The page's own store; made when first asked for. */
struct page_rows *page_store(struct page *page);

/* Starts a line of a block: writes the empty line that parts it from another. */
void page_block(struct page *page, enum block block);

/* Asserts that `kind` and `name` together are new on this page. */
void page_new_name(struct page *page, const char *kind, const char *name);

/* Writes one machine line for a number; words have none. */
void page_write_figure(struct page *page, const char *table, const char *slug,
                       const char *head, struct page_cell cell);

/* Gives the open table up. */
void page_table_drop(struct page_rows *store);

/* A number without commas or ~, as the figures stream has it. */
char *page_plain_number(char text[PAGE_NUMBER_BYTES], const struct page_cell *cell);

/* How many terminal columns the first `bytes` of a UTF-8 text take. */
size_t page_width(const char *text, size_t bytes);

/* The same with every measured figure ("~48.6") taken as MEASURED_COLUMNS. */
size_t page_stable_width(const char *text, size_t bytes);

/* malloc, strdup, vasprintf, realloc; without memory they end the program with a sentence. */
void *page_memory(void *old, size_t bytes);
char *page_copy(const char *text);
char *page_format(const char *format, va_list arguments);

#endif
