"""Replacing many files as if they were one: all of them or none, whatever stops it on the way.

    .recording/new/PATH   a file as it will be
    .recording/old/PATH   a link to the file as it was, if there was one
    .recording/side       "new" or "old": which of the two the tree is to have

Until `side` is there nothing is touched, and what lies in the folder is rubbish. From then on the
files are put in their places one by one. Who is killed meanwhile leaves the folder, and `finish`
does it all again; an error turns `side` around, and the old files take their places. The folder
is renamed before it is removed: half a folder is never taken for a whole one.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from .complaint import Complaint
from .textfile import write_text
from .tree import Tree


@contextmanager
def alone(tree: Tree) -> Iterator[None]:
    """Holds the tree for one `make golden`; a complaint if another has it."""
    handle = os.open(tree.root, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise Complaint("another `make golden` is at work here; wait until it has ended") from None
    finally:
        os.close(handle)


def replace_all(tree: Tree, texts: dict[Path, str]) -> None:
    """Gives every file its new text; a complaint if one cannot have it, and then none has."""
    try:
        _stage(tree, texts)
        _turn(tree, "new")
        _take(tree)
    except BaseException as stopped:
        if unfinished(tree):
            _back(tree)
        shutil.rmtree(tree.recording, ignore_errors=True)
        if isinstance(stopped, OSError):
            where = f": {tree.name(Path(stopped.filename))}" if stopped.filename else ""
            raise Complaint(f"Nothing is written: {stopped.strerror}{where}", 1) from None
        raise


def unfinished(tree: Tree) -> bool:
    """Did a run stop while it put files in their places?"""
    return (tree.recording / "side").is_file()


def finish(tree: Tree) -> list[str]:
    """Completes what a stopped run began, and removes what it left; the names of the files."""
    names = []
    if unfinished(tree):
        names = [tree.name(path) for path, _ in _places(tree)]
        _take(tree)
    for rubbish in (tree.recording, _done(tree)):
        shutil.rmtree(rubbish, ignore_errors=True)
    return names


def _stage(tree: Tree, texts: dict[Path, str]) -> None:
    """Lays both sides out."""
    for path, text in texts.items():
        write_text(_beside(tree, "new", path), text)
        old = _beside(tree, "old", path)
        old.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            os.link(path, old)


def _beside(tree: Tree, side: str, path: Path) -> Path:
    return tree.recording / side / path.relative_to(tree.root)


def _turn(tree: Tree, side: str) -> None:
    os.sync()       # what `side` promises is on the disk before the promise
    write_text(tree.recording / "side", side)


def _places(tree: Tree) -> list[tuple[Path, Path]]:
    """Every file of the change, and the one that is to take its place."""
    side = (tree.recording / "side").read_text()
    new = tree.recording / "new"
    return [(tree.root / staged.relative_to(new), tree.recording / side / staged.relative_to(new))
            for staged in sorted(new.rglob("*")) if staged.is_file()]


def _take(tree: Tree) -> None:
    """Puts one side in place. A file is linked to its place, so that this may be done twice."""
    link = tree.recording / "link"
    for path, staged in _places(tree):
        link.unlink(missing_ok=True)
        if staged.is_file():
            path.parent.mkdir(parents=True, exist_ok=True)
            os.link(staged, link)
            os.replace(link, path)
        else:
            path.unlink(missing_ok=True)
    os.sync()
    shutil.rmtree(_done(tree), ignore_errors=True)      # that of an earlier run, half removed
    os.rename(tree.recording, _done(tree))
    shutil.rmtree(_done(tree), ignore_errors=True)


def _back(tree: Tree) -> None:
    try:
        _turn(tree, "old")
        _take(tree)
    except OSError as error:
        raise Complaint(f"Stopped while writing, and the old files cannot be put back: {error.strerror}. "
                        "When that is mended, `make golden` goes on from here", 1) from None


def _done(tree: Tree) -> Path:
    return tree.recording.with_name(f"{tree.recording.name}.done")
