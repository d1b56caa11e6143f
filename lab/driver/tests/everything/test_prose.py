"""What is written says what the runs say: prose, figures, code, pictures, the table of sources."""

from functools import cache
from pathlib import Path

import pytest
from everything.conftest import complaints_fail, fail_if, standing
from highwater.draft import Draft
from highwater.golden import read_sealed
from highwater.manifest import Chapter
from highwater.owners import orphans
from highwater.pictures import COMMENT, draw, picture_paths, stale_svg
from highwater.plots import stale_plot
from highwater.predict.beliefs import load_beliefs
from highwater.prose import prose_files
from highwater.sources import load_sources
from highwater.together import unfinished
from highwater.tree import Tree, this_tree
from highwater.typed import mistyped
from highwater.witness import naked_words, unwitnessed
from highwater.written import Written, lint, write_all

CHAPTERS = standing()[0]
FILES = [pytest.param(path, id=this_tree().name(path))
         for path in prose_files(this_tree(), CHAPTERS)]
TABLES = [pytest.param(this_tree().chapters / name, id=name)
          for name in ("sources.toml", "SOURCES.md")]
PICTURES = [pytest.param(chapter, name, id=f"{chapter.name}-{name}")
            for chapter in CHAPTERS for name in chapter.pictures]
PLOTS = [pytest.param(chapter, name, id=f"{chapter.name}-{name}")
         for chapter in CHAPTERS for name in chapter.plots]


@cache
def written() -> Written:
    return write_all(Draft(this_tree()), CHAPTERS)


@pytest.mark.parametrize("path", FILES + TABLES)
def test_what_is_written_from_runs(path: Path):
    fail_if(written().wrong.get(path, []) + written().stale.get(path, []))


@pytest.mark.parametrize("path", FILES)
def test_numbers_and_links(tree: Tree, path: Path):
    with complaints_fail():
        fail_if(lint(Draft(tree), path, CHAPTERS))


@pytest.mark.parametrize("chapter", [pytest.param(chapter, id=chapter.name) for chapter in CHAPTERS])
def test_numbers_of_a_manifest_have_a_witness(tree: Tree, chapter: Chapter):
    with complaints_fail():
        fail_if(unwitnessed(Draft(tree), chapter, load_sources(Draft(tree))))


def test_numbers_of_the_tables_are_computed(tree: Tree):
    draft = Draft(tree)
    with complaints_fail():
        rows = load_sources(draft).values()
        fail_if(naked_words(draft, "sources.toml", [text for row in rows for text in (
                    row.why, *(text for text in row.measured if "{" in text))])
                + naked_words(draft, "misconceptions.toml", [belief.says for belief in load_beliefs(tree).values()]))


def test_readme_has_the_table_of_chapters(tree: Tree):
    assert "<!-- chapters -->" in Draft(tree).read(tree.root / "README.md")


@pytest.mark.parametrize("chapter", [pytest.param(chapter, id=chapter.name) for chapter in CHAPTERS])
def test_chapter_has_prose(chapter: Chapter):
    assert (chapter.folder / "README.md").is_file()


@pytest.mark.parametrize("chapter", [pytest.param(None, id="all"), *(pytest.param(chapter, id=chapter.name)
                                                                     for chapter in CHAPTERS)])
def test_typed_numbers_are_as_recorded(tree: Tree, chapter: Chapter | None):
    with complaints_fail():
        fail_if(mistyped(Draft(tree), chapter))


def test_no_recording_was_stopped_half_way(tree: Tree):
    if unfinished(tree):
        fail_if(["a `make golden` was stopped while it wrote; `make golden` finishes it"])


def test_every_golden_has_an_owner(tree: Tree):
    fail_if(orphans(tree, CHAPTERS))


@pytest.mark.parametrize("chapter, name", PICTURES)
def test_picture_is_of_live_memory(tree: Tree, chapter: Chapter, name: str):
    with complaints_fail():
        recorded = read_sealed(Draft(tree), picture_paths(tree, chapter, name)[0], COMMENT)
        assert draw(tree, chapter, name) == recorded
        fail_if(filter(None, [stale_svg(Draft(tree), chapter, name)]))


@pytest.mark.parametrize("chapter, name", PLOTS)
def test_plot_is_of_the_recorded_figures(tree: Tree, chapter: Chapter, name: str):
    with complaints_fail():
        fail_if(filter(None, [stale_plot(Draft(tree), chapter, name)]))
