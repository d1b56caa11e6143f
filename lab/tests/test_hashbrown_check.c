/*
 * test_hashbrown_check.c - each rule of hashbrown.h is broken by hand, and the checker names it.
 */
#include <criterion/criterion.h>

#include "hashbrown/hashbrown_check.h"
#include "hashbrown/hashbrown_u64.h"

TestSuite(hashbrown_check, .timeout = 20);

static const struct map_type *const mt = &hashbrown_u64_type;
static struct hashbrown m;

/* A map of so many entries in at least that many slots' room. */
static struct hashbrown_table *start(uint64_t entries, uint64_t hint)
{
    struct heap *h = heap_new(&(struct heap_config){.reserve_bytes = (uint64_t)64 << 20});
    cr_assert(hashbrown_u64_init(&m, h, hint, 1));
    for (uint64_t key = 0; key < entries; key++)
        *hashbrown_u64_put(&m, key) = key + 1;
    cr_assert_null(hashbrown_check(mt, &m));
    return &m.table;
}

static void names(const char *rule)
{
    const char *why = hashbrown_check(mt, &m);
    cr_assert_not_null(why, "nothing was found where %s is broken", rule);
    size_t length = strlen(rule);
    cr_assert(strncmp(why, rule, length) == 0 && why[length] == ':', "%s, not %s", why, rule);
}

static uint64_t slot_of(uint64_t key)
{
    unsigned char *elem = (unsigned char *)hashbrown_u64_get(&m, key);
    cr_assert_not_null(elem);
    return (uint64_t)(m.table.ctrl - elem) / 16;
}

static uint64_t empty_slot(void)
{
    uint64_t i = 0;
    while (m.table.ctrl[i] != HASHBROWN_EMPTY)
        i++;
    return i;
}

Test(hashbrown_check, R1_slots_are_a_power_of_two_or_none)
{
    static const uint64_t wrong[] = {1, 2, 4, 5, 6, 12, 30};
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        start(14, 0)->bucket_mask = wrong[i];
        names("R1");
    }
    start(14, 0)->bucket_mask = 0;
    names("R1");
    start(0, 0)->bucket_mask = 3;
    names("R1");
}

Test(hashbrown_check, R2_a_control_byte_is_its_keys)
{
    struct hashbrown_table *t = start(20, 0);
    uint64_t i = slot_of(7);
    hashbrown_set_ctrl(t, i, t->ctrl[i] ^ 1);
    names("R2");
    t = start(20, 0);
    i = slot_of(7);
    hashbrown_set_ctrl(t, i, t->ctrl[i] ^ 0x40);
    names("R2");
    t = start(20, 0);
    hashbrown_set_ctrl(t, empty_slot(), 0xFE);
    names("R2");
}

Test(hashbrown_check, R3_a_table_keeps_an_empty_slot)
{
    struct hashbrown_table *t = start(20, 0);
    for (uint64_t i = 0; i < 32; i++)
        if (t->ctrl[i] == HASHBROWN_EMPTY)
            hashbrown_set_ctrl(t, i, HASHBROWN_DELETED);
    names("R3");
}

Test(hashbrown_check, R4_growth_left_is_what_is_left)
{
    start(13, 0)->growth_left++;
    names("R4");
    start(13, 0)->growth_left--;
    names("R4");
}

Test(hashbrown_check, R5_items_are_the_full_slots)
{
    start(13, 0)->items++;
    names("R5");
    start(13, 0)->items--;
    names("R5");
}

/* Every byte of the mirror, and every byte between slots and mirror, in each small size. */
Test(hashbrown_check, R6_the_mirror_repeats)
{
    static const uint64_t hints[] = {3, 7, 14, 28};
    for (unsigned i = 0; i < sizeof hints / sizeof hints[0]; i++) {
        uint64_t slots = hashbrown_slots(start(3, hints[i]));
        for (uint64_t at = slots; at < slots + HASHBROWN_WIDTH; at++) {
            unsigned char keep = m.table.ctrl[at];
            m.table.ctrl[at] = keep == HASHBROWN_EMPTY ? 5 : HASHBROWN_EMPTY;
            names("R6");
            m.table.ctrl[at] = keep;
        }
        cr_assert_null(hashbrown_check(mt, &m));
    }
}

Test(hashbrown_check, R7_a_small_table_has_no_tombstone)
{
    struct hashbrown_table *t = start(3, 7);
    hashbrown_set_ctrl(t, empty_slot(), HASHBROWN_DELETED);
    t->growth_left--;
    names("R7");
}

/* A tombstone where no group was ever full; and one in a run that is one too short. */
Test(hashbrown_check, R8_a_tombstone_lies_in_a_long_run)
{
    for (unsigned length = 1; length <= HASHBROWN_WIDTH; length++) {
        struct hashbrown_table *t = start(0, 56);
        for (unsigned i = 0; i < length; i++) {
            hashbrown_set_ctrl(t, (60 + i) & 63, HASHBROWN_DELETED);
            t->growth_left--;
        }
        if (length < HASHBROWN_WIDTH)
            names("R8");
        else
            cr_assert_null(hashbrown_check(mt, &m));
    }
}

Test(hashbrown_check, R9_no_key_is_cut_off)
{
    struct hashbrown_table *t = start(1, 56);
    uint64_t from = slot_of(0), to = (from + HASHBROWN_WIDTH) & 63;
    memcpy(hashbrown_slot(mt, t, to), hashbrown_slot(mt, t, from), 16);
    hashbrown_set_ctrl(t, to, t->ctrl[from]);
    hashbrown_set_ctrl(t, from, HASHBROWN_EMPTY);
    names("R9");
}

Test(hashbrown_check, R10_no_key_is_held_twice)
{
    struct hashbrown_table *t = start(1, 56);
    uint64_t from = slot_of(0), to = (from + 1) & 63;
    memcpy(hashbrown_slot(mt, t, to), hashbrown_slot(mt, t, from), 16);
    hashbrown_set_ctrl(t, to, t->ctrl[from]);
    t->items++;
    t->growth_left--;
    names("R10");
}

Test(hashbrown_check, R11_control_bytes_are_aligned)
{
    start(5, 0)->ctrl++;
    names("R11");
    start(5, 0)->ctrl -= HASHBROWN_WIDTH / 2;
    names("R11");
}

Test(hashbrown_check, R12_a_map_without_slots_has_no_entries)
{
    start(0, 0)->items = 1;
    names("R12");
    start(0, 0)->growth_left = 1;
    names("R12");
}
