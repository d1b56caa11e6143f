/*
 * iteration_order.c - chapter 7: where a range starts.
 *
 * Order is looked at from two sides: by running ranges and counting, and by working out
 * from the slots what must come. A start is two numbers that the map draws (a directory
 * entry, a slot), so all starts there are can be tried one by one.
 */
#include "iteration_order.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "swiss/swiss_check.h"
#include "swiss/swiss_u64.h"

/* --- Helpers -------------------------------------------------------------- */

static struct heap *new_heap(const struct setting *setting)
{
    return heap_new(&(struct heap_config){.limit_bytes = setting->limit_bytes});
}

static bool put(struct swiss *m, uint64_t key, uint64_t elem)
{
    uint64_t *place = swiss_u64_put(m, key);
    if (place == NULL)
        return false;
    *place = elem;
    return true;
}

/* A map of the keys 1 to `keys`, or false; deleting the heap is the caller's in both cases. */
static bool fill(struct swiss *m, struct heap *h, uint64_t keys, uint64_t seed)
{
    bool done = swiss_u64_init(m, h, 0, seed);
    for (uint64_t key = 1; done && key <= keys; key++)
        done = put(m, key, key);
    return done;
}

static uint64_t key_of(const struct swiss_iter *it)
{
    uint64_t key;
    memcpy(&key, it->key, sizeof key);
    return key;
}

/* Room for a number for each of the keys 0 to `keys`. */
static void *numbers(uint64_t keys, size_t size)
{
    return calloc(keys + 1, size);
}

/* --- Where a range starts ------------------------------------------------- */

/* The first key of a new range. */
static uint64_t first_key(struct swiss *m, enum start_rule rule)
{
    struct swiss_iter it;
    swiss_u64_iter_start(m, &it);
    if (rule == START_FIXED)
        it.entry_offset = it.dir_offset = 0;
    swiss_u64_iter_next(&it);
    uint64_t key = key_of(&it);
    swiss_u64_iter_end(&it);
    return key;
}

/* The first full slot from `at` on, round the end. */
static uint64_t next_full(unsigned char *groups, uint64_t capacity, uint64_t at)
{
    size_t bytes = swiss_group_bytes(&swiss_u64_type);
    while (groups[at / 8 * bytes + at % 8] >= CTRL_EMPTY)
        at = (at + 1) & (capacity - 1);
    return at;
}

/* Adds to each entry of a table its chance to come first if the range starts in this table,
 * which has chance `share`: every slot is as likely as any other to be the start. */
static void add_chances(unsigned char *groups, uint64_t capacity, double share, double chance[])
{
    const struct map_type *mt = &swiss_u64_type;
    for (uint64_t start = 0; start < capacity; start++) {
        uint64_t key, at = next_full(groups, capacity, start);
        unsigned char *group = groups + at / 8 * swiss_group_bytes(mt);
        memcpy(&key, swiss_slot(mt, group, at % 8), sizeof key);
        chance[key] += share / (double)capacity;
    }
}

/* Every entry's chance to come first, worked out from the slots. No table may be empty. */
static void first_chances(const struct swiss *m, double chance[])
{
    const struct swiss_header *header = m->header;
    if (header->dir_len == 0)
        add_chances(header->group, SWISS_GROUP_SLOTS, 1, chance);
    for (uint64_t i = 0; i < header->dir_len;) {
        const struct swiss_table *t = header->directory[i];
        uint64_t next = swiss_directory_next(header, t);
        add_chances(t->groups, t->capacity, (double)(next - i) / (double)header->dir_len, chance);
        i = next;
    }
}

/* log10 of the sum of all chances to the power of n (or of what they leave of 1). */
static double log10_of_powers(const double chance[], uint64_t keys, double n, bool rest)
{
    double sum = 0;
    for (uint64_t key = 1; key <= keys; key++)
        sum += pow(rest ? 1 - chance[key] : chance[key], n);
    return log10(sum);
}

/* Ranges enough to leave no entry out but with a chance of 10^-FALSE_ALARM_DIGITS: each
 * of the entries is left out with (1 - chance)^ranges, which e^(-chance * ranges) bounds. */
static uint64_t ranges_needed(const double chance[], uint64_t keys)
{
    double least = 1;
    for (uint64_t key = 1; key <= keys; key++)
        least = fmin(least, chance[key]);
    return (uint64_t)ceil((log((double)keys) + FALSE_ALARM_DIGITS * log(10)) / least);
}

static uint64_t distinct_of(const uint64_t key[RANGES_SHOWN])
{
    uint64_t distinct = 0;
    for (unsigned i = 0; i < RANGES_SHOWN; i++) {
        unsigned j = 0;
        while (key[j] != key[i])
            j++;
        distinct += i == j;
    }
    return distinct;
}

