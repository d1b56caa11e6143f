"""`make bisect`: what is asked on the command line, and what comes of it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..complaint import Complaint
from ..textfile import read_text
from ..tree import Tree
from . import page
from .halving import Answer, Search
from .repository import write_repository
from .row import Row, draw_row, drill_folder, read_material
from .trial import Bench

USUAL_SEED = "1"
MOST_BROKEN = 12


@dataclass(frozen=True)
class Wish:
    """What the command line says; None where it says nothing."""

    check: str | None = None
    seed: str | None = None
    who: str | None = None
    broken: str | None = None
    hint: str | None = None
    repository: str | None = None


def run_bisect(tree: Tree, wish: Wish, earned: Callable[[Path], object] = lambda check: None) -> int:
    """Prints a hint, writes a repository, or bisects; `earned` hears of a check that ended at the culprit."""
    if wish.hint is not None:
        print(hint(tree, wish.hint))
        return 0
    seed, drawn = _seed(wish)
    row = draw_row(read_material(tree), seed, _broken(wish.broken))
    check = find_check(tree, wish.check)
    if wish.repository is not None:
        write_repository(row, Path(wish.repository), check)
        print(f"{wish.repository} holds {row.last + 1} commits, {drawn}, and your check as ./check. Now:\n\n"
              f"    cd {wish.repository}\n    git bisect start bad good\n    git bisect run ./check\n"
              "    git bisect reset")
        return 0
    if bisect(row, drawn, wish.check or tree.name(check), Bench(tree, check)):
        earned(check)
    return 0


def bisect(row: Row, drawn: str, called: str, bench: Bench) -> bool:
    """Tries the check at the ends, halves, shows what was found, and says whether it is right, and
    nothing else could be."""
    print(page.opening(row, drawn, called), flush=True)
    _try_ends(row, bench)
    search = Search(row.last)
    print(page.heading(search), flush=True)
    while (number := search.next()) is not None:
        answer = bench.ask(row.revisions[number]).answer
        search.tell(number, answer)
        print(page.step(len(search.answers), number, answer, search), flush=True)
    print(page.closing(row, search))
    return _verdict(row, search)


def _try_ends(row: Row, bench: Bench) -> None:
    """Halving never asks about the ends, so a check that sees nothing would accuse an innocent
    revision with a straight face. Here the answers are known, so the check is tried here first."""
    answers = []
    for revision in (row.revisions[0], row.revisions[-1]):
        trial = bench.ask(revision)
        print(page.end_line(revision, trial), flush=True)
        answers.append(trial.answer)
    good, bad = Answer.GOOD, Answer.BAD
    if answers == [good, bad]:
        return
    told = {
        (good, good): f"Your check says good of every revision, of revision {row.last} too, which is bad: it "
                      "does not see the regression yet.",
        (bad, bad): "Your check says bad of every revision, of revision 0 too, which is good: what it "
                    "finds was always there.",
        (bad, good): "Your check is upside down: the exit status 0 says good, 1 says bad.",
    }
    raise Complaint("\n" + told.get((answers[0], answers[1]), (
        "Your check skips an end. There it must know the answer: revision 0 is good, "
        f"revision {row.last} is bad.")), 1)


def _verdict(row: Row, search: Search) -> bool:
    """The driver knows what it drew; nobody at work is told."""
    if search.suspects == [row.culprit]:
        print("It is the culprit.")
        return True
    if row.culprit in search.suspects:
        print("The culprit is one of them.")
        return False
    raise Complaint(
        f"Revision {search.bad} is innocent. Your check told good from bad at the ends, but in between it "
        "answered by something else than the regression: the same revision must always get the same "
        "answer, and a harmless change must not turn it. `make bisect HINT=2` says what to look at.", 1)


def find_check(tree: Tree, called: str | None) -> Path:
    """The file of the check: as named, or the stub in C."""
    path = Path(called) if called else drill_folder(tree) / "check.c"
    if not path.is_file():
        raise Complaint(f"CHECK={called or tree.name(path)}: there is no such file")
    return path.resolve()


def hint(tree: Tree, number: str) -> str:
    """One of the hints in hints.md, which stand under the headings 1, 2, ..."""
    path = drill_folder(tree) / "hints.md"
    parts = re.split(r"^## (\d+)\n", read_text(path, tree.name(path)), flags=re.MULTILINE)
    hints = {name: text.strip() for name, text in zip(parts[1::2], parts[2::2])}
    if number not in hints:
        raise Complaint(f"HINT={number}: there are the hints {', '.join(hints)}, the last one says most")
    return hints[number]


def _seed(wish: Wish) -> tuple[str, str]:
    """What the row is drawn from, and how to say so."""
    if wish.seed is not None and wish.who is not None:
        raise Complaint("SEED and WHO both choose the row; one of them is enough")
    if wish.who is not None:
        name = " ".join(wish.who.lower().split())
        if not name:
            raise Complaint("WHO is empty; WHO=name draws the row of that name")
        return f"who/{name}", f"in the order drawn for {name}"
    seed = wish.seed or USUAL_SEED
    return f"seed/{seed}", f"in the order drawn from seed {seed}"


def _broken(text: str | None) -> int:
    if text is None:
        return 0
    if not text.isdecimal() or int(text) > MOST_BROKEN:
        raise Complaint(f"BROKEN={text}: a whole number up to {MOST_BROKEN} is wanted")
    return int(text)
