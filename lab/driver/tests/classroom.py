"""A class of students, generated: each kind of submission that a grader meets, in any number.

    /usr/bin/python3 lab/driver/tests/classroom.py FOLDER 200
    make grade SUBMIT=FOLDER OUT=build/class

Everything is drawn from the repository: the answers and the typical wrong answers of its drills, its questions
with what the recorded runs answer. Student 7 is the same student every time.
"""

import json
import os
import random
import re
import shutil
import sys
from collections.abc import Callable
from functools import cache
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from highwater.drill.spec import Drill  # noqa: E402
from highwater.expression import evaluate  # noqa: E402
from highwater.grade.drilling import known_drills, part_of  # noqa: E402
from highwater.grade.predicting import asking, key  # noqa: E402
from highwater.handout.draw import draw as draw_sheet  # noqa: E402
from highwater.handout.lab import Lab  # noqa: E402
from highwater.manifest import Chapter  # noqa: E402
from highwater.predict.judge import Lookup, right_choice  # noqa: E402
from highwater.predict.questions import Paper, Question, load_paper  # noqa: E402
from highwater.tree import Tree, this_tree  # noqa: E402

BODY = re.compile(r"\n\{\n")
DEEDS = {
    "crashing": "*(volatile int *)0 = 1;",
    "looping": "for (volatile unsigned turn = 0;; turn++) { }",
    "allocating": "for (;;) memset(malloc(1 << 20), 1, 1 << 20);",
    "printing": 'for (;;) puts("and so on and so on and so on and so on");',
    "outside": 'fclose(fopen("../../neighbour", "w"));',
    "forking": "for (;;) fork();",
}
CHECKS = {
    "crashing": "import os\nos.abort()\n",
    "looping": "while True:\n    pass\n",
    "allocating": "print(len([bytearray(1 << 20) for _ in range(1 << 20)]))\n",
    "printing": "while True:\n    print('and so on')\n",
    "outside": "open('../../neighbour', 'w').close()\n",
    "forking": "import os, time\nfor _ in range(200):\n    if os.fork() == 0:\n        time.sleep(60)\n",
}
HEADS = "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <unistd.h>\n"


@dataclass(frozen=True)
class Student:
    """One student: where the submission goes, what there is to do, and a source of chance."""

    tree: Tree
    folder: Path
    draw: random.Random
    sheet: bool = True      # hands in the handout, whose answers cost runs of the lab

    def write(self, name: str, content: str | bytes) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def name(self, who: str) -> None:
        self.write("who", who + "\n")


# --- Drills ---


def answer(student: Student, drill: Drill) -> None:
    for name in drill.edit:
        student.write(f"{part_of(drill)}/{name}", (drill.answers / name).read_bytes())


def wrong_answer(student: Student, drill: Drill) -> None:
    """One of the typical ones; a drill that names none keeps its stub, with a remark."""
    answer(student, drill)
    if drill.wrong:
        wrong = student.draw.choice(drill.wrong)
        student.write(f"{part_of(drill)}/{wrong.replaces}", (drill.folder / wrong.file).read_bytes())
    else:
        stub = (drill.folder / drill.edit[0]).read_text(encoding="utf-8")
        student.write(f"{part_of(drill)}/{drill.edit[0]}", stub + "/* I tried. */\n")


def bad_answer(student: Student, drill: Drill, deed: str) -> None:
    """The answer with a deed at the beginning of one of its functions, or a check that does it."""
    if drill.kind == "bisect":
        student.write(f"{part_of(drill)}/{Path(drill.edit[0]).stem}.py", CHECKS[deed])
        return
    answer(student, drill)
    text = (drill.answers / drill.edit[0]).read_text(encoding="utf-8")
    student.write(f"{part_of(drill)}/{drill.edit[0]}", HEADS + BODY.sub(f"\n{{\n    {DEEDS[deed]}\n", text))


# --- Predictions ---


@cache
def paper_of(tree: Tree, chapter: Chapter) -> Paper:
    return load_paper(tree, chapter)


def predict(student: Student, chapter: Chapter, choose: Callable[[int], str]) -> None:
    """The answers to a chapter's questions; `choose` says of each: right, wrong, skip."""
    paper, lookup = paper_of(student.tree, chapter), key(student.tree, chapter.name).lookup
    rows = [{"id": question.id, "asked": question.asked, "sure": student.draw.choice(["", "", "sure", "a guess"]),
             "answer": _answer(question, lookup, choose(number), student.draw)}
            for number, question in enumerate(paper.questions)]
    whole = {"chapter": chapter.name, "version": paper.version, "date": "2026-01-01", "after_run": [], "answers": rows}
    student.write(f"predictions/{chapter.name}.json", json.dumps(whole, indent=2) + "\n")


def _answer(question: Question, lookup: Lookup, how: str, draw: random.Random) -> str | None:
    value = evaluate(question.real, lookup)
    if how == "skip":
        return None
    if question.kind == "number":
        number = value.number if how == "right" else _believed(question, lookup, draw)
        return f"{float(number):.9f}".rstrip("0").rstrip(".")
    right = right_choice(question, value, lookup)
    if how == "right":
        return right.says
    return draw.choice([choice.says for choice in question.choices if choice is not right])


def _believed(question: Question, lookup: Lookup, draw: random.Random):
    """A number that somebody would say who holds one of the beliefs; failing that, one far off."""
    values = [wrong.range.value for wrong in question.wrong if wrong.range.value is not None]
    if not values:
        return evaluate(question.real, lookup).number * 50 + 1
    value = draw.choice(values)
    return evaluate(f"{value} | .9", lookup).number if isinstance(value, str) else value


# --- The handout ---


