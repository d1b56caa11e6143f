"""A grade: tasks with points, and under each what was GOOD, BAD or MISSING.

Everything here is plain data that goes to JSON and back, so a grade that was kept is the same as one
just made.
"""

import re
from dataclasses import asdict, dataclass, field
from typing import Any

ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}\b")
LONGEST = 2000          # characters of one message


@dataclass(frozen=True)
class Item:
    """One thing that was looked at: GOOD, BAD or MISSING, and what there is to say of it."""

    name: str
    verdict: str
    says: str = ""


@dataclass(frozen=True)
class Task:
    """One thing that was to be done: a chapter's predictions, a drill, a line of the handout."""

    part: str           # predictions, drills, handout
    name: str
    score: float
    most: float
    items: tuple[Item, ...]

    @property
    def missing(self) -> bool:
        """Nothing at all was handed in for it."""
        return all(item.verdict == "MISSING" for item in self.items)


@dataclass(frozen=True)
class Answered:
    """One answer, for the tables over many: how it came out, how sure its author was, the belief behind it."""

    question: str       # 07-iteration-order/first-key, or handout/kept
    verdict: str
    sure: str | None    # sure, a guess, or nothing; None where it is not asked
    misconception: str | None
    believed: str | None
    treated: int | None


@dataclass(frozen=True)
class Grade:
    """A submission's grade. `digest` is of all that was graded, `lab` of all that graded it."""

    entry: str          # the name of its folder, fit to be shown
    who: str
    digest: str
    lab: str
    findings: tuple[str, ...]
    tasks: tuple[Task, ...]
    answered: tuple[Answered, ...] = field(default=())

    @property
    def score(self) -> float:
        return total(task.score for task in self.tasks)

    @property
    def most(self) -> float:
        return total(task.most for task in self.tasks)

    def part(self, name: str) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.part == name)

    def plain(self) -> dict[str, Any]:
        """As JSON takes it."""
        return asdict(self)


def grade_from(whole: dict[str, Any]) -> Grade:
    """The grade that plain() made; KeyError or TypeError if it is none."""
    tasks = tuple(Task(**task | {"items": tuple(Item(**item) for item in task["items"])})
                  for task in whole["tasks"])
    return Grade(**whole | {"tasks": tasks, "findings": tuple(whole["findings"]),
                            "answered": tuple(Answered(**row) for row in whole["answered"])})


def total(scores: Any) -> float:
    return round(sum(scores), 2)


def points(score: float) -> str:
    """7, 7.5, 6.67"""
    return f"{score:.2f}".rstrip("0").rstrip(".")


def shown(text: str) -> str:
    """Text of unknown origin on one line: nothing in it steers a terminal or breaks a table."""
    text = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "?" for c in text)


def told(text: str) -> str:
    """A message in a report, the same on every run: no address, no control character, no end of it."""
    lines = [shown(line).rstrip() for line in ADDRESS.sub("0x...", text).splitlines()]
    whole = "\n".join(lines).strip()
    return whole if len(whole) <= LONGEST else whole[:LONGEST] + " ..."
