"""The questions before each chapter: prose and manifest ask the same, and the runs know the answers."""

import pytest
from everything.conftest import complaints_fail, fail_if, standing
from highwater.handout.draw import draw
from highwater.manifest import Chapter
from highwater.predict.beliefs import load_beliefs
from highwater.predict.compare import recorded
from highwater.predict.judge import faults
from highwater.predict.questions import load_paper
from highwater.tree import Tree

CHAPTERS = [pytest.param(chapter, id=chapter.name) for chapter in standing()[0]]


def means(tree: Tree, chapter: Chapter) -> set[str]:
    """The beliefs that a chapter's wrong answers name."""
    return beliefs_of(load_paper(tree, chapter).questions)


def beliefs_of(questions) -> set[str]:
    return {item.means for question in questions for item in question.choices + question.wrong if item.means}


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_prose_and_manifest_ask_the_same(tree: Tree, chapter: Chapter):
    with complaints_fail():
        assert 3 <= len(load_paper(tree, chapter).questions) <= 5


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_recorded_runs_decide_every_question(tree: Tree, chapter: Chapter):
    with complaints_fail():
        lookup = recorded(tree, chapter)
        fail_if(f"{chapter.name}, predict {question.id}: {fault}"
                for question in load_paper(tree, chapter).questions for fault in faults(question, lookup))
        fail_if(f"{chapter.name}, predict {question.id}: there is no target {target}"
                for question in load_paper(tree, chapter).questions
                for target in question.targets - set(chapter.targets))


def test_beliefs_are_known_and_used(tree: Tree, chapters: list[Chapter]):
    with complaints_fail():
        known = load_beliefs(tree)
        named = set().union(beliefs_of(draw(tree, "ada").questions), *(means(tree, chapter) for chapter in chapters))
        numbers = {chapter.number for chapter in chapters}
        fail_if([f"misconceptions.toml has no {id}" for id in sorted(named - set(known))]
                + [f"misconceptions.toml: no question leads to {id}" for id in sorted(set(known) - named)]
                + [f"misconceptions.toml, {belief.id}: there is no chapter {belief.chapter}"
                   for belief in known.values() if belief.chapter not in numbers])
