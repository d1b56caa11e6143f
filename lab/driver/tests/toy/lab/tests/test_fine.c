/*
 * test_fine.c - tests that pass.
 */
#include <criterion/criterion.h>

Test(fine, one)
{
    cr_assert(1 == 1);
}

Test(fine, two)
{
    cr_assert(2 == 2);
}
