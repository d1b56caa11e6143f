/*
 * oracle_swiss.c - the inside of the Swiss map: directory, tables, control words.
 */
#include "oracle/oracle_structure.h"
#include "oracle/oracle_types.h"

/* The account of all groups, in directory order. */
struct account {
    uint64_t tables, slots, tombstones, room, stale, control;
};

/* Adds the groups of one table, or of a small map. */
static void add_groups(struct account *sum, const struct map_type *mt, unsigned char *groups,
                       uint64_t count)
{
    static const unsigned char zeros[sizeof(union oracle_key)];
    for (uint64_t g = 0; g < count; g++) {
        unsigned char *group = groups + g * swiss_group_bytes(mt);
        sum->control = oracle_digest(sum->control, group, SWISS_GROUP_SLOTS);
        sum->slots += SWISS_GROUP_SLOTS;
        for (unsigned i = 0; i < SWISS_GROUP_SLOTS; i++) {
            sum->tombstones += group[i] == CTRL_DELETED;
            sum->stale += group[i] >= CTRL_EMPTY
                && memcmp(swiss_slot(mt, group, i), zeros, oracle_key_bytes(mt)) != 0;
        }
    }
}

static void tell(const struct teller *teller, const struct any_map *m)
{
    const struct swiss_header *header = m->as.swiss.header;
    struct account sum = {.control = ORACLE_DIGEST};
    if (header->dir_len == 0 && header->group != NULL)
        add_groups(&sum, m->type, header->group, 1);
    for (uint64_t i = 0; i < header->dir_len;) {
        const struct swiss_table *t = header->directory[i];
        sum.tables++;
        sum.room += t->growth_left;
        add_groups(&sum, m->type, t->groups, t->group_mask + 1);
        i = swiss_directory_next(header, t);
    }
    tell_number(teller, "directory", header->dir_len);
    tell_number(teller, "tables", sum.tables);
    tell_number(teller, "slots", sum.slots);
    tell_number(teller, "tombstones", sum.tombstones);
    tell_number(teller, "room", sum.room);
    tell_number(teller, "stale", sum.stale);
    tell_digest(teller, "control", sum.control);
}

/* A range starts at any slot of a table, in any entry of the directory. */
static uint64_t starts(const struct any_map *m)
{
    uint64_t entries = m->as.swiss.header->dir_len;
    return SWISS_MAX_TABLE_SLOTS * (entries == 0 ? 1 : entries);
}

static void start_at(struct any_iter *it, uint64_t start)
{
    it->as.swiss.entry_offset = start % SWISS_MAX_TABLE_SLOTS;
    it->as.swiss.dir_offset = start / SWISS_MAX_TABLE_SLOTS;
}

const struct oracle_inside oracle_inside_swiss = {
    .tell = tell, .starts = starts, .start_at = start_at,
};
