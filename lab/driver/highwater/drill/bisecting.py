"""The drill of chapter 12: a check, judged by `make bisect`. It passes if it ends at the culprit."""

import contextlib
import io
from pathlib import Path

from ..bisect.command import Wish, run_bisect
from ..complaint import Complaint
from ..tree import Tree
from .report import End, Finding, Outcome, Report, Stop, unjudged
from .spec import Drill


def checks(drill: Drill, sources: Path) -> list[Path]:
    """The checks in a folder: in C as the stub is, or in Python."""
    names = [name for stub in drill.edit for name in (stub, str(Path(stub).with_suffix(".py")))]
    return [sources / name for name in names if (sources / name).is_file()]


def is_stub(drill: Drill, path: Path) -> bool:
    """Is the file as the drill gives it?"""
    stub = drill.folder / path.name
    return stub.is_file() and stub.read_bytes() == path.read_bytes()


def try_check(tree: Tree, drill: Drill, sources: Path) -> Report:
    """A bisection with the check in `sources`; one in Python goes before a stub that was left as it is."""
    found = checks(drill, sources)
    if not found:
        return unjudged(drill, Finding(Stop.MISSING, f"{drill.edit[0]} is missing"))
    check = next((path for path in found if not is_stub(drill, path)), found[0])
    page, earned = io.StringIO(), []
    try:
        with contextlib.redirect_stdout(page):
            run_bisect(tree, Wish(check=str(check)), earned.append)
        said = page.getvalue().rstrip().rpartition("\n")[2]
    except Complaint as complaint:
        said = str(complaint).strip()
    end = End.PASSED if earned else End.FAILED
    outcome = Outcome(drill.tests()[0], end, "" if earned else said)
    return Report(drill, (outcome,), printed=page.getvalue().replace(str(check), tree.name(check)))
