/*
 * diagnosis.c - chapter 18: find it. All patients beside all instruments.
 *
 * Read        diagnosis_service.h (the patient), diagnosis_examine.c (the instruments),
 *             diagnosis_rules.c (from readings to a name), diagnosis_desk.c (what a student sees).
 */
#include "diagnosis_pages.h"


/* --- Tables ----------------------------------------------------------------- */

static void print_rules(struct page *page)
{
    page_text(page, "The rules. Each asks whether something is at least so much of a whole:");
    page_table(page, "rules", HEADS("rule", "instrument", "at least", "of what", "this"));
    for (unsigned i = 0; i < RULES; i++)
        page_row(page, rules[i].name, rules[i].name,
                 CELLS(word(instrument_names[rules[i].instrument]), exact(rules[i].percent, "%"),
                       word(rules[i].whole == READ_SLOTS ? "slots" : "resident"),
                       word(rules[i].part_words)));
    page_table_end(page);
}

static void print_shares(struct page *page, const struct rooms *rooms)
{
    page_text(page, "A patient with each fault: what each rule reads, in percent of its whole:");
    page_table(page, "share", HEADS("patient", "resident", "D1", "D2", "D3", "D4", "D5", "D6", "D7",
                                    "D8", "D9", "D10"));
    for (unsigned i = 0; i < FAULTS; i++) {
        const struct readings *r = &rooms->of[i][0];
        struct page_cell cells[1 + RULES] = {exact(r->of[READ_RESIDENT], "B")};
        for (unsigned rule = 0; rule < RULES; rule++)
            cells[1 + rule] = exact(rule_percent(&rules[rule], r), "%");
        page_row(page, diagnoses[i].slug, diagnoses[i].slug, cells);
    }
    page_table_end(page);
}

static void print_bytes(struct page *page, const struct rooms *rooms)
{
    page_text(page, "The same patients by the heap's counters, and what is in use once collected:");
    page_table(page, "memory", HEADS("patient", "before", "resident", "HeapAlloc", "HeapInuse",
                                     "collected"));
    for (unsigned i = 0; i < FAULTS; i++) {
        const uint64_t *of = rooms->of[i][0].of;
        page_row(page, diagnoses[i].slug, diagnoses[i].slug,
                 CELLS(exact(of[READ_RESIDENT_BEFORE], "B"), exact(of[READ_RESIDENT], "B"),
                       exact(of[READ_HEAP_ALLOC], "B"), exact(of[READ_HEAP_INUSE], "B"),
                       exact(of[READ_LIVING], "B")));
    }
    page_table_end(page);
}

static void print_swept(struct page *page, const struct rooms *rooms)
{
    uint64_t swept = 0, resident = 0;
    for (unsigned i = 0; i < FAULTS; i++) {
        swept += rooms->of[i][0].of[READ_SWEPT];
        resident += rooms->of[i][0].of[READ_RESIDENT_SWEPT];
    }
    page_figure(page, "swept", "all patients: what a collection takes off HeapAlloc",
                exact(swept, "B"));
    page_figure(page, "swept-resident", "all patients: what it takes off the resident bytes",
                exact(resident, "B"));
}

static void print_judgements(struct page *page, const struct rooms *rooms)
{
    page_text(page, "Each diagnosis of each patient: supported, or the rule that contradicts it:");
    page_table(page, "judged",
               HEADS("patient", "idle", "garbage", "zeros", "leak", "map", "slice", "pointers",
                     "healthy"));
    for (unsigned i = 0; i < FAULTS; i++) {
        struct page_cell cells[FAULTS];
        for (unsigned says = 0; says < FAULTS; says++) {
            unsigned against = contradiction(&rooms->of[i][0], (enum fault)says);
            cells[says] = word(against == RULES ? "yes" : rules[against].name);
        }
        page_row(page, diagnoses[i].slug, diagnoses[i].slug, cells);
    }
    page_table_end(page);
}

/* --- Verdicts --------------------------------------------------------------- */

static const char *const claim_ids[FAULTS] = {
    "idle-pages-told-apart", "garbage-told-apart", "zero-pages-told-apart", "leak-told-apart",
    "retained-map-told-apart", "retained-slice-told-apart", "stale-pointers-told-apart",
    "healthy-told-apart",
};

static void judge_fault(struct page *page, const struct rooms *rooms, enum fault fault)
{
    const struct rule *own = &rules[own_rule(fault)];
    uint64_t least = UINT64_MAX;
    unsigned named = 0;
    for (unsigned room = 0; room < ROOMS; room++) {
        uint64_t percent = rule_percent(own, &rooms->of[fault][room]);
        least = percent < least ? percent : least;
        named += diagnose(&rooms->of[fault][room]) == fault;
    }
    page_claim(page, claim_ids[fault], told_apart(rooms, fault),
               "named in %u of %u rooms, every other name contradicted; %s reads %u %% or more, "
               "and %u %% is enough", named, ROOMS, own->name, (unsigned)least, own->percent);
}

/* The profile of a fault in the runtime is that of a sound runtime. */
static bool judge_unseen(struct page *page, const struct options *o, enum fault fault)
{
    struct readings ill, sound;
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES];
    if (!unseen_run(fault, o->keys, o->seed, o->limit_bytes, &ill, &sound))
        return false;
    page_beyond(page, claim_ids[fault], "profile-alone", profiles_equal(&ill, &sound),
                "with the runtime set right the profile has the same figures in every row, and "
                "%s B are resident, not %s B", page_number(a, sound.of[READ_RESIDENT]),
                page_number(b, ill.of[READ_RESIDENT]));
    return true;
}

