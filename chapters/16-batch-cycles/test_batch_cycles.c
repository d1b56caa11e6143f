/*
 * test_batch_cycles.c - the claims of chapter 16, each with its counterexamples; the traces.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "batch_cycles_pages.h"
#include "size/size.h"

TestSuite(batch_cycles, .timeout = 60);

/* A 128th of the full scale: the tables are as full as there. */
enum { STEADY = 500000 / 128, SEED = PROGRAM_DEFAULT_SEED, SPIKE = INCIDENT_SPIKE,
       GROWS = INCIDENT_GROWS };
static const uint64_t limit = (uint64_t)STEADY * LIMIT_PER_RECORD;

static struct trace incident(void)
{
    struct trace t;
    incident_trace(STEADY, &t);
    return t;
}

/* Plays a trace; every record of every cycle that was done must have been found whole. */
static struct story *played_with(const struct strategy *strategy, const struct trace *t,
                                 uint64_t limit_bytes)
{
    static struct story s;
    cr_assert(story_run(strategy, t, limit_bytes, SEED, &s));
    cr_assert_eq(s.worked_on, s.brought, "%s", strategy->label);
    return &s;
}

static struct story *played(const struct strategy *strategy)
{
    const struct trace t = incident();
    return played_with(strategy, &t, limit);
}

/* The first cycles, up to one after the spike, without a limit. */
static struct story *played_past_the_spike(const struct strategy *strategy)
{
    struct trace t = incident();
    t.count = SPIKE + 2;
    return played_with(strategy, &t, 0);
}

/* --- one-spike-is-forever --- */

static void assert_stays(const struct story *s)
{
    cr_assert(stays_at_its_height(s, SPIKE, GROWS));
    cr_assert_gt(s->at[SPIKE].live, 3 * s->at[SPIKE - 1].live);
    cr_assert_eq(s->at[GROWS - 1].idle, s->at[SPIKE].live, "with no record in the map");
    cr_assert_eq(s->at[GROWS - 1].slots, s->at[SPIKE].slots);
    cr_assert_gt(s->at[GROWS - 1].goal, limit, "and as much garbage may come beside it");
}

Test(batch_cycles, one_spike_is_forever)
{
    assert_stays(played(&strategies[WAY_DELETE]));
    assert_stays(played(&strategies[WAY_CLEAR]));
}

Test(batch_cycles, one_spike_is_forever__beyond__pointer_values)
{
    struct story *s = played(&strategies[WAY_POINTERS]);
    cr_assert_not(stays_at_its_height(s, SPIKE, GROWS));
    cr_assert_lt(s->at[GROWS - 1].idle, s->at[SPIKE].live / 4, "the records are back");
    cr_assert_gt(s->at[GROWS - 1].idle, 3 * s->at[SPIKE - 1].idle, "their slots are not");
}

Test(batch_cycles, one_spike_is_forever__beyond__shrink_to)
{
    struct story *s = played(&strategies[WAY_RUST]);
    cr_assert_not(stays_at_its_height(s, SPIKE, GROWS));
    for (unsigned i = SPIKE + 1; i < GROWS; i++)
        cr_assert_eq(s->at[i].live, s->at[SPIKE - 1].live);
}

Test(batch_cycles, one_spike_is_forever__beyond__spike_that_fits)
{
    struct trace t;
    uneventful_trace(STEADY, &t);
    t.cycles[SPIKE].records = STEADY * 5 / 4;
    struct story *s = played_with(&strategies[WAY_DELETE], &t, limit);
    cr_assert_not(stays_at_its_height(s, SPIKE, GROWS));
    cr_assert_eq(s->at[GROWS - 1].live, s->at[SPIKE - 1].live);
}

/* --- fresh-map-recovers --- */

Test(batch_cycles, fresh_map_recovers)
{
    cr_assert(is_back(played(&strategies[WAY_FRESH]), SPIKE));
    struct story *s = played(&strategies[WAY_PRESIZED]);
    cr_assert(is_back(s, SPIKE));
    cr_assert_eq(s->at[SPIKE].idle, 0, "one collection, and it is back");
}

Test(batch_cycles, fresh_map_recovers__beyond__presized_to_the_spike)
{
    struct story *s = played_past_the_spike(&presized_to_the_most);
    cr_assert_not(is_back(s, SPIKE));
    cr_assert_eq(s->at[0].live, s->at[SPIKE].live, "as high before the spike");
}

