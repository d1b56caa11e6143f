/*
 * groups_of_eight_pages.c - chapter 2's targets: what the experiments find, printed and drawn.
 */
#include "groups_of_eight.h"

#include <inttypes.h>
#include <string.h>

#include "bench/bench.h"
#include "hash/hash_bad.h"
#include "program/program.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_dot.h"
#include "swiss/swiss_u64.h"

enum { GROUPS_SHOWN = 16, TEXT_BYTES = 40 };

/* --- Bytes as text -------------------------------------------------------- */

/* A control word as it lies in memory, slot 0 first: "0e 7e fe 80 ...". */
static const char *bytes_text(char text[TEXT_BYTES], uint64_t word)
{
    for (unsigned i = 0; i < CTRL_SLOTS; i++)
        snprintf(text + 3 * i, 4, "%02x%s", (unsigned)(word >> 8 * i & 0xFF), i < 7 ? " " : "");
    return text;
}

/* The eight bits of one lane of a word: "01011111". */
static const char *bits_text(char text[TEXT_BYTES], uint64_t word, unsigned lane)
{
    for (unsigned bit = 0; bit < 8; bit++)
        text[bit] = (word >> (8 * lane + 7 - bit) & 1) != 0 ? '1' : '0';
    text[8] = '\0';
    return text;
}

/* A set of slots: "2, 5", or "none". */
static const char *slots_text(char text[TEXT_BYTES], unsigned slots)
{
    size_t at = 0;
    strcpy(text, "none");
    for (unsigned i = 0; i < CTRL_SLOTS; i++)
        if ((slots >> i & 1) != 0)
            at += (size_t)snprintf(text + at, TEXT_BYTES - at, "%s%u", at > 0 ? ", " : "", i);
    return text;
}

static unsigned ones(unsigned slots)
{
    return (unsigned)__builtin_popcount(slots);
}

/* An empty table has nothing to show. False, and a sentence, for no keys at all. */
static bool has_keys(const struct options *options, struct page *page)
{
    if (options->keys == 0)
        page_text(page, "A table without a key has no walk to show: give one key or more.");
    return options->keys > 0;
}

/* --- retain: the groups --------------------------------------------------- */

static void print_groups(struct page *page, const struct swiss_table *t)
{
    uint64_t groups = t->group_mask + 1, shown = groups < GROUPS_SHOWN ? groups : GROUPS_SHOWN;
    char bytes[GROUPS_SHOWN][TEXT_BYTES], slug[TEXT_BYTES];
    page_text(page, "%u keys in one table of %u slots, %" PRIu64 " groups of 8. Its control bytes:",
              t->used, t->capacity, groups);
    page_table(page, "groups", HEADS("group", "control bytes, slot 0 to 7", "full", "empty"));
    for (uint64_t g = 0; g < shown; g++) {
        uint64_t word_of_group = ctrl_load(swiss_group(&swiss_u64_type, t, g));
        unsigned empty = ones(loop_match_empty(word_of_group));
        snprintf(slug, sizeof slug, "%" PRIu64, g);
        page_row(page, slug, slug, CELLS(word(bytes_text(bytes[g], word_of_group)),
                                         exact(CTRL_SLOTS - empty, ""), exact(empty, "")));
    }
    page_table_end(page);
    if (shown < groups)
        page_text(page, "... and %" PRIu64 " groups more.", groups - shown);
}

/* --- retain: hash and walk ------------------------------------------------ */

static void print_hash_row(struct page *page, const struct swiss *m, const char *slug,
                           uint64_t key, char text[3][TEXT_BYTES])
{
    uint64_t hash = hash_number(key, m->header->seed);
    char label[TEXT_BYTES];
    snprintf(label, sizeof label, "%" PRIu64, key);
    snprintf(text[0], TEXT_BYTES, "%016" PRIx64, hash);
    snprintf(text[1], TEXT_BYTES, "%015" PRIx64, hash_h1(hash));
    snprintf(text[2], TEXT_BYTES, "%02x", hash_h2(hash));
    page_row(page, slug, label,
             CELLS(word(text[0]), word(text[1]),
                   exact(hash_h1(hash) & m->header->directory[0]->group_mask, ""), word(text[2])));
}

