/*
 * test_hash.c - are the hashes good at both ends, and the streams of chance what they say?
 *
 * A Swiss map takes a table from the top bits of a hash, a group from bits 7 and up, and the
 * fingerprint from the lowest seven. So each of these fields must look drawn by chance, for the
 * keys that people really use: one, two, three, ... Everything here has fixed seeds.
 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>

#include "hash/hash.h"
#include "hash/hash_bad.h"
#include "hash/random.h"

TestSuite(hash, .timeout = 20);
TestSuite(random, .timeout = 20);

enum { SEEDS = 8, KEYS = 1 << 14 };

static const struct key_kind {
    const char *name;
    uint64_t (*hash)(uint64_t number, uint64_t seed);
} kinds[];

/* --- Numbers to keys of each kind --- */

static uint64_t u64_of(uint64_t number, uint64_t seed)
{
    return hash_u64(&number, seed);
}

static uint64_t u64_by_1024_of(uint64_t number, uint64_t seed)
{
    number <<= 10;
    return hash_u64(&number, seed);
}

static uint64_t u64_high_of(uint64_t number, uint64_t seed)
{
    number <<= 40;
    return hash_u64(&number, seed);
}

static uint64_t u32_of(uint64_t number, uint64_t seed)
{
    uint32_t key = (uint32_t)number;
    return hash_u32(&key, seed);
}

static uint64_t str_of(uint64_t number, uint64_t seed)
{
    char text[24];
    int length = snprintf(text, sizeof text, "key-%lu", (unsigned long)number);
    return hash_str(&(struct str){.bytes = text, .length = (uint64_t)length}, seed);
}

static uint64_t wide_of(uint64_t number, uint64_t seed)
{
    struct wide_key key = {{0}};
    memcpy(key.bytes + 120, &number, sizeof number);
    return hash_wide(&key, seed);
}

static uint64_t f64_of(uint64_t number, uint64_t seed)
{
    double key = (double)number;
    return hash_f64(&key, seed);
}

static uint64_t nan_of(uint64_t number, uint64_t seed)
{
    (void)number;
    double key = NAN;
    return hash_f64(&key, seed);
}

static const struct key_kind kinds[] = {
    {"u64", u64_of}, {"u64 by 1024", u64_by_1024_of}, {"u64 << 40", u64_high_of},
    {"u32", u32_of}, {"str", str_of}, {"wide", wide_of}, {"f64", f64_of}, {"NaN", nan_of},
};
enum { KINDS = sizeof kinds / sizeof kinds[0] };

/* --- Chi-square: how far 256 counts are from equal ones --- */

/*
 * The value of 256 cells has mean 255 and standard deviation 22.6. With a few hundred values
 * looked at, one in 160 to 390 (six deviations above) is what chance allows; all seeds are
 * fixed, so a test that passes once passes always.
 */
static double chi_square(const struct key_kind *kind, uint64_t seed, unsigned shift)
{
    unsigned counts[256] = {0};
    for (uint64_t number = 0; number < KEYS; number++)
        counts[kind->hash(number, seed) >> shift & 0xFF]++;
    double sum = 0, expected = KEYS / 256.0;
    for (unsigned i = 0; i < 256; i++)
        sum += (counts[i] - expected) * (counts[i] - expected) / expected;
    return sum;
}

static bool looks_random(double chi)
{
    return chi > 160 && chi < 390;
}

static void check_field(unsigned shift, const char *field)
{
    struct random random = {.state = 42};
    for (unsigned k = 0; k < KINDS; k++) {
        for (unsigned s = 0; s < SEEDS; s++) {
            double chi = chi_square(&kinds[k], random_next(&random), shift);
            cr_expect(looks_random(chi), "%s: the %s of %s: chi-square %.0f", kinds[k].name, field,
                      kinds[k].name, chi);
        }
    }
}

Test(hash, top_bits_choose_tables_evenly)
{
    check_field(56, "top byte");
}

Test(hash, bits_from_7_on_choose_groups_evenly)
{
    check_field(7, "bits 7 to 14");
}

Test(hash, low_bits_make_fingerprints_evenly)
{
    check_field(0, "low byte");
}

