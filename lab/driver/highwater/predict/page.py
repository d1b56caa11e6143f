"""The page after a run: yours, the real one, how far, and the belief behind a wrong one."""

import sys

from ..chapterrun import TargetRun
from ..claims import plural
from ..tree import Tree
from .ask import wrapped
from .beliefs import Belief, load_beliefs
from .compare import recorded, verdicts
from .judge import Verdict
from .questions import Paper, load_paper
from .store import Prediction, load


def show_predictions(tree: Tree, run: TargetRun) -> int:
    """After a run with default options: the answers that its figures decide, if any were given."""
    prediction = load(tree, run.chapter)
    if prediction is None:
        return 0
    paper = load_paper(tree, run.chapter)
    found = [verdict for verdict in verdicts(paper, prediction, recorded(tree, run.chapter, run))
             if run.target in verdict.question.targets]
    if found:
        print("\n" + page(tree, paper, prediction, found, f"this run of {run.target}"), flush=True)
    return 0


def show_recorded(tree: Tree, paper: Paper, prediction: Prediction) -> int:
    """`make predict` once more: all answers beside the recorded figures."""
    found = verdicts(paper, prediction, recorded(tree, paper.chapter))
    print(page(tree, paper, prediction, found, "the recorded runs"))
    sys.stdout.flush()
    return 0


def page(tree: Tree, paper: Paper, prediction: Prediction, found: list[Verdict], what: str) -> str:
    """The answers beside `what`, a line that counts them last."""
    beliefs = load_beliefs(tree)
    numbers = {question.id: at for at, question in enumerate(paper.questions, 1)}
    lines = [f"Predicted on {prediction.date}, beside {what}:", ""]
    for verdict in found:
        lines += _verdict_lines(verdict, numbers[verdict.question.id], beliefs) + [""]
    if prediction.version != paper.version:
        lines += [wrapped(f"The answers are to version {prediction.version} of the questions, which is "
                          f"{paper.version} now: only those asked in the same words are compared."), ""]
    if seen := prediction.after_run:
        lines += [wrapped(f"Shown before you answered: {', '.join(seen)}."), ""]
    return "\n".join([*lines, counted(found)])


def _verdict_lines(verdict: Verdict, number: int, beliefs: dict[str, Belief]) -> list[str]:
    lines = [wrapped(f"{verdict.question.asks}?", 5, f"  {number}. ")]
    if verdict.state == "changed":
        return [*lines, "     asked in other words when you answered"]
    answer = verdict.given.answer
    if answer.text is None:
        return [*lines, wrapped(f"it is {verdict.real}", 14, "     skipped  ")]
    lines.append(f"     yours    {answer.text}{', ' + answer.sure if answer.sure else ''}")
    lines.append(wrapped(verdict.real, 14, "     real     "))
    lines.append(f"     {verdict.state:8} {verdict.far}".rstrip())
    if verdict.means:
        belief = beliefs[verdict.means]
        lines.append(wrapped(f"{belief.id}: {belief.says} Chapter {belief.chapter} shows what is true of it.",
                             14, "     belief   "))
    return lines


def counted(found: list[Verdict]) -> str:
    """One line: how many of each."""
    states = [verdict.state for verdict in found]
    answered = states.count("right") + states.count("wrong")
    return (f"{states.count('right')} of {answered} answer{plural(answered)} right"
            + (f", {states.count('skipped')} skipped" if "skipped" in states else "") + ".")