static void print_hashes(struct page *page, const struct swiss *m, const struct walk *hit,
                         const struct walk *miss)
{
    char text[3][3][TEXT_BYTES];
    page_text(page, "How a hash is cut: h2 is its lowest 7 bits, h1 the rest. The probe starts in "
                    "group h1 mod %" PRIu64 ".", m->header->directory[0]->group_mask + 1);
    page_table(page, "hashes", HEADS("key", "hash", "h1", "group", "h2"));
    print_hash_row(page, m, "first", 1, text[0]);
    print_hash_row(page, m, "hit", hit->key, text[1]);
    print_hash_row(page, m, "miss", miss->key, text[2]);
    page_table_end(page);
}

static const char *step_verdict(const struct walk *w, unsigned i)
{
    if (w->step[i].found)
        return "the key";
    return w->step[i].empty ? "absent" : "go on";
}

static void print_walk(struct page *page, const char *name, const struct walk *w)
{
    char text[WALK_STEPS][2][TEXT_BYTES];
    page_text(page, "The longest way to a key that is %s: key %" PRIu64 ", h2 = %02x.",
              w->found ? "there" : "not there", w->key, hash_h2(w->hash));
    page_table(page, name, HEADS("step", "group", "control bytes", "h2 in", "empty", "so"));
    for (unsigned i = 0; i < w->steps; i++) {
        const struct walk_step *step = &w->step[i];
        char label[TEXT_BYTES];
        snprintf(label, sizeof label, "%u", i + 1);
        page_row(page, label, label,
                 CELLS(exact(step->group, ""), word(bytes_text(text[i][0], step->word)),
                       word(slots_text(text[i][1], step->candidates)),
                       word(step->empty ? "yes" : "no"), word(step_verdict(w, i))));
    }
    page_table_end(page);
}

/* --- retain: SWAR --------------------------------------------------------- */

static void print_lanes(struct page *page, const char *slug, const char *label, uint64_t lanes)
{
    static char text[16][CTRL_SLOTS][TEXT_BYTES];
    static unsigned next;
    char(*row)[TEXT_BYTES] = text[next++ % 16];     /* kept until the table ends */
    struct page_cell cells[CTRL_SLOTS];
    for (unsigned i = 0; i < CTRL_SLOTS; i++)
        cells[i] = word(bits_text(row[i], lanes, CTRL_SLOTS - 1 - i));
    page_row(page, slug, label, cells);
}

static void print_swar(struct page *page, const char *name, uint64_t word, uint8_t h2)
{
    struct swar_steps s = swar_worked(word, h2);
    char swar[TEXT_BYTES], sse2[TEXT_BYTES];
    page_table(page, name, HEADS("slot", "7", "6", "5", "4", "3", "2", "1", "0"));
    print_lanes(page, "word", "control", s.word);
    print_lanes(page, "h2s", "h2 eightfold", s.h2s);
    print_lanes(page, "x", "x: their XOR", s.x);
    print_lanes(page, "minus", "x - 01..01", s.minus);
    print_lanes(page, "masked", "... & ~x", s.masked);
    print_lanes(page, "match", "... & 80..80", s.match);
    page_table_end(page);
    page_text(page, "SWAR names: %s. SSE2 compares the bytes themselves and names: %s.",
              slots_text(swar, swar_slots(s.match)), slots_text(sse2, sse2_slots_h2(word, h2)));
}

enum { AGREEMENT_WORDS = 1000000 };

static void print_agreement_verdicts(struct page *page, const struct agreement *patterns,
                                     const struct agreement *random)
{
    char all[PAGE_NUMBER_BYTES], wrong[2][PAGE_NUMBER_BYTES], of[2][PAGE_NUMBER_BYTES];
    page_claim(page, "match-agrees", agreement_holds(patterns) && agreement_holds(random),
               "%s words: no slot missed, and none named in vain but as in 03 02",
               page_number(all, patterns->words + random->words));
    page_beyond(page, "match-agrees", "without-the-exception", patterns->false_words > 0,
                "SWAR names a slot too many in %s of %s patterns and in %s of %s random words",
                page_number(wrong[0], patterns->false_words), page_number(of[0], patterns->words),
                page_number(wrong[1], random->false_words), page_number(of[1], random->words));
}

