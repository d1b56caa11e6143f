/*
 * test_delete_retains.c - one test for each claim of chapter 1, and one for each edge.
 */
#include "delete_retains.h"

#include <criterion/criterion.h>

#include "design/design_swiss.h"
#include "swiss/swiss_u64.h"

TestSuite(delete_retains, .timeout = 60);

enum { KEYS = 1 << 20, OUTSIDE_KEYS = 1 << 18, SEED = 1 };

/* The experiment, and that it did what it says: full where it must be, empty where it must be. */
static struct retain live(const struct map_type *mt, uint64_t keys)
{
    struct retain r;
    cr_assert(retain_run(&design_swiss, mt, keys, SEED, 0, &r));
    cr_assert_eq(r.at[RETAIN_START].bytes, 0);
    cr_assert_eq(r.at[RETAIN_FILLED].entries, keys);
    cr_assert_eq(r.at[RETAIN_DELETED].entries, 0);
    cr_assert_eq(r.at[RETAIN_CLEARED_EMPTY].entries, 0);
    cr_assert_eq(r.at[RETAIN_REFILLED].entries, keys);
    cr_assert_eq(r.at[RETAIN_CLEARED].entries, 0);
    for (enum retain_step step = RETAIN_START; step < RETAIN_DROPPED; step++)
        cr_assert_eq(r.at[step].garbage, 0, "step %u was not collected", step);
    return r;
}

static struct retain live_ints(void)
{
    struct retain r = live(&swiss_u64_type, KEYS);
    cr_assert_eq(r.at[RETAIN_FILLED].bytes, 37832752);      /* as Go 1.24 shows */
    cr_assert_eq(r.at[RETAIN_FILLED].objects, 4098);
    return r;
}

static struct retain live_outside(void)
{
    struct map_type mt = int_to_bytes("int to [129]byte", 129);
    struct retain r = live(&mt, OUTSIDE_KEYS);
    cr_assert_eq(r.at[RETAIN_FILLED].bytes, 47207216);
    return r;
}

/* --- The claims --- */

Test(delete_retains, delete_retains)
{
    struct retain r = live_ints();
    cr_assert(deleting_keeps_half(&r));
    cr_assert_eq(r.at[RETAIN_DELETED].bytes, r.at[RETAIN_FILLED].bytes);
    cr_assert_eq(r.at[RETAIN_DELETED].objects, r.at[RETAIN_FILLED].objects);
}

Test(delete_retains, delete_retains__beyond__values_out_of_line)
{
    struct retain r = live_outside();
    cr_assert_not(deleting_keeps_half(&r));
    cr_assert_eq(r.at[RETAIN_DELETED].bytes, 9458480);
    uint64_t freed = r.at[RETAIN_FILLED].bytes - r.at[RETAIN_DELETED].bytes;
    cr_assert_eq(freed, OUTSIDE_KEYS * heap_rounded(129, HEAP_NOSCAN), "each value, nothing else");
}

Test(delete_retains, clear_retains)
{
    struct retain r = live_ints();
    cr_assert(clearing_keeps_all(&r));
    cr_assert_eq(r.at[RETAIN_CLEARED].bytes, r.at[RETAIN_FILLED].bytes);
    cr_assert_eq(r.at[RETAIN_CLEARED_EMPTY].bytes, r.at[RETAIN_FILLED].bytes);
}

Test(delete_retains, clear_retains__beyond__values_out_of_line)
{
    struct retain r = live_outside();
    cr_assert_not(clearing_keeps_all(&r));
    cr_assert_eq(r.at[RETAIN_CLEARED].bytes, r.at[RETAIN_DELETED].bytes, "the table stays");
}

Test(delete_retains, only_drop_frees)
{
    struct retain r = live_ints();
    cr_assert(only_the_drop_frees(&r));
    cr_assert_eq(r.at[RETAIN_COLLECTED].bytes, 0);
    cr_assert_eq(r.at[RETAIN_COLLECTED].objects, 0);
}

Test(delete_retains, only_drop_frees__beyond__values_out_of_line)
{
    struct retain r = live_outside();
    cr_assert_not(only_the_drop_frees(&r));
    cr_assert_eq(r.at[RETAIN_COLLECTED].bytes, 0, "the drop frees here too, but not alone");
}

