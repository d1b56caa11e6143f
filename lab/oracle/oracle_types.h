/*
 * oracle_types.h - the map types of the scenarios, and their keys by number.
 */
#ifndef ORACLE_TYPES_H
#define ORACLE_TYPES_H

#include "hash/hash.h"
#include "map/map_type.h"

/* The one seed of every `lab` hash; oracle.go and oracle.rs have the same. */
enum { ORACLE_SEED = 2026 };

/* Any key of a scenario. */
union oracle_key {
    uint64_t number;
    uint32_t small;
    struct str text;
};

/* Makes the description of the type called name ("u64-u64"); with lab_hash its hash ignores the
 * map's seed. False: there is no such type. */
bool oracle_type(struct map_type *type, const char *name, bool lab_hash);

/* Key number n. The text of a string key ("k17") is kept until the program ends. */
union oracle_key oracle_key(const struct map_type *type, uint64_t n);

/* The number of a key that a map gave back. */
uint64_t oracle_number(const struct map_type *type, const void *key);

/* How many bytes of a free slot are looked at for a key that was left there. */
size_t oracle_key_bytes(const struct map_type *type);

#endif
