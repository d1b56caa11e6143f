"""drill.toml: what a drill says of itself, read strictly.

    title = "A range in the order of the keys"
    says = "Write sorted_range: visit every entry of a map in the order of its keys."
    edit = ["sorted_range.c"]       # what the student writes; the files beside it are the stubs
    seconds = 5                     # of one test
    memory = "256 MiB"
    kind = "code"                   # or "bisect": a check that `make bisect` judges
    mutants = ["clear-forgets"]     # faults of the lab (lab/mutants): specimen.c, which defines SPECIMEN, is
                                    # linked soundly as specimen_0, and with each of them as specimen_1, ...

    [[wrong]]                       # a typical wrong answer, and the test that catches it
    file = "answers/wrong-forgets-deleted.c"
    replaces = "sorted_range.c"
    test = "a_deleted_key_does_not_come"
    says = "was deleted"            # words of the message that the student then sees
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..complaint import Complaint
from ..manifest import Fields, parse_toml
from ..textfile import read_text
from ..tree import Tree

KINDS = ("code", "bisect")
SIZE = re.compile(r"([1-9]\d*) (KiB|MiB|GiB)")
FACTOR = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}
SECONDS = 5
MOST_SECONDS = 60
MEMORY = "256 MiB"
TEST = re.compile(r"^(?:Parameterized)?Test\((\w+),\s*(\w+)", re.MULTILINE)
PLAIN = re.compile(r"[\w-]+\.\w+")


@dataclass(frozen=True)
class Wrong:
    """A typical wrong answer, the test that fails on it, and words of its message."""

    file: str
    replaces: str
    test: str
    says: str


@dataclass(frozen=True)
class Drill:
    """A drill's manifest and its folder."""

    folder: Path
    title: str
    says: str
    kind: str
    edit: tuple[str, ...]
    seconds: int
    memory: int                 # bytes
    wrong: tuple[Wrong, ...]
    mutants: tuple[str, ...]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def chapter(self) -> str:
        """The chapter's folder: 07-iteration-order."""
        return self.folder.parents[1].name

    @property
    def number(self) -> str:
        """The chapter's number as CHAPTER= takes it: 07."""
        return self.chapter.partition("-")[0]

    @property
    def mine(self) -> Path:
        """Where the student's own files lie; git ignores it."""
        return self.folder / "mine"

    @property
    def answers(self) -> Path:
        return self.folder / "answers"

    @property
    def test_source(self) -> Path:
        return self.folder / f"test_{self.name.replace('-', '_')}.c"

    @property
    def own_sources(self) -> tuple[Path, ...]:
        """The drill's C: the tests first, then what else is linked, but not the stubs."""
        others = sorted(path for path in self.folder.glob("*.c") if path.name not in self.edit
                        and path != self.test_source and not (self.mutants and path == self.specimen))
        return (self.test_source, *others)

    @property
    def specimen(self) -> Path:
        """What is compiled once for each mutant, and once soundly."""
        return self.folder / "specimen.c"

    @property
    def headers(self) -> tuple[Path, ...]:
        return tuple(sorted(self.folder.glob("*.h")))

    def tests(self) -> tuple[str, ...]:
        """The names of its tests, in the order of the source."""
        if self.kind == "bisect":
            return ("ends_at_the_culprit",)
        text = read_text(self.test_source, self.test_source.name)
        names = tuple(name for _, name in TEST.findall(text))
        if not names or len(set(names)) != len(names):
            raise Complaint(f"{self.test_source.name} has no test, or two of one name")
        return names


def drills(tree: Tree) -> list[Drill]:
    """All drills, in the order of the chapters."""
    return [load_drill(tree, path.parent) for chapter in tree.chapter_folders()
            for path in sorted(chapter.glob("drills/*/drill.toml"))]


