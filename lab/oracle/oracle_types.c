/*
 * oracle_types.c - the map types of the scenarios.
 */
#include "oracle/oracle_types.h"

#include <stdio.h>
#include <stdlib.h>

/* --- The hashes with the one seed --- */

static uint64_t lab_u64(const void *key, uint64_t seed)
{
    (void)seed;
    return hash_u64(key, ORACLE_SEED);
}

static uint64_t lab_u32(const void *key, uint64_t seed)
{
    (void)seed;
    return hash_u32(key, ORACLE_SEED);
}

static uint64_t lab_str(const void *key, uint64_t seed)
{
    (void)seed;
    return hash_str(key, ORACLE_SEED);
}

/* --- The types --- */

#define NUMBER_KEY                                                                                 \
    .key_bytes = 8, .key_align = 8, .key_direct_compare = true, .hash = hash_u64, .equal = equal_u64
#define TEXT_KEY                                                                                   \
    .key_bytes = 16, .key_align = 8, .key_pointers = true, .key_update = true, .hash = hash_str,   \
    .equal = equal_str

static const struct map_shape shapes[] = {
    {.name = "u64-u64", NUMBER_KEY, .elem_bytes = 8, .elem_align = 8},
    {.name = "u32-u32", .key_bytes = 4, .key_align = 4, .key_direct_compare = true,
     .hash = hash_u32, .equal = equal_u32, .elem_bytes = 4, .elem_align = 4},
    {.name = "u64-nothing", NUMBER_KEY, .elem_bytes = 0, .elem_align = 1},
    {.name = "str-u64", TEXT_KEY, .elem_bytes = 8, .elem_align = 8},
    {.name = "str-40B", TEXT_KEY, .elem_bytes = 40, .elem_align = 1},
    {.name = "u64-128B", NUMBER_KEY, .elem_bytes = 128, .elem_align = 1},
    {.name = "u64-129B", NUMBER_KEY, .elem_bytes = 129, .elem_align = 1},
};

bool oracle_type(struct map_type *type, const char *name, bool lab_hash)
{
    for (unsigned i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
        if (strcmp(shapes[i].name, name) != 0)
            continue;
        *type = map_type_of(&shapes[i]);
        if (lab_hash)
            type->hash = type->key_pointers     ? lab_str
                         : type->key_bytes == 4 ? lab_u32
                                                : lab_u64;
        return true;
    }
    return false;
}

/* --- Keys --- */

/* The texts "k0", "k1", ... made when first asked for; the list grows and its texts stay. */
static struct str text(uint64_t n)
{
    enum { TEXT_BYTES = 16, BLOCK = 4096, BLOCKS = 4096 };
    static char *blocks[BLOCKS];
    char **block = &blocks[n / BLOCK % BLOCKS];
    if (*block == NULL) {
        *block = calloc(BLOCK, TEXT_BYTES);
        for (unsigned i = 0; *block != NULL && i < BLOCK; i++)
            snprintf(*block + i * TEXT_BYTES, TEXT_BYTES, "k%u",
                     (unsigned)(n / BLOCK * BLOCK + i));
    }
    if (*block == NULL) {
        fprintf(stderr, "oracle_models: there is no memory for the keys\n");
        exit(1);
    }
    const char *bytes = *block + n % BLOCK * TEXT_BYTES;
    return (struct str){.bytes = bytes, .length = strlen(bytes)};
}

union oracle_key oracle_key(const struct map_type *type, uint64_t n)
{
    union oracle_key key = {.number = n};
    if (type->key_pointers)
        key.text = text(n);
    else if (type->key_bytes == 4)
        key.small = (uint32_t)n;
    return key;
}

uint64_t oracle_number(const struct map_type *type, const void *key)
{
    union oracle_key got = {.number = 0};
    memcpy(&got, key, type->key_bytes);
    if (type->key_pointers)
        return strtoull(got.text.bytes + 1, NULL, 10);
    return type->key_bytes == 4 ? got.small : got.number;
}

size_t oracle_key_bytes(const struct map_type *type)
{
    return type->key_bytes;
}
