"""chapters/handout.toml: what a sheet may ask, and what is drawn for it. The file's head explains it.

An [[question.ask]] is a question of predict/questions.py with places in it: once they are filled,
that module reads it and judge.py judges its answers, so a rule is written the same way in both files.
"""

from dataclasses import dataclass
from typing import Any

from ..complaint import Complaint
from ..manifest import TARGETS, Chapter, Fields, load_chapters, parse_toml
from ..predict.beliefs import load_beliefs
from ..predict.questions import Question, read_question
from ..textfile import read_text
from ..tree import Tree
from .places import Drawn, fill, fill_all, names_in

FILE = "handout.toml"
WORDED = ("text", "asks", "says", "unit")       # fields that readers see: numbers get commas there


@dataclass(frozen=True)
class Draw:
    """What one place is drawn from: whole numbers of some ranges, ends included, or a list."""

    ranges: tuple[range, ...]
    of: tuple[Drawn, ...]

    @property
    def count(self) -> int:
        return len(self.of) or sum(len(numbers) for numbers in self.ranges)

    def at(self, index: int) -> Drawn:
        """The value at an index below `count`."""
        if self.of:
            return self.of[index]
        for numbers in self.ranges:
            if index < len(numbers):
                return numbers[index]
            index -= len(numbers)
        raise IndexError(index)


@dataclass(frozen=True)
class Template:
    """A question with its places open."""

    where: str
    id: str
    title: str
    chapter: Chapter
    text: str
    run: tuple[str, ...]
    explore: str
    draws: dict[str, Draw]
    asks: tuple[dict[str, Any], ...]

    def questions(self, drawn: dict[str, Drawn]) -> tuple[Question, ...]:
        """Its questions, the places filled: what predict asks and judges."""
        filled = fill_all(list(self.asks), drawn, lambda field: field in WORDED)
        return tuple(read_question(self.where, table, str(table.get("asks", "")).rstrip("?"))
                     for table in filled)

    def filled_run(self, drawn: dict[str, Drawn]) -> tuple[str, ...]:
        return tuple(fill(word, drawn) for word in self.run)


@dataclass(frozen=True)
class Course:
    """The whole file."""

    edition: str
    templates: tuple[Template, ...]


def load_course(tree: Tree) -> Course:
    """The file, or a complaint that names the question and what is wrong with it."""
    path = tree.chapters / FILE
    where = tree.name(path)
    fields = Fields(where, parse_toml(read_text(path, where), where))
    edition = fields.take("edition", str)
    if len(edition.encode()) > 64:
        raise fields.wrong('"edition" is longer than 64 bytes')
    chapters = {chapter.number: chapter for chapter in load_chapters(tree)}
    templates = tuple(_template(where, table, chapters) for table in fields.tables("question"))
    fields.end()
    if not templates:
        raise fields.wrong("there is no [[question]]")
    _check_ids(where, templates)
    beliefs = load_beliefs(tree)
    for template in templates:
        _check(template, set(beliefs))
    return Course(edition, templates)


def _template(where: str, table: dict[str, Any], chapters: dict[int, Chapter]) -> Template:
    fields = Fields(f"{where}, question {table.get('id', '(no id)')}", table)
    number = fields.take("chapter", int)
    if number not in chapters:
        raise fields.wrong(f"there is no chapter {number}")
    template = Template(
        where=fields.where, id=fields.id("id"), title=fields.take("title", str),
        chapter=chapters[number], text=fields.take("text", str), run=fields.strings("run"),
        explore=fields.take("explore", str), draws=_draws(fields), asks=tuple(fields.tables("ask")))
    fields.end()
    if not template.run or template.run[0] not in template.chapter.targets:
        raise fields.wrong(f'"run" does not begin with a target of {template.chapter.name}: '
                           + ", ".join(template.chapter.targets))
    words = template.explore.split()
    if words[0] != "make" or len(words) < 2 or words[1] not in TARGETS:
        raise fields.wrong('"explore" is no `make` with a target: ' + ", ".join(TARGETS))
    if not template.asks:
        raise fields.wrong("there is no [[question.ask]]")
    return template


def _draws(fields: Fields) -> dict[str, Draw]:
    tables = fields.take("draw", dict)
    return {name: _draw(Fields(f"{fields.where}, draw {name}", table if isinstance(table, dict) else {}))
            for name, table in tables.items()}


def _draw(fields: Fields) -> Draw:
    if ("between" in fields.left) == ("of" in fields.left):
        raise fields.wrong('write either "between", a list of ranges, or "of", a list of values')
    if "between" in fields.left:
        draw = Draw(tuple(_range(fields, ends) for ends in fields.take("between", list)), ())
    else:
        draw = Draw((), tuple(fields.take("of", list)))
        _check_values(fields, draw.of)
    fields.end()
    if draw.count < 2:
        raise fields.wrong("there are not two values to draw from")
    return draw


def _range(fields: Fields, ends: Any) -> range:
    match ends:
        case [int() as least, int() as most] if 0 <= least < most:
            return range(least, most + 1)
    raise fields.wrong('"between" holds something that is not [least, most], two whole numbers')


def _check_values(fields: Fields, values: tuple[Any, ...]) -> None:
    """Numbers, strings, or tables of them with the same names: what a place can be filled with."""
    shapes = {tuple(sorted(value)) if isinstance(value, dict) else () for value in values}
    inside = [item for value in values
              for item in (value.values() if isinstance(value, dict) else [value])]
    if len(shapes) != 1 or not all(isinstance(item, (int, str)) and not isinstance(item, bool)
                                   for item in inside):
        raise fields.wrong('"of" is not a list of numbers, of strings, or of tables with the same names')


def _check_ids(where: str, templates: tuple[Template, ...]) -> None:
    """An id is a line of the form, and a draw's name: two questions must not share one."""
    for ids in ([template.id for template in templates],
                [str(ask.get("id")) for template in templates for ask in template.asks]):
        for id in ids:
            if ids.count(id) > 1:
                raise Complaint(f'{where}: the id "{id}" is there twice')


def _check(template: Template, beliefs: set[str]) -> None:
    """Fills the question with the first values and reads it: what is wrong is said before a class
    has its sheets."""
    drawn = {name: draw.at(0) for name, draw in template.draws.items()}
    used = names_in([template.text, list(template.run), template.explore, list(template.asks)])
    if unused := sorted(set(template.draws) - used):
        raise Complaint(f'{template.where}: "{unused[0]}" is drawn and used in no place')
    try:
        fill(template.text, drawn), fill(template.explore, drawn), template.filled_run(drawn)
        questions = template.questions(drawn)
    except Complaint as complaint:
        said = str(complaint)
        raise Complaint(said if said.startswith(template.where) else f"{template.where}: {said}") from None
    for question in questions:
        for item in question.choices + question.wrong:
            if item.means and item.means not in beliefs:
                raise Complaint(f"{template.where}, {question.id}: misconceptions.toml has no {item.means}")
