"""Every Criterion test as a test of this suite: a crash, a time-out or no test at all fails.

The lab's tests run in three configurations: as built by default, with portable control words, and under
the sanitizers. A chapter's run as built by default.
"""

from functools import cache
from pathlib import Path

import pytest
from highwater.complaint import Complaint
from highwater.criterion import Outcome, list_tests, run_tests, test_binaries as binaries_of
from highwater.testing import jobs_of
from highwater.tree import Tree, this_tree

CONFIGS = ("default", "portable", "asan")


def all_tests():
    """A parameter for each test of each binary; a binary that lists none is one that fails."""
    for config in CONFIGS:
        tree = Tree(this_tree().root, config)
        for binary in binaries_of(tree):
            if config != "default" and jobs_of(tree, binary):
                continue
            try:
                for suite, test in list_tests(tree, binary):
                    yield pytest.param(tree, binary, (suite, test),
                                       id=f"{config}-{binary.name}-{suite}-{test}")
            except Complaint as complaint:
                yield pytest.param(tree, binary, str(complaint), id=f"{config}-{binary.name}")


@cache
def outcomes(tree: Tree, binary: Path) -> dict[tuple[str, str], Outcome]:
    """One run of a binary serves all its tests."""
    return run_tests(tree, binary, jobs_of(tree, binary))


ALL = list(all_tests())


def test_there_are_tests():
    assert ALL


@pytest.mark.parametrize("tree, binary, test", ALL)
def test_criterion(tree: Tree, binary: Path, test: tuple[str, str] | str):
    if isinstance(test, str):
        pytest.fail(test, pytrace=False)
    trouble = outcomes(tree, binary)[test].trouble
    if trouble:
        pytest.fail(trouble, pytrace=False)
