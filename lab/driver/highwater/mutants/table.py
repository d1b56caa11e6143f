"""What `make mutants` prints."""

import re
import textwrap

from ..claims import plural
from ..manifest import Chapter
from ..tree import Tree
from .faults import Mutant, claim_of
from .trial import Trial, first_line

WIDTH = 128
NAME, TEST = 30, 44
PLACE = re.compile(r"^\S+\.c:(\d+): ")      # the file is the test's, and too long for a table


def heading(mutants: list[Mutant]) -> str:
    names = f"{len(mutants)} fault{plural(len(mutants))}, one at a time, each in a copy of its own."
    return f"{names}\n\n{'fault':{NAME}} {'caught by':{TEST}} what the test said"


def room_line(room: str) -> str:
    return f"── {room} ".ljust(WIDTH, "─")


def row(trial: Trial) -> str:
    """A line for each test that was asked."""
    name = trial.mutant.name
    if trial.error:
        return _line(name, "NOT TRIED", trial.error)
    lines = []
    for notice in trial.notices:
        test = str(notice.named) if notice.said else f"NOT BY {notice.named}"
        said = PLACE.sub(r"line \1: ", first_line(notice.said)) if notice.said else "it passes"
        lines.append(_line(name, test, said))
        name = ""
    return "\n".join(lines)


def _line(name: str, test: str, said: str) -> str:
    text = f"{name:{NAME}} {_short(test, TEST):{TEST}} "
    return text + _short(said, WIDTH - len(text))


def _short(text: str, width: int) -> str:
    return text if len(text) <= width else text[:width - 1] + "…"


def summary(trials: list[Trial], chapters: list[Chapter]) -> str:
    """The counts, then the survivors with what is broken in them."""
    caught = [trial for trial in trials if trial.caught]
    by_claim = sum(any(claim_of(chapters, notice.named) for notice in trial.notices)
                   for trial in caught)
    bad = [trial for trial in trials if not trial.caught]
    lines = [f"{len(trials)} fault{plural(len(trials))}: {len(caught)} caught, {by_claim} of them by "
             f"the test of a claim; {_bad(trials)}."]
    for trial in bad:
        what = trial.error or "not noticed by " + ", ".join(map(str, trial.missed))
        lines += ["", f"{trial.mutant.name} ({trial.mutant.file}): {what}",
                  *_wrapped(trial.mutant.says)]
    return "\n".join(lines)


def _bad(trials: list[Trial]) -> str:
    survive = sum(not trial.caught and not trial.error for trial in trials)
    errors = sum(bool(trial.error) for trial in trials)
    said = f"{survive or 'none'} survive{'s' if survive in (0, 1) else ''}"
    return said + (f", {errors} could not be tried" if errors else "")


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(text, WIDTH - 20, initial_indent="    ", subsequent_indent="    ")


def in_full(tree: Tree, trial: Trial, chapters: list[Chapter]) -> str:
    """One fault: what is broken, the change, and all that each test said."""
    mutant = trial.mutant
    lines = [f"{mutant.name}: {mutant.says}", "", mutant.diff(tree)]
    if trial.error:
        return "\n".join([*lines, f"Not tried: {trial.error}"])
    for notice in trial.notices:
        claim = claim_of(chapters, notice.named)
        lines.append(f"{'caught by' if notice.said else 'NOT caught by'} {notice.named}")
        if claim is not None:
            lines += [*_wrapped(f"claim {claim.id}: {claim.says}")]
        lines += [f"    {line}" for line in notice.said.splitlines() if line.strip()] + [""]
    return "\n".join(lines).rstrip()
