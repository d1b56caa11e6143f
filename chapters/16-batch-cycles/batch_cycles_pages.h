/*
 * batch_cycles_pages.h - what the files of pages share.
 */
#ifndef BATCH_CYCLES_PAGES_H
#define BATCH_CYCLES_PAGES_H

#include "batch_cycles.h"
#include "program/program.h"

/* The option --trace FILE of the target retain, and its check before the run. */
extern const struct program_option own_options[];
bool check_given(const struct target *target, const struct options *options,
                 char why[PROGRAM_WHY_BYTES]);

/* The limit that was given, or [incident]'s at this scale. */
uint64_t limit_for(const struct options *options, uint64_t usual);

/* The records of a steady cycle: those asked for, but enough to fill some tables. */
uint64_t steady_of(const struct options *options);

/* Whether the machine and the control group have the memory at all that a service with this trace
 * and limit (0: none) may come to hold. */
bool memory_is_there(const struct trace *t, uint64_t limit);

/* What a cycle costs in time, all in one interleaved run. */
struct costs {
    double clear_ns, fresh_ns;          /* for each record, without a hint; nothing but the map */
    double fresh_to_clear;              /* of the same, round by round */
    uint64_t clear_bytes, fresh_bytes;  /* that a cycle allocates: exact */
    double presized_to_delete;          /* made anew for the usual number, to the delete loop */
    double share;                       /* what fresh adds to clear: percent of CYCLE_MS for
                                           500,000 records */
    double fresh_to_delete_after;       /* both in a service that has had its spike */
};
bool costs_run(const struct options *options, struct costs *c);

/* The pass conditions: of the claim, and of the same said of memory, which is counted. */
bool cost_is_small(const struct costs *c);
bool cost_is_small_in_memory(const struct costs *c);

bool run_bench(const struct options *options, struct page *page);
bool run_versions(const struct options *options, struct page *page);

#endif
