/*
 * test_swiss_corpus.c - plays what the fuzzer once found to reach new code (fuzz/fuzz_swiss.c).
 *
 * Runs from the top of the repository, as `make test` does.
 */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>

#include "tests/play.h"

TestSuite(swiss_corpus, .timeout = 60);

static const char corpus[] = "lab/tests/corpus";
enum { MAX_INPUT_BYTES = 1 << 16, LEAST_FILES = 40 };

static size_t read_input(const char *name, unsigned char *input)
{
    char path[512];
    snprintf(path, sizeof path, "%s/%s", corpus, name);
    FILE *file = fopen(path, "rb");
    cr_assert_not_null(file, "%s cannot be read", path);
    size_t length = fread(input, 1, MAX_INPUT_BYTES, file);
    fclose(file);
    return length;
}

Test(swiss_corpus, plays_without_a_difference)
{
    static unsigned char input[MAX_INPUT_BYTES];
    struct play_tally tally = {0};
    unsigned files = 0;
    DIR *folder = opendir(corpus);
    cr_assert_not_null(folder, "there is no %s here: run from the top of the repository", corpus);
    for (const struct dirent *entry; (entry = readdir(folder)) != NULL;) {
        if (entry->d_name[0] == '.')
            continue;
        const char *why = play_input(input, read_input(entry->d_name, input), &tally);
        cr_expect_null(why, "%s: %s", entry->d_name, why);
        files++;
    }
    closedir(folder);
    cr_assert(files >= LEAST_FILES, "%u files in %s", files, corpus);
    cr_log_info("%u files, %u steps, %u checks, %u from replaced tables, %u splits", files,
                (unsigned)tally.steps, (unsigned)tally.checks, (unsigned)tally.replaced,
                (unsigned)tally.events.splits);
    cr_expect(tally.checks > 5000 && tally.refused > 20 && tally.tombstones > 20);
    cr_expect(tally.replaced > 20 && tally.events.doublings > 20);
}
