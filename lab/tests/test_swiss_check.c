/*
 * test_swiss_check.c - each rule of swiss.h is broken by hand, and the checker names it.
 *
 * A checker that finds nothing would make every other test of the map pass.
 */
#include <criterion/criterion.h>
#include <math.h>

#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

TestSuite(swiss_check, .timeout = 20);

static const struct map_type *const mt = &swiss_u64_type;
static struct swiss m;

/* A map of so many entries; what it stands in is given back with the process. */
static struct swiss_header *start(uint64_t entries)
{
    struct heap *h = heap_new(NULL);
    cr_assert(swiss_u64_init(&m, h, 0, 1));
    for (uint64_t key = 0; key < entries; key++)
        *swiss_u64_put(&m, key) = key + 1;
    cr_assert_null(swiss_check(mt, &m));
    return m.header;
}

static void names(const char *rule)
{
    const char *why = swiss_check(mt, &m);
    cr_assert_not_null(why, "nothing was found where %s is broken", rule);
    size_t length = strlen(rule);
    cr_assert(strncmp(why, rule, length) == 0 && why[length] == ':', "%s, not %s", why, rule);
}

/* The first full slot at or behind slot 0 of group g. */
static unsigned char *full_slot(unsigned char *group, unsigned *slot)
{
    *slot = ctrl_first(ctrl_match_full(ctrl_load(group)));
    return swiss_slot(mt, group, *slot);
}

Test(swiss_check, S1_a_capacity_is_a_power_of_two_in_its_bounds)
{
    static const uint16_t wrong[] = {0, 4, 12, 24, 2048};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        start(14)->directory[0]->capacity = wrong[i];
        names("S1");
    }
    start(14)->directory[0]->group_mask = 0;
    names("S1");
}

Test(swiss_check, S2_a_control_byte_is_its_keys)
{
    unsigned slot;
    unsigned char *group = start(5)->group;
    full_slot(group, &slot);
    group[slot] ^= 1;
    names("S2");
    group = start(500)->directory[0]->groups;
    full_slot(group, &slot);
    group[slot] ^= 0x40;
    names("S2");
}

Test(swiss_check, S2_a_control_byte_has_a_meaning)
{
    unsigned char *group = start(5)->directory == NULL ? NULL : m.header->group;
    group[7] = 0xFF;
    names("S11");                       /* a small map's tally says it first */
    start(14)->directory[0]->groups[ctrl_first(ctrl_match_empty(
        ctrl_load(m.header->directory[0]->groups)))] = 0x81;
    names("S2");
}

/* A table without an empty slot, all counts as they should be for so many tombstones. */
Test(swiss_check, S3_a_table_keeps_an_empty_slot)
{
    struct swiss_table *t = start(14)->directory[0];
    for (unsigned g = 0; g < 2; g++)
        for (unsigned i = 0; i < 8; i++)
            if (t->groups[g * swiss_group_bytes(mt) + i] == CTRL_EMPTY)
                t->groups[g * swiss_group_bytes(mt) + i] = CTRL_DELETED;
    names("S3");
}

Test(swiss_check, S4_growth_left_is_what_is_left)
{
    start(13)->directory[0]->growth_left++;
    names("S4");
    start(13)->directory[0]->growth_left--;
    names("S4");
    start(13)->directory[0]->used++;
    names("S4");
    start(13)->directory[0]->used--;
    names("S4");
}

Test(swiss_check, S5_a_group_never_mixes_empty_and_deleted)
{
    struct swiss_table *t = start(20)->directory[0];
    unsigned char *group = t->groups;
    while (ctrl_remove_first(ctrl_match_empty(ctrl_load(group))) == 0)
        group += swiss_group_bytes(mt);         /* until two slots are empty */
    group[ctrl_first(ctrl_match_empty(ctrl_load(group)))] = CTRL_DELETED;
    t->growth_left--;
    names("S5");
}

