"""Every Criterion test as a test of this suite: a crash, a time-out or no test at all fails.

The lab's tests run in three configurations: as built by default, with portable control words, and under
the sanitizers. A chapter's run as built by default.
"""

from pathlib import Path

import pytest
from everything.ahead import outcomes
from highwater.complaint import Complaint
from highwater.criterion import list_tests, test_binaries as binaries_of
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


ALL = list(all_tests())


def test_there_are_tests():
    assert ALL


@pytest.mark.parametrize("tree, binary, test", ALL)
def test_criterion(tree: Tree, binary: Path, test: tuple[str, str] | str):
    if isinstance(test, str):
        pytest.fail(test, pytrace=False)
    outcome = outcomes(tree, binary)[test]
    if outcome.skipped:
        pytest.skip(outcome.trouble)
    if outcome.trouble:
        pytest.fail(outcome.trouble, pytrace=False)
