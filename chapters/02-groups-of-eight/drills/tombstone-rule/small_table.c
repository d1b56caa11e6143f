/* small_table.c - find, put, delete, as in lab/swiss/swiss_table.h, with the rules left open. */
#include "small_table.h"

#include "map/probe.h"
#include "tombstone_rule.h"

#include <stdio.h>

uint64_t key_for(unsigned group, uint64_t number)
{
    uint64_t h1 = number << 3 | group, h2 = number * 37 & 0x7F;
    return h1 << 7 | h2;
}

void table_make(struct small_table *t, uint64_t groups)
{
    *t = (struct small_table){.groups = groups, .room = groups == 1 ? 8 : groups * 7};
    for (uint64_t g = 0; g < groups; g++)
        t->word[g] = CTRL_ALL_EMPTY;
}

static void set_byte(struct small_table *t, unsigned group, unsigned slot, uint8_t byte)
{
    uint64_t others = t->word[group] & ~((uint64_t)0xFF << (8 * slot));
    t->word[group] = others | (uint64_t)byte << (8 * slot);
}

/* Looks for the key in one group. */
static bool in_group(const struct small_table *t, uint64_t key, unsigned group, unsigned *slot)
{
    uint64_t match = ctrl_match_h2(t->word[group], hash_h2(key));
    for (; match != 0; match = ctrl_remove_first(match)) {
        *slot = ctrl_first(match);
        if (t->key[group][*slot] == key)
            return true;
    }
    return false;
}

struct found table_find(const struct small_table *t, uint64_t key)
{
    struct found found = {.is_there = false};
    struct probe probe = probe_start(hash_h1(key), t->groups - 1);
    while (found.looked_at < t->groups) {
        found.group = (unsigned)probe.offset;
        found.looked_at++;
        if (in_group(t, key, found.group, &found.slot)) {
            found.is_there = true;
            break;
        }
        if (search_stops(t->word[found.group], t->groups))
            break;
        probe_next(&probe);
    }
    return found;
}

bool table_put(struct small_table *t, uint64_t key)
{
    struct found found = table_find(t, key);
    if (found.is_there)
        return true;
    struct probe probe = probe_start(hash_h1(key), t->groups - 1);
    for (unsigned i = 0; i < found.looked_at; i++, probe_next(&probe)) {
        uint64_t match = ctrl_match_empty_or_deleted(t->word[probe.offset]);
        if (match == 0)
            continue;
        unsigned slot = ctrl_first(match);
        bool empty = (uint8_t)(t->word[probe.offset] >> (8 * slot)) == CTRL_EMPTY;
        if (empty && t->room == 0)
            return false;
        t->room -= empty;
        t->key[probe.offset][slot] = key;
        set_byte(t, (unsigned)probe.offset, slot, hash_h2(key));
        return true;
    }
    return false;
}

uint8_t table_delete(struct small_table *t, uint64_t key)
{
    struct found found = table_find(t, key);
    uint8_t byte = left_behind(t->word[found.group], found.slot, t->groups);
    set_byte(t, found.group, found.slot, byte);
    t->room += byte == CTRL_EMPTY;
    return byte;
}

bool table_holds(const struct small_table *t, uint64_t key)
{
    for (unsigned group = 0; group < t->groups; group++)
        for (unsigned slot = 0; slot < CTRL_SLOTS; slot++)
            if (t->key[group][slot] == key
                && (uint8_t)(t->word[group] >> (8 * slot)) == hash_h2(key))
                return true;
    return false;
}

const char *table_bytes(const struct small_table *t, unsigned group)
{
    static char text[2][25];
    static unsigned turn;
    char *to = text[turn++ % 2];
    for (unsigned slot = 0; slot < CTRL_SLOTS; slot++)
        snprintf(to + 3 * slot, 4, slot < 7 ? "%02x " : "%02x",
                 (unsigned)(t->word[group] >> (8 * slot)) & 0xFF);
    return to;
}
