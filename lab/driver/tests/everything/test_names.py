"""Every claim and every counterexample has its Criterion test, named after it.

A chapter may test more than its claims; but a test that is named as one of a counterexample is of one.
"""

import pytest
from everything.conftest import fail_if, standing
from highwater.criterion import list_tests
from highwater.manifest import Chapter
from highwater.tree import Tree

CHAPTERS = [pytest.param(chapter, id=chapter.name) for chapter in standing()[0]]


def names(chapter: Chapter) -> set[str]:
    """The tests that a chapter's claims ask for."""
    claims = {claim.id: [beyond.name for beyond in claim.beyond] for claim in chapter.claims}
    asked = set(claims) | {f"{id}__beyond__{name}" for id, beyond in claims.items() for name in beyond}
    return {name.replace("-", "_") for name in asked}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_claims_have_tests_of_their_names(tree: Tree, chapter: Chapter):
    if not chapter.claims and not any(chapter.folder.glob("test_*.c")):
        return
    listed = {test for suite, test in list_tests(tree, chapter.tester(tree))
              if suite == chapter.slug_}
    asked = names(chapter)
    fail_if([f"{chapter.name} has no Test({chapter.slug_}, {name})" for name in sorted(asked - listed)]
            + [f"{chapter.name}: Test({chapter.slug_}, {name}) is of no counterexample in chapter.toml"
               for name in sorted(listed - asked) if "__beyond__" in name])