/* The mean number of different keys in sixteen draws: each key is among them with
 * 1 - (1 - chance)^16. */
static double expected_distinct(const double chance[], uint64_t keys)
{
    double sum = 0;
    for (uint64_t key = 1; key <= keys; key++)
        sum += 1 - pow(1 - chance[key], RANGES_SHOWN);
    return sum;
}

static void count_starts(struct swiss *m, enum start_rule rule, struct starts *r, bool seen[])
{
    for (uint64_t range = 0; range < r->ranges; range++) {
        uint64_t key = first_key(m, rule);
        if (range < RANGES_SHOWN)
            r->first[range] = key;
        r->came_first += !seen[key];
        seen[key] = true;
    }
    r->distinct = distinct_of(r->first);
}

bool starts_run(const struct setting *setting, uint64_t keys, enum start_rule rule,
                struct starts *r)
{
    struct swiss m;
    struct heap *h = new_heap(setting);
    double *chance = numbers(keys, sizeof *chance);
    bool *seen = numbers(keys, sizeof *seen);
    bool done = h != NULL && chance != NULL && seen != NULL && fill(&m, h, keys, setting->seed);
    if (done) {
        first_chances(&m, chance);
        *r = (struct starts){.entries = keys, .slots = swiss_slot_count(&m),
                             .tables = swiss_table_count(&m)};
        r->ranges = ranges_needed(chance, keys);
        r->ranges = r->ranges < RANGES_SHOWN ? RANGES_SHOWN : r->ranges;
        r->all_alike = log10_of_powers(chance, keys, RANGES_SHOWN, false);
        r->expected = expected_distinct(chance, keys);
        r->one_left_out = log10_of_powers(chance, keys, (double)r->ranges, true);
        count_starts(&m, rule, r, seen);
    }
    free(chance);
    free(seen);
    heap_delete(h);                     /* with the map in it */
    return done;
}

bool blocks_run(const struct setting *setting, uint64_t keys, uint64_t blocks[RANGES_SHOWN + 1])
{
    struct swiss m;
    struct heap *h = new_heap(setting);
    bool done = h != NULL && fill(&m, h, keys, setting->seed);
    memset(blocks, 0, (RANGES_SHOWN + 1) * sizeof *blocks);
    for (unsigned block = 0; done && block < BLOCKS; block++) {
        uint64_t first[RANGES_SHOWN];
        for (unsigned i = 0; i < RANGES_SHOWN; i++)
            first[i] = first_key(&m, START_DRAWN);
        blocks[distinct_of(first)]++;
    }
    heap_delete(h);
    return done;
}

bool starts_differ(const struct starts *r)
{
    return r->distinct >= 2;
}

bool every_entry_starts(const struct starts *r)
{
    return r->came_first == r->entries;
}

/* --- How many orders there are, and how often one comes twice ------------- */

/* Walks a range to its end; a number that stands for the order of its keys. */
static uint64_t order_of(struct swiss_iter *it)
{
    uint64_t order = HASH_K2;
    while (swiss_u64_iter_next(it))
        order = hash_mix(order ^ HASH_K0, key_of(it) ^ HASH_K1);
    return order;
}

/* The most slots that a table has: slot offsets that differ by it start alike. */
static uint64_t widest_table(const struct swiss *m)
{
    uint64_t slots = SWISS_GROUP_SLOTS;
    for (uint64_t i = 0; i < m->header->dir_len; i++)
        if (m->header->directory[i]->capacity > slots)
            slots = m->header->directory[i]->capacity;
    return slots;
}

static void all_orders(struct swiss *m, uint64_t offsets, uint64_t starts, uint64_t order[])
{
    for (uint64_t start = 0; start < starts; start++) {
        struct swiss_iter it;
        swiss_u64_iter_start(m, &it);
        it.entry_offset = start % offsets;
        it.dir_offset = start / offsets;
        order[start] = order_of(&it);
    }
}

static int compare_numbers(const void *a, const void *b)
{
    uint64_t x, y;
    memcpy(&x, a, sizeof x);
    memcpy(&y, b, sizeof y);
    return (x > y) - (x < y);
}

/* Counts the different orders; two ranges agree with the sum of the squares of their shares. */
static void sum_up_orders(struct orders *r, uint64_t order[])
{
    qsort(order, r->starts, sizeof *order, compare_numbers);
    for (uint64_t i = 0, next; i < r->starts; i = next) {
        for (next = i + 1; next < r->starts && order[next] == order[i]; next++)
            ;
        double share = (double)(next - i) / (double)r->starts;
        r->distinct++;
        r->again += share * share;
    }
}

static void count_repeats(struct swiss *m, struct orders *r)
{
    for (uint64_t pair = 0; pair < r->pairs; pair++) {
        struct swiss_iter it;
        uint64_t order[2];
        for (unsigned i = 0; i < 2; i++) {
            swiss_u64_iter_start(m, &it);
            order[i] = order_of(&it);
        }
        r->same += order[0] == order[1];
    }
}

