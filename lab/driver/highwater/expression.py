"""Arithmetic over figures: what a `<!-- = ... -->` marker in the prose says.

    retain.heap.filled.heapalloc                     a figure of this chapter's goldens
    04:bench.empty.clear.ns/op                       of another chapter's
    retain.heap.filled.heapalloc / MiB | .2          arithmetic, and how many decimals
    SWISS_MAX_TABLE_SLOTS * 7 / 8                    a constant of the C (constants.py)

A figure's name may hold hyphens and slashes, so operators stand between blanks. Besides figures
there are numbers and the constants KiB MiB GiB kB MB GB. Arithmetic is done in fractions:
nothing is rounded before it is printed. What is computed from a measured figure is measured.
"""

import ast
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from .complaint import Complaint
from .constants import NAME
from .figures import Figure

UNITS = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30,
         "kB": 10**3, "MB": 10**6, "GB": 10**9}
OPERATORS: dict[type, Callable] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
}
FIGURE = re.compile(r"(?:\d\d:)?[A-Za-z][^\s()]*\.[^\s()]+|" + NAME.pattern)
FORMAT = re.compile(r"\.(\d)")

Lookup = Callable[[str], Figure]


@dataclass(frozen=True)
class Value:
    """A result: as text (with ~ if measured), its unit where that is plain, and not rounded."""

    text: str
    unit: str
    number: Fraction


def evaluate(source: str, lookup: Lookup) -> Value:
    """Evaluates an expression; `lookup` finds figures or complains."""
    formula, _, form = (part.strip() for part in source.partition("|"))
    figures: dict[str, Figure] = {}

    def named(found: re.Match[str]) -> str:
        name = f"figure_{len(figures)}"
        figures[name] = lookup(found[0])
        return name

    try:
        tree = ast.parse(FIGURE.sub(named, formula), mode="eval").body
        number = _compute(tree, figures)
    except (SyntaxError, ValueError):
        raise Complaint(f'"{formula}" is not an expression over figures') from None
    except ZeroDivisionError:
        raise Complaint(f'"{formula}" divides by zero') from None
    exact = all(figure.exact for figure in figures.values())
    lone = figures[tree.id] if isinstance(tree, ast.Name) and tree.id in figures else None
    text = _write(number, exact, _decimals(form, number, exact, lone))
    return Value(text, _unit(tree, lone), number)


def _compute(node: ast.expr, figures: dict[str, Figure]) -> Fraction:
    """The value of a syntax tree that holds nothing but arithmetic."""
    match node:
        case ast.Constant(value=int() as number) if not isinstance(number, bool):
            return Fraction(number)
        case ast.Constant(value=float() as number):
            return Fraction(repr(number))
        case ast.Name(id=name) if name in figures:
            return figures[name].value
        case ast.Name(id=name) if name in UNITS:
            return Fraction(UNITS[name])
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_compute(inner, figures)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return Fraction(OPERATORS[type(op)](_compute(left, figures), _compute(right, figures)))
        case ast.BinOp(left=left, op=ast.LShift(), right=ast.Constant(value=int() as places)):
            return _compute(left, figures) * (1 << min(places, 64))
    raise ValueError


def _decimals(form: str, number: Fraction, exact: bool, lone: Figure | None) -> int:
    """Digits after the point: as asked for, or as the run printed them, or what is sensible."""
    if form and form != ",":
        found = FORMAT.fullmatch(form)
        if not found:
            raise Complaint(f'"| {form}" is no format: write | .2 for two decimals')
        return int(found[1])
    if lone is not None:
        return lone.decimals
    if not exact:
        return _decimals_of_three_digits(number)
    if number.denominator != 1:
        raise Complaint("the result is not whole: say how many decimals, as in | .2")
    return 0


def _decimals_of_three_digits(number: Fraction) -> int:
    """A measured result shows three significant digits, as on a page."""
    decimals = 0
    while number and decimals < 9 and abs(number) * 10**decimals < 100:
        decimals += 1
    return decimals


def _write(number: Fraction, exact: bool, decimals: int) -> str:
    rounded = round(number * 10**decimals)
    if not exact and decimals == 0 and rounded:
        noise = 10 ** max(0, len(str(abs(rounded))) - 3)
        rounded = round(Fraction(rounded, noise)) * noise
    whole, part = divmod(abs(rounded), 10**decimals)
    sign = "-" if rounded < 0 else ""
    fraction = f".{part:0{decimals}d}" if decimals else ""
    return f"{'' if exact else '~'}{sign}{whole:,}{fraction}"


def _unit(tree: ast.expr, lone: Figure | None) -> str:
    if lone is not None:
        return lone.unit
    match tree:
        case ast.BinOp(op=ast.Div(), right=ast.Name(id=name)) if name in UNITS:
            return name
    return ""
