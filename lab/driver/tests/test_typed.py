"""Typed numbers: what is one, and that one that slipped is named."""

import pytest
from highwater.complaint import Complaint
from highwater.draft import Draft
from highwater.manifest import find_chapter
from highwater.prose import prose_files
from highwater.typed import mistyped, record_typed, typed_lines, typed_path

PROSE = "chapters/01-toy-count/README.md"


def chapter(toy):
    return find_chapter(toy.tree, "1")


def said(toy) -> list[str]:
    return mistyped(Draft(toy.tree), chapter(toy))


@pytest.mark.parametrize("line, words", [
    ("in Go 1.24 and chapter 4.", "Go 1.24 chapter 4."), ("`make retain KEYS=5` twice", "KEYS=5`"),
    ("a <!-- = a.b / 16 | .2 -->37<!-- / -->", "16 .2"),
    ("so <!-- F06 -->48.6 µs<!-- / -->", "F06 -->48.6"), ("no number", None), ("one\ttwo", None),
])
def test_what_is_kept_of_a_line(toy, line, words):
    (toy.root / PROSE).write_text(f"# Title\n{line}\n")
    lines = typed_lines(Draft(toy.tree), toy.root / PROSE)
    assert [(found.number, found.words) for found in lines] == ([(2, words)] if words else [])


def test_as_recorded(toy):
    assert said(toy) == []


def test_a_number_that_slipped_is_named(toy):
    prose = toy.root / PROSE
    prose.write_text(prose.read_text() + "\nIt was so before Go 1.24, in chapter 2.\n")
    lines = prose.read_text().count("\n")
    assert said(toy) == [f'{PROSE}:{lines}: "Go 1.24, chapter 2." is not as recorded in '
                         "golden/01-toy-count/typed.txt; `make prose` records it, if it is right"]
    done = toy.driver("golden")
    assert done.returncode == 1 and f"+ {PROSE}\tGo 1.24, chapter 2." in done.stdout, done.stdout
    assert said(toy) == []
    prose.write_text(prose.read_text().replace("chapter 2.", "chapter 1."))
    assert said(toy)[0].startswith(f'{PROSE}:{lines}: "Go 1.24, chapter 1."')
    prose.write_text(prose.read_text().replace("\nIt was so before Go 1.24, in chapter 1.\n", ""))
    assert said(toy) == [f'{PROSE}: "Go 1.24, chapter 2." is recorded in golden/01-toy-count/typed.txt, and is gone; '
                         "`make prose` records it, if it is right"]


def test_blanks_and_figures_are_no_change(toy):
    prose = toy.root / PROSE
    prose.write_text("\n\n" + prose.read_text().replace("37,832", "99,999"))
    assert said(toy) == []


def test_what_a_student_wrote_is_not_looked_at(toy):
    mine = toy.root / "chapters/01-toy-count/drills/one/mine"
    mine.mkdir(parents=True)
    (mine / "notes.md").write_text("In 1999.\n")
    assert said(toy) == [] and mine / "notes.md" not in prose_files(toy.tree, [chapter(toy)])


def test_a_record_that_is_missing_or_changed(toy):
    path = typed_path(toy.tree, chapter(toy))
    path.write_text(path.read_text().replace("F01", "F02", 1))
    assert "was changed by hand" in said(toy)[0]
    path.unlink()
    assert said(toy) == ["golden/01-toy-count/typed.txt is missing; `make prose` records it, if it is right"]
    draft = Draft(toy.tree)
    record_typed(draft, chapter(toy))
    assert list(draft.changed) == [path]


def test_a_file_that_cannot_be_read_is_told(toy):
    (toy.root / PROSE).write_bytes(b"\xff")
    with pytest.raises(Complaint, match="is not text"):
        said(toy)
