"""What `make golden` shows: each change with its file, its line and a few lines around it.

A measured value that is another one is no change, and a golden's trailer follows from the lines above.
"""

from pathlib import Path

from .claims import plural
from .complaint import Complaint
from .draft import Draft
from .mask import Hunk, hunks, mask_figures, mask_page
from .seal import TRAILER
from .textfile import read_text


def show_changes(draft: Draft) -> list[str]:
    """All changes of a draft, as lines for the person who will answer for them."""
    lines: list[str] = []
    for path in draft.changed:
        lines += [*_change(draft, path), ""]
    return lines


def _change(draft: Draft, path: Path) -> list[str]:
    name, reason = draft.tree.name(path), draft.why.get(path, "")
    found = [] if path.suffix == ".svg" else _hunks(draft, path)
    if path.suffix == ".figures" and path.with_suffix(".txt") in draft.changed and found:
        count = sum(map(_counted, found))
        return [f"{name}:{found[0].line}: {count} line{plural(count)} with the page"]
    lines = [f"{name}: {reason}"] if reason else [] if found else [f"{name}: only measured values, or blanks"]
    for hunk in found:
        lines += [f"{name}:{hunk.line}:", *(f"    {line}" for line in hunk.lines)]
    return lines


def _counted(hunk: Hunk) -> int:
    return max(sum(line.startswith(sign) for line in hunk.lines) for sign in "-+")


def _hunks(draft: Draft, path: Path) -> list[Hunk]:
    masked = mask_figures if path.suffix == ".figures" else mask_page
    return hunks(_without_trailer(_on_disk(draft, path)), _without_trailer(draft.changed[path]), masked)


def _on_disk(draft: Draft, path: Path) -> str:
    """The text that is there; none if it cannot be read, which the reason says."""
    try:
        return read_text(path, "")
    except Complaint:
        return ""


def _without_trailer(text: str) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if not TRAILER.search(line))
