"""`make grade SUBMIT=folder OUT=folder`: one submission or many, each alone, all to the end.

Two kinds of wrong are kept apart. What is wrong with a submission is a finding in its report. What is
wrong with this clone (a program not built, a drill whose own tests do not compile) is a complaint, and ends
the run: no student pays for it.
"""

import multiprocessing
import os
import signal
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

from ..claims import plural
from ..complaint import Complaint
from ..jail import kernel
from ..tree import Tree
from .classbook import write_class
from .drilling import files_of, grade_drills, known_drills
from .handing import grade_handout
from .intake import HANDOUT, NOISE, Intake, is_submission, take_in
from .marks import Grade, points
from .predicting import asking, file_of, grade_predictions
from .shelf import Shelf, lab_version, open_shelf

USUAL = "build/grades"


def run_grade(tree: Tree, submit: str | None, out: str | None) -> int:
    """Grades what SUBMIT names into OUT."""
    if not submit:
        raise Complaint("SUBMIT=folder says what is to be graded: a submission, or a folder of many")
    source, target = Path(submit), Path(out) if out else tree.root / USUAL
    if not source.exists():
        raise Complaint(f"SUBMIT={submit}: there is no such folder")
    where, from_ = target.resolve(), source.resolve()
    if where == from_ or where in from_.parents or from_ in where.parents:
        raise Complaint(f"OUT={target} and SUBMIT={submit} lie in each other; grades need their own folder")
    entries = submissions(source)
    with open_shelf(where) as shelf:
        print(f"{len(entries)} submission{plural(len(entries))}, graded into {target}", flush=True)
        grades = list(_all(tree, shelf, entries))
        grades.sort(key=lambda grade: os.fsencode(grade.entry))
        files = write_class(tree, shelf.folder, grades)
        _say_stale(shelf, grades)
    print("\n" + "\n".join(f"{target / path.name}" for path in files))
    return 0


def submissions(source: Path) -> list[Path]:
    """The submissions in a folder, or the one that it is."""
    if is_submission(source):
        return [source]
    found = sorted((path for path in source.iterdir() if not NOISE.search(path.name)),
                   key=lambda path: os.fsencode(path.name))
    if not found:
        raise Complaint(f"SUBMIT={source} is empty")
    return found


def known_files(tree: Tree) -> frozenset[str]:
    """The names of all files that may be handed in."""
    return frozenset(["who", HANDOUT, *(file_of(chapter) for chapter in asking(tree)),
                      *(name for drill in known_drills(tree) for name in files_of(drill))])


def grade_one(tree: Tree, intake: Intake, shelf: Shelf, lab: str) -> Grade:
    """All parts of one submission. `intake` gathers findings on the way, so its digest is taken first."""
    digest = intake.digest
    predictions, answered = grade_predictions(tree, intake)
    drills = grade_drills(tree, intake, shelf.tried, lab)
    handout, marked = grade_handout(tree, intake)
    return Grade(intake.entry, intake.who, digest, lab, tuple(intake.findings),
                 (*drills, *predictions, *handout), (*answered, *marked))


# --- Many at a time ---


def _all(tree: Tree, shelf: Shelf, entries: list[Path]) -> Iterator[Grade]:
    """The grades, as they are done; a line for each. The work is done by processes, so that what one
    has open or prints is none of another's."""
    lab, known = lab_version(tree), known_files(tree)
    jobs = [(tree, shelf, lab, known, path) for path in entries]
    cores = len(os.sched_getaffinity(0))
    with ProcessPoolExecutor(min(cores, len(jobs)), multiprocessing.get_context("fork"), _begin,
                             (str(shelf.work),)) as pool:
        try:
            for number, done in enumerate(as_completed([pool.submit(_grade, job) for job in jobs]), 1):
                grade, kept = done.result()
                _say(number, grade, kept)
                yield grade
        except BrokenProcessPool:
            raise Complaint("a process that graded was killed; start again, and it goes on", 1) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _say(number: int, grade: Grade, kept: bool) -> None:
    told = f"{len(grade.findings)} finding{plural(len(grade.findings))}" if grade.findings else ""
    print(f"{number:4}  {points(grade.score):>6} of {points(grade.most)}  {grade.entry}  "
          f"{'kept  ' if kept else ''}{told}".rstrip(), flush=True)


def _begin(work: str) -> None:
    """A worker: ends with the driver, leaves Ctrl-C to it, and puts what is temporary where it is found."""
    kernel.prctl(kernel.PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    tempfile.tempdir = work


def _grade(job: tuple[Tree, Shelf, str, frozenset[str], Path]) -> tuple[Grade, bool]:
    """One submission: its grade, and whether it was there already."""
    tree, shelf, lab, known, path = job
    try:
        intake = take_in(path, known)
        kept = shelf.find(intake.entry, intake.digest, lab)
        if kept is not None:
            return kept, True
        grade = grade_one(tree, intake, shelf, lab)
        shelf.put(grade)
        return grade, False
    except Complaint as complaint:
        raise Complaint(f"{path.name}: {complaint}", 1) from None


def _say_stale(shelf: Shelf, grades: list[Grade]) -> None:
    """Grades of submissions that are not here any more are not in the table; they are left alone."""
    places = {shelf.place(grade.entry).name for grade in grades}
    others = [path.name for path in shelf.folder.iterdir() if path.is_dir() and path.name[0] != "."
              and path.name not in places]
    if others:
        print(f"{len(others)} grade{plural(len(others))} of submissions that are not in SUBMIT: "
              f"{', '.join(sorted(others)[:5])}{' ...' if len(others) > 5 else ''}")
