/*
 * test_ctrl.c - the control word: SWAR and SSE2 against a loop over the bytes; the probe order.
 */
#include <criterion/criterion.h>

#include "hash/random.h"
#include "map/ctrl.h"
#include "map/probe.h"

TestSuite(ctrl, .timeout = 20);
TestSuite(probe, .timeout = 20);

enum { RANDOM_WORDS = 20000, EMPTY = 0x80, DELETED = 0xFE };

/* --- The obvious answers: a set of slots as eight bits --- */

static unsigned char byte_of(uint64_t word, unsigned slot)
{
    return (unsigned char)(word >> (8 * slot));
}

static unsigned slots_equal(uint64_t word, unsigned char byte)
{
    unsigned set = 0;
    for (unsigned i = 0; i < 8; i++)
        set |= (unsigned)(byte_of(word, i) == byte) << i;
    return set;
}

static unsigned slots_full(uint64_t word)
{
    unsigned set = 0;
    for (unsigned i = 0; i < 8; i++)
        set |= (unsigned)(byte_of(word, i) < 0x80) << i;
    return set;
}

/*
 * What SWAR's match of h2 names besides: a slot directly above a named one whose byte differs
 * from h2 in bit 0 only. That is the documented form, to the slot.
 */
static unsigned slots_named_by_borrow(uint64_t word, uint8_t h2)
{
    unsigned set = slots_equal(word, h2);
    for (unsigned i = 1; i < 8; i++)
        if ((set >> (i - 1) & 1) != 0 && byte_of(word, i) == (h2 ^ 1))
            set |= 1u << i;
    return set;
}

/* --- The two implementations' answers, as the same eight bits --- */

static unsigned swar_slots(uint64_t match)
{
    unsigned set = 0;
    for (unsigned i = 0; i < 8; i++) {
        cr_assert(byte_of(match, i) == 0 || byte_of(match, i) == 0x80);
        set |= (unsigned)(byte_of(match, i) != 0) << i;
    }
    return set;
}

/* Walks a match through the interface, whichever implementation stands behind it. */
static unsigned walked_slots(uint64_t match)
{
    unsigned set = 0, before = 0;
    for (; match != 0; match = ctrl_remove_first(match)) {
        unsigned slot = ctrl_first(match);
        cr_assert(slot < 8 && (set == 0 || slot > before));
        set |= 1u << slot;
        before = slot;
    }
    return set;
}

/* --- Words --- */

static void check_swar(uint64_t word)
{
    cr_assert_eq(swar_slots(swar_match_empty(word)), slots_equal(word, EMPTY));
    cr_assert_eq(swar_slots(swar_match_full(word)), slots_full(word));
    cr_assert_eq(swar_slots(swar_match_empty_or_deleted(word)), slots_full(word) ^ 0xFF);
}

static void check_interface(uint64_t word)
{
    unsigned full = walked_slots(ctrl_match_full(word));
    cr_assert_eq(full, slots_full(word));
    cr_assert_eq(walked_slots(ctrl_match_empty(word)), slots_equal(word, EMPTY));
    cr_assert_eq(walked_slots(ctrl_match_empty_or_deleted(word)), full ^ 0xFF);
    for (unsigned slot = 0; slot < 8; slot++) {
        uint64_t match = ctrl_remove_below(ctrl_match_full(word), slot);
        cr_assert_eq(walked_slots(match), full & (0xFFu << slot));
    }
}

#ifdef __SSE2__
static void check_sse2(uint64_t word)
{
    cr_assert_eq(sse2_match_empty(word), slots_equal(word, EMPTY));
    cr_assert_eq(sse2_match_full(word), slots_full(word));
    cr_assert_eq(sse2_match_empty_or_deleted(word), slots_full(word) ^ 0xFF);
    for (unsigned slot = 0; slot < 8; slot++)
        cr_assert_eq(sse2_remove_below(0xFF, slot), 0xFFu << slot & 0xFF);
}

static void check_sse2_h2(uint64_t word, uint8_t h2)
{
    cr_assert_eq(sse2_match_h2(word, h2), slots_equal(word, h2));
}
#else
static void check_sse2(uint64_t word)
{
    (void)word;
}

static void check_sse2_h2(uint64_t word, uint8_t h2)
{
    (void)word, (void)h2;
}
#endif

static void check_h2(uint64_t word, uint8_t h2)
{
    unsigned swar = swar_slots(swar_match_h2(word, h2));
    cr_assert_eq(swar, slots_named_by_borrow(word, h2), "word %016lx, h2 %02x: %02x",
                 (unsigned long)word, h2, swar);
    check_sse2_h2(word, h2);
    unsigned named = walked_slots(ctrl_match_h2(word, h2));
    cr_assert_eq(named & slots_equal(word, h2), slots_equal(word, h2));
    cr_assert_eq(named & ~slots_named_by_borrow(word, h2), 0);
}

static void check_word(uint64_t word)
{
    check_swar(word);
    check_sse2(word);
    check_interface(word);
}

