"""Every file in golden/ and diagrams/ belongs to a chapter, and every chapter's are there."""

from pathlib import Path

from .golden import golden_paths
from .manifest import Chapter
from .pictures import picture_paths
from .plots import plot_paths
from .tree import Tree
from .typed import typed_path


def owned(tree: Tree, chapters: list[Chapter]) -> set[Path]:
    """The files that the chapters' manifests ask for."""
    files = {typed_path(tree, chapter) for chapter in (None, *chapters)}
    for chapter in chapters:
        for target in chapter.targets:
            files |= set(golden_paths(tree, chapter.name, target))
        for name in chapter.pictures:
            files |= set(picture_paths(tree, chapter, name))
        files |= {plot_paths(tree, chapter, name)[1] for name in chapter.plots}
    return files


def orphans(tree: Tree, chapters: list[Chapter]) -> list[str]:
    """Files that no chapter asks for. golden/oracle holds recordings of real runtimes instead."""
    mine = owned(tree, chapters)
    found = [path for folder in (tree.golden, tree.diagrams) for path in sorted(folder.rglob("*"))
             if path.is_file() and path not in mine
             and tree.golden / "oracle" not in path.parents]
    return [f"{tree.name(path)} has no owner: no chapter.toml asks for it; remove it"
            for path in found]