/* The yardstick itself: of hashes that are wrong on purpose it says so. */
Test(hash, the_yardstick_finds_bad_hashes)
{
    unsigned counts[3][256] = {{0}};
    double chi[3] = {0};
    for (uint64_t number = 0; number < KEYS; number++) {
        counts[0][hash_identity(&number, 1) >> 56]++;
        counts[1][hash_low7(&number, 1) >> 7 & 0xFF]++;
        counts[2][hash_high(&number, 1) & 0xFF]++;
    }
    for (unsigned h = 0; h < 3; h++) {
        for (unsigned i = 0; i < 256; i++)
            chi[h] += (counts[h][i] - KEYS / 256.0) * (counts[h][i] - KEYS / 256.0);
        cr_expect(!looks_random(chi[h] / (KEYS / 256.0)));
    }
}

/* --- Avalanche --- */

/* A flipped bit of the key, or of the seed, flips each bit of the hash half of the time. */
static void check_avalanche(const char *what, bool flip_seed)
{
    enum { TRIES = 4000 };
    struct random random = {.state = 7};
    for (unsigned in = 0; in < 64; in++) {
        unsigned flips[64] = {0};
        for (unsigned n = 0; n < TRIES; n++) {
            uint64_t key = random_next(&random), seed = random_next(&random);
            uint64_t bit = (uint64_t)1 << in;
            uint64_t other_key = flip_seed ? key : key ^ bit;
            uint64_t other_seed = flip_seed ? seed ^ bit : seed;
            uint64_t change = hash_number(key, seed) ^ hash_number(other_key, other_seed);
            for (unsigned out = 0; out < 64; out++)
                if ((change >> out & 1) != 0)
                    flips[out]++;
        }
        for (unsigned out = 0; out < 64; out++)
            cr_expect(flips[out] > TRIES * 0.45 && flips[out] < TRIES * 0.55,
                      "%s bit %u flips hash bit %u in %u of %d", what, in, out, flips[out], TRIES);
    }
}

Test(hash, every_bit_of_the_key_reaches_every_bit)
{
    check_avalanche("key", false);
}

Test(hash, every_bit_of_the_seed_reaches_every_bit)
{
    check_avalanche("seed", true);
}

/* Texts and wide keys are hashed by another function; it starts from the seed too. */
Test(hash, every_bit_of_the_seed_changes_texts_and_wide_keys)
{
    const struct str text = {"text", 4};
    const struct wide_key wide = {{1}};
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t seed = (uint64_t)1 << bit;
        cr_assert_neq(hash_str(&text, 0), hash_str(&text, seed), "seed bit %u", bit);
        cr_assert_neq(hash_wide(&wide, 0), hash_wide(&wide, seed), "seed bit %u", bit);
    }
}

/* --- Table counts: what a map really makes of the top bits --- */

/* Keys in the fullest of 1024 prefixes, of 1 << 19 sequential keys: 512 each by chance, deviation
 * 22.6. An even spread is as wrong as a lumpy one: a map would split at other times than Go's. */
Test(hash, sequential_keys_fill_prefixes_as_by_chance)
{
    for (uint64_t seed = 1; seed <= 3; seed++) {
        unsigned counts[1024] = {0};
        for (uint64_t number = 0; number < (1 << 19); number++)
            counts[u64_of(number, seed) >> 54]++;
        double sum = 0;
        unsigned most = 0;
        for (unsigned i = 0; i < 1024; i++) {
            sum += (counts[i] - 512.0) * (counts[i] - 512.0);
            most = counts[i] > most ? counts[i] : most;
        }
        double deviation = sqrt(sum / 1024);
        cr_expect(deviation > 20 && deviation < 25.5, "deviation %.1f", deviation);
        cr_expect(most > 560 && most < 640, "the fullest has %u", most);
    }
}

/* --- Strings --- */

/* Lengths 0 to 40 of zeros, and of a text with zeros behind: all hash differently. */
Test(hash, strings_differ_by_their_length)
{
    char zeros[41] = {0}, letter[41] = "a";
    uint64_t hashes[81];
    unsigned count = 0;
    for (uint64_t length = 0; length <= 40; length++) {
        struct str z = {zeros, length}, l = {letter, length};
        hashes[count++] = hash_str(&z, 99);
        if (length > 0)
            hashes[count++] = hash_str(&l, 99);
    }
    for (unsigned i = 0; i < count; i++)
        for (unsigned j = 0; j < i; j++)
            cr_assert_neq(hashes[i], hashes[j], "texts %u and %u", i, j);
}

/* Every byte of a string counts, at every length, wherever it stands. */
Test(hash, every_byte_of_a_string_counts)
{
    char text[41];
    memset(text, 'x', sizeof text);
    for (uint64_t length = 1; length <= 40; length++) {
        uint64_t whole = hash_bytes(text, length, 5);
        cr_assert_neq(whole, hash_bytes(text, length, 6));
        for (uint64_t i = 0; i < length; i++) {
            text[i] = 'y';
            cr_assert_neq(hash_bytes(text, length, 5), whole, "byte %lu of %lu",
                          (unsigned long)i, (unsigned long)length);
            text[i] = 'x';
        }
    }
}

