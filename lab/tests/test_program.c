/*
 * test_program.c - the frame of the chapters' programs: what it passes on, what it
 * refuses, and what it leaves behind when something fails.
 */
#include "program/program.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(program, .timeout = 20);

/* --- A program -------------------------------------------------------------- */

static struct options seen;             /* what a target was last given */
static int runs;

static bool show(const struct options *options, struct page *page)
{
    seen = *options;
    runs++;
    page_figure(page, "keys", "keys", exact(options->keys, ""));
    return true;
}

/* Fails in the middle of a table, as a chapter does that runs out of memory there. */
static bool starve(const struct options *options, struct page *page)
{
    (void)options;
    page_figure(page, "before", "before", exact(1, "B"));
    page_table(page, "t", (const char *const[]){"a", NULL});
    return false;
}

static bool forget_the_table(const struct options *options, struct page *page)
{
    (void)options;
    page_table(page, "t", (const char *const[]){"a", NULL});
    return true;
}

/* Far more than a pipe or a buffer holds. */
static bool talk(const struct options *options, struct page *page)
{
    (void)options;
    for (int i = 0; i < 20000; i++)
        page_line(page, "line %d", i);
    return true;
}

static const struct target targets[] = {
    {"retain", "fill, delete, look", show, 1048576, 0},
    {"dot", "draw a group", show, 8, 100},
    {"starve", "run out of memory", starve, 1234, 0},
    {"forget", "leave a table open", forget_the_table, 1, 0},
    {"talk", "print much", talk, 0, 0},
    {0},
};

static const char *const pictures[] = {"full-group", "walk", NULL};

static const struct program lab = {.name = "00-test", .title = "A program under test",
                                   .targets = targets, .pictures = pictures};

/* --- Running it ------------------------------------------------------------- */

struct outcome {
    enum program_status status;
    char *out, *complaint;
    size_t out_bytes, complaint_bytes;
};

enum { MOST_ARGUMENTS = 16 };

/* Runs with the words of `line`, split at blanks; '' is the empty word. */
static enum program_status run_onto(const struct program *p, const char *line, FILE *out,
                                    FILE *complaints)
{
    char words[512];
    cr_assert(strlen(line) < sizeof words);
    strcpy(words, line);
    static char name[] = "program", empty[] = "";
    char *argv[MOST_ARGUMENTS + 1] = {name};
    int argc = 1;
    for (char *word = strtok(words, " "); word != NULL; word = strtok(NULL, " ")) {
        cr_assert(argc < MOST_ARGUMENTS);
        argv[argc++] = strcmp(word, "''") == 0 ? empty : word;
    }
    return program_run(p, argc, argv, out, complaints);
}

static struct outcome run_of(const struct program *p, const char *line)
{
    struct outcome o = {0};
    FILE *out = open_memstream(&o.out, &o.out_bytes);
    FILE *complaints = open_memstream(&o.complaint, &o.complaint_bytes);
    o.status = run_onto(p, line, out, complaints);
    fclose(out);
    fclose(complaints);
    return o;
}

static struct outcome run(const char *line)
{
    return run_of(&lab, line);
}

static void outcome_free(struct outcome *o)
{
    free(o->out);
    free(o->complaint);
}

/* --- Options that are taken ------------------------------------------------- */

static void expect_run(const char *line)
{
    int before = runs;
    struct outcome o = run(line);
    cr_assert_eq(o.status, PROGRAM_DONE, "%s: %s", line, o.complaint);
    cr_assert_str_eq(o.complaint, "");
    cr_assert_eq(runs, before + 1, "%s", line);
    outcome_free(&o);
}

Test(program, a_target_alone_gets_the_defaults)
{
    expect_run("retain");
    cr_assert_eq(seen.keys, 1048576);
    cr_assert_eq(seen.seed, PROGRAM_DEFAULT_SEED);
    cr_assert_null(seen.design);
    cr_assert_eq(seen.limit_bytes, 0);
    cr_assert_eq(seen.rounds, PROGRAM_DEFAULT_ROUNDS);
    cr_assert_not(seen.benchfmt);
    cr_assert_str_eq(seen.picture, "full-group");
    expect_run("dot");
    cr_assert_eq(seen.keys, 8);
}

