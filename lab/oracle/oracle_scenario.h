/*
 * oracle_scenario.h - scenarios.txt, read: lives of maps, step by step.
 *
 * What the words mean stands at the top of scenarios.txt.
 */
#ifndef ORACLE_SCENARIO_H
#define ORACLE_SCENARIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    SCENARIO_MAX_STEPS = 32,
    SCENARIO_MAX_LIVES = 128,
    SCENARIO_WORD_BYTES = 32,
};

enum step_verb {
    STEP_FILL, STEP_DELETE, STEP_CHURN, STEP_CLEAR, STEP_RANGE, STEP_SHRINK, STEP_FREE, STEP_NONE,
};

struct step {
    char text[80];                      /* as written, single spaces: "fill 1 9" */
    enum step_verb verb;
    uint64_t n[3];                      /* its numbers; 0 where none is written */
    unsigned number_count;
    enum step_verb change;              /* of a range: what happens after n[0] keys */
    uint64_t change_n[3];
};

struct scenario {
    char name[SCENARIO_WORD_BYTES];
    char type[SCENARIO_WORD_BYTES];     /* "u64-u64" */
    uint64_t hint;
    bool lab_hash;                      /* the lab's hash with the fixed seed */
    char only[SCENARIO_WORD_BYTES];     /* "go", "rust", or empty */
    struct step steps[SCENARIO_MAX_STEPS];
    unsigned step_count;
};

struct scenarios {
    struct scenario lives[SCENARIO_MAX_LIVES];
    unsigned count;
};

/* Reads a file of scenarios. Returns NULL, or what is wrong with it in one sentence, in static
 * storage. */
const char *scenarios_read(struct scenarios *all, const char *path);

/* Does a range of this life change the map? Rust forbids it. */
bool scenario_changes_in_range(const struct scenario *life);

#endif
