/*
 * smaps.h - /proc/PID/smaps, mapping by mapping.
 *
 * Models      the text that Linux has written since 3.8 (proc(5)): for each
 *             mapping a line of addresses, then a line for each figure, the
 *             last of them VmFlags.
 *
 *     7f1e8ae00000-7f1e8b200000 rw-p 00000000 00:00 0        [anon:high water]
 *     Size:               4096 kB        the addresses promised
 *     Rss:                  12 kB        of them with memory behind: resident
 *     Pss:                  12 kB        the same, shared pages divided by their users
 *     Private_Dirty:        12 kB        written by this process alone
 *     AnonHugePages:         0 kB        in pages of 2 MiB
 *     ...
 *     VmFlags: rd wr mr mw me ac nh
 *
 * The stream is judged, never trusted: a figure that is missing, given twice or
 * no number, a mapping whose Size is not its addresses or that lies before the one
 * above it, an end in mid-mapping: each ends the reading with one sentence that names
 * the line. What cannot be seen is a stream that ends between two mappings.
 *
 * The kernel writes a mapping in one go, and the list in several: a mapping is
 * right in itself, while two may be of different moments.
 */
#ifndef SMAPS_H
#define SMAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { SMAPS_NAME_BYTES = 256 };

struct smaps_mapping {
    uint64_t start;                 /* the addresses [start, end) */
    uint64_t end;
    char permissions[5];            /* "rw-p" */
    char name[SMAPS_NAME_BYTES];    /* a path, "[heap]", "[anon:...]", or ""; a longer one is cut */
    uint64_t size;                  /* this and the rest in bytes */
    uint64_t rss;
    uint64_t pss;
    uint64_t private_dirty;
    uint64_t anon_huge_pages;
};

/* A reading in progress. All of it is smaps.c's own but wrong. */
struct smaps {
    FILE *stream;
    unsigned long line_number;
    char line[512];                 /* the line last read, its end cut if longer */
    uint64_t last_end;              /* where the last mapping ended */
    const char *wrong;              /* NULL, or what was wrong: one sentence */
    char sentence[160];
};

/* Begins to read a stream, which stays the caller's. */
void smaps_init(struct smaps *s, FILE *stream);

/*
 * Opens /proc/self/smaps, or the file at path if it is not NULL. Returns false, with a
 * sentence in s->wrong, where it cannot be opened: no /proc, or no such kernel.
 * smaps_close closes it again.
 */
bool smaps_open(struct smaps *s, const char *path);
void smaps_close(struct smaps *s);

/*
 * Puts the next mapping into *m. Returns false at the end, and when something is wrong:
 * then s->wrong is a sentence. *m is unchanged then.
 */
bool smaps_next(struct smaps *s, struct smaps_mapping *m);

/*
 * Read on to the mapping that holds the address, or that is so called; all of the name
 * counts. Return false if none follows, or something is wrong (s->wrong).
 */
bool smaps_find_address(struct smaps *s, uint64_t address, struct smaps_mapping *m);
bool smaps_find_name(struct smaps *s, const char *name, struct smaps_mapping *m);

/* Adds the five figures of all the mappings that follow into *sum, whose name is left
 * empty and whose addresses are 0. Returns false, *sum unchanged, if something is wrong. */
bool smaps_sum(struct smaps *s, struct smaps_mapping *sum);

#endif
