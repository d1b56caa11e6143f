/*
 * program_private.h - what the files of the program room share.
 *
 * The way of a command line:
 *
 *   argv  --(arguments_read)-->  struct arguments, texts as given
 *         --(options_read)---->  struct options, checked values
 */
#ifndef PROGRAM_PRIVATE_H
#define PROGRAM_PRIVATE_H

#include "program/program.h"

/* The command line as it was given; NULL for what was not. */
struct arguments {
    const char *target;
    const char *keys, *seed, *design, *limit, *rounds, *picture, *figures;
    const char *own[PROGRAM_MOST_OWN];
    bool benchfmt;
    bool help;
};

/* Where a complaint goes, and whose it is. */
struct complaint {
    FILE *out;
    const char *program;
};

/* Writes "PROGRAM: sentence\n"; returns false, so that a check can end with it. */
bool complain(const struct complaint *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Sorts the command line into texts. Returns false after a complaint. */
bool arguments_read(struct arguments *given, const struct program *p, int argc, char **argv,
                    const struct complaint *c);

/* The target that was asked for, or NULL after a complaint. */
const struct target *target_read(const struct program *p, const struct arguments *given,
                                 const struct complaint *c);

/* Turns texts into values; what was not given gets its default. Returns false after
 * a complaint. */
bool options_read(struct options *options, const struct program *p, const struct target *target,
                  const struct arguments *given, const struct complaint *c);

/* What --help prints. */
void help_print(FILE *out, const struct program *p);

/* Writes the names of a NULL-terminated list: "a, b and c". */
void print_names(FILE *out, const char *const names[]);

/* The names that --design takes, NULL-terminated: the program's own list, or all designs. */
const char *const *program_designs(const struct program *p);

/* Whether a file of figures can go there; a complaint if not. */
bool figures_possible(const char *path, const struct complaint *c);

/* Replaces the file by these bytes, whole or not at all. Returns false after a complaint. */
bool figures_save(const char *path, const char *text, size_t bytes, const struct complaint *c);

#endif
