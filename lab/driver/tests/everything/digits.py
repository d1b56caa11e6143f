"""What the checks say when one digit of one file is another: the file is changed in memory only."""

import re
from functools import cache
from pathlib import Path

from everything.conftest import standing
from highwater import oracle
from highwater.complaint import Complaint
from highwater.draft import Draft
from highwater.golden import read_sealed
from highwater.manifest import Chapter
from highwater.owners import owned
from highwater.pictures import COMMENT, XML, stale_svg
from highwater.plots import stale_plot
from highwater.prose import Prose, prose_files
from highwater.records import Records
from highwater.sources import load_sources, sources_page
from highwater.tree import Tree, this_tree
from highwater.typed import mistyped, typed_files
from highwater.written import lint

CHAPTERS = standing()[0]
COMMENTS = {".dot": COMMENT, ".svg": XML}


def files() -> list[Path]:
    """All files of the book and of the record: no digit of them may slip."""
    tree = this_tree()
    written = {path for chapter in (None, *CHAPTERS) for path in typed_files(tree, chapter)}
    scripts = {path for chapter in CHAPTERS for path in chapter.folder.glob("*.gp")}
    recordings = {oracle.recording_path(tree, runtime) for runtime in oracle.RUNTIMES}
    return sorted(written | scripts | recordings | owned(tree, CHAPTERS) | {tree.chapters / "SOURCES.md"})


def digits_of(path: Path) -> list[int]:
    """Where its digits stand."""
    return [found.start() for found in re.finditer(r"\d", path.read_text(encoding="utf-8"))]


def slipped(path: Path, at: int) -> tuple[int, list[str]]:
    """The line of that digit, and what is said when it is another one."""
    text = path.read_text(encoding="utf-8")
    draft = Draft(this_tree())
    draft.put(path, text[:at] + str((int(text[at]) + 1) % 10) + text[at + 1:])
    return text.count("\n", 0, at) + 1, said(draft, path)


def is_named(path: Path, line: int, sentences: list[str]) -> bool:
    """Does a sentence name the file and the line?"""
    return any(f"{this_tree().name(path)}:{line}:" in sentence for sentence in sentences)


def said(draft: Draft, path: Path) -> list[str]:
    """What the checks of this kind of file say."""
    try:
        if path.suffix in (".md", ".toml"):
            return _of_prose(draft, path)
        if path.suffix == ".gp":
            return [sentence for chapter in CHAPTERS if chapter.folder == path.parent
                    for name in chapter.plots if (sentence := stale_plot(draft, chapter, name))]
        read_sealed(draft, path, COMMENTS.get(path.suffix, ""))
    except Complaint as complaint:
        return [str(complaint)]
    return _of_picture(draft, path) if path.suffix == ".svg" else []


def _of_picture(draft: Draft, path: Path) -> list[str]:
    chapter = next(chapter for chapter in CHAPTERS if chapter.name == path.parent.name)
    stale = stale_svg if path.stem in chapter.pictures else stale_plot
    return list(filter(None, [stale(draft, chapter, path.stem)]))


def _of_prose(draft: Draft, path: Path) -> list[str]:
    chapter = next((chapter for chapter in CHAPTERS if chapter.folder in path.parents), None)
    if path.name == "SOURCES.md":
        page = sources_page(prose_of(this_tree()).rows, CHAPTERS, prose_of(this_tree()).value)
        pairs = zip(draft.read(path).splitlines(), page.splitlines())
        return [f"{draft.tree.name(path)}:{number}: stale" for number, (was, now) in enumerate(pairs, 1) if was != now]
    wrong = mistyped(draft, chapter)
    if path.suffix == ".md":
        rendered = Prose(draft, CHAPTERS, prose_of(this_tree()).records, prose_of(this_tree()).rows).render(path, chapter)
        wrong += rendered.stale + rendered.wrong + lint(draft, path, CHAPTERS)
    return wrong


@cache
def prose_of(tree: Tree) -> Prose:
    """The record, read once: no test changes it."""
    draft = Draft(tree)
    return Prose(draft, CHAPTERS, Records(draft, CHAPTERS), load_sources(draft))
