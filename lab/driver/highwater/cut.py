"""Cutting a definition out of a C file by its name, with the comment above it.

The lab's C has a fixed shape (style, section 3): a definition starts at column 0 and ends with the
first closing brace at column 0. That makes cutting safe without parsing C: what does not have
the shape is not found, and not found is a complaint.

    group_match             a function
    struct group            a struct, union or enum
    h2_bits                 a variable that is given a value, an array too
    Test(suite, name)       a Criterion test
    group_match 2           the second of two definitions (behind different #ifs)
"""

import re

from .complaint import Complaint

TAGGED = re.compile(r"(struct|union|enum) \w+")
NUMBERED = re.compile(r"(.*\S) (\d+)")


def cut(text: str, name: str, where: str) -> str:
    """The definition called `name`, or a complaint that starts with `where`."""
    which = NUMBERED.fullmatch(name)
    if which:
        name = which[1]
    lines = text.splitlines()
    starts = [number for number in range(len(lines)) if _is_start(lines, number, name)]
    if not starts:
        raise Complaint(f'{where} defines no "{name}" at the start of a line')
    if not which and len(starts) > 1:
        places = ", ".join(str(start + 1) for start in starts)
        raise Complaint(f'{where} defines "{name}" in lines {places}: write "{name} 2" for the second')
    number = int(which[2]) if which else 1
    if not 1 <= number <= len(starts):
        raise Complaint(f'{where} defines "{name}" {len(starts)} times, not {number}')
    start = starts[number - 1]
    first, last = _with_comment(lines, _with_type(lines, start)), _end(lines, start)
    if last is None:
        raise Complaint(f'{where}: "{name}" has no closing brace at the start of a line')
    return "\n".join(lines[first:last + 1]) + "\n"


def _is_start(lines: list[str], number: int, name: str) -> bool:
    """Does the definition of `name` start on this line?"""
    line = lines[number]
    if not line or line[0] in " \t#/*}":
        return False
    if TAGGED.fullmatch(name):
        return re.match(rf"{re.escape(name)}\s*\{{", line) is not None
    if "(" in name:
        return line.startswith(name) and _end(lines, number) is not None
    if re.search(rf"\b{re.escape(name)}(\[[^\]]*\])*\s*=", line):
        return True
    return re.search(rf"\b{re.escape(name)}\(", line) is not None and _is_function(lines, number)


def _is_function(lines: list[str], number: int) -> bool:
    """A function's head runs to a line that is one brace; a declaration's or macro's ends earlier."""
    for line in lines[number:]:
        if line == "{":
            return True
        if line.rstrip().endswith(";") or not line.strip():
            return False
    return False


def _with_type(lines: list[str], start: int) -> int:
    """The line of the return type, where it has one of its own."""
    before = lines[start - 1] if start else ""
    alone = re.fullmatch(r"[A-Za-z_][\w \t*()]*", before)
    return start - 1 if alone else start


def _with_comment(lines: list[str], start: int) -> int:
    """The first line of the comment that ends right above, if there is one."""
    above = start - 1
    if above >= 0 and lines[above].startswith("//"):
        while above >= 0 and lines[above].startswith("//"):
            above -= 1
        return above + 1
    if above < 0 or not lines[above].rstrip().endswith("*/"):
        return start
    while above >= 0 and not lines[above].startswith("/*"):
        if lines[above] and lines[above][0] not in " \t":
            return start                    # code with a comment behind it
        above -= 1
    return above if above >= 0 else start


def _end(lines: list[str], start: int) -> int | None:
    """The last line: the first closing brace at column 0, or the end of a short definition."""
    if lines[start].rstrip().endswith(";"):
        return start
    for number in range(start, len(lines)):
        if lines[number].startswith("}"):
            return number
    return None