Test(batch_cycles, fresh_map_recovers__beyond__clear)
{
    struct story *s = played_past_the_spike(&strategies[WAY_CLEAR]);
    cr_assert_not(is_back(s, SPIKE));
    cr_assert_eq(s->at[SPIKE + 1].live, s->at[SPIKE].live);
}

Test(batch_cycles, fresh_map_recovers__beyond__rust_without_shrink)
{
    struct story *s = played_past_the_spike(&rust_without_shrink);
    cr_assert_not(is_back(s, SPIKE));
    cr_assert_eq(s->at[SPIKE + 1].live, s->at[SPIKE].live);
}

/* --- limit-kills-the-reuser --- */

Test(batch_cycles, limit_kills_the_reuser)
{
    const struct trace t = incident();
    struct story *s = played(&strategies[WAY_DELETE]);
    cr_assert_geq(s->cycles, GROWS, "not before the records grew");
    cr_assert(dies_whole(s, SPIKE), "%lu in, %lu readable, broken: %s", s->records_in, s->readable,
              s->broken != NULL ? s->broken : "nothing");
    cr_assert_leq(s->inuse, limit);
    cr_assert(lives_on(played(&strategies[WAY_FRESH]), &t));
    cr_assert(lives_on(played(&strategies[WAY_PRESIZED]), &t));
    cr_assert(lives_on(played(&strategies[WAY_RUST]), &t));
}

Test(batch_cycles, limit_kills_the_reuser__beyond__no_spike)
{
    struct trace t;
    uneventful_trace(STEADY, &t);
    cr_assert(lives_on(played_with(&strategies[WAY_DELETE], &t, limit), &t));
}

Test(batch_cycles, limit_kills_the_reuser__beyond__higher_limit)
{
    const struct trace t = incident();
    cr_assert(lives_on(played_with(&strategies[WAY_DELETE], &t, limit + limit / 4), &t));
}

/* Wherever the limit stands, and whichever object is the first that does not fit: all records
 * before it can be read. */
Test(batch_cycles, no_refusal_loses_a_record)
{
    struct trace t;
    incident_trace(1024, &t);
    for (unsigned i = 0; i < t.count; i++)
        t.cycles[i].text_bytes = 48;
    for (unsigned way = 0; way < WAYS; way++)
        for (uint64_t bytes = 16 << 10; bytes < 2 << 20; bytes = bytes * 4 / 3) {
            struct story *s = played_with(&strategies[way], &t, bytes);
            cr_assert_eq(s->readable, s->records_in, "%s, %lu B", strategies[way].label, bytes);
            cr_assert_null(s->broken, "%s, %lu B: %s", strategies[way].label, bytes, s->broken);
        }
}

/* --- reassign-cost-is-small --- */

static struct costs costs(void)
{
    struct costs c;
    const struct options o = {.keys = 2 * STEADY, .seed = SEED, .rounds = 5};
    cr_assert(costs_run(&o, &c));
    return c;
}

Test(batch_cycles, reassign_cost_is_small)
{
    struct costs c = costs();
    cr_assert(cost_is_small(&c), "%.3g %% of a cycle; presized is %.2g times the delete loop",
              c.share, c.presized_to_delete);
    cr_assert_gt(c.clear_ns, 0);
}

Test(batch_cycles, reassign_cost_is_small__beyond__in_memory)
{
    struct costs c = costs();
    cr_assert_not(cost_is_small_in_memory(&c), "%lu B, with clear %lu B", c.fresh_bytes,
                  c.clear_bytes);
    cr_assert_eq(c.clear_bytes, 0);
}

/* --- What the prose says beside the claims --- */

Test(batch_cycles, several_maps_keep_four_times_what_they_need)
{
    uint64_t live[MAPS + 1];
    cr_assert(several_run(STEADY, SEED, 0, live));
    for (unsigned i = 1; i <= MAPS; i++)
        cr_assert_gt(live[i], live[i - 1], "%u", i);
    cr_assert_geq(live[MAPS], 3 * live[0]);
    cr_assert_leq(live[MAPS], 5 * live[0]);
}

/* Tombstones that nobody prunes: Go 1.24's map grows by the delete loop alone, Go 1.25's
 * does not, and a fresh map cannot. */
Test(batch_cycles, a_delete_loop_creeps_without_a_spike)
{
    struct strategy pruned = strategies[WAY_DELETE];
    uint64_t reused[CREEP_READINGS], fresh[CREEP_READINGS], later[CREEP_READINGS];
    pruned.design = "go1.25";
    cr_assert(creep_run(&strategies[WAY_DELETE], SEED, 0, reused));
    cr_assert(creep_run(&strategies[WAY_FRESH], SEED, 0, fresh));
    cr_assert(creep_run(&pruned, SEED, 0, later));
    cr_assert_eq(reused[0], fresh[0]);
    cr_assert_gt(reused[3], 3 * reused[0]);
    cr_assert_eq(fresh[3], fresh[0]);
    cr_assert_lt(later[3], reused[3]);
}

