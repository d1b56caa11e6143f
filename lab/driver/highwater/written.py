"""Everything that is written from the goldens: prose between markers, and chapters/SOURCES.md.

`make golden` puts it into its draft; `make check` asks for the same texts and compares.
"""

from dataclasses import dataclass, field
from pathlib import Path

from .complaint import Complaint
from .draft import Draft
from .links import broken_links
from .lint import broken_lines, naked_numbers
from .manifest import Chapter
from .prose import Prose, Rendered, prose_files
from .records import Records
from .sources import check_rows, load_sources, sources_page


@dataclass
class Written:
    """The texts as they should be, with what cannot be written and why."""

    texts: dict[Path, str] = field(default_factory=dict)
    stale: dict[Path, list[str]] = field(default_factory=dict)
    wrong: dict[Path, list[str]] = field(default_factory=dict)


def write_all(draft: Draft, chapters: list[Chapter]) -> Written:
    """Renders every prose file and the table of the sources."""
    written = Written()
    sources = draft.tree.chapters / "sources.toml"
    rows = {}
    try:
        rows = load_sources(draft)
        written.wrong[sources] = check_rows(rows, chapters)
    except Complaint as complaint:
        written.wrong[sources] = [str(complaint)]
    prose = Prose(draft, chapters, Records(draft, chapters), rows)
    for path, here in prose_files(draft.tree, chapters).items():
        _add(written, path, lambda: prose.render(path, here))
    page = draft.tree.chapters / "SOURCES.md"
    _add(written, page, lambda: _sources(draft, page, sources_page(rows, chapters, prose.value)))
    return written


def _add(written: Written, path: Path, render) -> None:
    try:
        rendered = render()
    except Complaint as complaint:
        written.wrong[path] = [str(complaint)]
        return
    written.texts[path] = rendered.text
    written.stale[path] = rendered.stale
    written.wrong[path] = rendered.wrong


def _sources(draft: Draft, page: Path, text: str) -> Rendered:
    """The table of the sources, which is written as a whole."""
    there = draft.read(page) if draft.exists(page) else ""
    name = draft.tree.name(page)
    lines = zip(there.splitlines() + [""], text.splitlines() + [""])
    number = next((number for number, (was, now) in enumerate(lines, 1) if was != now), 1)
    return Rendered(text, [] if there == text else [f"{name}:{number}: is not what the runs say"])


def lint(draft: Draft, path: Path, chapters: list[Chapter]) -> list[str]:
    """Naked numbers, broken lines and broken links of one prose file."""
    text, name = draft.read(path), draft.tree.name(path)
    naked = [(line, f'"{number}" is a naked number: take it from a run, a source or arithmetic '
                    f"with a marker, or write it as a word") for line, number in naked_numbers(text)]
    found = naked + broken_lines(text) + broken_links(draft.tree, path, text, chapters)
    return [f"{name}:{line}: {what}" for line, what in sorted(found)]
