"""One page of the book: the Markdown of the repository as pandoc gets it, and what pandoc makes of it.

The markers go. That of a piece of code leaves a line that says which file the code is of; its file
becomes a page of the book too. Links are turned to the places where things stand in the site.
"""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote, unquote

from ..complaint import Complaint
from ..cut import cut
from ..links import OUTSIDE
from ..markers import SOURCE_ID
from ..run import environment
from ..textfile import read_text
from ..tree import Tree
from .place import place, way

# What is left alone (code), and what is not: the first that matches at a place is taken.
PIECE = re.compile(
    r"(?P<fence>^(?P<ticks>```+|~~~+).*?^(?P=ticks)[ \t]*$)"
    r"|(?P<span>(?P<tick>`+)(?!`).+?(?<!`)(?P=tick)(?!`))"
    r"|(?P<comment>(?:(?<=\S)(?P<newline>\n))?<!--\s*(?P<words>.*?)\s*-->)"
    r"|(?P<link>(?P<picture>!?)\[(?P<text>[^\]]*)\]\(<?(?P<target>[^)\s>]*)>?\))",
    re.MULTILINE | re.DOTALL)
LANGUAGES = {".c": "c", ".h": "c", ".py": "python", ".sh": "bash", ".toml": "toml"}
ALONE = re.compile(r'<p><img\s+src="([^"]*)"\s+alt="([^"]*)" /></p>')
POINTS = re.compile(r'\bwidth="([\d.]+)pt" height="([\d.]+)pt"')
VIEW = re.compile(r'\bviewBox="0 0 ([\d.]+) ([\d.]+)"')
SECTION = re.compile(r'<h2 id="([^"]*)">(.*?)</h2>', re.DOTALL)
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
SECONDS = 60


@dataclass(frozen=True)
class Leaf:
    """A page without what is around it."""

    source: Path
    place: str
    body: str                           # HTML
    linked: tuple[Path, ...]            # files that must be in the book because this page shows them

    @property
    def title(self) -> str:
        """The first heading, as HTML without tags."""
        found = TITLE.search(self.body)
        return TAG.sub("", found[1]) if found else escape(self.source.name)

    @property
    def sections(self) -> list[tuple[str, str]]:
        """The second headings: (id, HTML without tags)."""
        return [(id, TAG.sub("", text)) for id, text in SECTION.findall(self.body)]


def read_leaf(tree: Tree, path: Path) -> Leaf:
    """The page of a file: of prose, or of any other text as it stands."""
    text = read_text(path, tree.name(path))
    here = place(tree, path)
    if path.suffix == ".md":
        turned, linked = turn(tree, path, here, text)
        return Leaf(path, here, with_figures(tree, here, pandoc("gfm", turned)), linked)
    return Leaf(path, here, listing(tree.name(path), text, LANGUAGES.get(path.suffix)), ())


def turn(tree: Tree, path: Path, here: str, text: str) -> tuple[str, tuple[Path, ...]]:
    """The Markdown of a page without markers, its links turned; and the files it links to."""
    linked: dict[Path, None] = {}

    def turned(found: re.Match[str]) -> str:
        try:
            match found.lastgroup:
                case "comment":
                    return _unmarked(tree, found, here, linked)
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


def pandoc(reader: str, text: str) -> str:
    """Pandoc's HTML of a text."""
    if shutil.which("pandoc") is None:
        raise Complaint("pandoc is not there to make the book; `make book` installs it if it may")
    done = subprocess.run(["pandoc", "-f", reader, "-t", "html5", "--wrap=preserve", "--preserve-tabs"],
                          input=text.encode(), capture_output=True, env=environment(), timeout=SECONDS)
    if done.returncode != 0:
        raise Complaint(f"pandoc refuses it: {done.stderr.decode(errors='replace').strip()}", 1)
    return done.stdout.decode()


def with_figures(tree: Tree, here: str, body: str) -> str:
    """A picture that stands alone gets its size, its text below it, and leads to itself: on a
    telephone one opens it to see it large."""
    def figure(found: re.Match[str]) -> str:
        address, text = found.groups()
        path = tree.root / os.path.normpath(os.path.join(os.path.dirname(here), unquote(address)))
        size = "" if OUTSIDE.match(address) else ' width="{}" height="{}"'.format(*size_of(tree, path))
        return (f'<figure><a href="{address}"><img src="{address}" alt="{text}"{size}></a>'
                f"<figcaption>{text}</figcaption></figure>")

    return ALONE.sub(figure, body)


def size_of(tree: Tree, picture: Path) -> tuple[int, int]:
    """Width and height of an SVG in CSS pixels: as it says, in points; or those of its view."""
    head = read_text(picture, tree.name(picture)).partition("<svg")[2].partition(">")[0]
    if said := POINTS.search(head):
        return round(float(said[1]) * 4 / 3), round(float(said[2]) * 4 / 3)
    if view := VIEW.search(head):
        return round(float(view[1])), round(float(view[2]))
    raise Complaint(f"{tree.name(picture)} does not say how large it is")


def listing(name: str, text: str, language: str | None) -> str:
    """A file as it stands, its lines numbered, each line an anchor."""
    fence = "~" * (3 + max(map(len, re.findall("~+", text)), default=0))
    classes = f".{language or 'default'} .numberLines .lineAnchors"
    return (f"<h1><code>{escape(name)}</code></h1>\n"
            + pandoc("markdown", f"{fence} {{{classes}}}\n{text}\n{fence}\n"))
