/*
 * diagnosis_desk.c - the desk: instruments as pages, and the judgement of a diagnosis.
 */
#include "diagnosis_pages.h"

#include <stdarg.h>

/* --- What was asked for ----------------------------------------------------- */

const struct program_option desk_options[] = {
    [OWN_PATIENT] = {"patient", "N", "for desk: one of the waiting room, from 1 on"},
    [OWN_INSTRUMENT] = {"instrument", "NAME", "for desk: reads it; all: reads all"},
    [OWN_SAYS] = {"says", "FAULT", "for desk: your diagnosis, to be judged"},
    [OWN_WHO] = {"who", "NAME", "for desk: your own waiting room"},
    {NULL, NULL, NULL},
};

static bool wrong(char why[PROGRAM_WHY_BYTES], const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static bool wrong(char why[PROGRAM_WHY_BYTES], const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(why, PROGRAM_WHY_BYTES, format, arguments);
    va_end(arguments);
    return false;
}

/* The patient's number; 0 if it is none. */
static unsigned patient_named(const char *text)
{
    bool digit = text[0] >= '1' && text[0] <= '0' + FAULTS && text[1] == '\0';
    return digit ? (unsigned)(text[0] - '0') : 0;
}

/* INSTRUMENTS: all of them; INSTRUMENTS + 1: unknown. */
static unsigned instrument_named(const char *text)
{
    unsigned i = 0;
    while (i < INSTRUMENTS && strcmp(text, instrument_names[i]) != 0)
        i++;
    return i < INSTRUMENTS || strcmp(text, "all") == 0 ? i : i + 1;
}

static enum fault diagnosis_named(const char *text)
{
    unsigned i = 0;
    while (i < FAULTS && strcmp(text, diagnoses[i].slug) != 0)
        i++;
    return (enum fault)i;
}

static bool wrong_instrument(char why[PROGRAM_WHY_BYTES], const char *text)
{
    char known[PROGRAM_WHY_BYTES] = "";
    for (unsigned i = 0; i < INSTRUMENTS; i++)
        strcat(strcat(known, instrument_names[i]), ", ");
    return wrong(why, "there is no instrument '%.40s'; there are %sand all", text, known);
}

static bool wrong_diagnosis(char why[PROGRAM_WHY_BYTES], const char *text)
{
    char known[PROGRAM_WHY_BYTES] = "";
    for (unsigned i = 0; i < FAULTS; i++)
        strcat(strcat(known, i == 0 ? "" : i + 1 < FAULTS ? ", " : " and "), diagnoses[i].slug);
    return wrong(why, "there is no diagnosis '%.40s'; there are %s", text, known);
}

static bool check_names(const struct options *o, char why[PROGRAM_WHY_BYTES])
{
    const char *patient = o->own[OWN_PATIENT], *instrument = o->own[OWN_INSTRUMENT];
    const char *says = o->own[OWN_SAYS], *who = o->own[OWN_WHO];
    if (patient != NULL && patient_named(patient) == 0)
        return wrong(why, "--patient takes a number from 1 to %d, not '%.40s'", FAULTS, patient);
    if (patient == NULL && (instrument != NULL || says != NULL))
        return wrong(why, "--%s wants to know of which patient: --patient 1 to %d",
                     instrument != NULL ? "instrument" : "says", FAULTS);
    if (instrument != NULL && instrument_named(instrument) > INSTRUMENTS)
        return wrong_instrument(why, instrument);
    if (says != NULL && diagnosis_named(says) == FAULTS)
        return wrong_diagnosis(why, says);
    if (who != NULL && seed_of_name(who) == 0)
        return wrong(why, "--who takes a name");
    if (who != NULL && o->seed != PROGRAM_DEFAULT_SEED)
        return wrong(why, "--who and --seed both choose the waiting room: give one of them");
    return true;
}

bool check_desk(const struct target *target, const struct options *o, char why[PROGRAM_WHY_BYTES])
{
    bool desk = strcmp(target->name, "desk") == 0;
    for (unsigned i = 0; !desk && desk_options[i].name != NULL; i++)
        if (o->own[i] != NULL)
            return wrong(why, "--%s is for desk, not for %s", desk_options[i].name, target->name);
    if (target->default_keys != 0 && o->keys < LEAST_KEYS)
        return wrong(why, "--keys takes %d or more here: a smaller fault is lost among the rest",
                     LEAST_KEYS);
    return check_names(o, why);
}

/* --- Instruments ------------------------------------------------------------ */

static struct page_cell of_resident(const struct readings *r, uint64_t bytes)
{
    return exact(r->of[READ_RESIDENT] == 0 ? 0 : bytes * 100 / r->of[READ_RESIDENT], "%");
}

static void bytes_row(struct page *page, const char *slug, const char *label,
                      const struct readings *r, uint64_t bytes)
{
    page_row(page, slug, label, CELLS(exact(bytes, "B"), of_resident(r, bytes)));
}

static void show_memory(struct page *page, const struct readings *r)
{
    page_table(page, "memory", HEADS("what", "bytes", "of resident"));
    bytes_row(page, "resident", "resident, by the kernel", r, r->of[READ_RESIDENT]);
    bytes_row(page, "before", "resident before the spike", r, r->of[READ_RESIDENT_BEFORE]);
    bytes_row(page, "alloc", "HeapAlloc", r, r->of[READ_HEAP_ALLOC]);
    bytes_row(page, "inuse", "HeapInuse", r, r->of[READ_HEAP_INUSE]);
    bytes_row(page, "idle", "HeapIdle", r, r->of[READ_HEAP_IDLE]);
    bytes_row(page, "released", "HeapReleased", r, r->of[READ_HEAP_RELEASED]);
    bytes_row(page, "goal", "NextGC", r, r->of[READ_GOAL]);
    page_table_end(page);
}

static void show_profile(struct page *page, const struct readings *r)
{
    page_table(page, "profile", HEADS("what for", "in use", "of resident", "objects", "allocated",
                                      "objects ever"));
    for (size_t i = 0; i < r->profile_count; i++) {
        const struct heap_tag *tag = &r->profile[i];
        char slug[PAGE_NUMBER_BYTES];
        snprintf(slug, sizeof slug, "%zu", i + 1);
        page_row(page, slug, tag->name,
                 CELLS(exact(tag->live_bytes, "B"), of_resident(r, tag->live_bytes),
                       exact(tag->live_objects, ""), exact(tag->total_bytes, "B"),
                       exact(tag->mallocs, "")));
    }
    page_table_end(page);
}

/* Something before a test and after it, and by how much it fell. */
static void show_fall(struct page *page, enum instrument i, const char *first, const char *second,
                      const struct readings *r, enum reading before, enum reading fall)
{
    page_table(page, instrument_names[i], HEADS("what", "bytes", "of resident"));
    bytes_row(page, "before", first, r, r->of[before]);
    bytes_row(page, "after", second, r, r->of[before] - r->of[fall]);
    bytes_row(page, "fall", "the fall", r, r->of[fall]);
    page_table_end(page);
}

static void show_pages(struct page *page, const struct readings *r)
{
    page_table(page, "pages", HEADS("pages", "bytes", "of resident"));
    bytes_row(page, "resident", "resident", r, r->of[READ_RESIDENT]);
    bytes_row(page, "zero", "of them, nothing but zeros", r, r->of[READ_ZERO]);
    page_table_end(page);
}

static void show_cycles(struct page *page, const struct readings *r)
{
    page_table(page, "cycles", HEADS("cycle", "HeapAlloc", "map's length", "slots"));
    for (unsigned i = 0; i < CYCLE_COUNT; i++) {
        char slug[PAGE_NUMBER_BYTES], label[PAGE_NUMBER_BYTES];
        snprintf(slug, sizeof slug, "%u", i + 1);
        snprintf(label, sizeof label, "%u%s", i + 1, i == SPIKE_CYCLE ? ", the spike" : "");
        page_row(page, slug, label,
                 CELLS(exact(r->cycles[i].heap_alloc, "B"), exact(r->cycles[i].map_length, ""),
                       exact(r->cycles[i].map_slots, "")));
    }
    page_table_end(page);
}

static void length_row(struct page *page, const char *slug, const char *label, uint64_t length,
                       uint64_t capacity, const char *unit)
{
    page_row(page, slug, label,
             CELLS(exact(length, unit), exact(capacity, unit),
                   exact(capacity == 0 ? 0 : length * 100 / capacity, "%")));
}

static void show_length(struct page *page, const struct readings *r)
{
    page_table(page, "map", HEADS("map", "entries", "slots", "used"));
    length_row(page, "map", "the index", r->of[READ_MAP_LENGTH], r->of[READ_SLOTS], "");
    page_table_end(page);
    page_table(page, "slices", HEADS("slices", "length", "capacity", "used"));
    length_row(page, "ids", "the ids of all sessions", r->of[READ_ID_LENGTH],
               r->of[READ_ID_CAPACITY], "B");
    length_row(page, "batch", "the batch", r->of[READ_BATCH_LENGTH],
               r->of[READ_BATCH_CAPACITY], "B");
    page_table_end(page);
}

static void show_heap_alloc(struct page *page, enum instrument i, const struct readings *r,
                            enum reading before, enum reading fall)
{
    show_fall(page, i, "HeapAlloc before", "HeapAlloc after", r, before, fall);
}

/* What it sweeps, and what of that leaves memory. */
static void show_collect(struct page *page, enum instrument i, const struct readings *r)
{
    char number[PAGE_NUMBER_BYTES];
    show_heap_alloc(page, i, r, READ_HEAP_ALLOC, READ_SWEPT);
    page_text(page, "By that alone the resident bytes fall by %s B.",
              page_number(number, r->of[READ_RESIDENT_SWEPT]));
}

static void show_table(struct page *page, enum instrument i, const struct readings *r)
{
    switch (i) {
    case USE_MEMORY:    show_memory(page, r); break;
    case USE_PROFILE:   show_profile(page, r); break;
    case USE_COLLECT:   show_collect(page, i, r); break;
    case USE_GIVE_BACK: show_fall(page, i, "resident before", "resident after", r, READ_RESIDENT,
                                  READ_GIVEN_BACK); break;
    case USE_PAGES:     show_pages(page, r); break;
    case USE_RELEASE:   show_fall(page, i, "resident here", "resident there", r, READ_RESIDENT,
                                  READ_SAVED); break;
    case USE_CYCLES:    show_cycles(page, r); break;
    case USE_LENGTH:    show_length(page, r); break;
    case USE_REASSIGN:  show_heap_alloc(page, i, r, READ_LIVING, READ_REASSIGNED); break;
    case USE_COPY:      show_heap_alloc(page, i, r, READ_LIVING, READ_COPIED); break;
    case INSTRUMENTS:   break;
    }
}

static void show_instrument(struct page *page, enum instrument i, const struct readings *r)
{
    page_text(page, "%s: %s.", instrument_names[i], instrument_help[i]);
    show_table(page, i, r);
}

/* --- Judgement -------------------------------------------------------------- */

static const char *unit_of(const struct rule *rule)
{
    return rule->whole == READ_SLOTS ? "slots" : "B";
}

/* "D7 reassign: what a fresh map frees is 4,000,000 B, 62 % of the resident bytes". */
static void rule_sentence(char *text, size_t bytes, const struct rule *rule,
                          const struct readings *r)
{
    char part[PAGE_NUMBER_BYTES];
    snprintf(text, bytes, "%s %s: %s is %s %s, %u %% %s", rule->name,
             instrument_names[rule->instrument], rule->part_words,
             page_number(part, r->of[rule->part]), unit_of(rule),
             (unsigned)rule_percent(rule, r), rule->whole_words);
}

enum { SENTENCE_BYTES = 256 };

static void confirm(struct page *page, enum fault says, const struct readings *r)
{
    char sentence[SENTENCE_BYTES];
    page_text(page, "SUPPORTED: %s. The readings that prove it:", diagnoses[says].words);
    for (unsigned i = 0; i < RULES; i++) {
        if (!rule_wanted(i, says))
            continue;
        rule_sentence(sentence, sizeof sentence, &rules[i], r);
        page_text(page, "%s; %u %% is enough.", sentence, rules[i].percent);
    }
    page_text(page, "Every other rule says no, as it should.");
    page_text(page, "What to do: %s", diagnoses[says].remedy);
}

/* The reading, what it would be, and where to look. Not what the patient has. */
static void contradict(struct page *page, enum fault says, const struct readings *r)
{
    unsigned against = contradiction(r, says), more = contradictions(r, says) - 1;
    const struct rule *rule = &rules[against];
    char sentence[SENTENCE_BYTES], edge[PAGE_NUMBER_BYTES];
    rule_sentence(sentence, sizeof sentence, rule, r);
    page_text(page, "CONTRADICTED: %s.", diagnoses[says].words);
    page_text(page, "%s. Were it so, it would be %s %s %s, %u %%. Look at %s again.", sentence,
              rule_wanted(against, says) ? "at least" : "less than",
              page_number(edge, (r->of[rule->whole] * rule->percent + 99) / 100), unit_of(rule),
              rule->percent, instrument_names[rule->instrument]);
    if (more > 0)
        page_text(page, "%u more of the %u rules speak%s against it.", more, RULES,
                  more == 1 ? "s" : "");
}

/* --- The desk --------------------------------------------------------------- */

static void list_instruments(struct page *page)
{
    page_line(page, "Instruments, INSTRUMENT=...:");
    for (unsigned i = 0; i < INSTRUMENTS; i++)
        page_line(page, "  %-9s %s", instrument_names[i], instrument_help[i]);
    page_line(page, "  %-9s one after the other", "all");
    page_line(page, "%s", "");
    page_line(page, "Diagnoses, SAYS=...:");
    for (unsigned i = 0; i < FAULTS; i++)
        page_line(page, "  %-15s %s", diagnoses[i].slug, diagnoses[i].words);
    page_line(page, "%s", "");
}

static bool show_room(struct page *page, const struct options *o, uint64_t seed)
{
    page_text(page, "The waiting room. Each patient is a service that works in cycles; in the "
                    "fourth far more came in than usual. Now the twelfth is done, and somebody says that "
                    "its memory is too high. Resident bytes of its heap, before that spike and "
                    "now:");
    page_table(page, "room", HEADS("patient", "before", "now"));
    for (unsigned number = 1; number <= FAULTS; number++) {
        const struct patient p = room_patient(number, o->keys, seed);
        char slug[PAGE_NUMBER_BYTES];
        struct readings r;
        if (!examine(&p, o->limit_bytes, &r))
            return false;
        snprintf(slug, sizeof slug, "%u", number);
        page_row(page, slug, slug,
                 CELLS(exact(r.of[READ_RESIDENT_BEFORE], "B"), exact(r.of[READ_RESIDENT], "B")));
    }
    page_table_end(page);
    list_instruments(page);
    page_text(page, "make desk PATIENT=3 INSTRUMENT=profile reads; make desk PATIENT=3 SAYS=leak "
                    "judges.");
    return true;
}

static bool show_patient(struct page *page, const struct options *o, uint64_t seed)
{
    const char *instrument = o->own[OWN_INSTRUMENT], *says = o->own[OWN_SAYS];
    unsigned number = patient_named(o->own[OWN_PATIENT]), wanted = USE_MEMORY;
    const struct patient p = room_patient(number, o->keys, seed);
    struct readings r;
    if (!examine(&p, o->limit_bytes, &r))
        return false;
    if (instrument != NULL)
        wanted = instrument_named(instrument);
    page_text(page, "Patient %u.", number);
    for (unsigned i = 0; (instrument != NULL || says == NULL) && i < INSTRUMENTS; i++)
        if (wanted == INSTRUMENTS || wanted == i)
            show_instrument(page, (enum instrument)i, &r);
    if (says != NULL) {
        enum fault diagnosis = diagnosis_named(says);
        if (contradiction(&r, diagnosis) == RULES)
            confirm(page, diagnosis, &r);
        else
            contradict(page, diagnosis, &r);
    } else if (instrument == NULL) {
        list_instruments(page);
    }
    return true;
}

bool run_desk(const struct options *o, struct page *page)
{
    uint64_t seed = o->own[OWN_WHO] != NULL ? seed_of_name(o->own[OWN_WHO]) : o->seed;
    return o->own[OWN_PATIENT] != NULL ? show_patient(page, o, seed) : show_room(page, o, seed);
}
