/*
 * diagnosis.h - chapter 18: the diagnosis desk. Readings, rules, verdicts.
 *
 * A patient (diagnosis_service.h) is examined with instruments; each gives some readings. Rules
 * (diagnosis_rules.c) turn readings into answers, yes or no, and a diagnosis is a row of answers.
 * Nothing here looks at a patient's fault but the tests and the pages that compare with it.
 */
#ifndef DIAGNOSIS_H
#define DIAGNOSIS_H

#include "diagnosis_service.h"

/* --- Instruments --- */

enum instrument {
    USE_MEMORY,                     /* the heap's counters beside the kernel's count */
    USE_PROFILE,                    /* in use and allocated, by tag, after a collection */
    USE_COLLECT,                    /* a forced collection */
    USE_GIVE_BACK,                  /* every idle page given back */
    USE_PAGES,                      /* what the resident pages hold */
    USE_RELEASE,                    /* the same program under another release of Go */
    USE_CYCLES,                     /* collected after each cycle */
    USE_LENGTH,                     /* length against capacity */
    USE_REASSIGN,                   /* the map replaced by a fresh one with its entries */
    USE_COPY,                       /* each slice replaced by a copy of its length */
    INSTRUMENTS
};

extern const char *const instrument_names[INSTRUMENTS + 1];     /* NULL at the end */
extern const char *const instrument_help[INSTRUMENTS];

/* Bytes, but for slots. Falls are 0 where something rose. */
enum reading {
    READ_RESIDENT,                  /* memory: of the heap, by the kernel */
    READ_RESIDENT_BEFORE,           /* memory: the same before the spike */
    READ_HEAP_ALLOC, READ_HEAP_INUSE, READ_HEAP_IDLE, READ_HEAP_RELEASED, READ_GOAL,
    READ_LIVING,                    /* profile: all that is in use once collected */
    READ_SWEPT,                     /* collect: the fall of HeapAlloc */
    READ_RESIDENT_SWEPT,            /* collect: what resident bytes fall by it */
    READ_GIVEN_BACK,                /* giveback: the fall of the resident bytes */
    READ_ZERO,                      /* pages: resident, and all zeros */
    READ_ELSEWHERE,                 /* release: resident there */
    READ_SAVED,                     /* release: the fall against here */
    READ_GROWTH,                    /* cycles: the rise of HeapAlloc, GROWTH_CYCLES back */
    READ_MAP_LENGTH, READ_SLOTS, READ_FREE_SLOTS,               /* length */
    READ_ID_LENGTH, READ_ID_CAPACITY, READ_BATCH_LENGTH, READ_BATCH_CAPACITY,
    READ_SLICE_CAPACITY,            /* length: of ids and batch together */
    READ_REASSIGNED,                /* reassign: the fall of HeapAlloc, collected */
    READ_COPIED,                    /* copy: the same */
    READINGS
};

enum { GROWTH_CYCLES = 4, PROFILE_ROWS = 24 };

struct cycle_reading {
    uint64_t heap_alloc;            /* collected */
    uint64_t map_length, map_slots;
};

struct readings {
    uint64_t of[READINGS];
    struct heap_tag profile[PROFILE_ROWS];  /* most in use first */
    size_t profile_count;
    struct cycle_reading cycles[CYCLE_COUNT];
};

/*
 * Examines a patient with every instrument, always from the state in which it was found: cycles
 * and release have a life of the same patient for themselves, and what the others do to it
 * does not touch what the next one reads. Returns false if memory is refused.
 */
bool examine(const struct patient *p, uint64_t limit, struct readings *r);

/* --- Rules --- */

/* "Is this part at least so many percent of that whole?" */
struct rule {
    const char *name;               /* "D1" */
    enum instrument instrument;
    const char *question;           /* of two short lines, for the picture */
    const char *part_words;         /* "the bytes that a fresh map frees" */
    const char *whole_words;
    enum reading part, whole;
    unsigned percent;
};

enum { RULES = 10 };
extern const struct rule rules[RULES];

struct diagnosis {
    const char *slug;               /* "retained-map" */
    const char *words;              /* "a map that keeps its spike" */
    const char *answers;            /* of the RULES rules: '+' yes, '-' no */
    const char *remedy;             /* one sentence */
};

extern const struct diagnosis diagnoses[FAULTS];

bool rule_answer(const struct rule *rule, const struct readings *r);

/* The answer of the rule that this diagnosis wants. */
bool rule_wanted(unsigned rule, enum fault diagnosis);

/*
 * The rule that speaks against a diagnosis; RULES if there is none. Those that it wants a yes
 * from come first, for they say what it is about.
 */
unsigned contradiction(const struct readings *r, enum fault diagnosis);

/* How many rules speak against it. */
unsigned contradictions(const struct readings *r, enum fault diagnosis);

/* The rule that sets a diagnosis apart: the last that it wants a yes from. */
unsigned own_rule(enum fault diagnosis);

/* The diagnosis that no rule contradicts; FAULTS if there is none, or more than one. */
enum fault diagnose(const struct readings *r);

/* Whether the rules of an instrument alone answer differently for the two. */
bool instrument_tells(enum instrument i, const struct readings *a, const struct readings *b);

/* --- The waiting room --- */

/* Patients are numbered from 1 to FAULTS; the seed deals each fault to one of them. */
struct patient room_patient(unsigned number, uint64_t keys, uint64_t seed);

/* A name's seed: capitals and more than one blank make no difference. */
uint64_t seed_of_name(const char *name);

/* --- Experiments for the claims --- */

enum { ROOMS = 3 };                 /* seeds seed, seed + 1, ... */

/* The readings of a fault's patient in each room. */
struct rooms {
    struct readings of[FAULTS][ROOMS];
};

/* Examines every patient of ROOMS rooms. */
bool rooms_run(uint64_t keys, uint64_t seed, uint64_t limit, struct rooms *rooms);

/* A fault's pass condition: in every room the rules give its name to its patient, and each
 * other name is contradicted. */
bool told_apart(const struct rooms *rooms, enum fault fault);

/* The cycle after which the leak's HeapAlloc, collected, has passed the retained map's: a look
 * before it and one after it see less and more. 0: it never does. */
unsigned leak_passes(const struct readings *leak, const struct readings *map);

/* Whether a number could be named with all of a's readings on one side and b's on the other. */
bool reading_tells(const struct rooms *rooms, enum reading reading, enum fault a, enum fault b);

/* What two lives of one program show: in every row of the profile, in use and allocated. */
bool profiles_equal(const struct readings *a, const struct readings *b);

/* Examines a patient whose fault is in its runtime, and the same program with that set right. */
bool unseen_run(enum fault fault, uint64_t keys, uint64_t seed, uint64_t limit,
                struct readings *ill, struct readings *sound);

/* A patient with a map that keeps its spike and a leak of the same weight. */
bool two_faults_run(uint64_t keys, uint64_t seed, uint64_t limit, struct readings *r);

#endif
