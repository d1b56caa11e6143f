""".predictions/NN-slug.json: what was answered, when, and to which version of the questions.

The file is written when the last answer is in, whole, and only if there is none: what one has
predicted, one has predicted. It says which targets the driver had shown before (ran.py).
"""

import datetime
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..complaint import Complaint
from ..manifest import Chapter
from ..textfile import read_text, write_new
from ..tree import Tree
from .answers import Answer
from .questions import Paper
from .ran import ran


@dataclass(frozen=True)
class Given:
    """An answer with the digest of the words that it answers."""

    asked: str
    answer: Answer


@dataclass(frozen=True)
class Prediction:
    """A chapter's file."""

    version: str
    date: str
    given: dict[str, Given]
    after_run: tuple[str, ...] = ()     # targets that were shown before the answers were given


def path_of(tree: Tree, chapter: Chapter) -> Path:
    return tree.predictions / f"{chapter.name}.json"


def store(tree: Tree, paper: Paper, answers: list[Answer]) -> None:
    """Writes the answers; a complaint if there are some already, or no place for them."""
    path = path_of(tree, paper.chapter)
    rows = [{"id": question.id, "asked": question.asked, "answer": answer.text, "sure": answer.sure}
            for question, answer in zip(paper.questions, answers, strict=True)]
    text = json.dumps({"chapter": paper.chapter.name, "version": paper.version,
                       "date": datetime.date.today().isoformat(), "after_run": ran(tree, paper.chapter),
                       "answers": rows},
                      indent=2, ensure_ascii=False)
    try:
        write_new(path, text + "\n")
    except OSError as error:
        if path.exists():
            raise already_there(tree, paper.chapter) from None
        raise Complaint(f"{tree.name(path)} cannot be written: {error.strerror}", 1) from None


def already_there(tree: Tree, chapter: Chapter) -> Complaint:
    return Complaint(f"{tree.name(path_of(tree, chapter))} is there already, and predictions are "
                     "kept as they were made")


def load(tree: Tree, chapter: Chapter) -> Prediction | None:
    """What was predicted for a chapter; None if nothing was, a complaint if the file is damaged."""
    path = path_of(tree, chapter)
    return read_prediction(path, tree.name(path)) if path.exists() else None


def read_prediction(path: Path, name: str) -> Prediction:
    """What such a file holds, wherever it lies; a complaint that calls it `name` if it is damaged."""
    try:
        return _read(json.loads(read_text(path, name)))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Complaint(f"{name} is damaged: it is not as `make predict` wrote it") from None


def _read(whole: dict[str, Any]) -> Prediction:
    given = {}
    for row in whole["answers"]:
        texts = [row["id"], row["asked"], row["sure"], "" if row["answer"] is None else row["answer"]]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError
        given[row["id"]] = Given(row["asked"], Answer(row["answer"], row["sure"]))
    datetime.date.fromisoformat(whole["date"])
    shown = whole.get("after_run", [])
    if not isinstance(shown, list) or not all(isinstance(target, str) for target in shown):
        raise ValueError
    return Prediction(str(whole["version"]), whole["date"], given, tuple(shown))
