"""The source itself: layers, folded maps, no warning, the anatomy of a chapter."""

import shutil

import pytest
from everything.conftest import fail_if, standing
from highwater.inlined import check_inlined
from highwater.layers import check_layers
from highwater.manifest import Chapter
from highwater.tree import Tree

CHAPTERS = [pytest.param(chapter, id=chapter.name) for chapter in standing()[0]]
OPTIONAL_ROOMS = ("oracle", "peers")      # built when they are asked for
HAVE_CLANG = shutil.which("clang") is not None


def test_includes_point_downwards(tree: Tree):
    count, wrong = check_layers(tree)
    fail_if(wrong)
    assert count > 0


def test_no_indirect_call_in_a_typed_map(tree: Tree):
    functions, wrong, objects = check_inlined(tree)
    fail_if(wrong)
    configs = {name.split("/")[1] for name in objects}
    assert configs >= {"default", "portable"} | ({"clang"} if HAVE_CLANG else set())
    assert functions > 0


@pytest.mark.parametrize("config", ["default", "clang"])
def test_compiles_without_a_warning(tree: Tree, config: str):
    """The Makefile keeps what each compiler said of every source of the lab and the chapters."""
    if config == "clang" and not HAVE_CLANG:
        pytest.skip("clang is not here")
    sources = [path for pattern in ("lab/*/*.c", "chapters/*/*.c") for path in tree.root.glob(pattern)
               if path.parent.name not in OPTIONAL_ROOMS]
    assert sources
    build = tree.root / "build" / config
    said = {path: build / path.relative_to(tree.root).with_suffix(".warnings") for path in sources}
    fail_if([f"{tree.name(path)}: there is no record of what {config} said"
             for path, warnings in said.items() if not warnings.is_file()]
            or [path.read_text() for path in build.rglob("*.warnings") if path.stat().st_size])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_makefile_of_a_chapter_is_one_line(chapter: Chapter):
    assert (chapter.folder / "Makefile").read_text() == "include ../chapter.mk\n"


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_chapter_has_its_two_c_files(chapter: Chapter):
    for name in (f"{chapter.slug_}.c", f"test_{chapter.slug_}.c"):
        assert (chapter.folder / name).is_file(), f"{chapter.name} has no {name}"
