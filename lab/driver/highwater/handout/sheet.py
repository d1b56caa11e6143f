"""The sheet to read, as GitHub shows Markdown, and the form to fill in."""

import os

from ..predict.answers import SKIP, form as form_of
from ..predict.ask import wrapped
from ..predict.questions import Question
from ..tree import Tree
from .draw import Handout, Task
from .form import SHEET

EXACT = 1.002       # a factor up to which nothing but the right count of some hundreds is near

INTRO = """\
Your numbers are yours: nobody else has all of them. They are drawn from your name, and every
question is as hard as your neighbour's. What you hand in is the form beside this file,
`handout.txt`: a line for each question, the answer behind the colon.

- A number may be written as you like: `37,832,752`, `36.1 MiB`, `3.78e7`. How near is near enough
  stands at each question.
- Of a choice write the letter, or the words it begins with.
- `{skip}`, or nothing, passes a question over.
- `make handout WHO={who}` once more tells whether your form can be read.

Work from the chapters. Each question names a command that explores neighbouring sizes, with numbers
near yours: run it, find the rule, work out your own. Whether you may run the lab with your own
numbers before you answer is your instructor's choice. No key is kept anywhere: whoever marks, runs the lab.
"""


def markdown(tree: Tree, handout: Handout, folder: str) -> str:
    """The sheet; `folder` is where it will lie, for its links."""
    lines = [f"# Maps and memory: the sheet of {escaped(handout.name)}", "",
             f"Sheet {handout.number}, edition {escaped(handout.edition)}.", "",
             INTRO.format(skip=SKIP, who=handout.who)]
    for number, task in enumerate(handout.tasks, 1):
        chapter = os.path.relpath(task.chapter.folder / "README.md", folder)
        lines += [f"## {number}. {task.title}", "", wrapped(task.text, 0), ""]
        for question in task.questions:
            lines += _asked(question)
        lines += ["", f"[Chapter {task.chapter.number}]({chapter}) treats this. Neighbouring sizes:", "",
                  "```sh", task.explore, "```", ""]
    return "\n".join(lines)


def _asked(question: Question) -> list[str]:
    lines = [wrapped(f"{question.asks}? {_rule(question)}", 2, f"- **{question.id}**: ")]
    return lines + [f"  - {letter}) {choice.says}" for letter, choice in lettered(question)]


def lettered(question: Question) -> list[tuple[str, str]]:
    return [(chr(ord("a") + at), choice) for at, choice in enumerate(question.choices)]


def _rule(question: Question) -> str:
    """How near a number must be."""
    if question.kind != "number":
        return ""
    near = f"right within a factor of {question.near:g}" if question.near > EXACT else "exactly"
    return f"*({f'in {question.unit}, ' if question.unit else ''}{near})*"


def blank_form(handout: Handout) -> str:
    """The form, nothing filled in."""
    lines = [f"# The answers of {handout.name}: write each behind its colon. What stands behind a # is not read.",
             f"{SHEET}: {handout.number}", ""]
    for number, task in enumerate(handout.tasks, 1):
        lines.append(f"# {number}. {task.title}")
        for question in task.questions:
            lines += [_commented(f"{question.asks}? {form_of(question)}"), f"{question.id}: "]
        lines.append("")
    return "\n".join(lines)


def _commented(text: str) -> str:
    return "\n".join(f"# {line}" for line in wrapped(text, 0).splitlines())


def escaped(text: str) -> str:
    """A name in Markdown: what it holds is text, whatever it is."""
    return "".join(f"\\{c}" if c in r"\`*_{}[]<>()#+-.!|~&" else c for c in text)


def task_heading(number: int, task: Task) -> str:
    return f"{number}. {task.title} (chapter {task.chapter.number})"
