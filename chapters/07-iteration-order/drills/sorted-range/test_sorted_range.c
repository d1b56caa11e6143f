/*
 * test_sorted_range.c - the order, what a visit may do to the map, and where the memory goes.
 *
 * The visits of a range are kept in a trace; a test looks at it afterwards.
 */
#include "sorted_range.h"

#include <criterion/criterion.h>
#include <stdio.h>

enum { MOST = 1200, TEXT_BYTES = 16 };

struct trace {
    struct str key[MOST];
    uint64_t elem[MOST];
    size_t count;
};

/* A map in a heap of its own, and what came of a range over it. */
static struct heap *heap;
static struct swiss map;
static struct trace trace;
static char texts[MOST][TEXT_BYTES];

static void make_map(void)
{
    heap = heap_new(NULL);
    cr_assert_not_null(heap);
    cr_assert(swiss_str_init(&map, heap, 0, 1));
    trace.count = 0;
}

static void drop_map(void)
{
    heap_delete(heap);
}

TestSuite(sorted_range, .init = make_map, .fini = drop_map);

/* --- Texts --- */

static struct str text_of(const char *bytes, uint64_t length)
{
    return (struct str){.bytes = bytes, .length = length};
}

/* The text with this number: "k0", "k1", ..., of different lengths. */
static struct str text_number(uint64_t n)
{
    int length = snprintf(texts[n], TEXT_BYTES, "k%lu", (unsigned long)n);
    return text_of(texts[n], (uint64_t)length);
}

static void put(struct str key, uint64_t elem)
{
    uint64_t *place = swiss_str_put(&map, key);
    cr_assert_not_null(place);
    *place = elem;
}

static void put_numbers(uint64_t from, uint64_t to)
{
    for (uint64_t n = from; n < to; n++)
        put(text_number(n), n);
}

/* Is a to come before b? Bytes without a sign; the shorter first if the longer begins with it. */
static bool before(struct str a, struct str b)
{
    for (uint64_t i = 0; i < a.length && i < b.length; i++)
        if (a.bytes[i] != b.bytes[i])
            return (unsigned char)a.bytes[i] < (unsigned char)b.bytes[i];
    return a.length < b.length;
}

/* A key as a message shows it: what does not print as \xNN. */
static const char *shown(struct str key)
{
    static char text[2][4 * TEXT_BYTES + 3];
    static unsigned turn;
    char *start = text[turn++ % 2], *to = start;
    *to++ = '"';
    for (uint64_t i = 0; i < key.length && i < TEXT_BYTES; i++) {
        unsigned char byte = (unsigned char)key.bytes[i];
        to += byte >= ' ' && byte < 127 ? sprintf(to, "%c", byte) : sprintf(to, "\\x%02x", byte);
    }
    memcpy(to, "\"", 2);
    return start;
}

/* --- Ranges --- */

static bool note(struct str key, uint64_t *elem, void *with)
{
    (void)with;
    cr_assert(trace.count < MOST, "The range does not end: it has come to %d entries.", MOST);
    cr_assert_not_null(elem, "%s is visited without an elem: NULL. It was deleted, and swiss_str_get says so.",
                       shown(key));
    trace.key[trace.count] = key;
    trace.elem[trace.count++] = *elem;
    return true;
}

/* Runs a range and sees to it that no range over the map is left running. */
static void run(bool (*visit)(struct str key, uint64_t *elem, void *with), void *with)
{
    cr_assert(sorted_range(&map, visit, with), "sorted_range says that memory is refused, and the heap has no "
              "limit.");
    cr_assert_null(map.iters, "A range over the map is still running: swiss_str_iter_end ends one early.");
}

static void expect_order(void)
{
    for (size_t i = 1; i < trace.count; i++) {
        const char *first = shown(trace.key[i - 1]), *second = shown(trace.key[i]);
        cr_assert(before(trace.key[i - 1], trace.key[i]), "%s comes before %s in your range, as number %zu of %zu. "
                  "It is to come after it, and once.", first, second, i, trace.count);
    }
}

Test(sorted_range, every_entry_comes_once_in_order)
{
    static const uint64_t counts[] = {1, 2, 8, 9, 100, 1000};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
        put_numbers(i == 0 ? 0 : counts[i - 1], counts[i]);
        trace.count = 0;
        run(note, NULL);
        cr_assert_eq(trace.count, counts[i], "The map has %lu entries, and %zu came.", (unsigned long)counts[i],
                     trace.count);
        expect_order();
    }
    for (size_t i = 0; i < trace.count; i++)
        cr_assert_eq(trace.elem[i], *swiss_str_get(&map, trace.key[i]), "%s came with another key's elem.",
                     shown(trace.key[i]));
}

Test(sorted_range, an_empty_map_has_nothing_to_visit)
{
    run(note, NULL);
    put_numbers(0, 100);
    for (uint64_t n = 0; n < 100; n++)
        swiss_str_del(&map, text_number(n));
    run(note, NULL);
    cr_assert_eq(trace.count, 0, "The map is empty, and %s came.", shown(trace.key[0]));
}

/* --- The order --- */

/* Ranges over the map and expects these keys in this order. */
static void expect_keys(const struct str keys[], size_t count, const char *why)
{
    run(note, NULL);
    cr_assert_eq(trace.count, count, "The map has %zu entries, and %zu came.", count, trace.count);
    for (size_t i = 0; i < count; i++) {
        const char *came = shown(trace.key[i]), *due = shown(keys[i]);
        cr_assert(!before(keys[i], trace.key[i]) && !before(trace.key[i], keys[i]),
                  "%s comes before %s, and your range brings %s first: %s.", due, came, came, why);
    }
}

