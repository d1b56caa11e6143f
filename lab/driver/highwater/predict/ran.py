""".predictions/NN-slug.ran: which of a chapter's targets the driver has shown, while nothing is predicted.

A prediction that was made after a run is kept like any other, and says so. Plain `make` shows all
chapters one after another: that is one run of its own, called `make`.
"""

import sys
from contextlib import suppress
from pathlib import Path

from ..complaint import Complaint
from ..manifest import Chapter
from ..textfile import read_text, write_text
from ..tree import Tree


def _path(tree: Tree, chapter: Chapter) -> Path:
    return tree.predictions / f"{chapter.name}.ran"


def ran(tree: Tree, chapter: Chapter) -> list[str]:
    """What was shown, in the order in which it was."""
    try:
        return read_text(_path(tree, chapter), "").split()
    except (Complaint, OSError):
        return []


def note_run(tree: Tree, chapter: Chapter, target: str) -> None:
    """Remembers that the target was shown, if the chapter asks something and has no answers yet. At
    a terminal the first run of a chapter says so; a run is never stopped by this."""
    shown = ran(tree, chapter)
    if not chapter.predict or target in shown or (tree.predictions / f"{chapter.name}.json").exists():
        return
    with suppress(OSError):
        write_text(_path(tree, chapter), "\n".join([*shown, target]) + "\n")
        if not shown and target != "make" and sys.stdout.isatty():
            print(f"Not predicted: `make predict CHAPTER={chapter.number:02d}` still asks, and notes "
                  f"that {target} ran before.", flush=True)
