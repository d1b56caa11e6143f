/*
 * smaps.c - reads lines, makes mappings of them. The text is described in smaps.h.
 *
 * Bottom up: a line, a figure, the line of addresses, a whole mapping.
 */
#include "resident/smaps.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* The figures that are wanted, by their place in the bits of what was seen. */
static const struct {
    const char *name;
    size_t offset;
} figures[] = {
    {"Size", offsetof(struct smaps_mapping, size)},
    {"Rss", offsetof(struct smaps_mapping, rss)},
    {"Pss", offsetof(struct smaps_mapping, pss)},
    {"Private_Dirty", offsetof(struct smaps_mapping, private_dirty)},
    {"AnonHugePages", offsetof(struct smaps_mapping, anon_huge_pages)},
};
enum { FIGURES = sizeof figures / sizeof *figures, ALL_FIGURES = (1 << FIGURES) - 1 };

/* Notes what is wrong with the present line; returns false, to be returned on. */
__attribute__((format(printf, 2, 3))) static bool wrong(struct smaps *s, const char *format, ...)
{
    int used = snprintf(s->sentence, sizeof s->sentence, "smaps, line %lu: ", s->line_number);
    va_list values;
    va_start(values, format);
    vsnprintf(s->sentence + used, sizeof s->sentence - (size_t)used, format, values);
    va_end(values);
    s->wrong = s->sentence;
    return false;
}

/* --- A line --------------------------------------------------------------- */

/* Reads the next line without its end. Returns false at the end of the stream. */
static bool next_line(struct smaps *s)
{
    size_t length = 0;
    int c;
    s->line_number++;
    while ((c = getc(s->stream)) != EOF && c != '\n') {
        if (c == '\0')
            return wrong(s, "a zero byte, so this is no text");
        if (length < sizeof s->line - 1)
            s->line[length++] = (char)c;
    }
    s->line[length] = '\0';
    if (c == EOF && ferror(s->stream))
        return wrong(s, "the reading failed (%s)", strerror(errno));
    if (c == EOF && length > 0)
        return wrong(s, "cut short in mid-line");
    return c != EOF;
}

/* Reads digits at *at, in base 16 or 10, and moves *at behind them. */
static bool read_number(const char **at, int base, uint64_t *number)
{
    static const char digits[] = "0123456789abcdef";
    const char *start = *at;
    *number = 0;
    for (;; (*at)++) {
        const char *digit = **at == '\0' ? NULL : memchr(digits, **at, (size_t)base);
        if (digit == NULL)
            return *at > start;
        if (__builtin_mul_overflow(*number, (uint64_t)base, number) ||
            __builtin_add_overflow(*number, (uint64_t)(digit - digits), number))
            return false;
    }
}

/* Whether text begins with a word; *after is what follows it. */
static bool begins(const char *text, const char *word, const char **after)
{
    size_t length = strlen(word);
    *after = text + length;
    return strncmp(text, word, length) == 0;
}

/* --- A figure -------------------------------------------------------------- */

/* Reads ":    12 kB" as bytes. */
static bool read_kilobytes(const char *text, uint64_t *bytes)
{
    text++;
    text += strspn(text, " ");
    return read_number(&text, 10, bytes) && strcmp(text, " kB") == 0 &&
           !__builtin_mul_overflow(*bytes, UINT64_C(1024), bytes);
}

/* Takes a line of a mapping into *m, if its figure is wanted; *seen has a bit for each of them. */
static bool take_figure(struct smaps *s, struct smaps_mapping *m, unsigned *seen)
{
    for (size_t i = 0; i < FIGURES; i++) {
        const char *after;
        if (!begins(s->line, figures[i].name, &after) || *after != ':')
            continue;
        if (*seen & 1U << i)
            return wrong(s, "%s is given twice", figures[i].name);
        *seen |= 1U << i;
        if (!read_kilobytes(after, (uint64_t *)(void *)((char *)m + figures[i].offset)))
            return wrong(s, "%s is not a number of kB", figures[i].name);
        return true;
    }
    size_t word = strcspn(s->line, ": ");
    return word > 0 && s->line[word] == ':' ? true : wrong(s, "not a figure and not a mapping");
}

