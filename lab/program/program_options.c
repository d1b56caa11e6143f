/*
 * program_options.c - the command line, and what is refused of it.
 *
 * strtoull takes "-1" for 18446744073709551615, "" for 0 and "10x" for 10. A program
 * that fills a map with a wrong number of keys prints a wrong figure without a
 * word. So numbers are read here digit by digit, and everything else is refused
 * by a sentence that says what is allowed.
 */
#include "program/program_private.h"

#include "bench/bench.h"

#include <assert.h>
#include <getopt.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

/* --- Complaints ------------------------------------------------------------- */

static void complaint_start(const struct complaint *c)
{
    fprintf(c->out, "%s: ", c->program);
}

bool complain(const struct complaint *c, const char *format, ...)
{
    va_list arguments;
    complaint_start(c);
    va_start(arguments, format);
    vfprintf(c->out, format, arguments);
    va_end(arguments);
    fputc('\n', c->out);
    return false;
}

void print_names(FILE *out, const char *const names[])
{
    for (size_t i = 0; names[i] != NULL; i++) {
        const char *before = i == 0 ? "" : names[i + 1] == NULL ? " and " : ", ";
        fprintf(out, "%s%s", before, names[i]);
    }
}

/* "--design takes one of go1.24 and rust, not 'go1.25'.", or "takes go1.24 alone". */
static bool complain_of_name(const struct complaint *c, const char *option,
                             const char *const names[], const char *text)
{
    complaint_start(c);
    bool alone = names[0] == NULL || names[1] == NULL;
    fprintf(c->out, "%s takes %s", option, alone ? "" : "one of ");
    print_names(c->out, names);
    fprintf(c->out, "%s, not '%s'.\n", alone ? " alone" : "", text);
    return false;
}

/* --- Reading the command line ----------------------------------------------- */

enum { KEYS = 1000, SEED, DESIGN, LIMIT, ROUNDS, BENCHFMT, PICTURE, FIGURES, HELP, OWN };

static const struct option long_options[] = {
    {"keys", required_argument, NULL, KEYS},
    {"seed", required_argument, NULL, SEED},
    {"design", required_argument, NULL, DESIGN},
    {"limit", required_argument, NULL, LIMIT},
    {"rounds", required_argument, NULL, ROUNDS},
    {"benchfmt", no_argument, NULL, BENCHFMT},
    {"picture", required_argument, NULL, PICTURE},
    {"figures", required_argument, NULL, FIGURES},
    {"help", no_argument, NULL, HELP},
};
enum { COMMON = sizeof long_options / sizeof long_options[0] };

/* The options of all programs, then this one's own, then an end: for getopt. */
static void list_options(struct option all[COMMON + PROGRAM_MOST_OWN + 1], const struct program *p)
{
    memset(all, 0, (COMMON + PROGRAM_MOST_OWN + 1) * sizeof all[0]);
    memcpy(all, long_options, sizeof long_options);
    for (int i = 0; p->own != NULL && p->own[i].name != NULL; i++) {
        assert(i < PROGRAM_MOST_OWN);
        all[COMMON + i] = (struct option){p->own[i].name, required_argument, NULL, OWN + i};
    }
}

/* The name of the option that getopt stumbled over, or NULL if there is none of that value. */
static const char *option_name(const struct option all[], int value)
{
    for (const struct option *o = all; o->name != NULL; o++) {
        if (o->val == value)
            return o->name;
    }
    return NULL;
}

/* A word that is no option: the target, and then nothing more. */
static bool take_word(struct arguments *given, const char *text, const struct complaint *c)
{
    if (given->target != NULL)
        return complain(c, "one target at a time: '%s' comes after '%s'.", text, given->target);
    given->target = text;
    return true;
}

/*
 * getopt has set optopt: to the option's value if it knows the option but misses a
 * value or has one too many, to the letter of a short option, or to 0.
 */
static bool complain_of_option(const struct option all[], int found, const char *text,
                               const struct complaint *c)
{
    const char *name = option_name(all, optopt);
    if (found == ':')
        return complain(c, "--%s needs a value.", name);
    if (name != NULL)
        return complain(c, "--%s takes no value.", name);
    if (optopt != 0)
        return complain(c, "an option begins with two dashes; --help lists those there are.");
    return complain(c, "there is no option '%s'; --help lists those there are.", text);
}

/* Keeps what getopt found. False: it is no option. */
static bool take(struct arguments *given, int found)
{
    if (found >= OWN && found < OWN + PROGRAM_MOST_OWN)
        given->own[found - OWN] = optarg;
    switch (found) {
    case KEYS: given->keys = optarg; return true;
    case SEED: given->seed = optarg; return true;
    case DESIGN: given->design = optarg; return true;
    case LIMIT: given->limit = optarg; return true;
    case ROUNDS: given->rounds = optarg; return true;
    case PICTURE: given->picture = optarg; return true;
    case FIGURES: given->figures = optarg; return true;
    case BENCHFMT: given->benchfmt = true; return true;
    case HELP: given->help = true; return true;
    default: return found >= OWN;
    }
}

/*
 * In the list of short options, "-" asks for words in their place, as an option with the
 * value 1, and ":" for a missing value to be told from an unknown option; it also
 * keeps getopt from printing sentences of its own.
 */
