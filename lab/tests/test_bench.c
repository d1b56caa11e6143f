/*
 * test_bench.c - that rounds are interleaved, and that what is told of them is right.
 *
 * The machine's times are nobody's to know, so cases here sleep: a sleep never
 * ends early, and ten times as long a sleep is told from a short one on any machine.
 */
#include "bench/bench.h"
#include "heap/heap.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

TestSuite(bench, .timeout = 30);

static void sleep_ms(long ms)
{
    struct timespec left = {0, ms * 1000000};
    while (nanosleep(&left, &left) != 0)
        continue;
}

/* --- Order ------------------------------------------------------------------ */

static char journal[512];

static void note(char c)
{
    size_t end = strlen(journal);
    if (end + 1 < sizeof journal)
        journal[end] = c;
}

/* Contexts are letters: prepare notes a small one, run a capital. */
static void prepare_letter(void *context)
{
    note(*(const char *)context);
}

static uint64_t run_letter(void *context)
{
    note((char)(*(const char *)context - 'a' + 'A'));
    return 1;
}

static char letters[] = "abc";

#define LETTER(i)                                                                                 \
    {.name = "letter", .prepare = prepare_letter, .run = run_letter, .context = letters + (i)}

Test(bench, every_round_runs_all_cases_and_starts_with_another)
{
    const struct bench_case cases[] = {LETTER(0), LETTER(1), LETTER(2)};
    struct bench_result results[3];
    cr_assert(bench_run(cases, results, 3, 4));
    cr_assert_str_eq(journal, "aAbBcC"      /* uncounted */
                              "aAbBcC" "bBcCaA" "cCaAbB" "aAbBcC");
    for (int i = 0; i < 3; i++)
        cr_assert_eq(results[i].rounds, 4);
}

Test(bench, takes_all_rounds_that_it_has_room_for)
{
    const struct bench_case cases[] = {{.name = "bare", .run = run_letter, .context = letters}};
    struct bench_result result;
    cr_assert(bench_run(cases, &result, 1, BENCH_MAX_ROUNDS));
    cr_assert_eq(strlen(journal), BENCH_MAX_ROUNDS + 1);
    cr_assert_eq(result.rounds, BENCH_MAX_ROUNDS);
    for (int i = 0; i < BENCH_MAX_ROUNDS; i++)
        cr_assert(result.ns_per_op[i] > 0);
}

Test(bench, asserts_too_many_rounds, .signal = SIGABRT)
{
    const struct bench_case cases[] = {LETTER(0)};
    struct bench_result result;
    bench_run(cases, &result, 1, BENCH_MAX_ROUNDS + 1);
}

/* --- Times ------------------------------------------------------------------ */

static void prepare_slowly(void *context)
{
    (void)context;
    sleep_ms(20);
}

static uint64_t sleep_two_times(void *context)
{
    sleep_ms(*(const long *)context);
    return 2;
}

Test(bench, times_the_run_per_operation_and_not_its_preparation)
{
    static long shortly = 2, longer = 40;
    const struct bench_case cases[] = {
        {.name = "long", .run = sleep_two_times, .context = &longer},
        {.name = "short", .prepare = prepare_slowly, .run = sleep_two_times, .context = &shortly},
    };
    struct bench_result results[2];
    cr_assert(bench_run(cases, results, 2, 5));
    cr_assert_eq(results[0].operations, 2);
    cr_assert(results[0].min_ns >= 20e6);
    cr_assert(results[0].median_ns < 38e6, "%g ns: not shared out", results[0].median_ns);
    cr_assert(results[1].min_ns >= 1e6);
    cr_assert(results[1].median_ns < 10e6, "%g ns: prepare was timed", results[1].median_ns);
    double ratio = bench_ratio(&results[0], &results[1]);
    cr_assert(ratio > 5 && ratio <= 41, "%g", ratio);
}

Test(bench, median_and_extremes_are_those_of_the_rounds)
{
    static long shortly = 1;
    const struct bench_case cases[] = {
        {.name = "short", .run = sleep_two_times, .context = &shortly}};
    for (unsigned rounds = 1; rounds <= 5; rounds++) {
        struct bench_result result;
        cr_assert(bench_run(cases, &result, 1, rounds));
        unsigned below = 0, above = 0;
        for (unsigned i = 0; i < rounds; i++) {
            cr_assert(result.ns_per_op[i] >= result.min_ns);
            cr_assert(result.ns_per_op[i] <= result.max_ns);
            below += result.ns_per_op[i] < result.median_ns;
            above += result.ns_per_op[i] > result.median_ns;
        }
        /* At most half on either side: two rounds may have taken equally long. */
        cr_assert(below <= rounds / 2);
        cr_assert(above <= rounds / 2);
    }
}

