"""`make handout` writes sheets, `make mark` prints how one came out."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..complaint import Complaint
from ..predict.ask import wrapped
from ..textfile import read_text, write_text
from ..tree import Tree
from .draw import Handout, draw
from .form import Form, read_form
from .mark import Mark, mark
from .names import spelling
from .questions import load_course
from .sheet import blank_form, markdown, task_heading


@dataclass(frozen=True)
class Sheet:
    """Where a name's sheet and form lie."""

    folder: Path

    @property
    def read(self) -> Path:
        return self.folder / "handout.md"

    @property
    def form(self) -> Path:
        return self.folder / "handout.txt"


def sheet_of(tree: Tree, who: str) -> Sheet:
    """The place of a name's sheet, by the spelling that counts."""
    return Sheet(tree.root / "build" / "handouts" / who)


def run_handout(tree: Tree, who: str | None, names: str | None) -> int:
    """One sheet, or one for each name of a file."""
    if (who is None) == (names is None):
        raise Complaint("say whose sheet: `make handout WHO=ada`, or CLASS=names.txt, a name on a line")
    if who is not None:
        handout = draw(tree, who)
        kept = write_sheet(tree, handout)
        print(_one(tree, handout, kept), flush=True)
        return 0
    course = load_course(tree)
    handouts = [draw(tree, name, course) for name in _class(names)]
    kept = [handout.who for handout in handouts if write_sheet(tree, handout) is not None]
    print(f"{len(handouts)} sheets in {tree.name(sheet_of(tree, '').folder)}/, a folder for each name"
          + (f"; {len(kept)} forms are filled in and stay as they are" if kept else ""), flush=True)
    return 0


def _class(names: str) -> list[str]:
    """The names of a file, each once: two students with one sheet would be one too few."""
    lines: dict[str, tuple[int, str]] = {}
    for number, line in enumerate(read_text(Path(names), names).splitlines(), 1):
        name = line.partition("#")[0].strip()
        if not name:
            continue
        try:
            spelt = spelling(name)
        except Complaint as complaint:
            raise Complaint(f"{names}, line {number}: {complaint}") from None
        if spelt in lines:
            raise Complaint(f"{names}, lines {lines[spelt][0]} and {number}: both are {spelt}; "
                            "add something that tells them apart")
        lines[spelt] = number, name
    if not lines:
        raise Complaint(f"{names} holds no name")
    return [name for _, name in lines.values()]


def write_sheet(tree: Tree, handout: Handout) -> Form | None:
    """Writes a sheet and its form. A form that is filled in stays as it is, and is returned."""
    sheet = sheet_of(tree, handout.who)
    filled = _filled(tree, sheet, handout)
    try:
        write_text(sheet.read, markdown(tree, handout, str(sheet.folder)))
        if filled is None:
            write_text(sheet.form, blank_form(handout))
    except OSError as error:
        raise Complaint(f"{tree.name(sheet.folder)} cannot be written: {error.strerror}", 1) from None
    return filled


def _filled(tree: Tree, sheet: Sheet, handout: Handout) -> Form | None:
    """The form as it lies there, if anything was written into it: by somebody else's sheet, too."""
    if not os.path.lexists(sheet.form):
        return None
    try:
        form = read_form(read_text(sheet.form, tree.name(sheet.form)), handout.questions)
    except Complaint as complaint:      # no text: somebody's work all the same
        return Form(odd=[str(complaint)])
    return form if form.given or form.odd else None


def _one(tree: Tree, handout: Handout, filled: Form | None) -> str:
    """What is told of one sheet: where it is, and whether its form can be read, not whether it is right."""
    sheet = sheet_of(tree, handout.who)
    lines = [f"{tree.name(sheet.read)}   sheet {handout.number}: {len(handout.questions)} questions"]
    if filled is None:
        return "\n".join([*lines, f"{tree.name(sheet.form)}  the form: fill it in, then say "
                                  f"`make handout WHO={handout.who}` again, to see that it can be read"])
    wrong = list(troubles(handout, filled))
    answered = sum(question.id in filled.given for question in handout.questions)
    lines.append(f"{tree.name(sheet.form)}  filled in, and kept: {answered} of {len(handout.questions)} "
                 f"answered, {'each can be read' if not wrong else 'but look at this:'}")
    return "\n".join(lines + [f"  {one}" for one in wrong])


def troubles(handout: Handout, form: Form) -> Iterator[str]:
    """What cannot be read in a form, a sentence each."""
    if form.sheet and form.sheet != handout.number:
        yield f"it is of sheet {form.sheet}, and your sheet is {handout.number}"
    yield from form.odd
    for question in handout.questions:
        try:
            form.answer(question)
        except Complaint as complaint:
            yield f"{question.id}: {complaint}"


def run_mark(tree: Tree, who: str | None, answers: str | None) -> int:
    """The sheet of a name with what was given and what is right."""
    if who is None:
        raise Complaint("say whose sheet: `make mark WHO=ada`, and ANSWERS=file if the form lies elsewhere")
    handout = draw(tree, who)
    path = sheet_of(tree, handout.who).form
    name = answers or tree.name(path)
    text = read_text(Path(answers) if answers else path, name)
    print(marked(handout, name, mark(tree, handout, text), read_form(text, handout.questions)), flush=True)
    return 0


def marked(handout: Handout, name: str, marks: list[Mark], form: Form) -> str:
    """The page: question by question, what was given, what is right, and why."""
    found = {mark.id: mark for mark in marks}
    lines = [f"{handout.name}, sheet {handout.number}, {name}", ""]
    for number, task in enumerate(handout.tasks, 1):
        lines += [task_heading(number, task), wrapped(task.text, 3, "   "), ""]
        for question in task.questions:
            lines += [*_marked(found[question.id]), ""]
    lines += [f"{name}, {odd}" for odd in form.odd]
    return "\n".join([*lines, counted(marks)])


def _marked(mark: Mark) -> list[str]:
    lines = [wrapped(f"{mark.asks}?", 11, f"   {mark.verdict:8}{mark.id}: ")]
    if mark.given:
        lines.append(wrapped(mark.given, 19, "           given   "))
    lines.append(wrapped(mark.right, 19, "           right   "))
    return lines + ([wrapped(mark.why, 19, "           why     ")] if mark.why else [])


def counted(marks: list[Mark]) -> str:
    """One line: how many of each."""
    verdicts = [mark.verdict for mark in marks]
    return ", ".join(f"{verdicts.count(verdict)} {verdict}"
                     for verdict in ("GOOD", "BAD", "MISSING")) + f" of {len(marks)}."
