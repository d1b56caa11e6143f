/*
 * promise.c - the least hint whose tables have room for their share, with chance counted in.
 *
 * One table gets every entry. Of many tables each gets its share by chance: as many as there are
 * entries for each table, give or take the root of that. Six times that root is more than any of
 * some thousand tables ever strays.
 */
#include "promise.h"

#include <math.h>
#include <stdbool.h>

enum { GROUP_SLOTS = 8, MOST_TABLE_SLOTS = 1024, DEVIATIONS = 6 };

static uint64_t power_of_two(uint64_t n)
{
    uint64_t power = 1;
    while (power < n)
        power *= 2;
    return power;
}

/* Do the tables that a hint is turned into have room for so many entries? */
static bool has_room(uint64_t hint, uint64_t entries)
{
    uint64_t wanted = hint * 8 / 7;
    uint64_t tables = power_of_two((wanted + MOST_TABLE_SLOTS - 1) / MOST_TABLE_SLOTS);
    uint64_t room = power_of_two(wanted / tables) / 8 * 7;
    if (tables == 1)
        return entries <= room;
    double share = (double)entries / (double)tables;
    return share + DEVIATIONS * sqrt(share) <= (double)room;
}

uint64_t hint_for(uint64_t entries)
{
    uint64_t hint = entries;
    while (hint > GROUP_SLOTS && !has_room(hint, entries))
        hint++;
    return hint;
}
