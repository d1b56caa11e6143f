"""`make predict`: asks once, compares from then on; without a chapter, how well one judges."""

import os
import sys

from ..complaint import Complaint
from ..manifest import find_chapter
from ..tree import Tree
from .ask import ask, from_file
from .calibration import show_calibration
from .page import show_recorded
from .questions import load_paper
from .store import already_there, load, path_of, store


def predict(tree: Tree, called: str | None, answers: str | None) -> int:
    """One chapter's questions or answers, or all chapters' answers."""
    if called is None:
        if answers is not None:
            raise Complaint("ANSWERS= are to one chapter's questions: say CHAPTER= too")
        return show_calibration(tree)
    chapter = find_chapter(tree, called)
    paper = load_paper(tree, chapter)
    prediction = load(tree, chapter)
    if prediction is not None:
        if answers is not None:
            raise already_there(tree, chapter)
        return show_recorded(tree, paper, prediction)
    given = ask(paper) if answers is None and _somebody_is_there() else from_file(paper, answers)
    store(tree, paper, given)
    targets = sorted(set().union(*(question.targets for question in paper.questions)),
                     key=chapter.targets.index)
    print(f"Stored in {tree.name(path_of(tree, chapter))}, questions of version {paper.version}. Now run: "
          + ", ".join(f"make {target} CHAPTER={chapter.number:02d}" for target in targets), flush=True)
    return 0


def _somebody_is_there() -> bool:
    """Is there a person to ask? Where CI is set nobody is, terminal or not."""
    if sys.stdin.isatty() and os.environ.get("CI"):
        raise Complaint("CI is set, so nobody is asked: ANSWERS= names a file of answers")
    return sys.stdin.isatty()
