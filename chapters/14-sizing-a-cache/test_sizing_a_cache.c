/*
 * test_sizing_a_cache.c - one test for each claim of chapter 14, and one for each edge.
 */
#include "sizing_a_cache_pages.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

TestSuite(sizing_a_cache, .timeout = 120);

enum { SEED = 1 };

static struct counted count(const char *type, uint64_t entries)
{
    struct counted c;
    cr_assert(counted_run(type, entries, SEED, &c));
    cr_assert_eq(c.entries, entries);
    return c;
}

static uint64_t bytes(const struct counted *c, enum size_design design)
{
    cr_assert(c->of[design].bytes > 0);
    return c->of[design].bytes;
}

/* --- estimate-is-a-floor --- */

Test(sizing_a_cache, estimate_is_a_floor)
{
    struct counted cases[CACHES] = {count(CACHE_FAT, CACHE_BUSY), count(CACHE_LEAN, CACHE_BUSY),
                                    count(CACHE_FAT, CACHE_QUIET), count(CACHE_LEAN, CACHE_QUIET)};
    uint64_t maps, below = below_floor(SEED, &maps);
    cr_assert(maps > 300);
    cr_assert_eq(below, 0);
    cr_assert(claim_floor(cases, below));
    cr_assert_not(claim_floor(cases, 1), "one map below is enough");
    cases[QUIET_LEAN].of[SIZE_RUST].bytes = cases[QUIET_LEAN].size[SIZE_RUST].floor - 1;
    cr_assert_not(claim_floor(cases, 0), "in any of the cases");
}

Test(sizing_a_cache, estimate_is_a_floor__beyond__old_array_gone)
{
    struct size_reading at[MOMENTS];
    cr_assert(moments_run(SEED, at));
    uint64_t paper = paper_of_the_source().buckets_sum;
    cr_assert(claim_paper_is_floor(paper, at[MOMENT_SOURCE].bytes), "at the source's number it is");
    cr_assert_not(claim_paper_is_floor(paper, at[MOMENT_OVER].bytes));
    cr_assert(at[MOMENT_OVER].entries > CACHE_BUSY);
}

/* --- swiss-saves-two-thirds, refuted --- */

Test(sizing_a_cache, swiss_saves_two_thirds)
{
    struct counted busy = count(CACHE_FAT, CACHE_BUSY);
    cr_assert_eq(busy.of[SIZE_GO_1_23].old_buckets, 1 << 19, "it is still growing");
    cr_assert_not(claim_two_thirds(bytes(&busy, SIZE_GO_1_23), bytes(&busy, SIZE_GO_1_24)));
    cr_assert(5 * bytes(&busy, SIZE_GO_1_24) < 2 * bytes(&busy, SIZE_GO_1_23), "but three fifths");
    cr_assert(claim_two_thirds(726, 217), "the source's own figures would");
}

Test(sizing_a_cache, swiss_saves_two_thirds__beyond__made_with_a_hint)
{
    struct counted busy = count(CACHE_FAT, CACHE_BUSY);
    uint64_t hinted;
    cr_assert(hinted_run(0, &hinted));
    cr_assert_eq(hinted, 516947968 + 72);
    cr_assert_not(claim_two_thirds(hinted, bytes(&busy, SIZE_GO_1_24)));
    cr_assert(2 * bytes(&busy, SIZE_GO_1_24) > hinted, "less than a half");
}

Test(sizing_a_cache, swiss_saves_two_thirds__beyond__quiet)
{
    struct counted quiet = count(CACHE_FAT, CACHE_QUIET);
    cr_assert_eq(bytes(&quiet, SIZE_GO_1_23), 64618568);
    cr_assert_eq(bytes(&quiet, SIZE_GO_1_24), 67151152);
    cr_assert_not(claim_two_thirds(bytes(&quiet, SIZE_GO_1_23), bytes(&quiet, SIZE_GO_1_24)));
}

/* --- diet-halves-again --- */

Test(sizing_a_cache, diet_halves_again)
{
    struct counted fat = count(CACHE_FAT, CACHE_BUSY), lean = count(CACHE_LEAN, CACHE_BUSY);
    cr_assert(fat.slot == 56 && lean.slot == 24);
    cr_assert_eq(fat.of[SIZE_GO_1_24].tables, lean.of[SIZE_GO_1_24].tables, "the same tables");
    cr_assert(claim_halves(bytes(&fat, SIZE_GO_1_24), bytes(&lean, SIZE_GO_1_24)));
}

Test(sizing_a_cache, diet_halves_again__beyond__padding_eats_it)
{
    struct counted words = count("u64,u64", 1 << 16), flags = count("u64,bool", 1 << 16);
    cr_assert_eq(bytes(&words, SIZE_GO_1_24), bytes(&flags, SIZE_GO_1_24));
    cr_assert_not(claim_halves(bytes(&words, SIZE_GO_1_24), bytes(&flags, SIZE_GO_1_24)));
}

/* --- quiet-saves-too-little --- */

Test(sizing_a_cache, quiet_saves_too_little)
{
    struct counted quiet = count(CACHE_FAT, CACHE_QUIET);
    cr_assert(claim_too_little(bytes(&quiet, SIZE_GO_1_23), bytes(&quiet, SIZE_GO_1_24)));
    cr_assert(claim_too_little((uint64_t)250 << 20, (uint64_t)51 << 20));
    cr_assert_not(claim_too_little((uint64_t)250 << 20, (uint64_t)50 << 20));
}

