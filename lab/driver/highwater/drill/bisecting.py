"""The drill of chapter 12: a check, judged by `make bisect`. It passes if it ends at the culprit."""

import contextlib
import io
from pathlib import Path

from ..bisect.command import Wish, run_bisect
from ..complaint import Complaint
from ..tree import Tree
from .report import End, Finding, Outcome, Report, Stop, unjudged
from .spec import Drill

ENDS = "It is the culprit."         # the last line of a bisection that ended well


def checks(drill: Drill, sources: Path) -> list[Path]:
    """The checks in a folder: in C as the stub is, or in Python."""
    names = [name for stub in drill.edit for name in (stub, str(Path(stub).with_suffix(".py")))]
    return [sources / name for name in names if (sources / name).is_file()]


def try_check(tree: Tree, drill: Drill, sources: Path) -> Report:
    """A bisection with the check in `sources`; one in Python goes before a stub that was left as it is."""
    found = checks(drill, sources)
    if not found:
        return unjudged(drill, Finding(Stop.MISSING, f"{drill.edit[0]} is missing"))
    untouched = [path for path in found if _is_stub(drill, path)]
    check = next((path for path in found if path not in untouched), found[0])
    page, name = io.StringIO(), drill.tests()[0]
    try:
        with contextlib.redirect_stdout(page):
            run_bisect(tree, Wish(check=str(check)))
    except Complaint as complaint:
        return Report(drill, (Outcome(name, End.FAILED, str(complaint).strip()),), printed=page.getvalue())
    said = page.getvalue()
    passed = said.rstrip().endswith(ENDS)
    outcome = Outcome(name, End.PASSED) if passed else Outcome(name, End.FAILED, said.rstrip().splitlines()[-1])
    return Report(drill, (outcome,), printed=said)


def _is_stub(drill: Drill, path: Path) -> bool:
    stub = drill.folder / path.name
    return stub.is_file() and stub.read_bytes() == path.read_bytes()
