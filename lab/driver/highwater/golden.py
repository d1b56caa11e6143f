"""Goldens: the recorded outputs that every run is held against.

golden/NN-slug/TARGET.txt is the page, TARGET.figures the machine lines. Each ends in a trailer, a line
that tells how many lines stand before it and their digest, so that a file cut short or edited by
hand is recognised: `end: 23 lines, sha256 0123456789abcdef`.
"""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from .complaint import Complaint
from .draft import Draft
from .mask import difference, mask_figures
from .tree import Tree

TRAILER = re.compile(r"end: (\d+) lines, sha256 ([0-9a-f]{16})")
CURE = "`make golden` records it anew"


def digest(text: str) -> str:
    """The first sixteen digits of the text's SHA-256."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def seal(text: str, comment: str = "") -> str:
    """The text with its trailer; `comment` is put before the trailer, for a file with a syntax."""
    if text and not text.endswith("\n"):
        text += "\n"
    return f"{text}{comment}end: {text.count(chr(10))} lines, sha256 {digest(text)}\n"


def unseal(sealed: str, name: str, comment: str = "") -> str:
    """The text that seal was given; a complaint if the file is not as it was written."""
    if not sealed.endswith("\n"):
        raise Complaint(f"{name} is cut short: its last line has no end; {CURE}")
    body, _, last = sealed[:-1].rpartition("\n")
    text = body + "\n" if body else ""
    found = TRAILER.fullmatch(last.removeprefix(comment))
    if not found:
        raise Complaint(f"{name} is cut short: its last line is not the trailer; {CURE}")
    if text.count("\n") != int(found[1]):
        raise Complaint(f"{name} has {text.count(chr(10))} lines and not {found[1]}; {CURE}")
    if digest(text) != found[2]:
        raise Complaint(f"{name} was changed by hand: its digest is not the recorded one; {CURE}")
    return text


@dataclass(frozen=True)
class Golden:
    """The recorded page and machine lines of one target."""

    page: str
    figures: str

    def changes(self, page: str, figures: str) -> list[str]:
        """How a run differs, as lines of a diff; none if it is as recorded."""
        changed = difference(self.page, page)
        return changed or difference(self.figures, figures, mask_figures)


def golden_paths(tree: Tree, chapter: str, target: str) -> tuple[Path, Path]:
    """The files of one target: the page and the machine lines."""
    folder = tree.golden / chapter
    return folder / f"{target}.txt", folder / f"{target}.figures"


def read_golden(draft: Draft, chapter: str, target: str) -> Golden:
    """The golden of one target, or a complaint if it is missing or damaged."""
    paths = golden_paths(draft.tree, chapter, target)
    return Golden(*(read_sealed(draft, path) for path in paths))


def read_sealed(draft: Draft, path: Path, comment: str = "") -> str:
    """The text of one sealed file, or a complaint."""
    try:
        sealed = draft.read(path)
    except Complaint as complaint:
        raise Complaint(f"{complaint}; {CURE}") from None
    return unseal(sealed, draft.tree.name(path), comment)


def record_golden(draft: Draft, chapter: str, target: str, page: str, figures: str) -> None:
    """Puts a run into the draft if it differs from the record.

    Where only measured values differ the record stays, so recording twice changes nothing.
    """
    why = ""
    try:
        if not read_golden(draft, chapter, target).changes(page, figures):
            return
    except Complaint as complaint:
        why = str(complaint).removesuffix(f"; {CURE}")
    for path, text in zip(golden_paths(draft.tree, chapter, target), (page, figures)):
        name = draft.tree.name(path)
        draft.put(path, seal(text), why.removeprefix(f"{name} ") if why.startswith(f"{name} ") else "")
