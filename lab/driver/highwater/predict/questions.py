"""A chapter's questions: the prose asks them, chapter.toml says how an answer is judged.

The numbered list under "## Predict" in README.md is what a student reads, in the book and at the
terminal. chapter.toml has one [[predict]] for each of its items, in the same order:

    [[predict]]
    id = "filled"
    asks = "How much memory does the map take"     # words of the item: the part that is answered
    kind = "choice"                                # number | choice | word
    real = "retain.heap.filled.heapalloc / ... | .2"   # arithmetic over figures, as in the prose
    unit = "times the product"
    choices = [
        { says = "just under", below = 1, means = "slots-are-free" },
        { says = "more than twice", from = 2 },
    ]

No answer is typed: `real` is worked out from the run, and right is the one choice in whose range
(from <= real < below) it lies. Each of the others names, by `means`, the belief that leads to it. A
word is a choice whose texts are not shown. A number has `near`, the ratio within which it counts
as right, and `wrong`, the beliefs that lead to other numbers: near a `value`, or from .. below:

    near = 1.25
    wrong = [ { value = "retain.heap.filled.entries * 16", means = "slots-are-free" } ]

Values and bounds are numbers or expressions.
"""

import json
import re
from dataclasses import dataclass
from typing import Any

from ..complaint import Complaint
from ..expression import FIGURE
from ..manifest import Chapter, Fields
from ..markers import COMMENT
from ..seal import digest
from ..textfile import read_text
from ..tree import Tree

KINDS = ("number", "choice", "word")
SECTION = re.compile(r"^## Predict$\n(.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
ITEM = re.compile(r"^\d+\. (.*(?:\n(?=[ \t]*\S)(?!\d+\. ).*)*)", re.MULTILINE)
LINK = re.compile(r"\[([^\]]*)\](?:\([^)]*\))?")
EMPHASIS = re.compile(r"(?<![\w*])\*{1,2}(?=\S)|(?<=\S)\*{1,2}(?![\w*])")

Bound = int | float | str | None


@dataclass(frozen=True)
class Range:
    """Where a choice is right, or which guesses a belief explains; both ends may be open."""

    start: Bound
    below: Bound
    value: Bound = None


@dataclass(frozen=True)
class Choice:
    """One answer that may be chosen; `means` is the belief behind it where it is wrong."""

    says: str
    range: Range
    means: str | None


@dataclass(frozen=True)
class Wrong:
    """Numbers that a belief explains."""

    range: Range
    means: str


@dataclass(frozen=True)
class Question:
    """One question: the prose's words and the manifest's rules."""

    id: str
    text: str
    asks: str
    kind: str
    real: str
    unit: str
    near: float
    choices: tuple[Choice, ...]
    wrong: tuple[Wrong, ...]

    @property
    def targets(self) -> set[str]:
        """The targets of this chapter whose runs tell the real answer."""
        names = FIGURE.findall(self.real.partition("|")[0])
        return {name.partition(".")[0] for name in names if "." in name and name[2] != ":"}

    @property
    def asked(self) -> str:
        """A digest of what was put to the student: an answer counts for these words only."""
        return digest(json.dumps([self.text, self.asks, self.kind, self.unit,
                                  [choice.says for choice in self.choices]]))


@dataclass(frozen=True)
class Paper:
    """All questions of a chapter, the words above them, and the version of the whole."""

    chapter: Chapter
    intro: str
    questions: tuple[Question, ...]
    version: str


def load_paper(tree: Tree, chapter: Chapter) -> Paper:
    """The questions of a chapter; a complaint if it has none, or if prose and manifest part."""
    if not chapter.predict:
        raise Complaint(f"{chapter.name} has no questions to predict yet")
    where = tree.name(chapter.folder)
    intro, items = predict_section(read_text(chapter.folder / "README.md", f"{where}/README.md"))
    if len(items) != len(chapter.predict):
        raise Complaint(f'{where}: "## Predict" asks {len(items)} questions, and chapter.toml '
                        f"has {len(chapter.predict)} [[predict]]")
    questions = tuple(read_question(f"{where}/chapter.toml", table, item)
                      for table, item in zip(chapter.predict, items))
    ids = [question.id for question in questions]
    if len(set(ids)) != len(ids):
        raise Complaint(f"{where}/chapter.toml: two questions have one id")
    version = digest(json.dumps([chapter.predict, intro, items], sort_keys=True))
    return Paper(chapter, intro, questions, version)


def predict_section(text: str) -> tuple[str, list[str]]:
    """What stands under "## Predict": the words above the list, and its items, as plain text."""
    found = SECTION.search(text)
    body = COMMENT.sub("", found[1]) if found else ""
    first = ITEM.search(body)
    return plain(body[:first.start()] if first else body), [
        plain(item[1]) for item in ITEM.finditer(body)]


def plain(markdown: str) -> str:
    """Prose without its marks, on one line; what stands in backquotes stays as it is."""
    pieces = markdown.split("`")
    for at in range(0, len(pieces), 2):
        pieces[at] = EMPHASIS.sub("", LINK.sub(r"\1", pieces[at]))
    return " ".join("".join(pieces).split())


def read_question(where: str, table: dict[str, Any], item: str) -> Question:
    """One table of rules, and the words of the item that it goes with."""
    fields = Fields(f"{where}, predict {table.get('id', '(no id)')}", table)
    kind = fields.one_of("kind", KINDS)
    question = Question(
        id=fields.id("id"), text=item, asks=fields.take("asks", str), kind=kind,
        real=fields.take("real", str), unit=fields.take("unit", str) if "unit" in table else "",
        near=float(_number(fields, "near")) if kind == "number" else 1.0,
        choices=() if kind == "number" else _choices(fields),
        wrong=_wrong(fields) if kind == "number" else ())
    fields.end()
    if question.asks not in item:
        raise fields.wrong(f'"asks" is not in the words of the prose: "{item}"')
    if not FIGURE.search(question.real):
        raise fields.wrong('"real" names no figure')
    return question


def _choices(fields: Fields) -> tuple[Choice, ...]:
    choices = []
    for table in fields.tables("choices"):
        inner = Fields(f"{fields.where}, choices", table)
        choices.append(Choice(inner.take("says", str), _range(inner),
                              inner.id("means") if "means" in table else None))
        inner.end()
    says = [choice.says.lower() for choice in choices]
    if len(says) < 2 or len(set(says)) != len(says):
        raise fields.wrong('"choices" are not two or more, each with other words')
    return tuple(choices)


def _wrong(fields: Fields) -> tuple[Wrong, ...]:
    wrong = []
    for table in fields.tables("wrong"):
        inner = Fields(f"{fields.where}, wrong", table)
        wrong.append(Wrong(_range(inner), inner.id("means")))
        inner.end()
    return tuple(wrong)


def _range(fields: Fields) -> Range:
    """from, below and value, each a number or an expression; one of them at least."""
    ends = [_bound(fields, name) for name in ("from", "below", "value")]
    if ends == [None, None, None]:
        raise fields.wrong('"from", "below" and "value" are all missing')
    return Range(*ends)


def _bound(fields: Fields, name: str) -> Bound:
    if name not in fields.left:
        return None
    return fields.take(name, str) if isinstance(fields.left[name], str) else _number(fields, name)


def _number(fields: Fields, name: str) -> int | float:
    kind = float if isinstance(fields.left.get(name), float) else int
    return fields.take(name, kind)
