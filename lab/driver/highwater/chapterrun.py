"""A chapter's target, run with its default options and held against what it should be."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from .claims import mistakes
from .complaint import Complaint
from .figures import Results, parse_results
from .manifest import Chapter
from .run import Run, run_program
from .tree import Tree


@dataclass(frozen=True)
class TargetRun:
    """One run with default options that ended well."""

    chapter: Chapter
    target: str
    run: Run
    results: Results

    @property
    def mistakes(self) -> list[str]:
        """Claims that are missing, unknown, or not as expected."""
        return mistakes(self.chapter, self.target, self.results)


def run_target(tree: Tree, chapter: Chapter, target: str, options: Sequence[str] = ()) -> TargetRun:
    """Runs the target; an exit status other than 0 is a complaint."""
    run = run_program(tree, chapter, [target, *options])
    if run.status != 0:
        said = run.complaints.strip().splitlines()
        raise Complaint(f"{chapter.name} {target}: exit status {run.status}{': ' + said[-1] if said else ''}", 1)
    if not run.page.strip():
        raise Complaint(f"{chapter.name} {target}: printed nothing", 1)
    return judge(chapter, target, run)


def run_targets(tree: Tree, chapter: Chapter, targets: Iterable[str]) -> list[TargetRun]:
    """Runs several targets, and says which if a terminal watches: this can take a while."""
    done = []
    for target in targets:
        if sys.stderr.isatty():
            print(f"running {chapter.name} {target}", file=sys.stderr)
        done.append(run_target(tree, chapter, target))
    return done


def judge(chapter: Chapter, target: str, run: Run) -> TargetRun:
    """Reads the machine lines of a run that ended with status 0."""
    what = f"{chapter.name} {target}"
    results = parse_results(run.figures, what)
    for name in results.figures:
        if not name.startswith(f"{target}."):
            raise Complaint(f'{what}: figure "{name}" does not start with "{target}."', 1)
    return TargetRun(chapter, target, run, results)


def chapters_with(chapters: list[Chapter], target: str) -> list[Chapter]:
    """The chapters that have the target; a complaint if none does."""
    having = [chapter for chapter in chapters if target in chapter.targets]
    if not having:
        raise Complaint(f'no chapter has the target "{target}" yet')
    return having


def must_have(chapter: Chapter, target: str, chapters: list[Chapter]) -> None:
    """A complaint that names the chapters with the target, if this one has it not."""
    if target not in chapter.targets:
        having = ", ".join(other.name for other in chapters if target in other.targets)
        raise Complaint(f'{chapter.name} has no target "{target}"; '
                        f"{'these have it: ' + having if having else 'no chapter has it yet'}")
