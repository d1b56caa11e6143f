"""hints.md: what stands under the headings 1, 2, ..., each saying more than the one before."""

import re
from pathlib import Path

from ..complaint import Complaint
from ..textfile import read_text

HEADING = re.compile(r"^## (.*)\n", re.MULTILINE)


def read_hints(path: Path, name: str) -> list[str]:
    """The hints in order; a complaint if a heading is out of order or has nothing under it."""
    parts = HEADING.split(read_text(path, name))
    headings, texts = parts[1::2], [text.strip() for text in parts[2::2]]
    if headings != [str(number) for number in range(1, len(headings) + 1)] or not headings:
        raise Complaint(f"{name}: the headings are not 1, 2, ...")
    if not all(texts):
        raise Complaint(f"{name}: hint {texts.index('') + 1} is empty")
    return texts