Test(program, options_reach_the_target)
{
    expect_run("retain --keys 77 --seed 18446744073709551615 --design go1.24 --limit 64MiB "
               "--rounds 64 --benchfmt --picture walk");
    cr_assert_eq(seen.keys, 77);
    cr_assert_eq(seen.seed, UINT64_MAX);
    cr_assert_str_eq(seen.design, "go1.24");
    cr_assert_eq(seen.limit_bytes, 64 << 20);
    cr_assert_eq(seen.rounds, 64);
    cr_assert(seen.benchfmt);
    cr_assert_str_eq(seen.picture, "walk");
}

Test(program, options_may_stand_before_the_target_and_be_joined_by_a_sign)
{
    setenv("POSIXLY_CORRECT", "1", 1);
    expect_run("--keys=5 retain --seed=9");
    cr_assert_eq(seen.keys, 5);
    cr_assert_eq(seen.seed, 9);
    unsetenv("POSIXLY_CORRECT");
    expect_run("--keys 6 -- retain");
    cr_assert_eq(seen.keys, 6);
}

Test(program, the_last_of_two_counts_and_nothing_is_left_of_an_earlier_run)
{
    expect_run("retain --keys 5 --keys 6 --benchfmt");
    cr_assert_eq(seen.keys, 6);
    expect_run("retain");
    cr_assert_eq(seen.keys, 1048576);
    cr_assert_not(seen.benchfmt);
}

Test(program, numbers_are_taken_to_the_edge)
{
    expect_run("retain --keys 0");
    cr_assert_eq(seen.keys, 0);
    expect_run("retain --keys 134217728");
    cr_assert_eq(seen.keys, PROGRAM_MAX_KEYS);
    expect_run("dot --keys 100 --rounds 1");
    cr_assert_eq(seen.rounds, 1);
    expect_run("retain --seed 0");
    cr_assert_eq(seen.seed, 0);
}

Test(program, limits_have_units)
{
    static const struct { const char *line; uint64_t bytes; } limits[] = {
        {"retain --limit 0", 0}, {"retain --limit 1000001", 1000001},
        {"retain --limit 3KiB", 3072}, {"retain --limit 5GiB", UINT64_C(5) << 30},
        {"retain --limit 17179869183GiB", UINT64_MAX - ((1 << 30) - 1)},
    };
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        expect_run(limits[i].line);
        cr_assert_eq(seen.limit_bytes, limits[i].bytes, "%s", limits[i].line);
    }
}

Test(program, a_program_without_pictures_has_none_to_pass)
{
    static const char *const none[] = {NULL};
    const struct program plain[] = {{.name = "00-test", .title = "", .targets = targets},
                                    {"00-test", "", targets, none, NULL, NULL, NULL}};
    for (int i = 0; i < 2; i++) {
        FILE *sink = fopen("/dev/null", "w");
        seen.picture = "?";
        cr_assert_eq(run_onto(&plain[i], "dot", sink, sink), PROGRAM_DONE);
        cr_assert_null(seen.picture);
        cr_assert_eq(run_onto(&plain[i], "dot --picture walk", sink, sink), PROGRAM_WRONG_USE);
        fclose(sink);
    }
}

/* --- Options that are refused ----------------------------------------------- */

#define TARGETS "there are retain, dot, starve, forget and talk."
#define KEYS(text) "--keys takes a whole number from 0 to 134217728, not '" text "'."
#define SEED(text) "--seed takes a whole number from 0 to 18446744073709551615, not '" text "'."
#define ROUNDS(text) "--rounds takes a whole number from 1 to 64, not '" text "'."
#define LIMIT(text)                                                                               \
    "--limit takes a number of bytes such as 1000000, 512KiB, 64MiB or 2GiB, not '" text "'."
#define FIGURES(path, why) "the figures cannot be written to '" path "': " why "."

