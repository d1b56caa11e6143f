/*
 * batch_cycles_trace.c - how many records come: [incident]'s cycles, or a file's.
 */
#include "batch_cycles.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "program/program.h"

/* --- [incident] ------------------------------------------------------------- */

enum { SPIKE_FIFTHS = 32, TEXT_STEP = 256 };    /* 6.4 times; two weeks later, more each cycle */

static int compare_counts(const void *a, const void *b)
{
    uint64_t left = *(const uint64_t *)a, right = *(const uint64_t *)b;
    return (left > right) - (left < right);
}

/* The median and the maximum. Where most cycles are empty, the maximum is what to expect. */
static void summarize(struct trace *t)
{
    uint64_t counts[MOST_CYCLES];
    for (unsigned i = 0; i < t->count; i++)
        counts[i] = t->cycles[i].records;
    qsort(counts, t->count, sizeof counts[0], compare_counts);
    t->most = counts[t->count - 1];
    t->usual = counts[t->count / 2] != 0 ? counts[t->count / 2] : t->most;
}

void uneventful_trace(uint64_t steady, struct trace *t)
{
    memset(t, 0, sizeof *t);
    t->count = INCIDENT_CYCLES;
    for (unsigned i = 0; i < INCIDENT_CYCLES; i++) {
        t->cycles[i].records = steady;
        if (i >= INCIDENT_GROWS)
            t->cycles[i].text_bytes = TEXT_STEP * (i - INCIDENT_GROWS + 1);
    }
    summarize(t);
}

uint64_t incident_spike(uint64_t steady)
{
    return steady * SPIKE_FIFTHS / 5;
}

void incident_trace(uint64_t steady, struct trace *t)
{
    uneventful_trace(steady, t);
    t->cycles[INCIDENT_SPIKE].records = incident_spike(steady);
    summarize(t);
}

void even_trace(uint64_t records, unsigned cycles, struct trace *t)
{
    memset(t, 0, sizeof *t);
    for (t->count = 0; t->count < cycles; t->count++)
        t->cycles[t->count].records = records;
    summarize(t);
}

/* --- A file ----------------------------------------------------------------- */

/* Writes a sentence; returns false. */
__attribute__((format(printf, 2, 3)))
static bool refuse(char *why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, TRACE_WHY_BYTES, format, arguments);
    va_end(arguments);
    return false;
}

/* "'x'" for what can be shown, else its number. */
static const char *shown(char text[8], unsigned char byte)
{
    snprintf(text, 8, byte > ' ' && byte < 127 ? "'%c'" : "\\x%02x", byte);
    return text;
}

/* Reads the count of one line, which ends at its line feed or at the end of the file. */
static bool read_count(const char *line, size_t length, unsigned number, uint64_t *count,
                       char *why)
{
    char text[8];
    if (length == 0)
        return refuse(why, "line %u, column 1: a count of records is missing", number);
    *count = 0;
    for (size_t i = 0; i < length; i++) {
        if (line[i] < '0' || line[i] > '9')
            return refuse(why, "line %u, column %zu: a count is digits alone, and here is %s",
                          number, i + 1, shown(text, (unsigned char)line[i]));
        *count = *count * 10 + (uint64_t)(line[i] - '0');
        if (*count > PROGRAM_MAX_KEYS)
            return refuse(why, "line %u, column %zu: a cycle has %d records at most", number,
                          i + 1, PROGRAM_MAX_KEYS);
    }
    return true;
}

static bool add_line(struct trace *t, const char *line, size_t length, char *why)
{
    unsigned number = t->count + 1;
    if (t->count == MOST_CYCLES)
        return refuse(why, "line %u, column 1: a trace has %d cycles at most", number,
                      MOST_CYCLES);
    if (length > 0 && line[length - 1] == '\n')
        length--;
    if (!read_count(line, length, number, &t->cycles[t->count].records, why))
        return false;
    t->count++;
    return true;
}

bool trace_from(FILE *in, struct trace *t, char *why)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t length;
    bool good = true;
    memset(t, 0, sizeof *t);
    while (good && (length = getline(&line, &room, in)) > 0)
        good = add_line(t, line, (size_t)length, why);
    free(line);
    if (good && ferror(in))
        return refuse(why, "line %u, column 1: it cannot be read: %s", t->count + 1,
                      strerror(errno));
    if (good && t->count == 0)
        return refuse(why, "line 1, column 1: a count of records is missing");
    if (good)
        summarize(t);
    return good;
}

bool trace_read(const char *path, struct trace *t, char *why)
{
    char inner[TRACE_WHY_BYTES];
    FILE *in = fopen(path, "r");
    if (in == NULL)
        return refuse(why, "the trace '%.100s' cannot be read: %s", path, strerror(errno));
    bool good = trace_from(in, t, inner);
    fclose(in);
    return good || refuse(why, "the trace '%.100s', %.150s", path, inner);
}
