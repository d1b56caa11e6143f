/*
 * test_process.c - what the kernel says of the process and its limits: the real files, and
 * made-up ones.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "resident/process.h"

TestSuite(process, .timeout = 20);

enum { KiB = 1024, MiB = 1024 * KiB };

static const char status[] = "Name:\tcat\n"
                             "VmPeak:\t    9000 kB\n"
                             "VmSize:\t    8192 kB\n"
                             "VmHWM:\t    2048 kB\n"
                             "VmRSS:\t    1024 kB\n"
                             "RssAnon:\t     512 kB\n"
                             "VmSwap:\t       8 kB\n";

/* --- Memory ------------------------------------------------------------------ */

static bool read_text(const char *text, struct process_memory *m, char *sentence)
{
    FILE *stream = fmemopen((void *)(uintptr_t)text, strlen(text), "r");
    cr_assert_not_null(stream);
    bool done = process_memory_from(stream, m, sentence);
    fclose(stream);
    return done;
}

Test(process, reads_the_figures_by_name)
{
    struct process_memory m;
    char sentence[PROCESS_SENTENCE_BYTES];
    cr_assert(read_text(status, &m, sentence));
    cr_assert(m.reserved == 8 * MiB && m.resident == MiB && m.peak_resident == 2 * MiB);
    cr_assert(m.anonymous == 512 * KiB && m.swapped == 8 * KiB);
}

/* Each wanted line in turn is missing, or spoilt. */
Test(process, a_missing_figure_is_a_sentence)
{
    static const char *const names[] = {"VmSize", "VmHWM", "VmRSS", "RssAnon", "VmSwap"};
    static const char *const spoilt[] = {"-", " 12 MB\n", " kB\n", " 12 kBs\n", " 12 kB", ""};
    for (size_t i = 0; i < 5; i++)
        for (size_t k = 0; k < 6; k++) {
            char text[400], sentence[PROCESS_SENTENCE_BYTES], expected[100];
            struct process_memory m = {.resident = 77};
            const char *line = strstr(status, names[i]), *end = strchr(line, '\n') + 1;
            snprintf(text, sizeof text, "%.*s%s:%s\n%s", (int)(line - status), status, names[i],
                     spoilt[k], end);
            if (k == 4)
                snprintf(text, sizeof text, "%s%.*s%s:%s", end, (int)(line - status), status,
                         names[i], spoilt[k]);
            snprintf(expected, sizeof expected, "/proc/self/status: %s is missing", names[i]);
            cr_assert_not(read_text(text, &m, sentence), "%s", text);
            cr_assert_str_eq(sentence, expected);
            cr_assert_eq(m.resident, 77);
        }
}

Test(process, resident_memory_rises_with_what_is_touched)
{
    struct process_memory before, after, later;
    char sentence[PROCESS_SENTENCE_BYTES];
    char *p = mmap(NULL, 64 * MiB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    cr_assert(p != MAP_FAILED);
    cr_assert(process_memory(&before, sentence), "%s", sentence);
    memset(p, 1, 64 * MiB);
    cr_assert(process_memory(&after, sentence), "%s", sentence);
    munmap(p, 64 * MiB);
    cr_assert(process_memory(&later, sentence), "%s", sentence);
    cr_assert_geq(after.resident - before.resident, 63 * MiB);
    cr_assert_geq(after.anonymous - before.anonymous, 63 * MiB);
    cr_assert_leq(later.resident, after.resident - 63 * MiB);
    cr_assert_geq(later.peak_resident, after.resident - MiB, "the peak stays");
    cr_assert_gt(later.reserved, later.resident);
}

/* --- Limits ------------------------------------------------------------------ */

static char root[64];

static void new_root(void)
{
    strcpy(root, "/tmp/high-water-XXXXXX");
    cr_assert_not_null(mkdtemp(root));
}

static void remove_root(void)
{
    char command[100];
    snprintf(command, sizeof command, "rm -rf %s", root);
    cr_assert_eq(system(command), 0);
}

/* Writes a file under the root and makes the folders above it. */
static void put_file(const char *path, const char *text)
{
    char full[512];
    snprintf(full, sizeof full, "%s%s", root, path);
    for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/')) != NULL; slash++) {
        *slash = '\0';
        mkdir(full, 0700);
        *slash = '/';
    }
    FILE *file = fopen(full, "w");
    cr_assert_not_null(file, "%s", full);
    fputs(text, file);
    fclose(file);
}

