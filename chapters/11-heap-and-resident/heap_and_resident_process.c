/*
 * heap_and_resident_process.c - the whole process: its mappings, its sums, its limits.
 *
 * What stands here differs from machine to machine and from run to run, so all of it is printed as
 * measured, and no claim rests on it.
 */
#include "heap_and_resident.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>

/* --- Parts ------------------------------------------------------------------ */

static const struct { const char *slug, *label; bool whole_file; } part_names[PARTS] = {
    [PART_ARENA] = {"arena", "arena, mapped", false},
    [PART_RESERVED] = {"reserved", "arena, reserved", false},
    [PART_PROGRAM] = {"program", "the program", true},
    [PART_LIBC] = {"libc", "the C library", true},
    [PART_STACK] = {"stack", "the stack", false},
    [PART_ALL] = {"all", "all mappings", false},
};

static void add(struct smaps_mapping *sum, const struct smaps_mapping *m)
{
    sum->size += m->size;
    sum->rss += m->rss;
    sum->pss += m->pss;
    sum->private_dirty += m->private_dirty;
    sum->anon_huge_pages += m->anon_huge_pages;
}

/* Keeps the sentence of a reading that went wrong, or the one given. */
static bool gone_wrong(const struct smaps *s, const char *else_say, char *sentence)
{
    snprintf(sentence, PROCESS_SENTENCE_BYTES, "%s", s->wrong != NULL ? s->wrong : else_say);
    return false;
}

/* The mapping that holds the address. */
static bool find(const char *path, uint64_t address, struct smaps_mapping *m, char *sentence)
{
    struct smaps s;
    bool found = smaps_open(&s, path) && smaps_find_address(&s, address, m);
    if (!found)
        gone_wrong(&s, "smaps lacks a mapping that this program has", sentence);
    smaps_close(&s);
    return found;
}

/* The sum of all mappings of a name; of all there are if it is NULL. */
static bool sum_named(const char *path, const char *name, struct smaps_mapping *sum, char *sentence)
{
    struct smaps s;
    struct smaps_mapping m;
    *sum = (struct smaps_mapping){0};
    if (smaps_open(&s, path))
        while (smaps_next(&s, &m))
            if (name == NULL || strcmp(m.name, name) == 0)
                add(sum, &m);
    bool right = s.wrong == NULL;
    if (!right)
        gone_wrong(&s, "", sentence);
    smaps_close(&s);
    return right;
}

bool parts_read(const char *path, const struct heap *h, struct smaps_mapping of[PARTS],
                char *sentence)
{
    uintptr_t arena = (uintptr_t)heap_start(h);
    const uintptr_t addresses[PARTS] = {
        [PART_ARENA] = arena,
        [PART_RESERVED] = arena + heap_read(h).heap_sys,
        [PART_PROGRAM] = (uintptr_t)part_names,
        [PART_LIBC] = (uintptr_t)stdout,        /* a FILE of the library's own */
        [PART_STACK] = (uintptr_t)__builtin_frame_address(0),
    };
    for (unsigned i = 0; i < PART_ALL; i++) {
        struct smaps_mapping m;
        if (!find(path, addresses[i], &m, sentence))
            return false;
        of[i] = m;
        if (part_names[i].whole_file && !sum_named(path, m.name, &of[i], sentence))
            return false;
    }
    return sum_named(path, NULL, &of[PART_ALL], sentence);
}

static void print_parts(struct page *page, const char *path, const struct heap *h)
{
    struct smaps_mapping of[PARTS];
    char sentence[PROCESS_SENTENCE_BYTES];
    if (!parts_read(path, h, of, sentence)) {
        page_text(page, "The mappings cannot be shown: %s.", sentence);
        return;
    }
    page_text(page, "This process by /proc/self/smaps; a quarter of an object of 64 MiB is "
                    "written:");
    page_table(page, "parts", HEADS("mapping", "Size", "Rss", "Private_Dirty"));
    for (unsigned i = 0; i < PARTS; i++)
        page_row(page, part_names[i].slug, part_names[i].label,
                 CELLS(measured((double)of[i].size / 1024, "kB"),
                       measured((double)of[i].rss / 1024, "kB"),
                       measured((double)of[i].private_dirty / 1024, "kB")));
    page_table_end(page);
}

