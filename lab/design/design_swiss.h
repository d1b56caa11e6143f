/*
 * design_swiss.h - Go 1.24's map as one of the designs.
 */
#ifndef DESIGN_SWISS_H
#define DESIGN_SWISS_H

#include "design/design.h"

extern const struct design design_swiss;

/* The same map with the settings of later releases: go1.25, go1.26, go1.27. They are found by name
 * (design_named), and no table of all designs has them. */
enum { DESIGN_SWISS_LATER = 3 };
extern const struct design design_swiss_later[DESIGN_SWISS_LATER];

#endif
