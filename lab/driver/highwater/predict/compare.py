"""The page after a run: yours, the real one, how far, and the belief behind a wrong one."""

import sys

from ..chapterrun import TargetRun
from ..claims import plural
from ..complaint import Complaint
from ..draft import Draft
from ..figures import Figure, Results, parse_results
from ..golden import read_golden
from ..manifest import Chapter, sound_chapters
from ..records import Records
from ..tree import Tree
from .ask import wrapped
from .beliefs import Belief, load_beliefs
from .judge import Lookup, Verdict, judge
from .questions import Paper, load_paper
from .store import Prediction, load


def recorded(tree: Tree, chapter: Chapter, run: TargetRun | None = None) -> Lookup:
    """Finds figures in a run, and in the goldens what that run does not print. A verdict is a figure
    too, `retain.claim.ID` or `retain.beyond.ID.NAME`: 1 if the claim holds, if it fails beyond."""
    records = Records(Draft(tree), sound_chapters(tree)[0])

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
