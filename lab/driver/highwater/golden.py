"""Goldens: the recorded outputs that every run is held against.

golden/NN-slug/TARGET.txt is the page, TARGET.figures the machine lines. Both are sealed (seal.py).
"""

from dataclasses import dataclass
from pathlib import Path

from .complaint import Complaint
from .draft import Draft
from .mask import difference, mask_figures
from .seal import CURE, reason, seal, unseal
from .tree import Tree


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
    paths, why = golden_paths(draft.tree, chapter, target), dict[Path, str]()
    for path in paths:
        try:
            read_sealed(draft, path)
        except Complaint as complaint:
            why[path] = reason(complaint, draft.tree.name(path))
    if why or read_golden(draft, chapter, target).changes(page, figures):
        for path, text in zip(paths, (page, figures)):
            draft.put(path, seal(text), why.get(path, ""))
