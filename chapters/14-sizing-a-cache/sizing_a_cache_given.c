/*
 * sizing_a_cache_given.c - the chapter's own options, and what is refused of them.
 */
#include "sizing_a_cache_pages.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_PAIR = 16, MOST_PAIR = 144, MOST_GOGC = 10000 };
enum { DEFAULT_GOGC = 100, DEFAULT_BUDGET_MIB = 64, MOST_BUDGET_MIB = 1 << 14 };

const struct program_option own_options[] = {
    [GIVEN_PAIR] = {"pair", "BYTES", "a string key and so many bytes with its value: 16 to 144"},
    [GIVEN_TYPE] = {"type", "TEXT", "the map's key and elem, as in 'string,{int32,int,*T}'"},
    [GIVEN_GOGC] = {"gogc", "PERCENT", "for the heap's goal (100)"},
    [GIVEN_BUDGET] = {"budget", "MIB", "maps that may take more are not built whole (64)"},
    {NULL, NULL, NULL},
};

static bool wrong(char why[PROGRAM_WHY_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool wrong(char why[PROGRAM_WHY_BYTES], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, PROGRAM_WHY_BYTES, format, arguments);
    va_end(arguments);
    return false;
}

/* Reads a whole number between two others; keeps the default if nothing is given. */
static bool read_whole(const struct options *o, unsigned which, uint64_t least, uint64_t most,
                       uint64_t *number, char why[PROGRAM_WHY_BYTES])
{
    const char *text = o->own[which];
    if (text == NULL)
        return true;
    char *end = NULL;
    uint64_t read = *text >= '0' && *text <= '9' ? strtoull(text, &end, 10) : UINT64_MAX;
    if (end == NULL || *end != '\0' || read < least || read > most)
        return wrong(why, "--%s takes a whole number from %" PRIu64 " to %" PRIu64 ", not '%.40s'",
                     own_options[which].name, least, most, text);
    *number = read;
    return true;
}

/* Writes a description of a pair of so many bytes: the source's two, or a string and words. */
static void describe_pair(uint64_t bytes, char text[64])
{
    if (bytes == 56)
        strcpy(text, CACHE_FAT);
    else if (bytes == 24)
        strcpy(text, CACHE_LEAN);
    else if (bytes == 16)
        strcpy(text, "u64,u64");
    else
        snprintf(text, 64, "string,[%" PRIu64 "]u64", (bytes - 16) / 8);
}

const char *default_type(const char *target)
{
    static const char example[] = "string,{seen bool,count int64,ok bool,at int32,name string,"
                                  "open bool}";
    return strcmp(target, "size") == 0 ? example : CACHE_FAT;
}

bool given_read(const struct options *options, const char *otherwise, struct given *given,
                char why[PROGRAM_WHY_BYTES])
{
    uint64_t pair = 0, gogc = DEFAULT_GOGC, budget = DEFAULT_BUDGET_MIB;
    if (!read_whole(options, GIVEN_PAIR, LEAST_PAIR, MOST_PAIR, &pair, why)
        || !read_whole(options, GIVEN_GOGC, 1, MOST_GOGC, &gogc, why)
        || !read_whole(options, GIVEN_BUDGET, 1, MOST_BUDGET_MIB, &budget, why))
        return false;
    if (pair % 8 != 0)
        return wrong(why, "--pair takes a multiple of 8, not %" PRIu64
                          ": the rest would be padding", pair);
    if (pair != 0 && options->own[GIVEN_TYPE] != NULL)
        return wrong(why, "--pair and --type both say what the map holds: give one of them");
    *given = (struct given){.gogc = (unsigned)gogc, .budget = budget << 20};
    given->type = options->own[GIVEN_TYPE] != NULL ? options->own[GIVEN_TYPE] : otherwise;
    if (pair != 0) {
        describe_pair(pair, given->description);
        given->type = given->description;
    }
    return true;
}

/* A type must be readable, and its keys must be enough. */
static bool check_type(const struct options *options, const char *type,
                       char why[PROGRAM_WHY_BYTES])
{
    static struct described d;
    struct type_error error;
    if (!described_read(type, &d, &error))
        return wrong(why, "--type, line %u, column %u: %s", error.line, error.column,
                     error.sentence);
    if (options->keys > size_most_keys(d.key->bytes))
        return wrong(why, "--keys: a key of %" PRIu64 " bytes has %" PRIu64 " values, not %" PRIu64,
                     d.key->bytes, size_most_keys(d.key->bytes), options->keys);
    return true;
}

bool check_given(const struct target *target, const struct options *options,
                 char why[PROGRAM_WHY_BYTES])
{
    struct given given;
    bool sizes = strcmp(target->name, "retain") == 0 || strcmp(target->name, "size") == 0;
    for (unsigned i = 0; !sizes && own_options[i].name != NULL; i++)
        if (options->own[i] != NULL)
            return wrong(why, "--%s is for retain and size: %s sizes the source's cache",
                         own_options[i].name, target->name);
    return given_read(options, default_type(target->name), &given, why)
        && check_type(options, given.type, why);
}
