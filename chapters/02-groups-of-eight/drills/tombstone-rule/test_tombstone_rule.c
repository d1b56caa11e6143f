/*
 * test_tombstone_rule.c - no key may be lost, and no tombstone left where the slot could be empty.
 *
 * Keys for group 4 go there while it has room, then to group 5, the next on their way.
 */
#include "small_table.h"
#include "tombstone_rule.h"

#include <criterion/criterion.h>

enum { GROUPS = 8, HOME = 4, SLOTS = 8 };

/* A table with `count` keys that want to go to group 4: numbers 1 to count. */
static void fill(struct small_table *t, uint64_t groups, unsigned count)
{
    table_make(t, groups);
    for (unsigned n = 1; n <= count; n++)
        cr_assert(table_put(t, key_for(HOME, n)), "There is room for key %u of %u, and your search does not "
                  "come by it.", n, count);
}

/* Deletes key `number` of group 4, and makes sure that the slot is free then. */
static uint8_t delete(struct small_table *t, unsigned number)
{
    uint8_t byte = table_delete(t, key_for(HOME, number));
    cr_assert(byte == CTRL_EMPTY || byte == CTRL_DELETED,
              "left_behind says %02x, and a slot without a key has the byte 80 or fe.", byte);
    return byte;
}

static void expect_found(const struct small_table *t, unsigned number, const char *what)
{
    struct found found = table_find(t, key_for(HOME, number));
    cr_assert(found.is_there, "%s Then key %u is looked for, which lies in group 5, and it is not found any "
              "more. The search stopped at group %u, and group 4 has the bytes %s. What does an empty slot say to "
              "a search?", what, number, found.group, table_bytes(t, HOME));
}

/* --- A full group --- */

Test(tombstone_rule, a_key_behind_a_full_group_is_found)
{
    for (unsigned gone = 1; gone <= SLOTS; gone++) {
        struct small_table t;
        fill(&t, GROUPS, SLOTS + 1);
        delete(&t, gone);
        expect_found(&t, SLOTS + 1, "Eight keys fill group 4, and a ninth had to go to group 5. One of the eight is "
                     "deleted.");
    }
}

Test(tombstone_rule, a_second_delete_does_not_open_the_group)
{
    struct small_table t;
    fill(&t, GROUPS, SLOTS + 1);
    for (unsigned gone = 1; gone <= SLOTS; gone++) {
        delete(&t, gone);
        expect_found(&t, SLOTS + 1, "Eight keys fill group 4, and a ninth had to go to group 5. The eight are "
                     "deleted, one after the other.");
    }
}

Test(tombstone_rule, a_tombstone_that_is_filled_and_deleted_is_one_again)
{
    struct small_table t;
    fill(&t, GROUPS, SLOTS + 1);
    delete(&t, 3);
    cr_assert(table_put(&t, key_for(HOME, 20)), "A put finds no free slot, and there is a tombstone in group 4: %s.",
              table_bytes(&t, HOME));
    delete(&t, 20);
    expect_found(&t, SLOTS + 1, "Eight keys fill group 4, and a ninth had to go to group 5. One of the eight is "
                 "deleted, a new key takes its slot, and is deleted too.");
}

/* --- A group with room --- */

Test(tombstone_rule, a_group_with_room_keeps_no_tombstone)
{
    for (unsigned count = 1; count < SLOTS; count++)
        for (unsigned gone = 1; gone <= count; gone++) {
            struct small_table t;
            fill(&t, GROUPS, count);
            const char *before = table_bytes(&t, HOME);
            cr_assert_eq(delete(&t, gone), CTRL_EMPTY,
                         "A group has the bytes %s. Slot %u is deleted, and you leave a tombstone. The group has "
                         "an empty slot, and has always had one, so a search has never gone past it.",
                         before, gone - 1);
        }
}