/* The sizes of the full scale are 128 times those of these tests, within a twentieth. */
Test(batch_cycles, the_scale_keeps_the_shape)
{
    struct map_type type = record_map_type(false);
    struct story *s = played_past_the_spike(&strategies[WAY_DELETE]);
    double steady = (double)size_of(SIZE_GO_1_24, &type, 500000).expected / 128;
    double spike = (double)size_of(SIZE_GO_1_24, &type, 3200000).expected / 128;
    cr_assert_float_eq((double)s->at[0].live, steady, steady / 20);
    cr_assert_float_eq((double)s->at[SPIKE].live, spike, spike / 20);
}

Test(batch_cycles, refused_address_space_is_reported)
{
    struct trace t = incident();
    t.most = UINT64_C(1) << 50;
    cr_assert_not(memory_is_there(&t, 0));
    cr_assert(memory_is_there(&t, 1 << 20), "a limit is a promise");
}

/* --- Traces --- */

Test(batch_cycles, the_incident_is_the_sources)
{
    struct trace t;
    incident_trace(500000, &t);
    cr_assert_eq(t.count, INCIDENT_CYCLES);
    cr_assert_eq(t.usual, 500000);
    cr_assert_eq(t.most, 3200000);
    cr_assert_eq(t.usual * LIMIT_PER_RECORD, 1200000000);
    for (unsigned i = 0; i < t.count; i++) {
        cr_assert_eq(t.cycles[i].records, i == SPIKE ? 3200000 : 500000);
        cr_assert_eq(t.cycles[i].text_bytes > 0, i >= GROWS);
    }
}

static bool read_text(const char *text, size_t bytes, struct trace *t, char *why)
{
    FILE *in = bytes > 0 ? fmemopen((void *)(uintptr_t)text, bytes, "r") : fopen("/dev/null", "r");
    cr_assert_not_null(in);
    bool good = trace_from(in, t, why);
    fclose(in);
    return good;
}

Test(batch_cycles, a_trace_is_a_count_a_line)
{
    static const char *const texts[] = {"5\n70\n6\n", "5\n70\n6", "005\n0070\n6\n"};
    for (unsigned i = 0; i < 3; i++) {
        struct trace t;
        char why[TRACE_WHY_BYTES] = "";
        cr_assert(read_text(texts[i], strlen(texts[i]), &t, why), "%s", why);
        cr_assert_eq(t.count, 3);
        cr_assert_eq(t.cycles[1].records, 70);
        cr_assert_eq(t.usual, 6);
        cr_assert_eq(t.most, 70);
    }
}

Test(batch_cycles, a_trace_of_idle_cycles_expects_the_most)
{
    struct trace t;
    char why[TRACE_WHY_BYTES];
    cr_assert(read_text("0\n0\n9\n", 6, &t, why));
    cr_assert_eq(t.usual, 9);
}

#define MALFORMED(text, sentence) {text, sizeof text - 1, sentence}

Test(batch_cycles, a_malformed_trace_is_told_by_line_and_column)
{
    static const struct { const char *text; size_t bytes; const char *sentence; } malformed[] = {
        MALFORMED("", "line 1, column 1: a count of records is missing"),
        MALFORMED("\n", "line 1, column 1: a count of records is missing"),
        MALFORMED("5\n\n6\n", "line 2, column 1: a count of records is missing"),
        MALFORMED("5\n12x\n", "line 2, column 3: a count is digits alone, and here is 'x'"),
        MALFORMED("-1\n", "line 1, column 1: a count is digits alone, and here is '-'"),
        MALFORMED("1e3\n", "line 1, column 2: a count is digits alone, and here is 'e'"),
        MALFORMED("7\r\n", "line 1, column 2: a count is digits alone, and here is \\x0d"),
        MALFORMED("7 \n", "line 1, column 2: a count is digits alone, and here is \\x20"),
        MALFORMED("7\0", "line 1, column 2: a count is digits alone, and here is \\x00"),
        MALFORMED("5\n134217729\n", "line 2, column 9: a cycle has 134217728 records at most"),
        MALFORMED("99999999999999999999999\n",
                  "line 1, column 9: a cycle has 134217728 records at most"),
    };
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        struct trace t;
        char why[TRACE_WHY_BYTES] = "";
        cr_assert_not(read_text(malformed[i].text, malformed[i].bytes, &t, why), "%zu", i);
        cr_assert_str_eq(why, malformed[i].sentence);
    }
}

