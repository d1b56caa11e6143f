"""A drill with mutants: its faults are those of `make mutants`, in headers, and reach the specimens."""

from dataclasses import replace

import pytest
from conftest import ROOT

from highwater.complaint import Complaint
from highwater.drill.spec import faults, find_drills
from highwater.drill.specimens import specimen_parts
from highwater.tree import Tree

TREE = Tree(ROOT)
DRILL = find_drills(TREE, "18", "find-the-bug")[0]


def test_specimens_are_numbered_as_the_drill_names_them():
    assert [mutant.name for mutant in specimen_parts(TREE, DRILL)] == list(DRILL.mutants)
    assert len(DRILL.tests()) == 1 + len(DRILL.mutants)
    assert DRILL.specimen not in DRILL.own_sources and faults(DRILL) == []


def test_no_name_is_given_away():
    """Neither the task, nor the tests, nor the first two hints; the third may."""
    hints = (DRILL.folder / "hints.md").read_text()
    shown = "".join((DRILL.folder / name).read_text() for name in
                    ("README.md", "find_the_bug.h", "find_the_bug.c", DRILL.test_source.name, "specimen.c"))
    assert not [name for name in DRILL.mutants if name in shown + hints.partition("## 3")[0]]


@pytest.mark.parametrize("name, said", [
    ("no-such-fault", 'lab/mutants has no fault "no-such-fault"'),
    ("limit-not-kept", "limit-not-kept is in lab/heap/heap.c, and a specimen is made of lab/*/*.h"),
])
def test_a_fault_must_be_one_of_a_header(name, said):
    with pytest.raises(Complaint) as complaint:
        specimen_parts(TREE, replace(DRILL, mutants=(name,)))
    assert str(complaint.value) == f"chapters/18-diagnosis/drills/find-the-bug/drill.toml: {said}"
