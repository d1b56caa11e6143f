/*
 * bucket_one.c - one map of Go 1.23 for a test.
 */
#include "tests/bucket_one.h"

#include <criterion/criterion.h>

#include "bucket/bucket_any.h"
#include "bucket/bucket_check.h"
#include "bucket/bucket_u64.h"
#include "hash/hash.h"

struct bucket_one one;

const struct map_type one_f64_type = {
    .name = "f64 -> u64",
    .key_bytes = 8,
    .elem_bytes = 8,
    .key_update = true,
    .hash = hash_f64,
    .equal = equal_f64,
};

struct map_type one_hashed_by(uint64_t (*hash)(const void *key, uint64_t seed))
{
    struct map_type type = bucket_u64_type;
    type.hash = hash;
    return type;
}

void one_start(const struct map_type *type, uint64_t hint, uint64_t seed)
{
    one.type = type;
    one.heap = heap_new(&(struct heap_config){.junk = true});
    cr_assert_not_null(one.heap);
    cr_assert(bucket_any_init(type, &one.map, one.heap, hint, seed));
}

void one_checked(void)
{
    const char *why = bucket_check(one.type, &one.map);
    cr_assert_null(why, "%s", why);
    struct heap_counters c = heap_read(one.heap);
    cr_assert_eq(c.heap_alloc - c.garbage, bucket_bytes(one.type, &one.map));
}

void one_stop(void)
{
    one_checked();
    bucket_any_free(one.type, &one.map);
    heap_collect(one.heap);
    cr_assert_eq(heap_read(one.heap).heap_alloc, 0);
    heap_delete(one.heap);
}

void one_put(uint64_t key, uint64_t value)
{
    uint64_t *elem = bucket_any_put(one.type, &one.map, &key);
    cr_assert_not_null(elem);
    *elem = value;
}

void one_put_run(uint64_t from, uint64_t to)
{
    for (uint64_t key = from; key < to; key++)
        one_put(key, key);
}

uint64_t *one_get(uint64_t key)
{
    return bucket_any_get(one.type, &one.map, &key);
}

bool one_holds(uint64_t key, uint64_t value)
{
    const uint64_t *elem = one_get(key);
    return elem != NULL && *elem == value;
}

bool one_del(uint64_t key)
{
    return bucket_any_del(one.type, &one.map, &key);
}

uint64_t one_bits(double number)
{
    uint64_t bits;
    memcpy(&bits, &number, sizeof bits);
    return bits;
}

uint64_t one_put_until_growing(uint64_t next)
{
    for (; !bucket_growing(one.map.header); next++)
        one_put(next, next);
    return next;
}

uint64_t one_put_until_grown(uint64_t next)
{
    for (; bucket_growing(one.map.header); next++)
        one_put(next, next);
    return next;
}

void one_range(struct bucket_iter *it)
{
    bucket_any_iter_start(one.type, &one.map, it);
}

bool one_next(struct bucket_iter *it)
{
    return bucket_any_iter_next(one.type, it);
}

uint64_t one_key(const struct bucket_iter *it)
{
    return *(const uint64_t *)it->key;
}

uint64_t one_value(const struct bucket_iter *it)
{
    return *(const uint64_t *)it->elem;
}

void one_meet(struct one_met *met, uint64_t number)
{
    cr_assert(number < ONE_MET_KEYS, "a range met what was never put");
    if (met->times[number]++ == 0)
        met->keys++;
    else
        met->twice++;
}
