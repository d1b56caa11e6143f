/*
 * test_match_control_word.c - the three answers, held against a loop over the bytes.
 *
 * The words: every combination of five telling bytes, and random ones.
 */
#include "match_control_word.h"

#include "map/ctrl.h"

#include <criterion/criterion.h>
#include <stdbool.h>
#include <stdio.h>
#include <time.h>

enum { KINDS = 5, PATTERNS = 390625, RANDOM = 100000, SHOWN = 24 };     /* 390,625 = 5 to the 8th */

static const uint8_t fingerprints[] = {0x02, 0x00, 0x01, 0x7F, 0x40};

/* --- Words and their bytes --- */

static uint8_t byte_of(uint64_t word, unsigned slot)
{
    return (uint8_t)(word >> (8 * slot));
}

static bool named(uint64_t answer, unsigned slot)
{
    return byte_of(answer, slot) & 0x80;
}

/* The bytes of a word as the chapter prints them, slot 0 first. */
static const char *bytes_of(uint64_t word)
{
    static char text[2][SHOWN + 1];
    static unsigned turn;
    char *to = text[turn++ % 2];
    for (unsigned slot = 0; slot < CTRL_SLOTS; slot++)
        snprintf(to + 3 * slot, 4, slot < 7 ? "%02x " : "%02x", byte_of(word, slot));
    return to;
}

/* Word number n: of the bytes that could be confused with h2, or drawn by chance. */
static uint64_t word_number(uint32_t n, uint8_t h2)
{
    const uint8_t telling[KINDS] = {h2, h2 ^ 1, (h2 + 0x23) & 0x7F, CTRL_EMPTY, CTRL_DELETED};
    uint64_t word = 0, chance = n * 0x9E3779B97F4A7C15u;
    for (unsigned slot = 0; slot < CTRL_SLOTS; slot++) {
        uint8_t byte = telling[n % KINDS];
        if (n >= PATTERNS) {
            chance = (chance ^ (chance >> 29)) * 0xBF58476D1CE4E5B9u;
            unsigned drawn = (unsigned)(chance >> 40) % 130;
            byte = drawn < 128 ? (uint8_t)drawn : drawn == 128 ? CTRL_EMPTY : CTRL_DELETED;
        } else {
            n /= KINDS;
            n += n >= PATTERNS ? PATTERNS : 0;
        }
        word |= (uint64_t)byte << (8 * slot);
    }
    return word;
}

/* Calls `look` with every word and h2, and the answer. */
static void for_every_word(void (*look)(uint64_t word, uint8_t h2, uint64_t answer))
{
    for (unsigned i = 0; i < sizeof fingerprints; i++)
        for (uint32_t n = 0; n < PATTERNS + RANDOM; n += i == 0 ? 1 : 7) {
            uint64_t word = word_number(n, fingerprints[i]);
            look(word, fingerprints[i], match_fingerprint(word, fingerprints[i]));
        }
}

/* --- Fingerprints --- */

static void look_for_misses(uint64_t word, uint8_t h2, uint64_t answer)
{
    for (unsigned slot = 0; slot < CTRL_SLOTS; slot++)
        cr_assert(byte_of(word, slot) != h2 || named(answer, slot),
                  "The bytes are %s, and %02x is looked for. Slot %u holds it and is not named: your "
                  "answer is %s. A key that is in the table would not be found.",
                  bytes_of(word), h2, slot, bytes_of(answer));
}

Test(match_control_word, every_match_is_named)
{
    for_every_word(look_for_misses);
}

static void look_at_free_slots(uint64_t word, uint8_t h2, uint64_t answer)
{
    for (unsigned slot = 0; slot < CTRL_SLOTS; slot++)
        cr_assert(byte_of(word, slot) < 0x80 || !named(answer, slot),
                  "The bytes are %s, and %02x is looked for. Slot %u is free, and is named: your "
                  "answer is %s. What was its highest bit before you began?",
                  bytes_of(word), h2, slot, bytes_of(answer));
}

Test(match_control_word, a_free_slot_has_no_fingerprint)
{
    for_every_word(look_at_free_slots);
}

static void look_for_vain(uint64_t word, uint8_t h2, uint64_t answer)
{
    for (unsigned slot = 0; slot < CTRL_SLOTS; slot++) {
        uint8_t byte = byte_of(word, slot);
        bool excused = byte == (h2 ^ 1) && slot > 0 && named(answer, slot - 1);
        cr_assert(byte == h2 || excused || !named(answer, slot),
                  "The bytes are %s, and %02x is looked for. Slot %u holds %02x and is named in vain: "
                  "your answer is %s. Only %02x right above a slot that is named is excused.",
                  bytes_of(word), h2, slot, byte, bytes_of(answer), h2 ^ 1);
    }
}

