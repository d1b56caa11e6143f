"""Wrong numbers that are right in another unit: the commonest slip, and not a belief about maps."""

from collections.abc import Iterator
from fractions import Fraction

from ..expression import UNITS
from ..predict.answers import NUMBER, number_of
from ..predict.judge import is_near
from ..predict.questions import Question


def slip(question: Question, text: str, real: Fraction) -> str:
    """A sentence about the slip behind a wrong number, or nothing."""
    guess = number_of(text, question)
    if question.unit == "B" and guess > 0:
        for unit, number in _in_other_units(question, text):
            if is_near(number, real, question.near):
                return f"{_times(guess, number)}: right, had it been {unit}"
    if abs(guess - real) == 1:
        return "off by one"
    return ""


def _in_other_units(question: Question, text: str) -> Iterator[tuple[str, Fraction]]:
    """The same digits in each other unit."""
    digits, exponent, said = NUMBER.fullmatch(text).groups()
    for unit in ("bytes", *UNITS):
        if unit != said:
            yield unit, number_of(f"{digits}{f'e{exponent}' if exponent else ''} {unit}", question)


def _times(guess: Fraction, meant: Fraction) -> str:
    ratio = max(guess, meant) / min(guess, meant)
    shown = f"{round(ratio):,}" if ratio >= 100 else f"{float(ratio):.2f}"
    return f"{shown} times too {'small' if guess < meant else 'large'}"