static const struct { const char *line, *sentence; } refused[] = {
    {"", "name a target: " TARGETS},
    {"--keys -1", "name a target: " TARGETS},
    {"shrink", "there is no target 'shrink'; " TARGETS},
    {"''", "there is no target ''; " TARGETS},
    {"retai", "there is no target 'retai'; " TARGETS},
    {"retain dot", "one target at a time: 'dot' comes after 'retain'."},
    {"retain 100", "one target at a time: '100' comes after 'retain'."},
    {"retain -- --keys", "one target at a time: '--keys' comes after 'retain'."},
    {"retain --keys -1", KEYS("-1")},
    {"retain --keys 1e6", KEYS("1e6")},
    {"retain --keys ''", KEYS("")},
    {"retain --keys 99999999999999", KEYS("99999999999999")},
    {"retain --keys 134217729", KEYS("134217729")},
    {"retain --keys 18446744073709551616", KEYS("18446744073709551616")},
    {"retain --keys 18446744073709551617", KEYS("18446744073709551617")},
    {"retain --keys 36893488147419103240", KEYS("36893488147419103240")},   /* 2 * 2^64 + 8 */
    {"retain --keys 0x10", KEYS("0x10")},
    {"retain --keys +5", KEYS("+5")},
    {"retain --keys 1,000", KEYS("1,000")},
    {"retain --keys --seed", KEYS("--seed")},
    {"retain --keys=", KEYS("")},
    {"dot --keys 101", "--keys takes a whole number from 0 to 100, not '101'."},
    {"retain --seed x", SEED("x")},
    {"retain --seed 18446744073709551616", SEED("18446744073709551616")},
    {"retain --rounds 0", ROUNDS("0")},
    {"retain --rounds 65", ROUNDS("65")},
    {"retain --rounds 4294967297", ROUNDS("4294967297")},
    {"retain --limit -1", LIMIT("-1")},
    {"retain --limit MiB", LIMIT("MiB")},
    {"retain --limit 5MB", LIMIT("5MB")},
    {"retain --limit 5mib", LIMIT("5mib")},
    {"retain --limit 17179869184GiB", LIMIT("17179869184GiB")},
    {"retain --picture x", "--picture takes one of full-group and walk, not 'x'."},
    {"retain --keys", "--keys needs a value."},
    {"retain --figures", "--figures needs a value."},
    {"retain --benchfmt=1", "--benchfmt takes no value."},
    {"retain --verbose", "there is no option '--verbose'; --help lists those there are."},
    {"retain -k 5", "an option begins with two dashes; --help lists those there are."},
    {"-1 retain", "an option begins with two dashes; --help lists those there are."},
    {"retain --figures ''", "--figures takes the name of a file, not ''."},
    {"retain --figures /dev", FIGURES("/dev", "Is a directory")},
    {"retain --figures /no/such/file", FIGURES("/no/such/file", "No such file or directory")},
    {"retain --figures /dev/null/file", FIGURES("/dev/null/file", "Not a directory")},
};

Test(program, wrong_use_is_one_sentence_and_nothing_is_run)
{
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        struct outcome o = run(refused[i].line);
        char expected[256];
        snprintf(expected, sizeof expected, "00-test: %s\n", refused[i].sentence);
        cr_assert_str_eq(o.complaint, expected, "%s: %s", refused[i].line, o.complaint);
        cr_assert_eq(o.status, PROGRAM_WRONG_USE, "%s", refused[i].line);
        cr_assert_str_eq(o.out, "", "%s", refused[i].line);
        cr_assert_eq(runs, 0, "%s", refused[i].line);
        outcome_free(&o);
    }
}

Test(program, complaints_go_nowhere_else)
{
    FILE *beside = tmpfile();
    int before = dup(STDERR_FILENO);
    dup2(fileno(beside), STDERR_FILENO);
    struct outcome o = run("retain --verbose");
    dup2(before, STDERR_FILENO);
    cr_assert_eq(o.status, PROGRAM_WRONG_USE);
    cr_assert_eq(lseek(fileno(beside), 0, SEEK_END), 0, "getopt spoke as well");
    outcome_free(&o);
    close(before);
    fclose(beside);
}