static void print_agreement(struct page *page, uint64_t seed)
{
    struct agreement patterns, random;
    agreement_of_patterns(&patterns);
    agreement_of_random(AGREEMENT_WORDS, seed, &random);
    page_text(page, "The same question put to a loop over the bytes, to SWAR and to SSE2:");
    page_table(page, "agree", HEADS("words", "tried", "SSE2 wrong", "SWAR missed", "SWAR extra",
                                    "extra unlike 03 02"));
    const struct { const char *slug, *label; const struct agreement *a; } rows[] = {
        {"patterns", "all patterns", &patterns}, {"random", "random", &random}};
    for (unsigned i = 0; i < 2; i++) {
        const struct agreement *a = rows[i].a;
        page_row(page, rows[i].slug, rows[i].label,
                 CELLS(exact(a->words, ""), exact(a->wrong_sse2, ""), exact(a->missed, ""),
                       exact(a->false_slots, ""), exact(a->wrong_h2, "")));
    }
    page_table_end(page);
    print_agreement_verdicts(page, &patterns, &random);
}

/* --- retain: the tombstone ------------------------------------------------ */

static void print_tombstone_row(struct page *page, const char *slug, const char *label,
                                uint64_t bytes, const struct walk *w, char text[TEXT_BYTES])
{
    page_row(page, slug, label, CELLS(word(bytes_text(text, bytes)), exact(w->steps, "groups"),
                                      word(w->found ? "found" : "lost")));
}

static void print_tombstone_example(struct page *page, const struct tombstones *r)
{
    char text[3][TEXT_BYTES];
    page_text(page, "Key %" PRIu64 " is deleted from group %" PRIu64 ". The way to key %" PRIu64
                    " leads through that group:", r->deleted, r->group, r->behind);
    page_table(page, "tombstone", HEADS("group", "control bytes", "walk", "key behind"));
    print_tombstone_row(page, "deleted", "as deleted", r->after, &r->with_tombstone, text[0]);
    print_tombstone_row(page, "patched", "fe made 80 in a copy", r->patched, &r->with_empty,
                        text[1]);
    print_tombstone_row(page, "restored", "fe again in the copy", r->after, &r->restored, text[2]);
    page_table_end(page);
}

static void print_tombstone_counts(struct page *page, const struct tombstones *r)
{
    page_text(page, "Each key deleted in turn, and put back:");
    page_table(page, "deletes", HEADS("group", "deletes", "tombstones", "keys lost",
                                      "lost if empty"));
    page_row(page, "full", "without an empty slot",
             CELLS(exact(r->full_deletes, ""), exact(r->full_tombstones, ""),
                   exact(r->full_lost, ""), exact(r->would_lose, "")));
    page_row(page, "open", "with an empty slot",
             CELLS(exact(r->open_deletes, ""), exact(r->open_tombstones, ""),
                   exact(r->open_lost, ""), exact(r->open_would_lose, "")));
    page_table_end(page);
}

static void print_tombstones(struct page *page, const struct tombstones *r)
{
    if (!r->shown) {
        page_text(page, "No key lies behind a full group here: give more keys to see a tombstone.");
        return;
    }
    print_tombstone_example(page, r);
    print_tombstone_counts(page, r);
    page_claim(page, "tombstone-keeps-probe", tombstones_keep_probes(r),
               "%" PRIu64 " deletes from full groups lose no key; with an empty slot in the "
               "tombstone's place %" PRIu64 " of them would", r->full_deletes, r->cutting);
    page_beyond(page, "tombstone-keeps-probe", "group-with-an-empty-slot",
                open_groups_need_none(r),
                "%" PRIu64 " deletes from groups that have an empty slot leave an empty slot, "
                "and lose no key either", r->open_deletes);
}

/* --- retain --------------------------------------------------------------- */

static void print_map(struct page *page, const struct swiss *m, uint64_t keys)
{
    struct walk hit, miss;
    longest_walks(&swiss_u64_type, m, keys, &hit, &miss);
    print_groups(page, m->header->directory[0]);
    print_hashes(page, m, &hit, &miss);
    print_walk(page, "hit", &hit);
    print_walk(page, "miss", &miss);
    const struct walk_step *last = &hit.step[hit.steps - 1];
    page_text(page, "Where is %02x in group %" PRIu64 "? All eight lanes at once:",
              hash_h2(hit.hash), last->group);
    print_swar(page, "swar", last->word, hash_h2(hit.hash));
    page_text(page, "A word made up for SWAR's one mistake: where is 02?");
    print_swar(page, "borrow", UINT64_C(0x8080808080800302), 0x02);
}

static bool retain(const struct options *options, struct page *page)
{
    struct specimen s;
    struct tombstones tombstones;
    if (!has_keys(options, page))
        return true;
    if (!specimen_new(&s, &swiss_u64_type, options->keys, options->keys, options->seed,
                      options->limit_bytes))
        return false;
    print_map(page, &s.m, options->keys);
    specimen_free(&s, &swiss_u64_type);
    print_agreement(page, options->seed);
    if (!tombstones_run(options->keys, options->seed, options->limit_bytes, &tombstones))
        return false;
    print_tombstones(page, &tombstones);
    return true;
}