Test(sizing_a_cache, quiet_saves_too_little__beyond__busy)
{
    struct counted busy = count(CACHE_FAT, CACHE_BUSY);
    cr_assert_not(claim_too_little(bytes(&busy, SIZE_GO_1_23), bytes(&busy, SIZE_GO_1_24)));
}

/* --- The calculator --- */

/* A quiet cache, built: what the hashes tell is what the maps take. */
Test(sizing_a_cache, the_quiet_cache_is_as_counted)
{
    struct counted quiet = count(CACHE_FAT, CACHE_QUIET);
    struct described d;
    struct type_error error;
    cr_assert(described_read(CACHE_FAT, &d, &error));
    for (unsigned i = 0; i < SIZE_DESIGNS; i++) {
        struct size_reading built;
        cr_assert(size_build((enum size_design)i, &d.type, CACHE_QUIET, SEED, 0, &built));
        cr_assert_eq(built.bytes, quiet.of[i].bytes, "%s", size_design_names[i]);
    }
}

static enum program_status run(const char *line, char **page, char **complaint)
{
    char words[512], name[] = "program", *argv[16] = {name};
    size_t bytes_out, bytes_complaint;
    int argc = 1;
    strcpy(words, line);
    for (char *word = strtok(words, "|"); word != NULL; word = strtok(NULL, "|"))
        argv[argc++] = word;
    FILE *out = open_memstream(page, &bytes_out);
    FILE *complaints = open_memstream(complaint, &bytes_complaint);
    enum program_status status = program_run(&program, argc, argv, out, complaints);
    fclose(out);
    fclose(complaints);
    return status;
}

Test(sizing_a_cache, wrong_use_is_told_in_one_sentence)
{
    static const struct { const char *line, *says; } rows[] = {
        {"size|--type=strin,int",
         "--type, line 1, column 1: 'strin' is no type that is known here."},
        {"size|--type=string,{\n  int32,\n  in\n}", "--type, line 3, column 3: 'in' is no type"},
        {"size|--type=", "--type, line 1, column 1: a type is wanted, and the text ends."},
        {"size|--type=u8,u8|--keys=257", "--keys: a key of 1 bytes has 256 values, not 257."},
        {"size|--pair=17", "--pair takes a multiple of 8, not 17: the rest would be padding."},
        {"size|--pair=8", "--pair takes a whole number from 16 to 144, not '8'."},
        {"size|--pair=56x", "--pair takes a whole number from 16 to 144, not '56x'."},
        {"size|--pair=-56", "not '-56'."},
        {"size|--pair=56|--type=u8,u8", "--pair and --type both say what the map holds"},
        {"size|--gogc=0", "--gogc takes a whole number from 1 to 10000, not '0'."},
        {"size|--gogc=off", "not 'off'."},
        {"size|--budget=0", "--budget takes a whole number from 1 to 16384, not '0'."},
        {"versions|--pair=56", "--pair is for retain and size: versions sizes the source's cache."},
        {"size|--type", "--type needs a value."},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *page = NULL, *complaint = NULL;
        cr_expect_eq(run(rows[i].line, &page, &complaint), PROGRAM_WRONG_USE, "%s", rows[i].line);
        cr_expect_not_null(strstr(complaint, rows[i].says), "%s: %s", rows[i].line, complaint);
        cr_expect_str_eq(page, "");
        free(page);
        free(complaint);
    }
}

Test(sizing_a_cache, any_description_is_sized)
{
    static const struct { const char *line, *shows; } rows[] = {
        {"size|--type=u64,[200]byte|--keys=1000", "Above 128 bytes Go keeps the elem outside"},
        {"size|--type=string,[]byte|--keys=0", "Built, 0 entries:"},
        {"size|--type={},{}|--keys=1", "No order of the fields is smaller."},
        {"size|--type={bool,int64,bool},int|--keys=100", "A better order, {int64,bool,bool},int:"},
        {"retain|--pair=24|--keys=1000", "string,{int32,bool}"},
        {"retain|--pair=144|--keys=1000", "string,[16]u64"},
        {"retain|--keys=1000000|--budget=1", "more than the budget of 1,048,576 B: built with"},
        {"size|--type=int,[9999999]byte|--keys=9|--budget=1", "B: none is built."},
        {"size|--gogc=50|--keys=1000", "GOGC=50"},
    };
    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char *page = NULL, *complaint = NULL;
        cr_expect_eq(run(rows[i].line, &page, &complaint), PROGRAM_DONE, "%s: %s", rows[i].line,
                     complaint);
        cr_expect_not_null(strstr(page, rows[i].shows), "%s: %s", rows[i].line, page);
        free(page);
        free(complaint);
    }
}

Test(sizing_a_cache, too_small_a_limit_is_told)
{
    uint64_t hinted;
    cr_assert_not(hinted_run(1 << 20, &hinted));
    char *page = NULL, *complaint = NULL;
    cr_expect_eq(run("retain|--limit=1MiB", &page, &complaint), PROGRAM_NO_MEMORY);
    cr_expect_not_null(strstr(complaint, "does not fit into a limit of 1,048,576 B"));
    free(page);
    free(complaint);
}

/* --- The picture --- */

Test(sizing_a_cache, the_picture_shows_four_bytes_of_padding_and_three)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    cr_assert(picture_slots(SEED, out));
    fclose(out);
    unsigned padding = 0;
    for (const char *at = text; (at = strstr(at, "· 00")) != NULL; at++)
        padding++;
    cr_assert_eq(padding, 4 + 3);
    cr_assert_not_null(strstr(text, "58368 B, in the heap 65536 B"));
    free(text);
}
