"""The tree's text files, with changes held in memory until all of them are known to be good."""

from dataclasses import dataclass, field
from pathlib import Path

from .textfile import read_text
from .together import replace_all
from .tree import Tree


@dataclass
class Draft:
    """Reads see what was put; nothing reaches the disk before write."""

    tree: Tree
    changed: dict[Path, str] = field(default_factory=dict)
    why: dict[Path, str] = field(default_factory=dict)      # where the text alone does not tell it

    def read(self, path: Path) -> str:
        """The text of a file as it will be, or a complaint if it is missing or not text."""
        if path in self.changed:
            return self.changed[path]
        return read_text(path, self.tree.name(path))

    def exists(self, path: Path) -> bool:
        return path in self.changed or path.is_file()

    def put(self, path: Path, text: str, why: str = "") -> None:
        self.changed[path] = text
        if why:
            self.why[path] = why

    def write(self) -> None:
        """Writes every change, or none."""
        if self.changed:
            replace_all(self.tree, self.changed)
