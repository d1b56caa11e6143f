"""The row of revisions: patches that can stand in any order, of which only one changes what is resident."""

import subprocess
from collections import Counter
from itertools import combinations, cycle

import pytest
from conftest import ROOT

from highwater.bisect.row import (Change, apply, draw_order, draw_row, drill_folder,
                                  overlapping, read_change, read_material)
from highwater.bisect.trial import FLAGS, compiler
from highwater.complaint import Complaint
from highwater.tree import Tree

TREE = Tree(ROOT)
MATERIAL = read_material(TREE)
LARGE = str(1 << 20)
PROBES = [("100", "48", "pointers"), ("30", "32768", "pointers"), ("8", LARGE, "none"),
          ("8", LARGE, "pointers"), ("8", LARGE, "pointers", "50")]


def covering() -> list[list[Change]]:
    """Eight sets of changes in which each pair stands in every combination: both, either, none.

    Every change is in the first set and in three of the other seven, always another three. Two
    changes share the first set; as their threes differ, each is somewhere without the other; and
    together they fill seven sets at most. The culprits take turns at their place.
    """
    sets: list[list[Change]] = [[] for _ in range(8)]
    places = combinations(range(1, 8), 3)
    for at, culprit in zip((0, *next(places)), cycle(MATERIAL.culprits)):
        sets[at].append(culprit)
    for change, three in zip(MATERIAL.innocent, places):
        for at in (0, *three):
            sets[at].append(change)
    return sets


def compile_all(folder, files: dict[str, str]) -> None:
    """Compiles the programs with a revision's pool; a warning is an error."""
    for name, text in files.items():
        (folder / name).write_text(text)
    for words in (["-c", "pool.c"], ["probe.c", "pool.o", "-o", "probe"], ["behave.c", "pool.o", "-o", "behave"]):
        said = subprocess.run([*compiler(), *FLAGS, "-O0", "-Werror", *words], cwd=folder, capture_output=True, text=True)
        assert said.returncode == 0, said.stderr


def run(folder, *words: str) -> str:
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def figures(folder) -> list[dict[str, int]]:
    return [{name: int(number) for name, number in map(str.split, run(folder, "./probe", *words).splitlines())}
            for words in PROBES]


@pytest.fixture(scope="module")
def base(tmp_path_factory):
    """What the base prints: its behaviour, and the probe's figures."""
    folder = tmp_path_factory.mktemp("base")
    compile_all(folder, MATERIAL.base)
    return run(folder, "./behave"), figures(folder)


def test_every_pair_and_every_culprit_is_among_them():
    sets = [set(chosen) for chosen in covering()]
    without = [set(chosen).isdisjoint(MATERIAL.culprits) for chosen in sets]
    for mine in MATERIAL.innocent:
        assert len({(mine in chosen, alone) for chosen, alone in zip(sets, without)}) == 4
        for other in MATERIAL.innocent:
            kinds = {(mine in chosen, other in chosen) for chosen in sets}
            assert len(kinds) == (2 if mine is other else 4), (mine.name, other.name)
    assert all(any(culprit in chosen for chosen in sets) for culprit in MATERIAL.culprits)


def test_the_row_is_long_enough():
    assert len(MATERIAL.innocent) == 31 and len(MATERIAL.culprits) == 3


@pytest.mark.parametrize("culprit", MATERIAL.culprits, ids=lambda change: change.name)
def test_no_two_changes_touch_the_same_lines(culprit):
    assert overlapping([*MATERIAL.innocent, culprit]) == []


def test_overlapping_changes_are_seen():
    assert len(overlapping(MATERIAL.culprits[:2])) > 0
    assert len(overlapping([MATERIAL.innocent[0]] * 2)) > 0


@pytest.mark.parametrize("chosen", covering())
def test_every_pair_of_changes_builds_and_behaves(chosen, base, tmp_path):
    """The counters and the behaviour are the base's; what is resident too, but for the culprit."""
    files = MATERIAL.base | apply(MATERIAL.base, chosen)
    compile_all(tmp_path, files)
    assert run(tmp_path, "./behave") == base[0]
    guilty = not set(chosen).isdisjoint(MATERIAL.culprits)
    for words, want, got in zip(PROBES, base[1], figures(tmp_path)):
        if guilty and words[1:3] == (LARGE, "pointers"):
            assert got["resident"] == got["alloc"] and want["resident"] <= want["alloc"] // 2
            want = want | {"resident": got["resident"]}
        assert got == want, words


