/*
 * toy.h - a lab in one file, so that the driver's tests need no real one.
 *
 * A file called toy.mode at the root of the tree makes a program misbehave:
 * "crash", "refuse", "refute", "unclaimed", "silent", "digit", "other-time".
 */
#ifndef TOY_H
#define TOY_H

#include <stdbool.h>
#include <stdio.h>

/* Where a program prints: the page, and the machine lines. */
struct toy {
    const char *target;
    FILE *out, *figures;
};

/* Is this the mode that toy.mode asks for? */
bool toy_mode(const char *mode);

/* A table of one row. */
void toy_table(struct toy *toy, long bytes, double time);

/* A claim's verdict, and a counterexample's. */
void toy_claim(struct toy *toy, const char *id, bool holds);
void toy_beyond(struct toy *toy, const char *id, const char *name, bool fails);

/* Runs `target`, which prints; returns the exit status. */
int toy_main(int argc, char **argv, const char *const targets[], void (*run)(struct toy *toy));

/* Each chapter's own main, which lab/program/main.c calls. */
int chapter_main(int argc, char **argv);

#endif
