"""Where each file of the repository stands in the site.

A chapter's page is at the top, under the chapter's name. What it links to keeps its path, so that a
reader of the page can find it in the repository: a picture as it is, other text as a page.
"""

from pathlib import Path

from ..tree import Tree

FRONT = "index.html"
STYLE = "book.css"


def place(tree: Tree, path: Path) -> str | None:
    """The place of a file in the site, or None for a folder: that is shown as its name only."""
    if path.is_dir():
        return None
    if path == tree.root / "README.md":
        return FRONT
    if path == tree.chapters / "SOURCES.md":
        return "sources.html"
    if path.name == "README.md" and path.parent.parent == tree.chapters:
        return f"{path.parent.name}.html"
    name = tree.name(path)
    if path.suffix == ".svg":
        return name
    return f"{name.removesuffix('.md')}.html"


def way(from_place: str, to_place: str) -> str:
    """The relative address of one place of the site, seen from another."""
    return "../" * from_place.count("/") + to_place
