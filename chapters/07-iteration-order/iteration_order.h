/*
 * iteration_order.h - chapter 7's experiments and what they find.
 *
 * All maps are map[int]int with the keys 1 to n and elem = key. An experiment fills its
 * result and returns false only if memory was refused; none prints.
 * iteration_order_pages.c does.
 *
 * iteration_order.c looks at where ranges start, iteration_order_watch.c at what they
 * promise, iteration_order_versions.c asks the maps of Go 1.23 and Rust the same.
 */
#ifndef ITERATION_ORDER_H
#define ITERATION_ORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "design/design_versions.h"
#include "heap/heap.h"
#include "program/program.h"
#include "swiss/swiss.h"

/* What every experiment is told. */
struct setting {
    uint64_t seed;
    uint64_t limit_bytes;               /* of the heap; 0: none */
};

/* The sizes at which everything is tried: a small map of one full group, a map of one
 * table, a map of several tables, of which some stand at two directory entries. */
enum { SMALL_KEYS = 8, TABLE_KEYS = 128, TABLES_KEYS = 1750, SIZES = 3 };

/* --- Where a range starts --- */

enum { RANGES_SHOWN = 16, FALSE_ALARM_DIGITS = 15 };

struct starts {
    uint64_t entries, slots, tables;
    uint64_t first[RANGES_SHOWN];       /* the first keys of the first sixteen ranges */
    uint64_t distinct;                  /* different ones among these */
    double expected;                    /* mean number of different ones in sixteen */
    uint64_t ranges;                    /* run in all */
    uint64_t came_first;                /* entries that came first in at least one of them */
    double all_alike;                   /* log10 of the chance that the sixteen are all alike */
    double one_left_out;                /* log10 of the chance, at most, that an entry comes first
                                           in none of the ranges */
};

/* How a range's start is chosen: as the map draws it, or always the same. */
enum start_rule { START_DRAWN, START_FIXED };

/* Starts ranges over one map and notes what comes first: so many ranges that the chance
 * to leave an entry out is below 10 to the power of minus FALSE_ALARM_DIGITS. */
bool starts_run(const struct setting *setting, uint64_t keys, enum start_rule rule,
                struct starts *r);

/* The two parts of start-is-random. */
bool starts_differ(const struct starts *r);
bool every_entry_starts(const struct starts *r);

enum { BLOCKS = 10000 };

/* Runs BLOCKS times sixteen ranges: blocks[d] of them have d different first keys. */
bool blocks_run(const struct setting *setting, uint64_t keys, uint64_t blocks[RANGES_SHOWN + 1]);

/* --- How many orders there are, and how often one comes twice --- */

struct orders {
    uint64_t entries;
    uint64_t starts;                    /* pairs of a directory entry and a slot offset */
    uint64_t distinct;                  /* different orders among them */
    uint64_t digits;                    /* of the number of all orders, entries factorial */
    double again;                       /* chance that two ranges have the same order */
    uint64_t pairs, same;               /* ranges run two by two, and alike */
};

/* Walks the map from every start there is, then runs `pairs` pairs of ranges. */
bool orders_run(const struct setting *setting, uint64_t keys, uint64_t pairs, struct orders *r);

/* --- Is the first entry a fair draw? --- */

struct fairness {
    uint64_t entries, slots;
    double most_chance, least_chance;   /* of coming first, from the free slots before an entry */
    uint64_t ranges, most, least;       /* how often these two came first */
    uint64_t longest_gap;               /* free slots before the luckiest */
};

/* Runs ranges over a map that was filled with `filled` keys (896 at most: one table), of
 * which the first `keys` are left. */
bool fairness_run(const struct setting *setting, uint64_t filled, uint64_t keys, uint64_t ranges,
                  struct fairness *r);

/* Is every entry as likely to come first as any other, within a tenth? */
bool draws_fairly(const struct fairness *r);

/* --- What a range promises --- */

enum { WATCH_RANGES = 32 };

/* What is done to the map at each entry that a range produces. "Ahead" are entries that
 * were there at the start and are not produced yet. */
enum change {
    CHANGE_NONE,
    CHANGE_REMOVE,                      /* an entry ahead is deleted; the map grows as below */
    CHANGE_REMOVE_AND_PUT,              /* an entry ahead is deleted, and put again at once */
    CHANGE_ADD,                         /* a new entry, until there are twice as many */
    CHANGE_GROW,                        /* eight new ones, until there are nine times as many */
    CHANGE_UPDATE,                      /* a new elem for an entry ahead; the map grows as above */
    CHANGE_UPDATE_BEHIND,               /* a new elem for the entry just produced */
    CHANGE_CLEAR,                       /* all entries go, once, at half way */
    CHANGE_CLEAR_AND_PUT,               /* ... and the same keys are put again */
    CHANGES
};