Test(hash, equal_strings_at_other_addresses_hash_and_compare_alike)
{
    char a[] = "the same", b[] = "the same", c[] = "the samE";
    struct str x = {a, 8}, y = {b, 8}, z = {c, 8}, shorter = {a, 7};
    cr_assert(equal_str(&x, &y) && equal_str(&x, &x));
    cr_assert(!equal_str(&x, &z) && !equal_str(&x, &shorter));
    cr_assert_eq(hash_str(&x, 3), hash_str(&y, 3));
    cr_assert_neq(hash_str(&x, 3), hash_str(&z, 3));
}

/* Go's zero string is a NULL of length 0. It equals every other empty string. */
Test(hash, the_string_without_bytes_is_the_empty_string)
{
    struct str none = {NULL, 0}, empty = {"", 0}, letter = {"a", 1};
    cr_assert(equal_str(&none, &empty) && equal_str(&empty, &none) && equal_str(&none, &none));
    cr_assert(!equal_str(&none, &letter));
    cr_assert_eq(hash_str(&none, 3), hash_str(&empty, 3));
}

/* --- Floats, wide keys, bad hashes --- */

Test(hash, floats_follow_go)
{
    double plus = 0.0, minus = -0.0, one = 1, nan = NAN;
    cr_assert(equal_f64(&plus, &minus) && !equal_f64(&plus, &one) && !equal_f64(&nan, &nan));
    cr_assert_eq(hash_f64(&plus, 1), hash_f64(&minus, 1));
    cr_assert_eq(hash_f64(&one, 1), hash_f64(&one, 1));
    cr_assert_neq(hash_f64(&nan, 1), hash_f64(&nan, 1));
}

Test(hash, wide_keys_count_in_every_byte)
{
    struct wide_key key = {{0}}, other;
    for (unsigned i = 0; i < WIDE_KEY_BYTES; i++) {
        other = key;
        other.bytes[i] ^= 1;
        cr_assert(!equal_wide(&key, &other) && equal_wide(&key, &key));
        cr_assert_neq(hash_wide(&key, 1), hash_wide(&other, 1), "byte %u", i);
    }
}

Test(hash, numbers_compare_in_every_bit)
{
    uint64_t a = 0x0123456789ABCDEFu;
    for (unsigned bit = 0; bit < 64; bit++) {
        uint64_t b = a ^ (uint64_t)1 << bit;
        uint32_t narrow_a = (uint32_t)a, narrow_b = (uint32_t)b;
        cr_assert(!equal_u64(&a, &b) && equal_u64(&a, &a));
        cr_assert_eq(equal_u32(&narrow_a, &narrow_b), bit >= 32);
    }
}

Test(hash, bad_hashes_are_bad_in_the_way_they_say)
{
    struct random random = {.state = 3};
    uint64_t low = 0, high = 0;
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t key = random_next(&random);
        cr_assert_eq(hash_zero(&key, i), 0);
        cr_assert_eq(hash_ones(&key, i), UINT64_MAX);
        cr_assert_eq(hash_identity(&key, i), key);
        low |= hash_low7(&key, i);
        high |= hash_high(&key, i);
    }
    cr_assert_eq(low, 0x7F);
    cr_assert_eq(high, (uint64_t)0xFFFF << 48);
}

/* --- Chance --- */

/* SplitMix64's published first outputs for the seed 1234567. */
Test(random, is_splitmix64)
{
    struct random random = {.state = 1234567};
    cr_assert_eq(random_next(&random), 6457827717110365317u);
    cr_assert_eq(random_next(&random), 3203168211198807973u);
    cr_assert_eq(random_next(&random), 9817491932198370423u);
}

Test(random, below_a_bound_meets_every_number_about_as_often)
{
    struct random random = {.state = 11};
    for (uint64_t bound = 1; bound <= 12; bound++) {
        unsigned counts[12] = {0};
        for (unsigned i = 0; i < 12000; i++) {
            uint64_t number = random_below(&random, bound);
            cr_assert(number < bound);
            counts[number]++;
        }
        for (uint64_t i = 0; i < bound; i++)
            cr_assert_float_eq(counts[i], 12000.0 / (double)bound, 250);
    }
}