/* --- The line of addresses -------------------------------------------------- */

/* "start-end perm offset dev inode   name": reads it into *m. */
static bool read_addresses(const char *at, struct smaps_mapping *m)
{
    if (!read_number(&at, 16, &m->start) || *at++ != '-' || !read_number(&at, 16, &m->end))
        return false;
    if (*at++ != ' ' || strspn(at, "rwxsp-") != 4 || at[4] != ' ')
        return false;
    memcpy(m->permissions, at, 4);
    at += 5;
    for (int field = 0; field < 3; field++) {       /* offset, device, inode */
        size_t length = strspn(at, "0123456789abcdef:");
        at += length;
        if (length == 0 || (*at != ' ' && *at != '\0'))
            return false;
        at += strspn(at, " ");
    }
    snprintf(m->name, sizeof m->name, "%s", at);
    return true;
}

static bool begin_mapping(struct smaps *s, struct smaps_mapping *m)
{
    *m = (struct smaps_mapping){0};
    if (!read_addresses(s->line, m))
        return wrong(s, "not the addresses of a mapping");
    if (m->end <= m->start || m->start < s->last_end)
        return wrong(s, "the mapping does not lie behind the one before it");
    s->last_end = m->end;
    return true;
}

/* --- A mapping -------------------------------------------------------------- */

void smaps_init(struct smaps *s, FILE *stream)
{
    *s = (struct smaps){.stream = stream};
}

bool smaps_open(struct smaps *s, const char *path)
{
    if (path == NULL)
        path = "/proc/self/smaps";
    smaps_init(s, fopen(path, "r"));
    if (s->stream != NULL)
        return true;
    snprintf(s->sentence, sizeof s->sentence, "%.100s cannot be read (%s)", path,
             strerror(errno));
    s->wrong = s->sentence;
    return false;
}

void smaps_close(struct smaps *s)
{
    if (s->stream != NULL)
        fclose(s->stream);
    s->stream = NULL;
}

/* The rest of a mapping, up to its flags. */
static bool finish_mapping(struct smaps *s, struct smaps_mapping *m)
{
    unsigned seen = 0;
    for (const char *flags; next_line(s);) {
        if (begins(s->line, "VmFlags:", &flags)) {
            for (size_t i = 0; i < FIGURES; i++)
                if (!(seen & 1U << i))
                    return wrong(s, "the mapping ends without its %s", figures[i].name);
            if (m->size != m->end - m->start)
                return wrong(s, "the mapping's Size is not that of its addresses");
            return true;
        }
        if (!take_figure(s, m, &seen))
            return false;
    }
    return s->wrong != NULL ? false : wrong(s, "cut short in mid-mapping");
}

bool smaps_next(struct smaps *s, struct smaps_mapping *m)
{
    struct smaps_mapping next;
    if (s->wrong != NULL || !next_line(s))
        return false;
    if (!begin_mapping(s, &next) || !finish_mapping(s, &next))
        return false;
    *m = next;
    return true;
}

bool smaps_find_address(struct smaps *s, uint64_t address, struct smaps_mapping *m)
{
    struct smaps_mapping next;
    while (smaps_next(s, &next)) {
        if (address < next.start || address >= next.end)
            continue;
        *m = next;
        return true;
    }
    return false;
}

bool smaps_find_name(struct smaps *s, const char *name, struct smaps_mapping *m)
{
    struct smaps_mapping next;
    while (smaps_next(s, &next)) {
        if (strcmp(next.name, name) != 0)
            continue;
        *m = next;
        return true;
    }
    return false;
}

bool smaps_sum(struct smaps *s, struct smaps_mapping *sum)
{
    struct smaps_mapping all = {0}, next;
    while (smaps_next(s, &next)) {
        all.size += next.size;
        all.rss += next.rss;
        all.pss += next.pss;
        all.private_dirty += next.private_dirty;
        all.anon_huge_pages += next.anon_huge_pages;
    }
    if (s->wrong != NULL)
        return false;
    *sum = all;
    return true;
}