static void assert_cgroup(uint64_t bytes, const char *file)
{
    struct process_limits limits;
    char path[512];
    process_limits(root, &limits);
    snprintf(path, sizeof path, "%s%s", file[0] != '\0' ? root : "", file);
    cr_assert_eq(limits.cgroup, bytes, "%lu of %s", limits.cgroup, limits.cgroup_file);
    cr_assert_str_eq(limits.cgroup_file, path);
}

TestSuite(process_limits, .timeout = 20, .init = new_root, .fini = remove_root);

Test(process_limits, nothing_there_is_no_limit)
{
    struct process_limits limits;
    assert_cgroup(UINT64_MAX, "");
    process_limits(root, &limits);
    cr_assert_eq(limits.machine, UINT64_MAX);
    cr_assert_eq(limits.available, UINT64_MAX);
    put_file("/proc/self/cgroup", "0::/a\n");
    put_file("/sys/fs/cgroup/a/memory.max", "max\n");
    assert_cgroup(UINT64_MAX, "");
}

Test(process_limits, version_2_is_the_smallest_on_the_way_up)
{
    put_file("/proc/self/cgroup", "0::/a/b\n");
    put_file("/sys/fs/cgroup/a/b/memory.max", "max\n");
    put_file("/sys/fs/cgroup/a/memory.max", "300000000\n");
    assert_cgroup(300000000, "/sys/fs/cgroup/a/memory.max");
    put_file("/sys/fs/cgroup/a/b/memory.max", "500000000\n");
    assert_cgroup(300000000, "/sys/fs/cgroup/a/memory.max");
    put_file("/sys/fs/cgroup/a/b/memory.max", "200000000\n");
    assert_cgroup(200000000, "/sys/fs/cgroup/a/b/memory.max");
}

Test(process_limits, a_container_sees_its_own_group_at_the_top)
{
    put_file("/proc/self/cgroup", "0::/\n");
    put_file("/sys/fs/cgroup/memory.max", "1200000000\n");
    assert_cgroup(1200000000, "/sys/fs/cgroup/memory.max");
    put_file("/proc/self/cgroup", "0::/only/the/host/knows\n");
    assert_cgroup(1200000000, "/sys/fs/cgroup/memory.max");
}

Test(process_limits, version_1_has_a_hierarchy_for_memory)
{
    put_file("/proc/self/cgroup", "5:cpuset:/x\n4:memory:/pod/one\n0::/\n");
    put_file("/sys/fs/cgroup/x/memory.max", "1\n");
    put_file("/sys/fs/cgroup/memory/x/memory.limit_in_bytes", "2\n");
    put_file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n");
    put_file("/sys/fs/cgroup/memory/pod/one/memory.limit_in_bytes", "1200000000\n");
    assert_cgroup(1200000000, "/sys/fs/cgroup/memory/pod/one/memory.limit_in_bytes");
}

Test(process_limits, malformed_files_are_no_limit)
{
    put_file("/proc/self/cgroup", "\nwhat\n0\n0:\n::\n:memory\n4:memory:\n");
    put_file("/sys/fs/cgroup/memory.max", "lots\n");
    put_file("/sys/fs/cgroup/memory/memory.limit_in_bytes", "");
    assert_cgroup(UINT64_MAX, "");
}

Test(process_limits, the_machine_and_the_addresses)
{
    struct process_limits limits;
    put_file("/proc/meminfo", "MemFree: 1 kB\nMemTotal:       16384000 kB\n"
                              "MemAvailable:    9000 kB\nMemTotal: 5 kB\nMemAvailable: 6 kB\n");
    process_limits(root, &limits);
    cr_assert_eq(limits.machine, UINT64_C(16384000) * KiB);
    cr_assert_eq(limits.available, UINT64_C(9000) * KiB);
    cr_assert_eq(limits.addresses, UINT64_MAX);
#if !defined(__SANITIZE_ADDRESS__)
    struct rlimit addresses = {UINT64_C(1) << 40, RLIM_INFINITY};
    cr_assert_eq(setrlimit(RLIMIT_AS, &addresses), 0);
    process_limits(root, &limits);
    cr_assert_eq(limits.addresses, UINT64_C(1) << 40);
#endif
    process_limits("", &limits);
    cr_assert(limits.machine != UINT64_MAX && limits.machine > 64 * MiB);
    cr_assert_leq(limits.available, limits.machine);
}
