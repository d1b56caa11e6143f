/*
 * page_number.c - numbers as text.
 *
 * An exact number is printed to its last digit. A measured one gets three
 * significant digits, because the fourth is noise, and a ~ before it.
 */
#include "page/page_private.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* 15 digits with 4 commas, a sign, a point, 9 decimals and the end: 31 bytes. */
static const double LARGEST = 1e15;
enum { MOST_DECIMALS = 9 };

/* --- Cells ------------------------------------------------------------------ */

struct page_cell exact(uint64_t count, const char *unit)
{
    return (struct page_cell){.kind = PAGE_EXACT, .count = count, .unit = unit};
}

struct page_cell exact_real(double number, int decimals, const char *unit)
{
    assert(fabs(number) < LARGEST);     /* false for NaN too */
    assert(decimals >= 0 && decimals <= MOST_DECIMALS);
    if (decimals == 0) {
        assert(number >= 0);
        return exact((uint64_t)llround(number), unit);
    }
    return (struct page_cell){
        .kind = PAGE_EXACT, .number = number, .decimals = decimals, .unit = unit};
}

struct page_cell measured(double number, const char *unit)
{
    assert(fabs(number) < LARGEST);
    return (struct page_cell){.kind = PAGE_MEASURED, .number = number, .unit = unit};
}

struct page_cell word(const char *text)
{
    return (struct page_cell){.kind = PAGE_WORD, .unit = "", .word = text};
}

/* --- Text ------------------------------------------------------------------- */

/* "0.830" becomes "0.83", "48.0" becomes "48", "100" stays. */
static void drop_last_zeros(char *text)
{
    if (strchr(text, '.') == NULL)
        return;
    char *end = text + strlen(text);
    while (end[-1] == '0')
        end--;
    if (end[-1] == '.')
        end--;
    *end = '\0';
}

/*
 * Three significant digits. "%.2e" rounds to them (999.6 becomes 1.00e+03);
 * its exponent tells how many decimals show them without an e.
 */
static void three_digits(char text[PAGE_NUMBER_BYTES], double number)
{
    char rounded[PAGE_NUMBER_BYTES];
    snprintf(rounded, sizeof rounded, "%.2e", number);
    int exponent = atoi(strchr(rounded, 'e') + 1);
    int decimals = exponent < 2 ? 2 - exponent : 0;
    if (decimals > MOST_DECIMALS)
        decimals = MOST_DECIMALS;
    snprintf(text, PAGE_NUMBER_BYTES, "%.*f", decimals, strtod(rounded, NULL));
    drop_last_zeros(text);
}

char *page_plain_number(char text[PAGE_NUMBER_BYTES], const struct page_cell *cell)
{
    if (cell->kind == PAGE_MEASURED)
        three_digits(text, cell->number);
    else if (cell->decimals == 0)
        snprintf(text, PAGE_NUMBER_BYTES, "%" PRIu64, cell->count);
    else if (cell->number == 0)
        snprintf(text, PAGE_NUMBER_BYTES, "0");
    else
        snprintf(text, PAGE_NUMBER_BYTES, "%.*f", cell->decimals, cell->number);
    return text;
}

/* Puts a comma before each third digit from the right of the whole part. */
static void group_thousands(char text[PAGE_NUMBER_BYTES])
{
    size_t first = strcspn(text, "0123456789");
    size_t at = first + strspn(text + first, "0123456789");
    while (at > first + 3) {
        at -= 3;
        memmove(text + at + 1, text + at, strlen(text + at) + 1);
        text[at] = ',';
    }
}

char *page_number(char text[PAGE_NUMBER_BYTES], uint64_t count)
{
    snprintf(text, PAGE_NUMBER_BYTES, "%" PRIu64, count);
    group_thousands(text);
    return text;
}

char *page_cell_text(char text[PAGE_NUMBER_BYTES], struct page_cell cell)
{
    assert(cell.kind != PAGE_WORD);
    page_plain_number(text, &cell);
    if (cell.kind == PAGE_MEASURED) {
        memmove(text + 1, text, strlen(text) + 1);
        text[0] = '~';
    }
    group_thousands(text);
    return text;
}

/* --- Widths ----------------------------------------------------------------- */

/* In UTF-8 the second and later bytes of a character are 10xxxxxx. */
static bool starts_character(char byte)
{
    return ((unsigned char)byte & 0xC0) != 0x80;
}

size_t page_width(const char *text, size_t bytes)
{
    size_t width = 0;
    for (size_t i = 0; i < bytes; i++)
        width += starts_character(text[i]);
    return width;
}

/* The bytes of the number that text starts with: "-1,520" in "-1,520, and". */
static size_t number_bytes(const char *text, size_t bytes)
{
    size_t end = 0;
    for (size_t i = 0; i < bytes && strchr("-0123456789.,", text[i]) != NULL; i++) {
        if (text[i] >= '0' && text[i] <= '9')
            end = i + 1;
    }
    return end;
}

size_t page_stable_width(const char *text, size_t bytes)
{
    size_t width = 0;
    for (size_t i = 0; i < bytes; i++) {
        size_t digits = text[i] == '~' ? number_bytes(text + i + 1, bytes - i - 1) : 0;
        width += digits > 0 ? MEASURED_COLUMNS : starts_character(text[i]);
        i += digits;
    }
    return width;
}
