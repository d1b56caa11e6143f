/*
 * diagnosis_pages.h - what the chapter's pages share.
 */
#ifndef DIAGNOSIS_PAGES_H
#define DIAGNOSIS_PAGES_H

#include "diagnosis.h"
#include "program/program.h"

/* The chapter's own options, in the order of struct options.own. */
enum { OWN_PATIENT, OWN_INSTRUMENT, OWN_SAYS, OWN_WHO };

extern const struct program_option desk_options[];

/* Refuses what the desk does not know. */
bool check_desk(const struct target *target, const struct options *o, char why[PROGRAM_WHY_BYTES]);

/* The desk: the waiting room, a patient's instruments, the judgement of a diagnosis. */
bool run_desk(const struct options *o, struct page *page);

/* A reading as the rule sees it: percent of its whole, rounded down. */
static inline uint64_t rule_percent(const struct rule *rule, const struct readings *r)
{
    uint64_t whole = r->of[rule->whole];
    return whole == 0 ? 0 : r->of[rule->part] * 100 / whole;
}

/* Draws the tree of questions that the rules make. */
void draw_tree(FILE *out);

#endif
