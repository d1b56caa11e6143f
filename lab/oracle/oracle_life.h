/*
 * oracle_life.h - one scenario lived by one model, and what it tells.
 */
#ifndef ORACLE_LIFE_H
#define ORACLE_LIFE_H

#include "oracle/oracle_scenario.h"
#include "oracle/oracle_structure.h"

/* A recording of a real runtime: its lines, of which the orders of ranges are looked up. */
struct recording {
    char *text;                         /* NULL: there is none */
};

/* Reads a recording; false if it cannot be read. */
bool recording_read(struct recording *recording, const char *path);
void recording_free(struct recording *recording);

/*
 * Lives a scenario with a model of this design and prints a line for each step and
 * quantity. A range's order is random in Go: the model is made to start at every place until it
 * gives the order that the recording has; the line then repeats it, or says that none
 * does. Returns NULL, or what made it impossible.
 */
const char *life_live(const struct scenario *scenario, const struct design *design,
                      const struct recording *recording, FILE *out);

#endif
