"""mine/: the student's own files, and beside them, in mine/.progress, how far one is.

A drill is done if all its tests passed when they were last run, and neither the student's files nor the
tests have changed since: a digest of both is kept. A file that cannot be read counts as none, for
all that it says can be earned again.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from enum import Enum
from pathlib import Path

from ..complaint import Complaint
from ..textfile import read_text, write_text
from ..tree import Tree
from .bisecting import checks, is_stub
from .report import Report
from .spec import Drill


@dataclass(frozen=True)
class Progress:
    """What is kept: the hints that were given, and how the latest try ended."""

    hints: int = 0
    judged: str = ""            # the digest of what was tried; empty: nothing was
    passed: int = 0
    tests: int = 0


class State(Enum):
    """Where one is with a drill."""

    UNTOUCHED = "not begun"
    BEGUN = "begun"
    FAILING = "failing"
    CHANGED = "changed"         # since it was last tried
    DONE = "done"


def load(drill: Drill) -> Progress:
    """What is kept of a drill."""
    try:
        kept = json.loads(_path(drill).read_text(encoding="utf-8"))
        progress = Progress(**kept)
    except (OSError, ValueError, TypeError):
        return Progress()
    sound = all(isinstance(getattr(progress, name), type(value)) for name, value in asdict(Progress()).items())
    return progress if sound else Progress()


def _path(drill: Drill) -> Path:
    return drill.mine / ".progress"


def _store(drill: Drill, progress: Progress) -> None:
    write_text(_path(drill), json.dumps(asdict(progress), indent=2) + "\n")


def store_hints(drill: Drill, hints: int) -> None:
    """Keeps that so many hints were given."""
    _store(drill, replace(load(drill), hints=hints))


def store_try(drill: Drill, report: Report) -> None:
    """Keeps how a try of the files in mine/ ended."""
    passed = report.count if report.finding is None else min(report.count, len(report.outcomes) - 1)
    _store(drill, replace(load(drill), judged=digest(drill), passed=passed, tests=len(report.outcomes)))


def state(drill: Drill) -> State:
    """Where one is with a drill."""
    progress = load(drill)
    if not own_files(drill):
        return State.UNTOUCHED
    if not progress.judged:
        return State.BEGUN
    if progress.judged != digest(drill):
        return State.CHANGED
    return State.DONE if progress.passed == progress.tests else State.FAILING


def own_files(drill: Drill) -> list[Path]:
    """What the student has of the files that are asked for."""
    if drill.kind == "bisect":
        return checks(drill, drill.mine)
    return [drill.mine / name for name in drill.edit if (drill.mine / name).is_file()]


def digest(drill: Drill) -> str:
    """Of all that decides a try: the student's files and the drill's tests."""
    said = hashlib.sha256()
    tests = [] if drill.kind == "bisect" else [*drill.own_sources, *drill.headers]
    for path in [*own_files(drill), *tests]:
        content = path.read_bytes()
        said.update(f"{path.name} {len(content)}\n".encode() + content)
    return said.hexdigest()


def begin(tree: Tree, drill: Drill) -> list[Path]:
    """Lays the stubs that are not in mine/ yet into it; which ones. What is there stays as it is."""
    if drill.kind == "bisect" and own_files(drill):
        return []
    missing = [name for name in drill.edit if not (drill.mine / name).exists()]
    try:
        for name in missing:
            stub = drill.folder / name
            write_text(drill.mine / name, read_text(stub, tree.name(stub)))
    except OSError as error:
        raise Complaint(f"{tree.name(drill.mine)} cannot be written: {error.strerror}", 1) from None
    return [drill.mine / name for name in missing]


def untouched(drill: Drill) -> bool:
    """Are the student's files the stubs still?"""
    files = own_files(drill)
    return bool(files) and all(is_stub(drill, path) for path in files)


def touched_at(drill: Drill) -> float:
    """When the student last did something with a drill; 0 if never."""
    times = [path.stat().st_mtime for path in [*own_files(drill), _path(drill)] if path.is_file()]
    return max(times, default=0.0)


def keep_check(drill: Drill, check: Path) -> bool:
    """Takes a check that `make bisect` found right into mine/, unless there is one of the student's
    already or it is the workbook's own answer; did it?"""
    known = check.suffix in {path.suffix for path in drill.answers.glob("check.*")}
    if not known or _is_answer(drill, check):
        return False
    to = drill.mine / f"check{check.suffix}"
    if check != to.resolve():
        if to.exists() and not is_stub(drill, to):
            return False
        write_text(to, check.read_text(encoding="utf-8"))
    _store(drill, replace(load(drill), judged=digest(drill), passed=1, tests=1))
    return True


def _is_answer(drill: Drill, check: Path) -> bool:
    answer = drill.answers / f"check{check.suffix}"
    return answer.is_file() and answer.read_bytes() == check.read_bytes()
