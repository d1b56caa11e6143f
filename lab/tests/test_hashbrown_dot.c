/*
 * test_hashbrown_dot.c - pictures say what the memory holds, before and after a shrink.
 */
#include "hashbrown/hashbrown_dot.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "hashbrown/hashbrown_check.h"
#include "hashbrown/hashbrown_u64.h"

TestSuite(hashbrown_dot, .timeout = 20);

static const struct map_type *const mt = &hashbrown_u64_type;
static struct hashbrown m;

static void start(uint64_t hint, uint64_t entries)
{
    struct heap *h = heap_new(&(struct heap_config){.reserve_bytes = (uint64_t)64 << 20});
    cr_assert(hashbrown_u64_init(&m, h, hint, 1));
    for (uint64_t key = 0; key < entries; key++)
        *hashbrown_u64_put(&m, key) = key + 7000;
}

/* Draws the map; with `least` below UINT64_MAX once more after a shrink to it. */
static char *draw(uint64_t least)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    struct dot dot;
    dot_begin(&dot, out, NULL, "LR");
    int before = hashbrown_dot_map(&dot, mt, &hashbrown_print_u64, &m, "before");
    cr_assert_eq(before, 0);
    if (least != UINT64_MAX) {
        cr_assert(hashbrown_u64_shrink_to(&m, least));
        int after = hashbrown_dot_map(&dot, mt, &hashbrown_print_u64, &m, "after");
        dot_arrow(&dot, before, -1, after, "shrink");
    }
    dot_end(&dot);
    cr_assert_eq(fclose(out), 0);
    return text;
}

static unsigned occurrences(const char *text, const char *of)
{
    unsigned count = 0;
    for (; (text = strstr(text, of)) != NULL; text++)
        count++;
    return count;
}

Test(hashbrown_dot, shows_entries_and_bytes)
{
    start(14, 5);
    char *text = draw(UINT64_MAX);
    cr_assert_not_null(strstr(text, HASHBROWN_WIDTH == 16 ? "allocation: 288 B"
                                                          : "allocation: 280 B"));
    for (unsigned key = 0; key < 5; key++) {
        char elem[8];
        snprintf(elem, sizeof elem, "%u", 7000 + key);
        cr_assert_eq(occurrences(text, elem), 1);
    }
    cr_assert_eq(occurrences(text, "empty"), 11);
    cr_assert_not_null(strstr(text, "16 slots, 0 tombstones"));
    cr_assert_not_null(strstr(text, "items 5"));
    cr_assert_null(strstr(text, "0x"));
    free(text);
}

Test(hashbrown_dot, is_the_same_for_the_same_map)
{
    start(28, 20);
    char *first = draw(UINT64_MAX);
    start(28, 20);
    char *second = draw(UINT64_MAX);
    cr_assert_str_eq(first, second);
    free(first);
    free(second);
}

Test(hashbrown_dot, a_map_without_slots_points_to_the_shared_group)
{
    start(0, 0);
    char *text = draw(UINT64_MAX);
    cr_assert_not_null(strstr(text, "shared by all empty maps"));
    cr_assert_null(strstr(text, " B<"));
    free(text);
}

Test(hashbrown_dot, before_and_after_a_shrink)
{
    start(3000, 1000);
    for (uint64_t key = 2; key < 1000; key++)
        cr_assert(hashbrown_u64_del(&m, key));
    char *text = draw(0);
    cr_assert_not_null(strstr(text, HASHBROWN_WIDTH == 16 ? "allocation: 69,648 B"
                                                          : "allocation: 69,640 B"));
    cr_assert_not_null(strstr(text, HASHBROWN_WIDTH == 16 ? "allocation: 84 B"
                                                          : "allocation: 76 B"));
    cr_assert_eq(occurrences(text, "one allocation"), 2);
    cr_assert_eq(occurrences(text, "7001"), 1);         /* the large one is drawn as counts */
    cr_assert_not_null(strstr(text, "shrink"));
    free(text);
}

/* Every tag of the slots and of the mirror is drawn. */
Test(hashbrown_dot, draws_the_mirror)
{
    start(56, 40);
    for (uint64_t key = 0; key < 20; key++)
        cr_assert(hashbrown_u64_del(&m, key));
    char *text = draw(UINT64_MAX);
    cr_assert_not_null(strstr(text, "behind the last control byte"));
    cr_assert_not_null(strstr(text, "control 48"));
    cr_assert_not_null(strstr(text, "byte 64"));
    cr_assert_null(hashbrown_check(mt, &m));
    free(text);
}