def test_every_revision_of_the_usual_row_compiles(tmp_path):
    """By the syntax alone, which is quick; the sets above were run."""
    row = draw_row(MATERIAL, "seed/1")
    for revision in row.revisions:
        (tmp_path / str(revision.number)).mkdir()
        for name in ("pool.h", "pool.c"):
            (tmp_path / str(revision.number) / name).write_text(revision.files[name])
    files = [f"{revision.number}/pool.c" for revision in row.revisions]
    done = subprocess.run([*compiler(), *FLAGS, "-Werror", "-fsyntax-only", *files], cwd=tmp_path,
                          capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_a_revision_is_its_change_and_no_more():
    row = draw_row(MATERIAL, "seed/1")
    for number, change in enumerate(row.changes, 1):
        lines = row.diff(number).splitlines()
        added = Counter(line[1:] for line in lines if line[0] == "+" and not line.startswith("+++"))
        removed = Counter(line[1:] for line in lines if line[0] == "-" and not line.startswith("---"))
        new = Counter(line.rstrip("\n") for edit in change.edits for line in edit.lines)
        old = Counter(line.rstrip("\n") for edit in change.edits for line in
                      MATERIAL.base[edit.file].splitlines()[edit.start:edit.end])
        assert added - removed == new - old and removed - added == old - new, change.name


@pytest.mark.parametrize("change", (*MATERIAL.innocent, *MATERIAL.culprits), ids=lambda change: change.name)
def test_a_change_reads_like_one(change):
    lines = sum(len(edit.lines) + edit.end - edit.start for edit in change.edits)
    assert 0 < lines <= 30 and len(change.title) <= 64 and not change.title.endswith(".")
    assert all(len(line) <= 80 for line in change.why.splitlines())
    assert all(len(line.rstrip("\n")) <= 100 for edit in change.edits for line in edit.lines)
    assert "zero" not in change.name or change in MATERIAL.culprits or change.name.startswith("fresh")


def test_a_seed_draws_the_same_row_and_another_one_another():
    assert draw_row(MATERIAL, "seed/1") == draw_row(MATERIAL, "seed/1")
    orders = {tuple(draw_order(MATERIAL, f"seed/{seed}")[0]) for seed in range(20)}
    assert len(orders) == 20


def test_the_culprit_stands_at_every_position_and_is_each_of_the_three():
    rows = [draw_order(MATERIAL, f"who/{name}") for name in range(300)]
    assert {culprit for _, culprit in rows} == set(range(1, 33))
    assert {order[culprit - 1] for order, culprit in rows} == set(MATERIAL.culprits)


def test_broken_revisions_are_repaired_by_the_next_one():
    row = draw_row(MATERIAL, "seed/1", broken=3)
    broken = [revision.number for revision in row.revisions if "pool_debug.h" in revision.files["pool.c"]]
    assert len(broken) == 3 and 0 not in broken and row.last not in broken
    assert row.revisions[-1] == draw_row(MATERIAL, "seed/1").revisions[-1]


@pytest.mark.parametrize("text, said", [
    ("A title\n\nA reason.\n", "is not a title"),
    ("A title\nand more\n\n--- a/pool.c\n+++ b/pool.c\n@@ -1 +1 @@\n-/*\n+/**\n", "is not a title"),
    ("A title\n\nA reason.\n\n--- a/pool.c\n+++ b/pool.c\n@@ -1 +1 @@\n-nothing\n+/*\n", "does not fit line 1 of pool.c"),
    ("A title\n\nA reason.\n\n--- a/other.c\n+++ b/other.c\n@@ -1 +1 @@\n-/*\n+/**\n", "does not fit line 1 of other.c"),
])
def test_a_bad_patch_is_refused(text, said, tmp_path):
    path = tmp_path / "bad.patch"
    path.write_text(text)
    with pytest.raises(Complaint, match=said):
        read_change(path, "bad.patch", MATERIAL.base)


def test_stale_patches_are_seen():
    other = MATERIAL.base | {"pool.c": MATERIAL.base["pool.c"].replace("class++", "class += 1")}
    with pytest.raises(Complaint, match="class-without-a-loop.patch does not fit line 58 of pool.c"):
        read_change(drill_folder(TREE) / "changes" / "class-without-a-loop.patch",
                    "class-without-a-loop.patch", other)
