"""Places in the texts of chapters/handout.toml, <keys> or <map.says>, and what is put into them."""

import re
from collections.abc import Callable
from typing import Any

from ..complaint import Complaint

PLACE = re.compile(r"<([a-z][a-z0-9_]*)(?:\.([a-z][a-z0-9_]*))?>")

Drawn = int | str | dict[str, int | str]


def fill(text: str, drawn: dict[str, Drawn], commas: bool = False) -> str:
    """The text with its places filled: plainly for a program, with commas in numbers for a reader.
    What stands in backquotes is code, and plain for a reader too."""
    if "<" not in text:
        return text
    pieces = text.split("`")
    for at, piece in enumerate(pieces):
        with_commas = commas and at % 2 == 0
        pieces[at] = PLACE.sub(lambda found: _written(_value(found, drawn), with_commas), piece)
    return "`".join(pieces)


def _written(value: int | str, commas: bool) -> str:
    return f"{value:,}" if commas and isinstance(value, int) else str(value)


def _value(found: re.Match[str], drawn: dict[str, Drawn]) -> int | str:
    name, part = found.groups()
    value = drawn.get(name)
    if part is not None:
        value = value.get(part) if isinstance(value, dict) else None
    if value is None or isinstance(value, dict):
        raise Complaint(f'nothing is drawn for the place "{found[0]}"')
    return value


def fill_all(value: Any, drawn: dict[str, Drawn], worded: Callable[[str], bool]) -> Any:
    """A TOML value with the places of all its strings filled; `worded` tells, by the name of a
    field, whether it is for readers."""
    def walk(value: Any, field: str) -> Any:
        if isinstance(value, str):
            return fill(value, drawn, commas=worded(field))
        if isinstance(value, list):
            return [walk(item, field) for item in value]
        if isinstance(value, dict):
            return {name: walk(item, name) for name, item in value.items()}
        return value

    return walk(value, "")


def names_in(value: Any) -> set[str]:
    """The names of all places in the strings of a TOML value."""
    if isinstance(value, str):
        return {found[1] for found in PLACE.finditer(value)}
    items = value.values() if isinstance(value, dict) else value if isinstance(value, list) else []
    return set().union(*(names_in(item) for item in items))