Test(bench, ratio_is_taken_round_by_round)
{
    /* A slow machine in rounds 1 and 2 met both. Medians over each alone say 10 to 2. */
    const struct bench_result a = {.rounds = 5, .ns_per_op = {10, 90, 60, 8, 8}};
    const struct bench_result b = {.rounds = 5, .ns_per_op = {2, 30, 20, 2, 2}};
    cr_assert(bench_ratio(&a, &b) == 4.0);
    cr_assert(bench_ratio(&b, &a) == 0.25);
}

Test(bench, ratio_of_an_even_number_of_rounds_is_between_the_middle_two)
{
    const struct bench_result a = {.rounds = 4, .ns_per_op = {8, 2, 4, 100}};
    const struct bench_result b = {.rounds = 4, .ns_per_op = {1, 1, 1, 1}};
    cr_assert(bench_ratio(&a, &b) == 6.0);
}

/* --- Failure ---------------------------------------------------------------- */

static uint64_t succeed_twice(void *context)
{
    int *left = context;
    return (*left)-- > 0 ? 1 : 0;
}

Test(bench, a_case_that_cannot_ends_the_run)
{
    int left = 2;
    const struct bench_case cases[] = {
        LETTER(0), {.name = "fails", .run = succeed_twice, .context = &left}, LETTER(1)};
    struct bench_result results[3];
    cr_assert_not(bench_run(cases, results, 3, 5));
    cr_assert_str_eq(journal, "aAbB" "aAbB", "round 1 begins with the case that fails");
}

/* --- The heap's account ----------------------------------------------------- */

/* Allocates once to prepare and three times to run. */
static void allocate_one(void *context)
{
    heap_alloc(context, 4096, HEAP_NOSCAN, "prepare");
}

static uint64_t allocate_three(void *context)
{
    for (int i = 0; i < 3; i++)
        heap_alloc(context, 100, HEAP_NOSCAN, "run");
    return 6;
}

Test(bench, bytes_and_allocations_are_those_of_the_run)
{
    struct heap *heap = heap_new(NULL);
    const struct bench_case cases[] = {
        {.name = "counted", .prepare = allocate_one, .run = allocate_three, .context = heap,
         .heap = heap},
        {.name = "not", .run = allocate_three, .context = heap},
    };
    struct bench_result results[2];
    cr_assert(bench_run(cases, results, 2, 3));
    cr_assert(results[0].counted && !results[1].counted);
    cr_assert_eq(results[0].bytes_per_round, 3 * heap_rounded(100, HEAP_NOSCAN));
    cr_assert_eq(results[0].allocs_per_round, 3);
    cr_assert_eq(results[1].allocs_per_round, 0);
    heap_delete(heap);
}

/* --- Go's format ------------------------------------------------------------ */

/* What bench_write_lines writes; the caller frees it. */
static char *lines(const char *name, const char *settings, const struct bench_result *result)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    bench_write_lines(out, name, settings, result);
    fclose(out);
    return text;
}

Test(bench, writes_a_line_per_round_in_gos_format)
{
    const struct bench_result result = {.rounds = 3,
                                        .ns_per_op = {48600, 48.6125, 0.00123456},
                                        .operations = 8,
                                        .counted = true,
                                        .bytes_per_round = 1024,
                                        .allocs_per_round = 2};
    char *text = lines("delete-loop", "keys=1048576/design=go1.24", &result);
    cr_assert_str_eq(text,
        "BenchmarkDeleteLoop/keys=1048576/design=go1.24 8 48600 ns/op 128 B/op 0.2500 allocs/op\n"
        "BenchmarkDeleteLoop/keys=1048576/design=go1.24 8 48.61 ns/op 128 B/op 0.2500 allocs/op\n"
        "BenchmarkDeleteLoop/keys=1048576/design=go1.24 8 0.001235 ns/op 128 B/op "
        "0.2500 allocs/op\n");
    free(text);
}

Test(bench, leaves_out_what_was_not_counted_or_set)
{
    const struct bench_result result = {.rounds = 1, .ns_per_op = {999.96}, .operations = 1};
    for (int i = 0; i < 2; i++) {
        char *text = lines("clear", i == 0 ? NULL : "", &result);
        cr_assert_str_eq(text, "BenchmarkClear 1 1000.0 ns/op\n");
        free(text);
    }
}

Test(bench, says_which_units_are_exact)
{
    char *text = NULL;
    size_t bytes;
    FILE *out = open_memstream(&text, &bytes);
    bench_write_units(out);
    fclose(out);
    cr_assert_str_eq(text, "Unit ns/op better=lower\n"
                           "Unit B/op better=lower assume=exact\n"
                           "Unit allocs/op better=lower assume=exact\n");
    free(text);
}