/* Counts over WATCH_RANGES ranges, each over a map of its own. */
struct watched {
    uint64_t entries;                   /* at the start of each range */
    uint64_t due, missed;               /* entries there all the time; not produced */
    uint64_t removed, removed_came;     /* deleted ahead of the range; produced all the same */
    uint64_t added, added_came;         /* new during the range; produced */
    uint64_t twice;                     /* keys produced more than once */
    uint64_t updated, stale;            /* given a new elem while ahead; produced with another elem
                                           than the present one */
    uint64_t outdated;                  /* produced, and the elem changed afterwards */
    uint64_t cleared, after_clear;      /* ranges that met a clear; entries that came after it */
    uint64_t tables_replaced;           /* by growth during the ranges */
    uint64_t directories;               /* doubled during the ranges */
};

/* Ranges over maps of `keys` entries that are changed meanwhile. */
bool watch_run(const struct setting *setting, uint64_t keys, enum change change,
               struct watched *r);

/* The same for one of the three maps; Rust's takes CHANGE_NONE alone. */
bool watch_version(const struct setting *setting, const struct design_version *version,
                   uint64_t keys, enum change change, struct watched *r);

/* The same with CHANGE_GROW for a range as one would write it first: from the first slot of
 * the present tables to the last, by position. */
bool naive_run(const struct setting *setting, uint64_t keys, struct watched *r);

/* The pass conditions of the claims. */
bool each_once(const struct watched *r);
bool removed_stay_away(const struct watched *r);
bool added_come_once_at_most(const struct watched *r);
bool none_twice_though_growing(const struct watched *r);
bool elems_are_present(const struct watched *r);
bool clear_ends(const struct watched *r);

/* --- The three maps, side by side --- */

/* The largest size for the three: nearly as many entries as 256 buckets take, which are not
 * growing then. */
enum { FULL_KEYS = 1600 };

/* Where ranges start: over one map, and over sixteen maps of the same entries and other seeds. */
struct version_starts {
    uint64_t entries;
    uint64_t first[RANGES_SHOWN];       /* the first keys of sixteen ranges over one map */
    uint64_t distinct, orders;          /* different first keys, different orders among these */
    uint64_t of_maps[RANGES_SHOWN];     /* the first keys of one range over each of sixteen maps */
    uint64_t distinct_of_maps;
    uint64_t ranges, came_first;        /* ranges over the one map; entries first in one of them */
    uint64_t behind;                    /* entries in overflow buckets (Go 1.23) */
};

/* Runs RANGES_FOR_EACH ranges for each place of the map and sixteen over other maps. A place is
 * drawn as a start in none of them with a chance of e^-RANGES_FOR_EACH. */
enum { RANGES_FOR_EACH = 40 };
bool version_starts_run(const struct setting *setting, const struct design_version *version,
                        uint64_t keys, struct version_starts *r);

/* Two maps with one seed and the same entries: is the order the same? */
bool same_seed_run(const struct setting *setting, const struct design_version *version,
                   uint64_t keys, bool *same);

/* The conditions: sixteen ranges over one map do not all start alike; sixteen maps do not. */
bool ranges_start_apart(const struct version_starts *r);
bool maps_start_apart(const struct version_starts *r);

/* What may happen to a Rust map while a range stands on it: nothing, says the compiler there.
 * Here the range is asked afterwards whether it has noticed. */
enum forbidden { FORBIDDEN_PUT, FORBIDDEN_DELETE, FORBIDDEN_CLEAR, FORBIDDEN_GROWTH, ALLOWED_ELEM,
                 FORBIDDEN_CHANGES };

bool forbidden_run(const struct setting *setting, uint64_t keys,
                   bool noticed[FORBIDDEN_CHANGES]);

/* The target. */
bool versions_page(const struct options *options, struct page *page);

/* --- The sorted range --- */

/* Writes the map's keys into keys[], smallest first; room for all of them. */
void sorted_keys(struct swiss *m, uint64_t keys[]);

/* Do two sorted ranges over maps of different seeds and histories agree? */
bool sorted_run(const struct setting *setting, uint64_t keys, bool *agree);

#endif