/* An instrument that answers the same for two of them, in every room. */
static void judge_alone(struct page *page, const struct rooms *rooms, enum fault a, enum fault b,
                        enum instrument instrument)
{
    char name[32];
    unsigned told = 0;
    for (unsigned room = 0; room < ROOMS; room++)
        told += instrument_tells(instrument, &rooms->of[a][room], &rooms->of[b][room]);
    snprintf(name, sizeof name, "%s-alone", instrument_names[instrument]);
    page_beyond(page, claim_ids[a], name, told == 0,
                "by %s alone it is told from %s in %u of %u rooms", instrument_names[instrument],
                diagnoses[b].slug, told, ROOMS);
}

/* On its way up the leak passes by what the retained map holds. */
static void judge_one_look(struct page *page, const struct rooms *rooms)
{
    const struct readings *leak = &rooms->of[FAULT_LEAK][0], *map = &rooms->of[FAULT_MAP][0];
    unsigned cycle = leak_passes(leak, map);
    char a[PAGE_NUMBER_BYTES], b[PAGE_NUMBER_BYTES], c[PAGE_NUMBER_BYTES];
    page_beyond(page, claim_ids[FAULT_LEAK], "one-look", cycle != 0,
                "HeapAlloc, collected, is %s B with the retained map; with the leak %s B and "
                "%s B, before and after cycle %u",
                page_number(a, map->cycles[CYCLE_COUNT - 1].heap_alloc),
                page_number(b, cycle == 0 ? 0 : leak->cycles[cycle - 2].heap_alloc),
                page_number(c, cycle == 0 ? 0 : leak->cycles[cycle - 1].heap_alloc), cycle);
}

/* A figure that lies for both in one range. */
static void judge_figure(struct page *page, const struct rooms *rooms, enum fault a, enum fault b,
                         enum reading reading, const char *name, const char *words)
{
    uint64_t least[2] = {UINT64_MAX, UINT64_MAX}, most[2] = {0, 0};
    const enum fault of[2] = {a, b};
    char text[4][PAGE_NUMBER_BYTES];
    for (unsigned i = 0; i < 2 * ROOMS; i++) {
        uint64_t bytes = rooms->of[of[i % 2]][i / 2].of[reading];
        least[i % 2] = bytes < least[i % 2] ? bytes : least[i % 2];
        most[i % 2] = bytes > most[i % 2] ? bytes : most[i % 2];
    }
    page_beyond(page, claim_ids[a], name, !reading_tells(rooms, reading, a, b),
                "%s is from %s B to %s B here, and with %s from %s B to %s B", words,
                page_number(text[0], least[0]), page_number(text[1], most[0]), diagnoses[b].slug,
                page_number(text[2], least[1]), page_number(text[3], most[1]));
}

static bool judge_two(struct page *page, const struct options *o)
{
    struct readings r;
    if (!two_faults_run(o->keys, o->seed, o->limit_bytes, &r))
        return false;
    page_beyond(page, claim_ids[FAULT_MAP], "two-faults", diagnose(&r) == FAULTS,
                "with a leak beside it %u rules speak against a retained map, %u against a leak",
                contradictions(&r, FAULT_MAP), contradictions(&r, FAULT_LEAK));
    return true;
}

static bool judge(struct page *page, const struct options *o, const struct rooms *rooms)
{
    for (unsigned i = 0; i < FAULTS; i++)
        judge_fault(page, rooms, (enum fault)i);
    judge_one_look(page, rooms);
    judge_alone(page, rooms, FAULT_MAP, FAULT_LEAK, USE_PROFILE);
    judge_alone(page, rooms, FAULT_SLICE, FAULT_POINTERS, USE_COPY);
    judge_alone(page, rooms, FAULT_POINTERS, FAULT_NONE, USE_LENGTH);
    judge_figure(page, rooms, FAULT_NONE, FAULT_MAP, READ_RESIDENT, "resident-alone",
                 "what is resident");
    return judge_unseen(page, o, FAULT_IDLE) && judge_unseen(page, o, FAULT_GARBAGE)
        && judge_unseen(page, o, FAULT_ZERO_PAGES) && judge_two(page, o);
}

/* --- The program ------------------------------------------------------------ */

static bool run_retain(const struct options *o, struct page *page)
{
    static struct rooms rooms;
    if (!rooms_run(o->keys, o->seed, o->limit_bytes, &rooms))
        return false;
    print_rules(page);
    print_bytes(page, &rooms);
    print_shares(page, &rooms);
    print_swept(page, &rooms);
    print_judgements(page, &rooms);
    return judge(page, o, &rooms);
}

static bool run_dot(const struct options *o, struct page *page)
{
    (void)o;
    draw_tree(page->out);
    return true;
}

enum { KEYS = 1 << 16, MOST_KEYS = 1 << 20 };

static const struct target targets[] = {
    {"retain", "every patient, every instrument, every diagnosis", run_retain, KEYS, MOST_KEYS},
    {"desk", "the waiting room; --patient N --instrument NAME reads, --says FAULT judges", run_desk,
     KEYS, MOST_KEYS},
    {"dot", "draws the tree of questions from the rules", run_dot, 0, 0},
    {NULL, NULL, NULL, 0, 0},
};

const struct program program = {
    .name = "18-diagnosis",
    .title = "Find it",
    .targets = targets,
    .pictures = (const char *const[]){"tree", NULL},
    .designs = (const char *const[]){"go1.24", NULL},
    .own = desk_options,
    .check = check_desk,
};