/* --- bench: counts -------------------------------------------------------- */

static void print_loads(struct page *page, const struct load loads[LOADS])
{
    page_text(page, "%d tables of %" PRIu64 " slots at each load; every key looked up, and as many "
                    "absent ones:", LOAD_MAPS, loads[0].slots);
    page_table(page, "load", HEADS("load", "entries", "groups/hit", "groups/miss",
                                   "compared/hit", "compared/miss"));
    for (unsigned i = 0; i < LOADS; i++) {
        const struct load *l = &loads[i];
        char label[TEXT_BYTES];
        snprintf(label, sizeof label, "%.1f %%",
                 100 * (double)l->entries / (double)l->slots);
        char slug[2] = {(char)('1' + i), 0};
        page_row(page, slug, label,
                 CELLS(exact(l->entries, ""), exact_real(mean_groups(&l->hit), 3, ""),
                       exact_real(mean_groups(&l->miss), 3, ""),
                       exact_real(mean_compares(&l->hit), 3, ""),
                       exact_real(mean_compares(&l->miss), 3, "")));
    }
    page_table_end(page);
}

static void print_false_row(struct page *page, const char *slug, const char *label,
                            const struct lookups *l)
{
    double rate = l->full_groups == 0 ? 0 : (double)l->full_false / (double)l->full_groups;
    page_row(page, slug, label,
             CELLS(exact(l->groups, ""), exact(l->full_groups, ""), exact(l->full_false, ""),
                   exact_real(rate, 4, ""), exact_real(8.0 / 128, 4, ""),
                   exact(l->swar_compares - l->compares, "")));
}

static void print_false(struct page *page, const struct load *full)
{
    page_text(page, "False candidates at the highest load: slots that hold h2 and another key.");
    page_table(page, "false", HEADS("lookups", "groups", "with 8 keys", "false", "per group",
                                    "8/128", "SWAR more"));
    print_false_row(page, "hit", "hits", &full->hit);
    print_false_row(page, "miss", "misses", &full->miss);
    page_table_end(page);
}

/* --- bench: bad hashes ---------------------------------------------------- */

struct named_hash {
    const char *name;                   /* "hash-low7": the counterexample */
    const char *says;                   /* in the table */
    uint64_t (*hash)(const void *, uint64_t);
};

static const struct named_hash named_hashes[] = {
    {"good", "good", hash_u64},
    {"identity", "the key itself", hash_identity},
    {"low7", "only h2 varies", hash_low7},
    {"high", "only the top varies", hash_high},
};
enum { HASHES = 4 };

static void print_hash_rows(struct page *page, const struct load loads[HASHES])
{
    page_text(page, "One table at the highest load, with hashes that are bad on purpose:");
    page_table(page, "hash", HEADS("hash", "groups/hit", "groups/miss", "compared/hit",
                                   "compared/miss", "by SWAR"));
    for (unsigned i = 0; i < HASHES; i++) {
        const struct load *l = &loads[i];
        double swar = (double)l->miss.swar_compares / (double)l->miss.count;
        page_row(page, named_hashes[i].name, named_hashes[i].says,
                 CELLS(exact_real(mean_groups(&l->hit), 2, ""),
                       exact_real(mean_groups(&l->miss), 2, ""),
                       exact_real(mean_compares(&l->hit), 2, ""),
                       exact_real(mean_compares(&l->miss), 2, ""), exact_real(swar, 2, "")));
    }
    page_table_end(page);
}

static void print_screens_eight(struct page *page, const struct load *full,
                                const struct load hashes[HASHES])
{
    page_claim(page, "one-compare-screens-eight", screens_eight(full),
               "with %" PRIu64 " of %" PRIu64 " slots full a hit compares %.3f keys and a miss "
               "%.3f; one in 128 of the full slots seen is %.3f", full->entries, full->slots,
               mean_compares(&full->hit), mean_compares(&full->miss),
               (double)full->miss.full_slots / 128 / (double)full->miss.count);
    for (unsigned i = 1; i < HASHES; i++)
        page_beyond(page, "one-compare-screens-eight", named_hashes[i].name,
                    !screens_eight(&hashes[i]),
                    "%s: a hit compares %.2f keys and a miss %.2f", named_hashes[i].says,
                    mean_compares(&hashes[i].hit), mean_compares(&hashes[i].miss));
}

