"""`make test` and `make asan`: every Criterion test, a line for each binary."""

from functools import cache
from pathlib import Path

from .claims import plural
from .complaint import Complaint
from .criterion import Outcome, run_tests, test_binaries
from .manifest import Chapter, find_chapter, sound_chapters
from .tree import Tree


def run_everything(tree: Tree, called: str | None) -> int:
    """Runs all binaries, or the one of a chapter, and prints how each ended."""
    binaries = [find_chapter(tree, called).tester(tree)] if called else test_binaries(tree)
    if not binaries:
        raise Complaint("there is no test")
    passed = failed = skipped = 0
    for binary in binaries:
        outcomes = list(run_tests(tree, binary, jobs_of(tree, binary)).values())
        troubled = [outcome for outcome in outcomes if outcome.trouble and not outcome.skipped]
        passed += sum(not outcome.trouble for outcome in outcomes)
        skipped += sum(outcome.skipped for outcome in outcomes)
        failed += len(troubled)
        _print(tree.name(binary), outcomes, troubled)
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed else 0


def jobs_of(tree: Tree, binary: Path) -> int:
    """Where a chapter compares times its tests run one after another; 0 is all cores."""
    return 1 if any(chapter.tester(tree) == binary and chapter.compares_times()
                    for chapter in chapters_of(tree)) else 0


@cache
def chapters_of(tree: Tree) -> list[Chapter]:
    """Those whose manifest is sound; one that is not is somebody else's complaint."""
    return sound_chapters(tree)[0]


def _print(name: str, outcomes: list[Outcome], troubled: list[Outcome]) -> None:
    count = f"{len(outcomes)} test{plural(len(outcomes))}"
    print(f"  {'FAILED' if troubled else 'ok':7} {name}: {count}", flush=True)
    for outcome in troubled:
        print(f"    {outcome.suite}::{outcome.test}: {outcome.trouble}")
