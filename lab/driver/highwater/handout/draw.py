"""A name's sheet. Nothing is stored: every draw is a digest, the same on every machine, for ever.

Each place is drawn by itself, from the edition, the name, the question's id and the place's name. So a question that is
added, mended or removed leaves the draws of the others as they were; and another edition, which is
one line of chapters/handout.toml, draws everything anew: last year's sheets are of no use.
"""

import hashlib
import json
from dataclasses import dataclass, replace

from ..manifest import Chapter
from ..predict.questions import Choice, Question
from ..seal import digest
from ..tree import Tree
from .names import spelling
from .places import Drawn, fill
from .questions import Course, Template, load_course


@dataclass(frozen=True)
class Task:
    """A question as one student has it. `run` is what answers it; `explore` is a command with other
    values, for trying out."""

    id: str
    title: str
    chapter: Chapter
    text: str
    run: tuple[str, ...]
    explore: str
    drawn: dict[str, Drawn]
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Handout:
    """A sheet. `number` is a digest of all that was drawn: a form that is filled in for another
    sheet, or for this one before its questions changed, carries another number."""

    who: str
    name: str
    edition: str
    number: str
    tasks: tuple[Task, ...]

    @property
    def questions(self) -> list[Question]:
        return [question for task in self.tasks for question in task.questions]


def draw(tree: Tree, who: str, course: Course | None = None) -> Handout:
    """The sheet of a name; a complaint if it is none, or if chapters/handout.toml is not sound."""
    spelt = spelling(who)
    course = course or load_course(tree)
    tasks = tuple(_task(template, Dice(course.edition, spelt, template.id))
                  for template in course.templates)
    shown = "".join(c if c.isprintable() else " " for c in who)
    return Handout(spelt, " ".join(shown.split()), course.edition, _number(course, tasks), tasks)


@dataclass(frozen=True)
class Dice:
    """Throws that depend on nothing but the edition, the name, the question and what is thrown for."""

    edition: str
    who: str
    question: str

    def throw(self, what: str, sides: int) -> int:
        """A number below `sides`, as likely as the others: of 2^128 too few are left over to matter."""
        said = "\0".join([self.who, self.question, what]).encode()
        thrown = hashlib.blake2b(said, key=self.edition.encode(), digest_size=16).digest()
        return int.from_bytes(thrown, "big") % sides

    def shuffle(self, what: str, choices: tuple[Choice, ...]) -> tuple[Choice, ...]:
        """The choices in another order, so that `b` is no answer to pass on."""
        left, order = list(choices), []
        while left:
            order.append(left.pop(self.throw(f"{what} {len(left)}", len(left))))
        return tuple(order)


def _task(template: Template, dice: Dice) -> Task:
    own = {name: dice.throw(name, draw.count) for name, draw in template.draws.items()}
    drawn = {name: draw.at(own[name]) for name, draw in template.draws.items()}
    near = {name: draw.at((own[name] + 1 + dice.throw(f"{name}, beside", draw.count - 1)) % draw.count)
            for name, draw in template.draws.items()}
    return Task(template.id, template.title, template.chapter,
                " ".join(fill(template.text, drawn, commas=True).split()),
                template.filled_run(drawn), fill(template.explore, near), drawn,
                tuple(replace(question, choices=dice.shuffle(question.id, question.choices))
                      for question in template.questions(drawn)))


def _number(course: Course, tasks: tuple[Task, ...]) -> str:
    """Eight digits over what was drawn. Words may be mended without making it another sheet."""
    drawn = [[task.id, task.drawn, [[question.id, [choice.says for choice in question.choices]]
                                    for question in task.questions]] for task in tasks]
    return digest(json.dumps([course.edition, drawn], sort_keys=True))[:8]