@cache
def lab_of(tree: Tree) -> Lab:
    return Lab(tree)


def fill_in(student: Student, who: str, choose: Callable[[int], str]) -> None:
    """The form of a name's sheet, if there are sheets."""
    if not student.sheet or not (student.tree.chapters / "handout.toml").is_file():
        return
    handout = draw_sheet(student.tree, who)
    lines, number = [f"sheet: {handout.number}"], 0
    for task in handout.tasks:
        lookup = lab_of(student.tree).lookup(task)
        for question in task.questions:
            lines.append(f"{question.id}: {_answer(question, lookup, choose(number), student.draw) or ''}")
            number += 1
    student.write("handout.txt", "\n".join(lines) + "\n")


# --- Kinds of students ---


def good(student: Student) -> None:
    student.name("Good " + student.folder.name)
    for drill in known_drills(student.tree):
        answer(student, drill)
    for chapter in asking(student.tree):
        predict(student, chapter, lambda number: "right")
    fill_in(student, "Good " + student.folder.name, lambda number: "right")


def partial(student: Student) -> None:
    """Half of everything, some of it wrong."""
    student.name("Partial " + student.folder.name)
    for drill in known_drills(student.tree):
        deed = student.draw.choice([answer, wrong_answer, None])
        if deed:
            deed(student, drill)
    for chapter in asking(student.tree):
        if student.draw.random() < 0.6:
            predict(student, chapter, lambda number: student.draw.choice(["right", "right", "wrong", "skip"]))
    if student.draw.random() < 0.5:
        fill_in(student, "Partial " + student.folder.name, lambda number: student.draw.choice(["right", "wrong", "skip"]))


def wrong(student: Student) -> None:
    student.name("Wrong " + student.folder.name)
    for drill in known_drills(student.tree):
        wrong_answer(student, drill)
    for chapter in asking(student.tree):
        predict(student, chapter, lambda number: "wrong")
    fill_in(student, "Wrong " + student.folder.name, lambda number: "wrong")


def doing(deed: str) -> Callable[[Student], None]:
    """Students whose code does this, in one drill and in the check that `make bisect` judges."""
    def kind(student: Student) -> None:
        student.name(f"{deed.capitalize()} {student.folder.name}")
        known = known_drills(student.tree)
        code = [drill for drill in known if drill.kind == "code"]
        for drill in [student.draw.choice(code), *(drill for drill in known if drill.kind == "bisect")]:
            bad_answer(student, drill, deed)
    return kind


def not_compiling(student: Student) -> None:
    for drill in known_drills(student.tree):
        student.write(f"{part_of(drill)}/{drill.edit[0]}", "this is no C, it is a letter to the examiner\n")


def untouched(student: Student) -> None:
    """The stubs as they were given."""
    for drill in known_drills(student.tree):
        for name in drill.edit:
            student.write(f"{part_of(drill)}/{name}", (drill.folder / name).read_bytes())


def empty(student: Student) -> None:
    student.folder.mkdir(parents=True)


def damaged(student: Student) -> None:
    """Everything that can be wrong with files."""
    drill, chapters = known_drills(student.tree)[0], list(asking(student.tree))
    student.write("who", b"\xff\xfe not a name\n")
    for number, chapter in enumerate(chapters):
        predict(student, chapter, lambda number: "right")
        if number == 0:
            path = student.folder / "predictions" / f"{chapter.name}.json"
            path.write_bytes(path.read_bytes()[:100])
    for name in drill.edit:
        path = student.folder / part_of(drill) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to("/etc/passwd")
    student.write("drills/readme.docx", b"PK\x03\x04 nobody asked for it")
    with open(student.folder / "handout.txt", "wb") as file:
        file.truncate(1 << 30)
    os.mkfifo(student.folder / "drills" / "pipe")


def borrowed_name(student: Student) -> None:
    """A name that a spreadsheet would run, another's handout, and files in other places than asked for."""
    student.name('=HYPERLINK("http://example.org","grade")')
    for drill in known_drills(student.tree):
        for name in drill.edit:
            student.write(f"drills/{drill.name}/{name}", (drill.answers / name).read_bytes())
    fill_in(student, "Good good", lambda number: "right")


def zipped(student: Student) -> None:
    """A good one, as a zip of its folder."""
    good(student)
    shutil.make_archive(str(student.folder), "zip", student.folder.parent, student.folder.name)
    shutil.rmtree(student.folder)


KINDS: dict[str, Callable[[Student], None]] = {
    "good": good, "partial": partial, "wrong": wrong, "not-compiling": not_compiling, "untouched": untouched,
    "empty": empty, "damaged": damaged, "borrowed-name": borrowed_name, "zipped": zipped,
    **{deed: doing(deed) for deed in DEEDS},
}
SHARES = ["good"] * 6 + ["partial"] * 8 + ["wrong"] * 3     # of every 32; each other kind has one or more


def seat(tree: Tree, folder: Path, kind: str, name: str, seed: int, sheet: bool = True) -> None:
    """Writes the submission of one student."""
    KINDS[kind](Student(tree, folder / name, random.Random(seed), sheet))


def seat_class(tree: Tree, folder: Path, count: int) -> None:
    """Writes a class: every kind first, then as classes are. Of those that follow one in ten has done the
    handout."""
    others = [kind for kind in KINDS if kind not in SHARES]
    order = SHARES + others
    for number in range(count):
        kind = list(KINDS)[number] if number < len(KINDS) else order[number % len(order)]
        seat(tree, folder, kind, f"{number + 1:03}-{kind}", number, number < len(KINDS) or number % 10 == 0)


if __name__ == "__main__":
    seat_class(this_tree(), Path(sys.argv[1]), int(sys.argv[2]))
