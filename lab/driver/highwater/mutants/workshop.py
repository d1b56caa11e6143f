"""Builds a mutant without touching the tree: the changed file is a copy, the rest is as built.

A mutant is compiled with the flags of the build that stands (build/default/flags). Its objects are
those that the dependency files say were made from the changed file and that the test is linked with;
they stand before the libraries, so that the libraries' own are not taken. A header finds its copy
because the copy's folder stands before lab/ in the search; a chapter's source is compiled from a
copy, because C looks beside the including file first.
"""

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock

from ..complaint import Complaint
from ..run import environment, run_group
from ..textfile import read_text
from ..tree import Tree
from .faults import Mutant, Named

COMPILER_SECONDS = 120
CHEAP = ("-Og", "-g0", "-w")    # nobody debugs a mutant, and what it leaves unused is no news
MEMBER = re.compile(r"^\S*?([\w.-]+\.a)\(([\w.-]+\.o)\)", re.MULTILINE)


class DoesNotCompile(Exception):
    """A mutant that is no program proves nothing."""


class Workshop:
    """What is known of the build that stands, for all mutants."""

    def __init__(self, tree: Tree, folder: Path) -> None:
        self.tree, self.folder = tree, folder
        self.lock = Lock()
        self.linked: dict[str, frozenset[Path]] = {}

    @cached_property
    def compiler(self) -> list[str]:
        """The command of the build, as the Makefile left it."""
        stamp = self.tree.build / "flags"
        return shlex.split(read_text(stamp, self.tree.name(stamp)))

    @cached_property
    def made_from(self) -> dict[str, list[Path]]:
        """For each file the objects of the build that were made from it, by their .d files."""
        found: dict[str, list[Path]] = {}
        for path in sorted(self.tree.build.rglob("*.d")):
            made, _, rest = path.read_text().replace("\\\n", " ").partition("\n")[0].partition(":")
            for file in rest.split():
                found.setdefault(file, []).append(self.tree.root / made)
        return found

    def main(self, named: Named) -> Path:
        """The object that holds the tests."""
        return named.binary(self.tree).with_suffix(".o")

    def taken(self, named: Named) -> frozenset[Path]:
        """The objects that a test needs: the linker's map tells. A fault in any other is none to it."""
        with self.lock:
            if named.where not in self.linked:
                self.linked[named.where] = self._taken(self.main(named))
            return self.linked[named.where]

    def _taken(self, main: Path) -> frozenset[Path]:
        beside = [path for path in sorted(main.parent.glob("*.o")) if path.stem[:5] != "test_"]
        library = self.beside(main)
        if beside and not library.exists():
            self.must(["ar", "rcs", str(library), *map(str, beside)])
        with TemporaryDirectory(dir=self.folder) as folder:
            self.must([*self.link_command([main], main, Path(folder) / "test"),
                       f"-Wl,-Map={folder}/map"])
            found = MEMBER.findall(read_text(Path(folder) / "map", "the linker's map"))
        lab = {path.name: path for path in (self.tree.build / "lab").glob("*/*.o")
               if path.parent.name != "tests"}
        return frozenset([main] + [main.parent / name if archive == library.name else lab[name]
                                   for archive, name in found if archive in (library.name, "liblab.a")])

    def beside(self, main: Path) -> Path:
        """A library of what lies beside a test: a chapter's program, or the lab's helpers for tests. Of a
        library the linker takes what is needed, so that no more is compiled."""
        return self.folder / f"{main.parent.name}.a"

    def link_command(self, objects: list[Path], main: Path, binary: Path) -> list[str]:
        """Makes a test's binary of these objects, and of the libraries what they still need."""
        libraries = [path for path in (self.beside(main), self.tree.build / "liblab.a")
                     if path.exists()]
        return [*self.compiler, *map(str, [*objects, *libraries]), "-lcriterion", "-lm",
                "-o", str(binary)]

    def must(self, command: list[str]) -> None:
        """Runs the compiler, the linker or ar; its first complaint is why a mutant is none."""
        try:
            done = run_group(command, COMPILER_SECONDS, cwd=self.tree.root, env=environment(),
                             stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                             errors="replace")
        except FileNotFoundError:
            raise Complaint(f"{command[0]} is not here; `make doctor` says what is missing") from None
        if done.returncode != 0:
            lines = done.stdout.splitlines() or [f"{command[0]} says nothing"]
            line = next((line for line in lines if "error" in line or "undefined" in line), lines[0])
            raise DoesNotCompile(f"does not compile: {line.strip()}")


@contextmanager
def workshop(tree: Tree) -> Iterator[Workshop]:
    """A folder in build/ for all mutants of a run, gone afterwards."""
    folder = tree.root / "build" / "mutants"
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder, prefix="run-") as work:
        yield Workshop(tree, Path(work))


@contextmanager
def bench(shop: Workshop, mutant: Mutant) -> Iterator["Bench"]:
    """A folder for one mutant, gone afterwards."""
    with TemporaryDirectory(dir=shop.folder, prefix=f"{mutant.name}-") as work:
        yield Bench(shop, mutant, Path(work))


class Bench:
    """One mutant being built: its changed file, its objects, a test binary at a time."""

    def __init__(self, shop: Workshop, mutant: Mutant, folder: Path) -> None:
        self.shop, self.mutant, self.folder = shop, mutant, folder
        self.compiled: dict[Path, Path] = {}
        copy = folder / mutant.file
        copy.parent.mkdir(parents=True)
        copy.write_text(mutant.text(shop.tree), encoding="utf-8")

    def link(self, named: Named) -> Path:
        """The test's binary with the fault in it."""
        binary, main = self.folder / named.where, self.shop.main(named)
        if binary.exists():
            return binary
        changed = self.shop.taken(named) & set(self.shop.made_from.get(self.mutant.file, []))
        if not changed:
            raise DoesNotCompile(f"{named.where} is not made from {self.mutant.file}")
        objects = [self._compile(made) for made in sorted(changed)]
        if main not in changed:
            objects.append(main)
        self._must(self.shop.link_command(objects, main, binary))
        return binary

    def _compile(self, made: Path) -> Path:
        """The object anew, with the fault in it; once for all binaries."""
        if made not in self.compiled:
            source = made.relative_to(self.shop.tree.build).with_suffix(".c")
            target = self.folder / source.with_suffix(".o")
            target.parent.mkdir(parents=True, exist_ok=True)
            self._must([*self._flags(source), "-c", str(self._source(source)), "-o", str(target)])
            self.compiled[made] = target
        return self.compiled[made]

    def _source(self, source: Path) -> Path:
        """Where a source is read: in the folder, if it lies there or looks for its headers beside it."""
        copy = self.folder / source
        if not copy.exists() and source.parts[0] == "chapters":
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(self.shop.tree.root / source, copy)
        return copy if copy.exists() else source

    def _flags(self, source: Path) -> list[str]:
        at = self.shop.compiler.index("-Ilab")
        return [*self.shop.compiler[:at], f"-I{self.folder}/lab", *self.shop.compiler[at:],
                "-iquote", str(source.parent), f"-ffile-prefix-map={self.folder}/=", *CHEAP]

    def _must(self, command: list[str]) -> None:
        try:
            self.shop.must(command)
        except DoesNotCompile as error:
            raise DoesNotCompile(str(error).replace(f"{self.folder}/", "")) from None
