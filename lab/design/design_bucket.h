/*
 * design_bucket.h - Go 1.23's map as one of the designs.
 */
#ifndef DESIGN_BUCKET_H
#define DESIGN_BUCKET_H

#include "design/design.h"

extern const struct design design_bucket;

#endif
