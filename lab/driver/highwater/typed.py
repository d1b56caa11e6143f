"""Typed numbers: those of prose and manifests that no run writes, as they were when somebody last looked.

Most numbers of the prose are written from runs. What is left a person typed: names (Go 1.24, chapter 4),
commands, the expressions of markers, what the sources print, the conditions of claims. golden/NN-slug/typed.txt
keeps these of a chapter, line by line, golden/typed.txt those of the files that belong to none. So a digit
that slipped is seen, and file and line are named; `make prose` shows what is another and records it.
"""

import difflib
import re
from pathlib import Path
from typing import NamedTuple

from .complaint import Complaint
from .draft import Draft
from .golden import read_sealed
from .manifest import Chapter
from .markers import find_markers
from .prose import files_of, prose_files
from .seal import CURE, seal
from .tree import Tree

NAME = "typed.txt"
WORDS = re.compile(r"(?<!\S)(?:[^\W\d]+ (?=[^\sA-Za-z]*\d[^\sA-Za-z]*(?!\S)))?\S*\d\S*")


class Line(NamedTuple):
    """A line with numbers: where it stands, its words that have a digit, and those before bare numbers."""

    file: str
    number: int
    words: str


def typed_path(tree: Tree, chapter: Chapter | None) -> Path:
    return tree.golden / chapter.name / NAME if chapter else tree.golden / NAME


def typed_files(tree: Tree, chapter: Chapter | None) -> list[Path]:
    """The files of a chapter that a person writes and a reader reads; without a chapter, all others."""
    if chapter:
        return sorted([*files_of(chapter, "md"), *files_of(chapter, "toml")])
    return [*prose_files(tree, []), *sorted(tree.chapters.glob("*.toml"))]


def typed_lines(draft: Draft, path: Path) -> list[Line]:
    """The lines of a file with a typed number."""
    text = draft.read(path)
    if path.suffix == ".md":
        for marker in reversed(find_markers(text)[0]):
            if marker.kind != "F":      # the source is a person's choice
                text = text[:marker.start] + "\n" * marker.content.count("\n") + text[marker.end:]
    lines = [Line(draft.tree.name(path), number, " ".join(found[0] for found in WORDS.finditer(line)))
             for number, line in enumerate(text.split("\n"), 1)]
    return [line for line in lines if line.words]


def record_typed(draft: Draft, chapter: Chapter | None) -> None:
    """Puts the typed numbers into the draft, if they are others than recorded."""
    if _wrong(draft, chapter):
        lines = [line for path in typed_files(draft.tree, chapter) for line in typed_lines(draft, path)]
        draft.put(typed_path(draft.tree, chapter),
                  seal("".join(f"{line.file}\t{line.words}\n" for line in lines)))


def mistyped(draft: Draft, chapter: Chapter | None) -> list[str]:
    """A sentence for each line whose typed numbers are not the recorded ones."""
    return [f"{sentence}; `make prose` records it, if it is right" for sentence in _wrong(draft, chapter)]


def _wrong(draft: Draft, chapter: Chapter | None) -> list[str]:
    path = typed_path(draft.tree, chapter)
    try:
        recorded = [line.partition("\t")[::2] for line in read_sealed(draft, path).splitlines()]
    except Complaint as complaint:
        return [str(complaint).removesuffix(f"; {CURE}")]
    files = {draft.tree.name(file): file for file in typed_files(draft.tree, chapter)}
    wrong = []
    for name in dict.fromkeys([*files, *(name for name, _ in recorded)]):
        was = [words for file, words in recorded if file == name]
        now = typed_lines(draft, files[name]) if name in files else []
        wrong += _differences(name, was, now, draft.tree.name(path))
    return wrong


def _differences(name: str, was: list[str], now: list[Line], record: str) -> list[str]:
    matcher = difflib.SequenceMatcher(None, was, [line.words for line in now], autojunk=False)
    wrong = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind in ("replace", "insert"):
            wrong += [f'{name}:{line.number}: "{line.words}" is not as recorded in {record}' for line in now[c:d]]
        elif kind == "delete":
            place = f"{name}:{now[c].number}" if c < len(now) else name
            wrong += [f'{place}: "{words}" is recorded in {record}, and is gone' for words in was[a:b]]
    return wrong
