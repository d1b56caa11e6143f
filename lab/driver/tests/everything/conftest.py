"""What the suite looks at: the tree, its chapters, and one run of every target."""

from contextlib import contextmanager
from functools import cache

import pytest
from everything import ahead
from highwater.chapterrun import TargetRun, run_target
from highwater.complaint import Complaint
from highwater.manifest import Chapter, sound_chapters
from highwater.testing import jobs_of
from highwater.tree import Tree, this_tree


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """First what needs no quiet, then what was run ahead meanwhile, at last what compares times."""
    items.sort(key=turn)


def turn(item: pytest.Item) -> int:
    """When a test is to run; those with equal turns keep their order."""
    given = item.callspec.params if hasattr(item, "callspec") else {}
    if "binary" in given:
        return 2 if jobs_of(given["tree"], given["binary"]) else 1
    if isinstance(chapter := given.get("chapter"), Chapter):
        target = given["claim"].target if "claim" in given else given.get("target")
        return 2 if target and chapter.compares_times(target) else 0
    return 0


def pytest_collection_finish(session: pytest.Session) -> None:
    """Starts what may run beside other tests, in the order in which it will be asked for."""
    if session.config.option.collectonly:
        return
    for item in session.items:
        given = item.callspec.params if hasattr(item, "callspec") else {}
        if isinstance(given.get("test"), tuple):
            ahead.run_ahead(given["tree"], given["binary"])


def pytest_sessionfinish() -> None:
    ahead.stop()


@pytest.fixture(scope="session")
def tree() -> Tree:
    return this_tree()


@cache
def standing() -> tuple[list[Chapter], list[str]]:
    """The chapters whose manifest is sound, and what is wrong with the others."""
    return sound_chapters(this_tree())


@pytest.fixture(scope="session")
def chapters() -> list[Chapter]:
    return standing()[0]


@pytest.fixture(scope="session")
def run():
    """Runs a target the first time it is asked for; a run that fails, fails every asker."""
    done: dict[tuple[str, str], TargetRun | Complaint] = {}

    def once(chapter: Chapter, target: str) -> TargetRun:
        key = chapter.name, target
        if key not in done:
            if chapter.compares_times(target):
                ahead.wait_for_quiet()
            try:
                done[key] = run_target(this_tree(), chapter, target)
            except Complaint as complaint:
                done[key] = complaint
        if isinstance(done[key], Complaint):
            pytest.fail(str(done[key]), pytrace=False)
        return done[key]

    return once


@contextmanager
def complaints_fail():
    """A complaint of the driver is what a test fails with."""
    try:
        yield
    except Complaint as complaint:
        raise pytest.fail.Exception(str(complaint), pytrace=False) from None


def fail_if(wrong) -> None:
    """Fails with sentences and nothing else, if there are any."""
    sentences = list(wrong)
    if sentences:
        pytest.fail("\n".join(sentences), pytrace=False)
