/*
 * test_toy.c - tests that end in every way in which a test can end.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <unistd.h>

Test(ends, well)
{
    cr_assert(1 == 1);
}

Test(ends, badly)
{
    cr_assert(1 == 2, "one is not %d & <two>", 2);
}

Test(ends, by_a_crash)
{
    abort();
}

Test(ends, never, .timeout = 1)
{
    for (;;)
        pause();
}

Test(ends, before_it_began, .disabled = true)
{
    cr_assert(1 == 2);
}

Test(ends, itself)
{
    cr_skip_test("it cannot run here");
}
