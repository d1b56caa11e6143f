""".predictions/NN-slug.json: what was answered, when, and to which version of the questions.

The file is written when the last answer is in, whole, and only if there is none: what one has
predicted, one has predicted.
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


def path_of(tree: Tree, chapter: Chapter) -> Path:
    return tree.predictions / f"{chapter.name}.json"


def store(tree: Tree, paper: Paper, answers: list[Answer]) -> None:
    """Writes the answers; a complaint if there are some already, or no place for them."""
    path = path_of(tree, paper.chapter)
    rows = [{"id": question.id, "asked": question.asked, "answer": answer.text, "sure": answer.sure}
            for question, answer in zip(paper.questions, answers, strict=True)]
    text = json.dumps({"chapter": paper.chapter.name, "version": paper.version,
                       "date": datetime.date.today().isoformat(), "answers": rows},
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
    if not path.exists():
        return None
    name = tree.name(path)
    try:
        return _read(json.loads(read_text(path, name)))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Complaint(f"{name} is damaged: it is not as `make predict` wrote it") from None


def _read(whole: dict[str, Any]) -> Prediction:
    given = {}
    for row in whole["answers"]:
        texts = [row["id"], row["asked"], row["sure"], "" if row["answer"] is None else row["answer"]]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError
        given[row["id"]] = Given(row["asked"], Answer(row["answer"], row["sure"]))
    datetime.date.fromisoformat(whole["date"])
    return Prediction(str(whole["version"]), whole["date"], given)
