"""From sources to a test program: the drill's part is compiled once, the student's at every try.

The compiler and its flags are those that the library was built with (build/asan/flags): the address and
undefined-behaviour sanitizers are on. The drill's part lies in build/drills under a digest of all
that went in, so that no try compiles the tests again.
"""

import hashlib
import shlex
import stat
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ..complaint import Complaint
from ..confine import MIB, Ending, Limits, confine
from ..textfile import read_text
from ..tree import Tree
from .report import Stop, Stopped
from .spec import Drill
from .specimens import compile_specimens, specimen_parts
from .symbols import objection, registers, symbols_of, uses_assembler
from .tools import first_error, note_warnings, tool

COMPILER = Limits(seconds=20, memory=2048 * MIB, output=8 * MIB)
LIBRARIES = ("-lcriterion", "-lm")
SECONDS = Path(__file__).with_name("seconds.c")     # sets the limit of each test
MOST_BYTES = MIB                    # of a file that a student writes


@dataclass(frozen=True)
class Workshop:
    """A drill's own part, ready: the object of its tests, its headers, and what the tests ask for."""

    tree: Tree
    drill: Drill
    folder: Path
    compiler: tuple[str, ...]
    run: Callable[..., Ending]          # runs what a student has a hand in

    @property
    def library(self) -> Path:
        return self.tree.build / "liblab.a"

    def build(self, sources: Path, work: Path) -> tuple[Path, str]:
        """Compiles the student's files in `work` and links them with the tests: the program, and
        the compiler's warnings. Raises Stopped where that cannot be done."""
        for name in self.drill.edit:
            _take(sources / name, work / name)
        for header in self.folder.glob("*.h"):
            (work / header.name).write_bytes(header.read_bytes())
        said = "".join(self._compile(name, work) for name in self.drill.edit)
        objects = [work / f"{name}.o" for name in self.drill.edit]
        asked = self._asked()
        lab = _names_of_the_lab(self.library, self.library.stat().st_mtime_ns) | self._helpers()
        if sentence := registers(*objects) or objection(symbols_of(*objects), asked, lab):
            raise Stopped(Stop.CALLS, f"{' and '.join(self.drill.edit)}: {sentence}")
        return self._link(objects, asked, work), said

    def _compile(self, name: str, work: Path) -> str:
        """Compiles one file; what the compiler said of it, if it was content."""
        if uses_assembler((work / name).read_text(errors="replace")):
            raise Stopped(Stop.CALLS, f"{name}: it uses assembler, and a drill is written in C")
        ending = self.run([*self.compiler, "-c", name, "-o", f"{name}.o"], work, COMPILER,
                          readable=[self.tree.root / "lab"])
        if ending.trouble or ending.status != 0 or not (work / f"{name}.o").is_file():
            raise Stopped(*_refused(name, ending))
        return ending.text

    def _asked(self) -> frozenset[str]:
        """The functions that the student writes and the tests call."""
        return frozenset((self.folder / "asked").read_text().split())

    def _helpers(self) -> frozenset[str]:
        """What the drill's own sources, besides the tests, offer to the student."""
        return frozenset((self.folder / "helpers").read_text().split())

    def _link(self, objects: list[Path], asked: frozenset[str], work: Path) -> Path:
        """One object with no global name but those asked for, and the program around it."""
        student, names, program = work / "student.o", work / "names", work / "tests"
        names.write_text("".join(f"{name}\n" for name in sorted(asked)))
        tool(["ld", "-r", "-o", str(student), *map(str, objects)])
        tool(["objcopy", f"--keep-global-symbols={names}", str(student)])
        tool([*self.compiler, str(self.folder / "tests.o"), str(student), str(self.library), *LIBRARIES,
               "-o", str(program)])
        return program


@cache
def _names_of_the_lab(library: Path, changed: int) -> frozenset[str]:
    """What the lab offers, as of a change."""
    return symbols_of(library).defined


