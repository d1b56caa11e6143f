"""Each answer beside the right one: GOOD, BAD or MISSING, and why."""

from dataclasses import dataclass

from ..complaint import Complaint
from ..expression import evaluate
from ..predict.beliefs import Belief, load_beliefs
from ..predict.judge import Lookup, Verdict, judge
from ..predict.questions import Question
from ..predict.store import Given
from ..tree import Tree
from .draw import Handout
from .form import Form, read_form
from .lab import Lab
from .slips import slip


@dataclass(frozen=True)
class Mark:
    """What became of one answer. `why` is a sentence for the student, empty where there is nothing to
    say; `misconception` is the belief behind a wrong answer, by its id in misconceptions.toml."""

    id: str
    asks: str
    given: str
    right: str
    verdict: str                # GOOD, BAD, MISSING
    why: str = ""
    misconception: str | None = None


class OtherSheet(Complaint):
    """The form is of another sheet: not one answer can be judged by this one."""


def mark(tree: Tree, handout: Handout, text: str, lab: Lab | None = None) -> list[Mark]:
    """A mark for each question of the sheet, whatever the text is. It complains, and marks nothing, if
    the form is of another sheet (OtherSheet), or if the lab cannot answer: that is nobody's mistake.
    One `lab` for a whole class saves runs that two sheets have in common."""
    form = read_form(text, handout.questions)
    _must_be_of(handout, form)
    lab, beliefs = lab or Lab(tree), load_beliefs(tree)
    marks = []
    for task in handout.tasks:
        lookup = lab.lookup(task)
        marks += [_mark(question, form, lookup, beliefs) for question in task.questions]
    return marks


def _must_be_of(handout: Handout, form: Form) -> None:
    if form.sheet and form.sheet != handout.number:
        raise OtherSheet(
            f"the form is of sheet {form.sheet}, and {handout.name} has sheet {handout.number}: it is "
            "somebody else's, or was drawn from other questions (chapters/handout.toml)")


def _mark(question: Question, form: Form, lookup: Lookup, beliefs: dict[str, Belief]) -> Mark:
    """One answer. The lab is asked first: if it has no answer, there is no verdict."""
    right = judge(question, None, lookup).real
    given = " | ".join(form.given.get(question.id, []))
    try:
        answer = form.answer(question)
    except Complaint as complaint:
        return Mark(question.id, question.asks, given, right, "BAD", str(complaint))
    if answer.text is None:
        return Mark(question.id, question.asks, given, right, "MISSING")
    verdict = judge(question, Given(question.asked, answer), lookup)
    if verdict.state == "right":
        return Mark(question.id, question.asks, answer.text, right, "GOOD",
                    "" if verdict.far.startswith("0.0 %") else verdict.far)
    why, belief = _reason(question, answer.text, verdict, lookup, beliefs)
    return Mark(question.id, question.asks, answer.text, right, "BAD", why, belief and belief.id)


def _reason(question: Question, text: str, verdict: Verdict, lookup: Lookup,
            beliefs: dict[str, Belief]) -> tuple[str, Belief | None]:
    """What is wrong with an answer: a slip of the pen, how far off it is, the belief behind it."""
    if question.kind == "number":
        real = evaluate(question.real, lookup).number
        if slipped := slip(question, text, real):
            return slipped, None
    if not verdict.means:
        return verdict.far, None
    belief = beliefs[verdict.means]
    said = f'often believed, and false: "{belief.says}" Chapter {belief.chapter} shows what is true of it.'
    return f"{verdict.far}; {said}" if verdict.far else said, belief
