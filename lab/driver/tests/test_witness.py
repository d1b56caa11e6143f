"""Numbers in the words of a manifest: what bears witness, and what is told where nothing does."""

import pytest
from conftest import Toy
from highwater.draft import Draft
from highwater.manifest import find_chapter
from highwater.seal import seal, unseal
from highwater.sources import load_sources
from highwater.witness import naked_words, unwitnessed

MANIFEST = "chapters/01-toy-count/chapter.toml"


def said(toy: Toy, words: str) -> list[str]:
    """What is told of a claim with these words."""
    text = (toy.root / MANIFEST).read_text()
    lines = text.splitlines(True)
    at = next(number for number, line in enumerate(lines) if line.startswith("scope = "))
    lines[at] = f'scope = "{words}"\n'
    (toy.root / MANIFEST).write_text("".join(lines))
    (toy.root / "chapters/01-toy-count/more.c").write_text("int a = 4711; int b = 1u << 10; /* 1.25 */\n")
    draft = Draft(toy.tree)
    return [sentence.replace(f"{MANIFEST}:{at + 1}: ", "") for sentence in unwitnessed(
        draft, find_chapter(toy.tree, "1"), load_sources(draft))]


@pytest.mark.parametrize("words", [
    "4711 bytes", "4,711 bytes", "1024 slots", "1.25 times", "37,832 bytes, as the run prints", "37 KiB, the source's",
    "Go 1.24 in chapter 4", "seven bytes", "1 << 10"])
def test_witnessed(toy, words):
    assert said(toy, words) == []


@pytest.mark.parametrize("words, number", [
    ("4712 bytes", "4712 bytes"), ("1025 slots", "1025 slots"), ("48.7 ns", "48.7 ns")])
def test_not_witnessed(toy, words, number):
    assert said(toy, words) == [f'"{number}" is in no C, no exact figure and no source of this chapter; '
                                "take it from there, or write it as a word"]


def test_a_measured_figure_bears_no_witness(toy):
    path = toy.root / "golden/01-toy-count/bench.figures"
    text = unseal(path.read_text(), "bench.figures")
    assert "48.6\tns\tmeasured" in text
    path.write_text(seal(text.replace("48.6\tns\tmeasured", "77.7\tns\tmeasured")))
    assert len(said(toy, "77.7 ns")) == 1
    path.write_text(seal(text.replace("48.6\tns\tmeasured", "77.7\tns\texact")))
    assert said(toy, "77.7 ns") == []


def test_tables_compute_their_numbers(toy):
    (toy.root / "chapters/sources.toml").write_text('# a\nwhy = "it is {2 * 8} of 99"\n')
    assert naked_words(Draft(toy.tree), "sources.toml", ["it is {2 * 8} of 99"]) == [
        'chapters/sources.toml:2: "99" is a naked number: compute it in braces, or write it as a word']
