/*
 * groups_of_eight.h - chapter 2's experiments and what they find.
 *
 * Each fills its result and returns false only if memory was refused. Tables are made
 * with room for `keys` entries (1 to 896: one table), by a hint, and filled with the
 * keys 1 to `keys`, elem = key * key. None of them prints; groups_of_eight_pages.c does.
 */
#ifndef GROUPS_OF_EIGHT_H
#define GROUPS_OF_EIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "design/design_versions.h"
#include "heap/heap.h"
#include "program/program.h"
#include "swiss/swiss.h"

enum {
    ONE_TABLE_KEYS = 896,               /* seven eighths of the largest table */
    FULL_KEYS = 56,                     /* of a table of 64 slots: few enough to print */
    ABSENT = 1 << 20,                   /* keys from here on are in no table of this chapter */
};

/* --- A map to look at --- */

/* A map of one table with a heap of its own. */
struct specimen {
    struct heap *heap;
    struct swiss m;
};

/* Makes a table for `room` entries and puts the keys 1 to `keys` in it. */
bool specimen_new(struct specimen *s, const struct map_type *mt, uint64_t room, uint64_t keys,
                  uint64_t seed, uint64_t limit);
void specimen_free(struct specimen *s, const struct map_type *mt);

struct swiss_table *specimen_table(const struct specimen *s);

/* --- Matching one byte at a time --- */

/* The slots of a control word that hold h2, bit i for slot i: what every faster matcher is
 * held against. */
unsigned loop_match_h2(uint64_t word, uint8_t h2);
unsigned loop_match_empty(uint64_t word);
unsigned loop_match_deleted(uint64_t word);

/* A match of the other two in the same form. Where the compiler has no SSE2, the
 * second is the loop again. */
unsigned swar_slots(uint64_t match);
unsigned sse2_slots_h2(uint64_t word, uint8_t h2);

/* --- A look-up, step by step --- */

struct walk_step {
    uint64_t group;
    uint64_t word;                      /* its control bytes */
    unsigned candidates;                /* slots that hold h2, as a set of bits */
    unsigned swar_candidates;           /* slots that SWAR names: these and some more */
    bool found;                         /* one of them holds the key */
    bool empty;                         /* it has an empty slot */
};

enum { WALK_STEPS = 128 };

struct walk {
    uint64_t key, hash;
    unsigned steps;
    struct walk_step step[WALK_STEPS];
    bool found;
    unsigned slot;                      /* of the key, if found */
    unsigned compares;                  /* keys compared with, if each match is exact */
    unsigned swar_compares;             /* and if it is SWAR's */
};

/* Does what a look-up does, and notes each step. */
void walk_key(const struct map_type *mt, const struct swiss *m, uint64_t key, struct walk *w);

/* The key of 1 to `keys` whose look-up visits most groups, and the same for absent keys. */
void longest_walks(const struct map_type *mt, const struct swiss *m, uint64_t keys,
                   struct walk *hit, struct walk *miss);

/* --- SWAR, step by step --- */

struct swar_steps {
    uint64_t word;                      /* the control bytes */
    uint64_t h2s;                       /* h2 in every lane */
    uint64_t x;                         /* 0 in the lanes that hold h2 */
    uint64_t minus;                     /* 1 taken from every lane */
    uint64_t masked;                    /* without lanes whose bit 7 was set before */
    uint64_t match;                     /* bit 7 of each lane */
};

struct swar_steps swar_worked(uint64_t word, uint8_t h2);

/* --- match-agrees --- */

struct agreement {
    uint64_t words;                     /* words and h2s tried */
    uint64_t wrong_h2;                  /* SWAR differs from the loop in another way than below */
    uint64_t wrong_sse2;                /* SSE2 differs from the loop at all */
    uint64_t wrong_free;                /* a question about empty and deleted slots differs */
    uint64_t missed;                    /* slots that hold h2 and that SWAR does not name */
    uint64_t named_free;                /* empty or deleted slots that SWAR names for h2 */
    uint64_t false_words;               /* words in which SWAR names a slot too many */
    uint64_t false_slots;
};

/* Every word over five interesting bytes (empty, deleted, h2, h2 with bit 0 flipped, another
 * fingerprint), for eight h2s. */
void agreement_of_patterns(struct agreement *a);

/* Words of bytes drawn at random from all that a control byte can be. */
void agreement_of_random(uint64_t words, uint64_t seed, struct agreement *a);

/* The claim's condition: nothing missed, nothing named in vain but in the documented form. */
bool agreement_holds(const struct agreement *a);

/* --- tombstone-keeps-probe --- */

/* What happens to the other keys of a full table when one key is deleted: tried with every
 * key in turn, which is put back afterwards. */
