"""No naked numbers: every digit that a reader of the prose sees comes from a run, a source or
arithmetic, so it stands between markers, or it is written as a word.

Looked at is all that a reader sees, with a unit or without: headings, tables, the text of links and
pictures, what stands in backquotes. Free is what stands between markers, the target of a link, and
what is no quantity:

    a name          Go 1.24, Python 3, GOGC 100, chapter 4, questions 2 and 3, slot 0, "4. " before an
                    item or a title; and what begins with a letter: x86-64, h2, p99.9, u64, F06
    code            in backquotes, if a letter is in it that is no unit: `[128]byte`, `KEYS=56`, `k = 4`;
                    bits `01`; bytes in hexadecimal `02`, `03 80`, `0x80`; a formula that a marker of
                    the same file computes
    a command       a fence without a language, or of sh; of console with what it prints, which a test
                    holds (test_bisect.py). What a run prints has markers around it

A marker whose expression is one lone number is that number in a costume.
"""

import re

from .markers import COMMENT, find_markers

UNITS = set(
    "B byte bytes KiB MiB GiB TiB kB KB MB GB TB ns us µs μs ms s second seconds minute minutes hour hours "
    "bit bits slot slots group groups entry entries key keys table tables page pages object objects "
    "allocation allocations million billion thousand times x".split())
VERSION = r"(?:Go|Rust|hashbrown|Debian|Python|gcc|clang|GOGC|[Ii]ssue)[ \u00a0\n]\d[\d.]*(?<!\.)"
ORDINAL = (r"(?:[Cc]hapter|[Pp]art|[Qq]uestion|[Dd]rill|[Hh]int|[Rr]ule|[Ss]tep|[Ss]lot|[Kk]ey|[Bb]ucket)s?"
           r"[ \u00a0\n]\d{1,2}(?:(?:, | and | or | to )\d{1,2})*")
NAMED = re.compile(rf"(?<![\w-])(?:{VERSION}|{ORDINAL})(?![\w,]*\d|\.\d)|(?<![\w.,])[A-Za-z_][\w.+-]*\d[\w.]*")
ITEM = re.compile(r"^(?:[ >]*)\d+\. |^\*\*\d+\.\*\*|^# \d+\. |^## \d+$", re.MULTILINE)
FENCE = re.compile(r"^(```+|~~~+)(.*?)$.*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
COMMANDS = ("", "sh", "console")
SPAN = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)", re.DOTALL)
PATTERN = re.compile(r"[01]+(?: [01]+)*|0[0-9A-F]|[0-9A-F]{2}(?: [0-9A-F]{2})+|0x[0-9A-Fa-f]+")
WORD = re.compile(r"[^\W\d_]+")
LINK = re.compile(r"\]\((?:<[^>]*>|[^)\s]*)\)")
ADDRESS = re.compile(r"https?://\S+")
NUMBER = re.compile(r"[~-]?\d(?:[\d,.]*\d)?(?:[ \u00a0\u202f-]?(?:%|[^\W\d_]+))?")
LONE = re.compile(r"-?\d[\d_]*(?:\.\d+)?")
BEGINS = re.compile(r"^(?:[ >]|[-*+] |\d+[.)] )*<!-- (?:=|F\d)", re.MULTILINE)
CELL = re.compile(r"^\|.*<!-- =(?:(?!-->).)*(?<!\\)\|.*-->", re.MULTILINE)


def naked_numbers(text: str) -> list[tuple[int, str]]:
    """All naked numbers of a text: (line, the number with the word behind it)."""
    formulas = {marker.argument.partition("|")[0].strip() for marker in find_markers(text)[0]
                if marker.kind == "="}
    left = FENCE.sub(_fence, _without_markers(text))
    left = SPAN.sub(lambda span: _span(span, formulas), COMMENT.sub(_blank, left))
    for pattern in (LINK, ADDRESS, ITEM, NAMED):
        left = pattern.sub(_blank, left)
    return sorted([(left.count("\n", 0, found.start()) + 1, found[0])
                   for found in NUMBER.finditer(left)] + costumes(text))


def costumes(text: str) -> list[tuple[int, str]]:
    """Markers that compute nothing."""
    return [(marker.line, marker.argument) for marker in find_markers(text)[0]
            if marker.kind == "=" and LONE.fullmatch(marker.argument.partition("|")[0].strip())]


def _fence(fence: re.Match[str]) -> str:
    """Nothing for a command; what stands in another fence as if it stood in none."""
    return _blank(fence) if fence[2].strip() in COMMANDS else re.sub("[`~]", " ", fence[0])


def _span(span: re.Match[str], formulas: set[str]) -> str:
    """Nothing for code, and what stands in the backquotes for a number."""
    inside = span[2].strip()
    words = set(WORD.findall(inside))
    computed = " " in inside and any(formula == inside or formula.startswith((f"{inside} ", f"({inside}) "))
                                     for formula in formulas)
    if words - UNITS or "[" in inside or PATTERN.fullmatch(inside) or computed:
        return _blank(span)
    return span[0].replace("`", " ")


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
