/*
 * test_size.c - what is predicted of a map, held against maps that are built and counted.
 */
#include "size/size_built.h"

#include <criterion/criterion.h>
#include <math.h>

#include "hash/random.h"

TestSuite(size, .timeout = 60);

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static struct map_type type_of(const char *text)
{
    static struct type_pool pool;
    struct type_error error;
    struct type *key, *elem;
    cr_assert(type_parse_map(text, &pool, &key, &elem, &error), "%s", error.sentence);
    return size_map_type(key, elem);
}

static const char *const types[] = {
    "string,{int32,int,string,*T}",     "u64,u64",  "string,{int32,bool}", "u32,u16",
    "u64,struct{}",     "u64,[128]byte",            "u64,[129]byte",       "[130]byte,*T",
};

/* --- Chance ----------------------------------------------------------------- */

Test(size, chances_add_up)
{
    for (unsigned n = 0; n <= 40; n++) {
        double sum = 0, mean = 0;
        for (unsigned k = 0; k <= n + 1; k++) {
            double now = chance_at_least(n, 7, k), next = chance_at_least(n, 7, k + 1);
            cr_assert(now >= next - 1e-12 && now <= 1 + 1e-12);
            sum += now - next;
            mean += k * (now - next);
        }
        cr_assert_float_eq(sum, 1, 1e-9);
        cr_assert_float_eq(mean, n / 7.0, 1e-9);
    }
    cr_assert_float_eq(chance_at_least(2, 2, 1), 0.75, 1e-12);
    cr_assert_float_eq(chance_at_least(2, 2, 2), 0.25, 1e-12);
    cr_assert_float_eq(chance_at_least(5, 1, 5), 1, 1e-12);
    cr_assert_float_eq(chance_at_least(5, 1, 6), 0, 1e-12);
    /* Three keys, two cells, one each: a second or third in a cell is a link. 3-0: 2, 2-1: 1. */
    cr_assert_float_eq(chance_links(3, 2, 1).mean, 0.25 * 2 + 0.75 * 1, 1e-12);
    cr_assert_float_eq(chance_above((struct chance){10, 0}, 4).mean, 6, 1e-12);
    cr_assert_float_eq(chance_above((struct chance){4, 0}, 10).mean, 0, 1e-12);
    cr_assert_float_eq(chance_above((struct chance){4, 1}, 4).mean, 1 / sqrt(2 * acos(-1)), 1e-12);
    cr_assert_float_eq(chance_below(1.96), 0.975, 1e-4);
}

/* --- Z5, Z6: tables --------------------------------------------------------- */

/* The fact sheet's column, from the formula and from runs of the real map. */
Test(size, z6_tables_are_as_many_as_the_formula_says)
{
    static const struct { uint64_t entries; double tables, within; } rows[] = {
        {897, 2, 0.05},             {1792, 2.98, 0.05},         {10000, 16, 0.05},
        {100000, 128, 0.05},        {500000, 1021.6, 0.05},     {550000, 1024, 0.05},
        {917504, 1526.9, 0.05},     {1000000, 2043.1, 0.05},    {1048576, 2047.98, 0.01},
        {2000000, 4086.3, 0.05},    {3500000, 4408.0, 0.05},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        double mean = size_swiss_tables(rows[i].entries).mean;
        cr_expect_float_eq(mean, rows[i].tables, rows[i].within, "%lu: %g",
                           (unsigned long)rows[i].entries, mean);
    }
    cr_expect_eq(size_swiss_least_tables(3500000), 3907);
    cr_expect_eq(size_swiss_most_tables(3500000), 8192);
    cr_expect_eq(size_swiss_most_tables(550000), 1024);
    cr_expect_eq(size_swiss_most_tables(896), 1);
    cr_expect_eq(size_swiss_most_tables(8), 0);
}

/* --- Counting by hashes ----------------------------------------------------- */

static void check_count(enum size_design design, const struct map_type *mt, uint64_t entries,
                        uint64_t seed)
{
    struct size_reading built, counted;
    cr_assert(size_build(design, mt, entries, seed, 0, &built));
    cr_assert(size_count(design, mt, entries, seed, &counted));
    cr_expect(counted.bytes == built.bytes && counted.tables == built.tables,
              "%s, %lu entries: counted %lu, built %lu", size_design_names[design],
              (unsigned long)entries, (unsigned long)counted.bytes, (unsigned long)built.bytes);
    if (design == SIZE_GO_1_23 && entries > 8)
        cr_expect(counted.buckets == built.buckets && counted.old_buckets == built.old_buckets
                  && counted.overflow == built.overflow, "%lu entries", (unsigned long)entries);
}

/* Equal to the byte: small and large, before, in and after a growth. */
Test(size, a_count_by_hashes_is_that_of_the_built_map)
{
    static const uint64_t entries[] = {0, 1, 8, 9, 14, 15, 100, 896, 897, 1792, 5000, 13312, 13313,
                                       14000, 14731, 14800, 26625, 28000};
    for (size_t t = 0; t < COUNT(types); t++) {
        struct map_type mt = type_of(types[t]);
        for (size_t i = 0; i < COUNT(entries) - (t > 2 ? 4 : 0); i++)
            for (unsigned design = 0; design < SIZE_DESIGNS; design++)
                check_count((enum size_design)design, &mt, entries[i], t + 1);
    }
}

