"""chapters/handout.toml: what is drawn leaves no doubt, the lab answers it, and paper comes to the same.

The right answers are worked out a second time here, by hand and without a run. They hold only where no
hash decides: so for hundreds of names they are asked whether such a place was drawn, and for a few the
lab is asked whether they are right.
"""

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction

import pytest
from everything.conftest import complaints_fail, fail_if
from highwater.expression import evaluate
from highwater.handout.draw import Handout, Task, draw
from highwater.handout.lab import Lab
from highwater.handout.mark import mark
from highwater.handout.questions import load_course
from highwater.handout.sheet import blank_form
from highwater.predict.judge import faults, is_near, right_choice
from highwater.predict.questions import Question
from highwater.tree import Tree

# Ada's whole sheet, and of Noor's what may be drawn in two ways: she drew the other one everywhere.
SHEETS = {"ada": None, "noor": ("kept", "hint", "doubled", "shrunk", "slot", "values")}
MANY = 500

SIZES = {"bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "float32": 4, "string": 16}


# --- paper -----------------------------------------------------------------------------------


def tables(keys: int, least: int = 545, most: int = 735) -> int:
    """The tables of a map of Go 1.24: a power of two that leaves each so many keys on average."""
    found = [1 << depth for depth in range(1, 12) if least << depth <= keys <= most << depth]
    assert len(found) == 1, f"{keys} keys may have one number of tables or another"
    return found[0]


def swiss(count: int, slot: int = 16) -> int:
    """Bytes of so many full-grown tables with their headers, the directory and the map header, each
    rounded to its size class, or to whole pages."""
    groups = 1024 * slot + 1024
    held = {17408: 18432, 25600: 27264}.get(groups, -(-groups // 8192) * 8192)
    directory = {128: 1152, 256: 2304, 512: 4864}.get(count, count * 8)
    return count * (held + 32) + directory + 48


def rust_slots(keys: int) -> int:
    slots = 8
    while slots * 7 // 8 < keys:
        slots *= 2
    return slots


def rust(keys: int) -> int:
    return rust_slots(keys) * 17 + 16


def old_buckets(keys: int) -> int:
    """Go 1.23's buckets before the last doubling; clear of the point where it doubles and evacuates."""
    buckets = 1
    while 13 * buckets * 2 < keys * 2:
        buckets *= 2
    assert 7.25 * buckets < keys < 6.46 * buckets * 2 or 6.19 * buckets * 2 < keys, f"{keys} is near a doubling"
    return buckets


def slot(drawn: dict) -> int:
    """key, then flag, wide, narrow: each at a multiple of its own size, a string's being eight."""
    at = 16 if drawn["key"] == "string" else 8
    for name in ("flag", "wide", "narrow"):
        size = SIZES.get(drawn[name], 8)
        step = min(size, 8)
        at = -(-at // step) * step + size
    return -(-at // 8) * 8


def grown(count: int) -> int:
    """Allocations of a map that grows to so many tables: header, group, table, six doublings, splits, directories."""
    return 1 + 1 + 3 + 12 + 4 * (count - 1) + (count.bit_length() - 1)


def part_of(drawn: dict) -> int:
    return drawn["keys"] // {"fit-quarter": 4, "fit-16th": 16}[drawn["part"]["row"]]


def pairs(drawn: dict) -> int:
    return sum(16 if drawn["type"][of] == "string" else 8 for of in ("key", "elem"))


PAPER: dict[str, Callable[[dict], float | str]] = {
    "kept": lambda d: swiss(tables(d["keys"])) if d["map"]["column"] == "swiss" else rust(d["keys"] + 0 * tables(d["keys"])),
    "kept-when": lambda d: "at the next collection" if d["map"]["column"] == "swiss" else "at once",
    "directory": lambda d: 2 * tables(d["keys"], 890, 950),
    "moved": lambda d: 8 + 14 * 63 + 896 * (tables(d["keys"]) - 1),
    "clear-writes": lambda d: tables(d["keys"]) * 128 * (8 + 8 * 16),
    "hint-saves": lambda d: grown(tables(d["keys"])) - (2 * tables(d["keys"]) + 2),
    "hint-peak": lambda d: "hardly higher" if d["map"]["row"] == "swiss" else "half as high again",
    "orders": lambda d: d["keys"] if 56 < d["keys"] <= 112 else -1,
    "doubled-at": lambda d: old_buckets(d["keys"]) * 13 // 2 + 1,
    "overflow": lambda d: "about twenty" if d["keys"] / old_buckets(d["keys"]) > 10 else "one or two",
    "shrunk": lambda d: rust(part_of(d)),
    "shrink-peak": lambda d: rust(d["keys"]) + rust(part_of(d)),
    "peak": lambda d: swiss(tables(d["keys"])) * (1 + d["gogc"] / 100),
    "slot": slot,
    "map-bytes": lambda d: swiss(tables(d["keys"], 545, 690), slot(d)),
    "budget": lambda d: swiss(2 * tables(d["keys"], 760, 880), pairs(d)),
    "values-left": lambda d: "all of it" if d["large"] <= 128 else "the table, without the values",
    "values-plan": lambda d: "the one with the values in its slots" if d["small"] == 8 else "the one with pointers",
    "spike": lambda d: swiss(tables(d["keys"] * 32 // 5), 136),
}


# --- drawn -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def many(tree: Tree) -> list[Handout]:
    with complaints_fail():
        course = load_course(tree)
        return [draw(tree, f"student {n}", course) for n in range(MANY)]


def test_every_question_has_its_paper(many: list[Handout]):
    assert {question.id for question in many[0].questions} == set(PAPER)
    assert 10 <= len(many[0].tasks) and len({task.chapter.number for task in many[0].tasks}) >= 9


def test_every_draw_leaves_no_doubt(many: list[Handout]):
    """Paper refuses numbers near a step; and what the heap's least goal would hide is not drawn."""
    for handout in many:
        for task in handout.tasks:
            for question in task.questions:
                assert PAPER[question.id](task.drawn) not in (-1, None), question.id
            if task.id == "peak":
                live = swiss(tables(task.drawn["keys"]))
                assert live * (1 + task.drawn["gogc"] / 100) > 4 * 2**20 * task.drawn["gogc"] / 100


def test_no_two_sheets_are_alike(many: list[Handout]):
    assert len({handout.number for handout in many}) == MANY
    for at in range(len(many[0].tasks)):
        drawn = [str(handout.tasks[at].drawn) for handout in many]
        assert len(set(drawn)) > (MANY // 2 if many[0].tasks[at].id != "orders" else 10), many[0].tasks[at].id


def test_every_value_of_a_list_is_drawn(tree: Tree, many: list[Handout]):
    for template in load_course(tree).templates:
        for name, places in template.draws.items():
            drawn = [task.drawn[name] for handout in many for task in handout.tasks if task.id == template.id]
            assert all(value in drawn for value in places.of), f"{template.id}, {name}"


# --- answered --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lab(tree: Tree) -> Lab:
    return Lab(tree)


@pytest.fixture(scope="module")
def sheets(tree: Tree) -> dict[str, Handout]:
    with complaints_fail():
        whole = {name: draw(tree, name) for name in SHEETS}
    return {name: replace(handout, tasks=tuple(task for task in handout.tasks
                                               if SHEETS[name] is None or task.id in SHEETS[name]))
            for name, handout in whole.items()}


def test_two_ways_are_both_drawn(sheets: dict[str, Handout]):
    for task in sheets["noor"].tasks:
        ada = next(other for other in sheets["ada"].tasks if other.id == task.id)
        for name in ("map", "part", "small"):
            assert task.drawn.get(name, 1) != ada.drawn.get(name, 2), f"{task.id}: both drew the same {name}"


@pytest.mark.parametrize("name", SHEETS)
def test_the_lab_answers_as_paper_does(sheets: dict[str, Handout], lab: Lab, name: str):
    for task in sheets[name].tasks:
        answers_as_paper_does(task, lab)


def answers_as_paper_does(task: Task, lab: Lab) -> None:
    with complaints_fail():
        lookup = lab.lookup(task)
        fail_if(f"{question.id}: {fault}" for question in task.questions for fault in faults(question, lookup)
                if not (question.kind == "choice" and "is right and means" in fault))     # right for some, wrong for others
        for question in task.questions:
            agree(task, question, lookup)


def agree(task: Task, question: Question, lookup) -> None:
    paper, value = PAPER[question.id](task.drawn), evaluate(question.real, lookup)
    if question.kind == "choice":
        assert right_choice(question, value, lookup).says == paper
    else:
        near = {"peak": 1.01, "spike": 1.03}.get(question.id, 1.0)
        assert is_near(Fraction(paper), value.number, near), f"{question.id}: {paper} on paper, {value.text} by the lab"


@pytest.mark.parametrize("name", SHEETS)
def test_paper_is_good_and_a_belief_is_bad(tree: Tree, sheets: dict[str, Handout], lab: Lab, name: str):
    with complaints_fail():
        handout = sheets[name]
        right, wrong = blank_form(handout), blank_form(handout)
        for task in handout.tasks:
            for question in task.questions:
                right = right.replace(f"\n{question.id}: \n", f"\n{question.id}: {PAPER[question.id](task.drawn)}\n")
                wrong = wrong.replace(f"\n{question.id}: \n", f"\n{question.id}: {believed(task, question, lab)}\n")
        assert {one.id: one.why for one in mark(tree, handout, right, lab) if one.verdict != "GOOD"} == {}
        found = mark(tree, handout, wrong, lab)
    assert [one.id for one in found if one.verdict != "BAD"] == []
    assert [one.id for one in found if one.misconception is None] == []


def believed(task: Task, question: Question, lab: Lab) -> str:
    """What somebody answers who holds the first belief that the question names."""
    lookup = lab.lookup(task)
    if question.kind == "choice":
        right = right_choice(question, evaluate(question.real, lookup), lookup)
        return next(choice.says for choice in question.choices if choice is not right)
    first = question.wrong[0].range
    if first.value is None:
        return "0" if first.start is None else "9e9"
    return f"{float(evaluate(f'{first.value} | .9', lookup).number):.0f}"
