"""What came of a try: how each test ended, or what stopped it all."""

from dataclasses import dataclass
from enum import Enum

from .spec import Drill


class End(Enum):
    """How a test ended; but for the first two, why it could not be judged."""

    PASSED = "passed"
    FAILED = "failed"
    CRASHED = "crashed"
    ENDLESS = "endless"             # it did not end in time
    MEMORY = "memory"               # it took more memory than it may
    FLOOD = "flood"                 # it printed without end
    LEFT = "left"                   # the process ended well before the test did
    NOT_RUN = "not run"


class Stop(Enum):
    """Why there is nothing to judge, or not enough."""

    MISSING = "missing"             # a file is not there, or is no file that could be read
    COMPILE = "compile"             # the compiler refuses it
    CALLS = "calls"                 # it defines or calls what it may not
    ENDLESS = "endless"             # the whole run, or the compiler, did not end in time
    MEMORY = "memory"
    OUTPUT = "output"               # the compiler wrote without end
    BROKEN = "broken"               # the tests ended and left no report


@dataclass(frozen=True)
class Finding:
    """What stopped a try, in a sentence for its author."""

    stop: Stop
    says: str


@dataclass(frozen=True)
class Outcome:
    """How a test ended; the message is for the student, empty if it passed."""

    name: str
    end: End
    message: str = ""
    where: str = ""                 # of the assertion: test_sorted_range.c, line 41

    @property
    def passed(self) -> bool:
        return self.end is End.PASSED


@dataclass(frozen=True)
class Report:
    """A try. There is an outcome for each test of the drill, in its order, whatever happened."""

    drill: Drill
    outcomes: tuple[Outcome, ...]
    finding: Finding | None = None
    warnings: str = ""              # what the compiler said, though it compiled
    printed: str = ""               # what the student's code printed

    @property
    def passed(self) -> bool:
        return self.finding is None and all(outcome.passed for outcome in self.outcomes)

    @property
    def count(self) -> int:
        """The tests that passed."""
        return sum(outcome.passed for outcome in self.outcomes)


class Stopped(Exception):
    """Ends a try early."""

    def __init__(self, stop: Stop, says: str) -> None:
        super().__init__(says)
        self.finding = Finding(stop, says)


def unjudged(drill: Drill, finding: Finding, **more: str) -> Report:
    """The report of a try that no test has judged."""
    outcomes = tuple(Outcome(name, End.NOT_RUN) for name in drill.tests())
    return Report(drill, outcomes, finding, **more)
