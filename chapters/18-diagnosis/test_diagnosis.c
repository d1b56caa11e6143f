/*
 * test_diagnosis.c - the claims of chapter 18: each fault told apart, and by what it is not.
 */
#include <criterion/criterion.h>

#include "diagnosis_pages.h"

TestSuite(diagnosis, .timeout = 60);

enum { KEYS = LEAST_KEYS, SEED = PROGRAM_DEFAULT_SEED, SEEDS = 12, MORE_KEYS = 1 << 16 };

static struct readings examined(const struct patient *p)
{
    struct readings r;
    cr_assert(examine(p, 0, &r));
    return r;
}

static struct readings read_fault(enum fault fault, uint64_t seed)
{
    const struct patient p = patient_draw(fault, KEYS, seed);
    return examined(&p);
}

/* --- One claim a fault ------------------------------------------------------ */

/* The desk names the fault, and a reading speaks against every other name. */
static void assert_told_apart(enum fault fault)
{
    for (uint64_t seed = SEED; seed < SEED + SEEDS; seed++) {
        const struct readings r = read_fault(fault, seed);
        cr_assert_eq(diagnose(&r), fault, "seed %lu: %s is not named", seed, diagnoses[fault].slug);
        for (unsigned says = 0; says < FAULTS; says++) {
            unsigned against = contradiction(&r, (enum fault)says);
            if (says == fault) {
                cr_assert_eq(against, RULES);
                continue;
            }
            cr_assert_lt(against, RULES, "seed %lu: nothing speaks against %s", seed,
                         diagnoses[says].slug);
            cr_assert_neq(rule_answer(&rules[against], &r), rule_wanted(against, (enum fault)says));
        }
    }
}

Test(diagnosis, idle_pages_told_apart) { assert_told_apart(FAULT_IDLE); }
Test(diagnosis, garbage_told_apart) { assert_told_apart(FAULT_GARBAGE); }
Test(diagnosis, zero_pages_told_apart) { assert_told_apart(FAULT_ZERO_PAGES); }
Test(diagnosis, leak_told_apart) { assert_told_apart(FAULT_LEAK); }
Test(diagnosis, retained_map_told_apart) { assert_told_apart(FAULT_MAP); }
Test(diagnosis, retained_slice_told_apart) { assert_told_apart(FAULT_SLICE); }
Test(diagnosis, stale_pointers_told_apart) { assert_told_apart(FAULT_POINTERS); }

/* Whose memory is as high as a patient's, three times what it was. */
Test(diagnosis, healthy_told_apart)
{
    assert_told_apart(FAULT_NONE);
    for (uint64_t seed = SEED; seed < SEED + SEEDS; seed++) {
        const struct readings r = read_fault(FAULT_NONE, seed);
        cr_assert_gt(r.of[READ_RESIDENT], 3 * r.of[READ_RESIDENT_BEFORE]);
    }
}

/* --- What one instrument does not tell -------------------------------------- */

/* The profile of a fault in the runtime is the sound runtime's; what is resident is not. */
static void assert_unseen(enum fault fault)
{
    struct readings ill, sound;
    cr_assert(unseen_run(fault, MORE_KEYS, SEED, 0, &ill, &sound));
    cr_assert_eq(diagnose(&ill), fault);
    cr_assert_neq(diagnose(&sound), FAULT_IDLE);
    cr_assert_gt(ill.profile_count, 8);
    cr_assert(profiles_equal(&ill, &sound));
    cr_assert_lt(sound.of[READ_RESIDENT], ill.of[READ_RESIDENT] * 3 / 4);
}

Test(diagnosis, idle_pages_told_apart__beyond__profile_alone) { assert_unseen(FAULT_IDLE); }
Test(diagnosis, garbage_told_apart__beyond__profile_alone) { assert_unseen(FAULT_GARBAGE); }
Test(diagnosis, zero_pages_told_apart__beyond__profile_alone) { assert_unseen(FAULT_ZERO_PAGES); }

