/*
 * page.c - text, figures and claims; the names used on a page.
 */
#include "page/page_private.h"

#include <assert.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

/* --- Memory ----------------------------------------------------------------- */

/* A page is a few kilobytes. Where they are missing there is nothing to save. */
static void *or_exit(void *p)
{
    if (p == NULL) {
        fputs("There is no memory left to print the page with.\n", stderr);
        exit(EXIT_FAILURE);
    }
    return p;
}

void *page_memory(void *old, size_t bytes)
{
    return or_exit(realloc(old, bytes));
}

char *page_copy(const char *text)
{
    return or_exit(strdup(text));
}

char *page_format(const char *format, va_list arguments)
{
    char *text;
    if (vasprintf(&text, format, arguments) < 0)
        text = NULL;
    return or_exit(text);
}

struct page_rows *page_store(struct page *page)
{
    if (page->rows == NULL)
        page->rows = or_exit(calloc(1, sizeof *page->rows));
    return page->rows;
}

/* --- Names ------------------------------------------------------------------ */

static int compare_names(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* A name is a field of a line of fields: blanks and tabs would break it. */
static bool is_name(const char *name)
{
    return *name != '\0' && strpbrk(name, " \t\r\n") == NULL;
}

/* Two figures of one name would be one too few for whoever reads the file. */
void page_new_name(struct page *page, const char *kind, const char *name)
{
    assert(is_name(name));
    char *full = page_memory(NULL, strlen(kind) + strlen(name) + 2);
    sprintf(full, "%s %s", kind, name);
    char **node = or_exit(tsearch(full, &page_store(page)->names, compare_names));
    bool is_new = *node == full;        /* tsearch shows the one it had before */
    assert(is_new && "a name was used twice on one page");
    if (!is_new)
        free(full);
}

/* --- Lines ------------------------------------------------------------------ */

void page_block(struct page *page, enum block block)
{
    struct page_rows *store = page_store(page);
    assert(store->table == NULL && "page_table_end is missing");
    if (page->out != NULL && store->block != BLOCK_NONE && store->block != block)
        fputc('\n', page->out);
    store->block = block;
}

/*
 * Prints text from column `at`; a word that would pass the last column starts a
 * new line, indented. Blanks within a line stay as they are.
 */
static void print_wrapped(FILE *out, const char *text, size_t at, size_t indent)
{
    while (*text != '\0') {
        size_t blanks = strspn(text, " ");
        size_t bytes = strcspn(text + blanks, " \n");
        size_t width = page_stable_width(text + blanks, bytes);
        if (at + blanks + width > PAGE_COLUMNS && at > indent) {
            fprintf(out, "\n%*s", (int)indent, "");
            at = indent;
        } else {
            fprintf(out, "%*s", (int)blanks, "");
            at += blanks;
        }
        fwrite(text + blanks, 1, bytes, out);
        at += width;
        text += blanks + bytes;
        if (*text == '\n') {
            fputc(*text++, out);
            at = 0;
        }
    }
    fputc('\n', out);
}

void page_text(struct page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = page_format(format, arguments);
    va_end(arguments);
    page_block(page, BLOCK_NONE);
    if (page->out != NULL) {
        print_wrapped(page->out, text, 0, 0);
        fputc('\n', page->out);
    }
    free(text);
}

void page_line(struct page *page, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = page_format(format, arguments);
    va_end(arguments);
    page_block(page, BLOCK_NONE);
    if (page->out != NULL)
        fprintf(page->out, "%s\n", text);
    free(text);
}

/* --- Figures ---------------------------------------------------------------- */

/* "Heap Alloc" as part of a figure's name: "heap_alloc". */
static void write_head(FILE *out, const char *head)
{
    for (; *head != '\0'; head++) {
        if (*head >= 'A' && *head <= 'Z')
            fputc(*head - 'A' + 'a', out);
        else
            fputc(*head == ' ' ? '_' : *head, out);
    }
}

/* "retain.heap.filled.heapalloc"; outside a table, "retain.slug". */
static char *figure_name(const struct page *page, const char *table, const char *slug,
                         const char *head)
{
    char *name = NULL;
    size_t bytes;
    FILE *out = or_exit(open_memstream(&name, &bytes));
    if (page->target != NULL)
        fprintf(out, "%s.", page->target);
    if (table != NULL)
        fprintf(out, "%s.", table);
    fputs(slug, out);
    if (head != NULL) {
        fputc('.', out);
        write_head(out, head);
    }
    fclose(out);
    return or_exit(name);
}

void page_write_figure(struct page *page, const char *table, const char *slug,
                       const char *head, struct page_cell cell)
{
    if (cell.kind == PAGE_WORD)
        return;
    char *name = figure_name(page, table, slug, head);
    page_new_name(page, "figure", name);
    if (page->figures != NULL) {
        char number[PAGE_NUMBER_BYTES];
        fprintf(page->figures, "figure\t%s\t%s\t%s\t%s\n", name, page_plain_number(number, &cell),
                cell.unit, cell.kind == PAGE_EXACT ? "exact" : "measured");
    }
    free(name);
}

void page_figure(struct page *page, const char *slug, const char *label, struct page_cell cell)
{
    page_block(page, BLOCK_FIGURES);
    page_write_figure(page, NULL, slug, NULL, cell);
    if (page->out == NULL)
        return;
    char number[PAGE_NUMBER_BYTES];
    const char *text = cell.kind == PAGE_WORD ? cell.word : page_cell_text(number, cell);
    fprintf(page->out, "%s  %s%s%s\n", label, text, *cell.unit ? " " : "", cell.unit);
}

/* --- Claims ----------------------------------------------------------------- */

/* "claim   delete-retains  holds  " and the sentence, hanging below itself. */
static void print_verdict(FILE *out, const char *kind, const char *id, const char *name,
                          const char *verdict, const char *sentence)
{
    enum { INDENT = 8 };
    int at = fprintf(out, "%-*s%s%s%s  %s", INDENT, kind, id, name ? "/" : "", name ? name : "",
                     verdict);
    fputs("  ", out);
    print_wrapped(out, sentence, (size_t)at + 2, INDENT);
}

static void verdict(struct page *page, const char *kind, const char *id, const char *name,
                    const char *verdict_word, const char *sentence)
{
    assert(*sentence != '\0' && "a verdict is given with a sentence");
    assert(strpbrk(sentence, "\t\n") == NULL && "a verdict's sentence is one field");
    page_block(page, BLOCK_CLAIMS);
    if (page->figures != NULL)
        fprintf(page->figures, "%s\t%s\t%s%s%s\t%s\n", kind, id, name ? name : "",
                name ? "\t" : "", verdict_word, sentence);
    if (page->out != NULL)
        print_verdict(page->out, kind, id, name, verdict_word, sentence);
}

void page_claim(struct page *page, const char *id, bool holds, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *sentence = page_format(format, arguments);
    va_end(arguments);
    page_new_name(page, "claim", id);
    verdict(page, "claim", id, NULL, holds ? "holds" : "refuted", sentence);
    free(sentence);
}

void page_beyond(struct page *page, const char *id, const char *name, bool fails,
                 const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *sentence = page_format(format, arguments);
    va_end(arguments);
    assert(is_name(id));
    char *kind = page_memory(NULL, strlen(id) + sizeof "beyond ");
    sprintf(kind, "beyond %s", id);
    page_new_name(page, kind, name);
    free(kind);
    verdict(page, "beyond", id, name, fails ? "fails" : "holds", sentence);
    free(sentence);
}

/* --- The end ---------------------------------------------------------------- */

/* A failed write may show at once, or only when the last bytes go out. */
static bool written(FILE *stream)
{
    if (stream == NULL)
        return true;
    bool flushed = fflush(stream) == 0;
    return flushed && !ferror(stream);
}

bool page_end(struct page *page)
{
    if (page->rows != NULL) {
        page_table_drop(page->rows);
        tdestroy(page->rows->names, free);
        free(page->rows);
        page->rows = NULL;
        page->table = NULL;
    }
    bool page_written = written(page->out);
    bool figures_written = written(page->figures);
    return page_written && figures_written;
}
