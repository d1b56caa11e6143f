"""`make check` on the toy: each thing that can be wrong, made wrong, fails by its name.

The suite in everything/ is pointed at a toy tree and run as make check runs it.
"""

import re
import subprocess
import sys

import pytest

from conftest import CLEAN, DRIVER, Toy
from highwater.pictures import XML
from highwater.seal import seal, unseal


def check(toy: Toy, *files: str):
    """Runs files of the suite on the toy."""
    paths = [str(DRIVER / "tests" / "everything" / f"test_{file}.py") for file in files]
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-c", str(DRIVER / "pytest.ini"), *paths], cwd=DRIVER,
        env=CLEAN | {"HIGHWATER_ROOT": str(toy.root)}, capture_output=True, text=True)


def failing(toy: Toy, *files: str) -> str:
    """What a failing check prints; nothing on disk may change."""
    before = toy.state()
    done = check(toy, *files)
    assert done.returncode == 1, done.stdout + done.stderr
    assert toy.state() == before
    assert re.search(r"^\d+ failed", done.stdout.splitlines()[-1])
    return done.stdout


def test_whole_toy_passes(toy):
    done = check(toy, "runs", "prose", "names")
    assert done.returncode == 0, done.stdout
    assert re.match(r"\d+ passed in ", done.stdout.splitlines()[-1])


def test_times_are_free(toy):
    toy.mode("other-time")
    assert check(toy, "runs").returncode == 0


def test_no_chapters(toy):
    for folder in toy.tree.chapter_folders():
        folder.rename(toy.root / "chapters" / folder.name[3:])
    assert "test_there_are_chapters" in failing(toy, "runs")


@pytest.mark.parametrize("mode, said", [
    ("digit", "+ filled   37,833"),
    ("refute", "claim count-is-kept: refuted"),
    ("silent", "the run does not print it"),
    ("unclaimed", "claim nobody-asked is printed"),
    ("crash", "crashed with SIGABRT"),
    ("refuse", "the heap's limit is too small"),
])
def test_program_that_misbehaves(toy, mode, said):
    toy.mode(mode)
    assert said in failing(toy, "runs")


def edit_bytes(toy: Toy, path: str, change) -> None:
    file = toy.root / path
    file.write_bytes(change(file.read_bytes()))


def edit_sealed(toy: Toy, path: str, old: str, new: str) -> None:
    """As somebody would who can seal."""
    text = unseal((toy.root / path).read_text(), path, XML)
    assert old in text
    (toy.root / path).write_text(seal(text.replace(old, new), XML))


@pytest.mark.parametrize("change, said", [
    (lambda text: text[:-9], "retain.txt:7: is cut short"),
    (lambda text: b"\xff" + text, "retain.txt is not text"),
    (lambda text: text.replace(b"37,832", b"37,831"), "retain.txt:3: was changed by hand"),
])
def test_damaged_golden(toy, change, said):
    edit_bytes(toy, "golden/01-toy-count/retain.txt", change)
    assert said in failing(toy, "runs")


def test_missing_golden(toy):
    (toy.root / "golden/01-toy-count/retain.figures").unlink()
    assert "retain.figures is missing; `make golden`" in failing(toy, "runs")


@pytest.mark.parametrize("path", ["golden/01-toy-count/versions.txt", "golden/03-gone/retain.txt",
                                  "diagrams/01-toy-count/circle.svg"])
def test_orphan(toy, path):
    (toy.root / path).parent.mkdir(exist_ok=True)
    (toy.root / path).write_text("nobody's\n")
    assert f"{path} has no owner" in failing(toy, "prose")


