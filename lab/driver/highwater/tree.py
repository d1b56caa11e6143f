"""Where everything lives: the one module that knows the layout of the repository."""

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Tree:
    """The repository at `root`, its programs built for one configuration."""

    root: Path
    config: str = "default"

    @property
    def build(self) -> Path:
        return self.root / "build" / self.config

    @property
    def golden(self) -> Path:
        return self.root / "golden"

    @property
    def diagrams(self) -> Path:
        return self.root / "diagrams"

    @property
    def chapters(self) -> Path:
        return self.root / "chapters"

    @property
    def predictions(self) -> Path:
        """What a student predicted, in this clone only: git ignores it."""
        return self.root / ".predictions"

    @property
    def recording(self) -> Path:
        """Where `make golden` keeps what it is about to write (together.py)."""
        return self.root / ".recording"

    def chapter_folders(self) -> list[Path]:
        """The folders chapters/NN-slug, in order. One without a file, which git leaves behind when
        the chapter is on another branch, or which holds drills only, is no chapter yet."""
        return sorted(path for path in self.chapters.glob("[0-9][0-9]-*")
                      if path.is_dir() and any(inside.is_file() for inside in path.iterdir()))

    def name(self, path: Path) -> str:
        """A path as messages print it: from the root of the repository."""
        return os.path.relpath(path, self.root)


def this_tree() -> Tree:
    """The tree that this driver stands in; HIGHWATER_ROOT names another one, for tests."""
    here = Path(__file__).resolve().parents[3]
    return Tree(Path(os.environ.get("HIGHWATER_ROOT", here)))