/* A difference anywhere in a profile is seen. */
Test(diagnosis, profiles_differ_by_one_object)
{
    const struct readings a = read_fault(FAULT_NONE, SEED);
    struct readings b[5] = {a, a, a, a, a};
    b[0].profile[3].live_bytes++;
    b[1].profile[3].live_objects++;
    b[2].profile[3].total_bytes++;
    b[3].profile[3].mallocs++;
    b[4].profile_count--;
    cr_assert(profiles_equal(&a, &a));
    for (unsigned i = 0; i < 5; i++)
        cr_assert_not(profiles_equal(&a, &b[i]));
}

Test(diagnosis, leak_told_apart__beyond__one_look)
{
    const struct readings leak = read_fault(FAULT_LEAK, SEED), map = read_fault(FAULT_MAP, SEED);
    unsigned cycle = leak_passes(&leak, &map);
    cr_assert_gt(cycle, 1);
    cr_assert_leq(leak.cycles[cycle - 2].heap_alloc, map.cycles[CYCLE_COUNT - 1].heap_alloc);
    cr_assert_gt(leak.cycles[cycle - 1].heap_alloc, map.cycles[CYCLE_COUNT - 1].heap_alloc);
    cr_assert_eq(leak_passes(&map, &leak), 0, "a map that stays passes nobody");
}

/* An instrument alone says the same of both; another one does not. */
static void assert_alone(enum fault a, enum fault b, enum instrument same, enum instrument other)
{
    for (uint64_t seed = SEED; seed < SEED + 4; seed++) {
        const struct readings x = read_fault(a, seed), y = read_fault(b, seed);
        cr_assert_not(instrument_tells(same, &x, &y));
        cr_assert(instrument_tells(other, &x, &y));
    }
}

Test(diagnosis, retained_map_told_apart__beyond__profile_alone)
{
    assert_alone(FAULT_MAP, FAULT_LEAK, USE_PROFILE, USE_CYCLES);
}

Test(diagnosis, retained_slice_told_apart__beyond__copy_alone)
{
    assert_alone(FAULT_SLICE, FAULT_POINTERS, USE_COPY, USE_LENGTH);
}

Test(diagnosis, stale_pointers_told_apart__beyond__length_alone)
{
    assert_alone(FAULT_POINTERS, FAULT_NONE, USE_LENGTH, USE_COPY);
}

Test(diagnosis, healthy_told_apart__beyond__resident_alone)
{
    static struct rooms rooms;
    cr_assert(rooms_run(MORE_KEYS, SEED, 0, &rooms));
    cr_assert_not(reading_tells(&rooms, READ_RESIDENT, FAULT_NONE, FAULT_MAP));
    cr_assert(reading_tells(&rooms, READ_FREE_SLOTS, FAULT_NONE, FAULT_MAP));
    for (unsigned i = 0; i < FAULTS; i++)
        cr_assert(told_apart(&rooms, (enum fault)i));
}

Test(diagnosis, retained_map_told_apart__beyond__two_faults)
{
    struct readings r;
    cr_assert(two_faults_run(KEYS, SEED, 0, &r));
    cr_assert_eq(diagnose(&r), FAULTS);
    cr_assert(rule_answer(&rules[5], &r), "D6 sees the leak");
    cr_assert(rule_answer(&rules[7], &r), "D8 sees the map");
}

/* A fault that is less than half of what is resident is not named, and no other is in its place. */
Test(diagnosis, a_small_fault_gets_no_name)
{
    for (uint64_t seed = SEED; seed < SEED + 4; seed++) {
        struct patient slice = patient_draw(FAULT_SLICE, KEYS, seed);
        struct patient map = patient_draw(FAULT_MAP, KEYS, seed);
        slice.sessions_spike /= 8;
        map.index_spike /= 4;
        const struct readings small_slice = examined(&slice), small_map = examined(&map);
        cr_assert_gt(small_slice.of[READ_COPIED] * 8, small_slice.of[READ_RESIDENT]);
        cr_assert_gt(small_map.of[READ_REASSIGNED] * 8, small_map.of[READ_RESIDENT]);
        cr_assert_eq(diagnose(&small_slice), FAULT_NONE);
        cr_assert_eq(diagnose(&small_map), FAULTS);
    }
}

