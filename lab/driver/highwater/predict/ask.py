"""Asking: question by question at a terminal, or line by line from a file.

Answers are held in memory until the last one is in. Who stops half-way has predicted nothing.
"""

import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

from ..complaint import Complaint
from ..textfile import read_text
from .answers import SKIP, Answer, form, read_answer
from .questions import Paper, Question

WIDTH = 88
KEPT = "nothing is stored"


def ask(paper: Paper, put: Callable[[str], None] = print, line: Callable[[str], str] = input) -> list[Answer]:
    """Asks a person; a line that is no answer gets a sentence and is asked for again."""
    put(f"{paper.chapter.name}: {paper.chapter.title}\n")
    if paper.intro:
        put(wrapped(paper.intro, 0) + "\n")
    put(wrapped(f"`{SKIP}` passes a question over. An answer may end in ! (I am sure) or in ? "
                "(I guess). Answers are stored after the last one, and then they stay.", 0) + "\n")
    answers = []
    for number, question in enumerate(paper.questions, 1):
        put(_put(question, number, len(paper.questions)))
        try:
            answers.append(_insist(question, put, line))
        except (EOFError, KeyboardInterrupt):
            put("")
            raise Complaint(f"stopped at question {number} of {len(paper.questions)}; {KEPT}",
                            130) from None
    return answers


def _insist(question: Question, put: Callable[[str], None], line: Callable[[str], str]) -> Answer:
    while True:
        try:
            return read_answer(question, line("> "))
        except Complaint as complaint:
            put(str(complaint))


def _put(question: Question, number: int, count: int) -> str:
    """A question as shown: the prose's words, what of them is to be answered, and how."""
    lines = [wrapped(f"{number} of {count}. {question.text}")]
    if question.text != f"{question.asks}?":
        lines.append(wrapped(f"To answer: {question.asks}?", lead="   "))
    if question.kind == "choice":
        lines += [f"   {chr(ord('a') + at)}  {choice.says}" for at, choice in enumerate(question.choices)]
    return "\n".join([*lines, f"   Write {form(question)}."])


def wrapped(text: str, indent: int = 3, lead: str = "") -> str:
    """Text folded to a page's width, `lead` before its first line, blanks before the others."""
    return "\n".join(textwrap.wrap(" ".join(text.split()), WIDTH, initial_indent=lead,
                                   subsequent_indent=" " * indent, break_on_hyphens=False))


def from_file(paper: Paper, name: str | None) -> list[Answer]:
    """The answers of a file, or of the standard input if `name` is None or "-"."""
    said = "the standard input" if name in (None, "-") else name
    text = _standard_input() if name in (None, "-") else read_text(Path(name), name)
    lines = list(_answer_lines(text))
    if len(lines) != len(paper.questions):
        raise Complaint(f"{said} has {len(lines)} answers for the {len(paper.questions)} questions of "
                        f"{paper.chapter.name} (one a line, `{SKIP}` is one); {KEPT}")
    answers = []
    for (number, line), question in zip(lines, paper.questions):
        try:
            answers.append(read_answer(question, line))
        except Complaint as complaint:
            raise Complaint(f"{said}, line {number}, {question.id}: {complaint}; {KEPT}") from None
    return answers


def _standard_input() -> str:
    try:
        return sys.stdin.buffer.read().decode()
    except UnicodeDecodeError:
        raise Complaint(f"the standard input is not text; {KEPT}") from None


def _answer_lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that hold an answer, with their numbers: not the blank ones, nor comments (#)."""
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("#"):
            yield number, line
