"""Every drill: the stub compiles and fails, the answer passes, each typical wrong answer is caught
by the test that it is meant for with words that help, and there are hints.

The answer is tried as a student tries it, confined and under sanitizers. A stub and a wrong answer are to fail,
and that is seen sooner without; only if a wrong answer is not caught then, the sanitizers are asked.
Tries are run ahead, two at a time.
"""

import shutil
import subprocess
import tempfile
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from pathlib import Path

import pytest
from everything.conftest import complaints_fail, fail_if
from highwater.drill.hints import read_hints
from highwater.drill.report import End, Report
from highwater.drill.spec import Drill, Wrong, drills, faults
from highwater.drill.trial import CONFIG, try_drill
from highwater.drill.workshop import open_workshop
from highwater.tree import Tree, this_tree

ALL = drills(this_tree())
CODE = [drill for drill in ALL if drill.kind == "code"]
LEAST_HINTS = 3
POOL = ThreadPoolExecutor(max_workers=2)


def called(drill: Drill) -> str:
    return f"{drill.number}-{drill.name}"


def params(some: list[Drill]) -> list:
    return [pytest.param(drill, id=called(drill)) for drill in some]


WRONG = [pytest.param(drill, wrong, id=f"{called(drill)}-{Path(wrong.file).stem}")
         for drill in CODE for wrong in drill.wrong]


def one(tree: Tree, drill: Drill, wrong: Wrong | None = None, stub: bool = False) -> Report:
    """A try of the answer, of a wrong answer with the test that is to catch it, or of the stub."""
    with tempfile.TemporaryDirectory(prefix="high-water-") as folder:
        for name in drill.edit:
            shutil.copy((drill.folder if stub else drill.answers) / name, folder)
        if wrong is None:
            return try_drill(tree, drill, Path(folder), trusted=stub)
        shutil.copy(drill.folder / wrong.file, Path(folder) / wrong.replaces)
        quick = try_drill(tree, drill, Path(folder), wrong.test, trusted=True)
        return quick if caught(quick, wrong) else try_drill(tree, drill, Path(folder), wrong.test)


def caught(report: Report, wrong: Wrong) -> bool:
    """Did the test that is meant to catch it, with the words that help?"""
    return any(outcome.name == wrong.test and not outcome.passed and wrong.says in outcome.message
               for outcome in report.outcomes)


@cache
def begun(drill: Drill) -> dict[str, Future[Report]]:
    """All tries of a drill, by what is tried, begun."""
    tree = this_tree()
    return {"stub": POOL.submit(one, tree, drill, stub=True), "answer": POOL.submit(one, tree, drill)} | {
        wrong.file: POOL.submit(one, tree, drill, wrong) for wrong in drill.wrong}


def report(drill: Drill, what: str) -> Report:
    """How a try ended; those of the next drill are begun too, so that nobody waits for them then."""
    tries = begun(drill)
    for after in CODE[CODE.index(drill) + 1:][:1]:
        begun(after)
    with complaints_fail():
        return tries[what].result()


@pytest.mark.parametrize("drill", params(ALL))
def test_nothing_is_missing(tree: Tree, drill: Drill):
    with complaints_fail():
        fail_if(f"{tree.name(drill.folder)} {fault}" for fault in faults(drill))
        path = drill.folder / "hints.md"
        assert len(read_hints(path, tree.name(path))) >= LEAST_HINTS
        assert drill.name in (drill.folder.parents[1] / "README.md").read_text(encoding="utf-8"), \
            f"{drill.chapter}/README.md does not tell of the drill {drill.name}"


@pytest.mark.parametrize("drill", params(CODE))
def test_a_stub_compiles_and_fails(tree: Tree, drill: Drill):
    tried = report(drill, "stub")
    assert tried.finding is None and not tried.warnings, tried
    fail_if(f"{tree.name(drill.folder)}: the stub passes {outcome.name}"
            for outcome in tried.outcomes if outcome.end is not End.FAILED)


@pytest.mark.parametrize("drill", params(CODE))
def test_an_answer_passes(drill: Drill):
    tried = report(drill, "answer")
    assert tried.passed and not tried.warnings and not tried.printed, tried


@pytest.mark.parametrize("drill, wrong", WRONG)
def test_a_wrong_answer_gets_a_message_that_helps(drill: Drill, wrong: Wrong):
    tried = report(drill, wrong.file)
    assert tried.finding is None and not tried.warnings, tried
    assert caught(tried, wrong), [outcome for outcome in tried.outcomes if outcome.name == wrong.test]


@pytest.mark.parametrize("drill", params(CODE))
def test_no_compiler_warns(tree: Tree, drill: Drill):
    """Of the drill's own part gcc was asked when it was built; a second one is asked where it is."""
    said = (open_workshop(Tree(tree.root, CONFIG), drill).folder / "warnings").read_text()
    clang = shutil.which("clang")
    if clang and not said:
        sources = [*drill.own_sources, *(folder / name for folder in (drill.folder, drill.answers) for name in drill.edit)]
        said = subprocess.run(
            [clang, "-std=c17", "-D_GNU_SOURCE", f"-I{tree.root / 'lab'}", f"-I{drill.folder}", "-Wall", "-Wextra",
             "-Wshadow", "-Wconversion", "-Wcast-qual", "-fsyntax-only", *map(str, sources)],
            capture_output=True, text=True, timeout=120).stderr
    assert not said
