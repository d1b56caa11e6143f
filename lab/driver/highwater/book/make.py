"""Making the book: read the chapters and all that they link to, write the pages, look at them all.

The book is written into a new folder and then takes the place of the old one, whole: what fails
on the way leaves the old one as it was. The same repository makes the same bytes.
"""

import os
import shutil
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ..complaint import Complaint
from ..manifest import load_chapters
from ..textfile import write_text
from ..tree import Tree
from .leaf import Leaf, read_leaf
from .place import STYLE, place
from .sheet import Sheet
from .sound import unsound


def run_book(tree: Tree) -> int:
    """`make book`: makes build/book and says how to open it."""
    folder = tree.root / "build" / "book"
    pages = make_book(tree, folder)
    print(f"{pages} pages: open {tree.name(folder / 'index.html')} in a browser.")
    return 0


def make_book(tree: Tree, folder: Path) -> int:
    """Makes the site in `folder`, in place of what was there; the number of its pages."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.{os.getpid()}."))
    try:
        beside.chmod(0o755)
        pages = _write(tree, beside)
        if wrong := unsound(beside):
            raise Complaint("\n".join(wrong), 1)
        _replace(folder, beside)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return pages


def _sweep(folder: Path) -> None:
    """Removes what a killed run left beside the book; one that is still running keeps its folder."""
    for left in folder.parent.glob(f".{folder.name}.*"):
        pid = left.name.removeprefix(f".{folder.name}.").partition(".")[0]
        if not (pid.isdecimal() and Path(f"/proc/{pid}").exists()):
            shutil.rmtree(left, ignore_errors=True)


def row_of(tree: Tree) -> list[Path]:
    """The files of the book in their order: the front page, the chapters, the table of sources."""
    chapters = [chapter.folder / "README.md" for chapter in load_chapters(tree)]
    return [tree.root / "README.md", *chapters, tree.chapters / "SOURCES.md"]


def _write(tree: Tree, folder: Path) -> int:
    row = row_of(tree)
    leaves, pictures = gather(tree, row)
    chapters = {chapter.folder / "README.md": chapter for chapter in load_chapters(tree)}
    sheet = Sheet([leaves[path] for path in row], chapters)
    for leaf in leaves.values():
        write_text(folder / leaf.place, sheet.page(leaf))
    for path in [*pictures, Path(__file__).parent / STYLE]:
        there = folder / (STYLE if path.name == STYLE else place(tree, path))
        there.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, there)
    return len(leaves)


def gather(tree: Tree, row: list[Path]) -> tuple[dict[Path, Leaf], list[Path]]:
    """The leaves of the row and of all that they link to, and that these link to; and the pictures."""
    leaves: dict[Path, Leaf] = {}
    pictures: dict[Path, None] = {}
    wanted = list(row)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        while wanted:
            read = list(pool.map(lambda path: read_leaf(tree, path), wanted))
            leaves |= zip(wanted, read)
            linked = dict.fromkeys(path for leaf in read for path in leaf.linked)
            pictures |= dict.fromkeys(path for path in linked if path.suffix == ".svg")
            wanted = [path for path in linked if path not in leaves and path not in pictures]
    _all_apart([leaf.place for leaf in leaves.values()])
    return leaves, list(pictures)


def _all_apart(places: list[str]) -> None:
    for name in places:
        if places.count(name) > 1:
            raise Complaint(f"two files of the book would stand at {name}")


def _replace(folder: Path, beside: Path) -> None:
    """The new folder takes the name of the old one; if it cannot, the old one keeps it."""
    old = beside.with_name(f"{beside.name}.old")
    if folder.exists():
        folder.rename(old)
    try:
        beside.rename(folder)
    except OSError:
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)
