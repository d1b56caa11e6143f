"""Arithmetic over figures."""

import pytest
from highwater.complaint import Complaint
from highwater.expression import evaluate
from highwater.figures import Figure

FIGURES = {figure.name: figure for figure in (
    Figure("retain.heap.filled.heapalloc", "37832752", "B", True),
    Figure("retain.heap.empty.heapalloc", "0", "B", True),
    Figure("retain.probes", "1.07", "probes", True),
    Figure("bench.clear.loop.ns/op", "48.6", "ns", False),
    Figure("bench.clear.clear.ns/op", "1520000", "ns", False),
)}


def lookup(name: str) -> Figure:
    if name not in FIGURES:
        raise Complaint(f"no {name}")
    return FIGURES[name]


HEAP = "retain.heap.filled.heapalloc"
LOOP, CLEAR = "bench.clear.loop.ns/op", "bench.clear.clear.ns/op"


@pytest.mark.parametrize("source, text, unit", [
    (HEAP, "37,832,752", "B"),
    (f"{HEAP} | ,", "37,832,752", "B"),
    (f"{HEAP} / MiB | .2", "36.08", "MiB"),
    (f"{HEAP} / MB | .0", "38", "MB"),
    (f"({HEAP} - 16) / 2", "18,916,368", ""),
    (f"{HEAP} * -1", "-37,832,752", ""),
    ("1 << 20", "1,048,576", ""),
    ("2 + 3 * 4 % 5 // 1", "4", ""),
    ("0.1 + 0.2 | .1", "0.3", ""),
    ("retain.probes", "1.07", "probes"),
    ("retain.probes | .1", "1.1", "probes"),
    (LOOP, "~48.6", "ns"),
    (CLEAR, "~1,520,000", "ns"),
    (f"{CLEAR} / {LOOP}", "~31,300", ""),
    (f"{LOOP} / {LOOP}", "~1.00", ""),
    (f"{LOOP} / 1000 | .3", "~0.049", ""),
    (f"{HEAP} / {LOOP}", "~778,000", ""),
    ("7 / 8 * 100 | .1", "87.5", ""),
])
def test_value(source, text, unit):
    value = evaluate(source, lookup)
    assert (value.text, value.unit) == (text, unit)


@pytest.mark.parametrize("source, said", [
    ("retain.heap.filled.heapallox", "no retain.heap.filled.heapallox"),
    (f"{HEAP}/MiB", "no retain.heap.filled.heapalloc/MiB"),
    ("7 / 8", "say how many decimals"),
    (f"{HEAP} / retain.heap.empty.heapalloc", "divides by zero"),
    (f"{HEAP} | two", "is no format"),
    ("", "not an expression"), ("1 +", "not an expression"), ("1 if 2 else 3", "not an expression"),
    ("__import__('os')", "not an expression"), ("bytes", "not an expression"),
    ("[1, 2]", "not an expression"), ("1 ** 99999", "not an expression"),
    ("True + 1", "not an expression"), ("1 << -1", "not an expression"),
])
def test_refused(source, said):
    with pytest.raises(Complaint) as complaint:
        evaluate(source, lookup)
    assert said in str(complaint.value)


def test_a_constant_of_the_c_is_a_figure():
    asked = []

    def lookup(name):
        asked.append(name)
        return Figure(name, "1024", "", True)

    value = evaluate("MAX_TABLE_SLOTS * 7 / 8 + a.b_C", lookup)
    assert asked == ["MAX_TABLE_SLOTS", "a.b_C"] and value.text == "1,920"