Test(program, an_unknown_design_is_told_those_there_are)
{
    struct outcome o = run("retain --design go9");
    cr_assert_eq(o.status, PROGRAM_WRONG_USE);
    const char *start = "00-test: --design takes";
    cr_assert_eq(strncmp(o.complaint, start, strlen(start)), 0, "%s", o.complaint);
    const char *end = ", not 'go9'.\n";
    cr_assert_str_eq(o.complaint + strlen(o.complaint) - strlen(end), end);
    outcome_free(&o);
}

Test(program, may_take_one_design_alone)
{
    static const char *const one[] = {"go1.24", NULL};
    struct program alone = lab;
    alone.designs = one;
    struct outcome o = run_of(&alone, "retain --design go1.24");
    cr_assert_eq(o.status, PROGRAM_DONE);
    outcome_free(&o);
    o = run_of(&alone, "retain --design rust");
    cr_assert_eq(o.status, PROGRAM_WRONG_USE);
    cr_assert_str_eq(o.complaint, "00-test: --design takes go1.24 alone, not 'rust'.\n");
    outcome_free(&o);
}

/* --- Help ------------------------------------------------------------------- */

Test(program, help_lists_targets_options_designs_and_pictures)
{
    static const char *const parts[] = {
        "00-test: A program under test\n", "Usage: 00-test TARGET [OPTION]...\n",
        "  retain     fill, delete, look (1,048,576 keys)\n", "  talk       print much\n",
        "--keys N", "134217728", "--seed N", "--limit BYTES", "--rounds N", "--benchfmt",
        "--figures FILE", "--help", "which map: go1.24", "which picture: full-group and walk\n",
    };
    static const char *const lines[] = {"--help", "retain --help", "--help retain --keys -1",
                                        "nonsense --help"};
    struct outcome first = run(lines[0]);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        cr_assert_not_null(strstr(first.out, parts[i]), "%s in\n%s", parts[i], first.out);
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        struct outcome o = run(lines[i]);
        cr_assert_eq(o.status, PROGRAM_DONE);
        cr_assert_str_eq(o.out, first.out);
        cr_assert_str_eq(o.complaint, "");
        outcome_free(&o);
    }
    cr_assert_eq(runs, 0);
    outcome_free(&first);
}

/* --- Refused memory --------------------------------------------------------- */

Test(program, refused_memory_is_one_sentence)
{
    struct outcome o = run("starve");
    cr_assert_eq(o.status, PROGRAM_NO_MEMORY);
    cr_assert_str_eq(o.complaint, "00-test: the heap refused memory: starve with 1,234 keys asks "
                                  "for more than there is.\n");
    outcome_free(&o);
    o = run("starve --keys 5000 --limit 1MiB");
    cr_assert_eq(o.status, PROGRAM_NO_MEMORY);
    cr_assert_str_eq(o.complaint, "00-test: the heap refused memory: starve with 5,000 keys does "
                                  "not fit into a limit of 1,048,576 B.\n");
    outcome_free(&o);
}

Test(program, asserts_that_a_table_was_ended, .signal = SIGABRT)
{
    run("forget");
}

/* --- Streams that cannot be written ----------------------------------------- */

static void expect_not_written(const char *line, FILE *out, const char *why)
{
    char *complaint = NULL;
    size_t bytes;
    FILE *complaints = open_memstream(&complaint, &bytes);
    enum program_status status = run_onto(&lab, line, out, complaints);
    fclose(complaints);
    cr_assert_eq(status, PROGRAM_NOT_WRITTEN, "%s", line);
    char expected[128];
    snprintf(expected, sizeof expected, "00-test: the page could not be written: %s.\n", why);
    cr_assert_str_eq(complaint, expected);
    free(complaint);
}

Test(program, a_full_disk_is_one_sentence)
{
    static const char *const lines[] = {"retain", "talk", "--help"};
    for (int i = 0; i < 3; i++) {
        FILE *full = fopen("/dev/full", "w");
        expect_not_written(lines[i], full, "No space left on device");
        fclose(full);
    }
}

Test(program, a_closed_pipe_is_one_sentence_and_no_signal)
{
    int ends[2];
    cr_assert_eq(pipe(ends), 0);
    close(ends[0]);
    FILE *out = fdopen(ends[1], "w");
    expect_not_written("talk", out, "Broken pipe");
    fclose(out);
}

