"""One page of the book: what pandoc makes of a file of the repository."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from html import escape
from pathlib import Path

from ..complaint import Complaint
from ..run import environment
from ..textfile import read_text
from ..tree import Tree
from .figure import with_figures
from .markdown import turn
from .place import place

LANGUAGES = {".c": "c", ".h": "c", ".py": "python", ".sh": "bash", ".toml": "toml"}
SECTION = re.compile(r'<h2 id="([^"]*)">(.*?)</h2>', re.DOTALL)
TITLE = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
TAG = re.compile(r"<[^>]*>")
SECONDS = 60                            # of one page: it only stops an endless run


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


def pandoc(reader: str, text: str) -> str:
    """Pandoc's HTML of a text."""
    if shutil.which("pandoc") is None:
        raise Complaint("pandoc is not there to make the book; `make book` installs it if it may")
    done = subprocess.run(["pandoc", "-f", reader, "-t", "html5", "--wrap=preserve", "--preserve-tabs"],
                          input=text.encode(), capture_output=True, env=environment(), timeout=SECONDS)
    if done.returncode != 0:
        raise Complaint(f"pandoc refuses it: {done.stderr.decode(errors='replace').strip()}", 1)
    return done.stdout.decode()


def listing(name: str, text: str, language: str | None) -> str:
    """A file as it stands, its lines numbered, each line an anchor."""
    fence = "~" * (3 + max(map(len, re.findall("~+", text)), default=0))
    classes = f".{language or 'default'} .numberLines .lineAnchors"
    return (f"<h1><code>{escape(name)}</code></h1>\n"
            + pandoc("markdown", f"{fence} {{{classes}}}\n{text}\n{fence}\n"))
