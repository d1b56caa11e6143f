"""chapter.toml: every mistake has its sentence."""

import pytest
from conftest import DRIVER
from highwater.complaint import Complaint
from highwater.manifest import find_chapter, load_chapter
from highwater.tree import Tree

GOOD = (DRIVER / "tests/toy/chapters/01-toy-count/chapter.toml").read_text()


def load(tmp_path, text: str, name: str = "01-toy-count"):
    folder = tmp_path / "chapters" / name
    folder.mkdir(parents=True)
    (folder / "chapter.toml").write_text(text)
    return load_chapter(Tree(tmp_path), folder)


def test_good(tmp_path):
    chapter = load(tmp_path, GOOD)
    assert chapter.name == "01-toy-count" and chapter.slug_ == "toy_count"
    assert [claim.id for claim in chapter.claims] == ["count-is-kept", "count-is-fast"]
    assert chapter.claims[0].beyond[0].name == "no-count"


@pytest.mark.parametrize("old, new, said", [
    ("number = 1", "number = 2", 'number 2 and slug "toy-count" do not make the folder 01-toy-count'),
    ("number = 1", 'number = "1"', '"number" is not a whole number'),
    ("number = 1", "number = true", '"number" is not a whole number'),
    ("number = 1\n", "", '"number" is missing'),
    ("title =", "titel =", '"title" is missing'),
    ("pictures =", "picture =", '"picture" is not a field that is known here'),
    ('title = "Counting toys"', 'title = ""', '"title" is empty'),
    ('"retain", "bench"', '"retain", "dance"', 'target "dance" is none of retain, bench'),
    ('"retain", "bench"', '"bench", "bench"', '"targets" names something twice'),
    ('"retain", "bench"', '"retain", 5', '"targets" holds something that is not a string'),
    ('"retain", "bench"', '"retain"', 'claim count-is-fast: "target" is "bench", and only retain'),
    ('proof = "bench"', 'proof = "belief"', 'claim count-is-fast: "proof" is "belief"'),
    ('source = "maps"', 'source = "rumour"', '"source" is "rumour"'),
    ('expect = "fails"', 'expect = "falls"', 'beyond no-count: "expect" is "falls"'),
    ('id = "count-is-fast"', 'id = "count-is-kept"', 'claim "count-is-kept" is there twice'),
    ('id = "count-is-fast"', 'id = "Count_fast"', "not lower-case words joined by hyphens"),
    ('pass = "the ratio is above five"\n', "", '"pass" is missing'),
    ('scope = "toys"\npass = "the ratio', 'scop = "toys"\npass = "the ratio', '"scope" is missing'),
    ("[[claim]]\nid = \"count-is-fast\"", "[claim]\nid = 1", "is not TOML"),
    ("number = 1", "number = ", "is not TOML"),
])
def test_mistake(tmp_path, old, new, said):
    assert GOOD.count(old) >= 1
    with pytest.raises(Complaint) as complaint:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert said in str(complaint.value) and "\n" not in str(complaint.value)
    assert str(complaint.value).startswith("chapters/01-toy-count/chapter.toml")
    assert complaint.value.status == 2


@pytest.mark.parametrize("called", ["7", "0", "-1", "", "toy", "01-", "../01-toy-count", "٣", "1.0"])
def test_unknown_chapter(tmp_path, called):
    load(tmp_path, GOOD)
    with pytest.raises(Complaint) as complaint:
        find_chapter(Tree(tmp_path), called)
    assert str(complaint.value).endswith("there are: 01-toy-count")


def test_folder_without_a_file_is_no_chapter(toy):
    """Git leaves one behind, with what it does not know inside; another may hold drills only."""
    (toy.root / "chapters/03-toy-gone/drills").mkdir(parents=True)
    (toy.root / "chapters/03-toy-gone/drills/check.c").touch()
    assert toy.driver("claims").returncode == 0
    (toy.root / "chapters/03-toy-gone/README.md").touch()
    assert "03-toy-gone/chapter.toml is missing" in toy.driver("claims").stderr
