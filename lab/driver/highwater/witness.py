"""Numbers in the words of the manifests: each has a witness.

What chapter.toml says of a claim or asks of a reader cannot hold markers. A number in it defines an
experiment, so it stands in the chapter's C, or it is an exact figure of its runs, or its sources print it.
chapters/sources.toml and misconceptions.toml hold no number that is not computed, in braces.
"""

import re
from collections.abc import Iterator

from .complaint import Complaint
from .draft import Draft
from .figures import parse_results
from .golden import read_golden
from .lint import naked_numbers
from .manifest import Chapter
from .sources import BRACES, Row

NUMBER = re.compile(r"\d(?:[\d,]*\d)?(?:\.\d+)?")
SHIFT = re.compile(r"\b1[uUlL]* << (\d+)")
CURE = "take it from there, or write it as a word"


def unwitnessed(draft: Draft, chapter: Chapter, rows: dict[str, Row]) -> list[str]:
    """A sentence for each number of a chapter's manifest that nothing bears witness to."""
    known = set(_witnesses(draft, chapter, rows))
    path = chapter.folder / "chapter.toml"
    text = draft.read(path)
    return [f'{draft.tree.name(path)}:{_line(text, words)}: "{number}" is in no C, no exact figure and no source '
            f"of this chapter; {CURE}"
            for words in texts(chapter) for number in _numbers(words) if _value(number) not in known]


def texts(chapter: Chapter) -> Iterator[str]:
    """All that a manifest says in words."""
    yield from (chapter.title, chapter.question)
    for claim in chapter.claims:
        yield from (claim.says, claim.scope, claim.passes, *(beyond.says for beyond in claim.beyond))
    for question in chapter.predict:
        yield from (question.get("asks", ""), question.get("unit", ""))
        yield from (choice.get("says", "") for choice in question.get("choices", []))


def naked_words(draft: Draft, name: str, texts: list[str]) -> list[str]:
    """A sentence for each number in words of chapters/NAME that nothing computes."""
    path = draft.tree.chapters / name
    whole = draft.read(path)
    return [f'{draft.tree.name(path)}:{_line(whole, words)}: "{number}" is a naked number: compute it in braces, '
            "or write it as a word" for words in texts for number in _numbers(BRACES.sub("", words))]


def _numbers(words: str) -> list[str]:
    return [number for _, number in naked_numbers(words)]


def _value(number: str) -> str:
    return NUMBER.search(number)[0].replace(",", "")


def _line(text: str, words: str) -> int:
    """The line of a text in which the words stand, as TOML writes them."""
    at = text.find(words)
    return text.count("\n", 0, max(at, 0)) + 1


def _witnesses(draft: Draft, chapter: Chapter, rows: dict[str, Row]) -> Iterator[str]:
    for path in sorted(chapter.folder.glob("*.[ch]")):
        code = draft.read(path)
        yield from map(_value, NUMBER.findall(code))
        yield from (str(1 << int(places)) for places in SHIFT.findall(code))
    for row in rows.values():
        if chapter.number in row.chapters:
            yield from (_value(number) for text in row.prints for number in NUMBER.findall(text))
    for target in chapter.targets:
        yield from _figures(draft, chapter, target)


def _figures(draft: Draft, chapter: Chapter, target: str) -> Iterator[str]:
    try:
        results = parse_results(read_golden(draft, chapter.name, target).figures, chapter.name)
    except Complaint:
        return      # it is told elsewhere
    for name, figure in results.figures.items():
        if figure.exact:
            yield figure.text
            yield from map(_value, NUMBER.findall(name))
