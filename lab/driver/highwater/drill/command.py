"""`make drill`, `make hint`, `make progress`, and what `make bisect` adds to it."""

from pathlib import Path

from ..bisect.command import Wish, run_bisect
from ..bisect.row import drill_folder
from ..claims import plural
from ..complaint import Complaint
from ..tree import Tree
from . import page, progress
from .hints import read_hints
from .progress import State
from .report import Report
from .spec import Drill, drills, find_drills, load_drill
from .trial import try_drill


def drill(tree: Tree, chapter: str | None, name: str | None) -> int:
    """Begins a drill, or tries the student's files; 0 if it was begun or all tests pass."""
    chosen = _chosen(tree, chapter, name)
    if not chosen:
        print("All drills are done. `make progress` runs all of them again.")
        return 0
    return max(_begin_or_try(tree, one) for one in chosen)


def hint(tree: Tree, chapter: str | None, name: str | None, number: str | None) -> int:
    """The next hint, the last one again when all are given, or one that was given before."""
    chosen = _chosen(tree, chapter, name)
    if len(chosen) != 1:
        raise Complaint("CHAPTER= and DRILL= say which drill the hint is for; `make progress` lists them")
    one = chosen[0]
    hints = _hints(tree, one)
    given = progress.load(one).hints
    wanted = min(given + 1, len(hints)) if number is None else _known(number, given, len(hints))
    print(page.hint(one, wanted, hints, _several(tree, one)))
    if wanted > given:
        progress.store_hints(one, wanted)
    return 0


def show_progress(tree: Tree) -> int:
    """Where one is with each drill. When all are done, all are tried once more, and then it is true."""
    known = find_drills(tree, None, None)
    print(page.table([(one, progress.state(one), progress.load(one), len(_hints(tree, one))) for one in known]))
    done = sum(progress.state(one) is State.DONE for one in known)
    if done < len(known):
        print(f"\n{done} of {len(known)} done. {_next(tree)}")
        return 0
    print(f"\nAll {len(known)} done. Each is run once more:\n", flush=True)
    failed = [one for one in known if not _again(tree, one)]
    print(f"\n{len(failed)} of {len(known)} no longer pass{'es' if len(failed) == 1 else ''}." if failed else
          f"\nAll {len(known)} drills pass.")
    return 1 if failed else 0


def bisect(tree: Tree, wish: Wish) -> int:
    """`make bisect`; a check that ends at the culprit is kept in the drill's mine/."""
    def earned(check: Path) -> None:
        folder = drill_folder(tree)
        if (folder / "drill.toml").is_file() and progress.keep_check(one := load_drill(tree, folder), check):
            print(f"\nThe drill is done; your check is kept in {tree.name(one.mine)}/.")

    return run_bisect(tree, wish, earned)


def _chosen(tree: Tree, chapter: str | None, name: str | None) -> list[Drill]:
    """The drill that is meant. Of several the first that is not done; all, if all are done. Without
    a word the one that was worked at last, or else the first that is not done; none if all are done."""
    found = find_drills(tree, chapter, name)
    undone = [one for one in found if progress.state(one) is not State.DONE]
    if chapter is None and name is None:
        return sorted(undone, key=progress.touched_at, reverse=True)[:1]
    if chapter is None and len(found) > 1:
        raise Complaint(f'chapters {", ".join(one.number for one in found)} have a drill "{name}": say CHAPTER= too')
    return undone[:1] or found


def _begin_or_try(tree: Tree, one: Drill) -> int:
    several = _several(tree, one)
    if new := progress.begin(tree, one):
        print(page.opening(tree, one, several, [tree.name(path) for path in new]))
        return 0
    report = try_drill(tree, one, one.mine)
    progress.store_try(one, report)
    left = len(_hints(tree, one)) - progress.load(one).hints
    print(page.result(tree, report, several, _next(tree), left))
    if not report.passed and progress.untouched(one):
        print(f"{' and '.join(tree.name(path) for path in progress.own_files(one))} is as it was given: "
              "it is yours to write.")
    return 0 if report.passed else 1


def _again(tree: Tree, one: Drill) -> bool:
    """Tries a drill that was done."""
    report = try_drill(tree, one, one.mine)
    progress.store_try(one, report)
    print(f"{'passes' if report.passed else 'FAILS ':8} {one.number}  {one.name}{_counted(report)}", flush=True)
    return report.passed


def _counted(report: Report) -> str:
    return f", {report.count} of {len(report.outcomes)} test{plural(len(report.outcomes))}" if not report.passed else ""


def _next(tree: Tree) -> str:
    """What to do after this."""
    undone = [one for one in drills(tree) if progress.state(one) is not State.DONE]
    if not undone:
        return "All drills are done: `make progress` runs all of them again."
    begun = [one for one in undone if progress.own_files(one)]
    one = max(begun, key=progress.touched_at) if begun else undone[0]
    return f"Next: {page.call('drill', one, _several(tree, one))}"


def _several(tree: Tree, one: Drill) -> bool:
    return len(find_drills(tree, one.number, None)) > 1


def _hints(tree: Tree, one: Drill) -> list[str]:
    path = one.folder / "hints.md"
    return read_hints(path, tree.name(path))


def _known(number: str, given: int, count: int) -> int:
    """A hint that may be read: one of those given, or the next."""
    if not number.isdecimal() or not 1 <= int(number) <= count:
        raise Complaint(f"HINT={number}: there are the hints 1 to {count}")
    if int(number) > given + 1:
        raise Complaint(f"HINT={number}: hint {given + 1} comes first")
    return int(number)