/* --- Sums and limits -------------------------------------------------------- */

/* The smallest limit on resident memory; UINT64_MAX if none could be read. */
static uint64_t killing_limit(const struct process_limits *limits)
{
    return limits->cgroup < limits->machine ? limits->cgroup : limits->machine;
}

static void process_row(struct page *page, const char *slug, const char *label, uint64_t bytes,
                        const char *stopped_by)
{
    page_row(page, slug, label, CELLS(measured((double)bytes / 1024, "kB"), word(stopped_by)));
}

static void print_sums(struct page *page, const struct process_memory *m, uint64_t limit)
{
    page_text(page, "The same process in sums, and what happens above a limit:");
    page_table(page, "process", HEADS("counted", "amount", "above the limit"));
    process_row(page, "vmsize", "addresses (VmSize)", m->reserved, "the call is refused");
    process_row(page, "vmrss", "resident (VmRSS)", m->resident, "the process is killed");
    process_row(page, "vmhwm", "its highest (VmHWM)", m->peak_resident, "");
    if (limit != UINT64_MAX)
        process_row(page, "limit", "the limit that kills", limit, "");
    page_table_end(page);
    if (limit == UINT64_MAX)
        page_text(page, "No limit on resident memory can be read here.");
}

/* The sums of this process, or the sentence why there are none. */
static bool sums_read(const char *path, struct process_memory *m, char *sentence)
{
    if (path == NULL)
        return process_memory(m, sentence);
    FILE *status = fopen(path, "r");
    if (status == NULL) {
        snprintf(sentence, PROCESS_SENTENCE_BYTES, "%s cannot be read", path);
        return false;
    }
    bool done = process_memory_from(status, m, sentence);
    fclose(status);
    return done;
}

static void print_what_limits(struct page *page, struct asked asked)
{
    struct process_memory m;
    struct process_limits limits;
    char sentence[PROCESS_SENTENCE_BYTES];
    process_limits(asked.root != NULL ? asked.root : "", &limits);
    if (sums_read(asked.status, &m, sentence))
        print_sums(page, &m, killing_limit(&limits));
    else
        page_text(page, "The sums cannot be shown: %s.", sentence);
}

bool print_process(struct page *page, struct asked asked, uint64_t limit)
{
    struct heap *h = heap_new(&(struct heap_config){.limit_bytes = limit});
    char *block = h != NULL ? heap_alloc(h, TOUCH_BYTES, HEAP_NOSCAN, "block") : NULL;
    if (block != NULL) {
        memset(block, 1, TOUCH_BYTES / 4);
        print_parts(page, asked.smaps, h);
        print_what_limits(page, asked);
    }
    heap_delete(h);
    return block != NULL;
}

/* --- A limit on addresses --------------------------------------------------- */

/* Whether so many addresses are granted; they are returned, and none was touched. */
static bool grants(uint64_t bytes)
{
    void *p = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (p == MAP_FAILED)
        return false;
    munmap(p, bytes);
    return true;
}

struct granted address_limit_run(void)
{
    const uint64_t bytes = (uint64_t)ADDRESS_LIMIT_GIB << 30;
    struct granted g = {.without_limit = grants(bytes)};
    struct rlimit before;
    if (getrlimit(RLIMIT_AS, &before) != 0)
        return g;
    struct rlimit lower = before;
    if (lower.rlim_cur == RLIM_INFINITY || lower.rlim_cur > bytes)
        lower.rlim_cur = bytes;
    if (setrlimit(RLIMIT_AS, &lower) == 0)
        g.under_limit = grants(bytes);
    setrlimit(RLIMIT_AS, &before);
    return g;
}
