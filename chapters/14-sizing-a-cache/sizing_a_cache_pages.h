/*
 * sizing_a_cache_pages.h - what the files of pages share.
 */
#ifndef SIZING_A_CACHE_PAGES_H
#define SIZING_A_CACHE_PAGES_H

#include "program/program.h"
#include "sizing_a_cache.h"

/* --- What is given: sizing_a_cache_given.c --- */

enum { GIVEN_PAIR, GIVEN_TYPE, GIVEN_GOGC, GIVEN_BUDGET };      /* places in options.own */

struct given {
    char description[64];           /* of --pair, or empty */
    const char *type;               /* the description, wherever it comes from */
    unsigned gogc;
    uint64_t budget;                /* bytes that a map which is built may take */
};

extern const struct program_option own_options[];

/* Reads the program's own options; `otherwise` is the description if none is given. False with
 * a sentence if one is wrong. */
bool given_read(const struct options *options, const char *otherwise, struct given *given,
                char why[PROGRAM_WHY_BYTES]);

/* The description that a target has by default. */
const char *default_type(const char *target);

/* struct program's check. */
bool check_given(const struct target *target, const struct options *options,
                 char why[PROGRAM_WHY_BYTES]);

/* --- Pages --- */

/* By enum size_design: "go1-23" for figures. */
extern const char *const design_slugs[SIZE_DESIGNS];

bool run_versions(const struct options *options, struct page *page);

#endif
