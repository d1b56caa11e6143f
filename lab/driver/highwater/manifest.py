"""chapter.toml: what a chapter says of itself, read strictly.

A misspelt field would silently switch something off, so every field that the schema does not
know is a complaint, and so is every one that is missing or of the wrong kind.
"""

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .complaint import Complaint
from .textfile import read_text
from .tree import Tree

TARGETS = ("retain", "bench", "iter", "versions", "size", "desk")
PROOFS = ("trace", "bench", "experiment")
SOURCES = ("maps", "part 1", "part 2", "incident", "lab")
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Beyond:
    """A run just outside a claim's scope, and whether the claim is expected to fail there."""

    name: str
    says: str
    expect: str


@dataclass(frozen=True)
class Claim:
    """One claim: chapter.toml's fields, `pass` being a Python word called passes here."""

    id: str
    says: str
    proof: str
    scope: str
    passes: str
    source: str
    target: str
    expect: str
    beyond: tuple[Beyond, ...]


@dataclass(frozen=True)
class Chapter:
    """A chapter's manifest and its folder."""

    folder: Path
    number: int
    slug: str
    title: str
    question: str
    targets: tuple[str, ...]
    pictures: tuple[str, ...]
    plots: tuple[str, ...]
    sources: tuple[str, ...]
    claims: tuple[Claim, ...]
    predict: tuple[dict[str, Any], ...] = field(compare=False)   # predict/questions.py reads them

    @property
    def name(self) -> str:
        """The folder's name: 01-delete-retains."""
        return self.folder.name

    @property
    def slug_(self) -> str:
        """The name in C: delete_retains."""
        return self.slug.replace("-", "_")

    def program(self, tree: Tree) -> Path:
        return tree.build / "chapters" / self.name / self.slug_

    def tester(self, tree: Tree) -> Path:
        return tree.build / "chapters" / self.name / f"test_{self.slug_}"

    def compares_times(self, target: str | None = None) -> bool:
        """Does a claim (of this target) rest on times? Then nothing else is to run beside it."""
        return any(claim.proof == "bench" and target in (None, claim.target)
                   for claim in self.claims)


class Fields:
    """The fields of one TOML table, taken one by one; what is left over is a complaint."""

    def __init__(self, where: str, table: dict[str, Any]) -> None:
        self.where = where
        self.left = dict(table)

    def wrong(self, sentence: str) -> Complaint:
        return Complaint(f"{self.where}: {sentence}")

    def take(self, name: str, kind: type, default: Any = None) -> Any:
        """The field `name`; with a default it may be missing."""
        value = self.left.pop(name, default)
        if value is None:
            raise self.wrong(f'"{name}" is missing')
        if not isinstance(value, kind) or isinstance(value, bool):
            raise self.wrong(f'"{name}" is not {_kind_name(kind)}')
        if kind is str and not value.strip():
            raise self.wrong(f'"{name}" is empty')
        return value

    def one_of(self, name: str, allowed: tuple[str, ...]) -> str:
        value = self.take(name, str)
        if value not in allowed:
            raise self.wrong(f'"{name}" is "{value}", and only {", ".join(allowed)} are known')
        return value

    def id(self, name: str) -> str:
        value = self.take(name, str)
        if not ID.fullmatch(value):
            raise self.wrong(f'"{name}" is "{value}", not lower-case words joined by hyphens')
        return value

    def strings(self, name: str, default: list[str] | None = None) -> tuple[str, ...]:
        """A list of different strings."""
        value = self.take(name, list, default)
        if not all(isinstance(item, str) and item for item in value):
            raise self.wrong(f'"{name}" holds something that is not a string')
        if len(set(value)) != len(value):
            raise self.wrong(f'"{name}" names something twice')
        return tuple(value)

    def tables(self, name: str) -> list[dict[str, Any]]:
        value = self.take(name, list, [])
        if not all(isinstance(item, dict) for item in value):
            raise self.wrong(f'"{name}" is not a list of tables')
        return value

    def end(self) -> None:
        if self.left:
            raise self.wrong(f'"{next(iter(self.left))}" is not a field that is known here')


