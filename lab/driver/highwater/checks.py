"""The commands that look at source and machine code, and print what they found."""

import sys

from .complaint import Complaint
from .inlined import check_inlined
from .layers import check_layers
from .manifest import find_chapter, load_chapters, sound_chapters
from .pictures import show_pictures
from .plots import show_plots
from .tree import Tree


def print_layers(tree: Tree) -> int:
    count, wrong = check_layers(tree)
    if count == 0:
        raise Complaint("there is no #include to look at")
    return _told(wrong, f"{count} includes, every one points downwards or to its own room.")


def print_inlined(tree: Tree) -> int:
    functions, wrong, objects = check_inlined(tree)
    return _told(wrong, f"{functions} functions in {len(objects)} objects, no indirect call.")


def print_pictures(tree: Tree, called: str | None) -> int:
    """Draws the pictures and plots of a chapter, or of all."""
    chapters = [find_chapter(tree, called)] if called else load_chapters(tree)
    having = [chapter for chapter in chapters if chapter.pictures or chapter.plots]
    if not having:
        others = ", ".join(chapter.name for chapter in sound_chapters(tree)[0]
                           if chapter.pictures or chapter.plots)
        raise Complaint("there is no picture here; " + (
            f"these chapters have some: {others}" if others else "no chapter has one yet"))
    status = max(show_pictures(tree, chapter) for chapter in having)
    for chapter in having:
        show_plots(tree, chapter)
    return status


def _told(wrong: list[str], fine: str) -> int:
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    if not wrong:
        print(fine)
    return 1 if wrong else 0
