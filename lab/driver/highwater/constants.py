"""Constants of the compiled C, by name: a figure of the prose that is a decision of the code.

    SWISS_MAX_TABLE_SLOTS       of lab/, or of the chapter's own folder
    SIZE_CLASS_OF_272           what the heap gives for so many bytes, from its table of size classes
"""

import ast
import re
from fractions import Fraction
from functools import cache
from pathlib import Path

from .complaint import Complaint

NAME = re.compile(r"\b[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+\b")
REMARK = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
ENUM = re.compile(r"\benum\b[^{};()]*\{([^}]*)\}")
MEMBER = re.compile(r"\s*([A-Z][A-Z0-9_]*)\s*=\s*(.+?)\s*", re.DOTALL)
SUFFIX = re.compile(r"\b(0x[0-9A-Fa-f]+|\d+)[uUlL]+\b")


def constant(name: str, folders: tuple[Path, ...]) -> int:
    """The value of an enumerator; a complaint if it has none, or two."""
    if asked := re.fullmatch(r"SIZE_CLASS_OF_(\d+)", name):
        return _size_class(int(asked[1]), folders[0])
    values = {value for folder in folders for known, value in _enumerators(folder) if known == name}
    if len(values) != 1:
        raise Complaint(f'the C has {"two constants" if values else "no constant"} "{name}"')
    return _value(values.pop(), folders)


def _size_class(asked: int, lab: Path) -> int:
    """The smallest class of so many bytes."""
    text = (lab / "heap" / "size_class.c").read_text(encoding="utf-8")
    classes = [int(found) for found in re.findall(r"\{(\d+), +\d+\}", text)]
    return min((size for size in classes if size >= asked), default=0) or _no_class(asked)


def _no_class(asked: int) -> int:
    raise Complaint(f"an object of {asked} bytes is of no size class")


@cache
def _enumerators(folder: Path) -> list[tuple[str, str]]:
    """What the C of a folder says of its enumerators: (name, expression)."""
    found = []
    for path in sorted([*folder.glob("*.[ch]"), *folder.glob("*/*.[ch]")]):
        for body in ENUM.findall(REMARK.sub("", path.read_text(encoding="utf-8"))):
            found += [member.groups() for item in body.split(",") if (member := MEMBER.fullmatch(item))]
    return found


def _value(expression: str, folders: tuple[Path, ...]) -> int:
    """Whole numbers, other constants, and arithmetic on them."""
    text = NAME.sub(lambda found: str(constant(found[0], folders)), SUFFIX.sub(r"\1", expression))
    try:
        return _compute(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError):
        raise Complaint(f'"{expression}" is no arithmetic of whole numbers') from None


def _compute(node: ast.expr) -> int:
    match node:
        case ast.Constant(value=int() as number):
            return number
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _compute(left) + _compute(right)
        case ast.BinOp(left=left, op=ast.Sub(), right=right):
            return _compute(left) - _compute(right)
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return _compute(left) * _compute(right)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return int(Fraction(_compute(left), _compute(right)))
        case ast.BinOp(left=left, op=ast.LShift(), right=right):
            return _compute(left) << min(_compute(right), 64)
    raise ValueError