Test(match_control_word, a_match_in_vain_has_one_excuse)
{
    for_every_word(look_for_vain);
}

/* --- Empty, empty or deleted --- */

Test(match_control_word, an_empty_slot_is_named)
{
    for (uint32_t n = 0; n < PATTERNS + RANDOM; n++) {
        uint64_t word = word_number(n, 0x02), answer = match_empty(word);
        for (unsigned slot = 0; slot < CTRL_SLOTS; slot++)
            cr_assert(byte_of(word, slot) != CTRL_EMPTY || named(answer, slot),
                      "The bytes are %s. Slot %u is empty (80), and match_empty does not name it: %s. "
                      "A search would go on where it should stop.",
                      bytes_of(word), slot, bytes_of(answer));
    }
}

Test(match_control_word, a_tombstone_is_not_empty)
{
    for (uint32_t n = 0; n < PATTERNS + RANDOM; n++) {
        uint64_t word = word_number(n, 0x02), answer = match_empty(word);
        for (unsigned slot = 0; slot < CTRL_SLOTS; slot++)
            cr_assert(byte_of(word, slot) == CTRL_EMPTY || !named(answer, slot),
                      "The bytes are %s. Slot %u is %s (%02x), not empty, and match_empty names it: %s.",
                      bytes_of(word), slot, byte_of(word, slot) == CTRL_DELETED ? "deleted" : "full",
                      byte_of(word, slot), bytes_of(answer));
    }
}

Test(match_control_word, empty_and_deleted_are_both_free)
{
    for (uint32_t n = 0; n < PATTERNS + RANDOM; n++) {
        uint64_t word = word_number(n, 0x02), answer = match_empty_or_deleted(word);
        for (unsigned slot = 0; slot < CTRL_SLOTS; slot++)
            cr_assert(named(answer, slot) == (byte_of(word, slot) >= 0x80),
                      "The bytes are %s. Slot %u holds %02x, and match_empty_or_deleted %s it: %s. A byte "
                      "with the highest bit is free, whatever else is in it.",
                      bytes_of(word), slot, byte_of(word, slot),
                      named(answer, slot) ? "names" : "does not name", bytes_of(answer));
    }
}

/* --- The answer as such --- */

Test(match_control_word, an_answer_has_one_bit_for_a_slot)
{
    for (uint32_t n = 0; n < PATTERNS + RANDOM; n++) {
        uint64_t word = word_number(n, 0x02);
        const uint64_t answers[] = {match_fingerprint(word, 0x02), match_empty(word),
                                    match_empty_or_deleted(word)};
        for (unsigned i = 0; i < 3; i++)
            cr_assert((answers[i] & ~SWAR_HIGH_BITS) == 0,
                      "The bytes are %s, and %s answers %s: only the highest bit of a slot's byte may "
                      "be set in an answer, or a loop over its bits would see slots that are none.",
                      bytes_of(word), i == 0 ? "match_fingerprint" : i == 1 ? "match_empty" :
                      "match_empty_or_deleted", bytes_of(answers[i]));
    }
}

/* What the drill is to be faster than: compiled with the same flags. */
static uint64_t slot_after_slot(uint64_t word, uint8_t h2)
{
    uint64_t answer = 0;
    for (unsigned slot = 0; slot < CTRL_SLOTS; slot++)
        if ((uint8_t)(word >> (8 * slot)) == h2)
            answer |= (uint64_t)0x80 << (8 * slot);
    return answer;
}

/* Seconds of this thread that so many answers take; chained, so that none can be left out. */
static double seconds_of(uint64_t (*match)(uint64_t word, uint8_t h2))
{
    struct timespec from, to;
    uint64_t word = 0x0123456789ABCDEFu;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
    for (unsigned i = 0; i < 20000; i++)
        word = word * 0x9E3779B97F4A7C15u + match(word, i & 0x7F);
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
    cr_assert_neq(word, 0);
    return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) * 1e-9;
}

/* The best of many rounds, taken in turn: an interrupted one does not count. */
Test(match_control_word, it_asks_all_eight_at_once)
{
    double yours = 1, loop = 1;
    for (unsigned round = 0; round < 40; round++) {
        double seconds = seconds_of(match_fingerprint);
        yours = seconds < yours ? seconds : yours;
        seconds = seconds_of(slot_after_slot);
        loop = seconds < loop ? seconds : loop;
    }
    cr_expect_eq(match_fingerprint(0x8080808080800280u, 0x02), 0x8000,
                 "one slot of eight holds 02, and it is not the only one named");
    cr_assert(yours < loop / 2, "Your match_fingerprint takes %.0f %% of the time of a loop over the eight "
              "bytes; it should take less than half. Is there a loop over the slots, or a comparison for "
              "each?", yours / loop * 100);
}