CHAPTER = "chapters/01-toy-count/README.md"
PROSE = {
    "a digit in a sentence": ("-->37,832<!-- / --> bytes", "-->37,833<!-- / --> bytes",
                              'README.md:3: shows "37,833"'),
    "a digit of arithmetic": ("-->36.95<!--", "-->36.96<!--", 'shows "36.96"'),
    "a figure without its mark": ("-->~48.6<!--", "-->48.6<!--", 'is "~48.6"'),
    "a figure of a source": ("-->37 KiB<!--", "-->38 KiB<!--", 'shows "38 KiB"'),
    "an unknown source": ("<!-- F01 -->", "<!-- F77 -->", "sources.toml has no F77"),
    "an unknown figure": ("= bench.heap.filled.time", "= bench.heap.filled.tine",
                          'no run of 01-toy-count prints a figure "bench.heap.filled.tine"'),
    "an unknown chapter": ("= bench.heap", "= 09:bench.heap", "there is no chapter 09"),
    "an unknown table": ("output retain heap", "output retain heaps", 'has no table "heaps"'),
    "an unknown target": ("output retain heap", "output iter heap", 'has no target "iter"'),
    "code": ("    char text[32]", "    char text[33]", "shows \"char text[33]"),
    "an unknown function": ("toy.c toy_mode", "toy.c toy_mood", 'defines no "toy_mood"'),
    "an unknown file": ("code lab/toy/toy.c", "code lab/toy/tox.c", "lab/toy/tox.c is missing"),
    "code that is not compiled": ("code lab/toy/toy.c", "code ../toy.c", "no C file of lab/"),
    "a marker that does not end": ("<!-- / --> ns", " ns", "is not closed by <!-- / -->"),
    "a marker that is none": ("<!-- F01 -->", "<!-- figure 1 -->", "is not a marker"),
    "a picture of nobody": ("01-toy-count/box.svg", "01-toy-count/circle.svg", "leads nowhere"),
    "a picture of no chapter": ("(../../diagrams/01-toy-count/box.svg)", "(README.md)",
                                "is in no chapter's pictures or plots"),
    "a link": ("02-toy-order/README", "03-toy-order/README", "leads nowhere"),
    "a heading": ("#in-order", "#out-of-order", "no heading #out-of-order"),
    "a naked number": ("Next:", "The 5 bytes of", '"5 bytes" is a naked number'),
    "a naked percentage": ("Next:", "These 99.5% of", '"99.5%" is a naked number'),
    "a naked time": ("Next:", "After ~1,520 µs comes", '"~1,520 µs" is a naked number'),
}


@pytest.mark.parametrize("old, new, said", PROSE.values(), ids=PROSE.keys())
def test_prose(toy, old, new, said):
    toy.edit(CHAPTER, old, new)
    assert said in failing(toy, "prose")


def test_digit_in_an_output_block(toy):
    text = (toy.root / CHAPTER).read_text()
    (toy.root / CHAPTER).write_text(text.replace("filled   37,832", "filled   37,838", 1))
    assert 'shows "filled   37,838' in failing(toy, "prose")


def test_line_missing_from_an_output_block(toy):
    text = (toy.root / CHAPTER).read_text()
    (toy.root / CHAPTER).write_text(text.replace("claim   count-is-kept  holds  so it is\n", ""))
    assert "README.md:13: shows" in failing(toy, "prose")


def test_table_of_chapters(toy):
    toy.edit("chapters/02-toy-order/chapter.toml", "Toys in order", "Toys in a row")
    assert "README.md:8: shows" in failing(toy, "prose")


def test_table_of_sources(toy):
    toy.edit("chapters/SOURCES.md", "36.9 KiB", "37.9 KiB")
    assert "SOURCES.md:9: is not what the runs say" in failing(toy, "prose")


def test_source_without_a_verdict(toy):
    toy.edit("chapters/sources.toml", 'why = "It is the same count."\n', "")
    assert "F01: its chapter stands, so it needs measured, verdict and why" in failing(toy, "prose")


def test_source_of_another_chapter(toy):
    toy.edit("chapters/01-toy-count/chapter.toml", '["F01"]', '["F01", "F02"]')
    assert "chapter.toml gives it F02, sources.toml does not" in failing(toy, "prose")


