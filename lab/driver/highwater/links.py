"""Links and pictures of the prose: what they point to is there."""

import re
from pathlib import Path
from urllib.parse import unquote

from .lint import FENCE, SPAN
from .manifest import Chapter
from .tree import Tree

LINK = re.compile(r"(!?)\[[^\]]*\]\(<?([^)\s>]*)>?(?:\s+\"[^\"]*\")?\)")
HEADING = re.compile(r"^#{1,6} (.*?)\s*#*$", re.MULTILINE)
OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:")


def broken_links(tree: Tree, path: Path, text: str, chapters: list[Chapter]) -> list[tuple[int, str]]:
    """Links that lead nowhere and pictures that no chapter owns: (line, sentence)."""
    wrong = []
    plain = SPAN.sub(_blank, FENCE.sub(_blank, text))
    for found in LINK.finditer(plain):
        sentence = _wrong(tree, path, text, found[2], found[1] == "!", chapters)
        if sentence:
            wrong.append((plain.count("\n", 0, found.start()) + 1, sentence))
    return wrong


def _wrong(tree: Tree, path: Path, text: str, target: str, is_picture: bool,
           chapters: list[Chapter]) -> str | None:
    if OUTSIDE.match(target):
        return None
    file, _, anchor = unquote(target).partition("#")
    there = (path.parent / file).resolve() if file else path
    if not there.exists():
        return f"the link {target} leads nowhere"
    if is_picture and not _is_owned(tree, there, chapters):
        return f"the picture {target} is in no chapter's pictures or plots"
    if anchor and there.suffix == ".md":
        if anchor not in anchors(text if there == path else there.read_text(encoding="utf-8")):
            return f"there is no heading #{anchor} in {tree.name(there)}"
    return None


def _is_owned(tree: Tree, picture: Path, chapters: list[Chapter]) -> bool:
    owned = {(tree.diagrams / chapter.name / f"{name}.svg").resolve()
             for chapter in chapters for name in chapter.pictures + chapter.plots}
    return picture in owned


def anchors(text: str) -> set[str]:
    """The anchors that GitHub gives to the headings of a text."""
    found: set[str] = set()
    for heading in HEADING.findall(FENCE.sub("", text)):
        plain = re.sub(r"<[^>]*>|[^\w\- ]", "", heading.strip().lower())
        anchor, number = plain.replace(" ", "-"), 0
        while (anchor if number == 0 else f"{anchor}-{number}") in found:
            number += 1
        found.add(anchor if number == 0 else f"{anchor}-{number}")
    return found


def _blank(found: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", found[0])
