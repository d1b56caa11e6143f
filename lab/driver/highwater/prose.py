"""Prose: what stands between markers is written from the goldens, and checked against them.

The same function writes and checks. `make golden` writes what render returns; `make check` renders
again and complains of everything that is not already there, by file and line.
"""

from dataclasses import dataclass, field
from pathlib import Path

from .complaint import Complaint
from .cut import cut
from .draft import Draft
from .expression import Value, evaluate
from .manifest import Chapter
from .markers import Marker, find_markers
from .records import Records
from .sources import Row
from .tree import Tree


@dataclass
class Rendered:
    """A text with everything between its markers as it should be, and what was wrong."""

    text: str
    stale: list[str] = field(default_factory=list)      # markers whose content was another
    wrong: list[str] = field(default_factory=list)      # markers that cannot be written


def prose_files(tree: Tree, chapters: list[Chapter]) -> dict[Path, Chapter | None]:
    """All prose: README.md, and every Markdown file of a chapter with the chapter it is of."""
    files: dict[Path, Chapter | None] = {tree.root / "README.md": None}
    for chapter in chapters:
        for path in files_of(chapter, "md"):
            files[path] = chapter
    return files


def files_of(chapter: Chapter, suffix: str) -> list[Path]:
    """A chapter's files, drills and all, without what a student wrote."""
    return sorted(path for path in chapter.folder.rglob(f"*.{suffix}")
                  if "mine" not in path.relative_to(chapter.folder).parts)


@dataclass(frozen=True)
class Prose:
    """What prose is rendered from."""

    draft: Draft
    chapters: list[Chapter]
    records: Records
    rows: dict[str, Row]

    def render(self, path: Path, here: Chapter | None) -> Rendered:
        """The text of a file with every marker's content as it should be."""
        text, name = self.draft.read(path), self.draft.tree.name(path)
        markers, wrong = find_markers(text)
        rendered = Rendered("", wrong=[f"{name}:{line}: {what}" for line, what in wrong])
        at = 0
        for marker in markers:
            place = f"{name}:{marker.line}"
            try:
                content = self._content(marker, here, path)
                if content != marker.content:
                    rendered.stale.append(f"{name}:{_differs(marker, content)}")
            except Complaint as complaint:
                content = marker.content
                rendered.wrong.append(f"{place}: {complaint}")
            rendered.text += text[at:marker.start] + content
            at = marker.end
        rendered.text += text[at:]
        return rendered

    def value(self, source: str, here: Chapter | None) -> Value:
        """An expression over figures, as seen from a chapter."""
        return evaluate(source, lambda name: self.records.figure(name, here))

    def _content(self, marker: Marker, here: Chapter | None, path: Path) -> str:
        match marker.kind:
            case "output":
                return _fenced("text", self.records.output(marker.argument, here))
            case "code":
                return _fenced("c", self._code(marker.argument))
            case "chapters":
                return self._table_of_chapters(path)
            case "=":
                return self.value(marker.argument, here).text
            case _:
                return self._source(marker)

    def _code(self, words: str) -> str:
        """A definition from the lab's or a chapter's C: code that is compiled."""
        file, _, name = words.partition(" ")
        if not file.startswith(("lab/", "chapters/")) or not file.endswith((".c", ".h")):
            raise Complaint(f'"{file}" is no C file of lab/ or chapters/')
        if ".." in file or not name:
            raise Complaint("a code marker says: code FILE NAME")
        return cut(self.draft.read(self.draft.tree.root / file), name.strip(), file)

    def _source(self, marker: Marker) -> str:
        """A figure that a source prints: one of the texts that sources.toml has for it."""
        row = self.rows.get(marker.argument)
        if row is None:
            raise Complaint(f"chapters/sources.toml has no {marker.argument}")
        if not row.prints:
            raise Complaint(f"chapters/sources.toml, {row.id}: prints no text to quote")
        if marker.content in row.prints:
            return marker.content
        if len(row.prints) > 1:
            known = ", ".join(f'"{text}"' for text in row.prints)
            raise Complaint(f'{row.id} is quoted as "{marker.content}"; the source prints {known}')
        return row.prints[0]

    def _table_of_chapters(self, path: Path) -> str:
        lines = ["", "", "| | chapter | its question |", "|---|---|---|"]
        for chapter in self.chapters:
            link = (chapter.folder / "README.md").relative_to(path.parent)
            lines.append(f"| {chapter.number:02d} | [{chapter.title}]({link}) | {chapter.question} |")
        return "\n".join([*lines, "", ""])


def _fenced(language: str, text: str) -> str:
    return f"\n```{language}\n{text.strip(chr(10))}\n```\n"


def _differs(marker: Marker, content: str) -> str:
    """The line, and one sentence: what stands there and what should."""
    if "\n" not in content:
        return f'{marker.line}: shows "{marker.content}", and <!-- {marker.kind} {marker.argument} --> is "{content}"'
    was, now = marker.content.splitlines(), content.splitlines()
    for number, (old, new) in enumerate(zip(was, now)):
        if old != new:
            return f'{marker.line + number}: shows "{old.strip()}", and it is "{new.strip()}"'
    return f"{marker.line}: shows {len(was)} lines of <!-- {marker.kind} {marker.argument} -->, and there are {len(now)}"
