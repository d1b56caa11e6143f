/*
 * type.h - a type as somebody writes it down, and as a compiler lays it out.
 *
 *   string,{int32,int,string,*T}         a map's key and its elem
 *
 * Grammar
 *
 *   map    = type "," type
 *   type   = WORD                        bool byte int8 ... uint64, int and uint (8 bytes, as
 *                                        Go's), float64, string, any, error, time.Time, ...;
 *                                        C's and Rust's: uint32_t u32 char double usize String
 *          | "*" any | "&" any           a pointer; any is a type or any name
 *          | "[]" any                    a slice: pointer, length, capacity
 *          | "[" N "]" type              an array
 *          | "enum" "(" N ")"            the least unsigned integer that tells N values apart
 *          | "map" "[" any "]" any | "chan" any | "func" "(...)" | "interface" "{...}"
 *          | "Vec<" any ">" | "Box<" any ">" | "Rc<" ... | "Arc<" ...
 *          | ["struct" [NAME]] "{" [field {sep field} [sep]] "}"
 *   field  = type | NAME type            as in Go
 *          | type {"*"} NAME ["[" N "]"] as in C
 *   sep    = "," | ";" | a new line
 *
 * A field of two words is "NAME type" if the second word is a type, else "type NAME".
 *
 * Layout, the same in Go and C for these types:
 *
 *   T1  A field lies at the first multiple of its alignment behind the one before it.
 *   T2  A struct's alignment is its fields' greatest, its size a multiple of that.
 *   T3  (Go alone) A last field without bytes is given one, if others have some: its address
 *       must not be that of the next object.
 *   T4  Fields by falling alignment, those without bytes first, leave no padding but at the
 *       end: no order is smaller. For every size is a multiple of its alignment, so each
 *       field ends where one of the same or a lesser alignment may begin.
 */
#ifndef TYPE_H
#define TYPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum {
    TYPE_MOST = 512,                    /* types in one description, those inside others too */
    TYPE_MOST_DEPTH = 32,               /* one inside the other */
    TYPE_SENTENCE_BYTES = 160,
};
#define TYPE_MOST_BYTES ((uint64_t)1 << 40)

enum type_kind { TYPE_WORD, TYPE_ARRAY, TYPE_STRUCT };

/* A piece of the description: not ended by a NUL, good as long as the description is. */
struct type_text {
    const char *at;
    int length;
};

struct type {
    enum type_kind kind;
    struct type_text text;              /* of a word: "int32", "*T", "[]byte" */
    struct type_text name;              /* of a field; length 0: it has none */
    uint64_t bytes, align;              /* align is 1, 2, 4 or 8 */
    bool pointers;                      /* does it hold any */
    uint64_t count;                     /* of an array */
    struct type *of;                    /* an array's elements */
    struct type *fields;                /* a struct's first field */
    struct type *next;                  /* a field's next one */
    uint64_t offset;                    /* of a field in its struct */
    uint64_t padding;                   /* bytes behind a field that belong to none */
};

/* Where types lie. A description is parsed into one, its better order into another. */
struct type_pool {
    unsigned count;
    struct type types[TYPE_MOST];
};

/* What is wrong with a description, and where: lines and columns from 1, a column being a
 * character. The sentence has no full stop. */
struct type_error {
    unsigned line, column;
    char sentence[TYPE_SENTENCE_BYTES];
};

/* Reads one type, laid out; NULL, with *error set, if the text is none. pool is emptied first. */
struct type *type_parse(const char *text, struct type_pool *pool, struct type_error *error);

/* Reads a map's key and elem: two types with a comma between them. False, with *error set, if
 * the text is none. pool is emptied first. */
bool type_parse_map(const char *text, struct type_pool *pool, struct type **key,
                    struct type **elem, struct type_error *error);

/* Lays a struct out by T1 to T3: offsets, padding, size and alignment, from its fields'. */
void type_lay_out(struct type *t);

/* A copy of the type in which every struct, those inside others too, has its fields by T4. NULL
 * if the pool, which is not emptied, has no room. */
struct type *type_better(const struct type *t, struct type_pool *pool);

/* The padding in one value of the type, that of structs inside it included. */
uint64_t type_padding(const struct type *t);

/* Writes the type as a description that parses to the same type. */
void type_write(FILE *out, const struct type *t);

#endif