/* --- The rules themselves --------------------------------------------------- */

Test(diagnosis, no_two_diagnoses_want_the_same_answers)
{
    for (unsigned i = 0; i < FAULTS; i++) {
        cr_assert_eq(strlen(diagnoses[i].answers), RULES);
        for (unsigned j = 0; j < i; j++)
            cr_assert_str_neq(diagnoses[i].answers, diagnoses[j].answers);
    }
}

/* A rule says yes from its edge on, and a diagnosis falls with one answer. */
Test(diagnosis, rules_have_edges)
{
    for (unsigned i = 0; i < RULES; i++) {
        struct readings r = {.profile_count = 0};
        r.of[rules[i].whole] = 1000;
        r.of[rules[i].part] = 10 * rules[i].percent;
        cr_assert(rule_answer(&rules[i], &r), "%s at its edge", rules[i].name);
        r.of[rules[i].part]--;
        cr_assert_not(rule_answer(&rules[i], &r), "%s below it", rules[i].name);
        cr_assert_eq(rule_percent(&rules[i], &r), rules[i].percent - 1);
    }
}

/* No rule could be left out of a table in which each fault has its own: some patient
 * would get a wrong name, or the wrong name would lose its proof. */
Test(diagnosis, every_rule_is_wanted_by_somebody)
{
    for (unsigned rule = 0; rule < RULES; rule++) {
        unsigned wanted = 0;
        for (unsigned i = 0; i < FAULTS; i++)
            wanted += rule_wanted(rule, (enum fault)i);
        cr_assert(wanted > 0 && wanted < FAULTS, "%s", rules[rule].name);
    }
}

/* --- Patients and instruments ----------------------------------------------- */

Test(diagnosis, a_room_holds_each_fault_once)
{
    unsigned moved = 0;
    for (uint64_t seed = 0; seed < 50; seed++) {
        unsigned seen = 0;
        for (unsigned number = 1; number <= FAULTS; number++) {
            seen |= 1u << room_patient(number, KEYS, seed).fault;
            moved += room_patient(number, KEYS, seed).fault != room_patient(number, KEYS, 0).fault;
        }
        cr_assert_eq(seen, (1u << FAULTS) - 1);
    }
    cr_assert_gt(moved, 300, "each room has an order of its own");
}

Test(diagnosis, a_name_is_a_seed)
{
    cr_assert_eq(seed_of_name("Ada  Lovelace "), seed_of_name(" ada lovelace"));
    cr_assert_neq(seed_of_name("ada"), seed_of_name("adb"));
    cr_assert_neq(seed_of_name("ada lovelace"), seed_of_name("adalovelace"));
    cr_assert_eq(seed_of_name(" "), 0);
}

/* The same seed, the same readings: to the byte, what the kernel says included. */
Test(diagnosis, readings_repeat)
{
    for (unsigned i = 0; i < FAULTS; i++) {
        const struct readings a = read_fault((enum fault)i, SEED);
        const struct readings b = read_fault((enum fault)i, SEED);
        cr_assert_eq(memcmp(a.of, b.of, sizeof a.of), 0, "%s", diagnoses[i].slug);
    }
}

