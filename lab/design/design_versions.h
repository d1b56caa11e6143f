/*
 * design_versions.h - the three maps that `make versions` puts side by side.
 *
 * Go's map before 1.24, Go's map since, and Rust's. Each also brings the verbs of its typed
 * map of int to int: one call through a pointer more than the typed function itself, so that
 * they can be timed where an operation costs much more than a call.
 */
#ifndef DESIGN_VERSIONS_H
#define DESIGN_VERSIONS_H

#include "design/design.h"

enum design_version_number {
    DESIGN_BUCKETS, DESIGN_SWISS, DESIGN_HASHBROWN, DESIGN_VERSIONS
};

/* One of the three. The verbs are those of bucket_u64.h and its like, on m->as; a map that
 * they use must be of type swiss_u64_type or its like (any_map_init). */
struct design_version {
    const char *slug;                   /* in the names of figures: "buckets" */
    const struct design *design;
    uint64_t *(*put)(struct any_map *m, uint64_t key);
    bool (*del)(struct any_map *m, uint64_t key);
    void (*clear)(struct any_map *m);
};

/* By design_version_number: Go 1.23, Go 1.24, Rust. */
extern const struct design_version design_versions[DESIGN_VERSIONS];

/* Puts the keys from `from` to `to` - 1, each its own elem. False: memory is refused. */
bool design_version_fill(const struct design_version *version, struct any_map *m, uint64_t from,
                         uint64_t to);

#endif
