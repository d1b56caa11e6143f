/*
 * small_table.h - a table of up to eight groups that keeps to the two functions of the drill.
 *
 * Its keys are their own hashes, so that a test says where each of them wants to go. As in Go,
 * seven eighths of the slots may be taken, and a tombstone takes its slot as a key does. Here
 * nothing grows: a put that would have to make the table larger says so.
 */
#ifndef SMALL_TABLE_H
#define SMALL_TABLE_H

#include <stdbool.h>
#include <stdint.h>

enum { MOST_GROUPS = 8 };

struct small_table {
    uint64_t groups;                    /* a power of two, up to MOST_GROUPS */
    uint64_t room;                      /* empty slots that may be taken before it must grow */
    uint64_t word[MOST_GROUPS];
    uint64_t key[MOST_GROUPS][8];
};

/* Where a key is, or is not. */
struct found {
    bool is_there;
    unsigned group, slot;               /* of the key, if it is there */
    unsigned looked_at;                 /* groups */
};

/* The key with this number that wants to go to that group. */
uint64_t key_for(unsigned group, uint64_t number);

void table_make(struct small_table *t, uint64_t groups);
struct found table_find(const struct small_table *t, uint64_t key);

/* False: the table would have to grow. */
bool table_put(struct small_table *t, uint64_t key);

/* Deletes a key that is there; the byte that is left. */
uint8_t table_delete(struct small_table *t, uint64_t key);

/* Is the key in a slot, wherever: without a search. */
bool table_holds(const struct small_table *t, uint64_t key);

/* The control bytes of a group as the chapter prints them, slot 0 first. */
const char *table_bytes(const struct small_table *t, unsigned group);

#endif