/* --- bench: limits -------------------------------------------------------- */

static void print_limits(struct page *page, const struct limit limits[LIMITS])
{
    page_text(page, "How full a map gets before an insert makes it larger:");
    page_table(page, "limit", HEADS("room", "slots", "entries", "load", "objects"));
    for (unsigned i = 0; i < LIMITS; i++) {
        const struct limit *l = &limits[i];
        char slots[TEXT_BYTES];
        snprintf(slots, sizeof slots, "%" PRIu64, l->slots);
        page_row(page, slots, i == 0 ? "one group" : i == 1 ? "smallest table" : "table",
                 CELLS(exact(l->slots, ""), exact(l->entries, ""),
                       exact_real(100 * (double)l->entries / (double)l->slots, 1, "%"),
                       exact(l->objects, "")));
    }
    page_table_end(page);
}

/* --- bench: time ---------------------------------------------------------- */

enum { MATCH_WORDS = 1024, MATCH_ROUNDS = 1000 };

struct match_work {
    uint64_t word[MATCH_WORDS];
    uint8_t h2[MATCH_WORDS];
};

/* Makes the compiler believe that somebody reads this, so that it is computed, one word
 * after the other. */
static inline void is_read(uint64_t match)
{
    __asm__ volatile("" : : "r"(match));
}

static uint64_t run_swar(void *context)
{
    const struct match_work *work = context;
    for (unsigned round = 0; round < MATCH_ROUNDS; round++)
        for (unsigned i = 0; i < MATCH_WORDS; i++)
            is_read(swar_match_h2(work->word[i], work->h2[i]));
    return MATCH_WORDS * MATCH_ROUNDS;
}

static uint64_t run_sse2(void *context)
{
    const struct match_work *work = context;
    for (unsigned round = 0; round < MATCH_ROUNDS; round++)
        for (unsigned i = 0; i < MATCH_WORDS; i++)
#ifdef __SSE2__
            is_read(sse2_match_h2(work->word[i], work->h2[i]));
#else
            is_read(sse2_slots_h2(work->word[i], work->h2[i]));
#endif
    return MATCH_WORDS * MATCH_ROUNDS;
}

static uint64_t run_loop(void *context)
{
    const struct match_work *work = context;
    for (unsigned round = 0; round < MATCH_ROUNDS; round++)
        for (unsigned i = 0; i < MATCH_WORDS; i++)
            is_read(loop_match_h2(work->word[i], work->h2[i]));
    return MATCH_WORDS * MATCH_ROUNDS;
}

/* Words of a full table, asked for fingerprints at random. */
static bool match_work_fill(struct match_work *work, uint64_t seed, uint64_t limit)
{
    struct specimen s;
    if (!specimen_new(&s, &swiss_u64_type, ONE_TABLE_KEYS, ONE_TABLE_KEYS, seed, limit))
        return false;
    const struct swiss_table *t = specimen_table(&s);
    struct random random = {.state = seed};
    for (unsigned i = 0; i < MATCH_WORDS; i++) {
        work->word[i] = ctrl_load(swiss_group(&swiss_u64_type, t, i & t->group_mask));
        work->h2[i] = (uint8_t)random_below(&random, 128);
    }
    specimen_free(&s, &swiss_u64_type);
    return true;
}

static void print_times(const struct options *options, struct page *page,
                        const struct bench_case cases[], const struct bench_result results[])
{
    if (options->benchfmt)
        bench_write_units(page->out);
    for (unsigned i = 0; options->benchfmt && i < 3; i++)
        bench_write_lines(page->out, cases[i].name, NULL, &results[i]);
    if (options->benchfmt)
        return;
    page_text(page, "One question to one group, on this machine:");
    page_table(page, "match", HEADS("matcher", "a group", "times SWAR"));
    for (unsigned i = 0; i < 3; i++)
        page_row(page, cases[i].name, cases[i].name,
                 CELLS(measured(results[i].median_ns, "ns"),
                       measured(bench_ratio(&results[i], &results[0]), "")));
    page_table_end(page);
}

static bool bench_matchers(const struct options *options, struct page *page)
{
    static struct match_work work;
    const struct bench_case cases[] = {
        {.name = "swar", .run = run_swar, .context = &work},
        {.name = "sse2", .run = run_sse2, .context = &work},
        {.name = "loop", .run = run_loop, .context = &work},
    };
    struct bench_result results[3];
    if (!match_work_fill(&work, options->seed, options->limit_bytes)
        || !bench_run(cases, results, 3, options->rounds))
        return false;
    print_times(options, page, cases, results);
    return true;
}