def test_picture_of_another_memory(toy):
    edit_bytes(toy, "diagrams/01-toy-count/box.dot", lambda text: text.replace(b"a -> b", b"b -> a"))
    assert "box.dot:2: was changed by hand" in failing(toy, "prose")


def test_picture_rendered_from_another_text(toy):
    edit_sealed(toy, "diagrams/01-toy-count/box.svg", "drawn from box.dot, sha256 ", "drawn from box.dot, sha256 0")
    assert "box.svg was not drawn from box.dot" in failing(toy, "prose")


def test_digit_in_a_picture(toy):
    edit_bytes(toy, "diagrams/01-toy-count/box.svg", lambda text: text.replace(b'width="', b'width="1', 1))
    assert re.search(r"box.svg:\d+: was changed by hand", failing(toy, "prose"))


def test_plot_of_other_figures(toy):
    edit_sealed(toy, "diagrams/01-toy-count/heap.svg", "figures, sha256 ", "figures, sha256 0")
    assert "heap.svg was not drawn from heap.gp and the recorded figures" in failing(toy, "prose")


def test_plot_of_another_script(toy):
    toy.edit("chapters/01-toy-count/heap.gp", "with boxes", "with points")
    said = failing(toy, "prose")
    assert "chapters/01-toy-count/heap.gp:6: was changed by hand: diagrams/01-toy-count/heap.svg was drawn" in said


def test_number_that_slipped(toy):
    toy.edit("chapters/02-toy-order/README.md", "Chapter 1 keeps", "Chapter 2 keeps")
    said = failing(toy, "prose")
    assert 'chapters/02-toy-order/README.md:3: "Chapter 2 01:retain.heap.filled.bytes" is not as recorded' in said


def test_claim_without_a_test(toy):
    manifest = "chapters/01-toy-count/chapter.toml"
    toy.edit(manifest, 'id = "count-is-fast"', 'id = "count-is-quick"')
    assert "has no Test(toy_count, count_is_quick)" in failing(toy, "names")


def test_counterexample_without_a_test(toy):
    toy.edit("chapters/01-toy-count/chapter.toml", 'name = "no-count"', 'name = "none"')
    said = failing(toy, "names")
    assert "has no Test(toy_count, count_is_kept__beyond__none)" in said
    assert "Test(toy_count, count_is_kept__beyond__no_count) is of no counterexample" in said


def test_manifest_that_is_none(toy):
    toy.edit("chapters/02-toy-order/chapter.toml", "targets =", "target =")
    assert 'chapters/02-toy-order/chapter.toml: "targets" is missing' in failing(toy, "runs")


def test_layers(toy):
    toy.edit("lab/toy/toy.c", '#include "toy/toy.h"', '#include "toy/toy.h"\n#include "program/p.h"')
    (toy.root / "lab/program/p.h").write_text("")
    assert ("lab/toy/toy.c:5: toy includes program, which stands above it in lab/LAYERS"
            in failing(toy, "source"))


def test_warnings_are_kept(toy):
    toy.edit("lab/toy/toy.c", "static int draw(void)\n{", "static int draw(void)\n{\n    int unused;")
    assert toy.make("build").returncode == 0
    assert "unused variable" in failing(toy, "source")


def test_criterion(toy):
    (toy.root / "build/asan").symlink_to("default")
    said = failing(toy, "criterion")
    assert "one is not 2 & <two>" in said
    for test, trouble in (("badly", "one is not"), ("by_a_crash", "crashed"), ("never", "timed out"),
                          ("before_it_began", "is switched off")):
        assert re.search(rf"default-test_toy-ends-{test}\] _+\n.*{trouble}", said), said
    assert "8 failed" in said and "13 passed, 2 skipped" in said


def test_no_criterion_test(toy):
    (toy.root / "build/default/lab/tests/test_fine").write_text("#!/bin/sh\n")
    assert "build/default/lab/tests/test_fine lists no test" in failing(toy, "criterion")