def load_drill(tree: Tree, folder: Path) -> Drill:
    """The drill in a folder, or a complaint that says what its drill.toml lacks."""
    where = tree.name(folder / "drill.toml")
    fields = Fields(where, parse_toml(read_text(folder / "drill.toml", where), where))
    drill = Drill(
        folder=folder, title=fields.take("title", str), says=fields.take("says", str),
        kind=fields.one_of("kind", KINDS) if "kind" in fields.left else "code",
        edit=_edit(fields, folder), seconds=fields.take("seconds", int, SECONDS),
        memory=_memory(fields),
        wrong=tuple(_wrong(where, table) for table in fields.tables("wrong")),
        mutants=tuple(fields.strings("mutants")) if "mutants" in fields.left else ())
    fields.end()
    if not 0 < drill.seconds <= MOST_SECONDS:
        raise fields.wrong(f'"seconds" is {drill.seconds}, not from 1 to {MOST_SECONDS}')
    for wrong in drill.wrong:
        if wrong.replaces not in drill.edit:
            raise fields.wrong(f'wrong {wrong.file}: "{wrong.replaces}" is not in "edit"')
    return drill


def _edit(fields: Fields, folder: Path) -> tuple[str, ...]:
    """The names of the stubs, each a plain name of a file that is there."""
    names = fields.strings("edit")
    if not names:
        raise fields.wrong('"edit" names no file')
    for name in names:
        if not PLAIN.fullmatch(name) or not (folder / name).is_file():
            raise fields.wrong(f'"edit" names {name}, and there is no such stub')
    return names


def _memory(fields: Fields) -> int:
    text = fields.take("memory", str, MEMORY)
    size = SIZE.fullmatch(text)
    if not size:
        raise fields.wrong(f'"memory" is "{text}", not a size such as "256 MiB"')
    return int(size[1]) * FACTOR[size[2]]


def _wrong(where: str, table: dict[str, Any]) -> Wrong:
    fields = Fields(f"{where}, wrong {table.get('file', '(no file)')}", table)
    wrong = Wrong(*(fields.take(name, str) for name in ("file", "replaces", "test", "says")))
    fields.end()
    return wrong


def find_drills(tree: Tree, chapter: str | None, name: str | None) -> list[Drill]:
    """The drills of a chapter called as ever (07, 7, a slug), those called `name`, or all."""
    known = drills(tree)
    here = [drill for drill in known if chapter is None or _called(drill, chapter)]
    if not here:
        those = ", ".join(dict.fromkeys(drill.number for drill in known)) or "none yet"
        raise Complaint(f"chapter {chapter} has no drill; these chapters have: {those}" if chapter
                        else "there is no drill yet")
    named = [drill for drill in here if name in (None, drill.name)]
    if not named:
        where = f"chapter {chapter} has" if chapter else "there is"
        raise Complaint(f'{where} no drill "{name}"; there are: ' + ", ".join(drill.name for drill in here))
    return named


def _called(drill: Drill, chapter: str) -> bool:
    number, slug = drill.chapter.split("-", 1)
    return (chapter in (drill.chapter, slug)
            or (chapter.isdecimal() and int(chapter) == int(number)))


def faults(drill: Drill) -> list[str]:
    """What a drill's folder lacks for a student or an instructor; `make check` wants none."""
    folder = drill.folder
    needed = ["README.md", "hints.md", *(f"answers/{name}" for name in drill.edit)]
    if drill.kind == "code":
        needed += [drill.test_source.name, *(wrong.file for wrong in drill.wrong)]
        needed += [drill.specimen.name] if drill.mutants else []
    found = [f"has no {name}" for name in needed if not (folder / name).is_file()]
    if drill.kind == "code":
        found += [] if drill.wrong else ["names no typical wrong answer"]
        owned = {folder / name for name in needed}
        found += [f"answers/{path.name} is neither an answer nor a [[wrong]]"
                  for path in sorted(drill.answers.glob("*")) if path not in owned]
        tests = drill.tests() if drill.test_source.is_file() else ()
        found += [f'{wrong.file}: there is no test "{wrong.test}"'
                  for wrong in drill.wrong if wrong.test not in tests]
    return found