/* What a test frees does not depend on which test came before it. */
Test(diagnosis, copying_first_frees_as_much)
{
    for (unsigned i = 0; i < FAULTS; i++) {
        const struct patient p = patient_draw((enum fault)i, KEYS, SEED);
        const struct readings r = examined(&p);
        struct service s;
        cr_assert(service_open(&s, &p, 0));
        while (s.cycle < CYCLE_COUNT)
            cr_assert(service_cycle(&s));
        heap_collect(s.heap);
        cr_assert_eq(heap_read(s.heap).heap_alloc, r.of[READ_LIVING]);
        cr_assert(service_copy_slices(&s));
        heap_collect(s.heap);
        cr_assert_eq(heap_read(s.heap).heap_alloc, r.of[READ_LIVING] - r.of[READ_COPIED]);
        cr_assert_null(heap_check(s.heap));
        service_close(&s);
    }
}

/* The profile's rows are all of what lives, and no entry is lost by the map's test. */
Test(diagnosis, readings_add_up)
{
    for (unsigned i = 0; i < FAULTS; i++) {
        const struct readings r = read_fault((enum fault)i, SEED);
        uint64_t sum = 0;
        for (size_t row = 0; row < r.profile_count; row++)
            sum += r.profile[row].live_bytes;
        cr_assert_lt(r.profile_count, PROFILE_ROWS, "no row was cut off");
        cr_assert_eq(sum, r.of[READ_LIVING]);
        cr_assert_eq(r.of[READ_HEAP_ALLOC] - r.of[READ_SWEPT], r.of[READ_LIVING]);
        cr_assert_gt(r.of[READ_SWEPT], 0);
        cr_assert_eq(r.of[READ_RESIDENT_SWEPT], 0, "a collection gives no page back");
        cr_assert_leq(r.of[READ_ZERO], r.of[READ_RESIDENT]);
        cr_assert_eq(r.cycles[CYCLE_COUNT - 1].map_length, r.of[READ_MAP_LENGTH]);
    }
}

Test(diagnosis, reassigning_keeps_every_entry)
{
    const struct patient p = patient_draw(FAULT_MAP, KEYS, SEED);
    struct service s;
    cr_assert(service_open(&s, &p, 0));
    while (s.cycle < CYCLE_COUNT)
        cr_assert(service_cycle(&s));
    uint64_t length = swiss_len(&s.index);
    cr_assert(service_reassign(&s));
    cr_assert_eq(swiss_len(&s.index), length);
    for (uint64_t key = 0; key < length; key++)
        cr_assert_eq(*swiss_u64_get(&s.index, key), key);
    service_close(&s);
}

/* Both kinds of leak are among those that the claim's seeds draw. */
Test(diagnosis, leaks_are_drawn_in_the_map_and_beside_it)
{
    unsigned in_map = 0;
    for (uint64_t seed = SEED; seed < SEED + SEEDS; seed++)
        in_map += patient_draw(FAULT_LEAK, KEYS, seed).index_growth > 0;
    cr_assert(in_map > 0 && in_map < SEEDS);
}

/* Refused memory is told wherever it happens, and the patient can be sent home. */
Test(diagnosis, refused_memory_is_reported)
{
    struct readings r;
    for (unsigned i = 0; i < FAULTS; i++) {
        const struct patient p = patient_draw((enum fault)i, KEYS, SEED);
        for (uint64_t limit = 8192; limit < 400000; limit += 40960)
            cr_assert_not(examine(&p, limit, &r), "%s in %lu B", diagnoses[i].slug, limit);
    }
}

/* --- What the desk says ----------------------------------------------------- */

/* The desk's page about a patient of the room of SEED, its lines joined; to be freed. */
static char *desk_page(unsigned number, const char *instrument, const char *says)
{
    char digit[] = {(char)('0' + number), '\0'};
    const struct options o = {.keys = KEYS, .seed = SEED,
                              .own = {[OWN_PATIENT] = digit, [OWN_INSTRUMENT] = instrument,
                                      [OWN_SAYS] = says}};
    char *text = NULL;
    size_t bytes = 0;
    struct page page = {.out = open_memstream(&text, &bytes), .target = "desk"};
    cr_assert(run_desk(&o, &page));
    cr_assert(page_end(&page));
    fclose(page.out);
    for (char *at = strchr(text, '\n'); at != NULL; at = strchr(at, '\n'))
        *at = ' ';
    return text;
}

