"""The faults in lab/mutants/*.toml, read strictly.

A fault is a file, a text that is in it exactly once, what is put in its place, and the tests that
must fail then: those of a chapter's claim, or of the lab. A text that is not found, or a test
that does not exist, would make a fault that nobody can catch or that everybody seems to: so both are
complaints before anything is built.
"""

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..complaint import Complaint
from ..criterion import list_tests, test_binaries
from ..manifest import ID, Chapter, Claim, Fields, parse_toml
from ..textfile import read_text
from ..tree import Tree

NAMED = re.compile(r"(\d\d-[a-z0-9-]+|test_\w+) (\w+)")


@dataclass(frozen=True, order=True)
class Named:
    """A test as a fault names it: a chapter's folder or a lab test's binary, and the test."""

    where: str
    test: str

    def __str__(self) -> str:
        return f"{self.where} {self.test}"

    @property
    def is_chapters(self) -> bool:
        return self.where[0].isdigit()

    def binary(self, tree: Tree) -> Path:
        if not self.is_chapters:
            return tree.build / "lab" / "tests" / self.where
        slug_ = self.where.split("-", 1)[1].replace("-", "_")
        return tree.build / "chapters" / self.where / f"test_{slug_}"


@dataclass(frozen=True)
class Mutant:
    """One fault. `room` is the file that it stands in: heap, swiss, ..., chapters."""

    room: str
    name: str
    says: str
    file: str
    find: str
    put: str
    caught: tuple[Named, ...]

    def text(self, tree: Tree) -> str:
        """The file with the fault in it."""
        return read_text(tree.root / self.file, self.file).replace(self.find, self.put)

    def diff(self, tree: Tree) -> str:
        """The fault as `git diff` would print it."""
        lines = (text.splitlines(True) for text in
                 (read_text(tree.root / self.file, self.file), self.text(tree)))
        return "".join(difflib.unified_diff(*lines, f"a/{self.file}", f"b/{self.file}"))

    def concerns(self, chapter: str) -> bool:
        """Is it in this chapter, or caught by a test of it?"""
        return (self.file.startswith(f"chapters/{chapter}/")
                or any(named.where == chapter for named in self.caught))


def read_mutants(tree: Tree) -> list[Mutant]:
    """All faults, in the order of the rooms and of their files; each is sound where it stands."""
    folder = tree.root / "lab" / "mutants"
    found: dict[str, Mutant] = {}
    for path in sorted(folder.glob("*.toml")):
        where = tree.name(path)
        for name, table in parse_toml(read_text(path, where), where).items():
            mutant = _mutant(tree, path.stem, f"{where}, {name}", name, table)
            if name in found:
                raise Complaint(f"{where}: {name} is in {found[name].room}.toml too")
            found[name] = mutant
    if not found:
        raise Complaint(f"{tree.name(folder)} names no fault")
    return list(found.values())


def _mutant(tree: Tree, room: str, where: str, name: str, table: Any) -> Mutant:
    if not ID.fullmatch(name):
        raise Complaint(f"{where}: a name is lower-case words joined by hyphens")
    if not isinstance(table, dict):
        raise Complaint(f"{where}: not a table")
    fields = Fields(where, table)
    mutant = Mutant(room, name, " ".join(fields.take("says", str).split()),
                    fields.take("file", str), fields.take("find", str), _put(fields),
                    tuple(_named(fields, text) for text in fields.strings("caught")))
    fields.end()
    _sound(tree, fields, mutant)
    return mutant


def _put(fields: Fields) -> str:
    """What is put in the place: a line may be left out, so it may be empty."""
    text = fields.left.pop("put", None)
    if not isinstance(text, str):
        raise fields.wrong('"put" is not a string')
    return text


def _named(fields: Fields, text: str) -> Named:
    found = NAMED.fullmatch(text)
    if found is None:
        raise fields.wrong(f'"{text}" is no test: a chapter\'s folder or a lab test\'s file, a blank, '
                           "and the test's name are wanted")
    return Named(*found.groups())


def _sound(tree: Tree, fields: Fields, mutant: Mutant) -> None:
    """Is the place of the fault there exactly once, and does anything name it?"""
    if not mutant.caught:
        raise fields.wrong('"caught" names no test')
    times = read_text(tree.root / mutant.file, mutant.file).count(mutant.find)
    if times != 1:
        raise fields.wrong(f'the text of "find" is {"not" if times == 0 else f"{times} times"} in '
                           f"{mutant.file}; it must be there exactly once")
    if mutant.put == mutant.find:
        raise fields.wrong('"put" changes nothing')


def must_exist(tree: Tree, mutants: list[Mutant]) -> dict[Named, str]:
    """The suite of every test that is named; a complaint about the first that is not there."""
    suites: dict[Named, str] = {}
    known = {binary: None for binary in test_binaries(tree)}
    for mutant in mutants:
        for named in mutant.caught:
            if named in suites:
                continue
            binary = named.binary(tree)
            if binary not in known:
                raise Complaint(f"{mutant.name}: there is no {named.where}")
            if known[binary] is None:
                known[binary] = {test: suite for suite, test in list_tests(tree, binary)}
            if named.test not in known[binary]:
                raise Complaint(f"{mutant.name}: {named.where} has no test {named.test}")
            suites[named] = known[binary][named.test]
    return suites


def claim_of(chapters: list[Chapter], named: Named) -> Claim | None:
    """The claim that a test is of: of that name, or of a counterexample beyond its scope."""
    id = named.test.split("__beyond__")[0].replace("_", "-")
    for chapter in chapters:
        if chapter.name == named.where:
            return next((claim for claim in chapter.claims if claim.id == id), None)
    return None
