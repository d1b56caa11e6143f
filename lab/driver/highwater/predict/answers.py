"""An answer as typed. It may end in ! for "I am sure" or in ? for "I guess"."""

import re
from dataclasses import dataclass
from fractions import Fraction

from ..complaint import Complaint
from ..expression import UNITS
from .questions import Question

NUMBER = re.compile(r"(\d[\d,]*(?:\.\d+)?|\.\d+)(?:e(\d{1,2}))?\s*(.*)", re.IGNORECASE | re.ASCII)
LARGE = {"thousand": 10**3, "million": 10**6, "billion": 10**9}
SKIP = "skip"
LONGEST = 200           # characters of an answer: more is a file that was named by mistake
SURE = {"!": "sure", "?": "a guess"}


@dataclass(frozen=True)
class Answer:
    """What was answered: `text` is None if the question was skipped."""

    text: str | None
    sure: str = ""          # sure, a guess, or nothing


def read_answer(question: Question, typed: str) -> Answer:
    """The answer that a line holds, or a complaint that says what would be one."""
    typed = " ".join(typed.split())
    if typed.lower() == SKIP:
        return Answer(None)
    sure = SURE.get(typed[-1:], "")
    text = typed[:-1].strip() if sure else typed
    if not text:
        raise Complaint(f"an empty line is no answer: write {form(question)}, or {SKIP}")
    if len(text) > LONGEST or not text.isprintable():
        raise Complaint(f"that is too long or not text: write {form(question)}, or {SKIP}")
    if question.kind == "number":
        number_of(text, question)
        return Answer(text, sure)
    return Answer(_choice(text, question), sure)


def form(question: Question) -> str:
    """What an answer looks like, for the prompt and for complaints."""
    match question.kind:
        case "number":
            also = "; 36 MiB will do" if question.unit == "B" else ""
            return "a number" + (f" (unit: {question.unit}{also})" if question.unit else "")
        case "choice":
            return f"a letter from a to {chr(ord('a') + len(question.choices) - 1)}"
        case _:
            return "one word"


def number_of(text: str, question: Question) -> Fraction:
    """The number in an answer: digits, an exponent, million; KiB and the like where bytes are asked."""
    found = NUMBER.fullmatch(text)
    if found:
        digits, exponent, unit = found.groups()
        number = Fraction(digits.replace(",", "")) * 10 ** int(exponent or 0)
        for word in unit.split():
            factor = _factor(word, question)
            if factor is None and unit != question.unit:
                break
            number *= factor or 1
        else:
            return number
    raise Complaint(f'"{text}" is no answer here: write {form(question)}, or {SKIP}')


def _factor(word: str, question: Question) -> int | None:
    """What a word after a number multiplies it by, or None if it has no business there."""
    if question.unit == "B" and word in UNITS:
        return UNITS[word]
    if word in (question.unit, question.unit.rstrip("s")) or question.unit == "B" and word == "bytes":
        return 1
    return LARGE.get(word.lower())


def _choice(text: str, question: Question) -> str:
    """The words of the choice that was meant by its letter or by how it begins."""
    says = [choice.says for choice in question.choices]
    if question.kind == "choice" and len(text) == 1 and ord(text.lower()) - ord("a") in range(len(says)):
        return says[ord(text.lower()) - ord("a")]
    meant = [one for one in says if one.lower() == text.lower()] or [
        one for one in says if one.lower().startswith(text.lower())]
    if len(meant) == 1:
        return meant[0]
    if question.kind == "word" and " " not in text:
        return text
    raise Complaint(f'"{text}" is no answer here: write {form(question)}, or {SKIP}')
