"""The personal handout of a submission: the right answers are worked out anew, by runs of the lab."""

from functools import cache

from ..complaint import Complaint
from ..handout.draw import Handout, draw
from ..handout.form import read_form
from ..handout.lab import Lab
from ..handout.mark import Mark, OtherSheet, mark
from ..handout.questions import Course, load_course
from ..predict.beliefs import Belief, load_beliefs
from ..tree import Tree
from .intake import HANDOUT, Intake
from .marks import Answered, Item, Task, told, total
from .weights import HANDOUT as POINTS

MOST = max(POINTS.values())


def grade_handout(tree: Tree, intake: Intake) -> tuple[list[Task], list[Answered]]:
    """A task for each question of the sheet that belongs to the name."""
    course = _course(tree)
    if course is None:
        return [], []
    try:
        handout = draw(tree, intake.who, course)
    except Complaint as complaint:      # a name that is none: the sheet is as long as anybody's
        intake.findings.append(told(str(complaint)))
        return _missing(draw(tree, "nobody", course)), []
    text = _text(intake)
    if text is None:
        return _missing(handout), []
    intake.findings += [f"{HANDOUT}, {told(odd)}" for odd in read_form(text, handout.questions).odd[:3]]
    try:
        marks = mark(tree, handout, text, _lab(tree))
    except OtherSheet as other:
        intake.findings.append(f"{HANDOUT}: {told(str(other))}")
        return _missing(handout), []
    beliefs = load_beliefs(tree)
    return [_task(mark) for mark in marks], [_answered(mark, beliefs) for mark in marks
                                             if mark.verdict != "MISSING"]


@cache
def _course(tree: Tree) -> Course | None:
    """What this clone's sheets are drawn from, if it has any."""
    return load_course(tree) if (tree.chapters / "handout.toml").is_file() else None


@cache
def _lab(tree: Tree) -> Lab:
    """Of one process: what one student's sheet made it run is not run again for the next."""
    return Lab(tree)


def _text(intake: Intake) -> str | None:
    if HANDOUT not in intake.files:
        return None
    try:
        return intake.files[HANDOUT].decode("utf-8")
    except UnicodeDecodeError:
        intake.findings.append(f"{HANDOUT} is not text in UTF-8")
        return None


def _missing(handout: Handout) -> list[Task]:
    return [Task("handout", question.id, 0, MOST, (Item(f"{question.asks}?", "MISSING"),))
            for question in handout.questions]


def _task(mark: Mark) -> Task:
    says = [f"given: {told(mark.given)[:200]}"] if mark.given else []
    says += [f"right: {mark.right}"] + ([told(mark.why)] if mark.why else [])
    return Task("handout", mark.id, total([POINTS[mark.verdict]]), MOST,
                (Item(f"{mark.asks}?", mark.verdict, "\n".join(says)),))


def _answered(mark: Mark, beliefs: dict[str, Belief]) -> Answered:
    belief = beliefs[mark.misconception] if mark.misconception else None
    return Answered(f"handout/{mark.id}", "right" if mark.verdict == "GOOD" else "wrong", None,
                    belief and belief.id, belief and belief.says, belief and belief.chapter)
