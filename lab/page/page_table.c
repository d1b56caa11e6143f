/*
 * page_table.c - tables.
 *
 * Rows are kept until the table ends, because the widest cell of a column sets
 * the place of all others. A column whose numbers have one unit shows it once,
 * in its head; where units differ, each stands behind its number.
 *
 *     phase          entries  HeapAlloc, B
 *     ── heap ────────────────────────────
 *     filled       1,048,576    37,832,752
 *     deleted              0    37,832,752
 */
#include "page/page_private.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { GAP = 2 };                   /* blanks between two columns */

/* --- Opening and filling ---------------------------------------------------- */

void page_table(struct page *page, const char *name, const char *const heads[])
{
    page_block(page, BLOCK_NONE);
    page_new_name(page, "table", name);
    struct page_rows *store = page_store(page);
    while (heads[store->column_count] != NULL)
        store->column_count++;
    assert(store->column_count > 0);
    store->table = page_copy(name);
    store->columns = page_memory(NULL, store->column_count * sizeof *store->columns);
    for (size_t c = 0; c < store->column_count; c++)
        store->columns[c] = (struct column){.head = page_copy(heads[c])};
    page->table = store->table;
}

void page_row(struct page *page, const char *slug, const char *label,
              const struct page_cell cells[])
{
    struct page_rows *store = page_store(page);
    assert(store->table != NULL && "page_row without page_table");
    size_t cell_bytes = (store->column_count - 1) * sizeof *cells;
    struct row row = {page_copy(slug), page_copy(label), page_memory(NULL, cell_bytes + 1)};
    if (cell_bytes > 0)
        memcpy(row.cells, cells, cell_bytes);
    store->rows = page_memory(store->rows, (store->row_count + 1) * sizeof row);
    store->rows[store->row_count++] = row;
}

void page_table_drop(struct page_rows *store)
{
    for (size_t c = 0; c < store->column_count; c++)
        free(store->columns[c].head);
    for (size_t r = 0; r < store->row_count; r++) {
        free(store->rows[r].slug);
        free(store->rows[r].label);
        free(store->rows[r].cells);
    }
    free(store->columns);
    free(store->rows);
    free(store->table);
    store->columns = NULL;
    store->rows = NULL;
    store->table = NULL;
    store->column_count = store->row_count = 0;
}

/* --- Measuring -------------------------------------------------------------- */

/* Finds a column's kind and unit: NULL if two of its numbers differ in theirs. */
static void find_unit(const struct page_rows *store, size_t c)
{
    struct column *column = &store->columns[c];
    for (size_t r = 0; r < store->row_count; r++) {
        const struct page_cell *cell = &store->rows[r].cells[c - 1];
        if (cell->kind == PAGE_WORD)
            continue;
        if (!column->numbers)
            column->unit = cell->unit;
        else if (column->unit != NULL && strcmp(column->unit, cell->unit) != 0)
            column->unit = NULL;
        column->numbers = true;
    }
}

/* The head with the unit of its column; a head that is the unit says it already. */
static void append_unit(struct column *column)
{
    if (column->unit == NULL || *column->unit == '\0' || strcmp(column->unit, column->head) == 0)
        return;
    size_t bytes = strlen(column->head) + strlen(column->unit) + sizeof ", ";
    column->head = page_memory(column->head, bytes);
    strcat(strcat(column->head, ", "), column->unit);
}

/* A cell as printed; the result is the caller's to free. */
static char *cell_text(const struct column *column, const struct page_cell *cell)
{
    if (cell->kind == PAGE_WORD)
        return page_copy(cell->word);
    const char *unit = column->unit == NULL ? cell->unit : "";
    char number[PAGE_NUMBER_BYTES];
    page_cell_text(number, *cell);
    char *text = page_memory(NULL, strlen(number) + strlen(unit) + sizeof " ");
    sprintf(text, "%s%s%s", number, *unit ? " " : "", unit);
    return text;
}

/* Makes a column at least as wide as this text. */
static void widen(struct column *column, const char *text, bool is_word)
{
    size_t width = page_width(text, strlen(text));
    size_t reserved = is_word ? width : page_stable_width(text, strlen(text));
    if (column->width < width)
        column->width = width;
    if (column->reserved < reserved)
        column->reserved = reserved;
}

static void measure(const struct page_rows *store, size_t c)
{
    struct column *column = &store->columns[c];
    widen(column, column->head, true);
    for (size_t r = 0; r < store->row_count; r++) {
        const struct row *row = &store->rows[r];
        if (c == 0) {
            widen(column, row->label, true);
            continue;
        }
        char *text = cell_text(column, &row->cells[c - 1]);
        widen(column, text, row->cells[c - 1].kind == PAGE_WORD);
        free(text);
    }
    if (column->width < column->reserved)
        column->width = column->reserved;
}

/* --- Printing --------------------------------------------------------------- */

/* A line under way; blanks wait for a text behind them, so that no line ends in them. */
struct line {
    FILE *out;
    size_t blanks;
};

static void put(struct line *line, const struct column *column, const char *text)
{
    size_t padding = column->width - page_width(text, strlen(text));
    if (column->numbers)
        line->blanks += padding;
    if (*text != '\0') {
        fprintf(line->out, "%*s%s", (int)line->blanks, "", text);
        line->blanks = 0;
    }
    if (!column->numbers)
        line->blanks += padding;
    line->blanks += GAP;
}

static void print_heads(FILE *out, const struct page_rows *store)
{
    struct line line = {out, 0};
    for (size_t c = 0; c < store->column_count; c++)
        put(&line, &store->columns[c], store->columns[c].head);
    fputc('\n', out);
}

/* The rule carries the table's name. Its length is one for all machines. */
static void print_rule(FILE *out, const struct page_rows *store)
{
    size_t width = store->columns[0].reserved;
    for (size_t c = 1; c < store->column_count; c++)
        width += GAP + store->columns[c].reserved;
    size_t at = strlen("-- ") + page_width(store->table, strlen(store->table)) + strlen(" ");
    fprintf(out, "── %s ──", store->table);
    for (at += 2; at < width; at++)
        fputs("─", out);
    fputc('\n', out);
}

static void print_row(FILE *out, const struct page_rows *store, const struct row *row)
{
    struct line line = {out, 0};
    put(&line, &store->columns[0], row->label);
    for (size_t c = 1; c < store->column_count; c++) {
        char *text = cell_text(&store->columns[c], &row->cells[c - 1]);
        put(&line, &store->columns[c], text);
        free(text);
    }
    fputc('\n', out);
}

static void print_table(FILE *out, const struct page_rows *store)
{
    print_heads(out, store);
    print_rule(out, store);
    for (size_t r = 0; r < store->row_count; r++)
        print_row(out, store, &store->rows[r]);
    fputc('\n', out);
}

/* Figures first: their names have the heads as they were given, without units. */
void page_table_end(struct page *page)
{
    struct page_rows *store = page_store(page);
    assert(store->table != NULL && "page_table_end without page_table");
    for (size_t r = 0; r < store->row_count; r++) {
        for (size_t c = 1; c < store->column_count; c++)
            page_write_figure(page, store->table, store->rows[r].slug, store->columns[c].head,
                              store->rows[r].cells[c - 1]);
    }
    for (size_t c = 0; c < store->column_count; c++) {
        if (c > 0) {
            find_unit(store, c);
            append_unit(&store->columns[c]);
        }
        measure(store, c);
    }
    if (page->out != NULL)
        print_table(page->out, store);
    page_table_drop(store);
    page->table = NULL;
}
