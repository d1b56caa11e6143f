/*
 * design_swiss.h - Go 1.24's map as one of the designs.
 */
#ifndef DESIGN_SWISS_H
#define DESIGN_SWISS_H

#include "design/design.h"

extern const struct design design_swiss;

#endif