/* --- bench ---------------------------------------------------------------- */

static bool bench_counts(const struct options *options, struct page *page)
{
    struct load loads[LOADS], hashes[HASHES];
    struct limit limits[LIMITS];
    if (!loads_run(options->keys, options->seed, options->limit_bytes, loads)
        || !limits_run(options->seed, options->limit_bytes, limits))
        return false;
    for (unsigned i = 0; i < HASHES; i++)
        if (!hash_run(named_hashes[i].hash, options->keys, options->seed, options->limit_bytes,
                      &hashes[i]))
            return false;
    print_loads(page, loads);
    print_false(page, &loads[LOADS - 1]);
    print_hash_rows(page, hashes);
    print_limits(page, limits);
    print_screens_eight(page, &loads[LOADS - 1], hashes);
    return true;
}

static bool bench(const struct options *options, struct page *page)
{
    if (!has_keys(options, page))
        return true;
    if (!options->benchfmt && !bench_counts(options, page))
        return false;
    return bench_matchers(options, page);
}

/* --- dot ------------------------------------------------------------------ */

/* The group where the longest walk to a key ends, bit by bit. */
static void draw_group(struct dot *dot, const struct swiss *m, uint64_t keys)
{
    struct walk hit, miss;
    longest_walks(&swiss_u64_type, m, keys, &hit, &miss);
    uint64_t g = hit.steps == 0 ? 0 : hit.step[hit.steps - 1].group;
    char heading[TEXT_BYTES * 2];
    snprintf(heading, sizeof heading, "group %" PRIu64 " of a table of %u slots", g,
             m->header->directory[0]->capacity);
    swiss_dot_group(dot, &swiss_u64_type, &swiss_print_u64,
                    swiss_group(&swiss_u64_type, m->header->directory[0], g), heading, true);
}

/* Deletes three keys in ten; then marks the longest walk to a key that stayed. */
static void draw_tombstones(struct dot *dot, struct swiss *m, uint64_t keys)
{
    struct walk longest = {.steps = 0}, w;
    uint64_t deleted = keys * 3 / 10;
    for (uint64_t key = 1; key <= deleted; key++)
        swiss_u64_del(m, key);
    for (uint64_t key = deleted + 1; key <= keys; key++) {
        walk_key(&swiss_u64_type, m, key, &w);
        if (w.steps > longest.steps)
            longest = w;
    }
    struct swiss_dot_probe probe = {longest.hash};
    swiss_dot_table(dot, &swiss_u64_type, m->header->directory[0], &probe, NULL);
    dot_note(dot, "%" PRIu64 " of %" PRIu64 " keys deleted: %" PRIu64 " tombstones. Marked: the "
                  "way to key %" PRIu64 " (h2 = %02x).", deleted, keys,
             swiss_tombstone_count(&swiss_u64_type, m), longest.key, hash_h2(longest.hash));
}

static bool draw(const struct options *options, struct page *page)
{
    struct specimen s;
    bool tombstones = strcmp(options->picture, "tombstones") == 0;
    uint64_t keys = tombstones ? 2 * options->keys : options->keys;
    if (!specimen_new(&s, &swiss_u64_type, keys, keys, options->seed, options->limit_bytes))
        return false;
    struct dot dot;
    dot_begin(&dot, page->out, NULL, "TB");
    if (tombstones)
        draw_tombstones(&dot, &s.m, keys);
    else
        draw_group(&dot, &s.m, keys);
    dot_end(&dot);
    specimen_free(&s, &swiss_u64_type);
    return true;
}

const struct program program = {
    .name = "02-groups-of-eight",
    .title = "One comparison, eight slots",
    .targets = (const struct target[]){
        {"retain", "a live table: groups, walks, matches, tombstones", retain, FULL_KEYS,
         ONE_TABLE_KEYS},
        {"bench", "groups touched and keys compared at rising load; ns of a match", bench,
         ONE_TABLE_KEYS, ONE_TABLE_KEYS},
        {"versions", "the same look-ups in the maps of Go 1.23, Go 1.24 and Rust", versions_page,
         0, 0},
        {"dot", "a picture of live memory", draw, FULL_KEYS, ONE_TABLE_KEYS / 2},
        {.name = NULL}},
    .pictures = (const char *const[]){"group", "tombstones", NULL},
    .designs = (const char *const[]){"go1.24", NULL},
};
