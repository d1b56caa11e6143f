"""An answer beside the run's figure: right or not, how far, and which belief explains it."""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from ..complaint import Complaint
from ..expression import Value, evaluate
from ..figures import Figure
from .answers import number_of
from .questions import Bound, Choice, Question, Range
from .store import Given

Lookup = Callable[[str], Figure]


@dataclass(frozen=True)
class Verdict:
    """How one answer came out. `state` is right, wrong, skipped or changed (asked in other words
    since); `far` says how far a number is, `tends` whether it is low (-1) or high (1)."""

    question: Question
    given: Given | None
    state: str
    real: str
    far: str = ""
    tends: int = 0
    means: str | None = None


def judge(question: Question, given: Given | None, lookup: Lookup) -> Verdict:
    """The verdict on an answer, by the figures of a run."""
    value = evaluate(question.real, lookup)
    real = real_text(question, value, lookup)
    if given is None or given.asked != question.asked:
        return Verdict(question, given, "changed", real)
    text = given.answer.text
    if text is None:
        return Verdict(question, given, "skipped", real)
    if question.kind == "number":
        return _judge_number(question, given, real, number_of(text, question), value, lookup)
    chosen = next((choice for choice in question.choices if choice.says == text), None)
    right = right_choice(question, value, lookup)
    if chosen is right and chosen is not None:
        return Verdict(question, given, "right", real)
    return Verdict(question, given, "wrong", real, means=chosen.means if chosen else None)


def real_text(question: Question, value: Value, lookup: Lookup) -> str:
    """The real answer as shown: the figure, and the choice that it makes right."""
    shown = " ".join(filter(None, [value.text, question.unit or value.unit]))
    if question.kind == "number":
        return shown
    right = right_choice(question, value, lookup)
    return f"{right.says if right else 'none of the choices'} ({shown})"


def right_choice(question: Question, value: Value, lookup: Lookup) -> Choice | None:
    """The choice in whose range the real value lies; None if a measured value lies in no range."""
    return next((choice for choice in question.choices
                 if within(value.number, choice.range, lookup)), None)


def within(number: Fraction, range: Range, lookup: Lookup) -> bool:
    return ((range.start is None or number >= bound(range.start, lookup))
            and (range.below is None or number < bound(range.below, lookup)))


def bound(end: Bound, lookup: Lookup) -> Fraction:
    """A bound's value: a number as it stands, or an expression."""
    if isinstance(end, str):
        return evaluate(f"{end} | .9", lookup).number
    return Fraction(repr(end))


def is_near(guess: Fraction, real: Fraction, ratio: float) -> bool:
    """Is the larger at most `ratio` times the smaller? Nothing but zero is near zero."""
    if guess <= 0 or real <= 0:
        return guess == real
    return max(guess, real) <= min(guess, real) * Fraction(repr(ratio))


def belief_behind(question: Question, guess: Fraction, lookup: Lookup) -> str | None:
    """The first belief of the manifest that leads to this number."""
    for wrong in question.wrong:
        if wrong.range.value is not None:
            if is_near(guess, bound(wrong.range.value, lookup), question.near):
                return wrong.means
        elif within(guess, wrong.range, lookup):
            return wrong.means
    return None


def _judge_number(question: Question, given: Given, real: str, guess: Fraction, value: Value,
                  lookup: Lookup) -> Verdict:
    decimals = len(value.text.partition(".")[2])
    if round(guess, decimals) == round(value.number, decimals):
        return Verdict(question, given, "right", real, "to the digit")
    tends = 1 if guess > value.number else -1
    right = is_near(guess, value.number, question.near)
    return Verdict(question, given, "right" if right else "wrong", real,
                   how_far(guess, value.number), tends,
                   None if right else belief_behind(question, guess, lookup))


def how_far(guess: Fraction, real: Fraction) -> str:
    """A distance in words: "4.2 % too low", "3.1 times too high"."""
    if guess <= 0 or real <= 0:
        return "too low: nothing" if guess < real else "too high: it is nothing"
    direction = "high" if guess > real else "low"
    ratio = max(guess, real) / min(guess, real)
    if ratio < 2:
        return f"{float(abs(guess - real) / real * 100):.1f} % too {direction}"
    return f"{_times(ratio)} times too {direction}"


def _times(ratio: Fraction) -> str:
    return f"{float(ratio):.1f}" if ratio < 100 else f"{round(ratio):,}"


def faults(question: Question, lookup: Lookup) -> list[str]:
    """What is wrong with a question by the recorded figures: the right answer not one of the
    choices, a belief behind the right answer, none behind a wrong one."""
    try:
        value = evaluate(question.real, lookup)
        if question.kind == "number":
            return _number_faults(question, value, lookup)
        right = [choice for choice in question.choices if within(value.number, choice.range, lookup)]
    except Complaint as complaint:
        return [str(complaint)]
    if len(right) != 1:
        return [f"{value.text} makes {len(right)} of the choices right, not one"]
    return ([f'"{right[0].says}" is right and means {right[0].means}'] if right[0].means else []) + [
        f'"{choice.says}" is wrong and names no belief' for choice in question.choices
        if choice is not right[0] and choice.means is None]


def _number_faults(question: Question, value: Value, lookup: Lookup) -> list[str]:
    found = [] if question.near > 1 else [f'"near" is {question.near}, not above 1']
    if not question.wrong:
        found.append("no belief explains a wrong number")
    if means := belief_behind(question, value.number, lookup):
        found.append(f"{value.text} is right and means {means}")
    return found