def _kind_name(kind: type) -> str:
    return {str: "a string", int: "a whole number", list: "a list", dict: "a table"}[kind]


def parse_toml(text: str, where: str) -> dict[str, Any]:
    """TOML, its mistakes told in one sentence."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Complaint(f"{where} is not TOML: {str(error).rstrip('.')}") from None


def load_chapter(tree: Tree, folder: Path) -> Chapter:
    """The manifest of the chapter in `folder`, or a complaint."""
    where = tree.name(folder / "chapter.toml")
    fields = Fields(where, parse_toml(read_text(folder / "chapter.toml", where), where))
    number, slug = fields.take("number", int), fields.id("slug")
    if folder.name != f"{number:02d}-{slug}":
        raise fields.wrong(f'number {number} and slug "{slug}" do not make the folder {folder.name}')
    targets = fields.strings("targets")
    for target in targets:
        if target not in TARGETS:
            raise fields.wrong(f'target "{target}" is none of {", ".join(TARGETS)}')
    chapter = Chapter(
        folder=folder, number=number, slug=slug, targets=targets,
        title=fields.take("title", str), question=fields.take("question", str),
        pictures=fields.strings("pictures", []), plots=fields.strings("plots", []),
        sources=fields.strings("sources", []),
        claims=tuple(_claim(where, table, targets) for table in fields.tables("claim")),
        predict=tuple(fields.tables("predict")))
    fields.end()
    _all_different(where, "claim", [claim.id for claim in chapter.claims])
    return chapter


def _claim(where: str, table: dict[str, Any], targets: tuple[str, ...]) -> Claim:
    fields = Fields(f"{where}, claim {table.get('id', '(no id)')}", table)
    claim = Claim(
        id=fields.id("id"), says=fields.take("says", str), scope=fields.take("scope", str),
        proof=fields.one_of("proof", PROOFS), passes=fields.take("pass", str),
        source=fields.one_of("source", SOURCES), target=fields.one_of("target", targets),
        expect=fields.one_of("expect", ("holds", "refuted")),
        beyond=tuple(_beyond(fields.where, item) for item in fields.tables("beyond")))
    fields.end()
    _all_different(fields.where, "beyond", [beyond.name for beyond in claim.beyond])
    return claim


def _beyond(where: str, table: dict[str, Any]) -> Beyond:
    fields = Fields(f"{where}, beyond {table.get('name', '(no name)')}", table)
    beyond = Beyond(fields.id("name"), fields.take("says", str),
                    fields.one_of("expect", ("fails", "holds")))
    fields.end()
    return beyond


def _all_different(where: str, what: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise Complaint(f'{where}: {what} "{name}" is there twice')


def load_chapters(tree: Tree) -> list[Chapter]:
    """All chapters that stand, in order."""
    return [load_chapter(tree, folder) for folder in tree.chapter_folders()]


def sound_chapters(tree: Tree) -> tuple[list[Chapter], list[str]]:
    """The chapters whose manifests are sound, and what is wrong with the others: whoever asks
    for one chapter is not stopped by another that is being written."""
    sound, wrong = [], []
    for folder in tree.chapter_folders():
        try:
            sound.append(load_chapter(tree, folder))
        except Complaint as complaint:
            wrong.append(str(complaint))
    return sound, wrong


def find_chapter(tree: Tree, called: str) -> Chapter:
    """The chapter called 01, 1, delete-retains or 01-delete-retains."""
    folders = tree.chapter_folders()
    for folder in folders:
        number, slug = folder.name.split("-", 1)
        if called in (folder.name, slug) or (called.isdecimal() and int(called) == int(number)):
            return load_chapter(tree, folder)
    known = ", ".join(folder.name for folder in folders) or "none yet"
    raise Complaint(f'there is no chapter "{called}"; there are: {known}')
