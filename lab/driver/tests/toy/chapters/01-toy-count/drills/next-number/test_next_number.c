#include "next_number.h"

#include <criterion/criterion.h>

static void expect(int n)
{
    cr_assert(next_number(n) == n + 1, "you say that %d comes after %d", next_number(n), n);
}

Test(next_number, after_one) { expect(1); }
Test(next_number, after_two) { expect(2); }
Test(next_number, after_three) { expect(3); }
Test(next_number, after_four) { expect(4); }
Test(next_number, after_five) { expect(5); }
Test(next_number, after_six) { expect(6); }
