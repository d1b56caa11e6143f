"""Cutting definitions out of C."""

import pytest
from highwater.complaint import Complaint
from highwater.cut import cut

SOURCE = """\
/*
 * file.c - an essay, which belongs to nothing below.
 */
#include "x.h"

static int helper(int a);           /* only declared: helper(1) */

#define TWICE(x) helper(x)

/* A group is eight slots. */
struct group {
    int slots[8];
};

enum { EIGHT = 8 };

/*
 * Helps.
 */
static int helper(int a)
{
    if (a) {
        return TWICE(a);
    }
    return used(a);
}

int used(int a);

// One.
// Two.
int used(int a)
{
    return a;
}
int right_below(
    int a,
    int b)
{
    return a + b;
}

#if X
/* First. */
int twice(int a)
{
    return 1;
}
#else
/* Second. */
int twice(int a)
{
    return 2;
}
#endif

static unsigned long
old_style(void)
{
    return 1;
}

static const int powers[] = {
    1, 2,
};
static const int one = 1;

Test(suite, name)
{
    helper(1);
}

struct group *make(void)
{
    return helper(0);
}
"""


@pytest.mark.parametrize("name, first, last, lines", [
    ("helper", "/*", "}", 10),
    ("used", "// One.", "}", 6),
    ("right_below", "int right_below(", "}", 6),
    ("struct group", "/* A group is eight slots. */", "};", 4),
    ("twice 2", "/* Second. */", "}", 5),
    ("twice 1", "/* First. */", "}", 5),
    ("old_style", "static unsigned long", "}", 5),
    ("powers", "static const int powers[] = {", "};", 3),
    ("one", "static const int one = 1;", "static const int one = 1;", 1),
    ("Test(suite, name)", "Test(suite, name)", "}", 4),
    ("make", "struct group *make(void)", "}", 4),
])
def test_cut(name, first, last, lines):
    found = cut(SOURCE, name, "file.c").splitlines()
    assert (found[0], found[-1], len(found)) == (first, last, lines)


@pytest.mark.parametrize("name, said", [
    ("nothing", 'defines no "nothing"'),
    ("TWICE", 'defines no "TWICE"'),
    ("help", 'defines no "help"'),
    ("struct slots", 'defines no "struct slots"'),
    ("twice", 'defines "twice" in lines 45, 51: write "twice 2"'),
    ("twice 3", 'defines "twice" 2 times, not 3'),
])
def test_refused(name, said):
    with pytest.raises(Complaint) as complaint:
        cut(SOURCE, name, "file.c")
    assert said in str(complaint.value)


def test_no_closing_brace():
    with pytest.raises(Complaint):
        cut("int f(void)\n{\n    return 1;\n", "f", "file.c")


def test_essay_is_not_taken_for_a_comment():
    assert cut("/* Essay. */\n\nint f(void)\n{\n}\n", "f", "x").startswith("int f")
