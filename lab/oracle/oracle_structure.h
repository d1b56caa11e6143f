/*
 * oracle_structure.h - what the oracle tells of a map's inside, design by design.
 */
#ifndef ORACLE_STRUCTURE_H
#define ORACLE_STRUCTURE_H

#include <inttypes.h>
#include <stdio.h>

#include "design/design.h"

/* Where a line goes, and how it begins. */
struct teller {
    FILE *out;
    const char *scenario;
    unsigned step;
    const char *text;
};

void tell_number(const struct teller *teller, const char *quantity, uint64_t value);
void tell_digest(const struct teller *teller, const char *quantity, uint64_t value);

/* One design's inside: its quantities, and the starts that a range over it may have. */
struct oracle_inside {
    void (*tell)(const struct teller *teller, const struct any_map *m);
    uint64_t (*starts)(const struct any_map *m);    /* how many differ; 1: a fixed order */
    void (*start_at)(struct any_iter *it, uint64_t start);
    bool (*shrink)(struct any_map *m, uint64_t least, bool to_fit); /* NULL: no such verb */
};

/* The inside of a design, or NULL if the oracle does not know it. */
const struct oracle_inside *oracle_inside_of(const struct design *design);

extern const struct oracle_inside oracle_inside_swiss, oracle_inside_bucket, oracle_inside_hashbrown;

/* Continues an FNV-1a digest with bytes; it starts as ORACLE_DIGEST. */
uint64_t oracle_digest(uint64_t digest, const void *bytes, size_t count);
static const uint64_t ORACLE_DIGEST = 0xCBF29CE484222325u;

#endif
