"""Running Criterion tests ahead, on the second core, while the driver's tests are run.

Those of a chapter that compares times wait until nothing is run ahead any more.
"""

import fcntl
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import cache
from pathlib import Path

from highwater.criterion import Outcome, run_tests
from highwater.testing import jobs_of
from highwater.tree import Tree, this_tree

Outcomes = dict[tuple[str, str], Outcome]
POOL = ThreadPoolExecutor(max_workers=1)
AHEAD: dict[tuple[Tree, Path], Future[Outcomes]] = {}


def run_ahead(tree: Tree, binary: Path) -> None:
    """Starts a binary soon, unless it compares times."""
    if (tree, binary) not in AHEAD and jobs_of(tree, binary) == 0:
        AHEAD[tree, binary] = POOL.submit(run_tests, tree, binary)


@cache
def outcomes(tree: Tree, binary: Path) -> Outcomes:
    """How every test of a binary ended; one run serves them all."""
    if (tree, binary) in AHEAD:
        return AHEAD[tree, binary].result()
    wait_for_quiet()
    return run_tests(tree, binary, jobs_of(tree, binary))


def wait_for_quiet() -> None:
    """Returns when nothing is run ahead any more, nor beside: see check.sh."""
    wait(AHEAD.values())
    with suppress(FileNotFoundError), open(this_tree().root / "build" / "beside.lock", "rb") as beside:
        fcntl.flock(beside, fcntl.LOCK_SH)


def stop() -> None:
    """Leaves what was not begun."""
    POOL.shutdown(cancel_futures=True)
