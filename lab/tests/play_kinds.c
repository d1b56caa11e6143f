/*
 * play_kinds.c - the designs that play knows, and the kinds: typed maps, and descriptions made
 * at run time.
 */
#include <stdio.h>

#include "hash/hash_bad.h"
#include "swiss/swiss_str.h"
#include "swiss/swiss_u32.h"
#include "swiss/swiss_u64.h"
#include "swiss/swiss_wide.h"
#include "tests/play.h"

/* --- Designs --- */

const struct play_design *play_design_named(const char *name)
{
    static const struct play_design *const played[] = {&play_swiss, &play_bucket,
                                                       &play_hashbrown};
    for (unsigned i = 0; i < sizeof played / sizeof played[0]; i++)
        if (name == NULL || strcmp(played[i]->verbs[PLAY_ANY]->name, name) == 0)
            return played[i];
    return NULL;
}

/* --- Hashes and equality of the other sizes --- */

enum { LARGE_BYTES = 129, INLINE_BYTES = 128 };    /* just out of line, and just not */

static uint64_t hash_1(const void *key, uint64_t seed)
{
    return hash_bytes(key, 1, seed);
}

static uint64_t hash_3(const void *key, uint64_t seed)
{
    return hash_bytes(key, 3, seed);
}

static uint64_t hash_128(const void *key, uint64_t seed)
{
    return hash_bytes(key, INLINE_BYTES, seed);
}

static uint64_t hash_129(const void *key, uint64_t seed)
{
    return hash_bytes(key, LARGE_BYTES, seed);
}

static uint64_t hash_nothing(const void *key, uint64_t seed)
{
    return hash_bytes(key, 0, seed);
}

static bool equal_1(const void *a, const void *b)
{
    return memcmp(a, b, 1) == 0;
}

static bool equal_3(const void *a, const void *b)
{
    return memcmp(a, b, 3) == 0;
}

static bool equal_128(const void *a, const void *b)
{
    return memcmp(a, b, INLINE_BYTES) == 0;
}

static bool equal_129(const void *a, const void *b)
{
    return memcmp(a, b, LARGE_BYTES) == 0;
}

static bool equal_nothing(const void *a, const void *b)
{
    (void)a, (void)b;
    return true;
}

/* The top five bits are alike: the first split of a full table leaves one half as full. */
static uint64_t hash_deep(const void *key, uint64_t seed)
{
    return hash_u64(key, seed) >> 5;
}

/* --- The list --- */

/* A description for any.h: sizes, and how the key is told apart. */
#define SHAPE(key_size, align, elem_size, elem_alignment, how_hash, how_equal)                   \
    {.key_bytes = (key_size), .key_align = (align), .elem_bytes = (elem_size),                   \
     .elem_align = (elem_alignment), .hash = (how_hash), .equal = (how_equal)}

