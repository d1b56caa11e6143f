/*
 * oracle_models.c - the lab's models lead the lives of scenarios.txt.
 *
 *   oracle_models                                 the designs that it knows, one a line
 *   oracle_models DESIGN SCENARIOS [RECORDING]    what that model tells, in the form in which
 *                                                 oracle.go and oracle.rs print
 *
 * The recording is asked for one thing: the orders of ranges, which are random in Go. All else is
 * compared by the driver, line by line.
 */
#include <stdio.h>
#include <string.h>

#include "hash/hash.h"
#include "oracle/oracle_life.h"
#include "oracle/oracle_types.h"

static void print_designs(void)
{
    static const char *const names[] = {"go1.23", "go1.24", "go1.25", "go1.26", "go1.27", "rust"};
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        const struct design *design = design_named(names[i]);
        if (design != NULL && oracle_inside_of(design) != NULL)
            puts(names[i]);
    }
}

/* Is this life also one of the design's runtime? */
static bool is_lived_by(const struct scenario *life, const struct design *design)
{
    bool rust = strcmp(design->name, "rust") == 0;
    if (rust && scenario_changes_in_range(life))
        return false;
    return life->only[0] == '\0' || strcmp(life->only, rust ? "rust" : "go") == 0;
}

/* Lives all of them; 0, or 1 after a sentence on stderr. */
static int live_all(const struct design *design, const struct scenarios *all,
                    const struct recording *recording)
{
    struct teller teller = {.out = stdout, .scenario = "hash", .text = "number 1"};
    struct str text = {.bytes = "k1", .length = 2};
    tell_digest(&teller, "value", hash_number(1, ORACLE_SEED));
    teller.text = "text k1";
    tell_digest(&teller, "value", hash_str(&text, ORACLE_SEED));
    for (unsigned i = 0; i < all->count; i++) {
        const struct scenario *life = &all->lives[i];
        const char *wrong = is_lived_by(life, design)
            ? life_live(life, design, recording, stdout) : NULL;
        if (wrong != NULL) {
            fprintf(stderr, "oracle_models: %s, %s: %s\n", design->name, life->name, wrong);
            return 1;
        }
    }
    return 0;
}

int main(int count, char *words[])
{
    static struct scenarios all;
    struct recording recording = {NULL};
    if (count == 1) {
        print_designs();
        return 0;
    }
    const struct design *design = design_named(words[1]);
    if (count < 3 || count > 4 || design == NULL || oracle_inside_of(design) == NULL) {
        fprintf(stderr, "oracle_models: give a design that it lists and a file of scenarios\n");
        return 2;
    }
    const char *wrong = scenarios_read(&all, words[2]);
    if (wrong == NULL && count == 4 && !recording_read(&recording, words[3]))
        wrong = "the recording cannot be read";
    if (wrong != NULL) {
        fprintf(stderr, "oracle_models: %s\n", wrong);
        return 2;
    }
    int status = live_all(design, &all, &recording);
    recording_free(&recording);
    return status;
}
