/*
 * design_hashbrown.h - Rust's map as one of the designs.
 */
#ifndef DESIGN_HASHBROWN_H
#define DESIGN_HASHBROWN_H

#include "design/design.h"

extern const struct design design_hashbrown;

#endif
