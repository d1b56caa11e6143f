"""Finding the markers in prose: HTML comments, which a reader of the rendered page does not see.

    <!-- output retain -->  ...  <!-- /output -->
    <!-- code FILE NAME -->  ...  <!-- /code -->
    <!-- chapters -->  ...  <!-- /chapters -->
    <!-- = EXPRESSION -->...<!-- / -->
    <!-- F06 -->...<!-- / -->

In a row of a table a "|" would end the cell, even in a comment: there it is written "\\|".
"""

import re
from dataclasses import dataclass

COMMENT = re.compile(r"<!--\s*(.*?)\s*-->", re.DOTALL)
SOURCE_ID = re.compile(r"F\d\d+")


@dataclass(frozen=True)
class Marker:
    """One marker and what stands between it and its end."""

    kind: str           # output, code, chapters, =, F
    argument: str
    line: int
    start: int          # of the content, in the text
    end: int
    content: str


def kind_of(words: str) -> str | None:
    """The kind of an opening marker, or None."""
    first = words.split(maxsplit=1)[0] if words else ""
    if first in ("output", "code", "chapters", "="):
        return first
    return "F" if SOURCE_ID.fullmatch(words) else None


def closing_of(kind: str) -> str:
    return "/" if kind in ("=", "F") else f"/{kind}"


def find_markers(text: str) -> tuple[list[Marker], list[tuple[int, str]]]:
    """All markers of a text, and what is wrong with it: (line, sentence)."""
    markers: list[Marker] = []
    wrong: list[tuple[int, str]] = []
    comments = list(COMMENT.finditer(text))
    at = 0
    while at < len(comments):
        opening, words = comments[at], comments[at][1]
        line = text.count("\n", 0, opening.start()) + 1
        kind = kind_of(words)
        closing = comments[at + 1] if at + 1 < len(comments) else None
        if kind is None:
            wrong.append((line, f'"<!-- {words} -->" is not a marker, or has no beginning'))
            at += 1
        elif closing is None or closing[1] != closing_of(kind):
            wrong.append((line, f'"<!-- {words} -->" is not closed by <!-- {closing_of(kind)} -->'))
            at += 1
        else:
            argument = words if kind == "F" else words[len(kind):].strip().replace("\\|", "|")
            markers.append(Marker(kind, argument, line, opening.end(), closing.start(),
                                  text[opening.end():closing.start()]))
            at += 2
    return markers, wrong