def open_workshop(tree: Tree, drill: Drill, run: Callable[..., Ending] = confine) -> Workshop:
    """The drill's part, compiled if it was not yet."""
    compiler = _compiler(tree)
    parts = [*drill.own_sources, *drill.headers, *(drill.folder / name for name in drill.edit), SECONDS]
    parts += [*sorted(tree.root.glob("lab/*/*.h")), *([drill.specimen] if drill.mutants else [])]
    mutants = specimen_parts(tree, drill)
    key = repr((compiler, drill.seconds, mutants, [(path.name, read_text(path, tree.name(path))) for path in parts]))
    kept = (tree.root / "build" / "drills" / drill.chapter
            / f"{drill.name}-{hashlib.sha256(key.encode()).hexdigest()[:12]}")
    shop = Workshop(tree, drill, kept, compiler, run)
    if not kept.is_dir():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=kept.parent, prefix=".") as folder:
            new = Path(folder) / "new"
            new.mkdir()
            _furnish(drill, compiler, new, compile_specimens(tree, drill, mutants, compiler, new))
            if not kept.is_dir():
                new.rename(kept)
    return shop


def _compiler(tree: Tree) -> tuple[str, ...]:
    """The command that compiled the library, its -Ilab made good for any folder."""
    flags = tree.build / "flags"
    if not (tree.build / "liblab.a").is_file() or not flags.is_file():
        raise Complaint(f"{tree.name(tree.build / 'liblab.a')} is not built; `make drill` does it first")
    words = shlex.split(flags.read_text())
    return tuple(f"-I{tree.root / 'lab'}" if word == "-Ilab" else word for word in words)


def _furnish(drill: Drill, compiler: tuple[str, ...], folder: Path, specimens: list[Path]) -> None:
    """Compiles the drill's own sources into one object; the stub tells what the tests ask for, and
    no student's code may call the specimens by their names."""
    objects, called = [], set()
    for path in drill.own_sources:
        objects.append(_own(drill, compiler, path, folder))
        called |= symbols_of(objects[-1]).called
    stubs = [_own(drill, compiler, drill.folder / name, folder) for name in drill.edit]
    (folder / "asked").write_text("\n".join(sorted(symbols_of(*stubs).defined & called)))
    helpers = symbols_of(*objects[1:]).defined if objects[1:] else frozenset()
    (folder / "helpers").write_text("\n".join(sorted(helpers)))
    objects += [_own(drill, (*compiler, f"-DSECONDS={drill.seconds}"), SECONDS, folder), *specimens]
    tool(["ld", "-r", "-o", str(folder / "tests.o"), *map(str, objects)])
    for path in (*objects, *stubs):
        path.unlink()
    for header in drill.headers:
        (folder / header.name).write_bytes(header.read_bytes())


def _own(drill: Drill, compiler: tuple[str, ...], source: Path, folder: Path) -> Path:
    """Compiles a source of the drill; a complaint if that fails, for then the drill is broken."""
    object_ = folder / f"{source.name}.o"
    note_warnings(folder, tool([*compiler, f"-I{drill.folder}", "-c", str(source), "-o", str(object_)]))
    return object_


def _take(source: Path, to: Path) -> None:
    """Copies a student's file, if it is one: not a folder, a link, a pipe, or without end."""
    name = source.name
    try:
        status = source.lstat()
    except OSError:
        raise Stopped(Stop.MISSING, f"{name} is missing") from None
    if not stat.S_ISREG(status.st_mode):
        raise Stopped(Stop.MISSING, f"{name} is not a plain file")
    if status.st_size > MOST_BYTES:
        raise Stopped(Stop.MISSING, f"{name} has more than {MOST_BYTES // MIB} MiB")
    try:
        to.write_bytes(source.read_bytes())
    except PermissionError:
        raise Stopped(Stop.MISSING, f"{name} cannot be read") from None


def _refused(name: str, ending: Ending) -> tuple[Stop, str]:
    """Why a student's file did not compile."""
    match ending.trouble:
        case "time":
            return Stop.ENDLESS, f"{name}: the compiler does not end with it"
        case "memory":
            return Stop.MEMORY, f"{name}: the compiler takes too much memory for it"
        case "output" | "files":
            return Stop.OUTPUT, f"{name}: the compiler writes without end"
    return Stop.COMPILE, first_error(ending.text)