Test(tombstone_rule, one_group_alone_needs_no_tombstone)
{
    struct small_table t;
    fill(&t, 1, SLOTS);
    struct found absent = table_find(&t, key_for(HOME, 99));
    cr_assert(!absent.is_there && search_stops(t.word[0], 1),
              "A table is one group, and it is full. A key is not in it, and your search does not stop, but "
              "there is no other group.");
    for (unsigned gone = 1; gone <= SLOTS; gone++)
        cr_assert_eq(delete(&t, gone), CTRL_EMPTY, "A table is one group, and it was full. Key %u of it is "
                     "deleted, and you leave a tombstone. Which search is it for? Here there is no other group.",
                     gone);
}

/* --- Searches --- */

Test(tombstone_rule, a_search_goes_past_tombstones)
{
    static const uint8_t kinds[] = {0x02, CTRL_DELETED};
    for (unsigned pattern = 0; pattern < 1u << SLOTS; pattern++) {
        uint64_t word = 0;
        for (unsigned slot = 0; slot < SLOTS; slot++)
            word |= (uint64_t)kinds[pattern >> slot & 1] << (8 * slot);
        struct small_table t = {.groups = 1, .word = {word}};
        cr_assert(!search_stops(word, GROUPS), "A group has the bytes %s and no empty slot. Your search stops "
                  "there, but the group once was full, and a key may have gone past it.", table_bytes(&t, 0));
        unsigned slot = pattern % SLOTS;
        uint64_t opened = (word & ~((uint64_t)0xFF << (8 * slot))) | (uint64_t)CTRL_EMPTY << (8 * slot);
        t.word[0] = opened;
        cr_assert(search_stops(opened, GROUPS), "A group has the bytes %s. Slot %u is empty: the key would have "
                  "been put there. Your search goes on all the same.", table_bytes(&t, 0), slot);
    }
}

/* --- Many of them --- */

enum { KEYS = 40, STEPS = 20000 };

/* Puts and deletes drawn by chance, of keys that crowd in four groups of eight. */
Test(tombstone_rule, no_key_is_ever_lost)
{
    struct small_table t;
    bool is_in[KEYS] = {false};
    uint64_t chance = 1;
    table_make(&t, GROUPS);
    for (unsigned step = 1; step <= STEPS; step++) {
        chance = chance * 6364136223846793005u + 1442695040888963407u;
        unsigned n = (unsigned)(chance >> 33) % KEYS;
        uint64_t key = key_for(n % 4, n + 1);
        struct found found = table_find(&t, key);
        cr_assert_eq(found.is_there, is_in[n], "After %u random puts and deletes a search says that a key is %s, and "
                     "it is %s. It began in group %u with the bytes %s.", step - 1,
                     found.is_there ? "there" : "not there", table_holds(&t, key) ? "in the table" : "deleted",
                     n % 4, table_bytes(&t, n % 4));
        if (is_in[n])
            table_delete(&t, key);
        else
            cr_assert(table_put(&t, key), "A put finds no free slot after %u steps, in a table of 64 slots with "
                      "less than %u keys.", step, KEYS);
        is_in[n] = !is_in[n];
    }
}

/* Seven keys at a time, in one group after the other: no group is ever full. */
Test(tombstone_rule, tombstones_do_not_use_up_the_room)
{
    struct small_table t;
    table_make(&t, GROUPS);
    for (unsigned group = 0; group < GROUPS; group++) {
        for (unsigned n = 1; n < SLOTS; n++)
            cr_assert(table_put(&t, key_for(group, n)), "Seven keys are put and deleted in one group after the other. In "
                      "group %u a put finds no room.", group);
        for (unsigned n = 1; n < SLOTS; n++)
            table_delete(&t, key_for(group, n));
    }
    cr_assert_eq(t.room, GROUPS * 7, "Seven keys are put and deleted in one group after the other. The table holds no key "
                 "any more, and of its 56 places %lu are left: tombstones have the others. With a few keys more it "
                 "would have to grow. Group 0 has the bytes %s.", (unsigned long)t.room, table_bytes(&t, 0));
}
