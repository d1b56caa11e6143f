"""The predictions of a submission: points for having made them, and what they tell."""

import tempfile
from functools import cache
from pathlib import Path

from ..complaint import Complaint
from ..manifest import Chapter, sound_chapters
from ..predict.compare import Graded, Key, graded, key_of
from ..predict.questions import load_paper
from ..predict.store import read_prediction
from ..tree import Tree
from .intake import Intake
from .marks import Answered, Item, Task, told, total
from .weights import AFTER_THE_RUN, PREDICTION

MOST = max(PREDICTION.values())


def file_of(chapter: Chapter) -> str:
    return f"predictions/{chapter.name}.json"


@cache
def asking(tree: Tree) -> dict[Chapter, tuple[str, ...]]:
    """The chapters that ask, with their questions."""
    return {chapter: tuple(question.asks for question in load_paper(tree, chapter).questions)
            for chapter in _chapters(tree) if chapter.predict}


def grade_predictions(tree: Tree, intake: Intake) -> tuple[list[Task], list[Answered]]:
    """A task for each chapter that asks."""
    tasks, answered = [], []
    for chapter, questions in asking(tree).items():
        rows = _rows(tree, chapter, intake)
        if rows is None:
            items = tuple(Item(asks, "MISSING") for asks in questions)
            tasks.append(Task("predictions", chapter.name, 0, MOST * len(questions), items))
            continue
        score = total(_points(row) for row in rows)
        tasks.append(Task("predictions", chapter.name, score, MOST * len(rows), tuple(map(_item, rows))))
        answered += [Answered(f"{chapter.name}/{row.question}", row.verdict, row.sure, row.misconception,
                              row.believed, row.treated) for row in rows if row.verdict in ("right", "wrong")]
    return tasks, answered


def _rows(tree: Tree, chapter: Chapter, intake: Intake) -> list[Graded] | None:
    """What became of the answers; None if there are none that can be read, which is a finding."""
    name = file_of(chapter)
    if name not in intake.files:
        return None
    with tempfile.NamedTemporaryFile() as file:
        file.write(intake.files[name])
        file.flush()
        try:
            prediction = read_prediction(Path(file.name), name)
        except Complaint as complaint:
            intake.findings.append(told(str(complaint)))
            return None
    return graded(tree, chapter, prediction, key(tree, chapter.name))


@cache
def key(tree: Tree, name: str) -> Key:
    """Read once for a whole class."""
    chapters = _chapters(tree)
    return key_of(tree, next(chapter for chapter in chapters if chapter.name == name), chapters)


@cache
def _chapters(tree: Tree) -> list[Chapter]:
    return sound_chapters(tree)[0]


def _points(row: Graded) -> float:
    return PREDICTION[row.verdict] * (AFTER_THE_RUN if row.after_run else 1)


def _item(row: Graded) -> Item:
    given = told(row.given or "")[:200] + (f" ({row.sure})" if row.sure else "")
    match row.verdict:
        case "right" | "wrong":
            far = f", {row.far}" if row.far else ""
            says = [f"predicted {given}: {row.verdict}{far}", f"real: {row.right}"]
            if row.believed:
                says.append(f"belief {row.misconception}: {row.believed} Chapter {row.treated} shows what is "
                            "true of it.")
            if row.after_run:
                says.append("the run that decides it had been shown before")
            return Item(row.asks, "GOOD" if _points(row) else "BAD", "\n".join(says))
        case "skipped":
            return Item(row.asks, "MISSING", f"skipped\nreal: {row.right}")
        case "unreadable":
            return Item(row.asks, "BAD", f'"{given}" is no answer to it\nreal: {row.right}')
        case _:
            return Item(row.asks, "MISSING", "asked in other words when it was answered, or not at all")