struct tombstones {
    uint64_t full_deletes;              /* deletes from a group without an empty slot */
    uint64_t full_tombstones;           /* of these: left a deleted slot */
    uint64_t full_lost;                 /* other keys not found after them */
    uint64_t cutting;                   /* of these: an empty slot there would lose a key */
    uint64_t would_lose;                /* keys that it would lose, all told */
    uint64_t open_deletes;              /* deletes from a group with an empty slot */
    uint64_t open_tombstones;
    uint64_t open_lost;
    uint64_t open_would_lose;           /* as would_lose, for these */
    bool shown;                         /* there is an example: */
    uint64_t deleted, behind;           /* this key was deleted, and this one lies behind it */
    uint64_t group;                     /* where the deleted one was */
    uint64_t before, after, patched;    /* its control bytes: full, deleted, patched to empty */
    struct walk with_tombstone, with_empty, restored;   /* look-ups of the key behind */
};

bool tombstones_run(uint64_t keys, uint64_t seed, uint64_t limit, struct tombstones *r);

/* The claim's condition: deletes from full groups leave a tombstone and lose no key, and an empty
 * slot in its place would lose some. */
bool tombstones_keep_probes(const struct tombstones *r);

/* The counterexample's: a delete from a group with an empty slot leaves an empty slot, and
 * loses none. */
bool open_groups_need_none(const struct tombstones *r);

/* --- one-compare-screens-eight --- */

enum { LOADS = 7, LOAD_MAPS = 64 };

/* Sums over many look-ups in tables of one load. */
struct lookups {
    uint64_t count;
    uint64_t groups;                    /* visited */
    uint64_t full_slots;                /* in these */
    uint64_t compares;                  /* keys compared with, if each match is exact */
    uint64_t swar_compares;             /* and if it is SWAR's */
    uint64_t counted;                   /* calls of the map's own equality, from swiss_get */
    uint64_t full_groups;               /* groups visited whose eight slots are full ... */
    uint64_t full_false;                /* ... and slots named in them that hold another key */
    uint64_t longest;                   /* groups of the longest one */
};

struct load {
    uint64_t entries, slots;
    struct lookups hit, miss;
};

/* Looks up every key and as many absent ones in LOAD_MAPS tables, at `keys` * i / 7 entries
 * (rounded up) for i from 1 to 7, with a hash as good as Go's. */
bool loads_run(uint64_t keys, uint64_t seed, uint64_t limit, struct load loads[LOADS]);

/* The same for one table at full load and any hash. */
bool hash_run(uint64_t (*hash)(const void *, uint64_t), uint64_t keys, uint64_t seed,
              uint64_t limit, struct load *load);

double mean_groups(const struct lookups *l);
double mean_compares(const struct lookups *l);

/*
 * The claim's condition: a quarter of a comparison too many at most, per hit and per miss; and
 * misses compare one in 128 of the full slots they see, give or take a tenth (or, where
 * few were counted, four standard deviations).
 */
bool screens_eight(const struct load *load);

/* --- Limits --- */

struct limit {
    uint64_t slots;                     /* of the only group, or of the only table */
    uint64_t entries;                   /* held before the next insert makes it larger */
    uint64_t objects;                   /* in the heap when it holds them */
};

enum { LIMITS = 8 };

/* Inserts one key after the other and notes each size that had to grow: 8 to 1024 slots. */
bool limits_run(uint64_t seed, uint64_t limit, struct limit limits[LIMITS]);

/* --- The three maps, side by side --- */

/* How a key is searched. Go 1.23 has a second way, for keys of four and eight bytes: it compares
 * the keys of a bucket one after the other and leaves the control bytes alone. */
enum search {
    SEARCH_BUCKETS, SEARCH_SWISS, SEARCH_HASHBROWN, SEARCH_BY_KEY, SEARCHES
};

/* Places for entries in each map; and at how many entries they are looked at: a quarter, a half
 * and three quarters of the places, and as many as the map holds without becoming larger. */
enum { VERSION_SLOTS = 1024, VERSION_LOADS = 4 };

/* Sums over many look-ups in maps of one design. */
struct effort {
    uint64_t count;
    uint64_t looks;                     /* at a bucket, a group of 8, 16 bytes in a row */
    uint64_t seen;                      /* full places among those looked at */
    uint64_t compares;                  /* keys compared, if each match is exact */
    uint64_t counted;                   /* calls of the map's own equality */
    uint64_t lines;                     /* cache lines of 64 bytes read in its tables */
};

struct version_load {
    uint64_t entries;
    uint64_t maps, control_bytes;       /* in all maps: control bytes and, in buckets, links */
    struct effort hit, miss;
};

/* Looks up every key and as many absent ones, in LOAD_MAPS maps of each design at each load. */
bool versions_run(uint64_t seed, uint64_t limit,
                  struct version_load loads[VERSION_LOADS][SEARCHES]);

double mean_looks(const struct effort *e);
double mean_compared(const struct effort *e);
double mean_lines(const struct effort *e);

/* Of the full places that misses see, the part that looks like the key and is not. */
double false_rate(const struct version_load *load);

/* The condition of one-compare-screens-eight without the rate: a quarter of a comparison too many
 * at most, per hit and per miss. */
bool search_screens(const struct version_load *load);

/* The condition of sixteen-halve-looks: a miss looks half as often at most. */
bool looks_half_as_often(const struct version_load *wide, const struct version_load *narrow);

/* The target. */
bool versions_page(const struct options *options, struct page *page);

#endif
