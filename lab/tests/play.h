/*
 * play.h - plays a script of bytes on a map of any design and on an obvious reference.
 *
 * The reference is an array indexed by key number: present or not, and the value. After every
 * change the map is held against it, the design's rules are proved (of a large map, after each
 * change that moved entries and every eighth other), and the bytes that follow from the
 * map's structure must be what its heap accounts for. A few ranges stay open over
 * the changes, and what a range promises is checked entry by entry.
 * Criterion's tests, the fuzzer and the replay of its corpus all call play().
 *
 * Words   number   a key by its place in the reference; its kind makes bytes of it
 *         copy     two keys of one number that are equal but not the same bytes (+0 and -0,
 *                  a text at two addresses)
 *         value    a number of which the elem's bytes are made
 *         step     four bytes of a script: what to do, the key (2), how often
 */
#ifndef PLAY_H
#define PLAY_H

#include <stdio.h>

#include "design/design.h"
#include "hash/hash.h"

enum {
    PLAY_KEYS = 4096,                   /* numbers are below it */
    PLAY_RANGES = 4,                    /* open at the same time */
    PLAY_STEP_BYTES = 4,
};

/* --- Designs: how a map under test is called and looked into --- */

struct play_tally;

/* Which of a design's folded maps a kind is played on; PLAY_ANY: the one described at run time. */
enum play_typed { PLAY_U64, PLAY_U32, PLAY_STR, PLAY_WIDE, PLAY_ANY, PLAY_TYPED };

/* A change, told to a design that has promises of its own about it. */
struct play_change {
    enum play_verb { PLAY_PUT, PLAY_DEL, PLAY_CLEAR, PLAY_RESERVE, PLAY_SHRINK } verb;
    const void *key;                    /* of a put or delete */
    uint64_t count;                     /* asked of a reserve or shrink */
    bool done;                          /* afterwards: false if a delete found nothing */
};

struct play_design {
    const struct design *verbs[PLAY_TYPED];             /* of the folded maps, and of any */
    bool changes_end_ranges;                            /* no range may be open over a change */
    bool keeps_first_key;                               /* a put of an equal key leaves the first */
    bool refuses_weak_hash;                             /* a put may be refused for its hash */
    unsigned allocations;                               /* that one change may make, about */
    uint64_t (*bytes)(const struct any_map *m);         /* derived from the structure */
    void (*snapshot)(FILE *to, const struct any_map *m);    /* every byte that the map is */
    uint64_t (*moved)(const struct any_map *m);         /* entries written again by growth */
    void (*tally)(struct play_tally *tally, const struct any_map *m);   /* adds up its events */

    /* NULL where the design has no such thing. */
    bool (*replaced)(const struct any_iter *it);        /* does it stand on a replaced part? */
    uint64_t (*seed)(const struct any_map *m);          /* redrawn when the map becomes empty */
    uint64_t (*slots)(const struct any_map *m);         /* which a clear keeps */
    uint64_t (*tombstones)(const struct any_map *m);
    uint64_t (*clears)(const struct any_map *m);        /* that had something to clear */
    bool (*reserve)(struct any_map *m, uint64_t more);  /* room for so many more entries */
    bool (*shrink)(struct any_map *m, uint64_t least);  /* to its entries, or `least` if more */
    /* Around each change that is not refused: what then broke a promise, or NULL. */
    void (*before)(const struct any_map *m, const struct play_change *change);
    const char *(*after)(const struct any_map *m, const struct play_change *change);
};

extern const struct play_design play_swiss;             /* play_swiss.c */
extern const struct play_design play_bucket;            /* play_bucket.c */
extern const struct play_design play_hashbrown;         /* play_hashbrown.c */

/* How the design called name ("go1.24", "go1.23", "rust"; NULL is the first) is played. */
const struct play_design *play_design_named(const char *name);

/* --- Kinds: what keys and elems look like --- */

struct play_kind {
    const char *name;
    enum play_typed typed;
    struct map_type type;
    enum { PLAY_KEY_BYTES, PLAY_KEY_STR, PLAY_KEY_F64 } form;
    unsigned keys;                      /* numbers that it can tell apart */
    bool degenerate;                    /* so weak a hash that a put may be refused */
};

/* The kind called name ("u64", "str", "key129"); NULL: there is none. */
const struct play_kind *play_kind_named(const char *name);

/* The kind at a place of the list; NULL behind the last. */
const struct play_kind *play_kind_at(unsigned place);

/* Room for a key of any kind. */
union play_key {
    unsigned char bytes[WIDE_KEY_BYTES];
    uint64_t u64;
    struct str str;
    double f64;
};

/* The key of a number, in its first or second copy. */
union play_key play_key(const struct play_kind *kind, unsigned number, unsigned copy);

/* The number of a key, or PLAY_KEYS if it is no key of the kind; and which copy it is. */
unsigned play_number(const struct play_kind *kind, const void *key);
unsigned play_copy(const struct play_kind *kind, const void *key);

/* An elem's bytes are made of a value: written, and compared. */
void play_elem_write(const struct play_kind *kind, void *elem, uint32_t value);
bool play_elem_is(const struct play_kind *kind, const void *elem, uint32_t value);
bool play_elem_is_zero(const struct play_kind *kind, const void *elem);

/* --- Playing --- */

struct play_setting {
    const char *design;                 /* NULL: "go1.24" */
    const char *kind;
    uint64_t hint, seed;
    unsigned keys;                      /* numbers in use: 1 to PLAY_KEYS */
    bool failures;                      /* steps may order that an allocation fails */
};

/* What a script reached, added up over plays: a test that reaches nothing shows nothing. */
struct play_tally {
    uint64_t steps, checks;
    uint64_t refused;                   /* puts for which there was no memory */
    uint64_t produced;                  /* entries, by all ranges */
    uint64_t replaced;                  /* of those, from a table or group already replaced */
    uint64_t twice;                     /* entries produced a second time, as Go may (play.c) */
    uint64_t clears;
    uint64_t tombstones;                /* deletes that left one */
    uint64_t moved;                     /* entries written again by growth */
    struct swiss_events events;         /* of maps of go1.24 */
    struct bucket_events bucket;        /* of maps of go1.23 */
    struct hashbrown_events hashbrown;  /* of maps of rust */
};

/*
 * Plays the script in h, which must be empty and is empty afterwards. Returns NULL, or what
 * differed and at which step, in static storage. *tally is added to.
 */
const char *play(const struct play_setting *setting, const unsigned char *script, size_t length,
                 struct heap *h, struct play_tally *tally);

/* The same for a fuzzer's input, on go1.24's map: its first four bytes choose the setting. */
const char *play_input(const unsigned char *input, size_t length, struct play_tally *tally);

#endif