Test(size, a_count_by_hashes_is_that_of_a_larger_map)
{
    struct map_type mt = type_of(types[0]);
    check_count(SIZE_GO_1_23, &mt, 218750, 1);      /* in the middle of its growth */
    check_count(SIZE_GO_1_24, &mt, 218750, 1);
    check_count(SIZE_RUST, &mt, 218750, 1);
}

/* --- Predictions ------------------------------------------------------------ */

/* Sizes on both sides of every kind of step, to a million. */
static uint64_t step(unsigned i)
{
    static const double parts[] = {1, 1.2, 1.45, 1.625, 1.7, 1.75, 1.797, 1.85, 1.95};
    double size = ldexp(parts[i % COUNT(parts)], (int)(i / COUNT(parts)));
    return (uint64_t)size + (i / COUNT(parts)) % 2;
}

enum { STEPS = 9 * 18 };

/* Z11: no map is below the floor or above the ceiling; what is exact is hit. */
Test(size, z11_every_map_lies_between_floor_and_ceiling)
{
    for (size_t t = 0; t < COUNT(types); t++) {
        struct map_type mt = type_of(types[t]);
        for (unsigned i = 0; i < STEPS; i++) {
            uint64_t n = step(i);
            for (unsigned d = 0; d < SIZE_DESIGNS && n <= size_most_keys(mt.key_bytes); d++) {
                enum size_design design = (enum size_design)d;
                struct size size = size_of(design, &mt, n);
                struct size_reading r;
                cr_assert(size_count(design, &mt, n, i + 1, &r));
                cr_expect(size.floor <= r.bytes && r.bytes <= size.ceiling,
                          "%s %s %lu: %lu <= %lu <= %lu", types[t], size_design_names[d],
                          (unsigned long)n, (unsigned long)size.floor, (unsigned long)r.bytes,
                          (unsigned long)size.ceiling);
                if (size.spread == 0)
                    cr_expect_eq(r.bytes, size.expected, "%s %s %lu: %lu", types[t],
                                 size_design_names[d], (unsigned long)n, (unsigned long)r.bytes);
            }
        }
    }
}

/* Z1, Z5: the parts that are called exact are. */
Test(size, z1_and_z5_are_exact)
{
    for (size_t t = 0; t < COUNT(types); t++) {
        struct map_type mt = type_of(types[t]);
        for (uint64_t n = 0; n < 2000; n += n < 40 ? 1 : 41) {
            cr_assert_eq(size_of(SIZE_RUST, &mt, n).spread, 0);
            check_count(SIZE_RUST, &mt, n, 1);
            if (n > 896)
                continue;
            struct size size = size_of(SIZE_GO_1_24, &mt, n);
            struct size_reading built;
            cr_assert(size_build(SIZE_GO_1_24, &mt, n, n + 1, 0, &built));
            cr_assert(size.spread == 0 && size.expected == built.bytes, "%s %lu: %lu", types[t],
                      (unsigned long)n, (unsigned long)built.bytes);
        }
    }
}

/* How far seeds lie from the expectation, in standard deviations: their mean and mean square. */
struct scores {
    double sum, squares, worst;
    unsigned count;
};

static void score(struct scores *s, enum size_design design, const struct map_type *mt, uint64_t n,
                  unsigned seeds)
{
    struct size size = size_of(design, mt, n);
    for (unsigned seed = 1; seed <= seeds; seed++) {
        struct size_reading r;
        cr_assert(size_count(design, mt, n, seed, &r));
        double z = size.spread > 0 ? ((double)r.bytes - (double)size.expected) / size.spread : 0;
        s->sum += z;
        s->squares += z * z;
        s->worst = fabs(z) > s->worst ? fabs(z) : s->worst;
        s->count++;
    }
}

/* Z6, Z7: in the waves of splits the mean and the spread are those of many seeds. */
Test(size, z7_tables_spread_as_stated)
{
    static const uint64_t waves[] = {3500, 7000, 14200, 28500, 57000, 113000};
    struct map_type mt = type_of(types[0]);
    struct scores all = {0};
    for (size_t i = 0; i < COUNT(waves); i++)
        score(&all, SIZE_GO_1_24, &mt, waves[i], 100);
    cr_expect(fabs(all.sum / all.count) < 0.12, "mean %g", all.sum / all.count);
    cr_expect(all.squares / all.count > 0.7 && all.squares / all.count < 1.3, "square %g",
              all.squares / all.count);
    cr_expect(all.worst < 5, "worst %g", all.worst);
}

