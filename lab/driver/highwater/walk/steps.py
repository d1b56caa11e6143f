"""The walk through a chapter: its steps, in the order of the prose."""

from dataclasses import dataclass

from ..manifest import Chapter
from ..predict.questions import Paper
from .blocks import Block


@dataclass(frozen=True)
class Step:
    """One thing that is shown; it takes a page or more.

    kind    prose (blocks) | ask (a question's number) | run (a target, and one of its tables or none)
            | came (a target) | picture (its text and address)
    """

    kind: str
    title: str
    blocks: tuple[Block, ...] = ()
    words: tuple[str, ...] = ()
    number: int = 0


def steps_of(chapter: Chapter, paper: Paper | None, blocks: list[Block]) -> list[Step]:
    """All steps of a chapter."""
    steps: list[Step] = []
    held: list[Block] = []
    title, outer, told = chapter.title, chapter.title, set[str]()

    def close() -> None:
        if held:
            steps.append(Step("prose", title, tuple(held)))
        held.clear()

    for block in _without_questions(blocks, paper):
        match block.kind:
            case "heading":
                close()
                title = outer = block.text
                if block.depth == 1:
                    held.append(Block("text", chapter.question))
                elif block.text == "Predict" and paper:
                    steps += _questions(paper)
            case "live":
                close()
                target, _, table = block.text.partition(" ")
                steps.append(Step("run", title, words=(target, table)))
                if paper and target not in told and any(target in question.targets for question in paper.questions):
                    steps.append(Step("came", "What came", words=(target,)))
                told.add(target)
            case "picture":
                close()
                steps.append(Step("picture", title, words=(block.text, *block.lines)))
            case "opens":       # a drill's answer: a step of its own, after a pause
                close()
                title = block.text
            case "closes":
                close()
                title = outer
            case _:
                held.append(block)
    close()
    return steps


def _without_questions(blocks: list[Block], paper: Paper | None) -> list[Block]:
    """The blocks without those of "Predict", which are asked instead, one by one."""
    left, skipping = [], False
    for block in blocks:
        if block.kind == "heading" and block.depth <= 2:
            skipping = block.text == "Predict" and paper is not None
            left.append(block)
        elif not skipping:
            left.append(block)
    return left


def _questions(paper: Paper) -> list[Step]:
    return [Step("ask", f"Predict: question {number} of {len(paper.questions)}", number=number)
            for number in range(1, len(paper.questions) + 1)]