Test(program, the_signal_of_a_closed_pipe_is_as_before_afterwards)
{
    signal(SIGPIPE, SIG_DFL);
    expect_run("retain");
    cr_assert_eq(signal(SIGPIPE, SIG_DFL), SIG_DFL);
}

/* --- The file of figures ---------------------------------------------------- */

/* A folder of the test's own, and a file in it. */
static char folder[64], file[96];

static void folder_make(void)
{
    strcpy(folder, "/tmp/test_program.XXXXXX");
    cr_assert_not_null(mkdtemp(folder));
    snprintf(file, sizeof file, "%s/figures", folder);
}

/* How many files are in the folder. */
static int folder_count(void)
{
    DIR *list = opendir(folder);
    int count = 0;
    for (struct dirent *entry; (entry = readdir(list)) != NULL;)
        count += entry->d_name[0] != '.';
    closedir(list);
    return count;
}

static void folder_remove(void)
{
    DIR *list = opendir(folder);
    for (struct dirent *entry; (entry = readdir(list)) != NULL;)
        unlinkat(dirfd(list), entry->d_name, 0);
    closedir(list);
    rmdir(folder);
}

static void expect_text(const char *path, const char *expected)
{
    char text[256];
    FILE *in = fopen(path, "r");
    cr_assert_not_null(in, "%s", path);
    text[fread(text, 1, sizeof text - 1, in)] = '\0';
    fclose(in);
    cr_assert_str_eq(text, expected);
}

static void put_text(const char *path, const char *text)
{
    FILE *out = fopen(path, "w");
    fputs(text, out);
    fclose(out);
}

static enum program_status run_with_file(const char *line)
{
    char full[256];
    snprintf(full, sizeof full, "%s --figures %s", line, file);
    struct outcome o = run(full);
    outcome_free(&o);
    return o.status;
}

TestSuite(program_figures, .timeout = 20, .init = folder_make, .fini = folder_remove);

Test(program_figures, are_written_and_replaced_whole)
{
    umask(022);
    cr_assert_eq(run_with_file("retain --keys 7"), PROGRAM_DONE);
    expect_text(file, "figure\tretain.keys\t7\t\texact\n");
    struct stat first, second;
    stat(file, &first);
    cr_assert_eq(first.st_mode & 0777, 0644);
    FILE *reader = fopen(file, "r");    /* holds on to the old file */
    cr_assert_eq(run_with_file("dot --keys 8"), PROGRAM_DONE);
    expect_text(file, "figure\tdot.keys\t8\t\texact\n");
    stat(file, &second);
    cr_assert_neq(first.st_ino, second.st_ino, "written over, where a reader sees half of it");
    cr_assert_eq(folder_count(), 1);
    fclose(reader);
}

Test(program_figures, stay_as_they_were_when_the_target_fails)
{
    cr_assert_eq(run_with_file("starve"), PROGRAM_NO_MEMORY);
    cr_assert_eq(folder_count(), 0);
    put_text(file, "old");
    cr_assert_eq(run_with_file("starve"), PROGRAM_NO_MEMORY);
    cr_assert_eq(run_with_file("retain --keys x"), PROGRAM_WRONG_USE);
    expect_text(file, "old");
    cr_assert_eq(folder_count(), 1);
}

Test(program_figures, stay_as_they_were_when_the_page_is_not_written)
{
    put_text(file, "old");
    char line[128];
    snprintf(line, sizeof line, "retain --figures %s", file);
    FILE *full = fopen("/dev/full", "w");
    expect_not_written(line, full, "No space left on device");
    fclose(full);
    expect_text(file, "old");
    cr_assert_eq(folder_count(), 1);
}

Test(program_figures, go_where_a_link_leads)
{
    char there[128];
    snprintf(there, sizeof there, "%s/there", folder);
    put_text(there, "old");
    cr_assert_eq(symlink("there", file), 0);
    cr_assert_eq(run_with_file("retain --keys 7"), PROGRAM_DONE);
    expect_text(there, "figure\tretain.keys\t7\t\texact\n");
    struct stat status;
    cr_assert_eq(lstat(file, &status), 0);
    cr_assert(S_ISLNK(status.st_mode), "the link was replaced");
}

