"""What a comparison with a golden lets pass, and what not."""

import pytest
from highwater.golden import Golden
from highwater.mask import mask_line

PAGE = "phase    bytes  time, ns\nfilled  37,832     ~48.6\n\nclaim  kept  holds  in ~1,520 ns\n"
FIGURES = "figure\tr.h.f.bytes\t37832\tB\texact\nfigure\tr.h.f.time\t48.6\tns\tmeasured\n"
GOLDEN = Golden(PAGE, FIGURES)


@pytest.mark.parametrize("line, masked", [
    ("a  ~48.6 ns", "a ~# ns"), ("~1,520,000 ns, and", "~# ns, and"), ("~0.5x", "~#x"),
    ("(~12)", "(~#)"), ("~-3 B", "~# B"), ("~1e+09", "~#"), ("~12, 13", "~#, 13"), ("~nan ns", "~nan ns"),
    ("home ~ 5", "home ~ 5"), ("  a\tb  ", "a b"),
])
def test_mask(line, masked):
    assert mask_line(line) == masked


@pytest.mark.parametrize("old, new", [
    ("~48.6", "~1,234.5"), ("     ~48.6", " ~48.6"), ("~1,520", "~2"),
])
def test_same(old, new):
    assert GOLDEN.changes(PAGE.replace(old, new), FIGURES) == []


@pytest.mark.parametrize("old, new", [
    ("37,832", "37,833"), ("~48.6", "48.6"), ("~48.6", ""), ("~48.6", "~nan"), (" ns", " us"),
    ("holds", "refuted"), ("filled", "Filled"), ("phase", "phase  and"), ("\n\n", "\n"),
])
def test_changed(old, new):
    assert GOLDEN.changes(PAGE.replace(old, new, 1), FIGURES)


def test_figures_too():
    assert GOLDEN.changes(PAGE, FIGURES.replace("48.6", "50")) == []
    assert GOLDEN.changes(PAGE, FIGURES.replace("37832", "37833"))
    assert GOLDEN.changes(PAGE, FIGURES.replace("measured", "exact"))
    assert GOLDEN.changes(PAGE, FIGURES.replace("\tB\t", "\tKiB\t"))


def test_difference_shows_lines_as_they_are():
    assert GOLDEN.changes(PAGE.replace("37,832", "37,833"), FIGURES) == [
        "@@ line 2 @@", "  phase    bytes  time, ns", "- filled  37,832     ~48.6",
        "+ filled  37,833     ~48.6", "  ", "  claim  kept  holds  in ~1,520 ns"]
