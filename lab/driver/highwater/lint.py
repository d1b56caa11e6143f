"""No naked numbers: a number with a unit comes from a run, a source or arithmetic, or is a word.

Looked at is what a reader takes for prose: not what stands between markers, in code (fenced or
in backquotes), in headings, or in the target of a link.
"""

import re

from .markers import COMMENT, find_markers

UNITS = (
    "B bytes? KiB MiB GiB TiB kB KB MB GB TB ns us µs μs ms s seconds? minutes? hours? % percent "
    "times x × allocations? allocs? objects? slots? groups? entry entries keys? values? elements? "
    "tables? pages? probes? rounds? ranges? lookups? inserts? insertions? deletes? deletions? "
    "pairs? buckets? spans? instructions? comparisons? tombstones? splits? "
    "doublings? collections? operations? ops bits orders? records? maps?").split()
NAKED = re.compile(
    r"(?<![\w.,])~?\d[\d,]*(?:\.\d+)?(?:[ \u00a0-]?(?:million|billion|thousand|hundred))?"
    rf"[ \u00a0\u202f-]?(?:{'|'.join(sorted(UNITS, key=len, reverse=True))})(?![\w])")
# A number that is part of a name: Go 1.24 tables, chapter 4, x86-64.
NAMED = re.compile(
    r"\b(?:Go|Rust|Debian|gcc|clang|version|[Cc]hapters?|[Pp]arts?|[Dd]rills?|[Ss]ections?|"
    r"[Rr]ules?|[Ss]teps?|[Ll]ines?|[Qq]uestions?)[ \u00a0]\d[\d.]*|\bx86-64\b")
FENCE = re.compile(r"^(```+|~~~+).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(`+)(?!`).+?(?<!`)\1(?!`)", re.DOTALL)
HEADING = re.compile(r"^#{1,6} .*$", re.MULTILINE)
LINK = re.compile(r"\]\((?:<[^>]*>|[^)\s]*)\)")
ADDRESS = re.compile(r"https?://\S+")
BEGINS = re.compile(r"^(?:[ >]|[-*+] |\d+[.)] )*<!-- (?:=|F\d)", re.MULTILINE)
CELL = re.compile(r"^\|.*<!-- =(?:(?!-->).)*(?<!\\)\|.*-->", re.MULTILINE)
TAG = re.compile(r"</?[a-z][^>]*>")


def naked_numbers(text: str) -> list[tuple[int, str]]:
    """All naked numbers of a text: (line, the number with its unit)."""
    left = _without_markers(text)
    for pattern in (FENCE, COMMENT, SPAN, HEADING, LINK, ADDRESS, TAG, NAMED):
        left = pattern.sub(_blank, left)
    return [(left.count("\n", 0, found.start()) + 1, found[0].strip())
            for found in NAKED.finditer(left)]


def broken_lines(text: str) -> list[tuple[int, str]]:
    """Markers that spoil the Markdown around them: (line, sentence). A line that begins with one is
    taken for HTML: the paragraph ends above it. In a row of a table a "|" ends the cell."""
    left = FENCE.sub(_blank, text)
    return [(left.count("\n", 0, found.start()) + 1, sentence)
            for pattern, sentence in ((BEGINS, "a marker begins the line, which ends the paragraph there: "
                                               "put a word before it"),
                                      (CELL, 'a marker has a "|", which ends the cell: write "\\|"'))
            for found in pattern.finditer(left)]


def _without_markers(text: str) -> str:
    """The text with the content of every marker blanked out."""
    for marker in reversed(find_markers(text)[0]):
        blank = re.sub(r"[^\n]", " ", marker.content)
        text = text[:marker.start] + blank + text[marker.end:]
    return text


def _blank(found: re.Match[str]) -> str:
    """As many lines as before, and nothing on them that could be read as a number."""
    return "\0" + re.sub(r"[^\n]", " ", found[0])[1:]
