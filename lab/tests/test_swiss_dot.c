/*
 * test_swiss_dot.c - pictures say what the memory holds, and nothing that changes by itself.
 */
#include "swiss/swiss_dot.h"

#include <criterion/criterion.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "swiss/swiss_any.h"
#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"
#include "swiss/swiss_wide.h"

TestSuite(swiss_dot, .timeout = 20);

/* --- A picture kept in memory ------------------------------------------------ */

struct picture {
    struct dot dot;
    FILE *out;
    char *text;
    size_t bytes;
};

static void picture_begin(struct picture *p)
{
    *p = (struct picture){.text = NULL};
    p->out = open_memstream(&p->text, &p->bytes);
    cr_assert_not_null(p->out);
    dot_begin(&p->dot, p->out, NULL, "LR");
}

static void picture_end(struct picture *p)
{
    dot_end(&p->dot);
    cr_assert_eq(fclose(p->out), 0);
}

static unsigned occurrences(const char *text, const char *of)
{
    unsigned count = 0;
    for (; (text = strstr(text, of)) != NULL; text++)
        count++;
    return count;
}

/* The number that ends at `end`, its commas left out. */
static uint64_t number_before(const char *start, const char *end)
{
    while (end > start && (isdigit((unsigned char)end[-1]) || end[-1] == ','))
        end--;
    uint64_t number = 0;
    for (; isdigit((unsigned char)*end) || *end == ','; end++)
        if (*end != ',')
            number = 10 * number + (uint64_t)(*end - '0');
    return number;
}

/* The sum of all "12,345 B" in a picture. */
static uint64_t bytes_drawn(const char *text)
{
    uint64_t sum = 0;
    for (const char *at = text; (at = strstr(at, " B<")) != NULL; at++)
        sum += number_before(text, at);
    return sum;
}

static char *draw_map(const struct map_type *mt, const struct swiss_printer *print,
                      const struct swiss *m)
{
    struct picture p;
    picture_begin(&p);
    swiss_dot_map(&p.dot, mt, print, m);
    picture_end(&p);
    return p.text;
}

static void fill(struct swiss *m, uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++) {
        uint64_t *elem = swiss_u64_put(m, key);
        cr_assert_not_null(elem);
        *elem = key * key;
    }
}

static void assert_bytes_add_up(const struct map_type *mt, const struct swiss_printer *print,
                                const struct swiss *m)
{
    char *text = draw_map(mt, print, m);
    cr_assert_eq(bytes_drawn(text), swiss_bytes(mt, m), "drawn %lu, held %lu",
                 (unsigned long)bytes_drawn(text), (unsigned long)swiss_bytes(mt, m));
    free(text);
}

/* --- The whole map ----------------------------------------------------------- */

Test(swiss_dot, bytes_on_the_boxes_add_up_to_the_map)
{
    static const uint64_t sizes[] = {0, 1, 8, 9, 15, 100, 130, 896, 897, 2000, 5000, 60000};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct heap *h = heap_new(NULL);
        struct swiss m;
        cr_assert(swiss_u64_init(&m, h, 0, i));
        fill(&m, 0, sizes[i]);
        assert_bytes_add_up(&swiss_u64_type, &swiss_print_u64, &m);
        heap_collect(h);
        cr_assert_eq(heap_read(h).heap_alloc, swiss_bytes(&swiss_u64_type, &m));
        swiss_u64_free(&m);
        heap_delete(h);
    }
}

static void print_first_byte(char *text, size_t bytes, const void *key)
{
    snprintf(text, bytes, "%d...", *(const unsigned char *)key);
}

Test(swiss_dot, keys_and_elems_outside_the_slots_are_counted)
{
    static const struct swiss_printer print = {.key = print_first_byte};
    for (unsigned count = 0; count <= 1000; count = 10 * count + 1) {
        struct heap *h = heap_new(NULL);
        struct swiss m;
        cr_assert(swiss_any_init(&swiss_wide_type, &m, h, 0, count));
        struct wide_key key = {{0}};
        for (unsigned i = 0; i < count; i++) {
            memcpy(key.bytes, &i, sizeof i);
            cr_assert_not_null(swiss_any_put(&swiss_wide_type, &m, &key));
        }
        assert_bytes_add_up(&swiss_wide_type, &print, &m);
        swiss_any_free(&swiss_wide_type, &m);
        heap_delete(h);
    }
}

Test(swiss_dot, what_running_ranges_keep_is_drawn_once)
{
    static const uint64_t sizes[] = {8, 14, 896, 1500};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct heap *h = heap_new(NULL);
        struct swiss m;
        struct swiss_iter two[2];
        cr_assert(swiss_u64_init(&m, h, 0, 1));
        fill(&m, 0, sizes[i]);
        for (unsigned k = 0; k < 2; k++) {
            swiss_u64_iter_start(&m, &two[k]);
            cr_assert(swiss_u64_iter_next(&two[k]));
        }
        fill(&m, sizes[i], 3 * sizes[i]);
        char *text = draw_map(&swiss_u64_type, &swiss_print_u64, &m);
        cr_assert(occurrences(text, "still walked by a range") >= 1);
        cr_assert_eq(bytes_drawn(text), swiss_bytes(&swiss_u64_type, &m));
        free(text);
        for (unsigned k = 0; k < 2; k++)
            swiss_u64_iter_end(&two[k]);
        swiss_u64_free(&m);
        heap_delete(h);
    }
}

