"""What two outputs must have in common: everything but the values of measured figures.

A measured figure is printed as ~ and a number. Its value is this machine's business, its place and
its unit are not: only the number is masked, and runs of blanks are folded because a
column is as wide as its widest number.
"""

import difflib
import re
from typing import NamedTuple

MEASURED = re.compile(r"~[-+]?(?:\d[\d,]*)?(?:\.\d+)?(?:e[-+]?\d+)?(?<=[\d])")
BLANKS = re.compile(r"[ \t]+")


def mask_line(line: str) -> str:
    """The line with measured values masked and blanks folded."""
    return BLANKS.sub(" ", MEASURED.sub("~#", line)).strip()


def mask_page(text: str) -> list[str]:
    """The masked lines of a page."""
    return [mask_line(line) for line in text.splitlines()]


def mask_figures(text: str) -> list[str]:
    """The masked lines of a figures stream: fields stay apart, measured values are masked."""
    return ["\t".join(_mask_fields(line.split("\t"))) for line in text.splitlines()]


def _mask_fields(fields: list[str]) -> list[str]:
    if fields[0] == "figure" and fields[-1] == "measured" and len(fields) == 5:
        fields = [*fields[:2], "~#", *fields[3:]]
    return [mask_line(field) for field in fields]


class Hunk(NamedTuple):
    """One change: the line at which it begins in the new text, and lines of a diff."""

    line: int
    lines: list[str]


def difference(old: str, new: str, masked=mask_page) -> list[str]:
    """What changed, as lines of a diff."""
    return [line for hunk in hunks(old, new, masked)
            for line in (f"@@ line {hunk.line} @@", *hunk.lines)]


def hunks(old: str, new: str, masked=mask_page, context: int = 2) -> list[Hunk]:
    """What changed: texts as they are, compared by their masks."""
    was, now = old.splitlines(), new.splitlines()
    matcher = difflib.SequenceMatcher(None, masked(old), masked(new), autojunk=False)
    found = []
    for group in matcher.get_grouped_opcodes(context):
        lines: list[str] = []
        for kind, a, b, c, d in group:
            if kind == "equal":
                lines += [f"  {line}" for line in now[c:d]]
            else:
                lines += [f"- {line}" for line in was[a:b]]
                lines += [f"+ {line}" for line in now[c:d]]
        found.append(Hunk(next(c + 1 for kind, _, _, c, _ in group if kind != "equal"), lines))
    return found
