/*
 * oracle_hashbrown.c - the inside of Rust's map, as far as Rust's standard library shows it.
 */
#include "hashbrown/hashbrown_any.h"
#include "oracle/oracle_structure.h"
#include "oracle/oracle_types.h"

/* The digest of the keys' numbers in the order of iteration, which is that of the slots. */
static uint64_t places(const struct any_map *m)
{
    struct any_map copy = *m;           /* a walk changes nothing of it */
    struct hashbrown_iter it;
    uint64_t digest = ORACLE_DIGEST;
    hashbrown_any_iter_start(m->type, &copy.as.hashbrown, &it);
    while (hashbrown_any_iter_next(m->type, &it)) {
        uint64_t number = oracle_number(m->type, it.key);
        digest = oracle_digest(digest, &number, sizeof number);
    }
    return digest;
}

static void tell(const struct teller *teller, const struct any_map *m)
{
    const struct hashbrown_table *t = &m->as.hashbrown.table;
    tell_number(teller, "capacity", t->items + t->growth_left);
    tell_digest(teller, "places", places(m));
}

static uint64_t starts(const struct any_map *m)
{
    (void)m;
    return 1;
}

static bool shrink(struct any_map *m, uint64_t least, bool to_fit)
{
    return to_fit ? hashbrown_any_shrink_to_fit(m->type, &m->as.hashbrown)
                  : hashbrown_any_shrink_to(m->type, &m->as.hashbrown, least);
}

const struct oracle_inside oracle_inside_hashbrown = {
    .tell = tell, .starts = starts, .shrink = shrink,
};