Test(sorted_range, a_prefix_comes_first)
{
    static const struct str keys[] = {{"", 0}, {"cache", 5}, {"cache-1", 7}, {"cache-10", 8}, {"cache-100", 9},
                                      {"cache-2", 7}, {"cached", 6}, {"d", 1}};
    for (size_t i = 8; i-- > 0;)
        put(keys[i], i);
    expect_keys(keys, 8, "a key comes before every other one that begins with it");
}

Test(sorted_range, a_key_may_hold_any_byte)
{
    static const struct str keys[] = {{"\0", 1}, {"\0\0", 2}, {"\0b", 2}, {"a", 1}, {"a\0", 2}, {"a\0a", 3},
                                      {"a\0b", 3}, {"a~", 2}, {"a\x80", 2}, {"a\xff", 2}, {"b", 1}};
    for (size_t i = 11; i-- > 0;)
        put(keys[(i * 7) % 11], i);
    expect_keys(keys, 11, "a text has a length, and its bytes go from 00 to ff without a sign");
}

/* --- A map that changes meanwhile --- */

/* Deletes the numbers that end as this one does, but for this one, and so those to come too. */
static bool delete_others(struct str key, uint64_t *elem, void *with)
{
    uint64_t mine = elem == NULL ? 0 : *elem;
    bool *gone = with;
    note(key, elem, NULL);
    cr_assert(!gone[mine], "%s came after it was deleted.", shown(key));
    for (uint64_t n = 0; n < 100; n++)
        if (n != mine && n % 10 == mine % 10) {
            swiss_str_del(&map, text_number(n));
            gone[n] = true;
        }
    return true;
}

Test(sorted_range, a_deleted_key_does_not_come)
{
    bool gone[100] = {false};
    put_numbers(0, 100);
    run(delete_others, gone);
    cr_assert_eq(trace.count, 10, "Each visit deletes nine other keys of a hundred; ten are to come, and %zu came.",
                 trace.count);
}

/* Counts each elem up; at the first visit the map grows, and so every entry moves. */
static bool count_up_and_grow(struct str key, uint64_t *elem, void *with)
{
    bool *grown = with;
    uint64_t *present = swiss_str_get(&map, key);
    note(key, elem, NULL);
    cr_assert_eq(*elem, *present, "%s came with the elem %lu, and the map holds %lu. When did you look it up?",
                 shown(key), (unsigned long)*elem, (unsigned long)*present);
    cr_assert_eq(elem, present, "%s came with a place that is no longer its elem's: the map has grown, and "
                 "its entries have moved.", shown(key));
    if (*grown)
        return true;
    *grown = true;
    put_numbers(100, 1100);
    for (uint64_t n = 0; n < 100; n++)
        put(text_number(n), n + 1000);
    return true;
}

Test(sorted_range, the_elem_is_the_present_one)
{
    bool grown = false;
    put_numbers(0, 100);
    run(count_up_and_grow, &grown);
    cr_assert_eq(trace.count, 100, "The map had 100 entries when the range began, and %zu came. What a visit adds "
                 "does not come.", trace.count);
    expect_order();
}

/* --- Memory --- */

static uint64_t allocated(void)
{
    heap_collect(heap);
    return heap_read(heap).heap_alloc;
}

Test(sorted_range, everything_is_given_back)
{
    put_numbers(0, 1000);
    uint64_t before = allocated();
    run(note, NULL);
    cr_assert_eq(allocated(), before, "HeapAlloc was %lu B before the range and is %lu B after it and a collection. "
                 "What did you take, and who gives it back?", (unsigned long)before, (unsigned long)allocated());
}

static bool stop_at_ten(struct str key, uint64_t *elem, void *with)
{
    note(key, elem, with);
    return trace.count < 10;
}

Test(sorted_range, a_stop_gives_everything_back)
{
    put_numbers(0, 1000);
    uint64_t before = allocated();
    run(stop_at_ten, NULL);
    cr_assert_eq(trace.count, 10, "A visit says stop at the tenth entry, and %zu came.", trace.count);
    expect_order();
    cr_assert_eq(allocated(), before, "A visit says stop. HeapAlloc was %lu B before the range and is %lu B after it "
                 "and a collection. What did you take, and who gives it back on this way out?",
                 (unsigned long)before, (unsigned long)allocated());
}

Test(sorted_range, refused_memory_visits_nothing)
{
    put_numbers(0, 1000);
    uint64_t before = allocated();
    for (uint64_t n = 0; n < 100; n++) {
        heap_fail_after(heap, n, HEAP_FAIL_FOR_EVER);
        bool done = sorted_range(&map, note, NULL);
        heap_fail_never(heap);
        if (!heap_failed(heap)) {
            cr_assert_neq(n, 0, "The heap refuses all memory, and none was asked for. What holds the keys is to come "
                          "from m->heap, where it is counted.");
            cr_assert(done, "%lu allocations succeed, no more is asked for, and sorted_range says false.",
                      (unsigned long)n);
            return;
        }
        cr_assert_eq(trace.count, 0, "Memory is refused, and %zu entries were visited before sorted_range said so: is "
                     "that in order?", trace.count);
        cr_assert_not(done, "Memory is refused, and sorted_range says that it visited all entries.");
        cr_assert_null(map.iters, "Memory is refused, and a range over the map is still running.");
        cr_assert_eq(swiss_len(&map), 1000, "Memory is refused, and the map has lost entries.");
        cr_assert_eq(allocated(), before, "Memory is refused. HeapAlloc was %lu B and is %lu B after a collection.",
                     (unsigned long)before, (unsigned long)allocated());
    }
    cr_assert_fail("A hundred allocations are not enough for one range.");
}