bool orders_run(const struct setting *setting, uint64_t keys, uint64_t pairs, struct orders *r)
{
    struct swiss m;
    struct heap *h = new_heap(setting);
    bool done = h != NULL && fill(&m, h, keys, setting->seed);
    uint64_t *order = NULL;
    if (done) {
        uint64_t offsets = widest_table(&m);
        uint64_t tables = m.header->dir_len == 0 ? 1 : m.header->dir_len;
        *r = (struct orders){.entries = keys, .starts = tables * offsets, .pairs = pairs};
        r->digits = (uint64_t)(lgamma((double)keys + 1) / log(10)) + 1;
        order = numbers(r->starts, sizeof *order);
        done = order != NULL;
    }
    if (done) {
        all_orders(&m, widest_table(&m), r->starts, order);
        sum_up_orders(r, order);
        count_repeats(&m, r);
    }
    free(order);
    heap_delete(h);
    return done;
}

/* --- Is the first entry a fair draw? -------------------------------------- */

static void fairness_count(struct swiss *m, struct fairness *r, const double chance[],
                           uint64_t came[])
{
    uint64_t luckiest = 1, unluckiest = 1;
    for (uint64_t range = 0; range < r->ranges; range++)
        came[first_key(m, START_DRAWN)]++;
    for (uint64_t key = 1; key <= r->entries; key++) {
        luckiest = chance[key] > chance[luckiest] ? key : luckiest;
        unluckiest = chance[key] < chance[unluckiest] ? key : unluckiest;
    }
    r->most_chance = chance[luckiest];
    r->least_chance = chance[unluckiest];
    r->most = came[luckiest];
    r->least = came[unluckiest];
    r->longest_gap = (uint64_t)lround(r->most_chance * (double)r->slots) - 1;
}

bool fairness_run(const struct setting *setting, uint64_t filled, uint64_t keys, uint64_t ranges,
                  struct fairness *r)
{
    struct swiss m;
    struct heap *h = new_heap(setting);
    double *chance = numbers(filled, sizeof *chance);
    uint64_t *came = numbers(filled, sizeof *came);
    bool done = h != NULL && chance != NULL && came != NULL && fill(&m, h, filled, setting->seed);
    if (done) {
        assert(swiss_table_count(&m) <= 1);
        for (uint64_t key = keys + 1; key <= filled; key++)
            swiss_u64_del(&m, key);
        *r = (struct fairness){.entries = keys, .slots = swiss_slot_count(&m), .ranges = ranges};
        first_chances(&m, chance);
        fairness_count(&m, r, chance, came);
    }
    free(chance);
    free(came);
    heap_delete(h);
    return done;
}

bool draws_fairly(const struct fairness *r)
{
    double fair = 1 / (double)r->entries;
    return r->most_chance <= 1.1 * fair && r->least_chance >= 0.9 * fair;
}

/* --- The sorted range ----------------------------------------------------- */

void sorted_keys(struct swiss *m, uint64_t keys[])
{
    struct swiss_iter it;
    uint64_t count = 0;
    swiss_u64_iter_start(m, &it);
    while (swiss_u64_iter_next(&it))
        memcpy(&keys[count++], it.key, sizeof *keys);
    qsort(keys, count, sizeof *keys, compare_numbers);
}

/* A map with the same keys but another seed, filled from the highest down, with as many
 * others in between that are deleted again. */
static bool fill_otherwise(struct swiss *m, struct heap *h, uint64_t keys, uint64_t seed)
{
    bool done = swiss_u64_init(m, h, 0, seed);
    for (uint64_t key = keys; done && key > 0; key--)
        done = put(m, keys + key, 0) && put(m, key, key);
    for (uint64_t key = 1; done && key <= keys; key++)
        swiss_u64_del(m, keys + key);
    return done;
}

bool sorted_run(const struct setting *setting, uint64_t keys, bool *agree)
{
    struct swiss m[2];
    struct heap *h = new_heap(setting);
    uint64_t *order[2] = {numbers(keys, sizeof **order), numbers(keys, sizeof **order)};
    bool done = h != NULL && order[0] != NULL && order[1] != NULL
             && fill(&m[0], h, keys, setting->seed)
             && fill_otherwise(&m[1], h, keys, setting->seed + 1);
    if (done) {
        *agree = true;
        for (unsigned i = 0; i < 2; i++)
            sorted_keys(&m[i], order[i]);
        for (uint64_t i = 0; i < keys; i++)
            *agree = *agree && order[0][i] == i + 1 && order[1][i] == i + 1;
    }
    free(order[0]);
    free(order[1]);
    heap_delete(h);
    return done;
}
