"""`make retain` and its like, and plain `make`: pages for a reader, held against the goldens."""

import sys

from .chapterrun import TargetRun, chapters_with, judge, must_have, run_target, run_targets
from .claims import entries, ledger
from .complaint import Complaint
from .draft import Draft
from .golden import read_golden
from .manifest import Chapter, find_chapter, load_chapters, sound_chapters
from .predict.page import show_predictions
from .predict.ran import note_run
from .run import run_program
from .tree import Tree


def show_target(tree: Tree, target: str, called: str | None, options: list[str]) -> int:
    """One target of one chapter, or of all that have it; with options of one's own only the page."""
    if called is None:
        chapters = chapters_with(load_chapters(tree), target)
    else:
        chapters = [find_chapter(tree, called)]
        must_have(chapters[0], target, sound_chapters(tree)[0])
    status = 0
    for chapter in chapters:
        if len(chapters) > 1:
            heading(chapter, target)
        if options:
            status = max(status, _show_freely(tree, chapter, [target, *options]))
        else:
            status = max(status, complaining(lambda: _show_recorded(tree, chapter, target)))
    return status


def heading(chapter: Chapter, target: str) -> None:
    """A line above a page, when there are several."""
    print(f"\n==== {chapter.name} {target}: {chapter.title}\n", flush=True)


def complaining(action) -> int:
    """The action's status; a complaint is printed and its status taken."""
    try:
        return action()
    except Complaint as complaint:
        print(complaint, file=sys.stderr, flush=True)
        return complaint.status


def _show_freely(tree: Tree, chapter: Chapter, arguments: list[str]) -> int:
    """A run with options of one's own: its page, its sentence, its exit status, nothing else."""
    run = run_program(tree, chapter, arguments)
    sys.stdout.write(run.page)
    sys.stdout.flush()
    sys.stderr.write(run.complaints)
    note_run(tree, chapter, arguments[0])
    return run.status


def _show_recorded(tree: Tree, chapter: Chapter, target: str) -> int:
    """A run with default options: its page, then whether it is as recorded."""
    run = run_program(tree, chapter, [target])
    if run.status != 0:
        sys.stderr.write(run.complaints)
        return run.status
    done = judge(chapter, target, run)
    status = show_run(tree, done)
    complaining(lambda: show_predictions(tree, done))
    note_run(tree, chapter, target)
    return status


def show_run(tree: Tree, done: TargetRun) -> int:
    """Prints the page of a run, and one last line, or what differs from the golden."""
    sys.stdout.write(done.run.page.rstrip("\n") + "\n\n")
    sys.stdout.flush()
    golden = read_golden(Draft(tree), done.chapter.name, done.target)
    changed = golden.changes(done.run.page, done.run.figures)
    for line in changed:
        print(line)
    for mistake in done.mistakes:
        print(mistake)
    name = f"golden/{done.chapter.name}/{done.target}.txt"
    if changed:
        print(f"Not as recorded in {name}: - is the record, + is this run.", flush=True)
    elif not done.mistakes:
        print(f"As recorded in {name}: {_counted(done)}.", flush=True)
    return 1 if changed or done.mistakes else 0


def _counted(done: TargetRun) -> str:
    exact, measured = done.results.exact, done.results.measured
    kept = f"{exact} exact figures equal"
    return kept + (f", {measured} measured ones (~) in their places" if measured else "")


def show_all(tree: Tree, called: str | None) -> int:
    """Plain `make`: every target of every chapter (or of one), then the ledger."""
    status, found = 0, []
    for chapter in [find_chapter(tree, called)] if called else load_chapters(tree):
        runs = {}
        for target in chapter.targets:
            heading(chapter, target)
            try:
                done = run_target(tree, chapter, target)
                runs[target] = done.results
                status = max(status, show_run(tree, done))
                complaining(lambda: show_predictions(tree, done))
            except Complaint as complaint:
                print(complaint, file=sys.stderr, flush=True)
                status = max(status, complaint.status)
        found.append((chapter, entries(chapter, runs)))
        for target in chapter.targets if called else ["make"]:
            note_run(tree, chapter, target)
    print()
    return max(status, _print_ledger(found))


def show_claims(tree: Tree, called: str | None) -> int:
    """`make claims`: runs the targets that prove claims, and prints the ledger."""
    chapters = [find_chapter(tree, called)] if called else load_chapters(tree)
    found = []
    for chapter in chapters:
        proving = dict.fromkeys(claim.target for claim in chapter.claims)
        runs = {done.target: done.results for done in run_targets(tree, chapter, proving)}
        found.append((chapter, entries(chapter, runs)))
    return _print_ledger(found)


def _print_ledger(found) -> int:
    print(ledger(found), flush=True)
    return 0 if all(entry.as_expected for _, ledger_ in found for entry in ledger_) else 1
