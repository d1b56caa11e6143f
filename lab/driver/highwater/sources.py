"""chapters/sources.toml: the figures that the sources print, and what we measure of them.

Rows of chapters that exist say what was measured (an expression over figures), a verdict and
why; chapters/SOURCES.md shows them as a table, written by `make golden`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from .complaint import Complaint
from .draft import Draft
from .expression import Value
from .manifest import SOURCES, Chapter, Fields, parse_toml
from .markers import SOURCE_ID

BRACES = re.compile(r"\{(.*?)\}")
VERDICTS = ("reproduced", "refuted", "cited")
HEAD = """# What the sources print, what we measure

This table is written by `make golden` from chapters/sources.toml and the recorded runs. A figure with
a ~ was measured on the machine that recorded it. *Cited* means that the source speaks of a machine
that is not here: its figure is quoted, and the run shows its shape.

| id | source | it prints | we measure | verdict | why | chapter |
|---|---|---|---|---|---|---|
"""


@dataclass(frozen=True)
class Row:
    """One figure of a source."""

    id: str
    source: str
    says: str
    prints: tuple[str, ...]
    chapters: tuple[int, ...]
    measured: tuple[str, ...]
    unit: str
    verdict: str
    why: str


def load_sources(draft: Draft) -> dict[str, Row]:
    """All rows by id."""
    path = draft.tree.chapters / "sources.toml"
    where = draft.tree.name(path)
    table = parse_toml(draft.read(path), where)
    return {id: _row(where, id, fields) for id, fields in table.items()}


def _row(where: str, id: str, table: object) -> Row:
    if not SOURCE_ID.fullmatch(id) or not isinstance(table, dict):
        raise Complaint(f'{where}: "{id}" is not the id of a row, such as [F01]')
    fields = Fields(f"{where}, {id}", table)
    measured = fields.left.pop("measured", [])
    if isinstance(measured, str):
        measured = [measured]
    numbers = fields.take("chapters", list)
    if not numbers or not all(isinstance(number, int) for number in numbers):
        raise fields.wrong('"chapters" is not a list of chapter numbers')
    verdict = fields.take("verdict", str, "-")
    if verdict not in (*VERDICTS, "-"):
        raise fields.wrong(f'"verdict" is "{verdict}", and only {", ".join(VERDICTS)} are known')
    row = Row(id, fields.one_of("source", SOURCES), fields.take("says", str),
              fields.strings("prints", []), tuple(numbers), tuple(measured),
              fields.left.pop("unit", ""), verdict, fields.take("why", str, "-"))
    fields.end()
    return row


def check_rows(rows: dict[str, Row], chapters: list[Chapter]) -> list[str]:
    """Rows that a chapter treats and says nothing of, and chapters that name other rows."""
    wrong = []
    standing = {chapter.number for chapter in chapters}
    for row in rows.values():
        if standing & set(row.chapters):
            if "-" in (row.verdict, row.why) or (row.verdict != "cited" and not row.measured):
                wrong.append(f"chapters/sources.toml, {row.id}: its chapter stands, so it needs "
                             f"measured, verdict and why")
    for chapter in chapters:
        due = {row.id for row in rows.values() if chapter.number in row.chapters}
        for id in sorted(due ^ set(chapter.sources)):
            there, not_there = ("sources.toml", "chapter.toml") if id in due else (
                "chapter.toml", "sources.toml")
            wrong.append(f"{chapter.name}: {there} gives it {id}, {not_there} does not")
    return wrong


def sources_page(rows: dict[str, Row], chapters: list[Chapter],
                 value: Callable[[str, Chapter], Value]) -> str:
    """The text of chapters/SOURCES.md; `value` evaluates an expression as seen from a chapter."""
    standing = {chapter.number: chapter for chapter in chapters}
    lines = []
    for row in rows.values():
        treated = [standing[number] for number in row.chapters if number in standing]
        if treated:
            links = ", ".join(f"[{chapter.number:02d}]({chapter.name}/README.md)"
                              for chapter in treated)
            cells = [row.id, row.source, row.says, _measured(row, treated[0], value),
                     row.verdict, _filled(row.why, treated[0], value), links]
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |\n")
    return HEAD + "".join(lines)


def _measured(row: Row, chapter: Chapter, value: Callable[[str, Chapter], Value]) -> str:
    """Each expression with its unit; a text with {expressions} in it is filled in."""
    texts = []
    for source in row.measured:
        if "{" in source:
            texts.append(_filled(source, chapter, value))
        else:
            found = value(source, chapter)
            texts.append(_with_unit(replace(found, unit=row.unit or found.unit)))
    return ", ".join(texts) or "-"


def _filled(text: str, chapter: Chapter, value: Callable[[str, Chapter], Value]) -> str:
    """A text with its {expressions} worked out."""
    return BRACES.sub(lambda found: _with_unit(value(found[1], chapter)), text)


def _with_unit(value: Value) -> str:
    return f"{value.text} {value.unit}".strip()
