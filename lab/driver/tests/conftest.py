"""What all tests share: the driver on the path, and a toy tree to break."""

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

DRIVER = Path(__file__).resolve().parents[1]
ROOT = DRIVER.parents[1]
sys.path.insert(0, str(DRIVER))

from highwater.tree import Tree  # noqa: E402

CLEAN = {name: value for name, value in os.environ.items()
         if name not in ("CI", "MAKEFLAGS", "MAKELEVEL", "MFLAGS", "CHAPTER", "CONFIG", "PYTEST",
                         "KEYS", "SEED", "DESIGN", "LIMIT", "ROUNDS", "TRACE",
                         "ANSWERS", "CLASS", "DRILL", "CHECK", "WHO", "BROKEN", "HINT", "REPOSITORY", "SUBMIT", "OUT", "GRADES")}


@dataclass(frozen=True)
class Toy:
    """A small tree of its own, with the real Makefile and the real driver."""

    root: Path

    @property
    def tree(self) -> Tree:
        return Tree(self.root)

    def make(self, *words: str, folder: str = ".", **environment: str):
        """Runs make in the toy and returns what came of it."""
        return subprocess.run(["make", "--no-print-directory", *words], cwd=self.root / folder,
                              env=CLEAN | environment, capture_output=True, text=True)

    def driver(self, *words: str, **environment: str):
        """Runs the driver without make: no building, and its own exit status."""
        return subprocess.run([sys.executable, "lab/driver/hw.py", *words], cwd=self.root,
                              env=CLEAN | environment, capture_output=True, text=True)

    def mode(self, mode: str) -> None:
        """Makes the toy's programs misbehave; see lab/toy/toy.h."""
        (self.root / "toy.mode").write_text(mode)

    def edit(self, path: str, old: str, new: str) -> None:
        """Replaces a piece of a file, which must be there once."""
        text = (self.root / path).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} is {text.count(old)} times in {path}"
        (self.root / path).write_text(text.replace(old, new), encoding="utf-8")

    def state(self) -> dict[str, bytes]:
        """Every file outside build/, to see that nothing changed on disk. That a target was shown is
        noted in a file of its own, .predictions/*.ran."""
        return {str(path.relative_to(self.root)): path.read_bytes()
                for path in sorted(self.root.rglob("*"))
                if path.is_file() and path.suffix != ".ran" and "__pycache__" not in path.parts
                and path.relative_to(self.root).parts[0] != "build"}


def lay_out(folder: Path) -> Path:
    """The toy with the real Makefile and driver, nothing built."""
    shutil.copytree(DRIVER / "tests" / "toy", folder)
    shutil.copytree(DRIVER, folder / "lab" / "driver",
                    ignore=shutil.ignore_patterns("tests", "__pycache__"))
    shutil.copy(ROOT / "Makefile", folder)
    shutil.copy(ROOT / "chapters" / "chapter.mk", folder / "chapters")
    return folder


@pytest.fixture(scope="session")
def recorded_toy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The toy built and recorded, once for all tests."""
    toy = Toy(lay_out(tmp_path_factory.mktemp("toy") / "tree"))
    built = toy.make("build")
    assert built.returncode == 0, built.stderr
    recorded = toy.driver("golden")
    assert recorded.returncode == 1, recorded.stdout + recorded.stderr
    return toy.root


@pytest.fixture
def toy(recorded_toy: Path, tmp_path: Path) -> Toy:
    """A copy of the recorded toy, to be broken."""
    shutil.copytree(recorded_toy, tmp_path / "tree")
    return Toy(tmp_path / "tree")