Test(swiss_dot, every_shown_directory_entry_has_its_arrow)
{
    struct heap *h = heap_new(NULL);
    struct swiss m;
    cr_assert(swiss_u64_init(&m, h, 0, 3));
    fill(&m, 0, 1793);
    char *text = draw_map(&swiss_u64_type, &swiss_print_u64, &m);
    cr_assert_eq(occurrences(text, "table at entry"), swiss_table_count(&m));
    cr_assert_eq(occurrences(text, " -> "), m.header->dir_len + 1);
    free(text);
    fill(&m, 1793, 40000);
    text = draw_map(&swiss_u64_type, &swiss_print_u64, &m);
    cr_assert_eq(occurrences(text, "table at entry"), SWISS_DOT_TABLES);
    cr_assert_eq(occurrences(text, " more tables"), 1);
    free(text);
    swiss_u64_free(&m);
    heap_delete(h);
}

/* The same steps in two heaps, one of them used before: other addresses, the same picture. */
Test(swiss_dot, no_address_is_printed)
{
    struct heap *h = heap_new(NULL);
    cr_assert_not_null(heap_alloc(h, 4096, HEAP_NOSCAN, "in the way"));
    struct swiss m[2];
    char *text[2];
    for (unsigned i = 0; i < 2; i++) {
        cr_assert(swiss_u64_init(&m[i], h, 0, 7));
        fill(&m[i], 0, 1000);
        text[i] = draw_map(&swiss_u64_type, &swiss_print_u64, &m[i]);
    }
    cr_assert_str_eq(text[0], text[1]);
    for (unsigned i = 0; i < 2; i++) {
        free(text[i]);
        swiss_u64_free(&m[i]);
    }
    heap_delete(h);
}

/* --- A table ----------------------------------------------------------------- */

/* A table map of one table, some of whose deletes left tombstones. */
static void make_churned(struct swiss *m, struct heap *h)
{
    cr_assert(swiss_u64_init(m, h, 0, 1));
    fill(m, 1, 113);
    for (uint64_t key = 1; key < 50; key++)
        cr_assert(swiss_u64_del(m, key));
    cr_assert(swiss_tombstone_count(&swiss_u64_type, m) > 0);
    cr_assert_eq(m->header->dir_len, 1);
}

static char *draw_table(const struct swiss_table *t, const struct swiss_dot_probe *probe)
{
    struct picture p;
    picture_begin(&p);
    swiss_dot_table(&p.dot, &swiss_u64_type, t, probe, "a table");
    picture_end(&p);
    return p.text;
}

Test(swiss_dot, a_table_shows_every_slot_once)
{
    struct heap *h = heap_new(NULL);
    struct swiss m;
    make_churned(&m, h);
    const struct swiss_table *t = m.header->directory[0];
    char *text = draw_table(t, NULL);
    unsigned tombstones = swiss_tombstones(t);
    cr_assert_eq(occurrences(text, "×"), tombstones);
    cr_assert_eq(occurrences(text, "·"), t->capacity - t->used - tombstones);
    cr_assert_eq(occurrences(text, "<TD PORT"), t->capacity + t->group_mask + 1u);
    free(text);
    swiss_u64_free(&m);
    heap_delete(h);
}

/* The last group marked is the first on the way that has an empty slot. */
Test(swiss_dot, a_probe_is_marked_up_to_the_group_that_ends_it)
{
    struct heap *h = heap_new(NULL);
    struct swiss m;
    make_churned(&m, h);
    const struct swiss_table *t = m.header->directory[0];
    unsigned longest = 0;
    for (uint64_t key = 1000; key < 1200; key++) {
        struct swiss_dot_probe probe = {hash_number(key, m.header->seed)};
        unsigned groups = 1;
        struct probe walk = probe_start(hash_h1(probe.hash), t->group_mask);
        for (; memchr(swiss_group(&swiss_u64_type, t, walk.offset), CTRL_EMPTY, 8) == NULL;
             probe_next(&walk))
            groups++;
        char *text = draw_table(t, &probe), start[32];
        snprintf(start, sizeof start, "» %lu, 1st",
                 (unsigned long)(hash_h1(probe.hash) & t->group_mask));
        cr_assert_eq(occurrences(text, "»"), groups);
        cr_assert_eq(occurrences(text, start), 1);
        free(text);
        longest = groups > longest ? groups : longest;
    }
    cr_assert(longest >= 3, "no probe was long: nothing was tested");
    swiss_u64_free(&m);
    heap_delete(h);
}

/* --- A group ----------------------------------------------------------------- */

Test(swiss_dot, a_group_shows_its_bytes_bits_keys_and_elems)
{
    struct heap *h = heap_new(NULL);
    struct swiss m;
    make_churned(&m, h);
    unsigned char *group = swiss_group(&swiss_u64_type, m.header->directory[0], 0);
    const unsigned char bytes[] = {0x5F, CTRL_DELETED, 0, 0x7F, CTRL_DELETED, 1, 2, CTRL_EMPTY};
    const uint64_t slot[2] = {12345, 67890};
    memcpy(group, bytes, sizeof bytes);
    memcpy(swiss_slot(&swiss_u64_type, group, 0), slot, sizeof slot);
    struct picture p;
    picture_begin(&p);
    swiss_dot_group(&p.dot, &swiss_u64_type, &swiss_print_u64, group, "a group", true);
    picture_end(&p);
    const char *const once[] = {">5f<", "0 1011111", "0 1111111", ">12345<", ">67890<", "· 80",
                                "1 0000000", ">empty<", "· free"};
    for (size_t i = 0; i < sizeof once / sizeof *once; i++)
        cr_assert_eq(occurrences(p.text, once[i]), 1, "%s", once[i]);
    const char *const twice[] = {"× fe", "1 1111110", ">deleted<", "× free"};
    for (size_t i = 0; i < sizeof twice / sizeof *twice; i++)
        cr_assert_eq(occurrences(p.text, twice[i]), 2, "%s", twice[i]);
    cr_assert_eq(occurrences(p.text, ">full<"), 5);
    free(p.text);
    heap_delete(h);
}