Test(batch_cycles, a_trace_has_an_end)
{
    struct trace t;
    char text[2 * (MOST_CYCLES + 1)], why[TRACE_WHY_BYTES];
    for (unsigned i = 0; i <= MOST_CYCLES; i++)
        memcpy(&text[2 * i], "1\n", 2);
    cr_assert(read_text(text, 2 * MOST_CYCLES, &t, why));
    cr_assert_eq(t.count, MOST_CYCLES);
    cr_assert_not(read_text(text, 2 * (MOST_CYCLES + 1), &t, why));
    cr_assert_str_eq(why, "line 1025, column 1: a trace has 1024 cycles at most");
}

/* --- The option --- */

/* Runs the chapter's program; the caller frees *page and *complaint. */
static enum program_status run(const char *target, const char *trace, char **page,
                               char **complaint)
{
    size_t bytes;
    char option[64] = "";
    char name[] = "program";
    char *argv[4] = {name, (char *)(uintptr_t)target, option, NULL};
    if (trace != NULL)
        snprintf(option, sizeof option, "--trace=%s", trace);
    FILE *out = open_memstream(page, &bytes), *complaints = open_memstream(complaint, &bytes);
    enum program_status status = program_run(&program, trace != NULL ? 3 : 2, argv, out,
                                             complaints);
    fclose(out);
    fclose(complaints);
    return status;
}

static void write_trace(char path[], const char *text)
{
    int file = mkstemp(path);
    cr_assert_geq(file, 0);
    cr_assert_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    close(file);
}

Test(batch_cycles, a_readers_trace_is_played_in_sixteen_rows_at_most)
{
    char path[] = "/tmp/trace-XXXXXX", *page, *complaint;
    char text[33 * 5 + 1] = "";
    for (unsigned i = 0; i < 33; i++)
        strcat(text, i == 20 ? "9000\n" : "1000\n");
    write_trace(path, text);
    cr_assert_eq(run("retain", path, &page, &complaint), PROGRAM_DONE, "%s", complaint);
    unlink(path);
    cr_assert_not_null(strstr(page, "33 cycles; 1,000 records are usual"), "%s", page);
    cr_assert_not_null(strstr(page, "\n31-33 "), "%s", page);
    cr_assert_not_null(strstr(page, "\n19-21    9,000 "), "the highest of a row\n%s", page);
    cr_assert_null(strstr(page, "claim"), "the claims are about the incident");
    free(page);
    free(complaint);
}

Test(batch_cycles, a_wrong_trace_is_one_sentence)
{
    char path[] = "/tmp/trace-XXXXXX", *page, *complaint, expected[128];
    write_trace(path, "1000\n10O0\n");
    snprintf(expected, sizeof expected, "16-batch-cycles: the trace '%s', line 2, column 3: a "
             "count is digits alone, and here is 'O'.\n", path);
    cr_assert_eq(run("retain", path, &page, &complaint), PROGRAM_WRONG_USE);
    cr_assert_str_eq(complaint, expected);
    cr_assert_str_eq(page, "");
    free(page);
    free(complaint);
    unlink(path);
    cr_assert_eq(run("retain", path, &page, &complaint), PROGRAM_WRONG_USE);
    snprintf(expected, sizeof expected, "16-batch-cycles: the trace '%s' cannot be read: No such "
             "file or directory.\n", path);
    cr_assert_str_eq(complaint, expected);
    free(page);
    free(complaint);
}

Test(batch_cycles, a_trace_that_is_a_folder_cannot_be_read)
{
    char *page, *complaint;
    cr_assert_eq(run("retain", "/dev", &page, &complaint), PROGRAM_WRONG_USE);
    cr_assert_str_eq(complaint, "16-batch-cycles: the trace '/dev', line 1, column 1: it cannot be "
                                "read: Is a directory.\n");
    free(page);
    free(complaint);
}

Test(batch_cycles, a_trace_is_for_retain_alone)
{
    char *page, *complaint;
    cr_assert_eq(run("bench", "/dev/null", &page, &complaint), PROGRAM_WRONG_USE);
    cr_assert_str_eq(complaint, "16-batch-cycles: --trace is for retain, not for bench.\n");
    free(page);
    free(complaint);
}