static const struct entry {
    struct play_kind kind;
    const struct map_type *typed;       /* the description of a typed map */
    struct map_shape shape;             /* else what to make it of */
} entries[] = {
    {{"u64", PLAY_U64, .keys = PLAY_KEYS}, .typed = &swiss_u64_type},
    {{"u32", PLAY_U32, .keys = PLAY_KEYS}, .typed = &swiss_u32_type},
    {{"str", PLAY_STR, .keys = PLAY_KEYS, .form = PLAY_KEY_STR}, .typed = &swiss_str_type},
    {{"wide", PLAY_WIDE, .keys = PLAY_KEYS}, .typed = &swiss_wide_type},

    {{"any", PLAY_ANY, .keys = PLAY_KEYS},
     .shape = SHAPE(8, 8, 8, 8, hash_u64, equal_u64)},
    {{"f64", PLAY_ANY, .keys = PLAY_KEYS, .form = PLAY_KEY_F64},
     .shape = SHAPE(8, 8, 8, 8, hash_f64, equal_f64)},
    {{"elem128", PLAY_ANY, .keys = PLAY_KEYS},
     .shape = SHAPE(8, 8, INLINE_BYTES, 1, hash_u64, equal_u64)},
    {{"elem129", PLAY_ANY, .keys = PLAY_KEYS},
     .shape = SHAPE(8, 8, LARGE_BYTES, 1, hash_u64, equal_u64)},
    {{"key128", PLAY_ANY, .keys = PLAY_KEYS},
     .shape = SHAPE(INLINE_BYTES, 1, 3, 1, hash_128, equal_128)},
    {{"key129", PLAY_ANY, .keys = PLAY_KEYS},
     .shape = SHAPE(LARGE_BYTES, 1, 8, 8, hash_129, equal_129)},
    {{"both129", PLAY_ANY, .keys = PLAY_KEYS},
     .shape = SHAPE(LARGE_BYTES, 1, LARGE_BYTES, 1, hash_129, equal_129)},
    {{"set", PLAY_ANY, .keys = PLAY_KEYS},
     .shape = SHAPE(8, 8, 0, 1, hash_u64, equal_u64)},
    {{"byte", PLAY_ANY, .keys = 256}, .shape = SHAPE(1, 1, 1, 1, hash_1, equal_1)},
    {{"byteset", PLAY_ANY, .keys = 256}, .shape = SHAPE(1, 1, 0, 1, hash_1, equal_1)},
    {{"nothing", PLAY_ANY, .keys = 1},
     .shape = SHAPE(0, 1, 0, 1, hash_nothing, equal_nothing)},

    {{"zero", PLAY_ANY, .keys = PLAY_KEYS, .degenerate = true},
     .shape = SHAPE(8, 8, 8, 8, hash_zero, equal_u64)},
    {{"ones", PLAY_ANY, .keys = PLAY_KEYS, .degenerate = true},
     .shape = SHAPE(8, 8, 8, 8, hash_ones, equal_u64)},
    {{"low7", PLAY_ANY, .keys = PLAY_KEYS, .degenerate = true},
     .shape = SHAPE(8, 8, 8, 8, hash_low7, equal_u64)},
    {{"identity", PLAY_ANY, .keys = PLAY_KEYS, .degenerate = true},
     .shape = SHAPE(8, 8, 8, 8, hash_identity, equal_u64)},
    {{"high", PLAY_ANY, .keys = PLAY_KEYS},
     .shape = SHAPE(8, 8, 8, 8, hash_high, equal_u64)},
    {{"deep", PLAY_ANY, .keys = PLAY_KEYS},
     .shape = SHAPE(8, 8, 8, 8, hash_deep, equal_u64)},
    {{"zero129", PLAY_ANY, .keys = PLAY_KEYS, .degenerate = true},
     .shape = SHAPE(LARGE_BYTES, 1, LARGE_BYTES, 1, hash_zero, equal_129)},

    /* Last: a fuzzer's input names those above by their places. */
    {{"key3", PLAY_ANY, .keys = PLAY_KEYS}, .shape = SHAPE(3, 1, 8, 8, hash_3, equal_3)},
    {{"three", PLAY_ANY, .keys = PLAY_KEYS}, .shape = SHAPE(3, 1, 0, 1, hash_3, equal_3)},
};

enum { KINDS = sizeof entries / sizeof entries[0] };

const struct play_kind *play_kind_at(unsigned place)
{
    static struct play_kind kinds[KINDS];
    if (place >= KINDS)
        return NULL;
    struct play_kind *kind = &kinds[place];
    if (kind->name == NULL) {
        const struct entry *entry = &entries[place];
        struct map_shape shape = entry->shape;
        shape.name = entry->kind.name;
        shape.key_update = entry->kind.form == PLAY_KEY_F64;
        *kind = entry->kind;
        kind->type = entry->typed != NULL ? *entry->typed : map_type_of(&shape);
    }
    return kind;
}

const struct play_kind *play_kind_named(const char *name)
{
    const struct play_kind *kind;
    for (unsigned i = 0; (kind = play_kind_at(i)) != NULL; i++)
        if (strcmp(kind->name, name) == 0)
            return kind;
    return NULL;
}

