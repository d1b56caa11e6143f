"""Grades on disk. A grade is a folder that appears whole; one that is there is not made again.

    OUT/class.csv, class.txt, ...           the class
    OUT/<submission>/report.txt             for the student
                     results.json           for Gradescope
                     junit.xml              for everything else
                     grade.json             the grade itself, with the digests by which it is found again
    OUT/.tried/                             what came of each try of a drill
    OUT/.work/                              private copies, gone when all is done
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ..complaint import Complaint
from ..tree import Tree
from .marks import Grade, grade_from
from .report import junit, page, results

MARK = ".high-water-grades"
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,60}")
OF_THE_CLASS = ("class.csv", "class.txt", "misconceptions.svg")
GRADED_BY = ("Makefile", "lab", "chapters", "golden")
NOT_BY = {"__pycache__", "tests", "mine", "build"}


@dataclass(frozen=True)
class Shelf:
    """The folder with the grades."""

    folder: Path

    @property
    def tried(self) -> Path:
        return self.folder / ".tried"

    @property
    def work(self) -> Path:
        return self.folder / ".work"

    def place(self, entry: str) -> Path:
        """The folder of a submission's grade: its name if that is a plain one, else one like it."""
        if PLAIN.fullmatch(entry) and entry not in OF_THE_CLASS:
            return self.folder / entry
        likeness = re.sub(r"[^A-Za-z0-9._-]+", "-", entry)[:40].strip(".-")
        return self.folder / f"{likeness}-{hashlib.sha256(entry.encode()).hexdigest()[:8]}"

    def find(self, entry: str, digest: str, lab: str) -> Grade | None:
        """The grade of a submission, if it is of these files by this lab."""
        with suppress(OSError, ValueError, KeyError, TypeError):
            grade = grade_from(json.loads((self.place(entry) / "grade.json").read_text(encoding="utf-8")))
            if (grade.digest, grade.lab) == (digest, lab):
                return grade
        return None

    def put(self, grade: Grade) -> None:
        """Writes the grade beside its place, and moves it there."""
        place = self.place(grade.entry)
        new = Path(tempfile.mkdtemp(dir=self.work, prefix="new-"))
        os.chmod(new, 0o755)
        for name, text in (("report.txt", page(grade)), ("results.json", results(grade)),
                           ("junit.xml", junit(grade)),
                           ("grade.json", json.dumps(grade.plain(), ensure_ascii=False, indent=1) + "\n")):
            (new / name).write_text(text, encoding="utf-8")
        if place.exists():
            place.rename(Path(tempfile.mkdtemp(dir=self.work, prefix="old-")) / "old")
        new.rename(place)


@contextmanager
def open_shelf(folder: Path) -> Iterator[Shelf]:
    """The folder for grades, by its whole path, for things are done elsewhere; this process alone in it.
    What a killed run left half done is removed."""
    shelf = Shelf(folder)
    if folder.exists() and (not folder.is_dir() or (any(folder.iterdir()) and not (folder / MARK).exists())):
        raise Complaint(f"OUT={folder}: something else is there already; name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / MARK, "a", encoding="utf-8") as mark:
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Complaint(f"OUT={folder}: another `make grade` is at work there") from None
        shutil.rmtree(shelf.work, ignore_errors=True)
        shelf.work.mkdir()
        shelf.tried.mkdir(exist_ok=True)
        yield shelf
        shutil.rmtree(shelf.work, ignore_errors=True)


def lab_version(tree: Tree) -> str:
    """A digest of all that decides a grade: the lab, the chapters, the records, the grader, the compiler."""
    whole = hashlib.sha256()
    for top in GRADED_BY:
        for path in _files(tree.root / top):
            whole.update(f"{tree.name(path)}\0".encode())
            whole.update(hashlib.sha256(path.read_bytes()).digest())
    compiler = os.environ.get("CC", "gcc").split()
    with suppress(OSError):
        whole.update(subprocess.run([*compiler, "--version"], capture_output=True).stdout)
    return whole.hexdigest()[:16]


def _files(top: Path) -> Iterator[Path]:
    if top.is_file():
        yield top
    for at, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in NOT_BY)
        yield from (Path(at) / name for name in sorted(files))
