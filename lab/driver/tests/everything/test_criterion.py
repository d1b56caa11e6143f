"""Every Criterion test as a test of this suite: a crash, a time-out or no test at all fails.

The lab's tests run in three configurations: as built by default, with portable control words (those
that meet one: CTRL_TESTS in the Makefile), and under the sanitizers. A chapter's run as built by default.
"""

import re
from pathlib import Path

import pytest
from everything.ahead import outcomes
from highwater.complaint import Complaint
from highwater.criterion import list_tests, test_binaries as binaries_of
from highwater.tree import Tree, this_tree

CONFIGS = ("default", "portable", "asan")
MEETS_A_CONTROL_WORD = re.compile(r"test_((ctrl|map_type|design|size)|(swiss|bucket|hashbrown)\w*)$")


def runs_in(tree: Tree, binary: Path) -> bool:
    """Is a binary built and run in this configuration?"""
    if tree.config == "default":
        return True
    return binary.parent.name == "tests" and (tree.config != "portable"
                                              or bool(MEETS_A_CONTROL_WORD.match(binary.name)))


def all_tests():
    """A parameter for each test of each binary; a binary that lists none is one that fails."""
    for config in CONFIGS:
        tree = Tree(this_tree().root, config)
        for binary in binaries_of(tree):
            if not runs_in(tree, binary):
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


@pytest.mark.parametrize("config", CONFIGS)
def test_what_is_built_is_run(config: str):
    tree = Tree(this_tree().root, config)
    built = {path for path in (tree.build / "lab" / "tests").glob("test_*") if not path.suffix}
    assert built == {path for path in binaries_of(tree)
                     if path.parent.name == "tests" and runs_in(tree, path)}


@pytest.mark.parametrize("tree, binary, test", ALL)
def test_criterion(tree: Tree, binary: Path, test: tuple[str, str] | str):
    if isinstance(test, str):
        pytest.fail(test, pytrace=False)
    outcome = outcomes(tree, binary)[test]
    if outcome.skipped:
        pytest.skip(outcome.trouble)
    if outcome.trouble:
        pytest.fail(outcome.trouble, pytrace=False)
