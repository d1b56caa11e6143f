/*
 * process.c - small files of one figure a line.
 *
 * The kernel keeps the groups of a process in /proc/self/cgroup, one line each:
 *
 *     0::/a/b           version 2: /sys/fs/cgroup/a/b/memory.max
 *     4:memory:/a/b     version 1: /sys/fs/cgroup/memory/a/b/memory.limit_in_bytes
 *
 * A limit holds for all groups below, so the way is walked up to the top. Inside a
 * container the path may be one that only the host can see: then just the top
 * is found, and it is the container's own.
 */
#include "resident/process.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

/* --- Figures --------------------------------------------------------------- */

/* Reads "Name:   12 kB" as bytes, if the line is that figure's. */
static bool read_figure(const char *line, const char *name, uint64_t *bytes)
{
    size_t length = strlen(name);
    uint64_t kilobytes;
    char unit[3], end;
    if (strncmp(line, name, length) != 0 || line[length] != ':')
        return false;
    if (sscanf(line + length + 1, "%" SCNu64 " %2s%c", &kilobytes, unit, &end) != 3 ||
        strcmp(unit, "kB") != 0 || end != '\n')
        return false;
    return !__builtin_mul_overflow(kilobytes, UINT64_C(1024), bytes);
}

bool process_memory_from(FILE *status, struct process_memory *memory, char *sentence)
{
    static const char *const names[] = {"VmSize", "VmRSS", "VmHWM", "RssAnon", "VmSwap"};
    struct process_memory m = {0};
    uint64_t *const places[] = {&m.reserved, &m.resident, &m.peak_resident, &m.anonymous,
                                &m.swapped};
    bool seen[5] = {false};
    for (char line[256]; fgets(line, sizeof line, status) != NULL;)
        for (size_t i = 0; i < 5; i++)
            seen[i] = read_figure(line, names[i], places[i]) || seen[i];
    for (size_t i = 0; i < 5; i++)
        if (!seen[i]) {
            snprintf(sentence, PROCESS_SENTENCE_BYTES, "/proc/self/status: %s is missing",
                     names[i]);
            return false;
        }
    *memory = m;
    return true;
}

bool process_memory(struct process_memory *memory, char *sentence)
{
    FILE *status = fopen("/proc/self/status", "r");
    if (status == NULL) {
        snprintf(sentence, PROCESS_SENTENCE_BYTES, "/proc/self/status cannot be read (%s)",
                 strerror(errno));
        return false;
    }
    bool done = process_memory_from(status, memory, sentence);
    fclose(status);
    return done;
}

/* --- Limits ---------------------------------------------------------------- */

/* Takes the number in a file, if it is smaller than what was found so far. "max" is none. */
static void take_limit(const char *path, struct process_limits *limits)
{
    uint64_t bytes;
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return;
    if (fscanf(file, "%" SCNu64, &bytes) == 1 && bytes < limits->cgroup) {
        limits->cgroup = bytes;
        snprintf(limits->cgroup_file, sizeof limits->cgroup_file, "%s", path);
    }
    fclose(file);
}

/* From the group at `group` up to the top of its hierarchy. */
static void take_limits_upwards(const char *root, const char *top, char *group, const char *file,
                                struct process_limits *limits)
{
    char path[1024];
    for (;;) {
        char *slash = strrchr(group, '/');
        if (slash != NULL && slash[1] == '\0')
            *slash = '\0';                      /* "/" and "/a/" */
        snprintf(path, sizeof path, "%s%s%s/%s", root, top, group, file);
        take_limit(path, limits);
        slash = strrchr(group, '/');
        if (slash == NULL)
            return;
        *slash = '\0';
    }
}

static void take_group_limits(const char *root, struct process_limits *limits)
{
    char line[1024];
    snprintf(line, sizeof line, "%s/proc/self/cgroup", root);
    FILE *groups = fopen(line, "r");
    if (groups == NULL)
        return;
    while (fgets(line, sizeof line, groups) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        char *controllers = strchr(line, ':');
        char *group = controllers != NULL ? strchr(controllers + 1, ':') : NULL;
        if (group == NULL)
            continue;
        *group++ = '\0';
        if (controllers[1] == '\0')
            take_limits_upwards(root, "/sys/fs/cgroup", group, "memory.max", limits);
        else if (strcmp(controllers + 1, "memory") == 0)
            take_limits_upwards(root, "/sys/fs/cgroup/memory", group, "memory.limit_in_bytes",
                                limits);
    }
    fclose(groups);
}

/* The first line of a name counts. */
static void take_figure(const char *line, const char *name, uint64_t *bytes)
{
    if (*bytes == UINT64_MAX)
        (void)read_figure(line, name, bytes);
}

static void take_machine(const char *root, struct process_limits *limits)
{
    char line[1024];
    snprintf(line, sizeof line, "%s/proc/meminfo", root);
    FILE *meminfo = fopen(line, "r");
    if (meminfo == NULL)
        return;
    while (fgets(line, sizeof line, meminfo) != NULL) {
        take_figure(line, "MemTotal", &limits->machine);
        take_figure(line, "MemAvailable", &limits->available);
    }
    fclose(meminfo);
}

void process_limits(const char *root, struct process_limits *limits)
{
    struct rlimit addresses;
    *limits = (struct process_limits){UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX, ""};
    take_group_limits(root, limits);
    take_machine(root, limits);
    if (getrlimit(RLIMIT_AS, &addresses) == 0 && addresses.rlim_cur != RLIM_INFINITY)
        limits->addresses = addresses.rlim_cur;
}
