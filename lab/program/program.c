/*
 * program.c - from the command line to the exit status.
 */
#include "program/program_private.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* --- Help ------------------------------------------------------------------- */

/* A target, and the keys that it fills when it is not told. */
static void print_target(FILE *out, const struct target *t)
{
    char keys[PAGE_NUMBER_BYTES];
    fprintf(out, "  %-10s %s", t->name, t->help);
    if (t->default_keys != 0)
        fprintf(out, " (%s keys)", page_number(keys, t->default_keys));
    fputc('\n', out);
}

static void print_option_lines(FILE *out)
{
    fprintf(out,
            "  --keys N        entries to fill, up to %d or the target's own limit\n"
            "  --seed N        seed of every random choice (%d)\n"
            "  --limit BYTES   limit of the heap, such as 64MiB; 0 is none (0)\n"
            "  --rounds N      rounds of a benchmark, 1 to 64 (%d)\n"
            "  --benchfmt      print Go's benchmark format, for benchstat\n"
            "  --figures FILE  write every figure and verdict to FILE as well\n"
            "  --help          print this\n",
            PROGRAM_MAX_KEYS, PROGRAM_DEFAULT_SEED, PROGRAM_DEFAULT_ROUNDS);
}

static void print_own_options(FILE *out, const struct program *p)
{
    for (const struct program_option *o = p->own; o != NULL && o->name != NULL; o++) {
        int width = (int)(strlen(o->name) + strlen(o->value));
        fprintf(out, "  --%s %s%*s%s\n", o->name, o->value, width < 12 ? 13 - width : 1, "",
                o->help);
    }
}

void help_print(FILE *out, const struct program *p)
{
    fprintf(out, "%s: %s\n\nUsage: %s TARGET [OPTION]...\n\nTargets:\n", p->name, p->title,
            p->name);
    for (const struct target *t = p->targets; t->name != NULL; t++)
        print_target(out, t);
    fputs("\nOptions:\n", out);
    print_option_lines(out);
    fputs("  --design NAME   which map: ", out);
    print_names(out, program_designs(p));
    if (p->pictures != NULL && p->pictures[0] != NULL) {
        fputs("\n  --picture NAME  which picture: ", out);
        print_names(out, p->pictures);
    }
    fputc('\n', out);
    print_own_options(out, p);
}

/* --- Running a target ------------------------------------------------------- */

static enum program_status no_memory(const struct options *options, const struct target *target,
                                     const struct complaint *c)
{
    char keys[PAGE_NUMBER_BYTES], limit[PAGE_NUMBER_BYTES];
    page_number(keys, options->keys);
    page_number(limit, options->limit_bytes);
    if (options->limit_bytes != 0)
        complain(c, "the heap refused memory: %s with %s keys does not fit into a limit of %s B.",
                 target->name, keys, limit);
    else
        complain(c, "the heap refused memory: %s with %s keys asks for more than there is.",
                 target->name, keys);
    return PROGRAM_NO_MEMORY;
}

static enum program_status not_written(const struct complaint *c)
{
    complain(c, "the page could not be written: %s.",
             errno != 0 ? strerror(errno) : "an earlier write failed");
    return PROGRAM_NOT_WRITTEN;
}

/* Runs a target onto `out` and, if `figures` is not NULL, onto that. */
static enum program_status run_target(const struct target *target, const struct options *options,
                                      FILE *out, FILE *figures, const struct complaint *c)
{
    struct page page = {.out = out, .figures = figures, .target = target->name};
    bool ran = target->run(options, &page);
    assert((!ran || page.table == NULL) && "page_table_end is missing");
    errno = 0;
    bool written = page_end(&page);
    if (!ran)
        return no_memory(options, target, c);
    return written ? PROGRAM_DONE : not_written(c);
}

/* Figures wait in memory until the target has succeeded and the page is out. */
static enum program_status run_with_figures(const struct target *target,
                                            const struct options *options, FILE *out,
                                            const char *path, const struct complaint *c)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *figures = open_memstream(&text, &bytes);
    if (figures == NULL)
        return no_memory(options, target, c);
    enum program_status status = run_target(target, options, out, figures, c);
    bool kept = fclose(figures) == 0;
    if (status == PROGRAM_DONE && !(kept && figures_save(path, text, bytes, c)))
        status = PROGRAM_NOT_WRITTEN;
    free(text);
    return status;
}

/* --- The program ------------------------------------------------------------ */

static enum program_status print_help(const struct program *p, FILE *out,
                                      const struct complaint *c)
{
    errno = 0;
    help_print(out, p);
    return fflush(out) == 0 && !ferror(out) ? PROGRAM_DONE : not_written(c);
}

static enum program_status run(const struct program *p, int argc, char **argv, FILE *out,
                               const struct complaint *c)
{
    struct arguments given;
    struct options options;
    if (!arguments_read(&given, p, argc, argv, c))
        return PROGRAM_WRONG_USE;
    if (given.help)
        return print_help(p, out, c);
    const struct target *target = target_read(p, &given, c);
    if (target == NULL || !options_read(&options, p, target, &given, c))
        return PROGRAM_WRONG_USE;
    if (given.figures != NULL)
        return run_with_figures(target, &options, out, given.figures, c);
    return run_target(target, &options, out, NULL, c);
}

/* A closed pipe would end the process by a signal; ignored, it is an error of the write. */
enum program_status program_run(const struct program *p, int argc, char **argv, FILE *out,
                                FILE *complaints)
{
    struct complaint c = {complaints, p->name};
    struct sigaction ignore = {.sa_handler = SIG_IGN}, before;
    sigaction(SIGPIPE, &ignore, &before);
    enum program_status status = run(p, argc, argv, out, &c);
    sigaction(SIGPIPE, &before, NULL);
    return status;
}