Test(program_figures, that_cannot_be_written_are_one_sentence_and_leave_nothing)
{
    put_text(file, "old");
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){5, RLIM_INFINITY});    /* a very small disk */
    char line[128], expected[192];
    snprintf(line, sizeof line, "retain --figures %s", file);
    snprintf(expected, sizeof expected,
             "00-test: the figures cannot be written to '%s': File too large.\n", file);
    struct outcome o = run(line);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){RLIM_INFINITY, RLIM_INFINITY});
    cr_assert_eq(o.status, PROGRAM_NOT_WRITTEN);
    cr_assert_str_eq(o.complaint, expected);
    outcome_free(&o);
    expect_text(file, "old");
    cr_assert_eq(folder_count(), 1);
}

Test(program_figures, go_into_a_pipe_that_stays_one)
{
    cr_assert_eq(mkfifo(file, 0600), 0);
    int reader = open(file, O_RDWR);
    cr_assert_eq(run_with_file("retain --keys 7"), PROGRAM_DONE);
    struct stat status;
    stat(file, &status);
    cr_assert(S_ISFIFO(status.st_mode), "it was replaced");
    char text[64] = "";
    cr_assert(read(reader, text, sizeof text - 1) > 0);
    cr_assert_str_eq(text, "figure\tretain.keys\t7\t\texact\n");
    close(reader);
}

/* --- A program's own options ------------------------------------------------- */

static const struct program_option own[] = {{"pair", "BYTES", "how large"},
                                            {"a-long-name", "TEXT", "anything"},
                                            {NULL, NULL, NULL}};

static bool even(const struct target *target, const struct options *options,
                 char why[PROGRAM_WHY_BYTES])
{
    const char *pair = options->own[0];
    if (pair == NULL || atoi(pair) % 2 == 0)
        return true;
    snprintf(why, PROGRAM_WHY_BYTES, "%s takes an even pair, not %s", target->name, pair);
    return false;
}

static const struct program with_own = {.name = "00-own", .title = "Own options",
                                        .targets = targets, .own = own, .check = even};

Test(program, own_options_reach_the_target)
{
    struct outcome o = run_of(&with_own, "retain --a-long-name=x=y --pair 56 --keys 7");
    cr_assert_eq(o.status, PROGRAM_DONE, "%s", o.complaint);
    cr_assert_str_eq(seen.own[0], "56");
    cr_assert_str_eq(seen.own[1], "x=y");
    cr_assert_eq(seen.keys, 7);
    outcome_free(&o);
    o = run_of(&with_own, "retain");
    cr_assert_eq(o.status, PROGRAM_DONE);
    cr_assert(seen.own[0] == NULL && seen.own[1] == NULL);
    outcome_free(&o);
}

Test(program, own_options_are_refused_in_one_sentence)
{
    static const struct { const char *line, *says; } rows[] = {
        {"retain --pair 57", "00-own: retain takes an even pair, not 57.\n"},
        {"retain --pair", "00-own: --pair needs a value.\n"},
        {"retain --pairs 5",
         "00-own: there is no option '--pairs'; --help lists those there are.\n"},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct outcome o = run_of(&with_own, rows[i].line);
        cr_expect_eq(o.status, PROGRAM_WRONG_USE);
        cr_expect_str_eq(o.complaint, rows[i].says);
        cr_expect_str_eq(o.out, "");
        outcome_free(&o);
    }
    struct outcome o = run("retain --pair 56");
    cr_expect_eq(o.status, PROGRAM_WRONG_USE, "another program has no such option");
    outcome_free(&o);
}

Test(program, help_lists_own_options)
{
    struct outcome o = run_of(&with_own, "--help");
    cr_expect_not_null(strstr(o.out, "  --pair BYTES    how large\n"), "%s", o.out);
    cr_expect_not_null(strstr(o.out, "  --a-long-name TEXT anything\n"), "%s", o.out);
    outcome_free(&o);
}
