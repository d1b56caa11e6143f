"""`make golden`: runs everything, shows what changed, writes it, and fails if anything changed. `make prose`
does the same for what follows from the runs as they are recorded, and runs nothing.

Everything is held in memory until every run has ended well. A run that crashed, a claim whose
verdict is not the expected one: nothing is written. What is written is written together
(together.py). To regenerate is not to pass.
"""

import os
import sys
from collections.abc import Callable

from .changes import show_changes
from .chapterrun import TargetRun, run_targets
from .claims import plural
from .complaint import Complaint
from .draft import Draft
from .golden import record_golden
from .manifest import Chapter, find_chapter, load_chapters, sound_chapters
from .owners import orphans
from .pictures import draw, record_picture
from .plots import record_plot
from .together import alone, finish
from .tree import Tree
from .typed import record_typed
from .written import write_all


def record(tree: Tree, called: str | None) -> int:
    """Records all chapters, or the one called so."""
    return _recording(tree, lambda: _record(tree, called, running=True))


def record_prose(tree: Tree, called: str | None) -> int:
    """The same from the recorded runs: prose, plots, typed numbers."""
    return _recording(tree, lambda: _record(tree, called, running=False))


def _recording(tree: Tree, action: Callable[[], int]) -> int:
    """Alone in the tree, after what a stopped run left is finished."""
    if os.environ.get("CI"):
        raise Complaint("CI is set: goldens are recorded by a person who reads what changed")
    with alone(tree):
        finished = finish(tree)
        for name in finished:
            print(f"finished, for a `make golden` that was stopped: {name}", flush=True)
        return max(action(), 1 if finished else 0)


def _record(tree: Tree, called: str | None, running: bool) -> int:
    chosen = [find_chapter(tree, called)] if called else load_chapters(tree)
    everything = sound_chapters(tree)[0]
    runs = run_all(tree, chosen) if running else []
    drawn = [(chapter, name, draw(tree, chapter, name))
             for chapter in chosen if running for name in chapter.pictures]
    draft = Draft(tree)
    for done in runs:
        record_golden(draft, done.chapter.name, done.target, done.run.page, done.run.figures)
    for chapter, name, text in drawn:
        record_picture(draft, chapter, name, text)
    for chapter in chosen:
        for name in chapter.plots:
            record_plot(draft, chapter, name)
    wrong = _write_prose(draft, everything, chosen)
    for chapter in (None, *chosen):
        record_typed(draft, chapter)
    return _finish(draft, wrong + orphans(tree, everything), len(runs) + len(drawn))


def run_all(tree: Tree, chapters: list[Chapter]) -> list[TargetRun]:
    """Runs every target; a complaint if a run fails or a claim is not as expected."""
    runs = [done for chapter in chapters for done in run_targets(tree, chapter, chapter.targets)]
    mistakes = [mistake for done in runs for mistake in done.mistakes]
    if mistakes:
        raise Complaint("\n".join([*mistakes, "Nothing is written."]), 1)
    return runs


def _write_prose(draft: Draft, everything: list[Chapter], chosen: list[Chapter]) -> list[str]:
    """Puts the prose into the draft. All of it follows the figures; told is what is wrong in the
    chosen chapters, because the others may not have been recorded yet."""
    written = write_all(draft, everything)
    for path, text in written.texts.items():
        if not draft.exists(path) or draft.read(path) != text:
            draft.put(path, text)
    elsewhere = [chapter.folder for chapter in everything if chapter not in chosen]
    partly = len(chosen) < len(everything)
    return [sentence for path, sentences in written.wrong.items() for sentence in sentences
            if not (path.parent in elsewhere or (partly and path.parent == draft.tree.chapters))]


def _finish(draft: Draft, wrong: list[str], count: int) -> int:
    """Shows, writes, and says what to do next."""
    for line in show_changes(draft):
        print(line)
    sys.stdout.flush()
    draft.write()
    for path in draft.changed:
        print(f"written: {draft.tree.name(path)}")
    if files := len(draft.changed):
        print(f"{files} file{plural(files)} changed: - was recorded, + is now. Read them, then commit; "
              "the same once more changes nothing.")
    else:
        print(f"Nothing changed: {count} run{'s are' if count != 1 else ' is'} as recorded." if count else
              "Nothing changed: all is written as the recorded runs say.")
    sys.stdout.flush()
    for sentence in wrong:
        print(sentence, file=sys.stderr)
    return 1 if draft.changed or wrong else 0