Test(swiss_check, S6_a_table_stands_at_its_run_of_entries)
{
    start(3000)->directory[1]->index = 0;
    names("S6");
    start(3000)->directory[0]->local_depth = m.header->global_depth + 1;
    names("S6");
    start(3000)->global_shift++;
    names("S6");
    start(3000)->dir_len /= 2;
    names("S6");
    struct swiss_header *header = start(1792);
    cr_assert_eq(header->dir_len, 4);
    cr_assert_eq(swiss_table_count(&m), 3);
    unsigned run = header->directory[0] == header->directory[1] ? 0 : 2;
    header->directory[run + 1] = header->directory[2 - run];
    names("S6");
}

/* Two tables change places: every key lies where its top bits do not lead. */
Test(swiss_check, S7_keys_share_their_tables_bits)
{
    struct swiss_header *header = start(897);
    struct swiss_table *t = header->directory[0];
    header->directory[0] = header->directory[1];
    header->directory[1] = t;
    header->directory[0]->index = 0;
    header->directory[1]->index = 1;
    names("S7");
}

Test(swiss_check, S8_used_adds_up)
{
    start(3000)->used++;
    names("S8");
}

/* A key moved past a group with an empty slot, counts kept: a probe ends before it. */
Test(swiss_check, S9_no_key_is_cut_off)
{
    struct swiss_table *t = start(20)->directory[0];
    for (unsigned g = 0; g <= t->group_mask; g++) {
        unsigned char *group = swiss_group(mt, t, g);
        unsigned char *other = swiss_group(mt, t, (g + 1) & t->group_mask);
        if (ctrl_match_empty(ctrl_load(group)) == 0 || ctrl_match_empty(ctrl_load(other)) == 0
            || ctrl_match_full(ctrl_load(group)) == 0)
            continue;
        unsigned from, to = ctrl_first(ctrl_match_empty(ctrl_load(other)));
        unsigned char *slot = full_slot(group, &from);
        uint64_t key;
        memcpy(&key, slot, sizeof key);
        if (((hash_u64(&key, m.header->seed) >> 7) & t->group_mask) != g)
            continue;
        memcpy(swiss_slot(mt, other, to), slot, mt->slot_bytes);
        other[to] = group[from];
        group[from] = CTRL_EMPTY;
        memset(slot, 0, mt->slot_bytes);
        names("S9");
        return;
    }
    cr_assert_fail("no group to break");
}

Test(swiss_check, S10_no_key_is_held_twice)
{
    struct swiss_header *header = start(5);
    unsigned slot;
    unsigned char *from = full_slot(header->group, &slot);
    unsigned to = ctrl_first(ctrl_match_empty(ctrl_load(header->group)));
    memcpy(swiss_slot(mt, header->group, to), from, mt->slot_bytes);
    header->group[to] = header->group[slot];
    header->used++;
    names("S10");
}

Test(swiss_check, S11_a_small_map_has_no_tombstone)
{
    struct swiss_header *header = start(5);
    header->group[ctrl_first(ctrl_match_empty(ctrl_load(header->group)))] = CTRL_DELETED;
    names("S11");
    start(5)->used++;
    names("S11");
    start(0)->used = 1;
    names("S11");
}

Test(swiss_check, S12_a_free_slots_elem_is_zero)
{
    unsigned char *group = start(5)->group;
    swiss_slot(mt, group, ctrl_first(ctrl_match_empty(ctrl_load(group))))[15] = 1;
    names("S12");
    group = start(500)->directory[0]->groups;
    while (ctrl_match_empty(ctrl_load(group)) == 0)
        group += swiss_group_bytes(mt);
    swiss_slot(mt, group, ctrl_first(ctrl_match_empty(ctrl_load(group))))[8] = 1;
    names("S12");
}

Test(swiss_check, S13_a_range_walks_a_table_that_is_there_or_replaced)
{
    struct swiss_iter it;
    start(3000);
    swiss_u64_iter_start(&m, &it);
    cr_assert(swiss_u64_iter_next(&it));
    struct swiss_table lost = *it.table;
    it.table = &lost;
    names("S13");
    struct swiss other = m;
    it.table = NULL;
    it.m = &other;
    names("S13");
}
