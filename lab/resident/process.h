/*
 * process.h - what the kernel counts for the whole process, and where it stops it.
 *
 * Words       resident   VmRSS: pages in memory now, shared ones included
 *             peak       VmHWM, the high-water mark of it
 *             cgroup     the control group of a container or service: its limit
 *                        counts all resident memory of all its processes, and above it
 *                        the kernel kills one of them (the OOM killer)
 *
 * A limit on addresses (RLIMIT_AS) is another thing: it counts what is reserved, and the
 * call that would pass it is refused; nobody is killed.
 */
#ifndef PROCESS_H
#define PROCESS_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { PROCESS_SENTENCE_BYTES = 160 };

/* Bytes, from /proc/self/status. */
struct process_memory {
    uint64_t reserved;              /* VmSize: all addresses */
    uint64_t resident;              /* VmRSS */
    uint64_t peak_resident;         /* VmHWM */
    uint64_t anonymous;             /* RssAnon: of resident, what no file stands behind */
    uint64_t swapped;               /* VmSwap */
};

/*
 * Reads them from a stream as the kernel writes it. Returns false, *memory unchanged and one
 * sentence in `sentence` (PROCESS_SENTENCE_BYTES long), if one of them is missing or is no
 * number.
 */
bool process_memory_from(FILE *status, struct process_memory *memory, char *sentence);

/* The same for this process; the sentence also tells if /proc is missing. */
bool process_memory(struct process_memory *memory, char *sentence);

/* Bytes; UINT64_MAX: no limit, or none that could be read. */
struct process_limits {
    uint64_t cgroup;                /* the smallest of the group and the groups around it */
    uint64_t addresses;             /* RLIMIT_AS */
    uint64_t machine;               /* MemTotal: the memory there is */
    uint64_t available;             /* MemAvailable: of it, what can still be had */
    char cgroup_file[1024];         /* whose word cgroup is; "" if nobody's */
};

/*
 * Reads the limits of this process. Files are looked up under root, "" for the real ones: cgroup
 * version 2 (memory.max) and 1 (memory.limit_in_bytes). What is missing is no limit,
 * so this cannot fail.
 */
void process_limits(const char *root, struct process_limits *limits);

#endif