bool arguments_read(struct arguments *given, const struct program *p, int argc, char **argv,
                    const struct complaint *c)
{
    struct option all[COMMON + PROGRAM_MOST_OWN + 1];
    list_options(all, p);
    *given = (struct arguments){0};
    optind = 0;                     /* start anew: tests read many command lines */
    int found;
    while ((found = getopt_long(argc, argv, "-:", all, NULL)) != -1) {
        if (found == 1 ? !take_word(given, optarg, c)
                       : !take(given, found)
                             && !complain_of_option(all, found, argv[optind - 1], c))
            return false;
    }
    for (int i = optind; i < argc; i++) {       /* behind a "--" */
        if (!take_word(given, argv[i], c))
            return false;
    }
    return true;
}

/* --- Numbers ---------------------------------------------------------------- */

/* Reads the digits that text starts with. Returns what follows them, or NULL if there
 * are none or the number does not fit. */
static const char *read_digits(const char *text, uint64_t *number)
{
    if (*text < '0' || *text > '9')
        return NULL;
    for (*number = 0; *text >= '0' && *text <= '9'; text++) {
        if (__builtin_mul_overflow(*number, UINT64_C(10), number)
            || __builtin_add_overflow(*number, (uint64_t)(*text - '0'), number))
            return NULL;
    }
    return text;
}

static bool read_number(const char *option, const char *text, uint64_t least, uint64_t most,
                        uint64_t *number, const struct complaint *c)
{
    if (text == NULL)
        return true;                /* the default stays */
    uint64_t read;
    const char *rest = read_digits(text, &read);
    if (rest == NULL || *rest != '\0' || read < least || read > most)
        return complain(c, "%s takes a whole number from %" PRIu64 " to %" PRIu64 ", not '%s'.",
                        option, least, most, text);
    *number = read;
    return true;
}

/* Bytes in one of a unit, or 0 if there is no such unit. */
static uint64_t unit_bytes(const char *unit)
{
    static const char *const units[] = {"", "KiB", "MiB", "GiB"};
    for (unsigned i = 0; i < 4; i++) {
        if (strcmp(unit, units[i]) == 0)
            return UINT64_C(1) << (10 * i);
    }
    return 0;
}

static bool read_bytes(const char *option, const char *text, uint64_t *bytes,
                       const struct complaint *c)
{
    if (text == NULL)
        return true;
    uint64_t read;
    const char *unit = read_digits(text, &read);
    if (unit == NULL || unit_bytes(unit) == 0
        || __builtin_mul_overflow(read, unit_bytes(unit), &read))
        return complain(c, "%s takes a number of bytes such as 1000000, 512KiB, 64MiB or 2GiB, "
                           "not '%s'.", option, text);
    *bytes = read;
    return true;
}

/* --- Names ------------------------------------------------------------------ */

static bool read_name(const char *option, const char *text, const char *const names[],
                      const char **name, const struct complaint *c)
{
    if (text == NULL)
        return true;
    for (size_t i = 0; names[i] != NULL; i++) {
        if (strcmp(text, names[i]) == 0) {
            *name = names[i];
            return true;
        }
    }
    return complain_of_name(c, option, names, text);
}

static void print_targets(FILE *out, const struct program *p)
{
    for (const struct target *t = p->targets; t->name != NULL; t++)
        fprintf(out, "%s%s", t == p->targets ? "" : t[1].name == NULL ? " and " : ", ", t->name);
}

const struct target *target_read(const struct program *p, const struct arguments *given,
                                 const struct complaint *c)
{
    for (const struct target *t = p->targets; given->target && t->name != NULL; t++) {
        if (strcmp(given->target, t->name) == 0)
            return t;
    }
    complaint_start(c);
    if (given->target == NULL)
        fputs("name a target: there are ", c->out);
    else
        fprintf(c->out, "there is no target '%s'; there are ", given->target);
    print_targets(c->out, p);
    fputs(".\n", c->out);
    return NULL;
}

/* --- All together ----------------------------------------------------------- */

static bool read_picture(struct options *options, const struct program *p,
                         const struct arguments *given, const struct complaint *c)
{
    if (p->pictures == NULL || p->pictures[0] == NULL)
        return given->picture == NULL
            || complain(c, "--picture '%s' cannot be: this program draws none.", given->picture);
    options->picture = p->pictures[0];
    return read_name("--picture", given->picture, p->pictures, &options->picture, c);
}

static bool check_own(const struct options *options, const struct program *p,
                      const struct target *target, const struct complaint *c)
{
    char why[PROGRAM_WHY_BYTES] = "";
    return p->check == NULL || p->check(target, options, why) || complain(c, "%s.", why);
}

bool options_read(struct options *options, const struct program *p, const struct target *target,
                  const struct arguments *given, const struct complaint *c)
{
    uint64_t rounds = PROGRAM_DEFAULT_ROUNDS;
    uint64_t max_keys = target->max_keys != 0 ? target->max_keys : PROGRAM_MAX_KEYS;
    *options = (struct options){.keys = target->default_keys,
                                .seed = PROGRAM_DEFAULT_SEED,
                                .benchfmt = given->benchfmt};
    bool good = read_number("--keys", given->keys, 0, max_keys, &options->keys, c)
        && read_number("--seed", given->seed, 0, UINT64_MAX, &options->seed, c)
        && read_number("--rounds", given->rounds, 1, BENCH_MAX_ROUNDS, &rounds, c)
        && read_bytes("--limit", given->limit, &options->limit_bytes, c)
        && read_name("--design", given->design, program_designs(p), &options->design, c)
        && read_picture(options, p, given, c);
    options->rounds = (unsigned)rounds;
    memcpy(options->own, given->own, sizeof options->own);
    return good && check_own(options, p, target, c)
        && (given->figures == NULL || figures_possible(given->figures, c));
}
