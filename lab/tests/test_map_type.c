/*
 * test_map_type.c - slots laid out as Go's compiler lays them out.
 */
#include <criterion/criterion.h>

#include "hash/hash.h"
#include "map/map_type.h"
#include "swiss/swiss_layout.h"
#include "swiss/swiss_str.h"
#include "swiss/swiss_u32.h"
#include "swiss/swiss_u64.h"
#include "swiss/swiss_wide.h"

TestSuite(map_type, .timeout = 20);

static struct map_type of(size_t key_bytes, size_t key_align, size_t elem_bytes, size_t elem_align)
{
    return map_type_of(&(struct map_shape){
        .name = "shape",
        .key_bytes = key_bytes,
        .key_align = key_align,
        .elem_bytes = elem_bytes,
        .elem_align = elem_align,
        .hash = hash_u64,
        .equal = equal_u64,
    });
}

/* The fact sheet's table of sizes (A.1): slot, place of the elem, group, 128 groups. */
Test(map_type, sizes_are_those_of_go)
{
    static const struct {
        size_t key_bytes, key_align, elem_bytes, elem_align;
        size_t slot_bytes, elem_at, group_bytes, table_bytes;
    } sizes[] = {
        {8, 8, 8, 8, 16, 8, 136, 17408},            /* int to int */
        {8, 8, 1, 1, 16, 8, 136, 17408},            /* int to bool */
        {8, 8, 0, 1, 16, 8, 136, 17408},            /* int to struct{} */
        {4, 4, 4, 4, 8, 4, 72, 9216},               /* int32 to int32 */
        {1, 1, 0, 1, 2, 1, 24, 3072},               /* uint8 to struct{} */
        {0, 1, 0, 1, 0, 0, 16, 2048},               /* struct{} to struct{} */
        {16, 8, 8, 8, 24, 16, 200, 25600},          /* string to int */
        {16, 8, 16, 8, 32, 16, 264, 33792},         /* string to string */
        {16, 8, 40, 8, 56, 16, 456, 58368},         /* string to a struct of 40 bytes */
        {8, 8, 128, 1, 136, 8, 1096, 140288},       /* int to [128]byte */
        {8, 8, 129, 1, 16, 8, 136, 17408},          /* int to [129]byte, behind a pointer */
        {129, 1, 8, 8, 16, 8, 136, 17408},          /* [129]byte to int, likewise */
        {1, 1, 8, 8, 16, 8, 136, 17408},            /* uint8 to int: 7 bytes of padding */
        {1, 1, 1, 1, 2, 1, 24, 3072},               /* uint8 to uint8 */
        {0, 1, 8, 8, 8, 0, 72, 9216},               /* struct{} to int */
        {3, 1, 2, 2, 6, 4, 56, 7168},               /* [3]byte to int16: padding, no more */
        {3, 1, 0, 1, 4, 3, 40, 5120},               /* [3]byte to struct{} */
        {128, 1, 1, 1, 129, 128, 1040, 133120},     /* [128]byte to bool: a group is rounded */
    };
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        struct map_type mt = of(sizes[i].key_bytes, sizes[i].key_align, sizes[i].elem_bytes,
                                sizes[i].elem_align);
        cr_expect_eq(mt.slot_bytes, sizes[i].slot_bytes, "type %zu: slot %zu", i, mt.slot_bytes);
        cr_expect_eq(mt.elem_at, sizes[i].elem_at, "type %zu: elem at %zu", i, mt.elem_at);
        cr_expect_eq(swiss_group_bytes(&mt), sizes[i].group_bytes, "type %zu", i);
        cr_expect_eq(swiss_groups_bytes(&mt, 1024), sizes[i].table_bytes, "type %zu", i);
    }
}

/* 128 bytes lie in the slot; 129 lie outside, and the slot then holds a pointer. */
Test(map_type, over_128_bytes_is_indirect)
{
    for (size_t bytes = 126; bytes <= 131; bytes++) {
        struct map_type key = of(bytes, 1, 8, 8), elem = of(8, 8, bytes, 1);
        cr_assert_eq(key.key_indirect, bytes > 128);
        cr_assert_eq(elem.elem_indirect, bytes > 128);
        cr_assert(!key.elem_indirect && !elem.key_indirect);
        cr_assert_eq(key.key_bytes, bytes);
        cr_assert_eq(elem.elem_bytes, bytes);
        cr_assert_eq(map_type_pointers(&key), bytes > 128);
        cr_assert_eq(swiss_groups_scan(&elem), bytes > 128 ? HEAP_SCAN : HEAP_NOSCAN);
    }
}

Test(map_type, pointers_of_key_or_elem_make_groups_scanned)
{
    for (unsigned which = 0; which < 4; which++) {
        struct map_type mt = map_type_of(&(struct map_shape){
            .key_bytes = 8, .key_align = 8, .elem_bytes = 8, .elem_align = 8,
            .key_pointers = which & 1, .elem_pointers = which >> 1, .hash = hash_u64,
            .equal = equal_u64});
        cr_assert_eq(map_type_pointers(&mt), which > 0);
        cr_assert_eq(mt.key_pointers, (which & 1) != 0);
        cr_assert_eq(mt.elem_pointers, which >> 1 != 0);
    }
}

Test(map_type, flags_and_functions_are_taken_over)
{
    struct map_type mt = map_type_of(&(struct map_shape){
        .name = "a name", .key_bytes = 8, .key_align = 8, .elem_bytes = 8, .elem_align = 8,
        .key_update = true, .key_direct_compare = true, .hash = hash_f64, .equal = equal_f64});
    cr_assert_str_eq(mt.name, "a name");
    cr_assert(mt.key_update && mt.key_direct_compare);
    cr_assert(mt.hash == hash_f64 && mt.equal == equal_f64);
    struct map_type plain = of(8, 8, 8, 8);
    cr_assert(!plain.key_update && !plain.key_direct_compare);
}

/* The constants of the typed maps, written by hand, are what map_type_of would say. */
Test(map_type, typed_maps_say_the_same)
{
    static const struct {
        const struct map_type *typed;
        size_t key_bytes, key_align;
        bool key_pointers, key_update, key_direct_compare;
    } types[] = {
        {&swiss_u64_type, 8, 8, false, false, true},
        {&swiss_u32_type, 4, 4, false, false, true},
        {&swiss_str_type, 16, 8, true, true, false},
        {&swiss_wide_type, 136, 1, false, false, false},
    };
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        const struct map_type *typed = types[i].typed;
        struct map_type mt = of(types[i].key_bytes, types[i].key_align, typed->elem_bytes,
                                typed->elem_bytes);
        cr_expect_eq(typed->key_bytes, mt.key_bytes, "%s", typed->name);
        cr_expect_eq(typed->slot_bytes, mt.slot_bytes, "%s", typed->name);
        cr_expect_eq(typed->elem_at, mt.elem_at, "%s", typed->name);
        cr_expect_eq(typed->key_indirect, mt.key_indirect, "%s", typed->name);
        cr_expect_eq(typed->elem_indirect, mt.elem_indirect, "%s", typed->name);
        cr_expect_eq(typed->key_pointers, types[i].key_pointers, "%s", typed->name);
        cr_expect_eq(typed->key_update, types[i].key_update, "%s", typed->name);
        cr_expect_eq(typed->key_direct_compare, types[i].key_direct_compare, "%s", typed->name);
    }
}