Test(delete_retains, only_drop_frees__beyond__not_collected)
{
    struct retain r = live_ints();
    cr_assert_not(the_drop_alone_frees(&r));
    cr_assert_eq(r.at[RETAIN_DROPPED].bytes, r.at[RETAIN_FILLED].bytes);
    cr_assert_eq(r.at[RETAIN_DROPPED].garbage, r.at[RETAIN_FILLED].bytes, "all of it is garbage");
}

/* --- What the prose says besides --- */

Test(delete_retains, the_parts_add_up_to_what_the_heap_counts)
{
    static const uint64_t keys[] = {0, 1, 8, 9, 14, 15, 896, 897, 1792, 100000, KEYS};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        struct retain r;
        cr_assert(retain_run(&design_swiss, &swiss_u64_type, keys[i], SEED, 0, &r));
        uint64_t sum = r.parts.sum, measured = r.at[RETAIN_FILLED].bytes;
        cr_assert_eq(sum, measured, "%lu keys: %lu B and %lu B", (unsigned long)keys[i],
                     (unsigned long)sum, (unsigned long)measured);
    }
}

Test(delete_retains, values_of_128_bytes_lie_in_the_table)
{
    struct incident r;
    cr_assert(incident_run(KEYS, KEYS, SEED, 0, &r));
    cr_assert_eq(r.collected.entries, KEYS);
    cr_assert_eq(r.collected.bytes, 302073904);             /* as Go 1.24 shows */
    cr_assert_eq(r.deleted.entries, 0);
    cr_assert_eq(r.deleted.bytes, r.collected.bytes);
    cr_assert_eq(r.dropped.bytes, 0);
}

/* What the incident printed after its fill lies between the map alone and the map with
 * all the garbage that its growth made: 305 MB, and 287 MB after a collection. */
Test(delete_retains, the_incident_is_the_map_and_some_garbage)
{
    struct incident r;
    cr_assert(incident_run(INCIDENT_KEYS, 0, SEED, 0, &r));
    cr_assert_eq(r.deleted.bytes >> 20, 287);
    cr_assert_eq(r.filled.bytes - r.filled.garbage, r.collected.bytes);
    cr_assert((r.collected.bytes >> 20) < 305 && 305 < (r.filled.bytes >> 20));
    cr_assert(r.filled.bytes < r.total_bytes);
}

/* The larger a value, the more of it lies outside the table and comes back. */
Test(delete_retains, a_cache_keeps_its_table_and_frees_its_values)
{
    static const size_t bytes[] = {16, 256, 1024, 5000};
    uint64_t map = 0;
    for (size_t i = 0; i < 4; i++) {
        struct cache c;
        cr_assert(cache_run(1 << 14, bytes[i], SEED, 0, &c));
        uint64_t entry = heap_rounded(16, HEAP_NOSCAN) + heap_rounded(bytes[i], HEAP_NOSCAN);
        uint64_t kept = (c.entries + 99) / 100;
        cr_assert_eq(c.filled, c.map + c.entries * entry);
        cr_assert_eq(c.drained, c.map + kept * entry);
        cr_assert(i == 0 || c.map == map, "the table does not depend on what it points to");
        cr_assert(c.rebuilt < c.drained && c.rebuilt >= kept * entry);
        map = c.map;
    }
}

/* A refused request ends the experiment; the sanitizers see that nothing is left behind. */
Test(delete_retains, too_small_a_limit_is_told)
{
    struct retain r;
    struct incident in;
    struct cache c;
    enum { LIMIT = 1 << 20 };
    cr_assert_not(retain_run(&design_swiss, &swiss_u64_type, KEYS, SEED, LIMIT, &r));
    cr_assert_not(incident_run(KEYS, 0, SEED, LIMIT, &in));
    cr_assert_not(cache_run(1 << 14, 5000, SEED, LIMIT, &c));
}

Test(delete_retains, the_picture_shows_all_three_kinds_of_slots)
{
    char *text = NULL;
    size_t bytes = 0;
    FILE *out = open_memstream(&text, &bytes);
    cr_assert(picture_after_deletes(SEED, out));
    fclose(out);
    cr_assert_not_null(strstr(text, "full"));
    cr_assert_not_null(strstr(text, "deleted"));
    cr_assert_not_null(strstr(text, "empty"));
    free(text);
}