/* A word as maps hold them: a state for each slot, fingerprints near h2 so that borrows occur. */
static uint64_t word_of_states(struct random *random, uint8_t h2)
{
    const unsigned char states[] = {EMPTY,           DELETED,   h2, h2 ^ 1,
                                    (h2 + 1) & 0x7F, h2 ^ 0x40, 0,  0x7F};
    uint64_t word = 0;
    for (unsigned i = 0; i < 8; i++)
        word = word << 8 | states[random_below(random, 8)];
    return word;
}

/* --- Tests --- */

/* Every byte that a control byte can be, in every slot, among every neighbour. */
Test(ctrl, answers_for_every_control_byte_in_every_slot)
{
    static const unsigned char around[] = {EMPTY, DELETED, 0x00, 0x01, 0x7E, 0x7F};
    for (unsigned n = 0; n < sizeof around; n++) {
        for (unsigned slot = 0; slot < 8; slot++) {
            for (unsigned byte = 0; byte < 0x80 + 2; byte++) {
                unsigned char state = (unsigned char)(byte < 0x80 ? byte
                                                      : byte == 0x80 ? EMPTY : DELETED);
                uint64_t lane = (uint64_t)0xFF << (8 * slot);
                uint64_t word = (0x0101010101010101u * around[n] & ~lane)
                                | (uint64_t)state << (8 * slot);
                check_word(word);
            }
        }
    }
}

Test(ctrl, names_every_fingerprint_in_random_words)
{
    struct random random = {.state = 1};
    for (unsigned i = 0; i < RANDOM_WORDS; i++) {
        uint8_t h2 = (uint8_t)(i % 0x80);
        uint64_t word = word_of_states(&random, h2);
        check_word(word);
        check_h2(word, h2);
        check_h2(word, h2 ^ 1);
        check_h2(word, (uint8_t)random_below(&random, 0x80));
    }
}

Test(ctrl, names_each_of_all_fingerprints)
{
    for (unsigned h2 = 0; h2 < 0x80; h2++) {
        uint64_t all = 0x0101010101010101u * h2;
        check_h2(all, (uint8_t)h2);
        for (unsigned slot = 0; slot < 8; slot++)
            for (unsigned other = 0; other < 0x80; other++)
                check_h2(all ^ (uint64_t)(h2 ^ other) << (8 * slot), (uint8_t)h2);
    }
}

/* The example of the fact sheet: bytes ...03 02, asked for 02. Only SWAR names both. */
Test(ctrl, swar_names_a_false_positive_where_it_is_said_to)
{
    uint64_t word = 0x8080808080800302u;
    cr_assert_eq(swar_slots(swar_match_h2(word, 2)), 3);
    cr_assert_eq(swar_slots(swar_match_h2(0x8080808080800203u, 2)), 2);
    cr_assert_eq(swar_slots(swar_match_h2(0x0303030303030302u, 2)), 0xFF);
    cr_assert_eq(swar_slots(swar_match_h2(0x0303030303030303u, 2)), 0);
}

Test(ctrl, takes_the_hash_apart)
{
    uint64_t hash = 0xFEDCBA9876543210u;
    cr_assert_eq(hash_h2(hash), 0x10);
    cr_assert_eq(hash_h2(0xFF), 0x7F);
    cr_assert_eq(hash_h1(hash), hash / 128);
    cr_assert_eq(hash_h1(hash) << 7 | hash_h2(hash), hash);
}

Test(ctrl, slot_i_is_byte_i_in_memory)
{
    unsigned char group[8] = {0, 1, 2, 3, 4, 5, 6, EMPTY};
    uint64_t word = ctrl_load(group);
    for (unsigned i = 0; i < 7; i++)
        cr_assert_eq(ctrl_first(ctrl_remove_below(ctrl_match_h2(word, (uint8_t)i), i)), i);
    cr_assert_eq(ctrl_first(ctrl_match_empty(word)), 7);
    ctrl_store(group, CTRL_ALL_EMPTY);
    for (unsigned i = 0; i < 8; i++)
        cr_assert_eq(group[i], EMPTY);
}

Test(ctrl, says_which_implementation_it_is)
{
#if defined(__SSE2__) && !defined(CTRL_PORTABLE)
    cr_assert_str_eq(CTRL_IMPLEMENTATION, "sse2");
    cr_assert_eq(ctrl_match_full(0x8080808080808000u), 1);
#else
    cr_assert_str_eq(CTRL_IMPLEMENTATION, "swar");
    cr_assert_eq(ctrl_match_full(0x8080808080808000u), 0x80);
#endif
}

/* --- The probe --- */

/* The k-th group is k(k+1)/2 behind the first, and none comes twice, for every number of
 * groups and every start. */
Test(probe, meets_every_group_once_at_triangular_distances)
{
    for (uint64_t groups = 1; groups <= 128; groups *= 2) {
        for (uint64_t start = 0; start < groups; start++) {
            bool met[128] = {false};
            struct probe probe = probe_start(start + 5 * groups, groups - 1);
            for (uint64_t k = 0; k < groups; k++, probe_next(&probe)) {
                cr_assert_eq(probe.offset, (start + k * (k + 1) / 2) % groups);
                cr_assert(!met[probe.offset]);
                met[probe.offset] = true;
            }
        }
    }
}
