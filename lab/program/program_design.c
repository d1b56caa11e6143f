/*
 * program_design.c - the names for --design, from the table of designs.
 */
#include "program/program_private.h"

#include "design/design.h"

#include <assert.h>

/* The names of all designs, NULL-terminated; in static storage. */
static const char *const *design_names(void)
{
    enum { MOST = 16 };
    static const char *names[MOST + 1];
    assert(design_count <= MOST);
    for (unsigned i = 0; i < design_count; i++)
        names[i] = designs[i]->name;
    return names;
}

const char *const *program_designs(const struct program *p)
{
    return p->designs != NULL ? p->designs : design_names();
}
