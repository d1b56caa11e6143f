/*
 * bench_format.c - Go's benchmark format, for benchstat.
 *
 * Format      go.googlesource.com/proposal, design/14313-benchmark-format.md: a line is
 *             a name, the number of operations, and pairs of a value and a unit.
 * Units       golang.org/x/perf/benchfmt: "Unit <unit> <key>=<value>". `exact` tells
 *             benchstat that a figure needs no statistics.
 */
#include "bench/bench.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

void bench_write_units(FILE *out)
{
    fputs("Unit ns/op better=lower\n"
          "Unit B/op better=lower assume=exact\n"
          "Unit allocs/op better=lower assume=exact\n",
          out);
}

/* "delete-loop" as Go writes names: "DeleteLoop". */
static void write_name(FILE *out, const char *name)
{
    bool starts_word = true;
    for (; *name != '\0'; name++) {
        if (*name == '-' || isspace((unsigned char)*name)) {
            starts_word = true;
            continue;
        }
        fputc(starts_word ? toupper((unsigned char)*name) : *name, out);
        starts_word = false;
    }
}

/* Four digits or more, and none of them an exponent: "48600", "48.61", "0.001234". */
static void write_value(FILE *out, double value, const char *unit)
{
    enum { MOST_DECIMALS = 12 };
    int decimals = 0;
    for (double size = value; size > 0 && size < 1000 && decimals < MOST_DECIMALS; size *= 10)
        decimals++;
    fprintf(out, " %.*f %s", decimals, value, unit);
}

/* An exact figure per operation is whole, or a fraction of the operations. */
static void write_share(FILE *out, uint64_t whole, uint64_t operations, const char *unit)
{
    if (whole % operations == 0)
        fprintf(out, " %" PRIu64 " %s", whole / operations, unit);
    else
        write_value(out, (double)whole / (double)operations, unit);
}

void bench_write_lines(FILE *out, const char *name, const char *settings,
                       const struct bench_result *result)
{
    bool has_settings = settings != NULL && *settings != '\0';
    assert(!has_settings || strpbrk(settings, " \t\n") == NULL);
    for (unsigned round = 0; round < result->rounds; round++) {
        fputs("Benchmark", out);
        write_name(out, name);
        fprintf(out, "%s%s %" PRIu64, has_settings ? "/" : "", has_settings ? settings : "",
                result->operations);
        write_value(out, result->ns_per_op[round], "ns/op");
        if (result->counted) {
            write_share(out, result->bytes_per_round, result->operations, "B/op");
            write_share(out, result->allocs_per_round, result->operations, "allocs/op");
        }
        fputc('\n', out);
    }
}
