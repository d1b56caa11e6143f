"""The row: revisions of the pool, drawn from a seed.

Every change is a patch against the same base, pool/ as it stands, and no two patches touch the same
lines. So any of them can be applied without the others, in any order, and where each one
goes is known from its line numbers alone. A seed draws one of the culprits and the order of all changes:
revision k has the first k of them.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path

from ..complaint import Complaint
from ..textfile import read_text
from ..tree import Tree

CHANGED = ("pool.h", "pool.c")                                  # the files with a history
SAME = ("probe.c", "behave.c", "pages.h", "Makefile")           # those of every revision
HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@")
FORGOTTEN = '#include "pool_debug.h"\n'                         # a header that nobody added
AFTER = '#include "pool.h"\n'


def drill_folder(tree: Tree) -> Path:
    return tree.chapters / "12-zeroing" / "drills" / "bisect"


# --- Changes ---


@dataclass(frozen=True)
class Edit:
    """The base's lines from `start` up to, not including, `end` (from 0) become other ones."""

    file: str
    start: int
    end: int
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Change:
    """A patch: its name, its message and its edits."""

    name: str
    title: str
    why: str
    edits: tuple[Edit, ...]


def read_change(path: Path, name: str, base: dict[str, str]) -> Change:
    """A patch file: a title, an empty line, the reason, and a unified diff against the base."""
    text = read_text(path, name)
    message, dashes, diff = text.partition("\n--- ")
    title, _, why = message.partition("\n\n")
    edits = tuple(_edits((dashes.lstrip("\n") + diff).splitlines(True), name, base))
    if not edits or not title.strip() or "\n" in title or not why.strip():
        raise Complaint(f"{name} is not a title, an empty line, a reason and a unified diff")
    return Change(path.stem, title, why.strip(), edits)


def _edits(lines: list[str], name: str, base: dict[str, str]) -> Iterable[Edit]:
    """The runs of - and + lines, each with its place in the base."""
    file, at, start, new = "", 0, None, []
    for line in [*lines, "end"]:
        if start is not None and line[0] not in "-+":
            yield Edit(file, start, at, tuple(new))
            start, new = None, []
        if line.startswith("--- a/"):
            file = line[6:].strip()
        elif hunk := HUNK.match(line):
            at = int(hunk[1]) - (hunk[2] != "0")
        elif line[0] in " -+" and not line.startswith("+++ b/"):
            if line[0] != " " and start is None:
                start = at
            if line[0] == "+":
                new.append(line[1:])
            elif base.get(file, "").splitlines(True)[at:at + 1] == [line[1:]]:
                at += 1
            else:
                raise Complaint(f"{name} does not fit line {at + 1} of {file or 'any file'}")


def overlapping(changes: Iterable[Change]) -> list[str]:
    """Pairs of changes that touch the same lines of the base, which must not be."""
    edits = sorted((edit.file, edit.start, edit.end, change.name)
                   for change in changes for edit in change.edits)
    return [f"{mine} and {other} both change {file}, line {start + 1}"
            for (file, first, end, mine), (_, start, _, other) in _neighbours(edits)
            if start < end or (start == end == first)]


def _neighbours(edits: list[tuple[str, int, int, str]]):
    return [(a, b) for a, b in zip(edits, edits[1:]) if a[0] == b[0]]


def apply(base: dict[str, str], changes: Iterable[Change]) -> dict[str, str]:
    """The files with all of these changes; their order does not matter."""
    texts = {file: base[file].splitlines(True) for file in CHANGED}
    edits = [edit for change in changes for edit in change.edits]
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end), reverse=True):
        texts[edit.file][edit.start:edit.end] = edit.lines
    return {file: "".join(lines) for file, lines in texts.items()}


# --- Revisions ---


@dataclass(frozen=True)
class Revision:
    """A revision: its message, and the text of every file."""

    number: int
    title: str
    why: str
    files: dict[str, str]


@dataclass(frozen=True)
class Row:
    """Revisions from 0, which is good; `culprit` is the first bad one. `changes` are in order."""

    revisions: tuple[Revision, ...]
    changes: tuple[Change, ...]
    culprit: int

    @property
    def last(self) -> int:
        return len(self.revisions) - 1

    def diff(self, number: int) -> str:
        """What a revision changes, as `git show` would print it."""
        before, after = self.revisions[number - 1].files, self.revisions[number].files
        return "".join(line for file in CHANGED for line in unified_diff(
            before[file].splitlines(True), after[file].splitlines(True), f"a/{file}", f"b/{file}"))


@dataclass(frozen=True)
class Material:
    """What rows are drawn from."""

    base: dict[str, str]
    innocent: tuple[Change, ...]
    culprits: tuple[Change, ...]


def read_material(tree: Tree) -> Material:
    """The pool, the innocent changes and the culprits, as the drill's folder has them."""
    folder = drill_folder(tree)
    base = {file: read_text(folder / "pool" / file, tree.name(folder / "pool" / file))
            for file in CHANGED + SAME}

    def changes(where: str) -> tuple[Change, ...]:
        return tuple(read_change(path, tree.name(path), base)
                     for path in sorted((folder / where).glob("*.patch")))

    return Material(base, changes("changes"), changes("answers"))


def shuffled(seed: str, names: Iterable[str]) -> list[str]:
    """The names in an order that depends on the seed, and on nothing else on any machine."""
    return sorted(names, key=lambda name: hashlib.sha256(f"{seed}/{name}".encode()).digest())


def draw_order(material: Material, seed: str) -> tuple[list[Change], int]:
    """The changes in the order of a seed, and the place of the culprit, from 1."""
    culprits = {change.name: change for change in material.culprits}
    culprit = culprits[shuffled(f"{seed}/culprit", culprits)[0]]
    changes = {change.name: change for change in (*material.innocent, culprit)}
    order = [changes[name] for name in shuffled(f"{seed}/order", changes)]
    return order, order.index(culprit) + 1


def draw_row(material: Material, seed: str, broken: int = 0) -> Row:
    """The row of a seed. `broken` of its revisions do not compile; the next one repairs that."""
    order, culprit = draw_order(material, seed)
    numbers = shuffled(f"{seed}/broken", map(str, range(1, len(order))))
    unfinished = {int(number) for number in numbers[:broken]}
    revisions = [Revision(0, "The pool", "Known to be good.", material.base)]
    for number, change in enumerate(order, 1):
        files = material.base | apply(material.base, order[:number])
        if number in unfinished:
            files["pool.c"] = files["pool.c"].replace(AFTER, AFTER + FORGOTTEN)
        revisions.append(Revision(number, change.title, change.why, files))
    return Row(tuple(revisions), tuple(order), culprit)