/* --- Keys --- */

enum { TEXT_BYTES = 48 };
static char texts[2][PLAY_KEYS][TEXT_BYTES];

/* Texts of many lengths, the empty one among them; the two copies differ in their address. */
static struct str text(unsigned number, unsigned copy)
{
    char *at = texts[copy][number];
    unsigned length = number == 0 ? 0 : 4 + number % 40;
    if (length > 0 && at[0] == '\0')
        snprintf(at, TEXT_BYTES, "%0*u", (int)length, number);
    return (struct str){.bytes = at, .length = length};
}

/* The number in the first four bytes, or as many as there are; then bytes that follow from it. */
static void number_write(unsigned char *bytes, size_t count, unsigned number)
{
    for (size_t i = 0; i < count; i++)
        bytes[i] = (unsigned char)(i < 4 ? number >> (8 * i) : i < 8 ? 0 : number * i);
}

union play_key play_key(const struct play_kind *kind, unsigned number, unsigned copy)
{
    union play_key key = {.bytes = {0}};
    if (kind->form == PLAY_KEY_STR)
        key.str = text(number, copy);
    else if (kind->form == PLAY_KEY_F64)
        key.f64 = number == 0 && copy == 1 ? -0.0 : number;
    else
        number_write(key.bytes, kind->type.key_bytes, number);
    return key;
}

static unsigned str_number(const struct str *str)
{
    const char *from = texts[0][0], *to = texts[1][PLAY_KEYS - 1];
    if (str->bytes < from || str->bytes > to)
        return PLAY_KEYS;
    return (unsigned)(str->bytes - from) / TEXT_BYTES % PLAY_KEYS;
}

static unsigned bytes_number(const struct play_kind *kind, const unsigned char *bytes)
{
    unsigned number = 0;
    for (size_t i = 0; i < kind->type.key_bytes && i < 4; i++)
        number |= (unsigned)bytes[i] << (8 * i);
    return number < PLAY_KEYS ? number : PLAY_KEYS;
}

unsigned play_number(const struct play_kind *kind, const void *key)
{
    unsigned number = PLAY_KEYS;
    if (kind->form == PLAY_KEY_STR) {
        number = str_number(key);
    } else if (kind->form == PLAY_KEY_F64) {
        double f64;
        memcpy(&f64, key, sizeof f64);
        number = f64 >= 0 && f64 < PLAY_KEYS ? (unsigned)f64 : PLAY_KEYS;
    } else {
        number = bytes_number(kind, key);
    }
    if (number >= kind->keys)
        return PLAY_KEYS;
    union play_key whole = play_key(kind, number, play_copy(kind, key));
    return memcmp(&whole, key, kind->type.key_bytes) == 0 ? number : PLAY_KEYS;
}

unsigned play_copy(const struct play_kind *kind, const void *key)
{
    if (kind->form == PLAY_KEY_STR)
        return ((const struct str *)key)->bytes >= texts[1][0];
    return kind->form == PLAY_KEY_F64 && ((const unsigned char *)key)[7] == 0x80;
}

/* --- Elems --- */

static unsigned char elem_byte(uint32_t value, size_t i)
{
    return (unsigned char)((value >> (8 * (i % 4))) + i);
}

void play_elem_write(const struct play_kind *kind, void *elem, uint32_t value)
{
    unsigned char *bytes = elem;
    for (size_t i = 0; i < kind->type.elem_bytes; i++)
        bytes[i] = elem_byte(value, i);
}

bool play_elem_is(const struct play_kind *kind, const void *elem, uint32_t value)
{
    const unsigned char *bytes = elem;
    for (size_t i = 0; i < kind->type.elem_bytes; i++)
        if (bytes[i] != elem_byte(value, i))
            return false;
    return true;
}

bool play_elem_is_zero(const struct play_kind *kind, const void *elem)
{
    const unsigned char *bytes = elem;
    for (size_t i = 0; i < kind->type.elem_bytes; i++)
        if (bytes[i] != 0)
            return false;
    return true;
}
