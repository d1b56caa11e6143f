/*
 * wrong-no-power-of-two.c - "as many tables as it takes"
 *
 * The top bits of a hash choose a table, so the directory has a power of two of them.
 */
#include "estimate.h"

enum {
    GROUP_SLOTS = 8, CONTROL_BYTES = 8, MOST_TABLE_SLOTS = 1024,
    HEADER_BYTES = 48, TABLE_BYTES = 32, POINTER_BYTES = 8,
};

static uint64_t power_of_two(uint64_t n)
{
    uint64_t power = 1;
    while (power < n)
        power *= 2;
    return power;
}

static uint64_t groups_bytes(uint64_t slots, size_t slot_bytes, bool pointers)
{
    uint64_t group = CONTROL_BYTES + GROUP_SLOTS * slot_bytes;
    return heap_rounded(slots / GROUP_SLOTS * group, pointers ? HEAP_SCAN : HEAP_NOSCAN);
}

uint64_t map_bytes(uint64_t entries, size_t slot_bytes, bool pointers)
{
    uint64_t header = heap_rounded(HEADER_BYTES, HEAP_SCAN);
    if (entries == 0)
        return header;
    if (entries <= GROUP_SLOTS)
        return header + groups_bytes(GROUP_SLOTS, slot_bytes, pointers);
    uint64_t wanted = entries * 8 / 7;
    uint64_t tables = (wanted + MOST_TABLE_SLOTS - 1) / MOST_TABLE_SLOTS;
    uint64_t slots = power_of_two(wanted / tables);
    uint64_t table = heap_rounded(TABLE_BYTES, HEAP_SCAN)
        + groups_bytes(slots, slot_bytes, pointers);
    return header + heap_rounded(tables * POINTER_BYTES, HEAP_SCAN) + tables * table;
}
