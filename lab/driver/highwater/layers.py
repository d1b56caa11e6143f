"""`make layers`: every #include points downwards, as lab/LAYERS orders the rooms.

Checked of every .c and .h file of lab/ and chapters/:
  - a file of a room includes its own room and rooms on lines above, nothing else;
  - a chapter includes its own folder and every room but the tests;
  - "..." names a file of the lab or of the file's own folder, <...> never does (an answer of a drill
    includes what lies beside its stub; what a student writes in mine/ is the student's);
  - only headers are included;
  - no file includes itself, over however many others.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from .complaint import Complaint
from .textfile import read_text
from .tree import Tree

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">]+)[">]', re.MULTILINE)


@dataclass(frozen=True)
class Include:
    """One #include: who, where, and whom; `to` is None for a header of the system."""

    file: Path
    line: int
    quoted: bool
    name: str
    to: Path | None


def read_layers(tree: Tree) -> dict[str, int]:
    """The layer of each room, from lab/LAYERS; the lowest is 0."""
    path = tree.root / "lab" / "LAYERS"
    lines = [line.split("#")[0].split() for line in read_text(path, tree.name(path)).splitlines()]
    layers: dict[str, int] = {}
    for number, rooms in enumerate(line for line in lines if line):
        for room in rooms:
            if room in layers:
                raise Complaint(f'lab/LAYERS names the room "{room}" twice')
            layers[room] = number
    return layers


def read_includes(tree: Tree) -> list[Include]:
    """Every #include of the lab's rooms and of the chapters."""
    files = sorted([*tree.root.glob("lab/*/*.[ch]"), *(
        path for path in tree.chapters.glob("[0-9][0-9]-*/**/*.[ch]") if path.parent.name != "mine")])
    found = []
    for file in files:
        text = read_text(file, tree.name(file))
        for match in INCLUDE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Include(file, line, match[1] == '"', match[2], _target(tree, file, match[2])))
    return found


def _target(tree: Tree, file: Path, name: str) -> Path | None:
    """The file that an #include means, if it is one of ours."""
    for folder in (_home(file), tree.root / "lab"):
        there = folder / name
        if there.is_file():
            return there.resolve()
    return None


def _home(file: Path) -> Path:
    """The folder that a file's own includes are in; an answer is compiled in the place of its stub."""
    return file.parent.parent if file.parent.name == "answers" else file.parent


def room_of(tree: Tree, file: Path) -> str | None:
    """The room of a file of the lab; None for a file of a chapter."""
    parts = file.relative_to(tree.root.resolve()).parts
    return parts[1] if parts[0] == "lab" else None


def check_layers(tree: Tree) -> tuple[int, list[str]]:
    """How many includes there are, and what is wrong with them."""
    tree = Tree(tree.root.resolve(), tree.config)
    layers, includes = read_layers(tree), read_includes(tree)
    wrong = [f"{tree.name(include.file)}:{include.line}: {sentence}" for include in includes
             if (sentence := _wrong(tree, layers, include))]
    return len(includes), wrong + _cycles(tree, includes)


def _wrong(tree: Tree, layers: dict[str, int], include: Include) -> str | None:
    if not include.name.endswith(".h"):
        return f"includes {include.name}, which is no header"
    if include.to is None:
        return f'"{include.name}" is not a file of the lab' if include.quoted else None
    if not include.quoted:
        return f'<{include.name}> is a file of the lab: write "{include.name}"'
    return _wrong_room(tree, layers, include.file, include.to)


def _wrong_room(tree: Tree, layers: dict[str, int], file: Path, to: Path) -> str | None:
    mine, its = room_of(tree, file), room_of(tree, to)
    for room in (mine, its):
        if room is not None and room not in layers:
            return f'the room "{room}" is not in lab/LAYERS'
    if mine is None:
        if its == "tests":
            return "a chapter includes a test"
        if its is None and _home(file) != to.parent:
            return "a chapter includes another folder's file"
        return None
    if its is None:
        return "the lab includes a chapter"
    if mine == its or layers[its] < layers[mine]:
        return None
    where = "beside" if layers[its] == layers[mine] else "above"
    return f"{mine} includes {its}, which stands {where} it in lab/LAYERS"


def _cycles(tree: Tree, includes: list[Include]) -> list[str]:
    """Files that include themselves over others, each cycle once."""
    arrows: dict[Path, list[Include]] = {}
    for include in includes:
        if include.to is not None:
            arrows.setdefault(include.file, []).append(include)
    done: set[Path] = set()
    found: list[str] = []

    def visit(file: Path, path: list[Include]) -> None:
        for include in arrows.get(file, []):
            way = [*path, include]
            starts = [step.file for step in way]
            if include.to in starts:
                round_ = way[starts.index(include.to):]
                steps = [f"{tree.name(step.file)}:{step.line}" for step in round_]
                found.append(f"a cycle of includes: {' -> '.join(steps)} -> {tree.name(include.to)}")
            elif include.to not in done:
                visit(include.to, way)
        done.add(file)

    for file in sorted(arrows):
        if file not in done:
            visit(file, [])
    return found