/* A right name is supported, a wrong one contradicted; and no judgement gives away the name. */
Test(diagnosis, desk_judges_every_name_of_every_patient)
{
    for (unsigned number = 1; number <= FAULTS; number++) {
        enum fault fault = room_patient(number, KEYS, SEED).fault;
        for (unsigned says = 0; says < FAULTS; says++) {
            char *text = desk_page(number, NULL, diagnoses[says].slug);
            cr_assert_eq(strstr(text, "SUPPORTED: ") != NULL, says == fault);
            cr_assert_eq(strstr(text, "CONTRADICTED: ") != NULL, says != fault);
            cr_assert(says == fault || strstr(text, diagnoses[fault].words) == NULL);
            cr_assert(says == fault || strstr(text, diagnoses[fault].slug) == NULL);
            cr_assert(says == fault || strstr(text, "Were it so, it would be ") != NULL);
            free(text);
        }
    }
}

Test(diagnosis, desk_reads_every_instrument)
{
    char *all = desk_page(2, "all", NULL);
    for (unsigned i = 0; i < INSTRUMENTS; i++) {
        char *one = desk_page(2, instrument_names[i], NULL), start[40];
        snprintf(start, sizeof start, " %s: %.8s", instrument_names[i],
                 instrument_help[i]);
        cr_assert_not_null(strstr(one, start));
        cr_assert_not_null(strstr(all, start));
        cr_assert_lt(strlen(one), strlen(all));
        free(one);
    }
    free(all);
}

static enum program_status desk_status(const char *const words[], char **said)
{
    char *argv[8] = {(char[]){"desk"}, (char[]){"desk"}, NULL};
    int argc = 2;
    for (; words[argc - 2] != NULL; argc++)
        argv[argc] = strdup(words[argc - 2]);
    char *page = NULL;
    size_t bytes = 0, said_bytes = 0;
    FILE *out = open_memstream(&page, &bytes), *complaints = open_memstream(said, &said_bytes);
    enum program_status status = program_run(&program, argc, argv, out, complaints);
    fclose(out);
    fclose(complaints);
    free(page);
    for (int i = 2; i < argc; i++)
        free(argv[i]);
    return status;
}

/* One sentence and status 2 for each; a good one has status 0 and none. */
Test(diagnosis, desk_refuses_what_it_does_not_know)
{
    static const struct { const char *words[4]; const char *sentence; } wrong[] = {
        {{"--patient=9"}, "--patient takes a number from 1 to 8, not '9'"},
        {{"--patient=1x"}, "from 1 to 8"},
        {{"--says=leak"}, "--says wants to know of which patient"},
        {{"--patient=1", "--says=gremlins"}, "there is no diagnosis 'gremlins'; there are idle-"},
        {{"--patient=1", "--instrument=x"}, "there is no instrument 'x'; there are memory"},
        {{"--who= "}, "--who takes a name"},
        {{"--who=ada", "--seed=3"}, "give one of them"},
        {{"--keys=16383"}, "--keys takes 16384 or more here"},
    };
    char *said;
    for (unsigned i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        cr_assert_eq(desk_status(wrong[i].words, &said), PROGRAM_WRONG_USE);
        cr_assert_not_null(strstr(said, wrong[i].sentence), "%s", said);
        cr_assert_eq(strchr(said, '\n'), said + strlen(said) - 1, "one sentence: %s", said);
        free(said);
    }
    cr_assert_eq(desk_status((const char *const[]){"--patient=8", "--says=leak", "--who=ada",
                                                   "--keys=16384", NULL}, &said), PROGRAM_DONE);
    cr_assert_str_empty(said);
    free(said);
}
