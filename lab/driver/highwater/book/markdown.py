"""The Markdown of a page as pandoc gets it.

The markers go. That of a piece of code leaves a line that says which file the code is of; its file
becomes a page of the book too. Links are turned to the places where things stand in the site, and
where a sentence says "chapter 8" it leads there.
"""

import os
import re
from html import escape
from pathlib import Path
from urllib.parse import quote, unquote

from ..complaint import Complaint
from ..cut import cut
from ..links import OUTSIDE
from ..markers import SOURCE_ID
from ..textfile import read_text
from ..tree import Tree
from .place import place, way

# What is left alone (code), and what is not: the first that matches at a place is taken.
PIECE = re.compile(
    r"(?P<fence>^(?P<ticks>```+|~~~+).*?^(?P=ticks)[ \t]*$)"
    r"|(?P<span>(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`))"
    r"|(?P<comment>(?:(?<=\S)(?P<newline>\n))?<!--\s*(?P<words>.*?)\s*-->)"
    r"|(?P<mention>\b[Cc]hapter[ \u00a0\n](?P<number>\d{1,2})\b)"
    r"|(?P<link>(?P<picture>!?)\[(?P<text>[^\]]*)\]\(<?(?P<target>[^)\s>]*)>?\))",
    re.MULTILINE | re.DOTALL)


def turn(tree: Tree, path: Path, here: str, text: str) -> tuple[str, tuple[Path, ...]]:
    """The Markdown of a page without markers, its links turned; and the files it links to."""
    linked: dict[Path, None] = {}

    def turned(found: re.Match[str]) -> str:
        try:
            match found.lastgroup:
                case "comment":
                    return _unmarked(tree, found, here, linked)
                case "mention":
                    return _mentioned(tree, path, found, here, linked)
                case "link":
                    return _turned_link(tree, path, found, here, linked)
        except Complaint as complaint:
            line = text.count("\n", 0, found.end()) + 1
            raise Complaint(f"{tree.name(path)}:{line}: {complaint}") from None
        return found[0]

    return PIECE.sub(turned, text), tuple(linked)


def _unmarked(tree: Tree, found: re.Match[str], here: str, linked: dict[Path, None]) -> str:
    """What a marker leaves. A figure that began a line goes to the end of the line before: "2." at
    the beginning of one would be an item of a list."""
    kind, _, rest = found["words"].partition(" ")
    if kind == "code":
        return (found["newline"] or "") + _origin(tree, here, *rest.split(" ", 1), linked)
    if not found["newline"]:
        return ""
    return " " if kind in ("=", "/") or SOURCE_ID.fullmatch(kind) else "\n"


def _origin(tree: Tree, here: str, file: str, name: str, linked: dict[Path, None]) -> str:
    """A line above a piece of code: whose it is, and the way to where it stands there."""
    path = tree.root / file
    text = read_text(path, file)
    line = text.partition(cut(text, name, file))[0].count("\n") + 1
    linked[path] = None
    address = f"{quote(way(here, place(tree, path)))}#cb1-{line}"
    return f'<p class="from"><a href="{address}">{escape(file)}</a> {escape(name)}</p>\n'


def _mentioned(tree: Tree, path: Path, found: re.Match[str], here: str, linked: dict[Path, None]) -> str:
    """A chapter that a sentence names, as a link; not in a heading, and not to the page itself."""
    line = found.string.rfind("\n", 0, found.start()) + 1
    there = next((folder / "README.md" for folder in tree.chapter_folders()
                  if folder.name.startswith(f"{int(found['number']):02d}-")), path)
    if there == path or found.string[line] == "#" or not there.is_file():
        return found[0]
    linked[there] = None
    return f"[{found[0]}]({quote(way(here, place(tree, there)))})"


def _turned_link(tree: Tree, path: Path, found: re.Match[str], here: str,
                 linked: dict[Path, None]) -> str:
    """A link to where its file stands in the site; one to a folder becomes the folder's name."""
    target = found["target"]
    if OUTSIDE.match(target) or target.startswith("#"):
        return found[0]
    file, _, anchor = unquote(target).partition("#")
    there = Path(os.path.normpath(path.parent / file))
    if not there.exists():
        raise Complaint(f"the link {target} leads nowhere")
    if not there.is_relative_to(tree.root):
        raise Complaint(f"the link {target} leads out of the repository")
    to_place = place(tree, there)
    if to_place is None:
        return found["text"]
    linked[there] = None
    address = quote(way(here, to_place)) + (f"#{anchor}" if anchor else "")
    return f'{found["picture"]}[{found["text"]}]({address})'
