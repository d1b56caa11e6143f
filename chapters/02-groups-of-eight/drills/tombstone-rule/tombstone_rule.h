/*
 * tombstone_rule.h - what a delete leaves behind, and where a search stops.
 *
 * A table is a power of two of groups with eight slots each; a group's control word has a byte
 * for each slot, slot 0's the lowest. map/ctrl.h has the bytes (CTRL_EMPTY, CTRL_DELETED, or
 * a fingerprint below 0x80) and the questions to all eight (ctrl_match_empty, ...).
 *
 * A search looks at one group after the other, beginning where the key's hash says, until it
 * has found the key or search_stops. A put searches first; if the key is not there, it takes
 * the first free slot, empty or deleted, that the search came by.
 */
#ifndef TOMBSTONE_RULE_H
#define TOMBSTONE_RULE_H

#include "map/ctrl.h"

#include <stdbool.h>

/*
 * What to write into the control byte of a slot whose key is deleted: CTRL_EMPTY where that
 * can hide no key, else CTRL_DELETED. `word` is the group's, from before: the slot is full in it. The
 * table has so many groups.
 */
uint8_t left_behind(uint64_t word, unsigned slot, uint64_t groups);

/* The key is not in the group with this word: is it nowhere in the table of so many groups? */
bool search_stops(uint64_t word, uint64_t groups);

#endif
