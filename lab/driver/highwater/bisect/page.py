"""What `make bisect` prints: the row of revisions after each answer, and the revision found."""

import textwrap

from .halving import Answer, Search, most_runs
from .row import Revision, Row
from .trial import Trial

WIDTH = 92
LEGEND = "G, B  asked: good, bad      g, b  follows from that      .  suspect      s  skipped"


def opening(row: Row, drawn: str, check: str) -> str:
    return textwrap.fill(
        f"{row.last + 1} revisions of a small allocator, {drawn}. Revision 0 is known to be good, "
        f"revision {row.last} to be bad: more of its memory is resident, and its counters are as before. One "
        f"of {row.last} changes did it.", WIDTH) + (
        f"\n\nThe check is {check}. First it is tried where the answer is known:\n")


def end_line(revision: Revision, trial: Trial) -> str:
    """One of the two runs that try the check where the answer is known."""
    return f"       {revision.number:>8}  {trial.answer.value:<6}  {trial.said}".rstrip()


def heading(search: Search) -> str:
    """The legend, the heads of the columns, and the row before the first run."""
    last = str(search.last)
    scale = "0" + last.rjust(search.last)
    return (f"\n{LEGEND}\n\n  run  revision  answer  {scale}  suspects\n"
            + _line("", "", "", search))


def step(run: int, revision: int, answer: Answer, search: Search) -> str:
    """A run: which revision, what the check said, and what is left."""
    return _line(str(run), str(revision), answer.value, search)


def _line(run: str, revision: str, answer: str, search: Search) -> str:
    return (f"  {run:>3}  {revision:>8}  {answer:<6}  {picture(search)}  "
            f"{len(search.suspects):>8}")


def picture(search: Search) -> str:
    """A letter for each revision."""
    letters = []
    for revision in range(search.last + 1):
        asked = search.answers.get(revision)
        if asked is Answer.SKIP and search.good < revision < search.bad:
            letters.append("s")
        elif search.good < revision < search.bad:
            letters.append(".")
        else:
            letter = "g" if revision <= search.good else "b"
            known = asked is not None and asked is not Answer.SKIP or revision in (0, search.last)
            letters.append(letter.upper() if known else letter)
    return "".join(letters)


def closing(row: Row, search: Search) -> str:
    """How many runs it took, and the revision found or the suspects that are left."""
    skipped = sum(answer is Answer.SKIP for answer in search.answers.values())
    runs = len(search.answers)
    sums = f"{_count(runs, 'run')} of the check for {row.last} suspects"
    sums += f", {skipped} of them without an answer" if skipped else ""
    sums += (f"; log2({row.last}), rounded up, is {most_runs(row.last)}. "
             "Two runs more tried it at the ends.")
    sums = f"\n{textwrap.fill(sums, WIDTH)}\n"
    suspects = search.suspects
    if len(suspects) == 1:
        return sums + f"\nRevision {suspects[0]} is the first bad one.\n\n" + shown(row, suspects[0])
    lines = [f"    {number:>3}  {row.revisions[number].title}" for number in suspects]
    return (sums + f"\nOne of these {len(suspects)} is the first bad one. Which, nobody can say: all but the "
            "last were skipped.\n\n" + "\n".join(lines) + "\n")


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def shown(row: Row, number: int) -> str:
    """A revision's message and diff, as `git show` prints them."""
    revision = row.revisions[number]
    message = textwrap.indent(f"{revision.title}\n\n{revision.why}\n", "    ")
    return f"{message}\n{row.diff(number)}"
