"""`make handin WHO=ada`: what a student has done in this clone, gathered into a folder and a zip.

Nothing is left out silently, and nothing is overwritten: an earlier hand-in that differs is set aside
under a number.
"""

import zipfile
from collections.abc import Iterator
from pathlib import Path

from ..complaint import Complaint
from ..drill.spec import Drill
from ..handout.command import sheet_of
from ..handout.draw import draw
from ..handout.form import read_form
from ..handout.names import spelling
from ..tree import Tree
from .drilling import files_of, known_drills
from .intake import HANDOUT, LARGEST
from .marks import shown
from .predicting import asking, file_of

FIRST_DAY = (1980, 1, 1, 0, 0, 0)       # of a zip's calendar: the zip depends on what is in it alone


def run_handin(tree: Tree, who: str | None) -> int:
    """Gathers, writes, and tells what is in it and what is not."""
    name = " ".join((who or "").split())
    if not name or shown(name) != name:
        raise Complaint("WHO=name says whose work this is: make handin WHO='Ada Lovelace'")
    files, missing = gather(tree, name)
    folder = tree.root / "build" / "handin" / spelling(name)
    print(f"{name} hands in:\n")
    for path, content in files.items():
        print(f"    {path:60} {len(content):>8,} bytes")
    if missing:
        print("\nNot in it:\n")
        print("\n".join(f"    {what}" for what in missing))
    said = _write(tree, folder, files)
    print(f"\n{said}")
    return 0


def gather(tree: Tree, who: str) -> tuple[dict[str, bytes], list[str]]:
    """The files of a submission by their names in it, and what is missing, with the command that helps."""
    files, missing = {"who": f"{who}\n".encode()}, []
    for chapter in asking(tree):
        content = _content(tree.predictions / f"{chapter.name}.json")
        if content is None:
            missing.append(f"predictions of {chapter.name}: make predict CHAPTER={chapter.number:02}")
        else:
            files[file_of(chapter)] = content
    for drill in known_drills(tree):
        written = dict(_written(drill))
        files |= written
        if not written:
            missing.append(f"drill {drill.chapter}/{drill.name}: make drill CHAPTER={drill.number}"
                           f"{' DRILL=' + drill.name if _several(tree, drill) else ''}")
    if (tree.chapters / "handout.toml").is_file():
        content = _filled_form(tree, who)
        if content is None:
            missing.append(f"the handout, filled in: make handout WHO='{who}'")
        else:
            files[HANDOUT] = content
    return files, missing


def _filled_form(tree: Tree, who: str) -> bytes | None:
    """The student's answers to the handout, if there is one."""
    content = _content(sheet_of(tree, spelling(who)).form)
    if content is None or not read_form(content.decode(errors="replace"), draw(tree, who).questions).given:
        return None
    return content


def _several(tree: Tree, drill: Drill) -> bool:
    return sum(other.chapter == drill.chapter for other in known_drills(tree)) > 1


def _written(drill: Drill) -> Iterator[tuple[str, bytes]]:
    """What was written for a drill, unless all of it is still as the stubs are."""
    found = [(name, content) for name in files_of(drill)
             if (content := _content(drill.mine / name.rpartition("/")[2])) is not None]
    stubs = [_content(drill.folder / name.rpartition("/")[2]) == content for name, content in found]
    if not all(stubs):
        yield from found


def _content(path: Path) -> bytes | None:
    if not path.is_file():
        return None
    if path.stat().st_size > LARGEST:
        raise Complaint(f"{path} has {path.stat().st_size:,} bytes; at most {LARGEST:,} are handed in")
    return path.read_bytes()


def _write(tree: Tree, folder: Path, files: dict[str, bytes]) -> str:
    """Writes the folder and the zip; what became of an earlier one is told."""
    zipped = folder.with_name(folder.name + ".zip")
    told = ""
    if folder.exists():
        if _content_of(folder) == files and zipped.exists():
            return f"{tree.name(folder)} and {tree.name(zipped)} are as before."
        aside = next(path for number in range(1, 10_000)
                     if not (path := folder.with_name(f"{folder.name}.{number}")).exists())
        folder.rename(aside)
        if zipped.exists():
            zipped.rename(aside.with_name(aside.name + ".zip"))
        told = f"The earlier one differs; it is {tree.name(aside)} now.\n"
    new = folder.with_name(f".{folder.name}.new")
    for name, content in files.items():
        (new / name).parent.mkdir(parents=True, exist_ok=True)
        (new / name).write_bytes(content)
    _zip(zipped, files)
    new.rename(folder)
    return told + f"{tree.name(folder)} and {tree.name(zipped)} are written; the zip is what you hand in."


def _content_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in folder.rglob("*") if path.is_file()}


def _zip(path: Path, files: dict[str, bytes]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in sorted(files.items()):
            member = zipfile.ZipInfo(name, FIRST_DAY)
            member.external_attr = 0o644 << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED)
