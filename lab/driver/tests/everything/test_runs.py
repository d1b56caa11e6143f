"""Every target of every chapter is as its golden says, and every claim as its manifest says."""

import pytest
from everything.conftest import complaints_fail, fail_if, standing
from highwater.draft import Draft
from highwater.golden import read_golden
from highwater.manifest import Chapter, Claim
from highwater.tree import Tree

CHAPTERS, WRONG = standing()
TARGETS = [pytest.param(chapter, target, id=f"{chapter.name}-{target}")
           for chapter in CHAPTERS for target in chapter.targets]
CLAIMS = [pytest.param(chapter, claim, id=f"{chapter.name}-{claim.id}")
          for chapter in CHAPTERS for claim in chapter.claims]


def test_there_are_chapters_and_their_manifests_are_sound():
    fail_if(WRONG)
    assert CHAPTERS


@pytest.mark.parametrize("chapter, target", TARGETS)
def test_golden(tree: Tree, run, chapter: Chapter, target: str):
    done = run(chapter, target)
    with complaints_fail():
        golden = read_golden(Draft(tree), chapter.name, target)
    changed = golden.changes(done.run.page, done.run.figures)
    fail_if(changed and [f"not as recorded in golden/{chapter.name}/{target}.txt:", *changed,
                         "`make golden` records it, if this is right"])


@pytest.mark.parametrize("chapter, target", TARGETS)
def test_claims_printed_are_the_manifests(run, chapter: Chapter, target: str):
    fail_if(run(chapter, target).mistakes)


@pytest.mark.parametrize("chapter, claim", CLAIMS)
def test_claim(run, chapter: Chapter, claim: Claim):
    results = run(chapter, claim.target).results
    assert results.claims.get(claim.id) == claim.expect
    for beyond in claim.beyond:
        assert results.beyond.get((claim.id, beyond.name)) == beyond.expect
