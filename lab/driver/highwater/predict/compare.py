"""Answers beside figures: those of a run where there is one, those of the goldens else."""

from dataclasses import dataclass

from ..chapterrun import TargetRun
from ..complaint import Complaint
from ..draft import Draft
from ..figures import Figure, Results, parse_results
from ..golden import read_golden
from ..manifest import Chapter, sound_chapters
from ..records import Records
from ..tree import Tree
from .beliefs import Belief, load_beliefs
from .judge import Lookup, Verdict, judge
from .questions import Paper, Question, load_paper
from .store import Prediction


def recorded(tree: Tree, chapter: Chapter, run: TargetRun | None = None,
             chapters: list[Chapter] | None = None) -> Lookup:
    """Finds figures in a run, and in the goldens what that run does not print. A verdict is a figure
    too, `retain.claim.ID` or `retain.beyond.ID.NAME`: 1 if the claim holds, if it fails beyond."""
    records = Records(Draft(tree), chapters or sound_chapters(tree)[0])

    def lookup(name: str) -> Figure:
        target, _, rest = name.partition(".")
        fresh = run.results if run and target == run.target else None
        if rest.startswith(("claim.", "beyond.")):
            return _verdict_figure(name, rest, fresh or _recorded_results(tree, chapter, target))
        return fresh.figures[name] if fresh and name in fresh.figures else records.figure(name, chapter)

    return lookup


def _recorded_results(tree: Tree, chapter: Chapter, target: str) -> Results:
    return parse_results(read_golden(Draft(tree), chapter.name, target).figures, f"{chapter.name} {target}")


def _verdict_figure(name: str, rest: str, results: Results) -> Figure:
    kind, id, *beyond = rest.split(".")
    verdict = results.claims.get(id) if kind == "claim" else results.beyond.get((id, ".".join(beyond)))
    if verdict is None:
        raise Complaint(f'no run prints the verdict "{name}"')
    return Figure(name, "1" if verdict == ("holds" if kind == "claim" else "fails") else "0", "", True)


def verdicts(paper: Paper, prediction: Prediction, lookup: Lookup) -> list[Verdict]:
    return [judge(question, prediction.given.get(question.id), lookup) for question in paper.questions]


@dataclass(frozen=True)
class Graded:
    """One question of a chapter, and what became of its answer.

    verdict         right | wrong | skipped | changed (asked in other words when it was answered, or
                    not at all) | unreadable (the file holds what no prompt lets in)
    misconception   the belief behind a wrong answer by its id, `believed` its sentence, `treated`
                    the number of the chapter that shows what is true; None where none is known
    after_run       a run that decides this question had been shown before the answer was given
    """

    question: str
    asks: str
    given: str | None
    sure: str
    right: str
    verdict: str
    far: str
    misconception: str | None
    believed: str | None
    treated: int | None
    after_run: bool


@dataclass(frozen=True)
class Key:
    """What answers to a chapter's questions are held against: the goldens. Who has many to read reads it once."""

    questions: tuple[Question, ...]
    lookup: Lookup
    beliefs: dict[str, Belief]


def key_of(tree: Tree, chapter: Chapter, chapters: list[Chapter] | None = None) -> Key:
    """A chapter's key, or a complaint that the repository is not sound."""
    return Key(load_paper(tree, chapter).questions, recorded(tree, chapter, None, chapters), load_beliefs(tree))


def graded(tree: Tree, chapter: Chapter, prediction: Prediction, key: Key | None = None) -> list[Graded]:
    """A chapter's answers as a grader reads them, from the goldens, without a run: a row for each
    question. A complaint says that the repository is not sound, never what the prediction holds."""
    key = key or key_of(tree, chapter)
    return [_row(question, prediction, key.lookup, key.beliefs) for question in key.questions]


def _row(question: Question, prediction: Prediction, lookup: Lookup, beliefs: dict[str, Belief]) -> Graded:
    given = prediction.given.get(question.id)
    after_run = bool({"make", *question.targets} & set(prediction.after_run))
    try:
        verdict = judge(question, given, lookup)
    except Complaint:
        if given is None:
            raise
        right = judge(question, None, lookup).real
        return Graded(question.id, question.asks, given.answer.text, given.answer.sure, right,
                      "unreadable", "", None, None, None, after_run)
    belief = beliefs[verdict.means] if verdict.means else None
    return Graded(question.id, question.asks, given.answer.text if given else None,
                  given.answer.sure if given else "", verdict.real, verdict.state, verdict.far,
                  belief and belief.id, belief and belief.says, belief and belief.chapter, after_run)
