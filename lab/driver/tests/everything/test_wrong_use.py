"""Wrong use of every chapter's program: one sentence on stderr, nothing on stdout, a status.

It is 2 for what is wrong or impossible, and 1 for memory that was refused.
"""

import pytest
from everything.conftest import standing
from highwater.manifest import Chapter
from highwater.run import run_program
from highwater.tree import Tree

CHAPTERS = [pytest.param(chapter, id=chapter.name) for chapter in standing()[0]]
WRONG = {
    "negative keys": ["TARGET", "--keys", "-1"],
    "too many keys": ["TARGET", "--keys", "99999999999999"],
    "keys beyond 64 bits": ["TARGET", "--keys", "18446744073709551617"],
    "keys that are no number": ["TARGET", "--keys", "many"],
    "keys with a tail": ["TARGET", "--keys", "10x"],
    "empty keys": ["TARGET", "--keys="],
    "negative keys with =": ["TARGET", "--keys=-1"],
    "keys without a number": ["TARGET", "--keys"],
    "an unknown design": ["TARGET", "--design", "x"],
    "no rounds": ["TARGET", "--rounds", "0"],
    "too many rounds": ["TARGET", "--rounds", "100000"],
    "a wrong seed": ["TARGET", "--seed", "0x"],
    "a negative limit": ["TARGET", "--limit", "-5"],
    "an unknown option": ["TARGET", "--nonsense"],
    "an unknown target": ["nonsense"],
    "a word too many": ["TARGET", "nonsense"],
    "an unknown picture": ["dot", "--picture", "nonsense"],
}


def one_sentence(text: str) -> bool:
    return text.endswith("\n") and text.count("\n") == 1 and len(text) > 10


@pytest.mark.parametrize("words", [pytest.param(words, id=name) for name, words in WRONG.items()])
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_wrong_use(tree: Tree, chapter: Chapter, words: list[str]):
    words = [word.replace("TARGET", chapter.targets[0]) for word in words]
    if words[-1] == "--keys":           # the driver's own option would stand behind it
        words = [*words, "--seed"]
    run = run_program(tree, chapter, words)
    assert (run.status, run.page) == (2, "")
    assert one_sentence(run.complaints), run.complaints


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_memory_refused(tree: Tree, chapter: Chapter):
    run = run_program(tree, chapter, [chapter.targets[0], "--limit", "8192"])
    assert run.status == 1
    assert one_sentence(run.complaints), run.complaints


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_help(tree: Tree, chapter: Chapter):
    run = run_program(tree, chapter, ["--help"])
    assert run.status == 0 and run.complaints == ""
    assert all(target in run.page for target in chapter.targets)
    assert all(option in run.page for option in ("--keys", "--seed", "--design", "--limit"))