/* Z3, Z4: full of overflow, in growth, at its end, and after it. */
Test(size, z3_and_z4_spread_as_stated)
{
    static const double parts[] = {6.49, 6.6, 6.9, 7.15, 7.19, 7.195, 7.25, 12.9};
    static const char *const kinds[] = {"string,{int32,int,string,*T}", "u64,u64"};
    for (size_t t = 0; t < COUNT(kinds); t++) {
        struct map_type mt = type_of(kinds[t]);
        for (size_t i = 0; i < COUNT(parts); i++) {
            struct scores s = {0};
            score(&s, SIZE_GO_1_23, &mt, (uint64_t)(4096 * parts[i]), 60);
            cr_expect(fabs(s.sum / s.count) < 1, "%s %g: mean %g", kinds[t], parts[i],
                      s.sum / s.count);
            cr_expect(s.squares / s.count < 3, "%s %g: square %g", kinds[t], parts[i],
                      s.squares / s.count);
        }
    }
}

/* Z4: the old array goes when it is said to go. */
Test(size, z4_the_old_array_goes_after_m_ln_2_puts)
{
    struct map_type mt = type_of("u64,u64");
    struct size_buckets b = size_buckets_for(&mt, 27000);
    cr_assert_eq(b.old_buckets, 4096);
    cr_assert_eq(b.growth_at, 26625);
    cr_assert_float_eq(b.growth_over.mean - 26624, 4096 * log(2), 1);
    unsigned early = 0, late = 0;
    for (unsigned seed = 1; seed <= 40; seed++) {
        struct size_reading r;
        double spread = b.growth_over.spread;
        cr_assert(size_count(SIZE_GO_1_23, &mt, (uint64_t)(b.growth_over.mean - 3 * spread), seed,
                             &r));
        early += r.old_buckets == 0;
        cr_assert(size_count(SIZE_GO_1_23, &mt, (uint64_t)(b.growth_over.mean + 3 * spread), seed,
                             &r));
        late += r.old_buckets != 0;
    }
    cr_assert(early <= 1 && late <= 1, "%u early, %u late", early, late);
}

/* --- The source's cache ----------------------------------------------------- */

/* Figures of the fact sheet, worked out by hand from the real runtime's sizes. */
Test(size, the_cache_of_part_2)
{
    struct map_type mt = type_of(types[0]);
    cr_assert_eq(mt.slot_bytes, 56);
    struct size_buckets b = size_buckets_for(&mt, 3500000);
    cr_expect_eq(b.buckets, 1 << 20);
    cr_expect_eq((b.buckets + b.spare) * 464, 516947968);
    cr_expect_eq(b.old_buckets, 1 << 19);
    cr_expect(b.lingers > 0.999);
    cr_expect_eq(size_of(SIZE_GO_1_23, &mt, 550000).expected, 64618568);
    cr_expect_eq(size_of(SIZE_GO_1_24, &mt, 550000).ceiling, 67151152);
    cr_expect_eq(size_of(SIZE_GO_1_24, &mt, 3500000).floor, 228000000);
    double mib = (double)size_of(SIZE_GO_1_24, &mt, 3500000).expected / (1 << 20);
    cr_expect_float_eq(mib, 275.7, 0.1);
}

/* A map made for as many entries has no old array, and the arena is touched only where written. */
Test(size, a_hinted_map_is_counted_without_being_filled)
{
    struct map_type mt = type_of(types[0]);
    struct size_map m;
    cr_assert(size_map_open(&m, SIZE_GO_1_23, &mt, 3500000, 1, 0));
    struct size_reading r = size_map_read(&m);
    cr_expect_eq(r.bytes, 516947968 + 48 + 24);
    cr_expect_eq(r.entries, 0);
    size_map_close(&m);
}

/* --- Types and goals -------------------------------------------------------- */

Test(size, keys_are_told_apart_by_their_bytes)
{
    static const char *const small[] = {"u8,u8", "u16,u8", "[3]byte,u8", "u32,u8", "{u32,u16},u8"};
    for (size_t i = 0; i < COUNT(small); i++) {
        struct map_type mt = type_of(small[i]);
        struct size_reading r;
        cr_expect(size_build(SIZE_GO_1_24, &mt, 256, 1, 0, &r) && r.entries == 256, "%s", small[i]);
    }
    cr_expect_eq(size_most_keys(0), 1);
    cr_expect_eq(size_most_keys(1), 256);
    cr_expect_eq(size_most_keys(7), (uint64_t)1 << 56);
    cr_expect_eq(size_most_keys(8), UINT64_MAX);
}

Test(size, a_goal_is_live_and_gogc_percent)
{
    cr_expect_eq(size_goal(104910040, 100), 209820080);
    cr_expect_eq(size_goal(100, 100), 4 << 20);
    cr_expect_eq(size_goal(100, 50), 2 << 20);
    cr_expect_eq(size_goal((uint64_t)1 << 40, 400), (uint64_t)5 << 40);
}

Test(size, refused_memory_is_told)
{
    struct map_type mt = type_of(types[0]);
    struct size_reading r;
    for (unsigned design = 0; design < SIZE_DESIGNS; design++)
        cr_expect_not(size_build((enum size_design)design, &mt, 100000, 1, 1 << 20, &r));
}
