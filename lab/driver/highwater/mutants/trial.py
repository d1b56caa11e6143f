"""Runs the tests that a mutant names, on the sound lab first and then on the broken one."""

import math
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from ..complaint import Complaint
from ..criterion import Outcome, run_test
from ..tree import Tree
from .faults import Mutant, Named
from .workshop import DoesNotCompile, Workshop, bench

# Seconds of the processor, so that a busy machine makes no fault: for a test on the sound lab, and on a
# mutant at least so many, and so many times what it took on the sound lab.
SOUND_SECONDS, LEAST_SECONDS, TIMES_SOUND = 60, 2, 4
MEMORY = 8 << 30        # a mutant may take it without end; the sound lab maps 5 GiB


@dataclass(frozen=True)
class Notice:
    """What a test said of a mutant; empty if it noticed nothing."""

    named: Named
    said: str


@dataclass(frozen=True)
class Trial:
    """What became of a mutant. With an error it was never tried."""

    mutant: Mutant
    notices: tuple[Notice, ...] = ()
    error: str = ""

    @property
    def caught(self) -> bool:
        """Every test that is named must notice: one that does not is named in vain."""
        return not self.error and all(notice.said for notice in self.notices)

    @property
    def missed(self) -> list[Named]:
        return [notice.named for notice in self.notices if not notice.said]


class Sound:
    """The tests on the sound lab: each must pass there, or its failure means nothing. Each is run
    once, by whoever needs it first."""

    def __init__(self, tree: Tree, suites: dict[Named, str]) -> None:
        self.tree, self.suites = tree, suites
        self.locks = {named: threading.Lock() for named in suites}
        self.found: dict[Named, tuple[Outcome, float]] = {}

    def seconds(self, named: Named) -> float:
        """How long it takes; a complaint if it does not pass."""
        with self.locks[named]:
            if named not in self.found:
                start = time.monotonic()
                outcome = self._run(named, named.binary(self.tree), SOUND_SECONDS)
                self.found[named] = outcome, time.monotonic() - start
        outcome, seconds = self.found[named]
        if outcome.trouble:
            raise Complaint(f"{named} fails without the fault: {first_line(outcome.trouble)}")
        return seconds

    def on(self, named: Named, binary: Path) -> Notice:
        """What the test says of a mutant's binary."""
        limit = math.ceil(LEAST_SECONDS + TIMES_SOUND * self.seconds(named))
        start = time.monotonic()
        outcome = self._run(named, binary, limit)
        return Notice(named, _in_words(outcome.trouble, time.monotonic() - start >= limit))

    def _run(self, named: Named, binary: Path, seconds: int) -> Outcome:
        """One that waits for ever takes no time of the processor: it is stopped by the clock."""
        limits = ("prlimit", f"--cpu={seconds}:{seconds + 1}", f"--data={MEMORY}", "--core=0", "--")
        return run_test(self.tree, binary, self.suites[named], named.test, 10 + 4 * seconds, limits)


def try_mutant(shop: Workshop, sound: Sound, mutant: Mutant) -> Trial:
    """Builds the mutant and runs its tests."""
    try:
        with bench(shop, mutant) as place:
            for named in mutant.caught:
                sound.seconds(named)
            return Trial(mutant, tuple(sound.on(named, place.link(named))
                                       for named in mutant.caught))
    except DoesNotCompile as error:
        return Trial(mutant, error=str(error))
    except Complaint as complaint:
        return Trial(mutant, error=str(complaint))


def _in_words(trouble: str, took_all: bool) -> str:
    """What Criterion says in other words, or not at all: what the processor's limit ends has crashed."""
    if trouble.startswith("timed out") or (took_all and trouble.startswith("crashed")):
        return "did not end"
    if trouble.startswith("0 assertion(s) failed"):
        return "did not crash, as it must"
    return trouble


def first_line(text: str) -> str:
    return next((line.strip() for line in text.splitlines() if line.strip()), "")
