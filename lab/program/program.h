/*
 * program.h - the frame of every chapter's program.
 *
 * A program is a table of targets (retain, bench, iter, ...) over a common set
 * of options. The frame reads the command line, answers --help, refuses what
 * is wrong or impossible with one sentence and exit status 2, runs the target,
 * and turns "out of memory" into one sentence and exit status 1.
 *
 * A chapter defines one `const struct program program`; lab/program/main.c
 * has the only main. Its Criterion tests link the chapter without that main.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "page/page.h"

enum program_status {
    PROGRAM_DONE = 0,
    PROGRAM_NO_MEMORY = 1,
    PROGRAM_NOT_WRITTEN = 1,        /* the system refused space, not memory: the same status */
    PROGRAM_WRONG_USE = 2
};

/* An option that one program has beside those of all. */
struct program_option {
    const char *name;               /* "type" */
    const char *value;              /* what --help calls its value: "TEXT" */
    const char *help;               /* one line */
};

enum { PROGRAM_MOST_OWN = 8, PROGRAM_WHY_BYTES = 256 };

/* The options as given, or the target's defaults. */
struct options {
    uint64_t keys;                  /* --keys N: entries to fill */
    uint64_t seed;                  /* --seed N: of every random choice */
    const char *design;             /* --design go1.24: which map; NULL: the chapter's own */
    uint64_t limit_bytes;           /* --limit BYTES: the heap's limit; 0: none */
    unsigned rounds;                /* --rounds N: of a benchmark */
    bool benchfmt;                  /* --benchfmt: Go's benchmark lines instead of the page */
    const char *picture;            /* --picture NAME: which one, for dot; else the program's
                                       first, or NULL if it has none */
    const char *own[PROGRAM_MOST_OWN];  /* of the program's own options, in their order: the
                                       text that was given, or NULL */
};

enum { PROGRAM_MAX_KEYS = 1 << 27, PROGRAM_DEFAULT_SEED = 1, PROGRAM_DEFAULT_ROUNDS = 10 };

/* One target. run returns false only when memory was refused. */
struct target {
    const char *name;               /* "retain" */
    const char *help;               /* one line */
    bool (*run)(const struct options *options, struct page *page);
    uint64_t default_keys;
    uint64_t max_keys;              /* 0: PROGRAM_MAX_KEYS */
};

struct program {
    const char *name;               /* "01-delete-retains" */
    const char *title;
    const struct target *targets;   /* up to one whose name is NULL */
    const char *const *pictures;    /* names for --picture, NULL-terminated; or NULL */
    const char *const *designs;     /* names for --design, NULL-terminated; NULL: all designs */
    const struct program_option *own;   /* up to one whose name is NULL; or NULL */
    /* Looks at the own options of a target before it is run. Returns false if it cannot be run
     * with them, and says why: a sentence without its full stop. NULL: all can be. */
    bool (*check)(const struct target *target, const struct options *options,
                  char why[PROGRAM_WHY_BYTES]);
};

extern const struct program program;

/*
 * Everything but main: parses, runs, returns the exit status. Writes the page
 * to `out`, complaints to `complaints`. --figures FILE is replaced whole, and only when
 * the target has succeeded. A page or a file that cannot be written (a full disk,
 * a closed pipe) is told in one sentence, with status 1.
 */
enum program_status program_run(const struct program *p, int argc, char **argv,
                                FILE *out, FILE *complaints);

#endif
