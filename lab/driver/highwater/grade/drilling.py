"""The drills of a submission: each test that passes earns its part of the points.

A try costs seconds, and a class hands in many equal files. What came of a try is a fact about these
files and this lab, so it is kept under the digest of both, and equal files are tried once. Each try that is
made has a folder of its own.
"""

import hashlib
import json
import os
import re
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..drill.report import End, Report, Stop
from ..drill.spec import Drill, drills
from ..drill.trial import try_drill
from ..textfile import write_text
from ..tree import Tree
from .intake import Intake
from .marks import Item, Task, told, total
from .weights import DRILL

TEMPORARY = re.compile(r"[^\s:]*/high-water-[\w-]+/?")
ODD_STOPS = {Stop.CALLS, Stop.ENDLESS, Stop.MEMORY, Stop.OUTPUT, Stop.BROKEN}
ODD_ENDS = {end.value for end in End if end not in (End.PASSED, End.FAILED, End.NOT_RUN)}
OF_A_CHECK = re.compile(r"check\.\w+ on revision \d+: ")     # by which `make bisect` says that it gives up


@dataclass(frozen=True)
class Tried:
    """What came of a try, as far as a grade needs it: the tests in their order."""

    outcomes: tuple[tuple[str, str, str], ...]      # name, how it ended, message
    stopped: str                                    # what stopped it all; empty if nothing did
    odd: str                                        # what an instructor should see at the top


def part_of(drill: Drill) -> str:
    return f"drills/{drill.chapter}/{drill.name}"


def files_of(drill: Drill) -> list[str]:
    """What may be handed in for it; a check may be written in Python as well."""
    names = list(drill.edit)
    if drill.kind == "bisect":
        names += [str(Path(name).with_suffix(".py")) for name in drill.edit]
    return [f"{part_of(drill)}/{name}" for name in names]


@cache
def known_drills(tree: Tree) -> list[Drill]:
    return drills(tree)


def grade_drills(tree: Tree, intake: Intake, shelf: Path, lab: str) -> list[Task]:
    """A task for each drill."""
    return [_grade(tree, drill, intake, shelf, lab) for drill in known_drills(tree)]


def _grade(tree: Tree, drill: Drill, intake: Intake, shelf: Path, lab: str) -> Task:
    name, tests = part_of(drill).removeprefix("drills/"), drill.tests()
    given = {path: intake.files[path] for path in files_of(drill) if path in intake.files}
    if not given or all(_is_stub(drill, path, content) for path, content in given.items()):
        says = "the stub, as it was given" if given else ""
        return Task("drills", name, 0, DRILL, tuple(Item(test, "MISSING", says) for test in tests))
    tried = _try_once(tree, drill, given, intake, shelf, lab)
    if tried.odd:
        intake.findings.append(f"drill {name}: {tried.odd}")
    items = [Item(test, *_verdict(end, message)) for test, end, message in tried.outcomes]
    passed = sum(item.verdict == "GOOD" for item in items)
    stopped = [Item(_stopped_at(items), "BAD", tried.stopped)] if tried.stopped else []
    return Task("drills", name, total([DRILL * passed / len(items)]), DRILL, (*stopped, *items))


def _is_stub(drill: Drill, path: str, content: bytes) -> bool:
    stub = drill.folder / path.rpartition("/")[2]
    return stub.is_file() and stub.read_bytes() == content


def _stopped_at(items: list[Item]) -> str:
    judged = any(item.verdict != "MISSING" for item in items)
    return "the run was stopped" if judged else "no test could judge it"


def _verdict(end: str, message: str) -> tuple[str, str]:
    match end:
        case End.PASSED.value:
            return "GOOD", ""
        case End.NOT_RUN.value:
            return "MISSING", ""
    return "BAD", message


def _try_once(tree: Tree, drill: Drill, given: dict[str, bytes], intake: Intake, shelf: Path,
              lab: str) -> Tried:
    """The try's result, from the shelf if these very files were tried by this very lab."""
    key = json.dumps([lab, part_of(drill), sorted((name, hashlib.sha256(content).hexdigest())
                                                  for name, content in given.items())])
    kept = shelf / hashlib.sha256(key.encode()).hexdigest()[:24]
    try:
        whole = json.loads(kept.read_text(encoding="utf-8"))
        return Tried(tuple(map(tuple, whole["outcomes"])), whole["stopped"], whole["odd"])
    except (OSError, ValueError, KeyError):
        pass
    with tempfile.TemporaryDirectory(prefix="high-water-") as folder:
        tried = _read(try_drill(tree, drill, intake.lay_out(part_of(drill), Path(folder))))
    write_text(kept, json.dumps(tried.__dict__, ensure_ascii=False, indent=1))
    return tried


def _read(report: Report) -> Tried:
    """A report without what differs from run to run."""
    outcomes = tuple((outcome.name, outcome.end.value, _steady(
        outcome.message + (f" ({outcome.where})" if outcome.where else ""))) for outcome in report.outcomes)
    stopped = _steady(report.finding.says) if report.finding else ""
    return Tried(outcomes, stopped, _odd(report, stopped, outcomes))


def _odd(report: Report, stopped: str, outcomes: tuple[tuple[str, str, str], ...]) -> str:
    """What an instructor should see without reading the tests: code that did not just answer wrongly."""
    if report.finding:
        return stopped if report.finding.stop in ODD_STOPS else ""
    wild = [f"{name}: {message}" for name, end, message in outcomes
            if end in ODD_ENDS or OF_A_CHECK.match(message)]
    return wild[0] + (f" ({len(wild)} tests)" if len(wild) > 1 else "") if wild else ""


def _steady(text: str) -> str:
    """Without the folders that were made for the try."""
    return told(TEMPORARY.sub("", text.replace(os.path.realpath(tempfile.gettempdir()), "...")))
